"""Parts of a demo sale that need no state: tenders, card lines, and what of it goes back with a return."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from typing import Any

from app.checkout.basket import GIFT_CARD_SKU
from app.checkout.model import CardOnLine, Item, Line, ReturnOfLine, Tender, TenderKind
from app.checkout.rows import ReturnedShare
from app.demo.ledger import Card
from app.demo.people import Person
from app.demo.ringing import Rung
from app.pricing.model import LineKind, PricedProduct
from app.pricing.returns import SoldLine, refund_part
from db.queries import sales_write as write

ACCOUNT_COLUMN = [name.strip() for name in write.LINE.split(",")].index("value_account_id")


@dataclass(frozen=True, slots=True)
class Sold:
    """What a later return needs to know."""

    sale_id: int
    line_ids: tuple[int, ...]
    rung: Rung
    person: Person | None
    register: int
    tender: TenderKind
    points: int
    redemptions: tuple[tuple[int, Any], ...]  # (id, Use)
    card: Card | None = None


def hash_hex(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def card_line(face: int, number: int) -> Line:
    product = PricedProduct(0, GIFT_CARD_SKU, face, "Gift card", discountable=False)
    return Line(number, Item(product, kind="service"), 1000, LineKind.GIFT_CARD, card=CardOnLine())


def of_card(card: Card) -> Tender:
    kind = TenderKind.VOUCHER if card.kind == "voucher" else TenderKind.GIFT_CARD
    return Tender(kind, None, card.id, card.shown, card.balance)


def handed(rng: random.Random, due: int) -> int | None:
    """What a customer puts on the counter: the exact coins, or notes that cover it."""
    if rng.random() < 0.25:
        return None
    note = next((note for note in (500, 1000, 2000, 5000, 10_000) if note >= due), 0)
    return note or -(-due // 5000) * 5000


def return_line(sold: Sold, place: int, number: int) -> Line:
    """The whole of a sold line on its way back, at what it was sold for."""
    line, one = sold.rung.basket.lines[place], sold.rung.priced.lines[place]
    part = refund_part(SoldLine.of(one), 0, one.quantity_milli)
    back = ReturnOfLine(sold.sale_id, sold.line_ids[place], part.amounts, "Changed their mind")
    return Line(number, line.item, -one.quantity_milli, line.kind, price_minor=one.unit_price_minor, returns=back)


def shares_of(sold: Sold, place: int) -> list[ReturnedShare]:
    found = []
    for line, entry, minor in sold.rung.shares:
        if line == place and minor:
            row = sold.rung.trail.rows[entry]
            found.append(
                ReturnedShare(
                    row["kind"], row["name"], row.get("promotion_id"), row.get("promotion_version"),
                    row.get("code_id"), row.get("code_shown", ""), minor,
                )
            )  # fmt: skip
    return found
