"""Inter, bundled; figures of equal width wherever numbers stand in columns."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

from ui.shared.tokens import TYPE_BODY

FAMILY = "Inter"
_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "fonts"
_TABULAR = QFont.Tag("tnum")
_loaded = False


def load() -> None:
    """Register the bundled files with Qt, once per process. A missing file leaves the system's font in place."""
    global _loaded
    if _loaded:
        return
    for file in sorted(_FOLDER.glob("Inter-*.ttf")):
        QFontDatabase.addApplicationFont(str(file))
    _loaded = True


def font(pixels: int = TYPE_BODY, *, weight: QFont.Weight = QFont.Weight.Normal, tabular: bool = True) -> QFont:
    """Inter at a size in pixels. Figures are tabular unless a heading asks for proportional ones."""
    result = QFont(FAMILY)
    result.setPixelSize(pixels)
    result.setWeight(weight)
    result.setStyleHint(QFont.StyleHint.SansSerif)
    if tabular:
        result.setFeature(_TABULAR, 1)
    return result


def medium(pixels: int = TYPE_BODY) -> QFont:
    return font(pixels, weight=QFont.Weight.Medium)


def bold(pixels: int = TYPE_BODY) -> QFont:
    return font(pixels, weight=QFont.Weight.DemiBold)
