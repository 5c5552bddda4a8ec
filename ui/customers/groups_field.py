"""The customer groups somebody is in, ticked in a menu."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy

from app.customers.model import Group

_MOST_SHOWN = 40  # signs of the names on the button; the menu has them all


class _Ticks(QMenu):
    """Space and the mouse tick one after another; Enter ticks the last, Esc leaves."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        active = self.activeAction()
        if event.key() == Qt.Key.Key_Space and active is not None:
            active.toggle()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        under = self.actionAt(event.position().toPoint())
        if under is not None and event.button() == Qt.MouseButton.LeftButton:
            under.toggle()
        else:
            super().mouseReleaseEvent(event)


class GroupsField(QPushButton):
    """A button that names the groups chosen, and opens all there are."""

    def __init__(self) -> None:
        super().__init__()
        self._menu = _Ticks(self)
        self._ticks: dict[int, QAction] = {}
        self.setMenu(self._menu)
        self.setStyleSheet(
            "text-align: left; font-weight: normal;"
        )  # its neighbours in the form are fields, not buttons
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._name()

    def show_groups(self, groups: Sequence[Group], inside: Collection[int]) -> None:
        self._menu.clear()
        self._ticks.clear()
        for group in groups:
            tick = self._menu.addAction(group.name.replace("&", "&&"))
            tick.setCheckable(True)
            tick.setChecked(group.id in inside)
            tick.setData(group.name)
            tick.toggled.connect(self._name)
            self._ticks[group.id] = tick
        self._name()

    def tick(self, group_id: int, on: bool = True) -> None:
        self._ticks[group_id].setChecked(on)

    def choose(self, inside: Collection[int]) -> None:
        for group_id, tick in self._ticks.items():
            tick.setChecked(group_id in inside)

    def chosen(self) -> frozenset[int]:
        return frozenset(group_id for group_id, tick in self._ticks.items() if tick.isChecked())

    def _name(self) -> None:
        names = ", ".join(str(tick.data()) for tick in self._ticks.values() if tick.isChecked())
        shown = names if len(names) <= _MOST_SHOWN else names[: _MOST_SHOWN - 1] + "…"
        self.setText(shown.replace("&", "&&") or QCoreApplication.translate("customerfields", "None"))
        self.setToolTip(names.replace("<", "&lt;") if len(names) > _MOST_SHOWN else "")
        self.setAccessibleDescription(names)
