"""Plays barcode records: what the till makes of exactly what the reader sent, in the record's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.barcodes import code128
from app.barcodes.model import (
    BarcodeSettings,
    EuroCoupon,
    Gs1,
    InStore,
    Measure,
    NaCoupon,
    OwnCode,
    PlainText,
    Product,
    Recognised,
    Refused,
    Sscc,
)
from app.barcodes.recognise import recognise
from app.scenarios.answer import Played, differences

_PERMISSIONS = ("or_reject", "or_accept")
_COMPARED = ("valid", "reason", "type", "gtin14", "upc_a", "ean13", "fields", "coupon_value", "issuer", "reference")

_Told = Product | InStore | Gs1 | EuroCoupon | NaCoupon | Sscc | OwnCode | PlainText


def play(record: Mapping[str, Any]) -> Played:
    actual = answer(record)
    expected = record["expect"]
    # What the recogniser has no word for is a field the format does not describe.
    asked = {name: value for name, value in expected.items() if name in actual}
    return Played(expected, actual, differences(asked, actual))


def answer(record: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to compare with `record["expect"]`, key by key.

    The keys are those of `expect` that the product has a word for, the permissions repeated as they stand.
    Where `expect` allows the other outcome (`or_reject`, `or_accept`) and that is what happened, the
    expectation itself comes back.
    """
    expect: Mapping[str, Any] = record["expect"]
    layout = expect.get("layout_if_configured")
    settings = BarcodeSettings(country=layout.get("country") if isinstance(layout, Mapping) else None)
    found = recognise(
        str(record["input"]),
        context=str(record.get("context", "plain_scan")),
        symbology_hint=record.get("symbology_hint"),
        settings=settings,
    )
    told = _answer(found, expect)
    if told["valid"] is not expect.get("valid") and any(expect.get(key) for key in _PERMISSIONS):
        return dict(expect)
    told.update((key, expect[key]) for key in _PERMISSIONS if key in expect)
    return {key: told.get(key) for key in expect if key in told or key in _COMPARED}


def _answer(found: Recognised, expect: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(found, Refused):
        return {"valid": False, "reason": found.reason}
    described: dict[str, Any] = {"valid": True, **_describe(found, expect)}
    gtin14 = described.get("gtin14")
    if isinstance(gtin14, str):
        described["ean13"] = gtin14[1:]
        described["same_article_as"] = _same_article(gtin14, expect.get("same_article_as"))
    return described


def _same_article(gtin14: str, other: Any) -> Any:
    """`other` itself when it is this article with fewer or more leading zeros."""
    return other if str(other or "").zfill(14) == gtin14 else gtin14.lstrip("0")


def _describe(found: _Told, expect: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(found, Product):
        return {
            "type": found.symbology,
            "gtin14": found.gtin14,
            "upc_a": found.upc_a,
            "in_store_range": found.in_store_range,
            "also_upc_e": found.alternative is not None,
            "upc_a_if_upc_e": found.upc_a,
        }
    if isinstance(found, InStore):
        return _describe_in_store(found, expect)
    if isinstance(found, Gs1):
        return {"type": "GS1", "fields": [list(pair) for pair in found.fields], "gtin14": found.gtin14}
    if isinstance(found, NaCoupon):
        return _describe_coupon(found)
    if isinstance(found, EuroCoupon):
        return {
            "type": "EUR-coupon-EAN-13",
            "gtin14": found.gtin14,
            "issuer": found.issuer,
            "reference": found.reference,
            "coupon_value": f"{found.value:.2f}",
        }
    if isinstance(found, Sscc):
        return {"type": "SSCC-18"}
    return _describe_text(found, expect)


def _describe_in_store(found: InStore, expect: Mapping[str, Any]) -> dict[str, Any]:
    asked = expect.get("layout_if_configured")
    layout = {"country": asked["country"]} if isinstance(asked, Mapping) else {}
    key = {Measure.WEIGHT: "weight_kg", Measure.PRICE: "price", Measure.COUNT: "count"}[found.measure]
    amount = int(found.amount) if found.measure is Measure.COUNT else str(found.amount)
    return {
        "type": "EAN-13",
        "gtin14": found.gtin14,
        "in_store_range": True,
        "layout_if_configured": {**layout, key: amount},
    }


def _describe_coupon(found: NaCoupon) -> dict[str, Any]:
    if found.ai == "8112":
        return {"type": "GS1", "fields": [["8112", found.data]]}
    value = None if found.value is None else f"{found.value:.2f}"
    return {"type": "NA-coupon", "fields": found.fields, "coupon_value": value}


def _describe_text(found: PlainText | OwnCode, expect: Mapping[str, Any]) -> dict[str, Any]:
    """A label with letters is Code 128 to the till; the symbols are those it would print."""
    text = found.text if isinstance(found, PlainText) else found.code
    drawn = code128.encode(text, expect.get("start"))
    return {
        "type": "CODE-128",
        "start": drawn.start,
        "symbol_values": list(drawn.values),
        "check_value": drawn.check_value,
    }
