"""Pricing a basket: hand discounts, then promotions one after another, then tax and totals.

Deterministic to the minor unit. Ties: promotions by priority, then by their place in the catalogue; the best of
several by the larger discount, then the earlier one; units and odd cents as kinds.py and `split_minor` state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.pricing import reasons
from app.pricing.catalogue import Catalogue
from app.pricing.eligibility import Circumstances, Moment, conditions_unmet, normal_code, why_not
from app.pricing.kinds import propose
from app.pricing.lines import Cut, open_basket
from app.pricing.model import (
    ApplicationOrder,
    Basket,
    Combine,
    CustomerFacts,
    DuplicateCode,
    EnteredCode,
    Outcome,
    PricedBasket,
    PricingSettings,
    TrailEntry,
    UsageFacts,
)
from app.pricing.numbers import Exact, round_exact
from app.pricing.promotion import ALL_CLASSES, BudgetType, Kind, Promotion
from app.pricing.proposal import Proposal, Short
from app.pricing.reasons import Reason, Why
from app.pricing.result import finish
from app.pricing.settle import Settled, settle
from app.pricing.state import AppliedPromotion, WorkBasket, take_manual

_NO_USAGE = UsageFacts()

# An automatic promotion that is not running here and now is no candidate; its code, once entered, gets the reason.
_NOT_RUNNING = frozenset({Reason.EXPIRED, Reason.NOT_STARTED, Reason.WRONG_OUTLET, Reason.NO_TARGET_IN_BASKET})


@dataclass(frozen=True, slots=True)
class _Candidate:
    promotion: Promotion
    entered: EnteredCode | None

    @property
    def code(self) -> str:
        return "" if self.entered is None else self.entered.text


@dataclass(frozen=True, slots=True)
class _Effect:
    cuts: Sequence[Cut]
    settled: Settled
    amount: Exact


@dataclass(frozen=True, slots=True)
class _Beaten:
    by: int  # the winner's place among the candidates
    why: Why


def price(
    basket: Basket,
    catalogue: Catalogue,
    settings: PricingSettings,
    *,
    now: datetime,
    customer: CustomerFacts | None = None,
    usage: UsageFacts = _NO_USAGE,
) -> PricedBasket:
    """The basket with every price, discount share, tax and the reason for each promotion that does not count.

    `now` is aware. Reads nothing and changes nothing: the same arguments give the same answer.
    """
    around = Circumstances(Moment.of(now, settings), basket.outlet_id, customer, usage, settings)
    candidates, unresolved = _candidates(basket, catalogue, around)
    beat_nobody: set[int] = set()
    while True:
        work = WorkBasket(open_basket(basket.lines, customer), settings)
        take_manual(work, basket.discounts)
        trail, fallen = _run(candidates, work, around, beat_nobody)
        if not fallen:
            break
        beat_nobody |= fallen  # rare: a winner came to nothing after all, so its rivals are asked again without it
    trail.extend(_repeats(unresolved, trail, settings))
    return finish(work, trail)


# ---- who is in play ---------------------------------------------------------------------------------------


def _candidates(
    basket: Basket, catalogue: Catalogue, around: Circumstances
) -> tuple[list[_Candidate], list[tuple[EnteredCode, Why | None]]]:
    """Candidates in order of application, and codes that lead to none (None: a repeat of an earlier one)."""
    settings = around.settings
    automatic = [_Candidate(found, None) for found in catalogue.automatic(basket, around.customer)]
    coded: list[_Candidate] = []
    unresolved: list[tuple[EnteredCode, Why | None]] = []
    seen: set[str] = set()
    for entered in basket.codes:
        normal = normal_code(entered.text, settings)
        if normal in seen:
            unresolved.append((entered, None))
            continue
        seen.add(normal)
        found = _unlocked(entered, catalogue, settings)
        if not found:
            unresolved.append((entered, reasons.unknown_code(entered.text)))
        coded.extend(_Candidate(promotion, entered) for promotion in found)

    def rank(candidate: _Candidate) -> tuple[int, int]:
        return catalogue.rank(candidate.promotion)

    if settings.order is ApplicationOrder.AS_ENTERED:
        return [*sorted(automatic, key=rank), *coded], unresolved
    return sorted([*automatic, *coded], key=rank), unresolved


def _unlocked(entered: EnteredCode, catalogue: Catalogue, settings: PricingSettings) -> list[Promotion]:
    if entered.promotion_id is None:
        return catalogue.by_code(entered.text, settings)
    promotion = catalogue.by_id(entered.promotion_id)
    return [] if promotion is None else [promotion]


def _repeats(
    unresolved: Sequence[tuple[EnteredCode, Why | None]],
    trail: Sequence[TrailEntry | AppliedPromotion],
    settings: PricingSettings,
) -> list[TrailEntry]:
    """Unknown codes, and codes entered twice: told so, or what the first entry was told when it did not count."""
    found = []
    told = {normal_code(entry.code, settings): entry for entry in trail if entry.code}
    for entered, why in unresolved:
        if why is not None:
            entry = _refused_code(entered, why)
            told[normal_code(entered.text, settings)] = entry
            found.append(entry)
        elif settings.duplicate_code is DuplicateCode.REFUSE:
            first = told.get(normal_code(entered.text, settings))
            if isinstance(first, TrailEntry) and first.outcome is Outcome.REFUSED:
                found.append(_refused_code(entered, Why(Reason(first.reason), first.sentence, first.params)))
            else:
                found.append(_refused_code(entered, reasons.already_applied()))
    return found


def _refused_code(entered: EnteredCode, why: Why) -> TrailEntry:
    return TrailEntry(
        promotion_id=entered.promotion_id,
        version=0,
        name="",
        outcome=Outcome.REFUSED,
        reason=why.reason.value,
        sentence=why.sentence,
        code=entered.text,
        params=why.params,
    )


# ---- one after another ------------------------------------------------------------------------------------


def _run(
    candidates: Sequence[_Candidate], work: WorkBasket, around: Circumstances, beat_nobody: set[int]
) -> tuple[list[TrailEntry | AppliedPromotion], set[int]]:
    """The trail so far, and the places of winners that others gave way to but that came to nothing on their turn."""
    lost = _lost_to_better(candidates, work, around, beat_nobody)
    winners = {beaten.by for beaten in lost.values()}
    fallen: set[int] = set()
    trail: list[TrailEntry | AppliedPromotion] = []
    for place, candidate in enumerate(candidates):
        beaten = lost.get(place)
        if beaten is not None:
            trail.append(_not_applied(candidate, beaten.why))
            continue
        effect = _evaluate(candidate, work, around)
        if isinstance(effect, _Effect):
            effect = _only_one(work, around.settings) or effect
        if isinstance(effect, _Effect):
            trail.append(_apply(candidate, effect, work))
            continue
        if place in winners:
            fallen.add(place)
        if candidate.entered is not None or effect.reason not in _NOT_RUNNING:
            trail.append(_not_applied(candidate, effect))
    return trail, fallen


def _only_one(work: WorkBasket, settings: PricingSettings) -> Why | None:
    """With the best one only, what the winner's discount makes possible is still a second one."""
    if settings.combine is not Combine.BEST_ONE or not work.applied:
        return None
    winner = work.applied[0]
    taken = round_exact(sum(winner.shares.values(), 0))
    return reasons.better_one(winner.promotion.name, taken, settings.currency)


