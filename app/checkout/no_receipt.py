"""Goods brought back without a receipt: what they are worth, what the shop allows, and the part of a booking for them.

Nobody knows the sale, so the goods are worth the lowest price that was charged for them lately, or today's price with
the promotions that run by themselves where that is lower or nothing was sold; the tax is today's. Such a return lowers
what no other sale can give back, and changes no customer's figures: who bought it is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.catalog.model import ProductKind
from app.catalog.till import TillProduct
from app.checkout.basket import plain
from app.checkout.errors import NothingToReturn, QuantityRefused, ReturnRefused, TotalChanged
from app.checkout.facts import TillFacts, item_of
from app.checkout.model import (
    CustomerPanel,
    Line,
    OpenBasket,
    ReturnOfLine,
    Settlement,
    TakenTender,
    Tender,
    TenderKind,
    TillContext,
)
from app.checkout.points import PointsBack, Program, points_for
from app.checkout.policy import NoReceipt, ReturnPolicy
from app.checkout.rows import Head, ReturnedShare
from app.checkout.tenders import CashRule
from app.checkout.values import ValueBook
from app.checkout.ways import RefundWay, refund_another_way
from app.money import Money
from app.pricing.catalogue import Catalogue
from app.pricing.engine import price
from app.pricing.model import UNIT_MILLI, Basket, BasketLine, LineKind, PricedLine, ReturnedAmounts
from app.staff.model import Approval
from db.queries import no_receipt as queries
from db.queries import sales_points
from db.uow import UnitOfWork

MOST_LINES = 200
_RETURNABLE = frozenset({ProductKind.STANDARD, ProductKind.WEIGHED})


@dataclass(frozen=True, slots=True)
class Brought:
    """Something brought back: a product of the shop, and how much of it."""

    product_id: int
    quantity_milli: int


class Basis(StrEnum):
    """Where the price of something brought back comes from."""

    CHARGED = "charged"  # the lowest that any till charged lately
    TODAY = "today"  # today's for whoever brings it, with the promotions that run by themselves


@dataclass(frozen=True, slots=True)
class Worth:
    """What one unit is worth (a kilogram of what is weighed), as priced: with or without tax, as the shop's prices."""

    product: TillProduct
    unit_minor: int
    basis: Basis


# What it is worth


def worths(
    uow: UnitOfWork, facts: TillFacts, outlet_id: int, brought: Sequence[Brought], now: datetime,
    customer: CustomerPanel | None,
) -> dict[int, Worth]:  # fmt: skip
    """By product, for whoever brings it. Raises ReturnRefused for what cannot come back without its receipt, and
    QuantityRefused."""
    known = {one.product_id: _returnable(facts, one) for one in brought}
    since = now - timedelta(days=facts.returns.no_receipt_days)
    charged = queries.lowest_prices(
        uow.connection, list(known), since, prices_include_tax=facts.settings.prices_include_tax
    )
    return {
        product_id: _worth(facts, product, charged.get(product_id), _today(facts, outlet_id, product, now, customer))
        for product_id, product in known.items()
    }


def _returnable(facts: TillFacts, one: Brought) -> TillProduct:
    found = facts.products.by_id(one.product_id)
    if found is None:
        raise ReturnRefused("This is no product of the shop. It cannot come back here.")
    if found.kind not in _RETURNABLE:
        raise ReturnRefused(f"{found.name} has no price of its own. It comes back with its receipt only.")
    if one.quantity_milli <= 0 or (found.kind is ProductKind.STANDARD and one.quantity_milli % UNIT_MILLI):
        raise QuantityRefused
    return found


def _worth(facts: TillFacts, product: TillProduct, charged: int | None, today: int | None) -> Worth:
    if charged is None and today is None:
        days = facts.returns.no_receipt_days
        raise ReturnRefused(
            f"{product.name} was not sold in the last {days} days. It comes back with its receipt only."
        )
    if today is None or (charged is not None and charged <= today):
        found = Worth(product, charged or 0, Basis.CHARGED)
    else:
        found = Worth(product, today, Basis.TODAY)
    if not found.unit_minor:
        raise ReturnRefused(f"{product.name} costs nothing today. There is nothing to give back for it.")
    return found


def _today(
    facts: TillFacts, outlet_id: int, product: TillProduct, now: datetime, customer: CustomerPanel | None
) -> int | None:
    """One unit alone, as this customer would buy it: nobody brings back for more than it costs them. None: it is not
    sold any more."""
    if not product.active:
        return None
    basket = Basket((BasketLine(1, product.facts),), outlet_id=outlet_id)
    who = None if customer is None else customer.facts
    return price(basket, facts.catalogue, facts.settings, now=now, customer=who, usage=facts.usage).lines[0].net_minor


