"""What a till does beside selling: find customers, recall sales, take goods back, sell and check cards."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from app.checkout.model import BasketView, CardOnLine, CompletedSale, CouponOffer
from app.checkout.policy import NoReceipt
from app.checkout.receipts import SaleView
from app.checkout.returns import ReturnLine
from app.checkout.sessions import Closing
from app.money import Money, decimals_of
from ui.sell.ask import NumberPanel
from ui.sell.errands import Errands
from ui.sell.no_receipt_view import NoReceiptPanel
from ui.sell.panels import CouponsPanel, CustomerSearch, GiftCardPanel, HeldPanel
from ui.sell.paying import PayPresenter
from ui.sell.ports import CardShown
from ui.sell.presenter import SellPresenter
from ui.sell.return_view import ReturnPanel
from ui.sell.side import SideBar, SidePanel


class Chores(QObject):
    """Opens a panel on the right and passes its wishes to the errands."""

    return_booked = Signal(object)  # CompletedSale
    register_closed = Signal(str)  # how the count came out

    def __init__(self, sell: SellPresenter, pay: PayPresenter, errands: Errands, side: SideBar) -> None:
        super().__init__(side)
        self._sell, self._pay, self._errands, self._side = sell, pay, errands, side
        formats = sell.formats
        self.search_panel = CustomerSearch()
        self.held_panel = HeldPanel(formats)
        self.coupons_panel = CouponsPanel()
        self.card_panel = GiftCardPanel(formats, _card_values(formats.currency))
        self.return_panel = ReturnPanel(formats, sell.services.return_reasons)
        self.no_receipt_panel = NoReceiptPanel(formats, sell.services.return_reasons)
        reasons = (self.tr("Change"), self.tr("To the safe"), self.tr("Errand"), self.tr("Tip"))
        self.cash_panel = NumberPanel(formats, reasons)
        panels: tuple[SidePanel, ...] = (
            self.search_panel,
            self.held_panel,
            self.coupons_panel,
            self.card_panel,
            self.return_panel,
            self.no_receipt_panel,
            self.cash_panel,
        )
        for panel in panels:
            side.add(panel)
        self._connect(errands)

    def _connect(self, errands: Errands) -> None:
        errands.refused.connect(self.refuse)
        errands.drawer.register_closed.connect(self._on_register_closed)
        errands.holding.listed.connect(self.held_panel.show_held)
        errands.customers.found.connect(self.search_panel.show_hits)
        errands.customers.set.connect(self._on_customer_set)
        errands.returns.found.connect(self.show_receipt)
        errands.returns.previewed.connect(self.return_panel.show_preview)
        errands.returns.booked.connect(self.return_booked)
        errands.codes.card_found.connect(self.show_card)
        errands.codes.card_unknown.connect(self._on_card_unknown)
        self.search_panel.search_wanted.connect(errands.customers.search)
        self.search_panel.chosen.connect(errands.customers.choose)
        self.search_panel.add_wanted.connect(errands.customers.add)
        self.held_panel.chosen.connect(self._on_held_chosen)
        self.coupons_panel.chosen.connect(self._on_coupon_chosen)
        self._sell.shown.connect(self._on_basket)
        card = self.card_panel
        card.look_up_wanted.connect(errands.codes.look_up_card)
        card.sell_wanted.connect(lambda minor, card: self._on_card_sold(minor, card, reload=False))
        card.reload_wanted.connect(lambda minor, card: self._on_card_sold(minor, card, reload=True))
        card.take_wanted.connect(self._pay_with_code)
        self.return_panel.find_wanted.connect(errands.returns.find)
        self.return_panel.preview_wanted.connect(errands.returns.preview)
        self.return_panel.refund_wanted.connect(errands.returns.book)
        self.return_panel.exchange_wanted.connect(self._on_exchange)
        self.return_panel.card_wanted.connect(errands.returns.find_card)
        self.return_panel.no_receipt_wanted.connect(self.take_back_without)
        errands.returns.card_found.connect(self._on_card_for_refund)
        self._connect_no_receipt(errands)

    def _connect_no_receipt(self, errands: Errands) -> None:
        panel, errand = self.no_receipt_panel, errands.no_receipt
        panel.scan_wanted.connect(errand.scanned)
        panel.preview_wanted.connect(errand.preview)
        panel.refund_wanted.connect(errand.book)
        panel.customer_wanted.connect(self.find_customer)
        panel.card_wanted.connect(errands.returns.find_card)
        errand.brought.connect(panel.add)
        errand.previewed.connect(panel.show_preview)
        errand.booked.connect(self._on_taken_back)

    def coupons(self) -> None:
        """All that the customer of this sale holds; without one, who it is is asked first."""
        customer = self._sell.basket.customer
        if self._pay.is_open:
            return
        if customer is None:
            self.find_customer()
            return
        self.coupons_panel.show_offers(customer.coupons)
        self._side.open(self.coupons_panel)

    def _on_coupon_chosen(self, offer: CouponOffer) -> None:
        self._side.back()
        self._errands.codes.use_coupon(offer.code_text)

    def _on_basket(self, view: BasketView) -> None:
        """What can be used changes with every line, and whose they are with the customer."""
        self.no_receipt_panel.show_customer(view.customer)
        if self._side.currentWidget() is self.coupons_panel:
            if view.customer is None:
                self._side.back()
            else:
                self.coupons_panel.show_offers(view.customer.coupons)

    def find_customer(self) -> None:
        if not self._pay.busy:
            if self._side.currentWidget() is self.no_receipt_panel:
                self._side.open_over(self.search_panel)
            else:
                self._side.open(self.search_panel)
            self.search_panel.open()

    def cash_in(self) -> None:
        self._cash("pay_in", self.tr("Put cash into the drawer"), self.tr("Pay in"))

    def cash_out(self) -> None:
        self._cash("pay_out", self.tr("Take cash out of the drawer"), self.tr("Pay out"))

    def _cash(self, kind: str, title: str, verb: str) -> None:
        if self._pay.is_open:
            return
        self.cash_panel.ask_reasoned(
            title, verb, lambda minor, reason: self._errands.drawer.move_cash(kind, self._money(minor), reason)
        )
        self._side.open(self.cash_panel)

    def close_register(self) -> None:
        """Count first, then see: the expected amount stays hidden until the count is in."""
        if self._pay.is_open or not self._sell.basket.is_empty:
            said = self.tr("There is an open sale. Finish it, hold it or void it, then close the register.")
            self._sell.told.emit(said, "warning")
            return
        self.cash_panel.ask_amount(
            self.tr("Close the register"),
            self.tr("Count the drawer and type what is in it, the float included."),
            self.tr("Close the register"),
            lambda minor: self._errands.drawer.close_register(self._money(minor)),
            least=0,
        )
        self._side.open(self.cash_panel)

    def _on_register_closed(self, closing: Closing) -> None:
        money = self._sell.formats.money
        difference = closing.difference
        if not difference:
            said = self.tr("Counted {0}: exactly right.").format(money(closing.counted))
        else:
            word = self.tr("short") if difference.minor < 0 else self.tr("over")
            size = money(-difference if difference.minor < 0 else difference)
            said = self.tr("Counted {0}, expected {1}: {2} {3}.").format(
                money(closing.counted), money(closing.expected), size, word
            )
        self.register_closed.emit(said)

    def _money(self, minor: int) -> Money:
        return Money(minor, self._sell.formats.currency)

    def _on_customer_set(self) -> None:
        if self._side.currentWidget() is self.search_panel:
            self._side.back()

    def _pay_with_code(self, code: str) -> None:
        if self._pay.open():
            self._pay.take_code(code)
        else:
            self.card_panel.tell(self.tr("There is nothing to pay yet. Scan something first."))

    def recall(self) -> None:
        if not self._pay.is_open:
            self._errands.holding.list_all()
            self._side.open(self.held_panel)

    def _on_held_chosen(self, basket_id: int) -> None:
        self._side.show_home()
        self._errands.holding.resume(basket_id)

    def take_back(self) -> None:
        if not self._pay.is_open:
            allowed = self._sell.is_ready and self._sell.facts.returns.no_receipt is not NoReceipt.NOT_ALLOWED
            self.return_panel.open()
            self.return_panel.take_without_receipt(allowed)
            self._side.open(self.return_panel)

    def take_back_without(self) -> None:
        """Without a receipt; the customer of the sale at this till is who brings it."""
        if not self._pay.is_open:
            self.no_receipt_panel.open()
            self.no_receipt_panel.show_customer(self._sell.basket.customer)
            self._side.open(self.no_receipt_panel)

    def scan_to_return(self, code: str, *, product: bool, card: bool) -> bool:
        """Whether an open return takes this scan: `product`, a product has it; `card`, a gift card may have it."""
        panel = self._side.currentWidget()
        if panel is self.no_receipt_panel and product:
            self._errands.no_receipt.scanned(code)
            return True
        returning = panel is self.return_panel or panel is self.no_receipt_panel
        if returning and card and isinstance(panel, ReturnPanel | NoReceiptPanel) and panel.way.asks_for_card:
            panel.way.scanned(code)
            return True
        return False

    def _on_card_for_refund(self, card: CardShown) -> None:
        panel = self._side.currentWidget()
        if isinstance(panel, ReturnPanel | NoReceiptPanel):
            panel.show_card(card)

    def _on_taken_back(self, sale: CompletedSale) -> None:
        """Who brought it back is not who buys next."""
        self.no_receipt_panel.open()
        if self._sell.basket.is_empty:
            self._sell.set_customer(None)
        self.return_booked.emit(sale)

    def show_receipt(self, sale: SaleView) -> None:
        if not self._pay.is_open:
            self.return_panel.show_sale(sale)
            self._side.open(self.return_panel)

    def _on_exchange(self, sale: SaleView, lines: Sequence[ReturnLine]) -> None:
        self._side.show_home()
        self._errands.returns.exchange(sale, lines)

    def gift_card(self) -> None:
        if not self._pay.is_open:
            self.card_panel.open()
            self._side.open(self.card_panel)

    def show_card(self, card: CardShown) -> None:
        if not self._pay.is_open:
            self.card_panel.open(card)
            self._side.open(self.card_panel)

    def _on_card_unknown(self, number: str) -> None:
        if self._side.currentWidget() is self.card_panel:
            self.card_panel.show_unknown(number)

    def _on_card_sold(self, minor: int, card: CardOnLine, *, reload: bool) -> None:
        name = self.tr("Gift card reload") if reload else self.tr("Gift card")
        if self._sell.sell_card(minor, name=name, card=card, reload=reload):
            self._side.show_home()

    def refuse(self, sentence: str) -> None:
        panel = self._side.currentWidget()
        if panel is self.search_panel:
            self.search_panel.refuse(sentence)
        elif isinstance(panel, ReturnPanel | NoReceiptPanel):
            panel.refuse(sentence)
        elif isinstance(panel, SidePanel):
            panel.tell(sentence)
        else:
            self._sell.told.emit(sentence, "danger")


def _card_values(currency: str) -> tuple[int, ...]:
    """Usual worths of a card, in minor units."""
    unit = 10 ** decimals_of(currency)
    return tuple(int(value * unit) for value in (10, 25, 50, 100))
