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
    """(id, name) pairs by name. `products` holds those that were asked for: there may be 20,000."""

    categories: Named = ()
    brands: Named = ()
    segments: Named = ()
    groups: Named = ()
    price_groups: Named = ()
    outlets: Named = ()
    tiers: Named = ()
    tags: tuple[str, ...] = ()
    products: Mapping[int, str] = field(default_factory=dict)

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
    )


def _products(promotion: Promotion) -> set[int]:
    targets = [promotion.targets, promotion.conditions.targets]
    if promotion.deal is not None:
        targets += [promotion.deal.buy, promotion.deal.get]
    selections: list[Selection] = [part for target in targets for part in (target.include, target.exclude)]
    return {product for selection in selections for product in selection.products}
