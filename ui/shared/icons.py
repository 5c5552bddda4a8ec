"""Lucide icons, tinted by the scheme in force and tinted again when it changes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Protocol
from weakref import WeakKeyDictionary

import shiboken6
from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.shared import theme

_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "icons"
SIZES = (16, 20, 24)  # logical pixels


class _TakesIcon(Protocol):
    def setIcon(self, icon: QIcon, /) -> None: ...


_wearers: WeakKeyDictionary[_TakesIcon, tuple[str, str, str, tuple[int, ...]]] = WeakKeyDictionary()
_listening = False


def icon(name: str, tone: str = "text", *, on: str = "", sizes: tuple[int, ...] = SIZES) -> QIcon:
    """A tinted icon in the sizes the screens use. `on` is the token for the checked state, if another."""
    main = getattr(theme.colours(), tone)
    tone_on = getattr(theme.colours(), on) if on else ""
    return _icon(name, main, theme.colours().muted, tone_on, sizes)


def pixmap(name: str, tone: str = "text", size: int = 20, ratio: float = 2.0) -> QPixmap:
    """One tinted picture of `size` logical pixels."""
    return _pixmap(name, getattr(theme.colours(), tone), size, ratio)


def wear(widget: _TakesIcon, name: str, tone: str = "text", *, on: str = "", sizes: tuple[int, ...] = SIZES) -> None:
    """Set an icon and keep it right through changes of scheme, as long as the widget lives."""
    global _listening
    if not _listening:
        theme.current().changed.connect(_tint_all)
        _listening = True
    _wearers[widget] = (name, tone, on, sizes)
    widget.setIcon(icon(name, tone, on=on, sizes=sizes))


def _tint_all() -> None:
    for widget, (name, tone, on, sizes) in list(_wearers.items()):
        if shiboken6.isValid(widget):
            widget.setIcon(icon(name, tone, on=on, sizes=sizes))


@lru_cache(maxsize=512)
def _icon(name: str, tone: str, tone_off: str, tone_on: str, sizes: tuple[int, ...]) -> QIcon:
    result = QIcon()
    for size in sizes:
        result.addPixmap(_pixmap(name, tone, size, 2.0))
        result.addPixmap(_pixmap(name, tone_off, size, 2.0), QIcon.Mode.Disabled)
        if tone_on:
            result.addPixmap(_pixmap(name, tone_on, size, 2.0), QIcon.Mode.Normal, QIcon.State.On)
    return result


@lru_cache(maxsize=512)
def _pixmap(name: str, tone: str, size: int, ratio: float) -> QPixmap:
    drawing = (_FOLDER / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", tone)
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size * ratio, size * ratio))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
