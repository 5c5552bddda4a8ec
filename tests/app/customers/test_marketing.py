"""The Marketing tab's three sections: what they hold, in which order, and how much they cost to open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from app.clock import FixedClock
from app.customers.marketing import MarketingTabService
from app.errors import NotPermitted
from app.giftcards.model import Shown
from app.money import Money
from app.paging import Page
from app.segments.model import AssignedBy
from app.staff.model import Actor, with_all_rights
from db.models import Campaign
from db.uow import Database
from tests.app.customers.marketing_rows import THEN, MarketingRows

MONA = with_all_rights(1, "Mona")
ODD = '\u202eمرحبا 🎁 O\'Brien "x" <img src=y>'


@pytest.fixture
def rows(database: Database) -> MarketingRows:
    return MarketingRows(database)


@pytest.fixture
def service(database: Database, clock: FixedClock) -> MarketingTabService:
    return MarketingTabService(database, clock)


def test_a_new_customer_has_three_empty_sections(rows: MarketingRows, service: MarketingTabService) -> None:  # A5
    tab = service.open(2, by=MONA)
    assert [(part.page.rows, part.page.after, part.count) for part in (tab.segments, tab.coupons, tab.gift_cards)] == [
        ((), None, 0)
    ] * 3


def test_segments_show_when_by_whom_and_why(rows: MarketingRows, service: MarketingTabService) -> None:  # A4
    rows.with_segment("Frequent Buyer", assigned_by="rule", staff_id=None)
    rows.with_segment(ODD, at=THEN + timedelta(days=1), note="spoke with her")
    rows.with_segment("Not hers", customer=2)
    shown = service.open(1, by=MONA).segments
    assert [(one.name, one.assigned_by, one.staff_name, one.notes) for one in shown.page.rows] == [
        (ODD, AssignedBy.MANUAL, "Mona", "spoke with her"),
        ("Frequent Buyer", AssignedBy.RULE, "", ""),
    ]
    assert shown.page.rows[1].assigned_at == THEN
    assert shown.count == 2


def test_every_redemption_is_one_row_newest_first(rows: MarketingRows, service: MarketingTabService) -> None:  # A9, A10
    rows.with_redemptions(2)
    rows.with_redemptions(1, code_shown="•••• 7Q4K", name="Five off", discount_percent=None, discount_minor=500)
    shown = service.open(1, by=MONA).coupons.page.rows
    assert [(one.code, one.name, one.discount, one.percent, one.invoice_number) for one in shown] == [
        ("•••• 7Q4K", "Five off", Money(500, "EUR"), None, "R1-000003"),
        ("SUMMER10", "Summer ten", Money(126, "EUR"), Decimal(10), "R1-000002"),
        ("SUMMER10", "Summer ten", Money(126, "EUR"), Decimal(10), "R1-000001"),
    ]
    assert shown[0].used_at == datetime(2026, 3, 1, 9, 33, tzinfo=UTC)
    assert shown[0].sale_id == 3


def test_a_use_names_its_campaign(rows: MarketingRows, service: MarketingTabService, database: Database) -> None:  # A11
    with database.write() as uow:
        uow.connection.execute(insert(Campaign).values(id=5, name="Summer on the quay", created_at=THEN))
        uow.commit()
    rows.with_redemptions(1)
    rows.with_redemptions(1, campaign_id=5)
    assert [one.campaign for one in service.open(1, by=MONA).coupons.page.rows] == ["Summer on the quay", ""]


def test_automatic_promotions_are_no_coupons(rows: MarketingRows, service: MarketingTabService) -> None:  # A12
    rows.with_redemptions(1, code_shown="", code_id=None, name="Happy hour")
    rows.with_redemptions(1)
    coupons = service.open(1, by=MONA).coupons
    assert [one.code for one in coupons.page.rows] == ["SUMMER10"]
    assert coupons.count == 1


def test_a_use_that_a_return_gave_back_says_so(rows: MarketingRows, service: MarketingTabService) -> None:  # A10, V18
    (used,) = rows.with_redemptions(1)
    rows.with_redemptions(1, kind="return", reverses_id=used, discount_minor=-126)
    coupons = service.open(1, by=MONA).coupons
    assert [(one.invoice_number, one.given_back_on) for one in coupons.page.rows] == [("R1-000001", "R1-000002")]
    assert coupons.count == 1


def test_cards_bought_received_or_given_as_credit(rows: MarketingRows, service: MarketingTabService) -> None:  # A13
    rows.with_card("7Q4K", issued_at=THEN - timedelta(days=90), activated_at=THEN + timedelta(days=2))
    rows.with_card("", kind="store_credit", code_hash=None, issued_at=THEN + timedelta(days=1), original_minor=900)
    rows.with_card("M3XA", kind="voucher", voucher_type="loyalty", expires_on=date(2026, 12, 31))
    rows.with_card("ZZZZ", customer=2)
    rows.with_card("YYYY", customer=None)
    rows.with_card("XXXX", status="issued", balance=0)  # printed, never sold
    cards = service.open(1, by=MONA).gift_cards
    assert [(card.last_four, card.kind, card.voucher_type) for card in cards.page.rows] == [
        ("7Q4K", "gift_card", ""),
        ("", "store_credit", ""),
        ("M3XA", "voucher", "loyalty"),
    ]
    first = cards.page.rows[0]
    assert (first.original, first.current) == (Money(5000, "EUR"), Money(1850, "EUR"))
    assert first.issued_at == THEN + timedelta(days=2)
    assert first.expires_on is None
    assert cards.page.rows[2].expires_on == date(2026, 12, 31)
    assert cards.count == 3


def test_a_card_shows_one_of_three_statuses(rows: MarketingRows, service: MarketingTabService) -> None:  # A14
    rows.with_card("AAAA", balance=1, expires_on=date(2026, 3, 14))  # good through its last day
    rows.with_card("BBBB", balance=1, expires_on=date(2026, 3, 13))
    rows.with_card("CCCC", balance=0)
    shown = {card.last_four: card.status for card in service.open(1, by=MONA).gift_cards.page.rows}
    assert shown == {"AAAA": Shown.ACTIVE, "BBBB": Shown.EXPIRED, "CCCC": Shown.FULLY_REDEEMED}


def test_a_deactivated_card_keeps_its_status(rows: MarketingRows, service: MarketingTabService) -> None:  # A14
    rows.with_card("AAAA", status="inactive")
    rows.with_card("BBBB", balance=0, expires_on=date(2026, 3, 2))  # its rest was written off
    cards = {card.last_four: card for card in service.open(1, by=MONA).gift_cards.page.rows}
    assert (cards["AAAA"].status, cards["AAAA"].deactivated) == (Shown.ACTIVE, True)
    assert (cards["BBBB"].status, cards["BBBB"].deactivated) == (Shown.EXPIRED, False)


def test_a_card_expires_by_the_shops_calendar(sqlite_db: Database) -> None:
    rows = MarketingRows(sqlite_db, zone="Pacific/Auckland")
    rows.with_card("AAAA", expires_on=date(2026, 3, 14))
    late = FixedClock(datetime(2026, 3, 14, 12, 0, tzinfo=UTC))  # already the 15th in Auckland
    (card,) = MarketingTabService(sqlite_db, late).open(1, by=MONA).gift_cards.page.rows
    assert card.status is Shown.EXPIRED


def _all_pages(first: Page[Any], more: Callable[..., Page[Any]]) -> list[Any]:
    found, page = list(first.rows), first
    while page.after is not None:
        page = more(1, page.after, by=MONA)
        found += page.rows
    return found


def test_pages_follow_without_gap_or_repeat(rows: MarketingRows, service: MarketingTabService) -> None:
    rows.with_redemptions(120)
    for number in range(60):
        rows.with_segment(f"S{number:02}", at=THEN + timedelta(days=number // 2))
        rows.with_card(f"{number:04}", issued_at=THEN + timedelta(days=number // 2))
    tab = service.open(1, by=MONA)
    assert (tab.segments.count, tab.coupons.count, tab.gift_cards.count) == (60, 120, 60)
    coupons = _all_pages(tab.coupons.page, service.more_coupons)
    assert [one.sale_id for one in coupons] == list(range(120, 0, -1))
    segments = _all_pages(tab.segments.page, service.more_segments)
    assert [one.name for one in segments] == [f"S{number:02}" for number in range(59, -1, -1)]
    cards = _all_pages(tab.gift_cards.page, service.more_gift_cards)
    assert [one.last_four for one in cards] == [f"{number:04}" for number in range(59, -1, -1)]


def test_five_thousand_redemptions_cost_one_more_statement(
    rows: MarketingRows, service: MarketingTabService, database: Database
) -> None:  # the tab opens as fast for them as for five
    rows.with_redemptions(5, customer=2)
    rows.with_redemptions(5000, customer=1)
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    few = service.open(2, by=MONA)
    asked_for_few = len(statements)
    many = service.open(1, by=MONA)
    assert (few.coupons.count, many.coupons.count) == (5, 5000)
    assert len(many.coupons.page.rows) == 24
    assert len(statements) - asked_for_few == asked_for_few + 1


@pytest.mark.parametrize("wanted", ["coupon_redemption", "segment_member"])
def test_the_lists_are_read_from_their_index_in_order(sqlite_db: Database, wanted: str) -> None:
    rows = MarketingRows(sqlite_db)
    rows.with_redemptions(200)
    plans = {}
    seen: list[tuple[str, Any]] = []
    event.listen(sqlite_db.engine, "before_cursor_execute", lambda *args: seen.append((args[2], args[3])))
    MarketingTabService(sqlite_db, FixedClock(THEN)).open(1, by=MONA)
    with sqlite_db.read() as uow:
        for statement, values in [one for one in seen if f"FROM {wanted}" in one[0]]:
            plan = uow.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            plans[statement] = " ".join(row[3] for row in plan)
    assert plans
    for statement, plan in plans.items():
        assert "SCAN" not in plan, statement
        if wanted == "coupon_redemption":
            assert "ix_coupon_redemption_customer" in plan
            assert "TEMP B-TREE" not in plan
        if wanted == "coupon_redemption" and "count(" in statement:
            assert "COVERING INDEX" in plan


def test_who_may_not_see_customers_sees_none(rows: MarketingRows, service: MarketingTabService) -> None:  # T20
    nobody = Actor(1, "Nobody", "none")
    page = service.open(1, by=MONA)
    with pytest.raises(NotPermitted):
        service.open(1, by=nobody)
    for more in (service.more_segments, service.more_coupons, service.more_gift_cards):
        with pytest.raises(NotPermitted):
            more(1, (page.as_of, 1), by=nobody)


def test_the_tab_shows_what_changed_at_the_next_open(
    rows: MarketingRows, service: MarketingTabService, database: Database
) -> None:  # A1, A16
    card = rows.with_card("7Q4K")
    assert service.open(1, by=MONA).gift_cards.page.rows[0].current == Money(1850, "EUR")
    with database.write() as uow:
        uow.connection.execute(text(f"UPDATE value_account SET balance_minor = 0 WHERE id = {card}"))
        uow.commit()
    (shown,) = service.open(1, by=MONA).gift_cards.page.rows
    assert (shown.current, shown.status) == (Money(0, "EUR"), Shown.FULLY_REDEEMED)
