"""Returns without a receipt in SQL: what the goods were sold for lately, and what went back so already.

Such a return is a document of kind "return" that points at no sale, and neither do its lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, and_, bindparam, func, select, text

from db.models.customer import Customer, LoyaltyTier
from db.models.loyalty import LoyaltyProgram, PointsAccount
from db.models.sale import Sale

sale = cast(Table, Sale.__table__)
customer = cast(Table, Customer.__table__)
tier = cast(Table, LoyaltyTier.__table__)
program = cast(Table, LoyaltyProgram.__table__)
points = cast(Table, PointsAccount.__table__)

# Both databases divide whole numbers to whole numbers, towards zero: a third of a cent is the shop's.
_LOWEST = text(
    "SELECT l.product_id, min(l.net_minor * 1000 / l.quantity_milli) FROM sale_line l JOIN sale s ON s.id = l.sale_id "
    "WHERE l.product_id IN :products AND l.kind = 'product' AND l.quantity_milli > 0 AND l.net_minor > 0 "
    "AND s.completed_at >= :since AND s.prices_include_tax = :included GROUP BY l.product_id"
).bindparams(
    bindparam("products", expanding=True),
    bindparam("since", type_=sale.c.completed_at.type),
    bindparam("included", type_=sale.c.prices_include_tax.type),
)


def lowest_prices(
    connection: Connection, product_ids: Sequence[int], since: datetime, *, prices_include_tax: bool
) -> dict[int, int]:
    """By product: the lowest price of one unit, discounts taken off, that any till charged since then; rounded down.

    What was given away is no price. Sales under the other way of showing tax do not count: their prices are others.
    """
    values = {"products": list(product_ids), "since": since, "included": prices_include_tax}
    return {row[0]: int(row[1]) for row in connection.execute(_LOWEST, values)}


_WITHOUT = and_(sale.c.kind == "return", sale.c.original_sale_id.is_(None))


def given_back(connection: Connection, customer_id: int, first: date, last: date) -> int:
    """What this customer got back without a receipt from `first` to `last`; positive."""
    found = connection.execute(
        select(func.coalesce(func.sum(sale.c.total_minor), 0)).where(
            _WITHOUT, sale.c.customer_id == customer_id, sale.c.business_date.between(first, last)
        )
    ).scalar_one()
    return -int(found)


def of_session(connection: Connection, session_id: int) -> tuple[int, int]:
    """(how many, their total, below zero) in one shift."""
    row = connection.execute(
        select(func.count(), func.coalesce(func.sum(sale.c.total_minor), 0)).where(
            _WITHOUT, sale.c.session_id == session_id
        )
    ).one()
    return int(row[0]), int(row[1])


def lock_customer(connection: Connection, customer_id: int) -> None:
    """One return without a receipt at a time for one customer, so that two tills do not both stay under the cap. On
    SQLite the writer's own lock does it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", ((7302 << 40) + customer_id,))


def earning(connection: Connection, customer_id: int) -> Any:
    """(id of the running points programme, the tier's multiplier in percent or None) where this customer earns points
    and has an account; else None."""
    return connection.execute(
        select(program.c.id, tier.c.multiplier_percent)
        .select_from(
            customer.join(points, points.c.customer_id == customer.c.id)
            .join(program, program.c.id == points.c.program_id)
            .outerjoin(tier, tier.c.id == customer.c.tier_id)
        )
        .where(customer.c.id == customer_id, customer.c.accrues_points, program.c.active, program.c.unit == "points")
        .order_by(program.c.id)
        .limit(1)
    ).first()
