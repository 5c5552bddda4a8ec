"""A tab that is one long list: read a page at a time, off the GUI thread, as the reader scrolls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.paging import Cursor, Page
from ui.customerform.section import LinkedTable, SectionCard, tab_layout
from ui.shared.banner import Banner
from ui.shared.error_text import sentence
from ui.shared.format import Formats
from ui.shared.jobs import Jobs
from ui.shared.reading import Newest, Pager

Sort = tuple[str, bool]  # key, descending
ReadPage = Callable[[int, Cursor | None, Sort], Page[Any]]  # customer id, after, order
ReadCount = Callable[[int], int]


class PagedPresenter(QObject):
    """Pages of one customer's list. An answer for a customer no longer shown is dropped."""

    opened = Signal(object, object)  # Page, count or None where nobody counts
    more = Signal(object, bool)  # rows that follow, whether these were the last
    refused = Signal(str)  # a sentence

    def __init__(
        self, read: ReadPage, reads: Jobs, count: ReadCount | None = None, *, sort: Sort = ("", False)
    ) -> None:
        """`sort`: what the list begins with, "" where it has one order only."""
        super().__init__()
        self._read, self._count, self.sort = read, count, sort
        self._customer_id = 0
        self._first = Newest(reads, self)
        self._pages = Pager(reads, self)
        self._pages.added.connect(self.more)
        for reading in (self._first, self._pages):
            reading.failed.connect(self._on_failed)

    def sort_by(self, key: str, descending: bool) -> None:
        """In SQL, the whole list; stays so for the next customer."""
        self.sort = (key, descending)
        self.open(self._customer_id)

    def open(self, customer_id: int) -> None:
        self._customer_id = customer_id
        sort = self.sort

        def work() -> tuple[int, Page[Any], int | None]:
            page = self._read(customer_id, None, sort)
            if page.after is None:
                return customer_id, page, len(page.rows)
            return customer_id, page, self._count(customer_id) if self._count is not None else None

        self._first.ask(work, self._on_opened)

    def _on_opened(self, answer: tuple[int, Page[Any], int | None]) -> None:
        customer_id, page, count = answer
        sort = self.sort
        self._pages.follow(lambda after: self._read(customer_id, after, sort), page)
        self.opened.emit(page, count)

    def fetch(self) -> None:
        self._pages.fetch()

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error))


class PagedTab(QWidget):
    """One section that fills the tab. `row_opened` carries the row behind a link, Enter or a double click."""

    row_opened = Signal(object)

    def __init__(self, presenter: PagedPresenter, title: str, table: LinkedTable, empty: str, formats: Formats) -> None:
        super().__init__()
        self._presenter = presenter
        presenter.setParent(self)
        self._customer_id = 0
        self.banner = Banner()
        self.section = SectionCard(title, table, empty, formats)
        box = tab_layout(self)
        box.addWidget(self.banner)
        box.addWidget(self.section, 1)
        presenter.opened.connect(self.section.show_page)
        presenter.more.connect(table.rows_model.show_more)
        presenter.refused.connect(self.banner.tell)
        if presenter.sort[0]:
            table.sort_wanted.connect(presenter.sort_by)
            table.show_sort(*presenter.sort)
        table.rows_model.more_wanted.connect(lambda _last: presenter.fetch())
        table.opened.connect(self.row_opened)

    def show_customer(self, customer_id: int) -> None:
        if customer_id != self._customer_id:
            self.section.clear()
        self._customer_id = customer_id
        self.banner.hide()
        self._presenter.open(customer_id)
