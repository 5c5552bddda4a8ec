"""What each kind of promotion would take off, before rounding and caps.

Ties: among units that cost the same, and where an odd minor unit falls, the line with the lower SKU goes first
(then the lower unit price, the smaller quantity, the one scanned first), so that scan order does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.pricing.lines import Cut, Part, WorkLine
from app.pricing.model import UNIT_MILLI
from app.pricing.numbers import Exact, divide, ratio
from app.pricing.promotion import Basis, Deal, Kind, Pool, Promotion, Target, Tier, TierBasis, Which
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


def propose(promotion: Promotion, basket: WorkBasket) -> Proposal | Short:
    return _KINDS[promotion.kind](promotion, basket)


# ---- percentages ------------------------------------------------------------------------------------------


def _percent(promotion: Promotion, basket: WorkBasket) -> Proposal:
    return _percent_of(promotion, basket, promotion.percent)


def _percent_of(promotion: Promotion, basket: WorkBasket, percent: Decimal) -> Proposal:
    rate = min(ratio(percent), WHOLE)
    cuts = []
    for line in basket.receiving_in(promotion.targets):
        cut = _line_cut(line, promotion.max_units_per_line)
        if cut.weight:
            cuts.append(cut)
    value = sum((cut.weight for cut in cuts), 0)
    return Proposal(cuts, divide(value * rate.numerator, rate.denominator))


def _line_cut(line: WorkLine, max_units: int | None) -> Cut:
    """The whole line, or its dearest units up to `max_units`, weighed by what they still cost."""
    if max_units is None or max_units * UNIT_MILLI >= line.source.quantity_milli:
        return Cut(line, line.remaining, line.remaining)
    left = max_units * UNIT_MILLI
    parts = []
    dearest_first = sorted(
        range(len(line.runs)),
        key=lambda place: -divide(line.value_of(line.runs[place]), line.runs[place].milli),
    )
    for place in dearest_first:
        run = line.runs[place]
        milli = min(left, run.milli)
        if milli:
            parts.append(Part(place, milli, divide(line.value_of(run) * milli, run.milli)))
            left -= milli
    worth = sum((part.weight for part in parts), 0)
    return Cut(line, worth, worth, parts)


# ---- amounts ----------------------------------------------------------------------------------------------


def _fixed(promotion: Promotion, basket: WorkBasket) -> Proposal:
    return _amount_over(promotion, basket, promotion.amount_minor)


def _amount_over(promotion: Promotion, basket: WorkBasket, amount: int) -> Proposal:
    lines = [line for line in basket.receiving_in(promotion.targets) if line.remaining]
    if promotion.per_line:
        cuts = []
        for line in lines:
            off = min(line.remaining, _as_priced(amount, line, promotion.value_basis, basket))
            cuts.append(Cut(line, off, line.remaining))
        return Proposal(cuts, sum((cut.weight for cut in cuts), 0))
    cuts = [Cut(line, line.remaining, line.remaining) for line in lines]
    value = sum((cut.weight for cut in cuts), 0)
    worth = sum((_in_basis(cut.weight, cut.line, promotion.value_basis, basket) for cut in cuts), 0)
    if not worth:
        return NOTHING
    total = value if amount >= worth else divide(value * amount, worth)
    return Proposal(cuts, total, whole=True)


def _in_basis(value: Exact, line: WorkLine, basis: Basis, basket: WorkBasket) -> Exact:
    inclusive = basket.settings.prices_include_tax
    if basis is Basis.GROSS and not inclusive:
        return value * line.factor
    if basis is Basis.NET and inclusive:
        return divide(value, line.factor)
    return value


def _as_priced(amount: Exact, line: WorkLine, basis: Basis, basket: WorkBasket) -> Exact:
    """The inverse of `_in_basis`: an amount with tax, in the terms of prices without it."""
    inclusive = basket.settings.prices_include_tax
    if basis is Basis.GROSS and not inclusive:
        return divide(amount, line.factor)
    if basis is Basis.NET and inclusive:
        return amount * line.factor
    return amount


def _fixed_per_unit(promotion: Promotion, basket: WorkBasket) -> Proposal:
    cuts = []
    for line in basket.receiving_in(promotion.targets):
        each = _as_priced(promotion.amount_minor, line, promotion.value_basis, basket)
        whole = _line_cut(line, promotion.max_units_per_line)
        parts = whole.parts or [Part(place, run.milli, line.value_of(run)) for place, run in enumerate(line.runs)]
        for part in parts:
            part.weight = min(part.weight, divide(each * part.milli, UNIT_MILLI))
        off = sum((part.weight for part in parts), 0)
        if off:
            cuts.append(Cut(line, off, whole.cap, parts))
    return Proposal(cuts, sum((cut.weight for cut in cuts), 0))


# ---- units ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Units:
    """So many equal units of one run."""

    price: Exact
    line: WorkLine
    run: int
    count: int

    def part(self, count: int, weight: Exact) -> Part:
        return Part(self.run, count * self.line.unit_milli, weight)


def _units(target: Target, basket: WorkBasket, which: Which) -> list[_Units]:
    """Whole units that still cost something, from the `which` end."""
    found = []
    for line in basket.receiving_in(target):
        for place, run in enumerate(line.runs):
            count = run.milli // line.unit_milli
            value = line.value_of(run) if count else 0
            if value:
                found.append(_Units(divide(value * line.unit_milli, run.milli), line, place, count))
    sign = 1 if which is Which.CHEAPEST else -1
    found.sort(key=lambda units: (sign * units.price, units.line.order, units.run))
    return found


def _take_first(units: Sequence[_Units], wanted: int) -> list[tuple[_Units, int]]:
    taken = []
    for some in units:
        count = min(wanted, some.count)
        if not count:
            break
        taken.append((some, count))
        wanted -= count
    return taken


def _cuts_of(parts: Sequence[tuple[_Units, int, Exact]]) -> list[Cut]:
    """Parts of the same line together in one cut; `weight` of a part is its discount."""
    by_line: dict[int, Cut] = {}
    for units, count, off in parts:
        cut = by_line.get(units.line.place)
        if cut is None:
            cut = by_line[units.line.place] = Cut(units.line, 0, 0, [])
        assert cut.parts is not None  # noqa: S101  every cut made here has parts
        same = next((part for part in cut.parts if part.run == units.run), None)
        if same is None:
            cut.parts.append(units.part(count, off))
        else:
            same.milli += count * units.line.unit_milli
            same.weight += off
        cut.weight += off
        cut.cap += units.price * count
    return sorted(by_line.values(), key=lambda cut: cut.line.order)


def _cheapest_item(promotion: Promotion, basket: WorkBasket) -> Proposal:
    units = _units(promotion.targets, basket, Which.CHEAPEST)
    if not units:
        return NOTHING
    first = units[0]
    if promotion.amount_minor:
        off = min(first.price, _as_priced(promotion.amount_minor, first.line, promotion.value_basis, basket))
    else:
        off = first.price * min(ratio(promotion.percent), WHOLE)
    return Proposal(_cuts_of([(first, 1, off)]), off)


def _bogo(promotion: Promotion, basket: WorkBasket) -> Proposal | Short:
    deal = promotion.deal or Deal()
    taken = _shared_pool(deal, basket) if deal.pool is Pool.SHARED else _separate_pools(deal, basket)
    if isinstance(taken, Short):
        return taken
    parts: list[tuple[_Units, int, Exact]] = []
    for units, count in taken:
        if deal.amount_off_minor is None:
            each: Exact = units.price * min(ratio(deal.percent), WHOLE)
        else:
            each = min(units.price, _as_priced(deal.amount_off_minor, units.line, promotion.value_basis, basket))
        parts.append((units, count, each * count))
    return Proposal(_cuts_of(parts), sum((off for _, _, off in parts), 0))


def _allowed(deal: Deal, applications: int) -> int:
    if not deal.repeat:
        applications = min(applications, 1)
    if deal.max_applications is not None:
        applications = min(applications, deal.max_applications)
    return applications


def _shared_pool(deal: Deal, basket: WorkBasket) -> list[tuple[_Units, int]] | Short:
    units = _units(deal.buy, basket, deal.which)
    size = deal.buy_units + deal.get_units
    count = sum(some.count for some in units)
    if count < size:
        return Short(deal.buy, missing_milli=(size - count) * UNIT_MILLI)
    return _take_first(units, _allowed(deal, count // size) * deal.get_units)


def _separate_pools(deal: Deal, basket: WorkBasket) -> list[tuple[_Units, int]] | Short:
    """Units bought earn units of the other pool; a unit in both is never counted as both."""
    bought = basket.counting_in(deal.buy)
    buying = {line.place for line in bought}
    in_stock = sum(line.count_milli // UNIT_MILLI for line in bought)
    units = _units(deal.get, basket, deal.which)
    available = sum(some.count for some in units)
    if in_stock < deal.buy_units:
        return Short(deal.buy, missing_milli=(deal.buy_units - in_stock) * UNIT_MILLI)
    if not available:
        return Short(deal.get, missing_milli=deal.get_units * UNIT_MILLI)

    def leaves_enough(applications: int) -> bool:
        got = _take_first(units, applications * deal.get_units)
        used_up = sum(count for some, count in got if some.line.place in buying)
        return in_stock - used_up >= applications * deal.buy_units

    most = _allowed(deal, min(in_stock // deal.buy_units, -(-available // deal.get_units)))
    applications = _largest(most, leaves_enough)
    if not applications:
        return Short(deal.buy, missing_milli=UNIT_MILLI)
    return _take_first(units, applications * deal.get_units)


def _largest(most: int, holds: Callable[[int], bool]) -> int:
    """The largest number up to `most` for which a condition holds that, once broken, stays broken."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if holds(middle):
            low = middle
        else:
            high = middle - 1
    return low


