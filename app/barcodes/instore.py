"""Labels from the shop's own scale: the item and its weight, price or count inside one EAN-13."""

from __future__ import annotations

from decimal import Decimal

from stdnum import ean

from app.barcodes.faults import Fault
from app.barcodes.model import BarcodeSettings, InStore, InStorePattern, Measure
from app.money import decimals_of

# Number ranges no maker is given. Source: GS1 General Specifications 2.1.11 (restricted circulation).
_SHOP_PREFIXES = ("02", "04", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29")


def in_store_range(ean13: str) -> bool:
    return ean13.startswith(_SHOP_PREFIXES)


def read_in_store(ean13: str, settings: BarcodeSettings) -> InStore | None:
    """The label's parts by the shop's patterns, then by its country's layout; None where neither fits.

    Raises Fault("check_digit") when the check digit of the measure itself is wrong.
    """
    for pattern in settings.in_store:
        if _matches(ean13, pattern):
            return _by_pattern(ean13, pattern, settings.currency)
    if settings.country is not None and in_store_range(ean13):
        return _by_country(ean13, settings.country)
    return None


def _matches(ean13: str, pattern: InStorePattern) -> bool:
    return all(not place.isdigit() or place == digit for place, digit in zip(pattern.pattern, ean13, strict=True))


def _part(digits: str, pattern: InStorePattern, letter: str) -> str:
    return "".join(digit for place, digit in zip(pattern.pattern, digits, strict=True) if place == letter)


def _by_pattern(ean13: str, pattern: InStorePattern, currency: str) -> InStore:
    from biip.checksums import gs1_price_weight_check_digit

    measure = _part(ean13, pattern, pattern.letter)
    check = _part(ean13, pattern, "V")
    if check and int(check) != gs1_price_weight_check_digit(measure):
        raise Fault("check_digit")
    decimals = pattern.decimals
    if decimals is None:
        decimals = {Measure.WEIGHT: 3, Measure.COUNT: 0}.get(pattern.measure, decimals_of(currency))
    return InStore(
        item=_part(ean13, pattern, "I"),
        measure=pattern.measure,
        amount=Decimal(measure).scaleb(-decimals),
        gtin14="0" + ean13,
        lookup_gtin14=_without_measure(ean13, pattern),
    )


def _without_measure(ean13: str, pattern: InStorePattern) -> str:
    zeroed = "".join("0" if place in "WPNV" else digit for place, digit in zip(pattern.pattern, ean13, strict=True))
    return "0" + zeroed[:12] + ean.calc_check_digit(zeroed[:12])


def _by_country(ean13: str, country: str) -> InStore | None:
    from biip import ParseConfig, ParseError
    from biip.gtin import Gtin
    from biip.rcn import Rcn, RcnRegion

    try:
        label = Gtin.parse(ean13, config=ParseConfig(rcn_region=RcnRegion(country.lower())))
    except ParseError:
        raise Fault("check_digit") from None
    if not isinstance(label, Rcn) or label.item_reference is None:
        return None
    found = [
        (measure, Decimal(amount))
        for measure, amount in (
            (Measure.WEIGHT, label.weight),
            (Measure.PRICE, label.price),
            (Measure.COUNT, label.count),
        )
        if amount is not None
    ]
    if not found:
        return None
    measure, amount = found[0]
    zeroed = label.without_variable_measure().as_gtin_14()
    return InStore(label.item_reference, measure, amount, "0" + ean13, zeroed)
