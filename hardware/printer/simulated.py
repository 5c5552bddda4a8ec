"""A printer that is not there and fails as real ones do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from hardware.document import Document
from hardware.printer.device import EscposPrinter
from hardware.printer.profile import PrinterProfile
from hardware.printer.transport import gone, not_found, stuck
from hardware.protocols import PrinterStatus, PrintOutcome


@dataclass
class SimulatedLine:
    """A Transport that keeps every byte of paper and has its faults set by name.

    `drop_at`: the line breaks when this many bytes of a job have gone through (once). `silent`: takes everything
    and answers nothing. `hang`: takes nothing more. `loses_power_at`: swallows the rest of the job from this byte
    on and answers no more until `silent` is cleared, as a printer switched off does. `bytes_per_second` slows it.
    """

    paper_out: bool = False
    paper_low: bool = False
    cover_open: bool = False
    offline: bool = False
    unplugged: bool = False
    hang: bool = False
    silent: bool = False
    drop_at: int | None = None
    loses_power_at: int | None = None
    bytes_per_second: int | None = None
    drawer_open: bool = False
    can_answer: bool = True
    stays_open: bool = True
    patience: float = 0.2
    received: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self._answers = bytearray()
        self._open = False

    def open(self) -> None:
        if self.unplugged:
            raise not_found("the simulator")
        self._open = True

    def write(self, data: bytes) -> None:
        if self.unplugged or not self._open:
            raise gone(started=False)
        if self._is_query(data):
            return
        if self.hang or (self.paper_out and not self.silent):
            time.sleep(self.patience)
            raise stuck(started=False)
        if self.bytes_per_second:
            time.sleep(len(data) / self.bytes_per_second)
        self._take(data)

    def _take(self, data: bytes) -> None:
        if self.drop_at is not None and len(data) > self.drop_at:
            self.received += data[: self.drop_at]
            self.drop_at, self._open = None, False
            raise gone(started=True)
        if self.loses_power_at is not None and len(data) > self.loses_power_at:
            self.received += data[: self.loses_power_at]
            self.loses_power_at, self.silent = None, True
            return
        self.received += data

    def _is_query(self, data: bytes) -> bool:
        answer = {
            b"\x10\x04\x01": 0x12 | (0x08 if self.offline or self.cover_open or self.paper_out else 0)
            | (0x04 if self.drawer_open else 0),
            b"\x10\x04\x02": 0x12 | (0x04 if self.cover_open else 0) | (0x20 if self.paper_out else 0),
            b"\x10\x04\x03": 0x12,
            b"\x10\x04\x04": 0x12 | (0x60 if self.paper_out else 0) | (0x0C if self.paper_low else 0),
            b"\x1dr\x01": 0x0C if self.paper_out else 0x00,
        }.get(data)  # fmt: skip
        if answer is None:
            return False
        if not self.silent and not self.hang:
            self._answers.append(answer)
        return True

    def read(self, wait: float) -> bytes:
        if self.unplugged or not self._open:
            raise gone(started=False)
        if not self._answers and wait:
            time.sleep(min(wait, self.patience))
        answered, self._answers = bytes(self._answers), bytearray()
        return answered

    def finish(self) -> bool:
        return self._open

    def close(self) -> None:
        self._open = False


class SimulatedPrinter:
    """ReceiptPrinter that keeps its paper: `papers` are the documents that came out, newest last.

    The bytes are made and sent as for a real printer, to `line`, where faults are set. `on_paper` is told each
    document as it comes out, on the device's thread.
    """

    KEPT = 200

    def __init__(
        self,
        profile: PrinterProfile | None = None,
        on_paper: Callable[[Document], None] | None = None,
        line: SimulatedLine | None = None,
    ) -> None:
        self.line = line or SimulatedLine()
        self._printer = EscposPrinter(self.line, profile, answer_wait=self.line.patience)
        self._on_paper = on_paper
        self._lock = threading.Lock()
        self._papers: list[Document] = []
        self.drawer_kicks = 0

    @property
    def papers(self) -> tuple[Document, ...]:
        with self._lock:
            return tuple(self._papers)

    def status(self) -> PrinterStatus:
        return self._printer.status()

    def print_document(self, document: Document) -> PrintOutcome:
        outcome = self._printer.print_document(document)
        with self._lock:
            self._papers = [*self._papers[-self.KEPT + 1 :], document]
            self.drawer_kicks += document.kicks_drawer
        del self.line.received[:-200_000]
        if self._on_paper is not None:
            self._on_paper(document)
        return outcome

    def close(self) -> None:
        self._printer.close()
