"""A plain SQLite file copied into an encrypted one, with nobody else at it until the copy has taken its place."""

# ruff: noqa: S608 - tables are named by the schema, never by a user
from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy.exc import DBAPIError

from db.cipher import attach, unlock
from db.errors import DatabaseBusy, DatabaseDamaged
from db.queries.backup import check_file, take_alone
from db.uow import translate

_NUMBERS = ("user_version", "application_id")
_SCHEMA = "SELECT type, name, tbl_name, sql FROM {0}.sqlite_master WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1, 2"


@contextmanager
def seal(plain: Path, place: Path, key: str) -> Iterator[None]:
    """Everything of `plain` in the empty file `place`, encrypted, compared and on the disk.

    Inside the block the plain file is still locked: nobody can sell into it while the copy takes its name.
    Raises DatabaseBusy where another program, or another connection, has it open; DatabaseDamaged where the copy is
    not the same; what db.errors say of the disk.
    """
    take_alone(plain)
    connection = sqlite.connect(str(plain), isolation_level=None, timeout=1)
    try:
        with _told():
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            attach(connection, place, "sealed", key)
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("SELECT sqlcipher_export('sealed')").fetchall()
            _compare(connection)
            connection.execute("COMMIT")
            for name in _NUMBERS:
                value = int(connection.execute(f"PRAGMA main.{name}").fetchone()[0])
                connection.execute(f"PRAGMA sealed.{name} = {value}")
            connection.execute("DETACH DATABASE sealed")
        check_file(place, key=key)
        _sync(place)
        yield
    finally:
        connection.close()


def opens(path: Path, key: str) -> bool:
    """Whether this key reads the file, whatever its head says; the file is only read."""
    connection = sqlite.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        unlock(connection, key)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite.Error:
        return False
    finally:
        connection.close()
    return True


def _compare(connection: Any) -> None:
    """Same tables, indexes and triggers; as many rows in each."""
    schemas = [connection.execute(_SCHEMA.format(name)).fetchall() for name in ("main", "sealed")]
    if schemas[0] != schemas[1]:
        raise DatabaseDamaged("The encrypted copy is not the same. The shop was left as it is.")
    for kind, name, _, sql in schemas[0]:
        if kind != "table" or str(sql).upper().startswith("CREATE VIRTUAL"):
            continue
        here, there = (
            connection.execute(f'SELECT count(*) FROM {place}."{name}"').fetchone()[0] for place in ("main", "sealed")
        )
        if here != there:
            raise DatabaseDamaged("The encrypted copy lacks something. The shop was left as it is.")


def _sync(place: Path) -> None:
    handle = os.open(place, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite.OperationalError as error:
        if "locked" in str(error):
            raise DatabaseBusy from error
        raise translate(DBAPIError("", {}, error), committing=False) from error
    except sqlite.Error as error:
        raise translate(DBAPIError("", {}, error), committing=False) from error
