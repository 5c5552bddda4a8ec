"""INSERT ... ON CONFLICT, which both databases have and SQLAlchemy keeps in two dialects."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def dialect_insert(connection: Connection, table: Table) -> Any:
    """INSERT in the words of the connected database."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def insert_or_nothing(connection: Connection, table: Table, conflict: str) -> Any:
    """INSERT that leaves the table alone where the unique column `conflict` is taken."""
    return dialect_insert(connection, table).on_conflict_do_nothing(index_elements=[table.c[conflict]])
