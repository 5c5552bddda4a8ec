"""The five segments a look around begins with hold whom their names say. # A7, P18"""

from __future__ import annotations

from datetime import timedelta

from app.clock import FixedClock
from app.customers.marketing import MarketingTabService
from app.staff.model import with_all_rights
from db.uow import Database
from tests.app.conftest import PLAN
from tests.conftest import NOON

MEMBERS = "SELECT m.customer_id FROM segment_member m JOIN segment s ON s.id = m.segment_id WHERE s.name = '{}'"


def _ids(demo: Database, sql: str) -> set[int]:
    with demo.read() as uow:
        return {int(row[0]) for row in uow.connection.exec_driver_sql(sql)}


def test_the_sample_segments_are_the_five_and_hold_whom_they_say(demo: Database) -> None:
    with demo.read() as uow:
        rows = uow.connection.exec_driver_sql("SELECT name, kind FROM segment ORDER BY name").all()
    assert [(row[0], row[1]) for row in rows] == [
        ("At-Risk", "rule"), ("Frequent Buyer", "rule"), ("High Value", "rule"), ("New Customer", "rule"),
        ("VIP", "manual"),
    ]  # fmt: skip

    stats = "SELECT customer_id FROM customer_stats WHERE"
    high = _ids(demo, MEMBERS.format("High Value"))
    buyers = _ids(demo, f"{stats} visits >= 0")
    assert len(high) == len(buyers) // 10
    least = min(_spend(demo, high))
    assert all(spent <= least for spent in _spend(demo, buyers - high))

    night = f"{PLAN.until - timedelta(days=1)} 23:30"
    since = PLAN.until - timedelta(days=31)
    assert _ids(demo, MEMBERS.format("New Customer")) == _ids(
        demo, f"SELECT id FROM customer WHERE created_at >= '{since} 23:30'"
    )
    quiet = PLAN.until - timedelta(days=76)
    assert _ids(demo, MEMBERS.format("At-Risk")) == _ids(
        demo, f"{stats} visits >= 5 AND last_visit_at < '{quiet} 23:30'"
    )
    often = _ids(demo, MEMBERS.format("Frequent Buyer"))
    assert often <= _ids(
        demo,
        "SELECT customer_id FROM sale WHERE kind <> 'return' AND customer_id IS NOT NULL AND "
        f"completed_at <= '{night}' GROUP BY customer_id HAVING count(*) >= 6",
    )


def _spend(demo: Database, customers: set[int]) -> list[int]:
    wanted = ", ".join(map(str, sorted(customers)))
    with demo.read() as uow:
        rows = uow.connection.exec_driver_sql(
            f"SELECT spend_minor FROM customer_stats WHERE customer_id IN ({wanted})"
        ).all()
    return [int(row[0]) for row in rows]


def test_a_customers_marketing_tab_names_them(demo: Database) -> None:  # A4
    service = MarketingTabService(demo, FixedClock(NOON))
    looked_at = 0
    for name in ("At-Risk", "Frequent Buyer", "High Value", "New Customer", "VIP"):
        members = _ids(demo, MEMBERS.format(name))
        if not members:  # a rule may find nobody among so few
            continue
        looked_at += 1
        tab = service.open(min(members), by=with_all_rights(1))
        (row,) = [one for one in tab.segments.page.rows if one.name == name]
        assert str(row.assigned_by) == ("manual" if name == "VIP" else "rule")
    assert looked_at >= 4
