"""What pricing is told: the shop's rules, the basket, the customer, what was used before.

Everything is frozen and plain. Money is whole minor units of `PricingSettings.currency`, quantities are
thousandths (1000 = one piece, 1086 = 1.086 kg), percentages are Decimals (7 means 7 %).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from app.errors import InvalidInput
from app.money import LARGEST_MINOR

LARGEST_QUANTITY_MILLI = 1_000_000_000
UNIT_MILLI = 1000


class TaxRounding(StrEnum):
    RECEIPT = "receipt"  # once per rate over the whole receipt
    LINE = "line"
    UNIT = "unit"


class DiscountRounding(StrEnum):
    RECEIPT = "receipt"  # each promotion's discount once for the whole basket
    LINE = "line"
    UNIT = "unit"
    FINAL = "final"  # nothing is rounded until the last promotion has been worked out


class RoundingMode(StrEnum):
    HALF_UP = "half_up"
    DOWN = "down"


class CashRounding(StrEnum):
    NEVER = "never"
    CASH = "cash"  # only what is paid in cash; card and value tenders pay the exact amount
    ALWAYS = "always"


class ApplicationOrder(StrEnum):
    LISTED = "listed"  # by priority, then as the catalogue lists them
    AS_ENTERED = "as_entered"  # automatic ones first (listed), then codes as the cashier entered them


class Combine(StrEnum):
    STACK = "stack"  # each on what the earlier ones left
    BEST_ONE = "best_one"  # only the one with the largest discount; the earlier one on a tie


class DuplicateCode(StrEnum):
    REFUSE = "refuse"  # the second entry is refused as already applied
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class PricingSettings:
    """The shop's choices. `cash_step_minor` is the smallest coin (5 for 0.05); 1 means no rounding."""

    currency: str
    prices_include_tax: bool = False
    time_zone: str = "UTC"
    tax_rounding: TaxRounding = TaxRounding.RECEIPT
    discount_rounding: DiscountRounding = DiscountRounding.RECEIPT
    rounding_mode: RoundingMode = RoundingMode.HALF_UP
    cash_step_minor: int = 1
    cash_rounding: CashRounding = CashRounding.CASH
    codes_case_sensitive: bool = False
    order: ApplicationOrder = ApplicationOrder.LISTED
    combine: Combine = Combine.STACK
    duplicate_code: DuplicateCode = DuplicateCode.REFUSE

    def __post_init__(self) -> None:
        if not 1 <= self.cash_step_minor <= 10_000:
            raise InvalidInput("The smallest coin is 1 to 10000 minor units.", field="cash_step_minor")


@dataclass(frozen=True, slots=True)
class TaxComponent:
    """One rate as it is printed ("VAT 20%"). Components with the same code and percent are summed as one."""

    code: str
    percent: Decimal

    def __post_init__(self) -> None:
        if not self.percent.is_finite() or not 0 <= self.percent <= 1000:
            raise InvalidInput("A tax rate is between 0 and 1000 percent.", field="percent")


@dataclass(frozen=True, slots=True)
class TaxClass:
    """Component rates side by side, none on top of another (compound-free). No component: untaxed."""

    id: int
    name: str
    components: tuple[TaxComponent, ...] = ()


UNTAXED = TaxClass(0, "")


class LineKind(StrEnum):
    PRODUCT = "product"
    GIFT_CARD = "gift_card"  # sold value, a liability: never discounted, no tax, counts for no condition
    RELOAD = "reload"  # the same for a card that exists


@dataclass(frozen=True, slots=True)
class PricedProduct:
    """What pricing must know of a product. `category_path`: from the root to the product's own category."""

    id: int
    sku: str
    price_minor: int
    name: str = ""
    category_path: tuple[int, ...] = ()
    brand_id: int | None = None
    tags: frozenset[str] = frozenset()
    tax_class: TaxClass = UNTAXED
    discountable: bool = True
    weighed: bool = False  # the quantity is a weight: the line counts as one unit
    group_prices: tuple[tuple[int, int], ...] = ()  # (price group id, unit price); beats its percentage

    def __post_init__(self) -> None:
        if not 0 <= self.price_minor <= LARGEST_MINOR:
            raise InvalidInput("A price is never negative.", field="price")


