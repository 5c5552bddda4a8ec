"""Finding and saving products, off the GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from app.catalog.model import CategoryNode, ProductCard, ProductDraft, ProductHit, QuickPage, QuickTile, TaxClassRow
from app.catalog.till import TillProduct
from app.checkout.facts import TillFacts
from app.errors import InvalidInput
from app.money import Money
from app.staff.model import Actor
from ui.shared.error_text import sentence
from ui.shared.format import Formats
from ui.shared.jobs import Jobs

_MOST_FOUND = 300
TILES_A_PAGE = 20


class Catalog(Protocol):
    """app.catalog.service.CatalogService, as far as this page goes."""

    def search(self, question: str, *, limit: int = 20, only_active: bool = True) -> tuple[ProductHit, ...]: ...
    def product(self, product_id: int) -> ProductCard: ...
    def categories(self) -> tuple[CategoryNode, ...]: ...
    def tax_classes(self) -> tuple[TaxClassRow, ...]: ...
    def quick_pages(self, outlet_id: int | None = None) -> tuple[QuickPage, ...]: ...
    def create(self, draft: ProductDraft, *, by: Actor) -> ProductCard: ...
    def edit(self, product_id: int, draft: ProductDraft, *, by: Actor) -> ProductCard: ...
    def save_quick_page(
        self,
        name: str,
        tiles: Sequence[QuickTile],
        *,
        page_id: int | None = None,
        outlet_id: int | None = None,
        position: int = 0,
        by: Actor,
    ) -> int: ...


class Facts(Protocol):
    def facts(self, *, fresh: bool = False) -> TillFacts: ...


@dataclass(frozen=True, slots=True)
class ProductRow:
    product_id: int
    sku: str
    name: str
    category: str
    kind: str
    price: Money
    active: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers, and the product it is about (None: a new one)."""

    card: ProductCard | None
    categories: tuple[CategoryNode, ...]
    taxes: tuple[TaxClassRow, ...]
    pages: tuple[QuickPage, ...]
    barcode: str = ""


class ProductsPresenter(QObject):
    listed = Signal(object)  # list[ProductRow]
    form_ready = Signal(object)  # Choices
    saved = Signal(str)  # what was saved, in a sentence
    refused = Signal(str, str)  # sentence, field it is about or ""

    def __init__(
        self,
        catalog: Catalog,
        facts: Facts,
        actor: Actor,
        outlet_id: int,
        formats: Formats,
        reads: Jobs,
        writes: Jobs,
    ) -> None:
        super().__init__()
        self._catalog, self._facts, self._actor, self._outlet_id = catalog, facts, actor, outlet_id
        self._formats, self._reads, self._writes = formats, reads, writes
        self._asked = 0
        self._typed = ""

    def search(self, typed: str) -> None:
        """Products that match; all of them by name when nothing is typed."""
        self._asked += 1
        self._typed = typed
        asked, catalog, facts = self._asked, self._catalog, self._facts

        def work() -> tuple[int, list[ProductRow]]:
            if typed.strip():
                hits = catalog.search(typed, limit=_MOST_FOUND, only_active=False)
                return asked, [
                    ProductRow(one.id, one.sku, one.name, one.category, one.kind.value, one.price, one.active)
                    for one in hits
                ]
            products = facts.facts(fresh=True).products.products()
            return asked, sorted((self._row(one) for one in products), key=lambda row: row.name.casefold())

        self._reads.start(work, self._on_listed, self._on_failed)

    def _row(self, one: TillProduct) -> ProductRow:
        price = Money(one.price_minor, self._formats.currency)
        return ProductRow(one.id, one.sku, one.name, one.category, one.kind.value, price, one.active)

    def _on_listed(self, answer: tuple[int, list[ProductRow]]) -> None:
        if answer[0] == self._asked:
            self.listed.emit(answer[1])

    def open_form(self, product_id: int | None, barcode: str = "") -> None:
        catalog, outlet_id = self._catalog, self._outlet_id

        def work() -> Choices:
            card = catalog.product(product_id) if product_id is not None else None
            return Choices(card, catalog.categories(), catalog.tax_classes(), catalog.quick_pages(outlet_id), barcode)

        self._reads.start(work, self.form_ready.emit, self._on_failed, owner=self)

    def save(self, product_id: int | None, draft: ProductDraft, page: QuickPage | None) -> None:
        """Create or change; `page` also gets a tile for it when it has a place left."""
        catalog, actor = self._catalog, self._actor

        def work() -> tuple[str, bool]:
            if product_id is None:
                card = catalog.create(draft, by=actor)
            else:
                card = catalog.edit(product_id, draft, by=actor)
            return card.name, page is None or _add_tile(catalog, page, card, actor)

        self._writes.start(work, self._on_saved, self._on_failed)

    def _on_saved(self, answer: tuple[str, bool]) -> None:
        name, tiled = answer
        said = self.tr("{0} is saved.").format(name)
        if not tiled:
            said += " " + self.tr("That page of quick keys is full; choose another.")
        self.saved.emit(said)
        self.search(self._typed)

    def _on_failed(self, error: Exception) -> None:
        field = error.field if isinstance(error, InvalidInput) else ""
        self.refused.emit(sentence(error, self._formats), field)


def _add_tile(catalog: Catalog, page: QuickPage, card: ProductCard, actor: Actor) -> bool:
    """False when the page has no place left. A product that is on it already stays where it is."""
    if any(tile.product_id == card.id for tile in page.tiles):
        return True
    taken = {tile.position for tile in page.tiles}
    free = next((place for place in range(TILES_A_PAGE) if place not in taken), None)
    if free is None:
        return False
    tiles = [*page.tiles, QuickTile(free, card.name[:40], product_id=card.id)]
    catalog.save_quick_page(page.name, tiles, page_id=page.id or None, outlet_id=page.outlet_id, position=0, by=actor)
    return True
