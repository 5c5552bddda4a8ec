"""Sales as facts: the document, its lines, the shares of each promotion, taxes and tenders. Never changed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import APPEND_ONLY, Base, Key, at_least, one_of


class Sale(Base):
    """A completed sale, return or exchange.

    total = subtotal - discount + rounding (+ tax where prices are without tax) = tendered - change.
    On a return the amounts are negative. A void of an unfinished basket is no sale: the journal has it.
    """

    __tablename__ = "sale"
    __table_args__ = (
        UniqueConstraint("register_id", "number"),
        one_of("kind", "sale", "return", "exchange", "adjustment"),
        at_least("change_minor"),
        Index("ix_sale_customer", "customer_id", "completed_at", "id"),
        Index("ix_sale_completed", "completed_at", "id"),
        Index("ix_sale_business_date", "business_date", "outlet_id"),
        APPEND_ONLY,
    )

    id: Mapped[Key]
    request_id: Mapped[UUID] = mapped_column(unique=True)
    request_hash: Mapped[str] = mapped_column(String(64))  # what was asked, so a reused id with other content shows
    kind: Mapped[str] = mapped_column(String(10), default="sale")
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"))
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("register_session.id"), index=True)
    number: Mapped[int]
    number_text: Mapped[str] = mapped_column(String(40), unique=True)  # "R1-000042", the receipt's barcode
    original_sale_id: Mapped[int | None] = mapped_column(ForeignKey("sale.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    cashier_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    business_date: Mapped[date]
    completed_at: Mapped[datetime]
    currency: Mapped[str] = mapped_column(String(3))
    prices_include_tax: Mapped[bool]
    rounding_level: Mapped[str] = mapped_column(String(10))
    subtotal_minor: Mapped[int]
    discount_minor: Mapped[int]
    tax_minor: Mapped[int]
    rounding_minor: Mapped[int]
    total_minor: Mapped[int]
    change_minor: Mapped[int]
    liability_minor: Mapped[int]  # gift cards and reloads sold: part of the total, no revenue
    points_earned: Mapped[int] = mapped_column(default=0)
    source: Mapped[str] = mapped_column(String(12), default="in_store")
    app_version: Mapped[str] = mapped_column(String(20), default="")


class SaleLine(Base):
    """quantity x unit price = gross; gross - discount = net, all as priced (with or without tax)."""

    __tablename__ = "sale_line"
    __table_args__ = (
        UniqueConstraint("sale_id", "position"),
        one_of("kind", "product", "gift_card", "reload"),
        CheckConstraint("quantity_milli <> 0", name="quantity_not_zero"),
        Index("ix_sale_line_product", "product_id"),
        APPEND_ONLY,
    )

    id: Mapped[Key]
    sale_id: Mapped[int] = mapped_column(ForeignKey("sale.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10), default="product")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    sku: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    quantity_milli: Mapped[int]  # 1000 is one piece; negative on a returned line
    list_price_minor: Mapped[int]
    unit_price_minor: Mapped[int]
    price_source: Mapped[str] = mapped_column(String(12), default="list")  # list, group, override, open, barcode
    gross_minor: Mapped[int]
    discount_minor: Mapped[int]
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    tax_class_id: Mapped[int | None] = mapped_column(ForeignKey("tax_class.id"))
    tax_percent: Mapped[Decimal]  # sum of the class's rates at the time
    tax_parts: Mapped[dict[str, Any] | None]  # {"parts": [[name, percent, minor], …]} where there is more than one
    cost_minor: Mapped[int | None]
    value_account_id: Mapped[int | None] = mapped_column(ForeignKey("value_account.id"), index=True)
    returns_line_id: Mapped[int | None] = mapped_column(ForeignKey("sale_line.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200), default="")


class SaleTrail(Base):
    """Every promotion and manual discount considered, applied or not, and why (the receipt trail)."""

    __tablename__ = "sale_trail"
    __table_args__ = (
        UniqueConstraint("sale_id", "position"),
        one_of("outcome", "applied", "skipped", "refused"),
        APPEND_ONLY,
    )

    id: Mapped[Key]
    sale_id: Mapped[int] = mapped_column(ForeignKey("sale.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))  # promotion, manual, price
    promotion_id: Mapped[int | None] = mapped_column(ForeignKey("promotion.id"))
    promotion_version: Mapped[int | None]
    code_id: Mapped[int | None] = mapped_column(ForeignKey("coupon_code.id"))
    code_shown: Mapped[str] = mapped_column(String(60), default="")
    name: Mapped[str] = mapped_column(String(160))
    outcome: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(40), default="")
    sentence: Mapped[str] = mapped_column(Text, default="")
    amount_minor: Mapped[int]  # positive saving
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class SaleShare(Base):
    """A line's share of one trail entry, fixed at the sale; a refund gives back exactly this."""

    __tablename__ = "sale_share"
    __table_args__ = (APPEND_ONLY,)

    sale_line_id: Mapped[int] = mapped_column(ForeignKey("sale_line.id"), primary_key=True)
    trail_id: Mapped[int] = mapped_column(ForeignKey("sale_trail.id"), primary_key=True, index=True)
    amount_minor: Mapped[int]


