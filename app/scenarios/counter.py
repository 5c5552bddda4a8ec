"""A till for records of cards and points: goods of any price, paid for and brought back through app.checkout."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from app.catalog.model import ProductDraft, ProductKind
from app.catalog.service import CatalogService
from app.checkout import basket as steps
from app.checkout.model import OpenBasket, Tender, TillContext
from app.checkout.refunds import ReturnLine
from app.checkout.returns import ReturnService
from app.checkout.service import CheckoutService
from app.checkout.sessions import SessionService
from app.clock import Clock
from app.money import Money
from app.pricing.model import UNIT_MILLI, ManualDiscount
from app.staff.model import Actor
from db.uow import Database


class Counter:
    """One register with its shift open, and one product whose price is typed."""

    def __init__(self, database: Database, clock: Clock, actor: Actor, register_id: int, currency: str) -> None:
        self._checkout = CheckoutService(database, clock)
        self._returns = ReturnService(self._checkout)
        self._clock = clock
        goods = ProductDraft("Goods", "GOODS", 0, kind=ProductKind.OPEN_PRICE)
        self._goods = CatalogService(database, clock).create(goods, by=actor).id
        sessions = SessionService(database, clock)
        self._context: TillContext = sessions.open(actor, register_id, Money.zero(currency), request_id=uuid4())

    def sell(
        self,
        total_minor: int,
        tenders: Sequence[Tender],
        *,
        customer_id: int | None,
        request_id: UUID,
        by_hand_minor: int = 0,
        in_cents: bool = False,
    ) -> tuple[int, Money]:
        """Complete a sale of this total; (its id, the change). Raises what completing a sale raises.

        `by_hand_minor` comes off goods that are dearer by that much. `in_cents`: as so many units of one minor unit,
        so that any amount of it can come back.
        """
        worth = total_minor + by_hand_minor
        units, price = (worth, 1) if in_cents else (1, worth)
        basket = self._basket(units, price, customer_id, request_id)
        if by_hand_minor:
            basket = steps.discount_basket(basket, ManualDiscount("scenario", amount_minor=by_hand_minor))
        done = self._checkout.complete(self._context, basket, tenders, total_minor)
        return done.sale_id, done.change

    def hold(self, total_minor: int, *, customer_id: int | None) -> None:
        """A sale put aside: nothing is booked."""
        self._checkout.suspend(self._context, self._basket(1, total_minor, customer_id, uuid4()))

    def _basket(self, units: int, price_minor: int, customer_id: int | None, request_id: UUID) -> OpenBasket:
        basket = steps.new_basket(request_id, self._clock.now())
        goods = self._checkout.item(self._goods)
        basket, _line = steps.add_item(basket, goods, units * UNIT_MILLI, price_minor=price_minor)
        if customer_id is not None:
            basket = steps.with_customer(basket, self._checkout.customer(customer_id))
        return basket

    def take_back(self, sale_id: int, units: int | None = None) -> None:
        """The whole sale, or so many units of it, comes back, refunded to what paid for it.

        Raises NothingToReturn when all of it came back before, ReturnTooLarge for more than is left.
        """
        left = self._returns.left(sale_id)
        lines = [ReturnLine(line, milli if units is None else units * UNIT_MILLI) for line, milli in left.items()]
        preview = self._returns.preview(self._context, sale_id, lines)
        self._returns.complete_return(self._context, sale_id, lines, request_id=uuid4(), shown_refund=preview.refund)
