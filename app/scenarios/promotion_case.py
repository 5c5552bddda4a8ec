"""Reads a promotions record into the product's own terms: settings, products, promotions, usage, customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from app.money import LARGEST_MINOR, decimals_of
from app.pricing.model import (
    ApplicationOrder,
    Combine,
    DiscountRounding,
    DuplicateCode,
    PricingSettings,
    RoundingMode,
    TaxClass,
    TaxComponent,
)
from app.pricing.promotion import (
    AmountOn,
    Audience,
    Basis,
    BudgetType,
    CampaignBudget,
    Conditions,
    Deal,
    Kind,
    Limits,
    Pool,
    Promotion,
    Schedule,
    Selection,
    Target,
    Tier,
    TierBasis,
    Which,
)
from app.scenarios.answer import Unsupported
from app.scenarios.schema import Malformed, moment

REFUSALS = frozenset(
    {
        "unknown_code", "expired", "not_started", "usage_limit", "per_customer_limit", "customer_not_eligible",
        "min_amount_not_met", "min_qty_not_met", "not_stackable", "already_applied", "budget_exceeded",
    }
)  # fmt: skip


def word_for_a_repeat(record: Mapping[str, Any]) -> str:
    """The record's own refusal for a code entered twice."""
    named = str(record.get("rules", {}).get("duplicate_code", ""))
    return named if named in REFUSALS else "already_applied"


@dataclass
class Names:
    """Ids for the names of one record; a name met only in a rule still gets one, which nothing carries."""

    products: dict[str, int] = field(default_factory=dict)
    categories: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    customers: dict[str, int] = field(default_factory=dict)

    @staticmethod
    def of(known: dict[str, int], name: str) -> int:
        return known.setdefault(name, max(known.values(), default=0) + 1)


class Amounts:
    """Decimal strings of the record to minor units; a record with decimals of its own borrows a fitting currency."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        currency = str(record["currency"])
        self.decimals = int(record.get("decimals", decimals_of(currency)))
        if self.decimals != decimals_of(currency):
            borrowed = {0: "JPY", 2: "USD", 3: "KWD", 4: "CLF"}.get(self.decimals)
            if borrowed is None:
                raise Unsupported(f"amounts with {self.decimals} decimals")
            currency = borrowed
        self.currency = currency

    def minor(self, value: Any) -> int:
        scaled = Decimal(value).scaleb(self.decimals)
        if scaled != scaled.to_integral_value():
            raise Unsupported(f"the amount {value}, finer than {self.currency} can pay")
        if abs(scaled) > LARGEST_MINOR:
            raise Unsupported(f"the amount {value}, larger than the program takes")
        return int(scaled)

    def shown(self, minor: int) -> str:
        return f"{Decimal(minor).scaleb(-self.decimals):.{self.decimals}f}"


def settings_of(record: Mapping[str, Any], amounts: Amounts) -> PricingSettings:
    rules = record.get("rules", {})
    mode = record.get("tax", {}).get("mode", "none")
    return PricingSettings(
        currency=amounts.currency,
        prices_include_tax=_choice("tax.mode", mode, {"none": False, "exclusive": False, "inclusive": True}),
        discount_rounding=_choice(
            "rules.discount_rounding_level",
            rules.get("discount_rounding_level", "order"),
            {
                "order": DiscountRounding.RECEIPT,
                "receipt": DiscountRounding.RECEIPT,
                "line": DiscountRounding.LINE,
                "unit": DiscountRounding.UNIT,
                "final": DiscountRounding.FINAL,
            },
        ),
        rounding_mode=_choice(
            "rules.rounding",
            rules.get("rounding", "half_up"),
            {"half_up": RoundingMode.HALF_UP, "down": RoundingMode.DOWN},
        ),
        codes_case_sensitive=bool(rules.get("code_case_sensitive", False)),
        order=ApplicationOrder.AS_ENTERED if rules.get("apply_on_entry") else ApplicationOrder.LISTED,
        combine=_choice(
            "rules.combine",
            rules.get("combine", "stack"),
            {"stack": Combine.STACK, "all": Combine.STACK, "best_one": Combine.BEST_ONE},
        ),
        duplicate_code=_choice(
            "rules.duplicate_code",
            rules.get("duplicate_code", "already_applied"),
            {
                "ignore": DuplicateCode.IGNORE,
                "ignored": DuplicateCode.IGNORE,
                "refuse": DuplicateCode.REFUSE,
                "refused": DuplicateCode.REFUSE,
                "reject": DuplicateCode.REFUSE,
                "error": DuplicateCode.REFUSE,
                **dict.fromkeys(REFUSALS, DuplicateCode.REFUSE),
            },
        ),
    )


def tax_classes(record: Mapping[str, Any]) -> dict[str, TaxClass]:
    """By the record's name of the rate; a shop without taxes has none."""
    tax = record.get("tax", {})
    if tax.get("mode", "none") == "none":
        return {}
    return {
        name: TaxClass(number, name, (TaxComponent(name, Decimal(percent)),))
        for number, (name, percent) in enumerate(tax.get("rates", {}).items(), start=1)
    }


