"""The part of a booking that undoes an earlier sale: quantities, tenders, points, coupon uses, cards bought."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.checkout.errors import ReturnRefused, TenderRefused, TotalChanged
from app.checkout.facts import TillFacts
from app.checkout.model import OpenBasket, Settlement, TakenTender, Tender, TenderKind, TillContext
from app.checkout.points import PointsBack, Program
from app.checkout.policy import CouponPolicy, ReturnPolicy
from app.checkout.receipts import SaleView, load_sale
from app.checkout.refunds import Part, RefundPlan, ReturnLine, plan_refund
from app.checkout.rows import Head, ReturnedShare
from app.checkout.tenders import CashRule
from app.checkout.values import ValueBook
from app.checkout.ways import (
    Family,
    check_other_way,
    read_family,
    refund_another_way,
    refund_as_paid,
    refunds_by_way,
)
from app.coupons import uses as coupon_uses
from app.money import Money
from app.pricing.model import LineKind
from app.staff.model import Approval
from db.queries import sales_points, sales_read
from db.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Returning:
    """One sale that comes back, wholly or in part, within a booking."""

    sale: SaleView
    plan: RefundPlan
    policy: ReturnPolicy
    places: tuple[tuple[int, Part], ...]  # place of the basket's line to its part
    family: Family

    @property
    def original_id(self) -> int:
        return self.sale.sale_id

    @property
    def customer_id(self) -> int | None:
        """Who bought what comes back."""
        return self.sale.customer_id

    def shares(self) -> dict[int, Sequence[ReturnedShare]]:
        return {place: part.shares for place, part in self.places}

    # Tenders

    def refund_plan(self, total: Money, rule: CashRule) -> Settlement:
        """How the money goes back as it was paid, first tender first; nothing where the customer pays on."""
        if total.minor >= 0:
            return Settlement(total, (), total, total, Money(0, total.currency), Money(0, total.currency))
        return refund_as_paid(
            self.family.lefts, self.family.rest_minor, total, rule, everything_back=self.plan.everything_back,
            paid_in_full=self.sale.kind == "sale",
        )  # fmt: skip

    def another_way(self, total: Money, rule: CashRule, tender: Tender) -> Settlement:
        """All of the money by one tender, whatever paid."""
        return refund_another_way(
            self.family.rest_minor, total, rule, tender, everything_back=self.plan.everything_back,
            paid_in_full=self.sale.kind == "sale",
        )  # fmt: skip

    def refundable(self) -> dict[int, int]:
        """By card that paid, what may go back to it at most."""
        return {left.account_id: left.left_minor for left in self.family.lefts if left.account_id is not None}

    def check_tenders(
        self, context: TillContext, plan: Settlement, taken: Sequence[TakenTender], approval: Approval | None,
        *, coin_minor: int,
    ) -> int | None:  # fmt: skip
        """Another way than it was paid goes by the shop's policy. Returns the approver where one was needed.

        What each way gives back in all is compared, as settled: a tender may come in parts, or say no amount.
        `coin_minor`: cash differs by less than this smallest coin where cash is rounded. Raises ReturnRefused where
        the shop never gives back this way, NotPermitted.
        """
        as_paid = refunds_by_way(plan.taken)
        approver: int | None = None
        for way, amount in refunds_by_way(taken).items():
            slack = max(0, coin_minor - 1) if way[0] is TenderKind.CASH else 0
            if amount < as_paid.get(way, 0) - slack:
                approver = check_other_way(self.policy, way[0], context.actor, approval) or approver
        return approver

    # Points, coupons, cards

    def points_back(self, uow: UnitOfWork, taken: Sequence[TakenTender]) -> list[PointsBack]:
        """Points to claw back and to give back, by the account that earned or spent them: whoever is attached now,
        and whether or not the programme still runs (T1, T2).

        What was earned goes by the goods that came back so far; what had paid goes by the money that goes back as
        points, for goods that are exchanged keep the rest. Raises TenderRefused for more than points had paid.
        """
        claws, gives = self._claws(uow), self._gives(uow, taken)
        return [
            PointsBack(customer_id, Program.of(row), claws.get(account, 0), gives.get(account, 0))
            for account in dict.fromkeys((*claws, *gives))
            for customer_id, program_id in [account]
            if (row := sales_points.program_row(uow.connection, program_id)) is not None
        ]

    def _claws(self, uow: UnitOfWork) -> dict[tuple[int, int], int]:
        connection = uow.connection
        clawed = sales_points.of_returns(connection, self.original_id, "claw_back")
        found = {}
        for account, earned in sales_points.of_sales(connection, [self.original_id], "earn").items():
            row = sales_points.program_row(connection, account[1])
            done, of = self._value_back(with_cards=row is not None and Program.of(row).on_gift_cards)
            claw = earned if self.plan.everything_back else _share(earned, done, of)
            found[account] = max(0, claw + clawed.get(account, 0))
        return {account: points for account, points in found.items() if points}

    def _gives(self, uow: UnitOfWork, taken: Sequence[TakenTender]) -> dict[tuple[int, int], int]:
        refunded = -sum(
            one.amount_minor for one in taken if one.tender.kind is TenderKind.POINTS and one.amount_minor < 0
        )
        if not refunded:
            return {}
        family = self.family
        if refunded > family.points_left_minor:
            raise TenderRefused("No more goes back in points than points had paid. Choose another way for the rest.")
        spent = sales_points.of_sales(uow.connection, family.members, "redeem")
        given = sales_points.of_sales(uow.connection, family.members, "give_back")
        rest = -sum(spent.values()) - sum(given.values())
        if refunded < family.points_left_minor:
            through = _share(-sum(spent.values()), family.points_refunded_minor + refunded, family.points_paid_minor)
            rest = through - sum(given.values())
        found = {}
        for account, points in spent.items():
            found[account] = min(rest, -points - given.get(account, 0))
            rest -= found[account]
        return {account: points for account, points in found.items() if points > 0}

    def carried_points_minor(self, taken: Sequence[TakenTender]) -> int:
        """Money's worth that points had paid for what comes back and that is kept for what goes out instead: it earns
        no points, then as now."""
        refunded = -sum(
            one.amount_minor for one in taken if one.tender.kind is TenderKind.POINTS and one.amount_minor < 0
        )
        done, of = self._value_back(with_cards=True)
        now = sum(_share(part.line.net.minor, part.quantity_milli, part.line.quantity_milli) for _, part in self.places)
        return _share(max(0, self.family.points_left_minor - refunded), now, of - done + now)

    def _value_back(self, *, with_cards: bool) -> tuple[int, int]:
        """(what of the sold goods has come back with this return, all of it), as paid."""
        back = {part.line.line_id: part.quantity_milli for _, part in self.places}
        done = of = 0
        for line in self.sale.lines:
            if line.quantity_milli <= 0 or (line.kind != LineKind.PRODUCT.value and not with_cards):
                continue
            of += line.net.minor
            returned = line.returned_milli + back.get(line.line_id, 0)
            done += _share(line.net.minor, returned, line.quantity_milli)
        return done, of

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


def _refunded_by_points(taken: Sequence[TakenTender]) -> int:
    return -sum(min(0, one.amount_minor) for one in taken if one.tender.kind is TenderKind.POINTS)


def returning_of(
    uow: UnitOfWork, sale: SaleView, plan: RefundPlan, policy: ReturnPolicy, places: Iterable[tuple[int, Part]]
) -> Returning:
    return Returning(sale, plan, policy, tuple(places), read_family(uow, sale.sale_id))


def prepare_returns(uow: UnitOfWork, basket: OpenBasket, facts: TillFacts) -> Returning:
    """Lock the sale with all it was exchanged for, then as returning_in."""
    sales_read.lock_sale(uow.connection, sales_read.family(uow.connection, _sale_of(basket))[0][-1])
    return returning_in(uow, basket, facts)


def returning_in(uow: UnitOfWork, basket: OpenBasket, facts: TillFacts) -> Returning:
    """What comes back with this basket, worked out again and compared. Raises TotalChanged when the basket differs."""
    sale = load_sale(uow, _sale_of(basket))
    wishes, places = [], []
    for place, line in enumerate(basket.lines):
        if line.returns is not None:
            wishes.append(ReturnLine(line.returns.sale_line_id or 0, -line.quantity_milli, line.returns.reason))
            places.append(place)
    plan = plan_refund(uow, sale, wishes, facts.returns, facts.settings, facts.products)
    returning = returning_of(uow, sale, plan, facts.returns, zip(places, plan.parts, strict=True))
    for place, part in returning.places:
        returns = basket.lines[place].returns
        assert returns is not None  # noqa: S101 - chosen by it
        if returns.amounts != part.amounts:
            shown, now = Money(returns.amounts.net_minor, sale.currency), Money(part.amounts.net_minor, sale.currency)
            raise TotalChanged(shown, now, f"Part of {part.line.name} came back meanwhile.")
    return returning


def _sale_of(basket: OpenBasket) -> int:
    ids = {line.returns.sale_id or 0 for line in basket.lines if line.returns is not None}
    if len(ids) != 1:
        raise ReturnRefused("Lines of one receipt come back at a time. Finish this return, then start the next.")
    (sale_id,) = ids
    return sale_id
