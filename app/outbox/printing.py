"""Takes what is due from the outbox to the printer, one job at a time, and writes down how it went.

A sale never waits for this. A job the printer could not begin goes back and is due again later; one that broke
off midway, or may have, is shown until somebody looks at the paper.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from app.clock import Clock
from app.errors import DomainError
from app.outbox.service import Job
from hardware.protocols import DeviceError, DeviceUnavailable, Document, PrintOutcome

log = logging.getLogger(__name__)

KINDS = ("receipt", "gift_receipt", "voucher", "gift_card", "store_credit", "drawer", "report")
CHECK_PAPER = "The printer was switched off for a moment. Look at the paper; print it again if part is missing."
# A drawer that opens by itself long after the sale is a hazard: past this it stays shut.
DRAWER_SECONDS = 15


class JobSource(Protocol):
    """app.outbox.service.OutboxService, as far as this needs it."""

    def claim(self, register_id: int, kinds: Sequence[str] = ()) -> Job | None: ...
    def done(self, job_id: int) -> None: ...
    def wait(self, job_id: int, sentence: str) -> object: ...
    def failed(self, job_id: int, sentence: str) -> None: ...
    def cancel(self, job_id: int) -> None: ...


class Finished(Protocol):
    """hardware.printer.worker.JobResult, as far as this needs it."""

    @property
    def key(self) -> str: ...
    @property
    def outcome(self) -> PrintOutcome | None: ...
    @property
    def error(self) -> DeviceError | None: ...


class Desk(Protocol):
    """The printer's worker, made so that it does not hold jobs it could not begin."""

    def submit(self, key: str, document: Document) -> None: ...


class PrintPump:
    """`step` claims the next job and hands it to the desk; `finished` is the desk's word on it.

    One job is on its way at a time, so paper comes out in the order of the sales. A job that is not `wanted` (this
    till has no such device, the shop prints on request) is cancelled. `on_change` is told after each
    change, for the number of waiting jobs in the strip; it comes from the thread that made the change.
    """

    def __init__(
        self,
        source: JobSource,
        make: Callable[[Job], Document],
        register_id: int,
        clock: Clock,
        *,
        wanted: Callable[[Job], bool] | None = None,
        on_change: Callable[[], None] | None = None,
    ) -> None:
        self._source = source
        self._wanted = wanted
        self._make = make
        self._register_id = register_id
        self._clock = clock
        self._on_change = on_change
        self._desk: Desk | None = None
        self._lock = threading.Lock()
        self._under_way: int | None = None

    def attach(self, desk: Desk | None) -> None:
        """The printer to use from now on; None while there is none, and jobs wait."""
        with self._lock:
            self._desk = desk
            self._under_way = None

    def step(self) -> bool:
        """Whether a job was taken. Reads and writes the database: never on the GUI thread."""
        with self._lock:
            desk = self._desk
            if desk is None or self._under_way is not None:
                return False
            job = self._source.claim(self._register_id, KINDS)
            if job is None:
                return False
            self._under_way = job.job_id
        document = self._document(job)
        if document is None:
            self._release(job.job_id)
        else:
            desk.submit(str(job.job_id), document)
        self._changed()
        return True

    def _document(self, job: Job) -> Document | None:
        """None when the job is settled without paper."""
        if self._wanted is not None and not self._wanted(job):
            self._source.cancel(job.job_id)
            return None
        if job.kind == "drawer" and self._is_late(job):
            self._source.cancel(job.job_id)
            return None
        try:
            return self._make(job)
        except DomainError as refusal:
            self._source.failed(job.job_id, str(refusal))
        except Exception:
            log.exception("the paper of a job could not be made")
            self._source.failed(job.job_id, "This paper could not be prepared. The sale stands.")
        return None

    def _is_late(self, job: Job) -> bool:
        # Claiming moves due_at, so the wait is told by when the job was made; either way of a clock that moved.
        waited = abs((self._clock.now() - (job.created_at or job.due_at)).total_seconds())
        return job.attempts > 1 or waited > DRAWER_SECONDS

    def finished(self, result: Finished) -> None:
        """The desk's callback, on the printer's thread."""
        job_id = int(result.key)
        try:
            self._settle(job_id, result)
        finally:
            self._release(job_id)
        self._changed()

    def _settle(self, job_id: int, result: Finished) -> None:
        error = result.error
        if error is None:
            if result.outcome is PrintOutcome.CHECK_PAPER:
                self._source.failed(job_id, CHECK_PAPER)
            else:
                self._source.done(job_id)
        elif isinstance(error, DeviceUnavailable) and not error.started:
            self._source.wait(job_id, str(error))
        else:
            self._source.failed(job_id, str(error))

    def _release(self, job_id: int) -> None:
        with self._lock:
            if self._under_way == job_id:
                self._under_way = None

    def _changed(self) -> None:
        if self._on_change is not None:
            self._on_change()
