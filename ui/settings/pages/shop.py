"""Settings › Shop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QHBoxLayout, QLabel, QRadioButton, QWidget

from ui.settings.formpage import FormPage, offer_restart
from ui.settings.registry import SettingsPage
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.tokens import SPACE_L, SPACE_S
from ui.shared.widgets import Button

if TYPE_CHECKING:
    from app.shop.model import ShopInfo
    from app.shop.service import ShopService
    from app.staff.model import Actor
    from ui.shared.jobs import Jobs
    from ui.shell.registry import ShellContext

_LOGO_LIMIT = 2 * 1024 * 1024


class ShopPage(FormPage):
    def __init__(
        self,
        service: ShopService,
        actor: Actor,
        reads: Jobs,
        writes: Jobs,
        notify: Callable[..., None],
        restart: Callable[[], object],
    ) -> None:
        super().__init__(
            self.tr("Shop"),
            self.tr("What stands on receipts and documents, and how money and dates are written."),
            reads=reads, writes=writes, notify=notify, read=service.info,
        )  # fmt: skip
        self._service, self._actor = service, actor
        self._info: ShopInfo | None = None
        self._logo: bytes | None = None
        self._shown_elsewhere = False
        self._restart = restart
        self.saved.connect(self._on_page_saved)
        self._name_card()
        self._money_card()
        self._logo_card()

    def _name_card(self) -> None:
        form = self.add_form(self.add_card())
        self.name = form.line("name", self.tr("Name of the shop"), wide=True)
        self.address = form.lines("address", self.tr("Address"), height=66, wide=True)
        self.phone = form.line("phone", self.tr("Phone"), most=40)
        self.email = form.line("email", self.tr("Email"), most=254)
        self.tax_number = form.line("tax_number", self.tr("Tax number"), self.tr("Printed on receipts"), most=60)

    def _money_card(self) -> None:
        from app.shop.countries import COUNTRIES
        from ui.firststart.steps import currency_options, locale_options, zone_options

        form = self.add_form(self.add_card(self.tr("Money, language and place")))
        countries: list[tuple[object, str]] = [("", self.tr("Another country"))]
        countries += [(country.code, country.name) for country in COUNTRIES]
        self.country = form.choice(
            "country", self.tr("Country"), countries, self.tr("For phone numbers and scale barcodes")
        )
        self.currency = form.searched(
            "currency", self.tr("Currency"), currency_options(), self.tr("For good, once something was sold")
        )
        self.locale_box = form.searched("locale", self.tr("Language and region"), locale_options())
        self.zone = form.searched("time_zone", self.tr("Time zone"), zone_options())
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
            button.toggled.connect(lambda _: self.touched())
        row.addStretch(1)
        form.add("prices_include_tax", self.tr("Prices"), prices, wide=True)

    def _logo_card(self) -> None:
        card = self.add_card(self.tr("Logo"), self.tr("A PNG picture, black on white, for the head of receipts."))
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        self.logo = QLabel()
        self.logo.setFixedSize(240, 80)
        self.logo.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.logo.setAccessibleName(self.tr("Logo"))
        row.addWidget(self.logo)
        row.addWidget(Button(self.tr("Choose a picture …"), self._on_pick, icon="image"))
        self.no_logo = Button(self.tr("Remove"), lambda: self._take_logo(None))
        row.addWidget(self.no_logo)
        row.addStretch(1)
        card.box.addLayout(row)

    def _on_pick(self) -> None:
        picker = QFileDialog(self, self.tr("Choose a logo"))
        picker.setNameFilters([self.tr("PNG pictures (*.png)")])
        picker.setFileMode(QFileDialog.FileMode.ExistingFile)
        picker.fileSelected.connect(self._on_picked)
        picker.open()

    def _on_picked(self, name: str) -> None:
        def read() -> bytes:
            path = Path(name)
            if path.stat().st_size > _LOGO_LIMIT:
                raise OSError(27, self.tr("This picture is too large for a receipt"), path.name)
            return path.read_bytes()

        self._reads.start(read, self._take_logo, self._on_failed, owner=self)

    def _take_logo(self, png: bytes | None) -> None:
        self._logo = png
        self._show_logo()
        self.touched()

    def _show_logo(self) -> None:
        picture = QPixmap()
        if self._logo and picture.loadFromData(self._logo, "PNG"):
            mode = Qt.TransformationMode.SmoothTransformation
            self.logo.setPixmap(picture.scaled(self.logo.size(), Qt.AspectRatioMode.KeepAspectRatio, mode))
        else:
            self.logo.setText(self.tr("No logo"))
        self.no_logo.setEnabled(bool(self._logo))

    def show_values(self, values: ShopInfo) -> None:
        from ui.settings.form import choose

        self._info = values
        self.name.setText(values.name)
        self.address.setPlainText(values.address)
        self.phone.setText(values.phone)
        self.email.setText(values.email)
        self.tax_number.setText(values.tax_number)
        choose(self.country, values.country)
        choose(self.currency, values.currency)
        choose(self.locale_box, values.locale)
        choose(self.zone, values.time_zone)
        (self.with_tax if values.prices_include_tax else self.without_tax).setChecked(True)
        self.currency.setEnabled(not values.money_booked)
        for fixed in (self.with_tax, self.without_tax):
            fixed.setEnabled(not values.sold_anything)
        self._logo = values.logo_png
        self._show_logo()

    def collect(self) -> Callable[[], object]:
        from ui.settings.form import chosen

        assert self._info is not None  # noqa: S101 - Save is only enabled once it was read
        info = replace(
            self._info,
            name=self.name.text(),
            address=self.address.toPlainText(),
            phone=self.phone.text(),
            email=self.email.text(),
            tax_number=self.tax_number.text(),
            country=str(chosen(self.country) or ""),
            currency=str(chosen(self.currency) or self.currency.currentText()),
            locale=str(chosen(self.locale_box) or self.locale_box.currentText()),
            time_zone=str(chosen(self.zone) or self.zone.currentText()),
            prices_include_tax=self.with_tax.isChecked(),
            logo_png=self._logo,
        )
        self._shown_elsewhere = _shown_by_other_pages(info) != _shown_by_other_pages(self._info)
        return lambda: self._service.save_info(self._actor, info)

    def _on_page_saved(self) -> None:
        """Pages that are open go on as they began: say so, and offer to open them anew."""
        if self._shown_elsewhere:
            offer_restart(self, self._restart)


def _shown_by_other_pages(info: ShopInfo) -> tuple[str, ...]:
    return info.name, info.currency, info.locale, info.time_zone


def _make(context: ShellContext) -> QWidget:
    from app.shop.service import ShopService

    return ShopPage(
        context.services.get(ShopService), context.staff, context.reads, context.writes, context.notify,
        context.shift_changed,
    )  # fmt: skip


PAGE = SettingsPage("shop", QT_TRANSLATE_NOOP("settings", "Shop"), "store", _make, 10)
