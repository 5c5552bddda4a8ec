"""Rows of a product list against the shop: new, a change, already so, or wrong and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.catalog.import_file import CellTable, Line
from app.catalog.import_rows import Columns, RowFacts, decimal_sign, read_row
from app.catalog.model import Barcode, ProductDraft, ProductKind, checked, gtin14
from app.catalog.snapshot import category_nodes, tax_classes_of
from app.errors import InvalidInput
from app.folding import fold
from db.queries import catalog as queries
from db.queries import catalog_desk as desk_queries
from db.uow import UnitOfWork


class RowState(StrEnum):
    NEW = "new"
    CHANGE = "change"
    SAME = "same"  # the shop has it exactly so
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """`line` of the file. `draft`: the product as it will stand, its category by `category` (names from the root)."""

    line: int
    state: RowState
    name: str
    sku: str
    price_minor: int | None
    category: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    draft: ProductDraft | None = None
    product_id: int | None = None


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """What rows are judged against."""

    currency: str
    products: Mapping[int, ProductDraft]
    by_sku: Mapping[str, int]
    by_code: Mapping[str, int]  # codes as printed, and padded article numbers
    categories: Mapping[tuple[str, ...], int]  # folded names from the root
    taxes: Mapping[str, int]  # folded name, code or percentage
    tax_names: Mapping[int, str]
    usual_tax: int | None  # what most products have, else the highest


def read_shop(uow: UnitOfWork) -> ShopFacts:
    nodes = list(category_nodes(queries.categories(uow.connection)))
    names = {node.id: node.name for node in nodes}
    rates = queries.tax_rates(uow.connection)
    live = {row.id: row for row in rates if row.active}
    taxes: dict[str, int] = {}
    sums: dict[int, Decimal] = {}
    for key, tax in tax_classes_of(rates).items():
        if key in live:
            percent = sums[key] = sum((component.percent for component in tax.components), Decimal(0))
            for word in (format(percent.normalize(), "f"), live[key].code, tax.name):
                taxes[fold(word)] = key
    products, by_code = _read_products(uow)
    return ShopFacts(
        currency=queries.currency(uow.connection),
        products=products,
        by_sku={draft.sku.casefold(): key for key, draft in products.items()},
        by_code=by_code,
        categories={tuple(fold(names[part]) for part in node.path): node.id for node in nodes},
        taxes=taxes,
        tax_names={row.id: row.name for row in live.values()},
        usual_tax=_usual_tax(uow, sums),
    )


def _usual_tax(uow: UnitOfWork, percents: Mapping[int, Decimal]) -> int | None:
    found = desk_queries.usual_tax(uow.connection)
    return found if found is not None else max(percents, key=lambda key: percents[key], default=None)


def _read_products(uow: UnitOfWork) -> tuple[dict[int, ProductDraft], dict[str, int]]:
    codes: dict[int, list[Barcode]] = {}
    by_code: dict[str, int] = {}
    for row in queries.barcodes(uow.connection):
        codes.setdefault(row.product_id, []).append(Barcode(row.code, row.pack_milli))
        by_code[row.code] = by_code[row.gtin14 or row.code] = row.product_id
    tags: dict[int, list[str]] = {}
    for row in queries.tags(uow.connection):
        tags.setdefault(row.product_id, []).append(row.tag)
    products = {
        row.id: ProductDraft(
            row.name, row.sku, row.price_minor, ProductKind(row.kind), row.cost_minor, row.category_id, row.brand,
            row.tax_class_id, row.supplier_sku or "", row.manufacturer_sku or "", bool(row.discountable),
            bool(row.active), tuple(codes.get(row.id, ())), tuple(tags.get(row.id, ())),
        )
        for row in desk_queries.every_product(uow.connection)
    }  # fmt: skip
    return products, by_code


def judge(table: CellTable, columns: Columns, shop: ShopFacts, whole: CellTable | None = None) -> list[PreviewRow]:
    """`whole`: the file these lines are from, which tells how it writes amounts."""
    sign = decimal_sign(whole or table, columns)
    width = len(table.heading.cells)
    seen: dict[str, int] = {}
    return [_judge_line(line, columns, width, sign, shop, seen) for line in table.lines]


def _judge_line(
    line: Line, columns: Columns, width: int, sign: str, shop: ShopFacts, seen: dict[str, int]
) -> PreviewRow:
    facts, found = read_row(line, columns, width, sign, shop.currency)
    reasons = list(found)
    product_id = _known(facts, shop)
    before = shop.products[product_id] if product_id is not None else None
    if before is None and not reasons:
        reasons += _missing(facts)
    tax_id = _tax(facts, before, shop, reasons)
    draft = _merged(facts, before, tax_id, shop)
    reasons += _clashes(line.number, facts, draft, product_id, shop, seen)
    try:
        draft = checked(draft)
    except InvalidInput as refusal:
        if not reasons:
            reasons.append(str(refusal))
    category = facts.category or ()
    same = (
        before is not None
        and _alike(draft, before)
        and (not category or _category_id(category, shop) == before.category_id)
    )
    state = RowState.WRONG if reasons else RowState.SAME if same else RowState.CHANGE if before else RowState.NEW
    price = draft.price_minor if facts.price_minor is not None or before is not None else None
    kept = None if reasons else draft
    return PreviewRow(line.number, state, draft.name, draft.sku, price, category, tuple(reasons), kept, product_id)


def _known(facts: RowFacts, shop: ShopFacts) -> int | None:
    """The product this row is about: by its SKU; by its barcodes where the row has no SKU."""
    if facts.sku is not None:
        return shop.by_sku.get(facts.sku.casefold())
    owners = (shop.by_code.get(gtin14(one.code) or one.code) for one in facts.barcodes or ())
    return next((owner for owner in owners if owner is not None), None)


def _missing(facts: RowFacts) -> list[str]:
    missing = [] if facts.name else ["There is no name."]
    if facts.price_minor is None and facts.kind is not ProductKind.OPEN_PRICE:
        missing.append("There is no price.")
    if facts.sku is None and not facts.barcodes:
        missing.append("There is neither a SKU nor a barcode.")
    return missing


def _tax(facts: RowFacts, before: ProductDraft | None, shop: ShopFacts, reasons: list[str]) -> int | None:
    if facts.tax is None:
        return before.tax_class_id if before is not None else shop.usual_tax
    found = shop.taxes.get(fold(facts.tax.removesuffix("%").strip()))
    if found is None:
        names = ", ".join(shop.tax_names.values())
        reasons.append(f"There is no tax called “{facts.tax[:40]}”. The shop has: {names}.")
    return found


def _merged(facts: RowFacts, before: ProductDraft | None, tax_id: int | None, shop: ShopFacts) -> ProductDraft:
    base = before or ProductDraft("", "", 0, tax_class_id=tax_id)
    codes = facts.barcodes
    sku = base.sku or facts.sku or (codes[0].code if codes else "")
    told: dict[str, Any] = {
        "name": facts.name, "price_minor": facts.price_minor, "cost_minor": facts.cost_minor, "kind": facts.kind,
        "brand": facts.brand, "supplier_sku": facts.supplier_sku, "manufacturer_sku": facts.manufacturer_sku,
        "tags": facts.tags, "discountable": facts.discountable, "active": facts.active, "barcodes": codes,
    }  # fmt: skip
    category_id = _category_id(facts.category, shop) if facts.category else base.category_id
    kept = {name: value for name, value in told.items() if value is not None}
    return replace(base, sku=sku, tax_class_id=tax_id, category_id=category_id, **kept)


def _clashes(
    line: int, facts: RowFacts, draft: ProductDraft, product_id: int | None, shop: ShopFacts, seen: dict[str, int]
) -> list[str]:
    """Codes that stand in the file already, or belong to another product."""
    reasons = []
    keys = {f"sku {draft.sku.casefold()}": f"The SKU {draft.sku}"} if draft.sku else {}
    keys |= {f"code {gtin14(one.code) or one.code}": f"The barcode {one.code}" for one in facts.barcodes or ()}
    for key, words in keys.items():
        if key in seen:
            reasons.append(f"{words} stands in line {seen[key]} already.")
        seen.setdefault(key, line)
    for one in facts.barcodes or ():
        owner = shop.by_code.get(gtin14(one.code) or one.code)
        if owner is not None and owner != product_id:
            there = shop.products[owner]
            reasons.append(f"The barcode {one.code} belongs to {there.name} (SKU {there.sku}).")
    if product_id is None and draft.sku and (owner := shop.by_sku.get(draft.sku.casefold())) is not None:
        reasons.append(f"The SKU {draft.sku} belongs to {shop.products[owner].name}.")
    return reasons


def _alike(one: ProductDraft, other: ProductDraft) -> bool:
    def kept(draft: ProductDraft) -> ProductDraft:
        return replace(draft, barcodes=tuple(sorted(draft.barcodes, key=_code)), tags=tuple(sorted(draft.tags)))

    return kept(one) == kept(other)


def _code(barcode: Barcode) -> str:
    return barcode.code


def _category_id(names: Sequence[str], shop: ShopFacts) -> int | None:
    return shop.categories.get(tuple(fold(name) for name in names))


def new_categories(rows: Sequence[PreviewRow], shop: ShopFacts) -> list[tuple[str, ...]]:
    """Paths to be made, parents first."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for row in rows:
        for depth in range(1, len(row.category) + 1) if row.state in (RowState.NEW, RowState.CHANGE) else ():
            key = tuple(fold(name) for name in row.category[:depth])
            if key not in shop.categories:
                found.setdefault(key, row.category[:depth])
    return list(found.values())


def notes(columns: Columns, rows: Sequence[PreviewRow], shop: ShopFacts) -> list[str]:
    said = []
    if columns.passed_over:
        said.append(f"Nothing is read from: {', '.join(columns.passed_over[:12])}.")
    if any(row.state is RowState.NEW for row in rows) and "tax" not in columns.places and shop.usual_tax:
        said.append(f"New products get the tax {shop.tax_names[shop.usual_tax]}, as the list names none.")
    return said
