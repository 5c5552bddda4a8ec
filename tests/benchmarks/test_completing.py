"""Completing a sale against hand-written statements that write the same rows, and its slow tail."""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.clock import FixedClock
from db.uow import Database
from tests.app.checkout.books import check_books
from tests.benchmarks import shops
from tests.benchmarks.counter import LINES, Counter, add_coupon, at_demo, counter_at, four_tills, set_up, small_counter
from tests.benchmarks.floor import HandWritten, Psycopg, Sqlite, counts
from tests.benchmarks.harness import Ratio, alternate, percentile, report
from tests.conftest import NOON

pytestmark = pytest.mark.benchmark

ROUNDS, EACH = 31, 10


@contextmanager
def floor_driver(database: Database) -> Iterator[Sqlite | Psycopg]:
    """A connection opened exactly as the program's own, used without SQLAlchemy."""
    raw = database.engine.raw_connection()
    try:
        driver = raw.driver_connection
        raw.rollback()
        yield Sqlite(driver) if database.is_sqlite else Psycopg(driver)
    finally:
        raw.close()


def hand_written(driver: Sqlite | Psycopg, counter: Counter) -> HandWritten:
    """The pattern taken from a sale of the program; both are shown to write the same rows and the same sums."""
    done = counter.complete(counter.fresh())
    floor = HandWritten(driver, done.sale_id)
    assert len(floor.rows["sale_line"]) == 8
    assert {row["kind"] for row in floor.rows["sale_tender"]} == {"gift_card", "cash"}
    assert all(floor.rows.values()), {table: len(rows) for table, rows in floor.rows.items()}
    kept = [counter.fresh(), counter.fresh()]
    start = counts(driver)
    counter.complete(kept[0])
    between = counts(driver)
    driver.commit() if isinstance(driver, Psycopg) else None
    floor.write(driver.as_id(kept[1].request_id))
    end = counts(driver)
    driver.commit() if isinstance(driver, Psycopg) else None
    by_program = {name: between[name] - start[name] for name in start}
    by_hand = {name: end[name] - between[name] for name in start}
    assert by_program == by_hand
    assert by_hand["sale"] == by_hand["basket"] == 1
    return floor


def ratio_at(counter: Counter, driver: Sqlite | Psycopg) -> Ratio:
    floor = hand_written(driver, counter)
    return alternate(
        lambda: counter.timed(EACH),
        lambda: floor.timed(EACH, lambda: counter.fresh().request_id),
        rounds=ROUNDS,
    )


def test_completing_against_hand_written_statements(database: Database, clock: FixedClock) -> None:
    counter = small_counter(database, clock)
    with floor_driver(database) as driver:
        if isinstance(driver, Sqlite):
            assert driver.pragmas()["journal_mode"] == "wal"
            assert driver.pragmas()["synchronous"] == 2  # FULL
        found = ratio_at(counter, driver)
    check_books(database)
    name, goal = ("sqlite3", 2.0) if database.is_sqlite else ("psycopg one by one", 1.0)
    report(f"complete a sale against {name}", goal, found.ratio, str(found))


def test_slow_tail(database: Database, clock: FixedClock) -> None:
    counter = small_counter(database, clock)
    taken = counter.timed(2000)
    assert database.scalar("SELECT count(*) FROM sale") == 2000
    check_books(database)
    middle, slow = statistics.median(taken), percentile(taken, 0.99)
    name = database.engine.dialect.name
    report(f"p99 against p50 of 2,000 sales in a row ({name})", 5, slow / middle, f"{middle:.2f} to {slow:.2f} ms")


def test_large_shop_against_an_empty_one(large_copy: Database, tmp_path: Path) -> None:
    """The same range and promotions with next to no sales: completing must not feel the million."""
    assert int(str(large_copy.scalar("SELECT count(*) FROM sale"))) >= shops.LARGE["sales"]
    empty = Database.connect(str(shops.copied(shops.demo_shop(shops.EMPTY), tmp_path)))
    large_till, empty_till = at_demo(large_copy), at_demo(empty)
    counters = []
    for shop in (large_till, empty_till):
        add_coupon(shop)
        products = shop.rows(
            "SELECT id FROM product WHERE kind = 'standard' AND active AND price_minor > 300 ORDER BY sku LIMIT 8"
        )
        counters.append(set_up(shop, [int(row[0]) for row in products]))
    large, small = counters
    found = alternate(lambda: large.timed(EACH), lambda: small.timed(EACH), rounds=ROUNDS)
    last = "SELECT count(*) FROM sale_line WHERE sale_id = (SELECT max(id) FROM sale)"
    assert large_till.one(last) == empty_till.one(last) == LINES
    empty.close()
    report("complete a sale on 1,000,000 sales against an empty shop", 1.3, found.ratio, str(found))


# --- Several registers: each is a process of its own, as in a shop


def _register_work(url: str, by_hand: bool, place: int, count: int, start: Any, done: Any) -> None:
    """One register in its own process: ready, wait for the others, sell; tells its milliseconds for all sales."""
    database = Database.connect(url)
    counter = counter_at(database, FixedClock(NOON), place)
    with floor_driver(database) as driver:
        floor = HandWritten(driver, counter.complete(counter.fresh()).sale_id)
        driver.commit() if isinstance(driver, Psycopg) else None
        baskets = [counter.fresh() for _ in range(count + 5)]
        work = (lambda basket: floor.write(basket.request_id)) if by_hand else counter.complete
        for basket in baskets[:5]:
            work(basket)
        start.wait()
        began = time.perf_counter()
        for basket in baskets[5:]:
            work(basket)
        done.put((time.perf_counter() - began) * 1000 / count)
    database.close()


def several_registers(url: str, registers: int, *, by_hand: bool, count: int = 60) -> list[float]:
    """Milliseconds per sale at each register while all sell at once."""
    context = multiprocessing.get_context("spawn")
    start, done = context.Barrier(registers), context.Queue()
    tills = [
        context.Process(target=_register_work, args=(url, by_hand, place, count, start, done))
        for place in range(registers)
    ]
    for till in tills:
        till.start()
    taken = [done.get(timeout=120) for _ in tills]
    for till in tills:
        till.join(30)
        assert till.exitcode == 0
    return taken


def test_four_registers_on_a_server(postgres_url: str, postgres_db: Database, clock: FixedClock) -> None:
    shop = four_tills(postgres_db, clock)
    before = int(str(postgres_db.scalar("SELECT count(*) FROM sale")))
    found = alternate(
        lambda: several_registers(postgres_url, 4, by_hand=False),
        lambda: several_registers(postgres_url, 4, by_hand=True),
        rounds=5,
        warm_up=False,
    )
    assert shop.one("SELECT count(*) FROM sale") - before == 10 * 4 * 66
    check_books(postgres_db)
    report("complete a sale against psycopg one by one, four registers", 1.0, found.ratio, str(found))
