"""Real or simulated devices from the choices; nothing is opened yet. The one place that picks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from hardware.document import Document
from hardware.printer.profile import ROLL_58, ROLL_80, PrinterProfile
from hardware.printer.transport import Transport
from hardware.protocols import CustomerDisplay, ReceiptPrinter, Scanner
from hardware.scanner.framing import Framing
from hardware.scanner.wedge import WedgeReader, WedgeTiming
from ui.devices.choices import DisplayChoice, PrinterChoice, ScannerChoice

_FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"


def profile(choice: PrinterChoice) -> PrinterProfile:
    base = ROLL_58 if choice.paper_mm == 58 else ROLL_80
    fonts = tuple(sorted(_FONTS.glob("Inter-Regular*.ttf"))) or tuple(sorted(_FONTS.glob("Inter-*.ttf")))
    return replace(base, native_codes=choice.native_codes, has_cutter=choice.cutter and base.has_cutter, fonts=fonts)


def printer(choice: PrinterChoice, on_paper: Callable[[Document], None] | None = None) -> ReceiptPrinter | None:
    """None when there is no printer. `on_paper` shows what a simulated one put out, on the device's thread."""
    if choice.kind == "off":
        return None
    if choice.kind == "simulated":
        from hardware.printer.simulated import SimulatedLine, SimulatedPrinter

        line = SimulatedLine()
        if choice.fault != "none":
            setattr(line, choice.fault, True)
        return SimulatedPrinter(profile(choice), on_paper, line)
    from hardware.printer.device import EscposPrinter

    return EscposPrinter(_transport(choice), profile(choice))


def _transport(choice: PrinterChoice) -> Transport:
    if choice.kind == "tcp":
        from hardware.printer.tcp import TcpTransport

        return TcpTransport(choice.place, choice.tcp_port)
    if choice.kind == "serial":
        from hardware.printer.serial_port import SerialTransport

        return SerialTransport(choice.place, choice.baud, flow=choice.flow)
    if choice.kind == "file":
        from hardware.printer.device_file import DeviceFileTransport

        return DeviceFileTransport(choice.place)
    if choice.kind == "cups":
        from hardware.printer.cups import CupsTransport

        return CupsTransport(choice.place)
    from hardware.printer.windows import WindowsTransport

    return WindowsTransport(choice.place)


def framing(choice: ScannerChoice) -> Framing:
    return Framing(choice.prefix, choice.suffix, choice.terminator, strict=choice.strict)


def wedge_reader(choice: ScannerChoice) -> WedgeReader:
    """For the keyboard kind; other kinds still tell stray bursts of keys from typing with it."""
    plain = framing(choice) if choice.kind == "keyboard" else Framing()
    return WedgeReader(plain, WedgeTiming(key_gap=choice.key_gap_ms))


def scanner(choice: ScannerChoice) -> Scanner | None:
    """None for a keyboard scanner: its keys come through the window."""
    if choice.kind == "serial":
        from hardware.scanner.serial_port import SerialScanner

        return SerialScanner(choice.place, choice.baud, framing(choice))
    if choice.kind == "evdev":
        from hardware.scanner.evdev import EvdevScanner

        return EvdevScanner(choice.place, framing(choice))
    if choice.kind == "simulated":
        from hardware.scanner.simulated import SimulatedScanner

        return SimulatedScanner(framing(choice))
    return None


def display(choice: DisplayChoice) -> CustomerDisplay | None:
    if choice.kind == "serial":
        from hardware.display.vfd import VfdDisplay
        from hardware.printer.serial_port import SerialTransport

        line = SerialTransport(choice.place, choice.baud)
        return VfdDisplay(line, commands=choice.commands, codec=choice.codec, width=choice.width)
    if choice.kind == "simulated":
        from hardware.display.simulated import SimulatedDisplay

        return SimulatedDisplay()
    return None
