"""F2, F5, F6, F9, F11, F12, F52: what a disk, its rights and a short machine may do to a shop.

Each fault is real where the machine lets a test make it: a full disk is a small one mounted for a child process, a
folder that cannot be written is met by a child without rights, a sync that kills or fails is the kernel's, by strace.
"""

from __future__ import annotations

import ctypes
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from app.clock import FixedClock
from app.doctor.service import examine
from db.cipher import KEY_DIGITS, MARK
from db.errors import DatabaseFull, DatabaseProblem, DatabaseReadOnly, DatabaseUnavailable
from db.schema import create_schema, open_shop
from db.uow import Database
from tests.app.checkout.books import check_books
from tests.builders import ShopBuilder, a_shop
from tests.conftest import NOON

ROOT = Path(__file__).parents[2]
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")


def in_a_child(work: Callable[[], Any]) -> Any:
    """What `work` returned, in a forked process that may give up its rights; its failure is this test's."""
    context = get_context("fork")
    answers = context.SimpleQueue()

    def run() -> None:
        try:
            answers.put(("done", work()))
        except BaseException as error:
            answers.put((type(error).__name__, str(error)))

    process = context.Process(target=run)
    process.start()
    how, answer = answers.get()
    process.join(60)
    if how == "Skipped":
        pytest.skip(answer)
    assert how == "done", (how, answer)
    return answer


def open_for_sale(path: Path) -> ShopBuilder:
    shop = a_shop(Database.connect(str(path)), FixedClock(NOON))
    shop.product("Oil", "10.00")
    return shop


# A full disk


def test_f5_no_room_for_another_page_refuses_the_sale_and_the_same_basket_sells_later(
    sqlite_db: Database, clock: FixedClock
) -> None:
    """SQLite's own limit of pages: its writes end as on a full disk, at whichever page comes next."""
    shop = a_shop(sqlite_db, clock)
    shop.product("Oil", "10.00")
    refused = 0
    for _ in range(60):
        basket = shop.basket("Oil")
        _limit_pages(sqlite_db, most=1)  # no fewer than there are: from now on none more
        try:
            shop.complete(basket, shop.cash("10.00"), shown=1000)
        except DatabaseFull as full:
            refused += 1
            assert "disk is full" in str(full)
            sold = shop.one("SELECT count(*) FROM sale")
            _limit_pages(sqlite_db, most=2**30)
            shop.complete(basket, shop.cash("10.00"), shown=1000)
            assert shop.one("SELECT count(*) FROM sale") == sold + 1
    assert refused >= 3
    check_books(sqlite_db)


def _limit_pages(database: Database, most: int) -> None:
    """For every connection of the pool: the program uses one after the other."""
    held = [database.engine.raw_connection() for _ in range(4)]
    for one in held:
        one.driver_connection.execute(f"PRAGMA max_page_count = {most}")
        one.close()


