"""A customer display that is not there."""

from __future__ import annotations

from collections.abc import Callable

from hardware.display.vfd import WIDTH, two_lines
from hardware.protocols import DeviceUnavailable


class SimulatedDisplay:
    """Keeps its two lines as a real one of 20 columns would show them; `on_change` is told both."""

    def __init__(self, on_change: Callable[[str, str], None] | None = None) -> None:
        self.lines = (" " * WIDTH, " " * WIDTH)
        self.unplugged = False
        self._on_change = on_change

    def show(self, upper: str, lower: str) -> None:
        if self.unplugged:
            raise DeviceUnavailable(
                "The customer display does not answer. The sale goes on without it.", code="display.gone"
            )
        first, second = two_lines(upper, lower)
        self.lines = (first.decode("cp437"), second.decode("cp437"))
        if self._on_change is not None:
            self._on_change(*self.lines)

    def clear(self) -> None:
        self.show("", "")

    def close(self) -> None:
        self.lines = (" " * WIDTH, " " * WIDTH)
