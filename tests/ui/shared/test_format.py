from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.money import Money
from ui.shared.format import Formats


@pytest.mark.parametrize(
    ("locale", "currency", "minor", "amount", "money"),
    [
        ("en_US", "USD", 123450, "1,234.50", "$1,234.50"),
        ("en_US", "USD", -126, "\N{MINUS SIGN}1.26", "\N{MINUS SIGN}$1.26"),
        ("de_DE", "EUR", 123450, "1.234,50", "1.234,50\u00a0€"),
        ("ja_JP", "JPY", 1234, "1,234", "￥1,234"),
        ("en_IN", "INR", 123456789, "12,34,567.89", "₹12,34,567.89"),
        ("nonsense", "USD", 5, "0.05", "$0.05"),
    ],
)
def test_money_as_the_locale_writes_it(locale: str, currency: str, minor: int, amount: str, money: str) -> None:
    formats = Formats(locale, currency)
    assert formats.amount(Money(minor, currency)) == amount
    assert formats.money(Money(minor, currency)) == money


def test_quantities_and_percentages() -> None:
    german = Formats("de_DE", "EUR")
    assert german.quantity(3000) == "3"
    assert german.quantity(1086) == "1,086"
    assert german.quantity(1_500_000) == "1.500"
    assert german.percent(Decimal("12.5")) == "12,5\u00a0%"


def test_times_are_the_shop_s() -> None:
    moment = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert Formats("en_US", "USD", "America/New_York").moment(moment) == "Mar 1, 2026 6:30\u00a0PM"
    assert Formats("de_DE", "EUR", "Europe/Berlin").moment(moment) == "02.03.2026 00:30"
