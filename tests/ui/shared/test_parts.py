"""Keypad, PIN pad, toast, dialogs, banner, tables."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.money import Money
from ui.shared.banner import Banner
from ui.shared.dialogs import Confirm, Dialog
from ui.shared.format import Formats
from ui.shared.keypad import Keypad, PinPad
from ui.shared.money_field import MoneyField
from ui.shared.tables import Column, RowsModel, Table
from ui.shared.toast import Toast
from ui.shared.widgets import Button, ElidedWords, Words

FORMATS = Formats("de_DE", "EUR", "Europe/Berlin")


def _press(pad: QWidget, name: str, qtbot: QtBot) -> None:
    (button,) = [one for one in pad.findChildren(QAbstractButton) if one.text() == name]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_keypad_types_into_its_field_with_the_locale_s_point(qtbot: QtBot) -> None:
    field, pad = MoneyField(FORMATS, "Amount"), Keypad(decimal_symbol=FORMATS.decimal_symbol)
    qtbot.addWidget(field)
    qtbot.addWidget(pad)
    pad.type_into(field)
    for key in ("1", "2", ",", "5"):
        _press(pad, key, qtbot)
    assert field.value() == Money(1250, "EUR")
    qtbot.mouseClick(pad.findChildren(QPushButton)[-1], Qt.MouseButton.LeftButton)
    assert field.text() == "12,"


def test_a_wrong_amount_is_marked_and_typing_clears_the_mark(qtbot: QtBot) -> None:
    field = MoneyField(FORMATS, "Amount")
    qtbot.addWidget(field)
    said: list[str] = []
    field.refused.connect(said.append)
    field.setText("1.5")
    assert field.value() is None
    assert field.property("wrong") is True
    assert "1234,50" in said[-1]
    qtbot.keyClicks(field, "0")
    assert field.property("wrong") is False
    assert said[-1] == ""


def test_a_pin_leaves_only_by_its_signal_and_never_shows(qtbot: QtBot) -> None:
    pad = PinPad()
    qtbot.addWidget(pad)
    given: list[str] = []
    pad.submitted.connect(given.append)
    pad.show()
    qtbot.keyClicks(pad, "739152")
    words = " ".join(label.text() for label in pad.findChildren(type(pad._dots)))
    assert "7" not in words
    assert pad._dots.text().count("\N{BLACK CIRCLE}") == 6
    qtbot.keyClick(pad, Qt.Key.Key_Return)
    assert given == ["739152"]
    assert pad._typed == ""
    qtbot.keyClicks(pad, "12")
    qtbot.keyClick(pad, Qt.Key.Key_Return)
    assert given == ["739152"]
    assert "at least 4" in pad._said.text()


@pytest.mark.parametrize("scan", ["4006381333931", "X4C1-2345", "987654321"])
def test_a_scan_into_a_pin_is_no_attempt(qtbot: QtBot, scan: str) -> None:  # F40
    pad = PinPad()
    qtbot.addWidget(pad)
    given: list[str] = []
    pad.submitted.connect(given.append)
    qtbot.keyClicks(pad, scan)
    qtbot.keyClick(pad, Qt.Key.Key_Return)
    assert given == []
    assert "no PIN" in pad._said.text()
    qtbot.keyClicks(pad, "1357")
    qtbot.keyClick(pad, Qt.Key.Key_Return)
    assert given == ["1357"]


def test_a_busy_pin_pad_takes_nothing(qtbot: QtBot) -> None:
    pad = PinPad()
    qtbot.addWidget(pad)
    pad.show()
    pad.set_busy(True)
    assert not pad.isEnabled()  # Qt hands a disabled widget no key
    pad.set_busy(False)
    qtbot.keyClicks(pad, "12")
    assert pad._typed == "12"


def test_a_toast_undoes_once(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(400, 300)
    host.show()
    toast = Toast(host)
    undone: list[int] = []
    toast.tell("Removed <b>Tea</b>", lambda: undone.append(1))
    assert toast.isVisible()
    assert toast.text == "Removed <b>Tea</b>"
    qtbot.mouseClick(toast._undo, Qt.MouseButton.LeftButton)
    toast._on_undo()
    assert undone == [1]
    assert not toast.isVisible()


class _Form(Dialog):
    def __init__(self) -> None:
        super().__init__("Form")
        self.saved = 0
        self.field = QLineEdit()
        self.body.addWidget(self.field)
        self.set_primary("Save", self._save)

    def _save(self) -> None:
        self.saved += 1


def test_a_dialog_saves_by_enter_backs_out_by_esc_and_not_twice_while_busy(qtbot: QtBot) -> None:
    form = _Form()
    form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(form)
    form.open()
    qtbot.keyClick(form.field, Qt.Key.Key_Return)
    assert form.saved == 1
    form.set_busy(True)
    qtbot.keyClick(form.field, Qt.Key.Key_Return)
    assert form.saved == 1
    form.tell("This name is taken.")
    assert form.banner.title == "This name is taken."
    qtbot.keyClick(form.field, Qt.Key.Key_Escape)
    assert not form.isVisible()


def test_a_question_is_answered_by_its_verb(qtbot: QtBot) -> None:
    question = Confirm("Void?", "The sale is dropped.", "Void the sale", danger=True)
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(question)
    question.open()
    assert question.primary is not None
    with qtbot.waitSignal(question.confirmed):
        qtbot.mouseClick(question.primary, Qt.MouseButton.LeftButton)


def test_a_band_is_replaced_by_the_next_message(qtbot: QtBot) -> None:
    band = Banner()
    qtbot.addWidget(band)
    done: list[str] = []
    band.tell("one", "first", actions=(("Go", lambda: done.append("one")),))
    band.tell("two", "second", actions=(("Go", lambda: done.append("two")),))
    qtbot.wait(1)
    buttons = [one for one in band.findChildren(QPushButton) if one.isVisible()]
    assert len(buttons) == 1
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert done == ["two"]
    assert band.accessibleName() == "two second"


@dataclass(frozen=True)
class Row:
    number: int


COLUMNS = [
    Column[Row]("No.", lambda row: str(row.number), 80, number=True, sort="number"),
    Column[Row]("Name", lambda row: f"<b>row {row.number}</b>"),
]


def test_a_table_pages_by_the_last_row_and_asks_once(qtbot: QtBot) -> None:
    model = RowsModel(COLUMNS)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    asked: list[object] = []
    model.more_wanted.connect(asked.append)
    model.show_rows([Row(number) for number in range(100)], complete=False)
    table = Table(model, "Rows")
    qtbot.addWidget(table)
    table.show()
    table.scrollToBottom()
    qtbot.wait(1)
    model.fetchMore(model.index(-1, -1))
    assert asked == [Row(99)]
    model.show_more([Row(100)], complete=True)
    assert model.rowCount() == 101
    assert not model.canFetchMore(model.index(-1, -1))


def test_a_table_shows_markup_as_text_and_escapes_it_in_tips(qtbot: QtBot) -> None:
    model = RowsModel(COLUMNS)
    model.show_rows([Row(1)])
    index = model.index(0, 1)
    assert model.data(index) == "<b>row 1</b>"
    assert "&lt;b&gt;" in model.data(index, Qt.ItemDataRole.ToolTipRole)


def test_headings_ask_for_a_sort_there_and_back(qtbot: QtBot) -> None:
    model = RowsModel(COLUMNS)
    table = Table(model, "Rows")
    qtbot.addWidget(table)
    asked: list[tuple[str, bool]] = []
    table.sort_wanted.connect(lambda key, descending: asked.append((key, descending)))
    table._on_heading(0)
    table._on_heading(0)
    table._on_heading(1)
    assert asked == [("number", False), ("number", True)]


def test_a_menu_sorts_without_a_mouse(qtbot: QtBot) -> None:
    """Shift+F10 opens it, the arrow shows what is in force, the same heading again turns it round."""
    table = Table(RowsModel(COLUMNS), "Rows")
    qtbot.addWidget(table)
    table.show()
    asked: list[tuple[str, bool]] = []
    table.sort_wanted.connect(lambda key, descending: asked.append((key, descending)))

    def pick() -> list[str]:
        qtbot.keyClick(table, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        words = [action.text() for action in menu.actions() if not action.isSeparator()]
        if menu.activeAction() is None:
            qtbot.keyClick(menu, Qt.Key.Key_Down)
        qtbot.keyClick(menu, Qt.Key.Key_Return)
        return words

    assert [pick(), pick(), pick()] == [["No."], ["No.  ▲"], ["No.  ▼"]]
    assert asked == [("number", False), ("number", True), ("number", False)]


def test_a_table_without_a_sort_opens_no_menu(qtbot: QtBot) -> None:
    table = Table(RowsModel(COLUMNS[1:]), "Rows")
    qtbot.addWidget(table)
    table.show()
    qtbot.keyClick(table, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    assert table.sort_menu() is None
    assert QApplication.activePopupWidget() is None


def test_enter_opens_the_row(qtbot: QtBot) -> None:
    model = RowsModel(COLUMNS)
    model.show_rows([Row(1), Row(2)])
    table = Table(model, "Rows")
    qtbot.addWidget(table)
    table.selectRow(1)
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [Row(2)]


@pytest.mark.parametrize("text", ["Ham & cheese", "A&&B", "& alone"])
def test_an_ampersand_on_a_button_is_a_letter(qtbot: QtBot, text: str) -> None:
    button = Button(text)
    qtbot.addWidget(button)
    assert button.text().replace("&&", "&") == text
    assert button.accessibleName() == text


def test_a_long_name_is_cut_and_told_whole(qtbot: QtBot) -> None:
    words = ElidedWords("x" * 10_000)
    qtbot.addWidget(words)
    words.resize(100, 20)
    words.show()
    words.grab()
    assert len(words.accessibleName()) == 500
    assert words.minimumSizeHint().width() == 0


@pytest.mark.parametrize(("goes_to_cancel", "answer"), [(False, True), (True, False)])
def test_enter_on_cancel_cancels_and_a_question_opens_on_its_verb(
    qtbot: QtBot, goes_to_cancel: bool, answer: bool
) -> None:
    """Tab leads to Cancel, and Enter there must never do what was about to be called off."""
    question = Confirm("Erase this customer?", "For good.", "Erase", danger=True)
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(question)
    said: list[bool] = []
    question.confirmed.connect(lambda: said.append(True))
    question.rejected.connect(lambda: said.append(False))
    question.open()
    assert question.primary is not None
    question.activateWindow()
    qtbot.waitUntil(question.primary.hasFocus)
    if goes_to_cancel:
        question.cancel.setFocus()
    qtbot.keyClick(question.cancel if goes_to_cancel else question.primary, Qt.Key.Key_Return)
    assert said == [answer]


def test_a_dialog_grows_for_what_it_tells(qtbot: QtBot) -> None:
    dialog = Dialog("Reload a card", width=420)
    qtbot.addWidget(dialog)
    dialog.body.addWidget(Words("It holds 18.00. A reload that is paid for is rung up at the till.", wrap=True))
    dialog.body.addWidget(QLineEdit())
    dialog.set_primary("Reload", dialog.accept)
    dialog.open()
    qtbot.waitExposed(dialog)
    dialog.tell("This card cannot be reloaded while its sale is being taken back. Finish that first, then try again.")
    outer = dialog.layout()
    assert outer is not None
    assert dialog.height() >= outer.totalHeightForWidth(dialog.width())
