"""What just happened, for a few seconds, with Undo where it can be undone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QWidget

from ui.shared.tokens import SPACE_M, SPACE_XXL
from ui.shared.widgets import Button, Card, Words

_SHOWN_MS = 4000
_WITH_UNDO_MS = 8000


class Toast(Card):
    """Floats at the foot of its host and takes no focus; a new one replaces the old."""

    def __init__(self, host: QWidget) -> None:
        super().__init__("toast", margin=SPACE_M, spacing=SPACE_M, row=True)
        self.setParent(host)
        self._text = Words()
        self._undo = Button(self.tr("Undo"), self._on_undo, kind="small")
        self._undo.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.box.addWidget(self._text)
        self.box.addWidget(self._undo)
        self.lift = SPACE_M  # pixels above the strip
        self.centre = 0.5  # of the width; a page says where it covers nothing that is pressed
        self._act: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        host.installEventFilter(self)
        self.hide()

    def tell(self, text: str, undo: Callable[[], None] | None = None, verb: str = "") -> None:
        self._text.setText(" ".join(text.split())[:160])
        self._act = undo
        self._undo.set_words(verb or self.tr("Undo"))
        self._undo.setVisible(undo is not None)
        self.setAccessibleName(text)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start(_WITH_UNDO_MS if undo is not None else _SHOWN_MS)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    @property
    def text(self) -> str:
        return self._text.text()

    def _on_undo(self) -> None:
        act, self._act = self._act, None
        self.hide()
        if act is not None:
            act()

    def _place(self) -> None:
        host = self.parentWidget()
        if host is not None:
            self.move(
                round(host.width() * self.centre) - self.width() // 2,
                host.height() - self.height() - SPACE_XXL - self.lift,
            )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            self._place()
        return False
