"""The one value ledger: gift cards, vouchers and store credit, and their holds."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import APPEND_ONLY, Base, Key, at_least, one_of


class ValueAccount(Base):
    """Something that holds money we owe: a card, a voucher, a customer's store credit.

    `balance_minor` is the sum of the entries, written in their transaction by a guarded update;
    `held_minor` the part promised to open holds.
    """

    __tablename__ = "value_account"
    __table_args__ = (
        CheckConstraint("balance_minor >= held_minor", name="holds_covered"),
        at_least("balance_minor"),
        at_least("held_minor"),
        one_of("kind", "gift_card", "voucher", "store_credit"),
        one_of("voucher_type", "gift_voucher", "loyalty", "credit_note"),
        one_of("status", "issued", "active", "inactive", "deleted", "cancelled"),
        Index("ix_value_account_customer", "customer_id", "issued_at", "id"),
        Index("ix_value_account_listed", "kind", "issued_at", "id"),
        Index("ix_value_account_issued", "issued_at", "id"),
        Index("ix_value_account_status", "status", "issued_at", "id"),
        Index("ix_value_account_last_four", "last_four"),
        Index("ix_value_account_expires", "expires_on"),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(14))
    voucher_type: Mapped[str | None] = mapped_column(String(14))
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # store credit goes by customer
    last_four: Mapped[str] = mapped_column(String(4), default="")
    code_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    guessable: Mapped[bool] = mapped_column(default=False)  # short pre-printed number: needs a PIN
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    pin_failures: Mapped[int] = mapped_column(default=0)
    pin_locked_until: Mapped[datetime | None]
    currency: Mapped[str] = mapped_column(String(3))
    original_minor: Mapped[int]
    balance_minor: Mapped[int] = mapped_column(default=0)
    held_minor: Mapped[int] = mapped_column(default=0)
    # "issued": printed, not yet sold. Expired and fully redeemed are read from date and balance, never stored.
    status: Mapped[str] = mapped_column(String(12))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    owner_only: Mapped[bool] = mapped_column(default=False)
    series: Mapped[str] = mapped_column(String(40), default="")
    issued_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]
    expires_on: Mapped[date | None]  # good through this day
    note: Mapped[str] = mapped_column(String(300), default="")
    print_count: Mapped[int] = mapped_column(default=0)


class ValueEntry(Base):
    """One movement. + raises what we owe the holder, - lowers it; a correction is an opposite row."""

    __tablename__ = "value_entry"
    __table_args__ = (
        one_of(
            "kind",
            "issue",
            "reload",
            "redemption",
            "reversal",
            "refund",
            "expiry",
            "adjustment",
            "cancellation",
        ),
        CheckConstraint("balance_after_minor >= 0", name="never_below_zero"),
        Index("ix_value_entry_account", "account_id", "id"),
        APPEND_ONLY,
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("value_account.id"))
    kind: Mapped[str] = mapped_column(String(14))
    amount_minor: Mapped[int]
    balance_after_minor: Mapped[int]
    sale_id: Mapped[int | None] = mapped_column(ForeignKey("sale.id"), index=True)
    sale_line_id: Mapped[int | None] = mapped_column(ForeignKey("sale_line.id"))
    sale_tender_id: Mapped[int | None] = mapped_column(ForeignKey("sale_tender.id"))
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("value_hold.id"))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("value_entry.id"))
    request_id: Mapped[UUID] = mapped_column(unique=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    outlet_id: Mapped[int | None] = mapped_column(ForeignKey("outlet.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    recorded_at: Mapped[datetime]


class ValueHold(Base):
    """An authorisation: money set aside until it is captured, released or runs out."""

    __tablename__ = "value_hold"
    __table_args__ = (
        one_of("status", "open", "captured", "released", "expired"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        Index("ix_value_hold_account", "account_id", "status"),
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("value_account.id"))
    amount_minor: Mapped[int]
    captured_minor: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(10), default="open")
    request_id: Mapped[UUID] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class ValueEvent(Base):
    """The audit trail of a card besides money: deactivated, activated, assigned, printed, PIN locked."""

    __tablename__ = "value_event"
    __table_args__ = (Index("ix_value_event_account", "account_id", "id"), APPEND_ONLY)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("value_account.id"))
    kind: Mapped[str] = mapped_column(String(20))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
