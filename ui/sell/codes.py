"""The shop's own codes: coupons, cards, customers and receipts, by what the database says they are."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.barcodes.model import OwnCodeKind
from app.checkout.model import CouponOnBasket, CustomerPanel
from app.checkout.receipts import SaleView
from app.errors import NotFound
from app.giftcards.model import GiftCardUnknown
from ui.sell.errand import Errand
from ui.sell.ports import CardShown
from ui.sell.presenter import SellPresenter
from ui.sell.returning import ReturnErrands
from ui.sell.scan import LookUp, NotKnown, nothing_of_ours, shown
from ui.sell.searching import CustomerErrands
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs


class CodeErrands(Errand):
    """What one of our codes is, and to whom it leads. Unknown ones are told loudly."""

    card_found = Signal(object)  # CardShown
    card_unknown = Signal(str)  # the number: no card in use has it, one can be sold with it

    def __init__(
        self, sell: SellPresenter, reads: Jobs, writes: Jobs, customers: CustomerErrands, returns: ReturnErrands,
        parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(sell, reads, writes, parent)
        self._customers, self._returns = customers, returns

    def look_up(self, code: LookUp) -> None:
        services, context = self._services, self._context
        if code.plain:
            self._ask("", lambda: self._plain(code.code), self._on_any, self._not_ours(code.code), for_sale=True)
        elif code.kind is OwnCodeKind.COUPON:
            self.use_coupon(code.code)
        elif code.kind is OwnCodeKind.RECEIPT:
            self._returns.find(code.code, failed=self._loudly(code.code))
        elif code.kind is OwnCodeKind.LOYALTY_CARD:
            self._ask(
                "", lambda: self._by_loyalty_card(code.code), self._customers.use, self._loudly(code.code),
                for_sale=True,
            )  # fmt: skip
        elif code.kind is OwnCodeKind.GIFT_CARD:
            self._ask(
                "card", lambda: services.cards.look_up(context, code.code), self.card_found.emit,
                self._loudly(code.code),
            )  # fmt: skip
        else:
            self._ask("", lambda: self._any(code.code), self._on_any, self._loudly(code.code), for_sale=True)

    def _by_loyalty_card(self, code: str) -> CustomerPanel:
        customer_id = self._services.customers.by_card(code)
        if customer_id is None:
            raise NotFound("No customer has this card. Search by name or phone with F3.", code="customer.card")
        return self._services.checkout.customer(customer_id)

    def _any(self, code: str) -> CouponOnBasket | CardShown | CustomerPanel:
        """A generated code says nothing of its kind: a coupon's, a card's, a customer's, in this order."""
        coupon = self._services.checkout.coupon(code)
        if coupon.code_id is not None:
            return coupon
        customer_id = self._services.customers.by_card(code)
        if customer_id is not None:
            return self._services.checkout.customer(customer_id)
        return self._services.cards.look_up(self._context, code)

    def _plain(self, code: str) -> CustomerPanel | SaleView:
        """A word that is no product's may be the number of a customer or of a receipt. Raises NotFound."""
        customer_id = self._services.customers.by_card(code)
        if customer_id is not None:
            return self._services.checkout.customer(customer_id)
        return self._services.returns.find(code)

    def _not_ours(self, code: str) -> Callable[[Exception], None]:
        def failed(error: Exception) -> None:
            if isinstance(error, NotFound):
                self._sell.scan_refused.emit(nothing_of_ours(code))
            else:
                self._on_failed_loudly(error)

        return failed

    def _on_any(self, found: CouponOnBasket | CardShown | CustomerPanel | SaleView) -> None:
        if isinstance(found, CouponOnBasket):
            self._sell.add_coupon(found)
        elif isinstance(found, SaleView):
            self._returns.found.emit(found)
        elif isinstance(found, CustomerPanel):
            self._customers.use(found)
        else:
            self.card_found.emit(found)

    def _loudly(self, code: str) -> Callable[[Exception], None]:
        def failed(error: Exception) -> None:
            raw = shown(code) if len(code) <= 12 else f"•••• {code[-4:]}"
            self._sell.scan_refused.emit(NotKnown(raw, sentence(error, self._sell.formats), unknown=False))

        return failed

    def use_coupon(self, text: str) -> None:
        checkout = self._services.checkout
        self._ask("", lambda: checkout.coupon(text), self._sell.add_coupon, for_sale=True)

    def look_up_card(self, code: str) -> None:
        cards, context = self._services.cards, self._context

        def failed(error: Exception) -> None:
            if isinstance(error, GiftCardUnknown):
                self.card_unknown.emit(code)
            else:
                self._on_failed(error)

        self._ask("card", lambda: cards.look_up(context, code), self.card_found.emit, failed)
