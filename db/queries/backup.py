"""Copies of a whole shop: a SQLite file page by page, a PostgreSQL schema table by table, and both ways back.

Both are taken from one snapshot while tills sell. Nothing here decides what a good backup is: app.backup does.
"""

# ruff: noqa: S608 - tables and columns are named by the models, never by a user
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from db.base import Base
from db.cipher import unlock
from db.errors import DatabaseBusy, DatabaseDamaged, DatabaseProblem
from db.schema import upgrade_within
from db.uow import Database, UnitOfWork, translate

PAGES_A_STEP = 2048
# What reading a shop that is damaged, foreign or half there may raise.
UNREADABLE: tuple[type[Exception], ...] = (DatabaseProblem, SQLAlchemyError, sqlite.Error)
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Till:
    """What a backup remembers of a register, to know later what happened since."""

    code: str
    next_number: int
    journal_sequence: int
    journal_head: str


def tills(connection: Connection) -> dict[int, Till]:
    rows = connection.execute(
        text("SELECT id, code, next_number, journal_sequence, journal_head FROM register ORDER BY id")
    )
    return {row[0]: Till(*row[1:]) for row in rows}


def shop(connection: Connection) -> tuple[str, int]:
    """(name, epoch)"""
    row = connection.execute(text("SELECT name, epoch FROM shop")).first()
    return ("", 0) if row is None else (str(row[0]), int(row[1]))


def balances(connection: Connection) -> dict[str, tuple[str, int]]:
    """Every card's (last four, balance) by the hash of its code."""
    rows = connection.execute(
        text("SELECT code_hash, last_four, balance_minor FROM value_account WHERE code_hash IS NOT NULL")
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def sale_count(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM sale")).scalar_one())


# --- SQLite -------------------------------------------------------------------------------------------------------


@contextmanager
def _told() -> Iterator[None]:
    """What the driver raises outside a unit of work, as db.errors say it."""
    try:
        yield
    except sqlite.Error as error:
        raise translate(DBAPIError("", {}, error), committing=False) from error


def copy_file(database: Database, target: Path, *, key: str | None, tell: Tell) -> None:
    """The shop's file as of now, written to `target`. Sales go on; an exception from `tell` stops it.

    The source holds a read transaction throughout: without it every commit of a till starts the copy again.
    Raises what db.errors say, as when the target's disk is full.
    """
    source = database.engine.raw_connection()
    copy = sqlite.connect(str(target), isolation_level=None)
    try:
        with _told():
            raw: Any = source.driver_connection
            raw.execute("BEGIN")
            raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
            unlock(copy, key)
            raw.backup(copy, pages=PAGES_A_STEP, progress=lambda _status, left, total: tell(total - left, total))
            raw.execute("ROLLBACK")
            copy.execute("PRAGMA journal_mode = DELETE").fetchall()
    finally:
        copy.close()
        source.close()


def check_file(path: Path, *, key: str | None = None) -> None:
    """Raises DatabaseDamaged when a page of this file is not right."""
    connection = sqlite.connect(str(path), isolation_level=None)
    try:
        unlock(connection, key)
        said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
    except sqlite.DatabaseError as error:
        raise DatabaseDamaged("The copy cannot be read as a shop's data.") from error
    finally:
        connection.close()
    if said != ["ok"]:
        raise DatabaseDamaged(f"The copy is damaged: {said[0]}")


def take_alone(path: Path, *, key: str | None = None) -> None:
    """Fold the WAL into the file and prove that no other program has it open. Raises DatabaseBusy."""
    connection = sqlite.connect(str(path), isolation_level=None, timeout=1)
    try:
        unlock(connection, key)
        mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except sqlite.OperationalError as error:
        raise DatabaseBusy from error
    except sqlite.DatabaseError:
        return  # damaged or foreign: there is nothing to fold
    finally:
        connection.close()
    if str(mode).lower() != "delete":
        raise DatabaseBusy


# --- PostgreSQL ---------------------------------------------------------------------------------------------------


def table_columns() -> dict[str, list[str]]:
    """Every table of the shop, parents first, with its columns."""
    return {table.name: [column.name for column in table.columns] for table in Base.metadata.sorted_tables}


@contextmanager
def snapshot(database: Database) -> Iterator[UnitOfWork]:
    """One unchanging view of a server's shop."""
    with database.read() as uow:
        uow.connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        uow.connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        yield uow


def read_table(uow: UnitOfWork, table: str, columns: list[str]) -> Iterator[bytes]:
    """A table's rows in COPY's text form, in order of its key."""
    raw: Any = uow.connection.connection.dbapi_connection
    keys = ", ".join(column.name for column in Base.metadata.tables[table].primary_key)
    sql = f"COPY (SELECT {', '.join(columns)} FROM {table} ORDER BY {keys}) TO STDOUT"
    with raw.cursor() as cursor, cursor.copy(sql) as copy:
        for piece in copy:
            yield bytes(piece)


def write_table(uow: UnitOfWork, table: str, columns: list[str], pieces: Iterator[bytes]) -> None:
    if table not in Base.metadata.tables or not set(columns) <= set(table_columns()[table]):
        raise DatabaseDamaged("This backup names tables that no shop has.")
    raw: Any = uow.connection.connection.dbapi_connection
    with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for piece in pieces:
            copy.write(piece)


def is_empty(connection: Connection) -> bool:
    return not inspect(connection).get_table_names()


def set_aside(connection: Connection, name: str) -> None:
    """Move the shop that is there to a schema of its own and begin an empty one, in this transaction."""
    connection.exec_driver_sql(f'ALTER SCHEMA public RENAME TO "{name}"')
    connection.exec_driver_sql("CREATE SCHEMA public")
    trigrams = "SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'"
    if connection.exec_driver_sql(trigrams).scalar():
        connection.exec_driver_sql("ALTER EXTENSION pg_trgm SET SCHEMA public")


def old_sets(connection: Connection) -> list[str]:
    sql = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before\\_restore\\_%' ORDER BY nspname"
    return [str(row[0]) for row in connection.exec_driver_sql(sql.replace("%", "%%"))]


def drop_set(connection: Connection, name: str) -> None:
    connection.exec_driver_sql(f'DROP SCHEMA "{name}" CASCADE')


def fresh_schema(connection: Connection) -> None:
    """Tables as of this program; the row that every new schema starts with makes room for the backup's."""
    upgrade_within(connection)
    connection.execute(text("DELETE FROM catalogue_version"))


def set_sequences(connection: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        column = table.columns.get("id")
        if column is not None and column.identity is not None:
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "
                f"(SELECT coalesce(max(id), 0) + 1 FROM {table.name}), false)"
            )


# --- After a restore ----------------------------------------------------------------------------------------------


def open_any(url: str, *, key: str | None = None) -> Database:
    return Database.connect(url, key=key)


def begin_epoch(connection: Connection, epoch: int, codes: Mapping[int, str]) -> None:
    """A new series of receipt numbers: those printed since the backup are never drawn again (F18)."""
    connection.execute(text("UPDATE shop SET epoch = :epoch"), {"epoch": epoch})
    for register_id, code in codes.items():
        connection.execute(text("UPDATE register SET code = :code WHERE id = :id"), {"code": code, "id": register_id})


def latest_at(connection: Connection) -> datetime | None:
    from sqlalchemy import func, select

    from db.models import Register

    found: datetime | None = connection.execute(select(func.max(Register.latest_at))).scalar()
    return found
