"""Takes what is due from the outbox to the printer, one job at a time, and writes down how it went.

A sale never waits for this. A job the printer could not begin goes back and is due again later; one that broke
off midway, or may have, is shown until somebody looks at the paper. How a job went is not forgotten while the
database is away: a paper that is out and not written down would come out again.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from app.clock import Clock
from app.errors import DomainError
from app.outbox.service import Job
from db.errors import DatabaseProblem
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
    def retry(self, job_id: int) -> None: ...


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
    till has no such device, the shop prints on request) is cancelled.
    """

    def __init__(
        self,
        source: JobSource,
        make: Callable[[Job], Document],
        register_id: int,
        clock: Clock,
        *,
        wanted: Callable[[Job], bool] | None = None,
    ) -> None:
        self._source = source
        self._wanted = wanted
        self._make = make
        self._register_id = register_id
        self._clock = clock
        self._desk: Desk | None = None
        self._lock = threading.Lock()
        self._under_way: int | None = None
        self._unmade: Job | None = None  # claimed, but the database was away when its paper was to be made
        self._unwritten: deque[Finished] = deque()
        self._writing = threading.Lock()

    def attach(self, desk: Desk | None) -> None:
        """The printer to use from now on; None while there is none, and jobs wait."""
        with self._lock:
            self._desk = desk
            self._under_way = None

    def step(self) -> bool:
        """Whether a job was taken. Reads and writes the database: never on the GUI thread.

        Raises DatabaseProblem when the database is away; nothing is lost by it, and the next step goes on there.
        """
        self._write_down()
        with self._lock:
            desk = self._desk
            if desk is None or self._under_way is not None:
                return False
            job, self._unmade = self._unmade or self._source.claim(self._register_id, KINDS), None
            if job is None:
                return False
            self._under_way = job.job_id
        document = None
        try:
            document = self._document(job)
        except DatabaseProblem:
            self._unmade = job
            raise
        finally:
            if document is None:  # whatever happened, the papers behind this one come out
                self._release(job.job_id)
        if document is not None:
            desk.submit(str(job.job_id), document)
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
        except DatabaseProblem:
            raise
        except DomainError as refusal:
            self._source.failed(job.job_id, str(refusal))
        except Exception:  # a defect in one paper is logged and shown, and does not hold up those behind it
            log.exception("the paper of job %s could not be made", job.job_id)
            self._source.failed(job.job_id, "This paper could not be prepared. The sale stands.")
        return None

    def _is_late(self, job: Job) -> bool:
        # Claiming moves due_at, so the wait is told by when the job was made; either way of a clock that moved.
        waited = abs((self._clock.now() - (job.created_at or job.due_at)).total_seconds())
        return job.attempts > 1 or waited > DRAWER_SECONDS

    def put_back(self, take: Callable[[str], bool]) -> None:
        """The printing ends here: a job handed over and not begun is due again at once, for whoever prints next.

        `take`: takes the key out of the desk's line; False where it was begun, whose word is still to come.
        """
        self._write_down()
        with self._lock:
            job_id = self._under_way
        if job_id is not None and take(str(job_id)):
            self._source.retry(job_id)
            self._release(job_id)

    def finished(self, result: Finished) -> None:
        """The desk's word on a job. Raises DatabaseProblem where it cannot be written down now; a later step does."""
        self._unwritten.append(result)
        self._release(int(result.key))
        self._write_down()

    def _write_down(self) -> None:
        with self._writing:
            while self._unwritten:
                result = self._unwritten[0]
                self._settle(int(result.key), result)
                self._unwritten.popleft()

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
