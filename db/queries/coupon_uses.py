"""Uses of promotions and codes. Limits are conditional updates: one statement each, exact in a race."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Connection, Date, RowMapping, Table, bindparam, func, literal_column, or_, select, update

from db.models.promotion import CouponRedemption, CouponUse
from db.queries.coupon_codes import code
from db.queries.inserting import dialect_insert
from db.queries.promotions import campaign, promotion
from db.types import BigInt

use = cast(Table, CouponUse.__table__)
redemption = cast(Table, CouponRedemption.__table__)


WHOLE_PROMOTION = 0  # coupon_use.code_id that counts a promotion's uses by any code
_NO_LIMIT = 2**62


def uses_so_far(connection: Connection) -> dict[int, int]:
    """Uses of the promotions that have a total limit."""
    rows = connection.execute(
        select(promotion.c.id, promotion.c.use_count).where(
            promotion.c.total_limit.is_not(None), promotion.c.use_count > 0
        )
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class CustomerUse:
    promotion_id: int
    code_id: int
    uses: int
    last_invoice: str


def customer_uses(connection: Connection, customer_id: int) -> list[CustomerUse]:
    """What this customer used, of each promotion and code, and the invoice of the last time."""
    last = (
        select(redemption.c.sale_number)
        .where(
            redemption.c.customer_id == customer_id,
            redemption.c.promotion_id == use.c.promotion_id,
            or_(use.c.code_id == WHOLE_PROMOTION, redemption.c.code_id == use.c.code_id),
            redemption.c.kind == "use",
        )
        .order_by(redemption.c.used_at.desc(), redemption.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    limited = or_(promotion.c.per_customer_limit.is_not(None), use.c.code_id != WHOLE_PROMOTION)
    rows = connection.execute(
        select(use.c.promotion_id, use.c.code_id, use.c.use_count, func.coalesce(last, ""))
        .select_from(use.join(promotion, promotion.c.id == use.c.promotion_id))
        .where(use.c.customer_id == customer_id, use.c.use_count > 0, promotion.c.active, limited)
    )
    return [CustomerUse(*row) for row in rows]


_COUNT_USE = (
    update(promotion)
    .where(
        promotion.c.id == bindparam("p_id", type_=BigInt),
        promotion.c.active,
        or_(promotion.c.total_limit.is_(None), promotion.c.use_count < promotion.c.total_limit),
    )
    .values(use_count=promotion.c.use_count + 1)
    .returning(promotion.c.campaign_id, promotion.c.per_customer_limit, promotion.c.version)
)
_COUNT_CODE = (
    update(code)
    .where(
        code.c.id == bindparam("p_id", type_=BigInt),
        code.c.promotion_id == bindparam("p_promotion", type_=BigInt),
        code.c.status == "active",
        or_(code.c.max_uses.is_(None), code.c.use_count < code.c.max_uses),
        or_(code.c.expires_on.is_(None), code.c.expires_on >= bindparam("p_today", type_=Date)),
        or_(code.c.customer_id.is_(None), code.c.customer_id == bindparam("p_customer", type_=BigInt)),
    )
    .values(use_count=code.c.use_count + 1)
    .returning(code.c.per_customer_limit)
)
_SPEND = (
    update(campaign)
    .where(
        campaign.c.id == bindparam("p_id", type_=BigInt),
        or_(
            campaign.c.budget_minor.is_(None),
            campaign.c.spent_minor + bindparam("p_amount", type_=BigInt) <= campaign.c.budget_minor,
        ),
    )
    .values(spent_minor=campaign.c.spent_minor + bindparam("p_amount", type_=BigInt))
)


def count_use(connection: Connection, promotion_id: int) -> tuple[int | None, int | None, int] | None:
    """One more use of a promotion below its total limit: (campaign id, per-customer limit, version), else None."""
    row = connection.execute(_COUNT_USE, {"p_id": promotion_id}).first()
    return None if row is None else (row[0], row[1], row[2])


def count_code(
    connection: Connection, code_id: int, promotion_id: int, *, today: date, customer_id: int | None
) -> tuple[int | None] | None:
    """One more use of a code that is active, good today, below its limit and this customer's: (per-customer limit,)."""
    row = connection.execute(
        _COUNT_CODE,
        {"p_id": code_id, "p_promotion": promotion_id, "p_today": today, "p_customer": customer_id or -1},
    ).first()
    return None if row is None else (row[0],)


def count_customer(
    connection: Connection, promotion_id: int, code_id: int, customer_id: int, limit: int | None
) -> bool:
    """One more use by this customer, while below `limit`; false when it is reached."""
    statement = dialect_insert(connection, use).values(
        promotion_id=promotion_id, code_id=code_id, customer_id=customer_id, use_count=1
    )
    statement = statement.on_conflict_do_update(
        index_elements=[use.c.promotion_id, use.c.code_id, use.c.customer_id],
        set_={"use_count": use.c.use_count + 1},
        where=use.c.use_count < (_NO_LIMIT if limit is None else limit),
    ).returning(literal_column("1"))
    return connection.execute(statement).first() is not None


def spend(connection: Connection, campaign_id: int, amount_minor: int) -> bool:
    """Book a discount against the campaign's budget; false when it would overrun it."""
    return connection.execute(_SPEND, {"p_id": campaign_id, "p_amount": amount_minor}).rowcount == 1


def uses_of_sale(connection: Connection, sale_id: int) -> list[RowMapping]:
    """The uses that a sale made and that have not been given back, by promotion."""
    back = redemption.alias("back")
    query = (
        select(redemption)
        .where(
            redemption.c.sale_id == sale_id,
            redemption.c.kind == "use",
            ~select(back.c.id).where(back.c.reverses_id == redemption.c.id).exists(),
        )
        .order_by(redemption.c.promotion_id, redemption.c.id)
    )
    return list(connection.execute(query).mappings())


def give_back_use(connection: Connection, taken: RowMapping, row: Mapping[str, Any]) -> bool:
    """Write the return of a use and lower the counters; false when it was returned before."""
    statement = dialect_insert(connection, redemption).values(**row)
    statement = statement.on_conflict_do_nothing(index_elements=[redemption.c.reverses_id]).returning(redemption.c.id)
    if connection.execute(statement).first() is None:
        return False
    connection.execute(
        update(promotion).where(promotion.c.id == taken["promotion_id"]).values(use_count=promotion.c.use_count - 1)
    )
    if taken["code_id"] is not None:
        connection.execute(update(code).where(code.c.id == taken["code_id"]).values(use_count=code.c.use_count - 1))
    if taken["customer_id"] is not None:
        of_codes = [WHOLE_PROMOTION] + ([taken["code_id"]] if taken["code_id"] is not None else [])
        connection.execute(
            update(use)
            .where(
                use.c.promotion_id == taken["promotion_id"],
                use.c.customer_id == taken["customer_id"],
                use.c.code_id.in_(of_codes),
            )
            .values(use_count=use.c.use_count - 1)
        )
    if taken["campaign_id"] is not None:
        connection.execute(
            update(campaign)
            .where(campaign.c.id == taken["campaign_id"])
            .values(spent_minor=campaign.c.spent_minor - taken["discount_minor"])
        )
    return True
