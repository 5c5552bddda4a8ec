"""The lines of a basket while it is being priced: their units and what they still cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd

from app.pricing.model import UNIT_MILLI, BasketLine, CustomerFacts, LineKind, TaxClass
from app.pricing.numbers import Exact, as_weights, divide, ratio, round_exact


@dataclass(slots=True)
class Run:
    """Units of one line that still cost the same each; `weight` is their part of what the line still costs.

    Parts, not amounts: a discount on the whole line then leaves every run as it is, and all stays in whole numbers.
    """

    milli: int
    weight: int


@dataclass(slots=True)
class Part:
    """Some units of one run, and how much of its cut's discount falls on them."""

    run: int
    milli: int
    weight: Exact


@dataclass(slots=True)
class Cut:
    """A proposed discount on one line, in proportion to `weight`; without parts it lies on all its units."""

    line: WorkLine
    weight: Exact
    cap: Exact
    parts: list[Part] | None = None


@dataclass(slots=True)
class WorkLine:
    place: int
    source: BasketLine
    list_price: int
    unit_price: int
    gross: int
    eligible: bool  # may receive discounts
    counts: bool  # counts toward conditions
    factor: Fraction  # value with tax over value without, for this line
    remaining: Exact  # what all units still cost
    runs: list[Run] = field(default_factory=list)
    manual: int = 0
    order: tuple[str, int, int, int] = ("", 0, 0, 0)  # settles ties: what the line is, and only then its place

    @property
    def unit_milli(self) -> int:
        """Thousandths in one unit for deals that count units; what is weighed is one unit as a whole."""
        return self.source.quantity_milli if self.source.product.weighed else UNIT_MILLI

    @property
    def count_milli(self) -> int:
        return UNIT_MILLI if self.source.product.weighed else self.source.quantity_milli

    def value_of(self, run: Run) -> Exact:
        """What the units of a run still cost together."""
        if len(self.runs) == 1:
            return self.remaining
        whole = sum(each.weight for each in self.runs)
        return divide(self.remaining * run.weight, whole) if whole else 0

    def take(self, share: Exact, cut: Cut, rate: Exact = 0) -> None:
        """Lower what the line costs by `share`, and what the units in parts cost by `rate` for their weight."""
        if cut.parts is None:
            if share:
                self.remaining = _settled(self.remaining - share)
            return
        values = [self.value_of(run) for run in self.runs]
        fresh: list[tuple[int, Exact]] = []
        for part in cut.parts:
            run = self.runs[part.run]
            value = divide(values[part.run] * part.milli, run.milli)
            values[part.run] -= value
            run.milli -= part.milli
            fresh.append((part.milli, value - part.weight * rate))
        kept = [(run.milli, value) for run, value in zip(self.runs, values, strict=True) if run.milli] + fresh
        self.remaining = _settled(self.remaining - share)
        weights = as_weights([value for _, value in kept])
        common = gcd(*weights) or 1
        self.runs = [Run(milli, part // common) for (milli, _), part in zip(kept, weights, strict=True)]


def _settled(value: Exact) -> Exact:
    return value.numerator if type(value) is Fraction and value.denominator == 1 else value


_FACTORS: dict[int, tuple[TaxClass, Fraction]] = {}


def tax_factor(tax_class: TaxClass) -> Fraction:
    """Value with tax over value without: 1.2 for a rate of 20 percent."""
    known = _FACTORS.get(id(tax_class))  # by identity: hashing a class costs more than its factor
    if known is None or known[0] is not tax_class:
        if len(_FACTORS) > 1000:  # rates are typed by people; this only bounds what tests leave behind
            _FACTORS.clear()
        factor = 1 + sum((ratio(part.percent) for part in tax_class.components), Fraction(0))
        known = _FACTORS[id(tax_class)] = (tax_class, factor)
    return known[1]


def open_basket(lines: Iterable[BasketLine], customer: CustomerFacts | None) -> list[WorkLine]:
    """Lines at their own price: override, else the customer's group price, else list price."""
    opened = []
    for place, line in enumerate(lines):
        unit_price = _unit_price(line, customer)
        is_sale = line.returned is None
        is_product = line.kind is LineKind.PRODUCT
        gross = round_exact(divide(unit_price * abs(line.quantity_milli), UNIT_MILLI))
        opened.append(
            WorkLine(
                place=place,
                source=line,
                list_price=line.product.price_minor,
                unit_price=unit_price,
                gross=gross,
                eligible=is_sale and is_product and line.product.discountable and gross > 0,
                counts=is_sale and is_product,
                factor=tax_factor(line.product.tax_class),
                remaining=gross,
                order=(line.product.sku, unit_price, line.quantity_milli, place),
                runs=[Run(abs(line.quantity_milli), 1)],
            )
        )
    return opened


def _unit_price(line: BasketLine, customer: CustomerFacts | None) -> int:
    if line.price_override_minor is not None:
        return line.price_override_minor
    price = line.product.price_minor
    if customer is None or customer.price_group is None or line.kind is not LineKind.PRODUCT:
        return price
    group = customer.price_group
    for group_id, group_price in line.product.group_prices:
        if group_id == group.id:
            return group_price
    if not group.percent or not line.product.discountable:
        return price
    return price - round_exact(price * ratio(group.percent))
