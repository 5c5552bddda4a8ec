"""A desk in the back office: a list at the left, what is marked at the right, at most one dialog over both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.shared.banner import Banner
from ui.shared.dialogs import Dialog
from ui.shared.tables import RowsModel, Table
from ui.shared.tokens import SPACE_L, SPACE_M, SPACE_S
from ui.shared.widgets import Button, EmptyState

_TYPING_PAUSE_MS = 150
NARROW = 1150  # page width below which the panel gives way
_LEAST = QSize(900, 480)  # fits 1024x768 with the rail


class SearchKeys(QObject):
    """A search field over a list, without a mouse: arrows walk the list, Enter opens, Esc clears what was typed.

    `walk_only` leaves Enter and Esc to the dialog around the field.
    """

    entered = Signal()  # Enter

    def __init__(self, search: QLineEdit, table: Table, *, walk_only: bool = False) -> None:
        super().__init__(search)
        self._search, self._table, self._walk_only = search, table, walk_only
        search.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        key = Qt.Key(event.key())
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(key, 0)
        if step and (count := self._table.rows_model.rowCount()):
            self._table.selectRow(max(0, min(count - 1, self._table.currentIndex().row() + step)))
            return True
        if self._walk_only:
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
            return True
        if key == Qt.Key.Key_Escape and self._search.text():
            self._search.clear()
            return True
        return False


def find_keys(page: QWidget, search: QLineEdit) -> None:
    """F2 and Ctrl+F bring the keyboard to the search from anywhere on the page, ready to type another question."""

    def go() -> None:
        search.setFocus()
        search.selectAll()

    for keys in ("F2", "Ctrl+F"):
        shortcut = QShortcut(QKeySequence(keys), page, go)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)


class ListPane(QWidget):
    """Search, chips, the list, and what it means when the list is empty. Rows are told apart by their `id`."""

    search_wanted = Signal(str)
    filter_wanted = Signal(str)  # a chip's code
    chosen = Signal(object)  # the row that became the marked one

    def __init__(
        self,
        model: RowsModel[Any],
        name: str,
        *,
        hint: str = "",
        chips: Sequence[tuple[str, str]] = (),
        nothing: EmptyState,
        no_match: EmptyState | None = None,
    ) -> None:
        """`hint` stands in the search field, "" for a list without one. `chips`: code and words, the first in force."""
        super().__init__()
        self.model = model
        self.table = Table(model, name)
        self.nothing, self.no_match = nothing, no_match or nothing
        self.search = QLineEdit()
        self.search.setMaxLength(120)
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(hint)
        if not hint:
            self.search.hide()
        self._pause = QTimer(self, singleShot=True, interval=_TYPING_PAUSE_MS)
        self._keys = SearchKeys(self.search, self.table)
        self.chips: dict[str, Button] = {}
        self.state = chips[0][0] if chips else ""
        self.top, self.middle, self.foot = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()  # search, chips, under the list
        self.narrowing = QHBoxLayout()  # what else narrows the list down, where something does
        self._inside = QStackedWidget()
        self._lay_out(chips)
        self.search.textChanged.connect(lambda _text: self._pause.start())
        self._pause.timeout.connect(lambda: self.search_wanted.emit(self.search.text()))
        self._keys.entered.connect(self._on_entered)
        self.table.chosen.connect(self._on_chosen)

    def _lay_out(self, filters: Sequence[tuple[str, str]]) -> None:
        self.top.setSpacing(SPACE_S)
        self.top.addWidget(self.search, 1)
        self.middle.setSpacing(SPACE_S)
        group = QButtonGroup(self)
        group.setExclusive(True)
        for code, words in filters:
            chip = Button(words, lambda code=code: self._on_chip(code), kind="chip")  # type: ignore[misc]
            chip.setCheckable(True)
            chip.setChecked(code == self.state)
            group.addButton(chip)
            self.chips[code] = chip
            self.middle.addWidget(chip)
        self.middle.addStretch(1)
        for part in (self.table, self.nothing, self.no_match):
            self._inside.addWidget(part)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_M)
        box.addLayout(self.top)
        if filters:
            box.addLayout(self.middle)
        box.addLayout(self.narrowing)
        box.addWidget(self._inside, 1)
        box.addLayout(self.foot)

    @property
    def narrowed(self) -> bool:
        """Only a part of what there is was asked for."""
        return bool(self.search.text().strip()) or self.state != next(iter(self.chips), "")

    @property
    def shows(self) -> QWidget | None:
        """The table, or the empty state in its place."""
        return self._inside.currentWidget()

    def look_for(self, text: str, *, shown: str = "") -> None:
        """As if it had been typed and entered. A code that spends like cash is `shown` by its mask only."""
        with QSignalBlocker(self.search):
            self.search.setText(shown or text)
        self._pause.stop()
        self.search_wanted.emit(text)

    def show_rows(
        self,
        rows: Sequence[Any],
        complete: bool = True,
        *,
        wanted: int = 0,
        or_first: bool = True,
        narrowed: bool = False,
    ) -> Any:
        """Show these and mark the one with the id `wanted`, quietly: it is returned and not told as `chosen`.

        Where it is not among them, the first one is chosen if `or_first`. `narrowed`: something besides search and
        chips asked for a part only.
        """
        with QSignalBlocker(self.table.selectionModel()):
            self.model.show_rows(rows, complete=complete)
        empty = self.no_match if self.narrowed or narrowed else self.nothing
        self._inside.setCurrentWidget(self.table if rows else empty)
        place = next((place for place, row in enumerate(rows) if row.id == wanted), None)
        if place is not None:
            with QSignalBlocker(self.table.selectionModel()):
                self.table.selectRow(place)
            self.table.viewport().update()
            return rows[place]
        if rows and or_first:
            self.table.selectRow(0)
        return None

    def _on_chip(self, code: str) -> None:
        self.state = code
        self.filter_wanted.emit(code)

    def _on_entered(self) -> None:
        """Nothing more is typed, as after a scan: look at once."""
        self._pause.stop()
        self.search_wanted.emit(self.search.text())

    def _on_chosen(self, row: Any) -> None:
        if row is not None:
            self.chosen.emit(row)


class Desk(QWidget):
    """Lay `left` and `panel` side by side. `dialog` is the one that is open over them, or None."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.banner = Banner()
        self.dialog: Any = None

    def lay_out(self, left: QWidget, panel: QWidget, *, panel_grows: bool = False) -> None:
        across = QHBoxLayout()
        across.setSpacing(SPACE_L)
        across.addWidget(left, 0 if panel_grows else 1)
        across.addWidget(panel, 1 if panel_grows else 0)
        box = QVBoxLayout(self)
        box.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        box.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_L)
        box.setSpacing(SPACE_M)
        box.addWidget(self.banner)
        box.addLayout(across, 1)
        if isinstance(left, ListPane) and not left.search.isHidden():
            find_keys(self, left.search)

    def minimumSizeHint(self) -> QSize:
        """Small enough for 1024x768: `fit` makes room below NARROW."""
        return _LEAST

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit(self.width())

    def fit(self, width: int) -> None:
        """Give up what a page this wide has no room for."""

    def open_dialog(self, dialog: QDialog) -> None:
        self.banner.hide()  # what went wrong before is not about this
        self.dialog = dialog
        dialog.finished.connect(lambda _result, closed=dialog: self._on_dialog_closed(closed))
        dialog.open()

    def say(self, sentence: str) -> None:
        """Trouble, where it is seen: in the dialog that is open, or else on the page."""
        if isinstance(self.dialog, Dialog):
            self.dialog.set_busy(False)
            self.dialog.tell(sentence)
        else:
            self.banner.tell(sentence)

    def close_dialog(self) -> None:
        if self.dialog is not None:
            self.dialog.accept()

    def _on_dialog_closed(self, closed: object) -> None:
        if self.dialog is closed:
            self.dialog = None
