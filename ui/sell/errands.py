"""What the till fetches and files around a sale: customers, codes, held sales, returns, cards, reprints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from PySide6.QtCore import QObject, Signal

from app.barcodes.model import OwnCodeKind
from app.checkout.model import CompletedSale, CouponOnBasket, CustomerPanel, HeldBasket, OpenBasket
from app.checkout.receipts import SaleView
from app.checkout.returns import ReturnLine, ReturnPreview
from app.errors import DomainError, NotFound, NotPermitted
from app.ids import new_request_id
from app.money import Money
from app.staff.model import Approval
from ui.sell.ports import CardShown, CustomerHit
from ui.sell.presenter import SellPresenter
from ui.sell.scan import LookUp, NotKnown, shown
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs


class Errands(QObject):
    """Each method asks off the GUI thread; the answer is a signal. A slow answer to an older search is dropped."""

    products_found = Signal(object)  # tuple[ProductHit, ...]
    customers_found = Signal(object)  # Sequence[CustomerHit]
    held_listed = Signal(object)  # tuple[HeldBasket, ...]
    held_counted = Signal(int)
    receipt_found = Signal(object)  # SaleView
    return_previewed = Signal(object)  # ReturnPreview
    return_booked = Signal(object)  # CompletedSale
    card_found = Signal(object)  # CardShown
    refused = Signal(str)  # a sentence for the panel that asked
    customer_set = Signal()
    register_closed = Signal(object)  # Closing
    done = Signal(str)  # what was done, for a toast
    approvers_listed = Signal(object)  # tuple[StaffTile, ...]
    approval_wanted = Signal(object, object)  # NotPermitted, Callable[[Approval], None]

    def __init__(self, sell: SellPresenter, reads: Jobs, writes: Jobs) -> None:
        super().__init__(sell)
        self._sell, self._reads, self._writes = sell, reads, writes
        self._services, self._context = sell.services, sell.context
        self._asked_products = 0
        self._asked_customers = 0
        self._asked_previews = 0
        self._booking = False
        self._return_request = new_request_id()

    # Products and customers as one types

    def search_products(self, typed: str) -> None:
        self._asked_products += 1
        asked, catalog = self._asked_products, self._services.catalog
        if not typed.strip():
            self.products_found.emit(())
            return
        self._reads.start(lambda: (asked, catalog.search(typed, limit=12)), self._on_products, self._on_failed)

    def _on_products(self, answer: tuple[int, object]) -> None:
        if answer[0] == self._asked_products:
            self.products_found.emit(answer[1])

    def drop_search(self) -> None:
        """Something was scanned or chosen: an answer still under way is not wanted any more."""
        self._asked_products += 1

    def search_customers(self, typed: str) -> None:
        self._asked_customers += 1
        asked, customers = self._asked_customers, self._services.customers
        if not typed.strip():
            self.customers_found.emit(())
            return
        self._reads.start(lambda: (asked, customers.search(typed, 12)), self._on_customers, self._on_failed)

    def _on_customers(self, answer: tuple[int, Sequence[CustomerHit]]) -> None:
        if answer[0] == self._asked_customers:
            self.customers_found.emit(answer[1])

    def choose_customer(self, customer_id: int) -> None:
        checkout = self._services.checkout
        self._reads.start(lambda: checkout.customer(customer_id), self._on_customer, self._on_failed)

    def add_customer(self, first: str, last: str, phone: str, email: str) -> None:
        services = self._services

        def work() -> CustomerPanel:
            return services.checkout.customer(services.customers.quick_add(first, last, phone, email))

        self._writes.start(work, self._on_customer, self._on_failed)

    def _on_customer(self, panel: CustomerPanel) -> None:
        self._sell.set_customer(panel)
        self.customer_set.emit()

    def refresh_customer(self) -> None:
        customer = self._sell.basket.customer
        if customer is not None:
            self.choose_customer(customer.customer_id)

    # The shop's own codes

    def look_up(self, code: LookUp) -> None:
        """What one of our codes is, and to whom it leads. Unknown ones are told loudly."""
        services, context = self._services, self._context
        if code.kind is OwnCodeKind.COUPON:
            self.use_coupon(code.code)
        elif code.kind is OwnCodeKind.RECEIPT:
            self.find_receipt(code.code, loud=True)
        elif code.kind is OwnCodeKind.LOYALTY_CARD:
            self._reads.start(
                lambda: self._by_loyalty_card(code.code), self._on_customer, self._loudly(code.code), owner=self
            )
        elif code.kind is OwnCodeKind.GIFT_CARD:
            self._reads.start(
                lambda: services.cards.look_up(context, code.code),
                self.card_found.emit,
                self._loudly(code.code),
                owner=self,
            )
        else:
            self._reads.start(lambda: self._any(code.code), self._on_any, self._loudly(code.code), owner=self)

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

    def _on_any(self, found: CouponOnBasket | CardShown | CustomerPanel) -> None:
        if isinstance(found, CouponOnBasket):
            self._sell.add_coupon(found)
        elif isinstance(found, CustomerPanel):
            self._on_customer(found)
        else:
            self.card_found.emit(found)

    def _loudly(self, code: str) -> Callable[[Exception], None]:
        def failed(error: Exception) -> None:
            raw = shown(code) if len(code) <= 12 else f"•••• {code[-4:]}"
            self._sell.scan_refused.emit(NotKnown(raw, sentence(error, self._sell.formats), unknown=False))

        return failed

    def use_coupon(self, text: str) -> None:
        checkout = self._services.checkout
        self._reads.start(lambda: checkout.coupon(text), self._sell.add_coupon, self._on_failed)

    def look_up_card(self, code: str) -> None:
        cards, context = self._services.cards, self._context
        self._reads.start(lambda: cards.look_up(context, code), self.card_found.emit, self._on_failed)

    # Hold and recall

    def hold(self, label: str = "") -> None:
        """Put the sale aside and start a new one."""
        basket = self._sell.basket
        if basket.is_empty or self._sell.locked:
            return
        self._sell.locked = True
        checkout, context = self._services.checkout, self._context
        self._writes.start(lambda: checkout.suspend(context, basket, label), self._on_held, self._on_hold_failed)

    def _on_held(self, _basket_id: int) -> None:
        self._sell.start_anew()
        self.done.emit(self.tr("On hold. Recall it with F5."))
        self.count_held()

    def _on_hold_failed(self, error: Exception) -> None:
        self._sell.locked = False
        self._sell.told.emit(sentence(error, self._sell.formats), "danger")

    def list_held(self) -> None:
        checkout, context = self._services.checkout, self._context
        self._reads.start(lambda: checkout.held(context), self._on_held_list, self._on_failed)

    def count_held(self) -> None:
        checkout, context = self._services.checkout, self._context
        self._reads.start(lambda: len(checkout.held(context)), self.held_counted.emit, self._on_failed, owner=self)

    def _on_held_list(self, held: tuple[HeldBasket, ...]) -> None:
        self.held_counted.emit(len(held))
        self.held_listed.emit(held)

    def resume(self, basket_id: int) -> None:
        """Take a held sale here. A basket that stands is put on hold first, so nothing is lost."""
        basket, checkout, context = self._sell.basket, self._services.checkout, self._context
        if self._sell.locked:
            return
        self._sell.locked = True

        def work() -> OpenBasket:
            if not basket.is_empty:
                checkout.suspend(context, basket, "")
            return checkout.resume(context, basket_id)

        self._writes.start(work, self._on_resumed, self._on_hold_failed)

    def _on_resumed(self, basket: OpenBasket) -> None:
        self._sell.locked = False
        self._sell.take_over(basket)
        self.done.emit(self.tr("The sale is back."))
        self.count_held()

    def void(self, reason: str, approval: Approval | None = None) -> None:
        basket, checkout, context = self._sell.basket, self._services.checkout, self._context
        if basket.is_empty or self._sell.locked:
            return
        self._sell.locked = True

        def failed(error: Exception) -> None:
            self._sell.locked = False
            self._ask_or_tell(error, lambda given: self.void(reason, given))

        self._writes.start(lambda: checkout.void(context, basket, reason, approval), self._on_void, failed, owner=self)

    def _on_void(self, _nothing: object) -> None:
        self._sell.start_anew()
        self.done.emit(self.tr("The sale is void."))

    # Returns

    def find_receipt(self, number: str, *, loud: bool = False) -> None:
        returns = self._services.returns
        failed = self._loudly(number) if loud else self._on_failed
        self._reads.start(lambda: returns.find(number), self.receipt_found.emit, failed, owner=self)

    def preview_return(self, sale: SaleView, lines: Sequence[ReturnLine]) -> None:
        self._asked_previews += 1
        asked, returns, context = self._asked_previews, self._services.returns, self._context
        chosen = tuple(lines)
        if not self._booking:
            self._return_request = new_request_id()
        if chosen:
            self._reads.start(
                lambda: (asked, returns.preview(context, sale.sale_id, chosen)), self._on_preview, self._on_failed
            )

    def _on_preview(self, answer: tuple[int, ReturnPreview]) -> None:
        if answer[0] == self._asked_previews:
            self.return_previewed.emit(answer[1])

    def book_return(
        self, preview: ReturnPreview, lines: Sequence[ReturnLine], approval: Approval | None = None
    ) -> None:
        """Refund as previewed. One booking at a time, whatever is pressed meanwhile."""
        if self._booking:
            return
        self._booking = True
        returns, context, chosen = self._services.returns, self._context, tuple(lines)
        request = self._return_request  # kept when the outcome is unknown, so that doing it again is harmless

        def work() -> CompletedSale:
            return returns.complete_return(
                context,
                preview.sale.sale_id,
                chosen,
                request_id=request,
                shown_refund=preview.refund,
                approval=approval,
            )

        def failed(error: Exception) -> None:
            self._booking = False
            self._ask_or_tell(error, lambda given: self.book_return(preview, lines, given))

        self._writes.start(work, self._on_returned, failed, owner=self)

    def _on_returned(self, sale: CompletedSale) -> None:
        self._booking = False
        self._return_request = new_request_id()
        self._services.till.sale_completed(sale)
        self.return_booked.emit(sale)

    def exchange(self, sale: SaleView, lines: Sequence[ReturnLine]) -> None:
        """The lines coming back join the open basket; Pay books both."""
        returns, context, basket, chosen = self._services.returns, self._context, self._sell.basket, tuple(lines)
        self._reads.start(
            lambda: returns.add_to_basket(context, basket, sale.sale_id, chosen), self._on_exchange, self._on_failed
        )

    def _on_exchange(self, basket: OpenBasket) -> None:
        self._sell.replace_basket(basket)
        self.done.emit(self.tr("What comes back is in the basket. Scan what the customer takes instead."))

    # Drawer and paper

    def reprint_last(self) -> None:
        till, register = self._services.till, self._context.register_id

        def work() -> bool:
            sale_id = till.last_sale(register)
            if sale_id is not None:
                till.reprint(sale_id)
            return sale_id is not None

        self._writes.start(work, self._on_reprinted, self._on_failed_loudly)

    def _on_reprinted(self, found: bool) -> None:
        self.done.emit(
            self.tr("The last receipt is printed again.") if found else self.tr("This till has sold nothing yet.")
        )

    def open_drawer(self, reason: str, approval: Approval | None = None) -> None:
        till, context = self._services.till, self._context
        self._writes.start(
            lambda: till.open_drawer(context, reason, approval),
            lambda _nothing: self.done.emit(self.tr("The drawer is open.")),
            lambda error: self._ask_or_tell(error, lambda given: self.open_drawer(reason, given)),
            owner=self,
        )

    def move_cash(self, kind: str, amount: Money, reason: str, approval: Approval | None = None) -> None:
        till, context = self._services.till, self._context
        self._writes.start(
            lambda: till.move_cash(context, kind, amount, reason, approval),
            lambda _nothing: self.done.emit(self.tr("{0} is noted.").format(self._sell.formats.money(amount))),
            lambda error: self._ask_or_tell(error, lambda given: self.move_cash(kind, amount, reason, given)),
            owner=self,
        )

    def close_register(self, counted: Money, approval: Approval | None = None) -> None:
        """Close the shift by what was counted; what should be there is never shown before (a blind count)."""
        till, context = self._services.till, self._context
        self._writes.start(
            lambda: till.close_register(context, counted, approval),
            self.register_closed.emit,
            lambda error: self._ask_or_tell(error, lambda given: self.close_register(counted, given)),
            owner=self,
        )

    # Approval

    def list_approvers(self, permission: str, amount: int | Decimal | None) -> None:
        approvals, context = self._services.approvals, self._context
        self._reads.start(
            lambda: tuple(approvals.approvers(context, permission, amount)),
            self.approvers_listed.emit,
            self._on_failed,
            owner=self,
        )

    def approve(
        self,
        approver_id: int,
        pin: str,
        permission: str,
        amount: int | Decimal | None,
        on_yes: Callable[[Approval], None],
        on_no: Callable[[str], None],
    ) -> None:
        approvals, context = self._services.approvals, self._context
        self._writes.start(
            lambda: approvals.approve(context, approver_id, pin, permission, amount),
            on_yes,
            lambda error: on_no(sentence(error, self._sell.formats)),
            owner=self,
        )

    def _ask_or_tell(self, error: Exception, again: Callable[[Approval], None]) -> None:
        if isinstance(error, NotPermitted):
            self.approval_wanted.emit(error, again)
        else:
            self._on_failed_loudly(error)

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error, self._sell.formats))
        if not isinstance(error, DomainError):
            self._sell.told.emit(sentence(error, self._sell.formats), "danger")

    def _on_failed_loudly(self, error: Exception) -> None:
        self._sell.told.emit(sentence(error, self._sell.formats), "danger")
