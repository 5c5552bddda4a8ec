"""Each kind of promotion: what it would take off the basket as earlier promotions left it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from app.pricing.lines import Cut, Part, WorkLine
from app.pricing.model import UNIT_MILLI
from app.pricing.numbers import divide, part_of, ratio
from app.pricing.promotion import Kind, Promotion, Tier, TierBasis
from app.pricing.proposal import NOTHING, WHOLE, Proposal, Short, as_priced, in_basis
from app.pricing.state import WorkBasket
from app.pricing.units import bogo, cheapest_item, fixed_price


def propose(promotion: Promotion, basket: WorkBasket) -> Proposal | Short:
    return _KINDS[promotion.kind](promotion, basket)


# ---- percentages ------------------------------------------------------------------------------------------


def _percent(promotion: Promotion, basket: WorkBasket) -> Proposal:
    return _percent_of(promotion, basket, promotion.percent)


def _percent_of(promotion: Promotion, basket: WorkBasket, percent: Decimal) -> Proposal:
    rate = min(ratio(percent), WHOLE)
    lines = [line for line in basket.receiving_in(promotion.targets) if line.remaining]
    cuts = [_line_cut(line, promotion.max_units_per_line) for line in lines]
    value = sum((cut.weight for cut in cuts), 0)
    return Proposal(cuts, part_of(value, rate))


def _line_cut(line: WorkLine, max_units: int | None) -> Cut:
    """The whole line, or its dearest units up to `max_units`, in proportion to what they still cost."""
    if max_units is None or max_units * line.unit_milli >= line.source.quantity_milli:
        return Cut(line, line.remaining, line.remaining)
    left = max_units * line.unit_milli
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
            off = min(line.remaining, as_priced(amount, line, promotion.value_basis, basket))
            cuts.append(Cut(line, off, line.remaining))
        return Proposal(cuts, sum((cut.weight for cut in cuts), 0))
    cuts = [Cut(line, line.remaining, line.remaining) for line in lines]
    value = sum((cut.weight for cut in cuts), 0)
    worth = sum((in_basis(cut.weight, cut.line, promotion.value_basis, basket) for cut in cuts), 0)
    if not worth:
        return NOTHING
    total = value if amount >= worth else divide(value * amount, worth)
    return Proposal(cuts, total, whole=True)


def _fixed_per_unit(promotion: Promotion, basket: WorkBasket) -> Proposal:
    cuts = []
    for line in basket.receiving_in(promotion.targets):
        each = as_priced(promotion.amount_minor, line, promotion.value_basis, basket)
        whole = _line_cut(line, promotion.max_units_per_line)
        parts = whole.parts or [Part(place, run.milli, line.value_of(run)) for place, run in enumerate(line.runs)]
        for part in parts:
            part.weight = min(part.weight, divide(each * part.milli, UNIT_MILLI))
        off = sum((part.weight for part in parts), 0)
        if off:
            cuts.append(Cut(line, off, whole.cap, parts))
    return Proposal(cuts, sum((cut.weight for cut in cuts), 0))


# ---- tiers ------------------------------------------------------------------------------------------------


def _reached(promotion: Promotion, basket: WorkBasket) -> Tier | Short:
    """The highest tier whose threshold the targets reach; values count before discounts or after them as the
    promotion's minimum does."""
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
    Kind.CHEAPEST_ITEM: cheapest_item,
    Kind.BOGO: bogo,
    Kind.FIXED_PRICE: fixed_price,
    Kind.TIERED_PERCENT: _tiered_percent,
    Kind.TIERED_FIXED: _tiered_fixed,
}
