"""Points by hand and by the calendar, on both databases."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from app.errors import InvalidInput, NotPermitted
from app.loyalty.model import (
    AdjustKind,
    Expiring,
    NoProgram,
    PointsRequestReused,
    PointsShort,
    Programme,
    ProgrammeChanged,
)
from app.loyalty.service import LoyaltyService
from app.money import Money
from app.staff.model import Actor, LimitExceeded
from db.uow import Database
from tests.app.giftcards.shop import SmallShop

# V17: an account is the sum of its entries and of its open lots, debts aside.
BROKEN_POINTS = """
    SELECT a.customer_id FROM points_account a
    LEFT JOIN (SELECT customer_id, program_id, sum(points) AS total FROM points_entry GROUP BY customer_id, program_id) e
      ON e.customer_id = a.customer_id AND e.program_id = a.program_id
    LEFT JOIN (SELECT customer_id, program_id, sum(remaining) AS total FROM points_lot GROUP BY customer_id, program_id) l
      ON l.customer_id = a.customer_id AND l.program_id = a.program_id
    WHERE a.balance <> coalesce(e.total, 0)
       OR CASE WHEN a.balance < 0 THEN 0 ELSE a.balance END <> coalesce(l.total, 0)
"""  # noqa: E501


@pytest.fixture(autouse=True)
def points_add_up(shop: SmallShop) -> object:
    yield
    assert shop.rows(BROKEN_POINTS) == []


def adjust(service: LoyaltyService, shop: SmallShop, who: int, kind: AdjustKind, value: int) -> int:
    return service.adjust(who, kind, value, shop.actor, reason="test", request_id=uuid4()).balance


def test_add_subtract_and_set_with_a_reason_in_the_history(service: LoyaltyService, shop: SmallShop) -> None:  # R19-R21
    ada = shop.customer()
    assert adjust(service, shop, ada, AdjustKind.ADD, 50) == 50
    assert adjust(service, shop, ada, AdjustKind.ADD, 50) == 100
    assert adjust(service, shop, ada, AdjustKind.SUBTRACT, 50) == 50
    assert adjust(service, shop, ada, AdjustKind.SET, 75) == 75
    assert adjust(service, shop, ada, AdjustKind.SET, 0) == 0
    rows = service.history(ada).rows
    assert [row.points for row in rows] == [-75, 25, -50, 50, 50]
    assert {row.reason for row in rows} == {"test"}
    assert {row.staff_name for row in rows} == {"Grace"}
    first = service.history(ada, limit=2)
    assert first.after is not None
    assert len(service.history(ada, before_id=first.after[0]).rows) == 3


def test_never_below_zero_and_never_without_a_reason(service: LoyaltyService, shop: SmallShop) -> None:
    ada = shop.customer()
    adjust(service, shop, ada, AdjustKind.ADD, 10)
    with pytest.raises(PointsShort) as refused:
        adjust(service, shop, ada, AdjustKind.SUBTRACT, 11)
    assert "10" in str(refused.value)
    for bad in (0, -5, 10**10):
        with pytest.raises(InvalidInput):
            adjust(service, shop, ada, AdjustKind.ADD, bad)
    with pytest.raises(InvalidInput):
        service.adjust(ada, AdjustKind.ADD, 1, shop.actor, reason=" ", request_id=uuid4())
    assert service.facts(ada).balance == 10


def test_a_repeat_books_once(service: LoyaltyService, shop: SmallShop) -> None:  # T12
    ada, key = shop.customer(), uuid4()
    service.adjust(ada, AdjustKind.ADD, 10, shop.actor, reason="x", request_id=key)
    again = service.adjust(ada, AdjustKind.ADD, 10, shop.actor, reason="x", request_id=key)
    assert (again.replayed, service.facts(ada).balance) == (True, 10)
    with pytest.raises(PointsRequestReused):
        service.adjust(shop.customer("Bob"), AdjustKind.ADD, 10, shop.actor, reason="x", request_id=key)


def test_rights_and_their_limit(service: LoyaltyService, shop: SmallShop) -> None:
    ada = shop.customer()
    supervisor = Actor(shop.actor.staff_id, "Sue", "supervisor", {"points.adjust": 100})
    service.adjust(ada, AdjustKind.ADD, 100, supervisor, reason="x", request_id=uuid4())
    with pytest.raises(LimitExceeded):
        service.adjust(ada, AdjustKind.ADD, 101, supervisor, reason="x", request_id=uuid4())
    with pytest.raises(NotPermitted):
        service.adjust(ada, AdjustKind.ADD, 1, Actor(1, "N", "none", {}), reason="x", request_id=uuid4())
    programme = service.programme()
    assert programme is not None
    with pytest.raises(NotPermitted):
        service.save_programme(programme, supervisor)


def test_a_change_over_one_that_somebody_else_made_is_refused(service: LoyaltyService, shop: SmallShop) -> None:
    """Two windows on one shop: the second Save would undo the first one's, and neither would be told."""
    read = service.latest_programme()
    assert read is not None
    faster, slower = replace(read, points_per_step=2), replace(read, name="Stars")
    assert service.save_programme(faster, shop.actor, was=read) == faster
    with pytest.raises(ProgrammeChanged):
        service.save_programme(slower, shop.actor, was=read)
    assert service.latest_programme() == faster
    assert service.save_programme(slower, shop.actor, was=faster) == slower


