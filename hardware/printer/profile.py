"""What a given printer can do; set per device, with values that fit almost any."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CodePage:
    """`number` is what ESC t selects, `codec` Python's name of the same table."""

    number: int
    codec: str


# The tables nearly every ESC/POS printer has, under Epson's numbers.
COMMON_PAGES = (
    CodePage(0, "cp437"),
    CodePage(2, "cp850"),
    CodePage(19, "cp858"),
    CodePage(16, "cp1252"),
    CodePage(18, "cp852"),
    CodePage(17, "cp866"),
)


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """Dots are across the printable width at 203 dpi. `columns` are those of font A, `small_columns` of font B.

    `fonts` draw what no code page of the printer shows; the first that has the character is taken.
    `native_codes`: the printer draws barcodes and QR codes itself; else they are sent as pictures.
    """

    dots: int = 576
    columns: int = 48
    small_columns: int = 64
    pages: tuple[CodePage, ...] = COMMON_PAGES
    has_cutter: bool = True
    native_codes: bool = True
    fonts: tuple[Path, ...] = ()

    @property
    def cell_dots(self) -> int:
        return self.dots // self.columns


ROLL_80 = PrinterProfile()
ROLL_58 = PrinterProfile(dots=384, columns=32, small_columns=42, has_cutter=False)
