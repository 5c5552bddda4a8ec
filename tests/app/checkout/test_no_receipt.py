"""Goods without a receipt: the lowest price, store credit, caps, a second person, and no other sale touched."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.checkout import basket as steps
from app.checkout.errors import NothingToReturn, QuantityRefused, RequestReused, ReturnRefused, TotalChanged
from app.checkout.model import CompletedSale, ReturnOfLine, Tender, TenderKind
from app.checkout.no_receipt_service import Brought, NoReceiptPreview
from app.checkout.returns import RefundWay, WayBack
from app.checkout.shift_report import read_shift
from app.errors import NotPermitted
from app.permissions import Permission
from app.pricing.model import LineKind, ReturnedAmounts
from app.staff.model import Approval
from tests.app.checkout.books import check_doctor
from tests.builders import ShopBuilder

CASH, CREDIT, VOUCHER = WayBack(RefundWay.CASH), WayBack(RefundWay.STORE_CREDIT), WayBack(RefundWay.VOUCHER)
OTHER = Permission.SALE_RETURN_OTHER_TENDER


@pytest.fixture
def deli(shop: ShopBuilder) -> ShopBuilder:
    shop.tax("VAT", "10")
    shop.product("A", "10.00")
    shop.product("B", "4.00", tax="VAT")
    shop.product("Ham", "20.00", kind="weighed")
    return shop


def brought(shop: ShopBuilder, *wanted: str | tuple[str, int]) -> list[Brought]:
    pairs = [(one, 1000) if isinstance(one, str) else one for one in wanted]
    return [Brought(shop.products[name], milli) for name, milli in pairs]


def preview(
    shop: ShopBuilder, *wanted: str | tuple[str, int], customer: int | None = None, back: WayBack | None = None
) -> NoReceiptPreview:
    return shop.no_receipt.preview(shop.till, brought(shop, *wanted), customer_id=customer, back=back)


def take(
    shop: ShopBuilder, *wanted: str | tuple[str, int], customer: int | None = None, back: WayBack = CREDIT,
    reason: str = "Faulty", request: UUID | None = None, approval: Approval | bool | None = True,
) -> CompletedSale:  # fmt: skip
    """By the cashier, with the manager's yes."""
    seen = preview(shop, *wanted, customer=customer, back=back)
    booked = shop.no_receipt.complete(
        replace(shop.till, actor=shop.cashier), brought(shop, *wanted), reason=reason, customer_id=customer, back=back,
        request_id=request or uuid4(), shown_refund=seen.refund,
        approval=shop.approval(OTHER) if approval is True else approval or None,
    )  # fmt: skip
    assert booked.total == -seen.refund
    return booked


def units(found: NoReceiptPreview) -> list[tuple[str, str]]:
    return [(str(line.unit), line.basis.value) for line in found.lines]


def test_it_is_store_credit_of_the_customer_at_the_lowest_price(deli: ShopBuilder) -> None:
    customer = deli.customer()
    deli.sell("A", cash="10.00")
    cheap = deli.basket("A")
    cheap = steps.override_price(cheap, cheap.lines[0].line_id, 700, "Damaged")
    deli.complete(cheap)
    seen = preview(deli, "A", "B", customer=customer)
    assert units(seen) == [("7.00", "charged"), ("4.00", "today")]
    assert (str(seen.refund), [line.refund.minor for line in seen.lines]) == (
        "11.40",
        [700, 440],
    )  # tax by today's class
    assert [(one.kind.value, str(one.amount)) for one in seen.tenders] == [("store_credit", "11.40")]
    assert (seen.ways, seen.days) == ((RefundWay.STORE_CREDIT, RefundWay.VOUCHER), 30)
    assert str(seen.left_this_month) == "100.00"
    done = take(deli, "A", "B", customer=customer)
    sale = deli.sale(done)
    assert (sale.kind, sale.original_number, sale.approver, sale.customer_id) == ("return", "", "Grace", customer)
    assert [(line.quantity_milli, str(line.net), line.reason) for line in sale.lines] == [
        (-1000, "-7.00", "Faulty"), (-1000, "-4.00", "Faulty"),
    ]  # fmt: skip
    assert [(tax.percent, str(tax.tax)) for tax in sale.taxes if tax.tax] == [(Decimal(10), "-0.40")]
    assert deli.one("SELECT balance_minor FROM value_account") == 1140
    assert deli.one("SELECT count(*) FROM outbox WHERE sale_id = :s AND kind = 'receipt'", s=done.sale_id) == 1
    check_doctor(deli.database)


