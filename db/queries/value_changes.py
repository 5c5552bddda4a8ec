"""Changes of one account's money: guarded updates that hold on both databases.

A guarded update changes one row only while its conditions hold and gives the new balance back; no row means
that a guard failed, and the caller reads the row to say which. That is exact at READ COMMITTED, where reading
first and writing after is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Date, String, bindparam, case, literal, or_, update

from db.queries.value_accounts import account
from db.types import BigInt

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
    .where(*_GOOD, account.c.status == "active", account.c.balance_minor + _amount <= bindparam("p_most", type_=BigInt))
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
        account.c.expires_on < bindparam("p_today", type_=Date),
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
)


def _one(connection: Connection, statement: Any, values: dict[str, Any]) -> int | None:
    found = connection.execute(statement, values).first()
    return None if found is None else int(found[0])


def take(
    connection: Connection, account_id: int, amount_minor: int, *, currency: str, good_on: date, customer_id: int | None
) -> int | None:
    """Lower the balance by `amount_minor` if the card is good on that day; the new balance, None when refused."""
    return _one(connection, _TAKE, _spending(account_id, amount_minor, currency, good_on, customer_id))


def set_aside(
    connection: Connection, account_id: int, amount_minor: int, *, currency: str, good_on: date, customer_id: int | None
) -> int | None:
    """Like `take`, but the amount is only held."""
    return _one(connection, _HOLD, _spending(account_id, amount_minor, currency, good_on, customer_id))


def _spending(
    account_id: int, amount_minor: int, currency: str, good_on: date, customer_id: int | None
) -> dict[str, Any]:
    owner = -1 if customer_id is None else customer_id  # nobody's id: an owner-only card then finds no owner
    return {
        "p_id": account_id, "p_amount": amount_minor, "p_currency": currency, "p_good_on": good_on,
        "p_customer": owner,
    }  # fmt: skip


def give(
    connection: Connection, account_id: int, amount_minor: int, *, currency: str, good_on: date, most_minor: int
) -> int | None:
    """Raise the balance of a card that is active and good on that day, to `most_minor` at most; None when refused."""
    values = {
        "p_id": account_id, "p_amount": amount_minor, "p_currency": currency, "p_good_on": good_on,
        "p_most": most_minor,
    }  # fmt: skip
    return _one(connection, _GIVE, values)


def give_anyway(connection: Connection, account_id: int, amount_minor: int) -> int | None:
    """Raise the balance whatever the card's state: undoing what was taken."""
    return _one(connection, _GIVE_ANYWAY, {"p_id": account_id, "p_amount": amount_minor})


def cancel(connection: Connection, account_id: int, amount_minor: int, *, currency: str) -> int | None:
    """Take unspent value back out; a card left empty by it is cancelled for good."""
    return _one(connection, _CANCEL, {"p_id": account_id, "p_amount": amount_minor, "p_currency": currency})


def write_off(connection: Connection, account_id: int, balance_minor: int, *, today: date) -> bool:
    """Empty a card past its date whose balance still is what was read and of which nothing is held."""
    values = {"p_id": account_id, "p_amount": balance_minor, "p_today": today}
    return _one(connection, _WRITE_OFF, values) is not None


def capture(connection: Connection, account_id: int, *, held_minor: int, amount_minor: int) -> int | None:
    """Turn a held amount into a debit of `amount_minor`; the rest of the hold is free again."""
    return _one(connection, _CAPTURE, {"p_id": account_id, "p_held": held_minor, "p_amount": amount_minor})


def unhold(connection: Connection, freed: Mapping[int, int]) -> None:
    """Free amounts that were held, by account."""
    rows = [{"p_id": account_id, "p_held": freed[account_id]} for account_id in sorted(freed)]
    if rows:
        connection.execute(_UNHOLD, rows)
