"""Baskets that are no sales yet: written down, held, taken up again, voided. None of it consumes anything (T10).

A basket belongs to the register that has it open or holds it. Every write says so in its condition, so that one that
comes late never takes a basket back that another register has taken up meanwhile.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.checkout.basket import plain
from app.checkout.content import to_content
from app.checkout.errors import BasketTaken, RequestReused
from app.checkout.journalling import void_body
from app.checkout.model import HeldBasket, OpenBasket, TillContext
from app.journal import service as journal
from app.money import Money
from app.pricing.model import PricedBasket
from db.queries import checkout_baskets as queries
from db.queries import checkout_sessions as sessions
from db.queries import sales_read
from db.uow import UnitOfWork


def write_open(uow: UnitOfWork, context: TillContext, basket: OpenBasket, total_minor: int, now: datetime) -> None:
    """The basket as it stands; one that is completed, held or voided, or at another register, is left alone."""
    queries.keep(uow.connection, _row(context, basket, "open", total_minor, now), states=("open",))


def write_held(uow: UnitOfWork, context: TillContext, basket: OpenBasket, total_minor: int, now: datetime) -> int:
    """Put aside; its id. A second press changes nothing. Raises BasketTaken when it is elsewhere or done by now."""
    row = _row(context, basket, "suspended", total_minor, now)
    basket_id = queries.keep(uow.connection, row, states=("open", "suspended"))
    if basket_id is None:
        raise BasketTaken
    return basket_id


def void(
    uow: UnitOfWork, context: TillContext, basket: OpenBasket, priced: PricedBasket, reason: str, now: datetime, *,
    approver_id: int | None,
) -> None:  # fmt: skip
    """Drop it; the journal keeps what it held (V25). A second press is no second void.

    Raises RequestReused for a sale that is booked, BasketTaken for one at another register.
    """
    connection = uow.connection
    sessions.lock_register(connection, context.register_id)
    if sales_read.id_by_request(connection, basket.request_id) is not None:
        raise RequestReused("This sale is booked already. Take it back against its receipt.")
    if not queries.finish(connection, basket.request_id, "voided", now, register_id=context.register_id):
        state = queries.state_of(connection, basket.request_id)
        if state == "voided":
            return
        if state is not None:
            raise BasketTaken
        if basket.lines:
            queries.keep(connection, _row(context, basket, "voided", priced.total_minor, now), states=())
    journal.append(
        uow, context.register_id, "void", now, context.actor.staff_id, approver_id=approver_id,
        body=void_body(basket, priced, plain(reason, 200)),
    )  # fmt: skip


def held(uow: UnitOfWork, context: TillContext) -> tuple[HeldBasket, ...]:
    """Suspended sales of the outlet, newest first."""
    return tuple(
        HeldBasket(
            basket_id=row.id,
            label=row.label,
            register_name=row.register_name,
            staff_name=row.staff_name,
            customer_name=f"{row.first_name or ''} {row.last_name or ''}".strip(),
            lines=len(row.content.get("lines", ())),
            total=Money(row.total_minor, context.currency),
            held_at=row.updated_at,
        )
        for row in queries.held(uow.connection, context.outlet_id)
    )


def _row(context: TillContext, basket: OpenBasket, state: str, total_minor: int, now: datetime) -> dict[str, Any]:
    """The basket's row as it is written down."""
    return {
        "request_id": basket.request_id, "register_id": context.register_id, "outlet_id": context.outlet_id,
        "staff_id": context.actor.staff_id, "customer_id": basket.customer_id, "state": state,
        "label": plain(basket.label, 80), "content": to_content(basket), "total_minor": total_minor,
        "created_at": now, "updated_at": now,
    }  # fmt: skip
