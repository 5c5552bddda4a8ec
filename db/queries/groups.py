"""Price groups and customer groups, for the page that arranges them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from db.models.customer import Customer, CustomerGroup, CustomerGroupMember
from db.models.product import PriceGroup
from db.models.promotion import Promotion, PromotionVersion


def price_groups(session: Session) -> Sequence[PriceGroup]:
    return session.scalars(select(PriceGroup).order_by(PriceGroup.position, PriceGroup.id)).all()


def customer_groups(session: Session) -> Sequence[CustomerGroup]:
    return session.scalars(select(CustomerGroup).order_by(func.lower(CustomerGroup.name), CustomerGroup.id)).all()


def with_price_group(session: Session) -> dict[int, int]:
    """How many customers pay each price group's prices."""
    found = (
        select(Customer.price_group_id, func.count())
        .where(Customer.price_group_id.is_not(None))
        .group_by(Customer.price_group_id)
    )
    return {int(row[0]): int(row[1]) for row in session.execute(found) if row[0] is not None}


def members(session: Session) -> dict[int, int]:
    """How many customers are in each customer group."""
    found = select(CustomerGroupMember.group_id, func.count()).group_by(CustomerGroupMember.group_id)
    return {int(row[0]): int(row[1]) for row in session.execute(found)}


def named_by_promotions(session: Session) -> set[int]:
    """Ids of customer groups that any promotion names, or named in an earlier version of it."""
    found: set[int] = set()
    for definitions in (select(PromotionVersion.definition), select(Promotion.definition)):
        for definition in session.scalars(definitions):
            found.update(int(one) for one in definition.get("audience", {}).get("groups", ()))
    return found


def remove_customer_group(session: Session, group_id: int) -> None:
    """The group with its memberships; the customers stay."""
    session.execute(delete(CustomerGroupMember).where(CustomerGroupMember.group_id == group_id))
    session.execute(delete(CustomerGroup).where(CustomerGroup.id == group_id))


def add(session: Session, row: PriceGroup | CustomerGroup) -> None:
    session.add(row)
    session.flush()
