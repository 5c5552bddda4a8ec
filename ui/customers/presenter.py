"""What happens on the Customers page: paging, searching as one types, adding."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.customers.exporting import CustomerExport
from app.customers.model import Customer, CustomerDraft, CustomerRow, CustomerTwin, SortBy
from app.customers.service import PAGE_ROWS, CustomerService
from app.errors import InvalidInput
from app.folding import fold
from app.paging import Cursor, Page
from app.permissions import Permission
from app.staff.model import Actor
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs, Progress
from ui.shared.reading import Newest, Pager, TypedSearch

MOST_HITS = 50
MOST_ROWS = 2000  # read at once for somebody who had scrolled that far


class CustomersPresenter(QObject):
    rows_shown = Signal(object, bool)  # rows, whether these are all
    rows_added = Signal(object, bool)  # rows, whether these were the last
    counted = Signal(int)
    found = Signal(str, object)  # the question, its hits by how well they fit
    hits_sorted = Signal(object)  # the same hits by a heading
    refused = Signal(str)  # a sentence
    added = Signal(object)  # Customer
    progressed = Signal(int, int)  # customers written, of how many
    exported = Signal(int, str)  # how many, the file's name
    export_refused = Signal(str)  # a sentence
    add_refused = Signal(str, str, int)  # a sentence, the field, the customer who is there already (0: nobody)

    def __init__(
        self, service: CustomerService, lists: CustomerExport, reads: Jobs, writes: Jobs, actor: Actor
    ) -> None:
        super().__init__()
        self._service, self._lists, self._actor = service, lists, actor
        self._reads, self._writes = reads, writes
        self._progress: Progress | None = None
        self._sort, self._descending = SortBy.NAME, False
        self._list = Pager(reads, self)
        self._list.shown.connect(self.rows_shown)
        self._list.added.connect(self.rows_added)
        self._search = TypedSearch(reads, lambda typed: service.search(typed, by=actor, limit=MOST_HITS), self)
        self._search.found.connect(self._on_found)
        self._number = Newest(reads, self)
        for reading in (self._list, self._search, self._number):
            reading.failed.connect(self._on_failed)
        self._hits: tuple[CustomerRow, ...] = ()

    @property
    def may_add(self) -> bool:
        return self._actor.may(Permission.CUSTOMER_EDIT)

    @property
    def may_export(self) -> bool:
        return self._actor.may(Permission.CUSTOMER_EXPORT)

    @property
    def sort(self) -> tuple[SortBy, bool]:
        return self._sort, self._descending

    @property
    def searching(self) -> bool:
        """What was typed last has no answer yet."""
        return self._search.waiting

    def show_all(self, at_least: int = 0) -> None:
        """The first page in the present order; a long one where `at_least` so many rows were read before."""
        self._search.ask("")
        sort, descending = self._sort, self._descending

        def read(after: Cursor | None) -> Page[CustomerRow]:
            limit = PAGE_ROWS if after is not None else max(PAGE_ROWS, min(at_least, MOST_ROWS))
            return self._service.page(by=self._actor, sort=sort, descending=descending, after=after, limit=limit)

        self._list.show(read)

    def fetch(self) -> None:
        """The next page, for whoever scrolls to the end."""
        self._list.fetch()

    def count(self) -> None:
        """How many customers there are: a quarter of a second for a million, so only when the page comes up."""
        self._number.ask(lambda: self._service.how_many(by=self._actor), self.counted.emit)

    def sort_by(self, key: str, descending: bool) -> None:
        """In SQL; the few hits of a search are put in order here."""
        self._sort, self._descending = SortBy(key), descending
        if self._search.question:
            self._hits = in_order(self._hits, self._sort, descending)
            self.hits_sorted.emit(self._hits)
        else:
            self.show_all()

    def search(self, question: str) -> None:
        """Find as one types."""
        typed = question.strip()
        if typed:
            self._list.stop()
            self._search.ask(typed)
        elif self._search.question:
            self.show_all()

    def _on_found(self, question: str, hits: tuple[CustomerRow, ...]) -> None:
        self._hits = hits
        self.found.emit(question, hits)

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error))

    def export(self, path: Path) -> None:
        """Everybody into a .csv or .xlsx. Long for many: `progressed` tells how far it is, `stop` ends it."""

        def work(progress: Progress) -> tuple[int, str]:
            def go_on(done: int, total: int) -> bool:
                progress.report(done, total)
                return not progress.cancelled

            return self._lists.write(path, by=self._actor, progress=go_on), path.name

        self._progress = self._reads.start_long(work, self._on_exported, self._on_export_failed, self._on_progress)

    def stop(self) -> None:
        if self._progress is not None:
            self._progress.cancel()

    def _on_progress(self, done: int, total: int) -> None:
        self.progressed.emit(done, total)

    def _on_exported(self, answer: tuple[int, str]) -> None:
        self._progress = None
        self.exported.emit(*answer)

    def _on_export_failed(self, error: Exception) -> None:
        self._progress = None
        if isinstance(error, OSError):
            self.export_refused.emit(self.tr("The file could not be written there. Choose another folder."))
        else:
            self.export_refused.emit(sentence(error))

    def add(self, draft: CustomerDraft) -> None:
        self._writes.start(
            lambda: self._service.create(draft, source="customers page", by=self._actor),
            self._on_added,
            self._on_add_failed,
        )

    def _on_added(self, customer: Customer) -> None:
        self.added.emit(customer)

    def _on_add_failed(self, error: Exception) -> None:
        field = error.field if isinstance(error, InvalidInput) else ""
        twin = error.customer_id if isinstance(error, CustomerTwin) else 0
        self.add_refused.emit(sentence(error), field, twin)


def in_order(rows: tuple[CustomerRow, ...], sort: SortBy, descending: bool) -> tuple[CustomerRow, ...]:
    """The hits of a search by one column; those who have nothing in it come last, as in the grid."""
    keys: dict[SortBy, Callable[[CustomerRow], Any]] = {
        SortBy.NAME: lambda row: fold(row.name),
        SortBy.PHONE: lambda row: row.phone or None,
        SortBy.EMAIL: lambda row: row.email or None,
        SortBy.BORN: lambda row: row.birth_date,
        SortBy.TIER: lambda row: row.tier_rank,
        SortBy.POINTS: lambda row: row.points,
        SortBy.VISITS: lambda row: row.visits or None,
        SortBy.SPEND: lambda row: row.spend.minor if row.visits else None,
        SortBy.LAST_VISIT: lambda row: row.last_visit_at,
        SortBy.CREATED: lambda row: row.created_at,
    }
    key = keys[sort]
    placed = [row for row in rows if key(row) is not None]
    rest = [row for row in rows if key(row) is None]
    return (*sorted(placed, key=key, reverse=descending), *rest)
