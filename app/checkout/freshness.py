"""The customer of a basket as they are at the moment of booking: what prices depend on may have changed since."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from app.checkout.model import OpenBasket
from app.errors import NotFound
from app.pricing.model import PriceGroup
from db.queries import checkout_reads as reads


def fresh_customer(basket: OpenBasket, steps: reads.CustomerSteps) -> tuple[OpenBasket, bool]:
    """The basket with the customer's facts of now. Uses are left alone: claiming counts them. Raises NotFound."""
    panel = basket.customer
    assert panel is not None  # noqa: S101 - asked for by id of this panel
    if not steps.person.rows or steps.person.rows[0][3] is not None:
        raise NotFound("This customer was erased meanwhile. Take the customer off the sale.")
    row = steps.person.rows[0]
    before = panel.facts
    group = None
    if row[5] is not None:
        group = before.price_group
        if group is None or (group.id, group.percent) != (row[5], Decimal(row[7])):
            group = PriceGroup(row[5], row[6], Decimal(row[7]))
    fresh = replace(
        before,
        groups=frozenset(found[0] for found in steps.groups.rows),
        segments=frozenset(found[0] for found in steps.segments.rows),
        price_group=group,
        tier=row[4] or "",
        birth_month=row[2],
        visits=before.visits if bool(before.visits) == bool(row[8]) else row[8],  # only the first purchase matters
    )
    if fresh == before:
        return basket, False
    return replace(basket, customer=replace(panel, facts=fresh)), True
