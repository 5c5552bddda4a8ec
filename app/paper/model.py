"""What each paper says, as plain values; nothing here knows the database or a device.

Amounts are as they stand in the sale: negative on a return. Codes come masked, but for those a paper is there to
hand out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from app.money import Money


@dataclass(frozen=True, slots=True)
class ShopHeader:
    """`lines`: address and the like, one printed line each. `tax_number` as the law wants it shown."""

    name: str
    lines: tuple[str, ...] = ()
    phone: str = ""
    tax_number: str = ""
    logo_png: bytes | None = field(default=None, repr=False)


class Mark(Enum):
    """What must be seen at first glance."""

    NONE = ""
    DUPLICATE = "duplicate"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class Saving:
    """A discount on a line or on the whole sale; `amount` positive where it was a saving."""

    name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """`quantity_milli`: thousandths, negative when it came back. `unit` is "kg" and the like, "" for pieces.

    `gross` is before, and the savings are what took it down. `tax_percent` ties it to its tax row.
    """

    name: str
    quantity_milli: int
    unit_price: Money
    gross: Money
    savings: tuple[Saving, ...] = ()
    unit: str = ""
    tax_percent: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class TaxRow:
    name: str
    percent: Decimal
    base: Money  # without the tax
    tax: Money


@dataclass(frozen=True, slots=True)
class TenderRow:
    """`kind` is the stored code (cash, card, gift_card, voucher, store_credit, points). `shown`: masked number.

    `tendered` is what was handed over where it differs from `amount`; `balance_left` what a card still holds.
    """

    kind: str
    amount: Money
    tendered: Money | None = None
    shown: str = ""
    balance_left: Money | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    earned: int
    balance: int | None = None
    burned: int = 0


@dataclass(frozen=True, slots=True)
class ReceiptData:
    """One sale, return or exchange. `total` is what was to pay; below zero it went back to the customer."""

    shop: ShopHeader
    number: str  # also the barcode
    at: datetime  # aware
    register: str
    cashier: str
    lines: tuple[ReceiptLine, ...]
    subtotal: Money
    discount: Money  # of all lines and the basket, positive where it was a saving
    tax: Money
    total: Money
    prices_include_tax: bool
    tenders: tuple[TenderRow, ...] = ()
    change: Money | None = None
    rounding: Money | None = None
    taxes: tuple[TaxRow, ...] = ()
    kind: str = "sale"  # sale, return, exchange
    original_number: str = ""
    customer: str = ""
    points: Points | None = None
    basket_savings: tuple[Saving, ...] = ()  # those no line shows
    thanks: str = ""
    returns_note: str = ""
    mark: Mark = Mark.NONE
    copy_number: int = 0
    show_savings: bool = True
    show_barcode: bool = True


@dataclass(frozen=True, slots=True)
class ValuePaper:
    """A voucher or gift card to hand over: here, and only here, the whole code is printed.

    `kind`: gift_card, gift_voucher, loyalty, credit_note.
    """

    shop: ShopHeader
    kind: str
    code: str
    value: Money
    issued_at: datetime
    expires_on: date | None = None
    holder: str = ""
    message: str = ""
    terms: str = ""
    reloaded: bool = False
    mark: Mark = Mark.NONE


@dataclass(frozen=True, slots=True)
class CouponPaper:
    """One coupon to cut out. `headline` is what it gives ("10 % off cheese")."""

    shop: ShopHeader
    headline: str
    code: str
    details: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    as_qr: bool = False


@dataclass(frozen=True, slots=True)
class BalancePaper:
    shop: ShopHeader
    kind: str
    shown: str  # masked
    balance: Money
    at: datetime
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A line of a report; `amount` or `count` or both. `strong` sets it off."""

    label: str
    amount: Money | None = None
    count: int | None = None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class ReportSection:
    title: str
    rows: tuple[ReportRow, ...]


@dataclass(frozen=True, slots=True)
class ReportData:
    """A reading (X) or the closing (Z) of a register session.

    On a Z: `journal_head` is the chain's last hash, `journal_key` the fingerprint of the key that signed it, and
    `anchor` the text that `regulars verify` takes. The latter two are "" where the register did not sign yet.
    """

    shop: ShopHeader
    closing: bool
    number: str
    register: str
    cashier: str
    opened_at: datetime
    at: datetime
    sections: tuple[ReportSection, ...]
    journal_head: str = ""
    journal_key: str = ""
    anchor: str = ""
    mark: Mark = Mark.NONE


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One movement. `balance` as it stood after it."""

    at: datetime
    text: str
    amount: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class StatementData:
    """What happened on a card or an account between two days. `shown` is its masked number, if it has one."""

    shop: ShopHeader
    kind: str  # gift_card, voucher, store_credit
    holder: str
    shown: str
    start: date
    end: date
    opening: Money
    rows: tuple[StatementRow, ...]
    closing: Money
