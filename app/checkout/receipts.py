"""A stored sale as it was: for the receipt, the invoice screen, the reprint and the return."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from app.errors import NotFound
from app.money import Money
from db.uow import Database, UnitOfWork


@dataclass(frozen=True, slots=True)
class SaleSharePart:
    """A trail entry's share of a line; positive where it was a saving."""

    trail_position: int
    name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class SaleLineView:
    line_id: int
    position: int
    kind: str
    product_id: int | None
    sku: str
    name: str
    quantity_milli: int
    list_price: Money
    unit_price: Money
    price_source: str
    gross: Money
    discount: Money
    net: Money
    tax: Money
    tax_percent: Decimal
    tax_class_id: int | None
    category_id: int | None
    cost_minor: int | None
    shares: tuple[SaleSharePart, ...]
    value_account_id: int | None
    returns_line_id: int | None
    returned_milli: int  # of this line, come back so far
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SaleTrailView:
    position: int
    kind: str  # promotion, manual, price
    name: str
    code_shown: str
    outcome: str  # applied, skipped, refused
    sentence: str
    amount: Money
    promotion_id: int | None
    promotion_version: int | None
    code_id: int | None
    approver: str = ""


@dataclass(frozen=True, slots=True)
class SaleTaxView:
    name: str
    percent: Decimal
    base: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class SaleTenderView:
    position: int
    kind: str
    amount: Money
    tendered: Money
    shown: str
    balance_after: Money | None
    reference: str
    value_account_id: int | None = None


@dataclass(frozen=True, slots=True)
class SoldCardView:
    """A card this sale issued or reloaded."""

    account_id: int
    kind: str
    voucher_type: str
    shown: str
    amount: Money
    balance: Money
    expires_on: date | None
    code_cipher: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SaleView:
    sale_id: int
    kind: str
    number_text: str  # also the receipt's barcode
    original_number: str
    register_name: str
    outlet_id: int
    outlet_name: str
    outlet_address: str
    receipt_header: str
    receipt_footer: str
    cashier: str
    approver: str
    business_date: date
    completed_at: datetime
    currency: str
    prices_include_tax: bool
    customer_id: int | None
    customer_name: str
    customer_number: str
    subtotal: Money
    discount: Money
    tax: Money
    rounding: Money
    total: Money
    change: Money
    points_earned: int
    points_balance: int | None  # as of now
    lines: tuple[SaleLineView, ...]
    trail: tuple[SaleTrailView, ...]
    taxes: tuple[SaleTaxView, ...]
    tenders: tuple[SaleTenderView, ...]
    cards: tuple[SoldCardView, ...]
    later_documents: tuple[str, ...]  # returns and exchanges that point here


class SaleUnreadable(NotFound):
    code = "sale.unknown"


def load_sale(uow: UnitOfWork, sale_id: int) -> SaleView:
    """Raises SaleUnknown."""
    raise NotImplementedError


class SaleReader:
    """Stored sales for screens and paper; reads only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sale(self, sale_id: int) -> SaleView:
        raise NotImplementedError

    def by_number(self, number_text: str) -> SaleView:
        """By receipt number or barcode, blind to case and spaces. Raises SaleUnknown."""
        raise NotImplementedError

    def last_of_register(self, register_id: int) -> SaleView | None:
        raise NotImplementedError
