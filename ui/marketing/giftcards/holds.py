"""Money of a card set aside: authorised now, taken or set free later."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.giftcards.desk import OpenHold
from app.giftcards.service import Card
from app.money import Money
from ui.marketing.giftcards.dialogs import FormDialog, form_layout
from ui.marketing.giftcards.words import number_of, tr
from ui.shared.format import Formats
from ui.shared.money_field import MoneyField
from ui.shared.tokens import ROW_DESK, SPACE_M, SPACE_S
from ui.shared.widgets import Button, Words, row

_ROLE = Qt.ItemDataRole.UserRole


class HoldsDialog(FormDialog):
    """What is set aside on one card, with how much of it is taken; beneath, an amount to set aside as well.

    Each amount has a field of its own: one field for both would set as much again aside where Enter was meant to take.
    """

    hold_wanted = Signal(object)  # Money
    take_wanted = Signal(int, object)  # hold id, Money
    free_wanted = Signal(int)  # hold id

    def __init__(self, card: Card, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(tr("Money set aside on {0}").format(number_of(card)), parent, width=520)
        self._formats = formats
        about = tr(
            "Money set aside waits for one purpose, such as an order by telephone: nobody else can spend it until it "
            "is taken, set free or its time is over."
        )
        self.body.addWidget(Words(about, tone="muted", wrap=True))
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Money set aside"))
        self.list.setUniformItemSizes(True)
        self.list.setMinimumHeight(4 * ROW_DESK)
        self.list.currentItemChanged.connect(lambda *_: self._on_marked())
        self.part = MoneyField(formats, tr("Take of it"))
        self.take = Button(tr("Take it"), self._on_take)
        self.free = Button(tr("Set it free"), self._on_free)
        self.amount = MoneyField(formats, tr("Set aside"))
        self.left = Words(tone="muted")
        for field in (self.part, self.amount):
            field.setMaximumWidth(160)
            field.refused.connect(self.tell)
        self.fields = {"amount": self.amount, "part": self.part}
        self._lay_out()
        self.set_primary(tr("Set aside"), self._on_hold)
        self.show_holds((), card.available)
        self.amount.setFocus()

    def _lay_out(self) -> None:
        self.held = QWidget()
        held = QVBoxLayout(self.held)
        held.setContentsMargins(0, SPACE_S, 0, SPACE_M)
        held.setSpacing(SPACE_S)
        held.addWidget(self.list)
        held.addLayout(row(Words(tr("Take of it")), self.part, self.take, self.free, None))
        self.body.addWidget(self.held)
        form = form_layout()
        form.addRow(tr("Set aside"), row(self.amount, self.left, None))
        self.body.addLayout(form)
        self.body.addStretch(1)

    def show_holds(self, holds: Sequence[OpenHold], available: Money) -> None:
        """What there is now; the one that is marked stays so where it is still there."""
        before = self._marked()
        self.list.clear()
        for hold in holds:
            words = self._formats.money(hold.amount)
            if hold.until is not None:
                words = tr("{0} until {1}").format(words, self._formats.moment(hold.until))
            item = QListWidgetItem(words)
            item.setData(_ROLE, hold)
            item.setSizeHint(QSize(0, ROW_DESK))
            self.list.addItem(item)
            if before is not None and hold.id == before.id:
                self.list.setCurrentItem(item)
        self.held.setVisible(bool(holds))
        self.left.setText(tr("of {0} that can be spent").format(self._formats.money(available)))
        self._on_marked()
        self._make_room()

    def _marked(self) -> OpenHold | None:
        item = self.list.currentItem()
        hold: OpenHold | None = None if item is None else item.data(_ROLE)
        return hold

    def _on_marked(self) -> None:
        hold = self._marked()
        for part in (self.part, self.take, self.free):
            part.setEnabled(hold is not None)
        if hold is None:
            self.part.clear()
        else:
            self.part.show_money(hold.amount)

    def set_busy(self, busy: bool) -> None:
        super().set_busy(busy)
        for button in (self.take, self.free):
            button.setEnabled(not busy and self._marked() is not None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter on a hold goes to how much of it is taken, and from there takes it."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and focused in (self.list, self.part):
            if focused is self.part and self.take.isEnabled() and not event.isAutoRepeat():
                self.take.click()
            elif focused is self.list:
                self.part.setFocus()
                self.part.selectAll()
            return
        super().keyPressEvent(event)

    def _on_hold(self) -> None:
        amount = self.amount.value(least=1)
        if amount is not None:
            self.send()
            self.hold_wanted.emit(amount)
        elif not self.amount.text().strip():
            self.refuse(tr("Type the amount to set aside."), "amount")

    def _on_take(self) -> None:
        hold, amount = self._marked(), self.part.value(least=1)
        if hold is not None and amount is not None:
            self.send()
            self.take_wanted.emit(hold.id, amount)
        elif not self.part.text().strip():
            self.refuse(tr("Type how much of it is taken."), "part")

    def _on_free(self) -> None:
        hold = self._marked()
        if hold is not None:
            self.send()
            self.free_wanted.emit(hold.id)
