"""Text in columns of fixed width: wrapping, aligning, and never losing the amount on the right."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from hardware.document import Align, Cell, Columns, Size, Text

_NARROWEST_NAME = 10  # columns; below this a name goes above its amount
_ELLIPSIS = "..."


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece of one row: `text` within `width` columns from `left`."""

    text: str
    left: int
    width: int
    align: Align


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line. `columns` across, counted in characters of `size`."""

    pieces: tuple[Placed, ...]
    columns: int
    bold: bool
    size: Size


def char_width(char: str) -> int:
    """Columns one character takes: 2 for East Asian wide ones, 0 for marks that sit on another."""
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def text_width(text: str) -> int:
    return len(text) if text.isascii() else sum(map(char_width, text))


def wrap(text: str, width: int, max_lines: int = 0) -> list[str]:
    """Lines of at most `width` columns, broken between words where possible.

    With `max_lines` above 0 the last line ends in an ellipsis when text is left over.
    """
    lines: list[str] = []
    for line in _lines(text, width):
        if max_lines and len(lines) == max_lines:
            lines[-1] = _cut(lines[-1], width - len(_ELLIPSIS)) + _ELLIPSIS
            break
        lines.append(line)
    return lines or [""]


def _lines(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        candidate = f"{line} {word}" if line else word
        if text_width(candidate) <= width:
            line = candidate
            continue
        if line:
            yield line
        while text_width(word) > width:
            head = _cut(word, width)
            yield head
            word = word[len(head) :]  # noqa: PLW2901  (the rest of the word goes on)
        line = word
    if line:
        yield line


def _cut(text: str, width: int) -> str:
    """The longest beginning of `text` that takes at most `width` columns; at least one character."""
    taken = 0
    for index, char in enumerate(text):
        taken += char_width(char)
        if taken > width:
            return text[: max(index, 1)]
    return text


def size_columns(size: Size, columns: int, small_columns: int) -> int:
    if size is Size.SMALL:
        return small_columns
    return columns // 2 if size is Size.BIG else columns


def lay_out_text(block: Text, columns: int, small_columns: int) -> list[Row]:
    across = size_columns(block.size, columns, small_columns)
    lines = wrap(block.text, across, block.max_lines)
    return [Row((Placed(line, 0, across, block.align),), across, block.bold, block.size) for line in lines]


def lay_out_columns(block: Columns, columns: int, small_columns: int) -> list[Row]:
    """Rows of the cells. Big type that does not fit on one line gives way to tall type."""
    size = block.size
    needed = sum(text_width(cell.text) for cell in block.cells) + len(block.cells) - 1
    if size is Size.BIG and needed > columns // 2:
        size = Size.TALL
    across = size_columns(size, columns, small_columns)
    indent = min(block.indent, across // 2)
    widths = _cell_widths(block.cells, across - indent)
    if widths is None:
        return _stacked(block, across, indent, size)
    lefts = [indent + sum(widths[:index]) + index for index in range(len(widths))]
    wrapped = [wrap(cell.text, width, block.max_lines) for cell, width in zip(block.cells, widths, strict=True)]
    rows = []
    for number in range(max(map(len, wrapped))):
        pieces = tuple(
            Placed(lines[number], left, width, cell.align)
            for cell, lines, left, width in zip(block.cells, wrapped, lefts, widths, strict=True)
            if number < len(lines) and lines[number]
        )
        rows.append(Row(pieces, across, block.bold, size))
    return rows


def _cell_widths(cells: tuple[Cell, ...], across: int) -> list[int] | None:
    """Columns of each cell with one blank between; None when the cells with a share are left too little."""
    gaps = len(cells) - 1
    fixed = sum(text_width(cell.text) for cell in cells if cell.share == 0)
    shares = sum(cell.share for cell in cells)
    left = across - gaps - fixed
    widest_needed = max((text_width(cell.text) for cell in cells if cell.share), default=0)
    if left < min(_NARROWEST_NAME * (shares > 0), widest_needed):
        return None
    widths = [text_width(cell.text) if cell.share == 0 else left * cell.share // shares for cell in cells]
    if shares:
        first = next(index for index, cell in enumerate(cells) if cell.share)
        widths[first] += across - gaps - sum(widths)
    return widths


def _stacked(block: Columns, across: int, indent: int, size: Size) -> list[Row]:
    """Each cell on lines of its own, for amounts too long to stand beside anything."""
    rows = []
    for cell in block.cells:
        for line in wrap(cell.text, across - indent, block.max_lines):
            piece = Placed(line, indent, across - indent, cell.align)
            rows.append(Row((piece,), across, block.bold, size))
    return rows


def row_text(row: Row) -> str:
    """The row as one string of characters on its grid, without blanks at the end."""
    text = ""
    for piece in row.pieces:
        free = max(piece.width - text_width(piece.text), 0)
        before = {Align.LEFT: 0, Align.CENTER: free // 2, Align.RIGHT: free}[piece.align]
        text += " " * (piece.left + before - text_width(text)) + piece.text
    return text
