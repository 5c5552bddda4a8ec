"""A register's shifts and its cash in SQL."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, Table, func, insert, select, update

from db.models.sale import CashMovement
from db.models.shop import Register, RegisterSession
from db.models.staff import Staff

register = cast(Table, Register.__table__)
session = cast(Table, RegisterSession.__table__)
cash = cast(Table, CashMovement.__table__)
staff = cast(Table, Staff.__table__)


def lock_register(connection: Connection, register_id: int) -> bool:
    """Wait until no sale is being booked at this register; False when it is unknown or out of use."""
    done = connection.execute(
        update(register)
        .where(register.c.id == register_id, register.c.active)
        .values(journal_sequence=register.c.journal_sequence)
    )
    return done.rowcount == 1


def add_session(
    connection: Connection, register_id: int, business_date: date, at: datetime, staff_id: int, float_minor: int
) -> int:
    return int(
        connection.execute(
            insert(session)
            .values(
                register_id=register_id, business_date=business_date, opened_at=at, opened_by=staff_id,
                opening_float_minor=float_minor,
            )
            .returning(session.c.id)
        ).scalar_one()
    )  # fmt: skip


def close_session(
    connection: Connection, session_id: int, at: datetime, staff_id: int, *, counted_minor: int, expected_minor: int
) -> bool:
    """False when it is closed already."""
    done = connection.execute(
        update(session)
        .where(session.c.id == session_id, session.c.closed_at.is_(None))
        .values(closed_at=at, closed_by=staff_id, counted_minor=counted_minor, expected_minor=expected_minor)
    )
    return done.rowcount == 1


def was_closed(connection: Connection, session_id: int, staff_id: int, counted_minor: int) -> bool:
    """Whether this person closed it by this count: a second press, or one whose answer was lost."""
    return (
        connection.execute(
            select(session.c.id).where(
                session.c.id == session_id,
                session.c.closed_at.is_not(None),
                session.c.closed_by == staff_id,
                session.c.counted_minor == counted_minor,
            )
        ).first()
        is not None
    )


def add_cash(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(cash), values)


def cash_by_request(connection: Connection, request_id: UUID) -> bool:
    return connection.execute(select(cash.c.id).where(cash.c.request_id == request_id)).first() is not None


def expected_minor(connection: Connection, session_id: int) -> int:
    """What should lie in the drawer: float and every movement since."""
    found = connection.execute(
        select(func.coalesce(func.sum(cash.c.amount_minor), 0)).where(cash.c.session_id == session_id)
    ).scalar_one()
    return int(found)


def session_by_request(connection: Connection, request_id: UUID) -> int | None:
    """The session whose float was booked under this request."""
    return connection.execute(select(cash.c.session_id).where(cash.c.request_id == request_id)).scalar()
