"""Returns against a receipt: find it, see what a return will do, book it; exchange in one ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.checkout.basket import add_return, new_basket
from app.checkout.errors import RequestReused
from app.checkout.facts import TillFacts, item_of
from app.checkout.model import (
    CardOnLine,
    CompletedSale,
    Item,
    OpenBasket,
    ReturnOfLine,
    Settlement,
    Tender,
    TenderKind,
    TillContext,
)
from app.checkout.points import PointsBack
from app.checkout.policy import CouponPolicy, ReturnPolicy, ThresholdPolicy
from app.checkout.receipts import SaleLineView, SaleReader, SaleView, load_sale
from app.checkout.refunds import Part, RefundPlan, ReturnLine, plan_refund
from app.checkout.returning import returning_in, returning_of
from app.checkout.service import CheckoutService
from app.checkout.tenders import CashRule
from app.checkout.ways import AS_PAID, RefundWay, WayBack, tender_back, ways_for
from app.codes import mask
from app.ids import new_request_id
from app.money import Money
from app.pricing.model import LineKind, PricedProduct
from app.staff.model import Approval
from db.queries import sales_points
from db.queries import value_accounts as accounts
from db.uow import UnitOfWork

__all__ = [
    "AS_PAID", "CouponPolicy", "PreviewLine", "PreviewTender", "RefundWay", "ReturnLine", "ReturnPolicy",
    "ReturnPreview", "ReturnService", "ThresholdPolicy", "WayBack",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PreviewLine:
    sale_line_id: int
    name: str
    quantity_milli: int
    gross: Money
    discount: Money  # the stored share that is not paid back
    tax: Money
    refund: Money


@dataclass(frozen=True, slots=True)
class PreviewTender:
    kind: TenderKind
    shown: str
    amount: Money  # positive: what goes back this way
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReturnPreview:
    """Everything a return will do, before it does it (N12). `refund` is what the customer gets back in all."""

    sale: SaleView
    lines: tuple[PreviewLine, ...]
    refund: Money  # cash rounding included
    withheld: Money  # taken off by the threshold policy; below zero: given back
    tenders: tuple[PreviewTender, ...]  # first to last
    points_back: int  # points earned that are clawed back
    points_owed: int  # part of them that is spent already and will be owed
    points_given_back: int  # points that had paid
    coupons_back: tuple[str, ...]  # names of coupons whose use is given back
    cards: tuple[str, ...]  # cards bought in the sale that lose their value
    warnings: tuple[str, ...]
    back: WayBack = AS_PAID  # how it goes back, as it was asked for
    ways: tuple[RefundWay, ...] = (RefundWay.AS_PAID,)  # what this shop lets the cashier choose from


class ReturnService:
    """Books through CheckoutService: a return is a basket of lines that come back."""

    def __init__(self, checkout: CheckoutService) -> None:
        self._checkout = checkout
        self._database = checkout.database
        self._reader = SaleReader(checkout.database)

    def find(self, number_text: str) -> SaleView:
        """A receipt by its number or barcode, from any register. Raises SaleUnknown."""
        return self._reader.by_number(number_text)

    def left(self, sale_id: int) -> Mapping[int, int]:
        """Per sold line, how many thousandths can still come back."""
        sale = self._reader.sale(sale_id)
        return {
            line.line_id: line.quantity_milli - line.returned_milli for line in sale.lines if line.quantity_milli > 0
        }

    def preview(
        self, context: TillContext, sale_id: int, lines: Sequence[ReturnLine], back: WayBack = AS_PAID
    ) -> ReturnPreview:
        """What returning these lines will do. Raises NothingToReturn, ReturnTooLarge, ReturnRefused."""
        facts = self._checkout.facts()
        basket = new_basket(new_request_id(), self._checkout.now())
        sale = self._reader.sale(sale_id)
        if sale.customer_id is not None:
            basket = self._checkout.attach_if_known(basket, sale.customer_id)
        with self._database.read() as uow:
            sale = load_sale(uow, sale_id)
            plan = plan_refund(uow, sale, lines, facts.returns, facts.settings, facts.products)
            for part in plan.parts:
                basket = _add_part(basket, sale, part, facts)
            # Priced as it will be booked: a shop that always rounds to coins rounds a refund too.
            total = self._checkout.view(context, basket, facts).total
            return _preview(uow, sale, plan, facts, total, back, basket.customer_id)

    def complete_return(
        self,
        context: TillContext,
        sale_id: int,
        lines: Sequence[ReturnLine],
        *,
        request_id: UUID,
        shown_refund: Money,
        tenders: Sequence[Tender] | None = None,
        back: WayBack = AS_PAID,
        approval: Approval | None = None,
        tender_approval: Approval | None = None,
    ) -> CompletedSale:
        """Book the return in one transaction. It goes `back` as the preview says, or by `tenders`; another way than it
        was paid goes by the shop's policy. Raises what preview raises, TotalChanged and NotPermitted.

        `shown_refund` is the preview's; a repeat of `request_id` finds what was booked.
        """
        repeated = self._checkout.repeat(request_id)
        if repeated is not None:
            self._same(repeated, lines)
            return repeated
        basket = new_basket(request_id, self._checkout.now())
        basket = self.add_to_basket(context, basket, sale_id, lines)
        return self._checkout.book_return(
            context, basket, tenders, shown_refund, approval=approval, tender_approval=tender_approval, back=back
        )

    def _same(self, booked: CompletedSale, lines: Sequence[ReturnLine]) -> None:
        """Raises RequestReused when the request booked something else (V6)."""
        sale = self._reader.sale(booked.sale_id)
        back = {line.returns_line_id: -line.quantity_milli for line in sale.lines}
        if back != {line.sale_line_id: line.quantity_milli for line in lines}:
            raise RequestReused

    def add_to_basket(
        self, context: TillContext, basket: OpenBasket, sale_id: int, lines: Sequence[ReturnLine]
    ) -> OpenBasket:
        """For an exchange: the lines coming back join the basket; CheckoutService.complete books both at once.

        The sale's customer is attached when none is, so that points are clawed back from the right person.
        """
        facts = self._checkout.facts()
        with self._database.read() as uow:
            sale = load_sale(uow, sale_id)
            plan = plan_refund(uow, sale, lines, facts.returns, facts.settings, facts.products)
        for part in plan.parts:
            basket = _add_part(basket, sale, part, facts)
        if basket.customer is None and sale.customer_id is not None:
            basket = self._checkout.attach_if_known(basket, sale.customer_id)
        return basket

    def ways_back(self, context: TillContext, basket: OpenBasket) -> tuple[PreviewTender, ...]:
        """How the net of an exchange would go back as it was paid, first to last; nothing where the customer pays on.

        Tenders of these amounts need no right to refund another way. Raises what preview raises, and TotalChanged.
        """
        facts = self._checkout.facts()
        view = self._checkout.view(context, basket, facts)
        if not basket.has_returns or view.total.minor >= 0:
            return ()
        with self._database.read() as uow:
            returning = returning_in(uow, basket, facts)
        return tenders_shown(returning.refund_plan(view.total, CashRule.of(facts.settings)))


def _add_part(basket: OpenBasket, sale: SaleView, part: Part, facts: TillFacts) -> OpenBasket:
    line = part.line
    returns = ReturnOfLine(sale.sale_id, line.line_id, part.amounts, part.reason)
    card = None if line.value_account_id is None else CardOnLine(line.value_account_id)
    changed, _ = add_return(basket, _item(line, facts), LineKind(line.kind), part.quantity_milli, returns, card)
    return changed


def _item(line: SaleLineView, facts: TillFacts) -> Item:
    """The product as it was sold: its price, tax and cost of then, whatever the shop sells now."""
    found = facts.products.by_id(line.product_id or 0)
    product = PricedProduct(
        line.product_id or 0, line.sku, line.list_price.minor, line.name,
        weighed=found is not None and found.facts.weighed,
    )  # fmt: skip
    return Item(
        product, kind="standard" if found is None else item_of(found).kind, category_id=line.category_id,
        tax_class_id=line.tax_class_id, tax_percent=line.tax_percent, cost_minor=line.cost_minor,
    )  # fmt: skip


def _preview(
    uow: UnitOfWork, sale: SaleView, plan: RefundPlan, facts: TillFacts, total: Money, back: WayBack,
    customer_id: int | None,
) -> ReturnPreview:  # fmt: skip
    returning = returning_of(uow, sale, plan, facts.returns, enumerate(plan.parts))
    rule = CashRule.of(facts.settings)
    if back.way is RefundWay.AS_PAID:
        out = returning.refund_plan(total, rule)
    else:
        out = returning.another_way(total, rule, tender_back(uow, back, customer_id, sale.currency))
    backs = returning.points_back(uow, out.taken)
    cards, warnings = _cards(uow, sale, plan)
    if plan.lost_minor and not plan.withheld_minor:
        lost = Money(plan.lost_minor, sale.currency)
        warnings.append(f"What stays would earn {lost} less discount by itself; the shop's policy lets it stand.")
    return ReturnPreview(
        sale=sale,
        lines=tuple(_preview_line(sale, part) for part in plan.parts),
        refund=-out.total,
        withheld=Money(plan.withheld_minor, sale.currency),
        tenders=tenders_shown(out),
        points_back=sum(one.claw for one in backs),
        points_owed=sum(points_owed(uow, one) for one in backs),
        points_given_back=sum(one.give for one in backs),
        coupons_back=returning.coupons_back(),
        cards=tuple(cards),
        warnings=tuple(warnings),
        back=back,
        ways=ways_for(facts.returns, customer=customer_id is not None),
    )


def tenders_shown(out: Settlement) -> tuple[PreviewTender, ...]:
    return tuple(
        PreviewTender(
            one.tender.kind, one.tender.shown, Money(-one.amount_minor, out.total.currency), one.tender.account_id
        )
        for one in out.taken
    )


def _preview_line(sale: SaleView, part: Part) -> PreviewLine:
    def money(minor: int) -> Money:
        return Money(minor, sale.currency)

    return PreviewLine(
        part.line.line_id, part.line.name, part.quantity_milli, money(part.amounts.gross_minor),
        money(part.amounts.discount_minor), money(part.amounts.tax_minor),
        money(part.payable_minor(inclusive=sale.prices_include_tax)),
    )  # fmt: skip


def points_owed(uow: UnitOfWork, back: PointsBack) -> int:
    """What of the points taken back is spent already and stays owed."""
    leaving = back.claw - back.give
    if leaving <= 0:
        return 0
    return max(0, leaving - max(0, sales_points.balance(uow.connection, back.customer_id, back.program.id)))


def _cards(uow: UnitOfWork, sale: SaleView, plan: RefundPlan) -> tuple[list[str], list[str]]:
    """Masked cards that lose their value, and a warning for one that is spent already."""
    cards, warnings = [], []
    for part in plan.parts:
        if part.line.value_account_id is None:
            continue
        found = accounts.by_id(uow.connection, part.line.value_account_id)
        if found is None:
            continue
        cards.append(mask(found.last_four))
        if found.available_minor < part.amounts.net_minor:
            left = Money(found.available_minor, sale.currency)
            warnings.append(f"Card {mask(found.last_four)} has {left} left: its purchase cannot be refunded in full.")
    return cards, warnings
