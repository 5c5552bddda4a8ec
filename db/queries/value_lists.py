"""Lists of accounts: the management screen's, a customer's, and the expiry job's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Connection, RowMapping, Select, Table, and_, bindparam, or_, select, tuple_

from db.models.customer import Customer
from db.queries.value_accounts import ACCOUNT_COLUMNS, AccountRow, account, account_row
from db.types import BigInt, UtcDateTime


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
    customer = cast(Table, Customer.__table__)
    query = select(*ACCOUNT_COLUMNS, customer.c.first_name, customer.c.last_name).select_from(
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
        listed.append(ListedAccount(account_row(cast(RowMapping, fields)), name))
    return listed


def holder_name(connection: Connection, customer_id: int | None) -> str:
    """ "" for nobody and for an erased customer."""
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
        select(*ACCOUNT_COLUMNS)
        .where(
            account.c.expires_on < today, account.c.balance_minor > 0, account.c.held_minor == 0,
            account.c.status.in_(("active", "inactive")), account.c.id > after_id,
        )
        .order_by(account.c.id)
        .limit(limit)
    )  # fmt: skip
    return [account_row(row) for row in connection.execute(query).mappings()]
