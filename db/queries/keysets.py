"""Lists read a page at a time in any order: what follows a row, wherever rows have nothing in the sorted column."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_, tuple_

from db.types import BigInt

Key = tuple[Any, int]  # the sorted value of a page's last row (None where it has none), and its id


def in_order(
    found: Any, column: Any, key_id: Any, *, descending: bool, after: Key | None, some_without: bool = True
) -> Any:
    """A select narrowed to the rows after `after`, ordered by `column` and then `key_id`.

    Those without a value come last either way. Without NULLs (`some_without` False) an index over both gives the order.
    """
    order = [column.desc(), key_id.desc()] if descending else [column, key_id]
    if some_without:
        order.insert(0, column.is_(None))
    if after is not None:
        found = found.where(_follows(column, key_id, after, descending, some_without))
    return found.order_by(*order)


def _follows(column: Any, key_id: Any, after: Key, descending: bool, some_without: bool) -> ColumnElement[bool]:
    value, place = after[0], literal(after[1], BigInt)
    if value is None:
        return and_(column.is_(None), key_id < place if descending else key_id > place)
    here, there = tuple_(column, key_id), tuple_(literal(value, column.type), place)
    beyond: ColumnElement[bool] = here < there if descending else here > there
    return or_(beyond, column.is_(None)) if some_without else beyond