def lines_for(
    brought: Sequence[Brought], found: Mapping[int, Worth], facts: TillFacts, reason: str, now: datetime
) -> tuple[Line, ...]:
    """The lines of a basket that gives them back, taxed as if they were sold for that today."""
    products = [replace(found[one.product_id].product.facts, price_minor=found[one.product_id].unit_minor,
                        group_prices=()) for one in brought]  # fmt: skip
    sold = Basket(
        tuple(
            BasketLine(place, product, one.quantity_milli)
            for place, (product, one) in enumerate(zip(products, brought, strict=True), start=1)
        )
    )
    priced = price(sold, Catalogue(()), facts.settings, now=now)
    return tuple(
        Line(
            place, replace(item_of(found[one.product_id].product), product=product), -one.quantity_milli,
            price_minor=product.price_minor,  # as it is: the price group of whoever brings it takes nothing off again
            returns=ReturnOfLine(None, None, _amounts(line), reason),
        )
        for place, (one, product, line) in enumerate(zip(brought, products, priced.lines, strict=True), start=1)
    )  # fmt: skip


def _amounts(line: PricedLine) -> ReturnedAmounts:
    return ReturnedAmounts(line.gross_minor, 0, line.taxes)


def payable(lines: Sequence[Line], *, inclusive: bool) -> int:
    """What these lines give back, positive."""
    amounts = [line.returns.amounts for line in lines if line.returns is not None]
    return sum(one.net_minor + (0 if inclusive else one.tax_minor) for one in amounts)


# What the shop allows


def ways_without_receipt(policy: ReturnPolicy, *, customer: bool) -> tuple[RefundWay, ...]:
    """First the one that is meant when nothing is chosen."""
    if policy.no_receipt is NoReceipt.NOT_ALLOWED:
        return ()
    credit = (RefundWay.STORE_CREDIT, RefundWay.VOUCHER) if customer else (RefundWay.VOUCHER,)
    return credit if policy.no_receipt is NoReceipt.STORE_CREDIT else (*credit, RefundWay.CASH, RefundWay.GIFT_CARD)


def check_allowed(policy: ReturnPolicy, brought: Sequence[Brought]) -> None:
    if policy.no_receipt is NoReceipt.NOT_ALLOWED:
        raise ReturnRefused("This shop takes nothing back without a receipt. Look the sale up by its customer or date.")
    if not brought:
        raise NothingToReturn("Scan what comes back.")
    if len({one.product_id for one in brought}) < len(brought) or len(brought) > MOST_LINES:
        raise ReturnRefused("A product is in the return twice, or there are too many. Put the quantities together.")


def check_caps(
    uow: UnitOfWork, policy: ReturnPolicy, context: TillContext, customer_id: int | None, amount: Money
) -> Money | None:
    """What this customer may still bring back this month without a receipt, this return not taken off; None when
    nobody is known. Raises ReturnRefused: a customer is missing, or a cap does not reach."""
    if customer_id is None and policy.no_receipt_customer:
        raise ReturnRefused("Say who brings it back: without a receipt this shop asks for the customer (F3).")
    if customer_id is not None and customer_id == context.actor.customer_id:
        raise ReturnRefused("This is your own customer record. Somebody else must take this back.")
    most = Money(policy.no_receipt_most_minor, amount.currency)
    if amount > most:
        raise ReturnRefused(f"Without a receipt at most {most} goes back at once, and this is {amount}.")
    if customer_id is None:
        return None
    month = context.business_date.replace(day=1)
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    left = policy.no_receipt_month_minor - queries.given_back(uow.connection, customer_id, month, last)
    room = Money(max(0, left), amount.currency)
    if amount > room:
        raise ReturnRefused(f"This customer can bring back {room} more without a receipt this month, no more.")
    return room


# The part of a booking