def moment_of(record: Mapping[str, Any]) -> datetime:
    """The clock of the shop, which lies in UTC; a day alone is taken at noon."""
    now = moment(record.get("now", "2024-01-01"))
    if isinstance(now, datetime):
        return now if now.tzinfo is not None else now.replace(tzinfo=UTC)
    return datetime.combine(now, time(12), UTC)


def _choice(name: str, value: Any, known: Mapping[str, Any]) -> Any:
    if value not in known:
        raise Unsupported(f"{name} {value!r}")
    return known[value]


def promotions_of(record: Mapping[str, Any], names: Names, amounts: Amounts) -> list[Promotion]:
    reader = _Reader(names, amounts)
    return [reader.promotion(number, raw) for number, raw in enumerate(record["promotions"], start=1)]


_BASES = {"as_priced": Basis.AS_PRICED, "priced": Basis.AS_PRICED, "net": Basis.NET, "gross": Basis.GROSS}
_AMOUNT_ON = {
    "basket": AmountOn.BASKET,
    "order": AmountOn.BASKET,
    "targets": AmountOn.TARGETS,
    "condition_targets": AmountOn.CONDITION_TARGETS,
}


class _Reader:
    def __init__(self, names: Names, amounts: Amounts) -> None:
        self._names = names
        self._minor = amounts.minor

    def promotion(self, number: int, raw: Mapping[str, Any]) -> Promotion:
        kind = _choice("promotions[].kind", raw["kind"], {member.value: member for member in Kind})
        by_amount = kind in (Kind.FIXED, Kind.FIXED_PER_UNIT) or raw.get("value_type") == "fixed"
        percents = kind in (Kind.PERCENT, Kind.CHEAPEST_ITEM) and not by_amount
        if percents or by_amount:
            self._need(raw, "value")
        _choice("promotions[].value_type", raw.get("value_type", "percent"), {"percent": 0, "fixed": 0})
        _choice("promotions[].scope", raw.get("scope", "order"), dict.fromkeys(("order", "sku", "category"), 0))
        codes = (str(raw["code"]),) if raw.get("code") else ()
        return Promotion(
            id=number,
            name=str(raw["id"]),
            kind=kind,
            targets=self._target(raw.get("targets")),
            percent=Decimal(raw["value"]) if percents else Decimal(0),
            amount_minor=self._minor(raw["value"]) if by_amount else 0,
            value_basis=self._basis(raw, "value_basis"),
            per_line=bool(raw.get("per_line")),
            max_units_per_line=raw.get("max_units_per_line"),
            max_discount_minor=self._optional(raw, "max_discount"),
            max_discount_basis=self._basis(raw, "max_discount_basis"),
            deal=self._deal(raw) if kind is Kind.BOGO else None,
            bundle_units=self._need(raw, "bundle_qty") if kind is Kind.FIXED_PRICE else 0,
            bundle_price_minor=self._minor(self._need(raw, "bundle_price")) if kind is Kind.FIXED_PRICE else 0,
            bundle_repeat=bool(raw.get("repeat", True)),
            bundle_max=raw.get("max_applications") if kind is Kind.FIXED_PRICE else None,
            tiers=self._tiers(raw, kind),
            tier_basis=_choice(
                "promotions[].tier_basis",
                raw.get("tier_basis", "value"),
                {"value": TierBasis.VALUE, "amount": TierBasis.VALUE, "qty": TierBasis.QUANTITY},
            ),
            conditions=self._conditions(raw),
            schedule=_schedule(raw),
            audience=Audience(
                customers=frozenset(Names.of(self._names.customers, name) for name in raw.get("customers", [])),
                groups=frozenset(Names.of(self._names.groups, name) for name in raw.get("customer_groups", [])),
            ),
            limits=_limits(raw, by_code=bool(codes)),
            budget=self._budget(number, raw),
            exclusive_group=str(raw.get("exclusive_group", "")),
            codes=codes,
        )

    def _need(self, raw: Mapping[str, Any], name: str) -> Any:
        if name not in raw:
            raise Malformed(f"promotion {raw['id']}: field {name}: is missing")
        return raw[name]

    def _optional(self, raw: Mapping[str, Any], name: str) -> int | None:
        return self._minor(raw[name]) if raw.get(name) is not None else None

    def _basis(self, raw: Mapping[str, Any], name: str) -> Basis:
        basis: Basis = _choice(f"promotions[].{name}", raw.get(name, "as_priced"), _BASES)
        return basis

    def _target(self, raw: Mapping[str, Any] | None) -> Target:
        if raw is None:
            return Target()
        skus, categories = raw.get("skus", []), raw.get("categories", [])
        chosen = Selection(
            products=frozenset(Names.of(self._names.products, name) for name in skus),
            categories=frozenset(Names.of(self._names.categories, name) for name in categories),
        )
        return Target(chosen, label=" or ".join([*categories, *skus]))

    def _deal(self, raw: Mapping[str, Any]) -> Deal:
        buy, get = self._need(raw, "buy"), raw.get("get", {})
        shared = _choice("promotions[].buy.pool", buy.get("pool", "shared"), {"shared": True, "separate": False})
        own = self._target(raw.get("targets"))
        bought = self._target(buy)
        if bought.is_everything:
            bought = own
        got = self._target(get)
        if got.is_everything:
            got = bought if own.is_everything else own
        most = raw.get("max_applications")
        amount_off = self._optional(get, "amount_off")
        return Deal(
            buy=bought,
            buy_units=int(buy.get("qty", 1)),
            pool=Pool.SHARED if shared else Pool.SEPARATE,
            get=Target() if shared else got,
            get_units=int(get.get("qty", 1)),
            percent=Decimal(get.get("percent", "100")),
            amount_off_minor=amount_off,
            which=_choice(
                "promotions[].get.which",
                get.get("which", "cheapest"),
                {"cheapest": Which.CHEAPEST, "dearest": Which.DEAREST},
            ),
            repeat=bool(raw.get("repeat", most is not None and most > 1)),
            max_applications=most,
        )

    def _tiers(self, raw: Mapping[str, Any], kind: Kind) -> tuple[Tier, ...]:
        if kind not in (Kind.TIERED_PERCENT, Kind.TIERED_FIXED):
            return ()
        by_quantity = raw.get("tier_basis") == "qty"
        return tuple(
            Tier(
                threshold=_milli(tier["from"]) if by_quantity else self._minor(tier["from"]),
                percent=Decimal(tier["value"]) if kind is Kind.TIERED_PERCENT else Decimal(0),
                amount_minor=self._minor(tier["value"]) if kind is Kind.TIERED_FIXED else 0,
            )
            for tier in self._need(raw, "tiers")
        )

    def _conditions(self, raw: Mapping[str, Any]) -> Conditions:
        return Conditions(
            targets=self._target(raw.get("condition_targets")),
            min_quantity_milli=_milli(raw.get("min_qty", 0)),
            min_amount_minor=self._minor(raw.get("min_amount", "0")),
            amount_basis=self._basis(raw, "min_amount_basis"),
            amount_on=_choice("promotions[].min_amount_on", raw.get("min_amount_on", "basket"), _AMOUNT_ON),
            after_discounts=bool(raw.get("min_amount_after_discounts")),
            amount_equals_minor=self._optional(raw, "amount_equals"),
        )

    def _budget(self, number: int, raw: Mapping[str, Any]) -> CampaignBudget | None:
        budget = raw.get("campaign_budget")
        if budget is None:
            return None
        kind = _budget_type(budget)
        limit = self._minor(budget["limit"]) if kind is BudgetType.SPEND else int(Decimal(budget["limit"]))
        return CampaignBudget(f"of promotion {number}", kind, limit)


