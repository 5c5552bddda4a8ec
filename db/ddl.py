"""What tables alone cannot say: triggers that keep facts as they were written."""

from collections.abc import Sequence


def guard_statements(dialect: str, tables: Sequence[str]) -> list[str]:
    """Statements that make these append-only tables refuse UPDATE and DELETE.

    Migrations name their tables: one that was released must not change with the models.
    """
    return _postgresql(tables) if dialect == "postgresql" else _sqlite(tables)


def _sqlite(tables: Sequence[str]) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in tables
        for verb in ("UPDATE", "DELETE")
    ]


def _postgresql(tables: Sequence[str]) -> list[str]:
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