def _lost_to_better(
    candidates: Sequence[_Candidate], work: WorkBasket, around: Circumstances, beat_nobody: set[int]
) -> dict[int, _Beaten]:
    """Places of candidates that a better one beats, each worked out on the basket as it was rung up."""
    best_one = around.settings.combine is Combine.BEST_ONE
    groups: dict[str, list[int]] = {}
    for place, candidate in enumerate(candidates):
        if place in beat_nobody:
            continue
        if best_one:
            groups.setdefault("", []).append(place)
        elif candidate.promotion.best_of_group and candidate.promotion.exclusive_group:
            groups.setdefault(candidate.promotion.exclusive_group, []).append(place)
    lost: dict[int, _Beaten] = {}
    for places in groups.values():
        if len(places) < 2:
            continue
        effects = [(place, _evaluate(candidates[place], work, around)) for place in places]
        rivals = [(place, effect) for place, effect in effects if isinstance(effect, _Effect)]
        if not rivals:
            continue
        winner, best = max(rivals, key=lambda rival: (rival[1].amount, -rival[0]))
        why = reasons.better_one(candidates[winner].promotion.name, round_exact(best.amount), around.settings.currency)
        lost.update((place, _Beaten(winner, why)) for place, _ in rivals if place != winner)
    return lost


