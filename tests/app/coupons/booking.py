"""A use booked beside a bare sale: counted by the coupons' own guards, its row written as a sale's batch writes it."""

from __future__ import annotations

from datetime import date, datetime

from app.coupons import uses
from app.coupons.model import Use
from db.models.promotion import CouponRedemption, Promotion
from db.uow import UnitOfWork


def count(uow: UnitOfWork, use: Use, customer_id: int | None, today: date, currency: str = "USD") -> None:
    """Raises a CouponRefused."""
    uses.claim(uow, [use], customer_id=customer_id, today=today, currency=currency)


def write(uow: UnitOfWork, use: Use, customer_id: int | None, *, sale_id: int, number: str, at: datetime) -> None:
    promotion = uow.session.get_one(Promotion, use.promotion_id)
    uow.session.add(
        CouponRedemption(
            kind="use", promotion_id=use.promotion_id, promotion_version=use.version, code_id=use.code_id,
            campaign_id=promotion.campaign_id, customer_id=customer_id, sale_id=sale_id, code_shown=use.code_shown,
            name=use.name, discount_minor=use.amount_minor, discount_percent=use.percent, sale_number=number,
            used_at=at,
        )
    )  # fmt: skip
