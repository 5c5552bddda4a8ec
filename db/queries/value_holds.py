"""Holds: money of an account set aside until it is captured, released or runs out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Connection, Table, bindparam, func, or_, select, update

from db.models.value import ValueHold
from db.queries.inserting import insert_or_nothing
from db.queries.value_entries import RequestRepeated
from db.types import UtcDateTime

hold = cast(Table, ValueHold.__table__)
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class HoldRow:
    id: int
    account_id: int
    amount_minor: int
    captured_minor: int
    status: str
    expires_at: datetime | None


_HOLD_COLUMNS = (
    hold.c.id, hold.c.account_id, hold.c.amount_minor, hold.c.captured_minor, hold.c.status, hold.c.expires_at,
)  # fmt: skip


def add_hold(
    connection: Connection,
    account_id: int,
    amount_minor: int,
    *,
    request_id: UUID,
    at: datetime,
    expires_at: datetime | None,
) -> int:
    """The new hold's id. Raises RequestRepeated when the request id is taken."""
    found = connection.execute(
        insert_or_nothing(connection, hold, "request_id")
        .values(
            account_id=account_id, amount_minor=amount_minor, captured_minor=0, status="open", request_id=request_id,
            created_at=at, expires_at=expires_at,
        )
        .returning(hold.c.id)
    ).first()  # fmt: skip
    if found is None:
        raise RequestRepeated
    return int(found[0])


def hold_by_id(connection: Connection, hold_id: int) -> HoldRow | None:
    row = connection.execute(select(*_HOLD_COLUMNS).where(hold.c.id == hold_id)).mappings().first()
    return None if row is None else HoldRow(**row)


def hold_by_request(connection: Connection, request_id: UUID) -> HoldRow | None:
    row = connection.execute(select(*_HOLD_COLUMNS).where(hold.c.request_id == request_id)).mappings().first()
    return None if row is None else HoldRow(**row)


def open_holds(connection: Connection, account_id: int, now: datetime) -> list[HoldRow]:
    """Those still in time, oldest first."""
    in_time = or_(hold.c.expires_at.is_(None), hold.c.expires_at > bindparam("p_now", now, UtcDateTime))
    found = select(*_HOLD_COLUMNS).where(hold.c.account_id == account_id, hold.c.status == "open", in_time)
    return [HoldRow(**row) for row in connection.execute(found.order_by(hold.c.id)).mappings()]


def lapsed_minor(connection: Connection, account_id: int, now: datetime) -> int:
    """What open holds of this account keep whose time is over: nobody has freed them yet."""
    over = hold.c.expires_at <= bindparam("p_now", now, UtcDateTime)
    kept = select(func.coalesce(func.sum(hold.c.amount_minor), 0))
    return int(
        connection.execute(kept.where(hold.c.account_id == account_id, hold.c.status == "open", over)).scalar_one()
    )


def close_hold(
    connection: Connection, hold_id: int, status: str, at: datetime, *, captured_minor: int = 0
) -> HoldRow | None:
    """Close an open hold, once; None when it is closed already or does not cover `captured_minor`."""
    found = (
        connection.execute(
            update(hold)
            .where(hold.c.id == hold_id, hold.c.status == "open", hold.c.amount_minor >= captured_minor)
            .values(status=status, captured_minor=captured_minor, closed_at=at)
            .returning(*_HOLD_COLUMNS)
        )
        .mappings()
        .first()
    )
    return None if found is None else HoldRow(**found)


def run_out(connection: Connection, now: datetime, *, account_id: int | None = None) -> list[HoldRow]:
    """Close open holds whose time is over, AT_ONCE at most; those that were closed."""
    due = select(hold.c.id).where(hold.c.status == "open", hold.c.expires_at <= bindparam("p_now", now, UtcDateTime))
    if account_id is not None:
        due = due.where(hold.c.account_id == account_id)
    closed = connection.execute(
        update(hold)
        .where(hold.c.status == "open", hold.c.id.in_(due.order_by(hold.c.id).limit(AT_ONCE).scalar_subquery()))
        .values(status="expired", closed_at=now)
        .returning(*_HOLD_COLUMNS)
    )
    return [HoldRow(**row) for row in closed.mappings()]
