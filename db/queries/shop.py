"""The shop's own facts in SQL: outlets, registers, taxes and settings."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from sqlalchemy import delete as delete_from
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models.product import Product
from db.models.sale import Sale
from db.models.shop import Outlet, Register, RegisterSession, Setting, Shop, TaxClass, TaxRate
from db.models.value import ValueAccount

# Kept among the settings: a mark that is another one after every change. Tills read it with what they read anyhow
# (checkout_reads.fingerprint), so that a setting counts at their next sale.
VERSION = "settings.version"


def shop(session: Session) -> Shop | None:
    return session.get(Shop, 1)


def outlets(session: Session) -> list[Outlet]:
    return list(session.scalars(select(Outlet).order_by(Outlet.position, Outlet.id)))


def registers(session: Session) -> list[Register]:
    return list(session.scalars(select(Register).order_by(Register.outlet_id, Register.id)))


def outlet_of(session: Session, register_id: int) -> int | None:
    return session.scalar(select(Register.outlet_id).where(Register.id == register_id))


def first_register_id(session: Session) -> int | None:
    return session.scalar(
        select(Register.id)
        .join(Outlet, Outlet.id == Register.outlet_id)
        .order_by(Register.active.desc(), Outlet.position, Register.id)
        .limit(1)
    )


def tax_classes(session: Session) -> list[TaxClass]:
    return list(session.scalars(select(TaxClass).order_by(TaxClass.id)))


def tax_rates(session: Session) -> list[TaxRate]:
    return list(session.scalars(select(TaxRate).order_by(TaxRate.tax_class_id, TaxRate.id)))


def sold_anything(session: Session) -> bool:
    return session.scalar(select(Sale.id).limit(1)) is not None


def owes_value(session: Session) -> bool:
    """Whether any gift card, voucher or store credit was ever given out."""
    return session.scalar(select(ValueAccount.id).limit(1)) is not None


def has_products(session: Session) -> bool:
    return session.scalar(select(Product.id).limit(1)) is not None


def open_shifts(session: Session) -> set[int]:
    """The registers whose shift is open."""
    return set(session.scalars(select(RegisterSession.register_id).where(RegisterSession.closed_at.is_(None))))


def settings(session: Session) -> dict[str, Any]:
    """Every stored setting by name, unwrapped."""
    found = session.execute(select(Setting.name, Setting.value).where(Setting.name != VERSION))
    return {name: value.get("value") for name, value in found if isinstance(value, dict)}


def put_setting(session: Session, name: str, value: Any) -> None:
    """Keep it, whatever was there; two tills that set it for the first time at once both succeed."""
    session.flush()
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(Setting).values(name=name, value={"value": value})
    session.execute(
        statement.on_conflict_do_update(index_elements=[Setting.name], set_={"value": statement.excluded.value})
    )


def drop_setting(session: Session, name: str) -> None:
    session.execute(delete_from(Setting).where(Setting.name == name))


def mark_changed(session: Session) -> None:
    """Tell every till that settings are others than a moment ago. Random: two changes at once must not agree on it."""
    put_setting(session, VERSION, uuid4().hex)


def version_in(stored: Any) -> str:
    """The mark out of its row's value, as JSON text or as what a driver made of it; "" where none was ever set."""
    value = json.loads(stored) if isinstance(stored, str) else stored
    return str(value.get("value", "")) if isinstance(value, dict) else ""


def free_register_code(session: Session) -> str:
    """R1, R2, …: the next one that no register has had."""
    taken = set(session.scalars(select(func.upper(Register.code))))
    number = 1
    while f"R{number}" in taken:
        number += 1
    return f"R{number}"


def free_outlet_code(session: Session) -> str:
    taken = set(session.scalars(select(func.upper(Outlet.code))))
    number = 1
    while f"O{number}" in taken:
        number += 1
    return f"O{number}"


def add(session: Session, row: Outlet | Register | TaxClass | TaxRate | Shop) -> None:
    session.add(row)
    session.flush()


def delete(session: Session, row: TaxRate) -> None:
    session.delete(row)
