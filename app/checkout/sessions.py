"""The register's shift: opened with a float, closed by a count; cash in and out, and the drawer without a sale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.checkout.basket import plain
from app.checkout.errors import SessionClosed, SessionOpen
from app.checkout.model import TillContext
from app.checkout.shift_report import ShiftReport, read_shift
from app.clock import Clock, shop_date
from app.errors import InvalidInput, NotFound
from app.journal import service as journal
from app.journal.keys import PassingKeys, SigningKeys, name_key, sign_closing
from app.journal.signing import CLOSING_KIND
from app.money import LARGEST_MINOR, Money
from app.permissions import Permission
from app.staff.model import Actor, Approval, require
from db.queries import checkout_baskets as baskets
from db.queries import checkout_reads as reads
from db.queries import checkout_sessions as queries
from db.queries import checkout_shift as shifts
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
    """`difference` is counted less expected: below zero is short. `number`: of its Z report."""

    session_id: int
    number: int
    expected: Money
    counted: Money
    difference: Money
    held_baskets: int  # carried over, still in the recall list


@dataclass(frozen=True, slots=True)
class LastClosing:
    """What the next float begins from (T27)."""

    number: int  # of its Z report
    closed_at: datetime
    counted: Money


class SessionService:
    def __init__(self, database: Database, clock: Clock, keys: SigningKeys | None = None) -> None:
        """`keys` sign the journal at each closing; without, a key that lives as long as this service does."""
        self._database = database
        self._clock = clock
        self._keys = keys or PassingKeys()

    def current(self, register_id: int) -> SessionView | None:
        """The open shift of a register, if any."""
        with self._database.read() as uow:
            row = reads.open_session(uow.connection, register_id)
            shop = reads.shop_row(uow.connection)
        if row is None or shop is None:
            return None
        opening_float = Money(row.opening_float_minor, shop.currency)
        return SessionView(row.id, register_id, row.business_date, row.opened_at, row.opened_by_name, opening_float)

    def last_closing(self, register_id: int) -> LastClosing | None:
        """How the register was last closed; None before the first time."""
        with self._database.read() as uow:
            session_id = shifts.last_closed(uow.connection, register_id)
            shop = reads.shop_row(uow.connection)
            if session_id is None or shop is None:
                return None
            head = shifts.head(uow.connection, session_id)
            number = shifts.number(uow.connection, register_id, session_id)
        return LastClosing(number, head.closed_at, Money(head.counted_minor or 0, shop.currency))

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
        """Close the shift by what was counted, sign the register's journal, and print the Z report with both.

        Expected is worked out, never typed (V22).

        A second press with the same count finds the first. Held sales stay held, and one that was left open is held
        too, for any register to take up (V23). Raises NotPermitted, InvalidInput,
        and SessionClosed when it was closed by another count or another person.
        """
        approver = require(context.actor, Permission.SESSION_CLOSE, approval=approval)
        if not 0 <= counted.minor <= LARGEST_MINOR:
            raise InvalidInput("Type what was counted: zero or more.", field="amount")
        now, key = self._clock.now(), self._keys.of(context.register_id)

        def work(uow: UnitOfWork) -> Closing:
            connection, actor = uow.connection, context.actor
            queries.lock_register(connection, context.register_id)
            expected = queries.expected_minor(connection, context.session_id)
            baskets.hold_open(connection, context.register_id, now)
            held = reads.held_count(connection, context.outlet_id)
            done = queries.close_session(
                connection, context.session_id, now, actor.staff_id, counted_minor=counted.minor,
                expected_minor=expected,
            )  # fmt: skip
            number = shifts.number(connection, context.register_id, context.session_id)
            currency = context.currency
            closing = Closing(
                context.session_id, number, Money(expected, currency), counted,
                Money(counted.minor - expected, currency), held,
            )  # fmt: skip
            if not done:
                if not queries.was_closed(connection, context.session_id, actor.staff_id, counted.minor):
                    raise SessionClosed
                return closing
            body = {
                "session": context.session_id, "expected": expected, "counted": counted.minor,
                "difference": counted.minor - expected, "held": held, "number": number,
            }  # fmt: skip
            name_key(uow, context.register_id, key, now, actor.staff_id)
            entry = journal.append(
                uow, context.register_id, CLOSING_KIND, now, actor.staff_id, approver_id=approver, body=body
            )
            sign_closing(uow, key, entry, number)
            _print_report(uow, context.register_id, context.session_id, now, closing=True)
            uow.commit()
            return closing

        return self._database.retrying(work)

    def report(self, actor: Actor, session_id: int) -> ShiftReport:
        """A shift in figures as they stand. Raises NotPermitted, NotFound."""
        require(actor, Permission.REPORT_VIEW)
        with self._database.read() as uow:
            return read_shift(uow, session_id)

    def print_reading(self, context: TillContext, *, request_id: UUID, approval: Approval | None = None) -> None:
        """Print an X report of the open shift; nothing is closed, and the journal says who looked.

        It shows what should lie in the drawer, so it takes the right to see reports: who counts should not know.
        Raises NotPermitted, SessionClosed.
        """
        approver = require(context.actor, Permission.REPORT_VIEW, approval=approval)
        now = self._clock.now()

        def work(uow: UnitOfWork) -> None:
            self._still_open(uow, context)
            if outbox_queries.by_request(uow.connection, request_id) is not None:
                return
            journal.append(
                uow, context.register_id, "reading", now, context.actor.staff_id, approver_id=approver,
                body={"session": context.session_id},
            )  # fmt: skip
            _print_report(uow, context.register_id, context.session_id, now, closing=False, request_id=request_id)
            uow.commit()

        self._database.retrying(work)

    def print_closing_again(
        self, actor: Actor, register_id: int, *, request_id: UUID, approval: Approval | None = None
    ) -> int:
        """Print the Z report of the register's last closed shift once more, as a duplicate; its number.

        Raises NotPermitted, NotFound before the first closing.
        """
        approver = require(actor, Permission.REPORT_VIEW, approval=approval)
        now = self._clock.now()

        def work(uow: UnitOfWork) -> int:
            connection = uow.connection
            session_id = shifts.last_closed(connection, register_id)
            if session_id is None:
                raise NotFound("This register was never closed, so there is no Z report yet.")
            number = shifts.number(connection, register_id, session_id)
            queries.lock_register(connection, register_id)
            if outbox_queries.by_request(connection, request_id) is None:
                body = {"kind": "z_report", "number": number, "session": session_id}
                journal.append(uow, register_id, "reprint", now, actor.staff_id, approver_id=approver, body=body)
                _print_report(uow, register_id, session_id, now, closing=True, request_id=request_id, again=True)
                uow.commit()
            return number

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


def _print_report(
    uow: UnitOfWork, register_id: int, session_id: int, at: datetime, *, closing: bool,
    request_id: UUID | None = None, again: bool = False,
) -> None:  # fmt: skip
    payload = {"session": session_id, "closing": closing}
    copy = 0
    if again:
        head = shifts.head(uow.connection, session_id)
        copies = [
            job["copy"]
            for job in shifts.report_jobs(uow.connection, register_id, head.opened_at)
            if job.get("session") == session_id and job.get("closing")
        ]
        copy = max(copies, default=0) + 1
    outbox_queries.add(uow.connection, "report", register_id, payload, at, copy_number=copy, request_id=request_id)


def _cash(
    session_id: int, kind: str, amount_minor: int, staff_id: int, approver_id: int | None, reason: str,
    request_id: UUID, at: datetime,
) -> dict[str, object]:  # fmt: skip
    return {
        "session_id": session_id, "kind": kind, "amount_minor": amount_minor, "sale_id": None, "staff_id": staff_id,
        "approver_id": approver_id, "reason": reason, "request_id": request_id, "recorded_at": at,
    }  # fmt: skip
