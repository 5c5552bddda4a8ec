"""Money of a card set aside: authorised now, taken or set free later."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.giftcards.desk import OpenHold
from app.giftcards.service import Card
from ui.marketing.giftcards.dialogs import FormDialog, form_layout
from ui.marketing.giftcards.words import number_of, tr
from ui.shared.format import Formats
from ui.shared.money_field import MoneyField
from ui.shared.tokens import ROW_DESK, SPACE_S
from ui.shared.widgets import Button, Words, row

_ROLE = Qt.ItemDataRole.UserRole


class HoldsDialog(FormDialog):
    """What is set aside on one card, and one amount field: to set more aside, or to take of the hold that is marked."""

    hold_wanted = Signal(object)  # Money
    take_wanted = Signal(int, object)  # hold id, Money
    free_wanted = Signal(int)  # hold id

    def __init__(self, card: Card, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(tr("Money set aside on {0}").format(number_of(card)), parent, width=520)
        self._formats = formats
        about = tr(
            "Money set aside waits for one purpose, such as an order by telephone: nobody else can spend it until it "
            "is taken, set free or its time is over. {0} can still be set aside."
        )
        self.body.addWidget(Words(about.format(formats.money(card.available)), tone="muted", wrap=True))
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Money set aside"))
        self.list.setUniformItemSizes(True)
        self.list.setMinimumHeight(4 * ROW_DESK)
        self.list.currentItemChanged.connect(self._on_marked)
        self.none = Words(tr("Nothing is set aside on this card."), tone="muted")
        self.body.addWidget(self.none)
        self.body.addWidget(self.list)
        self.amount = MoneyField(formats, tr("Amount"))
        self.amount.refused.connect(self.tell)
        form = form_layout()
        form.addRow(tr("Amount"), self.amount)
        self.body.addSpacing(SPACE_S)
        self.body.addLayout(form)
        self.take = Button(tr("Take it"), self._on_take)
        self.free = Button(tr("Set it free"), self._on_free)
        self.body.addLayout(row(self.take, self.free, None))
        self.body.addStretch(1)
        self.fields = {"amount": self.amount}
        self.set_primary(tr("Set aside"), self._on_hold)
        self.show_holds(())
        self.amount.setFocus()

    def show_holds(self, holds: Sequence[OpenHold]) -> None:
        self.list.clear()
        for hold in holds:
            words = self._formats.money(hold.amount)
            if hold.until is not None:
                words = tr("{0} until {1}").format(words, self._formats.moment(hold.until))
            item = QListWidgetItem(words)
            item.setData(_ROLE, hold)
            item.setSizeHint(QSize(0, ROW_DESK))
            self.list.addItem(item)
        self.list.setVisible(bool(holds))
        self.none.setVisible(not holds)
        self._on_marked()

    def _marked(self) -> OpenHold | None:
        item = self.list.currentItem()
        hold: OpenHold | None = None if item is None else item.data(_ROLE)
        return hold

    def _on_marked(self) -> None:
        hold = self._marked()
        self.take.setEnabled(hold is not None)
        self.free.setEnabled(hold is not None)
        if hold is not None:
            self.amount.show_money(hold.amount)

    def _on_hold(self) -> None:
        amount = self.amount.value(least=1)
        if amount is not None:
            self.send()
            self.hold_wanted.emit(amount)
        elif not self.amount.text().strip():
            self.refuse(tr("Type the amount to set aside."), "amount")

    def _on_take(self) -> None:
        hold, amount = self._marked(), self.amount.value(least=1)
        if hold is not None and amount is not None:
            self.send()
            self.take_wanted.emit(hold.id, amount)
        elif not self.amount.text().strip():
            self.refuse(tr("Type how much of it is taken."), "amount")

    def _on_free(self) -> None:
        hold = self._marked()
        if hold is not None:
            self.send()
            self.free_wanted.emit(hold.id)
