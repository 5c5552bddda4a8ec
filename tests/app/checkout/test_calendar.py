"""Days that are not twenty-four hours, a date that comes every fourth year, a shop that moves its clock. # F21"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from app.clock import FixedClock
from app.pricing.promotion import Kind, Promotion, Schedule
from db.uow import Database
from tests.app.checkout.books import check_books
from tests.builders import a_shop


@pytest.mark.parametrize(
    ("zone", "opened", "day"),
    [
        ("Pacific/Auckland", datetime(2026, 9, 26, 11, 30, tzinfo=UTC), date(2026, 9, 26)),  # 23:30, an hour is lost
        ("America/New_York", datetime(2026, 11, 1, 3, 30, tzinfo=UTC), date(2026, 10, 31)),  # 23:30, one comes twice
        ("Europe/Dublin", datetime(2028, 2, 29, 23, 59, tzinfo=UTC), date(2028, 2, 29)),
        ("Pacific/Kiritimati", datetime(2026, 12, 31, 9, 30, tzinfo=UTC), date(2026, 12, 31)),  # fourteen hours ahead
    ],
)
def test_a_shift_keeps_the_shops_day_and_the_next_one_has_the_next(
    database: Database, zone: str, opened: datetime, day: date
) -> None:
    """Over midnight, and whatever the clocks do that night; the customer's month is the business date's too."""
    clock = FixedClock(opened)
    shop = a_shop(database, clock, zone=zone)
    shop.product("Oil", "10.00")
    customer = shop.customer()
    days = []
    for hours in (0, 2, 4):
        clock.at = opened + timedelta(hours=hours)
        days.append(shop.sale(shop.sell("Oil", customer_id=customer)).business_date)
    assert days == [day] * 3
    assert shop.rows("SELECT month, visits FROM customer_month") == [(day.year * 100 + day.month, 3)]
    report = shop.sessions.report(shop.manager, shop.till.session_id)
    assert (report.sales.how_many, str(report.sales.amount)) == (3, "30.00")
    shop.sessions.close(shop.till, shop.money("130.00"))
    till = shop.sessions.open(shop.manager, shop.register_ids[0], shop.money("0.00"), request_id=uuid4())
    assert shop.sale(shop.sell("Oil", till=till)).business_date == day + timedelta(days=1)
    check_books(database)


def test_the_hour_that_comes_twice_is_no_clock_set_back(database: Database) -> None:  # V28
    """01:30 and 01:30 again in Dublin: two moments, in order, and nothing for the journal to warn of."""
    clock = FixedClock(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    shop = a_shop(database, clock, zone="Europe/Dublin")
    shop.product("Oil", "10.00")
    first = shop.sell("Oil")
    clock.at += timedelta(hours=1)
    second = shop.sell("Oil")
    assert (first.warning, second.warning) == ("", "")
    assert (first.number_text, second.number_text) == ("R1-000001", "R1-000002")
    assert shop.sale(second).completed_at - shop.sale(first).completed_at == timedelta(hours=1)
    assert shop.one("SELECT count(*) FROM journal WHERE kind = 'clock_back'") == 0
    check_books(database)


def test_a_shop_that_moves_its_clock_leaves_what_was_booked(database: Database) -> None:
    """Another zone in the middle of a shift: its day and its figures stay, the next shift lives in the new one."""
    clock = FixedClock(datetime(2026, 3, 14, 20, 0, tzinfo=UTC))
    shop = a_shop(database, clock, zone="Europe/Dublin")
    shop.product("Oil", "10.00")
    shop.sell("Oil")
    shop.run("UPDATE shop SET time_zone = 'Pacific/Auckland'")  # where it is the fifteenth
    shop.sell("Oil")
    shop.sessions.close(shop.till, shop.money("120.00"))
    before = shop.sessions.report(shop.manager, shop.till.session_id)
    assert shop.rows("SELECT DISTINCT business_date FROM sale") in ([("2026-03-14",)], [(date(2026, 3, 14),)])
    till = shop.sessions.open(shop.manager, shop.register_ids[0], shop.money("0.00"), request_id=uuid4())
    assert shop.sale(shop.sell("Oil", till=till)).business_date == date(2026, 3, 15)
    assert shop.sessions.report(shop.manager, shop.till.session_id) == before
    check_books(database)


def test_a_clock_that_ran_ahead_extends_no_coupon_and_loses_no_number(database: Database) -> None:  # F20
    """Ten years ahead the coupon is over; put right again it counts, and the wrong moment is named, not hidden."""
    clock = FixedClock(datetime(2026, 3, 14, 12, 0, tzinfo=UTC))
    shop = a_shop(database, clock)
    shop.product("Oil", "10.00")
    month = Schedule(date(2026, 3, 1), date(2026, 3, 31))
    shop.promotion(rule=Promotion(0, "March", Kind.PERCENT, percent=Decimal(10), schedule=month, codes=("MARCH",)))
    clock.advance(days=3650)
    assert str(shop.sell("Oil", code="MARCH").total) == "10.00"
    clock.advance(days=-3650)
    done = shop.sell("Oil", code="MARCH")
    assert (str(done.total), done.number_text) == ("9.00", "R1-000002")
    assert "clock" in done.warning
    assert shop.journal.breaks() == ()
    check_books(database)
