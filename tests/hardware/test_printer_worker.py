"""The printer's thread: nothing lost, nothing doubled, one notice per trouble."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

import pytest

from hardware.backoff import Backoff
from hardware.display import SimulatedDisplay, VfdDisplay, two_lines
from hardware.drawer import KICK, PrinterDrawer, SimulatedDrawer
from hardware.printer.simulated import SimulatedLine, SimulatedPrinter
from hardware.printer.worker import JobResult, PrinterWorker
from hardware.protocols import DeviceState, DeviceUnavailable, Document, KickDrawer, PrintOutcome, Text

PAPER = Document((KickDrawer(), Text("Receipt")))
WAIT = 30.0  # seconds; only a failure waits for all of it


class Desk:
    """A worker with its printer and everything it said."""

    def __init__(self, **faults: object) -> None:
        self.printer = SimulatedPrinter(line=SimulatedLine(patience=0.01))
        for name, value in faults.items():
            setattr(self.printer.line, name, value)
        self.results: queue.Queue[JobResult] = queue.Queue()
        self.states: queue.Queue[tuple[DeviceState, str]] = queue.Queue()
        self.now = 0.0
        self.worker = PrinterWorker(
            self.printer,
            on_finished=self.results.put,
            on_state=lambda state, sentence: self.states.put((state, sentence)),
            backoff=Backoff((0.01, 0.02)),
            idle_check=60,
            clock=lambda: self.now,
        )

    def wait_for(self, state: DeviceState) -> str:
        while True:
            found, sentence = self.states.get(timeout=WAIT)
            if found is state:
                return sentence

    def next_result(self) -> JobResult:
        return self.results.get(timeout=WAIT)


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.worker.stop()


def test_jobs_come_out_in_order(desk: Desk) -> None:
    desk.worker.start()
    for key in "abc":
        desk.worker.submit(key, PAPER)
    assert [desk.next_result().key for _ in "abc"] == ["a", "b", "c"]
    assert len(desk.printer.papers) == 3


def test_a_job_waits_while_the_printer_is_away(desk: Desk) -> None:  # F30
    desk.printer.line.unplugged = True
    desk.worker.start()
    desk.worker.submit("a", PAPER)
    assert "no printer" in desk.wait_for(DeviceState.TROUBLE)
    assert desk.worker.waiting == 1 and desk.results.empty()
    desk.printer.line.unplugged = False
    assert desk.next_result() == JobResult("a", PrintOutcome.PRINTED)
    desk.wait_for(DeviceState.READY)


def test_one_notice_per_trouble(desk: Desk) -> None:
    desk.printer.line.paper_out = True
    desk.worker.start()
    desk.worker.submit("a", PAPER)
    desk.wait_for(DeviceState.TROUBLE)
    for _ in range(20):
        desk.worker.retry_now()
        threading.Event().wait(0.005)
    assert desk.states.empty()
    desk.printer.line.paper_out = False
    assert desk.next_result().outcome is PrintOutcome.PRINTED


def test_a_job_that_broke_off_is_for_a_person_to_decide(desk: Desk) -> None:  # F30
    desk.worker.start()
    desk.wait_for(DeviceState.READY)
    desk.printer.line.drop_at = 5
    desk.worker.submit("a", PAPER)
    result = desk.next_result()
    assert isinstance(result.error, DeviceUnavailable) and result.error.started
    assert desk.worker.waiting == 0
    desk.worker.submit("again", PAPER)
    assert desk.next_result().outcome is PrintOutcome.PRINTED


def test_the_same_key_is_not_queued_twice(desk: Desk) -> None:
    desk.printer.line.unplugged = True
    desk.worker.start()
    for _ in range(3):
        desk.worker.submit("a", PAPER)
    desk.wait_for(DeviceState.TROUBLE)
    desk.printer.line.unplugged = False
    desk.next_result()
    desk.worker.stop()
    assert desk.results.empty() and len(desk.printer.papers) == 1


def test_a_drawer_does_not_open_minutes_later(desk: Desk) -> None:
    desk.printer.line.unplugged = True
    desk.worker.start()
    desk.worker.submit("receipt", PAPER)
    desk.worker.submit("kick", KICK)
    desk.wait_for(DeviceState.TROUBLE)
    desk.now = 600.0
    desk.printer.line.unplugged = False
    assert desk.next_result().outcome is PrintOutcome.PRINTED
    late = desk.next_result()
    assert late.error is not None and late.error.code == "drawer.late"
    assert desk.printer.drawer_kicks == 0


def test_cancelled_jobs_do_not_print(desk: Desk) -> None:
    desk.printer.line.unplugged = True
    desk.worker.start()
    desk.worker.submit("a", PAPER)
    desk.worker.submit("b", PAPER)
    desk.wait_for(DeviceState.TROUBLE)
    assert desk.worker.cancel("b")
    assert not desk.worker.cancel("b")
    desk.printer.line.unplugged = False
    assert desk.next_result().key == "a"
    assert desk.worker.waiting == 0


def test_a_defect_in_one_document_does_not_stop_the_rest(desk: Desk) -> None:
    desk.worker.start()
    desk.worker.submit("bad", Document((object(),)))  # type: ignore[arg-type]
    desk.worker.submit("good", PAPER)
    bad, good = desk.next_result(), desk.next_result()
    assert bad.error is not None and "object" not in str(bad.error)
    assert good.outcome is PrintOutcome.PRINTED


def test_a_listener_that_fails_does_not_stop_the_papers(caplog: pytest.LogCaptureFixture) -> None:  # F53
    results: queue.Queue[JobResult] = queue.Queue()

    def broken(*_told: object) -> None:
        raise ZeroDivisionError

    worker = PrinterWorker(
        SimulatedPrinter(line=SimulatedLine(patience=0.01)), on_finished=results.put, on_state=broken, on_status=broken
    )
    worker.start()
    worker.submit("a", PAPER)
    assert results.get(timeout=WAIT) == JobResult("a", PrintOutcome.PRINTED)
    worker.stop()
    assert "the printer's status was not taken note of" in caplog.text
    assert "a change of the printer's state was not taken note of" in caplog.text


def test_stopping_ends_the_thread(desk: Desk) -> None:
    desk.worker.start()
    desk.wait_for(DeviceState.READY)
    desk.worker.stop()
    assert desk.worker.state == (DeviceState.OFF, "")
    assert all(thread.name != "printer" for thread in threading.enumerate())


def test_drawer_on_the_printer() -> None:  # F35
    printer = SimulatedPrinter(line=SimulatedLine(patience=0.01))
    drawer = PrinterDrawer(printer, high_means_open=True)
    drawer.open()
    assert printer.drawer_kicks == 1
    assert drawer.is_open() is False
    printer.line.drawer_open = True
    assert drawer.is_open() is True
    printer.line.silent = True
    assert drawer.is_open() is None
    assert PrinterDrawer(printer).is_open() is None


def test_simulated_drawer_that_sticks() -> None:  # F35
    drawer = SimulatedDrawer()
    drawer.stuck = True
    drawer.open()
    assert (drawer.kicks, drawer.is_open()) == (1, False)
    drawer.unplugged = True
    with pytest.raises(DeviceUnavailable):
        drawer.open()


def test_display_lines_fit_and_hold_no_commands() -> None:
    upper, lower = two_lines("Café\x1b@\x07 au lait, extra long name", "紅茶")
    assert upper == "Café@ au lait, extra".encode("cp437")
    assert lower == b"??" + b" " * 18


@pytest.mark.parametrize(("commands", "begin"), [("epson", b"\x0c"), ("cd5220", b"\x1bQA")])
def test_display_commands(commands: str, begin: bytes) -> None:
    line = SimulatedLine()
    VfdDisplay(line, commands=commands).show("Total", "9.99")
    assert bytes(line.received).startswith(begin)
    line.unplugged = True
    with pytest.raises(DeviceUnavailable):
        VfdDisplay(line).clear()


def test_simulated_display() -> None:
    seen: list[tuple[str, str]] = []
    display = SimulatedDisplay(lambda upper, lower: seen.append((upper, lower)))
    display.show("Total", "9.99")
    assert seen == [("Total".ljust(20), "9.99".ljust(20))]
