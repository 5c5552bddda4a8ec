"""A backup is complete or not there; a restored shop is checked before it gets the shop's name."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.backup.archive import ArchiveReader, ArchiveWriter
from app.backup.model import MANIFEST, BackupDamaged, BackupNotWritten, Manifest, RestoreRefused
from app.backup.nightly import thin_out
from app.backup.restore import RESTORING, restore, series_code, swap
from app.backup.service import BackupService, look_into
from app.clock import FixedClock
from app.customers.service import CustomerService
from app.doctor.service import examine
from app.errors import InvalidInput, NotPermitted
from app.staff.model import Actor, with_all_rights
from db.errors import DatabaseProblem
from db.schema import open_shop
from db.uow import Database
from tests.conftest import NOON

BOTH = pytest.mark.parametrize("own_demo_url", ["sqlite", "postgresql"], indirect=True)
BOTH_PLACES = pytest.mark.parametrize(
    ("own_demo_url", "empty_place"), [("sqlite", "sqlite"), ("postgresql", "postgresql")], indirect=True
)
SPEND_MORE = (
    "UPDATE customer_stats SET spend_minor = spend_minor + 1 "
    "WHERE customer_id = (SELECT min(customer_id) FROM customer_stats)"
)
ANNE = with_all_rights(1, "Anne")


@pytest.fixture
def later() -> FixedClock:
    return FixedClock(NOON + timedelta(hours=3))


def backup_of(url: str, place: Path, clock: FixedClock) -> Path:
    database = open_shop(url)
    try:
        return BackupService(database, clock).make(place / "shop.regulars").path
    finally:
        database.engine.dispose()


def facts_of(url: str) -> dict[str, object]:
    """What must be the same in a restored shop."""
    database = Database.connect(url)
    tables = ("sale", "sale_line", "sale_share", "value_entry", "points_lot", "coupon_use", "customer", "product_tag")
    try:
        counts: dict[str, object] = {table: database.scalar(f"SELECT count(*) FROM {table}") for table in tables}
        counts["money"] = database.scalar("SELECT sum(total_minor) FROM sale")
        counts["balance"] = database.scalar("SELECT sum(balance_minor) FROM value_account")
        counts["chain"] = database.scalar("SELECT max(hash) FROM journal WHERE kind = 'sale'")
        return counts
    finally:
        database.engine.dispose()


@BOTH_PLACES
def test_what_was_backed_up_comes_back_whole(
    own_demo_url: str, empty_place: str, tmp_path: Path, later: FixedClock
) -> None:  # F17
    before = facts_of(own_demo_url)
    made = backup_of(own_demo_url, tmp_path, later)
    assert oct(made.stat().st_mode & 0o777) == "0o600"
    done = restore(made, empty_place, later)
    assert facts_of(empty_place) == before
    assert (done.epoch, done.sales_lost, done.spent) == (2, 0, ())
    database = open_shop(empty_place)
    report = examine(database)
    assert report.clean, [finding.name for finding in report.broken]
    customer = CustomerService(database, later).quick_add("Nora", by=ANNE)  # keys go on behind the restored ones
    assert database.scalar("SELECT max(id) FROM customer") == customer.id
    assert CustomerService(database, later).search("nora", by=ANNE) != ()
    database.engine.dispose()


@BOTH
def test_a_backup_taken_while_others_write_is_one_moment_of_the_shop(
    own_demo_url: str, tmp_path: Path, later: FixedClock, request: pytest.FixtureRequest
) -> None:  # F17
    database = open_shop(own_demo_url)
    stop = threading.Event()
    added: list[int] = []

    def sell() -> None:
        service = CustomerService(database, later)
        while not stop.is_set():
            added.append(service.quick_add(f"Busy {len(added)}", by=ANNE).id)

    thread = threading.Thread(target=sell)
    thread.start()
    try:
        while not added:
            time.sleep(0.005)
        for number in range(3):
            before = len(added)
            made = BackupService(database, later).make(tmp_path / f"{number}.regulars")
            after = len(added) + 1
            with ArchiveReader(made.path) as archive:
                archive.verify()
            if database.is_sqlite:
                place = str(tmp_path / f"copy{number}.db")
                restore(made.path, place, later)
                copied = Database.connect(place)
                found = int(str(copied.scalar("SELECT count(*) FROM customer WHERE first_name LIKE 'Busy%'")))
                assert copied.scalar("SELECT count(*) FROM customer_event WHERE kind = 'created'") == found + 60
                copied.engine.dispose()
                assert before <= found <= after
    finally:
        stop.set()
        thread.join()
    assert len(added) > 3
    database.engine.dispose()


@BOTH
def test_a_stopped_backup_leaves_nothing_and_keeps_the_last_one(
    own_demo_url: str, tmp_path: Path, later: FixedClock
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    good = backup_of(own_demo_url, folder, later).read_bytes()
    database = open_shop(own_demo_url)

    def stop(_what: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        BackupService(database, later).make(folder / "shop.regulars", progress=stop)
    database.engine.dispose()
    assert [path.name for path in folder.iterdir()] == ["shop.regulars"]
    assert (folder / "shop.regulars").read_bytes() == good


_LOOP = """
import sys
from pathlib import Path
from app.backup.service import BackupService
from app.clock import SystemClock
from db.errors import DatabaseProblem
from db.schema import open_shop
service = BackupService(open_shop(sys.argv[1]), SystemClock())
print("ready", flush=True)
while True:
    service.make(Path(sys.argv[2]))
