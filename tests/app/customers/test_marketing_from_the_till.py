"""What the Marketing tab, the overview and the activities show of sales that were really rung up."""

from __future__ import annotations

import pytest

from app.clock import FixedClock
from app.customers.history import ActivityKind, CustomerHistoryService
from app.customers.marketing import MarketingTabService
from app.giftcards.model import Shown
from app.money import Money
from db.uow import Database
from tests.builders import ShopBuilder, a_shop


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> ShopBuilder:
    made = a_shop(database, clock)
    made.product("Bread", "10.00")
    return made


@pytest.fixture
def tab(shop: ShopBuilder) -> MarketingTabService:
    return MarketingTabService(shop.database, shop.clock)


def test_a_coupon_at_the_till_writes_its_own_history(shop: ShopBuilder, tab: MarketingTabService) -> None:  # A9, A12
    ada = shop.customer()
    campaign = shop.campaign("Autumn")
    shop.promotion("Autumn ten", percent="10", code="AUTUMN", campaign_id=campaign)
    unique = shop.bulk_code(shop.promotion("Three off", amount="3.00", bulk=True))
    first = shop.sell("Bread", customer_id=ada, code="autumn")
    shop.clock.advance(hours=1)
    second = shop.sell("Bread", customer_id=ada, code=unique)
    shown = tab.open(ada, by=shop.manager).coupons
    assert shown.count == 2
    newest, oldest = shown.page.rows
    assert (oldest.code, oldest.name, oldest.discount, str(oldest.percent), oldest.campaign) == (
        "AUTUMN",
        "Autumn ten",
        Money(100, "USD"),
        "10",
        "Autumn",
    )
    assert (oldest.invoice_number, oldest.sale_id) == (first.number_text, first.sale_id)
    assert (newest.name, newest.discount, newest.percent) == ("Three off", Money(300, "USD"), None)
    assert (newest.invoice_number, newest.used_at) == (second.number_text, shop.clock.now())
    assert unique not in newest.code  # it spends like cash: masked
    assert newest.code.endswith(unique[-4:])


def test_only_completed_sales_count(shop: ShopBuilder, tab: MarketingTabService) -> None:  # A10, T10
    ada = shop.customer()
    shop.promotion("Ten", code="TEN")
    shop.promotion("Happy hour", percent="5")  # applies by itself: no coupon
    basket = shop.basket("Bread", customer_id=ada, code="TEN")
    shop.checkout.suspend(shop.till, basket)
    shop.sell("Bread", customer_id=ada)
    assert tab.open(ada, by=shop.manager).coupons.count == 0


def test_a_returned_sale_says_that_the_use_was_given_back(shop: ShopBuilder, tab: MarketingTabService) -> None:  # T18
    ada = shop.customer()
    shop.promotion("Ten", code="TEN")
    sold = shop.sell("Bread", customer_id=ada, code="TEN")
    returned = shop.give_back(sold)
    (row,) = tab.open(ada, by=shop.manager).coupons.page.rows
    assert (row.invoice_number, row.given_back_on) == (sold.number_text, returned.number_text)


def test_a_card_bought_and_spent_shows_by_itself(shop: ShopBuilder, tab: MarketingTabService) -> None:  # A13, A16
    ada = shop.customer()
    basket = shop.with_card_sold(shop.basket("Bread"), "25.00", customer_id=ada)
    shop.complete(basket)
    (card,) = tab.open(ada, by=shop.manager).gift_cards.page.rows
    assert (card.original, card.current, card.status) == (Money(2500, "USD"), Money(2500, "USD"), Shown.ACTIVE)
    number = shop.gift_card("10.00", customer_id=ada)
    shop.clock.advance(days=1)
    shop.sell("Bread", customer_id=ada, tenders=[shop.gift(number)])
    cards = {card.last_four: card for card in tab.open(ada, by=shop.manager).gift_cards.page.rows}
    spent = cards[number[-4:]]
    assert (spent.original, spent.current, spent.status) == (Money(1000, "USD"), Money(0, "USD"), Shown.FULLY_REDEEMED)
    assert all(number not in repr(card) for card in cards.values())


def test_the_past_of_a_customer_adds_up(shop: ShopBuilder) -> None:  # A17, I5, I7
    shop.points_program()
    ada = shop.customer()
    first = shop.sell("Bread", customer_id=ada)
    shop.clock.advance(days=3)
    second = shop.sell(("Bread", 2), customer_id=ada)
    shop.clock.advance(days=4)
    service = CustomerHistoryService(shop.database, shop.clock)
    seen = service.overview(ada, by=shop.manager)
    assert (seen.spend, seen.average_basket, seen.visits) == (Money(3000, "USD"), Money(1500, "USD"), 2)
    assert (seen.days_since_visit, seen.points, seen.usual_outlet) == (4, 30, "Main")
    assert [row.number for row in seen.latest] == [second.number_text, first.number_text]
    listed = service.activities(ada, by=shop.manager).rows
    assert [(one.kind, one.points or one.amount, one.who) for one in listed] == [
        (ActivityKind.SALE, Money(2000, "USD"), "Grace"),
        (ActivityKind.POINTS, 20, "Grace"),
        (ActivityKind.SALE, Money(1000, "USD"), "Grace"),
        (ActivityKind.POINTS, 10, "Grace"),
    ]
