"""The shelves of the demo shop: the hand-written range, and variants of it up to any size."""

from __future__ import annotations

import csv
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.barcodes.checks import is_digits
from app.catalog.model import ProductDraft, ProductKind, gtin14, search_text
from app.money import Money

# A GS1 prefix nobody was given; the five digits after it are the maker, the last four the article.
_PREFIX = "5399"
_COLOURS = {
    "Bakery": "#b7791f",
    "Deli Counter": "#9b2c2c",
    "Café": "#744210",
    "Pantry": "#2f855a",
    "Cellar": "#702459",
    "Gifts": "#2b6cb0",
}
TAX_CODES = {"zero": "T1", "hot": "T2", "food": "T3", "full": "T4"}


@dataclass(frozen=True, slots=True)
class Good:
    """One product of the range. `popularity`: how often it is picked in its part of the day."""

    sku: str
    name: str
    category: str  # "Deli Counter/Cheese"
    brand: str
    price_minor: int
    cost_minor: int
    tax: str
    kind: ProductKind
    popularity: float
    daypart: str
    tags: tuple[str, ...]
    barcode: str
    supplier_sku: str
    manufacturer_sku: str


def range_of(count: int, seed: int, folder: Path) -> list[Good]:
    """`count` products: all of the written range (or its first), then variants, shuffled but always the same."""
    rng = random.Random(f"goods-{seed}")  # noqa: S311 - a demo, repeatable by design
    written = list(_written(folder / "goods.csv"))
    variants = list(_variants(folder / "more_goods.csv"))
    rng.shuffle(variants)
    single = list(variants)
    for pack in itertools.chain(range(2, 13), itertools.count(24, 12)):
        if len(written) + len(variants) >= count:
            break
        variants += [_pack_of(row, pack) for row in single]  # the same goods in packs of two, three, …
    rows = (written + variants)[:count]
    return [_good(place, row) for place, row in enumerate(rows, start=1)]


def _written(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _variants(path: Path) -> Iterator[dict[str, Any]]:
    for row in _written(path):
        noun = f" {row['noun']}" if row["noun"] else ""
        for brand_place, brand in enumerate(row["brands"].split("|")):
            for kind in row["kinds"].split("|"):
                for size_place, size in enumerate(row["sizes"].split("|")):
                    factor = (Decimal("0.86") + Decimal("0.05") * brand_place) * (1 + Decimal("0.45") * size_place)
                    price = (Decimal(row["price"]) * factor).quantize(Decimal("0.1"))
                    yield {
                        "category": row["category"], "brand": brand, "price": f"{price:.2f}",
                        "name": f"{brand} {kind}{noun} {size}", "cost": f"{price * Decimal('0.52'):.2f}",
                        "tax": row["tax"], "kind": "standard", "popularity": "0.6", "daypart": "grocery",
                        "tags": row["tags"],
                    }  # fmt: skip


def _pack_of(row: dict[str, Any], pack: int) -> dict[str, Any]:
    price = f"{Decimal(row['price']) * pack * Decimal('0.92'):.2f}"
    cost = f"{Decimal(row['cost']) * pack:.2f}"
    return row | {"name": f"{row['name']}, pack of {pack}", "price": price, "cost": cost, "popularity": "0.05"}


def _good(place: int, row: dict[str, Any]) -> Good:
    kind = ProductKind(row["kind"])
    by_weight = kind is ProductKind.WEIGHED
    sku = f"{10000 + place}" if by_weight else f"{_initials(row['category'])}-{place:05d}"
    made_here = row["brand"] == "Larkfield"
    return Good(
        sku=sku,
        name=row["name"],
        category=row["category"],
        brand=row["brand"],
        price_minor=Money.parse(row["price"], "EUR").minor,
        cost_minor=Money.parse(row["cost"], "EUR").minor,
        tax=row["tax"],
        kind=kind,
        popularity=float(row["popularity"]),
        daypart=row["daypart"],
        tags=tuple(filter(None, row["tags"].split("|"))),
        barcode="" if by_weight or kind is not ProductKind.STANDARD else ean13(place),
        supplier_sku="" if made_here else f"{row['brand'][:3].upper()}{place:05d}",
        manufacturer_sku="" if made_here else f"{place * 7919 % 1_000_000:06d}",
    )


def _initials(category: str) -> str:
    return "".join(word[0] for word in category.rsplit("/", maxsplit=1)[-1].replace("and ", "").split())[:3].upper()


def ean13(place: int) -> str:
    """A right EAN-13 of the demo's own prefix."""
    from stdnum import ean

    body = f"{_PREFIX}{place:08d}"
    return body + str(ean.calc_check_digit(body))


@dataclass(frozen=True, slots=True)
class Shelves:
    """Rows ready to load; the columns stand beside them."""

    categories: list[tuple[Any, ...]]
    brands: list[tuple[Any, ...]]
    products: list[tuple[Any, ...]]
    barcodes: list[tuple[Any, ...]]
    tags: list[tuple[Any, ...]]
    ids_by_category: dict[str, int]
    ids_by_sku: dict[str, int]


CATEGORY = "id, parent_id, name, path, colour, position"
BRAND = "id, name"
PRODUCT = (
    "id, sku, supplier_sku, manufacturer_sku, name, search_text, category_id, brand_id, tax_class_id, kind, "
    "price_minor, cost_minor, discountable, active, created_at, updated_at"
)
BARCODE = "product_id, code, gtin14, pack_milli, id"
TAG = "product_id, tag"


def shelves(goods: list[Good], tax_ids: dict[str, int], at: datetime) -> Shelves:
    """Every table of the catalogue. `tax_ids`: tax class code to id."""
    made = Shelves([], [], [], [], [], {}, {})
    brand_ids: dict[str, int] = {}
    for place, good in enumerate(goods, start=1):
        category = _category(made, good.category)
        if good.brand not in brand_ids:
            brand_ids[good.brand] = len(brand_ids) + 1
            made.brands.append((brand_ids[good.brand], good.brand))
        draft = ProductDraft(
            good.name, good.sku, good.price_minor, brand=good.brand, supplier_sku=good.supplier_sku,
            manufacturer_sku=good.manufacturer_sku,
        )  # fmt: skip
        words = search_text(draft) + (f" {good.barcode}" if good.barcode else "")
        made.products.append(
            (
                place, good.sku, good.supplier_sku or None, good.manufacturer_sku or None, good.name, words, category,
                brand_ids[good.brand], tax_ids[TAX_CODES[good.tax]], good.kind.value, good.price_minor,
                good.cost_minor or None, True, True, at, at,
            )
        )  # fmt: skip
        made.ids_by_sku[good.sku] = place
        if good.barcode:
            made.barcodes.append((place, good.barcode, gtin14(good.barcode), 1000, len(made.barcodes) + 1))
        elif is_digits(good.sku):  # the number the scale prints inside its labels
            made.barcodes.append((place, good.sku, None, 1000, len(made.barcodes) + 1))
        made.tags.extend((place, tag) for tag in good.tags)
    return made


def _category(made: Shelves, path: str) -> int:
    """The id of "Deli Counter/Cheese", made with its parents when it is new."""
    if path in made.ids_by_category:
        return made.ids_by_category[path]
    above, _, name = path.rpartition("/")
    parent = _category(made, above) if above else None
    number = len(made.ids_by_category) + 1
    made.ids_by_category[path] = number
    trail = next((row[3] for row in made.categories if row[0] == parent), "/")
    colour = _COLOURS.get(path.split("/", maxsplit=1)[0], "")
    made.categories.append((number, parent, name, f"{trail}{number}/", colour, number))
    return number
