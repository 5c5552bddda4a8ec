"""Guesses at a card's PIN: each is counted, also many at one moment, and a locked card opens for nobody."""

from __future__ import annotations

import threading
from uuid import uuid4

import pytest

from app.errors import InvalidInput
from app.giftcards import drafts, guard
from app.giftcards import model as rules
from app.giftcards.desk import GiftCardDesk
from app.giftcards.service import GiftCardService, IssuedCard
from db.errors import DatabaseBusy
from db.uow import Database
from tests.app.giftcards.shop import SmallShop
from tests.app.giftcards.test_race import usd

GUESSES = 12


def a_card_with_a_pin(shop: SmallShop) -> IssuedCard:
    service = GiftCardService(shop.database, shop.clock)
    return service.issue(service.draft(pin="482913"), usd(100), shop.actor, reason="x", request_id=uuid4())


def guess_at_once(shop: SmallShop, code: str, pins: list[str]) -> list[str]:
    """What each guess was told: "open", or the code of the refusal."""
    url = shop.database.engine.url.render_as_string(hide_password=False).removeprefix("sqlite:///")
    barrier = threading.Barrier(len(pins))
    told = [""] * len(pins)

    def guess(place: int) -> None:
        database = Database.connect(url)
        desk = GiftCardDesk(database, shop.clock)
        barrier.wait(timeout=30)
        for _ in range(60):
            try:
                desk.look_up(code, register_id=None, pin=pins[place])
                told[place] = "open"
            except DatabaseBusy:
                continue
            except (rules.GiftCardUnknown, rules.PinLocked, rules.TooManyLookups) as refusal:
                told[place] = refusal.code
            break
        database.engine.dispose()

    threads = [threading.Thread(target=guess, args=(place,)) for place in range(len(pins))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return told


def test_guesses_at_one_moment_are_all_counted_and_the_card_locks_in_time(shop: SmallShop) -> None:  # T29
    issued = a_card_with_a_pin(shop)
    told = guess_at_once(shop, issued.code, ["000000"] * GUESSES)
    # Only so many learn that theirs was wrong; the rest meet the lock.
    assert told.count("giftcard.locked") >= GUESSES - rules.PIN_TRIES
    assert shop.rows("SELECT count(*) FROM value_event WHERE kind = 'pin_locked'") == [(1,)]
    with pytest.raises(rules.PinLocked):
        GiftCardDesk(shop.database, shop.clock).look_up(issued.code, register_id=shop.register_id, pin="482913")


def test_failures_at_one_moment_stop_at_the_limit_of_the_register(shop: SmallShop) -> None:  # T29
    told = guess_at_once(shop, "nosuchcard", [""] * GUESSES)
    assert told.count("giftcard.unknown") == rules.LOOKUPS_PER_MINUTE
    assert told.count("giftcard.tries") == GUESSES - rules.LOOKUPS_PER_MINUTE


def test_a_guess_that_began_before_the_lock_does_not_lift_it(shop: SmallShop, monkeypatch: pytest.MonkeyPatch) -> None:
    issued = a_card_with_a_pin(shop)
    desk, other = GiftCardDesk(shop.database, shop.clock), GiftCardDesk(shop.database, shop.clock)
    real = drafts.pin_matches

    def five_others_first(pin_hash: str, pin: str) -> bool:
        monkeypatch.setattr(guard, "pin_matches", real)
        for place in range(rules.PIN_TRIES):
            with pytest.raises(rules.GiftCardUnknown):
                other.look_up(issued.code, register_id=shop.register_id if place % 2 else None, pin="111111")
        return real(pin_hash, pin)

    monkeypatch.setattr(guard, "pin_matches", five_others_first)
    with pytest.raises(rules.PinLocked):
        desk.look_up(issued.code, register_id=None, pin="482913")  # right, and too late
    with pytest.raises(rules.PinLocked):
        desk.look_up(issued.code, register_id=None, pin="482913")


def test_the_right_pin_forgets_the_wrong_ones_before_it(shop: SmallShop) -> None:
    issued = a_card_with_a_pin(shop)
    desk = GiftCardDesk(shop.database, shop.clock)
    for _ in range(2):
        for _ in range(rules.PIN_TRIES - 1):
            shop.clock.advance(seconds=61)
            with pytest.raises(rules.GiftCardUnknown):
                desk.look_up(issued.code, register_id=None, pin="000000")
        assert desk.look_up(issued.code, register_id=None, pin="482913").id == issued.card.id
    assert shop.rows("SELECT pin_failures FROM value_account") == [(0,)]


def test_a_lost_pin_gets_a_successor_that_ends_the_lock(shop: SmallShop) -> None:  # T29
    issued = a_card_with_a_pin(shop)
    desk = GiftCardDesk(shop.database, shop.clock)
    for place in range(rules.PIN_TRIES):
        with pytest.raises(rules.GiftCardUnknown):
            desk.look_up(issued.code, register_id=shop.register_id if place % 2 else None, pin="000000")
    card, pin = desk.new_pin(issued.card.id, shop.actor, reason="lost")
    assert (len(pin), card.has_pin) == (6, True)
    assert desk.look_up(issued.code, register_id=None, pin=pin).id == issued.card.id
    with pytest.raises(rules.GiftCardUnknown):
        desk.look_up(issued.code, register_id=None, pin="482913")
    assert "pin_changed" in [row.kind for row in desk.history(issued.card.id, shop.actor).rows]
    assert pin not in str(shop.rows("SELECT * FROM value_event")) + str(shop.rows("SELECT * FROM value_account"))
    service = GiftCardService(shop.database, shop.clock)
    plain = service.issue(service.draft(), usd(100), shop.actor, reason="x", request_id=uuid4()).card
    with pytest.raises(InvalidInput, match="needs none"):
        desk.new_pin(plain.id, shop.actor, reason="lost")
    with pytest.raises(InvalidInput, match="Say why"):
        desk.new_pin(issued.card.id, shop.actor, reason=" ")
