"""Goods brought back without a receipt: what they give back, and the return."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from app.catalog.till import TillProduct
from app.checkout.model import CompletedSale
from app.checkout.no_receipt_service import Brought, NoReceiptPreview
from app.checkout.returns import WayBack
from app.errors import NotPermitted
from app.ids import new_request_id
from app.pricing.model import UNIT_MILLI
from app.staff.model import Approval
from ui.sell.errand import Errand
from ui.sell.presenter import SellPresenter
from ui.sell.scan import SellProduct
from ui.shared.jobs import Jobs


class NoReceiptErrands(Errand):
    brought = Signal(object, int)  # TillProduct, thousandths
    previewed = Signal(object)  # NoReceiptPreview
    booked = Signal(object)  # CompletedSale

    def __init__(self, sell: SellPresenter, reads: Jobs, writes: Jobs, parent: QObject) -> None:
        super().__init__(sell, reads, writes, parent)
        self._booking = False
        self._request = new_request_id()

    def scanned(self, text: str) -> None:
        """What was scanned or typed: a product comes back, anything else is told in the panel."""
        router = self._sell.shop.router
        routed = None if router is None else router.route(text)
        if not isinstance(routed, SellProduct):
            self.refused.emit(self.tr("No one product has this code. Scan what comes back, or type its number."))
            return
        quantity = _quantity(routed)
        if routed.product.facts.weighed and not routed.measured and quantity % UNIT_MILLI == 0:
            self.refused.emit(self.tr("This is sold by weight. Scan its label, or type the weight: 0.250*CODE."))
        else:
            self.brought.emit(routed.product, quantity)

    def preview(self, brought: Sequence[Brought], customer_id: int | None, back: WayBack | None) -> None:
        """What giving back would do; nothing brought asks for nothing, and drops an answer under way."""
        service, context, chosen = self._services.no_receipt, self._context, tuple(brought)
        if not self._booking:
            self._request = new_request_id()
        self.drop("without")
        if chosen:
            self._ask(
                "without", lambda: service.preview(context, chosen, customer_id=customer_id, back=back),
                self.previewed.emit,
            )  # fmt: skip

    def book(
        self, preview: NoReceiptPreview, brought: Sequence[Brought], reason: str, approval: Approval | None = None
    ) -> None:
        """As previewed. One booking at a time, whatever is pressed meanwhile."""
        if self._booking:
            return
        self._booking = True
        service, context, chosen = self._services.no_receipt, self._context, tuple(brought)
        request = self._request  # kept when the outcome is unknown, so that doing it again is harmless

        def work() -> CompletedSale:
            return service.complete(
                context, chosen, reason=reason, customer_id=preview.customer_id, back=preview.back,
                request_id=request, shown_refund=preview.refund, approval=approval,
            )  # fmt: skip

        def failed(error: Exception) -> None:
            self._booking = False
            if isinstance(error, NotPermitted):
                self.approval_wanted.emit(error, lambda yes: self.book(preview, brought, reason, yes))
            else:
                self._on_failed(error)

        self._writes.start(work, self._on_booked, failed, owner=self)

    def _on_booked(self, sale: CompletedSale) -> None:
        self._booking = False
        self._request = new_request_id()
        self._services.till.sale_completed(sale)
        self.booked.emit(sale)


def _quantity(found: SellProduct) -> int:
    """Thousandths. A label that names a price tells the weight by today's price of the kilogram."""
    product: TillProduct = found.product
    if found.price_minor is None or not product.facts.weighed or not product.price_minor:
        return found.quantity_milli
    return max(1, found.price_minor * UNIT_MILLI // product.price_minor)
