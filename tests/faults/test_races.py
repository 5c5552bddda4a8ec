"""F27, F28: many tills, one last use or one last amount. Threads and processes, both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from app.checkout.errors import CouponGone, SessionClosed
from app.checkout.model import CompletedSale, TillContext
from app.checkout.service import CheckoutService
from app.checkout.sessions import Closing
from app.giftcards.model import GiftCardEmpty, GiftCardShort
from db.uow import Database
from tests.builders import ShopBuilder
from tests.faults.conftest import in_processes, url_of

TILLS = 16


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """Each on a thread of its own, released together; what each returned or raised."""
    barrier = threading.Barrier(len(works))
    answers: list[Any] = [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            answers[place] = work()
        except Exception as error:
            answers[place] = error

    threads = [threading.Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def sold(answers: list[Any]) -> int:
    return sum(isinstance(answer, CompletedSale) for answer in answers)


def test_f27_two_tills_and_the_last_ten(shop: ShopBuilder) -> None:
    shop.product("Oil", "10.00")
    number = shop.gift_card("10.00")
    tills = [shop.till, shop.second_till()]
    tender = shop.gift(number)
    works = [lambda till=till, basket=shop.basket("Oil"): shop.complete(basket, tender, till=till) for till in tills]
    answers = at_once(works)
    assert sold(answers) == 1
    (refusal,) = [answer for answer in answers if not isinstance(answer, CompletedSale)]
    assert isinstance(refusal, (GiftCardEmpty, GiftCardShort))
    assert "Take another tender" in str(refusal) or "0.00 left" in str(refusal)
    assert shop.balance(number) == 0


def test_f28_sixteen_tills_and_one_last_use(shop: ShopBuilder) -> None:  # T9, T18, V15
    shop.product("Oil", "10.00")
    shop.promotion("Once", percent="10", code="ONCE", total_limit=1)
    tills = [shop.till, shop.second_till(), *shop.more_tills(TILLS - 2)]
    baskets = [shop.basket("Oil", code="ONCE") for _ in tills]
    works = [
        lambda till=till, basket=basket: shop.complete(basket, shop.cash(), till=till, shown=900)
        for till, basket in zip(tills, baskets, strict=True)
    ]
    answers = at_once(works)
    assert sold(answers) == 1
    refusals = [answer for answer in answers if not isinstance(answer, CompletedSale)]
    assert {type(refusal) for refusal in refusals} == {CouponGone}
    assert {str(refusal) for refusal in refusals} == {
        "Once no longer counts: It was used 1 of 1 times. Take it off or pay without it."
    }
    for till, basket, answer in zip(tills, baskets, answers, strict=True):
        if not isinstance(answer, CompletedSale):  # the baskets stand and sell without it
            assert str(shop.complete(basket, till=till).total) == "10.00"


def test_f28_a_single_use_code_and_a_limit_per_customer(shop: ShopBuilder) -> None:
    customer = shop.customer()
    shop.product("Oil", "10.00")
    unique = shop.bulk_code(shop.promotion("Bulk", percent="50", bulk=True))
    shop.promotion("Each", percent="10", code="EACH", per_customer_limit=2)
    tills = [shop.till, shop.second_till(), *shop.more_tills(6)]
    for code, uses, shown in ((unique, 1, 500), ("EACH", 2, 900)):
        baskets = [shop.basket("Oil", code=code, customer_id=customer) for _ in tills]
        answers = at_once(
            [
                lambda till=till, basket=basket: shop.complete(basket, shop.cash(), till=till, shown=shown)  # noqa: B023
                for till, basket in zip(tills, baskets, strict=True)
            ]
        )
        assert sold(answers) == uses, answers


def test_f28_a_campaigns_last_money(shop: ShopBuilder) -> None:
    shop.product("Oil", "10.00")
    shop.promotion("Ad", percent="10", code="AD", campaign_id=shop.campaign("Spring", "3.50"))
    tills = [shop.till, shop.second_till(), *shop.more_tills(6)]
    baskets = [shop.basket("Oil", code="AD") for _ in tills]
    answers = at_once(
        [
            lambda till=till, basket=basket: shop.complete(basket, shop.cash(), till=till, shown=900)
            for till, basket in zip(tills, baskets, strict=True)
        ]
    )
    assert sold(answers) == 3
    assert shop.one("SELECT spent_minor FROM campaign") == 300


@pytest.mark.parametrize("what", ["coupon", "card"])
def test_f27_f28_processes(shop: ShopBuilder, what: str) -> None:
    """The same with programs of their own, as tills in a shop are."""
    shop.product("Oil", "10.00")
    number = shop.gift_card("25.00")
    code = "TWICE" if what == "coupon" else ()
    shop.promotion("Twice", percent="10", code="TWICE", total_limit=2)
    tills = [shop.till, shop.second_till(), *shop.more_tills(TILLS - 2)]
    tender = shop.gift(number) if what == "card" else shop.cash()
    shown = 900 if what == "coupon" else 1000
    baskets = [shop.basket("Oil", code=code) for _ in tills]
    url, clock = url_of(shop.database), shop.clock
    shop.database.close()

    def work(till: Any, basket: Any) -> str:
        database = Database.connect(url)
        try:
            return CheckoutService(database, clock).complete(till, basket, [tender], shown).number_text
        finally:
            database.engine.dispose()

    answers = in_processes(
        [lambda till=till, basket=basket: work(till, basket) for till, basket in zip(tills, baskets, strict=True)]
    )
    done = [answer for answer in answers if answer.startswith("R")]
    assert len(done) == 2, answers
    wanted = {"coupon": "CouponGone", "card": "GiftCardShort"}[what]
    assert {answer.split(":")[0] for answer in answers if answer not in done} == {wanted}
    assert shop.one("SELECT count(*) FROM sale") == 2


def test_a_line_is_returned_once_by_two_tills(shop: ShopBuilder) -> None:  # V19
    shop.product("Oil", "10.00")
    done = shop.sell(("Oil", 3))
    tills = [shop.till, shop.second_till(), *shop.more_tills(6)]
    baskets = [
        shop.returns.add_to_basket(till, shop.basket(), done.sale_id, shop.lines_back(done, 1)) for till in tills
    ]
    answers = at_once(
        [
            lambda till=till, basket=basket: shop.complete(basket, shop.cash(), till=till, shown=-1000)
            for till, basket in zip(tills, baskets, strict=True)
        ]
    )
    assert sold(answers) == 3, answers


def test_one_basket_paid_at_once_by_a_double_press(shop: ShopBuilder) -> None:  # F29 in the service, V6
    shop.product("Oil", "10.00")
    basket = shop.basket("Oil")
    answers = at_once([lambda: shop.complete(basket, shop.cash("10.00")) for _ in range(8)])
    assert sold(answers) == 8, answers
    assert len({answer.sale_id for answer in answers}) == 1
    assert shop.one("SELECT count(*) FROM sale") == 1


def test_points_are_not_spent_twice(shop: ShopBuilder) -> None:
    from app.checkout.model import Tender, TenderKind

    shop.points_program(value="0.01")
    customer = shop.customer(points=1000)
    shop.product("Oil", "10.00")
    tills = [shop.till, shop.second_till(), *shop.more_tills(4)]
    baskets = [shop.basket("Oil", customer_id=customer) for _ in tills]
    points = Tender(TenderKind.POINTS, 1000)
    answers = at_once(
        [
            lambda till=till, basket=basket: shop.complete(basket, points, till=till)
            for till, basket in zip(tills, baskets, strict=True)
        ]
    )
    assert sold(answers) == 1, answers
    assert shop.points(customer) == 0


def test_a_card_gets_back_no_more_than_it_paid_from_two_receipts_of_one_purchase(shop: ShopBuilder) -> None:  # V19, T13
    """The sale and the exchange of half of it come back at the same moment: they share what paid for them."""
    for name in ("A", "B", "C"):
        shop.product(name, "10.00")
    number = shop.gift_card("10.00")
    other = shop.second_till()
    for _ in range(4):
        done = shop.complete(shop.basket("A", "C"), shop.gift(number), shop.card())
        line = next(line for line in shop.lines_back(done))
        swap = shop.complete(shop.returns.add_to_basket(shop.till, shop.basket("B"), done.sale_id, [line]))
        answers = at_once([lambda d=done: shop.give_back(d), lambda s=swap: shop.give_back(s, till=other)])
        for again, till in ((done, shop.till), (swap, other)):  # whose way changed meanwhile looks once more
            if any(shop.returns.left(again.sale_id).values()):
                shop.give_back(again, till=till)
        assert shop.balance(number) == 1000, answers
    assert shop.one("SELECT sum(amount_minor) FROM sale_tender WHERE kind = 'card'") == 0


def test_a_customer_s_cap_for_returns_without_a_receipt_holds_for_several_tills(shop: ShopBuilder) -> None:  # T28
    from app.checkout.no_receipt_service import Brought
    from app.checkout.returns import RefundWay, WayBack

    shop.product("Oil", "10.00")
    shop.setting("returns.no_receipt_month_minor", 2000)
    customer = shop.customer()
    tills = [replace(till, actor=shop.cashier) for till in (shop.till, shop.second_till(), *shop.more_tills(4))]

    def take_back(till: TillContext) -> object:
        return shop.no_receipt.complete(
            till, [Brought(shop.products["Oil"], 1000)], reason="Faulty", customer_id=customer,
            back=WayBack(RefundWay.STORE_CREDIT), request_id=uuid4(), shown_refund=shop.money("10.00"),
            approval=shop.approval("sale.return_other_tender"),
        )  # fmt: skip

    answers = at_once([lambda till=till: take_back(till) for till in tills])
    assert sold(answers) == 2, answers
    assert shop.one("SELECT balance_minor FROM value_account WHERE kind = 'store_credit'") == 2000


def test_a_shift_is_counted_once(shop: ShopBuilder) -> None:  # V22, T27
    counts = [shop.money("100.00"), shop.money("99.00"), shop.money("98.00"), shop.money("97.00")]
    answers = at_once([lambda counted=counted: shop.sessions.close(shop.till, counted) for counted in counts])
    assert sum(isinstance(answer, Closing) for answer in answers) == 1, answers
    assert sum(isinstance(answer, SessionClosed) for answer in answers) == 3, answers
    assert shop.one("SELECT count(*) FROM journal WHERE kind = 'close'") == 1
    assert shop.one("SELECT count(*) FROM outbox WHERE kind = 'report'") == 1


def test_a_held_sale_goes_to_one_register_whatever_is_still_being_written(shop: ShopBuilder) -> None:  # T10
    shop.product("Oil", "10.00")
    tills = [shop.second_till(), *shop.more_tills(4)]
    for _ in range(3):
        basket = shop.basket("Oil")
        held = shop.checkout.suspend(shop.till, basket)
        works: list[Callable[[], Any]] = [lambda till=till: shop.checkout.resume(till, held) for till in tills]  # noqa: B023
        works += [lambda: shop.checkout.keep(shop.till, basket, 1000)] * 3  # noqa: B023
        answers = at_once(works)
        taken = [till for till, answer in zip(tills, answers, strict=False) if not isinstance(answer, Exception)]
        assert len(taken) == 1, answers
        row = shop.rows("SELECT register_id, state FROM basket ORDER BY id DESC LIMIT 1")
        assert row == [(taken[0].register_id, "open")]
        shop.checkout.void(taken[0], basket, "done with")
