"""The kinds of thing a scan can be, as frozen values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum

from app.barcodes.iso_numbers import currency_of
from app.money import decimals_of


@dataclass(frozen=True, slots=True)
class Product:
    """An article number with a right check digit. Look it up by `gtin14`: leading zeros never matter.

    `symbology` is EAN-13, EAN-8, UPC-A, UPC-E or GTIN-14. `alternative` is the GTIN-14 of the other reading of
    eight digits that are both a right EAN-8 and a right UPC-E: try it when `gtin14` is not in the shop.
    """

    gtin14: str
    symbology: str
    upc_a: str | None = None
    alternative: str | None = None
    in_store_range: bool = False
    add_on: str | None = None  # 2 or 5 digits beside the code, as on magazines


class Measure(Enum):
    WEIGHT = "weight"
    PRICE = "price"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class InStore:
    """A label the shop or its scale printed: an item and what this piece of it weighs, costs or counts.

    `item` holds the item digits alone; `lookup_gtin14` is the whole code with the measure set to zero, for shops
    that store it that way. `amount`: kilograms, units of the shop's money, or pieces.
    """

    item: str
    measure: Measure
    amount: Decimal
    gtin14: str
    lookup_gtin14: str


@dataclass(frozen=True, slots=True)
class Gs1:
    """A GS1 element string: fields in the order sent, application identifier and value."""

    fields: tuple[tuple[str, str], ...]

    def value(self, ai: str) -> str | None:
        return next((value for known, value in self.fields if known == ai), None)

    @property
    def gtin14(self) -> str | None:
        """The article, from AI 01; AI 02 names what a pallet holds and is never one article."""
        return self.value("01")

    @property
    def count(self) -> int | None:
        """Pieces, from AI 30."""
        value = self.value("30")
        return None if value is None else int(value)

    @property
    def weight_kg(self) -> Decimal | None:
        """Net weight from AI 310n, the last digit of which is its number of decimals."""
        return self._scaled("310")

    def price(self, currency: str) -> Decimal | None:
        """Amount to pay for this piece: from AI 392n, or from AI 393n where it names `currency`.

        None where it is not stated, is in other money or has more decimals than the currency.
        """
        value = self._scaled("392")
        for ai, stated in self.fields:
            if len(ai) == 4 and ai.startswith("393") and currency_of(stated[:3]) == currency:
                value = Decimal(stated[3:]).scaleb(-int(ai[3]))
        if value is None or value != round(value, decimals_of(currency)):
            return None
        return value

    def date(self, ai: str, today: date) -> date | None:
        """The date under `ai` (YYMMDD); day 00 is the month's last. The century is the nearest to `today`."""
        value = self.value(ai)
        if value is None or len(value) < 6 or not value[:6].isdigit():
            return None
        return gs1_date(value[:6], today)

    def _scaled(self, stem: str) -> Decimal | None:
        for ai, value in self.fields:
            if len(ai) == 4 and ai.startswith(stem):
                return Decimal(value).scaleb(-int(ai[3]))
        return None


def gs1_date(digits: str, today: date) -> date:
    """YYMMDD by the GS1 century rule: never 51 years ahead or 50 behind. Source: GS1 General Specifications 7.12."""
    year = today.year - today.year % 100 + int(digits[:2])
    if year - today.year >= 51:
        year -= 100
    elif today.year - year >= 50:
        year += 100
    month, day = int(digits[2:4]), int(digits[4:6])
    if day:
        return date(year, month, day)
    after = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(after.toordinal() - 1)


@dataclass(frozen=True, slots=True)
class EuroCoupon:
    """A manufacturer's coupon in an EAN-13. `value` in euro; zero gives the goods free."""

    issuer: str
    reference: str
    value: Decimal
    gtin14: str


@dataclass(frozen=True, slots=True)
class NaCoupon:
    """A North American coupon (AI 8110, or 8112 whose offer is on file with the issuer).

    `fields` nests as the code does; `value` is dollars off when the code says so in itself.
    """

    ai: str
    data: str
    fields: dict[str, object] = field(hash=False)
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Sscc:
    """A pallet or carton label: nothing a till sells."""

    sscc: str


class OwnCodeKind(Enum):
    COUPON = "coupon"
    GIFT_CARD = "gift_card"
    LOYALTY_CARD = "loyalty_card"
    RECEIPT = "receipt"
    ANY = "any"  # one of ours by its form; the look-up says which


@dataclass(frozen=True, slots=True)
class OwnCode:
    """A code this shop gave out, upper case and without its spaces and hyphens (receipt numbers as printed)."""

    kind: OwnCodeKind
    code: str


@dataclass(frozen=True, slots=True)
class PlainText:
    """A label with letters: a SKU, a coupon word, a supplier's code. `text` is safe to show and look up."""

    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing may be booked from this. `reason` is stable; `message` tells the cashier what to do.

    `lookup` is the text as far as it is safe to look up exactly (a short PLU or a SKU typed by hand); None
    where even that would be wrong.
    """

    reason: str
    message: str
    lookup: str | None = None


Recognised = Product | InStore | Gs1 | EuroCoupon | NaCoupon | Sscc | OwnCode | PlainText | Refused


@dataclass(frozen=True, slots=True)
class InStorePattern:
    """Where a scale's EAN-13 keeps its item and its measure, one letter per digit, 13 in all.

    Digits stand for themselves. I item; W weight, P price, N count; V the GS1 price/weight check digit over a
    measure of four or five digits; C the EAN check digit, always last. `decimals` counts
    those of the measure: by default 3 for weight (kg), 0 for count, and for price those of the shop's currency.
    """

    pattern: str
    decimals: int | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9IWPNV]{12}C", self.pattern):
            raise ValueError("A pattern has 13 places: digits, I, one of W, P or N, V, and C at the end.")
        letters = {letter for letter in "WPN" if letter in self.pattern}
        if len(letters) != 1 or "I" not in self.pattern:
            raise ValueError("A pattern needs places for the item and for one measure: W, P or N.")
        if self.pattern.count("V") > 1 or ("V" in self.pattern and self.places(self.letter) not in (4, 5)):
            raise ValueError("A price/weight check digit V goes with a measure of four or five digits.")
        for letter in "IWPN":
            if letter in self.pattern and letter * self.places(letter) not in self.pattern:
                raise ValueError(f"The places of {letter} belong side by side.")

    @property
    def letter(self) -> str:
        return next(letter for letter in "WPN" if letter in self.pattern)

    @property
    def measure(self) -> Measure:
        return {"W": Measure.WEIGHT, "P": Measure.PRICE, "N": Measure.COUNT}[self.letter]

    def places(self, letter: str) -> int:
        return self.pattern.count(letter)


@dataclass(frozen=True, slots=True)
class OwnCodePattern:
    """Codes of the shop that match `expression` (whole text, upper case) are of this kind."""

    kind: OwnCodeKind
    expression: str


@dataclass(frozen=True, slots=True)
class BarcodeSettings:
    """What a shop can set about its codes.

    `country`: two letters of a country whose in-store layouts are known (DK EE FI DE GB LV LT NO SE); the shop's
    own patterns come first. `own_codes` are tried before anything else. `separators` end a field of a GS1
    message beside the group separator, for scanners that cannot send it.
    """

    currency: str = "EUR"
    country: str | None = None
    in_store: tuple[InStorePattern, ...] = ()
    own_codes: tuple[OwnCodePattern, ...] = ()
    separators: str = ""
