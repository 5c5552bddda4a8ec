"""What a scanned or typed string is: an article, a coupon, one of the shop's own codes, or nothing it may book."""

from app.barcodes.model import (
    BarcodeSettings,
    EuroCoupon,
    Gs1,
    InStore,
    InStorePattern,
    Measure,
    NaCoupon,
    OwnCode,
    OwnCodeKind,
    OwnCodePattern,
    PlainText,
    Product,
    Recognised,
    Refused,
    Sscc,
)
from app.barcodes.recognise import recognise

__all__ = [
    "BarcodeSettings",
    "EuroCoupon",
    "Gs1",
    "InStore",
    "InStorePattern",
    "Measure",
    "NaCoupon",
    "OwnCode",
    "OwnCodeKind",
    "OwnCodePattern",
    "PlainText",
    "Product",
    "Recognised",
    "Refused",
    "Sscc",
    "recognise",
]
