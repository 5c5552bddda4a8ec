"""A printer on a serial port, or on USB as one."""

from __future__ import annotations

import contextlib
import time
from typing import Any

from hardware.printer.transport import PATIENCE, gone, not_found, stuck

_FLOWS = {"rts_cts": "rtscts", "dsr_dtr": "dsrdtr", "xon_xoff": "xonxoff"}
_CHUNK = 256  # small, so that a printer that holds up its hand is noticed between chunks


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
        for start in range(0, len(data), _CHUNK):
            try:
                port.write(data[start : start + _CHUNK])
            except serial.SerialTimeoutException:
                raise stuck(started=True) from None  # part of a chunk may have gone out
            except OSError:
                raise gone(started=start > 0) from None

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
            with contextlib.suppress(Exception):
                port.close()

    def _line(self) -> Any:
        if self._port is None:
            raise gone(started=False)
        return self._port
