"""Work off the GUI thread: `start(work, on_done, on_failed)`."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import shiboken6
from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot

log = logging.getLogger(__name__)
T = TypeVar("T")


class Progress:
    """Given to long work: it reports how far it is and looks whether it should stop. Thread-safe."""

    def __init__(self, tell: Callable[[int, int], None] | None = None) -> None:
        self._stop = threading.Event()
        self._tell = tell

    @property
    def cancelled(self) -> bool:
        return self._stop.is_set()

    def cancel(self) -> None:
        self._stop.set()

    def report(self, done: int, total: int) -> None:
        if self._tell is not None:
            self._tell(done, total)


@dataclass(frozen=True, slots=True)
class _Outcome:
    callback: Callable[[Any], None] | None
    value: object
    failure: BaseException | None
    owner: QObject | None


class _Relay(QObject):
    """Lives on the GUI thread; a queued signal brings each outcome there."""

    outcome = Signal(object)  # _Outcome
    progressed = Signal(object, int, int)  # callback, done, total

    def __init__(self) -> None:
        super().__init__()
        self.outcome.connect(self._on_outcome, Qt.ConnectionType.QueuedConnection)
        self.progressed.connect(self._on_progressed, Qt.ConnectionType.QueuedConnection)

    @Slot(object)
    def _on_outcome(self, outcome: _Outcome) -> None:
        if outcome.callback is None:
            if outcome.failure is not None:
                raise outcome.failure  # nobody cares for it: the last-resort handler does
            return
        if _alive(outcome.callback, outcome.owner):
            outcome.callback(outcome.value if outcome.failure is None else outcome.failure)

    @Slot(object, int, int)
    def _on_progressed(self, callback: Callable[[int, int], None], done: int, total: int) -> None:
        if _alive(callback, None):
            callback(done, total)


def _alive(callback: Callable[..., None], owner: QObject | None) -> bool:
    """False when the owner, or the Qt object whose method the callback is, has lost its C++ half (a closed window)."""
    owner = owner or getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or shiboken6.isValid(owner)


class _Job(QRunnable):
    def __init__(
        self,
        relay: _Relay,
        work: Callable[[], object],
        on_done: Callable[[Any], None] | None,
        on_failed: Callable[[Exception], None] | None,
        owner: QObject | None,
    ) -> None:
        super().__init__()
        self._relay, self._work, self._on_done, self._on_failed = relay, work, on_done, on_failed
        self._owner = owner

    def run(self) -> None:
        try:
            outcome = _Outcome(self._on_done, self._work(), None, self._owner)
        except Exception as error:  # whatever it is, the GUI thread gets it: `on_failed`, or the last-resort handler
            outcome = _Outcome(cast("Callable[[Any], None] | None", self._on_failed), None, error, self._owner)
        if shiboken6.isValid(self._relay):
            self._relay.outcome.emit(outcome)
        elif outcome.failure is not None:
            log.error("work failed after the program had closed", exc_info=outcome.failure)


class Jobs:
    """A pool of threads. Make one with one thread for writes, so that they keep their order, and a wider one to read.

    `work` runs on the pool and touches no widget. Both callbacks run on the GUI thread; make them methods of a
    QObject, or name the `owner` of a closure, so that an answer that comes after its window is gone is dropped.
    A failure without `on_failed` goes to the last-resort handler.
    """

    def __init__(self, threads: int = 1) -> None:
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(threads)
        self._pool.setExpiryTimeout(-1)  # a thread keeps its database connection
        self._relay = _Relay()

    def start(
        self,
        work: Callable[[], T],
        on_done: Callable[[T], None] | None = None,
        on_failed: Callable[[Exception], None] | None = None,
        *,
        owner: QObject | None = None,
    ) -> None:
        self._pool.start(_Job(self._relay, work, on_done, on_failed, owner))

    def start_long(
        self,
        work: Callable[[Progress], T],
        on_done: Callable[[T], None] | None = None,
        on_failed: Callable[[Exception], None] | None = None,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Progress:
        """For work that takes seconds: hands it a Progress and returns the same, whose `cancel()` asks it to stop."""
        relay = self._relay

        def tell(done: int, total: int) -> None:
            if on_progress is not None and shiboken6.isValid(relay):
                relay.progressed.emit(on_progress, done, total)

        progress = Progress(tell)
        self.start(lambda: work(progress), on_done, on_failed)
        return progress

    def close(self, patience_ms: int = 5000) -> bool:
        """Wait for what is under way; True when all of it ended in time.

        A pool of several threads reads: what has not begun is dropped. A single one writes, in order: what was handed
        to it, such as the basket as the window closed, is still done.
        """
        if self._pool.maxThreadCount() > 1:
            self._pool.clear()
        return self._pool.waitForDone(patience_ms)
