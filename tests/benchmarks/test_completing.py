"""Completing a sale against hand-written statements that write the same rows, and its slow tail."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.clock import FixedClock
from db.uow import Database
from tests.app.checkout.books import check_books
from tests.benchmarks.counter import Counter, small_counter
from tests.benchmarks.floor import HandWritten, Psycopg, Sqlite, counts
from tests.benchmarks.harness import Ratio, alternate, percentile, report

pytestmark = pytest.mark.benchmark

ROUNDS, EACH = 9, 40


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
    floor.write(kept[1].request_id.hex if isinstance(driver, Sqlite) else kept[1].request_id)
    end = counts(driver)
    driver.commit() if isinstance(driver, Psycopg) else None
    by_program = {name: between[name] - start[name] for name in start}
    by_hand = {name: end[name] - between[name] for name in start}
    assert by_program == by_hand
    assert by_hand["sale"] == by_hand["basket"] == 1
    return floor


def ratio_at(counter: Counter, driver: Sqlite | Psycopg) -> Ratio:
    floor = hand_written(driver, counter)
    as_id = (lambda basket: basket.request_id.hex) if isinstance(driver, Sqlite) else (lambda b: b.request_id)
    return alternate(
        lambda: counter.timed(EACH),
        lambda: floor.timed([as_id(counter.fresh()) for _ in range(EACH)]),
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
