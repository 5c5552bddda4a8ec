"""A scanner on a serial port, or on USB as one: the surest kind, for it can never type into a field."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

from hardware.backoff import Backoff
from hardware.protocols import DeviceState, Listener, Scan
from hardware.scanner.framing import Framer, Framing

_CHUNK = 4096
_AWAY = "The scanner is not connected. Check its cable; typing codes still works."


class SerialScanner:
    """Reads `port` on a thread of its own and comes back by itself when the scanner does.

    Losing it is one change of state however long it stays away. A burst of noise is one refusal, not thousands.
    """

    def __init__(
        self, port: str, baud: int = 9600, framing: Framing | None = None, *, backoff: Backoff | None = None
    ) -> None:
        self._port_name = port
        self._baud = baud
        self._framing = framing or Framing()
        self._backoff = backoff or Backoff()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._state = DeviceState.OFF

    def start(self, on_scan: Callable[[Scan], None], on_reject: Callable[[str], None], on_state: Listener) -> None:
        if self._thread is not None:
            return
        self._stopping.clear()
        self._thread = threading.Thread(
            target=self._run, args=(on_scan, on_reject, on_state), name="scanner", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join(2)

    def _run(self, on_scan: Callable[[Scan], None], on_reject: Callable[[str], None], on_state: Listener) -> None:
        self._tell(on_state, DeviceState.STARTING, "")
        while not self._stopping.is_set():
            port = self._open()
            if port is None:
                self._tell(on_state, DeviceState.TROUBLE, _AWAY)
                self._stopping.wait(self._backoff.next_wait())
                continue
            self._tell(on_state, DeviceState.READY, "")
            self._backoff.reset()
            with contextlib.closing(port):
                self._listen(port, on_scan, on_reject)
            if not self._stopping.is_set():
                self._tell(on_state, DeviceState.TROUBLE, _AWAY)
                self._stopping.wait(self._backoff.next_wait())
        self._tell(on_state, DeviceState.OFF, "")

    def _open(self) -> Any:
        import serial

        try:
            return serial.Serial(self._port_name, self._baud, timeout=self._framing.gap, exclusive=True)
        except (OSError, ValueError):
            return None

    def _listen(self, port: Any, on_scan: Callable[[Scan], None], on_reject: Callable[[str], None]) -> None:
        """Until the port is lost or the scanner stopped."""
        framer = Framer(self._framing)
        quiet = True
        while not self._stopping.is_set():
            try:
                data = port.read(max(1, min(port.in_waiting, _CHUNK)))
            except (OSError, TypeError):  # gone; pyserial raises TypeError when closed under a read
                return
            results = framer.feed(data) if data else framer.silence()
            refused = [result for result in results if not isinstance(result, Scan)]
            for result in results:
                if isinstance(result, Scan) and quiet and not refused:
                    on_scan(result)
            if refused and quiet:
                on_reject(str(refused[0]))
            # A code in the middle of noise is noise as well; the line has to fall silent first.
            quiet = (quiet and not refused) or not data

    def _tell(self, on_state: Listener, state: DeviceState, sentence: str) -> None:
        if state is not self._state:
            self._state = state
            on_state(state, sentence)
