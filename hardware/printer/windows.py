"""A printer of the Windows spooler, sent raw bytes through winspool."""

from __future__ import annotations

import sys
from typing import Any

from hardware.printer.transport import gone, not_found
from hardware.protocols import DeviceUnavailable


class WindowsTransport:
    """Hands whole jobs to the spooler, which cannot be asked what became of them."""

    can_answer = False
    stays_open = False

    def __init__(self, printer: str) -> None:
        self._printer = printer
        self._handle: Any = None

    def open(self) -> None:
        if sys.platform != "win32":
            raise DeviceUnavailable(
                "The Windows spooler is only on Windows. Choose another connection in Settings.",
                code="printer.not_windows",
            )
        import ctypes

        handle = ctypes.c_void_p()
        if not ctypes.WinDLL("winspool.drv").OpenPrinterW(self._printer, ctypes.byref(handle), None):
            raise not_found(f"the Windows printer {self._printer}")
        self._handle = handle

    def write(self, data: bytes) -> None:
        if self._handle is None:
            raise gone(started=False)
        _write_job(self._handle, data)

    def read(self, wait: float) -> bytes:
        return b""

    def finish(self) -> bool:
        return True

    def close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None and sys.platform == "win32":
            import ctypes

            ctypes.WinDLL("winspool.drv").ClosePrinter(handle)


def _write_job(handle: Any, data: bytes) -> None:
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        class DocInfo(ctypes.Structure):
            _fields_ = (("name", wintypes.LPWSTR), ("output", wintypes.LPWSTR), ("datatype", wintypes.LPWSTR))

        spool = ctypes.WinDLL("winspool.drv")
        if not spool.StartDocPrinterW(handle, 1, ctypes.byref(DocInfo("Receipt", None, "RAW"))):
            raise gone(started=False)
        written = wintypes.DWORD()
        sent = spool.WritePrinter(handle, data, len(data), ctypes.byref(written))
        spool.EndDocPrinter(handle)
        if not sent or written.value != len(data):
            raise gone(started=written.value > 0)
