"""Codes of promotions: looked up, listed, added and cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Connection, RowMapping, Table, case, func, insert, or_, select, update

from db.models.promotion import CouponCode
from db.queries.inserting import dialect_insert
from db.types import UtcDateTime

code = cast(Table, CouponCode.__table__)


@dataclass(frozen=True, slots=True)
class CodeRow:
    id: int
    promotion_id: int
    shared_code: str | None
    last_four: str
    max_uses: int | None
    per_customer_limit: int | None
    use_count: int
    customer_id: int | None
    batch: str
    expires_on: date | None
    status: str
    created_at: datetime


_CODE_COLUMNS = (
    code.c.id, code.c.promotion_id, code.c.shared_code, code.c.last_four, code.c.max_uses,
    code.c.per_customer_limit, code.c.use_count, code.c.customer_id, code.c.batch, code.c.expires_on, code.c.status,
    code.c.created_at,
)  # fmt: skip


# Shared words are in no batch, and made codes always are: said so, the index finds a promotion's three words among
# its hundred thousand codes.
SHARED = (code.c.batch == "", code.c.shared_code.is_not(None))


def _code_row(row: RowMapping) -> CodeRow:
    return CodeRow(**row)


def code_by_hash(connection: Connection, code_hash: str) -> CodeRow | None:
    row = connection.execute(select(*_CODE_COLUMNS).where(code.c.code_hash == code_hash)).mappings().first()
    return None if row is None else _code_row(row)


def code_by_id(connection: Connection, code_id: int) -> CodeRow | None:
    row = connection.execute(select(*_CODE_COLUMNS).where(code.c.id == code_id)).mappings().first()
    return None if row is None else _code_row(row)


def codes_of_customer(connection: Connection, customer_id: int, *, today: date, limit: int = 50) -> list[CodeRow]:
    """Codes issued to this customer that can still be used, the next to expire first."""
    query = (
        select(*_CODE_COLUMNS)
        .where(
            code.c.customer_id == customer_id,
            code.c.status == "active",
            or_(code.c.expires_on.is_(None), code.c.expires_on >= today),
            or_(code.c.max_uses.is_(None), code.c.use_count < code.c.max_uses),
        )
        .order_by(code.c.expires_on.is_(None), code.c.expires_on, code.c.id)
        .limit(limit)
    )
    return [_code_row(row) for row in connection.execute(query).mappings()]


def shared_codes(connection: Connection, promotion_ids: Sequence[int]) -> dict[int, list[CodeRow]]:
    found: dict[int, list[CodeRow]] = {}
    query = select(*_CODE_COLUMNS).where(code.c.promotion_id.in_(promotion_ids), *SHARED).order_by(code.c.id)
    for row in connection.execute(query).mappings():
        found.setdefault(row["promotion_id"], []).append(_code_row(row))
    return found


def codes_page(
    connection: Connection, promotion_id: int, *, batch: str | None = None, after_id: int = 0, limit: int = 200
) -> list[CodeRow]:
    query = select(*_CODE_COLUMNS).where(code.c.promotion_id == promotion_id, code.c.id > after_id)
    if batch is not None:
        query = query.where(code.c.batch == batch)
    return [_code_row(row) for row in connection.execute(query.order_by(code.c.id).limit(limit)).mappings()]


def sealed_codes(
    connection: Connection, promotion_id: int, batch: str, *, after_id: int = 0, limit: int = 2000
) -> list[tuple[int, bytes | None, CodeRow]]:
    """Codes of one batch with their sealed copies, for printing and export."""
    query = (
        select(*_CODE_COLUMNS, code.c.code_cipher)
        .where(code.c.promotion_id == promotion_id, code.c.batch == batch, code.c.id > after_id)
        .order_by(code.c.id)
        .limit(limit)
    )
    found = []
    for row in connection.execute(query).mappings():
        fields = dict(row)
        sealed = fields.pop("code_cipher")
        found.append((int(fields["id"]), sealed, CodeRow(**fields)))
    return found


@dataclass(frozen=True, slots=True)
class BatchRow:
    name: str
    codes: int
    used: int
    cancelled: int
    created_at: datetime


def batches(connection: Connection, promotion_id: int) -> list[BatchRow]:
    """Bulk batches of a promotion, newest first."""
    rows = connection.execute(
        select(
            code.c.batch,
            func.count(),
            func.sum(case((code.c.use_count > 0, 1), else_=0)),
            func.sum(case((code.c.status == "cancelled", 1), else_=0)),
            func.min(code.c.created_at, type_=UtcDateTime),
        )
        .where(code.c.promotion_id == promotion_id, code.c.shared_code.is_(None))
        .group_by(code.c.batch)
        .order_by(func.max(code.c.id).desc())
    )
    return [BatchRow(row[0], int(row[1]), int(row[2]), int(row[3]), row[4]) for row in rows]


def add_codes(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add made codes, whose 75 random bits meet no other."""
    if rows:
        connection.execute(insert(code), list(map(dict, rows)))


def add_shared_code(connection: Connection, **columns: Any) -> int | None:
    """A code by its word; None when the word is taken, by whichever promotion."""
    found = connection.execute(
        dialect_insert(connection, code)
        .values(**columns)
        .on_conflict_do_nothing(index_elements=[code.c.code_hash])
        .returning(code.c.id)
    ).first()
    return None if found is None else int(found[0])


def cancel_codes(
    connection: Connection, promotion_id: int, *, code_id: int | None = None, batch: str | None = None
) -> int:
    """Cancel one code, or what is left of a batch; how many were active."""
    query = update(code).where(code.c.promotion_id == promotion_id, code.c.status == "active")
    if code_id is not None:
        query = query.where(code.c.id == code_id)
    if batch is not None:
        query = query.where(code.c.batch == batch)
    return connection.execute(query.values(status="cancelled")).rowcount


def set_code(connection: Connection, code_id: int, **columns: Any) -> None:
    connection.execute(update(code).where(code.c.id == code_id).values(**columns))
