from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.money import LARGEST_MINOR, Money
from ui.shared.format import Formats
from ui.shared.parsing import parse_money, parse_percent, parse_quantity

US = Formats("en_US", "USD", "UTC")
DE = Formats("de_DE", "EUR", "Europe/Berlin")
CH = Formats("de_CH", "CHF", "Europe/Zurich")
FR = Formats("fr_FR", "EUR", "Europe/Paris")
IN = Formats("en_IN", "INR", "Asia/Kolkata")
JP = Formats("ja_JP", "JPY", "Asia/Tokyo")
KW = Formats("ar_KW", "KWD", "Asia/Kuwait")


@pytest.mark.parametrize(  # F41
    ("text", "formats", "minor"),
    [
        ("12.50", US, 1250), ("1,234.50", US, 123450), ("0.1", US, 10), (".5", US, 50), ("  7 ", US, 700),
        ("1.234,56", DE, 123456), ("1234,5", DE, 123450), ("0,10", DE, 10),
        ("1\u202f234,56", FR, 123456), ("1 234,56", FR, 123456), ("12.50", FR, 1250),
        ("1'234.56", CH, 123456), ("1’234.50", CH, 123450),
        ("12,34,567.89", IN, 123456789), ("1,234", IN, 123400),
        ("1,234", JP, 1234), ("１２３", JP, 123),
        ("١٢٫٣٤٥", KW, 12345), ("٣", US, 300), ("1.234", Formats("en_US", "KWD"), 1234),
    ],
)  # fmt: skip
def test_amounts_taken_exactly(text: str, formats: Formats, minor: int) -> None:
    assert parse_money(text, formats) == Money(minor, formats.currency)


@pytest.mark.parametrize(  # F41
    ("text", "formats"),
    [
        ("", US), (" ", US), (".", US), ("-", US), ("--5", US), ("+-5", US), ("-1", US), ("\N{MINUS SIGN}1", US),
        ("1e309", US), ("1e2", US), ("NaN", US), ("inf", US), ("0x10", US), ("1_000", US),
        ("1.234,56", US), ("1,5", US), ("1,23,4", US), (",123", US), ("1,,234", US), ("12.345", US), ("1.50", DE),
        ("1,5", JP), ("1.5", JP), ("1 2", US), ("5 USD", US), ("10000000000000000000", US), ("9" * 5000, US),
        ("1.", US), ("½", US), ("²", US), ("1\n2", US),
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_a_sentence(text: str, formats: Formats) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_money(text, formats)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("formats", [US, DE, CH, FR, IN, JP, KW])
@given(minor=st.integers(0, LARGEST_MINOR))
def test_what_is_shown_can_be_typed_back(formats: Formats, minor: int) -> None:
    money = Money(minor, formats.currency)
    assert parse_money(formats.amount(money), formats) == money


@given(st.text(max_size=60))  # F41
def test_any_text_is_a_value_or_a_refusal(text: str) -> None:
    for parse in (parse_money, parse_quantity, parse_percent):
        try:
            value = parse(text, DE)
        except InvalidInput:
            continue
        size = value.minor if isinstance(value, Money) else value
        assert 0 <= size < 2**63
        assert not isinstance(size, float)


@pytest.mark.parametrize(
    ("text", "weighed", "milli"),
    [("3", False, 3000), ("1,086", True, 1086), ("99999", False, 99_999_000), ("0,001", True, 1)],
)
def test_quantities(text: str, weighed: bool, milli: int) -> None:
    assert parse_quantity(text, DE, weighed=weighed) == milli


@pytest.mark.parametrize("text", ["0", "-1", "100000", "1,0001", "1e3", "0,0004"])
def test_quantities_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_quantity(text, DE, weighed=True)


def test_a_piece_is_whole() -> None:
    with pytest.raises(InvalidInput, match="whole pieces"):
        parse_quantity("1.5", US)


@pytest.mark.parametrize(("text", "value"), [("10", "10"), ("12.5 %", "12.5"), ("100", "100"), ("0.01", "0.01")])
def test_percentages(text: str, value: str) -> None:
    assert parse_percent(text, US) == Decimal(value)


@pytest.mark.parametrize("text", ["0", "100.01", "-5", "12.345", "%"])
def test_percentages_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_percent(text, US)
