"""A shop with a manager, a register and customers, just enough for value, coupons and points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import text

from app.clock import FixedClock
from app.staff.model import Actor, with_all_rights
from db.models.customer import Customer
from db.models.sale import Sale
from db.models.shop import Outlet, Register, RegisterSession, Setting, Shop
from db.models.staff import Role, Staff
from db.uow import Database


@dataclass(frozen=True)
class SmallShop:
    database: Database
    actor: Actor
    register_id: int
    outlet_id: int
    session_id: int
    clock: FixedClock

    def customer(self, name: str = "Ada") -> int:
        now = self.clock.now()
        with self.database.write() as uow:
            row = Customer(number=uuid4().hex[:12], first_name=name, created_at=now, updated_at=now)
            uow.session.add(row)
            uow.session.flush()
            found = row.id
            uow.commit()
        return found

    def setting(self, name: str, value: object) -> None:
        with self.database.write() as uow:
            uow.session.add(Setting(name=name, value={"value": value}))
            uow.commit()

    def sale(self, number: int, customer_id: int | None = None, at: datetime | None = None) -> int:
        """The bare row of a completed sale that redemptions can point at."""
        at = at or self.clock.now()
        with self.database.write() as uow:
            row = Sale(
                request_id=uuid4(), request_hash="", register_id=self.register_id, outlet_id=self.outlet_id,
                session_id=self.session_id, number=number, number_text=f"R1-{number:06d}", customer_id=customer_id,
                cashier_id=self.actor.staff_id, business_date=at.date(), completed_at=at, currency="USD",
                prices_include_tax=False, rounding_level="receipt", subtotal_minor=0, discount_minor=0, tax_minor=0,
                rounding_minor=0, total_minor=0, change_minor=0, liability_minor=0,
            )  # fmt: skip
            uow.session.add(row)
            uow.session.flush()
            found = row.id
            uow.commit()
        return found

    def rows(self, sql: str, **values: object) -> list[tuple[object, ...]]:
        with self.database.read() as uow:
            return [tuple(row) for row in uow.connection.execute(text(sql), values)]


def open_small_shop(database: Database, clock: FixedClock, *, currency: str = "USD", zone: str = "UTC") -> SmallShop:
    now = clock.now()
    with database.write() as uow:
        session = uow.session
        session.add(
            Shop(
                id=1, name="Corner", currency=currency, locale="en_US", time_zone=zone, prices_include_tax=False,
                created_at=now,
            )
        )  # fmt: skip
        outlet, role = Outlet(name="Main", code="M"), Role(code="manager", name="Manager")
        session.add_all([outlet, role])
        session.flush()
        register = Register(outlet_id=outlet.id, name="Till 1", code="R1")
        staff = Staff(name="Grace", role_id=role.id, pin_hash="")
        session.add_all([register, staff])
        session.flush()
        shift = RegisterSession(
            register_id=register.id, business_date=date(2026, 3, 14), opened_at=now, opened_by=staff.id
        )
        session.add(shift)
        session.flush()
        actor = with_all_rights(staff.id, "Grace", register_id=register.id, outlet_id=outlet.id)
        shop = SmallShop(database, actor, register.id, outlet.id, shift.id, clock)
        uow.commit()
    return shop


# V9, V14: what must hold of every account after every step.
BROKEN_ACCOUNTS = """
    SELECT a.id FROM value_account a
    LEFT JOIN (SELECT account_id, sum(amount_minor) AS total FROM value_entry GROUP BY account_id) e
      ON e.account_id = a.id
    LEFT JOIN (SELECT account_id, sum(amount_minor) AS total FROM value_hold WHERE status = 'open'
               GROUP BY account_id) h
      ON h.account_id = a.id
    WHERE a.balance_minor <> coalesce(e.total, 0) OR a.held_minor <> coalesce(h.total, 0)
       OR a.balance_minor < a.held_minor
"""
# Every entry's balance is the sum of the entries up to it, and never below zero.
BROKEN_PREFIXES = """
    SELECT id FROM (
        SELECT id, balance_after_minor,
               sum(amount_minor) OVER (PARTITION BY account_id ORDER BY id) AS running
        FROM value_entry) AS ordered
    WHERE running <> balance_after_minor OR running < 0
"""


def audit_value(shop: SmallShop) -> None:
    assert shop.rows(BROKEN_ACCOUNTS) == []
    assert shop.rows(BROKEN_PREFIXES) == []
