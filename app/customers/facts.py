"""What pricing is told of a customer, read in a handful of indexed queries."""

from __future__ import annotations

from typing import Any

from app.customers.model import CustomerUnknown
from app.pricing.model import CustomerFacts, PriceGroup, PriorUse
from db.queries import customers as queries


def read_facts(connection: Any, customer_id: int) -> CustomerFacts:
    """Facts for pricing. Uses per unique code come with the code when it is entered. Raises CustomerUnknown."""
    row = queries.by_id(connection, customer_id)
    if row is None or row.erased_at is not None:
        raise CustomerUnknown
    group = queries.price_group(connection, row.price_group_id) if row.price_group_id is not None else None
    stats = queries.stats(connection, customer_id)
    uses = queries.coupon_uses(connection, customer_id)
    return CustomerFacts(
        id=customer_id,
        groups=frozenset(found.id for found in queries.groups(connection, customer_id)),
        segments=frozenset(found.id for found in queries.segments(connection, customer_id)),
        price_group=PriceGroup(group.id, group.name, group.percent_off) if group else None,
        tier=row.tier or "",
        birth_month=row.birth_month,
        visits=stats.visits if stats else 0,
        prior_uses={
            use.promotion_id: PriorUse(use.use_count, use.last_invoice or "") for use in uses if use.code_id == 0
        },
    )