def _mount(kind: bytes, folder: Path, flags: int, options: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(kind, str(folder).encode(), kind, flags, options.encode()):
        pytest.skip(f"no mount here: {os.strerror(ctypes.get_errno())}")


def _own_mounts() -> None:
    """Mounts of this process are seen by nobody else; without rights, as the root of a name space of its own."""
    user, group = os.getuid(), os.getgid()
    clone_newns, clone_newuser, private_and_below = 0x20000, 0x10000000, 0x44000
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(clone_newns | (0 if user == 0 else clone_newuser)):
        pytest.skip(f"no name space here: {os.strerror(ctypes.get_errno())}")
    if user:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    if libc.mount(b"none", b"/", None, private_and_below, None):
        pytest.skip("mounts cannot be made private here")


@linux
def test_f6_on_a_disk_that_is_full_nothing_is_lost_and_room_is_enough_to_go_on(
    tmp_path: Path, sqlite_template: Path
) -> None:
    """Sold until the disk refuses; then it is made larger, and the same program sells the same basket."""
    folder = tmp_path / "small"
    folder.mkdir()

    def work() -> tuple[int, int, str]:
        remount = 0x20
        _own_mounts()
        _mount(b"tmpfs", folder, 0, f"size={sqlite_template.stat().st_size + 1_500_000}")
        shutil.copyfile(sqlite_template, folder / "shop.db")
        shop = open_for_sale(folder / "shop.db")
        acknowledged, said = 0, ""
        while not said:
            basket = shop.basket("Oil")
            try:
                shop.checkout.complete(shop.till, basket, [shop.cash("10.00")], 1000)
                acknowledged += 1
            except DatabaseProblem as full:
                said = str(full)
        assert shop.one("SELECT count(*) FROM sale") == acknowledged
        for _ in range(3):  # refused each time, and never half
            with pytest.raises(DatabaseProblem):
                shop.checkout.complete(shop.till, basket, [shop.cash("10.00")], 1000)
        _mount(b"tmpfs", folder, remount, "size=64m")
        shop.checkout.complete(shop.till, basket, [shop.cash("10.00")], 1000)
        check_books(shop.database)
        shop.database.close()
        database = open_shop(str(folder / "shop.db"))
        assert examine(database).clean
        return acknowledged, int(str(database.scalar("SELECT count(*) FROM sale"))), said

    acknowledged, stored, said = in_a_child(work)
    assert acknowledged > 10
    assert stored == acknowledged + 1
    assert "disk" in said


# A file or folder that cannot be written


@pytest.mark.skipif(os.name != "posix", reason="rights are POSIX rights here")
@pytest.mark.parametrize("closed", ["file", "folder", "both"])
def test_f9_a_shop_that_cannot_be_written_says_so_and_can_be_looked_at(sqlite_template: Path, closed: str) -> None:
    """As somebody who may only read, which root is not: a child gives its rights up first."""
    with tempfile.TemporaryDirectory(prefix="regulars-ro-") as name:
        folder = Path(name)
        path = folder / "shop.db"
        shutil.copyfile(sqlite_template, path)
        nobody = 65534 if os.geteuid() == 0 else None
        if nobody is not None:
            os.chown(path, nobody, nobody)
            os.chown(folder, nobody, nobody)
        path.chmod(0o444 if closed in ("file", "both") else 0o644)
        folder.chmod(0o555 if closed in ("folder", "both") else 0o755)
        before = path.read_bytes()

        def work() -> str:
            if nobody is not None:
                os.setgroups([])
                os.setgid(nobody)
                os.setuid(nobody)
            with pytest.raises(DatabaseReadOnly) as refused:
                open_shop(str(path))
            look = open_shop(str(path), read_only=True)
            assert look.scalar("SELECT count(*) FROM sale") == 0
            with pytest.raises(DatabaseProblem), look.write() as uow:
                uow.connection.exec_driver_sql("INSERT INTO brand (name) VALUES ('No')")
            look.engine.dispose()
            return str(refused.value)

        assert "only be read" in in_a_child(work)
        assert path.read_bytes() == before
        folder.chmod(0o755)


# Bytes that changed by themselves


def _a_sold_day(path: Path, key: str | None = None) -> None:
    database = create_schema(str(path), key=key)
    shop = a_shop(database, FixedClock(NOON))
    shop.tax("VAT", "10")
    for name in ("Oil", "Tea"):
        shop.product(name, "10.00", tax="VAT", category="Pantry")
    customer, card = shop.customer(), shop.gift_card("50.00")
    shop.points_program()
    for _ in range(4):
        shop.sell("Oil", "Tea", customer_id=customer, tenders=[shop.gift(card, "1.00"), shop.cash()])
    database.close()


MONEY = (
    "SELECT id, number_text, total_minor, tax_minor, customer_id FROM sale",
    "SELECT sale_id, position, quantity_milli, net_minor FROM sale_line",
    "SELECT sale_id, kind, amount_minor FROM sale_tender",
    "SELECT account_id, amount_minor, balance_after_minor FROM value_entry",
    "SELECT customer_id, points, balance_after FROM points_entry",
    "SELECT register_id, sequence, hash FROM journal",
)


def _money(database: Database) -> list[list[tuple[Any, ...]]]:
    with database.read() as uow:
        return [sorted(map(tuple, uow.connection.exec_driver_sql(sql))) for sql in MONEY]


def _verdict(path: Path, whole: list[list[tuple[Any, ...]]], key: str | None = None) -> str:
    """How a shop with a wrong byte ends: refused, found broken, or with every sum as it was."""
    try:
        database = open_shop(str(path), key=key)
    except DatabaseProblem as problem:
        assert str(problem).endswith(".")
        return "refused"
    try:
        if not examine(database).clean:
            return "found"
        return "harmless" if _money(database) == whole else "UNSEEN"
    except DatabaseProblem as problem:
        assert str(problem).endswith(".")
        return "refused"
    finally:
        database.engine.dispose()


def _flips(content: bytes, many: int, page_size: int = 4096) -> Iterator[tuple[int, int]]:
    """Places and wrong bytes: of each kind of page in turn, its head and somewhere in it."""
    dice = random.Random(11)
    kinds: dict[int, list[int]] = {}
    for start in range(0, len(content), page_size):
        kinds.setdefault(content[start], []).append(start)
    pages = [dice.choice(starts) for _ in range(many) for starts in kinds.values()][:many]
    for number, page in enumerate(pages):
        within = dice.randrange(0, 12) if number % 3 == 0 else dice.randrange(page_size)
        place = min(page + within, len(content) - 1)
        yield place, content[place] ^ (1 << dice.randrange(8))


def _flip_and_look(folder: Path, many: int, key: str | None = None) -> dict[str, int]:
    _a_sold_day(folder / "whole.db", key)
    database = open_shop(str(folder / "whole.db"), key=key)
    whole = _money(database)
    database.close()
    content = (folder / "whole.db").read_bytes()
    told: dict[str, int] = {}
    for place, wrong in _flips(content, many):
        spoilt = bytearray(content)
        spoilt[place] = wrong
        (folder / "spoilt.db").write_bytes(bytes(spoilt))
        verdict = _verdict(folder / "spoilt.db", whole, key)
        assert verdict != "UNSEEN", f"byte {place} is {wrong}: the sums changed and nobody noticed"
        told[verdict] = told.get(verdict, 0) + 1
        for left in folder.glob("spoilt.db-*"):
            left.unlink()
    return told


def test_f11_a_wrong_byte_is_found_or_changes_no_sum(tmp_path: Path) -> None:
    told = _flip_and_look(tmp_path, 16)
    assert told.get("refused", 0) + told.get("found", 0) > 0, told


def test_f11_in_an_encrypted_shop_every_wrong_byte_that_is_read_is_refused(tmp_path: Path) -> None:
    """Each of its pages carries a seal: none is read with a wrong byte in it, so nothing can be merely harmless."""
    head = (MARK + bytes(8)).hex()
    told = _flip_and_look(tmp_path, 6, key="5" * (KEY_DIGITS - len(head)) + head)
    assert set(told) <= {"refused", "found"}, told


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_f11_a_thousand_wrong_bytes(tmp_path: Path) -> None:
    _flip_and_look(tmp_path, 1000)


# The log beside the file


def _as_killed(folder: Path, name: str, before: int, after: int) -> Path:
    """A shop as a killed program leaves it: `before` sales folded into the file, `after` only in its log."""
    create_schema(str(folder / f"{name}.db")).close()
    shop = open_for_sale(folder / f"{name}.db")
    for _ in range(before):
        shop.sell("Oil")
    shop.database.checkpoint()
    for _ in range(after):
        shop.sell("Oil")
    killed = folder / f"{name}-killed.db"
    for ending in ("", "-wal"):
        shutil.copyfile(folder / f"{name}.db{ending}", f"{killed}{ending}")
    shop.database.close()
    return killed


def test_f12_a_log_taken_away_leaves_a_whole_shop_of_an_earlier_moment(tmp_path: Path) -> None:
    """Never half of one. What is missing is told by a kept Z report or backup (`regulars verify`), not by the file."""
    killed = _as_killed(tmp_path, "a", 4, 3)
    killed.with_name(killed.name + "-wal").unlink()
    database = open_shop(str(killed))
    assert database.scalar("SELECT count(*) FROM sale") == 4
    assert examine(database).clean
    database.close()


def test_f12_the_log_of_another_shop_is_found(tmp_path: Path) -> None:
    mine, other = _as_killed(tmp_path, "a", 40, 1), _as_killed(tmp_path, "b", 2, 1)
    shutil.copyfile(f"{other}-wal", f"{mine}-wal")
    assert _verdict(mine, whole=[]) in ("refused", "found")


# A machine that is short of everything


@pytest.mark.skipif(os.name != "posix", reason="limits are POSIX limits here")
def test_f52_without_another_file_the_sale_is_refused_and_sells_when_there_is_one(
    tmp_path: Path, sqlite_template: Path
) -> None:
    path = Path(shutil.copyfile(sqlite_template, tmp_path / "shop.db"))

    def work() -> tuple[str, str]:
        shop = open_for_sale(path)
        basket = shop.basket("Oil")
        shop.database.engine.dispose()  # as at a start: the next sale has to open the file
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        try:
            with pytest.raises(DatabaseUnavailable) as refused:
                shop.checkout.complete(shop.till, basket, [shop.cash("10.00")], 1000)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        number = shop.checkout.complete(shop.till, basket, [shop.cash("10.00")], 1000).number_text
        check_books(shop.database)
        return str(refused.value), number

    said, number = in_a_child(work)
    assert "cannot be opened" in said
    assert number == "R1-000001"


def test_f52_a_shop_needs_no_folder_for_temporary_files(
    sqlite_db: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path / "gone"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    shop = a_shop(sqlite_db, clock)
    shop.product("Oil", "10.00")
    shop.sell(("Oil", 3))
    assert examine(sqlite_db).clean


# The kernel refuses, or kills, at exactly one call

SELLER = """
    import sys
    from datetime import UTC, datetime
    from uuid import uuid4
    from app.checkout import basket as steps
    from app.checkout.model import Tender, TenderKind
    from app.checkout.service import CheckoutService
    from app.checkout.sessions import SessionService
    from app.clock import FixedClock
    from app.staff.model import with_all_rights
    from db.errors import DatabaseProblem
    from db.uow import Database

    clock = FixedClock(datetime(2026, 3, 14, 12, tzinfo=UTC))
    database = Database.connect(sys.argv[1])
    till = SessionService(database, clock).context(with_all_rights(1, "Grace"), 1)
    checkout = CheckoutService(database, clock)
    item = checkout.item(1)
    print("ready", flush=True)
    for _ in range(3):
        basket, _line = steps.add_item(steps.new_basket(uuid4(), clock.now()), item)
        for _press in range(2):  # what a cashier does: reads the sentence, presses Pay again
            try:
                print("sold", checkout.complete(till, basket, [Tender(TenderKind.CASH)], 1000).number_text, flush=True)
                break
            except DatabaseProblem as problem:
                print("refused", problem, flush=True)
    database.checkpoint()
"""


@contextmanager
def _place_to_sell(tmp_path: Path, template: Path) -> Iterator[tuple[Path, Path]]:
    path, script = Path(shutil.copyfile(template, tmp_path / "shop.db")), tmp_path / "seller.py"
    open_for_sale(path).database.close()
    script.write_text(textwrap.dedent(SELLER))
    yield path, script
    for left in tmp_path.glob("shop.db*"):
        left.unlink()


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
@pytest.mark.parametrize(
    ("calls", "fault"),
    [
        ("fdatasync,fsync", "signal=SIGKILL"),  # F2
        ("pwrite64", "signal=SIGKILL"),
        ("fdatasync,fsync", "error=EIO"),  # F4
        ("pwrite64", "error=ENOSPC"),  # F5
        ("pwrite64", "error=EIO"),
    ],
)
def test_f2_f4_f5_at_every_single_call_of_the_kernel(
    tmp_path: Path, sqlite_template: Path, calls: str, fault: str
) -> None:
    """The k-th sync or write kills the program or fails, for each k there is: every sale acknowledged is there once."""
    trace = tmp_path / "trace"
    for k in range(1, 500):
        with _place_to_sell(tmp_path, sqlite_template) as (path, script):
            done = subprocess.run(
                ["strace", "-f", "-o", str(trace), "-e", f"trace={calls}", "-e", f"inject={calls}:{fault}:when={k}",
                 sys.executable, str(script), str(path)],
                cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
            )  # fmt: skip
            told = [line.split() for line in done.stdout.splitlines()]
            sold = [words[1] for words in told if words[0] == "sold"]
            database = open_shop(str(path))
            check_books(database)
            with database.read() as uow:
                stored = list(uow.connection.exec_driver_sql("SELECT number_text FROM sale ORDER BY number").scalars())
            database.close()
            assert stored[: len(sold)] == sold, (k, done.stdout, done.stderr[-500:])
            assert len(stored) - len(sold) <= (1 if "KILL" in fault else 0)
        if done.returncode == 0 and "INJECTED" not in trace.read_text():
            assert len(sold) == 3
            break
    assert k > 3, "the fault never struck"
