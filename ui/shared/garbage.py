"""Cycles are collected on the GUI thread alone.

Python's collector runs on whatever thread happens to allocate. A widget or a running timer that dies on a worker
takes Qt's event loop with it, so the automatic collector is off and a timer here does its work.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500


class GuiCollector(QObject):
    """Make one on the GUI thread and keep it; the automatic collector is off for as long as it lives."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(collect_due)
        self._timer.start(_EVERY_MS)

    def stop(self) -> None:
        self._timer.stop()
        gc.enable()


def collect_due() -> None:
    """The oldest generation that the collector itself would have taken by now."""
    counts, limits = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        if counts[generation] > limits[generation]:
            gc.collect(generation)
            return
