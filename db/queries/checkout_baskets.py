"""Unfinished baskets: kept, held, recalled and done with."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, Table, and_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.models.customer import Customer
from db.models.sale import Basket
from db.models.shop import Register
from db.models.staff import Staff

basket = cast(Table, Basket.__table__)
register = cast(Table, Register.__table__)
staff = cast(Table, Staff.__table__)
customer = cast(Table, Customer.__table__)


def keep(connection: Connection, values: dict[str, Any], *, states: tuple[str, ...]) -> int | None:
    """Write a basket down by its request id; its id, or None when it is in another state by now (completed, voided)
    or at another register: a write that comes late must not take it back."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(basket).values(version=1, **values)
    fresh = {name: statement.excluded[name] for name in values if name not in ("request_id", "created_at")}
    return connection.execute(
        statement.on_conflict_do_update(
            index_elements=[basket.c.request_id],
            set_={**fresh, "version": basket.c.version + 1},
            where=and_(basket.c.state.in_(states), basket.c.register_id == statement.excluded.register_id),
        ).returning(basket.c.id)
    ).scalar()


def state_of(connection: Connection, request_id: UUID) -> str | None:
    return connection.execute(select(basket.c.state).where(basket.c.request_id == request_id)).scalar()


def open_at(connection: Connection, register_id: int) -> Any:
    """The basket last open at this register, None when there is none."""
    return connection.execute(
        select(basket)
        .where(basket.c.register_id == register_id, basket.c.state == "open")
        .order_by(basket.c.updated_at.desc(), basket.c.id.desc())
        .limit(1)
    ).first()


def hold_open(connection: Connection, register_id: int, at: datetime) -> int:
    """Hold the sales with lines that this register left open; how many there were."""
    rows = connection.execute(
        select(basket.c.id, basket.c.content).where(basket.c.register_id == register_id, basket.c.state == "open")
    ).all()
    left = [row.id for row in rows if row.content.get("lines")]
    if left:
        connection.execute(
            update(basket)
            .where(basket.c.id.in_(left))
            .values(state="suspended", updated_at=at, version=basket.c.version + 1)
        )
    return len(left)


def held(connection: Connection, outlet_id: int) -> list[Any]:
    """Suspended baskets of an outlet, newest first, with the names around them."""
    return list(
        connection.execute(
            select(
                basket.c.id, basket.c.label, basket.c.total_minor, basket.c.updated_at, basket.c.content,
                register.c.name.label("register_name"), staff.c.name.label("staff_name"), customer.c.first_name,
                customer.c.last_name,
            )
            .select_from(
                basket.join(register, register.c.id == basket.c.register_id)
                .join(staff, staff.c.id == basket.c.staff_id)
                .outerjoin(customer, customer.c.id == basket.c.customer_id)
            )
            .where(basket.c.state == "suspended", basket.c.outlet_id == outlet_id)
            .order_by(basket.c.updated_at.desc(), basket.c.id.desc())
        )
    )  # fmt: skip


def take(
    connection: Connection, basket_id: int, outlet_id: int, *, register_id: int, staff_id: int, at: datetime
) -> Any:
    """A suspended basket, open at `register_id` from now on; None when somebody else was quicker."""
    return connection.execute(
        update(basket)
        .where(and_(basket.c.id == basket_id, basket.c.outlet_id == outlet_id, basket.c.state == "suspended"))
        .values(state="open", register_id=register_id, staff_id=staff_id, updated_at=at, version=basket.c.version + 1)
        .returning(basket.c.content, basket.c.request_id, basket.c.label)
    ).first()


def finish(connection: Connection, request_id: UUID, state: str, at: datetime, *, register_id: int) -> bool:
    """Leave the open or suspended state for good; False when it is in neither, or at another register."""
    done = connection.execute(
        update(basket)
        .where(
            basket.c.request_id == request_id,
            basket.c.register_id == register_id,
            basket.c.state.in_(("open", "suspended")),
        )
        .values(state=state, updated_at=at)
    )
    return done.rowcount == 1
