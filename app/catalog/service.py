"""What people do with the catalogue: find a product, make one, change one, arrange categories and quick keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.catalog.model import Barcode as BarcodeValue
from app.catalog.model import (
    CategoryInUse,
    CategoryNode,
    CodeTaken,
    ProductCard,
    ProductDraft,
    ProductHit,
    ProductKind,
    ProductUnknown,
    QuickPage,
    QuickTile,
    TaxClassRow,
    checked,
    gtin14,
    search_text,
)
from app.catalog.snapshot import category_nodes, read_till_catalogue
from app.catalog.till import TillCatalogue
from app.clock import Clock
from app.errors import InvalidInput, NotFound
from app.folding import words_of
from app.money import Money
from app.permissions import Permission
from app.staff.model import Actor, require
from db.queries import catalog as queries
from db.uow import Database, UnitOfWork

TILES_A_PAGE = 20
FEWEST_RANKED = 60  # found before the best are chosen
MOST_PICTURE_BYTES = 2_000_000


class CatalogService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    # --- For the till ---------------------------------------------------------------------------------------------

    def till_catalogue(self, known: TillCatalogue | None = None) -> TillCatalogue:
        """Everything sellable, in memory; `known` itself when nothing changed since. Run it off the GUI thread."""
        with self._database.read() as uow:
            if known is not None and known.version == queries.version(uow.connection):
                return known
            return read_till_catalogue(uow.connection)

    def version(self) -> int:
        """Rises with every change of products, categories, taxes, price groups and quick keys."""
        with self._database.read() as uow:
            return queries.version(uow.connection)

    def quick_pages(self, outlet_id: int | None = None) -> tuple[QuickPage, ...]:
        """The pages of tiles that this outlet shows, in order."""
        with self._database.read() as uow:
            return _pages(queries.quick_keys(uow.connection, outlet_id))

    def picture(self, product_id: int) -> bytes | None:
        """The product's picture as PNG."""
        with self._database.read() as uow:
            return queries.picture(uow.connection, product_id)

    # --- Finding --------------------------------------------------------------------------------------------------

    def search(self, question: str, *, limit: int = 20, only_active: bool = True) -> tuple[ProductHit, ...]:
        """Products by name, SKU, brand or code as one types; best first. Nothing typed finds nothing."""
        words = words_of(question)
        if not words:
            return ()
        with self._database.read() as uow:
            found = queries.search(uow.connection, words, most=max(4 * limit, FEWEST_RANKED), only_active=only_active)
            currency = queries.currency(uow.connection)
        best = sorted(found, key=lambda row: _rank(row, words))[:limit]
        return tuple(_hit(row, currency) for row in best)

    def product(self, product_id: int) -> ProductCard:
        """Raises ProductUnknown."""
        with self._database.read() as uow:
            return card_of(uow, product_id)

    def categories(self) -> tuple[CategoryNode, ...]:
        """The tree, each parent before its children, children in the shop's order."""
        with self._database.read() as uow:
            return tuple(category_nodes(queries.categories(uow.connection)))

    def tax_classes(self, *, also: int | None = None) -> tuple[TaxClassRow, ...]:
        """Those in use, and `also` the one that a product has still."""
        with self._database.read() as uow:
            rows = queries.tax_rates(uow.connection)
        sums: dict[int, Decimal] = {}
        for row in rows:
            sums[row.id] = sums.get(row.id, Decimal(0)) + (row.percent or Decimal(0))
        kept = {row.id: row for row in rows if row.active or row.id == also}
        return tuple(TaxClassRow(key, row.code, row.name, sums[key]) for key, row in kept.items())

    # --- Changing -------------------------------------------------------------------------------------------------

    def create(self, draft: ProductDraft, *, by: Actor) -> ProductCard:
        """Raises NotPermitted, InvalidInput (with its field), CodeTaken."""
        require(by, Permission.PRODUCT_EDIT)
        draft = checked(draft)
        with self._database.write() as uow:
            card = put_product(uow, None, draft, self._clock.now())
            uow.commit()
        return card

    def edit(self, product_id: int, draft: ProductDraft, *, by: Actor) -> ProductCard:
        """Raises NotPermitted, InvalidInput (with its field), CodeTaken, ProductUnknown."""
        require(by, Permission.PRODUCT_EDIT)
        draft = checked(draft)
        with self._database.write() as uow:
            card = put_product(uow, product_id, draft, self._clock.now())
            uow.commit()
        return card

    def set_picture(self, product_id: int, png: bytes | None, *, by: Actor) -> None:
        """Raises NotPermitted, InvalidInput (no PNG, or more than 2 MB), ProductUnknown."""
        require(by, Permission.PRODUCT_EDIT)
        if png is not None and (len(png) > MOST_PICTURE_BYTES or not png.startswith(b"\x89PNG\r\n\x1a\n")):
            raise InvalidInput("A picture is a PNG of at most 2 MB.", field="picture")
        with self._database.write() as uow:
            values = {"picture_png": png, "updated_at": self._clock.now()}
            if not queries.change_product(uow.connection, product_id, values):
                raise ProductUnknown
            uow.commit()

    def add_category(
        self, name: str, parent_id: int | None = None, *, colour: str = "", position: int = 0, by: Actor
    ) -> CategoryNode:
        """Raises NotPermitted, InvalidInput, NotFound for a parent that is gone."""
        require(by, Permission.PRODUCT_EDIT)
        name = _category_name(name)
        with self._database.write() as uow:
            parent = queries.category(uow.connection, parent_id) if parent_id is not None else None
            if parent_id is not None and parent is None:
                raise NotFound("The category above is not there any more.")
            _refuse_twin(uow, name, parent_id, but=None)
            made = queries.add_category(uow.connection, name, parent, colour, position)
            node = next(category_nodes([queries.category(uow.connection, made)]))
            uow.commit()
        return node

    def rename_category(self, category_id: int, name: str, *, colour: str = "", by: Actor) -> None:
        """Raises NotPermitted, InvalidInput, NotFound."""
        require(by, Permission.PRODUCT_EDIT)
        name = _category_name(name)
        with self._database.write() as uow:
            found = queries.category(uow.connection, category_id)
            if found is None:
                raise NotFound("This category is not there any more.")
            _refuse_twin(uow, name, found.parent_id, but=category_id)
            queries.change_category(uow.connection, category_id, name=name, colour=colour)
            uow.commit()

    def remove_category(self, category_id: int, *, by: Actor) -> None:
        """Raises NotPermitted, CategoryInUse, NotFound."""
        require(by, Permission.PRODUCT_EDIT)
        with self._database.write() as uow:
            found = queries.category(uow.connection, category_id)
            if found is None:
                raise NotFound("This category is not there any more.")
            if queries.category_in_use(uow.connection, category_id):
                raise CategoryInUse(found.name)
            queries.remove_category(uow.connection, category_id)
            uow.commit()

    def save_quick_page(
        self,
        name: str,
        tiles: Sequence[QuickTile],
        *,
        page_id: int | None = None,
        outlet_id: int | None = None,
        position: int = 0,
        by: Actor,
    ) -> int:
        """A page of tiles as arranged; return its id. Raises NotPermitted, InvalidInput."""
        require(by, Permission.PRODUCT_EDIT)
        name = " ".join(name.split())[:40]
        places = [tile.position for tile in tiles]
        if not name:
            raise InvalidInput("The page needs a name.", field="name")
        if len(set(places)) != len(places) or any(not 0 <= place < TILES_A_PAGE for place in places):
            raise InvalidInput("Each tile has a place of its own among the twenty.", field="tiles")
        rows = [
            {
                "position": tile.position,
                "product_id": tile.product_id,
                "action": tile.action,
                "label": tile.label[:40],
                "colour": tile.colour,
            }
            for tile in tiles
        ]
        with self._database.write() as uow:
            values = {"name": name, "outlet_id": outlet_id, "position": position}
            made = queries.replace_quick_page(uow.connection, page_id, values, rows)
            uow.commit()
        return made


