"""Search as one types: the worst of 50 questions, in the database and until it is painted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.catalog.service import CatalogService
from app.clock import FixedClock
from app.customers.exporting import CustomerExport
from app.customers.service import CustomerService
from app.staff.model import with_all_rights
from db.uow import Database
from tests.benchmarks import shops
from tests.benchmarks.harness import report

pytestmark = pytest.mark.benchmark

QUESTIONS, TIMES = 50, 7


def worst(ask: Callable[[str], object], questions: Sequence[str]) -> tuple[float, str]:
    """Milliseconds of the slowest question, each taken as the median of several askings, after one to warm up."""
    found = []
    for question in questions:
        ask(question)
        taken = []
        for _ in range(TIMES):
            start = time.perf_counter()
            ask(question)
            taken.append((time.perf_counter() - start) * 1000)
        found.append((sorted(taken)[TIMES // 2], question))
    return max(found)


def as_typed(names: Sequence[str]) -> list[str]:
    """Fifty states of a search field: names a letter at a time, parts of words, two words."""
    made: list[str] = []
    for name in names:
        made += [name[:length] for length in (2, 3, 4, 6)] + [name[2:7], f"{name.split()[-1][:3]} {name[:2]}"]
    return list(dict.fromkeys(made))[:QUESTIONS]


def told(what: str, goal: float, ask: Callable[[str], object], questions: Sequence[str]) -> None:
    assert len(questions) == QUESTIONS
    assert sum(bool(ask(question)) for question in questions) > QUESTIONS * 0.8  # questions that find something
    taken, question = worst(ask, questions)
    report(what, goal, taken, f"the slowest: “{question}”", unit=" ms")


# --- In the database


@pytest.fixture(scope="module")
def million(request: pytest.FixtureRequest) -> Iterator[Database]:
    database = Database.connect(str(shops.million_in_sqlite()))
    yield database
    database.close()


@pytest.fixture(scope="module")
def million_on_server(postgres_server: str, postgres_template: str) -> Iterator[Database]:
    database = server_database(postgres_server, postgres_template, "people")
    shops.fill_people(database, shops.PEOPLE)
    yield database
    database.close()


def server_database(server: str, template: str, name: str) -> Database:
    import psycopg
    from sqlalchemy import make_url

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[call-overload]
    return Database.connect(make_url(server).set(database=name).render_as_string(hide_password=False))


@pytest.fixture(scope="module")
def customer_questions(million: Database) -> list[str]:
    """Names as they are typed, and numbers, phones and addresses of people who are there."""
    with million.read() as uow:
        rows = uow.connection.exec_driver_sql(
            "SELECT first_name, last_name, email, phone, number FROM customer WHERE id IN "
            "(77, 5005, 123456, 400400, 654321, 777777, 999999) AND email IS NOT NULL AND phone IS NOT NULL"
        ).all()
    assert len(rows) >= 3
    first = [f"{row[0]} {row[1]}" for row in rows][:6]
    others = [text for row in rows for text in (row[2][:9], row[2], row[3][:8], row[3][-5:], row[4], f"0{row[3][4:9]}")]
    return list(dict.fromkeys([*as_typed(first)[: QUESTIONS - 14], *others]))[:QUESTIONS]


def test_a_million_customers(million: Database, customer_questions: list[str], clock: FixedClock) -> None:
    assert million.scalar("SELECT count(*) FROM customer") == shops.PEOPLE
    search = partial(CustomerService(million, clock).search, by=with_all_rights(1))
    told("search 1,000,000 customers, worst of 50 (sqlite)", 10, search, customer_questions)


def test_a_million_customers_on_a_server(
    million_on_server: Database, customer_questions: list[str], clock: FixedClock
) -> None:
    assert million_on_server.scalar("SELECT count(*) FROM customer") == shops.PEOPLE
    search = partial(CustomerService(million_on_server, clock).search, by=with_all_rights(1))
    told("search 1,000,000 customers, worst of 50 (postgresql)", 10, search, customer_questions)


@pytest.fixture(scope="module")
def large_range(large_shop: Path) -> Iterator[Database]:
    database = Database.connect(str(large_shop))
    assert database.scalar("SELECT count(*) FROM product") == shops.LARGE["products"]
    yield database
    database.close()


@pytest.fixture(scope="module")
def product_questions(large_range: Database) -> list[str]:
    with large_range.read() as uow:
        names = uow.connection.exec_driver_sql(
            "SELECT name FROM product WHERE id IN (3, 111, 2222, 5003, 8008, 11111, 14014, 17017, 19999) ORDER BY id"
        ).scalars()
        return as_typed(list(names))


def test_twenty_thousand_products(large_range: Database, product_questions: list[str], clock: FixedClock) -> None:
    service = CatalogService(large_range, clock)
    told("search 20,000 products, worst of 50 (sqlite)", 10, service.search, product_questions)


def test_twenty_thousand_products_on_a_server(
    large_range: Database, product_questions: list[str], clock: FixedClock, postgres_server: str, postgres_template: str
) -> None:
    from db.models import Product

    columns = ("id", "sku", "name", "search_text", "price_minor", "kind", "active", "created_at", "updated_at")
    with large_range.read() as uow:
        rows = [
            {name: getattr(row, name) for name in columns}
            for row in uow.connection.execute(Product.__table__.select())  # type: ignore[attr-defined]
        ]
    database = server_database(postgres_server, postgres_template, "range")
    with database.write() as uow:
        uow.connection.execute(Product.__table__.insert(), rows)  # type: ignore[attr-defined]
        uow.commit()
    shops.settle(database, "product")
    assert database.scalar("SELECT count(*) FROM product") == shops.LARGE["products"]
    service = CatalogService(database, clock)
    told("search 20,000 products, worst of 50 (postgresql)", 10, service.search, product_questions)
    database.close()


# --- Until it is painted


def wait_for(signal: object, start: Callable[[], None]) -> None:
    waiting = QEventLoop()
    signal.connect(waiting.quit)  # type: ignore[attr-defined]
    QTimer.singleShot(20_000, waiting.quit)
    start()
    waiting.exec()
    signal.disconnect(waiting.quit)  # type: ignore[attr-defined]


def test_customers_painted(
    million: Database, customer_questions: list[str], clock: FixedClock, qapp: QApplication
) -> None:
    """From the letter in the field to the painted list."""
    from ui.customers.presenter import CustomersPresenter
    from ui.customers.view import CustomersView
    from ui.shared import theme
    from ui.shared.format import Formats
    from ui.shared.jobs import Jobs

    theme.apply(qapp)
    reads, writes = Jobs(1), Jobs(1)
    presenter = CustomersPresenter(
        CustomerService(million, clock), CustomerExport(million, clock), reads, writes, with_all_rights(1)
    )
    view = CustomersView(presenter, Formats("en_IE", "EUR", "Europe/Dublin"))
    view.resize(1216, 740)
    view.show()

    def ask(question: str) -> int:
        view.search.blockSignals(True)
        view.search.setText("")
        view.search.blockSignals(False)
        wait_for(presenter.found, lambda: view.search.setText(question))
        view.repaint()
        return int(view.model.rowCount())

    told("search 1,000,000 customers until painted, worst of 50", 33, ask, customer_questions)
    reads.close()
    writes.close()
    view.close()


def test_products_painted(
    large_range: Database, product_questions: list[str], clock: FixedClock, qapp: QApplication
) -> None:
    """From the end of the pause between letters (60 ms) to the painted list under the scan field."""
    from PySide6.QtWidgets import QVBoxLayout, QWidget

    from ui.sell.scan_field import ProductPopup, ScanField
    from ui.shared import theme
    from ui.shared.format import Formats
    from ui.shared.jobs import Jobs

    theme.apply(qapp)
    service, reads = CatalogService(large_range, clock), Jobs(1)
    formats = Formats("en_IE", "EUR", "Europe/Dublin")
    host = QWidget()
    field = ScanField(formats)
    box = QVBoxLayout(host)
    box.addWidget(field)
    box.addStretch(1)
    popup = ProductPopup(host, field)
    field.use_popup(popup)
    host.resize(900, 740)
    host.show()

    def ask(question: str) -> int:
        waiting = QEventLoop()
        QTimer.singleShot(20_000, waiting.quit)
        field.setText(question)

        def shown(hits: object) -> None:
            field.show_hits(hits)  # type: ignore[arg-type]
            waiting.quit()

        reads.start(lambda: service.search(question, limit=12), shown)
        waiting.exec()
        host.repaint()
        return popup.list.count()

    told("search 20,000 products until painted, worst of 50", 33, ask, product_questions)
    reads.close()
    host.close()
