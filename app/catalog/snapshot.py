"""Reads the till's catalogue out of the database: a handful of queries, whatever the number of products."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from app.catalog.model import CategoryNode, ProductKind
from app.catalog.till import CodeRow, TillCatalogue, TillProduct
from app.pricing.model import UNTAXED, PricedProduct, PriceGroup, TaxClass, TaxComponent
from db.queries import catalog as queries


def read_till_catalogue(connection: Any) -> TillCatalogue:
    """The catalogue as of this transaction. The version is read first: a change in between is met next time."""
    version = queries.version(connection)
    nodes = {node.id: node for node in category_nodes(queries.categories(connection))}
    taxes = tax_classes_of(queries.tax_rates(connection))
    brands = {row.id: row.name for row in queries.brands(connection)}
    tags: dict[int, list[str]] = defaultdict(list)
    for row in queries.tags(connection):
        tags[row.product_id].append(row.tag)
    prices: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in queries.group_prices(connection):
        prices[row.product_id].append((row.price_group_id, row.price_minor))
    rows = queries.till_products(connection)
    shared: dict[frozenset[str], frozenset[str]] = {}  # most products have the tags of many others, or none

    def tags_of(product_id: int) -> frozenset[str]:
        own = frozenset(tags.get(product_id, ()))
        return shared.setdefault(own, own)

    products = [
        _product(row, nodes, taxes, brands, tags=tags_of(row.id), prices=prices.get(row.id, ())) for row in rows
    ]
    return TillCatalogue(
        version,
        products,
        (CodeRow(row.product_id, row.code, row.gtin14, row.pack_milli) for row in queries.barcodes(connection)),
        other_codes=_other_codes(rows),
        categories=nodes.values(),
        tax_classes=taxes,
        price_groups={
            row.id: PriceGroup(row.id, row.name, row.percent_off) for row in queries.price_groups(connection)
        },
    )


def category_nodes(rows: Iterable[Any]) -> Iterator[CategoryNode]:
    for row in rows:
        path = tuple(int(part) for part in row.path.split("/") if part)
        yield CategoryNode(row.id, row.parent_id, row.name, path, row.colour, row.position)


def tax_classes_of(rows: Iterable[Any]) -> dict[int, TaxClass]:
    """Tax classes from one row a rate; a rate's name is its code on the receipt."""
    names: dict[int, str] = {}
    parts: dict[int, list[TaxComponent]] = defaultdict(list)
    for row in rows:
        names[row.id] = row.name
        if row.percent is not None:
            parts[row.id].append(TaxComponent(row.rate, row.percent))
    return {key: TaxClass(key, name, tuple(parts[key])) for key, name in names.items()}


def price_groups_of(rows: Iterable[Any]) -> dict[int, PriceGroup]:
    return {row.id: PriceGroup(row.id, row.name, row.percent_off) for row in rows}


def _other_codes(rows: Iterable[Any]) -> Iterator[tuple[int, str, str]]:
    for row in rows:
        if row.supplier_sku:
            yield row.id, "supplier", row.supplier_sku
        if row.manufacturer_sku:
            yield row.id, "maker", row.manufacturer_sku


def _product(
    row: Any,
    nodes: dict[int, CategoryNode],
    taxes: dict[int, TaxClass],
    brands: dict[int, str],
    *,
    tags: frozenset[str],
    prices: Iterable[tuple[int, int]],
) -> TillProduct:
    node = nodes.get(row.category_id)
    tax = taxes.get(row.tax_class_id, UNTAXED)
    facts = PricedProduct(
        id=row.id,
        sku=row.sku,
        price_minor=row.price_minor,
        name=row.name,
        category_path=node.path if node else (),
        brand_id=row.brand_id,
        tags=tags,
        tax_class=tax,
        discountable=bool(row.discountable),
        weighed=row.kind == "weighed",
        group_prices=tuple(prices),
    )
    return TillProduct(
        facts=facts,
        kind=ProductKind(row.kind),
        category_id=row.category_id,
        category=node.name if node else "",
        brand=brands.get(row.brand_id, ""),
        tax_class_id=row.tax_class_id,
        tax_percent=sum((component.percent for component in tax.components), Decimal(0)),
        cost_minor=row.cost_minor,
        active=bool(row.active),
        has_picture=bool(row.has_picture),
    )
