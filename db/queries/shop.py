"""The shop's own facts in SQL: outlets, registers, taxes and settings."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models.sale import Sale
from db.models.shop import Outlet, Register, Setting, Shop, TaxClass, TaxRate


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


def settings(session: Session) -> dict[str, Any]:
    """Every stored setting by name, unwrapped."""
    found = session.execute(select(Setting.name, Setting.value))
    return {name: value.get("value") for name, value in found if isinstance(value, dict)}


def put_setting(session: Session, name: str, value: Any) -> None:
    row = session.get(Setting, name)
    if row is None:
        session.add(Setting(name=name, value={"value": value}))
    else:
        row.value = {"value": value}


def drop_setting(session: Session, name: str) -> None:
    row = session.get(Setting, name)
    if row is not None:
        session.delete(row)


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
