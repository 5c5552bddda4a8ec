"""Goods that come back: the receipt, what a return would do, the refund or the exchange."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from app.checkout.model import CompletedSale, OpenBasket
from app.checkout.receipts import SaleView
from app.checkout.returns import AS_PAID, ReturnLine, ReturnPreview, WayBack
from app.errors import NotPermitted
from app.ids import new_request_id
from app.permissions import Permission
from app.staff.model import Approval
from ui.sell.errand import Errand
from ui.sell.presenter import SellPresenter
from ui.shared.jobs import Jobs


class ReturnErrands(Errand):
    found = Signal(object)  # SaleView
    previewed = Signal(object)  # ReturnPreview
    booked = Signal(object)  # CompletedSale
    card_found = Signal(object)  # CardShown: where the money shall go

    def __init__(self, sell: SellPresenter, reads: Jobs, writes: Jobs, parent: QObject) -> None:
        super().__init__(sell, reads, writes, parent)
        self._booking = False
        self._request = new_request_id()

    def find(self, number: str, *, failed: Callable[[Exception], None] | None = None) -> None:
        returns = self._services.returns
        self._ask("receipt", lambda: returns.find(number), self.found.emit, failed)

    def find_card(self, code: str) -> None:
        """The gift card that a refund goes to."""
        cards, context = self._services.cards, self._context
        self._ask("card", lambda: cards.look_up(context, code), self.card_found.emit)

    def preview(self, sale: SaleView, lines: Sequence[ReturnLine], back: WayBack = AS_PAID) -> None:
        """What giving back `lines` would do; none asks for nothing, and drops an answer under way."""
        returns, context, chosen = self._services.returns, self._context, tuple(lines)
        if not self._booking:
            self._request = new_request_id()
        self.drop("preview")
        if chosen:
            self._ask("preview", lambda: returns.preview(context, sale.sale_id, chosen, back), self.previewed.emit)

    def book(self, preview: ReturnPreview, lines: Sequence[ReturnLine], *approvals: Approval) -> None:
        """Refund as previewed. One booking at a time, whatever is pressed meanwhile. `approvals`: the yes to the
        amount, and the yes to the way it goes back, as they were asked for."""
        if self._booking:
            return
        self._booking = True
        given = {one.permission: one for one in approvals}
        returns, context, chosen = self._services.returns, self._context, tuple(lines)
        request = self._request  # kept when the outcome is unknown, so that doing it again is harmless

        def work() -> CompletedSale:
            return returns.complete_return(
                context,
                preview.sale.sale_id,
                chosen,
                request_id=request,
                shown_refund=preview.refund,
                back=preview.back,
                approval=given.get(Permission.SALE_RETURN),
                tender_approval=given.get(Permission.SALE_RETURN_OTHER_TENDER),
            )

        def failed(error: Exception) -> None:
            self._booking = False
            if isinstance(error, NotPermitted):
                self.approval_wanted.emit(error, lambda yes: self.book(preview, lines, *approvals, yes))
            else:
                self._on_failed(error)

        self._writes.start(work, self._on_booked, failed, owner=self)

    def _on_booked(self, sale: CompletedSale) -> None:
        self._booking = False
        self._request = new_request_id()
        self._services.till.sale_completed(sale)
        self.booked.emit(sale)

    def exchange(self, sale: SaleView, lines: Sequence[ReturnLine]) -> None:
        """The lines coming back join the open basket; Pay books both. What is scanned meanwhile waits for them."""
        returns, context, basket, chosen = self._services.returns, self._context, self._sell.basket, tuple(lines)
        if self._sell.locked:
            return
        self._sell.locked = True
        self._reads.start(
            lambda: returns.add_to_basket(context, basket, sale.sale_id, chosen), self._on_exchange, self._on_refused
        )

    def _on_refused(self, error: Exception) -> None:
        self._on_failed(error)
        self._sell.go_on()

    def _on_exchange(self, basket: OpenBasket) -> None:
        self._sell.locked = False
        self._sell.replace_basket(basket)
        self._sell.go_on()
        self.done.emit(self.tr("What comes back is in the basket. Scan what the customer takes instead."))
