"""What people buy: baskets drawn once from what is popular at that part of the day, then rung up again and again."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass

from app.catalog.model import ProductKind
from app.catalog.till import TillCatalogue, TillProduct
from app.checkout.facts import item_of
from app.checkout.model import Line, PriceSource
from app.demo.goods import Good

DAYPARTS = ("morning", "lunch", "afternoon", "grocery", "festive")
_ELSEWHERE = 0.06  # how often something is bought outside its part of the day


@dataclass(frozen=True, slots=True)
class Template:
    """One basket's lines, ready to ring up."""

    id: int
    lines: tuple[Line, ...]


class Baskets:
    """`draw(daypart)`: one of the baskets of that part of the day."""

    def __init__(self, goods: Sequence[Good], till: TillCatalogue, sales: int, seed: int) -> None:
        self._rng = random.Random(f"baskets-{seed}")  # noqa: S311 - a demo, repeatable by design
        self._goods = goods
        self._till = till
        count = min(max(300, sales // 12), 6_000)
        shares = {"morning": 0.28, "lunch": 0.24, "afternoon": 0.18, "grocery": 0.24, "festive": 0.06}
        self._made: dict[str, list[Template]] = {}
        number = itertools.count(1)
        for daypart in DAYPARTS:
            products, weights = self._popular(daypart)
            self._made[daypart] = [
                Template(next(number), self._lines(daypart, products, weights))
                for _ in range(max(20, int(count * shares[daypart])))
            ]

    def draw(self, rng: random.Random, daypart: str) -> Template:
        """Skewed: the first baskets of a part of the day are the usual ones."""
        made = self._made[daypart]
        return made[int(len(made) * rng.random() ** 1.6)]

    def _popular(self, daypart: str) -> tuple[list[TillProduct], list[float]]:
        products, weights, total = [], [], 0.0
        for place, good in enumerate(self._goods, start=1):
            product = self._till.by_id(place)
            if product is None:
                continue
            weight = good.popularity * _likelihood(good, daypart)
            total += weight
            products.append(product)
            weights.append(total)
        return products, weights

    def _lines(self, daypart: str, products: list[TillProduct], weights: list[float]) -> tuple[Line, ...]:
        rng = self._rng
        most = {"morning": 4, "lunch": 5, "afternoon": 4, "grocery": 14, "festive": 18}[daypart]
        mean = {"morning": 1.9, "lunch": 2.2, "afternoon": 2.0, "grocery": 4.6, "festive": 6.0}[daypart]
        wanted = min(most, 1 + int(rng.expovariate(1 / (mean - 0.6))))
        chosen: dict[int, TillProduct] = {}
        for product in rng.choices(products, cum_weights=weights, k=wanted):
            chosen.setdefault(product.id, product)
        return tuple(_line(rng, number, product) for number, product in enumerate(chosen.values(), start=1))


def _likelihood(good: Good, daypart: str) -> float:
    if daypart == "festive":
        festive = ("Gifts", "Cellar", "Deli Counter/Cheese", "Pantry/Chocolate", "Deli Counter/Charcuterie")
        return 3.0 if good.category.startswith(festive) else 0.3
    return 1.0 if good.daypart == daypart else _ELSEWHERE


def _line(rng: random.Random, number: int, product: TillProduct) -> Line:
    item = item_of(product)
    if product.kind is ProductKind.WEIGHED:
        milli = 2 * round(min(1400, max(60, rng.gauss(230, 120))) / 2)
        return Line(number, item, milli)
    if product.kind is ProductKind.OPEN_PRICE:
        price = 500 * rng.randint(5, 24)
        return Line(number, item, 1000, price_minor=price, price_source=PriceSource.OPEN)
    pieces = rng.choices((1, 2, 3, 4, 6), (0.83, 0.12, 0.025, 0.015, 0.01))[0]
    return Line(number, item, pieces * 1000)
