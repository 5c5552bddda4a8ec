"""A USB scanner read straight from Linux's input devices; an extra that needs the `evdev` package.

The device is taken for this program alone, so its keys reach no window and no field.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from typing import Any

from hardware.backoff import Backoff
from hardware.protocols import DeviceState, DeviceUnavailable, Listener, Scan
from hardware.scanner.framing import Framer, Framing

_AWAY = "The scanner is not connected. Check its cable; typing codes still works."
_PLAIN = {
    2: "1", 3: "2", 4: "3", 5: "4", 6: "5", 7: "6", 8: "7", 9: "8", 10: "9", 11: "0", 12: "-", 13: "=", 15: "\t",
    16: "q", 17: "w", 18: "e", 19: "r", 20: "t", 21: "y", 22: "u", 23: "i", 24: "o", 25: "p", 26: "[", 27: "]",
    28: "\r", 30: "a", 31: "s", 32: "d", 33: "f", 34: "g", 35: "h", 36: "j", 37: "k", 38: "l", 39: ";", 40: "'",
    41: "`", 43: "\\", 44: "z", 45: "x", 46: "c", 47: "v", 48: "b", 49: "n", 50: "m", 51: ",", 52: ".", 53: "/",
    57: " ", 96: "\r",
}  # fmt: skip
_SHIFTED = dict(zip("1234567890-=[];'`\\,./", '!@#$%^&*()_+{}:"~|<>?', strict=True))
_SHIFT_KEYS = (42, 54)


class KeyTranslator:
    """Key codes of a US layout, which is what scanners send, to characters."""

    def __init__(self) -> None:
        self._shift = False

    def feed(self, code: int, value: int) -> str:
        """The character of a key event (`value` 1 pressed, 0 released, 2 repeated), or ""."""
        if code in _SHIFT_KEYS:
            self._shift = value != 0
            return ""
        if value != 1:
            return ""
        plain = _PLAIN.get(code, "")
        return _SHIFTED.get(plain, plain.upper()) if self._shift else plain


class EvdevScanner:
    """Scanner at `path`, such as /dev/input/by-id/…-event-kbd."""

    def __init__(self, path: str, framing: Framing | None = None) -> None:
        self._path = path
        self._framing = framing or Framing()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, on_scan: Callable[[Scan], None], on_reject: Callable[[str], None], on_state: Listener) -> None:
        """Raises DeviceUnavailable where the `evdev` package is not installed."""
        try:
            evdev = importlib.import_module("evdev")
        except ImportError:
            raise DeviceUnavailable(
                "Reading USB scanners directly needs the evdev package. Install it, or use the keyboard mode.",
                code="scanner.no_evdev",
            ) from None
        self._stopping.clear()
        self._thread = threading.Thread(
            target=self._run, args=(evdev, on_scan, on_reject, on_state), name="scanner", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join(2)

    def _run(
        self,
        evdev: Any,
        on_scan: Callable[[Scan], None],
        on_reject: Callable[[str], None],
        on_state: Listener,
    ) -> None:
        backoff, away = Backoff(), False
        while not self._stopping.is_set():
            try:
                device = evdev.InputDevice(self._path)
                device.grab()
                on_state(DeviceState.READY, "")
                backoff.reset()
                away = False
                self._listen(device, on_scan, on_reject)
            except OSError:
                if not away:
                    on_state(DeviceState.TROUBLE, _AWAY)
                away = True
                self._stopping.wait(backoff.next_wait())
        on_state(DeviceState.OFF, "")

    def _listen(self, device: Any, on_scan: Callable[[Scan], None], on_reject: Callable[[str], None]) -> None:
        import select

        framer, keys = Framer(self._framing), KeyTranslator()
        while not self._stopping.is_set():
            if not select.select([device.fd], [], [], self._framing.gap)[0]:
                results = framer.silence()
            else:
                typed = "".join(keys.feed(event.code, event.value) for event in device.read() if event.type == 1)
                results = framer.feed(typed.encode("latin-1"))
            for result in results:
                if isinstance(result, Scan):
                    on_scan(result)
                else:
                    on_reject(str(result))
