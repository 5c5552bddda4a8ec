"""What earns points is the shop's choice: with or without tax, before or after discounts, on cards sold. # T21"""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.checkout.model import Tender, TenderKind
from app.clock import FixedClock
from app.pricing.model import ManualDiscount
from db.uow import Database
from tests.app.checkout.books import check_books
from tests.builders import ShopBuilder, a_shop


@pytest.mark.parametrize(
    ("inclusive", "basis", "points"),
    [
        # 10.00 less 20 % is 8.00, with 10 % tax on top 8.80: a point for each 0.10.
        (False, "net", 80),
        (False, "gross", 88),
        (False, "before_discount", 100),
        # 11.00 with its tax less 20 % is 8.80, of which .80 is tax.
        (True, "net", 80),
        (True, "gross", 88),
        (True, "before_discount", 110),
    ],
)
def test_points_are_earned_on_what_the_shop_says(
    database: Database, clock: FixedClock, inclusive: bool, basis: str, points: int
) -> None:
    shop = a_shop(database, clock, tax_included=inclusive)
    shop.points_program(per="0.10", basis=basis)
    shop.tax("VAT", "10")
    shop.product("Oil", "11.00" if inclusive else "10.00", tax="VAT")
    shop.promotion("Fifth", percent="20", code="FIFTH")
    customer = shop.customer()
    done = shop.sell("Oil", customer_id=customer, code="FIFTH")
    assert (str(done.total), done.points_earned, shop.points(customer)) == ("8.80", points, points)
    shop.give_back(done)
    assert shop.points(customer) == 0  # T1: whatever they were counted on, the same comes back
    check_books(database)


@pytest.mark.parametrize(("counts", "points"), [(False, 10), (True, 60)])
def test_a_card_sold_earns_only_where_the_shop_says(shop: ShopBuilder, counts: bool, points: int) -> None:  # T6
    shop.points_program()
    shop.run("UPDATE loyalty_program SET earn_on_gift_cards = :counts", counts=counts)
    shop.product("Oil", "10.00")
    customer = shop.customer()
    shop.complete(shop.with_card_sold(shop.basket("Oil", customer_id=customer), "50.00"))
    assert shop.points(customer) == points


def test_a_card_is_money_and_earns_as_money_does(shop: ShopBuilder) -> None:  # T6: a tender, no discount
    shop.points_program()
    shop.product("Oil", "10.00")
    customer, number = shop.customer(), shop.gift_card("10.00")
    shop.sell("Oil", customer_id=customer, tenders=[shop.gift(number)])
    assert shop.points(customer) == 10


def test_what_points_pay_and_what_is_taken_off_by_hand_earn_nothing(shop: ShopBuilder) -> None:  # T2
    shop.points_program(value="0.01")
    shop.product("Oil", "10.00")
    customer = shop.customer(points=300)
    basket = shop.checkout.discount_basket(
        shop.till, shop.basket("Oil", customer_id=customer), ManualDiscount("Friend", percent=Decimal(20))
    )
    done = shop.complete(basket, Tender(TenderKind.POINTS, 300), shop.cash())
    assert (str(done.total), done.points_earned) == ("8.00", 5)
