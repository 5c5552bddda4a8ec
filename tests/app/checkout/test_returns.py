"""What comes back gives back what was paid for it, once, and everything that hung on it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from app.checkout import basket as steps
from app.checkout.errors import NothingToReturn, ReturnRefused, SaleUnknown, TotalChanged
from app.checkout.model import Tender, TenderKind
from app.checkout.returns import ReturnLine
from app.clock import FixedClock
from app.errors import DomainError, NotPermitted
from app.pricing.promotion import Conditions, Kind, Promotion
from db.uow import Database
from tests.app.checkout.books import check_books
from tests.builders import ShopBuilder, a_shop


def net_of_everything(shop: ShopBuilder) -> tuple[int, ...]:
    """Totals over all documents: zero when everything that was sold came back."""
    row = shop.rows(
        "SELECT sum(total_minor), sum(subtotal_minor), sum(discount_minor), sum(tax_minor), sum(rounding_minor) "
        "FROM sale"
    )[0]
    return tuple(int(value) for value in row)


@pytest.mark.parametrize("tax_included", [False, True])
def test_refunding_in_parts_gives_back_exactly_the_sale(
    database: Database, clock: FixedClock, tax_included: bool
) -> None:  # T3, V19
    shop = a_shop(database, clock, tax_included=tax_included)
    shop.tax("VAT", "19")
    shop.product("A", "3.33", tax="VAT")
    shop.product("B", "0.99", tax="VAT")
    shop.product("C", "7.77")
    shop.promotion("Ten", amount="1.00")
    shop.cash_step(5)
    done = shop.sell(("A", 3), ("B", 2), "C", cash="30.00")
    for quantities in [(1, 0, 0), (0, 1, 1), (1, 1, 0), (1, 0, 0)]:
        shop.give_back(done, *quantities)
    assert net_of_everything(shop) == (0, 0, 0, 0, 0)
    assert shop.one("SELECT sum(amount_minor) FROM cash_movement WHERE kind <> 'float'") == 0
    check_books(database)


def test_a_partial_return_refunds_the_lines_own_share(shop: ShopBuilder) -> None:  # T3
    shop.product("A", "30.00")
    shop.product("B", "10.00")
    shop.promotion("Ten", amount="10.00")
    done = shop.sell("A", "B")
    assert [str(line.discount) for line in shop.sale(done).lines] == ["7.50", "2.50"]
    preview = shop.returns.preview(shop.till, done.sale_id, shop.lines_back(done, 0, 1))
    assert (str(preview.refund), str(preview.lines[0].discount)) == ("7.50", "2.50")
    back = shop.give_back(done, 0, 1)
    assert str(back.total) == "-7.50"
    assert str(shop.give_back(done).total) == "-22.50"


def test_no_more_comes_back_than_was_sold(shop: ShopBuilder) -> None:  # V19
    shop.product("A", "5.00")
    done = shop.sell(("A", 3))
    line = shop.sale(done).lines[0].line_id
    with pytest.raises(DomainError, match="Only 3"):
        shop.returns.preview(shop.till, done.sale_id, [ReturnLine(line, 4000)])
    shop.give_back(done, 2)
    assert shop.returns.left(done.sale_id) == {line: 1000}
    with pytest.raises(DomainError, match="Only 1"):
        shop.returns.preview(shop.till, done.sale_id, [ReturnLine(line, 2000)])
    shop.give_back(done, 1)
    with pytest.raises(NothingToReturn):
        shop.returns.preview(shop.till, done.sale_id, [ReturnLine(line, 1000)])
    with pytest.raises(NothingToReturn):
        shop.returns.preview(shop.till, done.sale_id, [ReturnLine(line + 99, 1000)])
    with pytest.raises(NothingToReturn):
        shop.returns.preview(shop.till, done.sale_id, [])
    with pytest.raises(ReturnRefused):
        shop.returns.preview(shop.till, done.sale_id, [ReturnLine(line, 1000), ReturnLine(line, 1000)])


def test_a_stale_return_is_refused(shop: ShopBuilder) -> None:  # V19: rounding follows what came back before
    shop.product("A", "3.33")
    shop.promotion("Ten", amount="1.00")
    done = shop.sell(("A", 3))
    first = shop.returns.add_to_basket(shop.till, shop.basket(), done.sale_id, shop.lines_back(done, 1))
    second = shop.returns.add_to_basket(shop.till, shop.basket(), done.sale_id, shop.lines_back(done, 1))
    third = shop.returns.add_to_basket(shop.till, shop.basket(), done.sale_id, shop.lines_back(done, 3))
    shop.complete(first)  # a third of 1.00 is 0.33, the second third 0.34
    with pytest.raises(TotalChanged, match="Part of A came back meanwhile"):
        shop.complete(second)
    with pytest.raises(DomainError, match="Only 2"):
        shop.complete(third)
    assert len(shop.rows("SELECT id FROM sale")) == 2


def test_a_repeated_return_books_once(shop: ShopBuilder) -> None:  # V6
    shop.product("A", "5.00")
    done = shop.sell("A")
    request = uuid4()
    lines = shop.lines_back(done)
    for _ in range(2):
        back = shop.returns.complete_return(
            shop.till, done.sale_id, lines, request_id=request, shown_refund=shop.money("5.00")
        )
    assert (back.repeated, shop.one("SELECT count(*) FROM sale")) == (True, 2)


def test_a_preview_rounds_as_the_return_will_be_booked(shop: ShopBuilder) -> None:  # N12, T8
    shop.setting("selling.cash_rounding", "always")
    shop.cash_step(5)
    shop.product("A", "0.98")
    shop.product("B", "0.51")
    done = shop.complete(shop.basket(("A", 2), "B"), shop.card())
    assert str(done.total) == "2.45"
    for quantities, refund in (((1, 0), "1.00"), ((0, 1), "0.50"), ((1, 0), "0.95")):
        lines = shop.lines_back(done, *quantities)
        preview = shop.returns.preview(shop.till, done.sale_id, lines)
        assert (str(preview.refund), [str(one.amount) for one in preview.tenders]) == (refund, [refund])
        with pytest.raises(TotalChanged):  # what was shown is what is booked, to the cent
            shop.returns.complete_return(
                shop.till, done.sale_id, lines, request_id=uuid4(), shown_refund=preview.refund + shop.money("0.01")
            )
        assert str(shop.give_back(done, *quantities).total) == f"-{refund}"


def test_a_refund_says_what_comes_out_of_the_drawer(shop: ShopBuilder) -> None:  # N12
    shop.product("A", "10.00")
    number = shop.gift_card("7.00")
    done = shop.complete(shop.basket("A"), shop.cash("3.00"), shop.gift(number))
    lines, request = shop.lines_back(done), uuid4()
    for _ in range(2):  # and says so again when it is asked again
        back = shop.returns.complete_return(
            shop.till, done.sale_id, lines, request_id=request, shown_refund=shop.money("10.00")
        )
        assert [(one.kind, str(one.amount), one.shown) for one in back.paid_out] == [
            (TenderKind.CASH, "3.00", ""), (TenderKind.GIFT_CARD, "7.00", f"•••• {number[-4:]}"),
        ]  # fmt: skip
    assert shop.sell("A").paid_out == ()


def test_returns_need_the_right_up_to_its_limit(shop: ShopBuilder) -> None:  # V29
    shop.product("A", "60.00")
    done = shop.sell("A")
    till = replace(shop.till, actor=shop.cashier)
    lines = shop.lines_back(done)

    def back(**approvals):
        return shop.returns.complete_return(
            till, done.sale_id, lines, request_id=uuid4(), shown_refund=shop.money("60.00"), **approvals
        )

    with pytest.raises(NotPermitted):
        back()
    with pytest.raises(NotPermitted):
        back(approval=shop.approval("sale.return", 6000, by=shop.cashier))
    made = back(approval=shop.approval("sale.return", 6000))
    assert shop.sale(made).approver == "Grace"


def test_what_was_free_comes_back_by_right_too(shop: ShopBuilder) -> None:  # T28: coupon uses come back with it
    shop.product("A", "10.00")
    shop.promotion("Free", percent="100", code="FREE", total_limit=1)
    done = shop.sell("A", code="FREE")
    nobody = {right: limit for right, limit in shop.cashier.rights.items() if right != "sale.return"}
    till = replace(shop.till, actor=replace(shop.cashier, rights=nobody))
    with pytest.raises(NotPermitted):
        shop.give_back(done, till=till)
    assert shop.one("SELECT use_count FROM promotion") == 1


def test_another_tender_than_it_was_paid_needs_its_own_right(shop: ShopBuilder) -> None:
    shop.product("A", "10.00")
    done = shop.sell("A", tenders=[shop.card()])
    till = replace(shop.till, actor=shop.cashier)
    cash = [Tender(TenderKind.CASH, -1000)]

    def back(**more):
        return shop.returns.complete_return(
            till, done.sale_id, shop.lines_back(done), request_id=uuid4(), shown_refund=shop.money("10.00"),
            tenders=cash, **more,
        )  # fmt: skip

    with pytest.raises(NotPermitted, match="another way"):
        back()
    back(tender_approval=shop.approval("sale.return_other_tender"))
    assert shop.one("SELECT amount_minor FROM cash_movement WHERE kind = 'refund'") == -1000


def test_points_are_clawed_back(shop: ShopBuilder) -> None:  # T1, V18
    customer = shop.customer()
    shop.points_program()
    shop.product("A", "10.00")
    done = shop.sell(("A", 3), customer_id=customer)
    assert (done.points_earned, shop.points(customer)) == (30, 30)
    preview = shop.returns.preview(shop.till, done.sale_id, shop.lines_back(done, 1))
    assert preview.points_back == 10
    shop.give_back(done, 1)
    assert shop.points(customer) == 20
    shop.give_back(done)
    assert shop.points(customer) == 0
    assert shop.one("SELECT earned_total FROM points_account") == 0


def test_buy_refund_keep_points_and_again(shop: ShopBuilder) -> None:  # T1: the reported exploit
    customer, friend = shop.customer(), shop.customer("Bob")
    shop.points_program()
    shop.product("A", "10.00")
    for attached in (customer, None, friend):
        done = shop.sell("A", customer_id=customer)
        basket = shop.returns.add_to_basket(shop.till, shop.basket(), done.sale_id, shop.lines_back(done))
        if attached != customer:
            person = None if attached is None else shop.checkout.customer(attached)
            basket = steps.with_customer(basket, person)
        shop.complete(basket)
        assert shop.points(customer) == 0


def test_points_spent_meanwhile_are_owed_and_paid_by_the_next(shop: ShopBuilder) -> None:  # T1, V17
    customer = shop.customer()
    shop.points_program(value="0.10")
    shop.product("A", "10.00")
    done = shop.sell("A", customer_id=customer)
    shop.complete(shop.basket("A", customer_id=customer), Tender(TenderKind.POINTS, 100), shop.cash())
    assert shop.points(customer) == 10 - 10 + 9
    preview = shop.returns.preview(shop.till, done.sale_id, shop.lines_back(done))
    assert (preview.points_back, preview.points_owed) == (10, 1)
    shop.give_back(done)
    assert shop.points(customer) == -1
    assert shop.one("SELECT owes FROM points_account") in (1, True)
    shop.sell("A", customer_id=customer)
    assert shop.points(customer) == 9
    assert shop.one("SELECT sum(remaining) FROM points_lot") == 9


def test_points_that_paid_come_back_and_only_they(shop: ShopBuilder) -> None:  # T2
    shop.points_program(value="0.01")
    customer = shop.customer(points=500)
    shop.product("A", "10.00")
    basket = shop.basket(("A", 2), customer_id=customer)
    done = shop.complete(basket, Tender(TenderKind.POINTS, 500), shop.cash())
    assert done.points_earned == 15  # what points paid earns nothing
    assert shop.points(customer) == 15
    preview = shop.returns.preview(shop.till, done.sale_id, shop.lines_back(done, 1))
    assert [(one.kind.value, str(one.amount)) for one in preview.tenders] == [("points", "5.00"), ("cash", "5.00")]
    assert (preview.points_given_back, preview.points_back) == (500, 8)
    shop.give_back(done, 1)
    assert shop.points(customer) == 15 + 500 - 8  # what 5.00 of points had cost, and half of what was earned
    shop.give_back(done)
    assert shop.points(customer) == 500


def test_returned_lines_trigger_no_promotion(shop: ShopBuilder) -> None:  # T5
    shop.product("A", "10.00")
    shop.product("B", "4.00")
    done = shop.sell(("A", 3))
    shop.promotion(
        "Spend 30",
        rule=Promotion(0, "Spend 30", Kind.PERCENT, percent=Decimal(50), conditions=Conditions(min_amount_minor=3000)),
    )
    shop.promotion("Ten", percent="10")
    basket = shop.returns.add_to_basket(shop.till, shop.basket("B"), done.sale_id, shop.lines_back(done))
    done = shop.complete(basket)
    assert str(done.total) == "-26.40"  # 4.00 less 10 %, less the 30.00 that were paid


def test_an_exchange_is_one_ticket(shop: ShopBuilder) -> None:
    customer = shop.customer()
    shop.points_program()
    shop.product("A", "10.00")
    shop.product("B", "14.00")
    done = shop.sell("A", customer_id=customer)
    basket = shop.returns.add_to_basket(
        shop.till, shop.basket("B", customer_id=customer), done.sale_id, shop.lines_back(done)
    )
    swap = shop.complete(basket, shop.cash("5.00"))
    assert (swap.kind, str(swap.total), str(swap.change)) == ("exchange", "4.00", "1.00")
    assert shop.points(customer) == 14
    assert shop.rows("SELECT visits, spend_minor FROM customer_stats") == [(2, 1400)]
    assert shop.sale(done).later_documents == (swap.number_text,)
    even = shop.returns.add_to_basket(shop.till, shop.basket("B"), swap.sale_id, [_new_line(shop, swap)])
    assert str(shop.complete(even).total) == "0.00"


def _new_line(shop: ShopBuilder, done) -> ReturnLine:
    (line,) = [line for line in shop.sale(done).lines if line.quantity_milli > 0]
    return ReturnLine(line.line_id, line.quantity_milli)


def test_coupon_uses_come_back_with_the_whole_sale(shop: ShopBuilder) -> None:  # T18, V18
    customer = shop.customer()
    shop.product("A", "10.00")
    shop.promotion("Once", percent="10", code="ONCE", total_limit=1, per_customer_limit=1)
    done = shop.sell(("A", 2), customer_id=customer, code="ONCE")
    first = shop.returns.preview(shop.till, done.sale_id, shop.lines_back(done, 1))
    assert first.coupons_back == ()
    shop.give_back(done, 1)
    assert shop.one("SELECT use_count FROM promotion") == 1
    assert shop.returns.preview(shop.till, done.sale_id, shop.lines_back(done)).coupons_back == ("Once",)
    shop.give_back(done)
    assert shop.rows("SELECT kind, discount_minor FROM coupon_redemption ORDER BY id") == [
        ("use", 200),
        ("return", -200),
    ]
    assert shop.one("SELECT use_count FROM promotion") == 0
    assert str(shop.sell("A", customer_id=customer, code="ONCE").total) == "9.00"  # free to be used again


def test_coupon_uses_are_kept_where_the_shop_says(shop: ShopBuilder) -> None:
    shop.setting("returns.coupons", "keep")
    shop.product("A", "10.00")
    shop.promotion("Once", percent="10", code="ONCE", total_limit=1)
    done = shop.sell("A", code="ONCE")
    shop.give_back(done)
    assert shop.one("SELECT use_count FROM promotion") == 1


def threshold_sale(shop: ShopBuilder, policy: str):
    """30.00 of goods, 10.00 off from 25.00; returning 10.00 leaves 20.00 that would earn nothing."""
    shop.setting("returns.threshold", policy)
    shop.product("A", "10.00")
    rule = Promotion(
        0, "From 25", Kind.FIXED, amount_minor=1000, conditions=Conditions(min_amount_minor=2500), codes=("OFF",)
    )
    shop.promotion(rule=rule)
    return shop.sell(("A", 3), code="OFF")


def test_threshold_keep(shop: ShopBuilder) -> None:  # T4
    done = threshold_sale(shop, "keep")
    preview = shop.returns.preview(shop.till, done.sale_id, shop.lines_back(done, 1))
    assert str(preview.refund) == "6.67"
    assert "6.67 less discount" in preview.warnings[0]
    shop.give_back(done, 1)


def test_threshold_block(shop: ShopBuilder) -> None:  # T4
    done = threshold_sale(shop, "block")
    with pytest.raises(ReturnRefused, match=r"6\.67"):
        shop.returns.preview(shop.till, done.sale_id, shop.lines_back(done, 1))
    shop.give_back(done)  # everything may come back


def test_threshold_recompute(shop: ShopBuilder) -> None:  # T4
    done = threshold_sale(shop, "recompute")
    preview = shop.returns.preview(shop.till, done.sale_id, shop.lines_back(done, 1))
    assert (str(preview.refund), str(preview.withheld)) == ("0.00", "6.67")  # what stays costs 20.00
    back = shop.give_back(done, 1)
    rest = shop.give_back(done)
    assert -(back.total.minor + rest.total.minor) == done.total.minor  # all of it back in the end


def test_a_receipt_is_found_as_typed_and_as_scanned(shop: ShopBuilder) -> None:
    shop.product("A", "10.00")
    done = shop.sell("A")
    for typed in ("R1-000001", "r1-000001", " r1-000001 "):
        assert shop.returns.find(typed).sale_id == done.sale_id
    for typed in ("R1-000002", "", "x" * 10_000, "R1-000001'; --"):
        with pytest.raises(SaleUnknown):
            shop.returns.find(typed)


def test_returns_of_two_receipts_are_two_tickets(shop: ShopBuilder) -> None:
    shop.product("A", "10.00")
    first, second = shop.sell("A"), shop.sell("A")
    basket = shop.returns.add_to_basket(shop.till, shop.basket(), first.sale_id, shop.lines_back(first))
    basket = shop.returns.add_to_basket(shop.till, basket, second.sale_id, shop.lines_back(second))
    with pytest.raises(ReturnRefused, match="one receipt"):
        shop.complete(basket)


def test_a_return_is_returned_by_nothing(shop: ShopBuilder) -> None:
    shop.product("A", "10.00")
    back = shop.give_back(shop.sell("A"))
    with pytest.raises(NothingToReturn):
        shop.returns.preview(shop.till, back.sale_id, [ReturnLine(shop.sale(back).lines[0].line_id, 1000)])


def test_weighed_goods_come_back_by_weight(shop: ShopBuilder) -> None:
    shop.product("Ham", "24.00", kind="weighed")
    basket, _ = steps.add_item(shop.basket(), shop.checkout.item(shop.products["Ham"]), 1086)
    done = shop.complete(basket)
    assert str(done.total) == "26.06"
    line = shop.sale(done).lines[0].line_id
    for milli in (500, 586):
        lines = [ReturnLine(line, milli)]
        refund = shop.returns.preview(shop.till, done.sale_id, lines).refund
        shop.returns.complete_return(shop.till, done.sale_id, lines, request_id=uuid4(), shown_refund=refund)
    assert net_of_everything(shop) == (0, 0, 0, 0, 0)
