"""Ctrl+K: every page and action by the words of its name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ui.shared import icons
from ui.shared.tokens import SPACE_S
from ui.shell.registry import Action

_WIDTH, _HEIGHT = 560, 420


def find_actions(actions: Sequence[Action], typed: str) -> list[Action]:
    """Actions all of whose typed words begin or lie in a word of theirs; those found in the title first."""
    words = typed.casefold().split()
    found = []
    for position, action in enumerate(actions):
        title = action.title.casefold()
        everything = f"{title} {action.words.casefold()}"
        if all(word in everything for word in words):
            starts = sum(any(part.startswith(word) for part in title.split()) for word in words)
            found.append((-starts, position, action))
    return [action for _starts, _position, action in sorted(found, key=lambda entry: entry[:2])]


class CommandPalette(QFrame):
    """Floats over the window; arrows choose, Enter runs, Esc goes back where the keyboard was."""

    closed = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setProperty("panel", "card")
        self.setAccessibleName(self.tr("Find an action or a page"))
        box = QVBoxLayout(self)
        box.setContentsMargins(SPACE_S, SPACE_S, SPACE_S, SPACE_S)
        box.setSpacing(SPACE_S)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("What do you want to do?"))
        self.field.setAccessibleName(self.tr("What do you want to do?"))
        self.field.textChanged.connect(self._fill)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Actions found"))
        self.list.setProperty("frame", "none")
        self.list.setIconSize(QSize(20, 20))
        self.list.setUniformItemSizes(True)
        self.list.itemClicked.connect(lambda _item: self._run())
        box.addWidget(self.field)
        box.addWidget(self.list, 1)
        self._actions: list[Action] = []
        self._shown: list[Action] = []
        self.hide()

    def open_with(self, actions: Sequence[Action]) -> None:
        self._actions = list(actions)
        host = self.parentWidget()
        if host is not None:
            width = min(_WIDTH, host.width() - 32)
            self.setGeometry((host.width() - width) // 2, 64, width, min(_HEIGHT, host.height() - 96))
        self.field.clear()
        self._fill("")
        self.show()
        self.raise_()
        self.field.setFocus()

    def _fill(self, typed: str) -> None:
        self._shown = find_actions(self._actions, typed)
        self.list.clear()
        for action in self._shown:
            shortcut = f"   {action.shortcut}" if action.shortcut else ""
            item = QListWidgetItem(icons.icon(action.icon, "muted"), f"{action.title}{shortcut}")
            item.setSizeHint(QSize(0, 36))
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def dismiss(self) -> None:
        """Away with it, and the keyboard back where it was; nothing happens while it is not open."""
        if not self.isHidden():
            self._close()

    def _run(self) -> None:
        position = self.list.currentRow()
        self._close()
        if 0 <= position < len(self._shown):
            self._shown[position].run()

    def _close(self) -> None:
        self.hide()
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
            if event.key() in step:
                last = self.list.count() - 1
                self.list.setCurrentRow(max(0, min(last, self.list.currentRow() + step[Qt.Key(event.key())])))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._close()
                return True
        return False
