"""Values of a sale in the making, as services take and return them and the Sell screen shows them.

All frozen. Amounts shown are Money; amounts that pricing works on are whole minor units; quantities are
thousandths (1000 = one piece). Codes of cards and coupons never appear in a repr.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.money import Money
from app.pricing.model import (
    BasketLine,
    CustomerFacts,
    EnteredCode,
    LineKind,
    ManualDiscount,
    PricedBasket,
    PricedProduct,
    ReturnedAmounts,
)
from app.staff.model import Actor

LARGEST_LINES = 20_000


@dataclass(frozen=True, slots=True)
class TillContext:
    """Where and by whom a sale is rung up. Stays the same while a cashier is signed in and the shift is open."""

    register_id: int
    register_name: str
    register_code: str
    outlet_id: int
    outlet_name: str
    session_id: int
    business_date: date
    actor: Actor
    currency: str


class PriceSource(StrEnum):
    LIST = "list"
    GROUP = "group"
    OVERRIDE = "override"
    OPEN = "open"  # asked at the till
    BARCODE = "barcode"  # the price or weight stood in the barcode


@dataclass(frozen=True, slots=True)
class Item:
    """A product as it goes into a basket. `weighed`: the quantity is kilograms in thousandths."""

    product: PricedProduct
    kind: str = "standard"  # standard, weighed, open_price, service
    category_id: int | None = None
    tax_class_id: int | None = None
    tax_percent: Decimal = Decimal(0)
    cost_minor: int | None = None
    active: bool = True

    @property
    def asks_price(self) -> bool:
        return self.kind == "open_price"

    @property
    def weighed(self) -> bool:
        return self.kind == "weighed"


@dataclass(frozen=True, slots=True)
class CardOnLine:
    """The card or voucher that a line sells or reloads. An empty code asks for a new one at completing."""

    account_id: int | None = None  # a card that exists: pre-printed, or to be reloaded
    code: str = field(default="", repr=False)  # a pre-printed number that is not in the shop yet
    shown: str = ""  # "•••• 7Q4K"
    customer_id: int | None = None  # whom it will belong to


@dataclass(frozen=True, slots=True)
class ReturnOfLine:
    """Which sold line comes back, and what it gives back. Without a receipt no sale is known: then neither id is."""

    sale_id: int | None
    sale_line_id: int | None
    amounts: ReturnedAmounts
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an open basket. A return has a negative quantity and `returns`."""

    line_id: int
    item: Item
    quantity_milli: int
    kind: LineKind = LineKind.PRODUCT
    price_minor: int | None = None  # unit price in place of the list's: by hand, asked for, or from a barcode
    price_source: PriceSource = PriceSource.LIST
    price_reason: str = ""
    price_approver_id: int | None = None
    discount: ManualDiscount | None = None
    card: CardOnLine | None = None
    returns: ReturnOfLine | None = None
    asked: BasketLine | None = field(default=None, init=False, compare=False, repr=False)  # `basket.for_pricing`'s note

    @property
    def without_receipt(self) -> bool:
        return self.returns is not None and self.returns.sale_line_id is None


@dataclass(frozen=True, slots=True)
class CouponOnBasket:
    """A coupon as entered. `code_id` names the stored code; `shown` is safe to display."""

    entered: EnteredCode = field(repr=False)
    shown: str
    code_id: int | None = None


@dataclass(frozen=True, slots=True)
class Struck:
    """A line taken out, or cut down, before completing: the journal gets it with the sale or the void."""

    name: str
    quantity_milli: int
    amount_minor: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CouponOffer:
    """A coupon this customer may use; `usable` with this basket now, else `sentence` says what is missing."""

    code_text: str = field(repr=False)
    shown: str
    name: str
    usable: bool
    sentence: str = ""
    code_id: int | None = None


@dataclass(frozen=True, slots=True)
class CardFact:
    """A gift card, voucher or store credit of the customer, masked."""

    account_id: int
    kind: str
    shown: str
    balance: Money
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class CustomerPanel:
    """What the till shows of the customer, as of when it was read."""

    customer_id: int
    number: str
    name: str
    tier: str
    points: int
    point_value: Money | None  # what one point pays as tender; None: points are no tender
    price_group: str
    segments: tuple[str, ...]
    cards: tuple[CardFact, ...]
    coupons: tuple[CouponOffer, ...]
    facts: CustomerFacts
    note: str = ""


@dataclass(frozen=True, slots=True)
class OpenBasket:
    """A sale in the making. `request_id` becomes the sale's, so pressing Pay twice books once."""

    request_id: UUID
    opened_at: datetime
    lines: tuple[Line, ...] = ()
    coupons: tuple[CouponOnBasket, ...] = ()
    discounts: tuple[ManualDiscount, ...] = ()
    customer: CustomerPanel | None = None
    label: str = ""
    struck: tuple[Struck, ...] = ()
    next_line_id: int = 1

    @property
    def is_empty(self) -> bool:
        return not self.lines

    @property
    def has_returns(self) -> bool:
        return any(line.returns is not None for line in self.lines)

    @property
    def customer_id(self) -> int | None:
        return None if self.customer is None else self.customer.customer_id


