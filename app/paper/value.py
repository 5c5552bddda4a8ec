"""Papers that hold value: vouchers, gift cards and coupons, and the slip that tells a balance."""

from __future__ import annotations

from collections.abc import Sequence

from app.paper.formats import Formats
from app.paper.model import BalancePaper, CouponPaper, ValuePaper
from app.paper.parts import header, mark
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


def grouped(code: str) -> str:
    """In fours, as people read and type it: "7Q4K-0ZTM-…"; a code of another length stays whole."""
    if len(code) % 4 or len(code) < 8 or not code.isalnum():
        return code
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def value_paper(data: ValuePaper, formats: Formats, words: Words = ENGLISH) -> Document:
    """A voucher or gift card with its code to scan. It is money: reprinting it takes a permission elsewhere."""
    name = words.value(data.kind)
    blocks: list[Block] = [*header(data.shop), *mark(data.mark, words), Rule(heavy=True), Feed(0.5)]
    blocks.append(Text(name, bold=True, size=Size.TALL, align=Align.CENTER))
    if data.reloaded:
        blocks.append(Text(words.reloaded, align=Align.CENTER))
    blocks += [Feed(0.5), Text(formats.money(data.value), bold=True, size=Size.BIG, align=Align.CENTER), Feed(0.5)]
    if data.holder:
        blocks.append(Text(words.for_holder.format(name=data.holder), align=Align.CENTER, max_lines=2))
    if data.message.strip():
        blocks.append(Text(data.message, align=Align.CENTER, max_lines=10))
    blocks += [Feed(0.5), Barcode(BarcodeKind.CODE128, data.code, grouped(data.code)), Feed(0.5)]
    until = words.good_until.format(date=formats.date(data.expires_on)) if data.expires_on else words.no_expiry
    blocks += [
        Text(until, align=Align.CENTER),
        Text(words.issued.format(date=formats.moment(data.issued_at)), size=Size.SMALL, align=Align.CENTER),
        Text(words.keep_safe, size=Size.SMALL, align=Align.CENTER),
    ]
    if data.terms.strip():
        blocks.append(Text(data.terms, size=Size.SMALL, align=Align.CENTER))
    return Document((*blocks, Rule(heavy=True), Cut()), title=name, kind=_paper_kind(data.kind))


def _paper_kind(kind: str) -> str:
    return "gift_card" if kind == "gift_card" else "voucher"


def coupon_sheet(coupons: Sequence[CouponPaper], formats: Formats, words: Words = ENGLISH) -> Document:
    """Coupons one after the other, each cut off; a sheet of paper sets them side by side."""
    blocks: list[Block] = []
    for coupon in coupons:
        blocks += _coupon(coupon, formats, words)
        blocks.append(Cut())
    return Document(tuple(blocks), title=words.coupon, kind="coupons")


def _coupon(data: CouponPaper, formats: Formats, words: Words) -> list[Block]:
    kind = BarcodeKind.QR if data.as_qr else BarcodeKind.CODE128
    blocks: list[Block] = [
        Text(data.shop.name, align=Align.CENTER, max_lines=2),
        Feed(0.5),
        Text(data.headline, bold=True, size=Size.BIG, align=Align.CENTER, max_lines=4),
    ]
    if data.details.strip():
        blocks.append(Text(data.details, align=Align.CENTER, max_lines=6))
    blocks += [Feed(0.5), Barcode(kind, data.code, grouped(data.code))]
    validity = _validity(data, formats, words)
    if validity:
        blocks.append(Text(validity, size=Size.SMALL, align=Align.CENTER))
    return blocks


def _validity(data: CouponPaper, formats: Formats, words: Words) -> str:
    start = formats.date(data.valid_from) if data.valid_from else ""
    end = formats.date(data.valid_to) if data.valid_to else ""
    if start and end:
        return words.valid_between.format(start=start, end=end)
    if end:
        return words.good_until.format(date=end)
    return words.valid_from.format(start=start) if start else ""


def balance_slip(data: BalancePaper, formats: Formats, words: Words = ENGLISH) -> Document:
    """What a card holds; its number is masked, so the slip can be thrown away."""
    blocks: list[Block] = [*header(data.shop), Rule()]
    blocks.append(Columns.pair(f"{words.value(data.kind)} {data.shown}", formats.moment(data.at)))
    blocks.append(Columns.pair(words.balance, formats.money(data.balance), bold=True, size=Size.BIG))
    if data.expires_on:
        blocks.append(Text(words.good_until.format(date=formats.date(data.expires_on))))
    return Document((*blocks, Rule(), Cut()), title=words.balance, kind="balance")
