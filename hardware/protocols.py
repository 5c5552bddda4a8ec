"""What the shop asks of its devices, whoever made them.

The rest of the program names this module only; which class stands behind a protocol is decided where the
program is wired together. Calls block for a few seconds at most and belong on a device's own thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from hardware.document import (
    Align,
    Barcode,
    BarcodeKind,
    Block,
    Cell,
    Columns,
    Cut,
    Document,
    Feed,
    Image,
    KickDrawer,
    Rule,
    Size,
    Text,
    clean_text,
)
from hardware.lettering import Run, has_sign, pen_font, pen_knows_direction, runs, system_files

__all__ = [
    "Align", "Barcode", "BarcodeKind", "Block", "Cell", "Columns", "CustomerDisplay", "Cut", "DeviceError",
    "DeviceState", "DeviceUnavailable", "Document", "Drawer", "Feed", "Image", "KickDrawer", "Listener",
    "PrintOutcome", "PrinterStatus", "ReceiptPrinter", "Rule", "Run", "Scan", "Scanner", "Size", "Text",
    "clean_text", "has_sign", "pen_font", "pen_knows_direction", "runs", "system_files",
]  # fmt: skip


class DeviceState(Enum):
    OFF = "off"  # not set up, or closed
    STARTING = "starting"
    READY = "ready"
    TROUBLE = "trouble"  # reached for in vain, or it says it cannot work; tried again by itself


class DeviceError(Exception):
    """Trouble with a device. `str(error)` is a sentence for the cashier; the sale stands whatever it says.

    `code` is stable ("printer.paper_out") for translation.
    """

    code = "device.error"

    def __init__(self, sentence: str, *, code: str | None = None) -> None:
        super().__init__(sentence)
        if code is not None:
            self.code = code


class DeviceUnavailable(DeviceError):
    """The device cannot do the job now: unplugged, paper out, cover open, no answer in time.

    `started`: part of the job may have come out, so doing it again by itself could double it.
    """

    code = "device.unavailable"

    def __init__(self, sentence: str, *, code: str | None = None, started: bool = False) -> None:
        super().__init__(sentence, code=code)
        self.started = started


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """What the printer last said of itself. `known` False: it was asked and did not answer, or cannot be asked.

    Unknown is neither good nor bad news: many queues and cables carry no answer. The other fields mean
    something only when `known`.
    """

    known: bool
    online: bool = True
    paper_out: bool = False
    paper_low: bool = False
    cover_open: bool = False
    error: bool = False  # cutter or head; needs a person
    drawer_pin_high: bool | None = None  # the drawer switch's level; which level means open differs by drawer

    @classmethod
    def unknown(cls) -> PrinterStatus:
        return cls(known=False)

    @property
    def can_print(self) -> bool:
        """No known obstacle: true also when nothing is known."""
        return not self.known or (self.online and not self.paper_out and not self.cover_open and not self.error)

    @property
    def trouble(self) -> tuple[str, str] | None:
        """Stable code and sentence of the first obstacle, or None."""
        if not self.known:
            return None
        if self.paper_out:
            return "printer.paper_out", "The printer is out of paper. Put in a new roll; the receipt waits."
        if self.cover_open:
            return "printer.cover_open", "The printer's cover is open. Close it; the receipt waits."
        if self.error:
            return "printer.error", "The printer reports a fault. Switch it off and on; the receipt waits."
        if not self.online:
            return "printer.offline", "The printer is offline. Press its feed button; the receipt waits."
        return None


class PrintOutcome(Enum):
    PRINTED = "printed"  # the printer confirmed that it worked through the whole job
    SENT = "sent"  # handed over in full to a printer or queue that cannot answer
    CHECK_PAPER = "check_paper"  # it answered before the job and not after: a person must look


@dataclass(frozen=True, slots=True)
class Scan:
    """One reading: the code as sent, without prefix, suffix and terminator, with an AIM identifier if one came."""

    text: str


Listener = Callable[[DeviceState, str], None]
"""Told each change of state with a sentence ("" when all is well), on the device's thread."""


class Scanner(Protocol):
    """Calls `on_scan` for each whole code, `on_reject` with a sentence for each reading thrown away."""

    def start(self, on_scan: Callable[[Scan], None], on_reject: Callable[[str], None], on_state: Listener) -> None:
        """Begin listening on the scanner's own thread; callbacks come from it."""

    def stop(self) -> None:
        """Stop within a second; safe to call twice."""


class ReceiptPrinter(Protocol):
    def print_document(self, document: Document) -> PrintOutcome:
        """Put the document on paper. Raises DeviceUnavailable, whose `started` says if some may be out."""

    def status(self) -> PrinterStatus:
        """Ask the printer now, at most a few seconds. Raises DeviceUnavailable only if it cannot be reached."""

    def close(self) -> None:
        """Let go of the line; the next call opens it again."""


class Drawer(Protocol):
    def open(self) -> None:
        """Kick the drawer. Raises DeviceUnavailable when the kick cannot be sent."""

    def is_open(self) -> bool | None:
        """None where no switch can be read."""


class CustomerDisplay(Protocol):
    def show(self, upper: str, lower: str) -> None:
        """Two lines, cut to the display's width. Raises DeviceUnavailable."""

    def clear(self) -> None:
        """Blank both lines. Raises DeviceUnavailable."""

    def close(self) -> None:
        """Let go of the line; the next call opens it again."""
