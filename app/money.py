"""Whole minor units of one currency, rounded once and by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache

from app.errors import InvalidInput

# Largest amount the program takes: fits a signed 64-bit column with room for a year of sums.
LARGEST_MINOR = 10**15

# ISO 4217 currencies whose minor unit is not a hundredth.
_DECIMALS = {
    "BHD": 3, "BIF": 0, "CLF": 4, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0,
    "KMF": 0, "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "UYI": 0,
    "UYW": 4, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?", re.ASCII)


def decimals_of(currency: str) -> int:
    """How many decimals the currency's minor unit has (ISO 4217)."""
    return _DECIMALS.get(currency, 2)


@lru_cache(maxsize=32)
def _minor_per_major(currency: str) -> int:
    return int(10 ** decimals_of(currency))


class CurrencyMismatch(ValueError):
    """Two currencies met in one sum: a defect, for a shop has one currency."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in whole minor units: Money(199, "USD") is 1.99 dollars. Refuses floats and mixed currencies."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are int, not {type(self.minor).__name__}")

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """Exact value of a plain decimal string ("12.50", no grouping), as files and the command line write it.

        Raises InvalidInput on anything else, on more decimals than the currency has, and past LARGEST_MINOR.
        """
        stripped = text.strip()
        if len(stripped) > 40 or not _PLAIN_NUMBER.fullmatch(stripped):
            raise InvalidInput("This is not an amount of money.", code="money.syntax")
        scaled = Decimal(stripped) * _minor_per_major(currency)
        if scaled != scaled.to_integral_value():
            raise InvalidInput(f"{currency} has {decimals_of(currency)} decimals, not more.", code="money.decimals")
        if abs(scaled) > LARGEST_MINOR:
            raise InvalidInput("This amount is too large.", code="money.large")
        return cls(int(scaled), currency)

    def to_decimal(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-decimals_of(self.currency))

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __gt__(self, other: Money) -> bool:
        return other < self

    def __ge__(self, other: Money) -> bool:
        return other <= self

    def __str__(self) -> str:
        return f"{self.to_decimal():.{decimals_of(self.currency)}f}"

    def times(self, factor: Decimal | int) -> Money:
        """The product, rounded half up (away from zero on the tie) to a whole minor unit. Refuses floats."""
        if isinstance(factor, float):
            raise TypeError("a factor is a Decimal or an int, not a float")
        return Money(round_half_up(Decimal(self.minor) * Decimal(factor)), self.currency)

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Parts in proportion to `weights` that add up to the whole (largest remainder, first one on a tie)."""
        return [Money(part, self.currency) for part in split_minor(self.minor, weights)]

    @classmethod
    def total(cls, parts: Iterable[Money], currency: str) -> Money:
        result = cls.zero(currency)
        for part in parts:
            result = result + part
        return result


def round_half_up(value: Decimal) -> int:
    """Nearest whole number; a tie goes away from zero, so a refund rounds as its sale did."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def round_down(value: Decimal) -> int:
    """Towards zero."""
    return int(value.quantize(Decimal(1), rounding=ROUND_DOWN))


def split_minor(whole: int, weights: Sequence[int]) -> list[int]:
    """Largest-remainder split of `whole` by non-negative `weights`; the parts add up to it exactly.

    No part has the other sign. On equal remainders the earlier one gets the odd unit. Weights that are all
    zero share evenly. Raises ValueError for no weights or a negative one.
    """
    if not weights:
        raise ValueError("nothing to split over")
    if min(weights) < 0:
        raise ValueError("weights are never negative")
    total = sum(weights)
    if total == 0:
        weights = [1] * len(weights)
        total = len(weights)
    sign = -1 if whole < 0 else 1
    size = abs(whole)
    parts = [size * weight // total for weight in weights]
    left = size - sum(parts)
    if left:
        by_remainder = sorted(range(len(weights)), key=lambda index: (-(size * weights[index] % total), index))
        for index in by_remainder[:left]:
            parts[index] += 1
    return [sign * part for part in parts]
