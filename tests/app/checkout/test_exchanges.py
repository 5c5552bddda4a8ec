"""What goods were paid with stays with them through exchanges: value never turns into cash or into points twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from app.checkout import basket as steps
from app.checkout.errors import TenderRefused
from app.checkout.model import CompletedSale, OpenBasket, Tender, TenderKind
from app.errors import NotPermitted
from tests.app.checkout.books import check_doctor
from tests.builders import ShopBuilder


def swapped(shop: ShopBuilder, done: CompletedSale, back: int, *wanted: str, customer_id: int | None = None,
            tenders: tuple[Tender, ...] = ()) -> CompletedSale:  # fmt: skip
    """`back` pieces of the first sold line come back, `wanted` goes out."""
    basket = shop.basket(*wanted, customer_id=customer_id)
    (first, *_) = [line for line in shop.sale(done).lines if line.quantity_milli > 0]
    (line,) = [one for one in shop.lines_back(done) if one.sale_line_id == first.line_id]
    basket = shop.returns.add_to_basket(
        shop.till, basket, done.sale_id, [type(line)(line.sale_line_id, back * 1000, line.reason)]
    )
    return shop.complete(basket, *tenders)


def ways(shop: ShopBuilder, done: CompletedSale) -> list[tuple[str, str]]:
    return [(one.kind, str(one.amount)) for one in shop.sale(done).tenders]


def by_points(shop: ShopBuilder, customer: int, *wanted: str | tuple[str, int]) -> CompletedSale:
    return shop.complete(shop.basket(*wanted, customer_id=customer), Tender(TenderKind.POINTS))


@pytest.fixture
def deli(shop: ShopBuilder) -> Iterator[ShopBuilder]:
    """A delicatessen whose points pay; its doctor looks in at the end."""
    shop.points_program(value="0.01")
    for name, price in (("A", "10.00"), ("B", "10.00"), ("C", "10.00"), ("D", "15.00"), ("E", "4.00")):
        shop.product(name, price)
    yield shop
    check_doctor(shop.database)


def test_goods_bought_with_points_give_no_points_back_while_their_worth_is_kept(deli: ShopBuilder) -> None:  # T2
    customer = deli.customer(points=1000)
    done = by_points(deli, customer, "A")
    assert deli.points(customer) == 0
    even = swapped(deli, done, 1, "B", customer_id=customer)
    assert (str(even.total), deli.points(customer)) == ("0.00", 0)  # B in place of A, and nothing more
    back = deli.give_back(even)
    assert ways(deli, back) == [("points", "-10.00")]
    assert deli.points(customer) == 1000


def test_points_come_back_as_far_as_their_money_does(deli: ShopBuilder) -> None:  # T2
    customer = deli.customer(points=1000)
    done = by_points(deli, customer, "A")
    down = swapped(deli, done, 1, "E", customer_id=customer, tenders=(Tender(TenderKind.POINTS),))
    assert ways(deli, down) == [("points", "-6.00")]
    assert deli.points(customer) == 600  # and nothing earned on what points had paid


def test_points_paid_out_in_another_way_do_not_come_back_too(deli: ShopBuilder) -> None:  # T2, T11
    customer = deli.customer(points=1000)
    done = by_points(deli, customer, "A")
    deli.returns.complete_return(
        deli.till, done.sale_id, deli.lines_back(done), request_id=uuid4(), shown_refund=deli.money("10.00"),
        tenders=[Tender(TenderKind.CASH, -1000)],
    )  # fmt: skip
    assert deli.points(customer) == 0


def test_no_refund_in_points_that_never_paid(deli: ShopBuilder) -> None:
    customer = deli.customer(points=1000)
    done = deli.sell("A", customer_id=customer)
    with pytest.raises(TenderRefused, match="points"):
        deli.returns.complete_return(
            deli.till, done.sale_id, deli.lines_back(done), request_id=uuid4(), shown_refund=deli.money("10.00"),
            tenders=[Tender(TenderKind.POINTS, -1000)],
        )  # fmt: skip


def test_an_exchange_carries_the_card_that_paid(deli: ShopBuilder) -> None:  # T13, V19
    number = deli.gift_card("20.00")
    done = deli.complete(deli.basket("A", "C"), deli.gift(number))
    even = swapped(deli, done, 1, "B")
    preview = deli.returns.preview(deli.till, even.sale_id, deli.lines_back(even)[-1:])
    assert [(one.kind.value, str(one.amount)) for one in preview.tenders] == [("gift_card", "10.00")]
    back = deli.give_back(even)
    assert ways(deli, back) == [("gift_card", "-10.00")]
    assert deli.balance(number) == 1000
    assert ways(deli, deli.give_back(done)) == [("gift_card", "-10.00")]
    assert deli.balance(number) == 2000


def test_what_was_paid_on_top_goes_back_first_and_as_it_was_paid(deli: ShopBuilder) -> None:  # T13
    done = deli.complete(deli.basket("A", "C"), Tender(TenderKind.CARD))
    up = swapped(deli, done, 1, "D", tenders=(Tender(TenderKind.CASH),))
    assert ways(deli, up) == [("cash", "5.00")]
    assert ways(deli, deli.give_back(up)) == [("cash", "-5.00"), ("card", "-10.00")]
    assert ways(deli, deli.give_back(done)) == [("card", "-10.00")]
    assert deli.one("SELECT sum(amount_minor) FROM sale_tender") == 0


def test_a_net_refund_goes_back_as_it_was_paid_without_a_manager(deli: ShopBuilder) -> None:  # T28, N12
    number = deli.gift_card("7.00")
    till = replace(deli.till, actor=deli.cashier)
    done = deli.complete(deli.basket("A"), deli.gift(number), Tender(TenderKind.CARD))
    basket = deli.returns.add_to_basket(till, deli.basket("E"), done.sale_id, deli.lines_back(done))
    back = deli.returns.ways_back(till, basket)
    assert [(one.kind.value, str(one.amount), one.shown) for one in back] == [
        ("gift_card", "6.00", f"•••• {number[-4:]}")
    ]
    with pytest.raises(NotPermitted):
        deli.complete(basket, Tender(TenderKind.CASH, -600), till=till)
    deli.complete(basket, *(Tender(one.kind, -one.amount.minor, one.account_id, one.shown) for one in back), till=till)
    assert deli.balance(number) == 600
    up = deli.sell("A")
    dearer = deli.returns.add_to_basket(till, deli.basket("D"), up.sale_id, deli.lines_back(up))
    assert deli.returns.ways_back(till, dearer) == ()  # the customer pays on
    assert deli.returns.ways_back(till, deli.basket("A")) == ()


def test_points_earned_on_a_card_go_with_the_card(deli: ShopBuilder) -> None:  # T1
    customer = deli.customer()
    deli.run("UPDATE loyalty_program SET earn_on_gift_cards = true")
    basket = deli.with_card_sold(deli.basket("A", customer_id=customer), "100.00")
    done = deli.complete(basket)
    assert deli.points(customer) == 110
    deli.give_back(done, 0, 1)
    assert deli.points(customer) == 10


def test_points_are_clawed_back_after_the_programme_ended(deli: ShopBuilder) -> None:  # T1
    customer = deli.customer()
    done = deli.sell(("A", 2), customer_id=customer)
    deli.run("UPDATE loyalty_program SET active = false")
    preview = deli.returns.preview(deli.till, done.sale_id, deli.lines_back(done, 1))
    assert (preview.points_back, preview.points_owed) == (10, 0)
    deli.give_back(done, 1)
    assert deli.points(customer) == 10
    deli.run(
        "INSERT INTO loyalty_program (name, unit, points_per_step, step_minor, full_steps_only, earn_basis, "
        "earn_on_gift_cards, point_value_minor, active) "
        "VALUES ('Next', 'points', 1, 100, true, 'gross', false, 0, true)"
    )
    deli.give_back(done)  # from the programme that gave them, not from the one of today
    assert deli.rows("SELECT program_id, balance FROM points_account") == [(1, 0)]


def test_spent_points_come_back_after_the_programme_ended(deli: ShopBuilder) -> None:  # T2
    customer = deli.customer(points=1000)
    done = by_points(deli, customer, "A")
    deli.run("UPDATE loyalty_program SET active = false")
    deli.give_back(done)
    assert deli.points(customer) == 1000


def figures(shop: ShopBuilder, customer: int) -> list[tuple[int, ...]]:
    return [
        *shop.rows("SELECT visits, spend_minor, discount_minor FROM customer_stats WHERE customer_id = :c", c=customer),
        *shop.rows("SELECT visits, spend_minor FROM customer_month WHERE customer_id = :c", c=customer),
        *shop.rows("SELECT visits, spend_minor FROM customer_outlet WHERE customer_id = :c", c=customer),
        *shop.rows(
            "SELECT visits, quantity_milli, spend_minor FROM customer_category WHERE customer_id = :c", c=customer
        ),
    ]


def brought_back(shop: ShopBuilder, done: CompletedSale, attached: int | None, *wanted: str) -> OpenBasket:
    """A basket in which everything of `done` comes back while somebody else, or nobody, is attached."""
    basket = shop.returns.add_to_basket(shop.till, shop.basket(*wanted), done.sale_id, shop.lines_back(done))
    return steps.with_customer(basket, None if attached is None else shop.checkout.customer(attached))


@pytest.mark.parametrize("who", ["friend", "nobody"])
def test_a_return_counts_for_who_bought(deli: ShopBuilder, who: str) -> None:
    buyer, friend = deli.customer("Ada"), deli.customer("Bob")
    done = deli.sell("A", customer_id=buyer)
    deli.sell("C", customer_id=friend)
    before = figures(deli, friend)
    back = deli.complete(brought_back(deli, done, friend if who == "friend" else None))
    assert figures(deli, friend) == before
    assert figures(deli, buyer) == [(1, 0, 0), (1, 0), (1, 0), (1, 0, 0)]
    assert deli.sale(back).customer_id == buyer  # and is found among the buyer's papers
    assert (deli.points(buyer), deli.points(friend)) == (0, 10)


def test_a_return_of_nobodys_sale_lowers_nobodys_figures(deli: ShopBuilder) -> None:
    friend = deli.customer("Bob")
    done = deli.sell("A")
    deli.sell("C", customer_id=friend)
    before = figures(deli, friend)
    back = deli.complete(brought_back(deli, done, friend))
    assert figures(deli, friend) == before
    assert deli.sale(back).customer_id is None


@pytest.mark.parametrize("bought_by", ["friend", "nobody"])
def test_an_exchange_counts_what_goes_out_for_who_takes_it(deli: ShopBuilder, bought_by: str) -> None:
    taker = deli.customer("Ada")
    buyer = deli.customer("Bob") if bought_by == "friend" else None
    done = deli.sell("A", customer_id=buyer)
    swap = deli.complete(brought_back(deli, done, taker, "D"))
    assert str(swap.total) == "5.00"
    assert deli.sale(swap).customer_id == taker
    assert figures(deli, taker) == [(1, 1500, 0), (1, 1500), (1, 1500), (1, 1000, 1500)]
    assert deli.points(taker) == 15
    assert swap.points_earned == deli.sale(swap).points_earned == 15  # what its own customer's receipt says
    if buyer is not None:
        assert figures(deli, buyer) == [(1, 0, 0), (1, 0), (1, 0), (1, 0, 0)]
        assert deli.points(buyer) == 0
