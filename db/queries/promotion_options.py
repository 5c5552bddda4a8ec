"""What a promotion may name, for its form and its sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Connection, Table, func, select

from db.models.customer import CustomerGroup, LoyaltyTier, Segment
from db.models.product import Brand, Category, PriceGroup, Product, ProductTag
from db.models.shop import Outlet


def options(connection: Connection) -> dict[str, list[tuple[int, str]]]:
    """(id, name) of everything a promotion's form offers, products aside; each list by name."""
    tables = {
        "categories": Category, "brands": Brand, "segments": Segment, "groups": CustomerGroup,
        "price_groups": PriceGroup, "outlets": Outlet, "tiers": LoyaltyTier,
    }  # fmt: skip
    found = {}
    for name, model in tables.items():
        table = cast(Table, model.__table__)
        rows = connection.execute(select(table.c.id, table.c.name).order_by(func.lower(table.c.name)))
        found[name] = [(int(row[0]), str(row[1])) for row in rows]
    return found


def retired(connection: Connection) -> dict[str, frozenset[int]]:
    """Ids of what is out of use: kept for promotions that name it, offered to none."""
    tables = {"segments": Segment, "price_groups": PriceGroup, "outlets": Outlet}
    found = {}
    for name, model in tables.items():
        table = cast(Table, model.__table__)
        found[name] = frozenset(connection.execute(select(table.c.id).where(~table.c.active)).scalars())
    return found


def product_names(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    table = cast(Table, Product.__table__)
    rows = connection.execute(select(table.c.id, table.c.name).where(table.c.id.in_(ids)))
    return {int(row[0]): str(row[1]) for row in rows}


def product_tags(connection: Connection, limit: int = 500) -> list[str]:
    table = cast(Table, ProductTag.__table__)
    return list(connection.execute(select(table.c.tag).distinct().order_by(table.c.tag).limit(limit)).scalars())