def _fixed_price(promotion: Promotion, basket: WorkBasket) -> Proposal | Short:
    """Bundles from the dearest units down; each spreads its saving over its units by their price."""
    units = _units(promotion.targets, basket, Which.DEAREST)
    size = max(1, promotion.bundle_units)
    count = sum(some.count for some in units)
    if count < size:
        return Short(promotion.targets, missing_milli=(size - count) * UNIT_MILLI)
    bundles = count // size if promotion.bundle_repeat else 1
    if promotion.bundle_max is not None:
        bundles = min(bundles, promotion.bundle_max)
    parts: list[tuple[_Units, int, Exact]] = []
    total: Exact = 0
    for members, times in _bundles(units, size, bundles):
        cost = sum((some.price * number for some, number in members), 0)
        saving = cost - promotion.bundle_price_minor
        if saving <= 0:
            break
        total += saving * times
        for some, number in members:
            share = divide(some.price * number * saving * times, cost)
            parts.append((some, number * times, share))
    return Proposal(_cuts_of(parts), total, whole=True)


def _bundles(units: Sequence[_Units], size: int, most: int) -> list[tuple[list[tuple[_Units, int]], int]]:
    """Bundles as (units in one, how many alike): alike ones together keeps 100,000 units quick."""
    found: list[tuple[list[tuple[_Units, int]], int]] = []
    begun: list[tuple[_Units, int]] = []
    missing = size
    for some in units:
        left = some.count
        while left and most:
            if missing == size and left >= size:
                times = min(left // size, most)
                found.append(([(some, size)], times))
                left -= times * size
                most -= times
                continue
            number = min(left, missing)
            begun.append((some, number))
            left -= number
            missing -= number
            if not missing:
                found.append((begun, 1))
                begun, missing = [], size
                most -= 1
    return found


# ---- tiers ------------------------------------------------------------------------------------------------


def _reached(promotion: Promotion, basket: WorkBasket) -> Tier | Short:
    """The highest tier whose threshold the targets reach, counted before discounts."""
    lines = basket.counting_in(promotion.targets)
    by_quantity = promotion.tier_basis is TierBasis.QUANTITY
    if by_quantity:
        have = sum(line.count_milli for line in lines)
    else:
        conditions = promotion.conditions
        have = basket.worth(lines, conditions.amount_basis, after=conditions.after_discounts)
    best = None
    for tier in promotion.tiers:
        if have >= tier.threshold and (best is None or tier.threshold >= best.threshold):
            best = tier
    if best is not None:
        return best
    missing = min((tier.threshold for tier in promotion.tiers), default=0) - have
    if by_quantity:
        return Short(promotion.targets, missing_milli=missing)
    return Short(promotion.targets, missing_minor=missing)


def _tiered_percent(promotion: Promotion, basket: WorkBasket) -> Proposal | Short:
    tier = _reached(promotion, basket)
    return tier if isinstance(tier, Short) else _percent_of(promotion, basket, tier.percent)


def _tiered_fixed(promotion: Promotion, basket: WorkBasket) -> Proposal | Short:
    tier = _reached(promotion, basket)
    return tier if isinstance(tier, Short) else _amount_over(promotion, basket, tier.amount_minor)


_KINDS: dict[Kind, Callable[[Promotion, WorkBasket], Proposal | Short]] = {
    Kind.PERCENT: _percent,
    Kind.FIXED: _fixed,
    Kind.FIXED_PER_UNIT: _fixed_per_unit,
    Kind.CHEAPEST_ITEM: _cheapest_item,
    Kind.BOGO: _bogo,
    Kind.FIXED_PRICE: _fixed_price,
    Kind.TIERED_PERCENT: _tiered_percent,
    Kind.TIERED_FIXED: _tiered_fixed,
}
