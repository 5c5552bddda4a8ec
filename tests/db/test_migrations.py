"""What the migrations build is what the models say, on both databases, and never half of it."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Inspector, Table, inspect

import db
from db.models import Base
from db.schema import HEAD, known_revisions
from db.uow import Database

SCRIPTS = ScriptDirectory(str(Path(db.__file__).parent / "migrations"))


def _ours(_object: object, name: str | None, kind: str, reflected: bool, _compare_to: object) -> bool:
    """Search indexes are made by hand in db.ddl_search and stand in no model."""
    return not (reflected and kind in ("table", "index") and "search" in str(name))


def test_migrated_schema_equals_the_models(database: Database) -> None:
    with database.read() as uow:
        context = MigrationContext.configure(
            uow.connection, opts={"target_metadata": Base.metadata, "include_object": _ours, "compare_type": True}
        )
        differences = compare_metadata(context, Base.metadata)
    assert differences == []


def test_every_check_of_the_models_is_in_the_migrated_schema(sqlite_db: Database) -> None:
    """Alembic does not compare them. A server rewrites their words, so it is asked only for their names, below."""
    with sqlite_db.read() as uow:
        live = {table: _checks(inspect(uow.connection), table) for table in Base.metadata.tables}
    assert live == {
        table.name: sorted((str(check.name), " ".join(str(check.sqltext).split())) for check in _declared(table))
        for table in Base.metadata.tables.values()
    }


def test_no_check_is_lost_on_a_server(postgres_db: Database) -> None:
    with postgres_db.read() as uow:
        look = inspect(uow.connection)
        live = {
            table: sorted(str(check["name"]) for check in look.get_check_constraints(table))
            for table in Base.metadata.tables
        }
    assert live == {
        table.name: sorted(str(check.name) for check in _declared(table)) for table in Base.metadata.tables.values()
    }


def _checks(look: Inspector, table: str) -> list[tuple[str, str]]:
    return sorted(
        (str(check["name"]), " ".join(check["sqltext"].split())) for check in look.get_check_constraints(table)
    )


def _declared(table: Table) -> list[CheckConstraint]:
    return [one for one in table.constraints if isinstance(one, CheckConstraint)]


def test_one_head_and_every_revision_reached_from_the_first() -> None:
    assert SCRIPTS.get_heads() == [HEAD]
    assert [script.revision for script in SCRIPTS.walk_revisions()][::-1] == known_revisions()


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_names_fit_both_databases(table: str) -> None:
    """PostgreSQL cuts names at 63 bytes, and a cut name may meet another."""
    found = Base.metadata.tables[table]
    names = [table, *(str(item.name) for item in found.constraints if item.name), *(str(i.name) for i in found.indexes)]
    assert all(len(name) <= 63 for name in names)
