"""The ledger of stored value: entries that are added and read, never changed, and what the shop owes by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Table, bindparam, func, select

from db.models.sale import Sale
from db.models.staff import Staff
from db.models.value import ValueEntry
from db.queries.inserting import insert_or_nothing
from db.queries.value_accounts import account
from db.types import UtcDateTime

entry = cast(Table, ValueEntry.__table__)


class RequestRepeated(Exception):
    """Another transaction has just booked the same request id: read what it did."""


def add_entries(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write ledger rows. Raises RequestRepeated when a request id is booked already: roll back and read."""
    if not rows:
        return
    statement = insert_or_nothing(connection, entry, "request_id").returning(entry.c.id)
    if len(connection.execute(statement, list(rows)).all()) != len(rows):
        raise RequestRepeated


def entry_by_request(connection: Connection, request_id: UUID) -> RowMapping | None:
    return (
        connection.execute(
            select(
                entry.c.id, entry.c.account_id, entry.c.kind, entry.c.amount_minor, entry.c.balance_after_minor
            ).where(entry.c.request_id == request_id)
        )
        .mappings()
        .first()
    )


def entry_by_id(connection: Connection, entry_id: int) -> RowMapping | None:
    return connection.execute(select(entry).where(entry.c.id == entry_id)).mappings().first()


def given_back_minor(connection: Connection, entry_id: int) -> int:
    """How much of a redemption went back onto the card already, as reversal or refund."""
    return int(
        connection.execute(
            select(func.coalesce(func.sum(entry.c.amount_minor), 0)).where(
                entry.c.reverses_id == entry_id, entry.c.kind.in_(("reversal", "refund"))
            )
        ).scalar_one()
    )


def net_redeemed_minor(connection: Connection, account_id: int) -> int:
    """What was taken off the card as tender and has not gone back onto it."""
    taken = connection.execute(
        select(func.coalesce(func.sum(entry.c.amount_minor), 0)).where(
            entry.c.account_id == account_id, entry.c.kind.in_(("redemption", "reversal", "refund"))
        )
    ).scalar_one()
    return max(0, -int(taken))


@dataclass(frozen=True, slots=True)
class EntryRow:
    id: int
    kind: str
    amount_minor: int
    balance_after_minor: int
    sale_id: int | None
    sale_number: str
    staff_name: str
    approver_name: str
    reason: str
    recorded_at: datetime


def entries_page(
    connection: Connection, account_id: int, *, before_id: int | None = None, limit: int = 200
) -> list[EntryRow]:
    """A card's movements, newest first."""
    sale, staff = cast(Table, Sale.__table__), cast(Table, Staff.__table__)
    approver = staff.alias("approver")
    query = (
        select(
            entry.c.id, entry.c.kind, entry.c.amount_minor, entry.c.balance_after_minor, entry.c.sale_id,
            func.coalesce(sale.c.number_text, "").label("sale_number"),
            func.coalesce(staff.c.name, "").label("staff_name"),
            func.coalesce(approver.c.name, "").label("approver_name"), entry.c.reason, entry.c.recorded_at,
        )
        .select_from(
            entry.outerjoin(sale, sale.c.id == entry.c.sale_id)
            .outerjoin(staff, staff.c.id == entry.c.staff_id)
            .outerjoin(approver, approver.c.id == entry.c.approver_id)
        )
        .where(entry.c.account_id == account_id)
        .order_by(entry.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    if before_id is not None:
        query = query.where(entry.c.id < before_id)
    return [EntryRow(**row) for row in connection.execute(query).mappings()]


def owed_minor(connection: Connection) -> int:
    """The sum of all balances, expired and deactivated cards among them: the shop still owes those."""
    return int(connection.execute(select(func.coalesce(func.sum(account.c.balance_minor), 0))).scalar_one())


def liability_minor(connection: Connection, until: datetime | None = None) -> dict[str, int]:
    """What the shop owes holders by kind of account, from the ledger, at any moment."""
    query = (
        select(account.c.kind, func.sum(entry.c.amount_minor))
        .select_from(entry.join(account, account.c.id == entry.c.account_id))
        .group_by(account.c.kind)
    )
    if until is not None:
        query = query.where(entry.c.recorded_at <= bindparam("p_until", until, UtcDateTime))
    return {row[0]: int(row[1]) for row in connection.execute(query)}
