"""Reading off the GUI thread when questions come faster than answers: of each kind only the newest counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from app.paging import Cursor, Page
from ui.shared.jobs import Jobs

T = TypeVar("T")
ReadPage = Callable[[Cursor | None], Page[Any]]  # None: the first page


class Newest(QObject):
    """One question in force, say which card is shown. A newer question silences the older one: neither its answer
    nor its failure is told."""

    failed = Signal(object)  # the exception

    def __init__(self, reads: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reads = reads
        self._asked = 0

    def ask(self, work: Callable[[], T], on_done: Callable[[T], None]) -> None:
        self._asked += 1
        asked = self._asked

        def done(answer: T) -> None:
            if asked == self._asked:
                on_done(answer)

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self.failed.emit(error)

        self._reads.start(work, done, failed, owner=self)

    def drop(self) -> None:
        """Nobody waits for the answer any more."""
        self._asked += 1


class Pager(QObject):
    """A list read a page at a time. Rows of a list that is no longer shown never reach the one that is.

    A page that could not be read is told as `failed` and as no rows `added`, so that the table asks again when the
    reader scrolls on.
    """

    shown = Signal(object, bool)  # rows of the first page, whether these are all
    added = Signal(object, bool)  # rows that follow, whether these were the last
    failed = Signal(object)  # the exception

    def __init__(self, reads: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._page = Newest(reads, self)
        self._page.failed.connect(self._on_failed)
        self._read: ReadPage | None = None
        self._after: Cursor | None = None
        self._fetching = False

    def show(self, read: ReadPage) -> None:
        """Start a list; the one before is over."""
        self._read, self._after, self._fetching = read, None, False
        self._page.ask(lambda: read(None), self._on_first)

    def follow(self, read: ReadPage, first: Page[Any]) -> None:
        """Go on from a first page that was read together with something else."""
        self._page.drop()
        self._read, self._after, self._fetching = read, first.after, False

    def stop(self) -> None:
        """Something else is shown in the list's place."""
        self._page.drop()
        self._read, self._after, self._fetching = None, None, False

    def fetch(self) -> None:
        """The next page, for whoever scrolls to the end."""
        read, after = self._read, self._after
        if read is not None and after is not None and not self._fetching:
            self._fetching = True
            self._page.ask(lambda: read(after), self._on_more)

    def _on_first(self, page: Page[Any]) -> None:
        self._after = page.after
        self.shown.emit(page.rows, page.after is None)

    def _on_more(self, page: Page[Any]) -> None:
        self._after, self._fetching = page.after, False
        self.added.emit(page.rows, page.after is None)

    def _on_failed(self, error: Exception) -> None:
        if self._fetching:
            self._fetching = False
            self.added.emit((), False)
        self.failed.emit(error)


class TypedSearch(QObject):
    """Find as one types: while a search runs only the latest question waits, the letters in between are skipped."""

    found = Signal(str, object)  # the question, its hits
    failed = Signal(object)  # the exception

    def __init__(self, reads: Jobs, find: Callable[[str], Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reads, self._find = reads, find
        self.question = ""
        self._running = False

    def ask(self, question: str) -> None:
        """ "" forgets the question; what still comes for it is dropped."""
        self.question = question.strip()
        if self.question and not self._running:
            self._start()

    @property
    def waiting(self) -> bool:
        """The question has no answer yet."""
        return self._running and bool(self.question)

    def _start(self) -> None:
        self._running = True
        typed = self.question
        self._reads.start(
            lambda: (typed, self._find(typed)), self._on_found, lambda error: self._on_failed(typed, error), owner=self
        )

    def _on_found(self, answer: tuple[str, Any]) -> None:
        self._running = False
        typed, hits = answer
        if typed == self.question:
            self.found.emit(typed, hits)
        elif self.question:
            self._start()

    def _on_failed(self, typed: str, error: Exception) -> None:
        self._running = False
        if typed == self.question:
            self.failed.emit(error)
        elif self.question:
            self._start()
