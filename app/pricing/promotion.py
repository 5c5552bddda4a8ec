"""A promotion as the shop wrote it: what it takes off, from what, for whom, when and how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    PERCENT = "percent"
    FIXED = "fixed"
    FIXED_PER_UNIT = "fixed_per_unit"
    CHEAPEST_ITEM = "cheapest_item"
    BOGO = "bogo"
    FIXED_PRICE = "fixed_price"
    TIERED_PERCENT = "tiered_percent"
    TIERED_FIXED = "tiered_fixed"


class Basis(StrEnum):
    """In which terms an amount is meant. AS_PRICED: as the shop's prices are, with or without tax."""

    AS_PRICED = "as_priced"
    NET = "net"
    GROSS = "gross"


class AmountOn(StrEnum):
    """Which products a minimum amount counts."""

    BASKET = "basket"
    CONDITION_TARGETS = "condition_targets"
    TARGETS = "targets"


class Pool(StrEnum):
    SHARED = "shared"
    SEPARATE = "separate"


class Which(StrEnum):
    CHEAPEST = "cheapest"
    DEAREST = "dearest"


class TierBasis(StrEnum):
    VALUE = "value"
    QUANTITY = "qty"


class CombineClass(StrEnum):
    ITEM = "item"
    ORDER = "order"
    TENDER = "tender"


class BudgetType(StrEnum):
    SPEND = "spend"
    USES = "uses"


ALL_CLASSES = frozenset(CombineClass)


@dataclass(frozen=True, slots=True)
class Selection:
    """Products named by id, category (any on the product's path), brand or tag; one match is enough."""

    products: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()
    brands: frozenset[int] = frozenset()
    tags: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not (self.products or self.categories or self.brands or self.tags)


EMPTY = Selection()


@dataclass(frozen=True, slots=True)
class Target:
    """What is included (nothing named: everything), less what is excluded. `label`: its name in sentences."""

    include: Selection = EMPTY
    exclude: Selection = EMPTY
    label: str = ""

    @property
    def is_everything(self) -> bool:
        return self.include.is_empty and self.exclude.is_empty


EVERYTHING = Target()


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the basket must hold. Amounts, and the values that tiers start from, count before discounts unless
    `after_discounts`.

    `min_quantity_milli` counts `targets`; a named target without a minimum means at least one of it.
    """

    targets: Target = EVERYTHING
    min_quantity_milli: int = 0
    min_amount_minor: int = 0
    amount_basis: Basis = Basis.AS_PRICED
    amount_on: AmountOn = AmountOn.BASKET
    after_discounts: bool = False
    amount_equals_minor: int | None = None


@dataclass(frozen=True, slots=True)
class HappyHour:
    """From `start` up to, not including, `end`, shop time. An end before the start runs past midnight."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Schedule:
    """When it counts, in the shop's time zone. Both days of the period are included; Monday is 0.

    A happy hour past midnight belongs to the day it began on: that day's weekday and period count.
    """

    valid_from: date | None = None
    valid_to: date | None = None
    weekdays: frozenset[int] = frozenset()
    hours: tuple[HappyHour, ...] = ()


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may use it and where. Each filled field must hold; empty ones ask nothing."""

    outlets: frozenset[int] = frozenset()
    customers: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    segments: frozenset[int] = frozenset()
    price_groups: frozenset[int] = frozenset()
    tiers: frozenset[str] = frozenset()
    birthday_month: bool = False
    first_purchase: bool = False

    @property
    def needs_customer(self) -> bool:
        return bool(
            self.customers
            or self.groups
            or self.segments
            or self.price_groups
            or self.tiers
            or self.birthday_month
            or self.first_purchase
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """How often it may be used; None is no limit. The two with `code` count each code by itself."""

    total_uses: int | None = None
    per_code_uses: int | None = None
    per_customer_uses: int | None = None
    per_customer_code_uses: int | None = None

    @property
    def needs_customer(self) -> bool:
        return self.per_customer_uses is not None or self.per_customer_code_uses is not None


@dataclass(frozen=True, slots=True)
class CampaignBudget:
    """A promotion whose discount would overrun it is refused. Promotions with the same id share it."""

    id: str
    type: BudgetType = BudgetType.SPEND
    limit: int = 0  # minor units for SPEND, uses for USES


@dataclass(frozen=True, slots=True)
class Tier:
    """`threshold`: minor units, or thousandths of a unit with TierBasis.QUANTITY."""

    threshold: int
    percent: Decimal = Decimal(0)
    amount_minor: int = 0


@dataclass(frozen=True, slots=True)
class Deal:
    """Buy some, get some. SHARED: both come from `buy`, and `which` end of the whole pool is discounted."""

    buy: Target = EVERYTHING
    buy_units: int = 1
    pool: Pool = Pool.SHARED
    get: Target = EVERYTHING
    get_units: int = 1
    percent: Decimal = Decimal(100)
    amount_off_minor: int | None = None  # off each unit got, in place of the percentage
    which: Which = Which.CHEAPEST
    repeat: bool = False
    max_applications: int | None = None


@dataclass(frozen=True, slots=True)
class Promotion:
    """One rule with one effect. `codes` empty and `needs_code` false: automatic.

    `percent` and `amount_minor` are the kind's value; CHEAPEST_ITEM takes the amount when it is above zero.
    Lower `priority` is applied first; ties by the place in the catalogue.
    """

    id: int
    name: str
    kind: Kind
    version: int = 1
    targets: Target = EVERYTHING
    percent: Decimal = Decimal(0)
    amount_minor: int = 0
    value_basis: Basis = Basis.AS_PRICED
    per_line: bool = False
    max_units_per_line: int | None = None
    max_discount_minor: int | None = None
    max_discount_basis: Basis = Basis.AS_PRICED
    deal: Deal | None = None
    bundle_units: int = 0
    bundle_price_minor: int = 0
    bundle_repeat: bool = False
    bundle_max: int | None = None
    tiers: tuple[Tier, ...] = ()
    tier_basis: TierBasis = TierBasis.VALUE
    conditions: Conditions = Conditions()
    schedule: Schedule = Schedule()
    audience: Audience = Audience()
    limits: Limits = Limits()
    budget: CampaignBudget | None = None
    priority: int = 0
    exclusive_group: str = ""
    best_of_group: bool = False  # of its exclusive group the largest discount counts, not the first
    combine_class: CombineClass = CombineClass.ORDER
    combines_with: frozenset[CombineClass] = ALL_CLASSES
    codes: tuple[str, ...] = ()  # shared codes; bulk codes live in the database and name the promotion
    needs_code: bool = False
    codes_per_sale: int = 1  # how many different codes of it count in one sale
    active: bool = True

    @property
    def by_code(self) -> bool:
        return self.needs_code or bool(self.codes)
