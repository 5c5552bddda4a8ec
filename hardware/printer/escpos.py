"""A document as ESC/POS bytes.

python-escpos writes the commands it has; text, bars and pictures go in raw, because its text call lets control
bytes through and the other two print to standard output.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hardware.document import (
    Align,
    Barcode,
    BarcodeKind,
    Block,
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
from hardware.printer import raster, symbols
from hardware.printer.codepages import encode as encode_text
from hardware.printer.layout import Placed, Row, lay_out_columns, lay_out_text, row_text
from hardware.printer.library import new_job
from hardware.printer.profile import PrinterProfile

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_BAR_HEIGHT = 80  # dots, 10 mm: scans from a crumpled slip
_LEVEL_M = 1  # QR error correction, as python-escpos counts
_ESC_T = b"\x1bt"
_FONT = {Size.SMALL: b"\x1bM\x01", Size.NORMAL: b"\x1bM\x00", Size.TALL: b"\x1bM\x00", Size.BIG: b"\x1bM\x00"}
_SPACING = {Size.SMALL: b"\x1b3\x18"}  # dots from line to line; the others keep the printer's own
_SCALE = {Size.SMALL: b"\x1d!\x00", Size.NORMAL: b"\x1d!\x00", Size.TALL: b"\x1d!\x01", Size.BIG: b"\x1d!\x11"}


def encode(document: Document, profile: PrinterProfile) -> bytes:
    """The whole job, from initialising the printer to the cut. Nothing in the document can act as a command
    but its own blocks."""
    return _Encoder(profile).encode(document)


class _Encoder:
    def __init__(self, profile: PrinterProfile) -> None:
        self._profile = profile
        self._out: Any = new_job()
        self._page: int | None = None
        self._style: tuple[Size, bool] | None = None

    def encode(self, document: Document) -> bytes:
        self._out.hw("INIT")
        handlers: dict[type, Callable[[Any], None]] = {
            Text: self._text,
            Columns: self._columns,
            Rule: self._rule,
            Barcode: self._barcode,
            Image: self._image,
            Feed: self._feed,
            Cut: self._cut,
            KickDrawer: self._kick,
        }
        block: Block
        for block in document.blocks:
            handlers[type(block)](block)
        return bytes(self._out.output)

    def _raw(self, data: bytes) -> None:
        self._out._raw(data)

    def _text(self, block: Text) -> None:
        for row in lay_out_text(block, self._profile.columns, self._profile.small_columns):
            self._row(row)

    def _columns(self, block: Columns) -> None:
        for row in lay_out_columns(block, self._profile.columns, self._profile.small_columns):
            self._row(row)

    def _rule(self, block: Rule) -> None:
        sign = "═" if block.heavy else "─"
        columns = self._profile.columns
        self._row(Row((Placed(sign * columns, 0, columns, Align.LEFT),), columns, False, Size.NORMAL))

    def _row(self, row: Row) -> None:
        text = row_text(row)
        runs = encode_text(text, self._profile.pages)
        if runs is None:
            self._picture(raster.draw_row(row, self._profile))
            return
        self._set_style(row.size, row.bold)
        for page, encoded in runs:
            if page.number != self._page:
                self._raw(_ESC_T + bytes((page.number,)))
                self._page = page.number
            self._raw(encoded)
        self._raw(b"\n")

    def _set_style(self, size: Size, bold: bool) -> None:
        if (size, bold) == self._style:
            return
        self._raw(_SPACING.get(size, b"\x1b2") + _FONT[size] + _SCALE[size])
        self._raw(b"\x1bE\x01" if bold else b"\x1bE\x00")
        self._style = (size, bold)

    def _picture(self, picture: Picture) -> None:
        self._raw(raster.raster_bytes(picture))

    def _barcode(self, block: Barcode) -> None:
        drawn = None if block.kind is BarcodeKind.QR else symbols.bars(block)
        module_dots = drawn.module_dots(self._profile.dots) if drawn else None
        if drawn is not None and module_dots is not None:
            self._bars(block, drawn, module_dots)
        else:
            self._qr(block.data)  # also for bars too wide for the roll: a code that cannot be read helps no one
        if block.shown:
            self._text(Text(block.shown, align=Align.CENTER))

    def _bars(self, block: Barcode, drawn: symbols.Bars, module_dots: int) -> None:
        if not self._profile.native_codes:
            modules = symbols.bar_modules(block)
            self._picture(raster.draw_bars(modules, self._profile.dots, module_dots, _BAR_HEIGHT))
            return
        self._raw(b"\x1ba\x01")
        self._raw(b"\x1dH\x00" + b"\x1dh" + bytes((_BAR_HEIGHT,)) + b"\x1dw" + bytes((module_dots,)))
        self._raw(b"\x1dk" + bytes((drawn.system, len(drawn.data))) + drawn.data)
        self._raw(b"\x1ba\x00")

    def _qr(self, data: str) -> None:
        rows = symbols.qr_rows(data)
        module_dots = symbols.qr_module_dots(len(rows), self._profile.dots)
        if not self._profile.native_codes:
            self._picture(raster.draw_matrix(rows, self._profile.dots, module_dots))
            return
        self._raw(b"\x1ba\x01")
        self._out.qr(data, ec=_LEVEL_M, size=module_dots, native=True)
        self._raw(b"\x1ba\x00")

    def _image(self, block: Image) -> None:
        picture = raster.draw_picture(block, self._profile.dots)
        if picture is not None:
            self._picture(picture)

    def _feed(self, block: Feed) -> None:
        """ESC J moves by dots, so half lines come out as halves."""
        dots = min(round(block.lines * 30), 20 * 30)
        while dots > 0:
            step = min(dots, 240)
            self._raw(b"\x1bJ" + bytes((step,)))
            dots -= step

    def _cut(self, block: Cut) -> None:
        """Feeds the last line past the knife, or past the edge to tear at."""
        if self._profile.has_cutter:
            self._out.cut(mode="PART" if block.partial else "FULL")
        else:
            self._raw(b"\x1bd\x04")

    def _kick(self, block: KickDrawer) -> None:
        self._out.cashdraw(block.pin)
