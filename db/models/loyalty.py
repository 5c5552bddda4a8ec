"""Points in lots: oldest spent first, expiring lot by lot."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import APPEND_ONLY, Base, Key, at_least, one_of


class LoyaltyProgram(Base):
    """`points_per_step` for each full or partial `step_minor` of money, by the programme's rounding."""

    __tablename__ = "loyalty_program"
    __table_args__ = (
        one_of("unit", "points", "stamps", "visits", "cashback"),
        one_of("earn_basis", "net", "gross", "before_discount"),
        CheckConstraint("step_minor > 0", name="step_positive"),
    )

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    unit: Mapped[str] = mapped_column(String(10), default="points")
    points_per_step: Mapped[int] = mapped_column(default=1)
    step_minor: Mapped[int] = mapped_column(default=100)
    full_steps_only: Mapped[bool] = mapped_column(default=True)
    earn_basis: Mapped[str] = mapped_column(String(16), default="gross")
    earn_on_gift_cards: Mapped[bool] = mapped_column(default=False)
    point_value_minor: Mapped[int] = mapped_column(default=0)  # what a point pays as tender; 0: not a tender
    expiry_days: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)


class PointsAccount(Base):
    __tablename__ = "points_account"
    # A claw-back after points were spent may leave a debt, flagged so and paid by the next points earned.
    __table_args__ = (
        CheckConstraint("balance >= 0 OR owes", name="never_below_zero"),
        at_least("earned_total"),
    )

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True, autoincrement=False)
    program_id: Mapped[int] = mapped_column(ForeignKey("loyalty_program.id"), primary_key=True, autoincrement=False)
    balance: Mapped[int] = mapped_column(default=0)
    earned_total: Mapped[int] = mapped_column(default=0)  # net of claw-backs; what tiers look at
    owes: Mapped[bool] = mapped_column(default=False)


class PointsLot(Base):
    """Points earned together; `remaining` falls as they are spent, expire or are clawed back."""

    __tablename__ = "points_lot"
    __table_args__ = (
        CheckConstraint("remaining >= 0 AND remaining <= earned", name="remaining_within"),
        Index("ix_points_lot_open", "customer_id", "program_id", "remaining", "earned_at"),
        Index("ix_points_lot_expires", "expires_on"),
    )

    id: Mapped[Key]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    program_id: Mapped[int] = mapped_column(ForeignKey("loyalty_program.id"))
    earned: Mapped[int]
    remaining: Mapped[int]
    earned_at: Mapped[datetime]
    expires_on: Mapped[date | None]
    sale_id: Mapped[int | None] = mapped_column(ForeignKey("sale.id"), index=True)


class PointsEntry(Base):
    """One movement of points, + in and - out. Never changed."""

    __tablename__ = "points_entry"
    __table_args__ = (
        one_of("kind", "earn", "redeem", "claw_back", "give_back", "adjust", "expire"),
        Index("ix_points_entry_customer", "customer_id", "program_id", "id"),
        APPEND_ONLY,
    )

    id: Mapped[Key]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    program_id: Mapped[int] = mapped_column(ForeignKey("loyalty_program.id"))
    kind: Mapped[str] = mapped_column(String(10))
    points: Mapped[int]
    balance_after: Mapped[int]
    sale_id: Mapped[int | None] = mapped_column(ForeignKey("sale.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200), default="")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    request_id: Mapped[UUID] = mapped_column(unique=True)
    recorded_at: Mapped[datetime]
