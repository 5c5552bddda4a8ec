"""F3: the power goes at any moment. With the pragmas that ship nothing acknowledged is lost; the controls must lose.

The pragmas are read from a real connection of the program, and the rebuilt files are opened by the SQLite that
ships with it. Each commit is a sale's worth of rows whose sums must agree.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlite

from db.uow import Database

pytest.importorskip("apsw", reason="apsw is a development dependency")

from tests.faults.power import Disk, after_power_loss, put_down, record

SCHEMA = """
CREATE TABLE register (id INTEGER PRIMARY KEY, next_number INTEGER NOT NULL);
CREATE TABLE sale (id INTEGER PRIMARY KEY, number INTEGER NOT NULL UNIQUE, total INTEGER NOT NULL, note TEXT NOT NULL);
CREATE TABLE line (id INTEGER PRIMARY KEY, sale_id INTEGER NOT NULL REFERENCES sale (id), net INTEGER NOT NULL);
CREATE INDEX line_sale ON line (sale_id);
CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL CHECK (balance >= 0));
CREATE TABLE entry (id INTEGER PRIMARY KEY, sale_id INTEGER NOT NULL REFERENCES sale (id), amount INTEGER NOT NULL);
INSERT INTO register VALUES (1, 1);
INSERT INTO account VALUES (1, 100000);
"""


def sales(count: int) -> Callable[..., None]:
    def work(connection, acknowledge) -> None:  # type: ignore[no-untyped-def]
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(SCHEMA)
        connection.execute("COMMIT")
        acknowledge(0)
        for number in range(1, count + 1):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("UPDATE register SET next_number = next_number + 1 WHERE id = 1")
            row = (number, number, number * 10, "x" * (number * 37 % 1500))
            connection.execute("INSERT INTO sale VALUES (?, ?, ?, ?)", row)
            for _ in range(5):
                connection.execute("INSERT INTO line (sale_id, net) VALUES (?, ?)", (number, number * 2))
            connection.execute("UPDATE account SET balance = balance - ? WHERE id = 1", (number,))
            connection.execute("INSERT INTO entry (sale_id, amount) VALUES (?, ?)", (number, -number))
            connection.execute("COMMIT")
            acknowledge(number)
            if number % 7 == 0:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    return work


def verdict(path: Path, acknowledged: int) -> str:
    """ "" when the shop is whole and holds every acknowledged sale, else what is wrong."""
    if not path.exists():
        return "" if not acknowledged else "the file is gone"
    connection = sqlite.connect(str(path), isolation_level=None)
    try:
        if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            return "corrupt"
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'entry'").fetchall():
            return "lost" if acknowledged else ""
        (sold, highest) = connection.execute("SELECT count(*), coalesce(max(number), 0) FROM sale").fetchall()[0]
        if sold < acknowledged:
            return "lost"
        whole = connection.execute(
            "SELECT (SELECT next_number FROM register) = ? + 1 AND ? = ? "
            "AND (SELECT coalesce(sum(net), 0) FROM line) = (SELECT coalesce(sum(total), 0) FROM sale) "
            "AND (SELECT balance FROM account) = 100000 + (SELECT coalesce(sum(amount), 0) FROM entry)",
            (highest, sold, highest),
        ).fetchall()[0][0]
        return "" if whole else "half"
    except sqlite.DatabaseError:
        return "corrupt"
    finally:
        connection.close()


def losses(disk: Disk, folder: Path, points: int, seed: int) -> list[str]:
    """What went wrong at `points` random moments; each rebuilt disk is one way the power can go there."""
    chance = random.Random(seed)
    found = []
    for _ in range(points):
        files, acknowledged = after_power_loss(disk.log, chance.randint(1, len(disk.log)), chance)
        wrong = verdict(put_down(files, folder), acknowledged)
        if wrong:
            found.append(wrong)
    return found


@pytest.fixture
def shipped(sqlite_db: Database) -> tuple[str, int]:
    return str(sqlite_db.scalar("PRAGMA journal_mode")), int(str(sqlite_db.scalar("PRAGMA synchronous")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """In memory where there is such a place: thousands of small files are written."""
    memory = Path("/dev/shm")
    if not memory.is_dir():
        return tmp_path
    made = memory / f"regulars-{os.getpid()}"
    made.mkdir(exist_ok=True)
    return made


@pytest.fixture(autouse=True)
def tidy(folder: Path):
    yield
    for left in folder.glob("shop.db*"):
        left.unlink()
    if folder.parent == Path("/dev/shm"):
        folder.rmdir()


def test_f3_shipped_pragmas_lose_nothing(shipped: tuple[str, int], folder: Path) -> None:
    assert shipped == ("wal", 2)
    assert losses(record(*shipped, sales(40)), folder, 600, seed=1) == []


@pytest.mark.parametrize(
    ("journal_mode", "synchronous", "must"),
    [("wal", 0, {"lost", "corrupt"}), ("wal", 1, {"lost"}), ("off", 2, {"corrupt", "half", "lost"})],
)
def test_f3_the_controls_must_fail(journal_mode: str, synchronous: int, must: set[str], folder: Path) -> None:
    """The same harness sees the losses that weaker settings allow; without this it would prove nothing."""
    found = losses(record(journal_mode, synchronous, sales(40)), folder, 300, seed=2)
    assert set(found) & must, found


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_f3_a_million_points(shipped: tuple[str, int], folder: Path) -> None:
    disk = record(*shipped, sales(200))
    for seed in range(1000):
        assert losses(disk, folder, 1000, seed=seed) == []
