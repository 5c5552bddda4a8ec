"""Ways round a rule that a stranger would try: each must be shut where the sale is booked."""

from __future__ import annotations

from tests.builders import ShopBuilder


def test_an_exchange_says_the_points_it_booked(shop: ShopBuilder) -> None:  # V17
    shop.points_program()
    shop.product("A", "10.00")
    shop.product("B", "20.00")
    customer_id = shop.customer()
    first = shop.sell("A", customer_id=customer_id, cash="10.00")
    basket = shop.basket("B", customer_id=customer_id)
    swapped = shop.complete(shop.returns.add_to_basket(shop.till, basket, first.sale_id, shop.lines_back(first)))
    booked = shop.one("SELECT sum(points) FROM points_entry WHERE sale_id = :s", s=swapped.sale_id)
    assert swapped.points_earned == shop.sale(swapped).points_earned == booked == 20 - 10
    assert shop.points(customer_id) == 20
