"""Money loses no cent, takes no float, and refuses what it cannot hold exactly."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.money import LARGEST_MINOR, CurrencyMismatch, Money, round_half_up, split_minor


@given(total=st.integers(-(10**9), 10**9), weights=st.lists(st.integers(0, 9999), min_size=1, max_size=60))
def test_split_loses_no_cent_and_no_share_turns_sign(total: int, weights: list[int]) -> None:  # V4
    parts = Money(total, "USD").split(weights)
    assert sum(part.minor for part in parts) == total
    assert all(part.minor * total >= 0 for part in parts)


@given(total=st.integers(0, 10**9), weights=st.lists(st.integers(0, 9999), min_size=1, max_size=60))
def test_each_share_is_within_one_of_its_exact_part(total: int, weights: list[int]) -> None:
    whole = sum(weights)
    if whole:
        for part, weight in zip(split_minor(total, weights), weights, strict=True):
            assert abs(part * whole - total * weight) < whole


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),  # the earlier line gets the odd cent
        (5000, [12000, 23000, 30000], [923, 1769, 2308]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (5, [0, 0], [3, 2]),
        (7, [0, 1], [0, 7]),
    ],
)
def test_split_by_hand(total: int, weights: list[int], parts: list[int]) -> None:
    assert split_minor(total, weights) == parts


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_split_over_nothing_is_a_defect(weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"split|negative"):
        split_minor(1, weights)


@pytest.mark.parametrize(
    ("amount", "factor", "product"),
    [(199, "0.15", 30), (5, "0.5", 3), (-5, "0.5", -3), (333, "1", 333), (1, "0.4999", 0)],
)
def test_one_rounding_half_away_from_zero(amount: int, factor: str, product: int) -> None:
    assert Money(amount, "USD").times(Decimal(factor)) == Money(product, "USD")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("12.50", "USD", 1250), ("0", "USD", 0), ("-3.1", "EUR", -310), ("5", "JPY", 5), ("1.234", "KWD", 1234)],
)
def test_plain_decimals_are_taken_exactly(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1e309",
        "NaN",
        "Infinity",
        "1.234,56",
        "--5",
        "1 000",
        "٣",
        "²",
        "12.505",
        "1" * 41,
        "10000000000000000",
        "0x1",
    ],
)
def test_anything_else_is_refused_with_a_sentence(text: str) -> None:  # F41
    with pytest.raises(InvalidInput) as refused:
        Money.parse(text, "USD")
    assert str(refused.value).endswith(".")


def test_the_largest_amount_is_bounded_below_64_bits() -> None:
    assert Money.parse(str(LARGEST_MINOR // 100), "USD").minor == LARGEST_MINOR
    assert LARGEST_MINOR < 2**63


def test_floats_and_mixed_currencies_are_defects() -> None:
    with pytest.raises(TypeError):
        Money(1.5, "USD")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(True, "USD")
    with pytest.raises(CurrencyMismatch):
        Money(1, "USD") + Money(1, "EUR")
    with pytest.raises(CurrencyMismatch):
        _ = Money(1, "USD") < Money(1, "EUR")
    with pytest.raises(TypeError, match="not a float"):
        Money(199, "USD").times(0.15)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("money", "shown"), [(Money(5, "USD"), "0.05"), (Money(-1250, "USD"), "-12.50"), (Money(7, "JPY"), "7")]
)
def test_text_has_the_currency_s_decimals(money: Money, shown: str) -> None:
    assert str(money) == shown


def test_round_half_up_is_symmetric() -> None:
    assert [round_half_up(Decimal(text)) for text in ("0.5", "-0.5", "2.5", "-2.5")] == [1, -1, 3, -3]
