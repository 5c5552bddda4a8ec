"""Opening a shop never creates one, and says what is wrong with the file."""

from pathlib import Path

import pytest

from db.engine import file_system_of, parse_url
from db.errors import DatabaseDamaged, DatabaseReadOnly, NewerSchema, NotAShop
from db.schema import create_schema, known_revisions, open_shop, upgrade
from db.uow import Database


@pytest.fixture
def shop_file(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    create_schema(str(path)).close()
    return path


def test_a_shop_opens(shop_file: Path) -> None:
    database = open_shop(str(shop_file))
    assert database.scalar("SELECT count(*) FROM sale") == 0
    database.close()


def test_a_missing_file_is_refused_and_not_made(tmp_path: Path) -> None:  # F10
    with pytest.raises(NotAShop, match="no shop"):
        open_shop(str(tmp_path / "gone.db"))
    assert not (tmp_path / "gone.db").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "empty"), (b"\x00" * 4096, "damaged"), (b"not a database at all" * 300, "damaged")],
)
def test_zero_and_garbage_offer_the_backup(tmp_path: Path, content: bytes, sentence: str) -> None:  # F10
    path = tmp_path / "shop.db"
    path.write_bytes(content)
    with pytest.raises(DatabaseDamaged, match=sentence):
        open_shop(str(path))
    assert path.read_bytes() == content


def test_a_cut_file_is_refused(shop_file: Path) -> None:  # F10
    shop_file.write_bytes(shop_file.read_bytes()[:5000])
    with pytest.raises(DatabaseDamaged):
        open_shop(str(shop_file))


def test_a_newer_schema_is_refused_untouched(database: Database) -> None:  # F10
    with database.write() as uow:
        uow.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        uow.commit()
    url = database.engine.url.render_as_string(hide_password=False)
    with pytest.raises(NewerSchema):
        open_shop(url)
    with pytest.raises(NewerSchema):
        upgrade(database)


def test_a_foreign_database_is_no_shop(tmp_path: Path) -> None:  # F10
    path = tmp_path / "other.db"
    other = Database.connect(str(path))
    with other.write() as uow:
        uow.connection.exec_driver_sql("CREATE TABLE things (id INTEGER)")
        uow.commit()
    other.close()
    with pytest.raises(NotAShop):
        open_shop(str(path))
    with pytest.raises(NotAShop, match="already something"):
        create_schema(str(path))


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    assert upgrade(database) == known_revisions()[-1]


@pytest.mark.parametrize("address", ["mysql://x/y", "oracle://x", "://"])
def test_other_kinds_of_database_are_refused(address: str) -> None:
    with pytest.raises(NotAShop):
        parse_url(address)


@pytest.mark.parametrize(("kind", "share"), [("nfs4", True), ("cifs", True), ("ext4", False)])
def test_network_shares_are_known_by_the_mount_table(tmp_path: Path, kind: str, share: bool) -> None:  # F13
    table = tmp_path / "mounts"
    table.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x /mnt/shop {kind} rw 0 0\n")
    assert (file_system_of(Path("/mnt/shop/a.db"), table) in ("nfs4", "cifs")) is share
    assert file_system_of(Path("/mnt/shopping/a.db"), table) == "ext4"


def test_pragmas_in_force(sqlite_db: Database) -> None:
    found = {
        name: sqlite_db.scalar(f"PRAGMA {name}")
        for name in ("journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint")
    }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "wal_autocheckpoint": 0}


def test_leaving_without_commit_writes_nothing(database: Database) -> None:
    with database.write() as uow:
        uow.connection.exec_driver_sql("INSERT INTO brand (name) VALUES ('Forgotten')")
    assert database.scalar("SELECT count(*) FROM brand") == 0


def test_a_shop_on_a_medium_that_cannot_be_written_can_be_looked_at(
    shop_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # F9: SQLite cannot make its index of the WAL there
    before = shop_file.read_bytes()
    monkeypatch.setattr("os.access", lambda _path, _mode: False)
    database = open_shop(str(shop_file), read_only=True)
    assert database.scalar("SELECT count(*) FROM sale") == 0
    assert [path.name for path in shop_file.parent.iterdir()] == ["shop.db"], "no index, no WAL"
    database.engine.dispose()
    assert shop_file.read_bytes() == before
    with pytest.raises(DatabaseReadOnly):
        open_shop(str(shop_file))


def test_a_shop_that_somebody_writes_is_never_taken_for_a_still_one(
    shop_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = open_shop(str(shop_file))
    with till.write() as uow:
        uow.connection.exec_driver_sql("INSERT INTO brand (name) VALUES ('Fresh')")
        uow.commit()
    monkeypatch.setattr("os.access", lambda _path, _mode: False)
    looked = open_shop(str(shop_file), read_only=True)
    assert looked.scalar("SELECT count(*) FROM brand") == 1
    looked.engine.dispose()
    till.close()
