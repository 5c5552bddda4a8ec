"""Set up my shop: three short pages, each checked before the next, and two more where the file is encrypted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.errors import DomainError, InvalidInput
from app.shop.countries import COUNTRIES, CountryPreset, preset, smallest_coin_minor
from app.shop.filekey import GROUPS
from app.shop.model import ShopDraft, TaxDraft
from app.shop.verdict import Next, Verdict
from ui.firststart.presenter import FirstStartPresenter
from ui.settings.form import Form, choose, chosen
from ui.settings.tax_rows import TaxRows
from ui.shared import theme
from ui.shared.banner import Banner
from ui.shared.error_text import sentence
from ui.shared.format import Formats
from ui.shared.recovery import SheetPanel
from ui.shared.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XL, SPACE_XXL, TYPE_LARGE, TYPE_TITLE, Density
from ui.shared.widgets import Button, Card, Picture, Words

if TYPE_CHECKING:
    from app.shop.encryption import SheetOnPaper
    from app.shop.filekey import FileKey

_TILL, _SHEET, _READ_BACK = 2, 3, 4  # steps; the last two only where the file is encrypted
_OWN_SHOP = ShopDraft(name="-", manager_pin="7305")  # stands in for pages that were not filled in yet


@lru_cache(maxsize=1)
def currency_options() -> list[tuple[object, str]]:
    """Every currency in use, by code."""
    from babel.core import get_global
    from babel.numbers import get_currency_name

    codes = sorted(code for code, spans in _currency_spans(get_global("territory_currencies")).items() if spans)
    return [(code, f"{code}  {get_currency_name(code, locale='en')}") for code in codes]


def _currency_spans(territories: Mapping[str, Any]) -> dict[str, bool]:
    """Code to whether some country uses it as tender today."""
    used: dict[str, bool] = {}
    for rows in territories.values():
        for code, _, until, tender in rows:
            used[code] = used.get(code, False) or (until is None and bool(tender))
    return used


@lru_cache(maxsize=1)
def locale_options() -> list[tuple[object, str]]:
    """Languages with a region, in English and by code."""
    from babel import Locale, localedata

    found: list[tuple[object, str]] = []
    for code in localedata.locale_identifiers():
        parts = code.split("_")
        if len(parts) == 2 and len(parts[1]) == 2:
            locale = Locale.parse(code)
            found.append((code, f"{locale.get_display_name('en')}  ({code})"))
    return sorted(found, key=lambda option: option[1])


@lru_cache(maxsize=1)
def zone_options() -> list[tuple[object, str]]:
    from zoneinfo import available_timezones

    return [
        (zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone and "Etc" not in zone
    ]


def _at_the_top(form: Form) -> QWidget:
    """The stack is as high as its highest page; a lower one keeps its fields together."""
    page = QWidget()
    box = QVBoxLayout(page)
    box.setContentsMargins(0, 0, 0, 0)
    box.addWidget(form)
    box.addStretch(1)
    return page


class SetUpView(QWidget):
    back_wanted = Signal()

    def __init__(self, presenter: FirstStartPresenter) -> None:
        super().__init__()
        theme.set_density(self, Density.TOUCH)
        self.presenter = presenter
        self._formats = Formats()
        presenter.refused.connect(self._on_refused)
        presenter.failed.connect(self._on_failed)
        presenter.judged.connect(self._on_judged)
        presenter.sheet_ready.connect(self._on_sheet)
        self._key: FileKey | None = None
        self._steps: list[tuple[str, Form]] = []
        box = QHBoxLayout(self)
        box.setContentsMargins(SPACE_XXL, SPACE_XL, SPACE_XXL, SPACE_XL)
        box.setSpacing(SPACE_XXL)
        self.stack = QStackedWidget()
        self._marks: list[Words] = []
        for title, form in (
            (self.tr("Your shop"), self._shop_form()),
            (self.tr("Money and tax"), self._money_form()),
            (self.tr("Till and keys"), self._till_form()),
        ):
            self._steps.append((title, form))
            self.stack.addWidget(_at_the_top(form))
        self.sheet = SheetPanel(presenter.jobs)
        for title, form, page in (
            (self.tr("Recovery sheet"), Form(), self.sheet),
            (self.tr("Read it back"), back := self._read_back_form(), _at_the_top(back)),
        ):
            self._steps.append((title, form))
            self.stack.addWidget(page)
        box.addLayout(self._side())
        box.addLayout(self._middle(), 1)
        self.sheet.kept.connect(self.next.setFocus)
        self._apply_country(preset("US") or COUNTRIES[0])
        self._show_step(0)
        self._on_encrypt()

    # Layout

    def _side(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(SPACE_M)
        side.addWidget(Picture("store", "accent", 32))
        side.addWidget(Words(self.tr("Set up my shop"), size=TYPE_TITLE, strong=True))
        side.addSpacing(SPACE_M)
        for number, (title, _) in enumerate(self._steps, start=1):
            mark = Words(f"{number}   {title}")
            self._marks.append(mark)
            side.addWidget(mark)
        side.addStretch(1)
        note = Words(
            self.tr(
                "Everything here can be changed later under Settings. Only the currency is for good, once you sold."
            ),
            tone="muted",
            wrap=True,
        )
        note.setFixedWidth(200)
        side.addWidget(note)
        return side

    def _middle(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(SPACE_M)
        self.title = Words(size=TYPE_LARGE, strong=True)
        self.banner = Banner()
        card = Card(margin=SPACE_XL)
        card.box.addWidget(self.stack)
        card.box.addStretch(1)
        column.addWidget(self.title)
        column.addWidget(self.banner)
        column.addWidget(card, 1)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_S)
        self.back = Button(self.tr("Back"), self._on_back)
        self.next = Button(self.tr("Next"), self._on_next, kind="primary")
        self.next.setMinimumWidth(180)
        foot.addWidget(self.back)
        foot.addStretch(1)
        foot.addWidget(self.next)
        column.addLayout(foot)
        return column

    def _shop_form(self) -> Form:
        form = Form(columns=2)
        countries: list[tuple[object, str]] = [(country.code, country.name) for country in COUNTRIES]
        countries.append(("", self.tr("Another country")))
        self.country = form.choice(
            "country", self.tr("Country"), countries, self.tr("Fills in currency, tax and time zone; check them.")
        )
        self.name = form.line("name", self.tr("Name of the shop"), self.tr("As it stands on receipts"))
        self.address = form.lines("address", self.tr("Address"), wide=True)
        self.phone = form.line("phone", self.tr("Phone"), most=40)
        self.email = form.line("email", self.tr("Email"), most=254)
        self.tax_number = form.line(
            "tax_number", self.tr("Tax number"), self.tr("Printed on receipts where there is one"), most=60
        )
        self.country.activated.connect(self._on_country)
        return form

    def _money_form(self) -> Form:
        form = Form(columns=2)
        self.currency = form.searched("currency", self.tr("Currency"), currency_options())
        self.locale_box = form.searched("locale", self.tr("Language and region"), locale_options())
        self.zone = form.searched("time_zone", self.tr("Time zone"), zone_options())
        self.coin = form.number(
            "cash_step_minor",
            self.tr("Smallest coin"),
            self.tr("In the smallest unit: 5 rounds cash to 0.05. 0 never rounds."),
            most=10_000,
        )
        prices = QWidget()
        row = QHBoxLayout(prices)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_L)
        self.with_tax = QRadioButton(self.tr("Shelf prices include tax"))
        self.without_tax = QRadioButton(self.tr("Tax is added at the till"))
        group = QButtonGroup(form)
        for button in (self.with_tax, self.without_tax):
            group.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        form.add("prices_include_tax", self.tr("Prices"), prices, wide=True)
        self.taxes = TaxRows(self._formats, add_text=self.tr("Add a tax rate"), most=4)
        form.add(
            "taxes",
            self.tr("Tax rates"),
            self.taxes,
            self.tr("The first is what most products have. Ask your accountant when in doubt."),
            wide=True,
        )
        self.taxes.changed.connect(lambda: form.fields["taxes"].refuse(""))
        return form

    def _till_form(self) -> Form:
        form = Form(columns=2)
        self.outlet = form.line("outlet", self.tr("First outlet"), most=120)
        self.register = form.line("register", self.tr("First register"), most=60)
        self.manager = form.line(
            "manager_name", self.tr("Your name"), self.tr("The first manager"), most=120, wide=True
        )
        self.pin = self._pin_line(form, "manager_pin", self.tr("Your PIN"), self.tr("4 to 8 digits, not 1234"))
        self.again = self._pin_line(form, "again", self.tr("PIN once more"), "")
        self.outlet.setText(self.tr("Main shop"))
        self.register.setText(self.tr("Till 1"))
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        self.in_file = QRadioButton(self.tr("In a file on this computer (one or two tills)"))
        self.on_server = QRadioButton(self.tr("On a PostgreSQL server (several tills)"))
        self.in_file.setChecked(True)
        self._places = QButtonGroup(form)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        self.database = QLineEdit(self.presenter.default_place())
        self.database.setMaxLength(500)
        self.database.setAccessibleName(self.tr("File or address of the database"))
        self.test = Button(self.tr("Test"), self._on_test, icon="plug")
        row.addWidget(self.database, 1)
        row.addWidget(self.test)
        for button in (self.in_file, self.on_server):
            self._places.addButton(button)
            column.addWidget(button)
        column.addLayout(row)
        form.add("database", self.tr("Where the shop is kept"), place, wide=True)
        self.encrypt = form.tick(
            "encrypt",
            self.tr("Encrypt the shop's file"),
            self.tr(
                "Whoever gets hold of the file or a backup cannot read it; but lose both this computer and the "
                "recovery sheet that comes next, and nobody can open the shop again."
            ),
            wide=True,
        )
        self.encrypt.toggled.connect(self._on_encrypt)
        self.in_file.toggled.connect(self._on_place)
        self.database.textEdited.connect(lambda _: form.fields["database"].refuse(""))
        return form

    def _read_back_form(self) -> Form:
        form = Form()
        self.read_back = form.line(
            "read_back",
            self.tr("Groups {0} and {1} of the recovery key").format(GROUPS - 1, GROUPS),
            self.tr("From the sheet: this is how you know that you can read it when it counts."),
            most=60,
        )
        return form

    def _pin_line(self, form: Form, name: str, label: str, hint: str) -> QLineEdit:
        line = form.line(name, label, hint, most=8)
        line.setEchoMode(QLineEdit.EchoMode.Password)
        return line

    # Country

    def _on_country(self) -> None:
        found = preset(str(chosen(self.country) or ""))
        if found is not None:
            self._apply_country(found)

    def _apply_country(self, country: CountryPreset) -> None:
        choose(self.country, country.code)
        choose(self.currency, country.currency)
        choose(self.locale_box, country.locale)
        choose(self.zone, country.time_zone)
        self.coin.setValue(smallest_coin_minor(country.currency))
        (self.with_tax if country.tax_included else self.without_tax).setChecked(True)
        self.taxes.formats = Formats(country.locale, country.currency, country.time_zone)
        self.taxes.show_components(country.rates())

    # Steps

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the keyboard; in any other field it goes on."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        focused = self.focusWidget()
        button = focused if isinstance(focused, QPushButton | QToolButton) else self.next
        button.click()

    def _show_step(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        self.title.setText(self._steps[number][0])
        for place, mark in enumerate(self._marks):
            mark.set_tone("accent" if place == number else "muted")
        self._name_next()
        self.banner.dismiss()
        fields = list(self._steps[number][1].fields.values())
        first = fields[0].control if fields else self.sheet.print_button
        QTimer.singleShot(0, first, first.setFocus)

    @property
    def _last(self) -> int:
        return _READ_BACK if self.encrypt.isChecked() else _TILL

    def _name_next(self) -> None:
        last = self.stack.currentIndex() == self._last
        self.next.set_words(self.tr("Open my shop") if last else self.tr("Next"))

    def _on_encrypt(self) -> None:
        """Two more steps, or not."""
        for mark in self._marks[_SHEET:]:
            mark.setVisible(self.encrypt.isChecked())
        self._name_next()

    def _on_back(self) -> None:
        if self.stack.currentIndex() == 0:
            self.back_wanted.emit()
        else:
            self._show_step(self.stack.currentIndex() - 1)

    def _on_next(self) -> None:
        number = self.stack.currentIndex()
        form = self._steps[number][1]
        form.clear_refusals()
        try:
            draft = self.draft(upto=min(number, _TILL))
            self._check(draft)
            if number == _READ_BACK:
                self._check_read_back()
        except InvalidInput as error:
            self._on_refused(error, sentence(error))
            return
        if number == self._last:
            self._set_busy(True)
            self.presenter.create(self.database.text().strip(), draft, self._key if number == _READ_BACK else None)
        elif number == _TILL:
            self._set_busy(True)
            self.presenter.prepare_key(self.database.text().strip(), draft, self._key)
        else:
            self._show_step(number + 1)

    def _on_sheet(self, key: FileKey, sheet: SheetOnPaper) -> None:
        self._set_busy(False)
        self._key = key
        self.read_back.clear()
        self.sheet.show_sheet(key, sheet)
        self._show_step(_SHEET)

    def _check_read_back(self) -> None:
        from app.shop.filekey import is_asked_back

        if self._key is None or not is_asked_back(self._key, self.read_back.text()):
            said = self.tr("That is not what the sheet says. Go back to see the key again.")
            raise InvalidInput(said, field="read_back")

    def _check(self, draft: ShopDraft) -> None:
        from app.shop.setup import check_draft

        check_draft(draft)

    def draft(self, *, upto: int = 2) -> ShopDraft:
        """What was typed on the pages up to this one. Raises InvalidInput for what cannot be read."""
        made = replace(
            _OWN_SHOP,
            name=self.name.text(),
            country=str(chosen(self.country) or ""),
            address=self.address.toPlainText(),
            phone=self.phone.text(),
            email=self.email.text(),
            tax_number=self.tax_number.text(),
        )
        if upto >= 1:
            made = replace(
                made,
                currency=str(chosen(self.currency) or self.currency.currentText()),
                locale=str(chosen(self.locale_box) or self.locale_box.currentText()),
                time_zone=str(chosen(self.zone) or self.zone.currentText()),
                cash_step_minor=self.coin.value(),
                prices_include_tax=self.with_tax.isChecked(),
                taxes=tuple(
                    TaxDraft(f"{name} {self.taxes.formats.number(percent)} %", ((name, percent),))
                    for name, percent in self.taxes.components()
                ),
            )
        if upto >= 2:
            if self.pin.text() != self.again.text():
                raise InvalidInput(self.tr("The two PINs differ. Type the same one twice."), field="again")
            made = replace(
                made,
                outlet=self.outlet.text(),
                register=self.register.text(),
                manager_name=self.manager.text(),
                manager_pin=self.pin.text(),
            )
        return made

    # The place

    def _on_place(self, in_file: bool) -> None:
        self.database.setText(self.presenter.default_place() if in_file else "")
        self.database.setPlaceholderText("" if in_file else "postgresql://user:password@host/shop")
        self._steps[_TILL][1].fields["database"].refuse("")
        self.encrypt.setEnabled(in_file)
        if not in_file:
            self.encrypt.setChecked(False)
        self.database.setFocus()

    def _on_test(self) -> None:
        self.database.setFocus()  # a button that is switched off hands the keyboard to the next one: Back
        self.test.setEnabled(False)
        self.presenter.judge(self.database.text().strip())

    def _on_judged(self, address: str, verdict: Verdict) -> None:
        self.test.setEnabled(True)
        if address != self.database.text().strip():
            return  # an answer to an older question
        kind = "success" if verdict.next is Next.SET_UP else "warning"
        said = verdict.sentence
        if verdict.next in (Next.OPEN, Next.UPGRADE):
            said = self.tr("{0} To use it, go back and choose “Open a shop that exists”.").format(said)
        self.banner.tell(said, kind=kind)

    # What comes back

    def _set_busy(self, busy: bool) -> None:
        self.next.setEnabled(not busy)
        self.back.setEnabled(not busy)

    def _on_refused(self, error: DomainError, said: str) -> None:
        self._set_busy(False)
        name = getattr(error, "field", "")
        for number, (_, form) in enumerate(self._steps):
            if name in form.fields:
                if number != self.stack.currentIndex():
                    self._show_step(number)
                form.refuse(error, said)
                return
        self.banner.tell(said)

    def _on_failed(self, said: str) -> None:
        self._set_busy(False)
        self.test.setEnabled(True)
        if self.isVisible():
            self.banner.tell(said)
