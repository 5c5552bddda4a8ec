"""The coupons entered in this sale: what each saves, or why it does not count, and a way to take it off."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.checkout.model import CodeView
from ui.sell.side import clear
from ui.shared.format import Formats
from ui.shared.tokens import SPACE_S, TYPE_BODY
from ui.shared.widgets import IconButton, Picture, Words

_LINE = 28
_MOST_LINES = 3  # more of them scroll: the basket above needs the room


class CouponLines(QScrollArea):
    """Drawn anew only when one of them changed: a scan costs nothing here."""

    removed = Signal(int)  # place in the basket's coupons

    def __init__(self, formats: Formats) -> None:
        super().__init__()
        self._formats = formats
        self._shown: tuple[CodeView, ...] = ()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Coupons of this sale"))
        inside = QWidget()
        inside.setProperty("panel", "none")
        self._lines = QVBoxLayout(inside)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(0)
        self.setWidget(inside)
        self.hide()

    def show_codes(self, codes: Sequence[CodeView]) -> None:
        """The newest first: it was entered last, and its answer is waited for."""
        if self._shown == tuple(codes):
            return
        self._shown = tuple(codes)
        clear(self._lines)
        for code in reversed(self._shown):
            self._lines.addWidget(self._line(code))
        self.setVisible(bool(codes))
        self._fit()

    def _line(self, code: CodeView) -> QWidget:
        if code.counts:
            saving = self._formats.amount(code.saving)
            said = self.tr("{0} {1}: saves {2}").format(code.shown, code.name, saving)
        else:
            said = self.tr("{0} not used: {1}").format(code.shown, code.sentence)
        tone = "success" if code.counts else "warning"
        words = Words(said[:240], size=TYPE_BODY, tone=tone, wrap=True)
        off = IconButton(
            "x", self.tr("Take {0} off").format(code.shown), lambda: self.removed.emit(code.position), size=_LINE
        )
        off.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        line = QWidget()
        box = QHBoxLayout(line)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_S)
        box.addWidget(Picture("circle-check" if code.counts else "triangle-alert", tone, 16))
        box.addWidget(words, 1)
        box.addWidget(off)
        return line

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as its lines, wrapped ones included, up to the most."""
        needed = self._lines.heightForWidth(self.viewport().width())
        height = min(max(_LINE, needed), _MOST_LINES * _LINE)
        if height != self.height():
            self.setFixedHeight(height)