def test_a_second_programme_is_not_started_beside_the_first(service: LoyaltyService, shop: SmallShop) -> None:
    """Only one counts: what the second window saved would be kept and never used."""
    mine = Programme("Mine", step=Money(100, "USD"), point_value=Money(1, "USD"))
    with pytest.raises(ProgrammeChanged):
        service.save_programme(mine, shop.actor, was=None)
    assert shop.rows("SELECT count(*) FROM loyalty_program") == [(1,)]


def test_where_a_step_earns_nothing_points_are_given_by_hand(service: LoyaltyService, shop: SmallShop) -> None:
    read = service.latest_programme()
    assert read is not None
    service.save_programme(replace(read, points_per_step=0), shop.actor)
    running = service.programme()
    assert running is not None
    assert running.points_per_step == 0
    with pytest.raises(InvalidInput) as refused:
        service.save_programme(replace(read, points_per_step=-1), shop.actor)
    assert refused.value.field == "points_per_step"


def test_lots_expire_on_their_day_oldest_spent_first_and_never_twice(
    service: LoyaltyService, shop: SmallShop
) -> None:  # T22
    ada = shop.customer()
    adjust(service, shop, ada, AdjustKind.ADD, 100)
    shop.clock.advance(days=10)
    adjust(service, shop, ada, AdjustKind.ADD, 40)
    adjust(service, shop, ada, AdjustKind.SUBTRACT, 70)  # from the older lot: 30 and 40 are left
    assert service.facts(ada).next_to_expire == Expiring(30, date(2026, 4, 13))
    shop.clock.advance(days=20)
    assert service.expire_due() == 0  # its last day is not over
    shop.clock.advance(days=1)
    assert service.expire_due() == 30
    assert service.expire_due() == 0
    assert service.facts(ada).balance == 40
    shop.clock.advance(days=365)
    assert service.expire_due() == 40
    assert [row.kind for row in service.history(ada).rows][:2] == ["expire", "expire"]


def test_without_a_programme_the_refusal_says_what_to_do(shop: SmallShop) -> None:
    bare = LoyaltyService(shop.database, shop.clock)
    ada = shop.customer()
    assert bare.programme() is None
    assert bare.facts(ada).balance == 0
    with pytest.raises(NoProgram):
        bare.adjust(ada, AdjustKind.ADD, 1, shop.actor, reason="x", request_id=uuid4())


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": ""}, "name"), ({"step": Money(0, "USD")}, "step"), ({"expiry_days": 0}, "expiry_days")],
)
def test_a_programme_that_cannot_be(change: dict[str, object], field: str) -> None:
    good: dict[str, object] = {"name": "P", "step": Money(100, "USD"), "point_value": Money(1, "USD")}
    with pytest.raises(InvalidInput) as refused:
        Programme(**{**good, **change})  # type: ignore[arg-type]
    assert refused.value.field == field


def test_two_tills_subtract_the_last_points(service: LoyaltyService, shop: SmallShop) -> None:
    ada = shop.customer()
    adjust(service, shop, ada, AdjustKind.ADD, 10)
    url = shop.database.engine.url.render_as_string(hide_password=False).removeprefix("sqlite:///")
    barrier, told = threading.Barrier(4), []

    def till() -> None:
        database = Database.connect(url)
        mine = LoyaltyService(database, shop.clock)
        barrier.wait(timeout=30)
        try:
            mine.adjust(ada, AdjustKind.SUBTRACT, 10, shop.actor, reason="x", request_id=uuid4())
            told.append("took")
        except PointsShort:
            told.append("short")
        database.engine.dispose()

    threads = [threading.Thread(target=till) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(told) == ["short", "short", "short", "took"]
