"""Baskets that are not sales yet: kept, held, recalled, voided. None of them consumes anything (T10)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from app.checkout import basket as steps
from app.checkout.content import to_content
from app.checkout.errors import BasketTaken, RequestReused, ValueRefused
from app.checkout.model import CardOnLine, OpenBasket
from app.errors import DomainError, NotFound, NotPermitted
from app.pricing.model import ManualDiscount
from tests.builders import ShopBuilder


def full_basket(shop: ShopBuilder) -> OpenBasket:
    """One of everything that a basket can hold."""
    shop.tax("VAT", "10")
    shop.product("Bread", "4.00", tax="VAT")
    shop.product("Oil", "10.00", category="Pantry")
    shop.product("Ham", "24.00", kind="weighed")
    shop.product("Misc", "0.00", kind="open_price")
    customer = shop.customer()
    shop.promotion("Ten", percent="10", code="TEN", total_limit=5)
    unique = shop.bulk_code(shop.promotion("Bulk", amount="1.00", bulk=True))
    sold = shop.sell("Bread")
    basket = shop.basket(("Bread", 2), "Oil", customer_id=customer, code=["TEN", unique, "NOSUCH"])
    basket, _ = steps.add_item(basket, shop.checkout.item(shop.products["Ham"]), 250)
    basket, _ = steps.add_item(basket, shop.checkout.item(shop.products["Misc"]), price_minor=123)
    basket = shop.checkout.discount_line(shop.till, basket, 1, ManualDiscount("Old", percent=Decimal("12.5")))
    basket = shop.checkout.override_price(shop.till, basket, 2, 900, "Price match")
    basket = shop.checkout.discount_basket(shop.till, basket, ManualDiscount("Friend", amount_minor=50))
    basket = shop.with_card_sold(basket, "20.00")
    basket = shop.returns.add_to_basket(shop.till, basket, sold.sale_id, shop.lines_back(sold))
    return steps.remove_line(steps.change_quantity(basket, 1, 1000, shop.clock.now()), 4, shop.clock.now())


def consumed(shop: ShopBuilder) -> tuple[object, ...]:
    return (
        shop.one("SELECT sum(use_count) FROM promotion"), shop.one("SELECT sum(use_count) FROM coupon_code"),
        shop.one("SELECT count(*) FROM value_entry"), shop.one("SELECT count(*) FROM points_entry"),
        shop.one("SELECT sum(next_number) FROM register"), shop.one("SELECT count(*) FROM sale"),
    )  # fmt: skip


def test_a_kept_basket_comes_back_as_it_was(shop: ShopBuilder) -> None:  # F1
    basket = full_basket(shop)
    before = consumed(shop)
    shop.checkout.keep(shop.till, basket, shop.view(basket).total.minor)
    found = shop.checkout.restore(shop.till)
    assert found is not None
    assert to_content(found) == to_content(basket)
    assert shop.view(found).lines == shop.view(basket).lines
    assert shop.view(found).total == shop.view(basket).total
    assert shop.view(found).codes == shop.view(basket).codes
    assert consumed(shop) == before


def test_keeping_again_replaces_and_completing_ends_it(shop: ShopBuilder) -> None:
    shop.product("Oil", "10.00")
    basket = shop.basket("Oil")
    for pieces in (2000, 3000):
        basket = steps.change_quantity(basket, 1, pieces, shop.clock.now())
        shop.checkout.keep(shop.till, basket, 0)
    assert shop.one("SELECT count(*) FROM basket") == 1
    assert shop.checkout.restore(shop.till).lines[0].quantity_milli == 3000
    shop.complete(basket)
    assert shop.checkout.restore(shop.till) is None
    shop.checkout.keep(shop.till, basket, 0)  # a late write of the background changes nothing
    assert shop.one("SELECT state FROM basket") == "completed"


def test_restored_prices_are_todays(shop: ShopBuilder) -> None:
    shop.product("Oil", "10.00")
    shop.checkout.keep(shop.till, shop.basket("Oil"), 0)
    shop.reprice("Oil", "12.00")
    found = shop.checkout.restore(shop.till)
    assert str(shop.complete(found).total) == "12.00"


def test_a_held_sale_is_recalled_at_any_register(shop: ShopBuilder) -> None:  # T10
    basket = full_basket(shop)
    before = consumed(shop)
    held = shop.checkout.suspend(shop.till, basket, "the lady with the dog")
    other = shop.second_till()
    (row,) = shop.checkout.held(other)
    assert (row.basket_id, row.label, row.register_name, row.staff_name, row.lines) == (
        held, "the lady with the dog", "Till 1", "Grace", 5,
    )  # fmt: skip
    assert row.total == shop.view(basket).total
    found = shop.checkout.resume(other, held)
    assert shop.checkout.held(other) == ()
    assert consumed(shop) == before
    assert shop.checkout.restore(shop.till) is None
    assert shop.checkout.restore(other) is not None
    with pytest.raises(BasketTaken):
        shop.checkout.resume(shop.till, held)
    done = shop.complete(found, till=other)
    assert done.number_text == "R2-000001"


def test_hold_and_recall_many_times_consumes_nothing(shop: ShopBuilder) -> None:  # T10
    basket = full_basket(shop)
    before = consumed(shop)
    for _ in range(3):
        basket = shop.checkout.resume(shop.till, shop.checkout.suspend(shop.till, basket))
    assert consumed(shop) == before
    with pytest.raises(NotFound):
        shop.checkout.suspend(shop.till, shop.basket())


def test_a_void_is_in_the_journal_and_nowhere_else(shop: ShopBuilder) -> None:  # V25, T11
    basket = full_basket(shop)
    total = shop.view(basket).total.minor
    before = consumed(shop)
    shop.checkout.keep(shop.till, basket, total)
    with pytest.raises(NotPermitted):
        shop.checkout.void(replace(shop.till, actor=shop.cashier), basket, "walked out")
    shop.checkout.void(replace(shop.till, actor=shop.cashier), basket, "walked out", shop.approval("sale.void"))
    shop.checkout.void(shop.till, basket, "walked out")  # pressed twice
    assert consumed(shop) == before
    rows = shop.rows("SELECT body, approver_id FROM journal WHERE kind = 'void'")
    assert len(rows) == 1
    body, approver = rows[0]
    assert approver == shop.manager.staff_id
    assert f'"total":{total}' in body
    assert '"reason":"walked out"' in body
    assert '"struck":[["Bread",1000,400],["Misc",1000,123]]' in body
    assert shop.checkout.restore(shop.till) is None


def test_a_void_of_a_basket_never_kept_is_noted_once(shop: ShopBuilder) -> None:
    shop.product("Oil", "10.00")
    basket = shop.basket("Oil")
    for _ in range(2):
        shop.checkout.void(shop.till, basket, "changed mind")
    assert shop.one("SELECT count(*) FROM journal WHERE kind = 'void'") == 1
    with pytest.raises(DomainError):
        shop.complete(basket)


def test_a_late_write_takes_no_basket_back_from_another_register(shop: ShopBuilder) -> None:  # T10
    shop.product("Oil", "10.00")
    shop.product("Bread", "4.00")
    basket = shop.basket("Oil")
    held = shop.checkout.suspend(shop.till, basket)
    other = shop.second_till()
    found = shop.checkout.resume(other, held)
    found, _ = steps.add_item(found, shop.checkout.item(shop.products["Bread"]))
    shop.checkout.keep(other, found, 1400)
    shop.checkout.keep(shop.till, basket, 1000)  # was under way when the sale was held
    assert shop.checkout.restore(shop.till) is None
    assert len(shop.checkout.restore(other).lines) == 2
    with pytest.raises(BasketTaken):
        shop.checkout.suspend(shop.till, basket)
    with pytest.raises(BasketTaken):
        shop.checkout.void(shop.till, basket, "changed mind")
    assert shop.checkout.restore(other) is not None
    assert shop.one("SELECT count(*) FROM journal WHERE kind = 'void'") == 0


def test_a_held_sale_is_voided_by_who_held_it(shop: ShopBuilder) -> None:
    shop.product("Oil", "10.00")
    basket = shop.basket("Oil")
    shop.checkout.suspend(shop.till, basket)
    with pytest.raises(BasketTaken):
        shop.checkout.void(shop.second_till(), basket, "changed mind")
    shop.checkout.void(shop.till, basket, "changed mind")
    assert shop.checkout.held(shop.till) == ()


def test_what_was_sold_says_how_it_is_undone(shop: ShopBuilder) -> None:
    shop.product("Oil", "10.00")
    basket = shop.basket("Oil")
    shop.complete(basket)
    with pytest.raises(RequestReused, match="receipt"):
        shop.checkout.void(shop.till, basket, "oops")


@pytest.mark.parametrize("way", ["held", "kept"])
def test_a_printed_cards_number_is_asked_for_again(shop: ShopBuilder, way: str) -> None:  # V10
    """The number is kept nowhere, so a sale that comes back cannot know which card lies on the counter."""
    basket, line = steps.add_card(shop.basket(), 2000, card=CardOnLine(code="GC-1001", shown="•••• 1001"))
    if way == "held":
        found = shop.checkout.resume(shop.till, shop.checkout.suspend(shop.till, basket))
    else:
        shop.checkout.keep(shop.till, basket, 2000)
        found = shop.checkout.restore(shop.till)
    with pytest.raises(ValueRefused, match="•••• 1001"):
        shop.complete(found)
    assert shop.one("SELECT count(*) FROM value_account") == 0
    again, _ = steps.add_card(
        steps.remove_line(found, line, shop.clock.now()), 2000, card=CardOnLine(code="GC-1001", shown="•••• 1001")
    )
    shop.complete(again)
    assert shop.balance("GC-1001") == 2000
