"""How a return gives back: as it was paid, in cash, as credit, as a voucher, or on a gift card that is scanned."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from app.checkout.returns import AS_PAID, RefundWay, WayBack
from ui.sell.ports import CardShown
from ui.shared.tokens import SPACE_S, TARGET_TOUCH
from ui.shared.widgets import Words, row


class WayPicker(QWidget):
    """One box to choose from, with the arrow keys too; the field for a card shows where one is asked for."""

    changed = Signal()
    card_wanted = Signal(str)  # the number of the gift card that the money goes to

    def __init__(self) -> None:
        super().__init__()
        self._ways: tuple[RefundWay, ...] = ()
        self._card: CardShown | None = None
        self.box = QComboBox()
        self.box.setMinimumHeight(TARGET_TOUCH)
        self.box.setAccessibleName(self.tr("How it goes back"))
        self.box.activated.connect(lambda _place: self._on_chosen())
        self.box.currentIndexChanged.connect(lambda _place: self._show_field())
        self.number = QLineEdit()
        self.number.setMaxLength(60)
        self.number.setPlaceholderText(self.tr("Scan the gift card, or type its number"))
        self.number.setAccessibleName(self.tr("Gift card that the money goes to"))
        self.number.returnPressed.connect(self._on_number)
        self.number.textEdited.connect(self._forget)
        self.number.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        label = Words(self.tr("Goes back"), tone="muted")
        label.setBuddy(self.box)
        line = row(label, self.box)
        line.setStretch(1, 1)
        layout.addLayout(line)
        layout.addWidget(self.number)

    def names(self) -> dict[RefundWay, str]:
        return {
            RefundWay.AS_PAID: self.tr("as it was paid"),
            RefundWay.CASH: self.tr("in cash"),
            RefundWay.STORE_CREDIT: self.tr("as store credit"),
            RefundWay.VOUCHER: self.tr("as a voucher with a code"),
            RefundWay.GIFT_CARD: self.tr("on a gift card"),
        }

    def open(self) -> None:
        self._ways = ()
        self.box.clear()
        self.number.clear()
        self._card = None
        self._show_field()

    def offer(self, ways: Sequence[RefundWay], chosen: RefundWay) -> None:
        """The ways that the shop's policy has for this return. What stands chosen stays, while it is among them."""
        if tuple(ways) != self._ways:
            self._ways = tuple(ways)
            names = self.names()
            self.box.blockSignals(True)
            self.box.clear()
            for way in ways:
                self.box.addItem(names[way], way.value)
            self.box.blockSignals(False)
        place = self.box.findData(chosen.value)
        if place >= 0 and place != self.box.currentIndex():
            self.box.setCurrentIndex(place)
        self._show_field()
        self.box.setEnabled(len(self._ways) > 1)

    @property
    def chosen(self) -> RefundWay | None:
        data = self.box.currentData()
        return None if data is None else RefundWay(data)

    @property
    def asks_for_card(self) -> bool:
        """A gift card is what is scanned next."""
        return self.chosen is RefundWay.GIFT_CARD

    def back(self) -> WayBack | None:
        """None while the card is still to be scanned."""
        if self.chosen is RefundWay.GIFT_CARD:
            return None if self._card is None else WayBack(RefundWay.GIFT_CARD, self._card.account_id)
        return AS_PAID if self.chosen is None else WayBack(self.chosen)

    def scanned(self, code: str) -> None:
        self.number.setText(code)
        self._card = None
        self.card_wanted.emit(code)

    def show_card(self, card: CardShown) -> None:
        """The card is found: only its last figures stand here from now on."""
        if self.asks_for_card:
            self._card = card
            self.number.setText(card.shown)
            self.changed.emit()

    def _on_number(self) -> None:
        typed = self.number.text().strip()
        if typed and self._card is None:
            self.card_wanted.emit(typed)

    def _forget(self) -> None:
        if self._card is not None:
            self._card = None
            self.changed.emit()

    def _on_chosen(self) -> None:
        self._show_field()
        if self.asks_for_card and self._card is None:
            self.number.setFocus()
        self.changed.emit()

    def _show_field(self) -> None:
        self.number.setVisible(self.asks_for_card)
