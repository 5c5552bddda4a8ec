"""An encrypted shop: made, opened, copied and restored without a readable byte, and killed at every step of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from app.backup.archive import ArchiveReader
from app.backup.nightly import run_nightly
from app.backup.restore import restore
from app.backup.service import BackupService
from app.backup.upgrade import upgrade_with_copy
from app.clock import FixedClock
from app.customers.service import CustomerService
from app.doctor.service import examine
from app.errors import NotFound, NotPermitted
from app.shop import encryption, filekey, setup
from app.shop.encryption import EncryptionService, encrypt_file, encrypt_shop
from app.shop.filekey import FileKey, KeyStore, key_at, new_key, open_shop, take_key
from app.shop.setup import create_encrypted_shop, create_shop
from app.shop.verdict import Next, check_database
from app.staff.model import Actor, with_all_rights
from db import schema
from db.cipher import head_in
from db.errors import DatabaseBusy, DatabaseDamaged, DatabaseProblem, KeyNeeded, NotAShop, WrongKey
from db.looking import Found
from db.queries import sealing
from tests.app.shop.test_filekey import forget
from tests.app.shop.test_setup import CHEAP, DRAFT
from tests.conftest import NOON

MOYA = with_all_rights(1, "Moya", register_id=1, outlet_id=1)
SECRETS = (b"Zebedee", b"Quillfeather", b"Green Door", b"Market Street", b"Moya", b"CREATE TABLE", b"SQLite format")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyStore:
    """As the program makes it, but in this folder and without the keyring of whoever runs the tests."""
    monkeypatch.setattr("app.shop.local.config_path", lambda: tmp_path / "config" / "regulars.toml")
    monkeypatch.setattr("keyring.get_password", lambda *_: None)
    monkeypatch.setattr("keyring.set_password", lambda *_: None)
    return KeyStore()


@pytest.fixture
def key() -> FileKey:
    return new_key()


@pytest.fixture
def shop_file(tmp_path: Path, store: KeyStore, key: FileKey, clock: FixedClock) -> Path:
    file = tmp_path / "data" / "shop.db"
    database = create_encrypted_shop(file, DRAFT, clock, key, pins=CHEAP)
    CustomerService(database, clock).quick_add("Zebedee Quillfeather", by=MOYA)
    database.close()
    return file


def readable(folder: Path) -> list[tuple[str, bytes]]:
    """Planted names found in any file below `folder`, inside backups too."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            pieces = [path.read_bytes()]
            if path.suffix == ".regulars":
                with ArchiveReader(path) as archive:
                    pieces += [b"".join(archive.pieces(entry)) for entry in archive.manifest.entries]
            found += [(path.name, secret) for secret in SECRETS if any(secret in piece for piece in pieces)]
    return found


def test_a_plain_shop_shows_what_the_search_would_find(tmp_path: Path, clock: FixedClock) -> None:
    """The control: without it the searches below could find nothing anywhere."""
    database = create_shop(str(tmp_path / "plain.db"), DRAFT, clock, pins=CHEAP)
    CustomerService(database, clock).quick_add("Zebedee Quillfeather", by=MOYA)
    BackupService(database, clock).make(tmp_path / "plain.regulars")
    database.close()
    assert {secret for name, secret in readable(tmp_path) if name == "plain.db"} == set(SECRETS)
    assert "plain.regulars" in {name for name, _ in readable(tmp_path)}


def test_file_log_and_backup_hold_no_readable_name(shop_file: Path, clock: FixedClock) -> None:
    database = open_shop(str(shop_file))
    for number in range(50):
        CustomerService(database, clock).quick_add(f"Zebedee Quillfeather {number}", by=MOYA)
    assert shop_file.with_name("shop.db-wal").stat().st_size > 0
    seen: list[tuple[str, bytes]] = []
    BackupService(database, clock).make(
        shop_file.with_name("b.regulars"), progress=lambda *_: seen.extend(readable(shop_file.parent))
    )
    assert seen == []  # nor while it was made
    assert readable(shop_file.parent) == []
    assert database.scalar("SELECT count(*) FROM customer") == 51
    database.close()
    assert {oct(path.stat().st_mode & 0o777) for path in shop_file.parent.iterdir()} == {"0o600"}


