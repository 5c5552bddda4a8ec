"""What the desks of the back office share: search by keyboard, a list with chips, one dialog at a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ui.shared.desk import Desk, ListPane, SearchKeys
from ui.shared.dialogs import Dialog
from ui.shared.files import file_name, with_ending
from ui.shared.tables import Column, RowsModel, Table
from ui.shared.widgets import EmptyState


@dataclass(frozen=True)
class Thing:
    id: int
    name: str


THINGS = [Thing(1, "one"), Thing(2, "two"), Thing(3, "three")]


def model() -> RowsModel[Thing]:
    return RowsModel([Column("Name", lambda one: one.name)])


def new_pane() -> ListPane:
    return ListPane(
        model(), "Things", hint="Search", chips=[("", "All"), ("old", "Old")],
        nothing=EmptyState("search", "None yet", ""), no_match=EmptyState("search", "None fits", ""),
    )  # fmt: skip


@pytest.fixture
def pane(qtbot: QtBot) -> ListPane:
    made = new_pane()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    made = Desk()
    qtbot.addWidget(made)
    made.lay_out(new_pane(), QWidget())
    made.show()
    return made


def test_a_row_that_is_wanted_is_marked_quietly_another_is_chosen(pane: ListPane) -> None:
    told: list[Thing] = []
    pane.chosen.connect(told.append)
    assert pane.show_rows(THINGS, wanted=2) == THINGS[1]
    assert told == []
    assert pane.table.current_row() == THINGS[1]
    assert pane.show_rows(THINGS, wanted=9) is None
    assert told == [THINGS[0]]
    assert pane.show_rows(THINGS, wanted=9, or_first=False) is None
    assert len(told) == 1


def test_an_empty_list_says_whether_there_is_none_or_none_fits(pane: ListPane) -> None:
    pane.show_rows([])
    assert pane.shows is pane.nothing
    pane.chips["old"].click()
    pane.show_rows([])
    assert pane.shows is pane.no_match
    pane.chips[""].click()
    pane.show_rows([], narrowed=True)
    assert pane.shows is pane.no_match
    pane.show_rows(THINGS)
    assert pane.shows is pane.table


def test_typing_waits_enter_and_a_scan_do_not(pane: ListPane, qtbot: QtBot) -> None:
    asked: list[str] = []
    pane.search_wanted.connect(asked.append)
    with qtbot.waitSignal(pane.search_wanted):
        qtbot.keyClicks(pane.search, "abc")
    assert asked == ["abc"]  # once, after the pause
    qtbot.keyClicks(pane.search, "d")
    qtbot.keyClick(pane.search, Qt.Key.Key_Return)
    assert asked == ["abc", "abcd"]
    pane.look_for("7Q4K0ZTM", shown="•••• 0ZTM")
    qtbot.wait(200)
    assert asked == ["abc", "abcd", "7Q4K0ZTM"]
    assert pane.search.text() == "•••• 0ZTM"


def test_arrows_walk_enter_opens_esc_clears(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    search, table = QLineEdit(page), Table(model(), "Things")
    table.setParent(page)
    keys = SearchKeys(search, table)
    table.rows_model.show_rows(THINGS)
    for _ in range(5):
        qtbot.keyClick(search, Qt.Key.Key_Down)
    assert table.current_row() == THINGS[2]
    with qtbot.waitSignal(keys.entered):
        qtbot.keyClick(search, Qt.Key.Key_Return)
    search.setText("x")
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""


@pytest.mark.parametrize(("key", "with_key"), [(Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier),
                                               (Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)])  # fmt: skip
def test_two_keys_lead_to_the_search(desk: Desk, qtbot: QtBot, key: Qt.Key, with_key: Qt.KeyboardModifier) -> None:
    pane = desk.findChild(ListPane)
    assert pane is not None
    pane.show_rows(THINGS)
    qtbot.waitExposed(desk)
    desk.activateWindow()
    pane.search.setText("one")
    pane.table.setFocus()
    qtbot.keyClick(pane.table, key, with_key)
    assert desk.focusWidget() is pane.search
    assert pane.search.selectedText() == "one"


def test_trouble_is_said_where_it_is_seen(desk: Desk, qtbot: QtBot) -> None:
    desk.say("On the page")
    assert desk.banner.title == "On the page"
    dialog = Dialog("Ask", desk)
    dialog.set_primary("Do it", lambda: None)
    desk.open_dialog(dialog)
    assert not desk.banner.isVisible()
    dialog.set_busy(True)
    desk.say("In the dialog")
    assert dialog.banner.title == "In the dialog"
    assert dialog.primary is not None
    assert dialog.primary.isEnabled()
    desk.close_dialog()
    assert desk.dialog is None


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../etc/pass wd: „May“", "etcpass wd May"),
        ("///", "codes"),
        ("C:\\Windows\\x.dll", "CWindowsxdll"),
        ("~/.ssh/id\x00", "sshid"),
        ("..", "codes"),
        ("nul", "codes nul"),
        ("COM1", "codes COM1"),
        ("Com 1", "Com 1"),
        ("a" * 200, "a" * 80),
    ],
)
def test_names_of_files_hold_no_path_and_no_device(title: str, name: str) -> None:  # F47
    assert file_name(title, "codes") == name


@pytest.mark.parametrize(
    ("typed", "written"), [("a.csv", "a.csv"), ("a.XLSX", "a.XLSX"), ("a", "a.csv"), ("v1.2", "v1.2.csv")]
)
def test_a_list_gets_an_ending(typed: str, written: str) -> None:

    assert with_ending(Path(typed), ".csv").name == written
