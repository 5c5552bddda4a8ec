"""Products, their codes, categories, tax classes and quick keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, text, update

from db.models import (
    Brand,
    CatalogueVersion,
    Category,
    PriceGroup,
    PriceGroupPrice,
    Product,
    ProductBarcode,
    ProductTag,
    QuickKey,
    QuickKeyPage,
    Shop,
    TaxClass,
    TaxRate,
)
from db.queries import words

AnyRow = Row[*tuple[Any, ...]]


def version(connection: Connection) -> int:
    """Rises with every change of what a till keeps in memory."""
    return int(connection.execute(select(CatalogueVersion.version)).scalar_one())


def currency(connection: Connection) -> str:
    return str(connection.execute(select(Shop.currency)).scalar() or "EUR")


def till_products(connection: Connection) -> Sequence[AnyRow]:
    """Every product, also those no longer sold: an old receipt may bring one back."""
    return connection.execute(
        select(
            Product.id,
            Product.sku,
            Product.name,
            Product.price_minor,
            Product.cost_minor,
            Product.kind,
            Product.category_id,
            Product.brand_id,
            Product.tax_class_id,
            Product.discountable,
            Product.active,
            Product.supplier_sku,
            Product.manufacturer_sku,
            Product.picture_png.is_not(None).label("has_picture"),
        ).order_by(Product.id)
    ).all()


def barcodes(connection: Connection, product_id: int | None = None) -> Sequence[AnyRow]:
    found = select(
        ProductBarcode.product_id, ProductBarcode.code, ProductBarcode.gtin14, ProductBarcode.pack_milli
    ).order_by(ProductBarcode.id)
    if product_id is not None:
        found = found.where(ProductBarcode.product_id == product_id)
    return connection.execute(found).all()


def tags(connection: Connection, product_id: int | None = None) -> Sequence[AnyRow]:
    found = select(ProductTag.product_id, ProductTag.tag).order_by(ProductTag.product_id, ProductTag.tag)
    if product_id is not None:
        found = found.where(ProductTag.product_id == product_id)
    return connection.execute(found).all()


def group_prices(connection: Connection) -> Sequence[AnyRow]:
    return connection.execute(
        select(PriceGroupPrice.product_id, PriceGroupPrice.price_group_id, PriceGroupPrice.price_minor).order_by(
            PriceGroupPrice.product_id, PriceGroupPrice.price_group_id
        )
    ).all()


def price_groups(connection: Connection) -> Sequence[AnyRow]:
    return connection.execute(
        select(PriceGroup.id, PriceGroup.name, PriceGroup.percent_off, PriceGroup.active).order_by(PriceGroup.position)
    ).all()


def brands(connection: Connection) -> Sequence[AnyRow]:
    return connection.execute(select(Brand.id, Brand.name).order_by(Brand.name)).all()


def categories(connection: Connection) -> Sequence[AnyRow]:
    """Parents before their children, in the shop's order."""
    return connection.execute(
        select(
            Category.id, Category.parent_id, Category.name, Category.path, Category.colour, Category.position
        ).order_by(func.length(Category.path), Category.position, Category.name)
    ).all()


def tax_rates(connection: Connection) -> Sequence[AnyRow]:
    """One row a rate; a class without rates has one row with nulls."""
    return connection.execute(
        select(TaxClass.id, TaxClass.code, TaxClass.name, TaxClass.active, TaxRate.name.label("rate"), TaxRate.percent)
        .outerjoin(TaxRate, TaxRate.tax_class_id == TaxClass.id)
        .order_by(TaxClass.id, TaxRate.id)
    ).all()


def product(connection: Connection, product_id: int) -> AnyRow | None:
    return connection.execute(
        select(*Product.__table__.c, Brand.name.label("brand"))
        .outerjoin(Brand, Brand.id == Product.brand_id)
        .where(Product.id == product_id)
    ).first()


def picture(connection: Connection, product_id: int) -> bytes | None:
    return connection.execute(select(Product.picture_png).where(Product.id == product_id)).scalar()


def code_owner(connection: Connection, codes: Iterable[str], gtins: Iterable[str], *, but: int | None) -> AnyRow | None:
    """A product other than `but` that has one of these barcodes: its name and the code."""
    found = (
        select(Product.name, ProductBarcode.code)
        .join(Product, Product.id == ProductBarcode.product_id)
        .where(or_(ProductBarcode.code.in_(list(codes)), ProductBarcode.gtin14.in_(list(gtins))))
    )
    if but is not None:
        found = found.where(ProductBarcode.product_id != but)
    return connection.execute(found.limit(1)).first()


def sku_owner(connection: Connection, sku: str, *, but: int | None) -> str | None:
    found = select(Product.name).where(Product.sku == sku)
    if but is not None:
        found = found.where(Product.id != but)
    return connection.execute(found.limit(1)).scalar()


def brand_id(connection: Connection, name: str) -> int | None:
    """The brand of this name, made when it is new; None for no name."""
    if not name:
        return None
    found = connection.execute(select(Brand.id).where(Brand.name == name)).scalar()
    if found is not None:
        return int(found)
    return int(connection.execute(insert(Brand).values(name=name).returning(Brand.id)).scalar_one())


def add_product(connection: Connection, values: dict[str, Any]) -> int:
    return int(connection.execute(insert(Product).values(**values).returning(Product.id)).scalar_one())


def change_product(connection: Connection, product_id: int, values: dict[str, Any]) -> bool:
    done = connection.execute(update(Product).where(Product.id == product_id).values(**values))
    return done.rowcount == 1


