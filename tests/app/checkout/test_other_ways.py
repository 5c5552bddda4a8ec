"""A return gives back another way than it was paid where the shop's policy and somebody's right allow it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.checkout.errors import ReturnRefused, TotalChanged
from app.checkout.model import CompletedSale, Tender, TenderKind
from app.checkout.policy import OtherWay, ReturnPolicy
from app.checkout.returns import AS_PAID, RefundWay, WayBack
from app.checkout.tenders import CashRule
from app.checkout.ways import check_other_way, refund_another_way
from app.errors import DomainError, NotPermitted
from app.giftcards.model import GiftCardAmount, GiftCardInactive
from app.money import Money
from app.permissions import Permission
from app.staff.model import Approval
from tests.app.checkout.books import check_doctor
from tests.builders import ShopBuilder

CASH, CREDIT, VOUCHER = WayBack(RefundWay.CASH), WayBack(RefundWay.STORE_CREDIT), WayBack(RefundWay.VOUCHER)
OTHER = Permission.SALE_RETURN_OTHER_TENDER


@pytest.fixture
def deli(shop: ShopBuilder) -> ShopBuilder:
    shop.product("A", "10.00")
    shop.product("B", "4.00")
    return shop


def refund(
    shop: ShopBuilder, done: CompletedSale, back: WayBack, *quantities: int, approval: Approval | None = None,
    cashier: bool = False, returns: Approval | None = None,
) -> CompletedSale:  # fmt: skip
    till = replace(shop.till, actor=shop.cashier) if cashier else shop.till
    lines = shop.lines_back(done, *quantities)
    preview = shop.returns.preview(till, done.sale_id, lines, back)
    booked = shop.returns.complete_return(
        till, done.sale_id, lines, request_id=uuid4(), shown_refund=preview.refund, back=back, approval=returns,
        tender_approval=approval,
    )  # fmt: skip
    told = [(one.kind.value, str(-one.amount)) for one in preview.tenders]
    assert ways(shop, booked) == told  # the preview keeps its word
    return booked


def ways(shop: ShopBuilder, done: CompletedSale) -> list[tuple[str, str]]:
    return [(tender.kind, str(tender.amount)) for tender in shop.sale(done).tenders]


def journal_of(shop: ShopBuilder, done: CompletedSale) -> dict[str, Any]:
    body = json.loads(shop.one("SELECT body FROM journal WHERE sale_id = :s AND kind = 'return'", s=done.sale_id))
    assert isinstance(body, dict)
    return body


def credit_of(shop: ShopBuilder, customer_id: int) -> int:
    return int(
        shop.one(
            "SELECT balance_minor FROM value_account WHERE kind = 'store_credit' AND customer_id = :c", c=customer_id
        )
        or 0
    )


def test_a_card_payment_goes_back_in_cash_with_a_manager_s_yes(deli: ShopBuilder) -> None:  # T28, V29
    done = deli.complete(deli.basket("A"), deli.card())
    with pytest.raises(NotPermitted) as refusal:
        refund(deli, done, CASH, cashier=True)
    assert refusal.value.permission == OTHER
    back = refund(deli, done, CASH, cashier=True, approval=deli.approval(OTHER))
    assert ways(deli, back) == [("cash", "-10.00")]
    assert deli.sale(back).approver == "Grace"
    assert journal_of(deli, back)["approved"] == {OTHER: deli.manager.staff_id}
    assert deli.one("SELECT sum(amount_minor) FROM cash_movement WHERE kind = 'refund'") == -1000
    check_doctor(deli.database)


def test_nobody_approves_their_own_refund(deli: ShopBuilder) -> None:  # V29, T28
    done = deli.complete(deli.basket("A"), deli.card())
    own = Approval(deli.cashier.staff_id, "Carl", OTHER, None, deli.cashier.staff_id, deli.clock.now())
    with pytest.raises(NotPermitted):
        refund(deli, done, CASH, cashier=True, approval=own)
    of_another = replace(deli.approval(OTHER), requested_by=99)  # a yes to somebody else is none
    with pytest.raises(NotPermitted):
        refund(deli, done, CASH, cashier=True, approval=of_another)
    assert deli.one("SELECT count(*) FROM sale") == 1


def test_the_limit_of_a_return_holds_beside_the_way(deli: ShopBuilder) -> None:  # T28
    deli.product("Dear", "60.00")
    done = deli.complete(deli.basket("Dear"), deli.card())
    yes = deli.approval(OTHER)
    with pytest.raises(NotPermitted) as refusal:  # the cashier's limit is 50.00, whichever way it goes
        refund(deli, done, CASH, cashier=True, approval=yes)
    assert refusal.value.permission == Permission.SALE_RETURN
    back = refund(deli, done, CASH, cashier=True, approval=yes, returns=deli.approval(Permission.SALE_RETURN, 6000))
    assert journal_of(deli, back)["approved"] == {
        OTHER: deli.manager.staff_id, Permission.SALE_RETURN: deli.manager.staff_id,
    }  # fmt: skip


def test_what_was_paid_in_cash_needs_nobody_s_yes_to_go_back_in_cash(deli: ShopBuilder) -> None:
    done = deli.sell("A", cash="10.00")
    back = refund(deli, done, CASH, cashier=True)
    assert ways(deli, back) == [("cash", "-10.00")]
    assert "approved" not in journal_of(deli, back)


def test_store_credit_opens_the_customer_s_account_and_then_adds_to_it(deli: ShopBuilder) -> None:
    customer = deli.customer()
    first = deli.sell("A", "B", cash="14.00", customer_id=customer)
    back = refund(deli, first, CREDIT, 1)
    assert ways(deli, back) == [("store_credit", "-10.00")]
    assert back.balances[0][1] == deli.money("10.00")
    refund(deli, first, CREDIT)
    assert credit_of(deli, customer) == 1400
    assert deli.one("SELECT count(*) FROM value_account WHERE kind = 'store_credit'") == 1
    assert deli.one("SELECT sum(amount_minor) FROM cash_movement WHERE kind = 'refund'") is None
    check_doctor(deli.database)


def test_credit_that_had_paid_and_more_goes_back_to_it_in_one(deli: ShopBuilder) -> None:  # V9, V19
    customer = deli.customer()
    refund(deli, deli.sell("B", cash="4.00", customer_id=customer), CREDIT)
    credit = deli.checkout.store_credit_tender(customer)
    done = deli.complete(deli.basket("A", customer_id=customer), credit, deli.cash())
    back = refund(deli, done, CREDIT)
    assert ways(deli, back) == [("store_credit", "-10.00")]
    assert credit_of(deli, customer) == 1000
    check_doctor(deli.database)


def test_without_a_customer_store_credit_says_to_give_a_voucher(deli: ShopBuilder) -> None:
    done = deli.sell("A", cash="10.00")
    preview = deli.returns.preview(deli.till, done.sale_id, deli.lines_back(done))
    assert preview.ways == (RefundWay.AS_PAID, RefundWay.CASH, RefundWay.VOUCHER, RefundWay.GIFT_CARD)
    with pytest.raises(ReturnRefused, match="voucher"):
        refund(deli, done, CREDIT)


def test_a_voucher_is_a_credit_note_that_pays_with_its_code(deli: ShopBuilder) -> None:  # R15
    deli.setting("giftcards.smallest_issue_minor", 2000)  # a limit for what is sold, not for what is owed
    done = deli.sell("A", cash="10.00")
    back = refund(deli, done, VOUCHER)
    assert ways(deli, back) == [("voucher", "-10.00")]
    (card,) = back.cards
    assert deli.rows("SELECT kind, voucher_type, balance_minor FROM value_account") == [
        ("voucher", "credit_note", 1000)
    ]
    kinds = [row[0] for row in deli.rows("SELECT kind FROM outbox WHERE sale_id = :s ORDER BY id", s=back.sale_id)]
    assert kinds == ["receipt", "voucher"]
    assert card.code not in str(deli.rows("SELECT * FROM journal"))
    assert card.code not in str(deli.rows("SELECT * FROM sale_tender"))
    assert deli.sale(back).tenders[0].shown == card.shown
    deli.complete(deli.basket("B"), deli.gift(card.code))
    assert deli.balance(card.code) == 600
    check_doctor(deli.database)


def test_the_gift_card_that_is_scanned_gets_all_of_it(deli: ShopBuilder) -> None:  # T13
    other = deli.gift_card("1.00")
    account = deli.gift(other).account_id
    done = deli.complete(deli.basket("A"), deli.card())
    back = refund(deli, done, WayBack(RefundWay.GIFT_CARD, account))
    assert ways(deli, back) == [("gift_card", "-10.00")]
    assert deli.balance(other) == 1100
    check_doctor(deli.database)


def test_the_card_that_paid_a_part_can_take_the_whole_when_it_is_scanned(deli: ShopBuilder) -> None:  # V19
    number = deli.gift_card("7.00")
    account = deli.gift(number).account_id
    done = deli.complete(deli.basket("A"), deli.gift(number), deli.cash())
    refund(deli, done, WayBack(RefundWay.GIFT_CARD, account))
    assert deli.balance(number) == 1000
    check_doctor(deli.database)


def test_an_empty_card_takes_a_refund_and_a_blocked_or_full_one_does_not(deli: ShopBuilder) -> None:  # T13
    number = deli.gift_card("4.00")
    account = deli.gift(number).account_id
    deli.complete(deli.basket("B"), deli.gift(number))
    done = deli.sell("A", "B", cash="14.00")
    refund(deli, done, WayBack(RefundWay.GIFT_CARD, account), 1)
    assert deli.balance(number) == 1000
    deli.setting("giftcards.largest_balance_minor", 1100)
    with pytest.raises(GiftCardAmount):
        refund(deli, done, WayBack(RefundWay.GIFT_CARD, account))
    deli.run("UPDATE value_account SET status = 'inactive' WHERE id = :a", a=account)
    with pytest.raises(GiftCardInactive):
        refund(deli, done, WayBack(RefundWay.GIFT_CARD, account))
    assert deli.returns.left(done.sale_id) != {}


@pytest.mark.parametrize("account", [None, 999])
def test_a_card_that_is_none_is_refused(deli: ShopBuilder, account: int | None) -> None:
    done = deli.sell("A", cash="10.00")
    with pytest.raises(ReturnRefused, match="gift card"):
        refund(deli, done, WayBack(RefundWay.GIFT_CARD, account))


def test_a_voucher_is_no_gift_card_to_refund_to(deli: ShopBuilder) -> None:
    (note,) = refund(deli, deli.sell("A", cash="10.00"), VOUCHER).cards
    done = deli.sell("A", cash="10.00")
    with pytest.raises(ReturnRefused, match="gift card"):
        refund(deli, done, WayBack(RefundWay.GIFT_CARD, note.account_id))


@pytest.mark.parametrize(
    ("setting", "back"), [("to_cash", CASH), ("to_store_credit", VOUCHER), ("to_store_credit", CREDIT)]
)
def test_a_way_that_the_shop_never_gives_back_is_not_offered_and_not_booked(
    deli: ShopBuilder, setting: str, back: WayBack
) -> None:
    deli.setting(f"returns.{setting}", "never")
    customer = deli.customer()
    done = deli.complete(deli.basket("A", customer_id=customer), deli.card())
    preview = deli.returns.preview(deli.till, done.sale_id, deli.lines_back(done))
    assert back.way not in preview.ways
    with pytest.raises(ReturnRefused, match="another way"):
        refund(deli, done, back, approval=deli.approval(OTHER))
    assert ways(deli, refund(deli, done, AS_PAID)) == [("card", "-10.00")]


def test_where_a_second_person_is_asked_for_the_manager_needs_one_too(deli: ShopBuilder) -> None:  # V29
    deli.setting("returns.to_cash", "approved")
    done = deli.complete(deli.basket("A"), deli.card())
    with pytest.raises(NotPermitted, match="second person"):
        refund(deli, done, CASH)
    own = Approval(deli.manager.staff_id, "Grace", OTHER, None, deli.manager.staff_id, deli.clock.now())
    with pytest.raises(NotPermitted, match="second person"):
        refund(deli, done, CASH, approval=own)
    refund(deli, done, CASH, cashier=True, approval=deli.approval(OTHER))


def test_the_policy_holds_for_an_exchange_too(deli: ShopBuilder) -> None:  # one rule for both
    deli.setting("returns.to_cash", "never")
    done = deli.complete(deli.basket("A"), deli.card())
    basket = deli.returns.add_to_basket(deli.till, deli.basket("B"), done.sale_id, deli.lines_back(done))
    with pytest.raises(ReturnRefused, match="another way"):
        deli.complete(basket, Tender(TenderKind.CASH, -600))
    deli.complete(basket, Tender(TenderKind.CARD, -600))


def test_points_and_coupons_come_back_the_same_whichever_way_the_money_goes(deli: ShopBuilder) -> None:  # T1, T2
    deli.points_program()
    deli.promotion("Ten", percent="10", code="TEN", total_limit=1)
    customer = deli.customer()
    done = deli.sell("A", customer_id=customer, code="TEN")
    assert deli.points(customer) == 9
    preview = deli.returns.preview(deli.till, done.sale_id, deli.lines_back(done), CREDIT)
    assert (preview.points_back, preview.coupons_back) == (9, ("Ten",))
    refund(deli, done, CREDIT)
    assert deli.points(customer) == 0
    assert deli.one("SELECT sum(use_count) FROM promotion") == 0


def test_points_that_paid_become_money_only_with_the_right(deli: ShopBuilder) -> None:  # T2, T28
    deli.points_program(value="0.01")
    customer = deli.customer(points=1000)
    basket = deli.basket("A", customer_id=customer)
    done = deli.complete(basket, Tender(TenderKind.POINTS))
    with pytest.raises(NotPermitted):
        refund(deli, done, CREDIT, cashier=True)
    refund(deli, done, CREDIT, cashier=True, approval=deli.approval(OTHER))
    assert deli.points(customer) == 0
    assert credit_of(deli, customer) == 1000


def test_a_sold_card_that_comes_back_loses_its_value_whichever_way(deli: ShopBuilder) -> None:  # T13, V20
    done = deli.complete(deli.with_card_sold(deli.basket(), "20.00"), deli.card())
    (card,) = done.cards
    refund(deli, done, CASH)
    assert deli.balance(card.code) == 0
    check_doctor(deli.database)


def test_cash_rounds_to_coins_and_never_above_what_was_paid(shop: ShopBuilder) -> None:  # T8, V19
    shop.cash_step(5)
    shop.product("A", "0.03")
    done = shop.complete(shop.basket(("A", 3)), shop.card())
    assert str(refund(shop, done, CASH, 1).total) == "-0.05"
    assert str(refund(shop, done, CASH, 1).total) == "0.00"  # 0.04 is left of what was paid: no coin is so small
    assert str(refund(shop, done, VOUCHER).total) == "-0.04"


def test_what_went_back_in_coins_is_gone_from_the_rest_however_it_was_paid(shop: ShopBuilder) -> None:  # V19
    shop.cash_step(5)
    shop.product("A", "0.03")
    done = shop.complete(shop.basket(("A", 3)), shop.card())
    refund(shop, done, CASH, 1)
    assert ways(shop, refund(shop, done, AS_PAID)) == [("card", "-0.04")]
    assert shop.one("SELECT sum(amount_minor) FROM sale_tender") == 0


def test_what_was_rounded_at_paying_is_not_given_back_on_credit(shop: ShopBuilder) -> None:  # V19
    shop.cash_step(5)
    shop.product("A", "10.02")
    customer = shop.customer()
    done = shop.sell("A", customer_id=customer)
    assert str(done.total) == "10.00"
    assert ways(shop, refund(shop, done, CREDIT)) == [("store_credit", "-10.00")]


def test_a_return_that_changed_meanwhile_is_not_booked_another_way(deli: ShopBuilder) -> None:
    done = deli.complete(deli.basket("A"), deli.card())
    with pytest.raises(TotalChanged):
        deli.returns.complete_return(
            deli.till, done.sale_id, deli.lines_back(done), request_id=uuid4(), shown_refund=deli.money("9.00"),
            back=CASH,
        )  # fmt: skip


def test_a_repeated_refund_to_credit_books_once(deli: ShopBuilder) -> None:  # V6
    customer = deli.customer()
    done = deli.sell("A", customer_id=customer)
    request, lines = uuid4(), deli.lines_back(done)
    for _ in range(2):
        deli.returns.complete_return(
            deli.till, done.sale_id, lines, request_id=request, shown_refund=deli.money("10.00"), back=CREDIT
        )
    assert credit_of(deli, customer) == 1000


@settings(deadline=None, max_examples=200, suppress_health_check=list(HealthCheck))
@given(
    paid=st.lists(st.integers(0, 5000), min_size=1, max_size=4), owed=st.integers(0, 20_000),
    step=st.sampled_from([1, 5, 10, 100]), everything=st.booleans(),
    kind=st.sampled_from([TenderKind.CASH, TenderKind.STORE_CREDIT, TenderKind.VOUCHER, TenderKind.GIFT_CARD]),
)  # fmt: skip
def test_another_way_never_gives_back_more_than_paid(
    paid: list[int], owed: int, step: int, everything: bool, kind: TenderKind
) -> None:  # V19
    out = refund_another_way(
        sum(paid), Money(-owed, "USD"), CashRule(step, step > 1), Tender(kind), everything_back=everything,
        paid_in_full=True,
    )  # fmt: skip
    given_back = -sum(one.amount_minor for one in out.taken)
    assert given_back == -out.total.minor <= sum(paid)
    assert out.total.minor == -owed + out.rounding.minor
    if kind is TenderKind.CASH:
        assert given_back % step == 0
    elif not everything:
        assert given_back == min(owed, sum(paid))


def test_a_bank_card_that_did_not_pay_asks_for_the_right_in_any_case(deli: ShopBuilder) -> None:  # T28
    never = ReturnPolicy(to_cash=OtherWay.NEVER, to_store_credit=OtherWay.NEVER, to_gift_card=OtherWay.NEVER)
    with pytest.raises(DomainError):
        check_other_way(never, TenderKind.CARD, deli.cashier, None)
    assert check_other_way(never, TenderKind.CARD, deli.manager, None) is None
