"""Settings › Receipts & printer: what stands on a receipt, which printer puts it there, and a test of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.errors import InvalidInput
from ui.devices.choices import PrinterChoice, TillChoices, table
from ui.settings.form import choose, chosen
from ui.settings.formpage import FormPage, offer_restart, said
from ui.settings.registry import SettingsPage
from ui.settings.testing import test_page
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.jobs import Jobs
from ui.shared.tokens import SPACE_S
from ui.shared.widgets import Button

if TYPE_CHECKING:
    from app.shop.local import LocalSettings
    from app.shop.service import ShopService
    from app.shop.settings import ReceiptSettings
    from hardware.document import Document
    from hardware.protocols import PrinterStatus, PrintOutcome
    from ui.shell.registry import ShellContext

# Which fields each kind of printer asks for.
_ASKS = {
    "off": (), "simulated": ("fault",), "tcp": ("place", "tcp_port"), "serial": ("place", "baud", "flow"),
    "file": ("place",), "cups": ("place",), "windows": ("place",),
}  # fmt: skip
_PLACES = {
    "tcp": "192.168.1.50", "serial": "/dev/ttyUSB0", "file": "/dev/usb/lp0", "cups": "receipts",
    "windows": "EPSON TM-T20III Receipt",
}  # fmt: skip


class PrinterPage(FormPage):
    """Everything a printer does here happens on a thread of its own: one that hangs holds nothing else up."""

    def __init__(
        self,
        service: ShopService,
        local: LocalSettings,
        may_edit: bool,
        context_words: tuple[str, str, Callable[[], str], str],
        actor: Any,
        reads: Jobs,
        writes: Jobs,
        notify: Callable[..., None],
        make_printer: Callable[..., Any] | None = None,
        restart: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__(
            self.tr("Receipts & printer"),
            self.tr("A sale never waits for paper: what cannot be printed now is printed when the printer is back."),
            reads=reads, writes=writes, notify=notify, read=self._read_all,
        )  # fmt: skip
        self._service, self._local, self._actor, self._may_edit = service, local, actor, may_edit
        self._words = context_words
        self._make_printer = make_printer or _real_printer
        self._device_jobs = Jobs(1)
        self._receipt: ReceiptSettings | None = None
        self._printer = PrinterChoice()
        self._device_changed = False
        self._pressed: Button | None = None
        self._printer_card()
        self._receipt_card()
        self._restart = restart
        self.saved.connect(self._on_page_saved)

    # Layout

    def _printer_card(self) -> None:
        card = self.add_card(self.tr("This computer's printer"))
        form = self.printer_form = self.add_form(card)
        kinds = [
            ("simulated", self.tr("none yet: show the paper on the screen")),
            ("tcp", self.tr("on the network (port 9100)")),
            ("serial", self.tr("on a serial port")),
            ("file", self.tr("on USB, as a device file")),
            ("cups", self.tr("a CUPS queue (raw)")),
            ("windows", self.tr("a Windows printer")),
            ("off", self.tr("no paper at all")),
        ]
        if not sys.platform.startswith("win"):
            kinds = [kind for kind in kinds if kind[0] != "windows"]
        self.kind = form.choice("kind", self.tr("Printer"), list(kinds))
        self.place = form.line("place", self.tr("Where it is"), most=200)
        self.port = form.number("tcp_port", self.tr("Port"), least=1, most=65_535)
        self.baud = form.number(
            "baud", self.tr("Speed"), self.tr("As on the printer's self-test"), least=1, most=1_000_000
        )
        self.flow = form.choice(
            "flow",
            self.tr("Handshake"),
            [
                ("none", self.tr("none")),
                ("dsrdtr", "DTR/DSR"),
                ("rtscts", "RTS/CTS"),
                ("xonxoff", "XON/XOFF"),
            ],
        )
        self.fault = form.choice(
            "fault",
            self.tr("It behaves as if"),
            [
                ("none", self.tr("all were well")),
                ("paper_out", self.tr("the paper had run out")),
                ("paper_low", self.tr("the paper ran low")),
                ("cover_open", self.tr("its cover stood open")),
                ("offline", self.tr("it were switched offline")),
                ("unplugged", self.tr("its cable were pulled")),
                ("silent", self.tr("it took everything and never answered")),
                ("hang", self.tr("it hung")),
            ],
            self.tr("To see what the till does then. Nothing is lost."),
        )
        self.paper = form.choice("paper_mm", self.tr("Paper"), [(80, "80 mm"), (58, "58 mm")])
        self.native = form.tick(
            "native_codes",
            self.tr("The printer draws barcodes itself"),
            self.tr("Off, they are sent as pictures: slower, for printers that get them wrong."),
        )
        self.cutter = form.tick("cutter", self.tr("It cuts the paper"))
        self.kind.currentIndexChanged.connect(self._show_asked)
        tests = QHBoxLayout()
        tests.setSpacing(SPACE_S)
        self.test_button = Button(self.tr("Print a test"), self.print_test, icon="printer")
        self.ask_button = Button(self.tr("Ask how it is"), self.ask_status, icon="info")
        tests.addWidget(self.test_button)
        tests.addWidget(self.ask_button)
        tests.addStretch(1)
        card.box.addLayout(tests)

    def _receipt_card(self) -> None:
        form = self.add_form(
            self.add_card(self.tr("What a receipt shows"), self.tr("For every till of the shop.")), columns=2
        )
        self.automatic = form.tick("print_automatically", self.tr("Print one for every sale"))
        self.barcode = form.tick("show_barcode", self.tr("Its barcode, for returns"))
        self.savings = form.tick("show_savings", self.tr("What was saved, and by what"))
        self.points = form.tick("show_points", self.tr("Points and their balance"))
        self.thanks = form.line("thanks", self.tr("Last line"), most=500)
        self.page_size = form.choice("page_size", self.tr("Documents as PDF"), [("A4", "A4"), ("Letter", "Letter")])
        self.returns_note = form.lines("returns_note", self.tr("About returns"), height=56, wide=True)
        form.setEnabled(self._may_edit)

    def _show_asked(self) -> None:
        kind = str(chosen(self.kind))
        hidden = {"place", "tcp_port", "baud", "flow", "fault"} - set(_ASKS.get(kind, ()))
        if kind == "off":
            hidden |= {"paper_mm", "native_codes", "cutter"}
        self.printer_form.show_only(hidden)
        self.place.setPlaceholderText(_PLACES.get(kind, ""))
        self.test_button.setEnabled(kind != "off")
        self.ask_button.setEnabled(kind != "off")

    # Read and save

    def _read_all(self) -> tuple[TillChoices, ReceiptSettings]:
        from app.shop.settings import ReceiptSettings

        return TillChoices.of(self._local.config.devices), self._service.settings(ReceiptSettings)

    def show_values(self, values: tuple[TillChoices, ReceiptSettings]) -> None:
        choices, receipt = values
        self._receipt, self._printer = receipt, choices.printer
        choose(self.kind, choices.printer.kind)
        self.place.setText(choices.printer.place)
        self.port.setValue(choices.printer.tcp_port)
        self.baud.setValue(choices.printer.baud)
        choose(self.flow, choices.printer.flow)
        choose(self.paper, choices.printer.paper_mm)
        self.native.setChecked(choices.printer.native_codes)
        self.cutter.setChecked(choices.printer.cutter)
        choose(self.fault, choices.printer.fault)
        self.automatic.setChecked(receipt.print_automatically)
        self.barcode.setChecked(receipt.show_barcode)
        self.savings.setChecked(receipt.show_savings)
        self.points.setChecked(receipt.show_points)
        self.thanks.setText(receipt.thanks)
        choose(self.page_size, receipt.page_size)
        self.returns_note.setPlainText(receipt.returns_note)
        self._show_asked()

    def printer_choice(self) -> PrinterChoice:
        """What stands in the fields. Raises InvalidInput where the place is missing."""
        kind = str(chosen(self.kind))
        place = self.place.text().strip()
        if "place" in _ASKS.get(kind, ()) and not place:
            raise InvalidInput(self.tr("Say where the printer is, like {0}.").format(_PLACES[kind]), field="place")
        return PrinterChoice(
            kind=kind,
            place=place,
            tcp_port=self.port.value(),
            baud=self.baud.value(),
            flow=str(chosen(self.flow)),
            paper_mm=58 if chosen(self.paper) == 58 else 80,
            native_codes=self.native.isChecked(),
            cutter=self.cutter.isChecked(),
            fault=str(chosen(self.fault)) if kind == "simulated" else "none",
        )

    def collect(self) -> Callable[[], object]:
        assert self._receipt is not None  # noqa: S101 - Save is only enabled once it was read
        wanted = self.printer_choice()
        self._device_changed = wanted != self._printer
        before = self._receipt
        receipt = replace(
            before,
            print_automatically=self.automatic.isChecked(),
            show_barcode=self.barcode.isChecked(),
            show_savings=self.savings.isChecked(),
            show_points=self.points.isChecked(),
            thanks=self.thanks.text().strip(),
            page_size=str(chosen(self.page_size)),
            returns_note=self.returns_note.toPlainText().strip(),
        )

        def work() -> None:
            self._local.change(lambda config: config.with_device("printer", table(wanted)))
            if receipt != before and self._may_edit:
                self._service.save_settings(self._actor, receipt)

        return work

    # Tests of the printer as it stands in the fields, saved or not

    def print_test(self) -> None:
        choice = self._choice_or_tell()
        if choice is None:
            return
        shop, register, now, currency = self._words
        document = test_page(shop, register, now(), currency)
        self._busy_testing(True)
        make = self._make_printer

        def work() -> tuple[PrintOutcome, Document]:
            printer = make(choice)
            try:
                return printer.print_document(document), document
            finally:
                printer.close()

        self._device_jobs.start(work, self._on_printed, self._on_device_failed)

    def ask_status(self) -> None:
        choice = self._choice_or_tell()
        if choice is None:
            return
        self._busy_testing(True)
        make = self._make_printer

        def work() -> PrinterStatus:
            printer = make(choice)
            try:
                status: PrinterStatus = printer.status()
                return status
            finally:
                printer.close()

        self._device_jobs.start(work, self._on_status, self._on_device_failed)

    def _on_page_saved(self) -> None:
        if self._device_changed:
            offer_restart(self, self._restart)

    def _choice_or_tell(self) -> PrinterChoice | None:
        self.printer_form.clear_refusals()
        try:
            return self.printer_choice()
        except InvalidInput as refusal:
            self.printer_form.refuse(refusal, str(refusal))
            return None

    def _busy_testing(self, busy: bool) -> None:
        """A button that is off loses the keyboard to the next field: it gets it back."""
        pressed = next((one for one in (self.test_button, self.ask_button) if one.hasFocus()), None)
        if busy:
            self._pressed = pressed
        self.banner.dismiss()
        self.test_button.setEnabled(not busy)
        self.ask_button.setEnabled(not busy)
        if not busy:
            self._show_asked()
            if self._pressed is not None:
                self._pressed.setFocus()

    def _on_printed(self, answer: tuple[PrintOutcome, Document]) -> None:
        from hardware.protocols import PrintOutcome

        self._busy_testing(False)
        outcome, document = answer
        if chosen(self.kind) == "simulated":
            from ui.paper.view import PaperDialog

            PaperDialog(document, self._reads, parent=self).open()
            return
        words = {
            PrintOutcome.PRINTED: (self.tr("The printer says that the test is printed."), "success"),
            PrintOutcome.SENT: (
                self.tr("The test is on its way. This kind of line does not answer, so look at the paper."),
                "success",
            ),
            PrintOutcome.CHECK_PAPER: (
                self.tr("The printer went silent while printing. Look at the paper, then at its cable."),
                "warning",
            ),
        }
        text, kind = words[outcome]
        self.banner.tell(text, kind=kind)

    def _on_status(self, status: PrinterStatus) -> None:
        self._busy_testing(False)
        if not status.known:
            self.banner.tell(
                self.tr("It does not answer this question; many do not. Print a test instead."), kind="info"
            )
        elif status.trouble is not None:
            self.banner.tell(status.trouble[1], kind="warning")
        elif status.paper_low:
            self.banner.tell(self.tr("It is ready, and its paper is running low."), kind="warning")
        else:
            self.banner.tell(self.tr("It is ready."), kind="success")

    def _on_device_failed(self, error: Exception) -> None:
        self._busy_testing(False)
        self.banner.tell(said(error), kind="warning")


def _real_printer(choice: PrinterChoice) -> Any:
    from ui.devices import making

    return making.printer(choice)


def _make(context: ShellContext) -> QWidget:
    from app.shop.local import LocalSettings
    from app.shop.service import ShopService

    formats, clock = context.formats, context.services.clock
    return PrinterPage(
        context.services.get(ShopService),
        context.services.get(LocalSettings),
        context.staff.may("settings.edit"),
        (
            context.place.shop,
            f"{context.place.outlet} · {context.place.register}",
            lambda: formats.moment(clock.now()),
            formats.currency,
        ),
        context.staff,
        context.reads,
        context.writes,
        context.notify,
        restart=context.shift_changed,
    )


PAGE = SettingsPage("printer", QT_TRANSLATE_NOOP("settings", "Receipts & printer"), "printer", _make, 70, permission="")
