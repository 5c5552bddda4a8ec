"""Paper on screen: the pages of a PDF as plain pixels, so that what is shown is what is printed."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.paper.pdf import ROLL_80, Page, render_pdf
from hardware.protocols import Document


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page, four bytes a pixel: blue, green, red, unused; `stride` bytes a row. For QImage: Format_RGB32."""

    width: int
    height: int
    stride: int
    pixels: bytes = field(repr=False)


def page_pictures(document: Document, page: Page = ROLL_80, *, dots_per_inch: float = 144) -> list[PagePicture]:
    """Every page of the document. Slow enough (tens of milliseconds) to belong off the GUI thread."""
    return pdf_pictures(render_pdf(document, page), dots_per_inch=dots_per_inch)


def pdf_pictures(data: bytes, *, dots_per_inch: float = 144) -> list[PagePicture]:
    """Pages of any PDF of ours."""
    import pypdfium2

    pictures = []
    pdf = pypdfium2.PdfDocument(data)
    try:
        for page in pdf:
            bitmap = page.render(scale=dots_per_inch / 72, force_bitmap_format=pypdfium2.raw.FPDFBitmap_BGRx)
            pictures.append(PagePicture(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer)))
            bitmap.close()
            page.close()
    finally:
        pdf.close()
    return pictures
