"""Completing a sale (8 lines, coupon, gift card and cash, points, journal) against the same rows by hand.

Before anything is timed: both write the same number of rows, under the same pragmas.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from uuid import uuid4

import pytest

from app.checkout.model import TillContext
from app.clock import FixedClock
from db.uow import Database
from tests.benchmarks.bench_complete_sale import TABLES, HandWritten
from tests.benchmarks.harness import compare, percentile, report, sample
from tests.builders import ShopBuilder, a_shop

pytestmark = pytest.mark.benchmark
NAMES = [f"Product {number}" for number in range(8)]


def busy_shop(database: Database, clock: FixedClock) -> tuple[ShopBuilder, int, str]:
    shop = a_shop(database, clock)
    shop.tax("VAT", "10")
    shop.points_program()
    for number, name in enumerate(NAMES):
        shop.product(name, f"{number + 1}.49", tax="VAT", category=f"C{number % 3}")
    shop.promotion("Ten", percent="10", code="TEN", total_limit=1_000_000)
    customer = shop.customer()
    shop.sell(NAMES[0], customer_id=customer)  # a customer's first sale is priced anew: first purchases may count
    return shop, customer, shop.gift_card("900000.00")


def seller(shop: ShopBuilder, customer: int, card: str, till: TillContext | None = None) -> Callable[[], int]:
    """Pay for one such sale; what is timed starts at Pay, with a basket that is there already."""
    basket = shop.basket(*NAMES, customer_id=customer, code="TEN")
    tenders = [shop.gift(card, "10.00"), shop.cash("50.00")]
    total = shop.view(basket).total.minor
    from dataclasses import replace

    def sell() -> int:
        return shop.checkout.complete(till or shop.till, replace(basket, request_id=uuid4()), tenders, total).sale_id

    return sell


def row_counts(shop: ShopBuilder) -> dict[str, int]:
    return {table: shop.one(f"SELECT count(*) FROM {table}") for table in TABLES}


def checked_floor(shop: ShopBuilder, sell: Callable[[], int]) -> HandWritten:
    before = row_counts(shop)
    sale_id = sell()
    middle = row_counts(shop)
    floor = HandWritten(shop.database, sale_id)
    floor.write()
    after = row_counts(shop)
    assert {t: middle[t] - before[t] for t in TABLES} == {t: after[t] - middle[t] for t in TABLES}
    return floor


def test_sqlite_against_hand_written_statements(sqlite_db: Database, clock: FixedClock) -> None:
    shop, customer, card = busy_shop(sqlite_db, clock)
    sell = seller(shop, customer, card)
    sell()
    floor = checked_floor(shop, sell)
    assert [floor.raw.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")] == ["wal", 2]
    found = compare(sell, floor.write, rounds=9, each=40)
    detail = f"{found.candidate_ms:.2f} ms against {found.floor_ms:.2f} ms, {found.lowest:.2f} to {found.highest:.2f}"
    report("complete a sale, SQLite, by hand = 1", 2.0, found.ratio, detail)
    floor.close()


def test_postgresql_against_statements_sent_one_by_one(postgres_db: Database, clock: FixedClock) -> None:
    shop, customer, card = busy_shop(postgres_db, clock)
    sell = seller(shop, customer, card)
    sell()
    floor = checked_floor(shop, sell)
    found = compare(sell, floor.write, rounds=9, each=40)
    detail = f"{found.candidate_ms:.2f} ms against {found.floor_ms:.2f} ms, {found.lowest:.2f} to {found.highest:.2f}"
    report("complete a sale, PostgreSQL, one by one = 1", 1.0, found.ratio, detail)
    floor.close()


def test_postgresql_four_registers(postgres_db: Database, clock: FixedClock) -> None:
    """Four registers at once, each with a customer and card of its own, against the floor at as many."""
    shop, _, _ = busy_shop(postgres_db, clock)
    shop.run(
        "INSERT INTO register (outlet_id, name, code, next_number, journal_sequence, journal_head, active) "
        "SELECT outlet_id, 'Till ' || n, 'R' || n, 1, 0, repeat('0', 64), true FROM register, "
        "generate_series(3, 4) n WHERE register.id = 1"
    )
    ids = [row[0] for row in shop.rows("SELECT id FROM register ORDER BY id")]
    tills = [shop.till, *(shop.sessions.open(shop.manager, i, shop.money("0.00"), request_id=uuid4()) for i in ids[1:])]
    sellers, floors = [], []
    for number, till in enumerate(tills):
        buyer, card = shop.customer(f"C{number}"), shop.gift_card("900000.00")
        shop.sell(NAMES[0], customer_id=buyer)
        sell = seller(shop, buyer, card, till)
        sellers.append(sell)
        floors.append(HandWritten(shop.database, sell()))

    def together(works: list[Callable[[], object]], each: int = 40) -> float:
        def many(work: Callable[[], object]) -> None:
            for _ in range(each):
                work()

        threads = [threading.Thread(target=many, args=(work,)) for work in works]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - start

    by_hand = [floor.write for floor in floors]
    together(sellers, 5)
    together(by_hand, 5)
    ratios = [together(sellers) / together(by_hand) for _ in range(5)]
    detail = f"{min(ratios):.2f} to {max(ratios):.2f}; all four share one promotion's counter"
    report("the same at four registers", 1.0, statistics.median(ratios), detail)
    for floor in floors:
        floor.close()


def test_two_thousand_in_a_row(sqlite_db: Database, clock: FixedClock) -> None:
    shop, customer, card = busy_shop(sqlite_db, clock)
    taken = sample(seller(shop, customer, card), 2000, warm_up=20)
    middle, slow = percentile(taken, 0.5), percentile(taken, 0.99)
    report("p99 against p50, 2,000 sales in a row", 5.0, slow / middle, f"p50 {middle:.2f} ms, p99 {slow:.2f} ms")
