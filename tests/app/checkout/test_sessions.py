"""The shift: float, cash in and out, the count."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from app.checkout import basket as steps
from app.checkout.errors import SessionClosed, SessionOpen
from app.errors import InvalidInput, NotFound, NotPermitted
from app.money import Money
from tests.builders import ShopBuilder


def test_expected_is_what_moved(shop: ShopBuilder) -> None:  # V22
    shop.product("Oil", "10.00")
    sale = shop.sell("Oil", cash="50.00")
    shop.sell("Oil", tenders=[shop.card()])
    shop.give_back(sale)
    shop.sell("Oil")
    shop.sessions.pay_in(shop.till, shop.money("20.00"), "Change", request_id=uuid4())
    shop.sessions.pay_out(shop.till, shop.money("5.50"), "Milk", request_id=uuid4())
    shop.checkout.suspend(shop.till, shop.basket("Oil"))
    closing = shop.sessions.close(shop.till, shop.money("124.00"))
    assert (str(closing.expected), str(closing.difference), closing.held_baskets) == ("124.50", "-0.50", 1)
    assert shop.sessions.current(shop.register_ids[0]) is None
    assert shop.sessions.close(shop.till, shop.money("124.00")) == closing  # pressed twice, or its answer was lost
    assert shop.one("SELECT count(*) FROM journal WHERE kind = 'close'") == 1
    with pytest.raises(SessionClosed):
        shop.sessions.close(shop.till, shop.money("124.50"))
    with pytest.raises(SessionClosed):
        shop.sessions.close(replace(shop.till, actor=shop.cashier), shop.money("124.00"))


def test_a_sale_left_open_is_held_at_closing(shop: ShopBuilder) -> None:  # V23: no sale is lost at close
    shop.product("Oil", "10.00")
    left = shop.basket("Oil")
    shop.checkout.keep(shop.till, left, 1000)
    emptied = shop.basket("Oil")
    emptied = steps.remove_line(emptied, 1, shop.clock.now())
    shop.checkout.keep(shop.till, emptied, 0)
    other = shop.second_till()
    shop.checkout.keep(other, shop.basket("Oil"), 1000)  # is being sold there
    assert shop.sessions.close(shop.till, shop.money("100.00")).held_baskets == 1
    (held,) = shop.checkout.held(other)
    assert shop.checkout.resume(other, held.basket_id).request_id == left.request_id


def test_the_next_float_begins_from_the_last_count(shop: ShopBuilder) -> None:  # T27
    assert shop.sessions.last_closing(shop.register_ids[0]) is None
    shop.clock.advance(hours=8)
    shop.sessions.close(shop.till, shop.money("99.50"))
    found = shop.sessions.last_closing(shop.register_ids[0])
    assert (found.number, str(found.counted), found.closed_at) == (1, "99.50", shop.clock.now())
    assert shop.sessions.last_closing(shop.register_ids[1]) is None


def test_one_shift_at_a_time(shop: ShopBuilder) -> None:
    with pytest.raises(SessionOpen):
        shop.sessions.open(shop.manager, shop.register_ids[0], shop.money("0.00"), request_id=uuid4())
    with pytest.raises(NotFound):
        shop.sessions.open(shop.manager, 999, shop.money("0.00"), request_id=uuid4())
    with pytest.raises(SessionClosed):
        shop.sessions.context(shop.manager, shop.register_ids[1])


def test_repeats_change_nothing(shop: ShopBuilder) -> None:
    request, cash, drawer = uuid4(), uuid4(), uuid4()
    for _ in range(2):
        till = shop.sessions.open(shop.manager, shop.register_ids[1], shop.money("10.00"), request_id=request)
        shop.sessions.pay_in(till, shop.money("1.00"), "Change", request_id=cash)
        shop.sessions.no_sale(till, "Change", request_id=drawer)
    assert shop.one("SELECT count(*) FROM register_session") == 2
    assert shop.one("SELECT count(*) FROM journal WHERE kind = 'no_sale'") == 1
    assert len(shop.outbox.due(shop.register_ids[1])) == 2
    assert shop.sessions.close(till, shop.money("11.00")).difference == Money(0, "USD")


def test_a_shift_keeps_its_business_date_past_midnight(shop: ShopBuilder) -> None:
    shop.product("Oil", "10.00")
    shop.clock.advance(hours=13)
    done = shop.sell("Oil")
    assert str(shop.sale(done).business_date) == "2026-03-14"


def test_the_drawer_without_a_sale_needs_right_and_reason(shop: ShopBuilder) -> None:  # V25
    cashier = replace(shop.till, actor=shop.cashier)
    with pytest.raises(NotPermitted):
        shop.sessions.no_sale(cashier, "Change", request_id=uuid4())
    with pytest.raises(InvalidInput):
        shop.sessions.no_sale(shop.till, " ", request_id=uuid4())
    shop.sessions.no_sale(cashier, "Change", request_id=uuid4(), approval=shop.approval("drawer.open"))
    assert shop.rows("SELECT staff_id, approver_id FROM journal WHERE kind = 'no_sale'") == [
        (shop.cashier.staff_id, shop.manager.staff_id)
    ]


@pytest.mark.parametrize("amount", [0, -100, 10**15 + 1])
def test_amounts_that_cannot_move(shop: ShopBuilder, amount: int) -> None:  # F41
    for move in (shop.sessions.pay_in, shop.sessions.pay_out):
        with pytest.raises(InvalidInput):
            move(shop.till, Money(amount, "USD"), "why", request_id=uuid4())
    with pytest.raises(InvalidInput):
        shop.sessions.pay_out(shop.till, shop.money("100.01"), "more than there is", request_id=uuid4())
