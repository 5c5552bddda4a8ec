"""Promotions that count whole units: the cheapest item, buy and get, bundles.

Ties: among units that cost the same the line with the lower SKU goes first (then the lower unit price, the smaller
quantity, the one scanned first), so that scan order does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.pricing.lines import Cut, Part, WorkLine
from app.pricing.model import UNIT_MILLI
from app.pricing.numbers import Exact, divide, part_of, ratio
from app.pricing.promotion import Deal, Pool, Promotion, Target, Which
from app.pricing.proposal import NOTHING, WHOLE, Proposal, Short, as_priced
from app.pricing.state import WorkBasket


@dataclass(slots=True)
class _Units:
    """So many equal units of one run."""

    price: Exact
    line: WorkLine
    run: int
    count: int


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
    """Parts of the same line together in one cut; `weight` of a part is its discount.

    Units of one run that give up different amounts, as in two bundles, stay apart: they cost different amounts after.
    """
    cuts: dict[int, Cut] = {}
    alike: dict[tuple[int, int, Exact], Part] = {}
    for units, count, off in parts:
        place = units.line.place
        cut = cuts.setdefault(place, Cut(units.line, 0, 0, []))
        each = divide(off, count)
        part = alike.get((place, units.run, each))
        if part is None:
            part = alike[place, units.run, each] = Part(units.run, 0, 0)
            cut.parts = [*(cut.parts or ()), part]
        part.milli += count * units.line.unit_milli
        part.weight += off
        cut.weight += off
        cut.cap += units.price * count
    return sorted(cuts.values(), key=lambda cut: cut.line.order)


def cheapest_item(promotion: Promotion, basket: WorkBasket) -> Proposal:
    units = _units(promotion.targets, basket, Which.CHEAPEST)
    if not units:
        return NOTHING
    first = units[0]
    if promotion.amount_minor:
        off = min(first.price, as_priced(promotion.amount_minor, first.line, promotion.value_basis, basket))
    else:
        off = part_of(first.price, min(ratio(promotion.percent), WHOLE))
    return Proposal(_cuts_of([(first, 1, off)]), off)


def bogo(promotion: Promotion, basket: WorkBasket) -> Proposal | Short:
    deal = promotion.deal or Deal()
    taken = _shared_pool(deal, basket) if deal.pool is Pool.SHARED else _separate_pools(deal, basket)
    if isinstance(taken, Short):
        return taken
    parts: list[tuple[_Units, int, Exact]] = []
    for units, count in taken:
        if deal.amount_off_minor is None:
            each = part_of(units.price, min(ratio(deal.percent), WHOLE))
        else:
            each = min(units.price, as_priced(deal.amount_off_minor, units.line, promotion.value_basis, basket))
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


def fixed_price(promotion: Promotion, basket: WorkBasket) -> Proposal | Short:
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
