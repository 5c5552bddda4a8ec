"""What a promotion may name, with the names people know it by: for the editor and for its sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.pricing.promotion import Promotion, Selection
from db.queries import promotion_options
from db.uow import UnitOfWork

Named = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Options:
    """(id, name) pairs by name. `products` holds those that were asked for: there may be 20,000.

    `retired`: ids by kind of what is out of use. It keeps its name for promotions that were made for it.
    """

    categories: Named = ()
    brands: Named = ()
    segments: Named = ()
    groups: Named = ()
    price_groups: Named = ()
    outlets: Named = ()
    tiers: Named = ()
    tags: tuple[str, ...] = ()
    products: Mapping[int, str] = field(default_factory=dict)
    retired: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def offered(self, kind: str) -> Named:
        """Those of `kind` that a promotion can newly be for."""
        listed: Named = getattr(self, kind)
        return tuple((found, name) for found, name in listed if not self.is_retired(kind, found))

    def is_retired(self, kind: str, wanted: int) -> bool:
        return wanted in self.retired.get(kind, ())

    def name(self, kind: str, wanted: int) -> str:
        """The name of one of `kind` ("categories", "products", …); "" for one that is gone."""
        if kind == "products":
            return self.products.get(wanted, "")
        listed: Named = getattr(self, kind)
        return next((name for found, name in listed if found == wanted), "")


def load(uow: UnitOfWork, promotions: tuple[Promotion, ...] = ()) -> Options:
    """Everything there is to choose from, and the names of the products that these promotions name."""
    ids = sorted({product for promotion in promotions for product in _products(promotion)})
    listed = {name: tuple(rows) for name, rows in promotion_options.options(uow.connection).items()}
    return Options(
        **listed,
        tags=tuple(promotion_options.product_tags(uow.connection)),
        products=promotion_options.product_names(uow.connection, ids) if ids else {},
        retired=promotion_options.retired(uow.connection),
    )


def _products(promotion: Promotion) -> set[int]:
    targets = [promotion.targets, promotion.conditions.targets]
    if promotion.deal is not None:
        targets += [promotion.deal.buy, promotion.deal.get]
    selections: list[Selection] = [part for target in targets for part in (target.include, target.exclude)]
    return {product for selection in selections for product in selection.products}
