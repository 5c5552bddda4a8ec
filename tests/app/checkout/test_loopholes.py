"""Ways round a rule that a stranger would try: each must be shut where the sale is booked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from app.checkout.errors import QuantityRefused, RequestReused, ValueRefused
from app.checkout.model import CardOnLine, CompletedSale, OpenBasket, Tender, TenderKind
from app.checkout.returns import ReturnLine
from app.errors import NotPermitted
from app.giftcards.model import PinNeeded
from app.outbox.printing import PrintPump
from app.outbox.service import Job
from app.pricing.model import ManualDiscount
from app.staff.model import LimitExceeded
from hardware.document import Document
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


@pytest.mark.parametrize(
    "tenders",
    [
        [Tender(TenderKind.CARD)],  # all that is due
        [Tender(TenderKind.CARD, -500), Tender(TenderKind.CARD, -500)],
    ],
)
def test_a_refund_cannot_lean_on_one_tender_beyond_what_it_paid(
    shop: ShopBuilder, tenders: list[Tender]
) -> None:  # T28
    shop.product("A", "10.00")
    done = shop.complete(shop.basket("A"), Tender(TenderKind.CARD, 500), Tender(TenderKind.CASH, 500))
    till = replace(shop.till, actor=shop.cashier)

    def back(paid: list[Tender]) -> CompletedSale:
        return shop.returns.complete_return(
            till, done.sale_id, shop.lines_back(done), request_id=uuid4(), shown_refund=shop.money("10.00"),
            tenders=paid,
        )  # fmt: skip

    with pytest.raises(NotPermitted, match="another way"):
        back(tenders)
    assert str(back([Tender(TenderKind.CARD, -500), Tender(TenderKind.CASH)]).total) == "-10.00"


def test_many_small_discounts_are_one_large_one(shop: ShopBuilder) -> None:  # T28
    shop.product("A", "100.00")
    till = replace(shop.till, actor=shop.cashier)
    ten = ManualDiscount("Friend", percent=Decimal(10))
    basket = shop.checkout.discount_basket(till, shop.basket("A"), ten)
    with pytest.raises(LimitExceeded):
        shop.checkout.discount_basket(till, basket, ten)
    line_id = basket.lines[0].line_id
    with pytest.raises(LimitExceeded):
        shop.checkout.discount_line(till, basket, line_id, ten)
    with pytest.raises(LimitExceeded):  # whatever the screen let through
        shop.complete(replace(basket, discounts=(*basket.discounts, *basket.discounts)), till=till)
    approved = shop.checkout.discount_basket(till, basket, ten, shop.approval("sale.discount", 10))
    done = shop.complete(approved, till=till)
    assert (str(done.total), shop.sale(done).approver) == ("81.00", "Grace")


def test_a_discount_at_the_limit_may_round_past_it(shop: ShopBuilder) -> None:  # T28: 10 % of 0.95 is 0.10
    shop.product("A", "0.95")
    till = replace(shop.till, actor=shop.cashier)
    basket = shop.checkout.discount_basket(till, shop.basket("A"), ManualDiscount("Friend", percent=Decimal(10)))
    assert str(shop.complete(basket, till=till).total) == "0.85"


def test_a_picked_card_with_a_pin_does_not_pay_without_it(shop: ShopBuilder) -> None:  # T20
    number = shop.gift_card("20.00")
    account_id = shop.checkout.tender_for_code(shop.till, number).account_id or 0
    assert shop.checkout.tender_for_account(account_id).available_minor == 2000
    shop.run("UPDATE value_account SET pin_hash = 'x' WHERE id = :a", a=account_id)
    with pytest.raises(ValueRefused, match="PIN"):
        shop.checkout.tender_for_account(account_id)
    with pytest.raises(PinNeeded):
        shop.checkout.tender_for_code(shop.till, number)


def test_a_return_under_a_used_request_is_refused(shop: ShopBuilder) -> None:  # V6
    shop.product("A", "10.00")
    shop.product("B", "3.00")
    first, second = shop.sell("A", cash="10.00"), shop.sell("B", cash="3.00")
    request = uuid4()
    shop.returns.complete_return(
        shop.till, first.sale_id, shop.lines_back(first), request_id=request, shown_refund=shop.money("10.00")
    )
    with pytest.raises(RequestReused):
        shop.returns.complete_return(
            shop.till, second.sale_id, shop.lines_back(second), request_id=request, shown_refund=shop.money("3.00")
        )


def test_another_printed_card_is_another_sale(shop: ShopBuilder) -> None:  # V6
    basket = shop.with_card_sold(shop.basket(), "10.00")

    def numbered(number: str) -> OpenBasket:
        return replace(basket, lines=(replace(basket.lines[0], card=CardOnLine(code=number)),))

    shop.complete(numbered("70001111222233334"))
    with pytest.raises(RequestReused):
        shop.complete(numbered("70001111222233345"))


def test_a_cards_number_typed_as_a_coupon_is_kept_nowhere(shop: ShopBuilder) -> None:  # T29
    number = shop.gift_card("20.00")
    shop.product("A", "10.00")
    basket = shop.basket("A", code=number)
    shop.checkout.keep(shop.till, basket, 1000)
    restored = shop.checkout.restore(shop.till)
    assert restored is not None
    assert restored.coupons[0].shown == basket.coupons[0].shown
    shop.complete(basket)
    for table in ("basket", "sale_trail", "journal", "outbox"):
        assert number not in str(shop.rows(f"SELECT * FROM {table}")), table


def test_pieces_come_back_whole(shop: ShopBuilder) -> None:  # F41
    shop.product("A", "10.00")
    done = shop.sell(("A", 2), cash="20.00")
    line_id = shop.sale(done).lines[0].line_id
    with pytest.raises(QuantityRefused):
        shop.returns.preview(shop.till, done.sale_id, [ReturnLine(line_id, 500)])
    assert str(shop.returns.preview(shop.till, done.sale_id, [ReturnLine(line_id, 1000)]).refund) == "10.00"


def test_rounding_up_again_and_again_gives_back_no_more_than_was_paid(shop: ShopBuilder) -> None:  # T8, V19
    shop.product("A", "0.03")
    shop.cash_step(5)
    done = shop.sell(("A", 20), cash="0.60")
    back = [shop.give_back(done, 1).total.minor for _ in range(14)]
    back.append(shop.give_back(done).total.minor)
    assert back[:12] == [-5] * 12
    assert sum(back) == -60


def test_papers_of_before_the_clock_was_set_back_still_come(shop: ShopBuilder) -> None:  # V28
    shop.product("A", "10.00")
    done = shop.sell("A", cash="10.00")
    shop.clock.at = shop.clock.now() - timedelta(days=1)
    jobs = shop.outbox.due(shop.till.register_id)
    assert [(job.kind, job.sale_id) for job in jobs] == [("drawer", done.sale_id), ("receipt", done.sale_id)]
    claimed = shop.outbox.claim(shop.till.register_id)
    assert claimed is not None
    shop.outbox.wait(claimed.job_id, "The printer is away.")
    assert [job.kind for job in shop.outbox.due(shop.till.register_id)] == ["receipt"]


def test_the_drawer_stays_shut_when_the_program_comes_back_hours_later(shop: ShopBuilder) -> None:  # V25, F30
    shop.product("A", "10.00")
    shop.sell("A", cash="10.00")
    shop.clock.at = shop.clock.now() + timedelta(hours=9)
    made: list[str] = []

    def make(job: Job) -> Document:
        made.append(job.kind)
        return Document((), title=job.kind)

    class Desk:
        def submit(self, key: str, document: Document) -> None: ...

    pump = PrintPump(shop.outbox, make, shop.till.register_id, shop.clock)
    pump.attach(Desk())
    while pump.step():
        pass
    assert made == ["receipt"]
    assert shop.one("SELECT state FROM outbox WHERE kind = 'drawer'") == "cancelled"
