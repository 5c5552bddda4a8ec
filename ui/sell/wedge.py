"""The keyboard-wedge scanner in Qt: keys are held for an instant, and a scan never reaches the widget in focus."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from hardware.scanner.wedge import Decision, Fate, Verdict, WedgeReader

_CONTROL = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_GRACE_MS = 6
_BURST = 3  # so many keys in a row, each as quick as a scanner's: the rest of a scan may still be on its way,
_BURST_GRACE_MS = 120  # held up with the whole machine; half a code must not be typed into an amount
_MODIFIERS = frozenset(
    {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock}
)


@dataclass(slots=True)
class _Held:
    """A key press kept back, with whom it was for, and its release if that came meanwhile."""

    target: QObject
    event: QKeyEvent
    release: QKeyEvent | None = None


class WedgeFilter(QObject):
    """Install it on the application. It looks at the keys of its own window only, and of its dialogs.

    Held keys go back to their widget in order once it is clear that a person types (45 ms after the last; a burst
    waits longer). Inside a burst, control keys do nothing: a barcode presses no shortcut (F39). A whole scan goes to
    `scanned`, whatever has the focus (F40).
    """

    scanned = Signal(str)
    rejected = Signal(str)  # a sentence

    def __init__(self, window: QWidget, reader: WedgeReader | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._reader = reader or WedgeReader()
        self._held: list[_Held] = []
        self._replaying = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_time)
        self._grace = QTimer(self)
        self._grace.setSingleShot(True)
        self._grace.timeout.connect(self._on_quiet)
        self.active = True

    def use(self, reader: WedgeReader) -> None:
        """Another scanner was learned."""
        self._on_quiet()
        self._reader = reader

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if self._replaying or not self.active:
            return False
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # Claim every key of a burst, so that the shortcut system leaves it to the key press that follows.
            if self._reader.holding and self._is_ours(watched):
                event.accept()
                return True
            return False
        if kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent) and self._is_ours(watched):
            return self._released(event)
        if kind != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or not self._is_ours(watched):
            return False
        return self._key(watched, event)

    def _is_ours(self, watched: QObject) -> bool:
        """In the window, its dialogs, their dialogs, and what opens out of any of them."""
        window = watched.window() if isinstance(watched, QWidget) else None
        while window is not None and window is not self._window:
            parent = window.parentWidget()
            window = parent.window() if parent is not None else None
        return window is not None

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        if event.key() in _MODIFIERS:
            return False  # Shift for a capital is part of the next key
        control = bool(event.modifiers() & _CONTROL) or event.key() == Qt.Key.Key_Escape
        text = event.text()[:1]
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            text, control = "\r", False
        elif event.key() == Qt.Key.Key_Tab:
            text = "\t"
        self._grace.stop()
        decision = self._reader.feed(text, self._now(event), control=control)
        kept = _Held(watched, event.clone()) if decision.current is Fate.HELD else None
        self._settle(decision)
        if kept is not None:
            self._held.append(kept)
        if self._reader.holding:
            self._timer.start(int(self._reader.timing.key_gap) + 2)
        return decision.current is not Fate.PASSED

    def _released(self, event: QKeyEvent) -> bool:
        """A key let go before its press was given back: a button wants the one after the other."""
        for one in self._held:
            if one.event.key() == event.key() and one.release is None:
                one.release = event.clone()
                return True
        return False

    @staticmethod
    def _now(event: QKeyEvent) -> float:
        return float(event.timestamp()) if event.timestamp() else time.monotonic() * 1000

    def _settle(self, decision: Decision) -> None:
        settled, self._held = self._held[: decision.keys], self._held[decision.keys :]
        if decision.verdict is Verdict.REPLAY:
            self._replay(settled)
        elif decision.verdict is Verdict.SCAN:
            self.scanned.emit(decision.text)
        elif decision.verdict is Verdict.REJECT:
            self.rejected.emit(decision.text)

    def _on_time(self) -> None:
        """Keys that came in time may still wait behind this timer where the machine is busy: let them be read first."""
        self._grace.start(_BURST_GRACE_MS if self._reader.holding >= _BURST else _GRACE_MS)

    def _on_quiet(self) -> None:
        """No key came for a while: what is held was typed by hand, or is a scan without an end."""
        if self._reader.holding:
            self._settle(self._reader.timeout(float("inf")))

    def _replay(self, held: list[_Held]) -> None:
        self._replaying = True
        try:
            for one in held:
                focused = QApplication.focusWidget()
                target = one.target if one.target is focused or focused is None else focused
                QCoreApplication.sendEvent(target, one.event)
                if one.release is not None:
                    QCoreApplication.sendEvent(target, one.release)
        finally:
            self._replaying = False


def install(window: QWidget, reader: WedgeReader | None = None) -> WedgeFilter:
    """A filter for this window, in front of every widget of the program."""
    made = WedgeFilter(window, reader)
    app = QGuiApplication.instance()
    if app is not None:
        app.installEventFilter(made)
    return made
