"""Labelled fields in one or two columns, each with room for what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QIntValidator, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.errors import DomainError
from ui.shared import theme
from ui.shared.tokens import SPACE_L, SPACE_M, SPACE_XS, TYPE_SMALL
from ui.shared.widgets import Words

NUMBER_WIDTH = 160


class Chooser(QComboBox):
    """A box to choose from, no wider than its column."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(10)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # scrolling the page must not change what is set


class WholeNumber(QLineEdit):
    """A whole number within bounds, typed; an empty field is the least."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__()
        self._least, self._most = least, most
        self.setValidator(QIntValidator(least, most, self))
        self.setMaxLength(len(str(most)) + 1)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setMaximumWidth(NUMBER_WIDTH)

    def value(self) -> int:
        try:
            return max(self._least, min(self._most, int(self.text())))
        except ValueError:
            return self._least

    def setValue(self, value: int) -> None:
        self.setText(str(value))


class Field(QWidget):
    """A label, a control, and under it a hint or what is wrong."""

    def __init__(self, label: str, control: QWidget, hint: str = "") -> None:
        super().__init__()
        self.control = control
        self._hint = hint
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_XS)
        if label:
            self.label = Words(label, strong=True)
            self.label.setBuddy(control)
            box.addWidget(self.label)
        box.addWidget(control)
        self.said = Words(hint, tone="muted", size=TYPE_SMALL, wrap=True)
        box.addWidget(self.said)
        self.said.setVisible(bool(hint))  # not before it has its place: it would flash up as a window of its own
        if label:
            control.setAccessibleName(label)

    def refuse(self, sentence: str) -> None:
        """Say what is wrong here; "" brings the hint back."""
        wrong = bool(sentence)
        self.said.setText(sentence or self._hint)
        self.said.setVisible(bool(sentence or self._hint))
        self.said.set_tone("danger" if wrong else "muted")
        self.control.setAccessibleDescription(sentence)
        if self.control.property("wrong") != wrong:
            self.control.setProperty("wrong", wrong)
            theme.restyle(self.control)


class Form(QWidget):
    """Fields by name, as refusals name them (InvalidInput.field)."""

    changed = Signal()

    def __init__(self, *, columns: int = 1) -> None:
        super().__init__()
        self._columns, self._place = columns, 0
        self.fields: dict[str, Field] = {}
        self._spans: dict[str, int] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_L)
        self._grid.setVerticalSpacing(SPACE_M)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)

    def add(self, name: str, label: str, control: QWidget, hint: str = "", *, wide: bool = False) -> QWidget:
        """Put a field at the next free place; `wide` takes a whole row. Returns the control."""
        field = Field(label, control, hint)
        self.fields[name] = field
        row, column = divmod(self._place, self._columns)
        span = 1
        if wide and self._columns > 1:
            row, column, span = (row + 1 if column else row), 0, self._columns
            self._place = row * self._columns
        self._spans[name] = span
        self._put(field, row, column, span)
        self._place += span
        _watch(control, self._on_changed, name)
        return control

    def show_only(self, hidden: Collection[str]) -> None:
        """Take fields away for now; the others close up."""
        self._place = 0
        for name, field in self.fields.items():
            self._grid.removeWidget(field)
            field.setVisible(name not in hidden)
            if name in hidden:
                continue
            span = self._spans[name]
            row, column = divmod(self._place, self._columns)
            if span > 1 and column:
                row, column = row + 1, 0
                self._place = row * self._columns
            self._put(field, row, column, span)
            self._place += span

    def _put(self, field: Field, row: int, column: int, span: int) -> None:
        self._grid.addWidget(field, row, column, 1, span, Qt.AlignmentFlag.AlignTop)

    def line(self, name: str, label: str, hint: str = "", *, most: int = 200, wide: bool = False) -> QLineEdit:
        control = QLineEdit()
        control.setMaxLength(most)
        self.add(name, label, control, hint, wide=wide)
        return control

    def lines(self, name: str, label: str, hint: str = "", *, height: int = 72, wide: bool = False) -> QPlainTextEdit:
        control = QPlainTextEdit()
        control.setTabChangesFocus(True)
        control.setFixedHeight(height)
        self.add(name, label, control, hint, wide=wide)
        return control

    def tick(self, name: str, text: str, hint: str = "", *, wide: bool = False) -> QCheckBox:
        control = QCheckBox(text.replace("&", "&&"))
        control.setAccessibleName(text)
        self.add(name, "", control, hint, wide=wide)
        return control

    def number(
        self, name: str, label: str, hint: str = "", *, least: int = 0, most: int = 100, wide: bool = False
    ) -> WholeNumber:
        control = WholeNumber(least, most)
        self.add(name, label, control, hint, wide=wide)
        return control

    def choice(
        self, name: str, label: str, options: list[tuple[object, str]], hint: str = "", *, wide: bool = False
    ) -> QComboBox:
        """`options`: (value, shown). Read it with `chosen`."""
        control = Chooser()
        for value, shown in options:
            control.addItem(shown, value)
        self.add(name, label, control, hint, wide=wide)
        return control

    def searched(
        self, name: str, label: str, options: list[tuple[object, str]], hint: str = "", *, wide: bool = False
    ) -> QComboBox:
        """A choice among many: typing any part of a word narrows it."""
        control = self.choice(name, label, options, hint, wide=wide)
        control.setEditable(True)
        control.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = QCompleter(control.model(), control)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        control.setCompleter(completer)
        return control

    def refuse(self, error: DomainError, sentence: str) -> bool:
        """Show a refusal at the field it names and go there; False when no field here is meant."""
        field = self.fields.get(getattr(error, "field", ""))
        if field is None:
            return False
        field.refuse(sentence)
        field.control.setFocus()
        return True

    def clear_refusals(self) -> None:
        for field in self.fields.values():
            field.refuse("")

    def _on_changed(self, name: str) -> None:
        self.fields[name].refuse("")
        self.changed.emit()


def chosen(control: QComboBox) -> object:
    """The value behind what stands in the box; for a searched one also when it was typed in full."""
    if control.isEditable():
        found = control.findText(control.currentText(), Qt.MatchFlag.MatchFixedString)
        return control.itemData(found) if found >= 0 else None
    return control.currentData()


def choose(control: QComboBox, value: object) -> None:
    """Select a value; one that is not among the options is added as it is, never silently replaced."""
    position = next((place for place in range(control.count()) if control.itemData(place) == value), -1)
    if position < 0:
        control.addItem(str(value), value)
        position = control.count() - 1
    control.setCurrentIndex(position)


def _watch(control: QObject, act: Callable[[str], None], name: str) -> None:
    for signal in ("textChanged", "currentTextChanged", "toggled", "valueChanged"):
        found = getattr(control, signal, None)
        if found is not None:
            found.connect(lambda *_: act(name))
            return
