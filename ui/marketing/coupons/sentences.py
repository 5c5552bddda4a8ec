"""A promotion in plain sentences: what it gives, on what, when, to whom, how often."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.coupons.options import Options
from app.money import Money
from app.pricing.promotion import (
    AmountOn,
    Audience,
    Conditions,
    Deal,
    Kind,
    Pool,
    Promotion,
    Selection,
    Target,
    Tier,
    TierBasis,
    Which,
)
from ui.shared.format import Formats

MOST_NAMES = 4


def tr(text: str) -> str:
    return QCoreApplication.translate("coupons", text)


class Describer:
    """Makes the sentences for one shop: its way of writing money and the names it gives things."""

    def __init__(self, formats: Formats, options: Options) -> None:
        self._formats = formats
        self._options = options

    def money(self, minor: int) -> str:
        return self._formats.money(Money(minor, self._formats.currency))

    # --- what it gives -------------------------------------------------------------------------------------

    def gives(self, promotion: Promotion) -> str:
        """One sentence: "10% off Bakery"."""
        on = self.target(promotion.targets)
        writers = {
            Kind.PERCENT: self._percent,
            Kind.FIXED: self._fixed,
            Kind.FIXED_PER_UNIT: self._per_unit,
            Kind.CHEAPEST_ITEM: self._cheapest,
            Kind.BOGO: self._deal,
            Kind.FIXED_PRICE: self._bundle,
            Kind.TIERED_PERCENT: self._tiers,
            Kind.TIERED_FIXED: self._tiers,
        }
        said = writers[promotion.kind](promotion, on)
        if promotion.max_discount_minor is not None:
            said += tr(", at most {0} in all").format(self.money(promotion.max_discount_minor))
        return said

    def _percent(self, promotion: Promotion, on: str) -> str:
        percent = self._formats.percent(promotion.percent)
        if promotion.max_units_per_line is not None:
            return tr("{0} off the first {1} of {2}").format(percent, promotion.max_units_per_line, on)
        return tr("{0} off {1}").format(percent, on)

    def _fixed(self, promotion: Promotion, on: str) -> str:
        words = tr("{0} off each line of {1}") if promotion.per_line else tr("{0} off {1}")
        return words.format(self.money(promotion.amount_minor), on)

    def _per_unit(self, promotion: Promotion, on: str) -> str:
        return tr("{0} off each piece of {1}").format(self.money(promotion.amount_minor), on)

    def _cheapest(self, promotion: Promotion, on: str) -> str:
        if promotion.amount_minor > 0:
            return tr("{0} off the cheapest of {1}").format(self.money(promotion.amount_minor), on)
        if promotion.percent == 100:
            return tr("The cheapest of {0} is free").format(on)
        return tr("{0} off the cheapest of {1}").format(self._formats.percent(promotion.percent), on)

    def _deal(self, promotion: Promotion, _on: str) -> str:
        deal = promotion.deal or Deal()
        if deal.amount_off_minor is not None:
            how = tr("{0} off each").format(self.money(deal.amount_off_minor))
        elif deal.percent == 100:
            how = tr("free")
        else:
            how = tr("{0} off").format(self._formats.percent(deal.percent))
        if deal.pool is Pool.SHARED:
            end = tr("the cheapest") if deal.which is Which.CHEAPEST else tr("the dearest")
            said = tr("Of {0} of {1}, {2} {3}: {4}").format(
                deal.buy_units + deal.get_units, self.target(deal.buy), end, deal.get_units, how
            )
        else:
            said = tr("Buy {0} of {1}, get {2} of {3}: {4}").format(
                deal.buy_units, self.target(deal.buy), deal.get_units, self.target(deal.get), how
            )
        if deal.max_applications is not None and deal.repeat:
            many = tr(", up to {0} times").format(deal.max_applications)
            return said + (tr(", once") if deal.max_applications == 1 else many)
        return said + (tr(", as often as it fits") if deal.repeat else tr(", once"))

    def _bundle(self, promotion: Promotion, on: str) -> str:
        said = tr("{0} of {1} for {2}").format(promotion.bundle_units, on, self.money(promotion.bundle_price_minor))
        return said + (tr(", as often as it fits") if promotion.bundle_repeat else "")

    def _tiers(self, promotion: Promotion, on: str) -> str:
        def step(tier: Tier) -> str:
            by_value = promotion.tier_basis is TierBasis.VALUE
            start = self.money(tier.threshold) if by_value else self._formats.quantity(tier.threshold)
            percent = promotion.kind is Kind.TIERED_PERCENT
            off = self._formats.percent(tier.percent) if percent else self.money(tier.amount_minor)
            return tr("{0} off from {1}").format(off, start)

        return tr("{0}: {1}").format(on[:1].upper() + on[1:], ", ".join(step(tier) for tier in promotion.tiers))

    # --- on what -------------------------------------------------------------------------------------------

    def target(self, target: Target) -> str:
        """ "everything", "Bakery or Cheese, but not gift boxes"."""
        said = self._selection(target.include) or tr("everything")
        without = self._selection(target.exclude)
        return tr("{0} but not {1}").format(said, without) if without else said

    def _selection(self, selection: Selection) -> str:
        names = [
            *(self._options.name("categories", one) for one in sorted(selection.categories)),
            *(self._options.name("brands", one) for one in sorted(selection.brands)),
            *(self._options.name("products", one) for one in sorted(selection.products)),
            *(f"#{tag}" for tag in sorted(selection.tags)),
        ]
        return _either([name or tr("something that is gone") for name in names])

    # --- under which conditions ----------------------------------------------------------------------------

    def conditions(self, promotion: Promotion) -> list[str]:
        """Every sentence there is to say besides what it gives; none that says nothing."""
        said = [
            *self._basket(promotion.conditions),
            *self._when(promotion),
            *self._who(promotion.audience),
            *self._how_often(promotion),
            *self._beside_others(promotion),
        ]
        if not promotion.by_code:
            said.insert(0, tr("Given by itself, without a code."))
        elif promotion.codes:
            said.insert(0, tr("With the code {0}.").format(_either(list(promotion.codes))))
        else:
            said.insert(0, tr("With a code of its own for each customer."))
        return said

    def _basket(self, conditions: Conditions) -> list[str]:
        said = []
        what = self.target(conditions.targets)
        if conditions.min_amount_minor:
            on = what if conditions.amount_on is AmountOn.CONDITION_TARGETS else tr("the basket")
            when = tr(" after other discounts") if conditions.after_discounts else ""
            said.append(tr("Needs {0} or more of {1}{2}.").format(self.money(conditions.min_amount_minor), on, when))
        if conditions.min_quantity_milli:
            said.append(tr("Needs {0} of {1}.").format(self._formats.quantity(conditions.min_quantity_milli), what))
        elif not conditions.targets.include.is_empty and not conditions.min_amount_minor:
            said.append(tr("Needs one of {0}.").format(what))
        if conditions.amount_equals_minor is not None:
            said.append(tr("The basket must be worth exactly {0}.").format(self.money(conditions.amount_equals_minor)))
        return said

    def _when(self, promotion: Promotion) -> list[str]:
        schedule, formats = promotion.schedule, self._formats
        said = []
        start = formats.date(schedule.valid_from) if schedule.valid_from else ""
        end = formats.date(schedule.valid_to) if schedule.valid_to else ""
        if start and end:
            said.append(tr("From {0} to {1}.").format(start, end))
        elif start or end:
            said.append((tr("From {0} on.") if start else tr("Until {0}.")).format(start or end))
        if schedule.weekdays and len(schedule.weekdays) < 7:
            said.append(tr("On {0}.").format(", ".join(day_names()[day] for day in sorted(schedule.weekdays))))
        if schedule.hours:
            hours = [f"{one.start:%H:%M}–{one.end:%H:%M}" for one in schedule.hours]
            said.append(tr("Between {0}.").format(_either(hours)))
        return said

    def _who(self, audience: Audience) -> list[str]:
        kinds = (
            (tr("In {0} only."), "outlets", audience.outlets),
            (tr("For the segment {0}."), "segments", audience.segments),
            (tr("For the group {0}."), "groups", audience.groups),
            (tr("For the price group {0}."), "price_groups", audience.price_groups),
        )
        said = [
            words.format(_either([self._options.name(kind, one) or "?" for one in sorted(ids)]))
            for words, kind, ids in kinds
            if ids
        ]
        if audience.tiers:
            said.append(tr("For the tier {0}.").format(_either(sorted(audience.tiers))))
        if audience.customers:
            count = len(audience.customers)
            said.append(tr("For 1 chosen customer.") if count == 1 else tr("For {0} chosen customers.").format(count))
        if audience.birthday_month:
            said.append(tr("In the month of the customer's birthday."))
        if audience.first_purchase:
            said.append(tr("On a customer's first purchase."))
        return said

    def _how_often(self, promotion: Promotion) -> list[str]:
        limits = promotion.limits
        counts = (
            (tr("{0} times in all."), tr("Once in all."), limits.total_uses),
            (tr("{0} times for each code."), tr("Once for each code."), limits.per_code_uses),
            (tr("{0} times for each customer."), tr("Once for each customer."), limits.per_customer_uses),
            (tr("{0} times for each customer and code."), tr("Once for each customer and code."),
             limits.per_customer_code_uses),
        )  # fmt: skip
        said = [(once if count == 1 else many.format(count)) for many, once, count in counts if count is not None]
        if promotion.budget is not None:
            said.append(tr("While the campaign has some of its {0} left.").format(self.money(promotion.budget.limit)))
        return said

    def _beside_others(self, promotion: Promotion) -> list[str]:
        if not promotion.exclusive_group:
            return []
        words = tr("Of “{0}”, only the best counts.") if promotion.best_of_group else tr("Of “{0}”, only one counts.")
        return [words.format(promotion.exclusive_group)]


def day_names() -> list[str]:
    return [tr("Monday"), tr("Tuesday"), tr("Wednesday"), tr("Thursday"), tr("Friday"), tr("Saturday"), tr("Sunday")]


def _either(names: list[str]) -> str:
    if len(names) > MOST_NAMES:
        return tr("{0} and {1} more").format(", ".join(names[:MOST_NAMES]), len(names) - MOST_NAMES)
    if len(names) < 2:
        return "".join(names)
    return tr("{0} or {1}").format(", ".join(names[:-1]), names[-1])
