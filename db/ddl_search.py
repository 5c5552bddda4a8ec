"""Search indexes for customers and products, and the counter that tells tills their catalogue is old.

SQLite: FTS5 trigrams over `search_text`, kept by triggers. PostgreSQL: pg_trgm where the extension can be had, else
trigrams cut by a function of ours under a GIN index. Beside them prefix indexes on names, phones and e-mail addresses
answer one short word at once. `db.queries.words` asks them. Every name here contains "search" or "bumps_catalogue".

The first migration runs this: a later change of search is a migration of its own, not an edit here.
"""

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

SEARCHED = ("customer", "product")
# What a till keeps in memory: a change to any of these makes its snapshot old.
CATALOGUE_TABLES = (
    "product",
    "product_barcode",
    "product_tag",
    "category",
    "brand",
    "tax_class",
    "tax_rate",
    "price_group",
    "price_group_price",
    "quick_key_page",
    "quick_key",
)
_PREFIXES = (
    ("ix_search_customer_name", "customer", "sort_name"),
    ("ix_search_customer_text", "customer", "search_text"),
    ("ix_search_customer_email", "customer", "email"),
    ("ix_search_customer_phone", "customer", "phone"),
    ("ix_search_customer_tail", "customer", "phone_tail"),
    ("ix_search_customer_number", "customer", "number"),
    ("ix_search_product_text", "product", "search_text"),
)


def search_statements(connection: Connection) -> list[str]:
    """Statements that make search quick on this database."""
    first_version = "INSERT INTO catalogue_version (id, version) VALUES (1, 1)"
    if connection.dialect.name == "postgresql":
        return [first_version, *_postgresql_search(_can_have_trigrams(connection)), *_postgresql_version()]
    return [first_version, *_sqlite_search(), *_sqlite_version()]


def _sqlite_search() -> list[str]:
    made = [f"CREATE INDEX ix_search_{table}_text ON {table} (search_text)" for table in SEARCHED]
    for table in SEARCHED:
        index = f"{table}_search"
        forget = f"INSERT INTO {index} ({index}, rowid, search_text) VALUES ('delete', old.id, old.search_text)"  # noqa: S608 - names of ours
        add = f"INSERT INTO {index} (rowid, search_text) VALUES (new.id, new.search_text)"  # noqa: S608
        made += [
            f"CREATE VIRTUAL TABLE {index} USING fts5(search_text, content='{table}', content_rowid='id', "
            "tokenize='trigram', detail='full')",
            f"CREATE TRIGGER {index}_added AFTER INSERT ON {table} BEGIN {add}; END",
            f"CREATE TRIGGER {index}_removed AFTER DELETE ON {table} BEGIN {forget}; END",
            f"CREATE TRIGGER {index}_changed AFTER UPDATE OF search_text ON {table} "
            f"WHEN old.search_text IS NOT new.search_text BEGIN {forget}; {add}; END",
        ]
    return made


def _sqlite_version() -> list[str]:
    return [
        f"CREATE TRIGGER {table}_bumps_catalogue_{verb.lower()} AFTER {verb} ON {table} "  # noqa: S608
        "BEGIN UPDATE catalogue_version SET version = version + 1; END"
        for table in CATALOGUE_TABLES
        for verb in ("INSERT", "UPDATE", "DELETE")
    ]


def _can_have_trigrams(connection: Connection) -> bool:
    """Whether pg_trgm is there or could be made; the servers that come from pip bring no extensions."""
    known = "SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'"
    if connection.exec_driver_sql(known).scalar() is None:
        return False
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DBAPIError:  # the shop's role may not; our own serve then
        return False
    return True


# Three signs each, and the first one or two of every word with the space before them. Its cost is overstated so that
# no plan cuts the texts of a whole table; unsafe on purpose too: starting parallel workers takes 10 ms, a search two.
_GRAMS = """
CREATE FUNCTION search_grams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL UNSAFE COST 20000 AS $$
    SELECT array_agg(DISTINCT gram COLLATE "C") FROM (
        SELECT substr(words, place, 3) AS gram FROM generate_series(1, length(words) - 2) AS place
        UNION ALL
        SELECT substr(words, place, 2) FROM generate_series(1, length(words) - 1) AS place
        WHERE substr(words, place, 1) = ' '
    ) AS cut WHERE strpos(substr(gram, 2), ' ') = 0
$$
"""


def _postgresql_search(trigrams: bool) -> list[str]:
    made = [] if trigrams else [_GRAMS]
    made += [
        # With the id, names are told apart and found without reading their rows.
        f"CREATE INDEX {name} ON {table} ({column} text_pattern_ops) INCLUDE (id)"
        for name, table, column in _PREFIXES
    ]
    for table in SEARCHED:
        if trigrams:
            made.append(f"CREATE INDEX ix_search_{table}_trgm ON {table} USING gin (search_text gin_trgm_ops)")
        else:
            grams = '(search_grams(search_text) COLLATE "C")'
            # What is typed into a shop is few rows at a time: the time a pending list saves would be paid by searches.
            made.append(f"CREATE INDEX ix_search_{table}_grams ON {table} USING gin ({grams}) WITH (fastupdate = off)")
    return made


def _postgresql_version() -> list[str]:
    function = (
        "CREATE FUNCTION bumps_catalogue() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN UPDATE catalogue_version SET version = version + 1; RETURN NULL; END $$"
    )
    return [function] + [
        f"CREATE TRIGGER {table}_bumps_catalogue AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION bumps_catalogue()"
        for table in CATALOGUE_TABLES
    ]
