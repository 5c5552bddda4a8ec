"""What was asked, as a hash: a request id that comes back with other content is a defect, never booked (V6). Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from app import codes
from app.checkout.model import Line, OpenBasket, Tender, TillContext


def request_hash(context: TillContext, basket: OpenBasket, tenders: Sequence[Tender]) -> str:
    """Hex SHA-256 of what will be booked: lines, coupons, discounts, customer, tenders, register."""
    content = {
        "register": context.register_id,
        "customer": basket.customer_id,
        "lines": [_line(line) for line in basket.lines],
        "coupons": [coupon.entered.text for coupon in basket.coupons],
        "discounts": [_discount(discount) for discount in basket.discounts],
        "tenders": [
            [tender.kind.value, tender.amount_minor, tender.account_id, tender.reference] for tender in tenders
        ],
    }
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _line(line: Line) -> list[Any]:
    return [
        line.item.product.id,
        line.kind.value,
        line.quantity_milli,
        line.item.product.price_minor,
        line.price_minor,
        None if line.discount is None else _discount(line.discount),
        None if line.returns is None else line.returns.sale_line_id,
        None if line.card is None else [line.card.account_id, line.card.customer_id, _number(line.card.code)],
    ]


def _number(code: str) -> str:
    """Which printed card it is: another number is another sale."""
    return codes.hash_of(code) if code else ""


def _discount(discount: Any) -> list[Any]:
    percent = None if discount.percent is None else str(discount.percent)
    return [discount.amount_minor, percent, discount.reason]
