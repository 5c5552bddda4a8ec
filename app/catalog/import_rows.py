"""What one row of a product list says, in the shop's own terms; no database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.catalog.import_file import LONGEST_CELL, CellTable, FileUnreadable, Line, plain_cell
from app.catalog.model import Barcode, ProductKind
from app.errors import InvalidInput
from app.folding import fold
from app.money import LARGEST_MINOR, Money, decimals_of

# What other programs call a column, folded. The first of each is the template's heading.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "product name", "product", "title", "description", "item", "item name", "bezeichnung", "artikel"),
    "price": ("price", "sale price", "selling price", "retail price", "list price", "unit price", "preis", "prix"),
    "sku": ("sku", "product code", "code", "plu", "item number", "article number", "reference", "internal reference"),
    "barcodes": ("barcodes", "barcode", "ean", "upc", "gtin", "ean13", "ean 13", "ean code", "gtin ean", "strichcode"),
    "category": ("category", "categories", "group", "department", "product category", "kategorie", "categorie"),
    "brand": ("brand", "maker", "manufacturer", "vendor", "marke", "marque"),
    "tax": ("tax", "tax class", "tax rate", "vat", "mwst", "tva"),
    "cost": ("cost", "cost price", "purchase price", "unit cost", "einkaufspreis"),
    "kind": ("kind", "type", "sold by", "product type"),
    "supplier_sku": ("supplier sku", "supplier code", "suppliersku"),
    "manufacturer_sku": ("manufacturer sku", "manufacturersku", "mpn", "maker sku"),
    "tags": ("tags", "tag", "labels"),
    "discountable": ("may be discounted", "discountable"),
    "active": ("is sold", "active", "sold", "enabled"),
}
WRONG_HEADING = "What is wrong"  # written beside rows to correct, passed over when they come back
_FIELDS = {word: field for field, words in HEADINGS.items() for word in words}
_KINDS = {
    ProductKind.STANDARD: ("", "standard", "piece", "pieces", "unit", "product", "goods", "storable"),
    ProductKind.WEIGHED: ("weighed", "weight", "kg", "by weight", "kilogram"),
    ProductKind.OPEN_PRICE: ("open price", "open", "price asked", "variable"),
    ProductKind.SERVICE: ("service",),
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words}
_ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+", re.ASCII)  # 5.01235E+12
_YES, _NO = {"yes", "y", "true", "1", "x", "ja", "oui", "si"}, {"no", "n", "false", "0", "nein", "non"}
_AMOUNT = re.compile(r"[0-9]+(?:[.,'’\u00a0\u202f ][0-9]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which cell is which field. A field may have several cells (barcode 1, barcode 2)."""

    places: Mapping[str, tuple[int, ...]]
    passed_over: tuple[str, ...]  # headings that mean nothing here


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What a row says. None: nothing, so that a product which is there keeps what it has."""

    name: str | None = None
    sku: str | None = None
    price_minor: int | None = None
    cost_minor: int | None = None
    barcodes: tuple[Barcode, ...] | None = None
    category: tuple[str, ...] | None = None
    brand: str | None = None
    tax: str | None = None
    kind: ProductKind | None = None
    supplier_sku: str | None = None
    manufacturer_sku: str | None = None
    tags: tuple[str, ...] | None = None
    discountable: bool | None = None
    active: bool | None = None


def field_of(heading: str) -> str:
    """The field a heading means, "" for none. A number behind it ("Barcode 2") counts as the same."""
    word = fold(plain_cell(heading)[:100])
    return _FIELDS.get(word) or _FIELDS.get(re.sub(r" ?[0-9]{1,2}$", "", word), "")


def columns_of(heading: Line) -> Columns:
    """Raises FileUnreadable where no column is the name, or one is there twice."""
    places: dict[str, list[int]] = {}
    passed_over = []
    for place, cell in enumerate(heading.cells):
        if found := field_of(cell):
            places.setdefault(found, []).append(place)
        elif cell.strip() and fold(cell) != fold(WRONG_HEADING):
            passed_over.append(cell.strip()[:40])
    if "name" not in places and "sku" not in places and "barcodes" not in places:
        raise FileUnreadable(
            "The first line names no column of a product list. Put headings like Name, SKU, Barcode and Price there; "
            "the template shows them all."
        )
    twice = [field for field, found in places.items() if len(found) > 1 and field not in ("barcodes", "tags")]
    if twice:
        names = ", ".join(heading.cells[place].strip()[:40] for place in places[twice[0]])
        raise FileUnreadable(f"Two columns mean the same: {names}. Take one of them out.")
    return Columns({field: tuple(found) for field, found in places.items()}, tuple(passed_over))


def decimal_sign(table: CellTable, columns: Columns) -> str:
    """How this file writes decimals: "." or ",", "" where no amount tells and 1,234 may be either.

    Told by amounts with both signs, or with one that no group of three could follow.
    """
    votes = {".": 0, ",": 0}
    for line in table.lines:
        for place in (*columns.places.get("price", ()), *columns.places.get("cost", ())):
            text = line.cells[place] if place < len(line.cells) else ""
            signs = [char for char in text if char in ".,"]
            if len(set(signs)) == 2:
                votes[signs[-1]] += 1
            elif len(signs) == 1 and len(re.sub(r"\D", "", text[text.index(signs[0]) :])) != 3:
                votes[signs[0]] += 1
    if bool(votes["."]) is bool(votes[","]):
        return ""
    return "." if votes["."] else ","


def read_row(line: Line, columns: Columns, width: int, sign: str, currency: str) -> tuple[RowFacts, tuple[str, ...]]:
    """The facts, and a sentence for each cell that cannot be taken."""
    wrong: list[str] = []
    if len(line.cells) > width and any(cell.strip() for cell in line.cells[width:]):
        wrong.append("There are more cells than headings: a delimiter inside a text needs quotation marks around it.")
    if any("\x00" in cell or len(cell) > LONGEST_CELL for cell in line.cells):
        return RowFacts(), ("A cell holds what is no text, or far too much of it.",)

    def cells(field: str) -> list[str]:
        found = [line.cells[place] for place in columns.places.get(field, ()) if place < len(line.cells)]
        return [kept for kept in map(plain_cell, found) if kept]

    def one(field: str) -> str | None:
        return next(iter(cells(field)), None)

    def amount(field: str) -> int | None:
        typed = one(field)
        try:
            return None if typed is None else read_amount(typed, sign, currency)
        except InvalidInput as refusal:
            wrong.append(f"{HEADINGS[field][0].capitalize()} “{typed[:30] if typed else ''}”: {refusal}")
            return None

    def yes_no(field: str) -> bool | None:
        typed = one(field)
        if typed is None or fold(typed) in _YES:
            return None if typed is None else True
        if fold(typed) not in _NO:
            wrong.append(f"{HEADINGS[field][0].capitalize()} “{typed[:30]}”: write yes or no.")
        return False

    kind = one("kind")
    if kind is not None and fold(kind) not in _KIND_OF:
        wrong.append(f"Kind “{kind[:30]}”: write standard, weighed, open price or service.")
    barcodes = _barcodes(cells("barcodes"), wrong)
    tags = tuple(tag.strip() for cell in cells("tags") for tag in re.split(r"[,;|]", cell) if tag.strip())
    category = one("category")
    facts = RowFacts(
        name=one("name"), sku=one("sku"), price_minor=amount("price"), cost_minor=amount("cost"),
        barcodes=barcodes or None, category=_category(category) if category else None, brand=one("brand"),
        tax=one("tax"), kind=_KIND_OF.get(fold(kind)) if kind else None, supplier_sku=one("supplier_sku"),
        manufacturer_sku=one("manufacturer_sku"), tags=tags or None, discountable=yes_no("discountable"),
        active=yes_no("active"),
    )  # fmt: skip
    return facts, tuple(wrong)


def read_amount(text: str, sign: str, currency: str) -> int:
    """Minor units. `sign`: the file's decimal sign, "" unknown. Raises InvalidInput; never guesses between two."""
    plain = text.strip().removeprefix(currency).removesuffix(currency).strip(" \u00a0\u202f$€£¥")
    if plain.startswith(("-", "\N{MINUS SIGN}", "(")):
        raise InvalidInput("a price is never negative.")
    if not _AMOUNT.fullmatch(plain) or len(plain) > 30:
        raise InvalidInput("this is not an amount. Write it like 12.50.")
    parts = re.split(r"[^0-9]", plain)
    marks = re.findall(r"[^0-9]", plain)
    decimal = _decimal_mark(plain, parts, marks, sign, decimals_of(currency))
    whole, part = (parts[:-1], parts[-1]) if decimal else (parts, "")
    if len(whole) > 1 and (any(len(group) != 3 for group in whole[1:]) or not 1 <= len(whole[0]) <= 3):
        raise InvalidInput("this is not an amount. Write it like 12.50.")
    money = Money.parse(f"{''.join(whole)}.{part}" if part else "".join(whole), currency)
    if money.minor > LARGEST_MINOR:
        raise InvalidInput("this amount is too large.")
    return money.minor


