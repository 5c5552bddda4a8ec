"""Before the first sale of a shift: what lies in the drawer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.checkout.sessions import LastClosing, SessionService
from app.ids import new_request_id
from app.money import Money
from app.staff.model import Actor
from ui.shared import theme
from ui.shared.banner import Banner
from ui.shared.error_text import sentence
from ui.shared.format import Formats
from ui.shared.jobs import Jobs
from ui.shared.keypad import Keypad
from ui.shared.money_field import MoneyField
from ui.shared.tokens import SPACE_M, SPACE_S, SPACE_XL, TYPE_LARGE, Density
from ui.shared.widgets import Button, Card, Words


class OpenShiftView(QWidget):
    """Asks for the float and opens the register."""

    opened = Signal()

    def __init__(
        self,
        sessions: SessionService,
        actor: Actor,
        register_id: int,
        register: str,
        formats: Formats,
        writes: Jobs,
        wake: Callable[[], object] = lambda: None,
    ) -> None:
        """`wake` tells the spooler that paper is due."""
        super().__init__()
        self.setObjectName("page")
        theme.set_density(self, Density.TOUCH)
        self._sessions, self._actor, self._register_id = sessions, actor, register_id
        self._formats, self._writes, self._wake = formats, writes, wake
        self._request = new_request_id()  # the same for every press: opening twice opens once
        card = Card(margin=SPACE_XL, spacing=SPACE_M)
        card.setFixedWidth(440)
        card.box.addWidget(Words(self.tr("Open {0}").format(register), size=TYPE_LARGE, strong=True))
        card.box.addWidget(
            Words(self.tr("Count what lies in the drawer. It is the float this shift begins with."), wrap=True)
        )
        self._last = Words(tone="muted", wrap=True)
        self._last.hide()
        card.box.addWidget(self._last)
        self.banner = Banner(closable=False)
        self.field = MoneyField(formats, self.tr("Opening float"))
        self.field.setMinimumHeight(56)
        self.field.setPlaceholderText(formats.amount(Money(0, formats.currency)))
        self.field.returnPressed.connect(self._on_enter)
        self.field.refused.connect(self._on_refused)
        pad = Keypad(decimal_symbol=formats.decimal_symbol)
        pad.type_into(self.field)
        self.button = Button(self.tr("Open the register"), self.open, kind="primary", icon="lock-open")
        self.button.setMinimumHeight(52)
        self.again = Button(self.tr("Print the last Z report again"), self._print_again, kind="link", icon="printer")
        self.again.hide()
        for part in (self.banner, self.field, pad, self.button, self.again):
            card.box.addWidget(part)
        box = QVBoxLayout(self)
        box.setSpacing(SPACE_S)
        box.addStretch(1)
        pad.setMinimumHeight(pad.sizeHint().height())
        middle = QHBoxLayout()  # no alignment flag: with one the card would not grow with its wrapped words
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        box.addLayout(middle)
        box.addStretch(1)
        writes.start(lambda: sessions.last_closing(register_id), self._on_last, lambda _error: None, owner=self)

    def _on_last(self, last: LastClosing | None) -> None:
        """What was counted last, so that a float that differs is noticed at once."""
        if last is None:
            return
        counted, at = self._formats.money(last.counted), self._formats.moment(last.closed_at)
        self._last.setText(self.tr("At the last closing, {0}, {1} was counted.").format(at, counted))
        self._last.show()
        self.again.setVisible(self._actor.may("report.view"))

    def _print_again(self) -> None:
        self.field.setFocus()  # before the button loses it: the strip below would get the keyboard
        self.again.setEnabled(False)
        request = new_request_id()
        self._writes.start(
            lambda: self._sessions.print_closing_again(self._actor, self._register_id, request_id=request),
            self._on_printed,
            self._on_print_failed,
            owner=self,
        )

    def _on_printed(self, number: int) -> None:
        self._wake()
        self.again.setEnabled(True)
        self.banner.tell(self.tr("Z report {0} is being printed again.").format(number), kind="info")

    def _on_print_failed(self, error: Exception) -> None:
        self.again.setEnabled(True)
        self.banner.tell(sentence(error, self._formats))

    def page_shown(self, _argument: object) -> None:
        self.field.setFocus()

    def focus_home(self) -> None:
        self.field.setFocus()

    def on_code(self, _text: str) -> None:
        self.banner.tell(self.tr("The register is closed, so nothing was sold. Open it, then scan again."))

    def _on_enter(self) -> None:
        """A stray Enter opens no shift: an empty drawer is typed as nought, or said with the button."""
        if self.field.text().strip():
            self.open()
        else:
            self.banner.tell(self.tr("Type what lies in the drawer, {0} if it is empty.").format("0"))

    def open(self) -> None:
        if not self.button.isEnabled():
            return
        if not self.field.text().strip():
            money: Money | None = Money(0, self._formats.currency)
        else:
            money = self.field.value()
        if money is None:
            self.field.ask_again()
            return
        self.button.setEnabled(False)
        work: Callable[[], object] = lambda: self._sessions.open(  # noqa: E731
            self._actor, self._register_id, money, request_id=self._request
        )
        self._writes.start(work, self._on_opened, self._on_failed)

    def _on_opened(self, _context: object) -> None:
        self.opened.emit()

    def _on_failed(self, error: Exception) -> None:
        self.button.setEnabled(True)
        self.banner.tell(sentence(error, self._formats))

    def _on_refused(self, words: str) -> None:
        if words:
            self.banner.tell(words)
        else:
            self.banner.hide()
