"""A small shop behind the marketing screens: real services on a SQLite file, real jobs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import uuid4

import pytest
from PySide6.QtWidgets import QApplication

from app.clock import FixedClock
from app.codekeys import CodeVault
from app.coupons.service import CouponService
from app.customers.model import CustomerDraft
from app.customers.service import CustomerService
from app.giftcards.desk import GiftCardDesk
from app.giftcards.model import ValueKind, VoucherType
from app.giftcards.service import GiftCardService
from app.money import Money
from app.shop.service import ShopService
from app.staff.model import Actor
from db.uow import Database
from tests.app.giftcards.shop import SmallShop, open_small_shop
from ui.shared.format import Formats
from ui.shared.jobs import Jobs


@dataclass
class Back:
    """Everything a marketing screen is given."""

    shop: SmallShop
    cards: GiftCardService
    desk: GiftCardDesk
    coupons: CouponService
    customers: CustomerService
    shops: ShopService
    reads: Jobs
    writes: Jobs
    formats: Formats
    told: list[str] = field(default_factory=list)

    def notify(self, text: str, **_more: object) -> None:
        self.told.append(text)

    def idle(self) -> None:
        """Until every job and every answer is through."""
        for _ in range(4):
            for jobs in (self.reads, self.writes):
                jobs._pool.waitForDone(5000)
                QApplication.processEvents()

    @property
    def actor(self) -> Actor:
        return self.shop.actor

    def person(self, first: str, last: str) -> int:
        return int(self.customers.create(CustomerDraft(first, last), by=self.actor).id)

    def some_cards(self) -> None:
        """One card in every status, a voucher and a store credit, with a history to read."""
        ada, bob = self.person("Amara", "Diallo"), self.person("Björn", "Lindqvist")
        today = self.shop.clock.now().date()

        def give(minor: int, **draft: object) -> int:
            made = self.cards.draft(**draft)  # type: ignore[arg-type]
            issued = self.cards.issue(
                made, Money(minor, "USD"), self.actor, reason="Opening balance", request_id=uuid4()
            )
            self.shop.clock.advance(minutes=7)
            return issued.card.id

        give(2500, expires_on=today - timedelta(days=30))
        give(1500)
        used = give(5000, customer_id=bob)
        self.cards.redeem(used, Money(5000, "USD"), self.actor, request_id=uuid4())
        off = give(4000)
        self.desk.deactivate(off, self.actor, reason="Reported stolen")
        give(
            1200, kind=ValueKind.VOUCHER, voucher_type=VoucherType.LOYALTY, customer_id=bob, expires_on=date(2026, 9, 1)
        )
        self.cards.give_store_credit(ada, Money(830, "USD"), self.actor, reason="Damaged jar", request_id=uuid4())
        self.cards.stock(2, self.actor, series="Spring rack")
        card = give(5000, customer_id=ada, expires_on=date(2027, 3, 14), note="Birthday present from Björn")
        for minor in (650, 1200, 335):
            self.cards.redeem(card, Money(minor, "USD"), self.actor, request_id=uuid4())
            self.shop.clock.advance(days=2, hours=1)
        self.cards.reload(card, Money(2000, "USD"), self.actor, reason="Competition prize", request_id=uuid4())


@pytest.fixture
def back(sqlite_db: Database, clock: FixedClock) -> Iterator[Back]:
    shop = open_small_shop(sqlite_db, clock)
    vault = CodeVault(b"k" * 32)
    reads, writes = Jobs(2), Jobs(1)
    yield Back(
        shop,
        GiftCardService(sqlite_db, clock, vault),
        GiftCardDesk(sqlite_db, clock, vault),
        CouponService(sqlite_db, clock, vault),
        CustomerService(sqlite_db, clock),
        ShopService(sqlite_db, clock),
        reads,
        writes,
        Formats(),
    )
    assert reads.close()
    assert writes.close()
