"""Whether a promotion may count at all: when, where, for whom, how often, and with what in the basket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.pricing import reasons
from app.pricing.model import UNIT_MILLI, CustomerFacts, EnteredCode, PricingSettings, PriorUse, UsageFacts
from app.pricing.promotion import AmountOn, Conditions, HappyHour, Promotion, Schedule
from app.pricing.reasons import Why
from app.pricing.state import WorkBasket

_NEVER = PriorUse(0)


@dataclass(frozen=True, slots=True)
class Moment:
    """`now` on the shop's wall."""

    day: date
    clock: time

    @classmethod
    def of(cls, now: datetime, settings: PricingSettings) -> Moment:
        local = now.astimezone(ZoneInfo(settings.time_zone))
        return cls(local.date(), local.time())


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All that surrounds the basket."""

    moment: Moment
    outlet_id: int | None
    customer: CustomerFacts | None
    usage: UsageFacts
    settings: PricingSettings


def normal_code(text: str, settings: PricingSettings) -> str:
    """How a code is compared: without the blanks around it, and case-blind unless the shop says otherwise."""
    stripped = text.strip()
    return stripped if settings.codes_case_sensitive else stripped.casefold()


def why_not(promotion: Promotion, entered: EnteredCode | None, around: Circumstances) -> Why | None:
    """The first thing that stands against it, without looking at the basket; None when nothing does."""
    if not promotion.active:
        return reasons.switched_off()
    return (
        _code_itself(entered, around)
        or _schedule(promotion.schedule, around.moment)
        or _audience(promotion, around)
        or _limits(promotion, entered, around)
    )


def _code_itself(entered: EnteredCode | None, around: Circumstances) -> Why | None:
    if entered is None:
        return None
    if entered.blocked:
        return reasons.code_blocked()
    day = around.moment.day
    if entered.valid_from is not None and day < entered.valid_from:
        return reasons.not_started(entered.valid_from)
    if entered.valid_to is not None and day > entered.valid_to:
        return reasons.expired(entered.valid_to)
    if entered.customer_id is not None:
        if around.customer is None:
            return reasons.customer_needed()
        if around.customer.id != entered.customer_id:
            return reasons.customer_not_eligible("the customer it was issued to")
    if entered.max_uses is not None and entered.used >= entered.max_uses:
        return reasons.used_up(entered.used, entered.max_uses, code=True)
    return None


def stands_at(schedule: Schedule, moment: Moment) -> bool:
    """Whether the period, the weekday and the hours allow it then."""
    return _schedule(schedule, moment) is None


def _schedule(schedule: Schedule, moment: Moment) -> Why | None:
    if any(_inside(hours, schedule, moment) for hours in schedule.hours):
        return None
    if schedule.valid_from is not None and moment.day < schedule.valid_from:
        return reasons.not_started(schedule.valid_from)
    if schedule.valid_to is not None and moment.day > schedule.valid_to:
        return reasons.expired(schedule.valid_to)
    if schedule.weekdays and moment.day.weekday() not in schedule.weekdays:
        return reasons.wrong_day(schedule.weekdays)
    if not schedule.hours:
        return None
    later = [hours.start for hours in schedule.hours if moment.clock < hours.start]
    if later:
        return reasons.starts_at(min(later))
    return reasons.over_for_today(max(hours.end for hours in schedule.hours))


def _inside(hours: HappyHour, schedule: Schedule, moment: Moment) -> bool:
    """What runs past midnight belongs to the day it began on, for the weekday and the period alike."""
    past_midnight = hours.end <= hours.start
    if hours.start <= moment.clock and (past_midnight or moment.clock < hours.end):
        return _runs_on(moment.day, schedule)
    return past_midnight and moment.clock < hours.end and _runs_on(moment.day - timedelta(days=1), schedule)


def _runs_on(day: date, schedule: Schedule) -> bool:
    return (
        (schedule.valid_from is None or day >= schedule.valid_from)
        and (schedule.valid_to is None or day <= schedule.valid_to)
        and (not schedule.weekdays or day.weekday() in schedule.weekdays)
    )


def _audience(promotion: Promotion, around: Circumstances) -> Why | None:
    audience, customer = promotion.audience, around.customer
    if audience.outlets and around.outlet_id not in audience.outlets:
        return reasons.wrong_outlet()
    if customer is None:
        needed = audience.needs_customer or promotion.limits.needs_customer
        return reasons.customer_needed() if needed else None
    checks = (
        (not audience.customers or customer.id in audience.customers, "other customers"),
        (not audience.groups or bool(audience.groups & customer.groups), "another customer group"),
        (not audience.segments or bool(audience.segments & customer.segments), "another customer segment"),
        (
            not audience.price_groups
            or (customer.price_group is not None and customer.price_group.id in audience.price_groups),
            "another price group",
        ),
        (not audience.tiers or customer.tier in audience.tiers, f"tier {' or '.join(sorted(audience.tiers))}"),
        (not audience.birthday_month or customer.birth_month == around.moment.day.month, "the month of the birthday"),
        (not audience.first_purchase or customer.visits == 0, "the first purchase"),
    )
    for holds, who in checks:
        if not holds:
            return reasons.customer_not_eligible(who)
    return None


def _limits(promotion: Promotion, entered: EnteredCode | None, around: Circumstances) -> Why | None:
    limits, usage, customer = promotion.limits, around.usage, around.customer
    used = usage.uses.get(promotion.id, 0)
    if limits.total_uses is not None and used >= limits.total_uses:
        return reasons.used_up(used, limits.total_uses, code=False)
    code = normal_code(entered.text, around.settings) if entered is not None else None
    if code is not None and limits.per_code_uses is not None:
        used = max(usage.code_uses.get(code, 0), entered.used if entered is not None else 0)
        if used >= limits.per_code_uses:
            return reasons.used_up(used, limits.per_code_uses, code=True)
    if customer is None:
        return None
    if limits.per_customer_uses is not None:
        prior = customer.prior_uses.get(promotion.id, _NEVER)
        if prior.uses >= limits.per_customer_uses:
            return reasons.used_by_customer(prior.uses, limits.per_customer_uses, prior.last_invoice)
    if code is not None and limits.per_customer_code_uses is not None:
        prior = customer.prior_code_uses.get(code, _NEVER)
        if prior.uses >= limits.per_customer_code_uses:
            return reasons.used_by_customer(prior.uses, limits.per_customer_code_uses, prior.last_invoice)
    return None


def conditions_unmet(promotion: Promotion, basket: WorkBasket) -> Why | None:
    """What the basket lacks. Quantities are asked before amounts: the remedy is the plainer one."""
    conditions = promotion.conditions
    return _quantity_unmet(conditions, basket) or _amount_unmet(promotion, basket)


def _quantity_unmet(conditions: Conditions, basket: WorkBasket) -> Why | None:
    wanted = conditions.min_quantity_milli
    if not wanted and not conditions.targets.is_everything and conditions.amount_on is not AmountOn.CONDITION_TARGETS:
        wanted = 1
    if not wanted:
        return None
    counted = sum(line.count_milli for line in basket.counting_in(conditions.targets))
    if counted >= wanted:
        return None
    return reasons.quantity_missing(max(wanted, UNIT_MILLI) - counted, conditions.targets.label)


def _amount_unmet(promotion: Promotion, basket: WorkBasket) -> Why | None:
    conditions, currency = promotion.conditions, basket.settings.currency
    if not conditions.min_amount_minor and conditions.amount_equals_minor is None:
        return None
    target = {
        AmountOn.CONDITION_TARGETS: conditions.targets,
        AmountOn.TARGETS: promotion.targets,
        AmountOn.BASKET: None,
    }[conditions.amount_on]
    label = target.label if target is not None else ""
    if target is None and not conditions.after_discounts:
        worth = basket.basket_worth(conditions.amount_basis)
    else:
        lines = basket.counting if target is None else basket.counting_in(target)
        worth = basket.worth(lines, conditions.amount_basis, after=conditions.after_discounts)
    if worth < conditions.min_amount_minor:
        return reasons.amount_missing(conditions.min_amount_minor - worth, label, currency)
    if conditions.amount_equals_minor is not None and worth != conditions.amount_equals_minor:
        return reasons.amount_not_equal(conditions.amount_equals_minor, currency)
    return None
