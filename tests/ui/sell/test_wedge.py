"""A scanner that types, in front of every widget."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.sell.wedge import WedgeFilter, install
from ui.shared.keypad import PinPad


class Desk(QWidget):
    def __init__(self) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        self.amount, self.pad = QLineEdit(), PinPad()
        box.addWidget(self.amount)
        box.addWidget(self.pad)
        self.fired: list[str] = []
        for keys in ("Ctrl+O", "Alt+F4", "F9", "Esc"):
            QShortcut(QKeySequence(keys), self, lambda keys=keys: self.fired.append(keys))


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication) -> Iterator[tuple[Desk, WedgeFilter, list[str]]]:
    made = Desk()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    made.amount.setFocus()
    wedge = install(made)
    scans: list[str] = []
    wedge.scanned.connect(scans.append)
    yield made, wedge, scans
    qapp.removeEventFilter(wedge)


_time = [1000]


def _key(
    target: QWidget,
    key: int,
    text: str = "",
    after: int = 3,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    _time[0] += after
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        event = QKeyEvent(kind, key, modifiers, text)
        event.setTimestamp(_time[0])
        QCoreApplication.sendEvent(target, event)


def _scan(target: QWidget, code: str, *, enter: bool = True) -> None:
    _time[0] += 500
    for letter in code:
        _key(target, ord(letter.upper()), letter)
    if enter:
        _key(target, Qt.Key.Key_Return, "\r")


def test_a_scan_reaches_the_sale_and_not_the_amount(desk: tuple[Desk, WedgeFilter, list[str]]) -> None:  # F40
    window, _wedge, scans = desk
    _scan(window.amount, "4006381333931")
    assert scans == ["4006381333931"]
    assert window.amount.text() == ""


def test_a_scan_is_not_typed_into_a_pin(desk: tuple[Desk, WedgeFilter, list[str]]) -> None:  # F40
    window, _wedge, scans = desk
    given: list[str] = []
    window.pad.submitted.connect(given.append)
    window.pad.setFocus()
    _scan(window.pad, "12345678")
    assert scans == ["12345678"]
    assert given == []
    assert window.pad._typed == ""


def test_typing_by_hand_arrives_whole_and_in_order(desk: tuple[Desk, WedgeFilter, list[str]], qtbot: QtBot) -> None:
    window, _wedge, scans = desk
    for letter in "12.50":
        _key(window.amount, ord(letter), letter, after=90)
    qtbot.waitUntil(lambda: window.amount.text() == "12.50", timeout=1000)
    assert scans == []


def test_control_keys_in_a_scan_press_nothing(desk: tuple[Desk, WedgeFilter, list[str]], qtbot: QtBot) -> None:  # F39
    window, wedge, scans = desk
    rejected: list[str] = []
    wedge.rejected.connect(rejected.append)
    _time[0] += 500
    _key(window.amount, Qt.Key.Key_4, "4")
    _key(window.amount, Qt.Key.Key_0, "0")
    _key(window.amount, Qt.Key.Key_O, "\x0f", modifiers=Qt.KeyboardModifier.ControlModifier)
    _key(window.amount, Qt.Key.Key_F4, "", modifiers=Qt.KeyboardModifier.AltModifier)
    _key(window.amount, Qt.Key.Key_Escape, "\x1b")
    _key(window.amount, Qt.Key.Key_9, "9")
    _key(window.amount, Qt.Key.Key_Return, "\r")
    qtbot.wait(60)
    assert window.fired == []
    assert scans == []
    assert len(rejected) == 1
    assert window.amount.text() == ""
    assert window.isVisible()


def test_a_second_enter_of_the_scanner_presses_nothing(desk: tuple[Desk, WedgeFilter, list[str]]) -> None:  # F29
    window, _wedge, scans = desk
    entered: list[int] = []
    window.amount.returnPressed.connect(lambda: entered.append(1))
    _scan(window.amount, "4006381333931")
    _key(window.amount, Qt.Key.Key_Return, "\r")
    _key(window.amount, Qt.Key.Key_Return, "\r")
    assert scans == ["4006381333931"]
    assert entered == []


def test_a_person_s_enter_and_shortcut_pass(desk: tuple[Desk, WedgeFilter, list[str]], qtbot: QtBot) -> None:
    window, _wedge, _scans = desk
    entered: list[int] = []
    window.amount.returnPressed.connect(lambda: entered.append(1))
    _key(window.amount, Qt.Key.Key_5, "5", after=500)
    qtbot.waitUntil(lambda: window.amount.text() == "5", timeout=1000)
    _key(window.amount, Qt.Key.Key_Return, "\r", after=500)
    assert entered == [1]


def test_a_scan_that_a_busy_machine_delivers_in_two_parts_stays_whole(
    desk: tuple[Desk, WedgeFilter, list[str]], qtbot: QtBot
) -> None:  # F38, F40
    window, _wedge, scans = desk
    _time[0] += 500
    for letter in "X4C1V":
        _key(window.amount, ord(letter), letter)
    qtbot.wait(70)  # the keys' own times say that nothing happened in between
    for letter in "VT5ZXPAE4PH":
        _key(window.amount, ord(letter), letter)
    _key(window.amount, Qt.Key.Key_Return, "\r")
    assert scans == ["X4C1VVT5ZXPAE4PH"]
    assert window.amount.text() == ""


def test_space_presses_a_button_however_short_the_key_is_held(
    desk: tuple[Desk, WedgeFilter, list[str]], qtbot: QtBot
) -> None:
    window, _wedge, _scans = desk
    pressed: list[int] = []
    button = QPushButton(window)
    button.clicked.connect(lambda: pressed.append(1))
    button.show()
    button.setFocus()
    _key(button, Qt.Key.Key_Space, " ", after=500)
    _time[0] += 5
    release = QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ")
    release.setTimestamp(_time[0])
    QCoreApplication.sendEvent(button, release)
    qtbot.waitUntil(lambda: pressed == [1], timeout=1000)
    assert not button.isDown()


def test_a_scan_over_a_dialog_of_a_dialog_is_the_sale_s(desk: tuple[Desk, WedgeFilter, list[str]]) -> None:  # F40
    window, _wedge, scans = desk
    outer = QDialog(window)
    inner = QDialog(outer)
    field = QLineEdit(inner)
    outer.show()
    inner.show()
    _scan(field, "4006381333931")
    assert scans == ["4006381333931"]
    assert field.text() == ""


def test_two_scans_one_after_the_other(desk: tuple[Desk, WedgeFilter, list[str]]) -> None:
    window, _wedge, scans = desk
    _scan(window.amount, "4006381333931")
    _scan(window.amount, "96385074")
    assert scans == ["4006381333931", "96385074"]


def test_a_flood_is_bounded(desk: tuple[Desk, WedgeFilter, list[str]]) -> None:  # F36
    window, wedge, scans = desk
    _scan(window.amount, "9" * 20_000)
    assert scans == []
    assert len(wedge._held) < 1000
    assert window.amount.text() == ""
