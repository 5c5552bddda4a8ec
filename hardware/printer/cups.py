"""A raw queue of the system's print service."""

from __future__ import annotations

import re
import shutil
import subprocess

from hardware.printer.transport import PATIENCE, gone, not_found, stuck
from hardware.protocols import DeviceUnavailable

_QUEUE_NAME = re.compile(r"[0-9A-Za-z_][0-9A-Za-z_.\-]{0,126}", re.ASCII)


class CupsTransport:
    """Hands whole jobs to `lp`; what becomes of them only the queue knows, so nothing is ever answered."""

    can_answer = False
    stays_open = False

    def __init__(self, queue: str, *, patience: float = PATIENCE, command: str = "lp") -> None:
        if not _QUEUE_NAME.fullmatch(queue):
            raise DeviceUnavailable(
                "A print queue has letters, digits, dots, dashes and underscores in its name.",
                code="printer.queue_name",
            )
        self._queue = queue
        self._patience = patience
        self._command = command
        self._lp: str | None = None

    def open(self) -> None:
        self._lp = shutil.which(self._command)
        if self._lp is None:
            raise DeviceUnavailable(
                "This computer has no print service (CUPS). Install it, or connect the printer directly.",
                code="printer.no_cups",
            )

    def write(self, data: bytes) -> None:
        if self._lp is None:
            raise gone(started=False)
        try:
            done = subprocess.run(  # noqa: S603  (a fixed command; the queue's name is checked above)
                [self._lp, "-d", self._queue, "-o", "raw", "-s", "--", "-"],
                input=data,
                capture_output=True,
                timeout=self._patience,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise stuck(started=True) from None
        except OSError:
            raise gone(started=False) from None
        if done.returncode != 0:
            raise not_found(f"the queue {self._queue}")

    def read(self, wait: float) -> bytes:
        return b""

    def finish(self) -> bool:
        return True

    def close(self) -> None:
        self._lp = None
