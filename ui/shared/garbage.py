"""Cycles are collected on the GUI thread alone, and the long ones while nobody is at the keys.

Python's collector runs on whatever thread happens to allocate. A widget or a running timer that dies on a worker
takes Qt's event loop with it, so the automatic collector is off and a timer here does its work. To go through all
that an open shop holds takes a tenth of a second and more, which a cashier would see: that waits for a pause.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500
_PAUSE_S = 3.0
_LONGEST_WAIT = 10  # a whole collection this many times overdue comes in the middle of work too
_last_touch = 0.0


class GuiCollector(QObject):
    """Make one on the GUI thread and keep it; the automatic collector is off for as long as it lives."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(collect_due)
        self._timer.start(_EVERY_MS)

    def settle(self) -> None:
        """What is there now stays until the end, so that no collection goes through it again.

        For the moment when a shop has been opened: most objects are modules, tables' models and products then.
        """
        gc.freeze()

    def stop(self) -> None:
        self._timer.stop()
        gc.enable()


def touched() -> None:
    """Somebody pressed a key or tapped."""
    global _last_touch
    _last_touch = time.monotonic()


def collect_due() -> None:
    """The oldest generation that the collector itself would have taken by now."""
    counts, limits = gc.get_count(), gc.get_threshold()
    pause = time.monotonic() - _last_touch > _PAUSE_S
    for generation in (2, 1, 0):
        waits = generation == 2 and not pause and counts[2] <= limits[2] * _LONGEST_WAIT
        if counts[generation] > limits[generation] and not waits:
            gc.collect(generation)
            return
