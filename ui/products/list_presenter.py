"""What the list shows: a page at a time, or the hits of a search, both through the filter."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.catalog.desk import CatalogueDesk, ListFilter, ProductRow, SortBy
from app.catalog.model import CategoryNode
from app.paging import Cursor, Page
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs

_First = tuple[Page[ProductRow], int, tuple[CategoryNode, ...]]


class ListPresenter(QObject):
    rows_shown = Signal(object, bool, int)  # rows, whether these are all, how many the filter keeps
    rows_added = Signal(object, bool)  # rows, whether these were the last
    found = Signal(object)  # the rows of a search
    categories_known = Signal(object)  # tuple[CategoryNode, ...]
    refused = Signal(str)

    def __init__(self, desk: CatalogueDesk, reads: Jobs) -> None:
        super().__init__()
        self._desk, self._reads = desk, reads
        self._sort, self._descending = SortBy.NAME, False
        self._kept = ListFilter()
        self._question = ""
        self._after: Cursor | None = None
        self._asked = 0
        self._searching = False

    @property
    def question(self) -> str:
        return self._question

    @property
    def kept(self) -> ListFilter:
        return self._kept

    def refresh(self) -> None:
        if self._question:
            self._ask_search()
        else:
            self._ask_page()

    def search(self, typed: str) -> None:
        if typed.strip() != self._question:
            self._question = typed.strip()
            self.refresh()

    def keep(self, kept: ListFilter) -> None:
        if kept != self._kept:
            self._kept = kept
            self.refresh()

    def sort_by(self, key: str, descending: bool) -> None:
        """In SQL. The hits of a search stay in the order of how well they fit."""
        self._sort, self._descending = SortBy(key), descending
        self.refresh()

    def fetch(self) -> None:
        """The next page, for whoever scrolls to the end."""
        after, asked, kept, sort, descending = self._after, self._asked, self._kept, self._sort, self._descending
        if after is not None and not self._question:
            self._reads.start(
                lambda: (asked, self._desk.page(kept=kept, sort=sort, descending=descending, after=after)),
                self._on_more,
                self._on_failed,
            )

    def _ask_page(self) -> None:
        self._asked += 1
        asked, kept, sort, descending, desk = self._asked, self._kept, self._sort, self._descending, self._desk

        def work() -> tuple[int, _First]:
            page = desk.page(kept=kept, sort=sort, descending=descending)
            return asked, (page, desk.how_many(kept), desk.categories())

        self._reads.start(work, self._on_page, self._on_failed)

    def _on_page(self, answer: tuple[int, _First]) -> None:
        asked, (page, count, categories) = answer
        if asked == self._asked:
            self._after = page.after
            self.categories_known.emit(categories)
            self.rows_shown.emit(page.rows, page.after is None, count)

    def _on_more(self, answer: tuple[int, Page[ProductRow]]) -> None:
        asked, page = answer
        if asked == self._asked:
            self._after = page.after
            self.rows_added.emit(page.rows, page.after is None)

    def _ask_search(self) -> None:
        """While one search runs only the latest question waits."""
        self._asked += 1
        if not self._searching:
            self._searching = True
            asked, question, kept = self._asked, self._question, self._kept
            self._reads.start(
                lambda: (asked, self._desk.search(question, kept=kept)), self._on_found, self._on_search_failed
            )

    def _on_found(self, answer: tuple[int, tuple[ProductRow, ...]]) -> None:
        self._searching = False
        if answer[0] == self._asked:
            self.found.emit(answer[1])
        elif self._question:
            self._ask_search()

    def _on_search_failed(self, error: Exception) -> None:
        self._searching = False
        self._on_failed(error)

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error))
