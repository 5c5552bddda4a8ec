"""The printer's own thread: jobs in order, patience with trouble, and word of both."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec

from hardware.backoff import Backoff
from hardware.document import Document
from hardware.protocols import (
    DeviceError,
    DeviceState,
    DeviceUnavailable,
    Listener,
    PrinterStatus,
    PrintOutcome,
    ReceiptPrinter,
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobResult:
    """The end of one job. Without an `error` it is on paper, as far as `outcome` can tell.

    An error whose `started` is true left part of the job on paper; it is not tried again by itself.
    """

    key: str
    outcome: PrintOutcome | None = None
    error: DeviceError | None = None


@dataclass(frozen=True, slots=True)
class _Job:
    key: str
    document: Document
    since: float


class PrinterWorker:
    """Prints documents one after the other on a thread of its own.

    A job that could not begin waits, first in line, while the printer is reached for with growing pauses; one
    that broke off midway ends with its error, for a person to decide. All callbacks come on the worker's
    thread and must be quick. With `hold_jobs` False a job that could not begin ends with its error at once, for a
    caller that keeps its own list of what is due. `kick_within`: a job that waited longer than these seconds is
    printed without its drawer kick, for a drawer that opens by itself minutes later is a hazard.
    """

    def __init__(
        self,
        printer: ReceiptPrinter,
        *,
        on_finished: Callable[[JobResult], None],
        on_state: Listener | None = None,
        on_status: Callable[[PrinterStatus], None] | None = None,
        backoff: Backoff | None = None,
        idle_check: float = 15.0,
        kick_within: float = 10.0,
        hold_jobs: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._printer = printer
        self._on_finished = on_finished
        self._on_state = on_state
        self._on_status = on_status
        self._backoff = backoff or Backoff()
        self._idle_check = idle_check
        self._kick_within = kick_within
        self._hold_jobs = hold_jobs
        self._clock = clock
        self._jobs: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._stopping = False
        self._hurried = False
        self._state = (DeviceState.OFF, "")
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> tuple[DeviceState, str]:
        """The last state told, with its sentence."""
        return self._state

    def start(self) -> None:
        if self._thread is None:
            self._stopping = False
            self._thread = threading.Thread(target=self._run, name="printer", daemon=True)
            self._thread.start()

    def stop(self, wait: float = 6.0) -> None:
        """Ends after the job at hand, if any; what still waits stays with whoever submitted it."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join(wait)

    def submit(self, key: str, document: Document) -> None:
        """Queue a job. A key that is already waiting is not queued twice."""
        with self._changed:
            if all(job.key != key for job in self._jobs):
                self._jobs.append(_Job(key, document, self._clock()))
            self._changed.notify_all()

    def cancel(self, key: str) -> bool:
        """Take a waiting job out of the line; False when it is printing, done or was never there."""
        with self._changed:
            for job in self._jobs:
                if job.key == key:
                    self._jobs.remove(job)
                    return True
        return False

    def retry_now(self) -> None:
        """Do not wait out the pause: somebody says that the printer is ready again."""
        with self._changed:
            self._hurried = True
            self._changed.notify_all()

    @property
    def waiting(self) -> int:
        with self._changed:
            return len(self._jobs)

    def _run(self) -> None:
        self._tell(DeviceState.STARTING, "")
        self._check()
        while True:
            pause = self._backoff.next_wait() if self._state[0] is DeviceState.TROUBLE else self._idle_check
            job = self._next_job(pause)
            if self._stopping:
                break
            if job is None:
                self._check()
            else:
                self._do(job)
        self._printer.close()
        self._tell(DeviceState.OFF, "")

    def _next_job(self, pause: float) -> _Job | None:
        """The first job, taken off the line; None after `pause` without one. In trouble even a job waits it out."""
        until = time.monotonic() + pause
        with self._changed:
            while not self._stopping:
                in_trouble = self._state[0] is DeviceState.TROUBLE
                left = until - time.monotonic()
                if self._jobs and (not in_trouble or self._hurried or left <= 0):
                    self._hurried = False
                    return self._jobs.popleft()
                if self._hurried or left <= 0:
                    self._hurried = False
                    return None
                self._changed.wait(left)
        return None

    def _do(self, job: _Job) -> None:
        document = job.document
        if self._clock() - job.since > self._kick_within and document.kicks_drawer:
            document = document.without_drawer()
        if not document.blocks:
            error = DeviceUnavailable("The drawer was not opened: the printer was away too long.", code="drawer.late")
            self._finish(JobResult(job.key, error=error))
            return
        try:
            outcome = self._printer.print_document(document)
        except DeviceUnavailable as trouble:
            self._broke_off(job, trouble)
        except Exception as defect:  # in one paper: logged and told as its end, and the thread goes on to the next
            _log.exception("job %s could not be printed", job.key)
            broken = DeviceError("This paper could not be prepared. The sale stands.", code="printer.defect")
            broken.__cause__ = defect
            self._finish(JobResult(job.key, error=broken))
        else:
            self._ready()
            self._finish(JobResult(job.key, outcome=outcome))

    def _broke_off(self, job: _Job, trouble: DeviceUnavailable) -> None:
        if trouble.started or not self._hold_jobs:
            self._tell(DeviceState.TROUBLE, str(trouble))
            self._finish(JobResult(job.key, error=trouble))
            return
        with self._changed:
            self._jobs.appendleft(job)
        self._tell(DeviceState.TROUBLE, str(trouble))

    def _finish(self, result: JobResult) -> None:
        _call("the end of a print job", self._on_finished, result)

    def _check(self) -> None:
        try:
            status = self._printer.status()
        except DeviceUnavailable as trouble:
            self._tell(DeviceState.TROUBLE, str(trouble))
            return
        except Exception:  # a defect in reading an answer: logged and shown, and asked again after the pause
            _log.exception("the printer's status could not be read")
            self._tell(DeviceState.TROUBLE, "The printer gives no usable answer. Check its type in Settings.")
            return
        if self._on_status is not None:
            _call("the printer's status", self._on_status, status)
        if status.trouble is not None:
            self._tell(DeviceState.TROUBLE, status.trouble[1])
        else:
            self._ready("The printer is nearly out of paper." if status.known and status.paper_low else "")

    def _ready(self, sentence: str = "") -> None:
        self._backoff.reset()
        self._tell(DeviceState.READY, sentence)

    def _tell(self, state: DeviceState, sentence: str) -> None:
        """Once per change, so that a printer that is away is one notice and not one every pause."""
        if (state, sentence) == self._state:
            return
        self._state = (state, sentence)
        if self._on_state is not None:
            _call("a change of the printer's state", self._on_state, state, sentence)


_Words = ParamSpec("_Words")


def _call(what: str, listener: Callable[_Words, object], *words: _Words.args, **named: _Words.kwargs) -> None:
    """Tell a listener; its own defect is logged and must not end the printer's thread, or no paper came any more."""
    try:
        listener(*words, **named)
    except Exception:
        _log.exception("%s was not taken note of", what)