def test_the_journal_says_that_there_was_no_receipt_and_who_approved(deli: ShopBuilder) -> None:  # V25, V29
    done = take(deli, "A", customer=deli.customer())
    (row,) = deli.rows(
        "SELECT body, staff_id, approver_id FROM journal WHERE kind = 'return' AND sale_id = :s", s=done.sale_id
    )
    body: dict[str, Any] = json.loads(row[0])
    assert (body["no_receipt"], body["approved"]) == (True, {OTHER: deli.manager.staff_id})
    assert (row[1], row[2]) == (deli.cashier.staff_id, deli.manager.staff_id)


def test_no_other_sale_can_give_back_less_for_it(deli: ShopBuilder) -> None:  # V19
    customer = deli.customer()
    sold = deli.sell("A", "B", cash="15.00", customer_id=customer)
    figures = "SELECT visits, spend_minor, discount_minor FROM customer_stats"
    before = deli.rows(figures)
    left = deli.returns.left(sold.sale_id)
    take(deli, "A", customer=customer)
    assert deli.returns.left(sold.sale_id) == left
    assert deli.rows(figures) == before  # nobody knows who had bought it
    assert str(deli.give_back(sold).total) == "-14.40"


def test_the_price_is_the_lowest_of_the_last_days_or_today_s_where_that_is_lower(deli: ShopBuilder) -> None:
    customer = deli.customer()
    deli.promotion("Half", percent="50", code="HALF")
    deli.sell("A", code="HALF", cash="5.00")
    assert units(preview(deli, "A", customer=customer)) == [("5.00", "charged")]
    deli.clock.advance(hours=24 * 31)
    assert units(preview(deli, "A", customer=customer)) == [
        ("10.00", "today")
    ]  # too long ago; the coupon is not today's
    deli.promotion("Fifth", percent="20")
    assert units(preview(deli, "A", customer=customer)) == [("8.00", "today")]  # this one runs by itself
    deli.setting("returns.no_receipt_days", 60)
    assert units(preview(deli, "A", customer=customer)) == [("5.00", "charged")]
    deli.reprice("A", "3.00")
    assert units(preview(deli, "A", customer=customer)) == [("2.40", "today")]


def test_what_was_given_away_is_no_price_and_a_part_of_a_cent_is_the_shop_s(deli: ShopBuilder) -> None:
    customer = deli.customer()
    deli.promotion("Free", percent="100", code="FREE")
    deli.sell("A", code="FREE")
    assert units(preview(deli, "A", customer=customer)) == [("10.00", "today")]
    deli.promotion("Bit", amount="0.01", code="BIT")
    deli.sell(("A", 3), code="BIT", cash="30.00")  # 29.99 for three
    assert units(preview(deli, "A", customer=customer)) == [("9.99", "charged")]


