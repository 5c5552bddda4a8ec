"""What the doctor judges in Python, row by row: uses of promotions and payments with cards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.engine import Row

from db.models import (
    CouponCode,
    CouponRedemption,
    PromotionVersion,
    Sale,
    SaleLine,
    ValueAccount,
    ValueEntry,
    ValueEvent,
    ValueHold,
)

_PIECE = 5_000


def definitions(connection: Connection) -> Sequence[Row[Any]]:
    """Every promotion version with its definition."""
    return connection.execute(
        select(PromotionVersion.promotion_id, PromotionVersion.version, PromotionVersion.definition)
    ).all()


def uses(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """id, promotion, version, used at, saved, sale, outlet, customer, code's last day, goods undiscounted, lines."""
    used = CouponRedemption
    goods = (
        select(
            SaleLine.sale_id, func.sum(SaleLine.gross_minor).label("goods"), func.count().label("lines"),
        )
        .where(SaleLine.sale_id.in_(select(used.sale_id)), SaleLine.quantity_milli > 0, SaleLine.kind == "product")
        .group_by(SaleLine.sale_id)
        .subquery()
    )  # fmt: skip
    query = (
        select(
            used.id, used.promotion_id, used.promotion_version, used.used_at, used.discount_minor, used.sale_id,
            Sale.outlet_id, Sale.customer_id, CouponCode.expires_on, func.coalesce(goods.c.goods, 0),
            func.coalesce(goods.c.lines, 0),
        )
        .join(Sale, Sale.id == used.sale_id)
        .outerjoin(CouponCode, CouponCode.id == used.code_id)
        .outerjoin(goods, goods.c.sale_id == used.sale_id)
        .where(used.kind == "use")
    )  # fmt: skip
    yield from map(tuple, connection.execute(query.execution_options(yield_per=_PIECE)))


def payments(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """id, account, recorded at, last day, the note of the first extension after it, when its hold was made."""
    extended = (
        select(ValueEvent.reason)
        .where(
            ValueEvent.account_id == ValueEntry.account_id, ValueEvent.kind == "extended",
            ValueEvent.at > ValueEntry.recorded_at,
        )
        .order_by(ValueEvent.id)
        .limit(1)
        .scalar_subquery()
    )  # fmt: skip
    query = (
        select(
            ValueEntry.id, ValueEntry.account_id, ValueEntry.recorded_at, ValueAccount.expires_on, extended,
            ValueHold.created_at,
        )
        .join(ValueAccount, ValueAccount.id == ValueEntry.account_id)
        .outerjoin(ValueHold, ValueHold.id == ValueEntry.hold_id)
        .where(ValueEntry.kind == "redemption")
    )  # fmt: skip
    yield from map(tuple, connection.execute(query.execution_options(yield_per=_PIECE)))


def settings_saved_since(connection: Connection, group: str, at: Any) -> bool:
    """Whether this group of settings was saved at or after a moment, so that what counted before is not known."""
    from db.models import Journal

    found = connection.execute(
        select(Journal.id)
        .where(Journal.kind == "settings_saved", Journal.at >= at, Journal.body.contains(f'"group":"{group}"'))
        .limit(1)
    )
    return found.first() is not None
