"""Money, dates and numbers as the shop's locale writes them; the environment's locale is never asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from app.money import Money, decimals_of

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Formats:
    """How one shop writes things. `locale` as Babel names it ("de_CH"), `currency` ISO 4217, `zone` an IANA name."""

    locale: str = "en_US"
    currency: str = "USD"
    zone: str = "UTC"

    @cached_property
    def _babel(self) -> Any:
        from babel import Locale, UnknownLocaleError

        try:
            return Locale.parse(self.locale.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            return Locale.parse("en_US")

    @cached_property
    def decimal_symbol(self) -> str:
        from babel.numbers import get_decimal_symbol

        return get_decimal_symbol(self._babel)

    @cached_property
    def group_symbol(self) -> str:
        from babel.numbers import get_group_symbol

        return get_group_symbol(self._babel)

    @cached_property
    def right_to_left(self) -> bool:
        return bool(self._babel.text_direction == "rtl")

    def amount(self, money: Money) -> str:
        """Without the currency: "1,234.50", a true minus sign for less than nothing."""
        return _amount(self._babel, money.minor, decimals_of(money.currency))

    def money(self, money: Money) -> str:
        """With the currency, where the locale puts it: "$1,234.50", "1.234,50 €"."""
        return _money(self._babel, money.minor, money.currency)

    def number(self, value: int | Decimal) -> str:
        from babel.numbers import format_decimal

        return format_decimal(value, locale=self._babel).replace("-", MINUS)

    def percent(self, value: Decimal) -> str:
        """`value` in hundredths: Decimal("12.5") is 12.5 %."""
        from babel.numbers import format_percent

        text = format_percent(value / 100, locale=self._babel, decimal_quantization=False)
        return text.replace("-", MINUS)

    def quantity(self, milli: int) -> str:
        """Thousandths as people write them: 3000 is "3", 1086 is "1.086"."""
        return self.number(Decimal(milli).scaleb(-3).normalize() if milli % 1000 else milli // 1000)

    def date(self, day: date) -> str:
        from babel.dates import format_date

        return format_date(day, format="medium", locale=self._babel)

    def local(self, moment: datetime) -> datetime:
        """The shop's wall clock at an aware moment."""
        return moment.astimezone(ZoneInfo(self.zone))

    def time(self, moment: datetime) -> str:
        from babel.dates import format_time

        return format_time(self.local(moment), format="short", locale=self._babel).replace("\u202f", "\u00a0")

    def moment(self, moment: datetime) -> str:
        """Date and time in the shop's zone."""
        return f"{self.date(self.local(moment).date())} {self.time(moment)}"


@lru_cache(maxsize=4096)
def _amount(locale: Any, minor: int, decimals: int) -> str:
    from babel.numbers import format_decimal

    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    # Babel takes the grouping sizes from the pattern; South Asian locales group 3-2-2.
    if str(locale.territory) in {"IN", "BD", "NP", "PK"}:
        pattern = "#,##," + pattern[2:]
    return format_decimal(Decimal(minor).scaleb(-decimals), format=pattern, locale=locale).replace("-", MINUS)


@lru_cache(maxsize=4096)
def _money(locale: Any, minor: int, currency: str) -> str:
    from babel.numbers import format_currency

    value = Decimal(minor).scaleb(-decimals_of(currency))
    return format_currency(value, currency, locale=locale).replace("-", MINUS)
