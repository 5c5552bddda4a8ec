"""The basket while it is being priced: each line's units and what they still cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from app.money import split_minor
from app.pricing.model import (
    UNIT_MILLI,
    BasketLine,
    CustomerFacts,
    LineKind,
    ManualDiscount,
    PricingSettings,
    TaxClass,
)
from app.pricing.numbers import Exact, divide, ratio, round_exact
from app.pricing.promotion import Basis, Promotion, Selection, Target


@dataclass(slots=True)
class Run:
    """Units of one line that still cost the same each."""

    milli: int
    value: Exact


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
class AppliedPromotion:
    promotion: Promotion
    code: str
    shares: dict[int, Exact]  # by place of the line in the basket


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
    runs: list[Run] = field(default_factory=list)
    manual: int = 0

    @property
    def remaining(self) -> Exact:
        runs = self.runs
        return runs[0].value if len(runs) == 1 else _settled(sum((run.value for run in runs), Fraction(0)))

    @property
    def unit_milli(self) -> int:
        """Thousandths in one unit for deals that count units; what is weighed is one unit as a whole."""
        return self.source.quantity_milli if self.source.product.weighed else UNIT_MILLI

    @property
    def count_milli(self) -> int:
        return UNIT_MILLI if self.source.product.weighed else self.source.quantity_milli

    def take(self, share: Exact, cut: Cut) -> None:
        """Lower what the units cost by `share`, never below zero for the line."""
        if cut.parts is None:
            self._spread(share)
            return
        weight = sum((part.weight for part in cut.parts), Fraction(0))
        fresh: list[Run] = []
        for part in cut.parts:
            run = self.runs[part.run]
            value = divide(run.value * part.milli, run.milli)
            run.milli -= part.milli
            run.value = _settled(run.value - value)
            own = divide(share * part.weight, weight) if weight else 0
            fresh.append(Run(part.milli, _settled(value - own)))
        self.runs = [run for run in self.runs if run.milli] + fresh

    def _spread(self, share: Exact) -> None:
        if len(self.runs) == 1:
            self.runs[0].value = _settled(self.runs[0].value - share)
            return
        whole = self.remaining
        if not whole:
            return
        for run in self.runs:
            run.value = _settled(run.value - divide(share * run.value, whole))


def _settled(value: Exact) -> Exact:
    return value.numerator if type(value) is Fraction and value.denominator == 1 else value


class WorkBasket:
    """All lines, with what conditions ask of them remembered between promotions."""

    def __init__(self, lines: list[WorkLine], settings: PricingSettings) -> None:
        self.lines = lines
        self.settings = settings
        self.receiving = [line for line in lines if line.eligible]
        self.counting = [line for line in lines if line.counts]
        self.applied: list[AppliedPromotion] = []
        self.budget_spent: dict[str, int] = {}
        self.budget_uses: dict[str, int] = {}
        self._worth: dict[Basis, int] = {}

    def worth(self, lines: Iterable[WorkLine], basis: Basis, *, after: bool) -> int:
        """What the lines come to in the terms of `basis`, tax rounded as the receipt would show it."""
        by_class: dict[TaxClass, Exact] = {}
        for line in lines:
            tax_class = line.source.product.tax_class
            by_class[tax_class] = by_class.get(tax_class, 0) + (line.remaining if after else line.gross)
        inclusive = self.settings.prices_include_tax
        total = 0
        for tax_class, value in by_class.items():
            if basis is Basis.GROSS and not inclusive:
                total += round_exact(value * tax_factor(tax_class))
            elif basis is Basis.NET and inclusive:
                total += round_exact(divide(value, tax_factor(tax_class)))
            else:
                total += round_exact(value)
        return total

    def basket_worth(self, basis: Basis) -> int:
        """The whole basket before discounts."""
        if basis not in self._worth:
            self._worth[basis] = self.worth(self.counting, basis, after=False)
        return self._worth[basis]


_FACTORS: dict[TaxClass, Fraction] = {}


def tax_factor(tax_class: TaxClass) -> Fraction:
    """Value with tax over value without: 1.2 for a rate of 20 percent."""
    factor = _FACTORS.get(tax_class)
    if factor is None:
        if len(_FACTORS) > 1000:  # rates are typed by people; this only bounds a test's leftovers
            _FACTORS.clear()
        factor = _FACTORS[tax_class] = 1 + sum((ratio(part.percent) for part in tax_class.components), Fraction(0))
    return factor


def matcher(target: Target) -> Callable[[WorkLine], bool]:
    """Whether a line's product is in the target."""
    if target.is_everything:
        return lambda _line: True
    include, exclude = target.include, target.exclude
    everything = include.is_empty

    def matches(line: WorkLine) -> bool:
        return (everything or selects(include, line)) and (exclude.is_empty or not selects(exclude, line))

    return matches


def selects(selection: Selection, line: WorkLine) -> bool:
    product = line.source.product
    return (
        product.id in selection.products
        or (bool(selection.categories) and not selection.categories.isdisjoint(product.category_path))
        or product.brand_id in selection.brands
        or not selection.tags.isdisjoint(product.tags)
    )


def open_basket(lines: Iterable[BasketLine], customer: CustomerFacts | None) -> list[WorkLine]:
    """Lines at their own price: override, else the customer's group price, else list price."""
    opened = []
    for place, line in enumerate(lines):
        unit_price = _unit_price(line, customer)
        is_sale = line.returned is None
        is_product = line.kind is LineKind.PRODUCT
        gross = round_exact(Fraction(unit_price * abs(line.quantity_milli), UNIT_MILLI))
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
                runs=[Run(abs(line.quantity_milli), gross)],
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


def take_manual(basket: WorkBasket, discounts: Iterable[ManualDiscount]) -> None:
    """Discounts by hand come first: those of each line, then those of the basket spread by what is left."""
    for line in basket.receiving:
        if line.source.discount is not None:
            _take_by_hand(line, _amount_of(line.source.discount, line.remaining))
    for discount in discounts:
        values = [int(line.remaining) for line in basket.receiving]
        amount = _amount_of(discount, sum(values))
        if amount:
            for line, share in zip(basket.receiving, split_minor(amount, values), strict=True):
                _take_by_hand(line, share)


def _amount_of(discount: ManualDiscount, value: Exact) -> int:
    """Never more than is left."""
    if discount.percent is not None:
        return round_exact(value * ratio(discount.percent))
    return min(discount.amount_minor or 0, int(value))


def _take_by_hand(line: WorkLine, amount: int) -> None:
    line.manual += amount
    line.take(amount, Cut(line, 1, amount))
