"""Exact arithmetic of the engine: whole minor units where they divide, fractions where they do not."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm

from app.money import split_minor
from app.pricing.model import RoundingMode

Exact = int | Fraction  # an amount in minor units, never rounded


def divide(amount: Exact, divisor: Exact) -> Exact:
    """The exact quotient, an int whenever it is whole: ints keep a basket of hundreds of lines quick."""
    if type(amount) is int and type(divisor) is int:
        whole, rest = divmod(amount, divisor)
        return whole if rest == 0 else Fraction(amount, divisor)
    quotient = (amount if isinstance(amount, Fraction) else Fraction(amount)) / divisor
    return quotient.numerator if quotient.denominator == 1 else quotient


def part_of(amount: Exact, rate: Fraction) -> Exact:
    """The exact product, an int whenever it is whole."""
    return divide(amount * rate.numerator, rate.denominator)


@lru_cache(maxsize=4096)
def ratio(percent: Decimal) -> Fraction:
    """7.5 percent is 3/40."""
    return Fraction(percent) / 100


def round_exact(amount: Exact, mode: RoundingMode = RoundingMode.HALF_UP) -> int:
    """A non-negative amount to whole minor units; half up, or cut off with DOWN."""
    if type(amount) is int:
        return amount
    numerator, denominator = amount.numerator, amount.denominator
    if mode is RoundingMode.DOWN:
        return numerator // denominator
    return round_quotient(numerator, denominator)


def round_quotient(numerator: int, denominator: int) -> int:
    """Half up; neither is negative."""
    return (2 * numerator + denominator) // (2 * denominator)


def floor_exact(amount: Exact) -> int:
    return amount if type(amount) is int else amount.numerator // amount.denominator


def ceil_exact(amount: Exact) -> int:
    return amount if type(amount) is int else -(-amount.numerator // amount.denominator)


def as_weights(values: Sequence[Exact]) -> list[int]:
    """The same proportions in whole numbers."""
    scale = lcm(*(value.denominator for value in values if type(value) is not int))
    if scale == 1:
        return [int(value) for value in values]
    return [int(value * scale) for value in values]


def split_capped(whole: int, weights: Sequence[int], caps: Sequence[int]) -> list[int]:
    """Largest-remainder split in which no part exceeds its cap; what does not fit goes to the others.

    `whole` is at most the sum of the caps. Ties go to the earlier one.
    """
    parts = split_minor(whole, weights)
    spill = 0
    for index, cap in enumerate(caps):
        if parts[index] > cap:
            spill += parts[index] - cap
            parts[index] = cap
    while spill:
        open_places = [index for index, cap in enumerate(caps) if parts[index] < cap]
        if not open_places:
            raise ValueError("more to split than the caps allow")
        room_weights = [max(1, weights[index]) for index in open_places]
        for index, extra in zip(open_places, split_minor(spill, room_weights), strict=True):
            taken = min(extra, caps[index] - parts[index])
            parts[index] += taken
            spill -= taken
    return parts
