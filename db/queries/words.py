"""Where the words of a question stand in `search_text`, in terms that each database answers from its index.

A search text begins with a space and parts its folded words by one, so " ru" is the beginning of a word wherever it
stands. A word of three signs or more may stand anywhere; a shorter one must begin a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, text

_LAST = "\U0010ffff"
_TRIGRAMS: WeakKeyDictionary[Engine, bool] = WeakKeyDictionary()


def beginning(connection: Connection, column: str, start: str, values: dict[str, object]) -> tuple[str, str]:
    """Condition and order for "`column` begins with `start`", served by its prefix index whatever the collation."""
    values |= {"low": start, "high": start + _LAST}
    if connection.dialect.name == "sqlite":
        return f"{column} >= :low AND {column} < :high", column
    return f"{column} ~>=~ :low AND {column} ~<~ :high", f"{column} USING ~<~"


def each(table: str, words: Sequence[str], values: dict[str, object]) -> str:
    """Conditions, each led by AND, that no index serves: for the few rows another condition leaves."""
    parts = []
    for place, word in enumerate(words):
        values[f"word{place}"] = f"%{_needle(word)}%"
        parts.append(f" AND {table}.search_text LIKE :word{place}")
    return "".join(parts)


def holding(connection: Connection, table: str, words: Sequence[str], values: dict[str, object]) -> tuple[str, str]:
    """FROM and WHERE for the rows of `table` whose search text holds every word.

    Words are folded: letters and digits only. At least one must have two signs, or SQLite reads the whole table.
    """
    if connection.dialect.name == "sqlite":
        needles = [_needle(word) for word in words if len(word) > 1]
        rest = each(table, [word for word in words if len(word) == 1], values)
        if not needles:
            return table, f"1 = 1{rest}"
        values["match"] = " ".join(f'"{needle}"' for needle in needles)
        joined = f"{table}_search JOIN {table} ON {table}.id = {table}_search.rowid"
        return joined, f"{table}_search MATCH :match{rest}"
    rest = each(table, words, values)
    if has_trigrams(connection):
        return table, f"1 = 1{rest}"
    values["grams"] = sorted(set().union(*map(_grams, words)))
    indexed = f'(search_grams({table}.search_text) COLLATE "C") @> CAST(:grams AS text[])'
    return table, f"{indexed}{rest}"


def has_trigrams(connection: Connection) -> bool:
    """Whether this PostgreSQL database has the pg_trgm indexes; asked once per engine."""
    known = _TRIGRAMS.get(connection.engine)
    if known is None:
        sql = "SELECT to_regclass('ix_search_product_trgm') IS NOT NULL"
        known = _TRIGRAMS[connection.engine] = bool(connection.execute(text(sql)).scalar())
    return known


def _needle(word: str) -> str:
    return word if len(word) > 2 else f" {word}"


def _grams(word: str) -> set[str]:
    """Some of what `search_grams` (db.ddl_search) cuts of a text that holds the word: enough to cover it. Each gram is
    a list to read; the ones between would take longer than the few wrong rows they spare."""
    needle = _needle(word)
    last = max(0, len(needle) - 3)
    return {needle[place : place + 3] for place in (*range(0, last, 3), last)}
