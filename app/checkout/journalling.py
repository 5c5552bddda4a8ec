"""What the journal says of a sale, a void and a held basket: amounts, never codes or contact data. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.checkout.model import OpenBasket, Settlement, Struck
from app.checkout.rows import Head, Trail
from app.pricing.model import PricedBasket
from app.version import VERSION


def sale_body(
    head: Head, basket: OpenBasket, priced: PricedBasket, settlement: Settlement, trail: Trail, *, points: int,
    approved: Mapping[str, int] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Lines, tender amounts, discounts by hand with their approvers, what was struck before paying (V24, V25).
    `approved`: who approved what of a return, by the right it took (V29)."""
    body: dict[str, Any] = {
        "number": head.number_text,
        "version": VERSION,
        "currency": priced.currency,
        "total": settlement.total.minor,
        "subtotal": priced.subtotal_minor,
        "discount": priced.discount_minor,
        "tax": priced.tax_minor,
        "change": settlement.change.minor,
        "lines": [
            [line.item.product.sku, line.quantity_milli, one.unit_price_minor, one.net_minor]
            for line, one in zip(basket.lines, priced.lines, strict=True)
        ],
        "tenders": [[one.tender.kind.value, one.amount_minor] for one in settlement.taken],
    }
    by_hand = [
        [entry["kind"], entry["amount_minor"], entry["name"], entry.get("approver_id")]
        for entry in trail.rows
        if entry["kind"] != "promotion"
    ]
    optional = {
        "by_hand": by_hand,
        "struck": struck_body(basket.struck),
        "points": points,
        "original": head.original_sale_id,
        "approved": dict(approved or {}),
        "no_receipt": any(line.without_receipt for line in basket.lines),
    }
    return body | {name: value for name, value in optional.items() if value}


def void_body(basket: OpenBasket, priced: PricedBasket, reason: str) -> dict[str, Any]:
    return {
        "reason": reason,
        "version": VERSION,
        "currency": priced.currency,
        "total": priced.total_minor,
        "lines": [
            [line.item.product.sku, line.quantity_milli, one.unit_price_minor, one.net_minor]
            for line, one in zip(basket.lines, priced.lines, strict=True)
        ],
        "struck": struck_body(basket.struck),
    }


def struck_body(struck: Sequence[Struck]) -> list[list[Any]]:
    return [[one.name, one.quantity_milli, one.amount_minor] for one in struck]