@dataclass(frozen=True, slots=True)
class ManualDiscount:
    """A discount by hand, on a line or on the basket: an amount (as priced) or a percentage, not both."""

    reason: str
    amount_minor: int | None = None
    percent: Decimal | None = None
    approved_by: int | None = None  # staff id, where the cashier's own limit did not reach

    def __post_init__(self) -> None:
        if (self.amount_minor is None) == (self.percent is None):
            raise InvalidInput("A discount by hand is an amount or a percentage.", field="discount")
        if self.amount_minor is not None and not 0 <= self.amount_minor <= LARGEST_MINOR:
            raise InvalidInput("A discount is never negative.", field="amount")
        if self.percent is not None and (not self.percent.is_finite() or not 0 <= self.percent <= 100):
            raise InvalidInput("A discount is between 0 and 100 percent.", field="percent")


@dataclass(frozen=True, slots=True)
class ReturnedAmounts:
    """What a returned line gives back, taken from the stored sale by `returns.refund_part`. All positive.

    `discount_minor` holds promotions and hand discounts together; `taxes` is (component, amount).
    """

    gross_minor: int
    discount_minor: int
    taxes: tuple[tuple[TaxComponent, int], ...] = ()

    @property
    def net_minor(self) -> int:
        return self.gross_minor - self.discount_minor

    @property
    def tax_minor(self) -> int:
        return sum(amount for _, amount in self.taxes)


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One line. A return has `returned` and a negative quantity: it triggers and receives no promotion."""

    line_id: int
    product: PricedProduct
    quantity_milli: int = UNIT_MILLI
    kind: LineKind = LineKind.PRODUCT
    price_override_minor: int | None = None  # a unit price by hand; beats list and group price
    override_reason: str = ""
    discount: ManualDiscount | None = None
    returned: ReturnedAmounts | None = None

    def __post_init__(self) -> None:
        if self.quantity_milli == 0 or abs(self.quantity_milli) > LARGEST_QUANTITY_MILLI:
            raise InvalidInput("This quantity cannot be sold.", field="quantity")
        if (self.quantity_milli < 0) != (self.returned is not None):
            raise InvalidInput("A negative quantity is a return and needs what was sold.", field="quantity")
        if self.price_override_minor is not None and not 0 <= self.price_override_minor <= LARGEST_MINOR:
            raise InvalidInput("A price is never negative.", field="price")


@dataclass(frozen=True, slots=True)
class EnteredCode:
    """A coupon code as typed or scanned.

    A bulk code is looked up by its hash before pricing; `promotion_id` then names its promotion and the
    other fields hold what the code itself allows. A shared code is found by the catalogue: leave them out.
    """

    text: str
    promotion_id: int | None = None
    max_uses: int | None = None
    used: int = 0
    customer_id: int | None = None  # only this customer may use it
    valid_from: date | None = None
    valid_to: date | None = None
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Basket:
    """What is being sold, in scan order. `discounts` are by hand on the whole basket."""

    lines: tuple[BasketLine, ...]
    codes: tuple[EnteredCode, ...] = ()
    discounts: tuple[ManualDiscount, ...] = ()
    outlet_id: int | None = None


@dataclass(frozen=True, slots=True)
class PriceGroup:
    """A customer's discount level: `percent` off list prices unless the product has its own group price."""

    id: int
    name: str
    percent: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if not self.percent.is_finite() or not 0 <= self.percent <= 100:
            raise InvalidInput("A price group takes between 0 and 100 percent off.", field="percent")


@dataclass(frozen=True, slots=True)
class PriorUse:
    """How often this customer used a promotion or code, and where the last time."""

    uses: int
    last_invoice: str = ""


