"""What only a server can do to a till: go away with every connection, and let two tills book at the same moment."""

from __future__ import annotations

import threading
from uuid import uuid4

import pytest
from sqlalchemy import Connection, create_engine, text

from app.checkout.errors import RequestReused
from app.checkout.model import CompletedSale, TillContext
from app.clock import FixedClock
from db.errors import DatabaseUnavailable
from db.uow import Database
from tests.app.checkout.books import check_books
from tests.builders import a_shop


def test_a_sale_outlives_a_restart_that_killed_the_whole_pool(postgres_db: Database, clock: FixedClock) -> None:  # F22
    shop = a_shop(postgres_db, clock)
    shop.product("A", "10.00")
    basket = shop.basket("A")
    for held in [postgres_db.engine.connect() for _ in range(4)]:
        held.close()
    other = create_engine(postgres_db.engine.url)
    with other.connect() as connection:
        killed = connection.execute(
            text(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        ).scalar_one()
    other.dispose()
    assert killed >= 4
    done = shop.checkout.complete(shop.till, basket, (shop.cash("10.00"),), 1000)
    assert not done.repeated
    check_books(postgres_db)


def test_one_request_at_two_registers_at_once_is_one_sale(postgres_db: Database, clock: FixedClock) -> None:  # V6
    shop = a_shop(postgres_db, clock)
    shop.product("A", "10.00")
    tills = (shop.till, shop.second_till())
    for _ in range(6):
        basket = shop.basket("A", request_id=uuid4())
        answers: list[object] = []
        start = threading.Barrier(2)

        def book(till: TillContext, basket=basket, answers=answers, start=start) -> None:  # type: ignore[no-untyped-def]
            start.wait(10)
            try:
                answers.append(shop.complete(basket, shop.cash("10.00"), till=till))
            except Exception as error:
                answers.append(error)

        threads = [threading.Thread(target=book, args=(till,)) for till in tills]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(type(answer).__name__ for answer in answers) == [CompletedSale.__name__, RequestReused.__name__]
    assert shop.one("SELECT count(*) FROM sale") == 6
    check_books(postgres_db)


def test_a_database_in_trouble_says_so_until_it_answers(postgres_db: Database) -> None:  # F22
    url = postgres_db.engine.url
    maintenance = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with maintenance.connect() as server:
        server.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS false"))
        _end_connections(server, url.database)
        with pytest.raises(DatabaseUnavailable):
            postgres_db.ask()
        assert isinstance(postgres_db.trouble, DatabaseUnavailable)
        server.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS true"))
    maintenance.dispose()
    postgres_db.ask()
    assert postgres_db.trouble is None


def test_a_connection_that_died_while_nobody_asked_is_nobody_s_trouble(postgres_db: Database) -> None:  # F22
    held = postgres_db.scalar("SELECT pg_backend_pid()")
    maintenance = create_engine(postgres_db.engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with maintenance.connect() as server:
        _end_connections(server, postgres_db.engine.url.database)
    maintenance.dispose()
    assert postgres_db.scalar("SELECT pg_backend_pid()") != held
    assert postgres_db.trouble is None


def _end_connections(server: Connection, database: str | None) -> None:
    """Wait until each is gone: the server says farewell to them in its own time."""
    ending = text("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = :name")
    assert all(server.execute(ending, {"name": database}).scalars())
