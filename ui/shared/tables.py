"""Tables over frozen rows. A model shows what it is given; sorting and paging happen in SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from ui.shared import fonts, theme
from ui.shared.tokens import ROW_DESK
from ui.shared.widgets import plain_tip

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ALIGN = int(Qt.ItemDataRole.TextAlignmentRole)
_TONE = int(Qt.ItemDataRole.ForegroundRole)
_TIP = int(Qt.ItemDataRole.ToolTipRole)
_NAME = int(Qt.ItemDataRole.AccessibleTextRole)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LONGEST_CELL = 300


@dataclass(frozen=True)  # no slots: Column[Row](...) could not be made with them
class Column(Generic[R]):
    """One column. `text` makes what is shown; `width` in pixels, 0 takes the room that is left.

    `sort` is the key the query sorts by, "" for a column that cannot be sorted. `tone` names a colour token per row.
    """

    title: str
    text: Callable[[R], str]
    width: int = 0
    number: bool = False
    sort: str = ""
    tone: Callable[[R], str] | None = None


class RowsModel(QAbstractTableModel, Generic[R]):
    """Rows of one kind. `more_wanted` asks for the next page; answer with `show_more(rows, complete)`."""

    more_wanted = Signal(object)  # the last row shown, or None: the keyset to go on from

    def __init__(self, columns: Sequence[Column[R]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = list(columns)
        self._rows: list[R] = []
        self._complete = True
        self._waiting = False

    def show_rows(self, rows: Sequence[R], *, complete: bool = True) -> None:
        """Show these instead. `complete` False: there are more, to be asked for as the reader scrolls."""
        self.beginResetModel()
        self._rows = list(rows)
        self._complete, self._waiting = complete, False
        self.endResetModel()

    def show_more(self, rows: Sequence[R], complete: bool) -> None:
        self._waiting = False
        self._complete = complete
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows.extend(rows)
            self.endInsertRows()

    def replace_row(self, position: int, row: R) -> None:
        """Show one row anew; only its cells are painted."""
        self._rows[position] = row
        self.dataChanged.emit(self.index(position, 0), self.index(position, len(self.columns) - 1))

    def row(self, position: int) -> R:
        return self._rows[position]

    def rows(self) -> list[R]:
        return list(self._rows)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role in (_DISPLAY, _NAME):
            return " ".join(column.text(self._rows[index.row()])[:_LONGEST_CELL].split())
        if role == _ALIGN:
            return _RIGHT if column.number else _LEFT
        if role == _TONE and column.tone is not None:
            token = column.tone(self._rows[index.row()])
            return theme.colour(token) if token else None
        if role == _TIP:
            return plain_tip(column.text(self._rows[index.row()])[:2000])
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == _DISPLAY:
            return self.columns[section].title
        if role == _ALIGN:
            return _RIGHT if self.columns[section].number else _LEFT
        if role == _TIP and self.columns[section].sort:
            return QCoreApplication.translate(
                "tables", "Click to sort, again for the other way. By keyboard: Shift+F10"
            )
        return None

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and not self._complete and not self._waiting

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._waiting = True
            self.more_wanted.emit(self._rows[-1] if self._rows else None)


class Table(QTableView):
    """A quiet table: whole rows, fixed height, Enter opens.

    Columns with a `sort` key can be sorted: by their heading, or from the menu that Shift+F10, the menu key and the
    right button open. Connect `sort_wanted` to the query, and put the arrow there with `show_sort`.
    """

    opened = Signal(object)  # the row double-clicked or entered
    chosen = Signal(object)  # the row that became current, or None
    sort_wanted = Signal(str, bool)  # key, descending

    def __init__(
        self, model: RowsModel[Any], name: str, *, row_height: int = ROW_DESK, many: bool = False, framed: bool = True
    ) -> None:
        super().__init__()
        self.rows_model = model
        self._sorted: tuple[int, bool] | None = None
        self.setModel(model)
        self.setAccessibleName(name)
        self.setFont(fonts.font())
        if not framed:
            self.setProperty("frame", "none")
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if many else mode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self._set_headers(row_height)
        self.doubleClicked.connect(self._on_double_clicked)
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)

    def _set_headers(self, row_height: int) -> None:
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(row_height)
        rows.setDefaultSectionSize(row_height)
        heads = self.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setSectionsClickable(True)
        heads.setFixedHeight(ROW_DESK)
        heads.sectionClicked.connect(self._on_heading)
        heads.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        heads.customContextMenuRequested.connect(lambda at: self._open_sort_menu(heads.mapToGlobal(at)))
        for position, column in enumerate(self.rows_model.columns):
            if column.width:
                heads.resizeSection(position, column.width)
                heads.setSectionResizeMode(position, QHeaderView.ResizeMode.Interactive)
            else:
                heads.setSectionResizeMode(position, QHeaderView.ResizeMode.Stretch)

    def current_row(self) -> Any:
        index = self.currentIndex()
        return self.rows_model.row(index.row()) if index.isValid() else None

    def selected_rows(self) -> list[Any]:
        return [self.rows_model.row(index.row()) for index in self.selectionModel().selectedRows()]

    def show_sort(self, key: str, descending: bool) -> None:
        """Put the arrow where the query sorted."""
        for position, column in enumerate(self.rows_model.columns):
            if column.sort == key:
                self._sorted = (position, descending)
                order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
                self.horizontalHeader().setSortIndicatorShown(True)
                self.horizontalHeader().setSortIndicator(position, order)

    def _on_heading(self, section: int) -> None:
        column = self.rows_model.columns[section]
        if column.sort:
            descending = self._sorted == (section, False)
            self.show_sort(column.sort, descending)
            self.sort_wanted.emit(column.sort, descending)

    def sort_menu(self) -> QMenu | None:
        """The headings to sort by, for whoever has no mouse; None where nothing sorts."""
        places = [place for place, column in enumerate(self.rows_model.columns) if column.sort]
        if not places:
            return None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(QCoreApplication.translate("tables", "Sort by"))
        for place in places:
            title = self.rows_model.columns[place].title.replace("&", "&&")
            now = self._sorted is not None and self._sorted[0] == place
            arrow = "" if not now or self._sorted is None else ("  ▼" if self._sorted[1] else "  ▲")
            action = menu.addAction(title + arrow, lambda place=place: self._on_heading(place))  # type: ignore[misc]
            action.setCheckable(True)
            action.setChecked(now)
            if now:
                menu.setActiveAction(action)
        return menu

    def _open_sort_menu(self, at: QPoint) -> bool:
        menu = self.sort_menu()
        if menu is not None:
            menu.popup(at)
        return menu is not None

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        if not self._open_sort_menu(self.viewport().mapToGlobal(QPoint(0, 0)) if by_key else event.globalPos()):
            super().contextMenuEvent(event)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(self.rows_model.row(index.row()))

    def _on_current_changed(self, now: QModelIndex) -> None:
        self.chosen.emit(self.rows_model.row(now.row()) if now.isValid() else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.current_row())
            return
        menu_key = event.key() == Qt.Key.Key_F10 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        if menu_key and self._open_sort_menu(self.viewport().mapToGlobal(QPoint(0, 0))):
            return
        super().keyPressEvent(event)