@dataclass(frozen=True)
class CustomerFacts:
    """What promotions may ask about the customer. No facts (None) means nobody is attached to the sale."""

    id: int
    groups: frozenset[int] = frozenset()
    segments: frozenset[int] = frozenset()
    price_group: PriceGroup | None = None
    tier: str = ""
    birth_month: int | None = None
    visits: int = 0  # completed sales so far; 0 makes this the first purchase
    prior_uses: Mapping[int, PriorUse] = field(default_factory=dict)  # by promotion id
    prior_code_uses: Mapping[str, PriorUse] = field(default_factory=dict)  # by normalised code


@dataclass(frozen=True)
class UsageFacts:
    """Uses and spend of promotions so far, as last read; the sale's transaction checks them again.

    Keys: promotion id, normalised code, campaign budget id.
    """

    uses: Mapping[int, int] = field(default_factory=dict)
    code_uses: Mapping[str, int] = field(default_factory=dict)
    budget_spent_minor: Mapping[str, int] = field(default_factory=dict)
    budget_uses: Mapping[str, int] = field(default_factory=dict)


class Outcome(StrEnum):
    APPLIED = "applied"
    SKIPPED = "skipped"  # an automatic promotion whose conditions are not met, or that lost to a better one
    REFUSED = "refused"  # an entered code that does not count


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """Why one promotion counts or does not. `sentence` says the remedy; `params` serve translation.

    `shares` are (line id, minor) and add up to `amount_minor`; empty unless applied. `tax_minor` is the tax
    that the discount takes off the receipt (already in the price where prices include tax).
    """

    promotion_id: int | None
    version: int
    name: str
    outcome: Outcome
    reason: str  # a code of app.pricing.reasons; "applied"
    sentence: str
    code: str = ""  # as entered
    amount_minor: int = 0
    shares: tuple[tuple[int, int], ...] = ()
    tax_minor: int = 0
    params: tuple[tuple[str, str], ...] = ()


class LineShare(NamedTuple):
    """A promotion's part on one line; positive. A tuple, as a basket has one for each line and promotion."""

    promotion_id: int
    version: int
    name: str
    code: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PricedLine:
    """`gross` = unit price × quantity; `net` = gross − manual − shares, in the terms of the prices.

    A return carries negative amounts and no shares: what it takes back is in `discount_minor`.
    """

    line_id: int
    product: PricedProduct
    kind: LineKind
    quantity_milli: int
    list_price_minor: int
    unit_price_minor: int
    gross_minor: int
    manual_minor: int
    shares: tuple[LineShare, ...]
    discount_minor: int  # manual and shares together, in the sign of the line
    net_minor: int
    taxes: tuple[tuple[TaxComponent, int], ...]
    tax_minor: int
    override_reason: str = ""


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One rate of the receipt. `base_minor` is without tax."""

    component: TaxComponent
    base_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Hint:
    """What the customer could still earn, said to the cashier."""

    promotion_id: int
    name: str
    reason: str
    sentence: str
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PricedBasket:
    """The answer. Exclusive: total = subtotal − discount + tax. Inclusive: subtotal − discount, tax within.

    With cash rounding ALWAYS `rounding_minor` is part of `total_minor`; with CASH it is 0 here and
    `cash_rounding_minor` says what a full payment in cash would add.
    """

    currency: str
    prices_include_tax: bool
    lines: tuple[PricedLine, ...]
    taxes: tuple[TaxLine, ...]
    subtotal_minor: int
    discount_minor: int
    tax_minor: int
    rounding_minor: int
    total_minor: int
    cash_rounding_minor: int
    trail: tuple[TrailEntry, ...]
    hints: tuple[Hint, ...] = ()

    @cached_property
    def applied(self) -> tuple[TrailEntry, ...]:
        return tuple(entry for entry in self.trail if entry.outcome is Outcome.APPLIED)

    @cached_property
    def refused(self) -> tuple[TrailEntry, ...]:
        return tuple(entry for entry in self.trail if entry.outcome is Outcome.REFUSED)

    @property
    def cash_total_minor(self) -> int:
        """What is due when all of it is paid in cash."""
        return self.total_minor + self.cash_rounding_minor
