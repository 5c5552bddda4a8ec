"""What happened in one shift of a register, in SQL: documents, taxes, tenders, cash and what the journal notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, case, func, select

from db.models.sale import CashMovement, Journal, Outbox, Sale, SaleTax, SaleTender
from db.models.shop import Outlet, Register, RegisterSession
from db.models.staff import Staff

session = cast(Table, RegisterSession.__table__)
register = cast(Table, Register.__table__)
outlet = cast(Table, Outlet.__table__)
staff = cast(Table, Staff.__table__)
sale = cast(Table, Sale.__table__)
tax = cast(Table, SaleTax.__table__)
tender = cast(Table, SaleTender.__table__)
cash = cast(Table, CashMovement.__table__)
journal = cast(Table, Journal.__table__)
outbox = cast(Table, Outbox.__table__)

_closer = staff.alias("closer")


def head(connection: Connection, session_id: int) -> Any:
    """The shift with the names around it, None when unknown."""
    return connection.execute(
        select(
            session,
            register.c.name.label("register_name"),
            register.c.code.label("register_code"),
            outlet.c.name.label("outlet_name"),
            outlet.c.address.label("outlet_address"),
            outlet.c.receipt_header,
            staff.c.name.label("opened_by_name"),
            _closer.c.name.label("closed_by_name"),
        )
        .select_from(
            session.join(register, register.c.id == session.c.register_id)
            .join(outlet, outlet.c.id == register.c.outlet_id)
            .join(staff, staff.c.id == session.c.opened_by)
            .outerjoin(_closer, _closer.c.id == session.c.closed_by)
        )
        .where(session.c.id == session_id)
    ).first()


def number(connection: Connection, register_id: int, session_id: int) -> int:
    """Which shift of its register it is, from 1. Shifts are never deleted and follow one another, so the number of a
    closed one never changes and leaves no gap."""
    return int(
        connection.execute(
            select(func.count()).where(session.c.register_id == register_id, session.c.id <= session_id)
        ).scalar_one()
    )


def last_closed(connection: Connection, register_id: int) -> int | None:
    return connection.execute(
        select(func.max(session.c.id)).where(session.c.register_id == register_id, session.c.closed_at.is_not(None))
    ).scalar()


def documents(connection: Connection, session_id: int) -> list[Any]:
    """Per kind of document: how many, and their sums."""
    return list(
        connection.execute(
            select(
                sale.c.kind, func.count().label("how_many"), func.sum(sale.c.subtotal_minor).label("subtotal"),
                func.sum(sale.c.discount_minor).label("discount"), func.sum(sale.c.tax_minor).label("tax"),
                func.sum(sale.c.rounding_minor).label("rounding"), func.sum(sale.c.total_minor).label("total"),
                func.sum(sale.c.liability_minor).label("liability"), func.min(sale.c.number).label("first"),
                func.max(sale.c.number).label("last"),
            )
            .where(sale.c.session_id == session_id)
            .group_by(sale.c.kind)
        )
    )  # fmt: skip


def taxes(connection: Connection, session_id: int) -> list[Any]:
    """(name, percent, base, tax) of every rate."""
    return list(
        connection.execute(
            select(tax.c.name, tax.c.percent, func.sum(tax.c.base_minor), func.sum(tax.c.tax_minor))
            .join(sale, sale.c.id == tax.c.sale_id)
            .where(sale.c.session_id == session_id)
            .group_by(tax.c.name, tax.c.percent)
            .order_by(tax.c.name, tax.c.percent)
        )
    )


def tenders(connection: Connection, session_id: int) -> dict[str, tuple[int, int]]:
    """(how often, sum) by kind; what went back is taken off."""
    rows = connection.execute(
        select(tender.c.kind, func.count(), func.sum(tender.c.amount_minor))
        .join(sale, sale.c.id == tender.c.sale_id)
        .where(sale.c.session_id == session_id)
        .group_by(tender.c.kind)
    )
    return {row[0]: (row[1], int(row[2])) for row in rows}


def cash_moved(connection: Connection, session_id: int) -> dict[str, tuple[int, int]]:
    """(how often, sum) by kind of movement."""
    rows = connection.execute(
        select(cash.c.kind, func.count(), func.sum(cash.c.amount_minor))
        .where(cash.c.session_id == session_id)
        .group_by(cash.c.kind)
    )
    return {row[0]: (row[1], int(row[2])) for row in rows}


def turnover(connection: Connection, register_id: int, upto: int | None) -> tuple[int, int]:
    """(sold, taken back) at a register from its first document to number `upto`, both as absolute amounts (V26)."""
    total = sale.c.total_minor
    query = select(
        func.coalesce(func.sum(case((total > 0, total), else_=0)), 0),
        func.coalesce(func.sum(case((total < 0, -total), else_=0)), 0),
    ).where(sale.c.register_id == register_id)
    if upto is not None:
        query = query.where(sale.c.number <= upto)
    row = connection.execute(query).one()
    return int(row[0]), int(row[1])


def last_number(connection: Connection, register_id: int, session_id: int) -> int | None:
    """The highest number drawn at the register by the end of this shift."""
    return connection.execute(
        select(func.max(sale.c.number)).where(sale.c.register_id == register_id, sale.c.session_id <= session_id)
    ).scalar()


def mark(connection: Connection, register_id: int, kind: str, at: datetime) -> tuple[int, str, str] | None:
    """(sequence, hash, body) of the journal's entry that opened or closed a shift at this moment."""
    row = connection.execute(
        select(journal.c.sequence, journal.c.hash, journal.c.body)
        .where(journal.c.register_id == register_id, journal.c.kind == kind, journal.c.at == at)
        .order_by(journal.c.sequence.desc())
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1], row[2])


def noted(
    connection: Connection, register_id: int, after: int, upto: int | None, kinds: Sequence[str]
) -> list[tuple[str, str]]:
    """(kind, body) of the journal's entries of these kinds between two of its numbers."""
    query = select(journal.c.kind, journal.c.body).where(
        journal.c.register_id == register_id, journal.c.sequence > after, journal.c.kind.in_(kinds)
    )
    if upto is not None:
        query = query.where(journal.c.sequence < upto)
    return [(row[0], row[1]) for row in connection.execute(query.order_by(journal.c.sequence))]


def report_jobs(connection: Connection, register_id: int, since: datetime) -> list[dict[str, Any]]:
    """What the reports put on paper since then asked for."""
    rows = connection.execute(
        select(outbox.c.payload, outbox.c.copy_number)
        .where(outbox.c.register_id == register_id, outbox.c.kind == "report", outbox.c.created_at >= since)
        .order_by(outbox.c.id)
    )
    return [{**row[0], "copy": row[1]} for row in rows]