def _decimal_mark(plain: str, parts: Sequence[str], marks: Sequence[str], sign: str, decimals: int) -> bool:
    """Whether the last mark is the decimal sign."""
    if not marks or marks[-1] not in ".,":
        return False
    last = marks[-1]
    if len(marks) > 1 and marks[-2] == last:
        return False  # 1.234.567
    if sign:
        return last == sign
    if len(parts[-1]) != 3 or len(set(marks)) > 1 or len(parts[0]) > 3:
        return True
    if decimals in (0, 3) and last == ".":
        return decimals == 3
    raise InvalidInput(f"{plain} can be read two ways. Write 1234.00 or 1.234 in full.")


def _category(text: str) -> tuple[str, ...]:
    return tuple(part for part in (" ".join(part.split())[:120] for part in re.split(r"[>›]| / ", text)) if part)


def _barcodes(cells: Sequence[str], wrong: list[str]) -> tuple[Barcode, ...]:
    """Codes apart by commas, semicolons or bars; "6*CODE" is a carton of six."""
    found = []
    for text in (part.strip() for cell in cells for part in re.split(r"[,;|]", cell)):
        if not text:
            continue
        times, star, code = text.rpartition("*")
        if re.fullmatch(r"[0-9][.,][0-9]+[eE]\+?[0-9]+", text):
            wrong.append(
                f"Barcode {text}: a spreadsheet has rounded it. Format the column as text and fill it in again."
            )
        elif star and not (times.strip().isascii() and times.strip().isdigit() and 0 < int(times) <= 9999):
            wrong.append(f"Barcode {text[:30]}: a carton is written like 6*CODE.")
        else:
            found.append(Barcode(code.strip(), int(Decimal(times) * 1000) if star else 1000))
    return tuple(found)
