"""Accounts of stored value: cards, vouchers and store credit, found, added and changed where no money moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Connection, RowMapping, String, Table, bindparam, func, insert, select, update

from db.models.value import ValueAccount
from db.queries.inserting import insert_or_nothing
from db.types import BigInt, UtcDateTime

account = cast(Table, ValueAccount.__table__)


@dataclass(frozen=True, slots=True)
class AccountRow:
    id: int
    kind: str
    voucher_type: str | None
    last_four: str
    guessable: bool
    has_pin: bool
    pin_locked_until: datetime | None
    currency: str
    original_minor: int
    balance_minor: int
    held_minor: int
    status: str
    customer_id: int | None
    owner_only: bool
    series: str
    issued_at: datetime
    activated_at: datetime | None
    expires_on: date | None
    note: str
    print_count: int

    @property
    def available_minor(self) -> int:
        return self.balance_minor - self.held_minor


ACCOUNT_COLUMNS = (
    account.c.id, account.c.kind, account.c.voucher_type, account.c.last_four, account.c.guessable,
    account.c.pin_hash.is_not(None).label("has_pin"), account.c.pin_locked_until, account.c.currency,
    account.c.original_minor, account.c.balance_minor, account.c.held_minor, account.c.status,
    account.c.customer_id, account.c.owner_only, account.c.series, account.c.issued_at, account.c.activated_at,
    account.c.expires_on, account.c.note, account.c.print_count,
)  # fmt: skip


def account_row(row: RowMapping) -> AccountRow:
    return AccountRow(**{**row, "has_pin": bool(row["has_pin"]), "guessable": bool(row["guessable"])})


_BY_ID = select(*ACCOUNT_COLUMNS).where(account.c.id == bindparam("p_id", type_=BigInt))
_BY_HASH = select(*ACCOUNT_COLUMNS).where(account.c.code_hash == bindparam("p_hash", type_=String))


def by_id(connection: Connection, account_id: int) -> AccountRow | None:
    row = connection.execute(_BY_ID, {"p_id": account_id}).mappings().first()
    return None if row is None else account_row(row)


def by_id_locked(connection: Connection, account_id: int) -> AccountRow | None:
    """The account as it is, held until the transaction ends: for rules over its entries, which no guard can hold."""
    row = connection.execute(_BY_ID.with_for_update(), {"p_id": account_id}).mappings().first()
    return None if row is None else account_row(row)


def by_hash(connection: Connection, code_hash: str) -> AccountRow | None:
    row = connection.execute(_BY_HASH, {"p_hash": code_hash}).mappings().first()
    return None if row is None else account_row(row)


def sealed_code(connection: Connection, account_id: int) -> bytes | None:
    return connection.execute(select(account.c.code_cipher).where(account.c.id == account_id)).scalar()


def set_status(
    connection: Connection, account_id: int, status: str, *, only_from: Sequence[str], at: datetime | None = None
) -> bool:
    changes: dict[str, Any] = {"status": status}
    if status == "active" and at is not None:
        changes["activated_at"] = func.coalesce(account.c.activated_at, bindparam("p_at", at, type_=UtcDateTime))
    done = connection.execute(
        update(account).where(account.c.id == account_id, account.c.status.in_(only_from)).values(**changes)
    )
    return done.rowcount == 1


def change_account(connection: Connection, account_id: int, **columns: Any) -> None:
    """Set columns that carry no money: customer, note, expiry, PIN, print count."""
    connection.execute(update(account).where(account.c.id == account_id).values(**columns))


def forget_notes(connection: Connection, customer_id: int) -> None:
    """What staff noted beside the cards of somebody who is erased; the cards stay, with their money."""
    connection.execute(update(account).where(account.c.customer_id == customer_id).values(note=""))


def count_print(connection: Connection, account_id: int, *, first: bool = False) -> bool:
    """One more paper of this card is out; false where it was to be the `first` and another was quicker."""
    counted = update(account).where(account.c.id == account_id).values(print_count=account.c.print_count + 1)
    if first:
        counted = counted.where(account.c.print_count == 0)
    return connection.execute(counted).rowcount == 1


def add_account(connection: Connection, **columns: Any) -> int | None:
    """A new account's id; None when its code is taken already."""
    found = connection.execute(
        insert_or_nothing(connection, account, "code_hash").values(**columns).returning(account.c.id)
    ).first()
    return None if found is None else int(found[0])


def add_accounts(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Many at once; raises on a code that is taken."""
    connection.execute(insert(account), list(rows))


def activate_stock(connection: Connection, account_id: int, **columns: Any) -> bool:
    """Give a printed, unsold card its value; false when it was sold meanwhile."""
    done = connection.execute(
        update(account).where(account.c.id == account_id, account.c.status == "issued").values(**columns)
    )
    return done.rowcount == 1
