"""One titled part of a tab: how many there are, a table that scrolls by itself, and what an empty one means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from app.paging import Page
from ui.shared import fonts, theme
from ui.shared.format import Formats
from ui.shared.tables import Column, Index, RowsModel, Table
from ui.shared.tokens import ROW_DESK, SPACE_L, SPACE_M, SPACE_S, SPACE_XS, TYPE_TOUCH
from ui.shared.widgets import Button, Card, Words

_HEAD = 72  # title, headings and edges
_FONT = int(Qt.ItemDataRole.FontRole)
_TONE = int(Qt.ItemDataRole.ForegroundRole)


class LinkedModel(RowsModel[Any]):
    """Rows of which one column reads as a link."""

    def __init__(self, columns: Sequence[Column[Any]], link: int = -1, parent: QWidget | None = None) -> None:
        super().__init__(columns, parent)
        self.link = link
        self._link_font = fonts.font()
        self._link_font.setUnderline(True)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if index.isValid() and index.column() == self.link:
            if role == _FONT:
                return self._link_font
            if role == _TONE:
                return theme.colour("accent")
        return super().data(index, role)


class LinkedTable(Table):
    """A table that opens a row by its link, as well as by Enter and double click."""

    def __init__(self, model: LinkedModel, name: str, *, framed: bool = False) -> None:
        super().__init__(model, name, framed=framed)
        self._linked = model
        self.setMouseTracking(model.link >= 0)
        self.viewport().installEventFilter(self)
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == self._linked.link:
            self.opened.emit(self._linked.row(index.row()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._linked.link >= 0 and event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            over = self.indexAt(event.position().toPoint()).column() == self._linked.link
            shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
        return False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # The first click of the two has opened the link already.
        if self.indexAt(event.position().toPoint()).column() != self._linked.link:
            super().mouseDoubleClickEvent(event)


class SectionCard(Card):
    """Title, count, a quiet link to where it is managed, and the table or the empty sentence under them."""

    def __init__(self, title: str, table: Table, empty: str, formats: Formats) -> None:
        super().__init__("card", margin=0, spacing=0)
        self.table, self._formats = table, formats
        self.title = Words(title, size=TYPE_TOUCH, strong=True)
        self.count = Words(tone="muted")
        self.empty = Words(empty, tone="muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.empty.setContentsMargins(SPACE_S, SPACE_XS, SPACE_M, SPACE_M)
        self._head = QHBoxLayout()
        self._head.setContentsMargins(SPACE_S, SPACE_XS, SPACE_M, SPACE_XS)
        self._head.setSpacing(SPACE_S)
        self._head.addWidget(self.title)
        self._head.addWidget(self.count)
        self._head.addStretch(1)
        self.box.addLayout(self._head)
        self._stack = QStackedLayout()
        self._stack.addWidget(table)
        self._stack.addWidget(self.empty)
        self._blank = QWidget()
        self._stack.addWidget(self._blank)
        self.box.addLayout(self._stack, 1)
        self.box.setContentsMargins(0, 0, 0, SPACE_XS)  # so that the table does not cover the round corners
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.ask_room(1)
        self.clear()

    def add_link(self, text: str, go: Callable[[], object] | None) -> None:
        """Where this part is managed; only words where the person may not go there."""
        if go is None:
            self._head.addWidget(Words(text, tone="muted"))
        else:
            self._head.addWidget(Button(text, go, kind="link"))

    def add_control(self, control: QWidget) -> None:
        self._head.addWidget(control)

    def clear(self) -> None:
        """Before the answer is there: neither rows nor the claim that there are none."""
        self.table.rows_model.show_rows([])
        self.count.setText("")
        self._stack.setCurrentWidget(self._blank)

    @property
    def rows_wanted(self) -> int:
        """How many rows it would show if it had the room; a few even when empty, so that nothing jumps far."""
        return max(2, self.table.rows_model.rowCount())

    def ask_room(self, rows: int) -> None:
        """Be at least high enough for this many rows."""
        self.setMinimumHeight(_HEAD + rows * ROW_DESK)

    def show_page(self, page: Page[Any], count: int | None) -> None:
        """The first page, and how many there are in all; None where that is not counted."""
        self.table.rows_model.show_rows(page.rows, complete=page.after is None)
        shown = "" if count is None else self._formats.number(count)
        self.count.setText(shown)
        rows = self.tr("1 row") if count == 1 else self.tr("{0} rows").format(shown)
        self.count.setAccessibleName(rows if shown else "")
        self._stack.setCurrentWidget(self.table if page.rows else self.empty)

    @property
    def shows_empty(self) -> bool:
        return self._stack.currentWidget() is self.empty


def tab_layout(widget: QWidget) -> QVBoxLayout:
    """The margins every tab has."""
    box = QVBoxLayout(widget)
    box.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
    box.setSpacing(SPACE_M)
    return box
