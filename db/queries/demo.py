"""Loading a whole shop in bulk: all of it or none of it, as fast as the database takes rows.

SQLite: a file beside the target, without sync, that takes the target's name when it is complete. PostgreSQL: one
transaction, rows by COPY. Keys come from the caller; sequences are set behind them at the end.
"""

# ruff: noqa: S608 - tables and columns are named here, never by a user
from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Connection, Table, func, insert, inspect, literal, select, text, update

from db.base import Base
from db.engine import file_of, parse_url
from db.errors import NotAShop
from db.models import Customer, CustomerMonth, CustomerStats, Register, Segment, SegmentEvent, SegmentMember
from db.queries.sales_batch import insert_sql
from db.schema import create_schema, upgrade_within
from db.types import DecimalText, UtcDateTime
from db.uow import Database, UnitOfWork

Row = Sequence[Any]
_Convert = tuple[tuple[int, Callable[[Any], Any]], ...]
_BUILDING = ".building"


class BulkLoad:
    """`with BulkLoad(url) as load: … load.finish()`. Leaving without `finish` leaves nothing behind.

    Raises NotAShop where something is at `url` already.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._target = file_of(parse_url(url))
        self._building = None if self._target is None else self._target.with_name(self._target.name + _BUILDING)
        self._finished = False
        self._plans: dict[tuple[str, str], tuple[str, _Convert]] = {}

    def __enter__(self) -> BulkLoad:
        if self._target is not None and self._building is not None:
            self._open_file(self._target, self._building)
        else:
            self._open_server()
        return self

    def _open_file(self, target: Path, building: Path) -> None:
        if target.exists() and target.stat().st_size > 0:
            raise NotAShop(f"There is already something at {target}. Choose another place.")
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove(building)
        create_schema(str(building)).close()
        self.database = Database.connect(str(building))
        self._unit = self.database.write()
        self._tune(building)
        self.uow: UnitOfWork = self._unit.__enter__()

    def _tune(self, building: Path) -> None:
        """No sync and no journal while building: a crash leaves a file that never got the shop's name."""
        raw = self.database.engine.raw_connection()
        cursor = raw.cursor()
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "cache_size = -262144"):
            cursor.execute(f"PRAGMA {pragma}").fetchall()
        cursor.close()
        raw.close()  # back to the pool; the writing unit takes this same connection

    def _open_server(self) -> None:
        self.database = Database.connect(self.url)
        self._unit = self.database.write()
        self.uow = self._unit.__enter__()
        try:
            if inspect(self.uow.connection).get_table_names():
                raise NotAShop("There is already something in this database. Choose an empty one.")
            upgrade_within(self.uow.connection)
        except BaseException as error:
            self._unit.__exit__(type(error), error, error.__traceback__)
            self.database.engine.dispose()
            raise

    @property
    def connection(self) -> Connection:
        return self.uow.connection

    @property
    def _raw(self) -> Any:
        return self.uow.connection.connection.dbapi_connection

    def add(self, table: str, columns: str, rows: Iterable[Row]) -> None:
        """Rows of plain values, in the order of `columns`; converted as db.types keeps them."""
        sql, converters = self._plan(table, columns)
        ready = [_converted(row, converters) for row in rows] if converters else list(rows)
        if not ready:
            return
        if self.uow.is_sqlite:
            cursor = self._raw.cursor()
            cursor.executemany(sql, ready)
            cursor.close()
            return
        with self._raw.cursor() as cursor, cursor.copy(sql) as copy:
            for row in ready:
                copy.write_row(row)

    def _plan(self, table: str, columns: str) -> tuple[str, _Convert]:
        known = self._plans.get((table, columns))
        if known is None:
            names = [name.strip() for name in columns.split(",")]
            if self.uow.is_sqlite:
                sql = insert_sql(table, columns)
            else:
                sql = f"COPY {table} ({columns}) FROM STDIN"
            known = (sql, self._converters(Base.metadata.tables[table], names))
            self._plans[table, columns] = known
        return known

    def _converters(self, table: Table, names: Sequence[str]) -> _Convert:
        kinds = _FOR_SQLITE if self.uow.is_sqlite else _FOR_POSTGRESQL
        found = []
        for place, name in enumerate(names):
            convert = kinds.get(_python_type(table.columns[name].type))
            if convert is not None:
                found.append((place, convert))
        return tuple(found)

    def change(self, sql: str, rows: Sequence[Row]) -> None:
        """One statement with `?` for values, once for each row."""
        if not rows:
            return
        cursor = self._raw.cursor()
        if not self.uow.is_sqlite:
            sql = sql.replace("%", "%%").replace("?", "%s")
        cursor.executemany(sql, [tuple(row) for row in rows])
        cursor.close()

    def run(self, sql: str) -> None:
        self.connection.execute(text(sql))

    def finish(self) -> None:
        """Commit, and give the shop its name."""
        if not self.uow.is_sqlite:
            self._set_sequences()
        self._analyse()
        self.uow.commit()
        self._unit.__exit__(None, None, None)
        self._finished = True
        self.database.close()
        if self._target is not None and self._building is not None:
            _settle(self._building)
            self._building.replace(self._target)
            _remove(self._building)

    def _set_sequences(self) -> None:
        for table in Base.metadata.sorted_tables:
            column = table.columns.get("id")
            if column is not None and column.identity is not None:
                name = table.name
                self.run(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "
                    f"(SELECT coalesce(max(id), 0) + 1 FROM {name}), false)"
                )

    def _analyse(self) -> None:
        """Fresh figures for the planner: without them the first lists of a bulk-loaded shop are slow."""
        if self.uow.is_sqlite:
            self.connection.exec_driver_sql("PRAGMA analysis_limit = 2000")
        self.connection.exec_driver_sql("ANALYZE")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._finished:
            return
        self._unit.__exit__(kind or RuntimeError, error or RuntimeError("not finished"), trace)
        self.database.engine.dispose()
        if self._building is not None:
            _remove(self._building)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


