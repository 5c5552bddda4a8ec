"""Barcodes as a printer wants them, and how much room they take."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hardware.document import Barcode, BarcodeKind

_QUIET = 10  # modules of white on either side of bars
_EAN13_MODULES = 95


@dataclass(frozen=True, slots=True)
class Bars:
    """`data` for GS k function B with system `system`; `modules` wide without quiet zones."""

    system: int
    data: bytes
    modules: int

    def module_dots(self, dots: int) -> int | None:
        """Dots per module, 3 where there is room (0.375 mm), else 2; None when even that does not fit."""
        for size in (3, 2):
            if (self.modules + 2 * _QUIET) * size <= dots:
                return size
        return None


def bars(block: Barcode) -> Bars:
    if block.kind is BarcodeKind.EAN13:
        return Bars(67, block.data.encode("ascii"), _EAN13_MODULES)
    return _code128(block.data)


def _code128(data: str) -> Bars:
    """Set B, with a long run of digits at the end or the whole in pairs of set C."""
    found = re.search(r"(?:[0-9]{2}){3,}$", data)
    digits = found.group() if found else ""
    letters = data[: len(data) - len(digits)]
    encoded, symbols = b"", 0
    if letters:
        encoded += b"{B" + letters.replace("{", "{{").encode("ascii")
        symbols += len(letters) + 1
    if digits:
        encoded += b"{C" + bytes(int(digits[i : i + 2]) for i in range(0, len(digits), 2))
        symbols += len(digits) // 2 + 1
    return Bars(73, encoded, 11 * (symbols + 1) + 13)


def bar_modules(block: Barcode) -> str:
    """The bars themselves, for printers that cannot draw them."""
    import barcode

    name = "ean13" if block.kind is BarcodeKind.EAN13 else "code128"
    return str(barcode.get_barcode_class(name)(block.data).build()[0])


def qr_rows(data: str) -> list[list[bool]]:
    """Dark and light modules of the smallest QR code at level M, the one the printer is asked for."""
    import segno

    code = segno.make_qr(data, error="m", boost_error=False)
    return [[bool(dark) for dark in row] for row in code.matrix]


def qr_module_dots(modules: int, dots: int) -> int:
    """Dots per module for a code about a third of the paper wide, between 3 and 8."""
    return max(3, min(8, dots * 2 // 5 // modules))
