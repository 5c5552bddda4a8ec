"""The part of a booking that undoes an earlier sale: quantities, tenders, points, coupon uses, cards bought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from app.checkout.errors import ReturnRefused, TotalChanged
from app.checkout.facts import TillFacts
from app.checkout.model import OpenBasket, Settlement, TakenTender, Tender, TenderKind, TillContext
from app.checkout.points import PointsBook
from app.checkout.policy import CouponPolicy, ReturnPolicy
from app.checkout.receipts import SaleView, load_sale
from app.checkout.refunds import Part, RefundPlan, ReturnLine, plan_refund
from app.checkout.rows import Head, ReturnedShare
from app.checkout.tenders import CashRule
from app.checkout.values import ValueBook
from app.coupons import uses as coupon_uses
from app.money import Money
from app.permissions import Permission
from app.pricing.model import LineKind
from app.staff.model import Approval, require
from db.queries import sales_points, sales_read
from db.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class TenderLeft:
    """What one way of paying took and has not given back yet."""

    kind: TenderKind
    account_id: int | None
    shown: str
    left_minor: int


@dataclass(slots=True)
class Returning:
    """One sale that comes back, wholly or in part, within a booking."""

    sale: SaleView
    plan: RefundPlan
    policy: ReturnPolicy
    places: list[tuple[int, Part]]  # place of the basket's line to its part
    lefts: list[TenderLeft] = field(default_factory=list)

    @property
    def original_id(self) -> int:
        return self.sale.sale_id

    @property
    def customer_id(self) -> int | None:
        return self.sale.customer_id

    def shares(self) -> dict[int, Sequence[ReturnedShare]]:
        return {place: part.shares for place, part in self.places}

    def paid_with(self, account_id: int) -> int | None:
        """What may go back to this card; None when it did not pay."""
        found = [left.left_minor for left in self.lefts if left.account_id == account_id]
        return sum(found) if found else None

    # Tenders

    def refund_plan(self, uow: UnitOfWork, total: Money, rule: CashRule) -> Settlement:
        """How the money goes back as it was paid, first tender first; nothing where the customer pays on."""
        self.lefts = tenders_left(uow, self.sale)
        if total.minor >= 0:
            return Settlement(total, (), total, total, Money(0, total.currency), Money(0, total.currency))
        return refund_as_paid(
            self.lefts, total, rule, everything_back=self.plan.everything_back, paid_in_full=self.sale.kind == "sale"
        )

    def check_tenders(
        self, context: TillContext, plan: Settlement, taken: Sequence[TakenTender], approval: Approval | None,
        *, coin_minor: int,
    ) -> int | None:  # fmt: skip
        """Another way than it was paid needs its own right. Returns the approver where one was needed.

        What each way gives back in all is compared, as settled: a tender may come in parts, or say no amount.
        `coin_minor`: cash differs by less than this smallest coin where cash is rounded.
        """
        as_paid = _by_way(plan.taken)
        for way, amount in _by_way(taken).items():
            slack = max(0, coin_minor - 1) if way[0] is TenderKind.CASH else 0
            if amount < as_paid.get(way, 0) - slack:
                return require(context.actor, Permission.SALE_RETURN_OTHER_TENDER, approval=approval)
        return None

    # Points, coupons, cards

    def points_back(self, uow: UnitOfWork) -> tuple[int, int]:
        """(earned points to claw back, points that had paid to give back), by what comes back in all so far."""
        earned, spent = 0, 0
        for _customer, _program, kind, points in sales_points.of_sale(uow.connection, self.original_id):
            earned += points if kind == "earn" else 0
            spent += -points if kind == "redeem" else 0
        if not earned and not spent:
            return 0, 0
        done, of = self._value_back()
        clawed = -sales_points.of_returns(uow.connection, self.original_id, "claw_back")
        given = sales_points.of_returns(uow.connection, self.original_id, "give_back")
        claw = earned if self.plan.everything_back else _share(earned, done, of)
        give = spent if self.plan.everything_back else _share(spent, done, of)
        return max(0, claw - clawed), max(0, give - given)

    def _value_back(self) -> tuple[int, int]:
        """(what of the sold products has come back with this return, all of it), as paid."""
        back = {part.line.line_id: part.quantity_milli for _, part in self.places}
        done = of = 0
        for line in self.sale.lines:
            if line.kind != "product" or line.quantity_milli <= 0:
                continue
            of += line.net.minor
            returned = line.returned_milli + back.get(line.line_id, 0)
            done += _share(line.net.minor, returned, line.quantity_milli)
        return done, of

    def book_points(self, uow: UnitOfWork, book: PointsBook, today: date) -> None:
        if book.customer_id != self.customer_id:
            return
        claw, give = self.points_back(uow)
        book.give_back(give, today)
        book.claw_back(claw, self.original_id)

    def take_cards_back(self, book: ValueBook) -> None:
        """Cards bought in the sale lose what comes back (V20). Raises GiftCardSpent."""
        accounts = [
            (part.line.value_account_id or 0, place, part)
            for place, part in self.places
            if part.line.kind != LineKind.PRODUCT.value
        ]
        for account_id, place, part in sorted(accounts, key=lambda found: found[:2]):
            book.cancel(place, account_id, Money(part.amounts.net_minor, self.sale.currency))

    def coupons_back(self) -> tuple[str, ...]:
        if not self.plan.everything_back or self.policy.coupons is CouponPolicy.KEEP:
            return ()
        return tuple(
            entry.name for entry in self.sale.trail if entry.kind == "promotion" and entry.outcome == "applied"
        )

    def give_coupons_back(self, uow: UnitOfWork, head: Head) -> None:
        if self.coupons_back():
            coupon_uses.give_back(
                uow, self.original_id, return_sale_id=head.sale_id, return_number=head.number_text, at=head.at
            )


def _share(amount: int, part: int, whole: int) -> int:
    return 0 if whole <= 0 else (2 * amount * part + whole) // (2 * whole)


def _by_way(taken: Sequence[TakenTender]) -> dict[tuple[TenderKind, int | None], int]:
    found: dict[tuple[TenderKind, int | None], int] = {}
    for one in taken:
        way = (one.tender.kind, one.tender.account_id)
        found[way] = found.get(way, 0) + min(0, one.amount_minor)
    return found


def prepare_returns(uow: UnitOfWork, basket: OpenBasket, facts: TillFacts) -> Returning:
    """Lock the sale, work out again what comes back, and compare. Raises TotalChanged when the basket differs."""
    ids = {line.returns.sale_id for line in basket.lines if line.returns is not None}
    if len(ids) != 1:
        raise ReturnRefused("Lines of one receipt come back at a time. Finish this return, then start the next.")
    (sale_id,) = ids
    sales_read.lock_sale(uow.connection, sale_id)
    sale = load_sale(uow, sale_id)
    wishes, places = [], []
    for place, line in enumerate(basket.lines):
        if line.returns is not None:
            wishes.append(ReturnLine(line.returns.sale_line_id, -line.quantity_milli, line.returns.reason))
            places.append(place)
    plan = plan_refund(uow, sale, wishes, facts.returns, facts.settings, facts.products)
    returning = Returning(sale, plan, facts.returns, list(zip(places, plan.parts, strict=True)))
    for place, part in returning.places:
        returns = basket.lines[place].returns
        assert returns is not None  # noqa: S101 - chosen by it
        if returns.amounts != part.amounts:
            shown, now = Money(returns.amounts.net_minor, sale.currency), Money(part.amounts.net_minor, sale.currency)
            raise TotalChanged(shown, now, f"Part of {part.line.name} came back meanwhile.")
    return returning


def tenders_left(uow: UnitOfWork, sale: SaleView) -> list[TenderLeft]:
    """Per way of paying, in the order they were taken, what has not gone back yet."""
    refunded = sales_read.refunded(uow.connection, sale.sale_id)
    paid: dict[tuple[str, int | None], TenderLeft] = {}
    for tender in sale.tenders:
        if tender.amount.minor <= 0:
            continue
        key = (tender.kind, tender.value_account_id)
        before = paid[key].left_minor if key in paid else 0
        paid[key] = TenderLeft(
            TenderKind(tender.kind), tender.value_account_id, tender.shown, before + tender.amount.minor
        )
    return [
        TenderLeft(left.kind, left.account_id, left.shown, max(0, left.left_minor - refunded.get(key, 0)))
        for key, left in paid.items()
    ]


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
