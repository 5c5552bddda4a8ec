"""Pieces that several papers share."""

from __future__ import annotations

from app.paper.model import Mark, ShopHeader
from app.paper.words import Words
from hardware.protocols import Align, Block, Columns, Feed, Image, Rule, Size, Text


def header(shop: ShopHeader) -> list[Block]:
    blocks: list[Block] = []
    if shop.logo_png:
        blocks += [Image(shop.logo_png), Feed(0.5)]
    blocks.append(Text(shop.name, bold=True, size=Size.BIG, align=Align.CENTER, max_lines=3))
    for line in (*shop.lines, shop.phone, shop.tax_number):
        if line.strip():
            blocks.append(Text(line, align=Align.CENTER, max_lines=2))
    blocks.append(Feed())
    return blocks


def mark(kind: Mark, words: Words, copy_number: int = 0) -> list[Block]:
    """The mark between heavy rules, so that no copy passes for the original."""
    if kind is Mark.NONE:
        return []
    word, note = {
        Mark.DUPLICATE: (words.duplicate, words.copy.format(number=copy_number) if copy_number else ""),
        Mark.TRAINING: (words.training, words.training_note),
    }[kind]
    blocks: list[Block] = [Rule(heavy=True), Text(word, bold=True, size=Size.BIG, align=Align.CENTER)]
    if note:
        blocks.append(Text(note, align=Align.CENTER))
    return [*blocks, Rule(heavy=True)]


def small_pair(left: str, right: str) -> Columns:
    return Columns.pair(left, right, size=Size.SMALL)
