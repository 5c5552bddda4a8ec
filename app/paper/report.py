"""The X report, a reading, and the Z report, which closes the session."""

from __future__ import annotations

from app.journal.signing import in_groups
from app.paper.formats import Formats
from app.paper.model import ReportData, ReportRow
from app.paper.parts import header, mark
from app.paper.words import ENGLISH, Words
from hardware.protocols import Align, Barcode, BarcodeKind, Block, Cell, Columns, Cut, Document, Feed, Rule, Size, Text


def session_report(data: ReportData, formats: Formats, words: Words = ENGLISH) -> Document:
    title = words.z_report if data.closing else words.x_report
    blocks: list[Block] = [*header(data.shop), *mark(data.mark, words)]
    blocks.append(Text(title, bold=True, size=Size.TALL, align=Align.CENTER))
    blocks += [
        Columns.pair(data.register, data.number, bold=True),
        Columns.pair(words.opened, formats.moment(data.opened_at)),
        Columns.pair(words.closed if data.closing else words.printed, formats.moment(data.at)),
        Columns.pair(words.cashier, data.cashier),
    ]
    for section in data.sections:
        blocks += [Rule(), Text(section.title, bold=True)]
        blocks += [_row(row, formats) for row in section.rows]
    blocks.append(Rule(heavy=True))
    blocks += _journal(data, words)
    return Document((*blocks, Cut()), title=f"{title} {data.number}", kind="report")


def _journal(data: ReportData, words: Words) -> list[Block]:
    """Where the journal stood, for people in groups of four, and signed for a scanner."""
    blocks: list[Block] = []
    if data.journal_head:
        blocks += [Feed(0.5), Text(f"{words.journal} {in_groups(data.journal_head)}", size=Size.SMALL)]
    if data.anchor:
        blocks += [
            Text(f"{words.signing_key} {in_groups(data.journal_key)}", size=Size.SMALL),
            Feed(0.5),
            Barcode(BarcodeKind.QR, data.anchor, caption=""),
            Text(words.verify, size=Size.SMALL, align=Align.CENTER),
        ]
    return blocks


def _row(row: ReportRow, formats: Formats) -> Columns:
    count = "" if row.count is None else formats.number(row.count)
    amount = "" if row.amount is None else formats.amount(row.amount)
    if not amount:
        return Columns.pair(row.label, count, bold=row.strong)
    cells = (Cell(row.label, share=5), Cell(count, Align.RIGHT, share=2), Cell(amount, Align.RIGHT, share=4))
    return Columns(cells, bold=row.strong)
