"""Few round trips for the statements of a sale: straight to the driver, sent together where the server can.

Measured: SQLAlchemy Core costs 1.7 times hand-written statements, a psycopg pipeline 0.44 of them sent one by
one. So a sale's rows bypass Core; everything else in db.queries does not. Statements are written once, with
`?` for values, and mean the same on both databases.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from json import dumps
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from db.uow import UnitOfWork

Row = tuple[Any, ...]


class GuardFailed(Exception):
    """A conditional statement changed nothing: what it guards does not hold. `guard` says which."""

    def __init__(self, guard: object) -> None:
        super().__init__(str(guard))
        self.guard = guard


class Step:
    """One statement of a batch; `rows` are there after the batch ran."""

    __slots__ = ("guard", "many", "rows", "sql", "values", "wants_rows")

    def __init__(self, sql: str, values: Any, *, many: bool, wants_rows: bool, guard: object) -> None:
        self.sql = sql
        self.values = values
        self.many = many
        self.wants_rows = wants_rows
        self.guard = guard
        self.rows: list[Row] = []


class Batch:
    """Statements of one unit of work, run in order by `run`; may be filled and run again."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._connection = uow.connection
        self._sqlite = uow.is_sqlite
        self._steps: list[Step] = []

    @property
    def is_sqlite(self) -> bool:
        return self._sqlite

    def read(self, sql: str, *values: Any) -> Step:
        """A statement that gives rows back."""
        return self._add(Step(sql, values, many=False, wants_rows=True, guard=None))

    def write(self, sql: str, *values: Any, guard: object = None) -> Step:
        """A statement that changes rows. With a `guard` it must change exactly one, else GuardFailed(guard)."""
        return self._add(Step(sql, values, many=False, wants_rows=False, guard=guard))

    def insert(self, table: str, columns: str, rows: Sequence[Row]) -> None:
        """Add rows; nothing is sent for none."""
        if rows:
            self._add(Step(insert_sql(table, columns), rows, many=True, wants_rows=False, guard=None))

    def insert_upsert(self, sql: str, rows: Sequence[Row]) -> None:
        """An INSERT with ON CONFLICT for rows with different keys; nothing is sent for none."""
        if rows:
            self._add(Step(sql, rows, many=True, wants_rows=False, guard=None))

    def _add(self, step: Step) -> Step:
        self._steps.append(step)
        return step

    def run(self) -> None:
        """Raises GuardFailed for the first guard that did not hold, DBAPIError for trouble below."""
        steps, self._steps = self._steps, []
        if not steps:
            return
        raw = self._connection.connection.dbapi_connection
        assert raw is not None  # noqa: S101 - a unit of work holds its connection
        module = self._connection.dialect.dbapi
        try:
            if self._sqlite:
                _run_sqlite(raw, steps)
            else:
                _run_postgresql(raw, steps, self._connection.info)
        except module.Error as error:  # type: ignore[union-attr]
            raise self._as_sqlalchemy(error, raw, module) from error

    def _as_sqlalchemy(self, error: Any, raw: Any, module: Any) -> BaseException:
        """The error as Core would have raised it, so that db.uow can say the sentence."""
        lost = self._connection.dialect.is_disconnect(error, raw, None)
        if lost:
            self._connection.invalidate(error)
        made: BaseException = DBAPIError.instance(
            "a batch of statements", None, error, module.Error, hide_parameters=True, connection_invalidated=lost,
            dialect=self._connection.dialect,
        )  # fmt: skip
        return made


def _run_sqlite(raw: Any, steps: Iterable[Step]) -> None:
    cursor = raw.cursor()
    try:
        for step in steps:
            if step.many:
                cursor.executemany(step.sql, [_for_sqlite(row) for row in step.values])
                continue
            cursor.execute(step.sql, _for_sqlite(step.values))
            if step.wants_rows:
                step.rows = cursor.fetchall()
            elif step.guard is not None and cursor.rowcount != 1:
                raise GuardFailed(step.guard)
    finally:
        cursor.close()


def _run_postgresql(raw: Any, steps: Sequence[Step], kept: dict[Any, Any]) -> None:
    """`kept` lives as long as the connection: cursors are made once, not for every statement of every sale."""
    cursors = _cursors(raw, kept, len(steps))
    with raw.pipeline() as pipeline:
        for step, cursor in zip(steps, cursors, strict=True):
            if not step.many:
                cursor.execute(_numbered(step.sql), _for_postgresql(step.values))
                continue
            for rows in in_powers_of_two(step.values):
                cursor.execute(
                    _numbered(_widened(step.sql, len(rows))), [v for row in rows for v in _for_postgresql(row)]
                )
        pipeline.sync()
        for step, cursor in zip(steps, cursors, strict=True):
            if step.wants_rows:
                step.rows = cursor.fetchall()
    for step, cursor in zip(steps, cursors, strict=True):
        if step.guard is not None and cursor.rowcount != 1:
            raise GuardFailed(step.guard)


