"""Any sequence of sales, discounts, coupons, cards, refunds, voids and holds leaves books that hold together."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.checkout import basket as steps
from app.checkout.model import CompletedSale, Tender, TenderKind
from app.checkout.no_receipt_service import Brought
from app.checkout.returns import RefundWay, ReturnLine, WayBack
from app.clock import FixedClock
from app.errors import DomainError
from app.pricing.model import ManualDiscount
from db.uow import Database
from tests.app.checkout.books import _FAMILY, check_books
from tests.builders import ShopBuilder, a_shop
from tests.conftest import NOON

PRODUCTS = [("Bread", "4.20", "VAT"), ("Oil", "9.99", "VAT"), ("Tea", "0.33", None), ("Ham", "24.90", "LOW")]


class Till(RuleBasedStateMachine):
    """One shop, two customers, one card, three promotions; whatever is refused must have written nothing."""

    database: Database
    shop: ShopBuilder

    @initialize()
    def open_shop(self) -> None:
        self.database = self.fresh()
        shop = self.shop = a_shop(self.database, FixedClock(NOON))
        shop.tax("VAT", "19")
        shop.tax("LOW", "7.7")
        for name, price, tax in PRODUCTS:
            shop.product(name, price, tax=tax, category=name, kind="weighed" if name == "Ham" else "standard")
        shop.points_program(value="0.05")
        shop.cash_step(5)
        shop.promotion("Ten", percent="10", code="TEN", total_limit=4)
        shop.promotion("Three", amount="3.00", code="THREE", per_customer_limit=2)
        shop.promotion("Always", percent="5")
        self.customers = [shop.customer("Ada", points=200), shop.customer("Bob")]
        self.card = shop.gift_card("60.00")
        self.card_account = shop.one("SELECT max(id) FROM value_account")
        self.basket = shop.basket()
        self.sales: list[CompletedSale] = []
        self.held: list[int] = []
        self.exchanged = 0
        self.gifts: list[str] = [self.card]

    def fresh(self) -> Database:
        raise NotImplementedError

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()

    def attempt(self, work: Any) -> Any:
        """What `work` gives; a refusal must leave every table as it was."""
        before = self.counts()
        try:
            return work()
        except DomainError as refusal:
            assert str(refusal).endswith(".")
            assert self.counts() == before
            return None

    def counts(self) -> list[tuple[Any, ...]]:
        tables = ("sale", "sale_line", "value_entry", "points_entry", "coupon_redemption", "journal", "cash_movement")
        return self.shop.rows(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables))

    @rule(product=st.sampled_from(PRODUCTS), pieces=st.integers(1, 4), milli=st.integers(1, 3000))
    def scan(self, product: Any, pieces: int, milli: int) -> None:
        item = self.shop.checkout.item(self.shop.products[product[0]])
        quantity = milli if item.weighed else pieces * 1000
        self.basket, _ = steps.add_item(self.basket, item, quantity)

    @precondition(lambda self: self.basket.lines)
    @rule(place=st.integers(0, 9), amount=st.integers(0, 900), percent=st.integers(0, 100), whole=st.booleans())
    def discount(self, place: int, amount: int, percent: int, whole: bool) -> None:
        line = self.basket.lines[place % len(self.basket.lines)]
        if whole:
            self.basket = steps.discount_basket(self.basket, ManualDiscount("Why", amount_minor=amount))
        elif line.returns is None and line.card is None:
            off = ManualDiscount("Why", percent=Decimal(percent))
            self.basket = steps.discount_line(self.basket, line.line_id, off)

    @rule(code=st.sampled_from(["TEN", "THREE", "NOSUCH"]))
    def coupon(self, code: str) -> None:
        self.basket = steps.add_coupon(self.basket, self.shop.checkout.coupon(code))

    @rule(who=st.integers(0, 2))
    def customer(self, who: int) -> None:
        person = None if who == 2 else self.shop.checkout.customer(self.customers[who])
        self.basket = steps.with_customer(self.basket, person)

    @rule(worth=st.integers(1, 5000))
    def sell_a_card(self, worth: int) -> None:
        self.basket, _ = steps.add_card(self.basket, worth)

    @precondition(lambda self: self.basket.lines)
    @rule(days=st.integers(0, 40))
    def remove_a_line(self, days: int) -> None:
        self.shop.clock.advance(hours=days)
        self.basket = steps.remove_line(self.basket, self.basket.lines[-1].line_id, self.shop.clock.now())

    @precondition(lambda self: self.basket.lines)
    @rule(
        ways=st.lists(st.sampled_from(["gift", "points", "card", "cash"]), max_size=2), amount=st.integers(1, 3000),
        gift=st.integers(0, 5),
    )  # fmt: skip
    def pay(self, ways: list[str], amount: int, gift: int) -> None:
        def work() -> CompletedSale:
            kinds = {"points": TenderKind.POINTS, "card": TenderKind.CARD, "cash": TenderKind.CASH}
            tenders = []
            for way in ways:
                if way == "gift":
                    tenders.append(self.shop.gift(self.gifts[gift % len(self.gifts)]))
                else:
                    tenders.append(Tender(kinds[way], amount))
            total = self.shop.view(self.basket).total.minor
            if total < 0:
                back = self.shop.returns.ways_back(self.shop.till, self.basket)
                tenders = [Tender(one.kind, -one.amount.minor, one.account_id, one.shown) for one in back]
            elif sum(tender.amount_minor or 0 for tender in tenders) < total:
                tenders.append(self.shop.cash())
            return self.shop.checkout.complete(self.shop.till, self.basket, tenders if total else [], total)

        done = self.attempt(work)
        if done is not None:
            self.sales.append(done)
            self.gifts += [card.code for card in done.cards if card.code]
            if self.basket.has_returns:
                self.exchanged += 1
            again = self.shop.checkout.repeat(self.basket.request_id)
            assert again is not None
            assert again.sale_id == done.sale_id
            self.basket = self.shop.basket()

    @rule(
        wanted=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 5)), min_size=1, max_size=4),
        code=st.sampled_from([(), "TEN", "THREE"]), who=st.integers(0, 2), gift=st.booleans(),
    )  # fmt: skip
    def next_customer(self, wanted: list[tuple[int, int]], code: Any, who: int, gift: bool) -> None:
        """A whole sale at once, while another one waits in the basket."""
        names = [(PRODUCTS[place][0], pieces) for place, pieces in wanted]
        customer_id = None if who == 2 else self.customers[who]

        def work() -> CompletedSale:
            basket = self.shop.basket(*names, code=code, customer_id=customer_id)
            tenders = [self.shop.gift(self.card)] if gift else []
            return self.shop.complete(basket, *tenders, self.shop.cash())

        done = self.attempt(work)
        if done is not None:
            self.sales.append(done)

    @precondition(lambda self: self.sales)
    @rule(
        which=st.integers(0, 20), share=st.integers(1, 4), exchange=st.booleans(),
        way=st.sampled_from([RefundWay.AS_PAID, *RefundWay]),
    )  # fmt: skip
    def give_back(self, which: int, share: int, exchange: bool, way: RefundWay) -> None:
        sale = self.shop.sale(self.sales[which % len(self.sales)])
        wanted = []
        for line in sale.lines:
            left = line.quantity_milli - line.returned_milli
            weighed = line.sku == "HAM"
            part = -(-left // share) if weighed else -(-(left // 1000) // share) * 1000
            if left > 0 and line.kind == "product":
                wanted.append(ReturnLine(line.line_id, max(part, 1 if weighed else 1000)))

        def work() -> Any:
            if exchange and not self.basket.has_returns:
                self.basket = self.shop.returns.add_to_basket(self.shop.till, self.basket, sale.sale_id, wanted)
                return None
            way_back = WayBack(way, self.card_account if way is RefundWay.GIFT_CARD else None)
            preview = self.shop.returns.preview(self.shop.till, sale.sale_id, wanted, way_back)
            back = self.shop.returns.complete_return(
                self.shop.till, sale.sale_id, wanted, request_id=uuid4(), shown_refund=preview.refund, back=way_back
            )
            assert back.total == -preview.refund
            self.gifts += [card.code for card in back.cards if card.code]
            return back

        self.attempt(work)

    @rule(product=st.sampled_from(PRODUCTS), pieces=st.integers(1, 3), who=st.integers(0, 1), voucher=st.booleans())
    def bring_back_without_a_receipt(self, product: Any, pieces: int, who: int, voucher: bool) -> None:
        """Whatever was sold for the least lately; beyond the cap it is refused."""
        shop = self.shop
        brought = [Brought(shop.products[product[0]], pieces * 1000)]
        way_back = WayBack(RefundWay.VOUCHER if voucher else RefundWay.STORE_CREDIT)
        till, customer = replace(shop.till, actor=shop.cashier), self.customers[who]

        def work() -> CompletedSale:
            preview = shop.no_receipt.preview(till, brought, customer_id=customer, back=way_back)
            return shop.no_receipt.complete(
                till, brought, reason="Faulty", customer_id=customer, back=way_back, request_id=uuid4(),
                shown_refund=preview.refund, approval=shop.approval("sale.return_other_tender"),
            )  # fmt: skip

        done = self.attempt(work)
        if done is not None:
            self.gifts += [card.code for card in done.cards if card.code]

    @precondition(lambda self: self.basket.lines)
    @rule()
    def void(self) -> None:
        self.shop.checkout.void(self.shop.till, self.basket, "changed mind")
        self.basket = self.shop.basket()

    @precondition(lambda self: self.basket.lines)
    @rule()
    def hold(self) -> None:
        self.held.append(self.shop.checkout.suspend(self.shop.till, self.basket))
        self.basket = self.shop.basket()

    @precondition(lambda self: self.held)
    @rule()
    def recall(self) -> None:
        self.basket = self.shop.checkout.resume(self.shop.till, self.held.pop())

    @invariant()
    def books_hold(self) -> None:
        if hasattr(self, "shop"):
            check_books(self.database)

    @invariant()
    def no_card_holds_more_than_was_paid(self) -> None:
        if hasattr(self, "shop"):
            put_on = "SELECT sum(amount_minor) FROM value_entry WHERE account_id = a.id AND kind IN ('issue', 'reload')"
            found = self.shop.one(f"SELECT count(*) FROM value_account a WHERE balance_minor > ({put_on})")
            assert found == 0

    @invariant()
    def no_sale_gives_back_more_than_it_took(self) -> None:  # V19: whichever way
        if hasattr(self, "shop"):
            over = self.shop.rows(
                _FAMILY
                + """
                SELECT f.root FROM family f JOIN sale_tender t ON t.sale_id = f.id JOIN sale s ON s.id = f.root
                WHERE s.kind = 'sale' GROUP BY f.root HAVING sum(t.amount_minor) < 0"""
            )
            assert over == []


def machine(fresh: Any) -> type[Till]:
    return type("TillOn", (Till,), {"fresh": lambda self: fresh()})


QUICK = settings(
    max_examples=8, stateful_step_count=25, deadline=None, derandomize=True,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
LONG = settings(QUICK, max_examples=400, stateful_step_count=40, derandomize=False)


def on_sqlite(template: Path, folder: str) -> Any:
    def fresh() -> Database:
        return Database.connect(str(shutil.copyfile(template, Path(folder) / f"{uuid4().hex}.db")))

    return fresh


def test_any_sequence_on_sqlite(sqlite_template: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run_state_machine_as_test(machine(on_sqlite(sqlite_template, folder)), settings=QUICK)


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_any_long_sequence_on_sqlite(sqlite_template: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run_state_machine_as_test(machine(on_sqlite(sqlite_template, folder)), settings=LONG)


def test_any_sequence_on_postgresql(postgres_server: str, postgres_template: str) -> None:
    from tests.conftest import _named, _run

    made: list[str] = []

    def fresh() -> Database:
        made.append(f"m_{uuid4().hex[:12]}")
        _run(postgres_server, f"CREATE DATABASE {made[-1]} TEMPLATE {postgres_template} STRATEGY FILE_COPY")
        return Database.connect(_named(postgres_server, made[-1]))

    try:
        run_state_machine_as_test(machine(fresh), settings=settings(QUICK, max_examples=3))
    finally:
        for name in made:
            _run(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")