# What the screen shows


@dataclass(frozen=True, slots=True)
class SavingView:
    """What took money off a line. `text` is the name or, by hand, the reason; `amount` is positive."""

    text: str
    amount: Money
    code_shown: str = ""
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class LineView:
    line_id: int
    kind: LineKind
    product_id: int
    sku: str
    name: str
    quantity_milli: int
    weighed: bool
    unit_price: Money
    list_price: Money
    gross: Money
    net: Money
    savings: tuple[SavingView, ...]
    price_reason: str = ""  # why the unit price is not the list's
    card_shown: str = ""
    is_return: bool = False


@dataclass(frozen=True, slots=True)
class CodeView:
    """An entered coupon and what became of it. `sentence` says the remedy when it does not count."""

    position: int  # place in OpenBasket.coupons
    shown: str
    name: str
    counts: bool
    saving: Money
    sentence: str


@dataclass(frozen=True, slots=True)
class TaxView:
    name: str
    percent: Decimal
    base: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class BasketView:
    """The whole basket as shown. total = subtotal − savings (+ tax where prices are without it)."""

    request_id: UUID
    lines: tuple[LineView, ...]
    codes: tuple[CodeView, ...]
    pieces: int
    subtotal: Money
    savings: Money
    tax: Money
    tax_included: bool
    taxes: tuple[TaxView, ...]
    total: Money
    cash_total: Money  # what is due when all of it is paid in cash
    hints: tuple[str, ...]  # what could still be earned, most useful first
    basket_savings: tuple[SavingView, ...]  # the whole basket's, each promotion once
    customer: CustomerPanel | None
    priced: PricedBasket = field(repr=False)
    basket: OpenBasket = field(repr=False)  # what was priced

    @property
    def can_pay(self) -> bool:
        return bool(self.lines)


class TenderKind(StrEnum):
    CASH = "cash"
    CARD = "card"
    GIFT_CARD = "gift_card"
    VOUCHER = "voucher"
    STORE_CREDIT = "store_credit"
    POINTS = "points"


VALUE_TENDERS = frozenset({TenderKind.GIFT_CARD, TenderKind.VOUCHER, TenderKind.STORE_CREDIT})


@dataclass(frozen=True, slots=True)
class Tender:
    """Something handed over. `amount_minor` None: as much as is due and it holds.

    Cash: what was handed over, change not yet taken off. Points: money's worth, not points. `available_minor`
    is the balance as last read; completing reads it again. Negative amounts pay money out.
    """

    kind: TenderKind
    amount_minor: int | None = None
    account_id: int | None = None
    shown: str = ""
    available_minor: int | None = None
    reference: str = ""  # the outside terminal's authorisation


@dataclass(frozen=True, slots=True)
class TakenTender:
    """A tender with what it pays: `amount` towards the total, `tendered` as handed over."""

    tender: Tender
    amount_minor: int
    tendered_minor: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """Where paying stands. `due` is what is left (exact); `cash_due` the same in coins that exist."""

    total: Money  # with cash rounding once cash has paid the rest
    taken: tuple[TakenTender, ...]
    due: Money
    cash_due: Money
    change: Money
    rounding: Money

    @property
    def is_settled(self) -> bool:
        return not self.due


@dataclass(frozen=True, slots=True)
class SoldCard:
    """A card issued or reloaded by a sale. `code` is printed on the card and kept nowhere in clear."""

    account_id: int
    kind: str
    code: str = field(repr=False)
    shown: str
    amount: Money
    balance: Money
    pin: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PaidOut:
    """Money that went back to the customer; `amount` is positive."""

    kind: TenderKind
    amount: Money
    shown: str = ""


@dataclass(frozen=True, slots=True)
class CompletedSale:
    """What the cashier needs to know after Pay. `repeated`: this request had been booked before."""

    sale_id: int
    number_text: str
    kind: str
    total: Money
    change: Money
    points_earned: int
    cards: tuple[SoldCard, ...] = ()
    balances: tuple[tuple[str, Money], ...] = ()  # value tenders: shown, what is left
    paid_out: tuple[PaidOut, ...] = ()  # how a refund goes back: only the cash comes out of the drawer
    repeated: bool = False
    warning: str = ""  # what the cashier should know though the sale stands


@dataclass(frozen=True, slots=True)
class HeldBasket:
    """A suspended sale in the recall list."""

    basket_id: int
    label: str
    register_name: str
    staff_name: str
    customer_name: str
    lines: int
    total: Money
    held_at: datetime
