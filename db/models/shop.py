"""The shop, its outlets, registers, tax and settings."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Key, at_least, one_of


class Shop(Base):
    """One row: the business. Its currency never changes once something was sold."""

    __tablename__ = "shop"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        one_of("rounding_level", "receipt", "line", "unit"),
        at_least("cash_rounding_minor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    tax_number: Mapped[str] = mapped_column(String(60), default="")
    currency: Mapped[str] = mapped_column(String(3))
    locale: Mapped[str] = mapped_column(String(20))
    time_zone: Mapped[str] = mapped_column(String(60))
    country: Mapped[str] = mapped_column(String(2), default="")  # for phone numbers without a prefix
    prices_include_tax: Mapped[bool]
    rounding_level: Mapped[str] = mapped_column(String(10), default="receipt")
    cash_rounding_minor: Mapped[int] = mapped_column(default=0)  # 5 rounds cash to five minor units; 0 never
    logo_png: Mapped[bytes | None] = mapped_column(LargeBinary)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    epoch: Mapped[int] = mapped_column(default=1)  # rises at each restore, so numbers are never drawn twice


class Setting(Base):
    """A typed setting of app.shop.settings; absent means its default."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[dict[str, Any]]  # {"value": …}: JSON columns keep their type that way


class Outlet(Base):
    __tablename__ = "outlet"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(120), unique=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    address: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    receipt_header: Mapped[str] = mapped_column(Text, default="")
    receipt_footer: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(default=0)  # the first listed gets sales that no till made
    active: Mapped[bool] = mapped_column(default=True)


class Register(Base):
    """A till. `next_number` is its receipt counter, drawn in the sale's own transaction."""

    __tablename__ = "register"
    __table_args__ = (UniqueConstraint("outlet_id", "name"), at_least("next_number", 1))

    id: Mapped[Key]
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"))
    name: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(12), unique=True)  # prefix of receipt numbers: "R1" in R1-000042
    next_number: Mapped[int] = mapped_column(default=1)
    journal_sequence: Mapped[int] = mapped_column(default=0)
    journal_head: Mapped[str] = mapped_column(String(64), default="0" * 64)  # hex SHA-256 of the last entry
    latest_at: Mapped[datetime | None]  # the latest moment booked here: shows a clock set back
    active: Mapped[bool] = mapped_column(default=True)


class RegisterSession(Base):
    """A shift at one register: opened with a float, closed by a count. A closed one takes no more sales."""

    __tablename__ = "register_session"
    __table_args__ = (at_least("opening_float_minor"),)

    id: Mapped[Key]
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"), index=True)
    business_date: Mapped[date]
    opened_at: Mapped[datetime]
    opened_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    opening_float_minor: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    counted_minor: Mapped[int | None]
    expected_minor: Mapped[int | None]


class TaxClass(Base):
    """What products share a tax treatment; its components add up (no tax on tax)."""

    __tablename__ = "tax_class"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    active: Mapped[bool] = mapped_column(default=True)


class TaxRate(Base):
    __tablename__ = "tax_rate"
    __table_args__ = (UniqueConstraint("tax_class_id", "name"),)

    id: Mapped[Key]
    tax_class_id: Mapped[int] = mapped_column(ForeignKey("tax_class.id"))
    name: Mapped[str] = mapped_column(String(80))
    percent: Mapped[Decimal]
