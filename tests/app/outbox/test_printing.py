"""From the outbox to paper: nothing lost, nothing printed twice unasked, the sale never waits."""

from __future__ import annotations

import queue
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from app.clock import FixedClock
from app.errors import NotFound
from app.outbox.printing import CHECK_PAPER, KINDS, PrintPump
from app.outbox.service import Job
from app.paper.maker import PaperMaker
from db.errors import DatabaseBusy
from db.uow import Database
from hardware.backoff import Backoff
from hardware.printer.simulated import SimulatedLine, SimulatedPrinter
from hardware.printer.worker import JobResult, PrinterWorker
from hardware.protocols import DeviceUnavailable, Document, PrintOutcome, Text
from tests.builders import a_shop
from tests.conftest import NOON

PAPER = Document((Text("Receipt"),))
UNPLUGGED = DeviceUnavailable("There is no printer.", code="printer.not_found")
BROKE_OFF = DeviceUnavailable("The printer was disconnected.", code="printer.gone", started=True)


def job(job_id: int, kind: str = "receipt", attempts: int = 1) -> Job:
    return Job(job_id, kind, 1, 7, None, {}, 0, attempts, "working", "", NOON)


class Source:
    def __init__(self, *jobs: Job) -> None:
        self.jobs = list(jobs)
        self.log: list[tuple[str, int, str]] = []

    def claim(self, register_id: int, kinds: Sequence[str] = ()) -> Job | None:
        assert tuple(kinds) == KINDS
        return self.jobs.pop(0) if self.jobs else None

    def done(self, job_id: int) -> None:
        self.log.append(("done", job_id, ""))

    def wait(self, job_id: int, sentence: str) -> None:
        self.log.append(("wait", job_id, sentence))

    def failed(self, job_id: int, sentence: str) -> None:
        self.log.append(("failed", job_id, sentence))

    def cancel(self, job_id: int) -> None:
        self.log.append(("cancel", job_id, ""))


class Desk:
    def __init__(self) -> None:
        self.keys: list[str] = []

    def submit(self, key: str, document: Document) -> None:
        self.keys.append(key)


def pump(source: Source, desk: Desk | None, clock: FixedClock, make=lambda job: PAPER) -> PrintPump:
    made = PrintPump(source, make, 1, clock)
    made.attach(desk)
    return made


def test_one_job_at_a_time_in_order(clock: FixedClock) -> None:
    source, desk = Source(job(1), job(2)), Desk()
    printing = pump(source, desk, clock)
    assert printing.step() and not printing.step()
    printing.finished(JobResult("1", PrintOutcome.PRINTED))
    assert printing.step()
    assert desk.keys == ["1", "2"]
    assert source.log == [("done", 1, "")]


def test_without_a_printer_jobs_stay_where_they_are(clock: FixedClock) -> None:
    source = Source(job(1))
    assert not pump(source, None, clock).step()
    assert source.jobs


@pytest.mark.parametrize(
    ("result", "entry"),
    [
        (JobResult("1", PrintOutcome.SENT), ("done", 1, "")),
        (JobResult("1", PrintOutcome.CHECK_PAPER), ("failed", 1, CHECK_PAPER)),  # F32
        (JobResult("1", error=UNPLUGGED), ("wait", 1, str(UNPLUGGED))),  # F30
        (JobResult("1", error=BROKE_OFF), ("failed", 1, str(BROKE_OFF))),  # F30
    ],
)
def test_how_it_went_is_written_down(result: JobResult, entry: tuple[str, int, str], clock: FixedClock) -> None:
    source = Source(job(1))
    printing = pump(source, Desk(), clock)
    printing.step()
    printing.finished(result)
    assert source.log == [entry]


def test_a_drawer_that_waited_stays_shut(clock: FixedClock) -> None:
    source, desk = Source(job(1, "drawer", attempts=2), job(2, "drawer")), Desk()
    printing = pump(source, desk, clock)
    printing.step()
    clock.advance(minutes=5)
    printing.step()
    assert desk.keys == []
    assert [entry[:2] for entry in source.log] == [("cancel", 1), ("cancel", 2)]


@pytest.mark.parametrize("fault", [NotFound("There is no such receipt."), ZeroDivisionError()])
def test_paper_that_cannot_be_made_does_not_stop_the_rest(fault: Exception, clock: FixedClock) -> None:
    def make(one: Job) -> Document:
        if one.job_id == 1:
            raise fault
        return PAPER

    source, desk = Source(job(1), job(2)), Desk()
    printing = pump(source, desk, clock, make)
    assert printing.step() and printing.step()
    assert desk.keys == ["2"]
    assert source.log[0][:2] == ("failed", 1) and "ZeroDivision" not in source.log[0][2]


