"""A settings file edited by hand never keeps the till from opening."""

import pytest

from hardware.printer.simulated import SimulatedPrinter
from ui.devices import making
from ui.devices.choices import DrawerChoice, PrinterChoice, ScannerChoice, TillChoices, read, table


def test_what_is_written_is_read_back() -> None:
    choice = PrinterChoice(kind="tcp", place="192.0.2.7", tcp_port=9101, paper_mm=58, cutter=False)
    assert read(PrinterChoice, table(choice)) == choice


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "teleprinter"},
        {"kind": 3},
        {"tcp_port": "9100"},
        {"tcp_port": -1},
        {"paper_mm": 81},
        {"native_codes": "yes"},
        {"unheard_of": True},
    ],
)
def test_a_value_that_cannot_be_read_falls_back(broken: dict[str, object]) -> None:  # F56
    assert read(PrinterChoice, broken) == PrinterChoice()


def test_a_whole_number_serves_as_milliseconds() -> None:
    assert read(ScannerChoice, {"key_gap_ms": 50}).key_gap_ms == 50.0


def test_an_empty_file_gives_a_till_that_shows_its_paper_on_screen() -> None:
    choices = TillChoices.of({})
    assert choices.printer.kind == "simulated"
    assert choices.scanner.kind == "keyboard"
    assert choices.drawer == DrawerChoice(kind="printer")
    assert isinstance(making.printer(choices.printer), SimulatedPrinter)
    assert making.scanner(choices.scanner) is None


@pytest.mark.parametrize(
    ("kind", "made"),
    [
        ("tcp", "TcpTransport"),
        ("serial", "SerialTransport"),
        ("file", "DeviceFileTransport"),
        ("cups", "CupsTransport"),
    ],
)
def test_every_line_can_be_chosen(kind: str, made: str) -> None:
    line = making._transport(PrinterChoice(kind=kind, place="somewhere"))
    assert type(line).__name__ == made


def test_small_paper_has_its_own_profile() -> None:
    small = making.profile(PrinterChoice(paper_mm=58))
    assert (small.dots, small.has_cutter) == (384, False)
    assert small.fonts, "the bundled font draws what code pages cannot"
