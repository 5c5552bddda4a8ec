"""Asking a printer how it is: DLE EOT, answered at once even while it prints, and GS r, answered in its turn.

Source: Epson ESC/POS command reference, "Transmit real-time status" and "Transmit status".
"""

from __future__ import annotations

import time

from hardware.printer.transport import Transport
from hardware.protocols import PrinterStatus

_FIRST_ANSWER = 1.0
_NEXT_ANSWER = 0.5


def ask_status(line: Transport, wait: float = _FIRST_ANSWER) -> PrinterStatus:
    """The four real-time answers as one; unknown as soon as one of them stays away."""
    answers = []
    for kind in (1, 2, 3, 4):
        answer = _ask(line, b"\x10\x04" + bytes((kind,)), wait if kind == 1 else _NEXT_ANSWER, _is_real_time)
        if answer is None:
            return PrinterStatus.unknown()
        answers.append(answer)
    return _combine(*answers)


def ask_in_turn(line: Transport, wait: float) -> bool:
    """Whether the printer answered after it had worked through everything sent before."""
    return _ask(line, b"\x1dr\x01", wait, _is_in_turn) is not None


def _ask(line: Transport, query: bytes, wait: float, is_answer: object) -> int | None:
    while line.read(0):
        pass  # late answers to earlier questions
    line.write(query)
    until = time.monotonic() + wait
    while (left := until - time.monotonic()) > 0:
        for byte in line.read(left):
            if callable(is_answer) and is_answer(byte):
                return int(byte)
    return None


def _is_real_time(byte: int) -> bool:
    """Bits 0 and 7 are clear, 1 and 4 set; XON, XOFF and unasked-for status bytes look otherwise."""
    return byte & 0b1001_0011 == 0b0001_0010


def _is_in_turn(byte: int) -> bool:
    return byte & 0b1001_0000 == 0


def _combine(printer: int, offline: int, error: int, paper: int) -> PrinterStatus:
    return PrinterStatus(
        known=True,
        online=not printer & 0x08,
        drawer_pin_high=bool(printer & 0x04),
        cover_open=bool(offline & 0x04),
        error=bool(error & 0x68) or bool(offline & 0x40),
        paper_out=bool(paper & 0x60) or bool(offline & 0x20),
        paper_low=bool(paper & 0x0C),
    )
