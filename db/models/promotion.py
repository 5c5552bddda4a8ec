"""Promotions, the codes that customers hold, and every use of one."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import APPEND_ONLY, Base, Key, at_least, one_of


class Campaign(Base):
    """What a promotion belongs to. `spent_minor` rises by conditional update and never passes the budget."""

    __tablename__ = "campaign"
    __table_args__ = (CheckConstraint("budget_minor IS NULL OR spent_minor <= budget_minor", name="within_budget"),)

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(120), unique=True)
    budget_minor: Mapped[int | None]
    spent_minor: Mapped[int] = mapped_column(default=0)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime]


class Promotion(Base):
    """`definition` is the promotion in app.pricing's JSON form; the columns beside it are for lists and limits."""

    __tablename__ = "promotion"
    __table_args__ = (
        CheckConstraint("total_limit IS NULL OR use_count <= total_limit", name="within_limit"),
        at_least("use_count"),
        Index("ix_promotion_updated", "updated_at"),  # every sale asks for the latest
    )

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(24))
    definition: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    automatic: Mapped[bool] = mapped_column(default=False)
    priority: Mapped[int] = mapped_column(default=100)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    total_limit: Mapped[int | None]
    per_customer_limit: Mapped[int | None]
    use_count: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class PromotionVersion(Base):
    """Every definition that was ever in force, so that a stored effect can be recomputed."""

    __tablename__ = "promotion_version"
    __table_args__ = (APPEND_ONLY,)

    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    definition: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]


class CouponCode(Base):
    """A code a customer holds: one shared word (SUMMER10, in clear) or one of many random ones (only a hash)."""

    __tablename__ = "coupon_code"
    __table_args__ = (
        CheckConstraint("max_uses IS NULL OR use_count <= max_uses", name="within_limit"),
        at_least("use_count"),
        one_of("status", "active", "cancelled"),
        Index("ix_coupon_code_batch", "promotion_id", "batch", "id"),
    )

    id: Mapped[Key]
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)  # hex SHA-256 of the folded code
    shared_code: Mapped[str | None] = mapped_column(String(60))  # shared words are printed on posters
    last_four: Mapped[str] = mapped_column(String(4))
    code_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)  # for printing again, under the shop's key
    max_uses: Mapped[int | None]
    per_customer_limit: Mapped[int | None]
    use_count: Mapped[int] = mapped_column(default=0)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    batch: Mapped[str] = mapped_column(String(60), default="")
    expires_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(12), default="active")
    created_at: Mapped[datetime]


class CouponUse(Base):
    """Uses per customer of one promotion and code, the row that a per-customer limit guards.

    `code_id` 0 counts the promotion as a whole.
    """

    __tablename__ = "coupon_use"
    __table_args__ = (at_least("use_count"),)

    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"), primary_key=True)
    code_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=0)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True, index=True)
    use_count: Mapped[int] = mapped_column(default=0)


class CouponRedemption(Base):
    """One use of a promotion in a completed sale, or the return of one. Never changed.

    Columns repeat what the Marketing tab shows, so that it reads one index and no joins.
    """

    __tablename__ = "coupon_redemption"
    __table_args__ = (
        one_of("kind", "use", "return"),
        # The last two let a customer's coupon history be counted, without automatic ones and returns, in the index.
        Index("ix_coupon_redemption_customer", "customer_id", "used_at", "id", "kind", "code_shown"),
        Index("ix_coupon_redemption_promotion", "promotion_id", "used_at", "id"),
        APPEND_ONLY,
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(8), default="use")
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"))
    promotion_version: Mapped[int]
    code_id: Mapped[int | None] = mapped_column(ForeignKey("coupon_code.id"), index=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    sale_id: Mapped[int] = mapped_column(ForeignKey("sale.id"), index=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("coupon_redemption.id"), unique=True)
    code_shown: Mapped[str] = mapped_column(String(60))  # shared code in clear, unique one masked, "" automatic
    name: Mapped[str] = mapped_column(String(160))
    discount_minor: Mapped[int]  # positive: what the customer saved; a return holds the negative
    discount_percent: Mapped[Decimal | None]
    sale_number: Mapped[str] = mapped_column(String(40))
    used_at: Mapped[datetime]


class CodeAttempt(Base):
    """Failed code look-ups per register, for the rate limit and the abuse log. Holds no code."""

    __tablename__ = "code_attempt"
    __table_args__ = (Index("ix_code_attempt_register", "register_id", "at"), APPEND_ONLY)

    id: Mapped[Key]
    register_id: Mapped[int | None] = mapped_column(ForeignKey("register.id"))
    kind: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    request_id: Mapped[UUID | None]
    at: Mapped[datetime]
