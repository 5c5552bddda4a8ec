"""What a till reads: the shop's pricing facts, a customer's, and everything that completing checks again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Connection, Table, and_, func, select

from db.models.customer import (
    Customer,
    CustomerGroupMember,
    CustomerStats,
    LoyaltyTier,
    Segment,
    SegmentMember,
)
from db.models.loyalty import LoyaltyProgram, PointsAccount
from db.models.product import PriceGroup
from db.models.promotion import Campaign, CouponCode, CouponRedemption, CouponUse, Promotion
from db.models.shop import Outlet, Register, RegisterSession, Setting, Shop
from db.models.staff import RolePermission, Staff
from db.queries import sales_points
from db.queries.sales_batch import Batch, Row, Step, as_moment
from db.queries.shop import version_in

shop = cast(Table, Shop.__table__)
setting = cast(Table, Setting.__table__)
promotion = cast(Table, Promotion.__table__)
campaign = cast(Table, Campaign.__table__)
coupon_code = cast(Table, CouponCode.__table__)
coupon_use = cast(Table, CouponUse.__table__)
redemption = cast(Table, CouponRedemption.__table__)
customer = cast(Table, Customer.__table__)
stats = cast(Table, CustomerStats.__table__)
tier = cast(Table, LoyaltyTier.__table__)
group_member = cast(Table, CustomerGroupMember.__table__)
segment = cast(Table, Segment.__table__)
segment_member = cast(Table, SegmentMember.__table__)
price_group = cast(Table, PriceGroup.__table__)
program = cast(Table, LoyaltyProgram.__table__)
points = cast(Table, PointsAccount.__table__)
register = cast(Table, Register.__table__)
outlet = cast(Table, Outlet.__table__)
session = cast(Table, RegisterSession.__table__)
staff = cast(Table, Staff.__table__)
role_permission = cast(Table, RolePermission.__table__)


# --- the shop's facts --------------------------------------------------------------------------------------

_FINGERPRINT = (
    "SELECT (SELECT version FROM catalogue_version WHERE id = 1), (SELECT max(updated_at) FROM promotion), "
    "(SELECT max(id) FROM promotion), (SELECT value FROM setting WHERE name = 'settings.version'), "
    "currency, prices_include_tax, rounding_level, cash_rounding_minor, time_zone, epoch FROM shop"
)


def fingerprint_of(row: Row) -> str:
    """A text that differs whenever products, promotions, settings or the shop's rules of pricing do."""
    catalogue, promotions, last, settings, currency, inclusive, *rules = row
    moment = as_moment(promotions)
    changed = None if moment is None else moment.isoformat()
    parts = (catalogue, changed, last, version_in(settings), currency, bool(inclusive), *rules)
    return "|".join(map(str, parts))


def fingerprint(connection: Connection) -> str:
    row = connection.exec_driver_sql(_FINGERPRINT).first()
    return "" if row is None else fingerprint_of(tuple(row))


def shop_row(connection: Connection) -> Any:
    """The shop's row, None before set-up."""
    return connection.execute(select(shop)).first()


# --- one customer ------------------------------------------------------------------------------------------


def customer_row(connection: Connection, customer_id: int) -> Any:
    """Names and what the panel shows, None when unknown."""
    return connection.execute(
        select(
            customer.c.id, customer.c.number, customer.c.first_name, customer.c.last_name, customer.c.notes,
            customer.c.erased_at, tier.c.name.label("tier"), price_group.c.name.label("price_group"),
        )
        .select_from(
            customer.outerjoin(tier, tier.c.id == customer.c.tier_id).outerjoin(
                price_group, price_group.c.id == customer.c.price_group_id
            )
        )
        .where(customer.c.id == customer_id)
    ).first()  # fmt: skip


def segment_names(connection: Connection, customer_id: int) -> list[str]:
    return list(
        connection.execute(
            select(segment.c.name)
            .join(segment_member, segment_member.c.segment_id == segment.c.id)
            .where(segment_member.c.customer_id == customer_id)
            .order_by(segment.c.name)
        ).scalars()
    )


def points_of(connection: Connection, customer_id: int, today: date | None = None) -> tuple[int, int]:
    """(balance, what a point pays in minor units) in the active points programme; (0, 0) without one.

    With `today`, without the points past their day that the nightly run has not taken yet.
    """
    row = connection.execute(
        select(points.c.balance, program.c.point_value_minor, program.c.id)
        .select_from(
            program.outerjoin(points, and_(points.c.program_id == program.c.id, points.c.customer_id == customer_id))
        )
        .where(program.c.active, program.c.unit == "points")
        .order_by(program.c.id)
    ).first()
    if row is None:
        return 0, 0
    gone = 0 if today is None else sales_points.lapsed(connection, customer_id, row[2], today)
    return (row[0] or 0) - gone, row[1]


