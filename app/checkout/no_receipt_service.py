"""Returns without a receipt at the till: what the goods give back, then the booking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.checkout.basket import new_basket, plain, with_customer
from app.checkout.errors import RequestReused
from app.checkout.facts import TillFacts
from app.checkout.model import CompletedSale, Line, OpenBasket, TillContext
from app.checkout.no_receipt import (
    Basis,
    Brought,
    Worth,
    check_allowed,
    check_caps,
    lines_for,
    payable,
    points_back,
    ways_without_receipt,
    worths,
)
from app.checkout.points import PointsBack
from app.checkout.receipts import SaleReader
from app.checkout.returns import PreviewTender, points_owed, tenders_shown
from app.checkout.service import CheckoutService
from app.checkout.tenders import CashRule
from app.checkout.ways import RefundWay, WayBack, refund_another_way, tender_back
from app.ids import new_request_id
from app.money import Money
from app.staff.model import Approval
from db.uow import UnitOfWork

__all__ = ["Basis", "Brought", "BroughtLine", "NoReceiptPreview", "NoReceiptService"]


@dataclass(frozen=True, slots=True)
class BroughtLine:
    """`refund`: what the customer gets for it, tax and all. `unit` is in the terms of the shop's prices."""

    product_id: int
    name: str
    quantity_milli: int
    unit: Money
    basis: Basis
    refund: Money


@dataclass(frozen=True, slots=True)
class NoReceiptPreview:
    """Everything that a return without a receipt will do, before it does it."""

    lines: tuple[BroughtLine, ...]
    refund: Money  # cash rounding included
    tenders: tuple[PreviewTender, ...]
    points_back: int  # what the goods would earn today, taken back
    points_owed: int  # part of them that is spent already and will be owed
    days: int  # how far back the lowest price was looked for
    left_this_month: Money | None  # what the customer could bring back so before this; None: nobody is known
    customer_id: int | None
    back: WayBack
    ways: tuple[RefundWay, ...]


class NoReceiptService:
    """Books through CheckoutService, as ReturnService does. Always approved by a second person, for a reason, within
    the shop's caps; which sale it was is not known, so no other sale's lines are touched."""

    def __init__(self, checkout: CheckoutService) -> None:
        self._checkout = checkout
        self._database = checkout.database

    def preview(
        self, context: TillContext, brought: Sequence[Brought], *, customer_id: int | None = None,
        back: WayBack | None = None,
    ) -> NoReceiptPreview:  # fmt: skip
        """`back` None: the first way that the policy has. Raises ReturnRefused, NothingToReturn, QuantityRefused."""
        facts = self._checkout.facts()
        policy = facts.returns
        check_allowed(policy, brought)
        ways = ways_without_receipt(policy, customer=customer_id is not None)
        back = back if back is not None and back.way in ways else WayBack(ways[0])
        basket = new_basket(new_request_id(), self._checkout.now())
        if customer_id is not None:
            basket = with_customer(basket, self._checkout.customer(customer_id))
        with self._database.read() as uow:
            found = worths(uow, facts, context.outlet_id, brought, basket.opened_at, basket.customer)
            lines = lines_for(brought, found, facts, "", basket.opened_at)
            basket = _holding(basket, lines)
            total = self._checkout.view(context, basket, facts).total
            tender = tender_back(uow, back, customer_id, facts.settings.currency)
            rule = CashRule.of(facts.settings)
            out = refund_another_way(0, total, rule, tender, everything_back=False, paid_in_full=False)
            amount = Money(payable(lines, inclusive=facts.settings.prices_include_tax), facts.settings.currency)
            points = points_back(uow, customer_id, lines, inclusive=facts.settings.prices_include_tax)
            return NoReceiptPreview(
                lines=tuple(_shown(line, found[line.item.product.id], facts) for line in lines),
                refund=-out.total,
                tenders=tenders_shown(out),
                points_back=_claw(points),
                points_owed=_owed(uow, points),
                days=policy.no_receipt_days,
                left_this_month=check_caps(uow, policy, context, customer_id, amount),
                customer_id=customer_id,
                back=back,
                ways=ways,
            )

    def complete(
        self, context: TillContext, brought: Sequence[Brought], *, reason: str, customer_id: int | None,
        back: WayBack, request_id: UUID, shown_refund: Money, approval: Approval | None = None,
    ) -> CompletedSale:  # fmt: skip
        """Book the return in one transaction; a repeat of `request_id` finds what was booked.

        `approval`: of a second person who may refund another way than it was paid, and whose limit for returns
        reaches. Raises what preview raises, TotalChanged when a price moved, NotPermitted.
        """
        repeated = self._checkout.repeat(request_id)
        if repeated is not None:
            return self._same(repeated, brought)
        facts = self._checkout.facts()
        check_allowed(facts.returns, brought)
        basket = new_basket(request_id, self._checkout.now())
        if customer_id is not None:
            basket = with_customer(basket, self._checkout.customer(customer_id))
        with self._database.read() as uow:
            found = worths(uow, facts, context.outlet_id, brought, basket.opened_at, basket.customer)
        basket = _holding(basket, lines_for(brought, found, facts, plain(reason, 200), basket.opened_at))
        return self._checkout.book_return(
            context, basket, None, shown_refund, approval=None, tender_approval=approval, back=back
        )

    def _same(self, booked: CompletedSale, brought: Sequence[Brought]) -> CompletedSale:
        """Raises RequestReused when the request booked something else (V6)."""
        sale = SaleReader(self._database).sale(booked.sale_id)
        if [(line.product_id, -line.quantity_milli) for line in sale.lines] != [
            (one.product_id, one.quantity_milli) for one in brought
        ]:
            raise RequestReused
        return booked


def _holding(basket: OpenBasket, lines: tuple[Line, ...]) -> OpenBasket:
    return OpenBasket(basket.request_id, basket.opened_at, lines, customer=basket.customer, next_line_id=len(lines) + 1)


def _shown(line: Line, worth: Worth, facts: TillFacts) -> BroughtLine:
    currency = facts.settings.currency
    refund = payable((line,), inclusive=facts.settings.prices_include_tax)
    return BroughtLine(
        worth.product.id, worth.product.name, -line.quantity_milli, Money(worth.unit_minor, currency), worth.basis,
        Money(refund, currency),
    )  # fmt: skip


def _claw(points: Sequence[PointsBack]) -> int:
    return sum(one.claw for one in points)


def _owed(uow: UnitOfWork, points: Sequence[PointsBack]) -> int:
    return sum(points_owed(uow, one) for one in points)
