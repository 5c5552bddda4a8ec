"""Failed look-ups of codes, for the rate limit and the log of abuse. No code is kept."""

from __future__ import annotations

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Connection, Table, bindparam, func, insert, select

from db.models.promotion import CodeAttempt
from db.models.shop import Register, Shop
from db.types import UtcDateTime

attempt = cast(Table, CodeAttempt.__table__)


def wait_in_line(connection: Connection, register_id: int | None) -> None:
    """Hold this register's failures until the transaction ends, so that those of one moment are counted one by one.

    On SQLite a writer is alone anyway. Failures without a register stand in one line of their own, behind the shop.
    """
    table = cast(Table, Shop.__table__ if register_id is None else Register.__table__)
    row = select(table.c.id) if register_id is None else select(table.c.id).where(table.c.id == register_id)
    connection.execute(row.with_for_update(key_share=True))


def failures_since(connection: Connection, register_id: int | None, since: datetime, kind: str) -> int:
    """Failed look-ups of one kind at one register after `since`."""
    at_register = attempt.c.register_id.is_(None) if register_id is None else attempt.c.register_id == register_id
    return int(
        connection.execute(
            select(func.count()).where(
                at_register, attempt.c.kind == kind, attempt.c.at > bindparam("p_at", since, UtcDateTime)
            )
        ).scalar_one()
    )


def add_failure(
    connection: Connection,
    register_id: int | None,
    *,
    kind: str,
    reason: str,
    at: datetime,
    request_id: UUID | None = None,
) -> None:
    connection.execute(
        insert(attempt).values(register_id=register_id, kind=kind, reason=reason, at=at, request_id=request_id)
    )
