"""Customers: who they are, what they agreed to, and the running figures that each sale keeps."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import APPEND_ONLY, Base, Key, at_least, one_of


class LoyaltyTier(Base):
    __tablename__ = "loyalty_tier"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(60), unique=True)
    threshold: Mapped[int]  # points earned in all, or minor units spent, as the programme counts
    multiplier_percent: Mapped[int] = mapped_column(default=100)
    position: Mapped[int] = mapped_column(default=0)


class Customer(Base):
    """A person or account. `number` is what a loyalty card shows; erasing empties the personal columns."""

    __tablename__ = "customer"
    __table_args__ = (
        Index("ix_customer_name", "sort_name", "id"),
        Index("ix_customer_created", "created_at", "id"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    first_name: Mapped[str] = mapped_column(String(120), default="")
    last_name: Mapped[str] = mapped_column(String(120), default="")
    sort_name: Mapped[str] = mapped_column(String(250), default="")  # folded "last first", for order and prefix
    search_text: Mapped[str] = mapped_column(Text, default="")  # " word word": name, e-mail before its @, number
    email: Mapped[str | None] = mapped_column(String(254), index=True)  # lower case
    phone: Mapped[str | None] = mapped_column(String(20), index=True)  # E.164: +447700900123
    phone_tail: Mapped[str | None] = mapped_column(String(20), index=True)  # its digits from the end: last four first
    birth_date: Mapped[date | None]
    birth_month: Mapped[int | None] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(Text, default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    photo_png: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    price_group_id: Mapped[int | None] = mapped_column(ForeignKey("price_group.id"))
    tier_id: Mapped[int | None] = mapped_column(ForeignKey("loyalty_tier.id"))
    accrues_points: Mapped[bool] = mapped_column(default=True)
    email_consent_at: Mapped[datetime | None]
    sms_consent_at: Mapped[datetime | None]
    post_consent_at: Mapped[datetime | None]
    consent_source: Mapped[str] = mapped_column(String(80), default="")
    utm_source: Mapped[str] = mapped_column(String(80), default="")
    home_outlet_id: Mapped[int | None] = mapped_column(ForeignKey("outlet.id"))
    referred_by_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class CustomerTag(Base):
    """KEY = VALUE, by hand; a plain tag has the value "true"."""

    __tablename__ = "customer_tag"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)
    value: Mapped[str] = mapped_column(String(120), default="true")


class CustomerGroup(Base):
    __tablename__ = "customer_group"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80), unique=True)


class CustomerGroupMember(Base):
    __tablename__ = "customer_group_member"

    group_id: Mapped[int] = mapped_column(ForeignKey("customer_group.id"), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True, index=True)


class CustomerEvent(Base):
    """What happened around a customer that no sale tells: created, edited, note, consent, merge, erasure."""

    __tablename__ = "customer_event"
    __table_args__ = (Index("ix_customer_event_customer", "customer_id", "at"), APPEND_ONLY)

    id: Mapped[Key]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[str] = mapped_column(String(30))
    text: Mapped[str] = mapped_column(Text, default="")  # no personal data: erasure must not need it
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


class CustomerStats(Base):
    """Lifetime figures of completed sales, kept in each sale's transaction; returns lower the money, not visits."""

    __tablename__ = "customer_stats"
    __table_args__ = (
        Index("ix_customer_stats_last", "last_visit_at"),
        Index("ix_customer_stats_spend", "spend_minor"),
    )

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True, autoincrement=False)
    first_visit_at: Mapped[datetime]
    last_visit_at: Mapped[datetime]
    visits: Mapped[int]  # completed sales; a return is no visit
    spend_minor: Mapped[int]  # sale totals less refunds, gift cards sold left out
    discount_minor: Mapped[int]
    coupon_visits: Mapped[int]  # visits with at least one coupon


class CustomerMonth(Base):
    __tablename__ = "customer_month"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True, autoincrement=False)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # business date as 202611
    visits: Mapped[int]
    spend_minor: Mapped[int]


class CustomerCategory(Base):
    """`category_id` is the line's own category; 0 stands for none."""

    __tablename__ = "customer_category"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True, autoincrement=False)
    category_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    visits: Mapped[int]
    quantity_milli: Mapped[int]
    spend_minor: Mapped[int]
    last_at: Mapped[datetime]


class CustomerOutlet(Base):
    __tablename__ = "customer_outlet"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True, autoincrement=False)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), primary_key=True, autoincrement=False)
    visits: Mapped[int]
    spend_minor: Mapped[int]


class Segment(Base):
    __tablename__ = "segment"
    __table_args__ = (one_of("kind", "manual", "rule"), at_least("member_count"))

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(120), unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(String(10))
    rule_json: Mapped[str | None] = mapped_column(Text)
    rule_version: Mapped[int] = mapped_column(default=1)
    member_count: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    recalculated_at: Mapped[datetime | None]


class SegmentMember(Base):
    """Who is in now; the events say how it came about."""

    __tablename__ = "segment_member"
    __table_args__ = (
        Index("ix_segment_member_customer", "customer_id", "assigned_at"),
        Index("ix_segment_member_latest", "segment_id", "assigned_at", "customer_id"),
        one_of("assigned_by", "rule", "manual"),
    )

    segment_id: Mapped[int] = mapped_column(ForeignKey("segment.id"), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    assigned_at: Mapped[datetime]
    assigned_by: Mapped[str] = mapped_column(String(10))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    note: Mapped[str] = mapped_column(String(300), default="")


class SegmentEvent(Base):
    __tablename__ = "segment_event"
    __table_args__ = (
        Index("ix_segment_event_customer", "customer_id", "at"),
        Index("ix_segment_event_segment", "segment_id", "at"),
        one_of("event", "entered", "left"),
        one_of("cause", "rule", "manual", "pinned_in", "pinned_out"),
        APPEND_ONLY,
    )

    id: Mapped[Key]
    segment_id: Mapped[int] = mapped_column(ForeignKey("segment.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    event: Mapped[str] = mapped_column(String(10))
    cause: Mapped[str] = mapped_column(String(12))
    rule_version: Mapped[int | None]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    note: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime]
