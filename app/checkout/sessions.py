"""The register's shift: opened with a float, closed by a count; cash in and out, and the drawer without a sale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.checkout.model import TillContext
from app.clock import Clock
from app.money import Money
from app.staff.model import Actor, Approval
from db.uow import Database


@dataclass(frozen=True, slots=True)
class SessionView:
    session_id: int
    register_id: int
    business_date: date
    opened_at: datetime
    opened_by: str
    opening_float: Money


@dataclass(frozen=True, slots=True)
class Closing:
    """`difference` is counted less expected: below zero is short."""

    session_id: int
    expected: Money
    counted: Money
    difference: Money
    held_baskets: int  # carried over, still in the recall list


class SessionService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def current(self, register_id: int) -> SessionView | None:
        """The open shift of a register, if any."""
        raise NotImplementedError

    def open(self, actor: Actor, register_id: int, opening_float: Money, *, request_id: UUID) -> TillContext:
        """Open the shift. Raises SessionOpen, NotFound."""
        raise NotImplementedError

    def context(self, actor: Actor, register_id: int) -> TillContext:
        """The till as it stands, for a cashier signing in to an open shift. Raises SessionClosed."""
        raise NotImplementedError

    def close(self, context: TillContext, counted: Money, *, approval: Approval | None = None) -> Closing:
        raise NotImplementedError

    def no_sale(self, context: TillContext, reason: str, *, request_id: UUID, approval: Approval | None = None) -> None:
        """Open the drawer without a sale; the journal says who and why."""
        raise NotImplementedError

    def pay_in(
        self, context: TillContext, amount: Money, reason: str, *, request_id: UUID, approval: Approval | None = None
    ) -> None:
        raise NotImplementedError

    def pay_out(
        self, context: TillContext, amount: Money, reason: str, *, request_id: UUID, approval: Approval | None = None
    ) -> None:
        raise NotImplementedError
