"""Figures for fingers: a number pad, a PIN pad, a quantity stepper."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.shared.tokens import SPACE_L, SPACE_S, SPACE_XS, TYPE_LARGE
from ui.shared.widgets import Button, IconButton, Words


class Keypad(QWidget):
    """0-9, a decimal sign or 00 (or neither), backspace. Types into the field given, or the one that has the focus."""

    entered = Signal(str)  # "0".."9", "00", the decimal sign, or "\b"

    def __init__(
        self, *, decimal_symbol: str = "", enter: str = "", enter_kind: str = "primary", double_zero: bool = True,
        types: bool = True,
    ) -> None:  # fmt: skip
        """`types` False: keys are only told through `entered`; a PIN's must never reach a field that shows them."""
        super().__init__()
        self._types = types
        self._target: QLineEdit | None = None
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACE_XS)
        last = decimal_symbol or ("00" if double_zero else "")
        for position, key in enumerate(("7", "8", "9", "4", "5", "6", "1", "2", "3", last, "0")):
            if key:
                grid.addWidget(self._key(key), position // 3, position % 3)
        back = Button("", lambda: self._press("\b"), kind="key", icon="delete", name=self.tr("Delete the last figure"))
        back.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        grid.addWidget(back, 3, 2)
        if enter:
            done = Button(enter, lambda: self._press("\r"), kind=enter_kind)
            done.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            grid.addWidget(done, 4, 0, 1, 3)

    def type_into(self, field: QLineEdit | None) -> None:
        """Where the keys go; None: to whichever field has the focus."""
        self._target = field

    def _key(self, key: str) -> Button:
        button = Button(key, lambda: self._press(key), kind="key")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field keeps the focus
        return button

    def _press(self, key: str) -> None:
        self.entered.emit(key)
        if not self._types:
            return
        focused = QApplication.focusWidget()
        field = self._target or (focused if isinstance(focused, QLineEdit) else None)
        if field is None or field.isReadOnly():
            return
        if key == "\b":
            field.backspace()
        elif key == "\r":
            field.returnPressed.emit()
        else:
            field.insert(key)
        field.textEdited.emit(field.text())


class Stepper(QWidget):
    """− quantity +, for a finger. Only tells what is wanted; the owner sets what is shown."""

    wanted = Signal(int)  # +1 or -1
    edit_wanted = Signal()

    def __init__(self, name: str = "") -> None:
        super().__init__()
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        less = IconButton("minus", self.tr("One less"), lambda: self.wanted.emit(-1), size=44)
        more = IconButton("plus", self.tr("One more"), lambda: self.wanted.emit(1), size=44)
        self.shown = Button("1", self.edit_wanted.emit, kind="quiet", name=name)
        self.shown.setMinimumWidth(48)
        for part in (less, self.shown, more):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            box.addWidget(part)

    def show_quantity(self, text: str) -> None:
        self.shown.set_words(text)


class PinPad(QWidget):
    """Dots and figures. The PIN is never shown, never spoken and leaves only through `submitted`.

    What is longer than a PIN or holds letters was a scanner's: it is no attempt, so no scan locks anybody out (F40).
    """

    submitted = Signal(str)  # the PIN
    cancelled = Signal()

    def __init__(self, *, least: int = 4, most: int = 8) -> None:
        super().__init__()
        self._least, self._most, self._typed = least, most, ""
        self._foreign = False  # something that is no figure came
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("PIN"))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_S)
        self._dots = Words(size=TYPE_LARGE, align=Qt.AlignmentFlag.AlignHCenter)
        self._dots.setMinimumHeight(40)
        self._said = Words(tone="danger", wrap=True, align=Qt.AlignmentFlag.AlignHCenter)
        self._said.setMinimumHeight(40)
        pad = Keypad(enter=self.tr("Enter"), double_zero=False, types=False)
        pad.entered.connect(self._on_key)
        box.addWidget(self._dots)
        box.addWidget(self._said)
        box.addWidget(pad)
        box.setContentsMargins(SPACE_L, 0, SPACE_L, 0)
        self._show()

    def clear(self, said: str = "") -> None:
        """Empty the pad, with a sentence ("That PIN is not right.") if there is one to say."""
        self._typed, self._foreign = "", False
        self._said.setText(said)
        self._show()

    def set_busy(self, busy: bool) -> None:
        """While a PIN is checked nothing can be typed."""
        holder = self.parentWidget()
        if busy and holder is not None and self.window().focusWidget() is self:
            holder.setFocus()  # Qt would lead it on to the next button, and an Enter typed blind would press that
        self.setEnabled(not busy)

    def _on_key(self, key: str) -> None:
        if key == "\b":
            self._typed = self._typed[:-1]
        elif key == "\r":
            self._submit()
            return
        else:
            self._typed = (self._typed + key)[: self._most + 1]
        self._said.setText("")
        self._show()

    def _submit(self) -> None:
        typed, foreign = self._typed, self._foreign
        self._typed, self._foreign = "", False
        self._show()
        if foreign or len(typed) > self._most:
            said = self.tr("That was no PIN: a PIN has {0} to {1} figures. A scan does nothing here.")
            self._said.setText(said.format(self._least, self._most))
            return
        if len(typed) < self._least:
            self._said.setText(self.tr("A PIN has at least {0} figures.").format(self._least))
            return
        self.submitted.emit(typed)

    def _show(self) -> None:
        self._dots.setText("\N{BLACK CIRCLE}" * min(len(self._typed), self._most) or "\N{WHITE CIRCLE}" * self._least)
        count = len(self._typed)
        self._dots.setAccessibleName(
            self.tr("1 figure typed") if count == 1 else self.tr("{0} figures typed").format(count)
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._submit()
        elif event.key() == Qt.Key.Key_Backspace:
            self._on_key("\b")
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.cancelled.emit()
        elif len(event.text()) == 1 and event.text() in "0123456789":
            self._on_key(event.text())
        else:
            self._foreign = self._foreign or (event.text().isprintable() and bool(event.text()))
            super().keyPressEvent(event)
