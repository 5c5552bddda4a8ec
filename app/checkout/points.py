"""Points in a sale: earned by its rule, spent as tender, clawed back and given back by returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from uuid import UUID

from app.checkout.errors import TenderRefused
from app.checkout.model import OpenBasket, Settlement, TenderKind
from app.giftcards.model import Act, part_id
from app.money import Money
from app.pricing.model import LineKind, PricedBasket
from db.queries import sales_points as queries
from db.queries.sales_batch import Batch
from db.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Program:
    """The shop's points programme, as its row says."""

    id: int
    points_per_step: int
    step_minor: int
    full_steps_only: bool
    basis: str  # net, gross, before_discount
    on_gift_cards: bool
    point_value_minor: int
    expiry_days: int | None

    @classmethod
    def of(cls, row: Any) -> Program:
        return cls(row[0], row[1], row[2], bool(row[3]), row[4], bool(row[5]), row[6], row[7])


@dataclass(frozen=True, slots=True)
class PointsBack:
    """What a return does to one account: the points it takes back of those earned, and gives back of those spent."""

    customer_id: int
    program: Program
    claw: int
    give: int


def points_for(program: Program, eligible_minor: int, multiplier_percent: int = 100) -> int:
    """Points for what was paid; rounded down once, after the tier's multiplier."""
    if eligible_minor <= 0:
        return 0
    steps = Decimal(eligible_minor) / program.step_minor
    if program.full_steps_only:
        steps = steps.to_integral_value(ROUND_FLOOR)
    return int((steps * program.points_per_step * multiplier_percent / 100).to_integral_value(ROUND_FLOOR))


def eligible_minor(program: Program, basket: OpenBasket, priced: PricedBasket) -> int:
    """What of this sale earns, in the programme's terms (T21). Lines that come back are not in it."""
    total = 0
    for line, one in zip(basket.lines, priced.lines, strict=True):
        if line.returns is not None or (line.kind is not LineKind.PRODUCT and not program.on_gift_cards):
            continue
        if program.basis == "before_discount":
            total += one.gross_minor
        elif program.basis == "gross":
            total += one.net_minor + (0 if priced.prices_include_tax else one.tax_minor)
        else:
            total += one.net_minor - (one.tax_minor if priced.prices_include_tax else 0)
    return total


@dataclass(slots=True)
class PointsDone:
    """What the sale did to points. `rows` and `lots` are written with it; `lot_ids` are free for its lots.

    `earned`: by whom the document belongs to, less what was clawed back from them; this is what the receipt says.
    """

    lot_ids: list[int]
    papers_of: int | None = None
    earned: int = 0
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    lots: list[tuple[Any, ...]] = field(default_factory=list)
    account: tuple[int, int, int, int] | None = None  # customer, programme, points, balance before

    def write(self, batch: Batch) -> None:
        if self.account is not None:
            customer_id, program_id, points, before = self.account
            queries.queue_earn(batch, customer_id, program_id, points, before=before, guard="points")
        queries.queue_lots(batch, self.lots)
        queries.queue_entries(batch, self.rows)


