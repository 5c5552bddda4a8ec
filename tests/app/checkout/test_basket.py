"""Steps from one basket to the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from time import perf_counter
from uuid import uuid4

import pytest

from app.checkout import basket as steps
from app.checkout.errors import BasketFull, LineUnknown, NotSold, PriceAsked, QuantityRefused
from app.checkout.model import LARGEST_LINES, CardOnLine, Item, OpenBasket
from app.errors import InvalidInput
from app.pricing.model import LineKind, ManualDiscount, PricedProduct

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
BREAD = Item(PricedProduct(1, "BREAD", 420, "Bread"))
OIL = Item(PricedProduct(2, "OIL", 990, "Oil"))
HAM = Item(PricedProduct(3, "HAM", 2400, "Ham", weighed=True), kind="weighed")
OPEN = Item(PricedProduct(4, "MISC", 0, "Sundries"), kind="open_price")


def empty() -> OpenBasket:
    return steps.new_basket(uuid4(), NOW)


def with_items(*items: Item) -> OpenBasket:
    basket = empty()
    for item in items:
        basket, _ = steps.add_item(basket, item)
    return basket


def _dearer(product_id: int) -> Item | None:
    """Bread costs more since; ham is not in the shop any more."""
    now = {1: replace(BREAD, product=replace(BREAD.product, price_minor=450)), 2: OIL, 4: OPEN}
    return now.get(product_id)


def test_what_was_changed_since_it_was_rung_up_counts_as_it_is_now() -> None:  # T20
    basket, _ = steps.add_item(with_items(BREAD, OIL), HAM, 500)
    basket, _ = steps.add_item(basket, OPEN, price_minor=300)
    basket = steps.override_price(basket, 2, 900, "Last one", None)
    now = steps.with_items(basket, _dearer)
    assert [line.item.product.price_minor for line in now.lines] == [450, 990, 2400, 0]
    assert [line.price_minor for line in now.lines] == [None, 900, None, 300]  # what was given by hand stands
    assert [new is old for new, old in zip(now.lines, basket.lines, strict=True)] == [False, True, True, True]
    assert now.request_id == basket.request_id
    assert steps.with_items(now, _dearer) is now


def test_undo_leads_to_today_s_prices_too() -> None:
    history = steps.History(with_items(BREAD)).then(with_items(BREAD, OIL)).with_items(_dearer)
    assert history.undo(NOW).now.lines[0].item.product.price_minor == 450


def test_equal_plain_lines_are_joined() -> None:
    basket, line = steps.add_item(with_items(BREAD, OIL), BREAD, 2000)
    assert [(one.item.product.sku, one.quantity_milli) for one in basket.lines] == [("BREAD", 3000), ("OIL", 1000)]
    assert line == 1


def test_what_differs_stays_apart() -> None:
    discounted = steps.discount_line(with_items(BREAD), 1, ManualDiscount("Old", percent=Decimal(50)))
    basket, line = steps.add_item(discounted, BREAD)
    assert (len(basket.lines), line) == (2, 2)
    basket, _ = steps.add_item(basket, HAM, 250)
    basket, _ = steps.add_item(basket, HAM, 300)  # two cuts are two lines
    assert len(basket.lines) == 4


@pytest.mark.parametrize(  # F41
    ("item", "quantity", "refusal"),
    [
        (BREAD, 0, QuantityRefused),
        (BREAD, -1000, QuantityRefused),
        (BREAD, 1500, QuantityRefused),
        (BREAD, 10**9 + 1000, QuantityRefused),
        (BREAD, 10**18, QuantityRefused),
        (OPEN, 1000, PriceAsked),
        (replace(BREAD, active=False), 1000, NotSold),
    ],
)
def test_what_cannot_be_rung_up(item: Item, quantity: int, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        steps.add_item(empty(), item, quantity)


def test_quantity_100000_is_sold_and_joined_lines_keep_the_limit() -> None:
    basket, _ = steps.add_item(empty(), BREAD, 100_000_000)
    assert basket.lines[0].quantity_milli == 100_000_000
    with pytest.raises(QuantityRefused):
        steps.add_item(basket, BREAD, 10**9)


@pytest.mark.parametrize("price", [-1, 10**15 + 1, 10**18])
def test_prices_that_cannot_be(price: int) -> None:  # F41
    with pytest.raises(InvalidInput):
        steps.override_price(with_items(BREAD), 1, price, "why")
    with pytest.raises(InvalidInput):
        steps.add_item(empty(), OPEN, price_minor=price)
    with pytest.raises(InvalidInput):
        steps.add_card(empty(), price)


def test_reasons_are_asked_for() -> None:
    with pytest.raises(InvalidInput):
        steps.override_price(with_items(BREAD), 1, 100, "  ")
    with pytest.raises(InvalidInput):
        steps.discount_line(with_items(BREAD), 1, ManualDiscount(" ", amount_minor=1))


def test_what_is_taken_out_is_remembered() -> None:  # V25
    basket = steps.change_quantity(with_items(BREAD, OIL), 1, 3000, NOW)
    basket = steps.change_quantity(basket, 1, 1000, NOW)
    basket = steps.remove_line(basket, 2, NOW)
    basket = steps.change_quantity(basket, 1, 0, NOW)
    assert [(one.name, one.quantity_milli, one.amount_minor) for one in basket.struck] == [
        ("Bread", 2000, 840), ("Oil", 1000, 990), ("Bread", 1000, 420),
    ]  # fmt: skip
    assert basket.is_empty


def test_undo_goes_back_and_remembers() -> None:
    history = steps.History(empty())
    first, _ = steps.add_item(history.now, BREAD)
    history = history.then(first)
    second, _ = steps.add_item(history.now, OIL)
    history = history.then(second).undo(NOW)
    assert [line.item.product.sku for line in history.now.lines] == ["BREAD"]
    assert [one.name for one in history.now.struck] == ["Oil"]
    again, line = steps.add_item(history.now, OIL)
    assert line == 3  # ids are not used twice
    history = history.then(again).undo(NOW).undo(NOW)
    assert history.now.is_empty
    assert not history.can_undo
    assert history.undo(NOW) is history


def test_gift_card_lines_take_no_discount_and_no_other_price() -> None:  # T6
    basket, line = steps.add_card(empty(), 5000)
    with pytest.raises(InvalidInput):
        steps.discount_line(basket, line, ManualDiscount("Friend", percent=Decimal(10)))
    with pytest.raises(InvalidInput):
        steps.override_price(basket, line, 4000, "why")
    with pytest.raises(QuantityRefused):
        steps.change_quantity(basket, line, 2000, NOW)
    with pytest.raises(InvalidInput):
        steps.add_card(basket, 5000, reload=True)
    reloaded, line = steps.add_card(basket, 2000, card=CardOnLine(7), reload=True)
    assert steps.find_line(reloaded, line).kind is LineKind.RELOAD


def test_a_card_number_never_shows_in_a_repr() -> None:
    basket, _ = steps.add_card(empty(), 5000, card=CardOnLine(code="7Q4K0ZTM9XYAB3C2"))
    assert "7Q4K0ZTM" not in repr(basket)


def test_unknown_lines() -> None:
    with pytest.raises(LineUnknown):
        steps.remove_line(empty(), 1, NOW)
    with pytest.raises(LineUnknown):
        steps.remove_coupon(empty(), 0)
    with pytest.raises(LineUnknown):
        steps.drop_basket_discount(empty(), -1)


def test_many_lines_stay_quick() -> None:  # F42
    basket = empty()
    for number in range(5000):
        item = Item(PricedProduct(number + 1, f"P{number}", 100, f"Product {number}"))
        basket, _ = steps.add_item(basket, item)
    started = perf_counter()
    for number in range(20):
        basket = steps.change_quantity(basket, 4000 + number, 2000, NOW)
    assert (perf_counter() - started) / 20 < 0.05  # seconds a step; 2 ms where it was written
    full = replace(basket, lines=basket.lines * 4)
    assert len(full.lines) == LARGEST_LINES
    with pytest.raises(BasketFull):
        steps.add_item(full, HAM, 100)
