"""A band across the top of a panel: what happened, what it means, what to do. It never takes the focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from ui.shared.tokens import SPACE_M, SPACE_S
from ui.shared.widgets import Button, Card, IconButton, Picture, Words

_ICONS = {"danger": "circle-alert", "warning": "triangle-alert", "success": "circle-check", "info": "info"}


class Banner(Card):
    """Hidden until told; `kind` is danger, warning, success or info. Buttons are made anew for each message.

    Most bands of most pages never say anything: what is in one is made with its first message.
    """

    closed = Signal()

    def __init__(self, *, closable: bool = True) -> None:
        super().__init__("danger", margin=SPACE_S, spacing=SPACE_M, row=True)
        self._closable = closable
        self._made = False
        self.hide()

    def _make(self) -> None:
        self._made = True
        self._picture = Picture("circle-alert", "danger", 24)
        self._title = Words(strong=True, wrap=True)
        self._text = Words(wrap=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._text)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(SPACE_S)
        self.box.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        self.box.addLayout(words, 1)
        self.box.addLayout(self._buttons)
        self._close = IconButton("x", self.tr("Close this message"), self.dismiss, size=32)
        self._close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.box.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)

    @property
    def title(self) -> str:
        return self._title.text() if self._made else ""

    @property
    def text(self) -> str:
        return self._text.text() if self._made else ""

    def tell(
        self,
        title: str,
        text: str = "",
        *,
        kind: str = "danger",
        actions: Sequence[tuple[str, Callable[[], object]]] = (),
    ) -> None:
        """Show a message in place of the last one; screen readers announce it."""
        if not self._made:
            self._make()
        self.set_panel(kind)
        self._picture.show_icon(_ICONS[kind], {"info": "accent"}.get(kind, kind))
        self._title.setText(title[:300])
        self._text.setText(text[:600])
        self._text.setVisible(bool(text))
        while (item := self._buttons.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._close.setVisible(self._closable and not actions)
        for label, act in actions:
            button = Button(label, act, kind="small")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._buttons.addWidget(button)
        self.setAccessibleName(f"{title} {text}".strip())
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def dismiss(self) -> None:
        if self.isVisible():
            self.hide()
            self.closed.emit()
