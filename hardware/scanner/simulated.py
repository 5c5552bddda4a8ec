"""A scanner that is not there."""

from __future__ import annotations

from collections.abc import Callable

from hardware.protocols import DeviceState, Listener, Scan
from hardware.scanner.framing import Framer, Framing, Rejected


class SimulatedScanner:
    """`scan` and `send` do what the hand of a cashier or a fault of the line would; callbacks come at once.

    `send` takes raw bytes, so noise, half codes and missing terminators can be tried; `unplug` and `plug_in` change
    the state as pulling the cable does, and nothing is read in between.
    """

    def __init__(self, framing: Framing | None = None) -> None:
        self._framer = Framer(framing or Framing())
        self._on_scan: Callable[[Scan], None] | None = None
        self._on_reject: Callable[[str], None] | None = None
        self._on_state: Listener | None = None
        self._plugged_in = True

    def start(self, on_scan: Callable[[Scan], None], on_reject: Callable[[str], None], on_state: Listener) -> None:
        self._on_scan, self._on_reject, self._on_state = on_scan, on_reject, on_state
        on_state(DeviceState.READY, "")

    def stop(self) -> None:
        if self._on_state is not None:
            self._on_state(DeviceState.OFF, "")
        self._on_scan = self._on_reject = self._on_state = None

    def scan(self, text: str) -> None:
        """A clean reading of `text`, framed as this scanner frames."""
        framing = self._framer.framing
        self.send((framing.prefix + text + framing.suffix).encode("latin-1") + framing.end_bytes[:1])
        self.fall_silent()

    def send(self, data: bytes) -> None:
        if self._plugged_in:
            self._deliver(self._framer.feed(data))

    def fall_silent(self) -> None:
        if self._plugged_in:
            self._deliver(self._framer.silence())

    def unplug(self) -> None:
        self._plugged_in = False
        if self._on_state is not None:
            self._on_state(DeviceState.TROUBLE, "The scanner is not connected. Check its cable.")

    def plug_in(self) -> None:
        self._plugged_in = True
        if self._on_state is not None:
            self._on_state(DeviceState.READY, "")

    def _deliver(self, results: list[Scan | Rejected]) -> None:
        for result in results:
            if isinstance(result, Scan):
                if self._on_scan is not None:
                    self._on_scan(result)
            elif self._on_reject is not None:
                self._on_reject(str(result))
