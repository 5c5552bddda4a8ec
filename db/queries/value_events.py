"""What happened to an account besides money: its audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, func, insert, select

from db.models.staff import Staff
from db.models.value import ValueEvent

event = cast(Table, ValueEvent.__table__)


def add_event(
    connection: Connection,
    account_id: int,
    kind: str,
    at: datetime,
    *,
    staff_id: int | None = None,
    approver_id: int | None = None,
    reason: str = "",
) -> None:
    connection.execute(
        insert(event).values(
            account_id=account_id, kind=kind, at=at, staff_id=staff_id, approver_id=approver_id, reason=reason[:200]
        )
    )


@dataclass(frozen=True, slots=True)
class EventRow:
    id: int
    kind: str
    staff_name: str
    approver_name: str
    reason: str
    at: datetime


def events_of(connection: Connection, account_id: int, *, limit: int = 200) -> list[EventRow]:
    """What happened to a card besides money, newest first."""
    staff = cast(Table, Staff.__table__)
    approver = staff.alias("approver")
    query = (
        select(
            event.c.id, event.c.kind, func.coalesce(staff.c.name, "").label("staff_name"),
            func.coalesce(approver.c.name, "").label("approver_name"), event.c.reason, event.c.at,
        )
        .select_from(
            event.outerjoin(staff, staff.c.id == event.c.staff_id).outerjoin(
                approver, approver.c.id == event.c.approver_id
            )
        )
        .where(event.c.account_id == account_id)
        .order_by(event.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [EventRow(**row) for row in connection.execute(query).mappings()]
