"""Rows that a customer's Marketing tab reads, written straight into the tables."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from db.models import (
    CouponCode,
    CouponRedemption,
    Customer,
    Outlet,
    Promotion,
    Register,
    RegisterSession,
    Role,
    Sale,
    Segment,
    SegmentMember,
    Shop,
    Staff,
    ValueAccount,
)  # fmt: skip
from db.uow import Database

THEN = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


class MarketingRows:
    """A shop with one till, one manager, two coupons and some customers."""

    def __init__(self, database: Database, *, zone: str = "UTC") -> None:
        self._database = database
        stamp = {"created_at": THEN, "updated_at": THEN}
        with database.write() as uow:
            put = uow.connection.execute
            put(
                insert(Shop).values(
                    id=1, name="Shop", currency="EUR", locale="en_IE", time_zone=zone, prices_include_tax=True,
                    created_at=THEN,
                )
            )  # fmt: skip
            put(insert(Outlet).values(id=1, name="Main", code="M"))
            put(insert(Register).values(id=1, outlet_id=1, name="Till 1", code="R1"))
            put(insert(Role).values(id=1, code="manager", name="Manager"))
            put(insert(Staff).values(id=1, name="Mona", role_id=1, pin_hash="x"))
            put(
                insert(RegisterSession).values(
                    id=1, register_id=1, business_date=date(2026, 3, 1), opened_at=THEN, opened_by=1
                )
            )
            for number in (1, 2):
                put(insert(Customer).values(id=number, number=f"C{number}", first_name="Amara", **stamp))
            put(insert(Promotion).values(id=1, name="Summer", kind="percent", definition={}, **stamp))
            put(
                insert(CouponCode).values(
                    id=1, promotion_id=1, code_hash="0" * 64, shared_code="SUMMER10", last_four="ER10", created_at=THEN
                )
            )
            uow.commit()

    def with_segment(self, name: str, *, customer: int = 1, at: datetime = THEN, **more: Any) -> None:
        with self._database.write() as uow:
            made = insert(Segment).values(
                name=name, kind="manual", member_count=1, created_at=THEN, updated_at=THEN
            )  # fmt: skip
            segment_id = uow.connection.execute(made.returning(Segment.id)).scalar_one()
            member = {"assigned_by": "manual", "staff_id": 1, "note": "", **more}
            uow.connection.execute(
                insert(SegmentMember).values(segment_id=segment_id, customer_id=customer, assigned_at=at, **member)
            )
            uow.commit()

    def with_redemptions(self, count: int, *, customer: int = 1, **more: Any) -> list[int]:
        """`count` uses of SUMMER10, a minute apart, each in a sale of its own; returns their ids, oldest first."""
        with self._database.write() as uow:
            start = uow.connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM sale").scalar_one()
            numbers = range(start + 1, start + 1 + count)
            moments = {number: THEN + timedelta(minutes=number) for number in numbers}
            uow.connection.execute(insert(Sale), [self._sale(number, customer, moments[number]) for number in numbers])
            rows = [
                {
                    "promotion_id": 1,
                    "promotion_version": 1,
                    "code_id": 1,
                    "customer_id": customer,
                    "sale_id": number,
                    "code_shown": "SUMMER10",
                    "name": "Summer ten",
                    "discount_minor": 126,
                    "discount_percent": Decimal(10),
                    "sale_number": f"R1-{number:06}",
                    "used_at": moments[number],
                    **more,
                }
                for number in numbers
            ]
            uow.connection.execute(insert(CouponRedemption), rows)
            ids = uow.connection.exec_driver_sql(
                f"SELECT id FROM coupon_redemption WHERE sale_id > {start} ORDER BY id"
            ).scalars()
            found = list(ids)
            uow.commit()
        return found

    def _sale(self, number: int, customer: int, at: datetime) -> dict[str, Any]:
        return {
            "id": number, "request_id": uuid.uuid4(), "request_hash": "0" * 64, "kind": "sale", "register_id": 1,
            "outlet_id": 1, "session_id": 1, "number": number, "number_text": f"R1-{number:06}",
            "customer_id": customer, "cashier_id": 1, "business_date": at.date(), "completed_at": at,
            "currency": "EUR", "prices_include_tax": True, "rounding_level": "receipt", "subtotal_minor": 1260,
            "discount_minor": 126, "tax_minor": 0, "rounding_minor": 0, "total_minor": 1134, "change_minor": 0,
            "liability_minor": 0,
        }  # fmt: skip

    def with_card(self, last_four: str, *, customer: int | None = 1, balance: int = 1850, **more: Any) -> int:
        card: dict[str, Any] = {
            "kind": "gift_card", "last_four": last_four, "code_hash": uuid.uuid4().hex * 2, "currency": "EUR",
            "original_minor": 5000, "balance_minor": balance, "status": "active", "customer_id": customer,
            "issued_at": THEN, **more,
        }  # fmt: skip
        with self._database.write() as uow:
            made = insert(ValueAccount).values(**card).returning(ValueAccount.id)
            account_id = int(uow.connection.execute(made).scalar_one())
            uow.commit()
        return account_id
