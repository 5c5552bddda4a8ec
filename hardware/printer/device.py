"""A receipt printer: document in, paper out, and an honest word about what happened."""

from __future__ import annotations

from hardware.document import Document
from hardware.printer.escpos import encode
from hardware.printer.library import warm_up
from hardware.printer.profile import PrinterProfile
from hardware.printer.status import ask_in_turn, ask_status
from hardware.printer.transport import Transport
from hardware.protocols import DeviceUnavailable, PrinterStatus, PrintOutcome

_SILENT_WAIT = 0.2  # seconds
_SLOWEST = 2_000  # bytes a second; the least a printer that still works gets through


class EscposPrinter:
    """ReceiptPrinter over any transport.

    Asked before and after each job: a printer that answered before and is silent after may have been switched
    off in between, and then somebody must look at the paper.
    """

    def __init__(self, line: Transport, profile: PrinterProfile | None = None, *, answer_wait: float = 1.0) -> None:
        self._line = line
        self._profile = profile or PrinterProfile()
        self._wait = answer_wait
        self._answered = True  # the last time it was asked
        self._answers_in_turn: bool | None = None  # learned once: some clones know only the real-time question

    def status(self) -> PrinterStatus:
        warm_up()  # the first question comes as the till opens, on the printer's thread
        try:
            self._line.open()
            return self._ask()
        except DeviceUnavailable:
            self._line.close()
            raise
        finally:
            if not self._line.stays_open:
                self._line.close()

    def print_document(self, document: Document) -> PrintOutcome:
        data = encode(document, self._profile)
        try:
            self._line.open()
            before = self._ask()
            _refuse_if_unable(before, started=False)
            if before.known and self._answers_in_turn is None:
                self._answers_in_turn = ask_in_turn(self._line, self._wait)
            self._write(data, before)
            return self._verdict(before, len(data))
        except DeviceUnavailable:
            self._line.close()
            raise
        finally:
            if not self._line.stays_open:
                self._line.close()

    def close(self) -> None:
        self._line.close()

    def _ask(self) -> PrinterStatus:
        """One that kept silent is given less time the next time, or every receipt would come that much later."""
        if not self._line.can_answer:
            return PrinterStatus.unknown()
        status = ask_status(self._line, self._wait if self._answered else min(self._wait, _SILENT_WAIT))
        self._answered = status.known
        return status

    def _write(self, data: bytes, before: PrinterStatus) -> None:
        try:
            self._line.write(data)
        except DeviceUnavailable as stopped:
            if before.known and stopped.code == "printer.stuck":
                _refuse_if_unable(self._ask_quietly(), started=stopped.started)
            raise

    def _verdict(self, before: PrinterStatus, size: int) -> PrintOutcome:
        """The whole job has left us; what can still be known of it."""
        if not before.known:
            return PrintOutcome.SENT if self._line.finish() else PrintOutcome.CHECK_PAPER
        try:
            done = not self._answers_in_turn or ask_in_turn(self._line, self._wait + size / _SLOWEST)
        except DeviceUnavailable:
            return PrintOutcome.CHECK_PAPER
        after = self._ask_quietly()
        _refuse_if_unable(after, started=True)
        return PrintOutcome.PRINTED if done and after.known else PrintOutcome.CHECK_PAPER

    def _ask_quietly(self) -> PrinterStatus:
        try:
            return self._ask()
        except DeviceUnavailable:
            return PrinterStatus.unknown()


def _refuse_if_unable(status: PrinterStatus, *, started: bool) -> None:
    trouble = status.trouble
    if trouble is not None:
        code, sentence = trouble
        raise DeviceUnavailable(sentence, code=code, started=started)
