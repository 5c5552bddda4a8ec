"""What a failing disk, a long reader and a lost answer mean for a commit, and what is said of it."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from app.clock import FixedClock
from app.shop.verdict import check_database
from db import uow as units
from db.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseFull,
    DatabaseProblem,
    DatabaseReadOnly,
    DatabaseUnavailable,
    DiskTrouble,
    OutcomeUnknown,
    ServerCrowded,
    ServerReadOnly,
    ServerRefuses,
)
from db.looking import Found
from db.uow import Database, UnitOfWork, translate
from tests.app.checkout.books import check_books
from tests.builders import a_shop


class _SqliteTrouble(Exception):
    def __init__(self, code: int) -> None:
        super().__init__("words that differ between versions")
        self.sqlite_errorcode = code


class _ServerTrouble(Exception):
    def __init__(self, state: str) -> None:
        super().__init__("words")
        self.sqlstate = state


def _raised(original: Exception) -> OperationalError:
    return OperationalError("COMMIT", {}, original)


@pytest.mark.parametrize("code", [10, 778, 1034])  # SQLITE_IOERR, _WRITE, _FSYNC
def test_f4_only_a_commit_leaves_it_open_whether_it_was_saved(code: int) -> None:
    before = translate(_raised(_SqliteTrouble(code)), committing=False)
    assert isinstance(before, DiskTrouble)
    assert "Nothing was saved" in str(before)
    during = translate(_raised(_SqliteTrouble(code)), committing=True)
    assert isinstance(during, OutcomeUnknown)
    assert "Nothing" not in str(during)
    assert "not certain" in str(during)
    assert "not booked twice" in str(during)


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (5, DatabaseBusy), (261, DatabaseBusy), (8, DatabaseReadOnly), (13, DatabaseFull), (11, DatabaseDamaged),
        (26, DatabaseDamaged), (14, DatabaseUnavailable),
    ],
)  # fmt: skip
def test_sqlite_troubles_are_known_by_their_codes(code: int, problem: type[DatabaseProblem]) -> None:
    assert type(translate(_raised(_SqliteTrouble(code)), committing=True)) is problem


@pytest.mark.parametrize(
    ("state", "problem"),
    [
        ("40001", DatabaseBusy), ("53100", DatabaseFull), ("25006", ServerReadOnly), ("58030", DiskTrouble),
        ("XX001", DatabaseDamaged), ("57P01", DatabaseUnavailable), ("25P03", DatabaseUnavailable),
    ],
)  # fmt: skip
def test_server_troubles_are_known_by_their_states(state: str, problem: type[DatabaseProblem]) -> None:
    assert type(translate(_raised(_ServerTrouble(state)), committing=False)) is problem


def test_a_server_lost_while_it_commits_leaves_it_open() -> None:  # F23
    assert isinstance(translate(_raised(_ServerTrouble("57P01")), committing=True), OutcomeUnknown)


def test_what_is_no_trouble_of_the_place_stays_a_defect() -> None:
    constraint = _raised(_SqliteTrouble(19))
    assert translate(constraint, committing=False) is constraint


@contextmanager
def no_file_grows() -> Iterator[None]:
    """F7: writes fail as on a disk that breaks; reading goes on."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_f7_a_disk_that_fails_at_commit_is_not_called_nothing_saved(sqlite_db: Database, clock: FixedClock) -> None:
    """Refused with what is known; the same request afterwards is booked once, on connections made anew."""
    shop = a_shop(sqlite_db, clock)
    shop.product("Oil", "10.00")
    basket = shop.basket("Oil")
    with no_file_grows(), pytest.raises(OutcomeUnknown, match="not certain"):
        shop.checkout.complete(shop.till, basket, [shop.cash("10.00")], 1000)
    done = shop.checkout.complete(shop.till, basket, [shop.cash("10.00")], 1000)
    assert done.number_text == "R1-000001"
    assert shop.one("SELECT count(*) FROM sale") == 1
    check_books(sqlite_db)


def _failing(monkeypatch: pytest.MonkeyPatch, *problems: type[DatabaseProblem]) -> list[int]:
    """Commits raise these in turn, then work; the list counts them."""
    left, commits = list(problems), [0]
    commit = UnitOfWork.commit

    def instead(self: UnitOfWork) -> None:
        commits[0] += 1
        if left:
            raise left.pop(0)()
        commit(self)

    monkeypatch.setattr(UnitOfWork, "commit", instead)
    monkeypatch.setattr(time, "sleep", lambda _s: None)
    return commits


def _booking(uow: UnitOfWork) -> str:
    uow.connection.exec_driver_sql("INSERT INTO brand (name) VALUES ('Once')")
    uow.commit()
    return "booked"


