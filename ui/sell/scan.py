"""Where a scanned or typed string leads. Pure: the catalogue in memory, no query, no widget."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication

from app.barcodes.model import (
    BarcodeSettings,
    EuroCoupon,
    Gs1,
    InStore,
    Measure,
    NaCoupon,
    OwnCode,
    OwnCodeKind,
    PlainText,
    Product,
    Refused,
    Sscc,
)
from app.barcodes.recognise import recognise
from app.catalog.till import CodeMatch, TillCatalogue, TillProduct
from app.errors import InvalidInput
from app.money import Money, decimals_of, round_half_up
from app.pricing.catalogue import Catalogue
from app.pricing.model import UNIT_MILLI, PricingSettings
from ui.shared.format import Formats
from ui.shared.parsing import parse_quantity

_TIMES = re.compile(r"\s*([0-9.,\u00a0\u202f' \u0660-\u0669-]{1,12}?)\s*[*×]\s*(\S.*)")
LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class SellProduct:
    """Ring this up. `price_minor` is a unit price the barcode named; `measured`: the quantity came from it."""

    product: TillProduct
    quantity_milli: int
    price_minor: int | None = None
    measured: bool = False


@dataclass(frozen=True, slots=True)
class ChooseProduct:
    """Several products share this supplier's or maker's number."""

    matches: tuple[CodeMatch, ...]
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class LookUp:
    """One of the shop's own codes, or a coupon word: the database says which. Never shown or logged whole.

    `plain`: it may be nothing of ours at all, only a word that no product has.
    """

    kind: OwnCodeKind
    code: str = field(repr=False)
    plain: bool = False


@dataclass(frozen=True, slots=True)
class NotKnown:
    """Nothing may be booked. `raw` is what came, safe to show; `unknown`: a product could be made of it."""

    raw: str
    sentence: str
    unknown: bool


Routed = SellProduct | ChooseProduct | LookUp | NotKnown


def split_times(text: str, formats: Formats) -> tuple[int | None, str]:
    """ "3*CODE" as (3000, "CODE"); anything else as (None, text). Raises InvalidInput for a bad quantity."""
    found = _TIMES.fullmatch(text)
    if found is None:
        return None, text.strip()
    return parse_quantity(found[1], formats, weighed=True), found[2].strip()


def shown(raw: str) -> str:
    """What came from the scanner, for the eye: control characters as their pictures, cut to a line."""
    pictures = "".join(chr(0x2400 + ord(letter)) if ord(letter) < 32 else letter for letter in raw)
    clean = "".join(letter if letter.isprintable() else "\ufffd" for letter in pictures)
    return clean if len(clean) <= LONGEST_SHOWN else clean[: LONGEST_SHOWN - 1] + "…"


def not_a_product(code: str) -> NotKnown:
    return NotKnown(shown(code), _tr("No product has this code, and nothing was added."), unknown=True)


def nothing_of_ours(code: str) -> NotKnown:
    said = _tr("No product, coupon, customer or receipt has this code, and nothing was added.")
    return NotKnown(shown(code), said, unknown=True)


def _tr(text: str) -> str:
    return QCoreApplication.translate("scan", text)


class Router:
    """Reads codes by the shop's settings and the catalogues in memory. Replace it when one of them is new."""

    def __init__(
        self,
        catalogue: TillCatalogue,
        promotions: Catalogue,
        pricing: PricingSettings,
        barcodes: BarcodeSettings,
        formats: Formats,
    ) -> None:
        self.catalogue = catalogue
        self._promotions, self._pricing, self._barcodes, self._formats = promotions, pricing, barcodes, formats

    def route(self, text: str) -> Routed:
        """What to do with a scan or a typed code. Only exact matches count, never the nearest."""
        try:
            times, code = split_times(text, self._formats)
        except InvalidInput as refusal:
            return NotKnown(shown(text), str(refusal), unknown=False)
        found = self._route(code, times or UNIT_MILLI)
        if times is not None and isinstance(found, LookUp):
            if found.plain:
                return not_a_product(code)
            return NotKnown(shown(code), _tr("Only a product can be taken several times. Scan it alone."), False)
        return found

    def _route(self, code: str, times: int) -> Routed:
        read = recognise(code, settings=self._barcodes)
        if isinstance(read, OwnCode):
            return LookUp(read.kind, read.code)
        matches: tuple[CodeMatch, ...] = ()
        if isinstance(read, Product):
            match = self.catalogue.by_gtin14(read.gtin14)
            if match is None and read.alternative:
                match = self.catalogue.by_gtin14(read.alternative)
            matches = (match,) if match is not None else self.catalogue.matches(code)
        elif isinstance(read, InStore):
            return self._in_store(read, code, times)
        elif isinstance(read, Gs1):
            return self._gs1(read, code, times)
        elif isinstance(read, PlainText):
            matches = self.catalogue.matches(read.text)
            if not matches and self._promotions.by_code(read.text, self._pricing):
                return LookUp(OwnCodeKind.COUPON, read.text)
            if not matches:
                return LookUp(OwnCodeKind.ANY, read.text, plain=True)
        elif isinstance(read, Refused):
            matches = self.catalogue.matches(read.lookup) if read.lookup else ()
            if not matches and read.lookup and self._promotions.by_code(read.lookup, self._pricing):
                return LookUp(OwnCodeKind.COUPON, read.lookup)
            if not matches:
                return NotKnown(shown(code), read.message, unknown=False)
        elif isinstance(read, EuroCoupon | NaCoupon):
            return NotKnown(
                shown(code),
                _tr("This is a manufacturer's coupon. The shop does not take those at this till."),
                unknown=False,
            )
        elif isinstance(read, Sscc):
            return NotKnown(shown(code), _tr("This is a carton's label. Scan the product inside."), unknown=False)
        return self._sell(matches, code, times)

    def _sell(self, matches: tuple[CodeMatch, ...], code: str, times: int) -> Routed:
        if not matches:
            return not_a_product(code)
        if len(matches) > 1:
            return ChooseProduct(matches, times)
        return SellProduct(matches[0].product, matches[0].pack_milli * times // UNIT_MILLI)

    def _in_store(self, read: InStore, code: str, times: int) -> Routed:
        match = self.catalogue.by_gtin14(read.gtin14) or self.catalogue.by_gtin14(read.lookup_gtin14)
        match = match or self.catalogue.find(read.item) or self.catalogue.find(read.item.lstrip("0"))
        if match is None:
            return NotKnown(shown(code), _tr("No product has the in-store number {0}.").format(read.item), unknown=True)
        product = match.product
        if read.measure is Measure.PRICE:
            price = Money.parse(f"{read.amount:f}", self._pricing.currency)
            return SellProduct(product, times, price.minor, measured=True)
        quantity = round_half_up(read.amount * UNIT_MILLI) * times // UNIT_MILLI
        if quantity <= 0:
            return NotKnown(shown(code), _tr("The label says zero. Weigh it again."), unknown=False)
        return SellProduct(product, quantity, measured=True)

    def _gs1(self, read: Gs1, code: str, times: int) -> Routed:
        match = self.catalogue.by_gtin14(read.gtin14) if read.gtin14 else None
        if match is None:
            said = _tr("No product has the article number in this code.")
            return NotKnown(shown(code), said, unknown=bool(read.gtin14))
        price, weight, count = read.price(self._pricing.currency), read.weight_kg, read.count
        if price is not None:
            scale = decimals_of(self._pricing.currency)
            return SellProduct(match.product, times, round_half_up(price.scaleb(scale)), measured=True)
        if weight is not None and str(match.product.kind) == "weighed":
            return SellProduct(match.product, round_half_up(weight * UNIT_MILLI) * times // UNIT_MILLI, measured=True)
        pieces = count if count else 1
        return SellProduct(match.product, match.pack_milli * pieces * times // UNIT_MILLI)
