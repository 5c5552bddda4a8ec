"""The journal in SQL: the register's head, adding rows, and reading a chain in pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from db.models.sale import Journal
from db.models.shop import Register
from db.types import BigInt

journal = cast(Table, Journal.__table__)
register = cast(Table, Register.__table__)

COLUMNS = "register_id, sequence, kind, at, staff_id, approver_id, sale_id, body, previous_hash, hash"

# The update takes the row's lock, so two writers at one register cannot read the same head.
_LOCK = (
    update(register)
    .where(register.c.id == bindparam("p_id", type_=BigInt))
    .values(journal_sequence=register.c.journal_sequence)
    .returning(register.c.journal_sequence, register.c.journal_head, register.c.latest_at)
)


def lock_head(connection: Connection, register_id: int) -> tuple[int, str, datetime | None] | None:
    """(last sequence, last hash, latest moment booked) with the register locked until the transaction ends."""
    row = connection.execute(_LOCK, {"p_id": register_id}).first()
    return None if row is None else (row[0], row[1], row[2])


def add(connection: Connection, row: dict[str, Any], latest_at: datetime) -> None:
    """Write one row and move the register's head to it."""
    connection.execute(insert(journal), row)
    connection.execute(
        update(register)
        .where(register.c.id == row["register_id"])
        .values(journal_sequence=row["sequence"], journal_head=row["hash"], latest_at=latest_at)
    )


def heads(connection: Connection) -> list[tuple[Any, ...]]:
    """(register id, last sequence, last hash) of every register."""
    found = connection.execute(
        select(register.c.id, register.c.journal_sequence, register.c.journal_head).order_by(register.c.id)
    )
    return [tuple(row) for row in found]


def chain(connection: Connection, register_id: int, piece: int = 1000) -> Iterator[tuple[Any, ...]]:
    """A register's rows in order, read a piece at a time so that a long journal needs little memory."""
    last = 0
    while True:
        rows = connection.execute(
            select(
                journal.c.register_id, journal.c.sequence, journal.c.kind, journal.c.at, journal.c.staff_id,
                journal.c.approver_id, journal.c.sale_id, journal.c.body, journal.c.previous_hash, journal.c.hash,
            )
            .where(journal.c.register_id == register_id, journal.c.sequence > last)
            .order_by(journal.c.sequence)
            .limit(piece)
        ).all()  # fmt: skip
        if not rows:
            return
        yield from (tuple(row) for row in rows)
        last = rows[-1][1]


def newest_of(connection: Connection, register_id: int, kinds: Sequence[str]) -> tuple[str, str] | None:
    """(kind, body) of the register's newest entry of these kinds: quick where one is never far from the end."""
    row = connection.execute(
        select(journal.c.kind, journal.c.body)
        .where(journal.c.register_id == register_id, journal.c.kind.in_(kinds))
        .order_by(journal.c.sequence.desc())
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


def body_at(connection: Connection, register_id: int, sequence: int, kind: str) -> str | None:
    """What the entry with this number says, where it is of this kind."""
    return connection.execute(
        select(journal.c.body).where(
            journal.c.register_id == register_id, journal.c.sequence == sequence, journal.c.kind == kind
        )
    ).scalar()


def entry_at(connection: Connection, register_id: int, sequence: int) -> tuple[str, str] | None:
    """(kind, hash) of the entry with this number."""
    row = connection.execute(
        select(journal.c.kind, journal.c.hash).where(
            journal.c.register_id == register_id, journal.c.sequence == sequence
        )
    ).first()
    return None if row is None else (row[0], row[1])


def by_hash(connection: Connection, made: str) -> tuple[int, int] | None:
    """(register, sequence) of the entry with this hash; reads the whole journal."""
    row = connection.execute(select(journal.c.register_id, journal.c.sequence).where(journal.c.hash == made)).first()
    return None if row is None else (row[0], row[1])


def bodies_of(connection: Connection, register_id: int, kind: str) -> list[tuple[int, str]]:
    """(sequence, body) of a register's entries of this kind, oldest first."""
    rows = connection.execute(
        select(journal.c.sequence, journal.c.body)
        .where(journal.c.register_id == register_id, journal.c.kind == kind)
        .order_by(journal.c.sequence)
    )
    return [(row[0], row[1]) for row in rows]


def register_called(connection: Connection, code: str) -> int | None:
    return connection.execute(select(register.c.id).where(register.c.code == code)).scalar()
