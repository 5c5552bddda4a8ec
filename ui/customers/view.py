"""The Customers page: a search field over a grid."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from app.customers.model import Customer, CustomerRow
from ui.customers.add import AddCustomerDialog
from ui.customers.export import ExportDialog
from ui.customers.models import LEAST_NEEDED, customer_columns
from ui.customers.presenter import MOST_HITS, CustomersPresenter
from ui.shared import icons
from ui.shared.banner import Banner
from ui.shared.desk import SearchKeys, find_keys
from ui.shared.files import ask_list_file
from ui.shared.format import Formats
from ui.shared.tables import RowsModel, Table
from ui.shared.tokens import SPACE_L, SPACE_M
from ui.shared.widgets import Button, EmptyState, Words
from ui.shell.registry import Action

_NARROW = 1100  # pixels


class CustomersView(QWidget):
    customer_wanted = Signal(int)  # customer id
    customer_added = Signal(object)  # Customer
    exported = Signal(int, str)  # how many customers, the file's name

    def __init__(self, presenter: CustomersPresenter, formats: Formats) -> None:
        super().__init__()
        self.setObjectName("page")
        self._presenter, self._formats = presenter, formats
        presenter.setParent(self)
        self._dialog: AddCustomerDialog | None = None
        self._all: int | None = None  # how many there are, once counted
        self._kept = 0  # the customer to mark again when the list is read afresh
        self._open_first = False  # Enter came before the hits
        self.search = QLineEdit()
        self.search.setMaxLength(200)
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(self.tr("Search by name, phone, email or customer number"))
        self.search.setAccessibleName(self.tr("Search customers"))
        self._glass = self.search.addAction(icons.icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.count = Words(tone="muted")
        self.add = Button(self.tr("Add customer"), self.open_add, kind="primary", icon="user-plus")
        if not presenter.may_add:
            self.add.hide()
        self.export = Button(self.tr("Export…"), self.ask_export, icon="download")
        if not presenter.may_export:
            self.export.hide()
        self.writing: ExportDialog | None = None
        self.banner = Banner()
        self.model: RowsModel[CustomerRow] = RowsModel(customer_columns(formats))
        self.table = Table(self.model, self.tr("Customers"))
        self.table.show_sort(*presenter.sort)
        self._keys = SearchKeys(self.search, self.table)
        find_keys(self, self.search)
        self.nobody = EmptyState("search", "", "", self.tr("Add customer") if presenter.may_add else "")
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(SPACE_M)
        self.search.setMinimumHeight(36)
        top.addWidget(self.search, 1)
        top.addWidget(self.count)
        top.addWidget(self.export)
        top.addWidget(self.add)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.nobody)
        box = QVBoxLayout(self)
        box.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_L)
        box.setSpacing(SPACE_M)
        box.addLayout(top)
        box.addWidget(self.banner)
        box.addWidget(self._stack, 1)

    def _connect(self) -> None:
        presenter = self._presenter
        self.search.textChanged.connect(self._on_typed)
        self._keys.entered.connect(self._on_entered)
        self.table.opened.connect(self._on_opened)
        self.table.sort_wanted.connect(presenter.sort_by)
        self.model.more_wanted.connect(lambda _last: presenter.fetch())
        self.nobody.acted.connect(self.open_add)
        presenter.rows_shown.connect(self._on_rows)
        presenter.rows_added.connect(self.model.show_more)
        presenter.counted.connect(self._on_counted)
        presenter.found.connect(self._on_found)
        presenter.hits_sorted.connect(self.model.show_rows)
        presenter.refused.connect(self.banner.tell)
        presenter.added.connect(self._on_added)
        presenter.progressed.connect(self._on_progress)
        presenter.exported.connect(self._on_exported)
        presenter.export_refused.connect(self._on_export_refused)
        presenter.add_refused.connect(self._on_add_refused)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow screen the name keeps its room and the figures that the form shows too step back."""
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW
        for place in LEAST_NEEDED:
            self.table.setColumnHidden(place, narrow)

    # The frame's calls

    def page_shown(self, argument: object) -> None:
        """Comes up with what was searched for last, read afresh; `argument` "add" opens the dialog."""
        self.banner.hide()
        if self.search.text().strip():
            self._presenter.search(self.search.text())
        else:
            kept: CustomerRow | None = self.table.current_row()
            self._kept = 0 if kept is None else kept.id
            self._presenter.show_all(at_least=self.model.rowCount())
        self._presenter.count()
        self.focus_home()
        if argument == "add" and self._presenter.may_add:
            self.open_add()

    def focus_home(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def palette_actions(self) -> Sequence[Action]:
        found = []
        if self._presenter.may_add:
            found.append(Action("customers.add", self.tr("Add customer"), self.open_add, icon="user-plus"))
        if self._presenter.may_export:
            found.append(Action("customers.export", self.tr("Export customers"), self.ask_export, icon="download"))
        return found

    # Answers

    def _on_rows(self, rows: Sequence[CustomerRow], complete: bool) -> None:
        self.banner.hide()
        self.model.show_rows(rows, complete=complete)
        self.table.show_sort(*self._presenter.sort)
        place = next((place for place, row in enumerate(rows) if row.id == self._kept), None)
        self._kept = 0
        if place is not None:
            self.table.selectRow(place)
            self.table.scrollTo(self.model.index(place, 0))
        if not rows:
            self.nobody.title.setText(self.tr("No customers yet"))
            self.nobody.text.setText(self.tr("Add the first one here, or at the till with F3."))
        self._show_count()
        self._show_list(bool(rows))

    def _on_counted(self, count: int) -> None:
        self._all = count
        if not self.search.text().strip():
            self._show_count()

    def _show_count(self) -> None:
        count = self._all
        if count is not None:
            several = self.tr("{0} customers").format(self._formats.number(count))
            self.count.setText(self.tr("1 customer") if count == 1 else several)

    def _on_typed(self, text: str) -> None:
        self._open_first = False
        self._presenter.search(text)

    def _on_found(self, question: str, hits: Sequence[CustomerRow]) -> None:
        self.banner.hide()
        self.model.show_rows(hits)
        self.table.horizontalHeader().setSortIndicatorShown(False)
        more = (
            self.tr("first {0}").format(MOST_HITS) if len(hits) == MOST_HITS else self.tr("{0} found").format(len(hits))
        )
        self.count.setText(more)
        if hits:
            self.table.selectRow(0)
        else:
            self.nobody.title.setText(self.tr("Nobody called “{0}”").format(question[:60]))
            self.nobody.text.setText(self.tr("Try a part of the name, the last digits of the phone, or the email."))
        self._show_list(bool(hits))
        if self._open_first and hits:
            self._on_opened(hits[0])
        self._open_first = False

    def _show_list(self, filled: bool) -> None:
        """The grid, or why there is none; one "Add customer" is enough on the page."""
        self._stack.setCurrentWidget(self.table if filled else self.nobody)
        self.add.setVisible(filled and self._presenter.may_add)

    def _on_opened(self, row: CustomerRow) -> None:
        self.customer_wanted.emit(row.id)

    def _on_entered(self) -> None:
        """Enter in the search field opens the marked hit, or the first one as soon as it is there."""
        if self._presenter.searching:
            self._open_first = True
        elif (row := self.table.current_row()) is not None and self._stack.currentWidget() is self.table:
            self._on_opened(row)

    # Exporting

    def ask_export(self) -> None:
        path = ask_list_file(self, self.tr("Export customers"), self.tr("Customers"))
        if path is not None:
            self.write_to(path)

    def write_to(self, path: Path) -> None:
        self.writing = ExportDialog(path.name, self)
        self.writing.stop_wanted.connect(self._presenter.stop)
        self.writing.open()
        self._presenter.export(path)

    def _on_progress(self, done: int, total: int) -> None:
        if self.writing is not None:
            self.writing.show_progress(done, total)

    def _end_writing(self) -> None:
        if self.writing is not None:
            self.writing.accept()
            self.writing = None

    def _on_exported(self, count: int, name: str) -> None:
        self._end_writing()
        self.exported.emit(count, name)

    def _on_export_refused(self, sentence: str) -> None:
        self._end_writing()
        self.banner.tell(sentence)

    # Adding

    def open_add(self) -> None:
        self._dialog = AddCustomerDialog(self._formats, self, name=self.search.text().strip())
        self._dialog.add_wanted.connect(self._presenter.add)
        self._dialog.twin_wanted.connect(self.customer_wanted)
        self._dialog.finished.connect(self._on_dialog_closed)
        self._dialog.open()

    @property
    def dialog(self) -> AddCustomerDialog | None:
        return self._dialog

    def _on_dialog_closed(self) -> None:
        self._dialog = None

    def _on_added(self, customer: Customer) -> None:
        if self._dialog is not None:
            self._dialog.accept()
        self.search.clear()
        self.customer_added.emit(customer)

    def _on_add_refused(self, sentence: str, field: str, twin: int) -> None:
        if self._dialog is not None:
            self._dialog.refuse(sentence, field, twin)
        else:
            self.banner.tell(sentence)
