"""What a promotion would take off, before caps and rounding; and in which terms its amounts are meant."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from app.pricing.lines import Cut, WorkLine
from app.pricing.numbers import Exact, divide
from app.pricing.promotion import Basis, Target
from app.pricing.state import WorkBasket


@dataclass(slots=True)
class Proposal:
    """`total` spread over the cuts by weight. `whole`: one amount that is rounded once, never per line or unit."""

    cuts: list[Cut]
    total: Exact
    whole: bool = False


@dataclass(slots=True)
class Short:
    """The basket lacks `missing` (thousandths of a unit, or minor units) of `target` for any effect."""

    target: Target
    missing_milli: int = 0
    missing_minor: int = 0


NOTHING = Proposal([], 0)
WHOLE = Fraction(1)


def in_basis(value: Exact, line: WorkLine, basis: Basis, basket: WorkBasket) -> Exact:
    inclusive = basket.settings.prices_include_tax
    if basis is Basis.GROSS and not inclusive:
        return value * line.factor
    if basis is Basis.NET and inclusive:
        return divide(value, line.factor)
    return value


def as_priced(amount: Exact, line: WorkLine, basis: Basis, basket: WorkBasket) -> Exact:
    """The inverse of `in_basis`: an amount with tax, in the terms of prices without it."""
    inclusive = basket.settings.prices_include_tax
    if basis is Basis.GROSS and not inclusive:
        return divide(amount, line.factor)
    if basis is Basis.NET and inclusive:
        return amount * line.factor
    return amount
