"""Documents to bytes, judged by an interpreter that shares no code with the encoder."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pictures

from hardware.printer.escpos import encode
from hardware.printer.profile import ROLL_58, ROLL_80, CodePage, PrinterProfile
from hardware.protocols import (
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
)
from tests.hardware.escpos_interpreter import NotUnderstood, Printer

HOSTILE = "Tea\x1bp\x00\x19\xfa\x1dV\x00\x10\x14\x01\x00\x01\u202e\u2028\x9b"
ROLLS = [ROLL_80, ROLL_58]


def printed(*blocks: Block, profile: PrinterProfile = ROLL_80) -> Printer:
    paper = Printer(profile.dots, profile.columns, profile.small_columns)
    return paper.run(encode(Document(blocks), profile))


def read_back(paper: Printer) -> set[tuple[str, str]]:
    found = zxingcpp.read_barcodes(paper.picture())
    return {(code.format.name, code.text) for code in found}


def test_text_sizes_and_alignment() -> None:
    paper = printed(
        Text("Left"),
        Text("Mid", bold=True, align=Align.CENTER),
        Text("Right", align=Align.RIGHT),
        Text("Big", size=Size.BIG),
        Text("small", size=Size.SMALL),
    )
    assert [line.text.strip() for line in paper.lines] == ["Left", "Mid", "Right", "Big", "small"]
    assert paper.lines[1].text.startswith(" " * 22) and paper.lines[1].bold
    assert len(paper.lines[2].text) == 48
    assert (paper.lines[3].wide, paper.lines[3].high) == (2, 2)
    assert paper.lines[4].small


def test_amounts_stay_whole_beside_long_names() -> None:
    paper = printed(Columns.pair("A very long product name that needs more than a single line of paper", "1,234.50"))
    assert paper.lines[0].text.endswith(" 1,234.50")
    assert len(paper.lines[0].text) == 48
    assert " ".join(line.text.removesuffix("1,234.50").strip() for line in paper.lines).startswith("A very long")


def test_an_amount_too_long_for_big_type_is_set_smaller() -> None:
    paper = printed(Columns.pair("Total", "123,456,789.00 Francs", size=Size.BIG))
    assert "123,456,789.00 Francs" in paper.lines[0].text
    assert paper.lines[0].wide == 1


@pytest.mark.parametrize("profile", ROLLS, ids=["80", "58"])
def test_name_of_5000_characters_leaves_the_total_in_sight(profile: PrinterProfile) -> None:  # F34
    paper = printed(Columns.pair("x" * 5000, "9.99"), Columns.pair("Total", "9.99", size=Size.BIG), profile=profile)
    assert len(paper.lines) <= 8
    assert "Total" in paper.lines[-1].text and paper.lines[-1].text.endswith("9.99")


def test_control_bytes_in_a_name_do_nothing() -> None:  # F33
    paper = printed(Text(HOSTILE), Columns.pair(HOSTILE, HOSTILE), Columns((Cell(HOSTILE), Cell(HOSTILE))), Rule())
    assert (paper.kicks, paper.cuts) == ([], 0)
    assert "Tea" in paper.text


def test_the_interpreter_would_notice_an_opened_drawer() -> None:  # F33, the control
    assert Printer().run(b"\x1b@Tea\x1bp\x00\x19\xfa\n").kicks == [2]
    with pytest.raises(NotUnderstood):
        Printer().run(b"Tea\x00\n")
    with pytest.raises(NotUnderstood):
        Printer().run(b"x" * 49 + b"\n")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.text(max_size=30))
def test_no_text_is_ever_a_command(name: str, amount: str) -> None:  # F33, F34
    paper = printed(Text(name, size=Size.BIG), Columns.pair(name, amount), Text(name, max_lines=2))
    assert (paper.kicks, paper.cuts) == ([], 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Café crème 12,50 €", "Café crème 12,50 €"),
        ("Straße Łódź", "Straße Łódź"),
        ("Чай 2 шт", "Чай 2 шт"),
        ("1\u202f234,50\u00a0€", "1 234,50 €"),
        ("−5.00 “quoted” – so…", "-5.00 “quoted” – so…"),
    ],
)
def test_code_pages_show_what_they_can(text: str, expected: str) -> None:
    paper = printed(Text(text))
    assert paper.text.replace("\u00a0", " ") == expected
    assert paper.raster_bands == 0


@pytest.mark.parametrize("text", ["紅茶 100g", "שלום", "شاي", "🍵 Tea", "ชา"])
def test_other_scripts_are_drawn_not_guessed(text: str) -> None:  # F34
    paper = printed(Columns.pair(text, "4.20"), Columns.pair("Total", "4.20"))
    assert paper.raster_bands == 1
    assert "?" not in paper.text
    assert paper.lines[-1].text.endswith("4.20")


def test_one_page_printer_draws_the_rest() -> None:
    profile = PrinterProfile(pages=(CodePage(0, "cp437"),))
    assert printed(Text("Łódź"), profile=profile).raster_bands == 1


@pytest.mark.parametrize("native", [True, False], ids=["native", "drawn"])
@pytest.mark.parametrize("roll", ROLLS, ids=["80", "58"])
@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (BarcodeKind.CODE128, "A1-000123"),
        (BarcodeKind.CODE128, "00012345"),
        (BarcodeKind.CODE128, "1234567"),
        (BarcodeKind.CODE128, "a{b}c"),
        (BarcodeKind.EAN13, "5901234123457"),
        (BarcodeKind.QR, "7Q4K0ZTM3HJ8W2XC"),
        (BarcodeKind.QR, "https://example.com/r/Grüße?x=1"),
    ],
)
def test_every_barcode_reads_back(roll: PrinterProfile, native: bool, kind: BarcodeKind, data: str) -> None:
    profile = PrinterProfile(roll.dots, roll.columns, roll.small_columns, native_codes=native)
    paper = printed(Text("Above"), Barcode(kind, data), Text("Below"), profile=profile)
    name = {"code128": "Code128", "ean13": "EAN13", "qr": "QRCode"}[kind.value]
    assert read_back(paper) == {(name, data)}
    assert data in paper.text or "{" in data or "ü" in data
    assert bool(paper.barcodes) is native


def test_bars_too_wide_for_the_roll_become_a_qr_code() -> None:
    paper = printed(Barcode(BarcodeKind.CODE128, "7Q4K0ZTM3HJ8W2XC"), profile=ROLL_58)
    assert read_back(paper) == {("QRCode", "7Q4K0ZTM3HJ8W2XC")}


@pytest.mark.parametrize("pin", [2, 5])
def test_drawer_kick(pin: int) -> None:
    assert printed(KickDrawer(pin)).kicks == [pin]


def test_cut_and_feed() -> None:
    assert printed(Feed(1.5), Cut()).cuts == 1
    assert printed(Cut(), profile=ROLL_58).cuts == 0


def png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Pictures.new("RGBA", (width, height), (0, 0, 0, 128)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("size", [(3000, 900), (20, 20), (1, 400)])
def test_logo_fits_the_paper(size: tuple[int, int]) -> None:
    assert printed(Image(png(*size))).raster_bands >= 1


@pytest.mark.parametrize("data", [b"", b"not a picture", png(9, 9)[:40]])
def test_a_damaged_logo_is_left_out(data: bytes) -> None:
    paper = printed(Image(data), Text("Shop"))
    assert (paper.raster_bands, paper.text) == (0, "Shop")


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (BarcodeKind.EAN13, "5901234123456"),
        (BarcodeKind.CODE128, "é"),
        (BarcodeKind.CODE128, "a\x1bp"),
        (BarcodeKind.CODE128, ""),
    ],
)
def test_a_barcode_that_cannot_be_is_refused_at_once(kind: BarcodeKind, data: str) -> None:
    with pytest.raises(ValueError):
        Barcode(kind, data)


def test_loading_the_library_leaves_no_trace() -> None:
    import subprocess
    import sys

    program = (
        "import glob, logging, os, tempfile\n"
        "before = set(os.listdir(tempfile.gettempdir()))\n"
        "from hardware.printer.library import new_job\n"
        "job = new_job(); job.hw('INIT')\n"
        "print(len(logging.getLogger().handlers), job.output)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "0 b'\\x1b@'\n"
    assert done.stderr == ""
