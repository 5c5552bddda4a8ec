"""What a till does beside selling: find customers, recall sales, take goods back, sell and check cards."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from app.checkout.model import CardOnLine
from app.checkout.receipts import SaleView
from app.checkout.returns import ReturnLine
from app.money import decimals_of
from ui.sell.errands import Errands
from ui.sell.panels import CustomerSearch, GiftCardPanel, HeldPanel
from ui.sell.paying import PayPresenter
from ui.sell.ports import CardShown
from ui.sell.presenter import SellPresenter
from ui.sell.return_view import ReturnPanel
from ui.sell.side import SideBar, SidePanel


class Chores(QObject):
    """Opens a panel on the right and passes its wishes to the errands."""

    return_booked = Signal(object)  # CompletedSale

    def __init__(self, sell: SellPresenter, pay: PayPresenter, errands: Errands, side: SideBar) -> None:
        super().__init__(side)
        self._sell, self._pay, self._errands, self._side = sell, pay, errands, side
        formats = sell.formats
        self.search_panel = CustomerSearch()
        self.held_panel = HeldPanel(formats)
        self.card_panel = GiftCardPanel(formats, _card_values(formats.currency))
        self.return_panel = ReturnPanel(formats, sell.services.return_reasons)
        for panel in (self.search_panel, self.held_panel, self.card_panel, self.return_panel):
            side.add(panel)
        self._connect(errands)

    def _connect(self, errands: Errands) -> None:
        errands.refused.connect(self.refuse)
        errands.held_listed.connect(self.held_panel.show_held)
        errands.customers_found.connect(self.search_panel.show_hits)
        errands.customer_set.connect(self._on_customer_set)
        errands.receipt_found.connect(self.show_receipt)
        errands.return_previewed.connect(self.return_panel.show_preview)
        errands.return_booked.connect(self.return_booked)
        errands.card_found.connect(self.show_card)
        self.search_panel.search_wanted.connect(errands.search_customers)
        self.search_panel.chosen.connect(errands.choose_customer)
        self.search_panel.add_wanted.connect(errands.add_customer)
        self.held_panel.chosen.connect(self._on_held_chosen)
        card = self.card_panel
        card.look_up_wanted.connect(errands.look_up_card)
        card.sell_wanted.connect(lambda minor, card: self._on_card_sold(minor, card, reload=False))
        card.reload_wanted.connect(lambda minor, card: self._on_card_sold(minor, card, reload=True))
        card.take_wanted.connect(self._pay_with_code)
        self.return_panel.find_wanted.connect(errands.find_receipt)
        self.return_panel.preview_wanted.connect(errands.preview_return)
        self.return_panel.refund_wanted.connect(errands.book_return)
        self.return_panel.exchange_wanted.connect(self._on_exchange)

    def find_customer(self) -> None:
        if not self._pay.busy:
            self._side.open(self.search_panel)
            self.search_panel.open()

    def _on_customer_set(self) -> None:
        if self._side.currentWidget() is self.search_panel:
            self._side.show_home()

    def _pay_with_code(self, code: str) -> None:
        if self._pay.open():
            self._pay.take_code(code)
        else:
            self.card_panel.tell(self.tr("There is nothing to pay yet. Scan something first."))

    def recall(self) -> None:
        if not self._pay.is_open:
            self._errands.list_held()
            self._side.open(self.held_panel)

    def _on_held_chosen(self, basket_id: int) -> None:
        self._side.show_home()
        self._errands.resume(basket_id)

    def take_back(self) -> None:
        if not self._pay.is_open:
            self.return_panel.open()
            self._side.open(self.return_panel)

    def show_receipt(self, sale: SaleView) -> None:
        if not self._pay.is_open:
            self.return_panel.show_sale(sale)
            self._side.open(self.return_panel)

    def _on_exchange(self, sale: SaleView, lines: Sequence[ReturnLine]) -> None:
        self._side.show_home()
        self._errands.exchange(sale, lines)

    def gift_card(self) -> None:
        if not self._pay.is_open:
            self.card_panel.open()
            self._side.open(self.card_panel)

    def show_card(self, card: CardShown) -> None:
        if not self._pay.is_open:
            self.card_panel.open(card)
            self._side.open(self.card_panel)

    def _on_card_sold(self, minor: int, card: CardOnLine, *, reload: bool) -> None:
        name = self.tr("Gift card reload") if reload else self.tr("Gift card")
        if self._sell.sell_card(minor, name=name, card=card, reload=reload):
            self._side.show_home()

    def refuse(self, sentence: str) -> None:
        panel = self._side.currentWidget()
        if panel is self.search_panel:
            self.search_panel.refuse(sentence)
        elif panel is self.return_panel:
            self.return_panel.refuse(sentence)
        elif isinstance(panel, SidePanel):
            panel.tell(sentence)
        else:
            self._sell.told.emit(sentence, "danger")


def _card_values(currency: str) -> tuple[int, ...]:
    """Usual worths of a card, in minor units."""
    unit = 10 ** decimals_of(currency)
    return tuple(int(value * unit) for value in (10, 25, 50, 100))
