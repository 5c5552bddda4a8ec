"""How long to wait before reaching for a device again."""

from __future__ import annotations

_STEPS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class Backoff:
    """Each wait in a row is longer, up to half a minute; a success starts over."""

    def __init__(self, steps: tuple[float, ...] = _STEPS) -> None:
        self._steps = steps
        self._failures = 0

    def next_wait(self) -> float:
        wait = self._steps[min(self._failures, len(self._steps) - 1)]
        self._failures += 1
        return wait

    def reset(self) -> None:
        self._failures = 0
