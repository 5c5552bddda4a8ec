"""Paying, by tables. Amounts in minor units; step is the smallest coin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checkout.errors import TenderRefused, ValueShort
from app.checkout.model import Tender, TenderKind
from app.checkout.tenders import CashRule, settle, suggested_cash
from app.money import Money

EXACT = CashRule(1, False)
FIVES = CashRule(5, True)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def cash(minor: int | None = None) -> Tender:
    return Tender(TenderKind.CASH, minor)


def card(minor: int | None = None) -> Tender:
    return Tender(TenderKind.CARD, minor)


def gift(holds: int, minor: int | None = None) -> Tender:
    return Tender(TenderKind.GIFT_CARD, minor, 1, "•••• 7Q4K", holds)


@pytest.mark.parametrize(
    ("total", "rule", "tenders", "due", "change", "rounding", "taken"),
    [
        (2317, EXACT, [cash(3000)], 0, 683, 0, [2317]),
        (2317, EXACT, [cash()], 0, 0, 0, [2317]),
        (2317, EXACT, [cash(2000)], 317, 0, 0, [2000]),
        (2317, EXACT, [cash(2000), card()], 0, 0, 0, [2000, 317]),
        (2317, EXACT, [gift(1850), cash(500)], 0, 33, 0, [1850, 467]),
        (2317, EXACT, [gift(5000)], 0, 0, 0, [2317]),
        (2317, EXACT, [gift(1000, 400), gift(1850), card()], 0, 0, 0, [400, 1850, 67]),
        # cash rounding: only when cash pays the rest
        (2317, FIVES, [cash(3000)], 0, 685, -2, [2315]),
        (2318, FIVES, [cash()], 0, 0, 2, [2320]),
        (2317, FIVES, [card()], 0, 0, 0, [2317]),
        (2317, FIVES, [card(1000), cash(2000)], 0, 685, -2, [1000, 1315]),
        (2317, FIVES, [cash(1000), card()], 0, 0, 0, [1000, 1317]),
        (2318, FIVES, [cash(2315)], 3, 0, 0, [2315]),
        (2, FIVES, [], 0, 0, -2, []),
        (2, FIVES, [cash(0)], 0, 0, -2, [0]),
        (0, EXACT, [], 0, 0, 0, []),
        # money back
        (-2317, EXACT, [cash()], 0, 0, 0, [-2317]),
        (-2317, FIVES, [cash()], 0, 0, 2, [-2315]),
        (-2317, EXACT, [card(-1000), cash()], 0, 0, 0, [-1000, -1317]),
    ],
)
def test_where_paying_stands(total, rule, tenders, due, change, rounding, taken) -> None:
    found = settle(usd(total), tenders, rule)
    assert (found.due.minor, found.change.minor, found.rounding.minor) == (due, change, rounding)
    assert [one.amount_minor for one in found.taken] == taken
    assert found.total.minor == total + rounding
    assert found.is_settled == (due == 0)


@pytest.mark.parametrize(
    ("total", "tenders", "refusal", "words"),
    [
        (2317, [card(2318)], TenderRefused, "change from cash alone"),
        (2317, [gift(1850, 1851)], ValueShort, "18.50 left"),  # an explicit amount above the balance
        (2317, [gift(0)], ValueShort, "0.00 left"),
        (2317, [card(0)], TenderRefused, "above zero"),
        (2317, [card(-5)], TenderRefused, "above zero"),
        (2317, [cash(-5)], TenderRefused, "handed over"),
        (2317, [cash(0)], TenderRefused, "handed over"),
        (2317, [cash(3000), card(100)], TenderRefused, "paid already"),
        (2317, [cash(10**15 + 1)], TenderRefused, "too large"),
        (-2317, [cash(100)], TenderRefused, "goes back"),
        (-2317, [cash(-2318)], TenderRefused, "more than is due"),
        (-2317, [card(-2318)], TenderRefused, "more than is due"),
        (2317, [cash(1)] * 51, TenderRefused, "50 tenders"),
    ],
)
def test_what_cannot_be_taken(total, tenders, refusal, words) -> None:
    with pytest.raises(refusal, match=words):
        settle(usd(total), tenders, EXACT)


def test_what_is_still_due_in_coins() -> None:
    found = settle(usd(2317), [card(1000)], FIVES)
    assert (found.due.minor, found.cash_due.minor) == (1317, 1315)


@given(
    total=st.integers(0, 10**7),
    amounts=st.lists(st.tuples(st.booleans(), st.integers(1, 10**6)), max_size=8),
    step=st.sampled_from([1, 5, 10, 100]),
)
def test_tenders_less_change_never_pass_the_total(total, amounts, step) -> None:  # V2
    tenders = [cash(amount) if is_cash else gift(amount) for is_cash, amount in amounts]
    try:
        found = settle(usd(total), tenders, CashRule(step, step > 1))
    except (TenderRefused, ValueShort):
        return
    handed = sum(one.tendered_minor for one in found.taken)
    assert handed - found.change.minor == sum(one.amount_minor for one in found.taken)
    assert handed - found.change.minor + found.due.minor == found.total.minor
    assert found.change.minor >= 0
    assert found.due.minor >= 0
    assert abs(found.rounding.minor) * 2 <= step


@pytest.mark.parametrize(
    ("due", "suggested"),
    [(2317, ["23.17", "24.00", "25.00", "30.00", "40.00"]), (2000, ["20.00", "50.00", "100.00"]), (0, ["0.00"])],
)
def test_cash_a_customer_may_hand_over(due: int, suggested: list[str]) -> None:
    found = [str(amount) for amount in suggested_cash(usd(due))]
    assert found == suggested


def test_cash_in_coins_of_another_size_is_no_help() -> None:
    assert [str(one) for one in suggested_cash(Money(2350, "KWD"))] == ["2.350", "3.000", "4.000", "5.000", "10.000"]
    assert [str(one) for one in suggested_cash(Money(1230, "JPY"))] == ["1230", "1300", "1400", "1500", "2000"]