"""


def test_a_killed_backup_is_never_taken_for_a_good_one(demo_file: Path, tmp_path: Path, later: FixedClock) -> None:
    """F17: killed at five moments spread over several backups."""
    shutil.copyfile(demo_file, tmp_path / "own.db")
    folder = tmp_path / "backups"
    folder.mkdir()
    target = folder / "shop.regulars"
    rng = random.Random(17)
    finished = 0
    for _ in range(5):
        child = subprocess.Popen(
            [sys.executable, "-c", _LOOP, str(tmp_path / "own.db"), str(target)], stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(rng.uniform(0.01, 0.7))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        for part in folder.glob("*.part"):
            with pytest.raises(BackupDamaged):
                look_into(part)
        if target.exists():
            look_into(target)
            finished += 1
    assert finished
    restore(target, str(tmp_path / "back.db"), later)
    assert facts_of(str(tmp_path / "back.db")) == facts_of(str(tmp_path / "own.db"))


def test_a_damaged_backup_is_refused_and_changes_nothing(demo_file: Path, tmp_path: Path, later: FixedClock) -> None:
    shutil.copyfile(demo_file, tmp_path / "own.db")
    whole = backup_of(str(tmp_path / "own.db"), tmp_path, later).read_bytes()
    rng = random.Random(3)
    place = tmp_path / "bad.regulars"
    refused = 0
    damages = [whole[: rng.randrange(len(whole))] for _ in range(6)]
    for _ in range(24):
        at = rng.randrange(len(whole))
        damages.append(whole[:at] + bytes([whole[at] ^ (1 << rng.randrange(8))]) + whole[at + 1 :])
    damages += [b"", b"no zip at all" * 100]
    for content in damages:
        place.write_bytes(content)
        target = tmp_path / "target.db"
        try:
            restore(place, str(target), later)
        except BackupDamaged:
            refused += 1
            assert not target.exists()
        else:  # the byte lay where no meaning is: what came back must be whole
            assert facts_of(str(target)) == facts_of(str(tmp_path / "own.db"))
            for path in tmp_path.glob("target*"):
                path.unlink()
        assert not list(tmp_path.glob("*.restoring*"))
    assert refused > 25


def rewritten(source: Path, target: Path, **changes: object) -> Path:
    """The same backup with another manifest."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == MANIFEST:
                content = json.dumps(json.loads(content) | changes).encode()
            new.writestr(name, content)
    return target


@BOTH_PLACES
def test_a_backup_of_another_version_or_with_another_journal_is_refused(
    own_demo_url: str, empty_place: str, tmp_path: Path, later: FixedClock
) -> None:  # F10, V24
    made = backup_of(own_demo_url, tmp_path, later)
    newer = rewritten(made, tmp_path / "newer.regulars", revision="9999")
    with pytest.raises(RestoreRefused, match="newer version"):
        restore(newer, empty_place, later)
    with pytest.raises(BackupDamaged, match="newer version"):
        restore(rewritten(made, tmp_path / "format.regulars", format=2), empty_place, later)
    heads = json.loads(zipfile.ZipFile(made).read(MANIFEST))["registers"]
    heads[0]["journal_head"] = "0" * 64
    with pytest.raises(BackupDamaged, match="journals"):
        restore(rewritten(made, tmp_path / "head.regulars", registers=heads), empty_place, later)
    restore(made, empty_place, later)


