"""Database addresses, judged."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from app.clock import FixedClock
from app.shop.setup import set_up
from app.shop.verdict import Next, check_database
from db.looking import Found
from db.schema import create_schema
from db.uow import Database
from tests.app.shop.test_setup import CHEAP, DRAFT


def test_an_empty_place_can_be_set_up(tmp_path: Path) -> None:
    for address in (tmp_path / "new.db", tmp_path / "deep" / "er" / "new.db", f"sqlite:///{tmp_path}/new.db"):
        verdict = check_database(str(address))
        assert (verdict.found, verdict.next) == (Found.EMPTY, Next.SET_UP)
    assert list(tmp_path.iterdir()) == []  # looking made nothing


def test_a_shop_is_recognised_by_name(sqlite_db: Database, clock: FixedClock) -> None:
    assert check_database(str(sqlite_db.file)).found is Found.UNFINISHED
    set_up(sqlite_db, DRAFT, clock, pins=CHEAP)
    verdict = check_database(str(sqlite_db.file))
    assert (verdict.found, verdict.next, verdict.shop) == (Found.SHOP, Next.OPEN, "Green Door Deli")
    assert "“Green Door Deli”" in verdict.sentence


@pytest.mark.parametrize(("revision", "found"), [("9999", Found.NEWER), ("0000", Found.NEWER), ("abc", Found.FOREIGN)])
def test_another_version_is_told(sqlite_db: Database, revision: str, found: Found) -> None:  # F10
    with sqlite_db.write() as uow:
        uow.connection.execute(text("UPDATE alembic_version SET version_num = :new"), {"new": revision})
        uow.commit()
    verdict = check_database(str(sqlite_db.file))
    assert (verdict.found, verdict.good) == (found, False)


@pytest.mark.parametrize("content", [b"no database at all, but long enough", b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_foreign_or_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:  # F10
    path = tmp_path / "x.db"
    path.write_bytes(content)
    verdict = check_database(str(path))
    assert (verdict.found, verdict.good) == (Found.DAMAGED, False)
    assert path.read_bytes() == content


def test_tables_of_something_else_are_foreign(tmp_path: Path) -> None:
    import sqlcipher3.dbapi2 as sqlite

    path = tmp_path / "other.db"
    connection = sqlite.connect(str(path))
    connection.execute("CREATE TABLE songs (name TEXT)")
    connection.commit()
    connection.close()
    assert check_database(str(path)).found is Found.FOREIGN


@pytest.mark.parametrize("address", ["mysql://root@host/shop", "http://example.org", "postgresql://host:port/x", "://"])
def test_what_is_no_address_is_told_with_an_example(address: str) -> None:
    verdict = check_database(address)
    assert (verdict.found, verdict.good) == (Found.BAD_ADDRESS, False)
    assert "postgresql://user@host/shop" in verdict.sentence


def test_an_empty_field_asks_for_an_address() -> None:
    assert "Type an address" in check_database("  ").sentence


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert check_database(str(tmp_path)).found is Found.BAD_ADDRESS


def test_a_network_share_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # F13
    monkeypatch.setattr("db.engine.file_system_of", lambda path: "nfs4")
    verdict = check_database(str(tmp_path / "shop.db"))
    assert (verdict.found, verdict.good) == (Found.NETWORK_SHARE, False)
    assert "PostgreSQL" in verdict.sentence


def test_a_silent_server_is_unreachable_within_its_time() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    verdict = check_database(f"postgresql://shop:secret@127.0.0.1:{port}/shop")
    assert verdict.found is Found.UNREACHABLE
    assert "127.0.0.1" in verdict.sentence and "secret" not in verdict.sentence


def _named(url: str, **changes: str) -> str:
    return make_url(url).set(**changes).render_as_string(hide_password=False)  # type: ignore[arg-type]


def test_a_server_with_a_shop_one_without_and_no_database(
    postgres_server: str, postgres_url: str, clock: FixedClock
) -> None:
    assert check_database(postgres_url).found is Found.UNFINISHED
    database = Database.connect(postgres_url)
    set_up(database, DRAFT, clock, pins=CHEAP)
    database.close()
    verdict = check_database(postgres_url)
    assert (verdict.found, verdict.shop) == (Found.SHOP, "Green Door Deli")
    assert verdict.server.startswith("PostgreSQL ") and verdict.sentence.startswith("PostgreSQL ")
    missing = check_database(_named(postgres_server, database="nowhere"))
    assert missing.found is Found.NO_DATABASE and "createdb nowhere" in missing.sentence


def test_an_empty_server_database_needs_the_right_to_create(postgres_server: str) -> None:
    import psycopg

    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE empty_one")
        connection.execute("CREATE ROLE clerk LOGIN PASSWORD 'clerk'")
    try:
        empty = _named(postgres_server, database="empty_one")
        assert check_database(empty).next is Next.SET_UP
        clerk = check_database(_named(empty, username="clerk", password="clerk"))
        assert clerk.found is Found.NO_RIGHTS and "owner" in clerk.sentence
        nobody = check_database(_named(empty, username="nobody_here", password="x"))
        assert nobody.found is Found.REFUSED and "nobody_here" in nobody.sentence
        create_schema(empty).close()
        assert check_database(empty).found is Found.UNFINISHED
    finally:
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute("DROP DATABASE empty_one WITH (FORCE)")
            connection.execute("DROP ROLE clerk")


def test_a_read_only_server_is_told(postgres_server: str) -> None:  # F25
    verdict = check_database(postgres_server + "&options=-c%20default_transaction_read_only%3Don")
    assert verdict.found is Found.READ_ONLY
    assert not verdict.good


def test_an_old_server_is_told(postgres_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.looking.LEAST_POSTGRESQL", 99)
    verdict = check_database(postgres_server)
    assert (verdict.found, verdict.good) == (Found.OLD_SERVER, False)


def test_an_address_without_a_database_is_told_so(postgres_server: str) -> None:
    """The driver would take the database that is called like the user, and somebody's shop would lie there."""
    bare = make_url(postgres_server)._replace(database=None).render_as_string(hide_password=False)
    verdict = check_database(bare)
    assert (verdict.found, verdict.good) == (Found.NO_DATABASE, False)
    assert "names no database" in verdict.sentence and "postgresql://user@host/shop" in verdict.sentence
