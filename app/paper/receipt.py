"""The receipt, and its sister without prices for a gift."""

from __future__ import annotations

import string
from decimal import Decimal

from app.money import Money
from app.paper.formats import Formats
from app.paper.model import Mark, ReceiptData, ReceiptLine, TenderRow
from app.paper.parts import header, mark
from app.paper.words import ENGLISH, Words
from hardware.protocols import (
    Align,
    Barcode,
    BarcodeKind,
    Block,
    Cell,
    Columns,
    Cut,
    Document,
    Feed,
    KickDrawer,
    Rule,
    Size,
    Text,
)

_NO_LETTER = "\u2007"  # as wide as a digit: keeps amounts without a tax letter in line with the others


def receipt(data: ReceiptData, formats: Formats, words: Words = ENGLISH, *, kick: bool = False) -> Document:
    """`kick` opens the drawer as the paper starts; a copy never does."""
    blocks: list[Block] = []
    if kick and data.mark is not Mark.DUPLICATE:
        blocks.append(KickDrawer())
    blocks += header(data.shop)
    blocks += mark(data.mark, words, data.copy_number)
    blocks += _heading(data, formats, words)
    letters = _tax_letters(data)
    for line in data.lines:
        blocks += _line(line, letters, formats)
    for saving in data.basket_savings:
        blocks.append(_amount_row(saving.name, -saving.amount, formats, letters))
    blocks += _totals(data, letters, formats, words)
    blocks += _tenders(data, formats, words)
    blocks += _taxes(data, letters, formats, words)
    blocks += _closing(data, formats, words)
    blocks += mark(data.mark, words)
    return Document((*blocks, Cut()), title=f"{_title(data, words)} {data.number}", kind="receipt")


def gift_receipt(data: ReceiptData, formats: Formats, words: Words = ENGLISH) -> Document:
    """What was bought and when, without a price; enough to exchange it."""
    blocks = header(data.shop)
    blocks += mark(data.mark, words, data.copy_number)
    blocks.append(Text(words.gift_receipt, bold=True, size=Size.TALL, align=Align.CENTER))
    blocks += [Columns.pair(data.number, formats.moment(data.at)), Rule()]
    for line in data.lines:
        if line.quantity_milli > 0:
            blocks.append(Columns.pair(line.name, _quantity(line, formats)))
    blocks += [Rule(), Text(words.gift_receipt_note, align=Align.CENTER), *_note(data.returns_note), *_bars(data)]
    return Document((*blocks, Cut()), title=f"{words.gift_receipt} {data.number}", kind="gift_receipt")


def _title(data: ReceiptData, words: Words) -> str:
    return {"return": words.return_receipt, "exchange": words.exchange}.get(data.kind, words.receipt)


def _heading(data: ReceiptData, formats: Formats, words: Words) -> list[Block]:
    blocks: list[Block] = [Columns.pair(f"{_title(data, words)} {data.number}", formats.moment(data.at), bold=True)]
    if data.original_number:
        blocks.append(Text(words.of_receipt.format(number=data.original_number)))
    elif data.kind == "return":
        blocks.append(Text(words.without_receipt))
    blocks.append(Columns.pair(f"{words.cashier} {data.cashier}", data.register))
    if data.customer:
        blocks.append(Text(f"{words.customer} {data.customer}", max_lines=2))
    blocks.append(Rule())
    return blocks


def _tax_letters(data: ReceiptData) -> dict[Decimal, str]:
    """A letter per rate, where there is more than one to tell apart."""
    percents = list(dict.fromkeys(row.percent for row in data.taxes))
    if len(percents) < 2:
        return {}
    return dict(zip(percents, string.ascii_uppercase, strict=False))


def _amount_row(
    name: str,
    amount: Money,
    formats: Formats,
    letters: dict[Decimal, str],
    *,
    letter: str = _NO_LETTER,
    indent: int = 0,
    bold: bool = False,
) -> Columns:
    cells = [Cell(name), Cell(formats.amount(amount), Align.RIGHT, share=0)]
    if letters:
        cells.append(Cell(letter, Align.RIGHT, share=0))
    return Columns(tuple(cells), indent=indent, bold=bold)


def _line(line: ReceiptLine, letters: dict[Decimal, str], formats: Formats) -> list[Block]:
    letter = letters.get(line.tax_percent, _NO_LETTER) if line.tax_percent is not None else _NO_LETTER
    blocks: list[Block] = [_amount_row(line.name, line.gross, formats, letters, letter=letter)]
    if line.quantity_milli != 1000 or line.unit:
        blocks.append(Columns((Cell(f"{_quantity(line, formats)} × {formats.amount(line.unit_price)}"),), indent=2))
    for saving in line.savings:
        blocks.append(_amount_row(saving.name, -saving.amount, formats, letters, indent=2))
    if line.note:
        blocks.append(Columns((Cell(line.note),), indent=2, max_lines=3))
    return blocks


