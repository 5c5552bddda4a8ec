"""What tables alone cannot say: triggers that keep facts as they were written."""

from db.base import append_only_tables


def guard_statements(dialect: str) -> list[str]:
    """Statements that make every append-only table refuse UPDATE and DELETE."""
    tables = append_only_tables()
    return _postgresql(tables) if dialect == "postgresql" else _sqlite(tables)


def _sqlite(tables: list[str]) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in tables
        for verb in ("UPDATE", "DELETE")
    ]


def _postgresql(tables: list[str]) -> list[str]:
    function = (
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only', "
        "ERRCODE = 'restrict_violation'; END $$"
    )
    return [function] + [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in tables
    ]