@BOTH
def test_a_broken_shop_does_not_replace_a_sound_one(own_demo_url: str, tmp_path: Path, later: FixedClock) -> None:
    database = Database.connect(own_demo_url)
    with database.write() as uow:
        uow.connection.exec_driver_sql(SPEND_MORE)
        uow.commit()
    database.close()
    made = backup_of(own_demo_url, tmp_path, later)
    database = Database.connect(own_demo_url)
    with database.write() as uow:
        uow.connection.exec_driver_sql(SPEND_MORE.replace("+ 1", "- 1"))
        uow.commit()
    database.close()
    with pytest.raises(BackupDamaged, match="V33"):
        restore(made, own_demo_url, later, replace=True)
    database = open_shop(own_demo_url)
    assert examine(database).clean
    assert database.scalar("SELECT epoch FROM shop") == 1
    database.engine.dispose()


@BOTH
def test_an_older_backup_begins_a_new_series_and_tells_what_was_spent_since(
    own_demo_url: str, tmp_path: Path, later: FixedClock
) -> None:  # F18
    made = backup_of(own_demo_url, tmp_path, later)
    database = Database.connect(own_demo_url)
    with database.write() as uow:
        card = uow.connection.exec_driver_sql(
            "SELECT id, last_four FROM value_account WHERE balance_minor > 500 AND status = 'active' "
            "ORDER BY id LIMIT 1"
        ).one()
        uow.connection.exec_driver_sql(
            f"UPDATE value_account SET balance_minor = balance_minor - 400 WHERE id = {card[0]}"
        )
        uow.commit()
    numbers = database.scalar("SELECT max(number) FROM sale WHERE register_id = 1")
    database.close()
    later.advance(days=1)
    done = restore(made, own_demo_url, later, replace=True)
    assert [one.shown for one in done.spent] == [f"•••• {card[1]}"]
    assert done.spent[0].restored_minor - done.spent[0].left_minor == 400
    assert done.kept
    assert any(card[1] in sentence for sentence in done.sentences())
    database = open_shop(own_demo_url)
    assert examine(database).clean
    assert database.scalar("SELECT code FROM register WHERE id = 1") == "R1E2"
    assert database.scalar("SELECT next_number FROM register WHERE id = 1") == int(str(numbers)) + 1
    assert database.scalar("SELECT count(*) FROM journal WHERE kind = 'restored'") == 4
    assert database.scalar("SELECT epoch FROM shop") == 2
    database.engine.dispose()
    again = restore(made, own_demo_url, later, replace=True)  # the same old backup once more: another series
    assert again.epoch == 3


@BOTH
def test_what_is_there_is_not_replaced_unasked(own_demo_url: str, tmp_path: Path, later: FixedClock) -> None:
    made = backup_of(own_demo_url, tmp_path, later)
    with pytest.raises(RestoreRefused):
        restore(made, own_demo_url, later)


