"""What the back office asks of the catalogue: pages of the list, prices of groups, whole tables for an import."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from db.models import (
    Brand,
    Category,
    PriceGroup,
    PriceGroupPrice,
    Product,
    ProductBarcode,
    ProductTag,
    QuickKey,
    QuickKeyPage,
    SaleLine,
    TaxClass,
)

AnyRow = Row[*tuple[Any, ...]]

SORT_KEYS = {"name": Product.search_text, "sku": Product.sku, "price": Product.price_minor}
_BATCH = 500  # values in one statement: far below what either database takes


def _listed() -> Any:
    code = (
        select(ProductBarcode.code)
        .where(ProductBarcode.product_id == Product.id)
        .order_by(ProductBarcode.id)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Product.id,
            Product.sku,
            Product.name,
            Product.price_minor,
            Product.kind,
            Product.active,
            func.coalesce(Category.name, "").label("category"),
            func.coalesce(Brand.name, "").label("brand"),
            func.coalesce(code, "").label("barcode"),
        )
        .outerjoin(Category, Category.id == Product.category_id)
        .outerjoin(Brand, Brand.id == Product.brand_id)
    )


def _kept(category_path: str, retired: bool) -> list[ColumnElement[bool]]:
    """`category_path`: "" for every product, "-" for those without a category, else the subtree's path."""
    kept: list[ColumnElement[bool]] = [] if retired else [Product.active.is_(True)]
    if category_path == "-":
        kept.append(Product.category_id.is_(None))
    elif category_path:
        kept.append(Category.path.startswith(category_path, autoescape=True))
    return kept


def page(
    connection: Connection,
    *,
    sort: str,
    descending: bool,
    after: tuple[Any, int] | None,
    category_path: str,
    retired: bool,
    most: int,
) -> Sequence[AnyRow]:
    """`most` rows after a keyset; each row's `key` is what the next page starts from."""
    key = SORT_KEYS[sort]
    found = _listed().add_columns(key.label("key")).where(*_kept(category_path, retired))
    if after is not None:
        place, last = tuple_(key, Product.id), tuple_(*after)
        found = found.where(place < last if descending else place > last)
    order = (key.desc(), Product.id.desc()) if descending else (key, Product.id)
    return connection.execute(found.order_by(*order).limit(most)).all()


def count(connection: Connection, *, category_path: str, retired: bool) -> int:
    found = select(func.count(Product.id)).outerjoin(Category, Category.id == Product.category_id)
    return int(connection.execute(found.where(*_kept(category_path, retired))).scalar_one())


def rows_of(connection: Connection, ids: Collection[int], *, category_path: str, retired: bool) -> dict[int, AnyRow]:
    """Those of these products that the filter keeps, by id."""
    rows = connection.execute(_listed().where(Product.id.in_(list(ids)), *_kept(category_path, retired)))
    return {row.id: row for row in rows}


def group_prices_of(connection: Connection, product_id: int | None) -> Sequence[AnyRow]:
    """Every live price group with this product's exact price in it, null where it follows the percentage."""
    price = PriceGroupPrice.price_minor.label("price_minor")
    return connection.execute(
        select(PriceGroup.id, PriceGroup.name, PriceGroup.percent_off, price)
        .outerjoin(
            PriceGroupPrice,
            (PriceGroupPrice.price_group_id == PriceGroup.id) & (PriceGroupPrice.product_id == (product_id or 0)),
        )
        .where(PriceGroup.active)
        .order_by(PriceGroup.position, PriceGroup.name)
    ).all()


def set_group_price(connection: Connection, product_id: int, group_id: int, price_minor: int | None) -> None:
    """None: the group's percentage counts again."""
    connection.execute(
        delete(PriceGroupPrice).where(
            PriceGroupPrice.product_id == product_id, PriceGroupPrice.price_group_id == group_id
        )
    )
    if price_minor is not None:
        values = {"product_id": product_id, "price_group_id": group_id, "price_minor": price_minor}
        connection.execute(insert(PriceGroupPrice).values(**values))


def usual_tax(connection: Connection) -> int | None:
    """The live tax class that most products have; None where no product has one."""
    found = (
        select(Product.tax_class_id)
        .join(TaxClass, TaxClass.id == Product.tax_class_id)
        .where(TaxClass.active.is_(True))
        .group_by(Product.tax_class_id)
        .order_by(func.count(Product.id).desc(), Product.tax_class_id)
    )
    return connection.execute(found.limit(1)).scalar()


