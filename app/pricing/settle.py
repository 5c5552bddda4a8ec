"""From a proposal to shares: the promotion's own cap, then rounding as the shop has it, nothing lost or doubled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.pricing.lines import Cut
from app.pricing.model import UNIT_MILLI, DiscountRounding, PricingSettings
from app.pricing.numbers import (
    Exact,
    as_weights,
    ceil_exact,
    divide,
    floor_exact,
    round_exact,
    split_capped,
)
from app.pricing.promotion import Basis, Promotion
from app.pricing.proposal import Proposal


@dataclass(frozen=True, slots=True)
class Settled:
    """`shares`: one for each cut, whole minor units except with FINAL rounding, where they stay exact.

    `rate`: how much comes off for each unit of weight before rounding. What single units cost afterwards follows it,
    so that a unit given away costs nothing, whichever way its line's share was rounded.
    """

    shares: Sequence[Exact]
    rate: Exact


def settle(promotion: Promotion, proposal: Proposal, settings: PricingSettings) -> Settled:
    weight = sum((cut.weight for cut in proposal.cuts), 0)
    if not weight or not proposal.total:
        return Settled([0] * len(proposal.cuts), 0)
    capped = _capped(promotion, proposal, weight, settings)
    total = proposal.total if capped is None else capped
    shares = _shares(promotion, proposal, settings, total, weight, bound=capped is not None)
    in_parts = any(cut.parts is not None for cut in proposal.cuts)
    return Settled(shares, divide(total, weight) if in_parts else 0)  # asked for by parts only


def _shares(
    promotion: Promotion, proposal: Proposal, settings: PricingSettings, total: Exact, weight: Exact, *, bound: bool
) -> list[Exact]:
    """`bound`: the promotion's own cap made the total."""
    level = settings.discount_rounding
    if level is DiscountRounding.FINAL:
        return [divide(total * cut.weight, weight) for cut in proposal.cuts]
    if level is DiscountRounding.RECEIPT or proposal.whole or bound:
        return _split(round_exact(total, settings.rounding_mode), proposal.cuts)
    shares = [_rounded(cut, divide(total * cut.weight, weight), settings) for cut in proposal.cuts]
    cap = promotion.max_discount_minor
    if cap is not None and promotion.max_discount_basis is Basis.AS_PRICED and sum(shares) > cap:
        return _split(cap, proposal.cuts)
    return list(shares)


def _capped(promotion: Promotion, proposal: Proposal, weight: Exact, settings: PricingSettings) -> Exact | None:
    """The lower total when the promotion's own maximum binds; None when it does not."""
    cap = promotion.max_discount_minor
    if cap is None:
        return None
    inclusive = settings.prices_include_tax
    worth: Exact = proposal.total
    if promotion.max_discount_basis is Basis.GROSS and not inclusive:
        worth = divide(proposal.total * sum((cut.weight * cut.line.factor for cut in proposal.cuts), 0), weight)
    elif promotion.max_discount_basis is Basis.NET and inclusive:
        weighed = sum((divide(cut.weight, cut.line.factor) for cut in proposal.cuts), 0)
        worth = divide(proposal.total * weighed, weight)
    return None if worth <= cap else divide(proposal.total * cap, worth)


def _split(whole: int, cuts: list[Cut]) -> list[Exact]:
    caps = [cut.cap if cut.parts is None and type(cut.cap) is int else _most(cut) for cut in cuts]
    whole = min(whole, sum(caps))
    return list(split_capped(whole, as_weights([cut.weight for cut in cuts]), caps))


def _most(cut: Cut) -> int:
    """What may come off at most. Some units of a line can be worth 3.67 when earlier discounts lie on all of them:
    rounded that is 4, which the line as a whole still holds."""
    if cut.parts is None:  # the whole line, whose worth between promotions is whole
        return floor_exact(cut.cap)
    return min(floor_exact(cut.line.remaining), ceil_exact(cut.cap))


def _rounded(cut: Cut, share: Exact, settings: PricingSettings) -> int:
    mode = settings.rounding_mode
    if share == cut.line.remaining:  # all of it: rounding unit by unit must not leave a stray minor unit due
        return floor_exact(share)
    if settings.discount_rounding is DiscountRounding.LINE:
        rounded = round_exact(share, mode)
    else:
        rounded = sum(
            round_exact(divide(round_exact(divide(own * UNIT_MILLI, milli), mode) * milli, UNIT_MILLI), mode)
            for own, milli in _by_unit_price(cut, share)
        )
    return min(rounded, _most(cut))


def _by_unit_price(cut: Cut, share: Exact) -> list[tuple[Exact, int]]:
    """The share on each group of equal units, with how many thousandths of a unit are in it."""
    if cut.parts is not None:
        return [(divide(share * part.weight, cut.weight), part.milli) for part in cut.parts]
    whole = sum(run.weight for run in cut.line.runs)
    return [(divide(share * run.weight, whole), run.milli) for run in cut.line.runs if run.weight]
