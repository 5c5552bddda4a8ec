"""A printer on a serial port, or on USB as one."""

from __future__ import annotations

import contextlib
import time
from typing import Any

from hardware.printer.transport import PATIENCE, gone, not_found, stuck

_FLOWS = {"rts_cts": "rtscts", "dsr_dtr": "dsrdtr", "xon_xoff": "xonxoff"}
_RESET = 2  # bytes of ESC @
_CHUNK = 256  # small, so that a printer that holds up its hand is noticed between chunks

try:
    from termios import error as _TermiosError
except ImportError:  # Windows
    _LOST: tuple[type[Exception], ...] = (OSError, TypeError)
else:
    _LOST = (OSError, TypeError, _TermiosError)  # what pyserial raises on a port that is gone


class SerialTransport:
    """`flow`: "none", "rts_cts", "dsr_dtr" or "xon_xoff", as the printer's switches say."""

    can_answer = True
    stays_open = True

    def __init__(self, port: str, baud: int = 19200, *, flow: str = "none", patience: float = PATIENCE) -> None:
        self._port_name = port
        self._settings: dict[str, Any] = {"baudrate": baud}
        if flow != "none":
            self._settings[_FLOWS[flow]] = True
        self._patience = patience
        self._port: Any = None

    def open(self) -> None:
        if self._port is not None:
            return
        import serial

        try:
            self._port = serial.Serial(
                self._port_name, timeout=0, write_timeout=self._patience, exclusive=True, **self._settings
            )
        except (OSError, ValueError):  # SerialException is an OSError
            raise not_found(self._port_name) from None

    def write(self, data: bytes) -> None:
        import serial

        port = self._line()
        # How much of a chunk went out is not told. A job's first only resets the printer (ESC @) and leaves no trace.
        first = _RESET if data.startswith(b"\x1b@") else _CHUNK
        for start in (0, *range(first, len(data), _CHUNK)):
            try:
                port.write(data[start : start + _CHUNK] if start else data[:first])
            except serial.SerialTimeoutException:
                self._forget_the_rest()
                raise stuck(started=start > 0) from None
            except OSError:
                raise gone(started=start > 0) from None

    def _forget_the_rest(self) -> None:
        """What the driver still holds would come out later, after the job was given up, and closing waits for it."""
        with contextlib.suppress(*_LOST):
            self._line().reset_output_buffer()

    def read(self, wait: float) -> bytes:
        port = self._line()
        until = time.monotonic() + wait
        try:
            while not port.in_waiting:
                if time.monotonic() >= until:
                    return b""
                time.sleep(0.01)
            return bytes(port.read(min(port.in_waiting, 256)))
        except (OSError, TypeError):  # pyserial raises TypeError when the port is closed under it
            raise gone(started=False) from None

    def finish(self) -> bool:
        return True

    def close(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            with contextlib.suppress(*_LOST):
                port.close()

    def _line(self) -> Any:
        if self._port is None:
            raise gone(started=False)
        return self._port
