"""Points in SQL besides what a sale does (see sales_points): programmes, adjustments, expiry, history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Table, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.models.customer import Customer
from db.models.loyalty import LoyaltyProgram, PointsAccount, PointsEntry, PointsLot
from db.queries.value_entries import RequestRepeated

program = cast(Table, LoyaltyProgram.__table__)
account = cast(Table, PointsAccount.__table__)
lot = cast(Table, PointsLot.__table__)
entry = cast(Table, PointsEntry.__table__)
customer = cast(Table, Customer.__table__)


def programs(connection: Connection, *, lock: bool = False) -> list[RowMapping]:
    """Every programme in the order they were made. `lock` keeps them as read until the commit."""
    query = select(program).order_by(program.c.id)
    return list(connection.execute(query.with_for_update() if lock else query).mappings())


def active_program(connection: Connection) -> RowMapping | None:
    """The programme that sales earn points under: the first active one that counts points."""
    return (
        connection.execute(
            select(program).where(program.c.active, program.c.unit == "points").order_by(program.c.id).limit(1)
        )
        .mappings()
        .first()
    )


def save_program(connection: Connection, program_id: int | None, columns: Mapping[str, Any]) -> int:
    if program_id is None:
        return int(connection.execute(insert(program).values(**columns).returning(program.c.id)).scalar_one())
    connection.execute(update(program).where(program.c.id == program_id).values(**columns))
    return program_id


def entry_by_request(connection: Connection, request_id: UUID) -> RowMapping | None:
    return connection.execute(select(entry).where(entry.c.request_id == request_id)).mappings().first()


def add_entry(connection: Connection, **columns: Any) -> None:
    """Raises RequestRepeated when the request id is booked already: roll back and read."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(entry).values(**columns).on_conflict_do_nothing(index_elements=[entry.c.request_id])
    if connection.execute(statement.returning(entry.c.id)).first() is None:
        raise RequestRepeated


@dataclass(frozen=True, slots=True)
class AccountRow:
    balance: int
    earned_total: int
    owes: bool


def points_account(connection: Connection, customer_id: int, program_id: int, *, lock: bool = False) -> AccountRow:
    """What a customer has; all zero before the first point. `lock` keeps it as read until the commit."""
    query = select(account.c.balance, account.c.earned_total, account.c.owes).where(
        account.c.customer_id == customer_id, account.c.program_id == program_id
    )
    if lock:
        query = query.with_for_update()
    row = connection.execute(query).first()
    return AccountRow(0, 0, False) if row is None else AccountRow(row[0], row[1], bool(row[2]))


def customer_exists(connection: Connection, customer_id: int) -> bool:
    return connection.execute(select(customer.c.id).where(customer.c.id == customer_id)).first() is not None


@dataclass(frozen=True, slots=True)
class LotRow:
    id: int
    customer_id: int
    program_id: int
    remaining: int
    expires_on: date | None


def expired_lots(connection: Connection, today: date, *, limit: int = 500) -> list[LotRow]:
    """Lots past their day that still hold points, oldest first. Spent lots are not there to expire again (T22)."""
    rows = connection.execute(
        select(lot.c.id, lot.c.customer_id, lot.c.program_id, lot.c.remaining, lot.c.expires_on)
        .where(lot.c.expires_on < today, lot.c.remaining > 0)
        .order_by(lot.c.customer_id, lot.c.id)
        .limit(limit)
    )
    return [LotRow(*row) for row in rows]


def empty_lot(connection: Connection, lot_id: int, remaining: int) -> bool:
    """False when some of it was spent meanwhile."""
    done = connection.execute(update(lot).where(lot.c.id == lot_id, lot.c.remaining == remaining).values(remaining=0))
    return done.rowcount == 1


def open_lots(connection: Connection, customer_id: int, program_id: int) -> list[LotRow]:
    """What is left to spend, in the order it will be spent."""
    rows = connection.execute(
        select(lot.c.id, lot.c.customer_id, lot.c.program_id, lot.c.remaining, lot.c.expires_on)
        .where(lot.c.customer_id == customer_id, lot.c.program_id == program_id, lot.c.remaining > 0)
        .order_by(lot.c.earned_at, lot.c.id)
    )
    return [LotRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class EntryRow:
    id: int
    kind: str
    points: int
    balance_after: int
    sale_id: int | None
    sale_number: str
    staff_name: str
    reason: str
    recorded_at: datetime


def history(
    connection: Connection, customer_id: int, program_id: int, *, before_id: int | None = None, limit: int = 100
) -> list[EntryRow]:
    """A customer's movements of points, newest first (I7)."""
    from db.models.sale import Sale
    from db.models.staff import Staff

    sale, staff = cast(Table, Sale.__table__), cast(Table, Staff.__table__)
    query = (
        select(
            entry.c.id, entry.c.kind, entry.c.points, entry.c.balance_after, entry.c.sale_id,
            func.coalesce(sale.c.number_text, ""), func.coalesce(staff.c.name, ""), entry.c.reason,
            entry.c.recorded_at,
        )
        .select_from(
            entry.outerjoin(sale, sale.c.id == entry.c.sale_id).outerjoin(staff, staff.c.id == entry.c.staff_id)
        )
        .where(entry.c.customer_id == customer_id, entry.c.program_id == program_id)
        .order_by(entry.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    if before_id is not None:
        query = query.where(entry.c.id < before_id)
    return [EntryRow(*row) for row in connection.execute(query)]
