"""Wrong PINs of a card: counted and forgotten by one statement each, so that none is lost among many at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, case, or_, select, update

from db.queries.value_accounts import account
from db.types import UtcDateTime


@dataclass(frozen=True, slots=True)
class PinState:
    pin_hash: str | None  # argon2
    failures: int  # in a row
    locked_until: datetime | None


def state_of(connection: Connection, account_id: int) -> PinState:
    row = connection.execute(
        select(account.c.pin_hash, account.c.pin_failures, account.c.pin_locked_until).where(account.c.id == account_id)
    ).one()
    return PinState(row[0], row[1], row[2])


def count_failure(
    connection: Connection, account_id: int, *, now: datetime, most: int, lock_until: datetime
) -> int | None:
    """One more wrong PIN: how many in a row, 0 for the `most`-th, which locks the card; None when it was locked."""
    last = account.c.pin_failures + 1 >= most
    found = connection.execute(
        update(account)
        .where(account.c.id == account_id, _open(now))
        .values(
            pin_failures=case((last, 0), else_=account.c.pin_failures + 1),
            pin_locked_until=case((last, bindparam("p_until", lock_until, UtcDateTime)), else_=None),
        )
        .returning(account.c.pin_failures)
    ).first()
    return None if found is None else int(found[0])


def forget_failures(connection: Connection, account_id: int, *, now: datetime) -> bool:
    """The right PIN was typed; false when wrong ones locked the card first."""
    done = connection.execute(
        update(account).where(account.c.id == account_id, _open(now)).values(pin_failures=0, pin_locked_until=None)
    )
    return done.rowcount == 1


def _open(now: datetime) -> ColumnElement[bool]:
    return or_(account.c.pin_locked_until.is_(None), account.c.pin_locked_until <= bindparam("p_now", now, UtcDateTime))