def _evaluate(candidate: _Candidate, work: WorkBasket, around: Circumstances) -> _Effect | Why:
    promotion = candidate.promotion
    why = why_not(promotion, candidate.entered, around) or _clash(promotion, work) or conditions_unmet(promotion, work)
    if why is not None:
        return why
    proposal = propose(promotion, work)
    if isinstance(proposal, Short):
        return _short(proposal, around.settings)
    settled = settle(promotion, proposal, around.settings)
    amount: Exact = sum(settled.shares, 0)
    if not amount:
        return _no_effect(promotion, proposal, work)
    return _over_budget(promotion, amount, work, around) or _Effect(proposal.cuts, settled, amount)


def _clash(promotion: Promotion, work: WorkBasket) -> Why | None:
    if work.all_combine and not promotion.exclusive_group and promotion.combines_with == ALL_CLASSES:
        used = work.used_ids.get(promotion.id, 0)
        if used < promotion.codes_per_sale:
            return None
    same = 0
    for applied in work.applied:
        other = applied.promotion
        if other.id == promotion.id:
            same += 1
            if same >= promotion.codes_per_sale:
                return reasons.counts_so_often(other.name, promotion.codes_per_sale)
            continue
        in_group = bool(promotion.exclusive_group) and promotion.exclusive_group == other.exclusive_group
        combinable = promotion.combine_class in other.combines_with and other.combine_class in promotion.combines_with
        if in_group or not combinable:
            return reasons.not_with(other.name)
    return None


def _short(short: Short, settings: PricingSettings) -> Why:
    if short.missing_minor:
        return reasons.amount_missing(short.missing_minor, short.target.label, settings.currency)
    return reasons.quantity_missing(short.missing_milli, short.target.label)


def _no_effect(promotion: Promotion, proposal: Proposal, work: WorkBasket) -> Why:
    if not proposal.cuts and not work.counting_in(promotion.targets):
        return reasons.no_target(promotion.targets.label)
    if promotion.kind is Kind.FIXED_PRICE and work.receiving_in(promotion.targets):
        return reasons.cheaper_without(promotion.bundle_price_minor, work.settings.currency)
    return reasons.nothing_to_discount()


def _over_budget(promotion: Promotion, amount: Exact, work: WorkBasket, around: Circumstances) -> Why | None:
    budget = promotion.budget
    if budget is None:
        return None
    if budget.type is BudgetType.USES:
        used = around.usage.budget_uses.get(budget.id, 0) + work.budget_uses.get(budget.id, 0)
        return reasons.budget_used_up(budget.limit) if used >= budget.limit else None
    spent = around.usage.budget_spent_minor.get(budget.id, 0) + work.budget_spent.get(budget.id, 0)
    left = budget.limit - spent
    return reasons.over_budget(left, around.settings.currency) if round_exact(amount) > left else None


def _apply(candidate: _Candidate, effect: _Effect, work: WorkBasket) -> AppliedPromotion:
    promotion = candidate.promotion
    shares: dict[int, Exact] = {}
    for cut, share in zip(effect.cuts, effect.settled.shares, strict=True):
        cut.line.take(share, cut, effect.settled.rate)
        if share:
            shares[cut.line.place] = share
    applied = AppliedPromotion(promotion, candidate.code, shares)
    work.note(applied)
    if promotion.budget is not None:
        budget = promotion.budget.id
        work.budget_spent[budget] = work.budget_spent.get(budget, 0) + round_exact(effect.amount)
        work.budget_uses[budget] = work.budget_uses.get(budget, 0) + 1
    return applied


def _not_applied(candidate: _Candidate, why: Why) -> TrailEntry:
    """A code that lost to a better offer is no refusal: the customer got the better one."""
    refused = candidate.entered is not None and why.reason is not Reason.BEST_OF
    return TrailEntry(
        promotion_id=candidate.promotion.id,
        version=candidate.promotion.version,
        name=candidate.promotion.name,
        outcome=Outcome.REFUSED if refused else Outcome.SKIPPED,
        reason=why.reason.value,
        sentence=why.sentence,
        code=candidate.code,
        params=why.params,
    )