def _quantity(line: ReceiptLine, formats: Formats) -> str:
    return f"{formats.quantity(line.quantity_milli)} {line.unit}".strip()


def _totals(data: ReceiptData, letters: dict[Decimal, str], formats: Formats, words: Words) -> list[Block]:
    blocks: list[Block] = [Rule()]
    if data.discount or (not data.prices_include_tax and data.taxes):
        blocks.append(_amount_row(words.subtotal, data.subtotal, formats, letters))
    if data.discount:
        blocks.append(_amount_row(words.discounts, -data.discount, formats, letters))
    if not data.prices_include_tax:
        for row in data.taxes:
            name = f"{row.name} {formats.percent(row.percent)}"
            blocks.append(_amount_row(name, row.tax, formats, letters))
    if data.rounding:
        blocks.append(_amount_row(words.rounding, data.rounding, formats, letters))
    word = words.refund if data.total.minor < 0 else words.total
    blocks.append(Columns.pair(word, formats.money(data.total), bold=True, size=Size.BIG))
    blocks.append(Rule())
    return blocks


def _tenders(data: ReceiptData, formats: Formats, words: Words) -> list[Block]:
    blocks: list[Block] = []
    for tender in data.tenders:
        blocks += _tender(tender, formats, words)
    if data.change:
        blocks.append(Columns.pair(words.change, formats.amount(data.change), bold=True))
    return blocks


def _tender(tender: TenderRow, formats: Formats, words: Words) -> list[Block]:
    name = f"{words.tender(tender.kind)} {tender.shown}".strip()
    blocks: list[Block] = [Columns.pair(name, formats.amount(tender.tendered or tender.amount))]
    if tender.reference:
        blocks.append(Columns((Cell(tender.reference),), indent=2, max_lines=1))
    if tender.balance_left is not None:
        blocks.append(Columns.pair(words.balance_left, formats.amount(tender.balance_left), indent=2))
    return blocks


def _taxes(data: ReceiptData, letters: dict[Decimal, str], formats: Formats, words: Words) -> list[Block]:
    """Tax per rate. Where it was added to the prices it stands among the totals already."""
    if not data.taxes or (not data.prices_include_tax and not letters):
        return []
    blocks: list[Block] = [Feed(0.5), _tax_row("", words.tax_rate, words.net, words.tax, letters)]
    for row in data.taxes:
        name = f"{row.name} {formats.percent(row.percent)}"
        letter = letters.get(row.percent, "")
        blocks.append(_tax_row(letter, name, formats.amount(row.base), formats.amount(row.tax), letters))
    return blocks


def _tax_row(letter: str, name: str, net: str, tax: str, letters: dict[Decimal, str]) -> Columns:
    cells = [Cell(name, share=4), Cell(net, Align.RIGHT, share=3), Cell(tax, Align.RIGHT, share=3)]
    if letters:
        cells.insert(0, Cell(letter or _NO_LETTER, share=0))
    return Columns(tuple(cells), size=Size.SMALL)


def _closing(data: ReceiptData, formats: Formats, words: Words) -> list[Block]:
    blocks: list[Block] = []
    if data.show_savings and data.discount.minor > 0:
        saved = words.you_saved.format(amount=formats.money(data.discount))
        blocks += [Feed(0.5), Text(saved, bold=True, align=Align.CENTER)]
    if data.points is not None:
        blocks.append(Feed(0.5))
        for word, points in (
            (words.points_earned, data.points.earned),
            (words.points_used, data.points.burned),
            (words.points_balance, data.points.balance),
        ):
            if points is not None and (points or word == words.points_balance):
                blocks.append(Columns.pair(word, formats.number(points)))
    if data.thanks.strip():
        blocks += [Feed(0.5), *(Text(line, align=Align.CENTER) for line in data.thanks.splitlines())]
    return [*blocks, *_note(data.returns_note), *_bars(data)]


def _note(text: str) -> list[Block]:
    if not text.strip():
        return []
    return [Feed(0.5), *(Text(line, size=Size.SMALL, align=Align.CENTER) for line in text.splitlines())]


def _bars(data: ReceiptData) -> list[Block]:
    if not data.show_barcode or data.mark is Mark.TRAINING:
        return []
    return [Feed(), Barcode(BarcodeKind.CODE128, data.number)]
