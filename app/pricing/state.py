"""The basket while it is being priced: its lines, found by product, and what has been applied so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.money import split_minor
from app.pricing.lines import Cut, WorkLine
from app.pricing.model import ManualDiscount, PricingSettings
from app.pricing.numbers import Exact, divide, ratio, round_exact
from app.pricing.promotion import ALL_CLASSES, Basis, Promotion, Selection, Target


@dataclass(slots=True)
class AppliedPromotion:
    promotion: Promotion
    code: str
    shares: dict[int, Exact]  # by place of the line in the basket


class WorkBasket:
    """All lines, with what conditions ask of them remembered between promotions."""

    def __init__(self, lines: list[WorkLine], settings: PricingSettings) -> None:
        self.lines = lines
        self.settings = settings
        # Not in scan order: where an odd cent falls must not depend on what was scanned first.
        by_kind = sorted(lines, key=lambda line: line.order)
        self.receiving = [line for line in by_kind if line.eligible]
        self.counting = [line for line in by_kind if line.counts]
        self._receiving = ProductIndex(self.receiving)
        self._counting = ProductIndex(self.counting)
        self.applied: list[AppliedPromotion] = []
        self.used_ids: dict[int, int] = {}
        self.all_combine = True  # so far nothing applied refuses company: the usual case, and the quick one
        self.budget_spent: dict[str, int] = {}
        self.budget_uses: dict[str, int] = {}
        self._worth: dict[Basis, int] = {}

    def note(self, applied: AppliedPromotion) -> None:
        promotion = applied.promotion
        self.applied.append(applied)
        self.used_ids[promotion.id] = self.used_ids.get(promotion.id, 0) + 1
        self.all_combine = self.all_combine and promotion.combines_with == ALL_CLASSES

    def receiving_in(self, target: Target) -> list[WorkLine]:
        """Lines of the target that may be discounted."""
        return self._receiving.in_target(target)

    def counting_in(self, target: Target) -> list[WorkLine]:
        """Lines of the target that count toward conditions."""
        return self._counting.in_target(target)

    def worth(self, lines: Iterable[WorkLine], basis: Basis, *, after: bool) -> int:
        """What the lines come to in the terms of `basis`, tax rounded as the receipt would show it."""
        inclusive = self.settings.prices_include_tax
        if basis is Basis.AS_PRICED or (basis is Basis.GROSS) is inclusive:
            return round_exact(sum(line.remaining if after else line.gross for line in lines))
        by_factor: dict[tuple[int, int], Exact] = {}
        for line in lines:
            key = line.factor.as_integer_ratio()
            by_factor[key] = by_factor.get(key, 0) + (line.remaining if after else line.gross)
        return sum(
            round_exact(divide(value * above, below) if basis is Basis.GROSS else divide(value * below, above))
            for (above, below), value in by_factor.items()
        )

    def basket_worth(self, basis: Basis) -> int:
        """The whole basket before discounts."""
        if basis not in self._worth:
            self._worth[basis] = self.worth(self.counting, basis, after=False)
        return self._worth[basis]


class ProductIndex:
    """Lines by what their products are, so that a target finds its lines without asking each."""

    def __init__(self, lines: list[WorkLine]) -> None:
        self._lines = lines
        self._by: dict[str, dict[int | str, list[WorkLine]]] = {"product": {}, "category": {}, "brand": {}, "tag": {}}
        self._found: dict[int, tuple[Target, list[WorkLine]]] = {}
        for line in lines:
            product = line.source.product
            self._by["product"].setdefault(product.id, []).append(line)
            for category in product.category_path:
                self._by["category"].setdefault(category, []).append(line)
            if product.brand_id is not None:
                self._by["brand"].setdefault(product.brand_id, []).append(line)
            for tag in product.tags:
                self._by["tag"].setdefault(tag, []).append(line)

    def in_target(self, target: Target) -> list[WorkLine]:
        """The lines of the target, by SKU."""
        if target.is_everything:
            return self._lines
        known = self._found.get(id(target))  # the target is kept beside its lines, so its id stays its own
        if known is None:
            known = self._found[id(target)] = (target, self._look_up(target))
        return known[1]

    def _look_up(self, target: Target) -> list[WorkLine]:
        if target.include.is_empty:
            found = [self._lines]
        else:
            found = self._lists(target.include)
        if len(found) < 2 and target.exclude.is_empty:  # most targets are one aisle or one product
            return found[0] if found else []
        places = _places(found)
        if places and not target.exclude.is_empty:
            places -= _places(self._lists(target.exclude))
        if not places:
            return []
        return [line for line in self._lines if line.place in places]

    def _lists(self, selection: Selection) -> list[list[WorkLine]]:
        """For each product, category, brand and tag of the selection that the basket has, its lines."""
        found: list[list[WorkLine]] = []
        sides: tuple[tuple[str, frozenset[int] | frozenset[str]], ...] = (
            ("product", selection.products),
            ("category", selection.categories),
            ("brand", selection.brands),
            ("tag", selection.tags),
        )
        for side, wanted in sides:
            if wanted:
                by = self._by[side]
                found.extend(by[key] for key in by.keys() & wanted)
        return found


def _places(lists: Iterable[list[WorkLine]]) -> set[int]:
    return {line.place for lines in lists for line in lines}


def take_manual(basket: WorkBasket, discounts: Iterable[ManualDiscount]) -> None:
    """Discounts by hand come first: those of each line, then those of the basket spread by what is left."""
    for line in basket.receiving:
        if line.source.discount is not None:
            _take_by_hand(line, _amount_of(line.source.discount, line.remaining))
    for discount in discounts:
        values = [int(line.remaining) for line in basket.receiving]
        amount = _amount_of(discount, sum(values))
        if amount:
            for line, share in zip(basket.receiving, split_minor(amount, values), strict=True):
                _take_by_hand(line, share)


def _amount_of(discount: ManualDiscount, value: Exact) -> int:
    """Never more than is left."""
    if discount.percent is not None:
        return round_exact(value * ratio(discount.percent))
    return min(discount.amount_minor or 0, int(value))


def _take_by_hand(line: WorkLine, amount: int) -> None:
    line.manual += amount
    line.take(amount, Cut(line, 1, amount))