def test_it_opens_by_itself_also_where_it_was_moved_to(shop_file: Path, tmp_path: Path) -> None:
    moved = shop_file.rename(tmp_path / "elsewhere.db")
    database = open_shop(str(moved))
    assert database.scalar("SELECT first_name FROM customer") == "Zebedee Quillfeather"
    assert examine(database).clean
    database.close()
    assert check_database(str(moved)).next is Next.OPEN


def test_twenty_connections_cost_less_than_one_stretching_of_a_passphrase(shop_file: Path, key: FileKey) -> None:
    """Why the key is given raw: SQLCipher would put a passphrase through this for every connection."""
    import hashlib
    import time

    started = time.perf_counter()
    hashlib.pbkdf2_hmac("sha512", b"a passphrase", b"salt", 256_000)
    stretching = time.perf_counter() - started
    started = time.perf_counter()
    assert all(sealing.opens(shop_file, key.for_database()) for _ in range(20))
    assert time.perf_counter() - started < stretching


def test_without_the_key_it_is_asked_for_and_nothing_is_written(shop_file: Path, store: KeyStore, key: FileKey) -> None:
    forget(key)
    before = _state(shop_file.parent)
    verdict = check_database(str(shop_file))
    assert (verdict.next, verdict.found) == (Next.UNLOCK, Found.LOCKED)
    assert verdict.sentence.startswith("The file shop.db is an encrypted shop")
    assert "recovery key" in verdict.sentence
    with pytest.raises(KeyNeeded, match=r"shop\.db is an encrypted shop"):
        open_shop(str(shop_file))
    with pytest.raises(WrongKey, match="another one"):
        take_key(str(shop_file), new_key().written())
    with pytest.raises(WrongKey):
        schema.open_shop(str(shop_file), key=new_key().for_database())
    assert _state(shop_file.parent) == before
    assert store.recall(key.head) is None
    take_key(str(shop_file), key.written().lower())
    assert store.recall(key.head) == key
    open_shop(str(shop_file)).close()


