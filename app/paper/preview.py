"""Paper on screen: the pages of a PDF as plain pixels, so that what is shown is what is printed."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from app.paper.pdf import ROLL_80, Page, render_pdf
from hardware.protocols import Document

# PDFium is for one thread at a time: two at once spoil the program's memory, which ends it some time later.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page, four bytes a pixel: blue, green, red, unused; `stride` bytes a row. For QImage: Format_RGB32."""

    width: int
    height: int
    stride: int
    pixels: bytes = field(repr=False)


def page_pictures(
    document: Document, page: Page = ROLL_80, *, dots_per_inch: float = 144, most: int | None = None
) -> list[PagePicture]:
    """The document's pages, at most the first `most`: a sheet of 2,000 coupons would take a gigabyte as pictures.

    Slow enough (tens of milliseconds) to belong off the GUI thread.
    """
    return pdf_pictures(render_pdf(document, page), dots_per_inch=dots_per_inch, most=most)


def pdf_pictures(data: bytes, *, dots_per_inch: float = 144, most: int | None = None) -> list[PagePicture]:
    """Pages of any PDF of ours. May be asked from any thread."""
    from contextlib import closing
    from itertools import islice

    import pypdfium2

    pictures = []
    with _ONE_AT_A_TIME, closing(pypdfium2.PdfDocument(data)) as pdf:
        for page in islice(pdf, most):
            bitmap = page.render(scale=dots_per_inch / 72, force_bitmap_format=pypdfium2.raw.FPDFBitmap_BGRx)
            pictures.append(PagePicture(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer)))
            bitmap.close()
            page.close()
    return pictures
