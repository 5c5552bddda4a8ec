"""A till for the card records: goods of any price, paid for and brought back through app.checkout."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from app.catalog.model import ProductDraft, ProductKind
from app.catalog.service import CatalogService
from app.checkout import basket as steps
from app.checkout.model import Tender, TillContext
from app.checkout.refunds import ReturnLine
from app.checkout.returns import ReturnService
from app.checkout.service import CheckoutService
from app.checkout.sessions import SessionService
from app.clock import Clock
from app.money import Money
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
        self, total_minor: int, tenders: Sequence[Tender], *, customer_id: int | None, request_id: UUID
    ) -> tuple[int, Money]:
        """Complete a sale of this total; (its id, the change). Raises what completing a sale raises."""
        basket = steps.new_basket(request_id, self._clock.now())
        basket, _line = steps.add_item(basket, self._checkout.item(self._goods), price_minor=total_minor)
        if customer_id is not None:
            basket = steps.with_customer(basket, self._checkout.customer(customer_id))
        done = self._checkout.complete(self._context, basket, tenders, total_minor)
        return done.sale_id, done.change

    def take_back(self, sale_id: int) -> None:
        """The whole sale comes back, refunded to what paid for it. Raises NothingToReturn the second time."""
        lines = [ReturnLine(line, left) for line, left in self._returns.left(sale_id).items()]
        preview = self._returns.preview(self._context, sale_id, lines)
        self._returns.complete_return(self._context, sale_id, lines, request_id=uuid4(), shown_refund=preview.refund)
