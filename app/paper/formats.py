"""Money, dates and numbers as the shop's locale writes them, whatever this computer's own is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.money import Money, decimals_of


@dataclass(frozen=True, slots=True)
class Formats:
    """`locale` as Babel names it ("de_AT"); one it does not know falls back to English. `zone`: the shop's time."""

    locale: str = "en"
    zone: str = "UTC"

    def amount(self, money: Money) -> str:
        """Without the currency, for columns: "1,234.50", "-0.75"."""
        from babel.numbers import format_decimal

        decimals = decimals_of(money.currency)
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return self._plain_minus(format_decimal(money.to_decimal(), format=pattern, locale=self._known_locale()))

    def money(self, money: Money) -> str:
        """With the currency, for totals."""
        from babel.numbers import format_currency

        text = format_currency(
            money.to_decimal(), money.currency, locale=self._known_locale(), currency_digits=False,
            format=self._currency_pattern(money.currency),
        )  # fmt: skip
        return self._plain_minus(text)

    def percent(self, percent: Decimal) -> str:
        """19 as "19%", 7.70 as "7.7%", in the locale's way."""
        from babel.numbers import format_percent

        trimmed = percent.normalize()
        return str(format_percent(trimmed / 100, locale=self._known_locale(), decimal_quantization=False)).replace(
            "\u00a0", "\u202f"
        )

    def quantity(self, quantity_milli: int) -> str:
        """Thousandths as a plain number: 2000 is "2", 1086 is "1.086"."""
        from babel.numbers import format_decimal

        value = (Decimal(quantity_milli) / 1000).normalize()
        return self._plain_minus(format_decimal(value, locale=self._known_locale(), decimal_quantization=False))

    def number(self, number: int) -> str:
        from babel.numbers import format_decimal

        return self._plain_minus(format_decimal(number, locale=self._known_locale()))

    def date(self, day: date) -> str:
        from babel.dates import format_date

        return str(format_date(day, format="medium", locale=self._known_locale()))

    def moment(self, at: datetime) -> str:
        """Date and time to the minute on the shop's clock."""
        from babel.dates import format_date, format_time

        local = at.astimezone(ZoneInfo(self.zone))
        locale = self._known_locale()
        return (
            f"{format_date(local, format='short', locale=locale)} {format_time(local, format='short', locale=locale)}"
        )

    def _currency_pattern(self, currency: str) -> str:
        """The locale's own order of sign and number, with the currency's own decimals."""
        from babel import Locale

        pattern = str(Locale.parse(self._known_locale()).currency_formats["standard"].pattern)
        decimals = decimals_of(currency)
        return pattern.replace("0.00", "0" + ("." + "0" * decimals if decimals else ""))

    def _known_locale(self) -> str:
        from babel import Locale, UnknownLocaleError

        try:
            Locale.parse(self.locale)
        except (UnknownLocaleError, ValueError, TypeError):
            return "en"
        return self.locale

    @staticmethod
    def _plain_minus(text: object) -> str:
        """Direction marks around a sign are for screens; on paper they would be unprintable."""
        return str(text).replace("\u200e", "").replace("\u200f", "").replace("\u061c", "")
