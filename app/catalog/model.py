"""Products as forms and lists hold them, and the rules a product must keep. No database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.barcodes.checks import check_digit_right, expand_upc_e, is_digits
from app.errors import DomainError, InvalidInput, NotFound
from app.folding import searchable
from app.money import LARGEST_MINOR, Money

LONGEST_NAME, LONGEST_SKU, LONGEST_CODE, LONGEST_TAG = 200, 60, 80, 60
GTIN_LENGTHS = (8, 12, 13, 14)


class ProductKind(StrEnum):
    STANDARD = "standard"
    WEIGHED = "weighed"  # the price is per kilogram
    OPEN_PRICE = "open_price"  # asked for at the till
    SERVICE = "service"


class ProductUnknown(NotFound):
    code = "catalog.unknown"

    def __init__(self) -> None:
        super().__init__("This product is not in the shop any more. Search for it again.")


class CodeTaken(DomainError):
    """Another product has this barcode or SKU already; `product` is its name."""

    code = "catalog.code_taken"

    def __init__(self, code: str, product: str) -> None:
        super().__init__(f"{code} already belongs to {product}. Use another code, or take it off that product first.")
        self.product = product


class CategoryInUse(DomainError):
    code = "catalog.category_in_use"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} still holds products or categories. Move them first.")


@dataclass(frozen=True, slots=True)
class Barcode:
    """A code on a package. `pack_milli`: what one scan of it sells, 6000 for a carton of six."""

    code: str
    pack_milli: int = 1000


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """What a form or file says of a product. Prices in minor units, as the shop states prices."""

    name: str
    sku: str
    price_minor: int
    kind: ProductKind = ProductKind.STANDARD
    cost_minor: int | None = None
    category_id: int | None = None
    brand: str = ""
    tax_class_id: int | None = None
    supplier_sku: str = ""
    manufacturer_sku: str = ""
    discountable: bool = True
    active: bool = True
    barcodes: tuple[Barcode, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductCard(ProductDraft):
    """A product as it stands in the shop."""

    id: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None
    price: Money = field(default_factory=lambda: Money(0, "XXX"))


@dataclass(frozen=True, slots=True)
class ProductHit:
    """One row of the search list."""

    id: int
    sku: str
    name: str
    price: Money
    kind: ProductKind
    category: str
    active: bool


@dataclass(frozen=True, slots=True)
class CategoryNode:
    """A category with its ids from the root, itself last. `depth` 0 is a root."""

    id: int
    parent_id: int | None
    name: str
    path: tuple[int, ...]
    colour: str = ""
    position: int = 0

    @property
    def depth(self) -> int:
        return len(self.path) - 1


@dataclass(frozen=True, slots=True)
class QuickTile:
    """One tile of the quick keys: a product, or an action ("gift_card", "balance", …)."""

    position: int
    label: str
    colour: str = ""
    product_id: int | None = None
    action: str | None = None
    has_picture: bool = False


@dataclass(frozen=True, slots=True)
class QuickPage:
    id: int
    name: str
    tiles: tuple[QuickTile, ...]
    outlet_id: int | None = None


@dataclass(frozen=True, slots=True)
class TaxClassRow:
    """`percent` is the sum of the class's rates."""

    id: int
    code: str
    name: str
    percent: Decimal


def gtin14(code: str) -> str | None:
    """The padded article number behind a printed code; None for a code that is none.

    An eight-digit code is an EAN-8 where its check digit says so, else the UPC-A of a UPC-E.
    """
    if not is_digits(code) or not code.strip("0"):
        return None
    if len(code) in GTIN_LENGTHS and check_digit_right(code):
        return code.zfill(14)
    if len(code) == 8:
        upc_a = expand_upc_e(code)
        return upc_a.zfill(14) if upc_a else None
    return None


def gtin_candidates(code: str) -> list[str]:
    """Padded article numbers a scanned string may stand for, the likeliest first (leading zeros, UPC-E)."""
    digits = code.strip()
    found: list[str] = []
    if is_digits(digits) and len(digits) <= 14:
        first = gtin14(digits)
        found += [first] if first else []
        upc_a = expand_upc_e(digits)
        found += [upc_a.zfill(14)] if upc_a else []
        if len(digits) in (10, 11, 12, 13) and check_digit_right(digits):  # a scanner that drops leading zeros
            found.append(digits.zfill(14))
    return list(dict.fromkeys(found))


def checked(draft: ProductDraft) -> ProductDraft:
    """The draft as it will be kept: trimmed, codes and tags without repeats. Raises InvalidInput by field."""
    name = _text(draft.name, "name", LONGEST_NAME, "The product needs a name.")
    sku = _text(draft.sku, "sku", LONGEST_SKU, "The product needs a SKU of its own.")
    _amount(draft.price_minor, "price")
    if draft.cost_minor is not None:
        _amount(draft.cost_minor, "cost")
    return ProductDraft(
        name=name,
        sku=sku,
        price_minor=draft.price_minor,
        kind=ProductKind(draft.kind),
        cost_minor=draft.cost_minor,
        category_id=draft.category_id,
        brand=_text(draft.brand, "brand", 120),
        tax_class_id=draft.tax_class_id,
        supplier_sku=_text(draft.supplier_sku, "supplier_sku", LONGEST_SKU),
        manufacturer_sku=_text(draft.manufacturer_sku, "manufacturer_sku", LONGEST_SKU),
        discountable=draft.discountable,
        active=draft.active,
        barcodes=tuple(_barcodes(draft.barcodes)),
        tags=tuple(dict.fromkeys(_text(tag, "tags", LONGEST_TAG).lower() for tag in draft.tags if tag.strip())),
    )


def _barcodes(given: Iterable[Barcode]) -> list[Barcode]:
    kept: dict[str, Barcode] = {}
    for barcode in given:
        code = _text(barcode.code, "barcodes", LONGEST_CODE)
        if not code:
            continue
        if is_digits(code) and len(code) in GTIN_LENGTHS and gtin14(code) is None:
            raise InvalidInput(
                f"The check digit of {code} does not fit. Type it again from the package.",
                field="barcodes",
                code="catalog.check_digit",
            )
        if not 0 < barcode.pack_milli <= 1_000_000_000:
            raise InvalidInput("A code stands for one piece or more.", field="barcodes")
        kept[gtin14(code) or code] = Barcode(code, barcode.pack_milli)
    return list(kept.values())


def _text(text: str, field_name: str, longest: int, missing: str = "") -> str:
    kept = " ".join(text.replace("\x00", " ").split())
    if missing and not kept:
        raise InvalidInput(missing, field=field_name, code="input.missing")
    if len(kept) > longest:
        raise InvalidInput(f"This is longer than {longest} characters.", field=field_name, code="input.long")
    return kept


def _amount(minor: int, field_name: str) -> None:
    if not 0 <= minor <= LARGEST_MINOR:
        raise InvalidInput("A price is never negative, and has its limits.", field=field_name)


def search_text(draft: ProductDraft) -> str:
    """What search looks through; the name comes first, so that a name's beginning is the text's beginning."""
    codes = [barcode.code for barcode in draft.barcodes]
    return searchable(draft.name, draft.sku, draft.brand, draft.supplier_sku, draft.manufacturer_sku, *codes)
