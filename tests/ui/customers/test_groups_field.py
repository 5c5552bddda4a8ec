"""The groups of a customer, ticked without opening the menu again for each."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.customers.model import Group
from ui.customers.groups_field import GroupsField

GROUPS = [Group(1, "Allergy list"), Group(2, "Book & cake"), Group(3, "Local businesses")]


def opened(qtbot: QtBot) -> tuple[GroupsField, QMenu]:
    field = GroupsField()
    qtbot.addWidget(field)
    field.show_groups(GROUPS, {3})
    field.show()
    menu = field.menu()
    assert menu is not None
    menu.popup(field.mapToGlobal(field.rect().bottomLeft()))
    return field, menu


def test_space_ticks_one_after_another_and_enter_the_last(qtbot: QtBot) -> None:
    field, menu = opened(qtbot)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Space):
        qtbot.keyClick(menu, key)
    assert menu.isVisible()
    assert field.chosen() == {1, 2, 3}
    assert field.text() == "Allergy list, Book && cake, Local busine…"
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert not menu.isVisible()
    assert field.chosen() == {1, 3}


def test_the_mouse_ticks_one_after_another(qtbot: QtBot) -> None:
    field, menu = opened(qtbot)
    for action in menu.actions()[:2]:
        qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    assert menu.isVisible()
    assert field.chosen() == {1, 2, 3}
    menu.close()
