"""The customer's display: what was rung up last and the total, then the change. Two lines, never in the way."""

from __future__ import annotations

import contextlib
import threading

from PySide6.QtCore import QObject, Signal

from hardware.protocols import CustomerDisplay, DeviceError, DeviceState
from ui.shared.jobs import Jobs


class DisplayDesk(QObject):
    """Sends the newest two lines on a thread of its own; lines that came in between are never shown late."""

    state_changed = Signal(object, str)  # DeviceState, sentence

    def __init__(self, display: CustomerDisplay, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._display = display
        self._jobs = Jobs(1)
        self._lock = threading.Lock()
        self._next: tuple[str, str] | None = None

    def show(self, upper: str, lower: str) -> None:
        with self._lock:
            waiting, self._next = self._next is not None, (upper, lower)
        if not waiting:
            self._jobs.start(self._send, self._on_sent, self._on_failed)

    def _send(self) -> None:
        with self._lock:
            lines, self._next = self._next, None
        if lines is not None:
            self._display.show(*lines)

    def _on_sent(self, _nothing: None) -> None:
        self.state_changed.emit(DeviceState.READY, "")

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, DeviceError):
            raise error
        self.state_changed.emit(DeviceState.TROUBLE, str(error))

    def close(self) -> None:
        self._jobs.close(1000)
        with contextlib.suppress(DeviceError):
            self._display.close()
