"""Reading promotions for the till: the catalogue, uses so far, a customer's uses, codes as entered, offers."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app import codes
from app.coupons.model import FoundCode, Offer, as_found, basket_text
from app.errors import DomainError
from app.pricing.catalogue import Catalogue
from app.pricing.eligibility import Circumstances, Moment, normal_code, why_not
from app.pricing.model import CustomerFacts, PricingSettings, PriorUse, UsageFacts
from app.pricing.promotion import Promotion
from app.pricing.serialize import promotion_from_dict
from db.queries import campaigns, coupon_codes, coupon_uses, promotions
from db.uow import UnitOfWork

log = logging.getLogger(__name__)

# Automatic promotions over for longer than this cannot matter to a till whose clock is a little off.
_GRACE = timedelta(days=2)
MOST_OFFERS = 40


@dataclass(frozen=True)
class LoadedCatalogue:
    """`stamp` changes with every edit; a till that holds another one loads again."""

    catalogue: Catalogue
    stamp: str
    unreadable: tuple[int, ...] = ()  # ids of promotions written by a newer version: they do not count


def stamp(uow: UnitOfWork) -> str:
    """A cheap question: has any promotion changed since the catalogue with this stamp was loaded?"""
    return promotions.catalogue_stamp(uow.connection)


def load(uow: UnitOfWork, today: date) -> LoadedCatalogue:
    """The stamp is read first, so a change in between is met at the next look."""
    now = promotions.catalogue_stamp(uow.connection)
    readable, unreadable = [], []
    for row in promotions.definitions(uow.connection, valid_on=today - _GRACE):
        try:
            readable.append(_read_once(row))
        except DomainError as error:
            log.warning("promotion %s left out: %s", row.id, error)
            unreadable.append(row.id)
    return LoadedCatalogue(Catalogue(readable), now, tuple(unreadable))


def read(definition: Mapping[str, object], promotion_id: int, version: int, *, active: bool = True) -> Promotion:
    """The stored definition under the row's own id, version and switch; raises InvalidInput when it cannot be read."""
    on = active and definition.get("active", True) is True
    return promotion_from_dict({**definition, "id": promotion_id, "version": version, "active": on})


# Reading ten thousand definitions takes two seconds, comparing them a hundredth of that. A till reads its catalogue
# again after every edit anywhere in the shop, so what did not change is kept, by id with the row it was made from.
_read_before: dict[int, tuple[Mapping[str, object], int, bool, Promotion]] = {}
_MOST_KEPT = 50_000


def _read_once(row: promotions.StoredPromotion) -> Promotion:
    kept = _read_before.get(row.id)
    if kept is not None and kept[1] == row.version and kept[2] == row.active and kept[0] == row.definition:
        return kept[3]
    promotion = read(row.definition, row.id, row.version, active=row.active)
    if len(_read_before) >= _MOST_KEPT:
        _read_before.clear()
    _read_before[row.id] = (row.definition, row.version, row.active, promotion)
    return promotion


def usage(uow: UnitOfWork) -> UsageFacts:
    """Uses and spend so far of all that is limited; the sale's transaction checks them again."""
    return UsageFacts(
        uses=coupon_uses.uses_so_far(uow.connection), budget_spent_minor=campaigns.spent_so_far(uow.connection)
    )


def prior_uses(
    uow: UnitOfWork, customer_id: int, settings: PricingSettings
) -> tuple[dict[int, PriorUse], dict[str, PriorUse]]:
    """What this customer used so far, by promotion and by code, for CustomerFacts."""
    by_promotion: dict[int, PriorUse] = {}
    by_code: dict[str, PriorUse] = {}
    rows = coupon_uses.customer_uses(uow.connection, customer_id)
    shared = {
        row.id: row.shared_code
        for found in coupon_codes.shared_codes(uow.connection, sorted({row.promotion_id for row in rows})).values()
        for row in found
    }
    for row in rows:
        prior = PriorUse(row.uses, row.last_invoice)
        if row.code_id == coupon_uses.WHOLE_PROMOTION:
            by_promotion[row.promotion_id] = prior
        else:
            by_code[normal_code(basket_text(row.code_id, shared.get(row.code_id)), settings)] = prior
    return by_promotion, by_code


def find(uow: UnitOfWork, text: str, *, case_sensitive: bool = False) -> FoundCode | None:
    """The code as typed or scanned, None when no coupon has it."""
    code_hash = codes.hash_of(text)
    row = coupon_codes.code_by_hash(uow.connection, code_hash) if code_hash else None
    if row is None:
        return None
    if case_sensitive and row.shared_code is not None and row.shared_code != text.strip():
        return None
    return as_found(row)


def find_by_id(uow: UnitOfWork, code_id: int) -> FoundCode | None:
    """A code picked from a customer's list instead of scanned."""
    row = coupon_codes.code_by_id(uow.connection, code_id)
    return None if row is None else as_found(row)


def offers(
    uow: UnitOfWork,
    catalogue: Catalogue,
    customer: CustomerFacts,
    *,
    now: datetime,
    settings: PricingSettings,
    outlet_id: int | None = None,
    usage_facts: UsageFacts | None = None,
) -> tuple[Offer, ...]:
    """Coupons this customer could use now, whatever is in the basket: issued to them first, then for people like
    them, then for everyone. At most MOST_OFFERS."""
    moment = Moment.of(now, settings)
    around = Circumstances(moment, outlet_id, customer, usage_facts or UsageFacts(), settings)
    found: list[Offer] = []
    for row in coupon_codes.codes_of_customer(uow.connection, customer.id, today=moment.day, limit=MOST_OFFERS):
        promotion = catalogue.by_id(row.promotion_id)
        code = as_found(row)
        if promotion is not None and why_not(promotion, code.entered, around) is None:
            found.append(Offer(code, promotion.name, True, row.expires_on or promotion.schedule.valid_to))
    shared = [p for p in catalogue.promotions if p.codes and p.active and why_not(p, None, around) is None]
    shared.sort(key=lambda promotion: not promotion.audience.needs_customer)
    shared = shared[: max(0, MOST_OFFERS - len(found))]
    rows = coupon_codes.shared_codes(uow.connection, [promotion.id for promotion in shared])
    for promotion in shared:
        for row in rows.get(promotion.id, [])[:1]:
            code = as_found(row)
            if why_not(promotion, code.entered, around) is None:
                personal = promotion.audience.needs_customer
                found.append(Offer(code, promotion.name, personal, row.expires_on or promotion.schedule.valid_to))
    return tuple(found)