@dataclass(slots=True)
class PointsBook:
    """Books one sale's points for one customer."""

    uow: UnitOfWork
    act: Act
    sale_id: int
    request_id: UUID
    customer_id: int
    program: Program
    done: PointsDone
    known_balance: int | None = None  # read under lock in this transaction, while nothing else moved it

    def entry(self, kind: str, points: int, balance: int, reason: str = "") -> None:
        self.done.rows.append(
            (
                self.customer_id, self.program.id, kind, points, balance, self.sale_id, reason, self.act.staff_id,
                part_id(self.request_id, "points", kind, self.customer_id, self.program.id), self.act.at,
            )
        )  # fmt: skip

    def _count(self, earned: int) -> None:
        if self.customer_id == self.done.papers_of:
            self.done.earned += earned

    def _lot(self, points: int, balance: int, sale_id: int | None) -> None:
        """`balance` with the points in it: what was owed is paid first."""
        days = self.program.expiry_days
        self.done.lots.append(
            (
                self.done.lot_ids.pop(0), self.customer_id, self.program.id, points, min(points, max(0, balance)),
                self.act.at, None if days is None else self.act.today + timedelta(days=days), sale_id,
            )
        )  # fmt: skip

    def spend(self, amount_minor: int, currency: str) -> None:
        """Pay `amount_minor` with points, rounded up to whole ones. Raises TenderRefused when there are too few."""
        value = self.program.point_value_minor
        if value <= 0:
            raise TenderRefused("Points are no tender in this shop.")
        points = -(-amount_minor // value)
        connection, today = self.uow.connection, self.act.today
        lapsed = queries.lapsed(connection, self.customer_id, self.program.id, today)
        balance = queries.take(connection, self.customer_id, self.program.id, points, lapsed=lapsed)
        if balance is None:
            has = max(0, queries.balance(connection, self.customer_id, self.program.id) - lapsed)
            raise TenderRefused(f"The customer has {has} points, worth {Money(has * value, currency)}.")
        queries.spend_lots(connection, self.customer_id, self.program.id, points, today=today)
        self.entry("redeem", -points, balance)
        self.known_balance = None

    def earn(self, points: int) -> None:
        if points <= 0:
            return
        if self.known_balance is None:
            balance = queries.change(self.uow.connection, self.customer_id, self.program.id, points, points)
        else:
            balance = self.known_balance + points
            self.done.account = (self.customer_id, self.program.id, points, self.known_balance)
        self._lot(points, balance, self.sale_id)
        self.entry("earn", points, balance)
        self._count(points)

    def claw_back(self, points: int, original_sale_id: int) -> None:
        """Take earned points back; what is spent already is owed and paid by the next points earned (T1)."""
        if points <= 0:
            return
        connection = self.uow.connection
        balance = queries.change(connection, self.customer_id, self.program.id, -points, -points)
        queries.spend_lots(connection, self.customer_id, self.program.id, points, first_sale_id=original_sale_id)
        self.entry("claw_back", -points, balance)
        self._count(-points)

    def give_back(self, points: int) -> None:
        """Points that had paid come back as a fresh lot (T2)."""
        if points <= 0:
            return
        balance = queries.change(self.uow.connection, self.customer_id, self.program.id, points, 0)
        self._lot(points, balance, None)
        self.entry("give_back", points, balance)


def book_points(
    uow: UnitOfWork, basket: OpenBasket, priced: PricedBasket, settlement: Settlement, backs: Sequence[PointsBack], *,
    program: Program | None, accrues: bool, multiplier_percent: int, act: Act, sale_id: int, lot_ids: list[int],
    original_id: int | None, papers_of: int | None, carried_minor: int, request_id: UUID,
    known_balance: int | None = None,
) -> PointsDone:  # fmt: skip
    """Spend first, then what returns take and give, then earn: a sale's own points never pay for it.

    What a return claws back comes from whoever earned it, whoever is attached now (T1). `carried_minor`: what points
    had paid for goods that are exchanged now; like what points pay now, it earns none.
    """
    paying = sum(one.amount_minor for one in settlement.taken if one.tender.kind is TenderKind.POINTS)
    done = PointsDone(lot_ids, papers_of)
    book = None
    if program is not None and basket.customer_id is not None:
        book = PointsBook(uow, act, sale_id, request_id, basket.customer_id, program, done)
        book.known_balance = known_balance if original_id is None else None
    if paying > 0:
        if book is None:
            raise TenderRefused("Attach the customer whose points pay (F3), or take another tender.")
        book.spend(paying, priced.currency)
    for back in backs:
        owner = PointsBook(uow, act, sale_id, request_id, back.customer_id, back.program, done)
        owner.claw_back(back.claw, original_id or 0)  # first: what it leaves owed, the points given back pay
        owner.give_back(back.give)
    if book is not None and accrues:
        earning = eligible_minor(book.program, basket, priced) - max(0, paying) - carried_minor
        book.earn(points_for(book.program, earning, multiplier_percent))
    return done