class SaleTax(Base):
    __tablename__ = "sale_tax"
    __table_args__ = (UniqueConstraint("sale_id", "position"), APPEND_ONLY)

    id: Mapped[Key]
    sale_id: Mapped[int] = mapped_column(ForeignKey("sale.id"))
    position: Mapped[int]
    tax_rate_id: Mapped[int | None] = mapped_column(ForeignKey("tax_rate.id"))
    name: Mapped[str] = mapped_column(String(80))
    percent: Mapped[Decimal]
    base_minor: Mapped[int]  # net of tax
    tax_minor: Mapped[int]


class SaleTender(Base):
    """`amount_minor` is what it paid towards the total, change taken off; negative when money goes back."""

    __tablename__ = "sale_tender"
    __table_args__ = (
        UniqueConstraint("sale_id", "position"),
        one_of("kind", "cash", "card", "gift_card", "voucher", "store_credit", "points"),
        APPEND_ONLY,
    )

    id: Mapped[Key]
    sale_id: Mapped[int] = mapped_column(ForeignKey("sale.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(14))
    amount_minor: Mapped[int]
    tendered_minor: Mapped[int]  # handed over, before change
    value_account_id: Mapped[int | None] = mapped_column(ForeignKey("value_account.id"), index=True)
    shown: Mapped[str] = mapped_column(String(60), default="")  # "•••• 7Q4K"
    balance_after_minor: Mapped[int | None]
    reference: Mapped[str] = mapped_column(String(80), default="")  # an outside terminal's authorisation


class CashMovement(Base):
    """What went into (+) or out of (-) a drawer."""

    __tablename__ = "cash_movement"
    __table_args__ = (
        one_of("kind", "float", "sale", "refund", "pay_in", "pay_out", "drop"),
        Index("ix_cash_movement_session", "session_id"),
        APPEND_ONLY,
    )

    id: Mapped[Key]
    session_id: Mapped[int] = mapped_column(ForeignKey("register_session.id"))
    kind: Mapped[str] = mapped_column(String(10))
    amount_minor: Mapped[int]
    sale_id: Mapped[int | None] = mapped_column(ForeignKey("sale.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    request_id: Mapped[UUID] = mapped_column(unique=True)
    recorded_at: Mapped[datetime]


class Journal(Base):
    """One chain per register: hash = SHA-256(previous hash, canonical JSON of the entry)."""

    __tablename__ = "journal"
    __table_args__ = (UniqueConstraint("register_id", "sequence"), Index("ix_journal_at", "at"), APPEND_ONLY)

    id: Mapped[Key]
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"))
    sequence: Mapped[int]  # 1, 2, 3 … without gaps
    kind: Mapped[str] = mapped_column(String(30))
    at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    sale_id: Mapped[int | None] = mapped_column(ForeignKey("sale.id"), index=True)
    body: Mapped[str] = mapped_column(Text)  # canonical JSON: sorted keys, no spaces
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Basket(Base):
    """An unfinished sale: open at a register, suspended for any, or already turned into a sale.

    `content` is app.checkout's JSON; suspended baskets consume nothing.
    """

    __tablename__ = "basket"
    __table_args__ = (
        one_of("state", "open", "suspended", "completed", "voided"),
        Index("ix_basket_state", "state", "outlet_id", "updated_at"),
    )

    id: Mapped[Key]
    request_id: Mapped[UUID] = mapped_column(unique=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"))
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    state: Mapped[str] = mapped_column(String(10), default="open")
    label: Mapped[str] = mapped_column(String(80), default="")
    content: Mapped[dict[str, Any]]
    total_minor: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Outbox(Base):
    """What is due after a commit: print, open the drawer, send. One row, one job."""

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("state", "pending", "working", "done", "failed", "cancelled"),
        at_least("attempts"),
        Index("ix_outbox_due", "state", "register_id", "due_at"),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(30))  # receipt, gift_receipt, voucher, gift_card, drawer, report
    register_id: Mapped[int | None] = mapped_column(ForeignKey("register.id"))
    sale_id: Mapped[int | None] = mapped_column(ForeignKey("sale.id"), index=True)
    value_account_id: Mapped[int | None] = mapped_column(ForeignKey("value_account.id"))
    payload: Mapped[dict[str, Any]]
    copy_number: Mapped[int] = mapped_column(default=0)  # 0 the original; a copy says DUPLICATE
    request_id: Mapped[UUID | None] = mapped_column(unique=True)  # a repeated wish finds its job
    state: Mapped[str] = mapped_column(String(10), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
