"""The doctor's questions in SQL: each gives back the rows that break a rule, and none in a sound shop.

Written once for both databases, set by set: none asks row by row. Groups: doctor_sales, doctor_ledgers,
doctor_figures. `{…}` in a statement is filled per database by `FILLINGS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from db.base import append_only_tables

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Check:
    """`name` is stable; `rule` is the invariant's number; `says` what is wrong with each row it finds."""

    name: str
    rule: str
    says: str
    sql: str


FILLINGS = {
    "sqlite": {"month_of_day": "CAST(strftime('%Y%m', sale.business_date) AS INTEGER)"},
    "postgresql": {"month_of_day": "CAST(to_char(sale.business_date, 'YYYYMM') AS BIGINT)"},
}


def begin(connection: Connection) -> None:
    """One view of the shop for all questions, while tills go on selling."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        connection.execute(text("SET LOCAL work_mem = '128MB'"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


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


def entries(connection: Connection, register_id: int, piece: int = 5000) -> Iterator[Sequence[Any]]:
    """A register's journal in order, each with its sale's number and total (None without a sale)."""
    sql = text(
        "SELECT j.sequence, j.kind, j.at, j.staff_id, j.approver_id, j.sale_id, j.body, j.previous_hash, j.hash, "
        "s.number_text, s.total_minor FROM journal j LEFT JOIN sale s ON s.id = j.sale_id "
        "WHERE j.register_id = :register AND j.sequence > :last ORDER BY j.sequence LIMIT :piece"
    )
    last = -(2**62)
    while True:
        rows = connection.execute(sql, {"register": register_id, "last": last, "piece": piece}).all()
        yield from rows
        if len(rows) < piece:
            return
        last = rows[-1][0]


def missing_guards(connection: Connection) -> list[str]:
    """Append-only tables without their triggers (V8)."""
    if connection.dialect.name == "postgresql":
        sql = (
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%\\_append\\_only' AND tgenabled <> 'D'"
        )
        found = {row[0] for row in connection.execute(text(sql))}
    else:
        wanted = {f"{table}_no_{verb}" for table in append_only_tables() for verb in ("update", "delete")}
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        names = {row[0] for row in connection.execute(text(sql))}
        lacking = {name.rsplit("_no_", 1)[0] for name in wanted - names}
        found = set(append_only_tables()) - lacking
    return sorted(set(append_only_tables()) - found)


def integrity(connection: Connection) -> list[str]:
    """What the database itself finds wrong: damaged pages, missing parents, constraints not enforced (V32)."""
    if connection.dialect.name == "sqlite":
        said = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(20)
        return [line for line in said if line != "ok"] + [
            f"{table} row {row}: no such {parent}" for table, row, parent, _ in orphans
        ]
    sql = "SELECT conrelid::regclass::text || ' ' || conname FROM pg_constraint WHERE NOT convalidated"
    return [f"not enforced: {row[0]}" for row in connection.execute(text(sql))]


def revision(connection: Connection) -> str:
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def zone(connection: Connection) -> str:
    return str(connection.execute(text("SELECT time_zone FROM shop")).scalar() or "UTC")


def definitions(connection: Connection) -> Sequence[AnyRow]:
    """Every promotion version with its definition."""
    from sqlalchemy import select

    from db.models import PromotionVersion

    return connection.execute(
        select(PromotionVersion.promotion_id, PromotionVersion.version, PromotionVersion.definition)
    ).all()


def use_spans(connection: Connection) -> Sequence[AnyRow]:
    """First and last use of each promotion version."""
    from sqlalchemy import func, select

    from db.models import CouponRedemption as Used

    return connection.execute(
        select(Used.promotion_id, Used.promotion_version, func.min(Used.used_at), func.max(Used.used_at))
        .where(Used.kind == "use")
        .group_by(Used.promotion_id, Used.promotion_version)
    ).all()
