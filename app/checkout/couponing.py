"""Coupon uses of the sale that is being booked: counted by guards in its own batch, refused with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.checkout.errors import CouponGone
from app.checkout.facts import TillFacts
from app.checkout.model import OpenBasket
from app.checkout.rows import Head
from app.coupons import uses as coupon_uses
from app.coupons.model import CouponRefused, Use
from app.pricing.model import PricedBasket
from app.pricing.promotion import Kind
from db.queries import sales_coupons as queries
from db.queries.sales_batch import Batch
from db.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Refused:
    """The guard of one use."""

    use: Use


def uses_of(basket: OpenBasket, priced: PricedBasket, facts: TillFacts) -> list[Use]:
    """The promotions that count, in the order in which every sale counts them."""
    coupons = {coupon.entered.text: coupon for coupon in basket.coupons}
    found = []
    for entry in priced.applied:
        if entry.promotion_id is None:
            continue
        promotion = facts.catalogue.by_id(entry.promotion_id)
        percent = promotion.percent if promotion is not None and promotion.kind is Kind.PERCENT else None
        coupon = coupons.get(entry.code)
        found.append(
            Use(
                promotion_id=entry.promotion_id, version=entry.version, name=entry.name,
                amount_minor=entry.amount_minor, code_id=None if coupon is None else coupon.code_id,
                code_shown="" if coupon is None else coupon.shown, percent=percent,
            )
        )  # fmt: skip
    return sorted(found, key=lambda use: (use.promotion_id, use.code_id or 0))


def ask_limits(batch: Batch, uses: Sequence[Use]) -> queries.LimitSteps:
    return queries.ask_limits(
        batch,
        sorted({use.promotion_id for use in uses}),
        sorted({use.code_id for use in uses if use.code_id is not None}),
    )


def queue_uses(
    batch: Batch, uses: Sequence[Use], limits: queries.UseLimits, *, customer_id: int | None, today: date
) -> None:
    """Guards first in the batch: when one fails, GuardFailed carries Refused(use)."""
    for use in uses:
        guard = Refused(use)
        queries.count_use(batch, use.promotion_id, guard)
        if use.code_id is not None:
            queries.count_code(batch, use.code_id, use.promotion_id, today=today, customer_id=customer_id, guard=guard)
        if customer_id is not None:
            per_customer = limits.per_customer.get(use.promotion_id)
            queries.count_customer(batch, use.promotion_id, queries.WHOLE_PROMOTION, customer_id, per_customer, guard)
            if use.code_id is not None:
                per_code = limits.per_customer_code.get(use.code_id)
                queries.count_customer(batch, use.promotion_id, use.code_id, customer_id, per_code, guard)
        campaign_id = limits.campaigns.get(use.promotion_id)
        if campaign_id is not None:
            queries.spend(batch, campaign_id, use.amount_minor, guard)


def needs_customer(uses: Sequence[Use], limits: queries.UseLimits) -> Use | None:
    """A use whose limit per customer means nothing without one (T18)."""
    for use in uses:
        of_code = limits.per_customer_code.get(use.code_id or 0)
        if limits.per_customer.get(use.promotion_id) is not None or of_code is not None:
            return use
    return None


def redemption_rows(uses: Sequence[Use], limits: queries.UseLimits, head: Head, customer_id: int | None) -> list[Any]:
    return [
        (
            "use", use.promotion_id, use.version, use.code_id, limits.campaigns.get(use.promotion_id), customer_id,
            head.sale_id, None, use.code_shown[:60], use.name[:160], use.amount_minor, use.percent,
            head.number_text, head.at,
        )
        for use in uses
    ]  # fmt: skip


def say_why(uow: UnitOfWork, use: Use, *, customer_id: int | None, today: date, currency: str) -> CouponGone:
    """What stands against this use. Undoes what was written, then asks the coupons themselves; writes nothing."""
    uow.connection.rollback()
    uow.connection.begin()
    try:
        coupon_uses.claim(uow, [use], customer_id=customer_id, today=today, currency=currency)
    except CouponRefused as refused:
        return CouponGone(refused.name, str(refused))
    finally:
        uow.connection.rollback()
    return CouponGone(use.name, "Another register was quicker.")
