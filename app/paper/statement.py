"""The statement of a card, a voucher or store credit."""

from __future__ import annotations

from app.paper.formats import Formats
from app.paper.model import StatementData, StatementRow
from app.paper.parts import header
from app.paper.words import ENGLISH, Words
from hardware.protocols import Align, Block, Cell, Columns, Cut, Document, Feed, Rule, Size, Text


def statement(data: StatementData, formats: Formats, words: Words = ENGLISH) -> Document:
    """Every movement with the balance after it. The number is masked: this paper may be thrown away."""
    title = f"{words.statement} {words.value(data.kind)} {data.shown}".strip()
    blocks: list[Block] = [*header(data.shop), Text(title, bold=True, size=Size.TALL, align=Align.CENTER)]
    if data.holder:
        blocks.append(Text(data.holder, align=Align.CENTER, max_lines=2))
    period = f"{formats.date(data.start)} – {formats.date(data.end)}"
    blocks += [Text(period, align=Align.CENTER), Feed(0.5)]
    blocks += [Columns.pair(words.opening_balance, formats.amount(data.opening)), Rule()]
    for row in data.rows:
        blocks += _row(row, formats)
    if not data.rows:
        blocks.append(Text(words.no_movements))
    blocks.append(Rule())
    blocks.append(Columns.pair(words.closing_balance, formats.money(data.closing), bold=True))
    return Document((*blocks, Cut()), title=title, kind="statement")


def _row(row: StatementRow, formats: Formats) -> list[Block]:
    """What it was on the first line; when, how much and what was left on the second."""
    figures = (
        Cell(formats.moment(row.at), share=4),
        Cell(formats.amount(row.amount), Align.RIGHT, share=3),
        Cell(formats.amount(row.balance), Align.RIGHT, share=3),
    )
    return [Text(row.text, max_lines=2), Columns(figures, indent=2, max_lines=2)]