def _cursors(raw: Any, kept: dict[Any, Any], count: int) -> list[Any]:
    found: list[Any] = kept.setdefault("batch cursors", [])
    if found and found[0].connection is not raw:
        found.clear()
    while len(found) < count:
        found.append(raw.cursor())
        _steady_types(found[-1])
    return found[:count]


def in_powers_of_two(rows: Sequence[Row], most: int = 16) -> Iterator[Sequence[Row]]:
    """The rows in pieces of 16, 8, 4, 2 and 1, so that a handful of statements serves every length."""
    start = 0
    while start < len(rows):
        size = most
        while size > len(rows) - start:
            size //= 2
        yield rows[start : start + size]
        start += size


_VALUES = re.compile(r"VALUES (\(\?(?:, \?)*\))")


@lru_cache(maxsize=512)
def _widened(sql: str, rows: int) -> str:
    """The same INSERT for several rows: one statement for the server to run, not one each."""
    if rows == 1:
        return sql
    wide: str = _VALUES.sub(lambda found: "VALUES " + ", ".join([found[1]] * rows), sql, count=1)
    return wide


def _steady_types(cursor: Any) -> None:
    """Send every int as bigint: by size, psycopg would prepare one statement per mix of sizes."""
    from psycopg.types.numeric import Int8Dumper
    from psycopg.types.string import StrDumper

    cursor.adapters.register_dumper(int, Int8Dumper)
    cursor.adapters.register_dumper(str, StrDumper)


@lru_cache(maxsize=512)
def _numbered(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


@lru_cache(maxsize=256)
def insert_sql(table: str, columns: str) -> str:
    """`columns` separated by commas. Names are ours, never a user's."""
    marks = ", ".join("?" for _ in columns.split(","))
    return f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608


def _json(value: dict[str, Any]) -> str:
    return dumps(value, ensure_ascii=False, separators=(",", ":"))


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("a stored time needs a zone")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


_SQLITE: dict[type, Callable[[Any], Any]] = {
    datetime: _moment,
    date: date.isoformat,
    Decimal: str,
    UUID: lambda value: value.hex,
    dict: _json,
}


def _for_sqlite(values: Sequence[Any]) -> list[Any]:
    """As the column types of db.types keep them."""
    convert = _SQLITE
    return [convert[type(value)](value) if type(value) in convert else value for value in values]


def _jsonb(value: dict[str, Any]) -> Any:
    from psycopg.types.json import Jsonb

    return Jsonb(value, dumps=_json)


_POSTGRESQL: dict[type, Callable[[Any], Any]] = {Decimal: str, dict: _jsonb}


def _for_postgresql(values: Sequence[Any]) -> list[Any]:
    convert = _POSTGRESQL
    return [convert[type(value)](value) if type(value) in convert else value for value in values]


def as_moment(value: Any) -> datetime | None:
    """A stored moment as either driver gives it."""
    if value is None:
        return None
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def as_date(value: Any) -> date | None:
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(value)


def marks(count: int) -> str:
    """ "?, ?, ?" for an IN list; sizes are rounded up to powers of two by `padded`, so few statements are prepared."""
    return ", ".join("?" for _ in range(count))


def padded(values: Sequence[int]) -> list[int]:
    """The values, repeated at the end up to the next power of two, for a steady IN list."""
    size = 1
    while size < len(values):
        size *= 2
    return [*values, *([values[-1]] * (size - len(values)))]


_NUMBERED = ("sale", "sale_line", "sale_trail", "sale_tender", "points_lot")
_NEXT = [f"ARRAY(SELECT nextval('{name}_id_seq') FROM generate_series(1, ?))" for name in _NUMBERED]  # noqa: S608
_TOP = [f"(SELECT coalesce(max(id), 0) FROM {name})" for name in _NUMBERED]  # noqa: S608
_SEQUENCES = f"SELECT {', '.join(_NEXT)}"
_HIGHEST = f"SELECT {', '.join(_TOP)}"


def reserve(batch: Batch, lines: int, trail: int, tenders: int, lots: int) -> Step:
    """Ask for ids of one sale, its lines, trail, tenders and points lots, so that children need no round trip."""
    if batch.is_sqlite:
        return batch.read(_HIGHEST)
    return batch.read(_SEQUENCES, 1, lines, trail, tenders, lots)


def reserved(batch: Batch, step: Step, lines: int, trail: int, tenders: int, lots: int) -> tuple[list[int], ...]:
    """The ids `reserve` got. SQLite: the writer is alone, so the next numbers are free."""
    row = step.rows[0]
    if batch.is_sqlite:
        counts = (1, lines, trail, tenders, lots)
        return tuple(list(range(top + 1, top + 1 + count)) for top, count in zip(row, counts, strict=True))
    return tuple(list(ids) for ids in row)
