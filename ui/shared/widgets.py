"""Small parts: labels that never read markup, buttons, cards, lines, an empty state."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.shared import fonts, icons, theme
from ui.shared.tokens import SPACE_L, SPACE_M, SPACE_S, TYPE_BODY, TYPE_TITLE

LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
MIDDLE = Qt.AlignmentFlag.AlignVCenter
_ICON = 20  # pixels, beside words and alone


def plain_tip(text: str) -> str:
    """Qt's tool tips take markup if it looks like some; this shows any text as it is."""
    if not text:
        return ""
    import html  # its tables of entities are not needed to paint the first window

    return f"<span>{html.escape(text)}</span>"


def button_text(text: str) -> str:
    """A name on a button: an ampersand in it is a letter, not a shortcut."""
    return text.replace("&", "&&")


class Words(QLabel):
    """A label of plain text. `tone`: muted, danger, warning, success, accent or "" for ordinary text."""

    def __init__(
        self,
        text: str = "",
        *,
        size: int = TYPE_BODY,
        tone: str = "",
        strong: bool = False,
        wrap: bool = False,
        align: Qt.AlignmentFlag = LEFT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.setWordWrap(wrap)
        self.setAlignment(align | MIDDLE)
        self.setFont(fonts.font(size, weight=QFont.Weight.DemiBold if strong else QFont.Weight.Normal))
        if tone:
            self.setProperty("tone", tone)

    def set_tone(self, tone: str) -> None:
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            theme.restyle(self)


class ElidedWords(Words):
    """One line that ends in … where the room ends; the whole text is the tool tip and the accessible name."""

    def __init__(self, text: str = "", *, size: int = TYPE_BODY, tone: str = "", strong: bool = False) -> None:
        super().__init__(text, size=size, tone=tone, strong=strong)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        one_line = " ".join(text.split())[:500]
        super().setText(one_line)
        self.setAccessibleName(one_line)
        self._tip()

    def _tip(self) -> None:
        short = QFontMetrics(self.font()).horizontalAdvance(self.text()) > self.width()
        self.setToolTip(plain_tip(self.text()) if short else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tip()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        room = self.contentsRect()
        text = QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(self.alignment() | Qt.TextFlag.TextSingleLine), text)
        painter.end()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())


class Button(QPushButton):
    """`kind`: plain "", primary, danger, quiet, link, key, chip, small or pay (resources/qss)."""

    def __init__(
        self,
        text: str,
        on_click: Callable[[], object] | None = None,
        *,
        kind: str = "",
        icon: str = "",
        name: str = "",
        tip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._gap = "\u2002" if icon and text else ""  # the style leaves too little air beside an icon
        self.setText(self._gap + button_text(text))
        if kind:
            self.setProperty("kind", kind)
        if icon:
            tone = {"primary": "on_accent", "pay": "on_accent", "danger": "danger"}.get(kind, "text")
            icons.wear(self, icon, tone, sizes=(_ICON,))
            self.setIconSize(QSize(_ICON, _ICON))
        self.setAccessibleName(name or text)
        if tip:
            self.setToolTip(plain_tip(tip))
        self.setAutoDefault(False)
        if on_click is not None:
            self.clicked.connect(lambda: on_click())  # noqa: PLW0108  drops the signal's "checked"

    def set_words(self, text: str) -> None:
        self.setText(self._gap + button_text(text))
        self.setAccessibleName(text)


class IconButton(QToolButton):
    """A picture that acts; its name is spoken and shown as the tip."""

    def __init__(
        self,
        icon: str,
        name: str,
        on_click: Callable[[], object] | None = None,
        *,
        size: int = 36,
        tone: str = "text",
    ) -> None:
        super().__init__()
        self.setProperty("kind", "icon")
        icons.wear(self, icon, tone, sizes=(_ICON,))
        self.setIconSize(QSize(_ICON, _ICON))
        self.setFixedSize(size, size)
        self.setAccessibleName(name)
        self.setToolTip(plain_tip(name))
        if on_click is not None:
            self.clicked.connect(lambda: on_click())  # noqa: PLW0108  drops the signal's "checked"


class Card(QFrame):
    """A panel with an edge. `panel`: card, flat, danger, warning, success or info."""

    def __init__(
        self, panel: str = "card", *, margin: int = SPACE_M, spacing: int = SPACE_S, row: bool = False
    ) -> None:
        super().__init__()
        self.setProperty("panel", panel)
        direction = QBoxLayout.Direction.LeftToRight if row else QBoxLayout.Direction.TopToBottom
        self.box = QBoxLayout(direction, self)
        self.box.setContentsMargins(margin, margin, margin, margin)
        self.box.setSpacing(spacing)

    def set_panel(self, panel: str) -> None:
        self.setProperty("panel", panel)
        theme.restyle(self)


class Line(QFrame):
    def __init__(self) -> None:
        super().__init__()
        self.setProperty("panel", "line")


class Picture(QLabel):
    """A tinted icon that stands alone; decoration unless it is given a name."""

    def __init__(self, icon: str, tone: str = "text", size: int = 20, name: str = "") -> None:
        super().__init__()
        self._icon, self._tone, self._size = icon, tone, size
        self.setFixedSize(size, size)
        if name:
            self.setAccessibleName(name)
        self._draw()
        theme.current().changed.connect(self._draw)

    def show_icon(self, icon: str, tone: str) -> None:
        self._icon, self._tone = icon, tone
        self._draw()

    def _draw(self) -> None:
        picture: QPixmap = icons.pixmap(self._icon, self._tone, self._size)
        self.setPixmap(picture)


class EmptyState(QWidget):
    """Where nothing is yet: what this place is for and what to do next."""

    acted = Signal()

    def __init__(self, icon: str, title: str, text: str, action: str = "") -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        box.setSpacing(SPACE_S)
        box.addStretch(2)
        box.addWidget(Picture(icon, "muted", 32), 0, Qt.AlignmentFlag.AlignHCenter)
        self.title = Words(title, size=TYPE_TITLE, strong=True, wrap=True, align=Qt.AlignmentFlag.AlignHCenter)
        self.text = Words(text, tone="muted", wrap=True, align=Qt.AlignmentFlag.AlignHCenter)
        box.addWidget(self.title)
        box.addWidget(self.text)
        if action:
            box.addWidget(Button(action, self.acted.emit, kind="primary"), 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(3)


def row(*parts: QWidget | int | None, spacing: int = SPACE_S) -> QHBoxLayout:
    """Widgets side by side; None is a stretch, a number a gap in pixels."""
    box = QHBoxLayout()
    _fill(box, parts, spacing)
    return box


def column(*parts: QWidget | int | None, spacing: int = SPACE_S) -> QVBoxLayout:
    box = QVBoxLayout()
    _fill(box, parts, spacing)
    return box


def _fill(box: QBoxLayout, parts: tuple[QWidget | int | None, ...], spacing: int) -> None:
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(spacing)
    for part in parts:
        if part is None:
            box.addStretch(1)
        elif isinstance(part, int):
            box.addSpacing(part)
        else:
            box.addWidget(part)