# As the column types of db.types keep their values; COPY takes the rest as psycopg writes it.
_FOR_SQLITE: dict[type, Callable[[Any], Any]] = {
    datetime: _moment,
    date: date.isoformat,
    Decimal: str,
    UUID: lambda value: value.hex,
    dict: _json,
}
_FOR_POSTGRESQL: dict[type, Callable[[Any], Any]] = {Decimal: str, dict: _json}


def _python_type(kind: Any) -> type:
    """What rows hold for a column; SQLAlchemy does not say it of our own types and of JSON."""
    if isinstance(kind, DecimalText):
        return Decimal
    if isinstance(kind, UtcDateTime):
        return datetime
    if isinstance(kind, JSON):
        return dict
    found: type = kind.python_type
    return found


def _converted(row: Row, converters: _Convert) -> list[Any]:
    ready = list(row)
    for place, convert in converters:
        value = ready[place]
        if value is not None and type(value) is not str:
            ready[place] = convert(value)
    return ready


def _settle(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


# --- Figures that follow from the sales ---------------------------------------------------------------------------

_VISIT = "CASE WHEN sale.kind = 'return' THEN 0 ELSE 1 END"
_SPEND = "sum(sale.total_minor - sale.liability_minor)"
_AMOUNT = "sale_line.net_minor + CASE WHEN sale.prices_include_tax THEN 0 ELSE sale_line.tax_minor END"
_OF_CUSTOMER = "FROM sale WHERE sale.customer_id IS NOT NULL"

FIGURES = (
    "INSERT INTO customer_stats (customer_id, first_visit_at, last_visit_at, visits, spend_minor, discount_minor, "
    "coupon_visits) SELECT sale.customer_id, "
    "coalesce(min(CASE WHEN sale.kind <> 'return' THEN sale.completed_at END), min(sale.completed_at)), "
    "coalesce(max(CASE WHEN sale.kind <> 'return' THEN sale.completed_at END), max(sale.completed_at)), "
    f"sum({_VISIT}), {_SPEND}, sum(sale.discount_minor), "
    "sum(CASE WHEN sale.kind <> 'return' AND coupon.sale_id IS NOT NULL THEN 1 ELSE 0 END) FROM sale "
    "LEFT JOIN (SELECT DISTINCT sale_id FROM sale_trail WHERE outcome = 'applied' AND reason = 'applied' "
    "AND code_shown <> '') coupon ON coupon.sale_id = sale.id "
    "WHERE sale.customer_id IS NOT NULL GROUP BY sale.customer_id",
    "INSERT INTO customer_month (customer_id, month, visits, spend_minor) SELECT sale.customer_id, {month}, "
    f"sum({_VISIT}), {_SPEND} {_OF_CUSTOMER} GROUP BY 1, 2",
    "INSERT INTO customer_outlet (customer_id, outlet_id, visits, spend_minor) SELECT sale.customer_id, "
    f"sale.outlet_id, sum({_VISIT}), {_SPEND} {_OF_CUSTOMER} GROUP BY 1, 2",
    "INSERT INTO customer_category (customer_id, category_id, visits, quantity_milli, spend_minor, last_at) "
    "SELECT customer_id, category_id, sum(visit), sum(quantity), sum(amount), coalesce(max(visit_at), max(any_at)) "
    "FROM (SELECT sale.customer_id, coalesce(sale_line.category_id, 0) AS category_id, "
    "max(CASE WHEN sale_line.returns_line_id IS NULL THEN 1 ELSE 0 END) AS visit, "
    f"sum(sale_line.quantity_milli) AS quantity, sum({_AMOUNT}) AS amount, "
    "max(CASE WHEN sale_line.returns_line_id IS NULL THEN sale.completed_at END) AS visit_at, "
    "max(sale.completed_at) AS any_at "
    "FROM sale JOIN sale_line ON sale_line.sale_id = sale.id WHERE sale.customer_id IS NOT NULL "
    "AND sale_line.kind = 'product' GROUP BY sale.customer_id, sale.id, coalesce(sale_line.category_id, 0)) each_sale "
    "GROUP BY customer_id, category_id",
)


def count_figures(load: BulkLoad) -> None:
    """customer_stats and its month, outlet and category rows, from the sales."""
    month = (
        "CAST(strftime('%Y%m', sale.business_date) AS INTEGER)"
        if load.uow.is_sqlite
        else "CAST(to_char(sale.business_date, 'YYYYMM') AS BIGINT)"
    )
    for sql in FIGURES:
        load.connection.exec_driver_sql(sql.replace("{month}", month).replace("%", "%" if load.uow.is_sqlite else "%%"))


def table_count(load: BulkLoad, table: str) -> int:
    if table not in Base.metadata.tables:
        raise ValueError(table)
    return int(load.connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def journal_head(load: BulkLoad, register_id: int) -> tuple[int, str]:
    found = select(Register.journal_sequence, Register.journal_head).where(Register.id == register_id)
    row = load.connection.execute(found).one()
    return row[0], row[1]


def keep_register(
    load: BulkLoad, register_id: int, next_number: int, sequence: int, head: str, latest: datetime | None
) -> None:
    kept = update(Register).where(Register.id == register_id)
    load.connection.execute(
        kept.values(next_number=next_number, journal_sequence=sequence, journal_head=head, latest_at=latest)
    )


# --- Segments -----------------------------------------------------------------------------------------------------


def add_segment(
    load: BulkLoad, segment_id: int, name: str, words: str, kind: str, at: datetime, counted: datetime | None
) -> None:
    load.connection.execute(
        insert(Segment).values(
            id=segment_id, name=name, description=words, kind=kind, created_at=at, updated_at=at,
            recalculated_at=counted,
        )
    )  # fmt: skip


def put_in_by_hand(load: BulkLoad, segment_id: int, members: Sequence[tuple[int, datetime]], *, staff_id: int) -> None:
    rows = [(segment_id, customer, at, "manual", staff_id, "Asked at the counter") for customer, at in members]
    load.add("segment_member", "segment_id, customer_id, assigned_at, assigned_by, staff_id, note", rows)
    events = [(segment_id, customer, "entered", "manual", None, staff_id, "", at) for customer, at in members]
    load.add("segment_event", "segment_id, customer_id, event, cause, rule_version, staff_id, note, at", events)


def _put_in(load: BulkLoad, segment_id: int, at: datetime, chosen: Any) -> None:
    """Everybody `chosen` (a select of customer ids), as a rule's first run would."""
    who = chosen.subquery()
    moment = literal(at, UtcDateTime)
    member = select(literal(segment_id), who.c[0], moment, literal("rule"), literal(""))
    event = select(literal(segment_id), who.c[0], literal("entered"), literal("rule"), literal(1), literal(""), moment)
    members = ["segment_id", "customer_id", "assigned_at", "assigned_by", "note"]
    events = ["segment_id", "customer_id", "event", "cause", "rule_version", "note", "at"]
    load.connection.execute(insert(SegmentMember).from_select(members, member))
    load.connection.execute(insert(SegmentEvent).from_select(events, event))


def put_in_high_value(load: BulkLoad, segment_id: int, at: datetime) -> None:
    buyers = load.connection.execute(select(func.count()).select_from(CustomerStats)).scalar_one()
    top = select(CustomerStats.customer_id).order_by(CustomerStats.spend_minor.desc(), CustomerStats.customer_id)
    _put_in(load, segment_id, at, top.limit(buyers // 10))


def put_in_frequent(load: BulkLoad, segment_id: int, at: datetime, *, months_from: int) -> None:
    often = select(CustomerMonth.customer_id).where(CustomerMonth.month > months_from)
    _put_in(load, segment_id, at, often.group_by(CustomerMonth.customer_id).having(func.sum(CustomerMonth.visits) >= 6))


def put_in_new(load: BulkLoad, segment_id: int, at: datetime, *, since: datetime) -> None:
    _put_in(load, segment_id, at, select(Customer.id).where(Customer.created_at >= since))


def put_in_at_risk(load: BulkLoad, segment_id: int, at: datetime, *, quiet_since: datetime) -> None:
    quiet = select(CustomerStats.customer_id)
    quiet = quiet.where(CustomerStats.visits >= 5, CustomerStats.last_visit_at < quiet_since)
    _put_in(load, segment_id, at, quiet)


def count_members(load: BulkLoad) -> None:
    counted = select(func.count()).where(SegmentMember.segment_id == Segment.id).scalar_subquery()
    load.connection.execute(update(Segment).values(member_count=counted))
