"""The 28 px strip: devices in words, baskets on hold, the clock, the demo mark."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from app.clock import Clock
from hardware.protocols import DeviceState
from ui.shared import icons
from ui.shared.format import Formats
from ui.shared.tokens import SPACE_L, SPACE_M, STRIP_HEIGHT
from ui.shared.widgets import Button, Words, plain_tip

_LOOK = {
    DeviceState.OFF: ("circle-x", "muted"),
    DeviceState.STARTING: ("clock", "muted"),
    DeviceState.READY: ("circle-check", "success"),
    DeviceState.TROUBLE: ("triangle-alert", "danger"),
}


# Each has its place, whichever is ready first.
_ORDER = ("printer", "scanner", "drawer", "display", "database")


def _place(device: str) -> int:
    return _ORDER.index(device) if device in _ORDER else len(_ORDER)


_LONGEST = 60  # signs of a device's trouble


class Strip(QFrame):
    device_chosen = Signal(str)  # the device's id: leads to its cure
    held_chosen = Signal()

    def __init__(self, formats: Formats, clock: Clock, *, demo: bool) -> None:
        super().__init__()
        self.setObjectName("strip")
        self.setFixedHeight(STRIP_HEIGHT)
        self._formats, self._clock = formats, clock
        self._devices: dict[str, tuple[str, Button]] = {}
        box = QHBoxLayout(self)
        box.setContentsMargins(SPACE_M, 0, SPACE_L, 0)
        box.setSpacing(SPACE_M)
        self._device_box = QHBoxLayout()
        self._device_box.setSpacing(0)
        box.addLayout(self._device_box)
        box.addStretch(1)
        self._held = Button("", self.held_chosen.emit, icon="pause", name=self.tr("Baskets on hold"))
        self._held.hide()
        self._time = Words()
        self._time.setAccessibleName(self.tr("Time"))
        box.addWidget(self._held)
        box.addWidget(self._time)
        if demo:
            mark = Words(self.tr("Demo shop"), tone="warning", strong=True)
            mark.setAccessibleName(self.tr("This is the demo shop; nothing here is real"))
            box.addWidget(mark)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(5_000)
        self._tick()

    def show_device(self, device: str, name: str, state: DeviceState, sentence: str = "") -> None:
        """State of one device, in a word; trouble in its own sentence. A device that is off is not shown."""
        if device not in self._devices:
            button = Button("", lambda: self.device_chosen.emit(device))
            before = sum(_place(known) < _place(device) for known in self._devices)
            self._device_box.insertWidget(before, button)
            self._devices[device] = (name, button)
        name, button = self._devices[device]
        icon, tone = _LOOK[state]
        icons.wear(button, icon, tone)
        words = {
            DeviceState.OFF: self.tr("off"),
            DeviceState.STARTING: self.tr("starting"),
            DeviceState.READY: self.tr("ready"),
            DeviceState.TROUBLE: _short(sentence) or self.tr("trouble"),
        }[state]
        shown = name if state is DeviceState.READY else f"{name}: {words}"
        button.set_words(shown)
        button.setAccessibleName(f"{name}: {words}")
        button.setToolTip(plain_tip(sentence or f"{name}: {words}"))
        button.setVisible(state is not DeviceState.OFF)

    def show_held(self, count: int) -> None:
        self._held.set_words(self.tr("{0} on hold").format(count))
        self._held.setVisible(count > 0)

    def _tick(self) -> None:
        now: datetime = self._clock.now()
        self._time.setText(self._formats.time(now))


def _short(sentence: str) -> str:
    """What is wrong; the remedy stands in the tip."""
    first = sentence.split(". ", maxsplit=1)[0].rstrip(".")
    return first if len(first) <= _LONGEST else first[: _LONGEST - 1] + "…"
