"""What one customer's Marketing tab reads: three lists, each by one index range and a page at a time.

The statements are built once: a tab must not pay for assembling them each time it opens.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, func, select, tuple_
from sqlalchemy.orm import aliased

from db.models import Campaign, CouponRedemption, Segment, SegmentMember, Shop, Staff, ValueAccount
from db.types import BigInt, UtcDateTime

Rows = Sequence[Row[*tuple[Any, ...]]]

_CUSTOMER = bindparam("customer_id", type_=BigInt)
_LIMIT = bindparam("most", type_=BigInt)
_AFTER = tuple_(bindparam("after_at", type_=UtcDateTime()), bindparam("after_id", type_=BigInt))

_SHOP = select(Shop.currency, Shop.time_zone)

_SEGMENTS = (
    select(
        Segment.id,
        Segment.name,
        SegmentMember.assigned_at,
        SegmentMember.assigned_by,
        SegmentMember.note,
        Staff.name.label("staff_name"),
    )
    .join(Segment, Segment.id == SegmentMember.segment_id)
    .outerjoin(Staff, Staff.id == SegmentMember.staff_id)
    .where(SegmentMember.customer_id == _CUSTOMER)
    .order_by(SegmentMember.assigned_at.desc(), SegmentMember.segment_id.desc())
    .limit(_LIMIT)
)
_SEGMENTS_AFTER = _SEGMENTS.where(tuple_(SegmentMember.assigned_at, SegmentMember.segment_id) < _AFTER)
_SEGMENT_COUNT = select(func.count()).select_from(SegmentMember).where(SegmentMember.customer_id == _CUSTOMER)

# A coupon was entered; a promotion that applies by itself leaves no code.
_BY_COUPON = and_(CouponRedemption.kind == "use", CouponRedemption.code_shown != "")
_given_back = aliased(CouponRedemption)
_COUPONS = (
    select(
        CouponRedemption.id,
        CouponRedemption.code_shown,
        CouponRedemption.name,
        CouponRedemption.discount_minor,
        CouponRedemption.discount_percent,
        CouponRedemption.used_at,
        CouponRedemption.sale_id,
        CouponRedemption.sale_number,
        _given_back.sale_number.label("given_back_on"),
        Campaign.name.label("campaign"),
    )
    .outerjoin(Campaign, Campaign.id == CouponRedemption.campaign_id)
    .outerjoin(_given_back, _given_back.reverses_id == CouponRedemption.id)
    .where(CouponRedemption.customer_id == _CUSTOMER, _BY_COUPON)
    .order_by(CouponRedemption.used_at.desc(), CouponRedemption.id.desc())
    .limit(_LIMIT)
)
_COUPONS_AFTER = _COUPONS.where(tuple_(CouponRedemption.used_at, CouponRedemption.id) < _AFTER)
_COUPON_COUNT = (
    select(func.count())
    .select_from(CouponRedemption)
    .where(CouponRedemption.customer_id == _CUSTOMER, _BY_COUPON)
)  # fmt: skip

# A card printed but not sold holds nothing yet and is nobody's.
_IN_USE = ValueAccount.status != "issued"
_ISSUED_AT = func.coalesce(ValueAccount.activated_at, ValueAccount.issued_at, type_=UtcDateTime())
_CARDS = (
    select(
        ValueAccount.id,
        ValueAccount.kind,
        ValueAccount.voucher_type,
        ValueAccount.last_four,
        ValueAccount.currency,
        ValueAccount.original_minor,
        ValueAccount.balance_minor,
        ValueAccount.status,
        _ISSUED_AT.label("issued_at"),
        ValueAccount.expires_on,
    )
    .where(ValueAccount.customer_id == _CUSTOMER, _IN_USE)
    .order_by(_ISSUED_AT.desc(), ValueAccount.id.desc())
    .limit(_LIMIT)
)  # fmt: skip
_CARDS_AFTER = _CARDS.where(tuple_(_ISSUED_AT, ValueAccount.id) < _AFTER)
_CARD_COUNT = select(func.count()).select_from(ValueAccount).where(ValueAccount.customer_id == _CUSTOMER, _IN_USE)

After = tuple[datetime, int] | None
_Pages = tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]  # the first, and those that follow


def shop(connection: Connection) -> Row[*tuple[Any, ...]]:
    """The shop's `currency` and `time_zone`."""
    return connection.execute(_SHOP).one()


def segments(connection: Connection, customer_id: int, *, after: After, limit: int) -> Rows:
    return _page(connection, (_SEGMENTS, _SEGMENTS_AFTER), customer_id, after, limit)


def segment_count(connection: Connection, customer_id: int) -> int:
    return _count(connection, _SEGMENT_COUNT, customer_id)


def coupons(connection: Connection, customer_id: int, *, after: After, limit: int) -> Rows:
    """Uses of coupons in completed sales, latest first; `given_back_on` is the return that gave one back."""
    return _page(connection, (_COUPONS, _COUPONS_AFTER), customer_id, after, limit)


def coupon_count(connection: Connection, customer_id: int) -> int:
    return _count(connection, _COUPON_COUNT, customer_id)


def cards(connection: Connection, customer_id: int, *, after: After, limit: int) -> Rows:
    return _page(connection, (_CARDS, _CARDS_AFTER), customer_id, after, limit)


def card_count(connection: Connection, customer_id: int) -> int:
    return _count(connection, _CARD_COUNT, customer_id)


def _page(connection: Connection, pages: _Pages, customer_id: int, after: After, limit: int) -> Rows:
    first, following = pages
    asked: dict[str, Any] = {"customer_id": customer_id, "most": limit}
    if after is None:
        return connection.execute(first, asked).all()
    return connection.execute(following, asked | {"after_at": after[0], "after_id": after[1]}).all()


def _count(connection: Connection, counted: Select[int], customer_id: int) -> int:
    return int(connection.execute(counted, {"customer_id": customer_id}).scalar_one())
