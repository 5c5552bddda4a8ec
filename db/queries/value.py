"""Stored value in SQL: guarded updates that hold on both databases, the ledger, and paged lists.

A guarded update changes one row only while its conditions hold and gives the new balance back; no row means
that a guard failed, and the caller reads the row to say which. That is exact at READ COMMITTED, where reading
first and writing after is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    Connection,
    Date,
    RowMapping,
    Select,
    String,
    Table,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)  # fmt: skip
from sqlalchemy.dialects import postgresql, sqlite

from db.models.promotion import CodeAttempt
from db.models.value import ValueAccount, ValueEntry, ValueEvent, ValueHold
from db.types import BigInt, UtcDateTime

account = cast(Table, ValueAccount.__table__)
entry = cast(Table, ValueEntry.__table__)
hold = cast(Table, ValueHold.__table__)
event = cast(Table, ValueEvent.__table__)
attempt = cast(Table, CodeAttempt.__table__)


class RequestRepeated(Exception):
    """Another transaction has just booked the same request id: read what it did."""


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


@dataclass(frozen=True, slots=True)
class HoldRow:
    id: int
    account_id: int
    amount_minor: int
    captured_minor: int
    status: str
    expires_at: datetime | None


_ACCOUNT_COLUMNS = (
    account.c.id, account.c.kind, account.c.voucher_type, account.c.last_four, account.c.guessable,
    account.c.pin_hash.is_not(None).label("has_pin"), account.c.pin_locked_until, account.c.currency,
    account.c.original_minor, account.c.balance_minor, account.c.held_minor, account.c.status,
    account.c.customer_id, account.c.owner_only, account.c.series, account.c.issued_at, account.c.activated_at,
    account.c.expires_on, account.c.note, account.c.print_count,
)  # fmt: skip
_HOLD_COLUMNS = (
    hold.c.id, hold.c.account_id, hold.c.amount_minor, hold.c.captured_minor, hold.c.status, hold.c.expires_at,
)  # fmt: skip


def _account_row(row: RowMapping) -> AccountRow:
    return AccountRow(**{**row, "has_pin": bool(row["has_pin"]), "guessable": bool(row["guessable"])})


# --- reading one -----------------------------------------------------------------------------------------

_BY_ID = select(*_ACCOUNT_COLUMNS).where(account.c.id == bindparam("p_id", type_=BigInt))
_BY_HASH = select(*_ACCOUNT_COLUMNS).where(account.c.code_hash == bindparam("p_hash", type_=String))


def by_id(connection: Connection, account_id: int) -> AccountRow | None:
    row = connection.execute(_BY_ID, {"p_id": account_id}).mappings().first()
    return None if row is None else _account_row(row)


def by_hash(connection: Connection, code_hash: str) -> AccountRow | None:
    row = connection.execute(_BY_HASH, {"p_hash": code_hash}).mappings().first()
    return None if row is None else _account_row(row)


def by_ids(connection: Connection, account_ids: Sequence[int]) -> dict[int, AccountRow]:
    rows = connection.execute(select(*_ACCOUNT_COLUMNS).where(account.c.id.in_(account_ids))).mappings()
    return {row["id"]: _account_row(row) for row in rows}


def pin_of(connection: Connection, account_id: int) -> tuple[str | None, int, datetime | None]:
    """(argon2 hash, failures in a row, locked until)."""
    row = connection.execute(
        select(account.c.pin_hash, account.c.pin_failures, account.c.pin_locked_until).where(account.c.id == account_id)
    ).one()
    return row[0], row[1], row[2]


def sealed_code(connection: Connection, account_id: int) -> bytes | None:
    return connection.execute(select(account.c.code_cipher).where(account.c.id == account_id)).scalar()


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


def entries_of_sale(connection: Connection, sale_id: int) -> list[RowMapping]:
    """Every movement that a sale made, oldest first."""
    return list(connection.execute(select(entry).where(entry.c.sale_id == sale_id).order_by(entry.c.id)).mappings())


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


# --- guarded changes of one account ----------------------------------------------------------------------

_amount = bindparam("p_amount", type_=BigInt)
_GOOD = (
    account.c.id == bindparam("p_id", type_=BigInt),
    account.c.currency == bindparam("p_currency", type_=String),
    or_(account.c.expires_on.is_(None), account.c.expires_on >= bindparam("p_good_on", type_=Date)),
)
_MAY_SPEND = (
    *_GOOD,
    account.c.status == "active",
    account.c.balance_minor - account.c.held_minor >= _amount,
    or_(account.c.owner_only.is_(False), account.c.customer_id == bindparam("p_customer", type_=BigInt)),
)
_TAKE = (
    update(account)
    .where(*_MAY_SPEND)
    .values(balance_minor=account.c.balance_minor - _amount)
    .returning(account.c.balance_minor)
)
_HOLD = (
    update(account)
    .where(*_MAY_SPEND)
    .values(held_minor=account.c.held_minor + _amount)
    .returning(account.c.balance_minor)
)
_GIVE = (
    update(account)
    .where(*_GOOD, account.c.status == "active")
    .values(balance_minor=account.c.balance_minor + _amount)
    .returning(account.c.balance_minor)
)
_GIVE_ANYWAY = (
    update(account)
    .where(account.c.id == bindparam("p_id", type_=BigInt))
    .values(balance_minor=account.c.balance_minor + _amount)
    .returning(account.c.balance_minor)
)
_CANCEL = (
    update(account)
    .where(
        account.c.id == bindparam("p_id", type_=BigInt),
        account.c.currency == bindparam("p_currency", type_=String),
        account.c.status.in_(("active", "inactive")),
        account.c.balance_minor - account.c.held_minor >= _amount,
    )
    .values(
        balance_minor=account.c.balance_minor - _amount,
        status=case((account.c.balance_minor == _amount, literal("cancelled")), else_=account.c.status),
    )
    .returning(account.c.balance_minor)
)
_WRITE_OFF = (
    update(account)
    .where(
        account.c.id == bindparam("p_id", type_=BigInt),
        account.c.balance_minor == _amount,
        account.c.held_minor == 0,
    )
    .values(balance_minor=0)
    .returning(account.c.balance_minor)
)
_CAPTURE = (
    update(account)
    .where(account.c.id == bindparam("p_id", type_=BigInt), account.c.status == "active")
    .values(
        held_minor=account.c.held_minor - bindparam("p_held", type_=BigInt),
        balance_minor=account.c.balance_minor - _amount,
    )
    .returning(account.c.balance_minor)
)
_UNHOLD = (
    update(account)
    .where(account.c.id == bindparam("p_id", type_=BigInt))
    .values(held_minor=account.c.held_minor - bindparam("p_held", type_=BigInt))
    .returning(account.c.balance_minor)
)


def _one(connection: Connection, statement: Any, values: dict[str, Any]) -> int | None:
    found = connection.execute(statement, values).first()
    return None if found is None else int(found[0])


def take(
    connection: Connection,
    account_id: int,
    amount_minor: int,
    *,
    currency: str,
    good_on: date,
    customer_id: int | None,
) -> int | None:
    """Lower the balance by `amount_minor` if the card is good on that day; the new balance, None when refused."""
    values = {
        "p_id": account_id, "p_amount": amount_minor, "p_currency": currency, "p_good_on": good_on,
        "p_customer": -1 if customer_id is None else customer_id,
    }  # fmt: skip
    return _one(connection, _TAKE, values)


def set_aside(
    connection: Connection,
    account_id: int,
    amount_minor: int,
    *,
    currency: str,
    good_on: date,
    customer_id: int | None,
) -> int | None:
    """Like `take`, but the amount is only held."""
    values = {
        "p_id": account_id, "p_amount": amount_minor, "p_currency": currency, "p_good_on": good_on,
        "p_customer": -1 if customer_id is None else customer_id,
    }  # fmt: skip
    return _one(connection, _HOLD, values)


def give(connection: Connection, account_id: int, amount_minor: int, *, currency: str, good_on: date) -> int | None:
    """Raise the balance of a card that is active and good on that day; None when refused."""
    values = {"p_id": account_id, "p_amount": amount_minor, "p_currency": currency, "p_good_on": good_on}
    return _one(connection, _GIVE, values)


def give_anyway(connection: Connection, account_id: int, amount_minor: int) -> int | None:
    """Raise the balance whatever the card's state: undoing what was taken."""
    return _one(connection, _GIVE_ANYWAY, {"p_id": account_id, "p_amount": amount_minor})


