"""What a promotion may hold: refusals for the negative, the absurd and the contradictory, by field."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from app.errors import InvalidInput
from app.money import LARGEST_MINOR
from app.pricing.promotion import BudgetType, Deal, Kind, Promotion, TierBasis

LARGEST_COUNT = 1_000_000
LONGEST_NAME = 160
LONGEST_CODE = 60
MOST_CODES = 1000
MOST_DECIMALS = 6  # of a percentage, as serialize.py reads them back


class PromotionInvalid(InvalidInput):
    """One field of a promotion cannot be as it is; `field` is its path in the JSON form."""

    code = "promotion.invalid"


def check(promotion: Promotion) -> None:
    """Raise PromotionInvalid for the first thing wrong; see `problems` for all of them."""
    for problem in problems(promotion):
        raise problem


def problems(promotion: Promotion) -> Iterator[PromotionInvalid]:
    """Everything wrong with it, in the order of the editor's fields."""
    yield from _identity(promotion)
    yield from _value(promotion)
    yield from _conditions(promotion)
    yield from _limits(promotion)


def _wrong(field: str, sentence: str) -> PromotionInvalid:
    return PromotionInvalid(sentence, field=field)


def _identity(promotion: Promotion) -> Iterator[PromotionInvalid]:
    if not promotion.name.strip() or len(promotion.name) > LONGEST_NAME:
        yield _wrong("name", f"Give the promotion a name of at most {LONGEST_NAME} characters.")
    if promotion.version < 1:
        yield _wrong("version", "Versions count from 1.")
    if abs(promotion.priority) > LARGEST_COUNT:
        yield _wrong("priority", "The priority is too far from zero.")
    if len(promotion.codes) > MOST_CODES:
        yield _wrong("codes", f"At most {MOST_CODES} shared codes; make single-use codes in bulk instead.")
    for code in promotion.codes:
        if not code.strip() or len(code) > LONGEST_CODE or not code.isprintable():
            yield _wrong("codes", f"A code has 1 to {LONGEST_CODE} characters that can be typed.")
    if not 1 <= promotion.codes_per_sale <= LARGEST_COUNT:
        yield _wrong("codes_per_sale", "At least one code of it must count in a sale.")


def _percent(field: str, percent: Decimal, *, above_zero: bool) -> Iterator[PromotionInvalid]:
    if not percent.is_finite() or not 0 <= percent <= 100:
        yield _wrong(field, "A percentage off is between 0 and 100.")
    elif round(percent, MOST_DECIMALS) != percent:
        yield _wrong(field, f"A percentage has at most {MOST_DECIMALS} decimals.")
    elif above_zero and percent == 0:
        yield _wrong(field, "Say how many percent come off.")


def _amount(field: str, minor: int | None, *, above_zero: bool) -> Iterator[PromotionInvalid]:
    if minor is None:
        return
    if minor < 0:
        yield _wrong(field, "An amount off is never negative.")
    elif minor > LARGEST_MINOR:
        yield _wrong(field, "This amount is too large.")
    elif above_zero and minor == 0:
        yield _wrong(field, "Say how much comes off.")


def _count(field: str, count: int | None, least: int = 1) -> Iterator[PromotionInvalid]:
    if count is not None and not least <= count <= LARGEST_COUNT:
        yield _wrong(field, f"This number is between {least} and {LARGEST_COUNT}.")


