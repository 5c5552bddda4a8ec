"""Setting a document in proportional type: measuring, wrapping and placing, before anything is drawn."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from app.paper import faces
from hardware.protocols import (
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

MM = 72 / 25.4
_LEADING = 1.42
_SCALE = {Size.SMALL: 0.8, Size.NORMAL: 1.0, Size.TALL: 1.35, Size.BIG: 1.75}
_LARGEST_PICTURE = 20_000_000  # pixels
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Piece:
    """Text at `x` points from the left; its baseline `drop` points below the top of its item."""

    text: str
    x: float
    drop: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Item:
    """Something that is not broken over pages. `drawing` gets the canvas, its left edge and its top."""

    height: float
    pieces: tuple[Piece, ...] = ()
    drawing: Callable[[Any, float, float], None] | None = field(default=None, compare=False)


def pieces(document: Document) -> list[list[Block]]:
    """The document cut where the paper is cut; drawers stand on no page."""
    parts: list[list[Block]] = [[]]
    for block in document.blocks:
        if isinstance(block, Cut):
            parts.append([])
        elif not isinstance(block, KickDrawer):
            parts[-1].append(block)
    return [part for part in parts if part] or [[]]


class Setter:
    """Sets blocks on a measure `width` points wide, normal type being `body` points."""

    def __init__(self, width: float, body: float) -> None:
        self._width = width
        self._body = body

    def set(self, blocks: list[Block]) -> list[Item]:
        return [item for block in blocks for item in self._set(block)]

    def _set(self, block: Block) -> Iterator[Item]:
        if isinstance(block, Text):
            yield from self._text(block)
        elif isinstance(block, Columns):
            yield from self._columns(block)
        elif isinstance(block, Rule):
            yield self._rule(block)
        elif isinstance(block, Feed):
            yield Item(block.lines * self._body * _LEADING)
        elif isinstance(block, Barcode):
            yield from self._barcode(block)
        elif isinstance(block, Image):
            yield from self._image(block)

    def _line(self, parts: list[tuple[str, float]], size: float, bold: bool) -> Item:
        leading = size * _LEADING
        drop = (leading + size * 0.72) / 2
        return Item(leading, tuple(Piece(text, x, drop, size, bold) for text, x in parts if text.strip()))

    def _text(self, block: Text) -> Iterator[Item]:
        size = self._body * _SCALE[block.size]
        for line in wrap(block.text, self._width, block.bold, size, block.max_lines):
            x = _aligned(line, 0, self._width, block.align, block.bold, size)
            yield self._line([(line, x)], size, block.bold)

    def _columns(self, block: Columns) -> Iterator[Item]:
        size = self._body * _SCALE[block.size]
        gap = size * 0.6
        needed = sum(faces.width(cell.text, block.bold, size) for cell in block.cells)
        needed += gap * (len(block.cells) - 1)
        if block.size is Size.BIG and needed > self._width:
            size = self._body * _SCALE[Size.TALL]
        indent = block.indent * self._body * 0.55
        widths = self._cell_widths(block, size, self._width - indent, gap)
        if widths is None:
            yield from self._stacked(block, size, indent)
            return
        wrapped = [
            wrap(cell.text, width, block.bold, size, block.max_lines)
            for cell, width in zip(block.cells, widths, strict=True)
        ]
        for number in range(max(map(len, wrapped))):
            parts, left = [], indent
            for cell, lines, width in zip(block.cells, wrapped, widths, strict=True):
                if number < len(lines):
                    line = lines[number]
                    parts.append((line, _aligned(line, left, width, cell.align, block.bold, size)))
                left += width + gap
            yield self._line(parts, size, block.bold)

    def _cell_widths(self, block: Columns, size: float, across: float, gap: float) -> list[float] | None:
        """Points of each cell; a single sign always takes the room of the widest, so that columns stand in line."""
        fixed = [
            0.0
            if cell.share
            else max(
                faces.width(cell.text, block.bold, size), faces.width("M", block.bold, size) * (len(cell.text) == 1)
            )
            for cell in block.cells
        ]
        shares = sum(cell.share for cell in block.cells)
        left = across - sum(fixed) - gap * (len(block.cells) - 1)
        if left < 0 or (shares and left < across * 0.2):
            return None
        return [
            width if not cell.share else left * cell.share / shares
            for cell, width in zip(block.cells, fixed, strict=True)
        ]

    def _stacked(self, block: Columns, size: float, indent: float) -> Iterator[Item]:
        across = self._width - indent
        for cell in block.cells:
            for line in wrap(cell.text, across, block.bold, size, block.max_lines):
                x = _aligned(line, indent, across, cell.align, block.bold, size)
                yield self._line([(line, x)], size, block.bold)

    def _rule(self, block: Rule) -> Item:
        height = self._body * 0.9
        width = self._width

        def draw(sheet: Any, left: float, top: float) -> None:
            sheet.saveState()
            sheet.setStrokeGray(0.0 if block.heavy else 0.45)
            sheet.setLineWidth(1.2 if block.heavy else 0.5)
            sheet.line(left, top - height / 2, left + width, top - height / 2)
            sheet.restoreState()

        return Item(height, drawing=draw)

    def _barcode(self, block: Barcode) -> Iterator[Item]:
        """The code and what stands below it are never parted."""
        code = self._qr(block.data) if block.kind is BarcodeKind.QR else self._bars(block)
        if not block.shown:
            yield code
            return
        (below,) = self._text(Text(block.shown, align=Align.CENTER, max_lines=1))
        captions = tuple(replace(piece, drop=piece.drop + code.height) for piece in below.pieces)
        yield Item(code.height + below.height, captions, code.drawing)

    def _bars(self, block: Barcode) -> Item:
        """Modules of at most 0.45 mm with ten of white on either side; below 0.19 mm a QR code takes over."""
        from reportlab.graphics.barcode import createBarcodeDrawing

        name = "EAN13" if block.kind is BarcodeKind.EAN13 else "Code128"
        height = 13 * MM
        options: dict[str, Any] = {"value": block.data, "barHeight": height, "humanReadable": False, "quiet": False}
        modules = round(createBarcodeDrawing(name, barWidth=1.0, **options).width)
        module = min(0.45 * MM, self._width / (modules + 20))
        if module < 0.19 * MM:
            return self._qr(block.data)
        drawing: Any = createBarcodeDrawing(name, barWidth=module, **options)
        x = (self._width - modules * module) / 2

        def draw(sheet: Any, left: float, top: float) -> None:
            drawing.drawOn(sheet, left + x, top - height - 1 * MM)

        return Item(height + 2.5 * MM, drawing=draw)

    def _qr(self, data: str) -> Item:
        import segno

        matrix = [list(row) for row in segno.make_qr(data, error="m", boost_error=False).matrix]
        side = min(26 * MM, self._width * 0.7)
        module = side / len(matrix)
        x = (self._width - side) / 2

        def draw(sheet: Any, left: float, top: float) -> None:
            sheet.saveState()
            sheet.setFillGray(0)
            for down, row in enumerate(matrix):
                for across, dark in enumerate(row):
                    if dark:
                        y = top - 2 * MM - (down + 1) * module
                        sheet.rect(left + x + across * module, y, module * 1.01, module * 1.01, stroke=0, fill=1)
            sheet.restoreState()

        return Item(side + 4 * MM, drawing=draw)

    def _image(self, block: Image) -> Iterator[Item]:
        """A picture that cannot be read is left out: paper without a logo beats no paper."""
        from PIL import Image as Pictures
        from reportlab.lib.utils import ImageReader

        try:
            with Pictures.open(io.BytesIO(block.png)) as opened:
                if opened.width * opened.height > _LARGEST_PICTURE:
                    return
                picture = opened.convert("RGBA")
        except (OSError, ValueError, SyntaxError, Pictures.DecompressionBombError):
            return
        width = min(self._width * block.width, 60 * MM)
        height = min(width * picture.height / picture.width, 30 * MM)
        width = height * picture.width / picture.height
        free = self._width - width
        x = {Align.LEFT: 0.0, Align.CENTER: free / 2, Align.RIGHT: free}[block.align]
        reader = ImageReader(picture)

        def draw(sheet: Any, left: float, top: float) -> None:
            sheet.drawImage(reader, left + x, top - height, width, height, mask="auto")

        yield Item(height, drawing=draw)


def _aligned(line: str, left: float, width: float, align: Align, bold: bool, size: float) -> float:
    free = max(width - faces.width(line, bold, size), 0.0)
    return left + {Align.LEFT: 0.0, Align.CENTER: free / 2, Align.RIGHT: free}[align]


def wrap(text: str, width: float, bold: bool, size: float, max_lines: int = 0) -> list[str]:
    """Lines no wider than `width` points, broken between words where possible; too many end in an ellipsis."""
    lines: list[str] = []
    for line in _lines(text, width, bold, size):
        if max_lines and len(lines) == max_lines:
            room = width - faces.width(_ELLIPSIS, bold, size)
            lines[-1] = lines[-1][: _fitting(lines[-1], room, bold, size)] + _ELLIPSIS
            break
        lines.append(line)
    return lines or [""]


def _lines(text: str, width: float, bold: bool, size: float) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        candidate = f"{line} {word}" if line else word
        if faces.width(candidate, bold, size) <= width + 0.01:
            line = candidate
            continue
        if line:
            yield line
        rest = word
        while faces.width(rest, bold, size) > width + 0.01:
            head = rest[: max(_fitting(rest, width, bold, size), 1)]
            yield head
            rest = rest[len(head) :]
        line = rest
    if line:
        yield line


def _fitting(text: str, width: float, bold: bool, size: float) -> int:
    """How many characters of the beginning fit; found by halving, for names may be thousands long."""
    low, high = 0, min(len(text), max(int(width / (size * 0.15)), 1))
    while low < high:
        middle = (low + high + 1) // 2
        if faces.width(text[:middle], bold, size) <= width:
            low = middle
        else:
            high = middle - 1
    return low
