"""Was each use of a promotion within its own terms? By the version in force at the time (V16).

What can be told from what is stored: period, weekday and hours, outlet, customer, the code's last day, the least amount
and the most it may take off. Groups, tiers and products' tags have no history, so nothing is concluded from them; where
a term can be measured in several ways the most generous one counts, for an alarm must be one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING
from typing import Any
from zoneinfo import ZoneInfo

from app.errors import InvalidInput
from app.pricing.eligibility import Moment, stands_at
from app.pricing.promotion import Basis, Kind, Promotion
from app.pricing.serialize import promotion_from_dict


@dataclass(frozen=True, slots=True)
class Use:
    """`goods_minor`: the products sold, before discounts, as priced; `lines` how many lines they were."""

    redemption_id: int
    promotion_id: int
    version: int
    used_at: datetime
    saved_minor: int
    sale_id: int
    outlet_id: int
    customer_id: int | None
    code_expires_on: date | None
    goods_minor: int
    lines: int


def uses_against_terms(
    versions: Iterable[tuple[int, int, Mapping[str, Any]]], uses: Iterable[Use], zone: str
) -> Iterator[dict[str, Any]]:
    """`versions`: promotion, version, definition."""
    wall = ZoneInfo(zone)
    terms: dict[tuple[int, int], Promotion] = {}
    for promotion_id, version, definition in versions:
        try:
            terms[promotion_id, version] = promotion_from_dict(definition)
        except InvalidInput as error:
            yield {"promotion_id": promotion_id, "version": version, "why": f"its definition cannot be read: {error}"}
    for use in uses:
        promotion = terms.get((use.promotion_id, use.version))
        if promotion is None:
            continue  # a rule of its own tells of versions that never were
        why = _why_not(promotion, use, wall)
        if why:
            yield {
                "redemption_id": use.redemption_id, "sale_id": use.sale_id, "promotion": promotion.name, "why": why,
            }  # fmt: skip


def _why_not(promotion: Promotion, use: Use, wall: ZoneInfo) -> str:
    local = use.used_at.astimezone(wall)
    audience = promotion.audience
    if not stands_at(promotion.schedule, Moment(local.date(), local.time())):
        return "outside its period, weekdays or hours"
    if use.code_expires_on is not None and local.date() > use.code_expires_on:
        return "with a code that had expired"
    if audience.outlets and use.outlet_id not in audience.outlets:
        return "at an outlet where it does not count"
    if use.customer_id is None and (audience.needs_customer or promotion.limits.needs_customer):
        return "without a customer"
    if audience.customers and use.customer_id not in audience.customers:
        return "by a customer it is not for"
    conditions = promotion.conditions
    if conditions.amount_basis is Basis.AS_PRICED and use.goods_minor < conditions.min_amount_minor:
        return "below its least amount"
    most = _most_off(promotion, use)
    if use.saved_minor > most:
        return f"for {use.saved_minor}, where {most} is the most it takes off"
    return ""


def _most_off(promotion: Promotion, use: Use) -> int:
    """The most it can have taken off these goods, in minor units."""
    bounds = []
    if promotion.max_discount_minor is not None and promotion.max_discount_basis is Basis.AS_PRICED:
        bounds.append(promotion.max_discount_minor)
    if promotion.kind is Kind.PERCENT:
        whole = (use.goods_minor * promotion.percent / 100).to_integral_value(ROUND_CEILING)
        bounds.append(int(whole) + use.lines)  # each line may be rounded by itself
    if promotion.kind is Kind.FIXED and promotion.value_basis is Basis.AS_PRICED and not promotion.per_line:
        bounds.append(promotion.amount_minor)
    bounds.append(use.goods_minor)
    return min(bounds)
