"""Overview, invoices and activities of one customer."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from app.clock import FixedClock
from app.customers.history import Activity, ActivityKind, CustomerHistoryService, InvoiceSort
from app.errors import NotPermitted
from app.money import Money
from app.staff.model import Actor, with_all_rights
from db.models import (
    Category,
    CustomerCategory,
    CustomerEvent,
    CustomerOutlet,
    CustomerStats,
    CustomerTag,
    LoyaltyProgram,
    PointsAccount,
    PointsEntry,
    SegmentEvent,
    ValueEntry,
)  # fmt: skip
from db.uow import Database
from tests.app.customers.marketing_rows import THEN, MarketingRows

MONA = with_all_rights(1, "Mona")


@pytest.fixture
def rows(database: Database) -> MarketingRows:
    return MarketingRows(database)


@pytest.fixture
def service(database: Database, clock: FixedClock) -> CustomerHistoryService:
    return CustomerHistoryService(database, clock)


def put(database: Database, *statements: Any) -> None:
    with database.write() as uow:
        for statement in statements:
            uow.connection.execute(statement)
        uow.commit()


def test_somebody_who_never_bought_has_no_average(rows: MarketingRows, service: CustomerHistoryService) -> None:  # I5
    seen = service.overview(2, by=MONA)
    assert (seen.spend, seen.average_basket, seen.visits) == (Money(0, "EUR"), None, 0)
    assert (seen.last_visit_at, seen.days_since_visit, seen.points) == (None, None, 0)
    assert (seen.tags, seen.categories, seen.latest, seen.usual_outlet) == ((), (), (), "")


def test_the_overview_answers_the_persona_questions(
    rows: MarketingRows, service: CustomerHistoryService, database: Database
) -> None:  # I5, I6
    rows.with_redemptions(12)
    put(
        database,
        insert(CustomerStats).values(
            customer_id=1, first_visit_at=THEN, last_visit_at=THEN + timedelta(days=3), visits=3, spend_minor=1000,
            discount_minor=126, coupon_visits=2,
        ),
        insert(LoyaltyProgram).values(id=1, name="Points"),
        insert(PointsAccount).values(customer_id=1, program_id=1, balance=1240, earned_total=1300),
        insert(CustomerTag).values(customer_id=1, key="vegan", value="true"),
        insert(Category).values(id=1, name="Bakery", path="1/"),
        insert(CustomerCategory).values(
            customer_id=1, category_id=1, visits=2, quantity_milli=3000, spend_minor=800, last_at=THEN
        ),
        insert(CustomerOutlet).values(customer_id=1, outlet_id=1, visits=3, spend_minor=1000),
    )  # fmt: skip
    seen = service.overview(1, by=MONA)
    assert (seen.spend, seen.average_basket) == (Money(1000, "EUR"), Money(333, "EUR"))
    assert seen.days_since_visit == 10  # the 4th to the 14th
    assert (seen.points, seen.coupon_visits, seen.saved) == (1240, 2, Money(126, "EUR"))
    assert seen.tags == (("vegan", "true"),)
    assert [(one.name, one.spend) for one in seen.categories] == [("Bakery", Money(800, "EUR"))]
    assert seen.usual_outlet == "Main"
    assert [one.number for one in seen.latest] == [f"R1-{number:06}" for number in range(12, 2, -1)]


def test_invoices_come_latest_first_a_page_at_a_time(
    rows: MarketingRows, service: CustomerHistoryService
) -> None:  # A17, I8
    rows.with_redemptions(7)
    rows.with_redemptions(2, customer=2)
    found, page = [], service.invoices(1, by=MONA, limit=3)
    while True:
        found += [one.sale_id for one in page.rows]
        if page.after is None:
            break
        page = service.invoices(1, by=MONA, after=page.after, limit=3)
    assert found == [7, 6, 5, 4, 3, 2, 1]
    assert service.invoice_count(1, by=MONA) == 7
    first = service.invoices(1, by=MONA).rows[-1]
    assert (first.number, first.total, first.savings, first.outlet, first.cashier, first.source) == (
        "R1-000001",
        Money(1134, "EUR"),
        Money(126, "EUR"),
        "Main",
        "Mona",
        "in_store",
    )


def test_invoices_sort_whole_by_every_heading(rows: MarketingRows, service: CustomerHistoryService) -> None:
    rows.with_redemptions(7)
    for sort in InvoiceSort:
        for descending in (False, True):
            whole = service.invoices(1, by=MONA, sort=sort, descending=descending, limit=10).rows
            key = {
                InvoiceSort.COMPLETED: lambda one: one.completed_at,
                InvoiceSort.NUMBER: lambda one: one.number,
                InvoiceSort.TOTAL: lambda one: one.total.minor,
            }.get(sort, lambda one: 0)
            assert list(whole) == sorted(whole, key=lambda one: (key(one), one.sale_id), reverse=descending), sort
            found, after = [], None
            while True:
                page = service.invoices(1, by=MONA, sort=sort, descending=descending, after=after, limit=2)
                found += page.rows
                after = page.after
                if after is None:
                    break
            assert found == list(whole), sort


def _busy_customer(rows: MarketingRows, database: Database) -> None:
    """Two sales with coupons (a minute after THEN and two), and one of everything else around them."""
    rows.with_redemptions(2)
    rows.with_segment("VIP")
    card = rows.with_card("7Q4K")
    soon = THEN + timedelta(minutes=1)
    points = {"customer_id": 1, "program_id": 1, "request_id": uuid.uuid4(), "balance_after": 0}
    put(
        database,
        insert(LoyaltyProgram).values(id=1, name="Points"),
        insert(PointsEntry).values(**points, kind="earn", points=11, sale_id=1, recorded_at=soon),
        insert(ValueEntry).values(
            account_id=card, kind="issue", amount_minor=5000, balance_after_minor=5000, request_id=uuid.uuid4(),
            staff_id=1, recorded_at=soon,
        ),
        insert(SegmentEvent).values(
            segment_id=1, customer_id=1, event="entered", cause="manual", staff_id=1, at=THEN
        ),
        insert(CustomerEvent).values(customer_id=1, kind="created", text="", staff_id=1, at=THEN),
    )  # fmt: skip


def test_activities_merge_every_source_latest_first(
    rows: MarketingRows, service: CustomerHistoryService, database: Database
) -> None:  # A17, I7
    _busy_customer(rows, database)
    seen = service.activities(1, by=MONA).rows
    assert [(one.kind, one.detail, one.text, one.who) for one in seen] == [
        (ActivityKind.SALE, "sale", "R1-000002", "Mona"),
        (ActivityKind.COUPON, "use", "SUMMER10", "Mona"),
        (ActivityKind.SALE, "sale", "R1-000001", "Mona"),
        (ActivityKind.POINTS, "earn", "", ""),
        (ActivityKind.CARD, "issue", "7Q4K", "Mona"),
        (ActivityKind.COUPON, "use", "SUMMER10", "Mona"),
        (ActivityKind.SEGMENT, "entered", "VIP", "Mona"),
        (ActivityKind.EVENT, "created", "", "Mona"),
    ]
    assert (seen[0].amount, seen[0].sale_id) == (Money(1134, "EUR"), 2)
    assert (seen[3].points, seen[3].amount, seen[3].sale_id) == (11, None, 1)
    assert seen[4].amount == Money(5000, "EUR")


@pytest.mark.parametrize("size", [1, 2, 3])
def test_activity_pages_leave_no_gap_at_equal_moments(
    rows: MarketingRows, service: CustomerHistoryService, database: Database, size: int
) -> None:
    _busy_customer(rows, database)
    whole = list(service.activities(1, by=MONA).rows)
    found: list[Activity] = []
    page = service.activities(1, by=MONA, limit=size)
    while True:
        found += page.rows
        if page.after is None:
            break
        page = service.activities(1, by=MONA, after=page.after, limit=size)
    assert found == whole


def test_who_may_not_see_customers_sees_no_history(rows: MarketingRows, service: CustomerHistoryService) -> None:  # T20
    nobody = Actor(1, "Nobody", "none")
    for ask in (service.overview, service.invoices, service.activities, service.invoice_count):
        with pytest.raises(NotPermitted):
            ask(1, by=nobody)  # type: ignore[operator]