def _state(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("place", [3, 12, 200, 4096 * 3 + 7])
def test_a_damaged_file_is_told_from_a_wrong_key(shop_file: Path, store: KeyStore, key: FileKey, place: int) -> None:
    """F10, F11: the mark, the key's name, the first page, a later one."""
    data = bytearray(shop_file.read_bytes())
    data[place] ^= 0x40
    shop_file.write_bytes(data)
    if place == 12:  # the key's name in the head: not found by itself, so it has to be typed
        with pytest.raises(DatabaseDamaged, match="beginning of the file"):
            take_key(str(shop_file), key.written())
        return
    with pytest.raises(DatabaseDamaged):
        database = open_shop(str(shop_file))
        try:
            examine(database)
        finally:
            database.engine.dispose()


def test_a_shop_that_is_there_is_never_set_up_over(shop_file: Path, clock: FixedClock) -> None:
    before = shop_file.read_bytes()
    with pytest.raises(NotAShop):
        create_encrypted_shop(shop_file, DRAFT, clock, new_key(), pins=CHEAP)
    with pytest.raises(NotAShop):
        create_shop(str(shop_file), DRAFT, clock, pins=CHEAP)
    assert shop_file.read_bytes() == before


def test_an_empty_file_of_a_plain_set_up_makes_room(tmp_path: Path, store: KeyStore, clock: FixedClock) -> None:
    """With its log, which would be played into the encrypted file."""
    plain = create_shop(str(tmp_path / "x.db"), DRAFT, clock, pins=CHEAP)
    wal = (tmp_path / "x.db-wal").read_bytes()
    plain.close()
    file = tmp_path / "shop.db"
    file.touch()
    (tmp_path / "shop.db-wal").write_bytes(wal)
    database = create_encrypted_shop(file, DRAFT, clock, new_key(), pins=CHEAP)
    assert examine(database).clean
    database.close()


# --- Copies -------------------------------------------------------------------------------------------------------


def test_a_backup_goes_back_with_its_key_only(
    shop_file: Path, store: KeyStore, key: FileKey, clock: FixedClock, tmp_path: Path
) -> None:
    database = open_shop(str(shop_file))
    backup = BackupService(database, clock).make(tmp_path / "b.regulars").path
    database.close()
    target = tmp_path / "back" / "shop.db"
    target.parent.mkdir()
    with pytest.raises(KeyNeeded):
        restore(backup, str(target), clock)
    with pytest.raises(WrongKey):
        restore(backup, str(target), clock, key=new_key().for_database())
    assert list(target.parent.iterdir()) == []
    seen: list[tuple[str, bytes]] = []
    restore(
        backup, str(target), clock, key=key.for_database(), progress=lambda *_: seen.extend(readable(target.parent))
    )
    assert seen == []
    assert readable(target.parent) == []
    again = open_shop(str(target))  # the key that is remembered is the same
    assert again.scalar("SELECT first_name FROM customer") == "Zebedee Quillfeather"
    again.close()


def test_a_backup_replaces_a_shop_under_another_key_that_is_known(
    shop_file: Path, key: FileKey, clock: FixedClock, tmp_path: Path, store: KeyStore
) -> None:
    database = open_shop(str(shop_file))
    backup = BackupService(database, clock).make(tmp_path / "b.regulars").path
    database.close()
    other, there = new_key(), tmp_path / "there.db"
    create_encrypted_shop(there, DRAFT, clock, other, pins=CHEAP).close()
    with pytest.raises(KeyNeeded, match=r"there\.db"):
        restore(backup, str(there), clock, replace=True, key=key.for_database())
    assert head_in(there) == other.head
    restore(backup, str(there), clock, replace=True, key=key.for_database(), key_there=other.for_database())
    assert head_in(there) == key.head
    open_shop(str(there)).close()


def test_the_nightly_backup_and_the_copy_of_an_upgrade_are_encrypted(
    shop_file: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import io

    out = io.StringIO()
    assert run_nightly(str(shop_file), clock, out, key=key_at(str(shop_file))) == 0, out.getvalue()
    monkeypatch.setattr("app.backup.upgrade.look_for_shop", lambda *_a, **_k: "0000")
    assert "before-upgrade-0000" in upgrade_with_copy(str(shop_file), clock, key=key_at(str(shop_file)))
    copies = sorted(path.name for path in shop_file.parent.rglob("*.regulars"))
    assert len(copies) == 2
    assert readable(shop_file.parent) == []


# --- The sheet again ----------------------------------------------------------------------------------------------


def test_the_sheet_is_printed_again_by_who_may_and_the_journal_tells(
    shop_file: Path, store: KeyStore, key: FileKey, clock: FixedClock
) -> None:
    from app.paper.pdf import SHEETS, render_pdf

    database = open_shop(str(shop_file))
    service = EncryptionService(database, clock)
    assert (service.encrypted, service.possible) == (True, True)
    with pytest.raises(NotPermitted):
        service.sheet(Actor(2, "Carl", "cashier", {"backup.run": None}, 1, 1))
    found, sheet = service.sheet(MOYA)
    assert found == key
    texts = " ".join(str(block) for block in sheet.document.blocks)
    assert all(group in texts for group in key.groups)
    assert "Green Door Deli" in texts
    assert _pages(render_pdf(sheet.document, SHEETS[sheet.page])) == 1
    assert database.scalar("SELECT count(*) FROM journal WHERE kind = 'recovery_sheet' AND staff_id = 1") == 1
    assert not any(group in str(database.scalar("SELECT body FROM journal ORDER BY id DESC LIMIT 1"))
                   for group in key.groups)  # fmt: skip
    assert examine(database).clean
    forget(key)
    with pytest.raises(NotFound):
        service.sheet(MOYA)
    database.close()


def _pages(pdf: bytes) -> int:
    from app.paper.preview import pdf_pictures

    return len(pdf_pictures(pdf, dots_per_inch=30))


def test_the_square_code_on_the_sheet_reads_as_the_key(key: FileKey) -> None:
    import zxingcpp
    from PIL import Image

    from app.paper.pdf import A4, LETTER
    from app.paper.preview import page_pictures

    made = encryption.make_sheet("Café" * 40, key, NOON, locale="de_DE", zone="UTC", country="DE", file="/x/" * 40)
    for page in (A4, LETTER):
        (shown,) = page_pictures(made.document, page, dots_per_inch=150)
        image = Image.frombuffer("RGB", (shown.width, shown.height), shown.pixels, "raw", "BGRX", shown.stride)
        codes = zxingcpp.read_barcodes(image)
        assert [filekey.read_key(code.text) for code in codes] == [key]


def test_a_sheet_is_as_large_as_paper_is_there() -> None:
    from app.paper.recovery import page_size

    assert [page_size(country) for country in ("US", "ca", "DE", "")] == ["Letter", "Letter", "A4", "A4"]


# --- A plain shop is encrypted ------------------------------------------------------------------------------------


@pytest.fixture
def plain(tmp_path: Path, store: KeyStore, clock: FixedClock) -> Path:
    file = tmp_path / "data" / "shop.db"
    database = create_shop(str(file), DRAFT, clock, pins=CHEAP)
    CustomerService(database, clock).quick_add("Zebedee Quillfeather", by=MOYA)
    database.close()
    return file


def test_a_plain_shop_becomes_an_encrypted_one(plain: Path, key: FileKey, clock: FixedClock) -> None:
    encrypt_file(plain, key)
    assert readable(plain.parent) == []
    assert [path.name for path in plain.parent.iterdir()] == ["shop.db"]
    assert plain.stat().st_mode & 0o777 == 0o600
    database = open_shop(str(plain))
    assert CustomerService(database, clock).quick_add("Nora", by=MOYA).id == 2
    assert examine(database).clean
    database.close()
    encrypt_file(plain, new_key())  # done already: stays as it is
    assert head_in(plain) == key.head


def test_only_who_may_encrypts_and_the_journal_tells(plain: Path, key: FileKey, clock: FixedClock) -> None:
    with pytest.raises(NotPermitted):
        encrypt_shop(plain, key, Actor(2, "Carl", "cashier", {"backup.run": None}, 1, 1), clock)
    assert head_in(plain) is None
    encrypt_shop(plain, key, MOYA, clock)
    database = open_shop(str(plain))
    assert database.scalar("SELECT kind FROM journal ORDER BY id DESC LIMIT 1") == "file_encrypted"
    assert examine(database).clean
    database.close()


def test_where_an_open_file_cannot_be_replaced_it_is_let_go_of_first(
    plain: Path, key: FileKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encryption, "_OPEN_FILES_STAY", True)
    encrypt_file(plain, key)
    assert head_in(plain) == key.head
    open_shop(str(plain)).close()


def test_the_plain_file_is_kept_where_somebody_says_so(plain: Path, key: FileKey) -> None:
    before = schema.open_shop(str(plain))
    facts = before.scalar("SELECT count(*) FROM journal")
    before.close()
    encrypt_file(plain, key, keep_plain_as=plain.with_name("kept.db"))
    kept = schema.open_shop(str(plain.with_name("kept.db")))
    assert kept.scalar("SELECT count(*) FROM journal") == facts
    kept.close()


def test_a_shop_that_is_open_elsewhere_is_left_alone(plain: Path, key: FileKey) -> None:
    other = schema.open_shop(str(plain))
    assert other.scalar("SELECT count(*) FROM shop") == 1  # its connection stays open
    with pytest.raises(DatabaseBusy):
        encrypt_file(plain, key)
    assert head_in(plain) is None
    assert not plain.with_name("shop.db.encrypting").exists()
    other.close()


def test_a_copy_that_lacks_something_does_not_take_the_name(
    plain: Path, key: FileKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sealing._compare

    def robbed(connection: Any) -> None:
        connection.execute("DELETE FROM sealed.tax_rate")
        real(connection)

    monkeypatch.setattr(sealing, "_compare", robbed)
    before = plain.read_bytes()
    with pytest.raises(DatabaseDamaged, match="lacks"):
        encrypt_file(plain, key)
    assert head_in(plain) is None
    assert len(plain.read_bytes()) == len(before)
    schema.open_shop(str(plain)).close()


# --- Killed at every line -----------------------------------------------------------------------------------------


def killed_at(line: int, work: Callable[[], object], functions: set[str]) -> bool:
    """Run `work` in a child that dies, without a word to anybody, as it comes to the line-th line of these functions;
    whether it came that far."""
    child = os.fork()
    if child == 0:
        left = line

        def trace(frame: FrameType, event: str, _arg: object) -> Any:
            nonlocal left
            if frame.f_code.co_qualname not in functions:
                return None
            if event == "line":
                left -= 1
                if left < 0:
                    os._exit(9)
            return trace

        sys.settrace(trace)
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 9


def every_kill(work: Callable[[Path], object], functions: set[str], tmp_path: Path) -> Iterator[Path]:
    line = 0
    while True:
        folder = tmp_path / f"kill-{line}"
        folder.mkdir()
        if not killed_at(line, lambda here=folder: work(here), functions):  # type: ignore[misc]
            assert line > 15, "the functions were not met"
            return
        yield folder
        line += 1


_SETTING_UP = {"create_encrypted_shop", "KeyStore.remember", "KeyStore._write"}


def test_killed_while_it_is_set_up_no_shop_is_there_without_its_key(
    tmp_path: Path, store: KeyStore, key: FileKey, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "create_schema", _quick_schema(tmp_path))
    found = {True: 0, False: 0}
    for folder in every_kill(
        lambda here: create_encrypted_shop(
            here / "shop.db", DRAFT, clock, key, pins=CHEAP, store=KeyStore(here / "keys", use_keyring=False)
        ),
        _SETTING_UP, tmp_path,
    ):  # fmt: skip
        file, kept = folder / "shop.db", KeyStore(folder / "keys", use_keyring=False)
        there = file.exists()
        found[there] += 1
        if there:
            database = open_shop(str(file), store=kept)
            assert database.scalar("SELECT name FROM shop") == DRAFT.name
            database.close()
        elif found[False] % 8 == 0:  # another try, under another key, is not hindered by what was left
            create_encrypted_shop(file, DRAFT, clock, new_key(), pins=CHEAP, store=kept).close()
            open_shop(str(file), store=kept).close()
        assert not [name for name, _ in readable(folder)]
    assert min(found.values()) > 0


def _quick_schema(tmp_path: Path) -> Callable[..., Any]:
    """The schema from a file made once: migrating at each kill would take longer than all the rest."""
    import shutil

    template = tmp_path / "template.db"

    def make(url: str, *, key: str | None = None) -> Any:
        made = template.with_name(f"template-{key[-8:] if key else ''}.db")
        if not made.exists():
            schema.create_schema(str(made), key=key).close()
        shutil.copyfile(made, url)
        from db.uow import Database

        return Database.connect(url, key=key)

    return make


def test_killed_while_it_is_encrypted_the_shop_opens(plain: Path, tmp_path: Path, key: FileKey) -> None:
    import shutil

    found = {True: 0, False: 0}

    def work(here: Path) -> None:
        shutil.copyfile(plain, here / "shop.db")
        encrypt_file(here / "shop.db", key, store=KeyStore(here / "keys", use_keyring=False))

    for folder in every_kill(work, {"encrypt_file", "_swap", "seal", "KeyStore._write", "_sync"}, tmp_path):
        file, kept = folder / "shop.db", KeyStore(folder / "keys", use_keyring=False)
        encrypted = head_in(file) is not None
        found[encrypted] += 1
        database = open_shop(str(file), store=kept)
        assert database.scalar("SELECT first_name FROM customer") == "Zebedee Quillfeather"
        database.close()
        if not encrypted and found[False] % 8 == 0:  # and it can be begun anew
            again = new_key()
            encrypt_file(file, again, store=kept)
            open_shop(str(file), store=kept).close()
        assert head_in(file) is None or readable(folder) == []
    assert min(found.values()) > 0


def test_a_server_is_not_encrypted_here(postgres_db: Any, clock: FixedClock) -> None:
    service = EncryptionService(postgres_db, clock)
    assert (service.encrypted, service.possible) == (False, False)
    with pytest.raises(NotFound):
        service.sheet(MOYA)


def test_the_key_is_in_no_error(shop_file: Path, key: FileKey) -> None:
    shop_file.write_bytes(shop_file.read_bytes()[:4096] + b"\x00" * 8192)
    try:
        database = open_shop(str(shop_file))
        database.scalar("SELECT count(*) FROM no_such_table")
    except Exception as error:
        chain: BaseException | None = error
        while chain is not None:
            assert key.for_database()[:16] not in repr(chain)
            chain = chain.__cause__ or chain.__context__
        assert isinstance(error, DatabaseProblem)
