"""A sale's paper comes out after the sale, and whatever the printer does the sale stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytestqt.qtbot import QtBot

from app.clock import FixedClock
from app.ids import new_request_id
from app.outbox.service import OutboxService
from app.paper.maker import PaperMaker
from app.shop.service import ShopService
from db.errors import DatabaseBusy
from db.uow import Database
from hardware.printer.simulated import SimulatedPrinter
from hardware.protocols import DeviceState, Document, Text
from tests.builders import ShopBuilder, a_shop
from ui.devices.choices import DrawerChoice, PrinterChoice, TillChoices
from ui.devices.till import TillDevices
from ui.sell.desk import TillDesk
from ui.shared.jobs import Jobs


@dataclass
class Counter:
    """A till with its paper on screen."""

    shop: ShopBuilder
    devices: TillDevices
    desk: TillDesk

    @property
    def printer(self) -> SimulatedPrinter:
        assert isinstance(self.devices.printer, SimulatedPrinter)
        return self.devices.printer

    def states(self) -> dict[str, int]:
        with self.shop.database.read() as uow:
            rows = uow.connection.exec_driver_sql("SELECT state, count(*) FROM outbox GROUP BY state").fetchall()
        return {row[0]: row[1] for row in rows}


def words(document: Document) -> str:
    return "\n".join(block.text for block in document.blocks if isinstance(block, Text))


def _counter(qtbot: QtBot, database: Database, clock: FixedClock, choices: TillChoices) -> Iterator[Counter]:
    shop = a_shop(database, clock)
    shop.product("Bread", "4.20")
    writes = Jobs(1)
    outbox, papers = OutboxService(database, clock), PaperMaker(database, clock)
    devices = TillDevices(choices, outbox, papers, ShopService(database, clock), shop.till.register_id, writes, clock)
    desk = TillDesk(outbox, shop.sessions, shop.reader, shop.till, devices.wake)
    devices.start()
    try:
        yield Counter(shop, devices, desk)
    finally:
        devices.stop()
        writes.close()


@pytest.fixture
def counter(qtbot: QtBot, sqlite_db: Database, clock: FixedClock) -> Iterator[Counter]:
    yield from _counter(qtbot, sqlite_db, clock, TillChoices())


def test_a_cash_sale_prints_and_opens_the_drawer(qtbot: QtBot, counter: Counter) -> None:
    with qtbot.waitSignal(counter.devices.paper_shown, timeout=5000):
        sale = counter.shop.sell("Bread", cash="10.00")
        counter.desk.sale_completed(sale)
    qtbot.waitUntil(lambda: counter.states() == {"done": 2}, timeout=5000)
    assert counter.printer.drawer_kicks == 1
    assert any("5.80" in str(paper) for paper in counter.printer.papers)


def test_a_copy_says_so(qtbot: QtBot, counter: Counter) -> None:  # V34
    sale = counter.shop.sell("Bread", cash="4.20")
    counter.desk.sale_completed(sale)
    qtbot.waitUntil(lambda: counter.states() == {"done": 2}, timeout=5000)
    counter.desk.reprint(sale.sale_id)
    qtbot.waitUntil(lambda: counter.states() == {"done": 3}, timeout=5000)
    first, copy = [paper for paper in counter.printer.papers if paper.kind == "receipt"]
    assert "DUPLICATE" in words(copy).upper()
    assert "DUPLICATE" not in words(first).upper()
    assert counter.printer.drawer_kicks == 1


def test_without_paper_the_sale_stands_and_the_receipt_waits(qtbot: QtBot, counter: Counter) -> None:  # F31
    worker = counter.devices._worker
    assert worker is not None
    qtbot.waitUntil(lambda: worker.state[0] is DeviceState.READY, timeout=5000)  # its first look found paper
    with qtbot.waitSignal(
        counter.devices.state_changed, timeout=5000, check_params_cb=lambda *told: told[2] is DeviceState.TROUBLE
    ):  # told once: whoever listens later waits in vain
        counter.printer.line.paper_out = True
        sale = counter.shop.sell("Bread", cash="4.20")
        counter.desk.sale_completed(sale)
    qtbot.waitUntil(
        lambda: counter.shop.one("SELECT count(*) FROM outbox WHERE state = 'pending' AND last_error <> ''") > 0,
        timeout=5000,
    )
    assert counter.shop.reader.sale(sale.sale_id).total == counter.shop.money("4.20")
    assert not counter.printer.papers
    counter.printer.line.paper_out = False
    counter.devices.retry()
    qtbot.waitUntil(lambda: any(paper.kind == "receipt" for paper in counter.printer.papers), timeout=8000)


def test_a_paper_that_broke_off_is_not_printed_twice_by_itself(qtbot: QtBot, counter: Counter) -> None:  # F30
    counter.shop.sell("Bread", tenders=[counter.shop.card("4.20")])  # no drawer, one paper
    counter.printer.line.drop_at = 40
    with qtbot.waitSignal(counter.devices.troubled, timeout=5000) as told:
        counter.devices.wake()
    assert told.args[0].startswith("R1-000001: ")
    assert told.args[0].endswith(".")
    assert counter.states() == {"failed": 1}
    counter.devices.wake()
    counter.devices.retry()  # the cashier has looked and presses "Print it now"
    qtbot.waitUntil(lambda: counter.states() == {"done": 1}, timeout=8000)
    assert [paper.kind for paper in counter.printer.papers] == ["receipt"]


def test_a_paper_under_way_when_the_devices_stop_is_due_again(qtbot: QtBot, counter: Counter) -> None:
    """Stopped while the printer takes its time to refuse, as when somebody chooses another one in Settings."""
    counter.printer.line.paper_out, counter.printer.line.patience = True, 0.5
    counter.shop.sell("Bread", tenders=[counter.shop.card("4.20")])
    counter.devices.wake()
    qtbot.waitUntil(lambda: counter.states() == {"working": 1}, timeout=5000)
    counter.devices.stop()
    assert counter.devices._writes._pool.waitForDone(5000)
    assert counter.states() == {"pending": 1}


def test_a_paper_claimed_and_not_begun_when_the_devices_stop_is_due_again(qtbot: QtBot, counter: Counter) -> None:
    assert counter.devices._worker is not None
    counter.devices._worker.stop()  # claimed by the pump, and nobody is there to print it
    counter.shop.sell("Bread", tenders=[counter.shop.card("4.20")])
    counter.devices.wake()
    qtbot.waitUntil(lambda: counter.states() == {"working": 1}, timeout=5000)
    counter.devices.stop()
    assert counter.devices._writes._pool.waitForDone(5000)
    assert counter.states() == {"pending": 1}


def test_papers_that_waited_long_come_as_soon_as_the_printer_is_back(qtbot: QtBot, counter: Counter) -> None:  # F30
    counter.printer.line.unplugged = True
    counter.shop.sell("Bread", tenders=[counter.shop.card("4.20")])
    with counter.shop.database.write() as uow:
        uow.connection.exec_driver_sql("UPDATE outbox SET attempts = 7")  # the next pause is two minutes
        uow.commit()
    counter.devices.wake()
    qtbot.waitUntil(lambda: counter.states() == {"pending": 1}, timeout=8000)
    qtbot.waitUntil(lambda: counter.shop.one("SELECT attempts FROM outbox") == 8, timeout=8000)
    counter.printer.line.unplugged = False
    qtbot.waitUntil(lambda: counter.states() == {"done": 1}, timeout=8000)


def test_a_failed_paper_is_told_once(qtbot: QtBot, counter: Counter) -> None:
    told: list[str] = []
    counter.devices.troubled.connect(told.append)
    counter.shop.sell("Bread", tenders=[counter.shop.card("4.20")])
    counter.printer.line.drop_at = 40
    counter.devices.wake()
    qtbot.waitUntil(lambda: counter.states() == {"failed": 1}, timeout=5000)
    for _ in range(3):
        with qtbot.waitSignal(counter.devices.waiting_changed, timeout=5000):
            counter.devices.wake()
    assert len(told) == 1


def test_a_database_that_is_away_is_told_until_it_is_back(
    qtbot: QtBot, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:  # F24
    told: list[tuple[str, DeviceState, str]] = []
    counter.devices.state_changed.connect(lambda device, _name, state, words: told.append((device, state, words)))

    def away(_self: OutboxService, _register: int) -> tuple[()]:
        raise DatabaseBusy

    with monkeypatch.context() as without:
        without.setattr(OutboxService, "waiting", away)
        counter.devices.wake()
        qtbot.waitUntil(lambda: ("database", DeviceState.TROUBLE, str(DatabaseBusy())) in told, timeout=5000)
    counter.devices.wake()
    qtbot.waitUntil(lambda: ("database", DeviceState.READY, "") in told, timeout=5000)


@pytest.mark.parametrize(
    "choices",
    [TillChoices(printer=PrinterChoice(kind="off")), TillChoices(drawer=DrawerChoice(kind="off"))],
)
def test_what_is_not_there_is_not_waited_for(
    qtbot: QtBot, sqlite_db: Database, clock: FixedClock, choices: TillChoices
) -> None:
    made = _counter(qtbot, sqlite_db, clock, choices)
    counter = next(made)
    counter.desk.sale_completed(counter.shop.sell("Bread", cash="4.20"))
    qtbot.waitUntil(lambda: "cancelled" in counter.states() and "pending" not in counter.states(), timeout=5000)
    made.close()


def test_opening_the_drawer_without_a_sale_is_journalled(qtbot: QtBot, counter: Counter) -> None:  # V25
    counter.desk.open_drawer(counter.shop.till, "Change for the parking meter", request_id=new_request_id())
    qtbot.waitUntil(lambda: counter.printer.drawer_kicks == 1, timeout=5000)
    found = counter.shop.database.scalar("SELECT count(*) FROM journal WHERE kind = 'no_sale'")
    assert found == 1
