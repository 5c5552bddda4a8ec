"""The sale that is measured: 8 lines, a coupon, a gift card and cash, points; at a small shop or a demo shop."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from app.checkout.model import CompletedSale, OpenBasket, Tender
from app.checkout.no_receipt_service import NoReceiptService
from app.checkout.receipts import SaleReader
from app.checkout.returns import ReturnService
from app.checkout.service import CheckoutService
from app.checkout.sessions import SessionService
from app.clock import FixedClock
from app.codekeys import CodeVault
from app.journal.service import JournalService
from app.outbox.service import OutboxService
from app.pricing.promotion import Kind, Promotion
from app.staff.model import with_all_rights
from db import models
from db.uow import Database
from tests.builders import ShopBuilder, a_shop

LINES = 8
CODE = "BENCH10"
CARD_WORTH = "90000.00"
FROM_CARD = "1.00"


@dataclass
class Counter:
    """A till with the measured basket on it. `fresh` gives it again under a new request."""

    shop: ShopBuilder
    basket: OpenBasket
    tenders: tuple[Tender, ...]
    total_minor: int

    def fresh(self, *, kept: bool = True) -> OpenBasket:
        """Kept, as the screen does behind the cashier's back: completing closes that row."""
        checkout, customer_id = self.shop.checkout, self.basket.customer_id
        assert customer_id is not None
        basket = replace(self.basket, request_id=uuid4(), customer=checkout.customer(customer_id))
        if kept:
            self.shop.checkout.keep(self.shop.till, basket, self.total_minor)
        return basket

    def complete(self, basket: OpenBasket) -> CompletedSale:
        return self.shop.checkout.complete(self.shop.till, basket, self.tenders, self.total_minor)

    def timed(self, count: int) -> list[float]:
        """Milliseconds of each of `count` sales; making the baskets is not in them."""
        taken = []
        for _ in range(count):
            basket = self.fresh()
            start = time.perf_counter()
            done = self.complete(basket)
            taken.append((time.perf_counter() - start) * 1000)
            assert not done.repeated
            assert done.points_earned
        return taken


def small_counter(database: Database, clock: FixedClock) -> Counter:
    """At a shop of 40 products in 5 categories and two tax rates, with a points programme and the one coupon."""
    shop = small_shop(database, clock)
    return set_up(shop, list(shop.products.values())[:LINES])


def small_shop(database: Database, clock: FixedClock) -> ShopBuilder:
    shop = a_shop(database, clock, currency="EUR", tax_included=True)
    shop.tax("standard", "23")
    shop.tax("reduced", "13.5")
    for number in range(40):
        shop.product(
            f"Product {number}", f"{3 + number % 9}.{10 + number}", category=f"Aisle {number % 5}",
            tax=("standard", "reduced")[number % 2],
        )  # fmt: skip
    shop.points_program()
    add_coupon(shop)
    return shop


def four_tills(database: Database, clock: FixedClock) -> ShopBuilder:
    """The small shop with four registers, each open, and a customer and a card for each; see `counter_at`."""
    shop = small_shop(database, clock)
    with database.write() as uow:
        uow.session.add_all(
            models.Register(outlet_id=shop.outlet_id, name=f"Till {place}", code=f"R{place}") for place in (3, 4)
        )
        uow.commit()
    for place in range(1, 4):
        shop.sessions.open(shop.manager, _register(shop, place), shop.money("100.00"), request_id=uuid4())
    return shop


def _register(shop: ShopBuilder, place: int) -> int:
    return int(shop.rows("SELECT id FROM register ORDER BY id")[place][0])


def counter_at(database: Database, clock: FixedClock, place: int) -> Counter:
    """One of the four tills, from another process: its own customer, card and coupon use rows."""
    shop = _over(database, clock)
    shop.till = shop.sessions.context(shop.manager, _register(shop, place))
    products = shop.rows("SELECT id FROM product ORDER BY id")
    return set_up(shop, [int(row[0]) for row in products[:LINES]])


def add_coupon(shop: ShopBuilder) -> None:
    shop.promotion(rule=Promotion(0, "Ten off", Kind.PERCENT, percent=Decimal(10), codes=(CODE,)))


def set_up(shop: ShopBuilder, product_ids: Sequence[int]) -> Counter:
    """The measured basket for a customer and a card of its own."""
    shop.products |= {f"line {place}": found for place, found in enumerate(product_ids)}
    card, customer = shop.gift_card(CARD_WORTH), shop.customer()
    basket = shop.basket(*(f"line {place}" for place in range(LINES)), customer_id=customer, code=CODE)
    total = shop.view(basket).total.minor
    tenders = (shop.gift(card, FROM_CARD), shop.cash(str(total // 100 + 5)))
    return Counter(shop, basket, tenders, total)


def at_demo(database: Database, now: datetime | None = None) -> ShopBuilder:
    """The demo shop's first register, opened by its manager the morning after its last sale."""
    last = datetime.fromisoformat(str(database.scalar("SELECT max(completed_at) FROM sale")) + "+00:00")
    clock = FixedClock(now or last + timedelta(hours=12))
    with database.write() as uow:
        uow.connection.exec_driver_sql("UPDATE register_session SET closed_at = opened_at WHERE closed_at IS NULL")
        uow.commit()
    shop = _over(database, clock)
    shop.till = shop.sessions.open(shop.manager, shop.register_ids[0], shop.money("100.00"), request_id=uuid4())
    return shop


def _over(database: Database, clock: FixedClock) -> ShopBuilder:
    """The builder's hands on a shop that is there already; `till` is for the caller to set."""
    registers = [int(str(database.scalar(f"SELECT id FROM register ORDER BY id LIMIT 1 OFFSET {n}"))) for n in (0, 1)]
    outlet = int(str(database.scalar(f"SELECT outlet_id FROM register WHERE id = {registers[0]}")))
    currency = str(database.scalar("SELECT currency FROM shop"))
    manager = with_all_rights(1, "Manager")
    checkout, sessions = CheckoutService(database, clock, CodeVault(b"k" * 32)), SessionService(database, clock)
    return ShopBuilder(
        database=database, clock=clock, currency=currency, outlet_id=outlet, register_ids=(registers[0], registers[1]),
        manager=manager, cashier=manager, checkout=checkout, returns=ReturnService(checkout),
        no_receipt=NoReceiptService(checkout), sessions=sessions,
        outbox=OutboxService(database, clock), journal=JournalService(database), reader=SaleReader(database),
        till=None,  # type: ignore[arg-type]
    )  # fmt: skip
