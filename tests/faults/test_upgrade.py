"""F19: an upgrade that is cut off leaves the old schema or the new one, never something between."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Integer, event, inspect

from app.clock import FixedClock
from app.doctor.service import examine
from db import schema
from db.uow import Database
from tests.builders import a_shop


class CutOff(Exception):
    """Stands for whatever ends a program."""


@contextmanager
def stopping_at(database: Database, number: int, stop: Callable[[], Any]) -> Iterator[list[str]]:
    """Calls `stop` before the `number`-th statement that changes something; the list holds those that ran."""
    ran: list[str] = []

    def look(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("CREATE", "INSERT", "ALTER", "UPDATE", "DROP")):
            if len(ran) == number:
                stop()
            ran.append(statement)

    event.listen(database.engine, "before_cursor_execute", look)
    try:
        yield ran
    finally:
        event.remove(database.engine, "before_cursor_execute", look)


def cut() -> None:
    raise CutOff


def tables(database: Database) -> set[str]:
    with database.read() as uow:
        return set(inspect(uow.connection).get_table_names())


def statements_of_the_first_version(tmp_path: Path) -> int:
    database = Database.connect(str(tmp_path / "counted.db"))
    with stopping_at(database, 10**6, cut) as ran:
        schema.upgrade(database)
    database.close()
    return len(ran)


def test_f19_the_first_schema_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    every = statements_of_the_first_version(tmp_path)
    assert every > 150
    for number in (0, 1, every // 3, every // 2, every - 2, every - 1):
        database = Database.connect(str(tmp_path / f"cut-{number}.db"))
        with stopping_at(database, number, cut), pytest.raises(CutOff):
            schema.upgrade(database)
        assert tables(database) == set(), number
        assert schema.upgrade(database) == ""  # from nothing, and through
        assert "sale_line" in tables(database)
        database.close()


def _next_version(connection: Any) -> str:
    """An upgrade as a later version may bring it: tables, columns and rows."""
    change = Operations(MigrationContext.configure(connection))
    change.create_table("loyalty_card", Column("id", Integer, primary_key=True))
    change.add_column("brand", Column("country", Integer))
    connection.exec_driver_sql("INSERT INTO brand (name) VALUES ('New')")
    change.create_index("ix_brand_country", "brand", ["country"])
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")
    return "0001"


def _shape(database: Database) -> tuple[bool, ...]:
    with database.read() as uow:
        look = inspect(uow.connection)
        return (
            look.has_table("loyalty_card"),
            "country" in {column["name"] for column in look.get_columns("brand")},
            bool(uow.connection.exec_driver_sql("SELECT 1 FROM brand WHERE name = 'New'").scalar()),
            any(index["name"] == "ix_brand_country" for index in look.get_indexes("brand")),
            uow.connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0002",
        )


@pytest.mark.parametrize("number", range(6))
def test_f19_an_upgrade_cut_at_any_statement_is_undone(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Of five statements, cut before each of them and before none; both databases take their DDL back."""
    shop = a_shop(database, clock)
    shop.product("Oil", "10.00")
    shop.sell("Oil")
    monkeypatch.setattr(schema, "upgrade_within", _next_version)
    if number == 5:
        schema.upgrade(database)
        assert _shape(database) == (True,) * 5
        return
    with stopping_at(database, number, cut), pytest.raises(CutOff):
        schema.upgrade(database)
    assert _shape(database) == (False,) * 5
    monkeypatch.undo()
    shop.sell("Oil")
    assert examine(database).clean


def test_f19_killed_in_the_middle_of_an_upgrade(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not an error that is caught, but a process that is gone."""
    path = Path(shutil.copyfile(sqlite_template, tmp_path / "shop.db"))
    monkeypatch.setattr(schema, "upgrade_within", _next_version)

    def upgrade_and_die() -> None:
        database = Database.connect(str(path))
        with stopping_at(database, 4, lambda: os.kill(os.getpid(), signal.SIGKILL)):
            schema.upgrade(database)

    process = get_context("fork").Process(target=upgrade_and_die)
    process.start()
    process.join(30)
    assert process.exitcode == -9
    database = schema.open_shop(str(path))
    assert _shape(database) == (False,) * 5
    database.close()
