"""Products are found by what is printed on them, and two of them never share a code."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import insert

from app.catalog.model import (
    Barcode,
    CategoryInUse,
    CodeTaken,
    ProductDraft,
    ProductKind,
    ProductUnknown,
    QuickTile,
    gtin14,
    gtin_candidates,
)
from app.catalog.service import CatalogService
from app.clock import FixedClock
from app.errors import InvalidInput, NotPermitted
from app.staff.model import Actor, with_all_rights
from db.models import PriceGroup, PriceGroupPrice, TaxClass, TaxRate
from db.uow import Database

ANNE = with_all_rights(1, "Anne")
CASHIER = Actor(2, "Carl", "cashier", {"sale.sell": None})


@pytest.fixture
def catalog(database: Database, clock: FixedClock) -> CatalogService:
    return CatalogService(database, clock)


def draft(name: str, sku: str, **more: object) -> ProductDraft:
    return ProductDraft(name, sku, **({"price_minor": 420} | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("printed", "padded"),
    [
        ("5012345678900", "05012345678900"),  # EAN-13
        ("96385074", "00000096385074"),  # EAN-8
        ("036000291452", "00036000291452"),  # UPC-A
        ("04252614", "00042100005264"),  # UPC-E: no right EAN-8
        ("10614141000415", "10614141000415"),  # GTIN-14
        ("5012345678901", None),  # wrong check digit
        ("0000000000000", None),
        ("٥٠١٢٣٤٥٦٧٨٩٠٠", None),
        ("ABC", None),
        ("", None),
    ],
)
def test_the_article_number_behind_a_code(printed: str, padded: str | None) -> None:
    assert gtin14(printed) == padded


def test_a_scan_is_the_same_article_however_it_is_written(catalog: CatalogService) -> None:  # F38
    made = catalog.create(draft("Tea", "TEA-1", barcodes=(Barcode("0036000291452"),)), by=ANNE)
    soda = catalog.create(draft("Soda", "SODA", barcodes=(Barcode("042100005264"),)), by=ANNE)
    till = catalog.till_catalogue()
    for scanned in ("036000291452", "0036000291452", "00036000291452", "36000291452", " 36000291452 "):
        found = till.find(scanned)
        assert found is not None, scanned
        assert (found.product.id, found.by) == (made.id, "barcode")
    for scanned in ("04252614", "425261", "0425261"):
        upc_e = till.find(scanned)
        assert upc_e is not None and upc_e.product.id == soda.id
    for wrong in ("036000291453", "3600029145", "6000291452", "", "x" * 5000, "036000291452036000291452"):
        assert till.find(wrong) is None, wrong


def test_own_numbers_come_after_barcodes_and_doubt_is_not_decided(catalog: CatalogService) -> None:
    one = catalog.create(draft("Olives", "OL-1", supplier_sku="77", manufacturer_sku="M-9"), by=ANNE)
    two = catalog.create(draft("Capers", "77A", supplier_sku="S2", manufacturer_sku="m-9"), by=ANNE)
    till = catalog.till_catalogue()
    assert till.find("ol-1").product.id == one.id  # type: ignore[union-attr]
    assert till.find("77").by == "supplier"  # type: ignore[union-attr]
    assert till.find("M-9") is None
    assert {match.product.id for match in till.matches("M-9")} == {one.id, two.id}


def test_a_carton_sells_its_pieces(catalog: CatalogService) -> None:
    catalog.create(draft("Beer", "B", barcodes=(Barcode("5012345678900"), Barcode("BOX", 6000))), by=ANNE)
    assert catalog.till_catalogue().find("box").pack_milli == 6000  # type: ignore[union-attr]


def test_two_products_never_share_a_code_or_sku(catalog: CatalogService) -> None:
    tea = catalog.create(draft("Tea", "T", barcodes=(Barcode("036000291452"),)), by=ANNE)
    with pytest.raises(CodeTaken, match="Tea"):
        catalog.create(draft("Other", "T"), by=ANNE)
    with pytest.raises(CodeTaken) as taken:
        catalog.create(draft("Other", "O", barcodes=(Barcode("0036000291452"),)), by=ANNE)
    assert taken.value.product == "Tea"
    same = catalog.edit(tea.id, draft("Tea, black", "T", barcodes=(Barcode("0036000291452"),)), by=ANNE)
    assert [barcode.code for barcode in same.barcodes] == ["0036000291452"]
    assert len(catalog.till_catalogue()) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 10_000}, "name"),
        ({"sku": ""}, "sku"),
        ({"price_minor": -1}, "price"),
        ({"price_minor": 10**18}, "price"),
        ({"cost_minor": -1}, "cost"),
        ({"barcodes": (Barcode("5012345678901"),)}, "barcodes"),
        ({"category_id": 99}, "category"),
    ],
)
def test_what_cannot_be_kept_names_its_field(catalog: CatalogService, change: dict[str, object], field: str) -> None:
    given = {"name": "Tea", "sku": "T", "price_minor": 1} | change
    with pytest.raises(InvalidInput) as refused:
        catalog.create(ProductDraft(**given), by=ANNE)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert len(catalog.till_catalogue()) == 0


def test_rights_are_checked_in_the_service(catalog: CatalogService) -> None:  # T28
    with pytest.raises(NotPermitted):
        catalog.create(draft("Tea", "T"), by=CASHIER)
    with pytest.raises(NotPermitted):
        catalog.add_category("Bread", by=CASHIER)


def test_editing_what_is_gone_is_refused(catalog: CatalogService) -> None:
    with pytest.raises(ProductUnknown):
        catalog.edit(77, draft("Tea", "T"), by=ANNE)
    with pytest.raises(ProductUnknown):
        catalog.product(77)


def test_the_till_carries_what_pricing_needs(catalog: CatalogService, database: Database) -> None:
    with database.write() as uow:
        uow.connection.execute(insert(TaxClass).values(id=1, code="S", name="Standard"))
        uow.connection.execute(
            insert(TaxRate),
            [
                {"tax_class_id": 1, "name": "VAT 20%", "percent": Decimal("20")},
                {"tax_class_id": 1, "name": "City 1.5%", "percent": Decimal("1.5")},
            ],
        )
        uow.connection.execute(insert(PriceGroup).values(id=5, name="Staff", percent_off=Decimal("12.5")))
        uow.commit()
    food = catalog.add_category("Food", by=ANNE)
    cheese = catalog.add_category("Cheese", food.id, by=ANNE)
    made = catalog.create(
        draft("Brie", "BR", category_id=cheese.id, brand="Val", tags=("Organic", "organic"), tax_class_id=1,
              kind=ProductKind.WEIGHED, cost_minor=200),
        by=ANNE,
    )  # fmt: skip
    with database.write() as uow:
        uow.connection.execute(insert(PriceGroupPrice).values(price_group_id=5, product_id=made.id, price_minor=300))
        uow.commit()
    till = catalog.till_catalogue()
    product = till.by_id(made.id)
    assert product is not None
    assert product.facts.category_path == (food.id, cheese.id)
    assert product.facts.tags == {"organic"}
    assert product.facts.group_prices == ((5, 300),)
    assert product.facts.weighed
    assert product.tax_percent == Decimal("21.5")
    assert [part.percent for part in product.facts.tax_class.components] == [Decimal("20"), Decimal("1.5")]
    assert (product.brand, product.category, product.cost_minor) == ("Val", "Cheese", 200)
    assert till.price_groups[5].percent == Decimal("12.5")


def test_a_snapshot_is_read_again_only_when_something_changed(catalog: CatalogService, database: Database) -> None:
    first = catalog.till_catalogue()
    assert catalog.till_catalogue(first) is first
    with database.write() as uow:  # whoever changes it, and however
        uow.connection.execute(insert(TaxClass).values(id=3, code="Z", name="Zero"))
        uow.commit()
    second = catalog.till_catalogue(first)
    assert second is not first
    assert second.version > first.version
    assert 3 in second.tax_classes


@pytest.mark.parametrize("name", ["O'Brien's \"best\" % _", "עוגת שוקולד", "🍕 Pizza 日本", "Crème Brûlée"])
def test_any_name_is_kept_as_written(catalog: CatalogService, name: str) -> None:  # F46
    made = catalog.create(draft(name, "N1"), by=ANNE)
    assert catalog.product(made.id).name == name


def test_search_finds_words_anywhere_and_beginnings_first(catalog: CatalogService) -> None:  # F46
    for name, sku in (
        ("Olive oil 500 ml", "A1"), ("Garlic olives", "A2"), ("Boiled ham", "A3"), ("Crème fraîche", "A4"),
        ("O'Brien crisps", "A5"), ("100% juice", "A6"),
    ):  # fmt: skip
        catalog.create(draft(name, sku, barcodes=(Barcode(f"CODE-{sku}"),)), by=ANNE)

    def found(question: str) -> list[str]:
        return [hit.name for hit in catalog.search(question)]

    assert found("olive") == ["Olive oil 500 ml", "Garlic olives"]
    assert found("oil")[0] == "Olive oil 500 ml"
    assert found("CREME") == ["Crème fraîche"]
    assert found("obrien") == ["O'Brien crisps"]
    assert found("olive 500") == ["Olive oil 500 ml"]
    assert found("ol") == ["Olive oil 500 ml", "Garlic olives"]
    assert found("o") == ["O'Brien crisps", "Olive oil 500 ml", "Garlic olives"]
    assert found("a3") == ["Boiled ham"]
    assert found("code a4") == ["Crème fraîche"]
    assert found("olive zebra") == []
    for odd in ("", "   ", "%", "_", "'", '"', "*", "a OR b", "NEAR(", "olive' --", "🍕", "x" * 10_000):
        assert len(catalog.search(odd)) <= 2


def test_what_is_no_longer_sold_is_found_only_when_asked_for(catalog: CatalogService) -> None:
    made = catalog.create(draft("Fig jam", "F"), by=ANNE)
    catalog.edit(made.id, draft("Fig jam", "F", active=False), by=ANNE)
    assert catalog.search("fig") == ()
    assert [hit.active for hit in catalog.search("fig", only_active=False)] == [False]
    assert catalog.till_catalogue().by_id(made.id).active is False  # type: ignore[union-attr]


def test_the_tree_keeps_paths_and_refuses_twins_and_loss(catalog: CatalogService) -> None:
    food = catalog.add_category("Food", by=ANNE)
    bread = catalog.add_category("Bread", food.id, colour="#aa5500", by=ANNE)
    assert bread.path == (food.id, bread.id)
    with pytest.raises(InvalidInput):
        catalog.add_category("bread", food.id, by=ANNE)
    with pytest.raises(CategoryInUse):
        catalog.remove_category(food.id, by=ANNE)
    catalog.rename_category(bread.id, "Loaves", by=ANNE)
    catalog.remove_category(bread.id, by=ANNE)
    assert [node.name for node in catalog.categories()] == ["Food"]


def test_quick_keys_show_product_names_and_colours(catalog: CatalogService) -> None:
    food = catalog.add_category("Food", colour="#336699", by=ANNE)
    made = catalog.create(draft("Flat white", "FW", category_id=food.id), by=ANNE)
    tiles = [QuickTile(3, "", product_id=made.id), QuickTile(0, "Gift card", action="gift_card")]
    page = catalog.save_quick_page("Café", tiles, by=ANNE)
    (shown,) = catalog.quick_pages()
    assert shown.id == page
    assert [(tile.position, tile.label, tile.colour) for tile in shown.tiles] == [
        (0, "Gift card", ""),
        (3, "Flat white", "#336699"),
    ]
    catalog.save_quick_page("Café", [], page_id=page, by=ANNE)
    assert catalog.quick_pages()[0].tiles == ()
    with pytest.raises(InvalidInput):
        catalog.save_quick_page("Café", [QuickTile(20, "x")], by=ANNE)


def test_candidates_never_hold_a_neighbouring_number() -> None:
    assert gtin_candidates("5012345678900") == ["05012345678900"]
    assert gtin_candidates("400638133393") == []  # a digit lost: the check digit does not fit