def put_product(uow: UnitOfWork, product_id: int | None, draft: ProductDraft, now: datetime) -> ProductCard:
    """Add a product (None) or change one, in the caller's transaction. `draft` is `checked`.

    Raises CodeTaken, InvalidInput for a category that is gone, ProductUnknown.
    """
    _refuse_taken(uow, draft, but=product_id)
    if draft.category_id is not None and queries.category(uow.connection, draft.category_id) is None:
        raise InvalidInput("This category is not there any more.", field="category")
    values = product_values(draft, queries.brand_id(uow.connection, draft.brand), now)
    if product_id is None:
        product_id = queries.add_product(uow.connection, values | {"created_at": now})
    elif not queries.change_product(uow.connection, product_id, values):
        raise ProductUnknown
    queries.set_codes_and_tags(uow.connection, product_id, code_values(draft), draft.tags)
    return card_of(uow, product_id)


def product_values(draft: ProductDraft, brand_id: int | None, now: datetime) -> dict[str, Any]:
    """A checked draft as its row, all but `created_at`."""
    return {
        "name": draft.name,
        "sku": draft.sku,
        "supplier_sku": draft.supplier_sku or None,
        "manufacturer_sku": draft.manufacturer_sku or None,
        "search_text": search_text(draft),
        "category_id": draft.category_id,
        "brand_id": brand_id,
        "tax_class_id": draft.tax_class_id,
        "kind": draft.kind.value,
        "price_minor": draft.price_minor,
        "cost_minor": draft.cost_minor,
        "discountable": draft.discountable,
        "active": draft.active,
        "updated_at": now,
    }


