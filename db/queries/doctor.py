"""The doctor's questions in SQL: each gives back the rows that break a rule, and none in a sound shop.

Written once for both databases, set by set: none asks row by row. Groups: doctor_sales, doctor_ledgers,
doctor_figures. `{…}` in a statement is filled per database by `FILLINGS`.
"""

# ruff: noqa: S608 - the parts put together are constants of this file
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from db.base import append_only_tables
from db.ddl import guard_statements
from db.ddl_search import search_statements
from db.engine import CACHE_KIB

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Check:
    """`name` is stable; `rule` is the invariant's number; `says` what is wrong with each row it finds."""

    name: str
    rule: str
    says: str
    sql: str


_TENDER = """'["' || t.kind || '",' || t.amount_minor || ']', ',' ORDER BY t.position"""
FILLINGS = {
    "sqlite": {
        "month_of_day": "CAST(strftime('%Y%m', sale.business_date) AS INTEGER)",
        "tenders_of_sale": f"(SELECT group_concat({_TENDER}) FROM sale_tender t WHERE t.sale_id = s.id)",
    },
    "postgresql": {
        "month_of_day": "CAST(to_char(sale.business_date, 'YYYYMM') AS BIGINT)",
        "tenders_of_sale": f"(SELECT string_agg({_TENDER}) FROM sale_tender t WHERE t.sale_id = s.id)",
    },
}
JOURNAL_PIECE = 5_000
# KiB. The integrity check looks every row up in every index; below this it reads most pages again and again.
CHECK_CACHE_KIB = 512 * 1024


def begin(connection: Connection) -> None:
    """One view of the shop for all questions, while tills go on selling."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        connection.execute(text("SET LOCAL work_mem = '128MB'"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def stop(connection: Connection) -> None:
    """Break off what this SQLite connection is doing in another thread."""
    raw: Any = connection.connection.dbapi_connection
    raw.interrupt()


def find(connection: Connection, check: Check, examples: int) -> tuple[int, list[dict[str, Any]]]:
    """How many rows break the rule, and the first of them."""
    sql = check.sql
    for name, filling in FILLINGS[connection.dialect.name].items():
        sql = sql.replace("{" + name + "}", filling)
    rows = connection.exec_driver_sql(sql.replace("%", "%%") if connection.dialect.name == "postgresql" else sql)
    count = 0
    first: list[dict[str, Any]] = []
    for row in rows:
        count += 1
        if len(first) < examples:
            first.append(dict(row._mapping))
    return count, first


def heads(connection: Connection) -> Sequence[AnyRow]:
    """Every register: id, code, last sequence, head of its journal."""
    return connection.execute(text("SELECT id, code, journal_sequence, journal_head FROM register ORDER BY id")).all()


def entries(connection: Connection) -> Iterator[tuple[int, Sequence[Any]]]:
    """(register, entry) of every journal as the rows were written, which is how they lie on the disk."""
    for register_id, *entry in _journal_rows(connection, "", "j.id"):
        yield register_id, entry


def entries_of(connection: Connection, register_id: int) -> Iterator[Sequence[Any]]:
    """One register's journal in order of sequence."""
    for _, *entry in _journal_rows(connection, f"WHERE j.register_id = {int(register_id)}", "j.sequence"):
        yield entry


def _journal_rows(connection: Connection, where: str, order: str) -> Iterator[Sequence[Any]]:
    """Register, entry, and what its sale says of itself (None without a sale).

    Straight from the driver, a piece at a time: through Core's rows a million cost twice as much.
    """
    sql = (
        "SELECT j.register_id, j.sequence, j.kind, j.at, j.staff_id, j.approver_id, j.sale_id, j.body, "
        "j.previous_hash, j.hash, s.number_text, s.total_minor, s.subtotal_minor, s.discount_minor, s.tax_minor, "
        f"s.change_minor, {FILLINGS[connection.dialect.name]['tenders_of_sale']} FROM journal j "
        f"LEFT JOIN sale s ON s.id = j.sale_id {where} ORDER BY {order}"
    )
    raw: Any = connection.connection.dbapi_connection
    # A named cursor's rows stay with the server until they are asked for; SQLite's always do.
    cursor = raw.cursor() if connection.dialect.name == "sqlite" else raw.cursor(name="journal")
    try:
        cursor.execute(sql)
        while rows := cursor.fetchmany(JOURNAL_PIECE):
            yield from rows
    finally:
        cursor.close()


def missing_guards(connection: Connection) -> list[str]:
    """Append-only tables without their triggers, or with triggers that no longer refuse anything (V8)."""
    if connection.dialect.name == "postgresql":
        sql = (
            "SELECT t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE t.tgname LIKE '%\\_append\\_only' AND t.tgenabled <> 'D' AND p.proname = 'refuse_change' "
            "AND p.prosrc LIKE '%RAISE EXCEPTION%'"
        )
        found = {row[0] for row in connection.execute(text(sql))}
        return sorted(set(append_only_tables()) - found)
    there = {sql for _, sql in _written_by_hand(connection)}
    return [
        table for table in sorted(append_only_tables()) if not there.issuperset(guard_statements("sqlite", [table]))
    ]


def strangers(connection: Connection) -> list[str]:
    """Triggers and views in a shop's file that this program did not put there, or not so (V32).

    A file may come from anywhere, and a trigger of its own would run with every sale. On a server only its owner
    can make one, and a backup restores rows alone.
    """
    if connection.dialect.name == "postgresql":
        return []
    ours = {*guard_statements("sqlite", append_only_tables()), *search_statements(connection)}
    return sorted(name for name, sql in _written_by_hand(connection) if sql not in ours)


def _written_by_hand(connection: Connection) -> Sequence[AnyRow]:
    """(name, statement) of a SQLite file's triggers and views."""
    return connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')")).all()


def integrity(connection: Connection) -> list[str]:
    """What the database itself finds wrong: damaged pages, missing parents, constraints not enforced (V32)."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{CHECK_CACHE_KIB}")
        try:
            said = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(20)
        finally:  # the pool hands this connection to a till
            connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KIB}")
        return [line for line in said if line != "ok"] + [
            f"{table} row {row}: no such {parent}" for table, row, parent, _ in orphans
        ]
    sql = "SELECT conrelid::regclass::text || ' ' || conname FROM pg_constraint WHERE NOT convalidated"
    return [f"not enforced: {row[0]}" for row in connection.execute(text(sql))]


def revision(connection: Connection) -> str:
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def zone(connection: Connection) -> str:
    return str(connection.execute(text("SELECT time_zone FROM shop")).scalar() or "UTC")
