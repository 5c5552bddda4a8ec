"""The register's shift: opened with a float, closed by a count; cash in and out, and the drawer without a sale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.checkout.basket import plain
from app.checkout.errors import SessionClosed, SessionOpen
from app.checkout.model import TillContext
from app.clock import Clock, shop_date
from app.errors import InvalidInput, NotFound
from app.journal import service as journal
from app.money import LARGEST_MINOR, Money
from app.permissions import Permission
from app.staff.model import Actor, Approval, require
from db.queries import checkout_reads as reads
from db.queries import checkout_sessions as queries
from db.queries import outbox as outbox_queries
from db.uow import Database, UnitOfWork


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
        with self._database.read() as uow:
            row = reads.open_session(uow.connection, register_id)
            shop = reads.shop_row(uow.connection)
        if row is None or shop is None:
            return None
        opening_float = Money(row.opening_float_minor, shop.currency)
        return SessionView(row.id, register_id, row.business_date, row.opened_at, row.opened_by_name, opening_float)

    def open(self, actor: Actor, register_id: int, opening_float: Money, *, request_id: UUID) -> TillContext:
        """Open the shift with what lies in the drawer. Raises SessionOpen, NotFound, InvalidInput."""
        require(actor, Permission.SALE_SELL)
        if not 0 <= opening_float.minor <= LARGEST_MINOR:
            raise InvalidInput("The float is what lies in the drawer: zero or more.", field="amount")
        now = self._clock.now()

        def work(uow: UnitOfWork) -> None:
            connection = uow.connection
            if queries.session_by_request(connection, request_id) is not None:
                return
            if not queries.lock_register(connection, register_id):
                raise NotFound("This register is no longer in use. Choose another.")
            if reads.open_session(connection, register_id) is not None:
                raise SessionOpen
            shop = reads.shop_row(connection)
            session_id = queries.add_session(
                connection, register_id, shop_date(now, shop.time_zone), now, actor.staff_id, opening_float.minor
            )
            queries.add_cash(
                connection, _cash(session_id, "float", opening_float.minor, actor.staff_id, None, "", request_id, now)
            )
            body = {"session": session_id, "float": opening_float.minor}
            journal.append(uow, register_id, "open", now, actor.staff_id, body=body)
            uow.commit()

        self._database.retrying(work)
        return self.context(actor, register_id)

    def context(self, actor: Actor, register_id: int) -> TillContext:
        """The till as it stands, for a cashier signing in to an open shift. Raises SessionClosed, NotFound."""
        with self._database.read() as uow:
            register = reads.register_row(uow.connection, register_id)
            if register is None:
                raise NotFound("There is no such register in this shop.")
            session = reads.open_session(uow.connection, register_id)
            if session is None:
                raise SessionClosed
            shop = reads.shop_row(uow.connection)
        return TillContext(
            register_id=register_id,
            register_name=register.name,
            register_code=register.code,
            outlet_id=register.outlet_id,
            outlet_name=register.outlet_name,
            session_id=session.id,
            business_date=session.business_date,
            actor=actor.at(register_id, register.outlet_id),
            currency=shop.currency,
        )

    def close(self, context: TillContext, counted: Money, *, approval: Approval | None = None) -> Closing:
        """Close the shift by what was counted. Expected is worked out from the movements, never typed (V22).

        A second close finds the first. Held sales stay held. Raises SessionClosed when another close was quicker.
        """
        approver = require(context.actor, Permission.SESSION_CLOSE, approval=approval)
        if not 0 <= counted.minor <= LARGEST_MINOR:
            raise InvalidInput("Type what was counted: zero or more.", field="amount")
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Closing:
            connection = uow.connection
            queries.lock_register(connection, context.register_id)
            expected = queries.expected_minor(connection, context.session_id)
            closed = queries.close_session(
                connection, context.session_id, now, context.actor.staff_id, counted_minor=counted.minor,
                expected_minor=expected,
            )  # fmt: skip
            if not closed:
                raise SessionClosed
            held = reads.held_count(connection, context.outlet_id)
            body = {
                "session": context.session_id, "expected": expected, "counted": counted.minor,
                "difference": counted.minor - expected, "held": held,
            }  # fmt: skip
            journal.append(
                uow, context.register_id, "close", now, context.actor.staff_id, approver_id=approver, body=body
            )
            uow.commit()
            currency = context.currency
            return Closing(
                context.session_id, Money(expected, currency), counted, Money(counted.minor - expected, currency), held
            )

        return self._database.retrying(work)

    def no_sale(self, context: TillContext, reason: str, *, request_id: UUID, approval: Approval | None = None) -> None:
        """Open the drawer without a sale; the journal says who and why."""
        approver = require(context.actor, Permission.DRAWER_OPEN, approval=approval)
        if not plain(reason, 200):
            raise InvalidInput("Say why the drawer is opened.", field="reason")
        now = self._clock.now()

        def work(uow: UnitOfWork) -> None:
            self._still_open(uow, context)
            if outbox_queries.by_request(uow.connection, request_id) is not None:
                return
            body = {"reason": plain(reason, 200)}
            journal.append(
                uow, context.register_id, "no_sale", now, context.actor.staff_id, approver_id=approver, body=body
            )
            outbox_queries.add(
                uow.connection, "drawer", context.register_id, {"reason": "no_sale"}, now, request_id=request_id
            )
            uow.commit()

        self._database.retrying(work)

    def pay_in(
        self, context: TillContext, amount: Money, reason: str, *, request_id: UUID, approval: Approval | None = None
    ) -> None:
        """Cash put into the drawer that no sale brought. Raises NotPermitted, InvalidInput, SessionClosed."""
        self._move(context, "pay_in", amount, reason, request_id, approval)

    def pay_out(
        self, context: TillContext, amount: Money, reason: str, *, request_id: UUID, approval: Approval | None = None
    ) -> None:
        """Cash taken out: an errand, a tip, a drop to the safe. Never more than should be there."""
        self._move(context, "pay_out", amount, reason, request_id, approval)

    def _move(
        self, context: TillContext, kind: str, amount: Money, reason: str, request_id: UUID,
        approval: Approval | None,
    ) -> None:  # fmt: skip
        approver = require(context.actor, Permission.CASH_MOVE, amount.minor, approval=approval)
        if not 0 < amount.minor <= LARGEST_MINOR:
            raise InvalidInput("Type an amount above zero.", field="amount")
        if not plain(reason, 200):
            raise InvalidInput("Say what the cash is for.", field="reason")
        now = self._clock.now()
        signed = amount.minor if kind == "pay_in" else -amount.minor

        def work(uow: UnitOfWork) -> None:
            connection = uow.connection
            if queries.cash_by_request(connection, request_id):
                return
            self._still_open(uow, context)
            if signed < 0 and queries.expected_minor(connection, context.session_id) + signed < 0:
                raise InvalidInput("There is not that much cash in the drawer.", field="amount")
            queries.add_cash(
                connection,
                _cash(
                    context.session_id, kind, signed, context.actor.staff_id, approver, plain(reason, 200),
                    request_id, now,
                ),
            )  # fmt: skip
            body = {"amount": signed, "reason": plain(reason, 200)}
            journal.append(uow, context.register_id, kind, now, context.actor.staff_id, approver_id=approver, body=body)
            outbox_queries.add(connection, "drawer", context.register_id, {"reason": kind}, now)
            uow.commit()

        self._database.retrying(work)

    def _still_open(self, uow: UnitOfWork, context: TillContext) -> None:
        queries.lock_register(uow.connection, context.register_id)
        session = reads.open_session(uow.connection, context.register_id)
        if session is None or session.id != context.session_id:
            raise SessionClosed


def _cash(
    session_id: int, kind: str, amount_minor: int, staff_id: int, approver_id: int | None, reason: str,
    request_id: UUID, at: datetime,
) -> dict[str, object]:  # fmt: skip
    return {
        "session_id": session_id, "kind": kind, "amount_minor": amount_minor, "sale_id": None, "staff_id": staff_id,
        "approver_id": approver_id, "reason": reason, "request_id": request_id, "recorded_at": at,
    }  # fmt: skip