def code_values(draft: ProductDraft) -> list[dict[str, Any]]:
    return [
        {"code": barcode.code, "gtin14": gtin14(barcode.code), "pack_milli": barcode.pack_milli}
        for barcode in draft.barcodes
    ]


def _category_name(name: str) -> str:
    kept = " ".join(name.split())
    if not kept or len(kept) > 120:
        raise InvalidInput("A category has a name of up to 120 characters.", field="name")
    return kept


def _refuse_twin(uow: UnitOfWork, name: str, parent_id: int | None, *, but: int | None) -> None:
    twin = queries.category_named(uow.connection, name, parent_id)
    if twin is not None and twin != but:
        raise InvalidInput(f"There is a category called {name} here already.", field="name")


def _refuse_taken(uow: UnitOfWork, draft: ProductDraft, *, but: int | None) -> None:
    owner = queries.sku_owner(uow.connection, draft.sku, but=but)
    if owner is not None:
        raise CodeTaken(draft.sku, owner)
    codes = [barcode.code for barcode in draft.barcodes]
    gtins = [number for code in codes if (number := gtin14(code))]
    if codes:
        taken = queries.code_owner(uow.connection, codes, gtins, but=but)
        if taken is not None:
            raise CodeTaken(taken.code, taken.name)


def _rank(row: Any, words: list[str]) -> tuple[bool, int, str]:
    """Where the name begins with the question, then where its words do, then anywhere; then by name."""
    text = str(row.search_text)
    return not text.startswith(f" {words[0]}"), sum(f" {word}" not in text for word in words), text


def _hit(row: Any, currency: str) -> ProductHit:
    price = Money(row.price_minor, currency)
    return ProductHit(row.id, row.sku, row.name, price, ProductKind(row.kind), row.category, bool(row.active))


def card_of(uow: UnitOfWork, product_id: int) -> ProductCard:
    """Raises ProductUnknown."""
    row = queries.product(uow.connection, product_id)
    if row is None:
        raise ProductUnknown
    return ProductCard(
        id=row.id,
        name=row.name,
        sku=row.sku,
        price_minor=row.price_minor,
        kind=ProductKind(row.kind),
        cost_minor=row.cost_minor,
        category_id=row.category_id,
        brand=row.brand or "",
        tax_class_id=row.tax_class_id,
        supplier_sku=row.supplier_sku or "",
        manufacturer_sku=row.manufacturer_sku or "",
        discountable=bool(row.discountable),
        active=bool(row.active),
        barcodes=tuple(BarcodeValue(code.code, code.pack_milli) for code in queries.barcodes(uow.connection, row.id)),
        tags=tuple(found.tag for found in queries.tags(uow.connection, row.id)),
        created_at=row.created_at,
        updated_at=row.updated_at,
        price=Money(row.price_minor, queries.currency(uow.connection)),
    )


def _pages(rows: Sequence[Any]) -> tuple[QuickPage, ...]:
    pages: dict[int, tuple[str, int | None, list[QuickTile]]] = {}
    for row in rows:
        tiles = pages.setdefault(row.id, (row.name, row.outlet_id, []))[2]
        if row.position is not None:
            tiles.append(
                QuickTile(
                    row.position,
                    row.label or row.product_name or "",
                    row.colour or row.category_colour or "",
                    row.product_id,
                    row.action,
                    bool(row.has_picture),
                )
            )
    return tuple(QuickPage(key, name, tuple(tiles), outlet) for key, (name, outlet, tiles) in pages.items())
