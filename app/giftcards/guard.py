"""What stands between a number or PIN that somebody guesses and the card: limits per register and per card (T29).

Every failure is written in a transaction of its own before the answer goes out, so that no sale that is given up
afterwards takes it back. Many guesses at one moment are settled one by one, each after its PIN was compared: what
locked the card meanwhile stands, whichever PIN was typed.
"""

from __future__ import annotations

from datetime import datetime

from app.giftcards.drafts import pin_matches
from app.giftcards.model import (
    LOOKUP_WINDOW,
    LOOKUPS_PER_MINUTE,
    PIN_LOCK,
    PIN_TRIES,
    GiftCardUnknown,
    PinLocked,
    PinNeeded,
    TooManyLookups,
)
from db.queries import code_attempts, value_pins
from db.queries import value_events as events
from db.queries.value_accounts import AccountRow
from db.queries.value_pins import PinState
from db.uow import Database, UnitOfWork

LOOKUP = "gift_card"


def check_rate(uow: UnitOfWork, register_id: int | None, now: datetime) -> None:
    """Raises TooManyLookups after five failures at this register within a minute."""
    failures = code_attempts.failures_since(uow.connection, register_id, now - LOOKUP_WINDOW, LOOKUP)
    if failures >= LOOKUPS_PER_MINUTE:
        raise TooManyLookups


def count_failure(database: Database, register_id: int | None, reason: str, now: datetime) -> None:
    """Write a failed look-up down. Raises TooManyLookups for one too many, which is no news to whoever guesses."""
    with database.write() as uow:
        code_attempts.wait_in_line(uow.connection, register_id)
        check_rate(uow, register_id, now)
        code_attempts.add_failure(uow.connection, register_id, kind=LOOKUP, reason=reason, at=now)
        uow.commit()


def check_pin(database: Database, card: AccountRow, pin: str | None, register_id: int | None, now: datetime) -> None:
    """Let the right PIN pass. Raises PinNeeded, PinLocked, GiftCardUnknown for a wrong one, TooManyLookups.

    Slow (argon2): off the GUI thread.
    """
    state = _state(database, card, now)
    if pin is None:
        raise PinNeeded
    if state.pin_hash is not None and not pin_matches(state.pin_hash, pin.strip()):
        _count_wrong_pin(database, card, now)
        count_failure(database, register_id, "wrong_pin", now)
        raise GiftCardUnknown
    if _state(database, card, now).failures:
        with database.write() as uow:
            if not value_pins.forget_failures(uow.connection, card.id, now=now):
                raise PinLocked(now + PIN_LOCK)
            uow.commit()


def _state(database: Database, card: AccountRow, now: datetime) -> PinState:
    with database.read() as uow:
        state = value_pins.state_of(uow.connection, card.id)
    if state.locked_until is not None and state.locked_until > now:
        raise PinLocked(state.locked_until)
    return state


def _count_wrong_pin(database: Database, card: AccountRow, now: datetime) -> None:
    until = now + PIN_LOCK
    with database.write() as uow:
        counted = value_pins.count_failure(uow.connection, card.id, now=now, most=PIN_TRIES, lock_until=until)
        if counted is None:
            raise PinLocked(until)
        if counted == 0:  # the last try: the count begins anew once the lock is over
            events.add_event(uow.connection, card.id, "pin_locked", now)
        uow.commit()
