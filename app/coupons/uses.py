"""Why one more use of a coupon does not count, and giving uses back.

A sale's uses are booked by db.queries.sales_coupons in the sale's own batch, under the same conditions. When one of
them refuses, `claim` counts again one by one, in a transaction that is given up afterwards, to say which it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from app.coupons.model import (
    BudgetSpent,
    CouponNeedsCustomer,
    CouponNotYours,
    CouponOff,
    CouponRefused,
    CouponUsedUp,
    Use,
)
from app.money import Money
from db.queries import coupon_codes, coupon_uses, promotions
from db.uow import UnitOfWork


def claim(uow: UnitOfWork, uses: Iterable[Use], *, customer_id: int | None, today: date, currency: str) -> None:
    """Count each use against its total, code, customer and budget limits. Raises a CouponRefused.

    In order of promotion, so that two tills with the same coupons wait for each other instead of deadlocking.
    """
    for use in sorted(uses, key=lambda use: (use.promotion_id, use.code_id or 0)):
        _claim(uow, use, customer_id, today, currency)


def _claim(uow: UnitOfWork, use: Use, customer_id: int | None, today: date, currency: str) -> None:
    connection = uow.connection
    counted = coupon_uses.count_use(connection, use.promotion_id)
    if counted is None:
        raise _total_refusal(uow, use)
    campaign_id, customer_limit, _version = counted
    code_limit = None
    if use.code_id is not None:
        of_code = coupon_uses.count_code(
            connection, use.code_id, use.promotion_id, today=today, customer_id=customer_id
        )
        if of_code is None:
            raise _code_refusal(uow, use, customer_id, today)
        (code_limit,) = of_code
    _count_customer(uow, use, customer_id, customer_limit, code_limit)
    if campaign_id is not None and not coupon_uses.spend(connection, campaign_id, use.amount_minor):
        raise _budget_refusal(uow, use, currency)


def _count_customer(
    uow: UnitOfWork, use: Use, customer_id: int | None, per_promotion: int | None, per_code: int | None
) -> None:
    if customer_id is None:
        if per_promotion is not None or per_code is not None:
            raise CouponNeedsCustomer(
                "It may be used so many times per customer. Attach the customer to the sale (F3).",
                promotion_id=use.promotion_id,
                name=use.name,
            )
        return
    counts = [(coupon_uses.WHOLE_PROMOTION, per_promotion)]
    if use.code_id is not None:
        counts.append((use.code_id, per_code))
    for code_id, limit in counts:
        if not coupon_uses.count_customer(uow.connection, use.promotion_id, code_id, customer_id, limit):
            raise CouponUsedUp(
                f"This customer has used it {limit} of {limit} times.", promotion_id=use.promotion_id, name=use.name
            )


# What a given-back use repeats of the use itself.
_KEPT = ("promotion_id", "promotion_version", "code_id", "campaign_id", "customer_id", "code_shown", "name")


def give_back(
    uow: UnitOfWork, sale_id: int, *, return_sale_id: int, return_number: str, at: datetime
) -> tuple[str, ...]:
    """Undo every use of a sale that came back whole; names of the coupons. A second call gives back nothing (V18)."""
    names = []
    for taken in coupon_uses.uses_of_sale(uow.connection, sale_id):
        row = {name: taken[name] for name in _KEPT}
        row |= {
            "kind": "return", "sale_id": return_sale_id, "reverses_id": taken["id"], "sale_number": return_number,
            "discount_minor": -taken["discount_minor"], "discount_percent": taken["discount_percent"], "used_at": at,
        }  # fmt: skip
        if coupon_uses.give_back_use(uow.connection, taken, row):
            names.append(str(taken["name"]))
    return tuple(names)


# --- why not -----------------------------------------------------------------------------------------------


def _total_refusal(uow: UnitOfWork, use: Use) -> CouponRefused:
    limits = promotions.limits_of(uow.connection, use.promotion_id)
    if limits is None or not limits.active:
        return CouponOff("It was switched off.", promotion_id=use.promotion_id, name=use.name)
    return CouponUsedUp(
        f"It was used {limits.use_count} of {limits.total_limit} times.", promotion_id=use.promotion_id, name=use.name
    )


def _code_refusal(uow: UnitOfWork, use: Use, customer_id: int | None, today: date) -> CouponRefused:
    row = coupon_codes.code_by_id(uow.connection, use.code_id or 0)
    refusal: type[CouponRefused] = CouponOff
    if row is None or row.promotion_id != use.promotion_id or row.status != "active":
        why = "Its code was cancelled."
    elif row.customer_id is not None and row.customer_id != customer_id:
        refusal, why = CouponNotYours, "It was issued to another customer."
    elif row.expires_on is not None and row.expires_on < today:
        why = f"Its code expired on {row.expires_on.isoformat()}."
    else:
        refusal, why = CouponUsedUp, f"Its code was used {row.use_count} of {row.max_uses} times."
    return refusal(why, promotion_id=use.promotion_id, name=use.name)


def _budget_refusal(uow: UnitOfWork, use: Use, currency: str) -> CouponRefused:
    limits = promotions.limits_of(uow.connection, use.promotion_id)
    left = Money(0 if limits is None else limits.campaign_left_minor or 0, currency)
    return BudgetSpent(f"Its campaign has {left} of its budget left.", promotion_id=use.promotion_id, name=use.name)