def test_a_sale_prints_after_the_printer_came_back(database: Database, clock: FixedClock) -> None:  # F30
    shop = a_shop(database, clock)
    shop.tax("VAT", "10")
    shop.product("Bread", "4.20", tax="VAT")
    shop.sell("Bread", cash="5.00")
    maker = PaperMaker(database, clock)
    printer = SimulatedPrinter(line=SimulatedLine(patience=0.01, unplugged=True))
    results: queue.Queue[JobResult] = queue.Queue()
    worker = PrinterWorker(printer, on_finished=results.put, backoff=Backoff((0.01,)), hold_jobs=False)
    printing = PrintPump(shop.outbox, maker.document, shop.register_ids[0], clock)
    printing.attach(worker)
    worker.start()

    def settle() -> JobResult:
        assert printing.step()
        result = results.get(timeout=30)
        printing.finished(result)
        return result

    assert settle().error is not None and settle().error is not None  # the drawer's kick and the receipt
    assert [one.state for one in shop.outbox.waiting(shop.register_ids[0])] == ["pending", "pending"]
    assert not printing.step()  # not due yet
    printer.line.unplugged = False
    clock.at += timedelta(minutes=3)
    assert printing.step()  # the drawer: too late, cancelled
    assert settle().outcome is PrintOutcome.PRINTED
    worker.stop()
    assert shop.outbox.waiting(shop.register_ids[0]) == ()
    assert printer.drawer_kicks == 0
    assert [paper.kind for paper in printer.papers] == ["receipt"]


def test_a_copy_is_marked_on_paper(database: Database, clock: FixedClock) -> None:  # V34
    shop = a_shop(database, clock)
    shop.tax("VAT", "10")
    shop.product("Bread", "4.20", tax="VAT")
    shop.sell("Bread", cash="5.00")
    original = shop.outbox.due(shop.register_ids[0])[-1]
    document = PaperMaker(database, clock).document(replace(original, copy_number=1))
    assert any(isinstance(block, Text) and block.text == "DUPLICATE" for block in document.blocks)


class Away(Source):
    """A source whose database is away as often as told."""

    def __init__(self, *jobs: Job, away: int) -> None:
        super().__init__(*jobs)
        self.away = away

    def done(self, job_id: int) -> None:
        if self.away:
            self.away -= 1
            raise DatabaseBusy
        super().done(job_id)


def test_a_paper_that_is_out_is_written_down_once_the_database_is_back(clock: FixedClock) -> None:
    """Forgotten, it would be claimed again after a while and come out twice."""
    source, desk = Away(job(1), job(2), away=2), Desk()
    printing = pump(source, desk, clock)
    printing.step()
    with pytest.raises(DatabaseBusy):
        printing.finished(JobResult("1", PrintOutcome.PRINTED))
    with pytest.raises(DatabaseBusy):
        printing.step()
    assert desk.keys == ["1"], "nothing goes on before it is known what is done"
    assert printing.step()
    assert source.log == [("done", 1, "")]
    assert desk.keys == ["1", "2"]


def test_a_database_away_while_a_paper_is_made_costs_no_paper(clock: FixedClock) -> None:
    asked: list[int] = []

    def make(one: Job) -> Document:
        asked.append(one.job_id)
        if len(asked) == 1:
            raise DatabaseBusy
        return PAPER

    source, desk = Source(job(1), job(2)), Desk()
    printing = pump(source, desk, clock, make)
    with pytest.raises(DatabaseBusy):
        printing.step()
    assert printing.step()
    assert (desk.keys, source.log) == (["1"], [])


def test_a_defect_while_writing_down_a_refusal_does_not_stop_the_papers(clock: FixedClock) -> None:
    class Broken(Source):
        def failed(self, job_id: int, sentence: str) -> None:
            raise ZeroDivisionError

    def make(one: Job) -> Document:
        if one.job_id == 1:
            raise NotFound("There is no such receipt.")
        return PAPER

    desk = Desk()
    printing = pump(Broken(job(1), job(2)), desk, clock, make)
    with pytest.raises(ZeroDivisionError):
        printing.step()
    assert printing.step()
    assert desk.keys == ["2"]
