"""The catalogue as the back office arranges it: the list, the form with all it saves at once, the quick keys."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.catalog.model import (
    CategoryNode,
    ProductCard,
    ProductDraft,
    ProductKind,
    QuickTile,
    TaxClassRow,
    checked,
)
from app.catalog.service import MOST_PICTURE_BYTES, TILES_A_PAGE, CatalogService, card_of, put_product
from app.clock import Clock
from app.errors import InvalidInput, NotFound
from app.folding import words_of
from app.money import LARGEST_MINOR, Money
from app.paging import Cursor, Page
from app.permissions import Permission
from app.staff.model import Actor, require
from db.queries import catalog as queries
from db.queries import catalog_desk as desk_queries
from db.uow import Database, UnitOfWork

PAGE_SIZE, MOST_HITS = 100, 200
MOST_CANDIDATES = 400  # found in every category; those of the one looked at are kept
WITHOUT_CATEGORY = -1  # the filter's way to ask for products that have none


class SortBy(StrEnum):
    NAME = "name"
    SKU = "sku"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class ListFilter:
    """`category_id` takes a category with everything below it; `retired` also shows what is not sold any more."""

    category_id: int | None = None
    retired: bool = False


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One row of the list. `barcode`: the first of its codes."""

    id: int
    sku: str
    name: str
    barcode: str
    category: str
    brand: str
    kind: ProductKind
    price: Money
    active: bool


@dataclass(frozen=True, slots=True)
class GroupPrice:
    """What a price group pays for one product; None: its percentage off the price."""

    group_id: int
    name: str
    percent_off: Decimal
    price_minor: int | None