def cancel(connection: Connection, account_id: int, amount_minor: int, *, currency: str) -> int | None:
    """Take unspent value back out; a card left empty by it is cancelled for good."""
    return _one(connection, _CANCEL, {"p_id": account_id, "p_amount": amount_minor, "p_currency": currency})


def write_off(connection: Connection, account_id: int, balance_minor: int) -> bool:
    """Empty an expired card whose balance still is what was read and of which nothing is held."""
    return _one(connection, _WRITE_OFF, {"p_id": account_id, "p_amount": balance_minor}) is not None


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


def count_print(connection: Connection, account_id: int) -> None:
    """One more paper of this card is out."""
    connection.execute(update(account).where(account.c.id == account_id).values(print_count=account.c.print_count + 1))


# --- adding ----------------------------------------------------------------------------------------------


def _or_nothing(connection: Connection, table: Table, conflict: str) -> Any:
    """INSERT that leaves the table alone when `conflict` is taken, in the words of the connected database."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing(index_elements=[table.c[conflict]])


def add_account(connection: Connection, **columns: Any) -> int | None:
    """A new account's id; None when its code is taken already."""
    found = connection.execute(
        _or_nothing(connection, account, "code_hash").values(**columns).returning(account.c.id)
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


def add_entries(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write ledger rows. Raises RequestRepeated when a request id is booked already: roll back and read."""
    if not rows:
        return
    statement = _or_nothing(connection, entry, "request_id").returning(entry.c.id)
    if len(connection.execute(statement, list(rows)).all()) != len(rows):
        raise RequestRepeated


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


# --- holds -----------------------------------------------------------------------------------------------


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
        _or_nothing(connection, hold, "request_id")
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


def capture(connection: Connection, account_id: int, *, held_minor: int, amount_minor: int) -> int | None:
    """Turn a held amount into a debit of `amount_minor`; the rest of the hold is free again."""
    return _one(connection, _CAPTURE, {"p_id": account_id, "p_held": held_minor, "p_amount": amount_minor})


def unhold(connection: Connection, account_id: int, held_minor: int) -> None:
    connection.execute(_UNHOLD, {"p_id": account_id, "p_held": held_minor})


def due_holds(connection: Connection, now: datetime, *, account_id: int | None = None, limit: int = 500) -> list[int]:
    """Open holds whose time has run out."""
    query = select(hold.c.id).where(hold.c.status == "open", hold.c.expires_at <= bindparam("p_now", now, UtcDateTime))
    if account_id is not None:
        query = query.where(hold.c.account_id == account_id)
    return [int(found) for found in connection.execute(query.order_by(hold.c.id).limit(limit)).scalars()]


# --- failed look-ups -------------------------------------------------------------------------------------


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


# --- lists -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """What the management list shows. `shown` is active, expired, fully_redeemed, deactivated, unsold or ""."""

    kinds: tuple[str, ...] = ()
    shown: str = ""
    code_hash: str = ""
    last_four: str = ""
    customer_id: int | None = None
    customer_ids: tuple[int, ...] = ()  # holders found by name: with a number, either will do
    series: str = ""
    expires_before: date | None = None


@dataclass(frozen=True, slots=True)
class ListedAccount:
    account: AccountRow
    customer_name: str


def _shown(query: Select[Any], shown: str, today: date) -> Select[Any]:
    past = account.c.expires_on < today
    good = or_(account.c.expires_on.is_(None), account.c.expires_on >= today)
    # Said as what it is not, or the planner takes the index of statuses and sorts most of the table.
    live = account.c.status.not_in(("issued", "deleted", "cancelled"))
    tests = {
        "active": and_(account.c.status == "active", good, account.c.balance_minor > 0),
        "expired": and_(live, past),
        "fully_redeemed": and_(live, good, account.c.balance_minor == 0),
        "deactivated": account.c.status.in_(("inactive", "deleted", "cancelled")),
        "unsold": account.c.status == "issued",
    }
    return query.where(tests[shown]) if shown else query


def page(
    connection: Connection,
    wanted: AccountFilter,
    *,
    today: date,
    after: tuple[datetime, int] | None = None,
    limit: int = 100,
) -> list[ListedAccount]:
    """Newest first; `after` is (issued_at, id) of the last row had."""
    from db.models.customer import Customer

    customer = cast(Table, Customer.__table__)
    query = select(*_ACCOUNT_COLUMNS, customer.c.first_name, customer.c.last_name).select_from(
        account.outerjoin(customer, customer.c.id == account.c.customer_id)
    )
    if wanted.kinds:
        query = query.where(account.c.kind.in_(wanted.kinds))
    if wanted.code_hash or wanted.last_four or wanted.customer_ids:
        tests = [account.c.code_hash == wanted.code_hash] if wanted.code_hash else []
        tests += [account.c.last_four == wanted.last_four] if wanted.last_four else []
        tests += [account.c.customer_id.in_(wanted.customer_ids)] if wanted.customer_ids else []
        query = query.where(or_(*tests))
    if wanted.customer_id is not None:
        query = query.where(account.c.customer_id == wanted.customer_id)
    if wanted.series:
        query = query.where(account.c.series == wanted.series)
    if wanted.expires_before is not None:
        query = query.where(account.c.expires_on <= wanted.expires_before)
    query = _shown(query, wanted.shown, today)
    if after is not None:
        at, before = bindparam("p_after", after[0], UtcDateTime), bindparam("p_before", after[1], BigInt)
        query = query.where(tuple_(account.c.issued_at, account.c.id) < tuple_(at, before))
    query = query.order_by(account.c.issued_at.desc(), account.c.id.desc()).limit(limit)
    listed = []
    for row in connection.execute(query).mappings():
        fields = dict(row)
        name = f"{fields.pop('first_name') or ''} {fields.pop('last_name') or ''}".strip()
        listed.append(ListedAccount(_account_row(cast(RowMapping, fields)), name))
    return listed


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
    from db.models.sale import Sale
    from db.models.staff import Staff

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
    from db.models.staff import Staff

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


def holder_name(connection: Connection, customer_id: int | None) -> str:
    """ "" for nobody and for an erased customer."""
    from db.models.customer import Customer

    if customer_id is None:
        return ""
    customer = cast(Table, Customer.__table__)
    row = connection.execute(
        select(customer.c.first_name, customer.c.last_name).where(customer.c.id == customer_id)
    ).first()
    return "" if row is None else f"{row[0]} {row[1]}".strip()


def expired_with_balance(
    connection: Connection, today: date, *, after_id: int = 0, limit: int = 500
) -> list[AccountRow]:
    """Cards past their last day that still hold money, for the expiry job."""
    query = (
        select(*_ACCOUNT_COLUMNS)
        .where(
            account.c.expires_on < today, account.c.balance_minor > 0, account.c.held_minor == 0,
            account.c.status.in_(("active", "inactive")), account.c.id > after_id,
        )
        .order_by(account.c.id)
        .limit(limit)
    )  # fmt: skip
    return [_account_row(row) for row in connection.execute(query).mappings()]


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


def has_code(connection: Connection, code_hash: str) -> bool:
    return bool(connection.execute(select(exists().where(account.c.code_hash == code_hash))).scalar())


# --- settings that value rules read ----------------------------------------------------------------------


def settings(connection: Connection, names: Sequence[str]) -> dict[str, Any]:
    from db.models.shop import Setting

    table = cast(Table, Setting.__table__)
    rows = connection.execute(select(table.c.name, table.c.value).where(table.c.name.in_(names)))
    return {name: value.get("value") for name, value in rows}


def shop_facts(connection: Connection) -> tuple[str, str]:
    """(currency, time zone) of the shop."""
    from db.models.shop import Shop

    table = cast(Table, Shop.__table__)
    row = connection.execute(select(table.c.currency, table.c.time_zone)).one()
    return str(row[0]), str(row[1])
