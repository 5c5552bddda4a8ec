"""Failed look-ups of codes, for the rate limit and the log of abuse. No code is kept."""

from __future__ import annotations

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Connection, Table, bindparam, func, insert, select

from db.models.promotion import CodeAttempt
from db.types import UtcDateTime

attempt = cast(Table, CodeAttempt.__table__)


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
