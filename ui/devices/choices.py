"""What stands at this till, as this computer's settings file remembers it (LocalConfig.devices).

Each device has a table of its own: `printer`, `scanner`, `drawer`, `display`. A value that cannot be read falls
back to its default, so a hand-edited file never keeps the till from opening.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

Choice = TypeVar("Choice", bound="PrinterChoice | ScannerChoice | DrawerChoice | DisplayChoice")

PRINTER_KINDS = ("off", "simulated", "tcp", "serial", "file", "cups", "windows")
SCANNER_KINDS = ("keyboard", "serial", "evdev", "simulated")
DRAWER_KINDS = ("off", "printer", "simulated")
DISPLAY_KINDS = ("off", "serial", "simulated")
PAPER_WIDTHS = (80, 58)
# What the simulated printer can be told to do, by the names of hardware.printer.simulated.SimulatedLine.
PRINTER_FAULTS = ("none", "paper_out", "paper_low", "cover_open", "offline", "unplugged", "silent", "hang")


@dataclass(frozen=True, slots=True)
class PrinterChoice:
    """`place` is the host, port, path, queue or printer name, as `kind` asks for it."""

    kind: str = "simulated"
    place: str = ""
    tcp_port: int = 9100
    baud: int = 19200
    flow: str = "none"  # none, rtscts, dsrdtr, xonxoff
    paper_mm: int = 80
    native_codes: bool = True
    cutter: bool = True
    fault: str = "none"  # of a simulated one: tries out what the till does when a printer fails


@dataclass(frozen=True, slots=True)
class ScannerChoice:
    """How readings arrive and are framed; `key_gap_ms` tells a keyboard scanner from typing."""

    kind: str = "keyboard"
    place: str = ""
    baud: int = 9600
    prefix: str = ""
    suffix: str = ""
    terminator: str = "any"
    strict: bool = False
    key_gap_ms: float = 35.0


@dataclass(frozen=True, slots=True)
class DrawerChoice:
    kind: str = "printer"
    pin: int = 2
    switch: str = "none"  # none, high_open, low_open: what the drawer's switch says


@dataclass(frozen=True, slots=True)
class DisplayChoice:
    kind: str = "off"
    place: str = ""
    baud: int = 9600
    commands: str = "epson"
    codec: str = "cp437"
    width: int = 20


_ALLOWED: dict[tuple[str, str], tuple[Any, ...]] = {
    ("PrinterChoice", "kind"): PRINTER_KINDS,
    ("PrinterChoice", "paper_mm"): PAPER_WIDTHS,
    ("PrinterChoice", "fault"): PRINTER_FAULTS,
    ("PrinterChoice", "flow"): ("none", "rtscts", "dsrdtr", "xonxoff"),
    ("ScannerChoice", "kind"): SCANNER_KINDS,
    ("ScannerChoice", "terminator"): ("any", "cr", "lf", "tab", "none"),
    ("DrawerChoice", "kind"): DRAWER_KINDS,
    ("DrawerChoice", "pin"): (2, 5),
    ("DrawerChoice", "switch"): ("none", "high_open", "low_open"),
    ("DisplayChoice", "kind"): DISPLAY_KINDS,
}


def read(kind: type[Choice], table: Mapping[str, Any] | None) -> Choice:
    """The choice a table holds; unknown keys and unusable values are passed over."""
    default = kind()
    taken: dict[str, Any] = {}
    for field in fields(kind):
        value = (table or {}).get(field.name)
        usual = getattr(default, field.name)
        if isinstance(usual, float) and type(value) is int:
            value = float(value)
        if type(value) is not type(usual) or value not in _ALLOWED.get((kind.__name__, field.name), (value,)):
            continue
        if isinstance(value, int | float) and not isinstance(value, bool) and not 0 < value <= 4_000_000:
            continue
        taken[field.name] = value
    return kind(**taken)


def table(choice: PrinterChoice | ScannerChoice | DrawerChoice | DisplayChoice) -> dict[str, Any]:
    """What is written into the settings file."""
    return asdict(choice)


@dataclass(frozen=True, slots=True)
class TillChoices:
    printer: PrinterChoice = PrinterChoice()
    scanner: ScannerChoice = ScannerChoice()
    drawer: DrawerChoice = DrawerChoice()
    display: DisplayChoice = DisplayChoice()

    @classmethod
    def of(cls, devices: Mapping[str, Mapping[str, Any]]) -> TillChoices:
        return cls(
            read(PrinterChoice, devices.get("printer")),
            read(ScannerChoice, devices.get("scanner")),
            read(DrawerChoice, devices.get("drawer")),
            read(DisplayChoice, devices.get("display")),
        )
