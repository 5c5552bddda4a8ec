"""The customer as the till shows them: facts for pricing, points, cards, coupons they could use, segments."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app.checkout.facts import TillFacts
from app.checkout.model import CardFact, CouponOffer, CustomerPanel
from app.clock import shop_date
from app.codes import mask
from app.coupons import catalogue as coupons
from app.customers.facts import read_facts
from app.errors import NotFound
from app.giftcards import ledger
from app.giftcards.model import is_expired
from app.money import Money
from db.queries import checkout_reads as reads
from db.queries import value_lists as lists
from db.queries.value_lists import AccountFilter
from db.uow import UnitOfWork

MOST_CARDS = 8


def read_panel(
    uow: UnitOfWork, facts: TillFacts, customer_id: int, now: datetime, outlet_id: int | None
) -> CustomerPanel:
    """Raises NotFound for an unknown or erased customer."""
    connection = uow.connection
    row = reads.customer_row(connection, customer_id)
    if row is None or row.erased_at is not None:
        raise NotFound("This customer is not in the shop any more. Search again.")
    pricing = read_facts(connection, customer_id)
    _by_promotion, by_code = coupons.prior_uses(uow, customer_id, facts.settings)
    pricing = replace(pricing, prior_code_uses=by_code)
    offers = coupons.offers(
        uow, facts.catalogue, pricing, now=now, settings=facts.settings, outlet_id=outlet_id, usage_facts=facts.usage
    )
    currency = facts.settings.currency
    points, value = reads.points_of(connection, customer_id, shop_date(now, facts.settings.time_zone))
    return CustomerPanel(
        customer_id=row.id,
        number=row.number,
        name=f"{row.first_name} {row.last_name}".strip() or row.number,
        tier=row.tier or "",
        points=points,
        point_value=Money(value, currency) if value else None,
        price_group=row.price_group or "",
        segments=tuple(reads.segment_names(connection, customer_id)),
        cards=_cards(uow, facts, customer_id, now),
        coupons=tuple(
            CouponOffer(offer.found.entered.text, offer.found.shown, offer.name, True, code_id=offer.found.code_id)
            for offer in offers
        ),
        facts=pricing,
        note=row.notes[:500],
    )


def _cards(uow: UnitOfWork, facts: TillFacts, customer_id: int, now: datetime) -> tuple[CardFact, ...]:
    """What could pay now: active, in date, not empty."""
    today = shop_date(now, facts.settings.time_zone)
    rows = lists.page(uow.connection, AccountFilter(customer_id=customer_id), today=today, after=None, limit=50)
    held = [ledger.as_of(uow, row.account, now) for row in rows]
    good = [
        one
        for one in held
        if one.status == "active"
        and one.available_minor > 0
        and (facts.policy.expired_redeemable or not is_expired(one.expires_on, today))
    ]
    return tuple(
        CardFact(
            one.id, one.kind, "Store credit" if one.kind == "store_credit" else mask(one.last_four),
            Money(one.available_minor, one.currency), one.expires_on,
        )
        for one in good[:MOST_CARDS]
    )  # fmt: skip