def _budget_type(budget: Mapping[str, Any]) -> BudgetType:
    kinds = {"spend": BudgetType.SPEND, "usage": BudgetType.USES, "uses": BudgetType.USES}
    kind: BudgetType = _choice("promotions[].campaign_budget.type", budget.get("type", "spend"), kinds)
    return kind


def budgets_used(
    record: Mapping[str, Any], promotions: Sequence[Promotion], amounts: Amounts
) -> tuple[dict[str, int], dict[str, int]]:
    """Spend in minor units, and uses, by budget."""
    spent: dict[str, int] = {}
    uses: dict[str, int] = {}
    for raw, promotion in zip(record["promotions"], promotions, strict=True):
        if promotion.budget is None:
            continue
        used = raw["campaign_budget"].get("used", 0)
        if promotion.budget.type is BudgetType.SPEND:
            spent[promotion.budget.id] = amounts.minor(used)
        else:
            uses[promotion.budget.id] = int(Decimal(used))
    return spent, uses


def _milli(value: Any) -> int:
    scaled = Decimal(value) * 1000
    if scaled != scaled.to_integral_value():
        raise Unsupported(f"the quantity {value}, finer than a thousandth")
    return int(scaled)


quantity_milli = _milli


def _limits(raw: Mapping[str, Any], *, by_code: bool) -> Limits:
    """A customer's uses are counted per code where there is one."""
    limits = raw.get("limits", {})
    per_customer = limits.get("per_customer_uses")
    return Limits(
        total_uses=limits.get("total_uses"),
        per_customer_uses=None if by_code else per_customer,
        per_customer_code_uses=per_customer if by_code else None,
    )


def _schedule(raw: Mapping[str, Any]) -> Schedule:
    def day_of(name: str) -> date | None:
        if raw.get(name) is None:
            return None
        value = moment(raw[name])
        return value.date() if isinstance(value, datetime) else value

    return Schedule(day_of("valid_from"), day_of("valid_to"))