def test_nobody_brings_back_for_more_than_it_costs_them(deli: ShopBuilder) -> None:
    customer = deli.customer()
    sql = "INSERT INTO price_group (name, percent_off, position, active) VALUES ('Staff', '10', 1, :yes)"
    deli.run(sql, yes=True)
    group = deli.one("SELECT max(id) FROM price_group")
    deli.run("UPDATE customer SET price_group_id = :g WHERE id = :c", g=group, c=customer)
    deli.sell("A", cash="10.00")
    assert units(preview(deli, "A", customer=customer)) == [("9.00", "today")]
    assert units(preview(deli, "A", customer=deli.customer("Bob"))) == [("10.00", "charged")]
    done = take(deli, "A", "B", customer=customer)
    assert [str(line.unit_price) for line in deli.sale(done).lines] == ["9.00", "3.60"]  # nothing is taken off again
    check_doctor(deli.database)


def test_a_weight_comes_back_by_its_kilogram(deli: ShopBuilder) -> None:
    customer = deli.customer()
    done = take(deli, ("Ham", 250), customer=customer)
    assert [(line.quantity_milli, str(line.net)) for line in deli.sale(done).lines] == [(-250, "-5.00")]


def test_a_product_no_longer_sold_counts_by_what_was_charged_or_not_at_all(deli: ShopBuilder) -> None:
    deli.sell("A", cash="10.00")
    deli.run("UPDATE product SET active = :no", no=False)
    customer = deli.customer()
    assert units(preview(deli, "A", customer=customer)) == [("10.00", "charged")]
    with pytest.raises(ReturnRefused, match="not sold in the last 30 days"):
        preview(deli, "B", customer=customer)


@pytest.mark.parametrize("kind", ["open_price", "service"])
def test_what_has_no_price_of_its_own_needs_its_receipt(deli: ShopBuilder, kind: str) -> None:
    deli.product("Other", "1.00", kind=kind)
    with pytest.raises(ReturnRefused, match="receipt only"):
        preview(deli, "Other", customer=deli.customer())


@pytest.mark.parametrize("milli", [0, -1000, 500])
def test_a_quantity_that_cannot_be(deli: ShopBuilder, milli: int) -> None:
    with pytest.raises(QuantityRefused):
        preview(deli, ("A", milli), customer=deli.customer())


def test_nothing_twice_and_unknown_things_are_refused(deli: ShopBuilder) -> None:
    customer = deli.customer()
    with pytest.raises(NothingToReturn):
        preview(deli, customer=customer)
    with pytest.raises(ReturnRefused, match="twice"):
        preview(deli, "A", "A", customer=customer)
    with pytest.raises(ReturnRefused, match="no product"):
        deli.no_receipt.preview(deli.till, [Brought(999, 1000)], customer_id=customer)


def test_somebody_else_approves_always_and_never_oneself(deli: ShopBuilder) -> None:  # V29, T28
    customer = deli.customer()
    with pytest.raises(NotPermitted, match="second person") as refusal:
        take(deli, "A", customer=customer, approval=False)
    assert refusal.value.permission == OTHER
    own = Approval(deli.cashier.staff_id, "Carl", OTHER, None, deli.cashier.staff_id, deli.clock.now())
    with pytest.raises(NotPermitted, match="second person"):
        take(deli, "A", customer=customer, approval=own)
    by_manager = Approval(deli.manager.staff_id, "Grace", OTHER, None, deli.manager.staff_id, deli.clock.now())
    with pytest.raises(NotPermitted, match="second person"):  # at the till herself, she asks somebody too
        deli.no_receipt.complete(
            deli.till, brought(deli, "A"), reason="Faulty", customer_id=customer, back=CREDIT, request_id=uuid4(),
            shown_refund=deli.money("10.00"), approval=by_manager,
        )  # fmt: skip
    assert deli.one("SELECT count(*) FROM sale") == 0


def test_the_approver_s_own_limit_for_returns_holds(deli: ShopBuilder) -> None:  # V29
    customer = deli.customer()
    deli.run(
        "UPDATE role_permission SET limit_value = 900 WHERE permission = 'sale.return' AND role_id = "
        "(SELECT role_id FROM staff WHERE id = :s)", s=deli.manager.staff_id,
    )  # fmt: skip
    with pytest.raises(NotPermitted, match="whose limit reaches"):
        take(deli, "A", customer=customer)
    take(deli, "B", customer=customer)


