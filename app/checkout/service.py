"""The life of a sale up to Pay: facts for pricing, the kept basket, hold and recall, void. Completing: completing.py.

Screens hold an OpenBasket and step it with app.checkout.basket (pure, instant), show it with `view`, and call
the rest off the GUI thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from app.checkout.facts import TillFacts
from app.checkout.model import (
    BasketView,
    CompletedSale,
    CouponOnBasket,
    CustomerPanel,
    HeldBasket,
    Item,
    OpenBasket,
    Settlement,
    Tender,
    TillContext,
)
from app.clock import Clock
from app.pricing.model import ManualDiscount
from app.staff.model import Approval
from db.uow import Database


class CheckoutService:
    """One per shop, shared by all threads; holds no basket."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    # Facts

    def facts(self, *, fresh: bool = False) -> TillFacts:
        """Settings, promotions and uses so far. Kept in memory and read again when the shop's version moved."""
        raise NotImplementedError

    def items(self, product_ids: Sequence[int]) -> dict[int, Item]:
        """Products as they go into a basket, inactive ones included (adding one is refused with a sentence)."""
        raise NotImplementedError

    def item(self, product_id: int) -> Item:
        """Raises NotFound."""
        raise NotImplementedError

    def customer(self, customer_id: int) -> CustomerPanel:
        """The customer with what pricing and the panel need. Raises NotFound."""
        raise NotImplementedError

    def coupon(self, text: str) -> CouponOnBasket:
        """What an entered code is. Unknown codes come back too: pricing refuses them with the reason."""
        raise NotImplementedError

    def tender_for_code(self, context: TillContext, text: str, pin: str = "") -> Tender:
        """A gift card or voucher as tender, with what it holds. Raises ValueRefused; guesses are counted."""
        raise NotImplementedError

    # Pure, for the GUI thread

    def view(self, context: TillContext, basket: OpenBasket, facts: TillFacts) -> BasketView:
        """The basket priced and ready to show; no database."""
        raise NotImplementedError

    def settle(self, view: BasketView, facts: TillFacts, tenders: Sequence[Tender]) -> Settlement:
        """Where paying stands; no database. Raises TenderRefused or ValueShort."""
        raise NotImplementedError

    def discount_line(
        self, context: TillContext, basket: OpenBasket, line_id: int, discount: ManualDiscount,
        approval: Approval | None = None,
    ) -> OpenBasket:  # fmt: skip
        """A discount by hand within the cashier's limit, or approved. Raises NotPermitted, LimitExceeded."""
        raise NotImplementedError

    def discount_basket(
        self, context: TillContext, basket: OpenBasket, discount: ManualDiscount, approval: Approval | None = None
    ) -> OpenBasket:
        raise NotImplementedError

    def override_price(
        self, context: TillContext, basket: OpenBasket, line_id: int, price_minor: int, reason: str,
        approval: Approval | None = None,
    ) -> OpenBasket:  # fmt: skip
        raise NotImplementedError

    # Kept baskets

    def keep(self, context: TillContext, basket: OpenBasket, total_minor: int) -> None:
        """Write the open basket down, so that a power cut loses nothing. Cheap; call in the background."""
        raise NotImplementedError

    def restore(self, context: TillContext) -> OpenBasket | None:
        """The basket this register had open when the program ended, with today's prices."""
        raise NotImplementedError

    def suspend(self, context: TillContext, basket: OpenBasket, label: str = "") -> int:
        """Put the sale aside for any register of the outlet; nothing is consumed. Returns its id."""
        raise NotImplementedError

    def held(self, context: TillContext) -> tuple[HeldBasket, ...]:
        """Suspended sales of the outlet, newest first."""
        raise NotImplementedError

    def resume(self, context: TillContext, basket_id: int) -> OpenBasket:
        """Take a held sale to this register. Raises BasketTaken when another register was quicker."""
        raise NotImplementedError

    def void(self, context: TillContext, basket: OpenBasket, reason: str, approval: Approval | None = None) -> None:
        """Drop an unfinished sale; the journal keeps what it held and its total."""
        raise NotImplementedError

    # Pay

    def complete(
        self,
        context: TillContext,
        basket: OpenBasket,
        tenders: Sequence[Tender],
        shown_total_minor: int,
        *,
        approvals: Sequence[Approval] = (),
    ) -> CompletedSale:
        """Book the sale in one transaction; a repeat with the same basket finds what it booked.

        Everything is checked again: prices, promotions, limits, balances. Raises TotalChanged, CouponGone,
        ValueShort, ValueRefused, StillDue, TenderRefused, SessionClosed, NotPermitted; nothing is written then.
        """
        raise NotImplementedError

    def repeat(self, request_id: UUID) -> CompletedSale | None:
        """What was booked under this request, after an unknown outcome."""
        raise NotImplementedError


def percent_of(discount_minor: int, gross_minor: int) -> Decimal:
    """A hand discount in percent of the line, for the limit it needs."""
    return Decimal(0) if gross_minor <= 0 else Decimal(100) * discount_minor / gross_minor
