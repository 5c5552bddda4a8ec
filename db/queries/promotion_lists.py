"""Lists of the back office: promotions with their state, and who used one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, func, literal, or_, select, tuple_

from db.models.customer import Customer
from db.queries.coupon_codes import SHARED, code
from db.queries.coupon_uses import redemption
from db.queries.promotions import campaign, promotion
from db.types import BigInt, UtcDateTime


@dataclass(frozen=True, slots=True)
class PromotionRow:
    id: int
    name: str
    kind: str
    automatic: bool
    priority: int
    valid_from: date | None
    valid_to: date | None
    total_limit: int | None
    use_count: int
    active: bool
    version: int
    updated_at: datetime
    campaign_id: int | None
    campaign_name: str
    shared_code: str
    code_count: int


_NO_END = date(9999, 12, 31)
_SORTS: dict[str, ColumnElement[Any]] = {
    "made": promotion.c.id,
    "name": func.lower(promotion.c.name),
    "used": promotion.c.use_count,
    "until": func.coalesce(promotion.c.valid_to, literal(_NO_END, promotion.c.valid_to.type)),
}


def promotions_page(
    connection: Connection,
    *,
    search: str = "",
    code_hash: str = "",
    state: str = "",
    today: date,
    sort: str = "made",
    descending: bool = True,
    after: tuple[Any, int] | None = None,
    limit: int = 100,
) -> list[tuple[PromotionRow, Any]]:
    """Each with its sort key: (key, id) of the last row had is `after`. `sort`: made, name, used or until, where no
    last day comes after every other. `state`: running, scheduled, over, off or "" for all. `search`: part of a name or
    shared code; `code_hash`: or one whole code, shared or unique.
    """
    shared = (
        select(func.min(code.c.shared_code))
        .where(code.c.promotion_id == promotion.c.id, *SHARED, code.c.status == "active")
        .scalar_subquery()
    )
    count = select(func.count()).where(code.c.promotion_id == promotion.c.id).scalar_subquery()
    query = select(
        promotion.c.id, promotion.c.name, promotion.c.kind, promotion.c.automatic, promotion.c.priority,
        promotion.c.valid_from, promotion.c.valid_to, promotion.c.total_limit, promotion.c.use_count,
        promotion.c.active, promotion.c.version, promotion.c.updated_at, promotion.c.campaign_id,
        func.coalesce(campaign.c.name, "").label("campaign_name"), func.coalesce(shared, "").label("shared_code"),
        count.label("code_count"), _SORTS[sort].label("sort_key"),
    ).select_from(promotion.outerjoin(campaign, campaign.c.id == promotion.c.campaign_id))  # fmt: skip
    started = or_(promotion.c.valid_from.is_(None), promotion.c.valid_from <= today)
    lasting = or_(promotion.c.valid_to.is_(None), promotion.c.valid_to >= today)
    tests = {
        "running": and_(promotion.c.active, started, lasting),
        "scheduled": and_(promotion.c.active, promotion.c.valid_from > today),
        "over": promotion.c.valid_to < today,
        "off": ~promotion.c.active,
    }
    if state:
        query = query.where(tests[state])
    if search.strip():
        wanted = search.strip()
        named = promotion.c.name.icontains(wanted, autoescape=True)
        coded = (
            select(code.c.id)
            .where(
                code.c.promotion_id == promotion.c.id, *SHARED, code.c.shared_code.icontains(wanted, autoescape=True)
            )
            .exists()
        )
        whole = select(code.c.id).where(code.c.promotion_id == promotion.c.id, code.c.code_hash == code_hash).exists()
        query = query.where(or_(named, coded, whole) if code_hash else or_(named, coded))
    key = _SORTS[sort]
    if after is not None:
        had = tuple_(key, promotion.c.id), tuple_(literal(after[0], key.type), bindparam("p_after", after[1], BigInt))
        query = query.where(had[0] < had[1] if descending else had[0] > had[1])
    order = (key.desc(), promotion.c.id.desc()) if descending else (key.asc(), promotion.c.id.asc())
    rows = [dict(row) for row in connection.execute(query.order_by(*order).limit(limit)).mappings()]
    keys = [row.pop("sort_key") for row in rows]
    return [(PromotionRow(**row), key) for row, key in zip(rows, keys, strict=True)]


@dataclass(frozen=True, slots=True)
class UseRow:
    id: int
    kind: str
    used_at: datetime
    sale_id: int
    sale_number: str
    code_shown: str
    customer_id: int | None
    customer_name: str
    discount_minor: int
    discount_percent: Decimal | None


def uses_page(
    connection: Connection,
    promotion_id: int,
    *,
    after: tuple[datetime, int] | None = None,
    limit: int = 100,
) -> list[UseRow]:
    """Redemptions of a promotion, newest first."""

    customer = cast(Table, Customer.__table__)
    query = (
        select(
            redemption.c.id, redemption.c.kind, redemption.c.used_at, redemption.c.sale_id, redemption.c.sale_number,
            redemption.c.code_shown, redemption.c.customer_id, customer.c.first_name, customer.c.last_name,
            redemption.c.discount_minor, redemption.c.discount_percent,
        )
        .select_from(redemption.outerjoin(customer, customer.c.id == redemption.c.customer_id))
        .where(redemption.c.promotion_id == promotion_id)
    )  # fmt: skip
    if after is not None:
        at, before = bindparam("p_after", after[0], UtcDateTime), bindparam("p_before", after[1], BigInt)
        query = query.where(tuple_(redemption.c.used_at, redemption.c.id) < tuple_(at, before))
    query = query.order_by(redemption.c.used_at.desc(), redemption.c.id.desc()).limit(limit)
    found = []
    for row in connection.execute(query).mappings():
        fields = dict(row)
        name = f"{fields.pop('first_name') or ''} {fields.pop('last_name') or ''}".strip()
        found.append(UseRow(**fields, customer_name=name))
    return found
