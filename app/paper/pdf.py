"""Documents as PDF: on a roll as long as it needs to be, or on sheets.

Lines are measured with the very widths they are drawn with, so nothing runs off the paper.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from typing import Any

from app.paper import faces
from app.paper.setting import MM, Item, Piece, Setter, pieces
from hardware.protocols import Block, Document


@dataclass(frozen=True, slots=True)
class Page:
    """Millimetres. `height` 0: a roll, each piece of paper as long as it is. `across`: pieces side by side.

    `body` is the size of normal type in points; on a sheet it may shrink to `least` percent to save a second one.
    """

    width: float
    height: float
    margin: float
    body: float
    across: int = 1
    least: int = 85


ROLL_80 = Page(80, 0, 4, 8.6)
ROLL_58 = Page(58, 0, 3, 7.4)
A4 = Page(210, 297, 18, 10.5)
LETTER = Page(215.9, 279.4, 18, 10.5)
A4_COUPONS = Page(210, 297, 10, 10, across=2)
A6_VOUCHER = Page(105, 148, 9, 10, least=60)

SHEETS = {"A4": A4, "Letter": LETTER}  # by the name in the shop's settings
# reportlab's typeface keeps the signs of the paper in the making; of two at once one gets the other's, or none.
_ONE_AT_A_TIME = threading.Lock()


def render_pdf(document: Document, page: Page = ROLL_80) -> bytes:
    """The document as a PDF file. The same document gives the same bytes. May be asked from any thread."""
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    with _ONE_AT_A_TIME:
        sheet: Any = canvas.Canvas(out, invariant=1, pageCompression=1)
        sheet.setTitle(document.title)
        sheet.setCreator("Regulars")
        if page.height == 0:
            _on_roll(sheet, document, page)
        else:
            _on_sheets(sheet, document, page)
        sheet.save()
    return out.getvalue()


def _on_roll(sheet: Any, document: Document, page: Page) -> None:
    setter = Setter((page.width - 2 * page.margin) * MM, page.body)
    for piece in pieces(document):
        items = setter.set(piece)
        height = sum(item.height for item in items) + 2 * page.margin * MM
        sheet.setPageSize((page.width * MM, height))
        _draw(sheet, items, page.margin * MM, height - page.margin * MM)
        sheet.showPage()


def _on_sheets(sheet: Any, document: Document, page: Page) -> None:
    parts = pieces(document)
    if page.across > 1:
        _side_by_side(sheet, parts, page)
        return
    for part in parts:
        _over_pages(sheet, _shrunk_to_fit(part, page), page)


def _shrunk_to_fit(part: list[Block], page: Page) -> list[Item]:
    """Set a little smaller where that keeps the piece on one sheet; else in full size, to go on over the next."""
    width, height = (page.width - 2 * page.margin) * MM, (page.height - 2 * page.margin) * MM
    for percent in range(100, page.least - 1, -5):
        items = Setter(width, page.body * percent / 100).set(part)
        if sum(item.height for item in items) <= height:
            return items
    return Setter(width, page.body).set(part)


def _over_pages(sheet: Any, items: list[Item], page: Page) -> None:
    left, bottom, top = page.margin * MM, page.margin * MM, (page.height - page.margin) * MM
    y = top
    _set_size(sheet, page)
    for item in items:
        if y - item.height < bottom and y < top:
            sheet.showPage()
            _set_size(sheet, page)
            y = top
        _draw(sheet, [item], left, y)
        y -= item.height
    sheet.showPage()


def _side_by_side(sheet: Any, parts: list[list[Block]], page: Page) -> None:
    """Rows of pieces, each within a line to cut along, all of a row equally high."""
    gap, padding = 6 * MM, 4 * MM
    across = ((page.width - 2 * page.margin) * MM - gap * (page.across - 1)) / page.across
    setter = Setter(across - 2 * padding, page.body)
    top = (page.height - page.margin) * MM
    y = top
    _set_size(sheet, page)
    for start in range(0, len(parts), page.across):
        row = [setter.set(part) for part in parts[start : start + page.across]]
        height = max(sum(item.height for item in items) for items in row) + 2 * padding
        if y - height < page.margin * MM and y < top:
            sheet.showPage()
            _set_size(sheet, page)
            y = top
        for column, items in enumerate(row):
            left = page.margin * MM + column * (across + gap)
            _cutting_line(sheet, left, y - height, across, height)
            free = height - 2 * padding - sum(item.height for item in items)
            _draw(sheet, items, left + padding, y - padding - free / 2)
        y -= height + gap
    sheet.showPage()


def _set_size(sheet: Any, page: Page) -> None:
    sheet.setPageSize((page.width * MM, page.height * MM))


def _cutting_line(sheet: Any, left: float, bottom: float, width: float, height: float) -> None:
    sheet.saveState()
    sheet.setDash(3, 3)
    sheet.setStrokeGray(0.55)
    sheet.setLineWidth(0.6)
    sheet.roundRect(left, bottom, width, height, 6)
    sheet.restoreState()


def _draw(sheet: Any, items: list[Item], left: float, top: float) -> None:
    y = top
    for item in items:
        for piece in item.pieces:
            _draw_piece(sheet, piece, left, y)
        if item.drawing is not None:
            item.drawing(sheet, left, y)
        y -= item.height


def _draw_piece(sheet: Any, piece: Piece, left: float, top: float) -> None:
    from reportlab.lib.utils import ImageReader

    baseline = top - piece.drop
    x = left + piece.x
    for part in faces.parts(piece.text, piece.bold, piece.size):
        if part.drawn is None:
            _draw_text(sheet, part.text, piece, x, baseline)
        else:
            reader = ImageReader(io.BytesIO(part.drawn.png))
            sheet.drawImage(reader, x, baseline - 0.4 * piece.size, part.width, 1.5 * piece.size, mask="auto")
        x += part.width


def _draw_text(sheet: Any, text: str, piece: Piece, x: float, baseline: float) -> None:
    """Text in the program's own typeface, each digit in the middle of its column."""
    sheet.setFont(faces.face(piece.bold), piece.size)
    run, run_x = "", x
    for char, advance in zip(text, faces.advances(text, piece.bold, piece.size), strict=True):
        if char in "0123456789":
            if run:
                sheet.drawString(run_x, baseline, run)
            natural = sheet.stringWidth(char, faces.face(piece.bold), piece.size)
            sheet.drawString(x + (advance - natural) / 2, baseline, char)
            run, run_x = "", x + advance
        else:
            run += char
        x += advance
    if run.strip():
        sheet.drawString(run_x, baseline, run)
