"""Points past their day pay nothing, whether or not the nightly run has come by."""

from __future__ import annotations

import pytest

from app.checkout.errors import TenderRefused
from app.checkout.model import Tender, TenderKind
from app.loyalty.service import LoyaltyService
from tests.app.checkout.books import check_doctor
from tests.builders import ShopBuilder

TEN = Tender(TenderKind.POINTS, 1000)


def test_points_past_their_day_pay_nothing(shop: ShopBuilder) -> None:  # T15, T22
    shop.points_program(value="1.00")
    shop.run("UPDATE loyalty_program SET expiry_days = 30")
    shop.product("Oil", "10.00")
    customer = shop.customer()
    shop.sell("Oil", customer_id=customer)  # 10 points, good through 13 April
    shop.clock.advance(days=30)
    assert shop.checkout.customer(customer).points == 10
    shop.clock.advance(days=1)
    assert shop.checkout.customer(customer).points == 0
    facts = LoyaltyService(shop.database, shop.clock).facts(customer)
    assert (facts.balance, facts.owed, facts.next_to_expire) == (0, 0, None)
    with pytest.raises(TenderRefused, match="0 points"):
        shop.complete(shop.basket("Oil", customer_id=customer), TEN)
    shop.sell("Oil", customer_id=customer)
    shop.complete(shop.basket("Oil", customer_id=customer), TEN)  # the fresh ones, though the old ones are older
    assert shop.points(customer) == 10
    assert shop.rows("SELECT remaining FROM points_lot ORDER BY id") == [(10,), (0,)]
    assert LoyaltyService(shop.database, shop.clock).expire_due() == 10
    assert shop.points(customer) == 0
    check_doctor(shop.database)


def test_a_return_takes_earned_points_back_though_they_lapsed(shop: ShopBuilder) -> None:  # T1
    shop.points_program(value="1.00")
    shop.run("UPDATE loyalty_program SET expiry_days = 30")
    shop.product("Oil", "10.00")
    customer = shop.customer()
    done = shop.sell("Oil", customer_id=customer)
    shop.clock.advance(days=31)
    shop.give_back(done)
    assert shop.points(customer) == 0
    assert LoyaltyService(shop.database, shop.clock).expire_due() == 0
