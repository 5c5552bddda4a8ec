"""A pole display on a serial line, in the two command sets that most of them understand."""

from __future__ import annotations

from hardware.document import clean_text
from hardware.printer.transport import Transport
from hardware.protocols import DeviceUnavailable

WIDTH = 20


def two_lines(upper: str, lower: str, codec: str = "cp437", width: int = WIDTH) -> tuple[bytes, bytes]:
    """Both lines cut or filled to the display's width; a sign it does not have becomes a question mark."""
    return _line(upper, codec, width), _line(lower, codec, width)


def _line(text: str, codec: str, width: int) -> bytes:
    shown = clean_text(text).encode(codec, "replace")
    printable = bytes(byte if byte >= 0x20 and byte != 0x7F else 0x3F for byte in shown)
    return printable[:width].ljust(width)


class VfdDisplay:
    """`commands`: "epson" (ESC @, CLR) or "cd5220" (ESC Q A and B)."""

    def __init__(self, line: Transport, *, commands: str = "epson", codec: str = "cp437", width: int = WIDTH) -> None:
        if commands not in ("epson", "cd5220"):
            raise ValueError("commands are epson or cd5220")
        self._line = line
        self._commands = commands
        self._codec = codec
        self._width = width

    def show(self, upper: str, lower: str) -> None:
        first, second = two_lines(upper, lower, self._codec, self._width)
        if self._commands == "epson":
            self._send(b"\x0c" + first + second)
        else:
            self._send(b"\x1bQA" + first + b"\r" + b"\x1bQB" + second + b"\r")

    def clear(self) -> None:
        self._send(b"\x0c")

    def close(self) -> None:
        self._line.close()

    def _send(self, data: bytes) -> None:
        try:
            self._line.open()
            self._line.write(data)
        except DeviceUnavailable as trouble:
            self._line.close()
            raise DeviceUnavailable(
                "The customer display does not answer. The sale goes on without it.", code="display.gone"
            ) from trouble
