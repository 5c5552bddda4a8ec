"""The customers' running figures, as a sale changes them (customer_stats and its month, outlet, categories).

What goes out counts for the customer of the sale, what comes back for whoever bought it: a friend who brings goods
back, or takes others instead, neither loses nor gains by it. db.queries.doctor_figures works out the same from facts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.checkout.model import OpenBasket
from app.checkout.rows import Head
from app.pricing.model import LineKind, PricedBasket
from db.queries import sales_write as write
from db.queries.sales_batch import Batch


@dataclass(slots=True)
class _Figures:
    """What one customer's figures change by. A return is no visit; card value sold is no spend."""

    visits: int = 0
    spend: int = 0
    discount: int = 0
    with_coupon: int = 0
    categories: dict[int, list[int]] = field(default_factory=dict)  # visits, thousandths, spend


def count_customers(
    batch: Batch, head: Head, outlet_id: int, basket: OpenBasket, priced: PricedBasket, *, customer_id: int | None,
    buyer_id: int | None, rounding_minor: int,
) -> None:  # fmt: skip
    """`buyer_id`: whose sale comes back. `rounding_minor`, cash and tax, goes with what went out, if anything did."""
    found = _by_customer(basket, priced, customer_id, buyer_id, rounding_minor)
    for person in sorted(person for person in found if person is not None):  # in order: no two sales deadlock
        _write(batch, head, outlet_id, person, found[person])


def _by_customer(
    basket: OpenBasket, priced: PricedBasket, customer_id: int | None, buyer_id: int | None, rounding_minor: int
) -> dict[int | None, _Figures]:
    found: dict[int | None, _Figures] = {}
    for line, one in zip(basket.lines, priced.lines, strict=True):
        back = line.returns is not None
        figures = found.setdefault(buyer_id if back else customer_id, _Figures())
        figures.discount += one.discount_minor
        if line.kind is not LineKind.PRODUCT:
            continue
        amount = one.net_minor + (0 if priced.prices_include_tax else one.tax_minor)
        figures.spend += amount
        category = figures.categories.setdefault(line.item.category_id or 0, [0, 0, 0])
        category[0] |= not back
        category[1] += line.quantity_milli
        category[2] += amount
    if all(line.returns is not None for line in basket.lines):
        found.setdefault(buyer_id, _Figures()).spend += rounding_minor
        return found
    taking = found.setdefault(customer_id, _Figures())
    taking.visits = 1
    taking.spend += rounding_minor
    taking.with_coupon = int(any(entry.code for entry in priced.applied))
    return found


def _write(batch: Batch, head: Head, outlet_id: int, customer_id: int, figures: _Figures) -> None:
    visits, spend = figures.visits, figures.spend
    month = head.business_date.year * 100 + head.business_date.month
    write.count_visit(batch, (customer_id, head.at, head.at, visits, spend, figures.discount, figures.with_coupon))
    write.count_month(batch, (customer_id, month, visits, spend))
    write.count_outlet(batch, (customer_id, outlet_id, visits, spend))
    write.count_categories(
        batch,
        [
            (customer_id, category, counts[0], counts[1], counts[2], head.at)
            for category, counts in sorted(figures.categories.items())
        ],
    )
