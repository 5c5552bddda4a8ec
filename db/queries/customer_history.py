"""What one customer did and what was done around them: sales, points, cards, coupons, segments, notes.

Each list is one index range of its table, latest first, a page at a time; movements of cards are read card by card,
for a card's entries do not name its holder, who may change.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from db.models import (
    Category,
    CouponRedemption,
    CustomerCategory,
    CustomerEvent,
    CustomerOutlet,
    CustomerStats,
    CustomerTag,
    Outlet,
    PointsAccount,
    PointsEntry,
    Register,
    Sale,
    Segment,
    SegmentEvent,
    Staff,
    ValueAccount,
    ValueEntry,
)  # fmt: skip
from db.queries.keysets import Key, in_order
from db.types import BigInt, UtcDateTime

Rows = Sequence[Row[*tuple[Any, ...]]]
Found = Row[*tuple[Any, ...]]

# Sources of the activities, in the order in which equal moments are told apart (the first comes first).
EVENTS, SEGMENTS, COUPONS, CARDS, POINTS, SALES = 0, 1, 2, 3, 4, 5
SOURCES = (EVENTS, SEGMENTS, COUPONS, CARDS, POINTS, SALES)

Place = tuple[datetime, int, int]  # moment, source, id


def stats(connection: Connection, customer_id: int) -> Found | None:
    """The figures each sale keeps; None for somebody who never bought."""
    found = select(
        CustomerStats.first_visit_at,
        CustomerStats.last_visit_at,
        CustomerStats.visits,
        CustomerStats.spend_minor,
        CustomerStats.discount_minor,
        CustomerStats.coupon_visits,
    ).where(CustomerStats.customer_id == customer_id)
    return connection.execute(found).first()


def points_balance(connection: Connection, customer_id: int) -> int:
    """Over all programmes."""
    held = select(func.coalesce(func.sum(PointsAccount.balance), 0)).where(PointsAccount.customer_id == customer_id)
    return int(connection.execute(held).scalar_one())


def tags(connection: Connection, customer_id: int, *, limit: int) -> Rows:
    found = select(CustomerTag.key, CustomerTag.value).where(CustomerTag.customer_id == customer_id)
    return connection.execute(found.order_by(CustomerTag.key).limit(limit)).all()


def top_categories(connection: Connection, customer_id: int, *, limit: int) -> Rows:
    found = (
        select(Category.name, CustomerCategory.visits, CustomerCategory.spend_minor)
        .join(Category, Category.id == CustomerCategory.category_id)
        .where(CustomerCategory.customer_id == customer_id)
        .order_by(CustomerCategory.spend_minor.desc(), Category.name)
        .limit(limit)
    )
    return connection.execute(found).all()


def top_outlet(connection: Connection, customer_id: int) -> str:
    """Where they shop most often, "" for somebody who never bought."""
    found = (
        select(Outlet.name)
        .join(CustomerOutlet, CustomerOutlet.outlet_id == Outlet.id)
        .where(CustomerOutlet.customer_id == customer_id)
        .order_by(CustomerOutlet.visits.desc(), CustomerOutlet.spend_minor.desc(), Outlet.id)
        .limit(1)
    )
    return connection.execute(found).scalar() or ""


def sales(
    connection: Connection,
    customer_id: int,
    *,
    by: str = "completed",
    descending: bool = True,
    after: Key | None = None,
    limit: int,
) -> Rows:
    """Completed documents, latest first unless sorted, each row with its `key`; up to `limit` of those `after`.

    Only the order by time has an index; the others sort what one customer has.
    """
    column = _SALE_SORTS[by]
    found = (
        select(
            Sale.id,
            Sale.kind,
            Sale.number_text,
            Sale.completed_at,
            Sale.total_minor,
            Sale.discount_minor,
            Sale.currency,
            Sale.points_earned,
            Sale.source,
            Outlet.name.label("outlet"),
            Register.name.label("register"),
            Staff.name.label("cashier"),
            column.label("key"),
        )
        .join(Outlet, Outlet.id == Sale.outlet_id)
        .join(Register, Register.id == Sale.register_id)
        .join(Staff, Staff.id == Sale.cashier_id)
        .where(Sale.customer_id == customer_id)
        .limit(limit)
    )
    found = in_order(found, column, Sale.id, descending=descending, after=after, some_without=False)
    rows: Rows = connection.execute(found).all()
    return rows


_SALE_SORTS: dict[str, Any] = {
    "completed": Sale.completed_at,
    "number": Sale.number_text.concat(""),  # by its own index, all sales of the shop would be read for a few
    "kind": Sale.kind,
    "total": Sale.total_minor,
    "saved": Sale.discount_minor,
    "points": Sale.points_earned,
    "outlet": Outlet.name,
    "cashier": Staff.name,
    "source": Sale.source,
}


def sale_count(connection: Connection, customer_id: int) -> int:
    counted = select(func.count()).select_from(Sale).where(Sale.customer_id == customer_id)
    return int(connection.execute(counted).scalar_one())


def activities(connection: Connection, customer_id: int, source: int, *, after: Place | None, limit: int) -> Rows:
    """Rows of one source, latest first.

    Each has id, at, kind, text, amount_minor, currency, points, sale_id, who; what a source lacks is NULL.
    """
    statement, at, key = _SELECTS[source]
    found = statement.where(_OF_CUSTOMER[source] == customer_id).order_by(at.desc(), key.desc()).limit(limit)
    if after is not None:
        found = found.where(_follows(at, key, source, after))
    return connection.execute(found).all()


def _follows(
    at: InstrumentedAttribute[datetime], key: InstrumentedAttribute[int], source: int, after: Place
) -> ColumnElement[bool]:
    """What comes after `after` in the merged list, which runs down by moment, source and id."""
    moment, rank, last = after
    if source == rank:
        return tuple_(at, key) < tuple_(literal(moment, UtcDateTime()), literal(last, BigInt))
    return at <= moment if source < rank else at < moment


def _parts(**given: Any) -> tuple[ColumnElement[Any], ...]:
    empty: dict[str, Any] = {
        "text": literal(""), "amount_minor": literal(None), "currency": literal(None), "points": literal(None),
        "sale_id": literal(None), "who": literal(None),
    }  # fmt: skip
    return tuple(value.label(name) for name, value in (empty | given).items())


_SELECTS: dict[int, tuple[Any, Any, Any]] = {
    SALES: (
        select(
            Sale.id,
            Sale.completed_at.label("at"),
            Sale.kind,
            *_parts(
                text=Sale.number_text,
                amount_minor=Sale.total_minor,
                currency=Sale.currency,
                sale_id=Sale.id,
                who=Staff.name,
            ),
        ).join(Staff, Staff.id == Sale.cashier_id),
        Sale.completed_at,
        Sale.id,
    ),
    POINTS: (
        select(
            PointsEntry.id,
            PointsEntry.recorded_at.label("at"),
            PointsEntry.kind,
            *_parts(text=PointsEntry.reason, points=PointsEntry.points, sale_id=PointsEntry.sale_id, who=Staff.name),
        ).outerjoin(Staff, Staff.id == PointsEntry.staff_id),
        PointsEntry.recorded_at,
        PointsEntry.id,
    ),
    CARDS: (
        select(
            ValueEntry.id,
            ValueEntry.recorded_at.label("at"),
            ValueEntry.kind,
            *_parts(
                text=ValueAccount.last_four,
                amount_minor=ValueEntry.amount_minor,
                currency=ValueAccount.currency,
                sale_id=ValueEntry.sale_id,
                who=Staff.name,
            ),
        )
        .join(ValueAccount, ValueAccount.id == ValueEntry.account_id)
        .outerjoin(Staff, Staff.id == ValueEntry.staff_id),
        ValueEntry.recorded_at,
        ValueEntry.id,
    ),
    COUPONS: (
        select(
            CouponRedemption.id,
            CouponRedemption.used_at.label("at"),
            CouponRedemption.kind,
            *_parts(
                text=CouponRedemption.code_shown,
                amount_minor=CouponRedemption.discount_minor,
                currency=Sale.currency,
                sale_id=CouponRedemption.sale_id,
                who=Staff.name,
            ),
        )
        .join(Sale, Sale.id == CouponRedemption.sale_id)
        .join(Staff, Staff.id == Sale.cashier_id)
        .where(CouponRedemption.code_shown != ""),
        CouponRedemption.used_at,
        CouponRedemption.id,
    ),
    SEGMENTS: (
        select(
            SegmentEvent.id,
            SegmentEvent.at.label("at"),
            SegmentEvent.event.label("kind"),
            *_parts(text=Segment.name, who=Staff.name),
        )
        .join(Segment, Segment.id == SegmentEvent.segment_id)
        .outerjoin(Staff, Staff.id == SegmentEvent.staff_id),
        SegmentEvent.at,
        SegmentEvent.id,
    ),
    EVENTS: (
        select(
            CustomerEvent.id,
            CustomerEvent.at.label("at"),
            CustomerEvent.kind,
            *_parts(text=CustomerEvent.text, who=Staff.name),
        ).outerjoin(Staff, Staff.id == CustomerEvent.staff_id),
        CustomerEvent.at,
        CustomerEvent.id,
    ),
}
_OF_CUSTOMER: dict[int, Any] = {
    SALES: Sale.customer_id,
    POINTS: PointsEntry.customer_id,
    CARDS: ValueAccount.customer_id,
    COUPONS: CouponRedemption.customer_id,
    SEGMENTS: SegmentEvent.customer_id,
    EVENTS: CustomerEvent.customer_id,
}
