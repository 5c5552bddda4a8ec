"""Writing to a register's journal, and checking every chain.

Other services call `append` inside their own unit of work: the row is there exactly when what it tells is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app.errors import NotFound
from app.journal.chain import Break, Entry, first_break, next_entry
from db.queries import journal as queries
from db.uow import Database, UnitOfWork

# Clocks are corrected by seconds all day; less than this is no event.
CLOCK_SLACK = timedelta(seconds=90)


def append(
    uow: UnitOfWork,
    register_id: int,
    kind: str,
    at: datetime,
    staff_id: int | None,
    approver_id: int | None = None,
    sale_id: int | None = None,
    body: Mapping[str, Any] | None = None,
) -> Entry:
    """Add one entry to the register's chain; the register stays locked until the unit of work ends.

    A clock that was set back gets an entry of its own first. `body` holds no codes, PINs or contact data.
    Raises NotFound for an unknown register.
    """
    head = queries.lock_head(uow.connection, register_id)
    if head is None:
        raise NotFound("There is no such register in this shop.")
    sequence, last_hash, latest = head
    for entry in entries_for(
        (sequence, last_hash), latest, register_id, kind, at, staff_id=staff_id, approver_id=approver_id,
        sale_id=sale_id, body=body or {},
    ):  # fmt: skip
        queries.add(uow.connection, as_row(entry), later(at, latest))
    return entry


def follow(uow: UnitOfWork, entry: Entry, kind: str, body: Mapping[str, Any]) -> Entry:
    """Add what belongs to the entry just written, by the same people at the same moment: nothing comes between."""
    head = queries.lock_head(uow.connection, entry.register_id)
    latest = None if head is None else head[2]
    made = next_entry(
        (entry.sequence, entry.hash), entry.register_id, kind, entry.at, staff_id=entry.staff_id,
        approver_id=entry.approver_id, body=body,
    )  # fmt: skip
    queries.add(uow.connection, as_row(made), later(entry.at, latest))
    return made


def later(at: datetime, latest: datetime | None) -> datetime:
    return at if latest is None or at > latest else latest


def went_back(at: datetime, latest: datetime | None) -> bool:
    """Whether the clock stands before what was already booked here."""
    return latest is not None and latest - at > CLOCK_SLACK


def entries_for(
    head: tuple[int, str], latest: datetime | None, register_id: int, kind: str, at: datetime, *,
    staff_id: int | None, approver_id: int | None = None, sale_id: int | None = None, body: Mapping[str, Any],
) -> list[Entry]:  # fmt: skip
    """The rows to write for one event: itself, after a "clock_back" when the clock was set back."""
    made: list[Entry] = []
    if went_back(at, latest):
        note = {"latest": "" if latest is None else latest.isoformat(), "now": at.isoformat()}
        made.append(next_entry(head, register_id, "clock_back", at, staff_id=staff_id, body=note))
        head = (made[-1].sequence, made[-1].hash)
    made.append(
        next_entry(head, register_id, kind, at, staff_id=staff_id, approver_id=approver_id, sale_id=sale_id, body=body)
    )
    return made


def as_row(entry: Entry) -> dict[str, Any]:
    return {
        "register_id": entry.register_id, "sequence": entry.sequence, "kind": entry.kind, "at": entry.at,
        "staff_id": entry.staff_id, "approver_id": entry.approver_id, "sale_id": entry.sale_id, "body": entry.body,
        "previous_hash": entry.previous_hash, "hash": entry.hash,
    }  # fmt: skip


class JournalService:
    def __init__(self, database: Database) -> None:
        self._database = database

    def breaks(self) -> tuple[Break, ...]:
        """The first bad row of every register whose chain does not hold; empty when all do."""
        found: list[Break] = []
        with self._database.read() as uow:
            for register_id, sequence, head in queries.heads(uow.connection):
                rows = (Entry(*row) for row in queries.chain(uow.connection, register_id))
                broken = first_break(rows, register_id, (sequence, head))
                if broken is not None:
                    found.append(broken)
        return tuple(found)
