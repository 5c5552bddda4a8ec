"""Staff and roles in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from db.models.sale import Journal
from db.models.staff import Role, RolePermission, Staff


def active(session: Session) -> list[tuple[Staff, Role]]:
    """Everyone who may sign in, by name."""
    found = session.execute(select(Staff, Role).join(Role, Role.id == Staff.role_id).where(Staff.active))
    return sorted(((person, role) for person, role in found), key=lambda pair: pair[0].name.casefold())


def everyone(session: Session) -> list[tuple[Staff, Role]]:
    found = session.execute(select(Staff, Role).join(Role, Role.id == Staff.role_id))
    return sorted(
        ((person, role) for person, role in found), key=lambda pair: (not pair[0].active, pair[0].name.casefold())
    )


def locked(session: Session, staff_id: int) -> Staff | None:
    """The row, held until the transaction ends, so that two guesses at once count as two.

    Held against other changes only: rows that point at this person (journal, sales) may be written meanwhile.
    """
    return session.scalars(
        select(Staff)
        .where(Staff.id == staff_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()


def by_name(session: Session, name: str) -> Staff | None:
    return session.scalars(select(Staff).where(func.lower(Staff.name) == name.lower())).first()


def role(session: Session, role_id: int) -> Role | None:
    return session.get(Role, role_id)


def role_by_code(session: Session, code: str) -> Role | None:
    return session.scalars(select(Role).where(Role.code == code)).first()


def roles(session: Session) -> list[tuple[Role, int]]:
    """Every role with how many active people hold it, in the order they were made."""
    count = select(func.count()).where(Staff.role_id == Role.id, Staff.active).scalar_subquery()
    return [(found, int(people)) for found, people in session.execute(select(Role, count).order_by(Role.id))]


def rights(session: Session, role_id: int) -> dict[str, int | None]:
    found = session.execute(
        select(RolePermission.permission, RolePermission.limit_value).where(RolePermission.role_id == role_id)
    )
    return {row.permission: row.limit_value for row in found}


def replace_rights(session: Session, role_id: int, wanted: Mapping[str, int | None]) -> None:
    session.execute(delete(RolePermission).where(RolePermission.role_id == role_id))
    session.add_all(
        RolePermission(role_id=role_id, permission=permission, limit_value=limit)
        for permission, limit in sorted(wanted.items())
    )
    session.flush()


def holders(session: Session, permission: str) -> list[tuple[Staff, Role, int | None]]:
    """Active people whose role has the right, with its limit."""
    found = session.execute(
        select(Staff, Role, RolePermission.limit_value)
        .join(Role, Role.id == Staff.role_id)
        .join(RolePermission, RolePermission.role_id == Role.id)
        .where(Staff.active, RolePermission.permission == permission)
        .order_by(Staff.id)
    )
    return [(person, held, limit) for person, held, limit in found]


def failed_approvals(session: Session, register_id: int) -> tuple[int, datetime | None]:
    """How many approvals failed at a register since the last one that was given there, and when the latest did."""
    at_register = Journal.register_id == register_id
    last_given = (
        select(func.coalesce(func.max(Journal.sequence), 0))
        .where(at_register, Journal.kind == "approval")
        .scalar_subquery()
    )
    row = session.execute(
        select(func.count(), func.max(Journal.at)).where(
            at_register, Journal.kind == "approval_failed", Journal.sequence > last_given
        )
    ).one()
    return int(row[0]), row[1]


def add(session: Session, row: Staff | Role) -> int:
    session.add(row)
    session.flush()
    return row.id
