"""What a database address holds, found out without changing anything there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from db.cipher import head_of, marked, unlock
from db.engine import file_of, parse_url, refuse_network_share
from db.errors import DatabaseProblem, NotAShop
from db.schema import known_revisions
from db.uow import is_crowded

LEAST_POSTGRESQL = 15
PATIENCE_S = 5
_SQLITE_MAGIC = b"SQLite format 3\x00"


class Found(StrEnum):
    EMPTY = "empty"  # can be set up
    SHOP = "shop"  # can be opened
    UNFINISHED = "unfinished"  # our schema, but no shop in it yet
    OLDER = "older"
    NEWER = "newer"
    FOREIGN = "foreign"  # tables of something else
    BAD_ADDRESS = "bad_address"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"  # wrong name or password, or not let in from here
    CROWDED = "crowded"  # no connection free
    NO_DATABASE = "no_database"
    OLD_SERVER = "old_server"
    NO_RIGHTS = "no_rights"
    READ_ONLY = "read_only"
    NETWORK_SHARE = "network_share"
    DAMAGED = "damaged"
    LOCKED = "locked"  # an encrypted shop, and no key or another one's


@dataclass(frozen=True, slots=True)
class Sight:
    """`detail`: the shop's name, the server's version, a host or a path, as fits what was found."""

    found: Found
    detail: str = ""
    server: str = ""  # "PostgreSQL 16.2", "" for a file


def look(text: str, key: str | None = None) -> Sight:
    """Look at a URL or path, an encrypted file with its `key`.

    Takes PATIENCE_S at most where a server does not answer; never raises for trouble.
    """
    try:
        url = parse_url(text.strip())
    except NotAShop:
        return Sight(Found.BAD_ADDRESS)
    if url.get_backend_name() == "postgresql":
        return _look_at_server(url)
    path = file_of(url)
    return Sight(Found.BAD_ADDRESS) if path is None else look_at_file(path, key)


def look_at_file(path: Path, key: str | None = None) -> Sight:
    import os

    try:
        refuse_network_share(path)
    except NotAShop:
        return Sight(Found.NETWORK_SHARE, str(path.parent))
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not folder.is_dir() or path.is_dir():
        return Sight(Found.BAD_ADDRESS, str(path))
    if not os.access(path if path.exists() else folder, os.W_OK):
        return Sight(Found.READ_ONLY, str(folder))
    if not path.exists():
        return Sight(Found.EMPTY, str(path))
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return Sight(Found.NO_RIGHTS, str(path))
    if not head:
        return Sight(Found.EMPTY, str(path))
    if marked(head) is not None:
        fits = key is not None and head == head_of(key)
        return _look_into_file(path, key) if fits else Sight(Found.LOCKED, path.name)
    if head != _SQLITE_MAGIC:
        return Sight(Found.DAMAGED, str(path))
    return _look_into_file(path, None)


def _look_into_file(path: Path, key: str | None) -> Sight:
    """Read only; the file may be anybody's. Two SQLite libraries in one process would drop each other's locks, so
    this is the one the shop is kept with."""
    import sqlcipher3.dbapi2 as sqlite3

    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE_S)
        try:
            unlock(connection, key)
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            revision = (
                _one(connection, "SELECT version_num FROM alembic_version") if "alembic_version" in tables else ""
            )
            name = _one(connection, "SELECT name FROM shop WHERE id = 1") if "shop" in tables else ""
        finally:
            connection.close()
    except sqlite3.Error:
        return Sight(Found.DAMAGED, str(path))
    return _judge(tables, revision, name)


def _one(connection: Any, statement: str) -> str:
    row = connection.execute(statement).fetchone()
    return "" if row is None else str(row[0])


def _judge(tables: set[str], revision: str, name: str, server: str = "") -> Sight:
    if not tables:
        return Sight(Found.EMPTY, server=server)
    if not revision:
        return Sight(Found.FOREIGN, server=server)
    known = known_revisions()
    if revision not in known:
        newer = revision.isdecimal() and "shop" in tables
        return Sight(Found.NEWER if newer else Found.FOREIGN, name, server)
    if revision != known[-1]:
        return Sight(Found.OLDER, name, server)
    return Sight(Found.SHOP if name else Found.UNFINISHED, name, server)


def _look_at_server(url: URL) -> Sight:
    import psycopg

    from db.line import WatchedConnection

    words: dict[str, Any] = {**url.translate_connect_args(username="user", database="dbname"), **url.query}
    if not words.get("dbname") and "service" not in words:
        return Sight(Found.NO_DATABASE)  # the driver would take the one called like the user
    try:
        with WatchedConnection.connect(**{**words, "connect_timeout": PATIENCE_S}, autocommit=True) as connection:
            return _look_into_server(connection)
    except psycopg.OperationalError as error:
        return _refusal(url, error)
    except psycopg.ProgrammingError:
        return Sight(Found.BAD_ADDRESS)
    except DatabaseProblem:
        return Sight(Found.UNREACHABLE, url.host or "")


def _look_into_server(connection: Any) -> Sight:
    server = f"PostgreSQL {connection.execute('SHOW server_version').fetchone()[0].split()[0]}"
    if connection.info.server_version < LEAST_POSTGRESQL * 10_000:
        return Sight(Found.OLD_SERVER, server, server)
    if connection.execute("SELECT pg_is_in_recovery()").fetchone()[0]:
        return Sight(Found.READ_ONLY, server, server)
    if connection.execute("SHOW transaction_read_only").fetchone()[0] == "on":
        return Sight(Found.READ_ONLY, server, server)
    tables = {
        row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    }
    revision = name = ""
    if "alembic_version" in tables:
        revision, name = _shop_on_server(connection, tables)
    sight = _judge(tables, revision, name, server)
    if sight.found is Found.EMPTY and not _may_create(connection):
        return Sight(Found.NO_RIGHTS, server, server)
    return sight


def _shop_on_server(connection: Any, tables: set[str]) -> tuple[str, str]:
    import psycopg

    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        shop = connection.execute("SELECT name FROM shop WHERE id = 1").fetchone() if "shop" in tables else None
    except psycopg.errors.InsufficientPrivilege:
        return "", ""
    return ("" if row is None else str(row[0])), ("" if shop is None else str(shop[0]))


def _may_create(connection: Any) -> bool:
    row = connection.execute("SELECT has_schema_privilege(current_schema(), 'CREATE')").fetchone()
    return bool(row and row[0])


def _refusal(url: URL, error: Exception) -> Sight:
    state = getattr(error, "sqlstate", None) or ""
    words = str(error).lower()
    if is_crowded(words):
        return Sight(Found.CROWDED)
    if state == "3D000" or ("database" in words and "does not exist" in words):
        return Sight(Found.NO_DATABASE, url.database or "")
    if state[:2] == "28" or "password" in words or "pg_hba" in words or ("role" in words and "does not exist" in words):
        return Sight(Found.REFUSED, url.username or "")
    return Sight(Found.UNREACHABLE, url.host or "this computer")