def test_a_reason_and_a_customer_are_asked_for(deli: ShopBuilder) -> None:
    customer = deli.customer()
    with pytest.raises(ReturnRefused, match="why"):
        take(deli, "A", customer=customer, reason=" \n ")
    with pytest.raises(ReturnRefused, match="customer"):
        preview(deli, "A")


def test_nobody_takes_back_from_themselves(deli: ShopBuilder) -> None:  # T28
    customer = deli.customer("Carl")
    mine = replace(deli.till, actor=replace(deli.cashier, customer_id=customer))
    with pytest.raises(ReturnRefused, match="your own"):
        deli.no_receipt.preview(mine, brought(deli, "A"), customer_id=customer)


def test_without_a_customer_it_is_a_printed_voucher(deli: ShopBuilder) -> None:
    deli.setting("returns.no_receipt_customer", False)
    seen = preview(deli, "A")
    assert (seen.ways, seen.left_this_month) == ((RefundWay.VOUCHER,), None)
    done = take(deli, "A", back=VOUCHER)
    assert [card.kind for card in done.cards] == ["voucher"]
    assert deli.balance(done.cards[0].code) == 1000


def test_money_only_where_the_policy_has_it(deli: ShopBuilder) -> None:
    customer = deli.customer()
    assert preview(deli, "A", customer=customer, back=CASH).back == CREDIT  # what is not offered is not previewed
    with pytest.raises(ReturnRefused, match="store credit or a voucher"):
        deli.no_receipt.complete(
            replace(deli.till, actor=deli.cashier), brought(deli, "A"), reason="Faulty", customer_id=customer,
            back=CASH, request_id=uuid4(), shown_refund=deli.money("10.00"), approval=deli.approval(OTHER),
        )  # fmt: skip
    deli.setting("returns.no_receipt", "any")
    done = take(deli, "A", customer=customer, back=CASH)
    assert [(one.kind.value, str(one.amount)) for one in done.paid_out] == [("cash", "10.00")]
    number = deli.gift_card("1.00")
    take(deli, "B", customer=customer, back=WayBack(RefundWay.GIFT_CARD, deli.gift(number).account_id))
    assert deli.balance(number) == 540
    check_doctor(deli.database)


def test_a_shop_can_take_nothing_back_without_a_receipt(deli: ShopBuilder) -> None:
    deli.setting("returns.no_receipt", "not_allowed")
    with pytest.raises(ReturnRefused, match="takes nothing back"):
        preview(deli, "A", customer=deli.customer())


def test_the_cap_of_one_return_and_of_a_customer_s_month(deli: ShopBuilder) -> None:
    deli.setting("returns.no_receipt_most_minor", 2000)
    deli.setting("returns.no_receipt_month_minor", 3000)
    customer, other = deli.customer(), deli.customer("Bob")
    take(deli, ("A", 2000), customer=customer)
    with pytest.raises(ReturnRefused, match=r"at most 20\.00"):
        preview(deli, ("A", 3000), customer=customer)
    assert str(preview(deli, "A", customer=customer).left_this_month) == "10.00"
    take(deli, "A", customer=customer)
    with pytest.raises(ReturnRefused, match=r"0\.00 more"):
        preview(deli, "B", customer=customer)
    take(deli, ("A", 2000), customer=other)
    next_month = replace(deli.till, business_date=deli.till.business_date.replace(day=1, month=12, year=2031))
    assert str(deli.no_receipt.preview(next_month, brought(deli, "A"), customer_id=customer).left_this_month) == "30.00"