def _value(promotion: Promotion) -> Iterator[PromotionInvalid]:
    kind = promotion.kind
    cheapest_by_amount = kind is Kind.CHEAPEST_ITEM and promotion.amount_minor != 0
    takes_percent = kind is Kind.PERCENT or (kind is Kind.CHEAPEST_ITEM and not cheapest_by_amount)
    takes_amount = kind in (Kind.FIXED, Kind.FIXED_PER_UNIT) or cheapest_by_amount
    yield from _percent("percent", promotion.percent, above_zero=takes_percent)
    yield from _amount("amount_minor", promotion.amount_minor, above_zero=takes_amount)
    yield from _amount("max_discount_minor", promotion.max_discount_minor, above_zero=True)
    yield from _count("max_units_per_line", promotion.max_units_per_line)
    if kind is Kind.BOGO:
        if promotion.deal is None:
            yield _wrong("deal", "Say what to buy and what to get.")
        else:
            yield from _deal(promotion.deal)
    if kind is Kind.FIXED_PRICE:
        yield from _count("bundle_units", promotion.bundle_units)
        yield from _count("bundle_max", promotion.bundle_max)
        yield from _amount("bundle_price_minor", promotion.bundle_price_minor, above_zero=False)
    if kind in (Kind.TIERED_PERCENT, Kind.TIERED_FIXED):
        yield from _tiers(promotion)


def _deal(deal: Deal) -> Iterator[PromotionInvalid]:
    yield from _count("deal.buy_units", deal.buy_units)
    yield from _count("deal.get_units", deal.get_units)
    yield from _count("deal.max_applications", deal.max_applications)
    yield from _amount("deal.amount_off_minor", deal.amount_off_minor, above_zero=True)
    yield from _percent("deal.percent", deal.percent, above_zero=deal.amount_off_minor is None)


def _tiers(promotion: Promotion) -> Iterator[PromotionInvalid]:
    if not promotion.tiers:
        yield _wrong("tiers", "Give at least one step.")
    for place, tier in enumerate(promotion.tiers):
        largest = LARGEST_COUNT * 1000 if promotion.tier_basis is TierBasis.QUANTITY else LARGEST_MINOR
        if not 0 <= tier.threshold <= largest:
            yield _wrong(f"tiers[{place}].threshold", "A step starts at zero or above.")
        if promotion.kind is Kind.TIERED_PERCENT:
            yield from _percent(f"tiers[{place}].percent", tier.percent, above_zero=False)
        else:
            yield from _amount(f"tiers[{place}].amount_minor", tier.amount_minor, above_zero=False)
    thresholds = sorted(tier.threshold for tier in promotion.tiers)
    if any(lower == upper for lower, upper in pairwise(thresholds)):
        yield _wrong("tiers", "Two steps start at the same point.")


def _conditions(promotion: Promotion) -> Iterator[PromotionInvalid]:
    conditions, schedule = promotion.conditions, promotion.schedule
    if not 0 <= conditions.min_quantity_milli <= LARGEST_COUNT * 1000:
        yield _wrong("conditions.min_quantity_milli", "A minimum quantity is zero or above.")
    yield from _amount("conditions.min_amount_minor", conditions.min_amount_minor, above_zero=False)
    yield from _amount("conditions.amount_equals_minor", conditions.amount_equals_minor, above_zero=True)
    if schedule.valid_from and schedule.valid_to and schedule.valid_from > schedule.valid_to:
        yield _wrong("schedule.valid_to", "It ends before it starts.")
    if not schedule.weekdays <= frozenset(range(7)):
        yield _wrong("schedule.weekdays", "Weekdays run from 0 (Monday) to 6 (Sunday).")
    for place, hours in enumerate(schedule.hours):
        if hours.start.tzinfo is not None or hours.end.tzinfo is not None:
            yield _wrong(f"schedule.hours[{place}]", "Hours are shop time, without a zone.")


def _limits(promotion: Promotion) -> Iterator[PromotionInvalid]:
    limits = promotion.limits
    yield from _count("limits.total_uses", limits.total_uses)
    yield from _count("limits.per_code_uses", limits.per_code_uses)
    yield from _count("limits.per_customer_uses", limits.per_customer_uses)
    yield from _count("limits.per_customer_code_uses", limits.per_customer_code_uses)
    budget = promotion.budget
    if budget is None:
        return
    if not budget.id:
        yield _wrong("budget.id", "A budget needs a name or number.")
    if budget.type is BudgetType.USES:
        yield from _count("budget.limit", budget.limit, least=0)
    else:
        yield from _amount("budget.limit", budget.limit, above_zero=False)
