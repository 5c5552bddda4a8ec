"""The customer's running figures, as a sale changes them (customer_stats and its month, outlet, categories)."""

from __future__ import annotations

from app.checkout.model import OpenBasket
from app.checkout.rows import Head
from app.pricing.model import LineKind, PricedBasket
from db.queries import sales_write as write
from db.queries.sales_batch import Batch


def count_customer(
    batch: Batch, customer_id: int, outlet_id: int, head: Head, basket: OpenBasket, priced: PricedBasket, spend: int
) -> None:
    """A return is no visit. `spend`: the sale's total less the card value sold."""
    visit = 0 if head.kind == "return" else 1
    paid: dict[int, list[int]] = {}
    for line, one in zip(basket.lines, priced.lines, strict=True):
        if line.kind is not LineKind.PRODUCT:
            continue
        amount = one.net_minor + (0 if priced.prices_include_tax else one.tax_minor)
        figures = paid.setdefault(line.item.category_id or 0, [0, 0, 0])
        figures[0] |= line.returns is None
        figures[1] += line.quantity_milli
        figures[2] += amount
    discount = priced.discount_minor
    with_coupon = int(bool(visit) and any(entry.code for entry in priced.applied))
    month = head.business_date.year * 100 + head.business_date.month
    write.count_visit(batch, (customer_id, head.at, head.at, visit, spend, discount, with_coupon))
    write.count_month(batch, (customer_id, month, visit, spend))
    write.count_outlet(batch, (customer_id, outlet_id, visit, spend))
    write.count_categories(
        batch,
        [
            (customer_id, category, figures[0], figures[1], figures[2], head.at)
            for category, figures in sorted(paid.items())
        ],
    )
