"""The usual drawer: a cable from the receipt printer, opened by a pulse."""

from __future__ import annotations

from hardware.document import Document, KickDrawer
from hardware.protocols import DeviceUnavailable, ReceiptPrinter

# A job that opens the drawer and prints nothing; for the printer's worker.
KICK = Document((KickDrawer(),), title="Open drawer", kind="drawer")


class PrinterDrawer:
    """Drawer on `printer`, pin 2 or 5. Belongs on the printer's thread, as every call to it does.

    `high_means_open`: which level the drawer's switch gives when it stands open; None where it has no switch.
    """

    def __init__(self, printer: ReceiptPrinter, *, pin: int = 2, high_means_open: bool | None = None) -> None:
        self._printer = printer
        self._kick = Document((KickDrawer(pin),), title="Open drawer", kind="drawer")
        self._high_means_open = high_means_open

    def open(self) -> None:
        self._printer.print_document(self._kick)

    def is_open(self) -> bool | None:
        if self._high_means_open is None:
            return None
        try:
            status = self._printer.status()
        except DeviceUnavailable:
            return None
        if not status.known or status.drawer_pin_high is None:
            return None
        return status.drawer_pin_high == self._high_means_open