@dataclass(frozen=True, slots=True)
class QuickSlot:
    """One tile as it is kept. `label` and `colour` "" follow the product and its category."""

    position: int
    label: str = ""
    colour: str = ""
    product_id: int | None = None
    action: str | None = None
    product: str = ""
    category_colour: str = ""
    price_minor: int | None = None
    sold: bool = True

    @property
    def shown(self) -> str:
        return self.label or self.product or (self.action or "").replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class QuickLayout:
    """A page of tiles. `id` 0: not kept yet. `outlet_id` None: for every outlet."""

    id: int
    name: str
    slots: tuple[QuickSlot, ...] = ()
    outlet_id: int | None = None


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What the form offers, and the product it is about (None: a new one)."""

    card: ProductCard | None
    picture: bytes | None
    categories: tuple[CategoryNode, ...]
    taxes: tuple[TaxClassRow, ...]
    brands: tuple[str, ...]
    group_prices: tuple[GroupPrice, ...]
    usual_tax: int | None = None  # for a new product: what most have, else the highest


@dataclass(frozen=True, slots=True)
class ProductEntry:
    """All that one press of Save keeps. `group_prices`: minor units by price group, None to follow its percentage.

    `picture` is kept only where `picture_changed`; None then takes it away.
    """

    draft: ProductDraft
    group_prices: Mapping[int, int | None] = field(default_factory=dict)
    picture: bytes | None = None
    picture_changed: bool = False


class CatalogueDesk:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._catalog = CatalogService(database, clock)

    # --- The list -------------------------------------------------------------------------------------------------

    def page(
        self,
        *,
        kept: ListFilter = ListFilter(),
        sort: SortBy = SortBy.NAME,
        descending: bool = False,
        after: Cursor | None = None,
        size: int = PAGE_SIZE,
    ) -> Page[ProductRow]:
        """A page in the order asked for; `after` goes on from the page before."""
        with self._database.read() as uow:
            rows = desk_queries.page(
                uow.connection,
                sort=sort.value,
                descending=descending,
                after=None if after is None else (after[0], after[1]),
                category_path=_path(uow, kept.category_id),
                retired=kept.retired,
                most=size + 1,
            )
            currency = queries.currency(uow.connection)
        shown = rows[:size]
        more = (shown[-1].key, shown[-1].id) if len(rows) > size else None
        return Page(tuple(_row(row, currency) for row in shown), more)

    def how_many(self, kept: ListFilter = ListFilter()) -> int:
        with self._database.read() as uow:
            path = _path(uow, kept.category_id)
            return desk_queries.count(uow.connection, category_path=path, retired=kept.retired)

    def search(self, question: str, *, kept: ListFilter = ListFilter()) -> tuple[ProductRow, ...]:
        """Best first, at most MOST_HITS. Nothing typed finds nothing."""
        if not words_of(question):
            return ()
        hits = self._catalog.search(question, limit=MOST_CANDIDATES, only_active=not kept.retired)
        with self._database.read() as uow:
            path = _path(uow, kept.category_id)
            ids = [hit.id for hit in hits]
            rows = desk_queries.rows_of(uow.connection, ids, category_path=path, retired=kept.retired)
            currency = queries.currency(uow.connection)
        return tuple(_row(rows[key], currency) for key in ids if key in rows)[:MOST_HITS]

    def categories(self) -> tuple[CategoryNode, ...]:
        return self._catalog.categories()

    # --- The form -------------------------------------------------------------------------------------------------

    def form(self, product_id: int | None) -> FormFacts:
        """Raises ProductUnknown."""
        categories = self._catalog.categories()
        with self._database.read() as uow:
            card = card_of(uow, product_id) if product_id is not None else None
            picture = queries.picture(uow.connection, product_id) if product_id is not None else None
            brands = tuple(row.name for row in queries.brands(uow.connection))
            groups = tuple(
                GroupPrice(row.id, row.name, row.percent_off, row.price_minor)
                for row in desk_queries.group_prices_of(uow.connection, product_id)
            )
            usual = desk_queries.usual_tax(uow.connection)
        taxes = self._catalog.tax_classes(also=card.tax_class_id if card is not None else None)
        highest = max(taxes, key=lambda tax: tax.percent, default=None)
        usual = usual if usual is not None or highest is None else highest.id
        return FormFacts(card, picture, categories, taxes, brands, groups, usual)

    def save(self, product_id: int | None, entry: ProductEntry, *, by: Actor) -> ProductCard:
        """Add (None) or change a product with its picture and group prices, all or nothing.

        A product without a SKU gets its first barcode, else the next free number, as one.
        Raises NotPermitted, InvalidInput (with its field), CodeTaken, ProductUnknown.
        """
        require(by, Permission.PRODUCT_EDIT)
        now = self._clock.now()
        _check_entry(entry)
        with self._database.write() as uow:
            draft = checked(_with_sku(uow, entry.draft))
            card = put_product(uow, product_id, draft, now)
            for group_id, price in entry.group_prices.items():
                desk_queries.set_group_price(uow.connection, card.id, group_id, price)
            if entry.picture_changed:
                queries.change_product(uow.connection, card.id, {"picture_png": entry.picture, "updated_at": now})
            uow.commit()
        return card

    # --- Quick keys -----------------------------------------------------------------------------------------------

    def quick_layouts(self) -> tuple[QuickLayout, ...]:
        """Every page of every outlet, in order."""
        with self._database.read() as uow:
            return _layouts(desk_queries.quick_tiles(uow.connection))

    def save_quick_layouts(
        self, pages: Sequence[QuickLayout], removed: Collection[int] = (), *, by: Actor
    ) -> tuple[QuickLayout, ...]:
        """Keep these pages in this order and take the `removed` ones away, all or nothing; return what stands.

        Raises NotPermitted, InvalidInput, NotFound for a product that is gone.
        """
        require(by, Permission.PRODUCT_EDIT)
        for page in pages:
            _check_page(page)
        with self._database.write() as uow:
            for page_id in removed:
                desk_queries.remove_quick_page(uow.connection, page_id)
            for position, page in enumerate(pages):
                _keep_page(uow, page, position)
            kept = _layouts(desk_queries.quick_tiles(uow.connection))
            uow.commit()
        return kept


def _check_entry(entry: ProductEntry) -> None:
    for price in entry.group_prices.values():
        if price is not None and not 0 <= price <= LARGEST_MINOR:
            raise InvalidInput("A price is never negative, and has its limits.", field="group_prices")
    picture = entry.picture if entry.picture_changed else None
    if picture is not None and (len(picture) > MOST_PICTURE_BYTES or not picture.startswith(b"\x89PNG\r\n\x1a\n")):
        raise InvalidInput("A picture is a PNG of at most 2 MB.", field="picture")


def _with_sku(uow: UnitOfWork, draft: ProductDraft) -> ProductDraft:
    if draft.sku.strip():
        return draft
    first = next((code.code.strip() for code in draft.barcodes if code.code.strip()), "")
    return replace(draft, sku=first or desk_queries.free_sku(uow.connection))


def _check_page(page: QuickLayout) -> None:
    places = [slot.position for slot in page.slots]
    if not page.name.strip():
        raise InvalidInput("The page needs a name.", field="name")
    if len(set(places)) != len(places) or any(not 0 <= place < TILES_A_PAGE for place in places):
        raise InvalidInput("Each tile has a place of its own among the twenty.", field="tiles")


def _keep_page(uow: UnitOfWork, page: QuickLayout, position: int) -> None:
    wanted = [slot.product_id for slot in page.slots if slot.product_id is not None]
    there = desk_queries.rows_of(uow.connection, wanted, category_path="", retired=True)
    if len(there) < len(set(wanted)):
        raise NotFound("A product on these keys is not in the shop any more. Take its tile off and save again.")
    tiles = [
        {
            "position": slot.position,
            "product_id": slot.product_id,
            "action": slot.action,
            "label": " ".join(slot.label.split())[:40],
            "colour": slot.colour[:7],
        }
        for slot in page.slots
    ]
    values = {"name": " ".join(page.name.split())[:40], "outlet_id": page.outlet_id, "position": position}
    queries.replace_quick_page(uow.connection, page.id or None, values, tiles)


def _path(uow: UnitOfWork, category_id: int | None) -> str:
    if category_id is None:
        return ""
    if category_id == WITHOUT_CATEGORY:
        return "-"
    found = queries.category(uow.connection, category_id)
    return str(found.path) if found is not None else "-"


def _row(row: Any, currency: str) -> ProductRow:
    return ProductRow(
        id=row.id,
        sku=row.sku,
        name=row.name,
        barcode=row.barcode,
        category=row.category,
        brand=row.brand,
        kind=ProductKind(row.kind),
        price=Money(row.price_minor, currency),
        active=bool(row.active),
    )


def _layouts(rows: Sequence[Any]) -> tuple[QuickLayout, ...]:
    pages: dict[int, tuple[str, int | None, list[QuickSlot]]] = {}
    for row in rows:
        slots = pages.setdefault(row.id, (row.name, row.outlet_id, []))[2]
        if row.position is not None:
            slots.append(
                QuickSlot(
                    row.position, row.label or "", row.colour or "", row.product_id, row.action, row.product or "",
                    row.category_colour or "", row.price_minor, row.active is not False,
                )
            )  # fmt: skip
    return tuple(QuickLayout(key, name, tuple(slots), outlet) for key, (name, outlet, slots) in pages.items())


def tile_of(slot: QuickSlot) -> QuickTile:
    """The slot as a till paints it."""
    return QuickTile(slot.position, slot.shown, slot.colour or slot.category_colour, slot.product_id, slot.action)
