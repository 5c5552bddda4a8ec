"""A beep that needs no multimedia: the window system's own, and none where there is none."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication


def alarm() -> None:
    """A scan was refused: loud enough to look up from the goods."""
    QApplication.beep()