def set_codes_and_tags(
    connection: Connection, product_id: int, codes: Sequence[dict[str, Any]], words: Sequence[str]
) -> None:
    """Replace what the product had."""
    connection.execute(delete(ProductBarcode).where(ProductBarcode.product_id == product_id))
    connection.execute(delete(ProductTag).where(ProductTag.product_id == product_id))
    if codes:
        connection.execute(insert(ProductBarcode), [{"product_id": product_id, **code} for code in codes])
    if words:
        connection.execute(insert(ProductTag), [{"product_id": product_id, "tag": word} for word in words])


def add_category(connection: Connection, name: str, parent: AnyRow | None, colour: str, position: int) -> int:
    values = {"name": name, "parent_id": parent.id if parent else None, "colour": colour, "position": position}
    made = int(connection.execute(insert(Category).values(path="", **values).returning(Category.id)).scalar_one())
    path = f"{parent.path if parent else '/'}{made}/"
    connection.execute(update(Category).where(Category.id == made).values(path=path))
    return made


def category(connection: Connection, category_id: int) -> AnyRow | None:
    return connection.execute(select(*Category.__table__.c).where(Category.id == category_id)).first()


def category_named(connection: Connection, name: str, parent_id: int | None) -> int | None:
    same_parent = Category.parent_id.is_(None) if parent_id is None else Category.parent_id == parent_id
    return connection.execute(
        select(Category.id).where(func.lower(Category.name) == name.lower(), same_parent)
    ).scalar()


def change_category(connection: Connection, category_id: int, *, name: str, colour: str) -> None:
    connection.execute(update(Category).where(Category.id == category_id).values(name=name, colour=colour))


def category_in_use(connection: Connection, category_id: int) -> bool:
    products = select(Product.id).where(Product.category_id == category_id)
    children = select(Category.id).where(Category.parent_id == category_id)
    return any(connection.execute(found.limit(1)).first() is not None for found in (products, children))


def remove_category(connection: Connection, category_id: int) -> None:
    connection.execute(delete(Category).where(Category.id == category_id))


def quick_keys(connection: Connection, outlet_id: int | None) -> Sequence[AnyRow]:
    """Tiles of the pages this outlet shows, page by page; a page without tiles has one row with nulls."""
    found = (
        select(
            QuickKeyPage.id,
            QuickKeyPage.name,
            QuickKeyPage.outlet_id,
            QuickKey.position,
            QuickKey.product_id,
            QuickKey.action,
            QuickKey.label,
            QuickKey.colour,
            Product.name.label("product_name"),
            Category.colour.label("category_colour"),
            Product.picture_png.is_not(None).label("has_picture"),
        )
        .outerjoin(QuickKey, QuickKey.page_id == QuickKeyPage.id)
        .outerjoin(Product, Product.id == QuickKey.product_id)
        .outerjoin(Category, Category.id == Product.category_id)
        .order_by(QuickKeyPage.position, QuickKeyPage.id, QuickKey.position)
    )
    if outlet_id is not None:
        found = found.where(or_(QuickKeyPage.outlet_id.is_(None), QuickKeyPage.outlet_id == outlet_id))
    return connection.execute(found).all()


def replace_quick_page(
    connection: Connection, page_id: int | None, values: dict[str, Any], tiles: Sequence[dict[str, Any]]
) -> int:
    if page_id is None:
        page_id = int(connection.execute(insert(QuickKeyPage).values(**values).returning(QuickKeyPage.id)).scalar_one())
    else:
        connection.execute(update(QuickKeyPage).where(QuickKeyPage.id == page_id).values(**values))
        connection.execute(delete(QuickKey).where(QuickKey.page_id == page_id))
    if tiles:
        connection.execute(insert(QuickKey), [{"page_id": page_id, **tile} for tile in tiles])
    return page_id


# --- Search -------------------------------------------------------------------------------------------------------

_HIT = "product.id, product.sku, product.name, product.price_minor, product.kind, product.active, product.search_text"
_CATEGORY = "LEFT JOIN category ON category.id = product.category_id"
_SELECT = f"SELECT {_HIT}, coalesce(category.name, '') AS category"


def search(connection: Connection, question: Sequence[str], *, most: int, only_active: bool) -> Sequence[AnyRow]:
    """Products whose search text holds every word: as a part where it has three signs, else as a beginning.

    Those whose text begins with the first word come first, in its order, then others in none; at most `most`.
    The words are folded.
    """
    if not question:
        return []
    found = {row.id: row for row in _beginning_with(connection, question, most, only_active)}
    if len(found) < most:
        found |= {row.id: row for row in _holding(connection, question, most, only_active) if row.id not in found}
    return list(found.values())[:most]


def _beginning_with(connection: Connection, question: Sequence[str], most: int, only_active: bool) -> Sequence[AnyRow]:
    values: dict[str, object] = {"most": most}
    condition, order = words.beginning(connection, "product.search_text", f" {question[0]}", values)
    condition += words.each("product", question[1:], values)
    sql = f"{_SELECT} FROM product {_CATEGORY} WHERE {condition}{_active(only_active)} ORDER BY {order} LIMIT :most"
    return connection.execute(text(sql), values).all()


def _holding(connection: Connection, question: Sequence[str], most: int, only_active: bool) -> Sequence[AnyRow]:
    values: dict[str, object] = {"most": most}
    tables, condition = words.holding(connection, "product", question, values)
    sql = f"{_SELECT} FROM {tables} {_CATEGORY} WHERE {condition}{_active(only_active)} LIMIT :most"
    return connection.execute(text(sql), values).all()


def _active(only: bool) -> str:
    return " AND product.active" if only else ""