def free_sku(connection: Connection) -> str:
    """A number that no product has as its SKU."""
    number = int(connection.execute(select(func.coalesce(func.max(Product.id), 0))).scalar_one()) + 1
    while connection.execute(select(Product.id).where(Product.sku == f"P{number:05d}")).first() is not None:
        number += 1
    return f"P{number:05d}"


# --- Quick keys ---------------------------------------------------------------------------------------------------


def quick_tiles(connection: Connection) -> Sequence[AnyRow]:
    """As kept, without the names and colours a till falls back on; a page without tiles has one row with nulls."""
    return connection.execute(
        select(
            QuickKeyPage.id,
            QuickKeyPage.name,
            QuickKeyPage.outlet_id,
            QuickKey.position,
            QuickKey.product_id,
            QuickKey.action,
            QuickKey.label,
            QuickKey.colour,
            Product.name.label("product"),
            Product.price_minor,
            Product.active,
            Category.colour.label("category_colour"),
        )
        .outerjoin(QuickKey, QuickKey.page_id == QuickKeyPage.id)
        .outerjoin(Product, Product.id == QuickKey.product_id)
        .outerjoin(Category, Category.id == Product.category_id)
        .order_by(QuickKeyPage.position, QuickKeyPage.id, QuickKey.position)
    ).all()


def remove_quick_page(connection: Connection, page_id: int) -> None:
    connection.execute(delete(QuickKey).where(QuickKey.page_id == page_id))
    connection.execute(delete(QuickKeyPage).where(QuickKeyPage.id == page_id))


# --- Imports ------------------------------------------------------------------------------------------------------


def every_product(connection: Connection) -> Sequence[AnyRow]:
    """Everything but the pictures."""
    columns = [column for column in Product.__table__.c if column.name != "picture_png"]
    return connection.execute(
        select(*columns, func.coalesce(Brand.name, "").label("brand")).outerjoin(Brand, Brand.id == Product.brand_id)
    ).all()


def add_brands(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """The ids of all brands by name, these made where they are new."""
    known = {row.name: int(row.id) for row in connection.execute(select(Brand.id, Brand.name))}
    fresh = [{"name": name} for name in dict.fromkeys(names) if name and name not in known]
    if fresh:
        for row in connection.execute(insert(Brand).returning(Brand.id, Brand.name), fresh):
            known[row.name] = int(row.id)
    return known


def add_products(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[int]:
    """The new ids, in the order of the rows."""
    made = connection.execute(insert(Product).returning(Product.id, sort_by_parameter_order=True), list(rows))
    return [int(row.id) for row in made]


def change_products(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Each row with its `id`."""
    named = [{("the_id" if key == "id" else key): value for key, value in row.items()} for row in rows]
    connection.execute(update(Product).where(Product.id == bindparam("the_id")), named)


def replace_codes_and_tags(
    connection: Connection, ids: Sequence[int], codes: Sequence[dict[str, Any]], tags: Sequence[dict[str, Any]]
) -> None:
    """Take what these products had and give them these (rows with their `product_id`)."""
    for some in _some(ids):
        connection.execute(delete(ProductBarcode).where(ProductBarcode.product_id.in_(some)))
        connection.execute(delete(ProductTag).where(ProductTag.product_id.in_(some)))
    if codes:
        connection.execute(insert(ProductBarcode), list(codes))
    if tags:
        connection.execute(insert(ProductTag), list(tags))


def in_use(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Those that a sale, a price group or a tile names: they can be retired, not removed."""
    used: set[int] = set()
    for some in _some(ids):
        named = or_(
            exists().where(SaleLine.product_id == Product.id),
            exists().where(PriceGroupPrice.product_id == Product.id),
            exists().where(QuickKey.product_id == Product.id),
        )
        used.update(connection.execute(select(Product.id).where(Product.id.in_(some), named)).scalars())
    return used


def remove_products(connection: Connection, ids: Sequence[int]) -> None:
    replace_codes_and_tags(connection, ids, (), ())
    for some in _some(ids):
        connection.execute(delete(Product).where(Product.id.in_(some)))


def retire_products(connection: Connection, ids: Sequence[int], now: Any) -> None:
    for some in _some(ids):
        connection.execute(update(Product).where(Product.id.in_(some)).values(active=False, updated_at=now))


def _some(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]
