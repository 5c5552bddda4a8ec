"""The catalogue in memory: a scan at the till is answered without a query.

Built off the GUI thread by CatalogService.till_catalogue, replaced as a whole when its version is old.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from app.catalog.model import CategoryNode, ProductKind, gtin_candidates
from app.pricing.model import PricedProduct, PriceGroup, TaxClass


@dataclass(frozen=True, slots=True)
class TillProduct:
    """What the till needs of one product; `facts` is what pricing is told."""

    facts: PricedProduct
    kind: ProductKind
    category_id: int | None
    category: str
    brand: str
    tax_class_id: int | None
    tax_percent: Decimal
    cost_minor: int | None
    active: bool
    has_picture: bool

    @property
    def id(self) -> int:
        return self.facts.id

    @property
    def sku(self) -> str:
        return self.facts.sku

    @property
    def name(self) -> str:
        return self.facts.name

    @property
    def price_minor(self) -> int:
        return self.facts.price_minor


@dataclass(frozen=True, slots=True)
class CodeMatch:
    """A product that answers to a code. `pack_milli`: what one scan sells. `by`: barcode, sku, supplier, maker."""

    product: TillProduct
    pack_milli: int
    by: str


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A stored barcode."""

    product_id: int
    code: str
    gtin14: str | None
    pack_milli: int


class TillCatalogue:
    """One version of everything sellable. Immutable; safe to share between threads."""

    def __init__(
        self,
        version: int,
        products: Iterable[TillProduct],
        codes: Iterable[CodeRow],
        *,
        other_codes: Iterable[tuple[int, str, str]] = (),
        categories: Iterable[CategoryNode] = (),
        tax_classes: Mapping[int, TaxClass] | None = None,
        price_groups: Mapping[int, PriceGroup] | None = None,
    ) -> None:
        """`other_codes`: (product id, "supplier" or "maker", code), which need not be unique."""
        self.version = version
        self.categories: Mapping[int, CategoryNode] = MappingProxyType({node.id: node for node in categories})
        self.tax_classes: Mapping[int, TaxClass] = MappingProxyType(dict(tax_classes or {}))
        self.price_groups: Mapping[int, PriceGroup] = MappingProxyType(dict(price_groups or {}))
        self._products = {product.id: product for product in products}
        self._skus = {product.sku.casefold(): product for product in self._products.values()}
        # Plain tuples of numbers: Python's collector leaves them alone, and there are tens of thousands.
        self._codes: dict[str, tuple[int, int]] = {}  # folded code: product id, pack
        self._gtins: dict[str, tuple[int, int]] = {}
        for row in codes:
            if row.product_id in self._products:
                sold = (row.product_id, row.pack_milli)
                self._codes[row.code.casefold()] = sold
                if row.gtin14:
                    self._gtins[row.gtin14] = sold
        self._others: dict[str, tuple[tuple[int, str], ...]] = {}  # folded code: product id, by
        for product_id, by, code in other_codes:
            if product_id in self._products:
                folded = code.casefold()
                self._others[folded] = (*self._others.get(folded, ()), (product_id, by))

    def __len__(self) -> int:
        return len(self._products)

    def by_id(self, product_id: int) -> TillProduct | None:
        return self._products.get(product_id)

    def products(self) -> Iterable[TillProduct]:
        return self._products.values()

    def find(self, code: str) -> CodeMatch | None:
        """The one product this code names; None when unknown, or when `matches` names several."""
        found = self.matches(code)
        return found[0] if len(found) == 1 else None

    def matches(self, code: str) -> tuple[CodeMatch, ...]:
        """Products that answer to exactly this code: barcode, then SKU, then supplier's and maker's number.

        Never the nearest match. Leading zeros, UPC-A, UPC-E and GTIN-14 of one article are the same code; letter
        case does not count. Several rows only when several products share a supplier's or maker's number.
        """
        text = code.strip()
        if not text or len(text) > 100:
            return ()
        sold = self._codes.get(text.casefold()) or self._by_gtin(text)
        if sold is not None:
            return (self._by_barcode(sold),)
        by_sku = self._skus.get(text.casefold())
        if by_sku is not None:
            return (CodeMatch(by_sku, 1000, "sku"),)
        others = dict(self._others.get(text.casefold(), ()))  # one product's numbers may be the same
        return tuple(CodeMatch(self._products[product_id], 1000, by) for product_id, by in others.items())

    def by_gtin14(self, gtin14: str) -> CodeMatch | None:
        sold = self._gtins.get(gtin14)
        return self._by_barcode(sold) if sold else None

    def _by_barcode(self, sold: tuple[int, int]) -> CodeMatch:
        product_id, pack_milli = sold
        return CodeMatch(self._products[product_id], pack_milli, "barcode")

    def _by_gtin(self, text: str) -> tuple[int, int] | None:
        for candidate in gtin_candidates(text):
            found = self._gtins.get(candidate)
            if found is not None:
                return found
        return None
