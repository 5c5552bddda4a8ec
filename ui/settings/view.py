"""Settings: the list of pages on the left, one page on the right, made when it is first opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QStackedWidget, QWidget

from ui.settings.registry import SettingsPage
from ui.shared import icons, theme
from ui.shared.tokens import SPACE_L, SPACE_M, Density

_LIST_WIDTH = 228


class SettingsView(QWidget):
    def __init__(self, pages: Sequence[SettingsPage], make: Callable[[SettingsPage], QWidget]) -> None:
        super().__init__()
        self.setObjectName("page")
        theme.set_density(self, Density.DESK)
        self._pages, self._make = list(pages), make
        self._made: dict[str, QWidget] = {}
        self._current = ""
        box = QHBoxLayout(self)
        box.setContentsMargins(SPACE_M, SPACE_M, SPACE_L, SPACE_M)
        box.setSpacing(SPACE_L)
        self.list = QListWidget()
        self.list.setFixedWidth(_LIST_WIDTH)
        self.list.setIconSize(QSize(18, 18))
        self.list.setAccessibleName(self.tr("Pages of the settings"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for page in self._pages:
            item = QListWidgetItem(icons.icon(page.icon, "muted"), page.shown_title)
            item.setSizeHint(QSize(_LIST_WIDTH - 12, 40))
            item.setData(Qt.ItemDataRole.UserRole, page.id)
            self.list.addItem(item)
        self.stack = QStackedWidget()
        box.addWidget(self.list)
        box.addWidget(self.stack, 1)
        self.list.currentRowChanged.connect(self._on_row)
        theme.current().changed.connect(self._tint)
        if self._pages:
            self.list.setCurrentRow(0)

    def page_shown(self, argument: object) -> None:
        if isinstance(argument, str) and argument:
            self.open(argument)
        else:
            self._tell_shown()

    def page_left(self) -> bool:
        """False while something typed was neither saved nor discarded."""
        may_leave = getattr(self._made.get(self._current), "may_leave", None)
        return bool(may_leave()) if callable(may_leave) else True

    def on_code(self, text: str) -> None:
        """A scan while Settings is in front goes to the page that wants it, and is booked nowhere."""
        take = getattr(self._made.get(self._current), "on_code", None)
        if callable(take):
            take(text)

    def open(self, page_id: str) -> bool:
        for position, page in enumerate(self._pages):
            if page.id == page_id:
                self.list.setCurrentRow(position)
                return True
        return False

    def widget(self, page_id: str) -> QWidget | None:
        return self._made.get(page_id)

    def _on_row(self, position: int) -> None:
        if not 0 <= position < len(self._pages):
            return
        page = self._pages[position]
        if page.id != self._current and not self.page_left():
            QTimer.singleShot(0, self, self._back_to_current)
            return
        widget = self._made.get(page.id)
        if widget is None:
            widget = self._make(page)
            self._made[page.id] = widget
            self.stack.addWidget(widget)
        self._current = page.id
        self.stack.setCurrentWidget(widget)
        self._tell_shown()

    def _back_to_current(self) -> None:
        self.open(self._current)

    def _tell_shown(self) -> None:
        shown = getattr(self._made.get(self._current), "page_shown", None)
        if callable(shown):
            shown()

    def _tint(self) -> None:
        for position, page in enumerate(self._pages):
            self.list.item(position).setIcon(icons.icon(page.icon, "muted"))


class Elsewhere(QWidget):
    """A page that only leads to another one."""

    def __init__(self, lead: Callable[[object], object]) -> None:
        super().__init__()
        self._lead = lead

    def page_shown(self, argument: object) -> None:
        QTimer.singleShot(0, self, lambda: self._lead(argument))
