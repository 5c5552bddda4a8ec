"""Lists of accounts: the management screen's, a customer's, and the expiry job's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from db.models.customer import Customer
from db.queries.value_accounts import ACCOUNT_COLUMNS, AccountRow, account, account_row
from db.types import BigInt

customer = cast(Table, Customer.__table__)
_NO_END = date(9999, 12, 31)


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
    """`key` is what the list is sorted by: (key, id) of the last row had fetches what follows."""

    account: AccountRow
    customer_name: str
    key: Any


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


def _sorted_by(sort: str, today: date, *, descending: bool) -> ColumnElement[Any]:
    """What a list is in order of. A card without an end comes after every day; one without a holder comes last
    whichever way, for a list that began with a thousand of those would show no name."""
    named, nobody = ("1", "0") if descending else ("0", "1")
    keys: dict[str, ColumnElement[Any]] = {
        "issued": account.c.issued_at,
        "card": func.coalesce(account.c.voucher_type, account.c.kind) + " " + account.c.last_four,
        "holder": func.coalesce(literal(named) + func.nullif(customer.c.sort_name, ""), nobody),
        "balance": account.c.balance_minor,
        "status": case(
            (account.c.status == "issued", 5),
            (account.c.status.in_(("inactive", "deleted", "cancelled")), 4),
            (account.c.expires_on < today, 2),
            (account.c.balance_minor == 0, 3),
            else_=1,
        ),
        "expires": func.coalesce(account.c.expires_on, literal(_NO_END, account.c.expires_on.type)),
    }
    return keys[sort]


def _wanted(query: Select[Any], wanted: AccountFilter, today: date) -> Select[Any]:
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
    return _shown(query, wanted.shown, today)


def page(
    connection: Connection,
    wanted: AccountFilter,
    *,
    today: date,
    sort: str = "issued",
    descending: bool = True,
    after: tuple[Any, int] | None = None,
    limit: int = 100,
) -> list[ListedAccount]:
    """Newest first unless sorted; `after` is (key, id) of the last row had.

    `sort`: issued, card (kind and last four), holder, balance, status or expires. The order is found in narrow rows,
    for most of these have no index; what the list shows is read for one page of them.
    """
    key = _sorted_by(sort, today, descending=descending)
    with_holder = account.outerjoin(customer, customer.c.id == account.c.customer_id)
    narrow: Select[Any] = select(account.c.id, key.label("sort_key"))
    narrow = narrow.select_from(with_holder if sort == "holder" else account)
    narrow = _wanted(narrow, wanted, today)
    if after is not None:
        had = tuple_(literal(after[0], key.type), bindparam("p_before", after[1], BigInt))
        here = tuple_(key, account.c.id)
        narrow = narrow.where(here < had if descending else here > had)
    order = (key.desc(), account.c.id.desc()) if descending else (key.asc(), account.c.id.asc())
    found = narrow.order_by(*order).limit(limit).subquery()
    query = (
        select(*ACCOUNT_COLUMNS, customer.c.first_name, customer.c.last_name, found.c.sort_key)
        .select_from(
            found.join(account, account.c.id == found.c.id).outerjoin(customer, customer.c.id == account.c.customer_id)
        )
        .order_by(*((found.c.sort_key.desc(), found.c.id.desc()) if descending else (found.c.sort_key, found.c.id)))
    )
    listed = []
    for row in connection.execute(query).mappings():
        fields = dict(row)
        name = f"{fields.pop('first_name') or ''} {fields.pop('last_name') or ''}".strip()
        at = fields.pop("sort_key")
        listed.append(ListedAccount(account_row(cast(RowMapping, fields)), name, at))
    return listed


def holder_name(connection: Connection, customer_id: int | None) -> str:
    """ "" for nobody and for an erased customer."""
    if customer_id is None:
        return ""
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
