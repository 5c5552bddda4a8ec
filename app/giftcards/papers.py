"""A card or voucher on paper, made in the back office; a sale's own cards are printed by app.outbox."""

from __future__ import annotations

from app.giftcards.model import ValueKind
from app.giftcards.service import Card
from app.paper.formats import Formats
from app.paper.model import Mark, ShopHeader, ValuePaper
from app.paper.value import value_paper
from app.shop.model import ShopInfo
from hardware.protocols import Document


def card_document(card: Card, code: str, info: ShopInfo) -> Document:
    """The paper to hand over. It shows the whole code: a copy is marked as one."""
    kind = card.voucher_type.value if card.voucher_type is not None else ValueKind.GIFT_CARD.value
    data = ValuePaper(
        shop=shop_header(info),
        kind=kind,
        code=code,
        value=card.balance,
        issued_at=card.issued_at,
        expires_on=card.expires_on,
        holder=card.customer_name,
        mark=Mark.DUPLICATE if card.print_count else Mark.NONE,
    )
    return value_paper(data, Formats(info.locale, info.time_zone))


def shop_header(info: ShopInfo) -> ShopHeader:
    return ShopHeader(info.name, tuple(info.address.splitlines()), info.phone, info.tax_number, info.logo_png)
