"""Promotions in SQL: what a till keeps in memory, and what a manager stores, version by version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Connection, Date, Table, and_, bindparam, func, insert, or_, select, update

from db.models.promotion import Campaign, Promotion, PromotionVersion

promotion = cast(Table, Promotion.__table__)
campaign = cast(Table, Campaign.__table__)
version = cast(Table, PromotionVersion.__table__)


@dataclass(frozen=True, slots=True)
class StoredPromotion:
    id: int
    definition: Mapping[str, Any]
    version: int
    active: bool


def catalogue_stamp(connection: Connection) -> str:
    """Changes whenever a promotion is added, edited, switched on or off; uses do not change it."""
    row = connection.execute(
        select(func.count(), func.coalesce(func.sum(promotion.c.version), 0), func.max(promotion.c.updated_at))
    ).one()
    return f"{row[0]}.{row[1]}.{row[2].timestamp() if row[2] else 0:.6f}"


def definitions(connection: Connection, *, valid_on: date | None = None) -> list[StoredPromotion]:
    """Every promotion that a till may need, in listed order; those over since before `valid_on` are left out,
    except by code: a coupon that is over is refused with its date, not as unknown."""
    query = select(promotion.c.id, promotion.c.definition, promotion.c.version, promotion.c.active)
    if valid_on is not None:
        over = and_(promotion.c.automatic, promotion.c.valid_to < bindparam("p_day", valid_on, Date))
        query = query.where(or_(promotion.c.valid_to.is_(None), ~over))
    rows = connection.execute(query.order_by(promotion.c.priority, promotion.c.id))
    return [StoredPromotion(*row) for row in rows]


def stored(connection: Connection, promotion_id: int, *, lock: bool = False) -> StoredPromotion | None:
    """`lock`: no sale counts a use of it until the transaction ends, so that a limit can be set to what is used."""
    query = select(promotion.c.id, promotion.c.definition, promotion.c.version, promotion.c.active).where(
        promotion.c.id == promotion_id
    )
    row = connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else StoredPromotion(*row)


def add_promotion(connection: Connection, **columns: Any) -> int:
    return int(connection.execute(insert(promotion).values(**columns).returning(promotion.c.id)).scalar_one())


def change_promotion(connection: Connection, promotion_id: int, was_version: int, **columns: Any) -> bool:
    """Store an edit made on `was_version`; false when somebody else's edit came first."""
    done = connection.execute(
        update(promotion).where(promotion.c.id == promotion_id, promotion.c.version == was_version).values(**columns)
    )
    return done.rowcount == 1


def add_version(
    connection: Connection, promotion_id: int, number: int, definition: Mapping[str, Any], at: datetime
) -> None:
    connection.execute(
        insert(version).values(promotion_id=promotion_id, version=number, definition=dict(definition), recorded_at=at)
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """What stands against one more use, read after a guard refused."""

    name: str
    active: bool
    total_limit: int | None
    use_count: int
    campaign_id: int | None
    campaign_left_minor: int | None


def limits_of(connection: Connection, promotion_id: int) -> Limits | None:
    row = connection.execute(
        select(
            promotion.c.name, promotion.c.active, promotion.c.total_limit, promotion.c.use_count,
            promotion.c.campaign_id, campaign.c.budget_minor - campaign.c.spent_minor,
        )
        .select_from(promotion.outerjoin(campaign, campaign.c.id == promotion.c.campaign_id))
        .where(promotion.c.id == promotion_id)
    ).first()  # fmt: skip
    return None if row is None else Limits(*row)
