"""The strip's word on the database follows what the units of work met."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from db.errors import DatabaseFull, DatabaseUnavailable
from db.schema import create_schema
from hardware.protocols import DeviceState
from ui.shared.jobs import Jobs
from ui.shell.database_watch import DatabaseWatch


class Server:
    """As much of db.uow.Database as the watch asks for."""

    def __init__(self) -> None:
        self.trouble: Exception | None = None
        self.asked = 0
        self.there = True

    def ask(self) -> None:
        self.asked += 1
        if not self.there:
            raise DatabaseUnavailable
        self.trouble = None


def test_trouble_is_shown_in_its_words_until_the_database_answers(qtbot: QtBot) -> None:  # F14
    server, reads = Server(), Jobs(1)
    told: list[tuple[DeviceState, str]] = []
    watch = DatabaseWatch(server, reads, lambda state, words: told.append((state, words)))  # type: ignore[arg-type]
    watch.stop()
    assert told == [(DeviceState.READY, "")]
    server.there, server.trouble = False, DatabaseUnavailable()
    for _ in range(5):
        watch.look()
    assert told[1:] == [(DeviceState.TROUBLE, str(DatabaseUnavailable()))]  # said once
    qtbot.waitUntil(lambda: server.asked == 1)
    server.there = True
    for _ in range(5):
        watch.look()
    qtbot.waitUntil(lambda: told[-1] == (DeviceState.READY, ""))
    watch.look()
    reads.close()
    assert server.asked == 2  # nobody asks a database that is well


@pytest.mark.parametrize("trouble", [DatabaseUnavailable(), DatabaseFull()])
def test_what_is_read_again_is_no_longer_away_but_a_full_disk_stays_full(tmp_path: Path, trouble: Exception) -> None:
    database = create_schema(str(tmp_path / "shop.db"))
    database.trouble = trouble  # type: ignore[assignment]
    database.ask()
    assert (database.trouble is None) == isinstance(trouble, DatabaseUnavailable)
    with database.write() as uow:
        uow.connection.exec_driver_sql("INSERT INTO brand (name) VALUES ('Larkfield')")
        uow.commit()
    assert database.trouble is None
    database.close()