@dataclass(frozen=True, slots=True)
class WithoutReceipt:
    """What comes back within a booking, of no sale: the face of app.checkout.returning.Returning for it."""

    policy: ReturnPolicy
    basket: OpenBasket
    inclusive: bool

    @property
    def original_id(self) -> None:
        return None

    @property
    def customer_id(self) -> None:
        """Nobody knows who bought it."""
        return None

    def shares(self) -> dict[int, Sequence[ReturnedShare]]:
        return {}

    def refund_plan(self, total: Money, rule: CashRule) -> Settlement:
        """Nothing is known of how it was paid: no way is right of itself."""
        zero = Money(0, total.currency)
        return Settlement(total, (), zero, zero, zero, zero)

    def another_way(self, total: Money, rule: CashRule, tender: Tender) -> Settlement:
        return refund_another_way(0, total, rule, tender, everything_back=False, paid_in_full=False)

    def refundable(self) -> dict[int, int]:
        return {}

    def check_tenders(
        self, context: TillContext, plan: Settlement, taken: Sequence[TakenTender], approval: Approval | None,
        *, coin_minor: int,
    ) -> int | None:  # fmt: skip
        """Raises ReturnRefused for a way that the shop's policy does not have."""
        credit = {TenderKind.STORE_CREDIT, TenderKind.VOUCHER}
        allowed = credit if self.policy.no_receipt is NoReceipt.STORE_CREDIT else credit | {
            TenderKind.CASH, TenderKind.GIFT_CARD,
        }  # fmt: skip
        if not taken or any(one.tender.kind not in allowed for one in taken):
            raise ReturnRefused("Without a receipt nothing goes back this way here. Give store credit or a voucher.")
        return None

    def points_back(self, uow: UnitOfWork, taken: Sequence[TakenTender]) -> list[PointsBack]:
        return points_back(uow, self.basket.customer_id, self.basket.lines, inclusive=self.inclusive)

    def carried_points_minor(self, taken: Sequence[TakenTender]) -> int:
        return 0

    def take_cards_back(self, book: ValueBook) -> None: ...

    def give_coupons_back(self, uow: UnitOfWork, head: Head) -> None: ...


def points_back(
    uow: UnitOfWork, customer_id: int | None, lines: Sequence[Line], *, inclusive: bool
) -> list[PointsBack]:
    """What these goods would earn today is taken back from whoever brings them, where they earn points at all: or
    buying, and bringing back without the receipt, would be a way to points (T1)."""
    row = None if customer_id is None else queries.earning(uow.connection, customer_id)
    found = None if row is None else sales_points.program_row(uow.connection, row[0])
    if row is None or found is None or customer_id is None:
        return []
    program = Program.of(found)
    claw = points_for(program, _earning_minor(program, lines, inclusive=inclusive), row[1] or 100)
    return [PointsBack(customer_id, program, claw, 0)] if claw else []


def _earning_minor(program: Program, lines: Sequence[Line], *, inclusive: bool) -> int:
    amounts = [line.returns.amounts for line in lines if line.returns is not None]
    tax = sum(one.tax_minor for one in amounts)
    net = sum(one.net_minor for one in amounts)
    if program.basis == "gross":
        return net + (0 if inclusive else tax)
    return net if program.basis == "before_discount" else net - (tax if inclusive else 0)


def prepare_without_receipt(
    uow: UnitOfWork, basket: OpenBasket, facts: TillFacts, context: TillContext
) -> WithoutReceipt:
    """Everything checked and worked out again, the caps under a lock. Raises ReturnRefused, TotalChanged."""
    if not all(line.without_receipt and line.kind is LineKind.PRODUCT for line in basket.lines):
        raise ReturnRefused("What comes back without a receipt is a return of its own. Sell or exchange apart from it.")
    brought = [Brought(line.item.product.id, -line.quantity_milli) for line in basket.lines]
    check_allowed(facts.returns, brought)
    inclusive, currency = facts.settings.prices_include_tax, facts.settings.currency
    if basket.customer_id is not None:
        queries.lock_customer(uow.connection, basket.customer_id)
    reason = reason_of(basket)
    now = basket.opened_at
    found = worths(uow, facts, context.outlet_id, brought, now, basket.customer)
    again = lines_for(brought, found, facts, reason, now)
    shown, amount = payable(basket.lines, inclusive=inclusive), payable(again, inclusive=inclusive)
    if [line.returns for line in again] != [line.returns for line in basket.lines]:
        raise TotalChanged(Money(shown, currency), Money(amount, currency), "The lowest price changed.")
    check_caps(uow, facts.returns, context, basket.customer_id, Money(amount, currency))
    return WithoutReceipt(facts.returns, basket, inclusive)


def reason_of(basket: OpenBasket) -> str:
    """Raises ReturnRefused when it is not said why everything comes back."""
    reasons = {plain(line.returns.reason, 200) for line in basket.lines if line.returns is not None}
    if len(reasons) != 1 or "" in reasons:
        raise ReturnRefused("Choose why it comes back; without a receipt it is kept with the return.")
    (reason,) = reasons
    return reason
