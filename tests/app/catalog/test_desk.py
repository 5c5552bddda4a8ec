"""What the back office asks of the catalogue, on both databases."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import insert

from app.catalog.desk import WITHOUT_CATEGORY, CatalogueDesk, ListFilter, ProductEntry, QuickLayout, QuickSlot, SortBy
from app.catalog.model import Barcode, CodeTaken, ProductDraft
from app.catalog.service import CatalogService
from app.clock import FixedClock
from app.errors import InvalidInput, NotFound, NotPermitted
from app.staff.model import Actor, with_all_rights
from db.models import PriceGroup
from db.uow import Database

ANNE = with_all_rights(1, "Anne")
CASHIER = Actor(2, "Carl", "cashier", {"sale.sell": None})
PNG = b"\x89PNG\r\n\x1a\nrest"


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> CatalogueDesk:
    return CatalogueDesk(database, clock)


@pytest.fixture
def catalog(database: Database, clock: FixedClock) -> CatalogService:
    return CatalogService(database, clock)


@pytest.mark.parametrize("sort", list(SortBy))
@pytest.mark.parametrize("descending", [False, True])
def test_pages_together_are_the_whole_list_once(
    desk: CatalogueDesk, catalog: CatalogService, sort: SortBy, descending: bool
) -> None:
    for number in range(23):  # prices repeat, so that the id decides
        catalog.create(ProductDraft(f"Thing {number % 7}", f"S{number:02}", number % 3), by=ANNE)
    seen, after = [], None
    while True:
        page = desk.page(sort=sort, descending=descending, after=after, size=5)
        seen += page.rows
        after = page.after
        if after is None:
            break
    assert len({row.id for row in seen}) == len(seen) == desk.how_many() == 23
    values = [getattr(row, {"name": "name", "sku": "sku", "price": "price"}[sort]) for row in seen]
    keys = [value.minor if sort is SortBy.PRICE else value for value in values]
    assert keys == sorted(keys, reverse=descending)


def test_filters_count_for_pages_and_searches(desk: CatalogueDesk, catalog: CatalogService) -> None:
    pantry = catalog.add_category("Pantry", by=ANNE).id
    oils = catalog.add_category("Oils", pantry, by=ANNE).id
    for name, category, active in (("Oil", oils, True), ("Jam", pantry, True), ("Oil cloth", None, True),
                                   ("Old oil", oils, False)):  # fmt: skip
        catalog.create(ProductDraft(name, name, 1, category_id=category, active=active), by=ANNE)

    def names(**kept: object) -> set[str]:
        found = {row.name for row in desk.page(kept=ListFilter(**kept)).rows}  # type: ignore[arg-type]
        assert len(found) == desk.how_many(ListFilter(**kept))  # type: ignore[arg-type]
        return found

    assert names(category_id=pantry) == {"Oil", "Jam"}
    assert names(category_id=oils, retired=True) == {"Oil", "Old oil"}
    assert names(category_id=WITHOUT_CATEGORY) == {"Oil cloth"}
    assert [row.name for row in desk.search("oil", kept=ListFilter(oils))] == ["Oil"]


def test_one_save_keeps_all_or_nothing(desk: CatalogueDesk, catalog: CatalogService, database: Database) -> None:
    with database.write() as uow:
        group = uow.connection.execute(
            insert(PriceGroup).values(name="Staff", percent_off=Decimal(10)).returning(PriceGroup.id)
        ).scalar_one()
        uow.commit()
    entry = ProductEntry(ProductDraft("Tea", "", 500, barcodes=(Barcode("T-1"),)), {group: 450}, PNG, True)
    made = desk.save(None, entry, by=ANNE)
    assert made.sku == "T-1"
    facts = desk.form(made.id)
    assert (facts.picture, facts.group_prices[0].price_minor) == (PNG, 450)
    with pytest.raises(CodeTaken):
        desk.save(None, entry, by=ANNE)
    with pytest.raises(InvalidInput):
        desk.save(made.id, ProductEntry(ProductDraft("Tea", "T", 1), {}, b"GIF", True), by=ANNE)
    with pytest.raises(NotPermitted):
        desk.save(made.id, entry, by=CASHIER)
    assert catalog.product(made.id) == made
    plain = desk.save(None, ProductEntry(ProductDraft("Nameless", "", 1)), by=ANNE)
    assert plain.sku.startswith("P0")
    desk.save(made.id, ProductEntry(ProductDraft("Tea", "T-1", 500), {group: None}), by=ANNE)
    facts = desk.form(made.id)
    assert (facts.picture, facts.group_prices[0].price_minor) == (PNG, None)


def test_quick_keys_keep_their_order_and_own_words(desk: CatalogueDesk, catalog: CatalogService) -> None:
    tea = catalog.create(ProductDraft("Tea", "T", 1), by=ANNE).id
    slots = (QuickSlot(3, "", "", tea), QuickSlot(7, "Card", "#0F6E66", action="gift_card"))
    kept = desk.save_quick_layouts([QuickLayout(0, "A", slots), QuickLayout(0, " B  b ")], by=ANNE)
    assert [page.name for page in kept] == ["A", "B b"]
    again = desk.save_quick_layouts([kept[1], kept[0]], by=ANNE)
    assert [page.id for page in again] == [kept[1].id, kept[0].id]
    assert [tile.label for tile in catalog.quick_pages()[1].tiles] == ["Tea", "Card"]
    assert again[1].slots[0].label == ""
    with pytest.raises(NotFound):
        desk.save_quick_layouts([QuickLayout(0, "C", (QuickSlot(0, product_id=999),))], [kept[0].id], by=ANNE)
    assert desk.quick_layouts() == again
    assert desk.save_quick_layouts([again[0]], [kept[0].id], by=ANNE) == (again[0],)
