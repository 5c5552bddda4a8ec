"""Which amounts of cash are asked about before they are booked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checkout.cash_slips import is_doubtful
from app.checkout.tenders import suggested_cash
from app.money import Money


@pytest.mark.parametrize(
    ("currency", "due", "typed"),
    [
        ("USD", "28.00", "4711"),  # a PIN
        ("USD", "28.00", "280.00"),  # a zero too many
        ("EUR", "1900.00", "4711.00"),
        ("USD", "4.20", "4111111111111111"[:12]),  # what fits of a card number
        ("JPY", "2800", "47110"),
        ("KWD", "2.800", "471"),
        ("IDR", "28000", "4711000"),
        ("XTS", "28.00", "4711"),  # a currency whose notes are not known
    ],
)
def test_what_gives_a_whole_note_back_is_asked_about(currency: str, due: str, typed: str) -> None:
    assert is_doubtful(Money.parse(typed, currency), Money.parse(due, currency))


@pytest.mark.parametrize(
    ("currency", "due", "typed"),
    [
        ("USD", "28.00", "28"),
        ("USD", "28.00", "20"),  # a part of it
        ("USD", "4.20", "100"),  # one large note for a small thing
        ("USD", "0.05", "100"),
        ("EUR", "28.00", "200"),
        ("JPY", "150", "10000"),
        ("IDR", "15000", "100000"),
        ("VND", "12000", "500000"),
        ("USD", "1850", "2000"),  # counted notes for a large sale
        ("USD", "28.00", "33.00"),  # coins on top for an even change
    ],
)
def test_what_people_hand_over_is_not(currency: str, due: str, typed: str) -> None:
    assert not is_doubtful(Money.parse(typed, currency), Money.parse(due, currency))


@given(st.integers(1, 10**12), st.sampled_from(["USD", "EUR", "GBP", "JPY", "KWD", "IDR", "VND", "XTS"]))
def test_what_the_till_suggests_is_never_asked_about(due: int, currency: str) -> None:
    owed = Money(due, currency)
    assert not any(is_doubtful(money, owed) for money in suggested_cash(owed))


def test_money_that_goes_back_is_never_asked_about() -> None:
    assert not is_doubtful(Money(-500, "USD"), Money(-500_000, "USD"))
    assert not is_doubtful(Money(0, "USD"), Money(0, "USD"))
