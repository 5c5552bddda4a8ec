"""Article numbers: plain digits with a check digit, and the coupons that look like them."""

from __future__ import annotations

from decimal import Decimal

from app.barcodes.checks import check_digit_right, expand_upc_e
from app.barcodes.faults import Fault
from app.barcodes.instore import in_store_range, read_in_store
from app.barcodes.model import BarcodeSettings, EuroCoupon, InStore, Product, Sscc

# How many decimals the value field has. Source: GS1 Greece and GS1 Ireland, the numbering of coupons.
_EURO_COUPONS = {"981": 1, "982": 2}
# Kept for coupons of other common currencies, none of which has them yet: what they are worth is not known.
_KEPT_FOR_COUPONS = ("983", "984")


def read_digits(digits: str, hint: str | None, settings: BarcodeSettings) -> Product | InStore | EuroCoupon | Sscc:
    """What a run of digits is. Raises Fault: length, check_digit or reserved."""
    if hint == "UPC-E" and len(digits) in (6, 7, 8):
        return _upc_e(digits)
    if len(digits) == 18:
        if not check_digit_right(digits):
            raise Fault("check_digit")
        return Sscc(digits)
    if len(digits) not in (8, 12, 13, 14):
        raise Fault("length")
    if not int(digits):
        raise Fault("reserved")
    if len(digits) == 8:
        return _eight_digits(digits, hint)
    if not check_digit_right(digits):
        raise Fault("check_digit")
    return _by_significant_digits(digits, settings)


def _upc_e(digits: str) -> Product:
    upc_a = expand_upc_e(digits)
    if upc_a is None:
        raise Fault("check_digit" if digits[0] in "01" else "reserved")
    return Product("00" + upc_a, "UPC-E", upc_a=upc_a)


def _eight_digits(digits: str, hint: str | None) -> Product:
    """EAN-8 unless its check digit is wrong; some codes are right both ways, and only the shop knows which."""
    upc_a = None if hint == "EAN-8" else expand_upc_e(digits)
    if check_digit_right(digits):
        return Product(
            "000000" + digits,
            "EAN-8",
            upc_a=upc_a,
            alternative=None if upc_a is None else "00" + upc_a,
            in_store_range=digits[0] in "02",
        )
    if upc_a is None:
        raise Fault("check_digit")
    return Product("00" + upc_a, "UPC-E", upc_a=upc_a)


def _by_significant_digits(digits: str, settings: BarcodeSettings) -> Product | InStore | EuroCoupon:
    """Padding with zeros makes no other article: name it by the shortest form that holds it."""
    gtin14 = digits.zfill(14)
    significant = len(digits.lstrip("0"))
    if significant <= 8:
        return Product(gtin14, "EAN-8", in_store_range=gtin14[6] in "02")
    if significant == 14:
        return Product(gtin14, "GTIN-14")
    ean13 = gtin14[1:]
    coupon = _euro_coupon(ean13)
    if coupon is not None:
        return coupon
    label = read_in_store(ean13, settings)
    if label is not None:
        return label
    if significant <= 12:
        return Product(gtin14, "UPC-A", upc_a=ean13[1:], in_store_range=in_store_range(ean13))
    return Product(gtin14, "EAN-13", in_store_range=in_store_range(ean13))


def _euro_coupon(ean13: str) -> EuroCoupon | None:
    prefix, value = ean13[:3], ean13[9:12]
    if prefix in _KEPT_FOR_COUPONS:
        raise Fault("reserved")
    decimals = _EURO_COUPONS.get(prefix)
    if decimals is None:
        return None
    return EuroCoupon(ean13[:7], ean13[7:9], Decimal(value).scaleb(-decimals), "0" + ean13)
