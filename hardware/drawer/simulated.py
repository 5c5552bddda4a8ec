"""A drawer that counts."""

from __future__ import annotations

from hardware.protocols import DeviceUnavailable


class SimulatedDrawer:
    """`stuck`: the kick goes out and nothing opens. `unplugged`: the kick cannot be sent. `has_switch` False:
    whether it is open cannot be told."""

    def __init__(self) -> None:
        self.kicks = 0
        self.stuck = False
        self.unplugged = False
        self.has_switch = True
        self._open = False

    def open(self) -> None:
        if self.unplugged:
            raise DeviceUnavailable("The drawer cannot be reached. Open it with its key.", code="drawer.unplugged")
        self.kicks += 1
        self._open = self._open or not self.stuck

    def push_shut(self) -> None:
        self._open = False

    def is_open(self) -> bool | None:
        return self._open if self.has_switch else None
