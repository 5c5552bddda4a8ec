"""A printer the system shows as a file, such as /dev/usb/lp0."""

from __future__ import annotations

import contextlib
import os
import select
import time

from hardware.printer.transport import PATIENCE, gone, not_found, stuck


class DeviceFileTransport:
    """Opened for reading and writing where the driver allows it; else nothing can be asked."""

    stays_open = True

    def __init__(self, path: str, *, patience: float = PATIENCE) -> None:
        self._path = path
        self._patience = patience
        self._file: int | None = None
        self._readable = False

    @property
    def can_answer(self) -> bool:
        return self._readable

    def open(self) -> None:
        if self._file is not None:
            return
        without_waiting = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
        for mode, readable in ((os.O_RDWR, True), (os.O_WRONLY, False)):
            try:
                self._file = os.open(self._path, mode | without_waiting)
            except OSError:
                continue
            self._readable = readable
            return
        raise not_found(self._path)

    def write(self, data: bytes) -> None:
        file = self._descriptor()
        sent = 0
        last_progress = time.monotonic()
        while sent < len(data):
            left = last_progress + self._patience - time.monotonic()
            if left <= 0:
                raise stuck(started=sent > 0)
            try:
                if not select.select([], [file], [], left)[1]:
                    continue
                sent += os.write(file, data[sent : sent + 1024])
                last_progress = time.monotonic()
            except BlockingIOError:
                time.sleep(0.02)
            except (OSError, ValueError):
                raise gone(started=sent > 0) from None

    def read(self, wait: float) -> bytes:
        file = self._descriptor()
        try:
            if not select.select([file], [], [], wait)[0]:
                return b""
            return os.read(file, 256)
        except BlockingIOError:
            return b""
        except (OSError, ValueError):
            raise gone(started=False) from None

    def finish(self) -> bool:
        return True

    def close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                os.close(file)

    def _descriptor(self) -> int:
        if self._file is None:
            raise gone(started=False)
        return self._file
