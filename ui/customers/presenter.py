"""What happens on the Customers page: paging, searching as one types, adding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.customers.model import Customer, CustomerDraft, CustomerRow, CustomerTwin, SortBy
from app.customers.service import CustomerService
from app.errors import InvalidInput
from app.folding import fold
from app.paging import Cursor, Page
from app.permissions import Permission
from app.staff.model import Actor
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs

MOST_HITS = 50


class CustomersPresenter(QObject):
    rows_shown = Signal(object, bool)  # rows, whether these are all
    rows_added = Signal(object, bool)  # rows, whether these were the last
    counted = Signal(int)
    found = Signal(str, object)  # the question, its hits
    refused = Signal(str)  # a sentence
    added = Signal(object)  # Customer
    add_refused = Signal(str, str, int)  # a sentence, the field, the customer who is there already (0: nobody)

    def __init__(self, service: CustomerService, reads: Jobs, writes: Jobs, actor: Actor) -> None:
        super().__init__()
        self._service, self._reads, self._writes, self._actor = service, reads, writes, actor
        self._sort, self._descending = SortBy.NAME, False
        self._asked = 0
        self._after: Cursor | None = None
        self._question = ""
        self._hits: tuple[CustomerRow, ...] = ()
        self._searching = False

    @property
    def may_add(self) -> bool:
        return self._actor.may(Permission.CUSTOMER_EDIT)

    @property
    def sort(self) -> tuple[SortBy, bool]:
        return self._sort, self._descending

    def show_all(self) -> None:
        """The first page in the present order."""
        self._question = ""
        self._asked += 1
        asked, sort, descending = self._asked, self._sort, self._descending
        self._reads.start(
            lambda: (asked, self._service.page(sort=sort, descending=descending)), self._on_page, self._on_failed
        )

    def count(self) -> None:
        """How many customers there are: a quarter of a second for a million, so only when the page comes up."""
        self._reads.start(self._service.how_many, self._on_counted, self._on_failed)

    def sort_by(self, key: str, descending: bool) -> None:
        """In SQL; the few hits of a search are put in order here."""
        self._sort, self._descending = SortBy(key), descending
        if self._question:
            self._hits = in_order(self._hits, self._sort, descending)
            self.found.emit(self._question, self._hits)
        else:
            self.show_all()

    def _on_page(self, answer: tuple[int, Page[CustomerRow]]) -> None:
        asked, page = answer
        if asked == self._asked:
            self._after = page.after
            self.rows_shown.emit(page.rows, page.after is None)

    def _on_counted(self, count: int) -> None:
        self.counted.emit(count)

    def fetch(self) -> None:
        """The next page, for whoever scrolls to the end."""
        after, asked, sort, descending = self._after, self._asked, self._sort, self._descending
        if after is not None and not self._question:
            self._reads.start(
                lambda: (asked, self._service.page(sort=sort, descending=descending, after=after)),
                self._on_more,
                self._on_failed,
            )

    def _on_more(self, answer: tuple[int, Page[CustomerRow]]) -> None:
        asked, page = answer
        if asked == self._asked:
            self._after = page.after
            self.rows_added.emit(page.rows, page.after is None)

    def search(self, question: str) -> None:
        """Find as one types. While a search runs only the latest question waits: letters in between are skipped."""
        typed = question.strip()
        if not typed:
            if self._question:
                self.show_all()
            return
        self._question = typed
        self._asked += 1  # pages under way are for a list no longer shown
        if not self._searching:
            self._search_now()

    def _search_now(self) -> None:
        self._searching = True
        typed = self._question
        self._reads.start(
            lambda: (typed, self._service.search(typed, limit=MOST_HITS)), self._on_found, self._on_search_failed
        )

    def _on_found(self, answer: tuple[str, tuple[CustomerRow, ...]]) -> None:
        self._searching = False
        typed, hits = answer
        if not self._question:
            return
        if typed == self._question:
            self._hits = hits
            self.found.emit(typed, hits)
        else:
            self._search_now()

    def _on_search_failed(self, error: Exception) -> None:
        self._searching = False
        self._on_failed(error)

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error))

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
    """The hits of a search by one column; those who never bought come last, as in the grid."""
    keys: dict[SortBy, Callable[[CustomerRow], Any]] = {
        SortBy.NAME: lambda row: fold(row.name),
        SortBy.CREATED: lambda row: row.created_at,
        SortBy.LAST_VISIT: lambda row: row.last_visit_at,
        SortBy.SPEND: lambda row: row.spend.minor,
    }
    by_purchases = sort in (SortBy.LAST_VISIT, SortBy.SPEND)
    placed = [row for row in rows if row.visits or not by_purchases]
    rest = [row for row in rows if not row.visits and by_purchases]
    return (*sorted(placed, key=keys[sort], reverse=descending), *rest)
