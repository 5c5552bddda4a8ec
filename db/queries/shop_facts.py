"""The few facts of the shop that rules of value and coupons ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Connection, Table, select

from db.models.shop import Setting, Shop


def settings(connection: Connection, names: Sequence[str]) -> dict[str, Any]:
    table = cast(Table, Setting.__table__)
    rows = connection.execute(select(table.c.name, table.c.value).where(table.c.name.in_(names)))
    return {name: value.get("value") for name, value in rows}


def currency_and_zone(connection: Connection) -> tuple[str, str]:
    """(currency, time zone) of the shop."""
    table = cast(Table, Shop.__table__)
    row = connection.execute(select(table.c.currency, table.c.time_zone)).one()
    return str(row[0]), str(row[1])