def test_a_price_that_moved_since_the_preview_is_shown_again(deli: ShopBuilder) -> None:
    customer = deli.customer()
    deli.promotion("Half", percent="50", code="HALF")
    deli.sell("A", code="HALF", cash="5.00")
    with pytest.raises(TotalChanged):
        deli.no_receipt.complete(
            replace(deli.till, actor=deli.cashier), brought(deli, "A"), reason="Faulty", customer_id=customer,
            back=CREDIT, request_id=uuid4(), shown_refund=deli.money("10.00"), approval=deli.approval(OTHER),
        )  # fmt: skip


def test_amounts_of_one_s_own_are_not_booked(deli: ShopBuilder) -> None:  # T28: whatever a till sends
    customer = deli.customer()
    item = deli.checkout.item(deli.products["A"])
    returns = ReturnOfLine(None, None, ReturnedAmounts(5000, 0), "Faulty")
    basket, _ = steps.add_return(deli.basket(customer_id=customer), item, LineKind.PRODUCT, 1000, returns)
    till = replace(deli.till, actor=deli.cashier)
    credit = Tender(TenderKind.STORE_CREDIT, -5000)
    with pytest.raises(TotalChanged, match="lowest price"):
        deli.checkout.complete(till, basket, [credit], -5000, approvals=[deli.approval(OTHER)])
    with_sale = steps.add_item(basket, item)[0]
    with pytest.raises(ReturnRefused, match="of its own"):
        deli.checkout.complete(till, with_sale, [credit], -4000, approvals=[deli.approval(OTHER)])


def test_a_repeat_books_once_and_other_goods_are_no_repeat(deli: ShopBuilder) -> None:  # V6
    customer, request = deli.customer(), uuid4()
    first = take(deli, "A", customer=customer, request=request)
    again = take(deli, "A", customer=customer, request=request)
    assert (again.repeated, again.sale_id) == (True, first.sale_id)
    with pytest.raises(RequestReused):
        take(deli, "B", customer=customer, request=request)
    assert deli.one("SELECT balance_minor FROM value_account") == 1000


def test_points_that_the_goods_would_earn_are_taken_back(deli: ShopBuilder) -> None:  # T1
    deli.points_program()
    customer, stranger = deli.customer(points=5), deli.customer("Bob")
    deli.sell("A", customer_id=customer)
    assert deli.points(customer) == 15
    assert preview(deli, "A", customer=customer).points_back == 10
    take(deli, "A", customer=customer)
    assert deli.points(customer) == 5  # buying, and bringing back without the receipt, is no way to points
    take(deli, "A", customer=customer)
    assert preview(deli, "A", customer=customer).points_owed == 10
    assert deli.points(customer) == -5
    assert preview(deli, "A", customer=stranger).points_back == 0  # never earned any
    check_doctor(deli.database)


def test_what_came_back_without_a_receipt_does_not_come_back_with_its_own(deli: ShopBuilder) -> None:  # V19
    done = take(deli, "A", customer=deli.customer())
    with pytest.raises(NothingToReturn):
        deli.returns.preview(deli.till, done.sale_id, deli.lines_back(done, 1))


def test_prices_with_tax_give_back_the_tax_in_them(database, clock) -> None:
    from tests.app.checkout.books import check_books
    from tests.builders import a_shop

    shop = a_shop(database, clock, tax_included=True)
    shop.tax("VAT", "20")
    shop.product("A", "12.00", tax="VAT")
    done = take(shop, "A", customer=shop.customer())
    assert (str(done.total), str(shop.sale(done).tax)) == ("-12.00", "-2.00")
    check_books(database)


def test_the_shift_counts_them_on_a_line_of_their_own(deli: ShopBuilder) -> None:
    sold = deli.sell("A", cash="10.00")
    deli.give_back(sold)
    take(deli, "B", customer=deli.customer())
    with deli.database.read() as uow:
        report = read_shift(uow, deli.till.session_id)
    assert (report.returns.how_many, str(report.returns.amount)) == (2, "-14.40")
    assert (report.without_receipt.how_many, str(report.without_receipt.amount)) == (1, "-4.40")
