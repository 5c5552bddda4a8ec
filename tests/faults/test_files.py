"""F10, F14: what a shop's file may turn out to be, and two programs on one file."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlite3  # one process, one SQLite library per file: two would not see each other's locks

from app.checkout.service import CheckoutService
from app.clock import FixedClock
from db.errors import DatabaseBusy, DatabaseDamaged, DatabaseProblem, NewerSchema, NotAShop
from db.schema import open_shop
from db.uow import Database
from tests.app.checkout.books import check_books
from tests.builders import a_shop


def _run(path: Path, statement: str) -> None:
    connection = sqlite3.connect(str(path))
    connection.execute(statement)
    connection.commit()
    connection.close()


def missing(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def garbage(path: Path) -> None:
    path.write_bytes(os.urandom(40_960))


def garbage_inside(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100:4096] = os.urandom(3996)
    path.write_bytes(bytes(content))


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])


def a_text(path: Path) -> None:
    path.write_text("Dear shop,\n" * 1000)


def somebody_elses(path: Path) -> None:
    path.unlink()
    _run(path, "CREATE TABLE notes (text)")


def newer(path: Path) -> None:
    _run(path, "UPDATE alembic_version SET version_num = '9999'")


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (missing, NotAShop), (empty, DatabaseDamaged), (garbage, DatabaseDamaged), (garbage_inside, DatabaseProblem),
        (cut_short, DatabaseProblem), (a_text, DatabaseDamaged), (somebody_elses, NotAShop), (newer, NewerSchema),
        (a_folder, NotAShop),
    ],
)  # fmt: skip
def test_f10_what_is_no_shop_is_refused_and_left_alone(
    copy_of: Callable[[str], Path], spoil: Callable[[Path], None], refusal: type[Exception]
) -> None:
    path = copy_of("spoilt.db")
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(refusal) as refused:
        open_shop(str(path))
    assert str(refused.value).endswith(".")
    assert "sqlite3" not in str(refused.value)
    after = path.read_bytes() if path.is_file() else None
    assert after == before, "nothing is created or repaired behind the shop's back"


def test_f10_damage_met_while_selling_is_a_sentence(copy_of: Callable[[str], Path], clock: FixedClock) -> None:
    """A file that rots under a running till: the sale is refused, not half written."""
    path = copy_of("rotting.db")
    database = Database.connect(str(path))
    shop = a_shop(database, clock)
    shop.product("Oil", "10.00")
    basket = shop.basket("Oil")
    database.close()
    content = bytearray(path.read_bytes())
    for page in range(8, len(content) // 4096):
        content[page * 4096 : page * 4096 + 200] = os.urandom(200)
    path.write_bytes(bytes(content))
    with pytest.raises(DatabaseProblem):
        shop.checkout.complete(shop.till, basket, [shop.cash("10.00")], 1000)
    database.engine.dispose()


def test_f14_two_programs_on_one_file_both_sell(sqlite_db: Database, clock: FixedClock) -> None:
    """The second copy works safely; nobody reads "database is locked"."""
    shop = a_shop(sqlite_db, clock)
    shop.product("Oil", "10.00")
    code = (
        "import sys; from uuid import uuid4; from datetime import UTC, datetime\n"
        "from app.clock import FixedClock; from app.checkout.service import CheckoutService\n"
        "from app.checkout.sessions import SessionService; from app.checkout import basket as steps\n"
        "from app.checkout.model import Tender, TenderKind; from app.staff.model import with_all_rights\n"
        "from app.money import Money; from db.schema import open_shop\n"
        "database = open_shop(sys.argv[1]); clock = FixedClock(datetime(2026, 3, 14, 12, tzinfo=UTC))\n"
        "till = SessionService(database, clock).open(with_all_rights(1, 'Grace'), 2, Money(0, 'USD'), "
        "request_id=uuid4())\n"
        "checkout = CheckoutService(database, clock); print('ready', flush=True); sys.stdin.readline()\n"
        "for _ in range(12):\n"
        "    basket, _line = steps.add_item(steps.new_basket(uuid4(), clock.now()), checkout.item(1))\n"
        "    checkout.complete(till, basket, [Tender(TenderKind.CASH)], 1000)\n"
        "database.close(); print('sold', flush=True)\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(sqlite_db.file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert other.stdin is not None
    assert other.stdout is not None
    assert other.stdout.readline().strip() == "ready"
    other.stdin.write("go\n")
    other.stdin.flush()
    for _ in range(12):
        shop.sell("Oil")
    assert other.stdout.readline().strip() == "sold"
    assert other.wait(30) == 0
    assert shop.one("SELECT count(*) FROM sale") == 24
    check_books(sqlite_db)


def test_f14_a_lock_held_too_long_is_a_sentence(
    sqlite_db: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:  # F16
    shop = a_shop(sqlite_db, clock)
    shop.product("Oil", "10.00")
    basket = shop.basket("Oil")
    other = sqlite3.connect(str(sqlite_db.file), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr("db.engine.BUSY_TIMEOUT_MS", 100)
    impatient = Database.connect(str(sqlite_db.file))
    till = CheckoutService(impatient, clock)
    with pytest.raises(DatabaseBusy, match="busy"):
        till.complete(shop.till, basket, [shop.cash("10.00")], 1000)
    other.execute("ROLLBACK")
    other.close()
    assert till.complete(shop.till, basket, [shop.cash("10.00")], 1000).number_text == "R1-000001"
    impatient.close()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root writes to read-only files")
def test_f9_a_read_only_file_is_a_sentence(copy_of: Callable[[str], Path], clock: FixedClock) -> None:
    path = copy_of("readonly.db")
    path.chmod(stat.S_IRUSR)
    with pytest.raises(DatabaseProblem, match="only be read"):
        open_shop(str(path))
