"""The devices of this till while it runs: scans come in, due papers go out, the strip is told how each one is."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from app.clock import Clock
from app.errors import DomainError
from app.outbox.papers import PaperService
from app.outbox.service import Job, OutboxService
from app.shop.service import ShopService
from app.shop.settings import ReceiptSettings
from app.staff.model import Actor
from db.errors import DatabaseProblem
from hardware.document import Document, KickDrawer
from hardware.printer.worker import JobResult, PrinterWorker
from hardware.protocols import CustomerDisplay, DeviceError, DeviceState, PrintOutcome, Scan, Scanner
from ui.devices import making
from ui.devices.choices import TillChoices
from ui.shared.jobs import Jobs

_CHECK_PAPER = "Look at the paper: the printer went silent while printing. Print it again if it is not all there."
_POLL_MS = 5_000


@dataclass(frozen=True, slots=True)
class Spool:
    """Whose due papers are printed here; set at sign-in."""

    outbox: OutboxService
    papers: PaperService
    shop: ShopService
    actor: Actor
    register_id: int


class TillDevices(QObject):
    """Start it once with what stands at this till; `serve` tells it whose papers to print.

    Everything slow happens on the devices' own threads or the writing pool; the signals arrive on the GUI thread.
    """

    state_changed = Signal(str, str, object, str)  # device id, name, DeviceState, sentence
    scanned = Signal(str)
    rejected = Signal(str)  # a sentence
    paper_shown = Signal(object)  # Document that a simulated printer put out
    troubled = Signal(str)  # a paper that will not come by itself, in a sentence
    waiting_changed = Signal(int)  # papers not out yet
    _due = Signal()

    def __init__(self, choices: TillChoices, writes: Jobs, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choices = choices
        self._writes, self._clock = writes, clock
        self._spool: Spool | None = None
        self._pumping = False
        self._again = False
        self._scanner: Scanner | None = making.scanner(choices.scanner)
        self._display: CustomerDisplay | None = making.display(choices.display)
        printer = making.printer(choices.printer, self.paper_shown.emit)
        self.printer = printer
        self._worker: PrinterWorker | None = None
        if printer is not None:
            self._worker = PrinterWorker(printer, on_finished=self._finished, on_state=self._teller("printer"))
        self._kicks = 0
        self._due.connect(self._on_due)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_due)

    @property
    def scanner(self) -> Scanner | None:
        return self._scanner

    def start(self) -> None:
        if self._worker is not None:
            self._worker.start()
        if self._scanner is not None:
            self._scanner.start(self._on_scan, self.rejected.emit, self._teller("scanner"))
        else:
            self.state_changed.emit("scanner", self._name("scanner"), DeviceState.READY, "")
        self._timer.start(_POLL_MS)

    def stop(self) -> None:
        """Ends the threads; papers that are still due stay due."""
        self._timer.stop()
        self._spool = None
        if self._scanner is not None:
            self._scanner.stop()
        if self._worker is not None:
            self._worker.stop()
        if self._display is not None:
            self._display.close()

    def serve(self, spool: Spool | None) -> None:
        """Print this register's papers from now on; None when nobody is signed in."""
        self._spool = spool
        if spool is not None:
            self._on_due()

    def poke(self) -> None:
        """Something may be due. From any thread, returns at once."""
        self._due.emit()

    def retry(self) -> None:
        """Somebody has seen to the printer."""
        if self._worker is not None:
            self._worker.retry_now()
        self.poke()

    def kick_drawer(self) -> None:
        """Open the drawer now. From any thread; a printer that is away does not open it later."""
        if self._worker is not None and self.choices.drawer.kind == "printer":
            self._kicks += 1
            kick = Document((KickDrawer(self.choices.drawer.pin),), title="Drawer", kind="drawer")
            self._worker.submit(f"kick-{self._kicks}", kick)

    def show(self, upper: str, lower: str) -> None:
        """Two lines for the customer, where there is a display."""
        display = self._display
        if display is not None:
            self._writes.start(lambda: _quietly(lambda: display.show(upper, lower)))

    # --- Due papers -----------------------------------------------------------------------------------------------

    def _on_due(self) -> None:
        spool = self._spool
        if spool is None:
            return
        if self._pumping:
            self._again = True
            return
        self._pumping, self._again = True, False
        self._writes.start(lambda: self._pump(spool), self._on_pumped, self._on_pump_failed)

    def _on_pumped(self, waiting: int) -> None:
        self._pumping = False
        self.waiting_changed.emit(waiting)
        if self._again:
            self._on_due()

    def _on_pump_failed(self, error: Exception) -> None:
        """The database is away: the next poll asks again. Anything else is a defect."""
        self._pumping = False
        if not isinstance(error, DatabaseProblem | DomainError):
            raise error

    def _pump(self, spool: Spool) -> int:
        while (job := spool.outbox.claim(spool.register_id)) is not None:
            self._take(spool, job)
        return len(spool.outbox.waiting(spool.register_id))

    def _take(self, spool: Spool, job: Job) -> None:
        if not self._wanted(spool, job):
            spool.outbox.cancel(job.job_id)
            return
        try:
            document = spool.papers.document(job, spool.actor)
        except DomainError as refusal:
            spool.outbox.failed(job.job_id, str(refusal))
            self.troubled.emit(str(refusal))
            return
        if job.kind == "drawer":
            document = Document((KickDrawer(self.choices.drawer.pin),), title="Drawer", kind="drawer")
        assert self._worker is not None  # noqa: S101 - _wanted says so
        self._worker.submit(str(job.job_id), document)

    def _wanted(self, spool: Spool, job: Job) -> bool:
        if self._worker is None:
            return False
        if job.kind == "drawer":
            return self.choices.drawer.kind == "printer"
        return (
            bool(job.copy_number) or job.kind != "receipt" or (spool.shop.settings(ReceiptSettings).print_automatically)
        )

    def _finished(self, result: JobResult) -> None:
        """On the printer's thread: hand the writing over and go on."""
        spool = self._spool
        if spool is None or not result.key.isdigit():
            return
        job_id = int(result.key)
        if result.error is not None:
            sentence = str(result.error)
            self.troubled.emit(sentence)
            self._writes.start(lambda: spool.outbox.failed(job_id, sentence), None, self._on_pump_failed_quietly)
        elif result.outcome is PrintOutcome.CHECK_PAPER:
            self.troubled.emit(_CHECK_PAPER)
            self._writes.start(lambda: spool.outbox.failed(job_id, _CHECK_PAPER), None, self._on_pump_failed_quietly)
        else:
            self._writes.start(lambda: spool.outbox.done(job_id), self._on_settled, self._on_pump_failed_quietly)

    def _on_settled(self, _nothing: None) -> None:
        self._on_due()

    def _on_pump_failed_quietly(self, error: Exception) -> None:
        """The paper is out but could not be noted: the job comes up again after its claim has run out."""
        if not isinstance(error, DatabaseProblem | DomainError):
            raise error

    # --- States ---------------------------------------------------------------------------------------------------

    def _on_scan(self, scan: Scan) -> None:
        self.scanned.emit(scan.text)

    def _name(self, device: str) -> str:
        return {"printer": self.tr("Printer"), "scanner": self.tr("Scanner")}.get(device, device)

    def _teller(self, device: str) -> Callable[[DeviceState, str], None]:
        def tell(state: DeviceState, sentence: str) -> None:
            with contextlib.suppress(RuntimeError):  # the window is gone, the thread just ends
                self.state_changed.emit(device, self._name(device), state, sentence)

        return tell


def _quietly(work: Callable[[], object]) -> None:
    """A customer display that is away is no trouble of the sale."""
    with contextlib.suppress(DeviceError):
        work()
