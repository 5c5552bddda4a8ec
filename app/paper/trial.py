"""The page that shows whether a printer is set up right: type, width, codes and what it cannot show by itself."""

from __future__ import annotations

from datetime import datetime

from app.paper.formats import Formats
from app.paper.words import ENGLISH, Words
from hardware.protocols import (
    Align,
    Barcode,
    BarcodeKind,
    Block,
    Columns,
    Cut,
    Document,
    Feed,
    Rule,
    Size,
    Text,
)

_SIGNS = "ÄÖÜ äöü ß éèêç ñ åøæ łśż € £ § ° × •"
_SCRIPTS = "Ελληνικά · Русский · עברית · العربية · 日本語 · ไทย"


def trial_page(printer: str, at: datetime, formats: Formats, words: Words = ENGLISH) -> Document:
    """`printer` is its name in Settings. Both rules must reach from edge to edge, and both codes must scan."""
    blocks: list[Block] = [
        Text(words.trial_page, bold=True, size=Size.BIG, align=Align.CENTER),
        Columns.pair(printer, formats.moment(at)),
        Rule(heavy=True),
        Text(words.trial_width),
        Rule(),
        Columns.pair("A" * 3, "Z" * 3),
        Text("small 0123456789", size=Size.SMALL),
        Text("normal 0123456789"),
        Text("bold 0123456789", bold=True),
        Text("tall 0123456789", size=Size.TALL),
        Text("big 01234", size=Size.BIG),
        Rule(),
        Text(_SIGNS),
        Text(_SCRIPTS),
        Rule(),
        Barcode(BarcodeKind.CODE128, "TEST-0001"),
        Feed(0.5),
        Barcode(BarcodeKind.QR, "TEST-0002"),
        Cut(),
    ]
    return Document(tuple(blocks), title=words.trial_page, kind="trial")