def test_an_unknown_outcome_is_asked_for_again(sqlite_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    commits = _failing(monkeypatch, OutcomeUnknown, DatabaseBusy)
    assert sqlite_db.retrying(_booking) == "booked"
    assert commits == [3]


def test_what_was_unknown_once_is_not_called_known_by_a_later_refusal(
    sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit without an answer, then a lock: "nothing was changed" would be more than anybody knows."""
    _failing(monkeypatch, OutcomeUnknown, DatabaseBusy, DatabaseBusy, DatabaseBusy)
    with pytest.raises(OutcomeUnknown):
        sqlite_db.retrying(_booking)


def test_no_attempt_begins_after_the_cashier_has_waited_long(
    sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:  # F16
    monkeypatch.setattr(units, "PATIENCE_S", -1.0)
    commits = _failing(monkeypatch, DatabaseBusy, DatabaseBusy)
    with pytest.raises(DatabaseBusy):
        sqlite_db.retrying(_booking)
    assert commits == [1]


def _write_something(database: Database) -> float:
    begun = time.monotonic()
    with database.write() as uow:
        uow.connection.exec_driver_sql("INSERT INTO brand (name) SELECT 'B' || count(*) FROM brand")
        uow.commit()
    return time.monotonic() - begun


def _wal(database: Database) -> int:
    assert database.file is not None
    return database.file.with_name(database.file.name + "-wal").stat().st_size


def test_f15_a_long_reader_makes_no_sale_wait(sqlite_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the WAL's limit each commit folds what it can, and does not stand in line behind the report."""
    monkeypatch.setattr(units, "WAL_LIMIT_BYTES", 1)
    _write_something(sqlite_db)
    with sqlite_db.read() as report:
        report.connection.exec_driver_sql("SELECT count(*) FROM brand").all()
        assert max(_write_something(sqlite_db) for _ in range(3)) < 1.0  # seconds; the busy timeout is five
        begun = time.monotonic()
        sqlite_db.checkpoint()
        assert time.monotonic() - begun < 1.0


def test_an_idle_till_folds_its_wal(sqlite_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _write_something(sqlite_db)
    sqlite_db.rest()
    assert _wal(sqlite_db) > 0, "somebody has just written"
    monkeypatch.setattr(units, "IDLE_S", 0.0)
    sqlite_db.rest()
    assert _wal(sqlite_db) == 0
    assert sqlite_db.scalar("SELECT count(*) FROM brand") == 1


def test_a_checkpoint_that_fails_is_logged_and_loses_nothing(
    sqlite_db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    _write_something(sqlite_db)
    with no_file_grows():
        sqlite_db.checkpoint()
    assert "checkpoint put off" in caplog.text
    assert sqlite_db.scalar("SELECT count(*) FROM brand") == 1


def test_a_checkpoint_gives_the_connection_back_as_patient_as_it_was(sqlite_db: Database) -> None:
    _write_something(sqlite_db)
    sqlite_db.checkpoint()
    assert {_patience(sqlite_db) for _ in range(3)} == {5000}


def _patience(database: Database) -> Any:
    return database.scalar("PRAGMA busy_timeout")


def _as(url: str, role: str) -> Database:
    from sqlalchemy import make_url

    return Database.connect(make_url(url).set(username=role, password="x").render_as_string(hide_password=False))


def test_f25_a_server_that_lets_nobody_in_is_not_said_to_be_silent(postgres_server: str) -> None:
    """A password changed on the server: somebody who looks for a broken cable looks in the wrong place."""
    database = _as(postgres_server, "nobody_here")
    with pytest.raises(ServerRefuses, match="user and password") as told:
        database.ask()
    assert database.trouble is told.value


def test_f25_a_server_without_a_free_connection_says_so(postgres_server: str) -> None:
    import psycopg

    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute("CREATE ROLE one_only LOGIN PASSWORD 'x' CONNECTION LIMIT 1")
        first, second = _as(postgres_server, "one_only"), _as(postgres_server, "one_only")
        try:
            first.ask()
            with pytest.raises(ServerCrowded, match="no connection free"):
                second.ask()
            assert check_database(_address(second)).found is Found.CROWDED
            first.close()
            second.ask()  # in a moment: and then it goes on
            assert second.trouble is None
        finally:
            second.close()
            admin.execute("DROP ROLE one_only")


def _address(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def test_f25_a_server_that_takes_nothing_new_stays_in_trouble_until_it_does(
    postgres_url: str, postgres_server: str
) -> None:
    """What looks for papers to print commits every few seconds without a change: the lamp went green each time."""
    import psycopg
    from sqlalchemy import make_url

    name = make_url(postgres_url).database
    database = Database.connect(postgres_url)
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")  # type: ignore[call-overload]
        with pytest.raises(ServerReadOnly, match="takes nothing new"):
            _write_something(database)
        _write_nothing(database)
        database.ask()
        assert isinstance(database.trouble, ServerReadOnly)
        admin.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")  # type: ignore[call-overload]
    database.engine.dispose()  # each connection was told at its start
    _write_something(database)
    assert database.trouble is None
    database.engine.dispose()


def _write_nothing(database: Database) -> None:
    with database.write() as uow:
        uow.connection.exec_driver_sql("SELECT count(*) FROM brand").all()
        uow.commit()


def test_a_full_disk_is_over_when_something_was_written(database: Database) -> None:
    for write, over in ((_write_nothing, False), (_write_something, True)):
        database.trouble = DatabaseFull()
        write(database)
        assert (database.trouble is None) is over
