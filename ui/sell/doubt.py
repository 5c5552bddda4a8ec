"""Asked before cash is booked that looks like a slip of the hand: how much, for what, and the change it would give."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from app.money import Money
from ui.sell.side import SidePanel
from ui.shared.format import Formats
from ui.shared.tokens import TYPE_LARGE, TYPE_TITLE, TYPE_TOUCH
from ui.shared.widgets import RIGHT, Button, Words, row


class DoubtPanel(SidePanel):
    """Enter, Space and Esc all lead back to the amount: a scanner's Enter or a second tap books nothing. Only Ctrl+Y
    or the button at the foot does, where no button was that led here."""

    confirmed = Signal(int)  # minor units handed over

    def __init__(self, formats: Formats) -> None:
        super().__init__(self.tr("Is this amount right?"))
        self._formats, self._given_minor = formats, 0
        self._given, self._due, self._change = (
            Words(size=size, strong=True, align=RIGHT) for size in (TYPE_LARGE, TYPE_TITLE, TYPE_LARGE)
        )
        names = (self.tr("Cash handed over"), self.tr("Due"), self.tr("Change"))
        for name, amount in zip(names, (self._given, self._due, self._change), strict=True):
            self.body.addLayout(row(Words(name, size=TYPE_TITLE, tone="muted"), None, amount))
        note = self.tr("That is far more than is due. A card number or a PIN belongs into the card terminal.")
        self.body.addWidget(Words(note, size=TYPE_TOUCH, wrap=True))
        self.body.addStretch(1)
        self.change = Button(self.tr("Change the amount (Esc)"), self.closed.emit, kind="primary", icon="arrow-left")
        self.sure = Button(self.tr("It was handed over (Ctrl+Y)"), self._confirm, icon="banknote")
        for button in (self.change, self.sure):
            button.setMinimumHeight(52)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.body.addWidget(button)

    def ask(self, given: Money, due: Money) -> None:
        self._given_minor = given.minor
        money = self._formats.money
        for label, amount in ((self._given, given), (self._due, due), (self._change, given - due)):
            label.setText(money(amount))
        self.setAccessibleDescription(
            self.tr("{0} in cash for {1} would give {2} change.").format(money(given), money(due), money(given - due))
        )

    def focus_first(self) -> None:
        self.change.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Y and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if not event.isAutoRepeat():
                self._confirm()
            return
        super().keyPressEvent(event)

    def _confirm(self) -> None:
        self.confirmed.emit(self._given_minor)
