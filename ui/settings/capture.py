"""Readings of a keyboard scanner, key by key with their times, before anything else sees them."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from hardware.scanner.learn import Sample

_SILENCE_MS = 250
_LONGEST = 200
_MODIFIERS = frozenset(
    {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock}
)


class KeyCapture(QObject):
    """While it runs every key goes here and nowhere else; a pause ends a reading, Esc ends the capture."""

    read = Signal(object)  # hardware.scanner.learn.Sample
    stopped = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._text: list[str] = []
        self._times: list[float] = []
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setInterval(_SILENCE_MS)
        self._silence.timeout.connect(self._on_silence)
        self.running = False

    def start(self) -> None:
        """The filter installed last is asked first, so this comes before the scanner's own."""
        app = QApplication.instance()
        if app is not None and not self.running:
            self.running = True
            app.installEventFilter(self)

    def stop(self) -> None:
        app = QApplication.instance()
        if app is not None and self.running:
            self.running = False
            app.removeEventFilter(self)
            self._silence.stop()
            self._text.clear()
            self._times.clear()
            self.stopped.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if kind == QEvent.Type.KeyRelease:
            return True
        if kind != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        self._take(event)
        return True

    def _take(self, event: QKeyEvent) -> None:
        if event.key() in _MODIFIERS:
            return
        if event.key() == Qt.Key.Key_Escape and not self._text:
            self.stop()
            return
        text = "\r" if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) else event.text()[:1]
        if text and len(self._text) < _LONGEST:
            self._text.append(text)
            self._times.append(time.monotonic() * 1000)
        self._silence.start()

    def _on_silence(self) -> None:
        sample = Sample("".join(self._text), tuple(self._times))
        self._text.clear()
        self._times.clear()
        if sample.text:
            self.read.emit(sample)
