"""Dialogs: Esc backs out, Enter does the one primary thing, trouble is said in the dialog itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.shared import theme
from ui.shared.banner import Banner
from ui.shared.tokens import SPACE_L, SPACE_M, SPACE_S, TYPE_TITLE, Density
from ui.shared.widgets import Button, Words


class Dialog(QDialog):
    """A title, a body, buttons. Put the content into `body`.

    `set_primary` names the one verb. A dialog opens with `open()`, never `exec()`: the program goes on behind it.
    """

    def __init__(
        self, title: str, parent: QWidget | None = None, *, width: int = 480, density: Density = Density.DESK
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setModal(True)
        self.setMinimumWidth(width)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme.set_density(self, density)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        outer.setSpacing(SPACE_M)
        self.heading = Words(title, size=TYPE_TITLE, strong=True, wrap=True)
        self.banner = Banner(closable=False)
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACE_S)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(SPACE_S)
        self._buttons.addStretch(1)
        outer.addWidget(self.heading)
        outer.addWidget(self.banner)
        outer.addLayout(self.body, 1)
        outer.addLayout(self._buttons)
        self.cancel = Button(self.tr("Cancel"), self.reject)
        self._buttons.addWidget(self.cancel)
        self.primary: Button | None = None

    def add_button(self, text: str, on_click: Callable[[], object], kind: str = "") -> Button:
        button = Button(text, on_click, kind=kind)
        self._buttons.insertWidget(self._buttons.count() - 1, button)
        return button

    def set_primary(self, text: str, on_click: Callable[[], object], *, kind: str = "primary") -> Button:
        """The one thing Enter does, at the right end."""
        self.primary = Button(text, on_click, kind=kind)
        self._buttons.addWidget(self.primary)
        return self.primary

    def tell(self, sentence: str, kind: str = "danger") -> None:
        """Say what went wrong, above the fields; "" takes it away."""
        if sentence:
            self.banner.tell(sentence, kind=kind)
            self._make_room()
        else:
            self.banner.hide()

    def _make_room(self) -> None:
        """A window does not grow by itself for words that wrap: the fields would lie over each other."""
        outer = self.layout()
        if outer is not None and self.isVisible():
            outer.activate()
            self.resize(self.width(), max(self.height(), outer.totalHeightForWidth(self.width())))

    def set_busy(self, busy: bool) -> None:
        """While the work runs the primary button cannot be pressed again."""
        if self.primary is not None:
            self.primary.setEnabled(not busy)

    def showEvent(self, event: QShowEvent) -> None:
        """Opens on its first field, or on its verb where it has none; left alone it would open on Cancel."""
        super().showEvent(event)
        if self.focusWidget() is None and self.primary is not None:
            first = next(filter(self._is_field, self.findChildren(QWidget)), self.primary)
            first.setFocus()

    def _is_field(self, widget: QWidget) -> bool:
        takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and not isinstance(widget, QAbstractButton)
        return takes and widget.isEnabled() and widget.isVisibleTo(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            # Whoever went to a button means it; from a field, Enter is the primary one.
            wanted = focused if isinstance(focused, QPushButton) else self.primary
            if wanted is not None and wanted.isEnabled() and not event.isAutoRepeat():
                wanted.click()
            return
        super().keyPressEvent(event)  # Esc rejects


class Confirm(Dialog):
    """One question with a verb for the answer."""

    confirmed = Signal()

    def __init__(
        self, title: str, text: str, verb: str, parent: QWidget | None = None, *, danger: bool = False
    ) -> None:
        super().__init__(title, parent, width=420)
        self.body.addWidget(Words(text, wrap=True))
        self.set_primary(verb, self._on_yes, kind="danger" if danger else "primary")

    def _on_yes(self) -> None:
        self.accept()
        self.confirmed.emit()
