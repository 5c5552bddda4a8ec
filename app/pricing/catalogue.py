"""All promotions of one catalogue version, indexed by what can bring them into play.

Built once and shared: pricing then looks up the basket's products and entered codes and never walks the whole
list, so ten thousand idle coupons cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.pricing.model import Basket, BasketLine, CustomerFacts, LineKind, PricingSettings
from app.pricing.promotion import Kind, Pool, Promotion, Target

_Key = tuple[str, int | str]


class Catalogue:
    """Promotions in the order given, which settles ties of priority. Inactive ones answer to their codes only."""

    def __init__(self, promotions: Iterable[Promotion]) -> None:
        self.promotions: tuple[Promotion, ...] = tuple(promotions)
        self._place = {promotion.id: place for place, promotion in enumerate(self.promotions)}
        if len(self._place) != len(self.promotions):
            raise ValueError("two promotions have the same id")
        self._codes: dict[str, list[int]] = {}
        self._folded: dict[str, list[int]] = {}
        self._by_key: dict[_Key, list[int]] = {}
        for place, promotion in enumerate(self.promotions):
            self._index(place, promotion)

    def _index(self, place: int, promotion: Promotion) -> None:
        if promotion.by_code:
            for code in promotion.codes:
                self._codes.setdefault(code.strip(), []).append(place)
                folded = self._folded.setdefault(code.strip().casefold(), [])
                if place not in folded:
                    folded.append(place)
        elif promotion.active:
            for key in _triggers(promotion):
                self._by_key.setdefault(key, []).append(place)

    def by_id(self, promotion_id: int) -> Promotion | None:
        place = self._place.get(promotion_id)
        return None if place is None else self.promotions[place]

    def by_code(self, text: str, settings: PricingSettings) -> list[Promotion]:
        """What a shared code unlocks, in listed order; empty for an unknown code."""
        stripped = text.strip()
        if settings.codes_case_sensitive:
            places = self._codes.get(stripped, [])
        else:
            places = self._folded.get(stripped.casefold(), [])
        return [self.promotions[place] for place in places]

    def automatic(self, basket: Basket, customer: CustomerFacts | None) -> list[Promotion]:
        """Automatic promotions that this basket can bring into play, in listed order."""
        places: set[int] = set()
        by_key = self._by_key
        if by_key:
            for key in _keys(basket.lines, customer):
                found = by_key.get(key)
                if found is not None:
                    places.update(found)
        return [self.promotions[place] for place in sorted(places)]

    def rank(self, promotion: Promotion) -> tuple[int, int]:
        """Listed order: lower priority number first, then place."""
        return (promotion.priority, self._place[promotion.id])


def _triggers(promotion: Promotion) -> set[_Key]:
    """Under which keys to look for it. Something it discounts or asks for must be in the basket."""
    targets = [promotion.targets]
    if promotion.kind is Kind.BOGO and promotion.deal is not None:
        targets = [promotion.deal.buy]
        if promotion.deal.pool is Pool.SEPARATE:
            targets.append(promotion.deal.get)
    keys: set[_Key] = set()
    for target in targets:
        keys |= _target_keys(target)
    if ("order", 0) in keys and promotion.audience.customers:
        return {("customer", customer) for customer in promotion.audience.customers}
    return keys


def _target_keys(target: Target) -> set[_Key]:
    include = target.include
    if include.is_empty:
        return {("order", 0)}
    return {
        *(("product", product) for product in include.products),
        *(("category", category) for category in include.categories),
        *(("brand", brand) for brand in include.brands),
        *(("tag", tag) for tag in include.tags),
    }


def _keys(lines: Sequence[BasketLine], customer: CustomerFacts | None) -> set[_Key]:
    keys: set[_Key] = set()
    for line in lines:
        if line.returned is not None or line.kind is not LineKind.PRODUCT:
            continue
        product = line.product
        keys.add(("product", product.id))
        keys.update(("category", category) for category in product.category_path)
        keys.update(("tag", tag) for tag in product.tags)
        if product.brand_id is not None:
            keys.add(("brand", product.brand_id))
    if keys:
        keys.add(("order", 0))
        if customer is not None:
            keys.add(("customer", customer.id))
    return keys