def test_a_file_that_is_open_elsewhere_is_not_swapped(
    demo_file: Path, tmp_path: Path, later: FixedClock
) -> None:  # F14
    own = tmp_path / "own.db"
    shutil.copyfile(demo_file, own)
    made = backup_of(str(own), tmp_path, later)
    held = subprocess.Popen(
        [
            sys.executable, "-c",
            "import sys; from db.uow import Database; d = Database.connect(sys.argv[1]);"
            "c = d.engine.connect(); c.exec_driver_sql('SELECT count(*) FROM sale').all(); c.commit();"
            "print('open', flush=True); sys.stdin.read()",
            str(own),
        ],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert held.stdout is not None and held.stdin is not None
    held.stdout.readline()
    try:
        with pytest.raises(RestoreRefused, match="open in another program"):
            restore(made, str(own), later, replace=True)
    finally:
        held.stdin.close()
        held.wait()
        held.stdout.close()
    assert restore(made, str(own), later, replace=True).epoch == 2
    kept = [path for path in tmp_path.iterdir() if ".before-" in path.name]
    assert len(kept) == 1
    assert facts_of(str(kept[0])) == facts_of(str(own))


@pytest.mark.parametrize(
    ("own_demo_url", "empty_place"), [("sqlite", "postgresql"), ("postgresql", "sqlite")], indirect=True
)
def test_a_backup_goes_back_into_its_own_kind(
    own_demo_url: str, empty_place: str, tmp_path: Path, later: FixedClock
) -> None:
    made = backup_of(own_demo_url, tmp_path, later)
    with pytest.raises(RestoreRefused, match="goes back into one"):
        restore(made, empty_place, later)


@BOTH
def test_a_stopped_restore_leaves_the_shop_as_it_was(own_demo_url: str, tmp_path: Path, later: FixedClock) -> None:
    made = backup_of(own_demo_url, tmp_path, later)
    before = facts_of(own_demo_url)
    for moment in (1, 12, 40):
        seen: Iterator[int] = iter(range(10_000))

        def stop(_what: str, _done: int, _total: int, at: int = moment, count: Iterator[int] = seen) -> None:
            if next(count) == at:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            restore(made, own_demo_url, later, replace=True, progress=stop)
        assert facts_of(own_demo_url) == before
    assert not list(tmp_path.glob("*.restoring*"))


def test_an_encrypted_shop_is_backed_up_encrypted(tmp_path: Path, later: FixedClock) -> None:
    from app.shop.filekey import new_key
    from app.shop.model import ShopDraft
    from app.shop.setup import set_up
    from app.staff.pins import Argon2Pins
    from db.schema import create_schema

    key = new_key().for_database()
    database = create_schema(str(tmp_path / "own.db"), key=key)
    set_up(database, ShopDraft("Larkfield", "9753"), later, pins=Argon2Pins(time_cost=1, memory_kib=8))
    CustomerService(database, later).quick_add("Zebedee", by=ANNE)
    made = BackupService(database, later).make(tmp_path / "s.regulars")
    database.close()
    with ArchiveReader(made.path) as archive:
        inside = b"".join(piece for entry in archive.manifest.entries for piece in archive.pieces(entry))
    assert b"Zebedee" not in inside
    assert not inside.startswith(b"SQLite format 3")
    restore(made.path, str(tmp_path / "back.db"), later, key=key)
    back = open_shop(str(tmp_path / "back.db"), key=key)
    assert back.scalar("SELECT first_name FROM customer") == "Zebedee"
    back.close()


def test_places_that_cannot_be_and_rights(sqlite_db: Database, tmp_path: Path, later: FixedClock) -> None:
    service = BackupService(sqlite_db, later)
    with pytest.raises(InvalidInput, match="no folder"):
        service.make(tmp_path / "not there" / "x.regulars")
    with pytest.raises(InvalidInput, match="is a folder"):
        service.make(tmp_path)
    with pytest.raises(NotPermitted):
        service.make(tmp_path / "x.regulars", by=Actor(2, "Carl", "cashier", {}))


@pytest.mark.parametrize("name", ["shop.db", "letter.txt", "cut.regulars"])
def test_only_a_backup_makes_room_for_a_backup(
    sqlite_db: Database, tmp_path: Path, later: FixedClock, name: str
) -> None:
    """The worst slip of the hand: the shop's own file named as the backup's."""
    place = tmp_path / name
    if not name.startswith("shop"):
        place.write_bytes(b"Dear Sir or Madam")
    before = place.read_bytes()
    with pytest.raises(InvalidInput, match="no backup"):
        BackupService(sqlite_db, later).make(place)
    assert place.read_bytes() == before


def test_a_newer_backup_takes_the_place_of_an_older_one(sqlite_db: Database, tmp_path: Path, later: FixedClock) -> None:
    with sqlite_db.write() as uow:
        uow.connection.exec_driver_sql("INSERT INTO brand (name) VALUES ('Acme')")
        uow.commit()
    service = BackupService(sqlite_db, later)
    first = service.make(tmp_path / "b.regulars")
    later.advance(hours=1)
    assert service.make(tmp_path / "b.regulars").taken_at > first.taken_at


@pytest.mark.parametrize("room", [200_000, 1_500_000])
def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    demo_file: Path, tmp_path: Path, later: FixedClock, room: int
) -> None:  # F5, F7: while the shop is copied, and while it is packed
    import resource

    database = open_shop(str(demo_file))
    folder = tmp_path / "backups"
    folder.mkdir()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        with pytest.raises((BackupNotWritten, DatabaseProblem)) as refused:
            BackupService(database, later).make(folder / "b.regulars")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        database.engine.dispose()
    assert str(refused.value).endswith(".")
    assert list(folder.iterdir()) == []


