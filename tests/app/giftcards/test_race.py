"""Several tills at one card, each over its own connection."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from app.giftcards.model import GiftCardDuplicate, GiftCardShort
from app.giftcards.service import GiftCardService
from app.money import Money
from db.errors import DatabaseBusy
from db.uow import Database
from tests.app.giftcards.shop import SmallShop, audit_value


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def at_once(shop: SmallShop, tills: int, work: Callable[[GiftCardService, int], str]) -> list[str]:
    """What each till got, having started together; a busy database is asked again, as a till does."""
    url = shop.database.engine.url.render_as_string(hide_password=False)
    barrier = threading.Barrier(tills)
    answers = [""] * tills

    def till(place: int) -> None:
        database = Database.connect(url.removeprefix("sqlite:///"))
        service = GiftCardService(database, shop.clock)
        barrier.wait(timeout=30)
        for _ in range(60):
            try:
                answers[place] = work(service, place)
                break
            except DatabaseBusy:
                continue
        database.engine.dispose()

    threads = [threading.Thread(target=till, args=(place,)) for place in range(tills)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def a_card(shop: SmallShop, minor: int) -> int:
    service = GiftCardService(shop.database, shop.clock)
    return service.issue(service.draft(), usd(minor), shop.actor, reason="x", request_id=uuid4()).card.id


def test_two_tills_take_the_last_ten(shop: SmallShop) -> None:  # F27
    card = a_card(shop, 1000)

    def take(service: GiftCardService, _place: int) -> str:
        try:
            service.redeem(card, usd(1000), shop.actor, request_id=uuid4())
        except GiftCardShort:
            return "short"
        return "took"

    assert sorted(at_once(shop, 2, take)) == ["short", "took"]
    audit_value(shop)


def test_eight_tills_never_take_more_than_is_there(shop: SmallShop) -> None:  # F27, F26
    card = a_card(shop, 1000)

    def take(service: GiftCardService, _place: int) -> str:
        took = 0
        for _ in range(5):
            try:
                service.redeem(card, usd(70), shop.actor, request_id=uuid4())
                took += 1
            except GiftCardShort:
                break
        return str(took)

    assert sum(map(int, at_once(shop, 8, take))) == 1000 // 70
    audit_value(shop)


def test_one_request_sent_by_four_tills_is_booked_once(shop: SmallShop) -> None:  # V6, T12
    card, key = a_card(shop, 1000), uuid4()

    def take(service: GiftCardService, _place: int) -> str:
        return str(service.redeem(card, usd(100), shop.actor, request_id=key).replayed)

    assert sorted(at_once(shop, 4, take)) == ["False", "True", "True", "True"]
    assert shop.rows("SELECT balance_minor FROM value_account") == [(900,)]


def test_one_number_is_issued_once(shop: SmallShop) -> None:
    drafts = [GiftCardService(shop.database, shop.clock).draft(number="4711", pin="2468") for _ in range(3)]

    def sell(service: GiftCardService, place: int) -> str:
        try:
            service.issue(drafts[place], usd(100), shop.actor, reason="x", request_id=uuid4())
        except GiftCardDuplicate:
            return "duplicate"
        return "sold"

    assert sorted(at_once(shop, 3, sell)) == ["duplicate", "duplicate", "sold"]
    audit_value(shop)


@pytest.mark.parametrize("tills", [4])
def test_one_reversal_is_booked_once(shop: SmallShop, tills: int) -> None:  # V18
    service = GiftCardService(shop.database, shop.clock)
    card, key = a_card(shop, 1000), UUID(int=7)
    service.redeem(card, usd(600), shop.actor, request_id=key)

    def undo(service: GiftCardService, _place: int) -> str:
        return str(service.reverse(key, shop.actor).replayed)

    assert sorted(at_once(shop, tills, undo)) == ["False"] + ["True"] * (tills - 1)
    assert shop.rows("SELECT balance_minor FROM value_account") == [(1000,)]
    audit_value(shop)