@dataclass(slots=True)
class CustomerSteps:
    """The statements behind a customer's pricing facts, waiting for their batch."""

    person: Step
    groups: Step
    segments: Step
    program: Step
    points: Step


_POINTS = (
    "SELECT balance FROM points_account WHERE customer_id = ? AND program_id = "
    "(SELECT min(id) FROM loyalty_program WHERE active AND unit = 'points')"
)


def ask_customer(batch: Batch, customer_id: int) -> CustomerSteps:
    return CustomerSteps(
        batch.read(
            "SELECT c.id, c.accrues_points, c.birth_month, c.erased_at, t.name, g.id, g.name, g.percent_off, "
            "coalesce(s.visits, 0), c.tier_id, t.multiplier_percent FROM customer c "
            "LEFT JOIN loyalty_tier t ON t.id = c.tier_id "
            "LEFT JOIN price_group g ON g.id = c.price_group_id AND g.active "
            "LEFT JOIN customer_stats s ON s.customer_id = c.id WHERE c.id = ?",
            customer_id,
        ),
        batch.read("SELECT group_id FROM customer_group_member WHERE customer_id = ?", customer_id),
        batch.read("SELECT segment_id FROM segment_member WHERE customer_id = ?", customer_id),
        batch.read(
            "SELECT id, points_per_step, step_minor, full_steps_only, earn_basis, earn_on_gift_cards, "
            "point_value_minor, expiry_days FROM loyalty_program WHERE active AND unit = 'points' ORDER BY id LIMIT 1"
        ),
        batch.read(_POINTS if batch.is_sqlite else _POINTS + " FOR UPDATE", customer_id),
    )


# --- what completing reads ---------------------------------------------------------------------------------


def ask_number(batch: Batch, register_id: int) -> Step:
    """Draw the next receipt number and lock the register: one sale at a time there, in the order of its numbers.

    Gives (number, code, journal sequence, journal head, latest moment, outlet id).
    """
    return batch.read(
        "UPDATE register SET next_number = next_number + 1 WHERE id = ? AND active RETURNING next_number - 1, code, "
        "journal_sequence, journal_head, latest_at, outlet_id",
        register_id,
    )


def ask_repeat(batch: Batch, request_id: object) -> Step:
    return batch.read("SELECT id, request_hash FROM sale WHERE request_id = ?", request_id)


def ask_basket(batch: Batch, request_id: object) -> Step:
    """(state) of the kept basket, when there is one."""
    return batch.read("SELECT state FROM basket WHERE request_id = ?", request_id)


def ask_session(batch: Batch, session_id: int, register_id: int) -> Step:
    return batch.read(
        "SELECT business_date FROM register_session WHERE id = ? AND register_id = ? AND closed_at IS NULL",
        session_id, register_id,
    )  # fmt: skip


def ask_fingerprint(batch: Batch) -> Step:
    return batch.read(_FINGERPRINT)


def fingerprint_from(step: Step) -> str:
    if not step.rows:
        return ""
    return fingerprint_of(step.rows[0])


def limit_of(connection: Connection, staff_id: int, permission: str) -> tuple[bool, int | None]:
    """(whether this person holds the right now, its limit)."""
    row = connection.execute(
        select(role_permission.c.limit_value)
        .join(staff, staff.c.role_id == role_permission.c.role_id)
        .where(staff.c.id == staff_id, staff.c.active, role_permission.c.permission == permission)
    ).first()
    return (False, None) if row is None else (True, row[0])


# --- registers and their shifts ----------------------------------------------------------------------------


def register_row(connection: Connection, register_id: int) -> Any:
    """The register with its outlet's name, None when unknown."""
    return connection.execute(
        select(register, outlet.c.name.label("outlet_name"))
        .join(outlet, outlet.c.id == register.c.outlet_id)
        .where(register.c.id == register_id)
    ).first()


def open_session(connection: Connection, register_id: int) -> Any:
    """The register's open shift with the name of who opened it, None when closed."""
    return connection.execute(
        select(session, staff.c.name.label("opened_by_name"))
        .join(staff, staff.c.id == session.c.opened_by)
        .where(session.c.register_id == register_id, session.c.closed_at.is_(None))
        .order_by(session.c.id.desc())
    ).first()


def held_count(connection: Connection, outlet_id: int) -> int:
    from db.models.sale import Basket

    basket = cast(Table, Basket.__table__)
    return int(
        connection.execute(
            select(func.count()).where(basket.c.state == "suspended", basket.c.outlet_id == outlet_id)
        ).scalar_one()
    )
