"""The recovery sheet of an encrypted shop: one page with its key, to be kept where the computer is not.

Never sent to the receipt printer or into the outbox: those keep what they printed.
"""

from __future__ import annotations

from datetime import datetime

from app.paper.formats import Formats
from app.paper.words import ENGLISH, Words
from app.shop.filekey import FileKey
from hardware.protocols import Align, Barcode, BarcodeKind, Block, Cell, Columns, Document, Feed, Rule, Size, Text

_LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "CL", "CO", "PH", "VE", "GT", "CR", "PA", "DO", "SV", "NI", "PR"})
_IN_A_ROW = 4


def page_size(country: str) -> str:
    """The sheet that lies in a printer there: a name in app.paper.pdf.SHEETS."""
    return "Letter" if country.upper() in _LETTER_COUNTRIES else "A4"


def recovery_sheet(
    shop: str, key: FileKey, at: datetime, formats: Formats, words: Words = ENGLISH, *, file: str = ""
) -> Document:
    """`file`: where the shop lay when this was printed. The groups are counted, as a slip is told by its group."""
    groups = [f"{number}.  {group}" for number, group in enumerate(key.groups, start=1)]
    blocks: list[Block] = [
        Text(words.recovery_title, bold=True, size=Size.BIG),
        Feed(0.5),
        Text(shop, bold=True, size=Size.TALL, max_lines=2),
        Columns.pair(words.recovery_printed, formats.moment(at)),
        Columns.pair(words.recovery_file, file),
        Rule(heavy=True),
        Text(words.recovery_key, bold=True),
        Feed(0.5),
        *(Text("      ".join(groups[start : start + _IN_A_ROW]), size=Size.TALL, bold=True, align=Align.CENTER)
          for start in range(0, len(groups), _IN_A_ROW)),
        Feed(0.5),
        Text(words.recovery_letters, size=Size.SMALL, align=Align.CENTER),
        Feed(0.5),
        Barcode(BarcodeKind.QR, key.written(), caption=""),
        Text(words.recovery_scan, size=Size.SMALL, align=Align.CENTER),
        Rule(heavy=True),
        Text(words.recovery_what, bold=True),
        *(Columns((Cell("•", share=0), Cell(line))) for line in words.recovery_steps),
    ]  # fmt: skip
    return Document(tuple(blocks), title=words.recovery_title, kind="recovery")
