"""The devices of this till while it runs: scans come in, due papers go out, the strip is told how each one is."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from app.clock import Clock
from app.outbox.printing import PrintPump
from app.outbox.service import Job, OutboxService
from app.paper.maker import PaperMaker
from app.shop.service import ShopService
from app.shop.settings import ReceiptSettings
from db.errors import DatabaseProblem
from hardware.document import Document, KickDrawer
from hardware.printer.worker import JobResult, PrinterWorker
from hardware.protocols import DeviceState, Scan, Scanner
from ui.devices import making
from ui.devices.choices import TillChoices
from ui.devices.display import DisplayDesk
from ui.shared.jobs import Jobs

log = logging.getLogger(__name__)
_POLL_MS = 5_000


class TillDevices(QObject):
    """Start it once with what stands at this till, stop it with the frame.

    Everything slow happens on the devices' own threads or the writing pool; the signals arrive on the GUI thread.
    """

    state_changed = Signal(str, str, object, str)  # device id, name, DeviceState, sentence
    scanned = Signal(str)
    rejected = Signal(str)  # a sentence
    paper_shown = Signal(object)  # Document that a simulated printer put out
    troubled = Signal(str)  # a paper that will not come by itself, in a sentence
    waiting_changed = Signal(int)  # papers not out yet
    _due = Signal()
    _printer_back = Signal()
    _printed = Signal(object)  # JobResult, from the printer's thread

    def __init__(
        self,
        choices: TillChoices,
        outbox: OutboxService,
        papers: PaperMaker,
        shop: ShopService,
        register_id: int,
        writes: Jobs,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.choices = choices
        self._outbox, self._shop, self._register_id, self._writes = outbox, shop, register_id, writes
        self._running = self._pumping = self._again = False
        self._kicks = 0
        self._told: set[int] = set()  # jobs whose failure was told
        self._database = (DeviceState.READY, "")
        self._receipts_wanted = True
        self.scanner: Scanner | None = making.scanner(choices.scanner)
        display = making.display(choices.display)
        self._display = None if display is None else DisplayDesk(display, self)
        if self._display is not None:
            self._display.state_changed.connect(self._on_display)
        self.printer = making.printer(choices.printer, self.paper_shown.emit)
        self._worker: PrinterWorker | None = None
        if self.printer is not None:
            self._worker = PrinterWorker(
                self.printer, on_finished=self._tell_printed, on_state=self._teller("printer"), hold_jobs=False
            )
        self._pump = PrintPump(outbox, papers.document, register_id, clock, wanted=self._wanted)
        self._pump.attach(self._worker or _NoPrinter())
        self._due.connect(self._on_due)
        self._printed.connect(self._on_printed)
        self._printer_back.connect(self._on_printer_back)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_due)

    def start(self) -> None:
        self._running = True
        if self._worker is not None:
            self._worker.start()
        if self.scanner is not None:
            self.scanner.start(self._on_scan, self.rejected.emit, self._teller("scanner"))
        else:
            self.state_changed.emit("scanner", self._name("scanner"), DeviceState.READY, "")
        self._timer.start(_POLL_MS)
        self._on_due()

    def stop(self) -> None:
        """Ends the threads; papers that are still due stay due."""
        self._running = False
        self._timer.stop()
        if self.scanner is not None:
            self.scanner.stop()
        if self._worker is not None:
            self._worker.stop()
            # What it printed last was told to an object that may go before the word is read.
            QCoreApplication.sendPostedEvents(self)
            self._writes.start(partial(self._pump.put_back, self._worker.cancel), None, self._on_failed)
        if self._display is not None:
            self._display.close()

    def wake(self) -> None:
        """Something may be due. From any thread, returns at once."""
        self._due.emit()

    def retry(self) -> None:
        """Somebody has seen to the printer and wants what failed on paper after all."""
        if self._worker is not None:
            self._worker.retry_now()
        self._writes.start(lambda: self._outbox.retry_failed(self._register_id), self._on_settled, self._on_failed)

    def print_now(self, document: Document) -> None:
        """A paper of no sale, such as a test page. Does nothing without a printer."""
        if self._worker is not None:
            self._kicks += 1
            self._worker.submit(f"now-{self._kicks}", document)

    def kick_drawer(self) -> None:
        """Open the drawer now; a printer that is away does not open it later."""
        if self.choices.drawer.kind == "printer":
            self.print_now(Document((KickDrawer(self.choices.drawer.pin),), title="Drawer", kind="drawer"))

    def show(self, upper: str, lower: str) -> None:
        """Two lines for the customer, where there is a display."""
        if self._display is not None:
            self._display.show(upper, lower)

    def _on_display(self, state: DeviceState, sentence: str) -> None:
        self.state_changed.emit("display", self._name("display"), state, sentence)

    # --- Due papers -----------------------------------------------------------------------------------------------

    def _on_due(self) -> None:
        if not self._running:
            return
        if self._pumping:
            self._again = True
            return
        self._pumping, self._again = True, False
        self._writes.start(self._step, self._on_stepped, self._on_failed)

    def _step(self) -> tuple[Job, ...]:
        self._receipts_wanted = self._shop.settings(ReceiptSettings).print_automatically
        while self._pump.step():
            pass
        return self._outbox.waiting(self._register_id)

    def _on_stepped(self, waiting: tuple[Job, ...]) -> None:
        """Each paper that failed is told once, also one left by an earlier run of the program."""
        self._pumping = False
        self._tell_database(DeviceState.READY, "")
        self.waiting_changed.emit(len(waiting))
        failed = {job.job_id: _named(job) for job in waiting if job.state == "failed"}
        new = [failed[job_id] for job_id in sorted(failed.keys() - self._told)]
        self._told = set(failed)
        if new:
            self.troubled.emit(new[-1])
        if self._again:
            self._on_due()

    def _on_failed(self, error: Exception) -> None:
        """The database is away: the strip says so, and the next poll asks again. Anything else is a defect."""
        self._pumping = False
        if not isinstance(error, DatabaseProblem):
            raise error
        log.warning("papers cannot be looked after: %s", error)
        self._tell_database(DeviceState.TROUBLE, str(error))

    def _tell_database(self, state: DeviceState, sentence: str) -> None:
        if (state, sentence) != self._database:
            self._database = (state, sentence)
            self.state_changed.emit("database", self._name("database"), state, sentence)

    def _wanted(self, job: Job) -> bool:
        if self._worker is None:
            return False
        if job.kind == "drawer":
            return self.choices.drawer.kind == "printer"
        return bool(job.copy_number) or job.kind != "receipt" or self._receipts_wanted

    def _tell_printed(self, result: JobResult) -> None:
        """On the printer's thread: say so and go on."""
        with contextlib.suppress(RuntimeError):  # the window is gone, the thread just ends
            self._printed.emit(result)

    def _on_printed(self, result: JobResult) -> None:
        if not result.key.isdigit():
            return
        self._writes.start(lambda: self._pump.finished(result), self._on_settled, self._on_failed)

    def _on_printer_back(self) -> None:
        """What waits has waited longer and longer each time; it need not wait that out."""
        if self._running:
            self._writes.start(lambda: self._outbox.hurry(self._register_id), self._on_settled, self._on_failed)

    def _on_settled(self, _nothing: None) -> None:
        self._on_due()

    # --- States ---------------------------------------------------------------------------------------------------

    def _on_scan(self, scan: Scan) -> None:
        self.scanned.emit(scan.text)

    def _name(self, device: str) -> str:
        names = {
            "printer": self.tr("Printer"),
            "scanner": self.tr("Scanner"),
            "display": self.tr("Display"),
            "database": self.tr("Database"),
        }
        return names[device]

    def _teller(self, device: str) -> Callable[[DeviceState, str], None]:
        name = self._name(device)
        in_trouble = False

        def tell(state: DeviceState, sentence: str) -> None:
            nonlocal in_trouble
            back = device == "printer" and in_trouble and state is DeviceState.READY
            in_trouble = state is DeviceState.TROUBLE
            with contextlib.suppress(RuntimeError):
                self.state_changed.emit(device, name, state, sentence)
                if back:
                    self._printer_back.emit()

        return tell


def _named(job: Job) -> str:
    """What went wrong, with the receipt it is about: by then the cashier may be two customers on."""
    number = job.payload.get("number")
    return f"{number}: {job.last_error}" if number else job.last_error


class _NoPrinter:
    """Takes the pump's jobs where there is no printer; none is wanted, so none comes."""

    def submit(self, key: str, document: Document) -> None:
        raise AssertionError(f"job {key} was not wanted")