def test_a_backup_with_a_trigger_of_its_own_is_refused(demo_file: Path, tmp_path: Path, later: FixedClock) -> None:
    """It would run with every sale of the restored shop."""
    shutil.copyfile(demo_file, tmp_path / "own.db")
    own = Database.connect(str(tmp_path / "own.db"))
    with own.write() as uow:
        uow.connection.exec_driver_sql("CREATE TRIGGER thief AFTER INSERT ON sale BEGIN DELETE FROM outbox; END")
        uow.commit()
    own.close()
    backup = backup_of(str(tmp_path / "own.db"), tmp_path, later)
    with pytest.raises(BackupDamaged, match="not this program's"):
        restore(backup, str(tmp_path / "back.db"), later)
    assert not (tmp_path / "back.db").exists()


def test_every_wrong_byte_is_noticed_or_means_nothing(tmp_path: Path) -> None:
    """Whatever the zip library makes of a header, a stranger's file is refused with a sentence."""
    with ArchiveWriter(tmp_path / "a.regulars") as archive:
        archive.add("shop.db", [b"the shop" * 40])
        manifest = Manifest("sqlite", NOON, "Shop", "0001", 1, "1", 0, (), tuple(archive.entries))
        archive.finish(manifest)
    whole = (tmp_path / "a.regulars").read_bytes()
    place, refused = tmp_path / "bad.regulars", 0
    for at in range(len(whole)):
        for wrong in (0x00, 0xFF, whole[at] ^ 0x01):
            place.write_bytes(whole[:at] + bytes([wrong]) + whole[at + 1 :])
            try:
                with ArchiveReader(place) as read:
                    read.verify()
                    assert b"".join(read.pieces(read.manifest.entries[0])) == b"the shop" * 40
            except BackupDamaged:
                refused += 1
    assert refused > len(whole)


def test_a_damaged_shop_is_kept_with_its_wal(tmp_path: Path) -> None:
    """SQLite folds a sound shop's WAL in; what it could not fold may be all that can be saved."""
    for name in ("own.db", "own.db-wal", "own.db-shm", "own.db.restoring"):
        (tmp_path / name).write_text(name)
    kept = swap(tmp_path / "own.db.restoring", tmp_path / "own.db", NOON)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "own.db": "own.db.restoring", kept: "own.db", kept + "-wal": "own.db-wal",
    }  # fmt: skip


@pytest.mark.parametrize("can_link", [True, False])
def test_a_swap_that_fails_leaves_the_old_shop_under_its_name(
    demo_file: Path, tmp_path: Path, later: FixedClock, monkeypatch: pytest.MonkeyPatch, can_link: bool
) -> None:
    shutil.copyfile(demo_file, tmp_path / "own.db")
    backup = backup_of(str(tmp_path / "own.db"), tmp_path, later)
    before = facts_of(str(tmp_path / "own.db"))
    rename = Path.replace

    def refused(self: Path, target: Path) -> Path:
        if self.name.endswith(RESTORING):
            raise OSError(5, "Input/output error")
        return rename(self, target)

    def no_link(_one: object, _two: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(Path, "replace", refused)
    if not can_link:
        monkeypatch.setattr("os.link", no_link)
    with pytest.raises(RestoreRefused, match="Nothing was changed"):
        restore(backup, str(tmp_path / "own.db"), later, replace=True)
    assert facts_of(str(tmp_path / "own.db")) == before
    assert not list(tmp_path.glob("*before*"))


def test_nightly_keeps_the_newest_and_clears_what_was_cut_short(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"shop-2026031{number}-020000.regulars").write_bytes(b"x")
    (tmp_path / "shop-20260310-020000.regulars.part").write_bytes(b"x")
    (tmp_path / "mine.regulars").write_bytes(b"x")
    assert thin_out(tmp_path, 2) == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "mine.regulars", "shop-20260314-020000.regulars", "shop-20260315-020000.regulars",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "epoch", "series"),
    [("R1", 2, "R1E2"), ("R1E2", 3, "R1E3"), ("R1E9", 10, "R1E10"), ("ABCDEFGHIJKL", 2, "ABCDEFGHIJE2")],
)
def test_a_series_names_its_epoch(code: str, epoch: int, series: str) -> None:
    assert series_code(code, epoch) == series
