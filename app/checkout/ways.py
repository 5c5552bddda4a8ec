"""Ways of paying: what each took for a sale, and what may still go back that way.

Goods that were exchanged stay paid as they were: an exchange points at the sale its goods came from, so money that
goes back for its lines goes to what paid the exchange itself first, then to what paid that sale. Without this a gift
card or points would turn into cash by way of an even exchange.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.checkout.model import Settlement, TakenTender, Tender, TenderKind
from app.checkout.tenders import CashRule
from app.money import Money
from db.queries import sales_read
from db.uow import UnitOfWork

Way = tuple[TenderKind, int | None]  # kind of tender, and the card where there is one


@dataclass(frozen=True, slots=True)
class TenderLeft:
    """What one way of paying took and has not given back yet."""

    kind: TenderKind
    account_id: int | None
    shown: str
    left_minor: int


@dataclass(frozen=True, slots=True)
class Family:
    """A sale with everything that was exchanged for it and came back of it, by ids.

    `line`: the sale itself, the one its goods were exchanged for, and so on back to the first. `members`: all.
    """

    line: tuple[int, ...]
    members: tuple[int, ...]
    lefts: tuple[TenderLeft, ...]  # in the order they would be paid back
    points_paid_minor: int  # money's worth that points paid, all members together
    points_refunded_minor: int  # positive: what of it went back so far

    @property
    def root(self) -> int:
        return self.line[-1]

    @property
    def points_left_minor(self) -> int:
        return self.points_paid_minor - self.points_refunded_minor


def read_family(uow: UnitOfWork, sale_id: int) -> Family:
    line, members = sales_read.family(uow.connection, sale_id)
    tenders = sales_read.tenders_of(uow.connection, members)
    left: dict[Way, int] = {}
    shown: dict[Way, str] = {}
    points = [0, 0]
    for tender in tenders:
        way = (TenderKind(tender.kind), tender.value_account_id)
        left[way] = left.get(way, 0) + tender.amount_minor
        if way[0] is TenderKind.POINTS:
            points[tender.amount_minor < 0] += abs(tender.amount_minor)
    for member in line:
        for tender in tenders:
            if tender.sale_id == member and tender.amount_minor > 0:
                shown.setdefault((TenderKind(tender.kind), tender.value_account_id), tender.shown)
    lefts = tuple(TenderLeft(way[0], way[1], text, max(0, left[way])) for way, text in shown.items())
    return Family(tuple(line), tuple(members), lefts, points[0], points[1])


def refunds_by_way(taken: Sequence[TakenTender]) -> dict[Way, int]:
    """What goes back each way in all, as amounts below zero."""
    found: dict[Way, int] = {}
    for one in taken:
        way = (one.tender.kind, one.tender.account_id)
        found[way] = found.get(way, 0) + min(0, one.amount_minor)
    return found


def refund_as_paid(
    lefts: Sequence[TenderLeft], total: Money, rule: CashRule, *, everything_back: bool, paid_in_full: bool
) -> Settlement:
    """Money back to the tenders that paid, first to last; what they do not cover goes out in cash.

    Cash goes out in coins that exist. The last return of a sale gives back exactly what is left of its tenders,
    so that refunds in parts add up to what was paid, cash rounding included. `paid_in_full`: the sale's tenders are
    all it cost (goods paid for part of an exchange), so no more than they took goes back (V19): coins rounded up
    again and again would be a gain.
    """
    owed = -total.minor
    rounding = 0
    taken: list[TakenTender] = []
    rest = sum(left.left_minor for left in lefts)
    if everything_back and rest != owed and abs(rest - owed) < max(1, rule.step_minor):
        rounding = owed - rest
        owed = rest
    if paid_in_full and rest < owed:
        rounding += owed - rest
        owed = rest
    for left in lefts:
        part = min(left.left_minor, owed)
        if part <= 0:
            continue
        if left.kind is TenderKind.CASH and not everything_back and part == owed:
            adjust = min(-rule.adjustment(-part), left.left_minor - part)
            part, owed, rounding = part + adjust, owed + adjust, rounding - adjust
        taken.append(_paid_out(left, part))
        owed -= part
    if owed > 0:
        adjust = -rule.adjustment(-owed)
        rounding -= adjust
        taken.append(_paid_out(TenderLeft(TenderKind.CASH, None, "", owed), owed + adjust))
    zero = Money(0, total.currency)
    return Settlement(
        Money(total.minor + rounding, total.currency), tuple(one for one in taken if one.amount_minor), zero, zero,
        zero, Money(rounding, total.currency),
    )  # fmt: skip


def _paid_out(left: TenderLeft, minor: int) -> TakenTender:
    return TakenTender(Tender(left.kind, -minor, left.account_id, left.shown), -minor, -minor)
