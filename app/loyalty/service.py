"""The points programme and what is done to points by hand or by the calendar."""

from __future__ import annotations

from datetime import date, timedelta
from types import EllipsisType
from typing import Any
from uuid import UUID

from app.clock import Clock, shop_date
from app.errors import InvalidInput, NotFound
from app.giftcards.model import part_id
from app.loyalty.model import (
    Adjusted,
    AdjustKind,
    EarnBasis,
    Expiring,
    NoProgram,
    PointsFacts,
    PointsRequestReused,
    Programme,
    ProgrammeChanged,
    difference,
)
from app.money import Money
from app.paging import Page
from app.permissions import Permission
from app.staff.model import Actor, Approval, require
from db.queries import loyalty as queries
from db.queries import sales_points, shop_facts
from db.queries.loyalty import EntryRow
from db.queries.value_entries import RequestRepeated
from db.uow import Database, UnitOfWork

_EXPIRY = UUID("0f6a2b8e-51c4-5d0f-8c1b-6a1f0a2d7e11")


class LoyaltyService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    # --- the programme -------------------------------------------------------------------------------------

    def programme(self) -> Programme | None:
        """The one that sales earn under now; None before there is one."""
        with self._database.read() as uow:
            row = queries.active_program(uow.connection)
            return None if row is None else _programme(row, self._currency(uow))

    def latest_programme(self) -> Programme | None:
        """The one that runs, else the last that did, to be started again; None before there is one."""
        with self._database.read() as uow:
            return self._latest(uow)

    def save_programme(
        self, programme: Programme, actor: Actor, *, was: Programme | EllipsisType | None = ...
    ) -> Programme:
        """Start the programme or change it. A change counts from the next sale: points earned stay as they are.
        With no points a step, nothing bought earns: points are given by hand only.

        `was`: what latest_programme gave to whoever edits it. Raises ProgrammeChanged where it is another by now,
        NotPermitted, InvalidInput.
        """
        require(actor, Permission.LOYALTY_MANAGE)
        with self._database.write() as uow:
            currency = self._currency(uow)
            if was is not ... and self._latest(uow, lock=True) != was:
                raise ProgrammeChanged
            if programme.step.currency != currency or programme.point_value.currency != currency:
                raise InvalidInput(f"This shop counts in {currency}.", field="step")
            saved = queries.save_program(
                uow.connection, programme.id, {
                    "name": programme.name.strip(), "unit": "points", "points_per_step": programme.points_per_step,
                    "step_minor": programme.step.minor, "full_steps_only": programme.full_steps_only,
                    "earn_basis": programme.basis.value, "earn_on_gift_cards": programme.earn_on_gift_cards,
                    "point_value_minor": programme.point_value.minor, "expiry_days": programme.expiry_days,
                    "active": programme.active,
                },
            )  # fmt: skip
            row = next(row for row in queries.programs(uow.connection) if row["id"] == saved)
            uow.commit()
        return _programme(row, currency)

    # --- one customer --------------------------------------------------------------------------------------

    def facts(self, customer_id: int) -> PointsFacts:
        """What the customer has, what it is worth as tender, what expires next. Points past their day are gone,
        whether or not the nightly run has taken them yet."""
        with self._database.read() as uow:
            row = queries.active_program(uow.connection)
            currency = self._currency(uow)
            if row is None:
                return PointsFacts(0, 0, 0, None, None)
            account = queries.points_account(uow.connection, customer_id, row["id"])
            today = self._today(uow)
            lots = queries.open_lots(uow.connection, customer_id, row["id"])
        lapsed = sum(lot.remaining for lot in lots if lot.expires_on is not None and lot.expires_on < today)
        lots = [lot for lot in lots if lot.expires_on is None or lot.expires_on >= today]
        balance = account.balance - lapsed
        dated = [lot for lot in lots if lot.expires_on is not None]
        soonest = min((lot.expires_on for lot in dated if lot.expires_on is not None), default=None)
        expiring = None
        if soonest is not None:
            expiring = Expiring(sum(lot.remaining for lot in dated if lot.expires_on == soonest), soonest)
        value = int(row["point_value_minor"])
        worth = Money(max(0, balance) * value, currency) if value else None
        return PointsFacts(max(0, balance), account.earned_total, max(0, -balance), worth, expiring)

    def history(self, customer_id: int, *, before_id: int | None = None, limit: int = 100) -> Page[EntryRow]:
        """Every movement, newest first: earned, spent, adjusted, expired (I7, R19 to R21)."""
        with self._database.read() as uow:
            row = queries.active_program(uow.connection)
            if row is None:
                return Page(())
            rows = queries.history(uow.connection, customer_id, row["id"], before_id=before_id, limit=limit + 1)
        more = len(rows) > limit
        return Page(tuple(rows[:limit]), (rows[limit - 1].id,) if more else None)

    def adjust(
        self,
        customer_id: int,
        kind: AdjustKind,
        value: int,
        actor: Actor,
        *,
        reason: str,
        request_id: UUID,
        approval: Approval | None = None,
    ) -> Adjusted:
        """Add, subtract or set points by hand, with a reason that the history shows. Never below zero.

        Repeating a request id changes nothing. Raises PointsShort, NotPermitted, LimitExceeded, InvalidInput.
        """
        if not reason.strip():
            raise InvalidInput("Say why: the customer's loyalty history shows it.", field="reason")
        try:
            return self._adjust(customer_id, kind, value, actor, reason.strip()[:200], request_id, approval)
        except RequestRepeated:
            return self._adjust(customer_id, kind, value, actor, reason.strip()[:200], request_id, approval)

    def _adjust(
        self,
        customer_id: int,
        kind: AdjustKind,
        value: int,
        actor: Actor,
        reason: str,
        request_id: UUID,
        approval: Approval | None,
    ) -> Adjusted:
        with self._database.write() as uow:
            done = queries.entry_by_request(uow.connection, request_id)
            if done is not None:
                if done["customer_id"] != customer_id or done["kind"] != "adjust":
                    raise PointsRequestReused
                return Adjusted(int(done["points"]), int(done["balance_after"]), replayed=True)
            program = self._program(uow)
            if not queries.customer_exists(uow.connection, customer_id):
                raise NotFound("This customer is no longer there.")
            before = queries.points_account(uow.connection, customer_id, program["id"], lock=True)
            change = difference(kind, value, before.balance)
            require(actor, Permission.POINTS_ADJUST, change, approval=approval)
            balance = self._move(uow, customer_id, program, change)
            queries.add_entry(
                uow.connection, customer_id=customer_id, program_id=program["id"], kind="adjust", points=change,
                balance_after=balance, sale_id=None, reason=reason, staff_id=actor.staff_id or None,
                request_id=request_id, recorded_at=self._clock.now(),
            )  # fmt: skip
            uow.commit()
        return Adjusted(change, balance)

    def _move(self, uow: UnitOfWork, customer_id: int, program: Any, change: int) -> int:
        """Add a lot, or take from the oldest; the new balance."""
        connection = uow.connection
        if change >= 0:
            balance = sales_points.change(connection, customer_id, program["id"], change, 0)
            if change:
                days = program["expiry_days"]
                sales_points.add_lot(
                    connection, customer_id, program["id"], points=change, remaining=min(change, max(0, balance)),
                    at=self._clock.now(), expires_on=None if days is None else self._today(uow) + timedelta(days=days),
                    sale_id=None,
                )  # fmt: skip
            return balance
        left = sales_points.take(connection, customer_id, program["id"], -change)
        if left is None:
            raise RequestRepeated  # the balance moved between the look and the guard: look again
        sales_points.spend_lots(connection, customer_id, program["id"], -change)
        return left

    # --- nightly -------------------------------------------------------------------------------------------

    def expire_due(self) -> int:
        """Take back the points of lots whose day is over, lot by lot; how many points. May be run any time."""
        total, met = 0, 0
        while True:
            try:
                with self._database.write() as uow:
                    lots = queries.expired_lots(uow.connection, self._today(uow))
                    taken = sum(self._expire(uow, lot) for lot in lots)
                    uow.commit()
            except RequestRepeated:  # a sale spent some of it between the look and the guard
                met += 1
                if met == 5:
                    raise
                continue
            total += taken
            if not lots:
                return total

    def _expire(self, uow: UnitOfWork, lot: queries.LotRow) -> int:
        """The account is lowered first, as a sale does it, so that a sale and this job never wait for each other."""
        balance = sales_points.take(uow.connection, lot.customer_id, lot.program_id, lot.remaining)
        if balance is None or not queries.empty_lot(uow.connection, lot.id, lot.remaining):
            raise RequestRepeated
        queries.add_entry(
            uow.connection, customer_id=lot.customer_id, program_id=lot.program_id, kind="expire",
            points=-lot.remaining, balance_after=balance, sale_id=None,
            reason=f"expired on {lot.expires_on}", staff_id=None,
            request_id=part_id(_EXPIRY, lot.id, lot.remaining), recorded_at=self._clock.now(),
        )  # fmt: skip
        return lot.remaining

    # --- inside --------------------------------------------------------------------------------------------

    def _latest(self, uow: UnitOfWork, *, lock: bool = False) -> Programme | None:
        counting = [one for one in queries.programs(uow.connection, lock=lock) if one["unit"] == "points"]
        row = next((one for one in counting if one["active"]), counting[-1] if counting else None)
        return None if row is None else _programme(row, self._currency(uow))

    def _program(self, uow: UnitOfWork) -> Any:
        row = queries.active_program(uow.connection)
        if row is None:
            raise NoProgram
        return row

    def _currency(self, uow: UnitOfWork) -> str:
        return shop_facts.currency_and_zone(uow.connection)[0]

    def _today(self, uow: UnitOfWork) -> date:
        return shop_date(self._clock.now(), shop_facts.currency_and_zone(uow.connection)[1])


def _programme(row: Any, currency: str) -> Programme:
    return Programme(
        id=row["id"], name=row["name"], step=Money(row["step_minor"], currency),
        point_value=Money(row["point_value_minor"], currency), points_per_step=row["points_per_step"],
        full_steps_only=bool(row["full_steps_only"]), basis=EarnBasis(row["earn_basis"]),
        earn_on_gift_cards=bool(row["earn_on_gift_cards"]), expiry_days=row["expiry_days"],
        active=bool(row["active"]),
    )  # fmt: skip
