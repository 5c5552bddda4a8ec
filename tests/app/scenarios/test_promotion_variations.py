"""More records in the form of the public ones, played on a shop; every figure worked out by hand beside its case.

A case is (title, record, expected). `sell` writes the record: products as SKU to price, or (price, tax), or
(price, tax, category).
"""

from __future__ import annotations

from typing import Any

import pytest

from app.scenarios import promotion_shop, promotions
from app.scenarios.answer import Played

Record = dict[str, Any]
Case = tuple[str, Record, dict[str, Any]]


def sell(products: dict[str, Any], basket: str, *promotions: Record, codes: str = "", **more: Any) -> Record:
    """`basket` is "A 2, B 1"; `codes` "X Y" are entered in this order."""
    listed = []
    for sku, told in products.items():
        price, tax, category = (*told, None, None)[:3] if isinstance(told, tuple) else (told, None, None)
        product = {"sku": sku, "price": price, "tax": tax, "category": category}
        listed.append({name: value for name, value in product.items() if value is not None})
    lines = [line.split() for line in basket.split(",")]
    return {
        "id": "V",
        "currency": "USD",
        "tax": {"mode": "none"},
        "products": listed,
        "promotions": list(promotions),
        "basket": [{"sku": sku, "qty": int(qty) if qty.lstrip("-").isdigit() else qty} for sku, qty in lines],
        "actions": [{"op": "apply_code", "code": code} for code in codes.split()],
        **more,
    }


def on_top(**rates: str) -> Record:
    return {"mode": "exclusive", "rates": rates}


def inside(**rates: str) -> Record:
    return {"mode": "inclusive", "rates": rates}


def promo(kind: str, **more: Any) -> Record:
    return {"id": more.pop("id", "P"), "kind": kind, **more}


def percent(value: str, **more: Any) -> Record:
    return promo("percent", value=value, **more)


def fixed(value: str, **more: Any) -> Record:
    return promo("fixed", value=value, **more)


def bogo(qty: int, get: Record, pool: str = "shared", buy: Record | None = None, **more: Any) -> Record:
    return promo("bogo", buy={"qty": qty, "pool": pool, **(buy or {})}, get=get, **more)


def comes_to(
    subtotal: str, discount: str, tax: str, total: str, applied: str = "", refused: str = "", **more: Any
) -> Record:
    """`refused` is "CODE reason, …"."""
    pairs = [pair.split() for pair in refused.split(",") if pair.strip()]
    return {
        "subtotal": subtotal,
        "discount": discount,
        "tax": tax,
        "total": total,
        "applied_promotions": applied.split(),
        "refused_codes": [{"code": code, "reason": reason} for code, reason in pairs],
        **more,
    }


SKUS = {"skus": ["A"]}
TWO_RATES = {"A": ("10.00", "high"), "B": ("20.00", "low")}

PERCENTAGES: list[Case] = [
    (
        "tax on top is on what is left: 59.97 - 9.00 (8.9955) = 50.97, 8.25 % is 4.205",
        sell({"A": ("19.99", "t")}, "A 3", percent("15"), tax=on_top(t="8.25")),
        comes_to("59.97", "9.00", "4.21", "55.18", "P"),
    ),
    (
        "tax inside: 23.80 - 5.95 = 17.85, of which 19/119 is 2.85",
        sell({"A": ("11.90", "t")}, "A 2", percent("25"), tax=inside(t="19")),
        comes_to("23.80", "5.95", "2.85", "17.85", "P"),
    ),
    (
        "all of it, two rates inside: nothing left and no tax",
        sell({"A": ("9.99", "a"), "B": ("3.33", "b")}, "A 1, B 3", percent("100"), tax=inside(a="21", b="6")),
        comes_to("19.98", "19.98", "0.00", "0.00", "P"),
    ),
    (
        "the first two units of each line at half: 2 x 2.00 and 5.00",
        sell({"A": "4.00", "B": "10.00"}, "A 3, B 1", percent("50", max_units_per_line=2)),
        comes_to("22.00", "9.00", "0.00", "13.00", "P", line_discounts=["4.00", "5.00"]),
    ),
    (
        "a cap met to the cent does not bind",
        sell({"A": "50.00"}, "A 1", percent("10", max_discount="5.00")),
        comes_to("50.00", "5.00", "0.00", "45.00", "P"),
    ),
    (
        "a cap without tax on prices with 20 %: 50.00 is 60.00 as priced",
        sell(
            {"A": ("240.00", "t")},
            "A 1",
            percent("50", max_discount="50.00", max_discount_basis="net"),
            tax=inside(t="20"),
        ),
        comes_to("240.00", "60.00", "30.00", "180.00", "P"),
    ),
    (
        "a cap with tax over two rates: 5.00 x 1.2 + 10.00 x 1.15 = 17.50, capped at 8.75: half of each",
        sell(
            TWO_RATES,
            "A 1, B 1",
            percent("50", max_discount="8.75", max_discount_basis="gross"),
            tax=on_top(high="20", low="15"),
        ),
        # A gives 2.50, B 5.00; tax 7.50 x .2 = 1.50 and 15.00 x .15 = 2.25
        comes_to("30.00", "7.50", "3.75", "26.25", "P"),
    ),
    (
        "one percentage per category, two rates on top",
        sell(
            {"A": ("10.00", "high", "x"), "B": ("20.00", "low", "y"), "C": ("5.00", None, "z")},
            "A 1, B 1, C 1",
            percent("10", id="X", scope="category", targets={"categories": ["x"]}),
            percent("25", id="Y", scope="category", targets={"categories": ["y"]}),
            tax=on_top(high="20", low="5"),
        ),
        # 9.00 x .2 = 1.80, 15.00 x .05 = .75
        comes_to("35.00", "6.00", "2.55", "31.55", "X Y"),
    ),
    (
        "a target by SKU or by category: both are meant",
        sell(
            {"A": ("10.00", None, "x"), "B": ("20.00", None, "y"), "C": "5.00"},
            "A 1, B 1, C 1",
            percent("10", targets={"skus": ["C"], "categories": ["y"]}),
        ),
        comes_to("35.00", "2.50", "0.00", "32.50", "P"),
    ),
    (
        "half a cent goes up",
        sell({"A": "0.05"}, "A 1", percent("50")),
        comes_to("0.05", "0.03", "0.00", "0.02", "P"),
    ),
    (
        "half a cent is cut off where the shop rounds down",
        sell({"A": "0.05"}, "A 1", percent("50"), rules={"rounding": "down"}),
        comes_to("0.05", "0.02", "0.00", "0.03", "P"),
    ),
    (
        "rounded down per line: .105 is .10 each",
        sell(
            {"A": "1.05", "B": "1.05"},
            "A 1, B 1",
            percent("10"),
            rules={"rounding": "down", "discount_rounding_level": "line"},
        ),
        comes_to("2.10", "0.20", "0.00", "1.90", "P"),
    ),
    (
        "per line: .105 is .11, three times",
        sell(
            {"A": "1.05", "B": "1.05", "C": "1.05"},
            "A 1, B 1, C 1",
            percent("10"),
            rules={"discount_rounding_level": "line"},
        ),
        comes_to("3.15", "0.33", "0.00", "2.82", "P", line_discounts=["0.11", "0.11", "0.11"]),
    ),
    (
        "per line with three in it: .315 is .32",
        sell({"A": "1.05"}, "A 3", percent("10"), rules={"discount_rounding_level": "line"}),
        comes_to("3.15", "0.32", "0.00", "2.83", "P"),
    ),
    (
        "per unit: .11 three times",
        sell({"A": "1.05"}, "A 3", percent("10"), rules={"discount_rounding_level": "unit"}),
        comes_to("3.15", "0.33", "0.00", "2.82", "P"),
    ),
    (
        "not until the end: .055 + .0495 = .1045",
        sell(
            {"A": "0.55"},
            "A 1",
            percent("10", id="C1"),
            percent("10", id="C2"),
            rules={"discount_rounding_level": "final"},
        ),
        comes_to("0.55", "0.10", "0.00", "0.45", "C1 C2"),
    ),
    (
        "each rounded once: .06 of .55, then .05 of .49",
        sell({"A": "0.55"}, "A 1", percent("10", id="C1"), percent("10", id="C2")),
        comes_to("0.55", "0.11", "0.00", "0.44", "C1 C2"),
    ),
    (
        "a percentage with decimals: 12.5 % of 39.92 is 4.99",
        sell({"A": "9.98"}, "A 4", percent("12.5")),
        comes_to("39.92", "4.99", "0.00", "34.93", "P"),
    ),
]

AMOUNTS: list[Case] = [
    (
        "more than its product costs leaves the others alone",
        sell({"A": "6.00", "B": "4.00"}, "A 1, B 1", fixed("10.00", scope="sku", targets=SKUS)),
        comes_to("10.00", "6.00", "0.00", "4.00", "P"),
    ),
    (
        "5.00 with tax off 10.00 + 20 % and 8.00 untaxed, 20.00 with tax: a quarter, 2.50 and 2.00",
        sell({"A": ("10.00", "t"), "B": "8.00"}, "A 1, B 1", fixed("5.00", value_basis="gross"), tax=on_top(t="20")),
        comes_to("18.00", "4.50", "1.50", "15.00", "P", line_discounts=["2.50", "2.00"]),
    ),
    (
        "2.00 off each line, never below zero: 1.50, 2.00, 2.00",
        sell({"A": "1.50", "B": "5.00", "C": "3.00"}, "A 1, B 2, C 1", fixed("2.00", per_line=True)),
        comes_to("14.50", "5.50", "0.00", "9.00", "P", line_discounts=["1.50", "2.00", "2.00"]),
    ),
    (
        "the same, capped at 4.00 in all",
        sell(
            {"A": "1.50", "B": "5.00", "C": "3.00"}, "A 1, B 2, C 1", fixed("2.00", per_line=True, max_discount="4.00")
        ),
        comes_to("14.50", "4.00", "0.00", "10.50", "P"),
    ),
    (
        "2.50 with 25 % tax off each of three: 2.00 before tax",
        sell(
            {"A": ("10.00", "t")}, "A 3", promo("fixed_per_unit", value="2.50", value_basis="gross"), tax=on_top(t="25")
        ),
        comes_to("30.00", "6.00", "6.00", "30.00", "P"),
    ),
    (
        "200.00 off one unit of each line, each above its price: 100.00 + 150.00",
        sell({"A": "100.00", "B": "150.00"}, "A 1, B 5", promo("fixed_per_unit", value="200.00", max_units_per_line=1)),
        comes_to("850.00", "250.00", "0.00", "600.00", "P"),
    ),
    (
        "3.00 off two of five units",
        sell({"A": "10.00"}, "A 5", promo("fixed_per_unit", value="3.00", max_units_per_line=2)),
        comes_to("50.00", "6.00", "0.00", "44.00", "P"),
    ),
    (
        "off each unit after a tenth: 9.00 left each, 9.50 off takes the 9.00",
        sell({"A": "10.00"}, "A 2", percent("10", id="T"), promo("fixed_per_unit", id="U", value="9.50")),
        comes_to("20.00", "20.00", "0.00", "0.00", "T U"),
    ),
    (
        "inside tax: 12.10 - 1.10 = 11.00, of which 1.00 is tax",
        sell({"A": ("12.10", "t")}, "A 1", fixed("1.10"), tax=inside(t="10")),
        comes_to("12.10", "1.10", "1.00", "11.00", "P"),
    ),
    (
        "10.00 before tax off a price with 20 %: 12.00",
        sell({"A": ("60.00", "t")}, "A 1", fixed("10.00", value_basis="net"), tax=inside(t="20")),
        comes_to("60.00", "12.00", "8.00", "48.00", "P"),
    ),
    (
        "0.10 over three equal lines",
        sell({"A": "1.00", "B": "1.00", "C": "1.00"}, "A 1, B 1, C 1", fixed("0.10")),
        comes_to(
            "3.00",
            "0.10",
            "0.00",
            "2.90",
            "P",
            line_discounts=["0.04", "0.03", "0.03"],
            line_discounts_note="the odd cent",
        ),
    ),
    (
        "spread by what is left: A 5.00 of 10.00 after its own half, B 10.00; 3.00 is 1.00 and 2.00",
        sell({"A": "10.00", "B": "10.00"}, "A 1, B 1", percent("50", id="H", targets=SKUS), fixed("3.00", id="F")),
        comes_to("20.00", "8.00", "0.00", "12.00", "H F", line_discounts=["6.00", "2.00"]),
    ),
]

UNITS: list[Case] = [
    (
        "2.00 off the cheapest",
        sell({"A": "9.00", "B": "3.00"}, "A 1, B 2", promo("cheapest_item", value="2.00", value_type="fixed")),
        comes_to("15.00", "2.00", "0.00", "13.00", "P"),
    ),
    (
        "2.00 off the cheapest, which costs 1.50",
        sell({"A": "9.00", "B": "1.50"}, "A 1, B 2", promo("cheapest_item", value="2.00", value_type="fixed")),
        comes_to("12.00", "1.50", "0.00", "10.50", "P"),
    ),
    (
        "the cheapest above zero",
        sell({"A": "9.00", "B": "0.00", "C": "5.00"}, "A 1, B 1, C 1", promo("cheapest_item", value="100")),
        comes_to("14.00", "5.00", "0.00", "9.00", "P"),
    ),
    (
        "the cheapest as earlier promotions left it: B 4.00 less a tenth is 3.60",
        sell(
            {"A": "10.00", "B": "4.00"}, "A 1, B 1", percent("10", id="T"), promo("cheapest_item", id="C", value="100")
        ),
        comes_to("14.00", "5.00", "0.00", "9.00", "T C"),
    ),
    (
        "a deal on one product makes it the cheapest: A 10.00 at a fifth is 2.00, half of that",
        sell(
            {"A": "10.00", "B": "4.00"},
            "A 1, B 1",
            percent("80", id="T", targets=SKUS),
            promo("cheapest_item", id="C", value="50"),
        ),
        comes_to("14.00", "9.00", "0.00", "5.00", "T C"),
    ),
    (
        "buy 2 get 1 at half, seven: two groups",
        sell({"A": "10.00"}, "A 7", bogo(2, {"qty": 1, "percent": "50"}, repeat=True)),
        comes_to("70.00", "10.00", "0.00", "60.00", "P"),
    ),
    (
        "the same, once at most",
        sell({"A": "10.00"}, "A 7", bogo(2, {"qty": 1, "percent": "50"}, repeat=True, max_applications=1)),
        comes_to("70.00", "5.00", "0.00", "65.00", "P"),
    ),
    (
        "the dearest of three free",
        sell(
            {"A": "5.00", "B": "4.00", "C": "3.00"},
            "A 1, B 1, C 1",
            bogo(2, {"qty": 1, "percent": "100", "which": "dearest"}),
        ),
        comes_to("12.00", "5.00", "0.00", "7.00", "P"),
    ),
    (
        "a pool of one category only",
        sell(
            {"A": ("3.00", None, "c"), "B": ("2.00", None, "c"), "D": "1.00"},
            "A 2, B 2, D 3",
            bogo(3, {"qty": 1, "percent": "100"}, buy={"categories": ["c"]}, repeat=True),
        ),
        comes_to("13.00", "2.00", "0.00", "11.00", "P"),
    ),
    (
        "three of a pool of two kinds: the two cheapest units of six are both B",
        sell({"A": "3.00", "B": "2.00"}, "A 3, B 3", bogo(2, {"qty": 1, "percent": "100"}, repeat=True)),
        comes_to("15.00", "4.00", "0.00", "11.00", "P"),
    ),
    (
        "each bought earns two; three are there",
        sell(
            {"A": "5.00", "B": "2.00"},
            "A 2, B 3",
            bogo(1, {"qty": 2, "percent": "100", "skus": ["B"]}, "separate", {"skus": ["A"]}, repeat=True),
        ),
        comes_to("16.00", "6.00", "0.00", "10.00", "P"),
    ),
    (
        "1.50 off each unit got",
        sell(
            {"A": "5.00", "B": "4.00"},
            "A 2, B 2",
            bogo(1, {"qty": 1, "amount_off": "1.50", "skus": ["B"]}, "separate", {"skus": ["A"]}, repeat=True),
        ),
        comes_to("18.00", "3.00", "0.00", "15.00", "P"),
    ),
    (
        "more money off than the unit got costs",
        sell(
            {"A": "5.00", "B": "1.00"},
            "A 1, B 2",
            bogo(1, {"qty": 2, "amount_off": "1.50", "skus": ["B"]}, "separate", {"skus": ["A"]}),
        ),
        comes_to("7.00", "2.00", "0.00", "5.00", "P"),
    ),
    (
        "buy two get one of the same product, apart: five hold one, for bought and got are different units",
        sell(
            {"A": "5.00"},
            "A 5",
            bogo(2, {"qty": 1, "percent": "100", "skus": ["A"]}, "separate", {"skus": ["A"]}, repeat=True),
        ),
        comes_to("25.00", "5.00", "0.00", "20.00", "P"),
    ),
    (
        "six hold two",
        sell(
            {"A": "5.00"},
            "A 6",
            bogo(2, {"qty": 1, "percent": "100", "skus": ["A"]}, "separate", {"skus": ["A"]}, repeat=True),
        ),
        comes_to("30.00", "10.00", "0.00", "20.00", "P"),
    ),
    (
        "any one of a category earns A, which is of it: one A alone is not both",
        sell(
            {"A": ("5.00", None, "c")},
            "A 1",
            bogo(1, {"qty": 1, "percent": "100", "skus": ["A"]}, "separate", {"categories": ["c"]}),
        ),
        comes_to("5.00", "0.00", "0.00", "5.00"),
    ),
    (
        "cheapest got first, of two kinds",
        sell(
            {"A": "9.00", "B": "4.00", "C": "3.00"},
            "A 1, B 1, C 1",
            bogo(1, {"qty": 1, "percent": "100", "skus": ["B", "C"], "which": "cheapest"}, "separate", {"skus": ["A"]}),
        ),
        comes_to("16.00", "3.00", "0.00", "13.00", "P"),
    ),
    (
        "the unit got carries its tax away: 20 % of 9.00 stays, the other was 5 %",
        sell(
            {"A": ("9.00", "high"), "B": ("4.00", "low")},
            "A 1, B 1",
            bogo(1, {"qty": 1, "percent": "100", "skus": ["B"]}, "separate", {"skus": ["A"]}),
            tax=on_top(high="20", low="5"),
        ),
        comes_to("13.00", "4.00", "1.80", "10.80", "P"),
    ),
    (
        "half of 3.33, twice: 3.33 in all",
        sell({"A": "3.33"}, "A 4", bogo(1, {"qty": 1, "percent": "50"}, repeat=True)),
        comes_to("13.32", "3.33", "0.00", "9.99", "P"),
    ),
    (
        "the same rounded per unit: 1.67 twice",
        sell(
            {"A": "3.33"},
            "A 4",
            bogo(1, {"qty": 1, "percent": "50"}, repeat=True),
            rules={"discount_rounding_level": "unit"},
        ),
        comes_to("13.32", "3.34", "0.00", "9.98", "P"),
    ),
    (
        "three for 20.00 takes the dearest: 9 + 8 + 7",
        sell(
            {"A": "9.00", "B": "8.00", "C": "7.00", "D": "3.00"},
            "A 1, B 1, C 1, D 1",
            promo("fixed_price", bundle_qty=3, bundle_price="20.00"),
        ),
        comes_to("27.00", "4.00", "0.00", "23.00", "P"),
    ),
    (
        "three for 20.00, seven at 7.00: two bundles",
        sell({"A": "7.00"}, "A 7", promo("fixed_price", bundle_qty=3, bundle_price="20.00", repeat=True)),
        comes_to("49.00", "2.00", "0.00", "47.00", "P"),
    ),
    (
        "the same, not repeated",
        sell({"A": "7.00"}, "A 7", promo("fixed_price", bundle_qty=3, bundle_price="20.00", repeat=False)),
        comes_to("49.00", "1.00", "0.00", "48.00", "P"),
    ),
    (
        "three for 20.00 that cost 20.00: no effect",
        sell({"A": "6.00", "B": "8.00"}, "A 2, B 1", promo("fixed_price", bundle_qty=3, bundle_price="20.00")),
        comes_to("20.00", "0.00", "0.00", "20.00"),
    ),
    (
        "two for 15.00 over 12.00 + 20 % and 8.00 untaxed: 5.00 saved as 3.00 and 2.00",
        sell(
            {"A": ("12.00", "t"), "B": "8.00"},
            "A 1, B 1",
            promo("fixed_price", bundle_qty=2, bundle_price="15.00"),
            tax=on_top(t="20"),
        ),
        comes_to("20.00", "5.00", "1.80", "16.80", "P", line_discounts=["3.00", "2.00"]),
    ),
]

BY_AMOUNT = [{"from": "50", "value": "5"}, {"from": "100", "value": "10"}]
TIERS: list[Case] = [
    (
        "exactly the second step",
        sell({"A": "50.00"}, "A 2", promo("tiered_percent", tiers=BY_AMOUNT)),
        comes_to("100.00", "10.00", "0.00", "90.00", "P"),
    ),
    (
        "a cent below it: 5 % of 99.99",
        sell({"A": "99.99"}, "A 1", promo("tiered_percent", tiers=BY_AMOUNT)),
        comes_to("99.99", "5.00", "0.00", "94.99", "P"),
    ),
    (
        "steps in any order",
        sell({"A": "120.00"}, "A 1", promo("tiered_fixed", tiers=BY_AMOUNT[::-1])),
        comes_to("120.00", "10.00", "0.00", "110.00", "P"),
    ),
    (
        "steps on what is targeted: 60.00 of 160.00",
        sell({"A": "60.00", "B": "100.00"}, "A 1, B 1", promo("tiered_percent", tiers=BY_AMOUNT, targets=SKUS)),
        comes_to("160.00", "3.00", "0.00", "157.00", "P"),
    ),
    (
        "steps by units of what is targeted",
        sell(
            {"A": "10.00", "B": "10.00"},
            "A 3, B 9",
            promo(
                "tiered_fixed",
                tier_basis="qty",
                tiers=[{"from": "3", "value": "4.00"}, {"from": "4", "value": "6.00"}],
                targets=SKUS,
            ),
        ),
        comes_to("120.00", "4.00", "0.00", "116.00", "P"),
    ),
    (
        "a step worth more than the basket",
        sell({"A": "5.00"}, "A 1", promo("tiered_fixed", tiers=[{"from": "0", "value": "10.00"}])),
        comes_to("5.00", "5.00", "0.00", "0.00", "P"),
    ),
    (
        "no step reached, by code",
        sell({"A": "49.99"}, "A 1", promo("tiered_percent", tiers=BY_AMOUNT, code="STEP"), codes="STEP"),
        comes_to("49.99", "0.00", "0.00", "49.99", "", "STEP min_amount_not_met"),
    ),
    (
        "too few units for a step, by code",
        sell(
            {"A": "49.99"},
            "A 1",
            promo("tiered_percent", tier_basis="qty", tiers=[{"from": "2", "value": "5"}], code="STEP"),
            codes="STEP",
        ),
        comes_to("49.99", "0.00", "0.00", "49.99", "", "STEP min_qty_not_met"),
    ),
]

WHO_WHEN_HOW_OFTEN: list[Case] = [
    (
        "a minimum with tax, rounded as the receipt is: 9.99 + 8.25 % = 10.81",
        sell(
            {"A": ("9.99", "t")},
            "A 1",
            fixed("1.00", min_amount="10.81", min_amount_basis="gross"),
            tax=on_top(t="8.25"),
        ),
        comes_to("9.99", "1.00", "0.74", "9.73", "P"),  # 8.99 x .0825 = .7417
    ),
    (
        "a cent more is not met",
        sell(
            {"A": ("9.99", "t")},
            "A 1",
            fixed("1.00", code="C", min_amount="10.82", min_amount_basis="gross"),
            tax=on_top(t="8.25"),
            codes="C",
        ),
        comes_to("9.99", "0.00", "0.82", "10.81", "", "C min_amount_not_met"),
    ),
    (
        "a minimum counts the whole basket, also what is not discounted",
        sell({"A": "10.00", "B": "30.00"}, "A 1, B 1", percent("50", targets=SKUS, min_amount="40.00")),
        comes_to("40.00", "5.00", "0.00", "35.00", "P"),
    ),
    (
        "a minimum before discounts is met though an earlier one went below it",
        sell({"A": "20.00"}, "A 1", percent("50", id="H"), fixed("1.00", id="F", min_amount="20.00")),
        comes_to("20.00", "11.00", "0.00", "9.00", "H F"),
    ),
    (
        "a minimum after discounts sees the one by hand",
        sell(
            {"A": "20.00"},
            "A 1",
            percent("10", code="C", min_amount="20.00", min_amount_after_discounts=True),
            codes="C",
            manual_discounts=[{"amount": "5.00", "label": "hand"}],
        ),
        comes_to("20.00", "5.00", "0.00", "15.00", "", "C min_amount_not_met"),
    ),
    (
        "a minimum on a category",
        sell(
            {"A": ("10.00", None, "c"), "B": "90.00"},
            "A 2, B 1",
            percent(
                "10",
                code="C",
                min_amount="20.01",
                min_amount_on="condition_targets",
                condition_targets={"categories": ["c"]},
            ),
            codes="C",
        ),
        comes_to("110.00", "0.00", "0.00", "110.00", "", "C min_amount_not_met"),
    ),
    (
        "not the exact amount",
        sell({"A": "7.00"}, "A 2", fixed("2.99", code="C", amount_equals="21.00"), codes="C"),
        comes_to("14.00", "0.00", "0.00", "14.00", "", "C min_amount_not_met"),
    ),
    (
        "two of three units",
        sell({"A": "7.00"}, "A 2", percent("10", code="C", min_qty=3), codes="C"),
        comes_to("14.00", "0.00", "0.00", "14.00", "", "C min_qty_not_met"),
    ),
    (
        "any case, as entered",
        sell({"A": "10.00"}, "A 1", percent("10", code="Ten10"), codes="tEN10"),
        comes_to("10.00", "1.00", "0.00", "9.00", "P"),
    ),
    (
        "the right case only",
        sell(
            {"A": "10.00"}, "A 1", percent("10", code="Ten10"), codes="ten10 Ten10", rules={"code_case_sensitive": True}
        ),
        comes_to("10.00", "1.00", "0.00", "9.00", "P", "ten10 unknown_code"),
    ),
    (
        "an unknown code beside a good one",
        sell({"A": "10.00"}, "A 1", percent("10", code="TEN"), codes="NINE TEN"),
        comes_to("10.00", "1.00", "0.00", "9.00", "P", "NINE unknown_code"),
    ),
    (
        "a code twice is told so, whatever its case",
        sell({"A": "10.00"}, "A 1", percent("10", code="TEN"), codes="TEN ten"),
        comes_to("10.00", "1.00", "0.00", "9.00", "P", "ten already_applied"),
    ),
    (
        "a code twice, in the record's own word for it",
        sell(
            {"A": "10.00"},
            "A 1",
            percent("10", code="TEN"),
            codes="TEN TEN",
            rules={"duplicate_code": "usage_limit"},
        ),
        comes_to("10.00", "1.00", "0.00", "9.00", "P", "TEN usage_limit"),
    ),
    (
        "two uses each, one so far",
        sell(
            {"A": "10.00"},
            "A 1",
            percent("10", code="TEN", limits={"per_customer_uses": 2}),
            codes="TEN",
            customer={"id": "k", "prior_uses": {"TEN": 1}},
        ),
        comes_to("10.00", "1.00", "0.00", "9.00", "P"),
    ),
    (
        "two uses each, two so far",
        sell(
            {"A": "10.00"},
            "A 1",
            percent("10", code="TEN", limits={"per_customer_uses": 2}),
            codes="TEN",
            customer={"id": "k", "prior_uses": {"TEN": 2}},
        ),
        comes_to("10.00", "0.00", "0.00", "10.00", "", "TEN per_customer_limit"),
    ),
    (
        "three uses in all, two so far",
        sell({"A": "10.00"}, "A 1", percent("10", limits={"total_uses": 3, "used": 2})),
        comes_to("10.00", "1.00", "0.00", "9.00", "P"),
    ),
    (
        "once each needs to know who",
        sell({"A": "10.00"}, "A 1", percent("10", code="TEN", limits={"per_customer_uses": 1}), codes="TEN"),
        comes_to("10.00", "0.00", "0.00", "10.00", "", "TEN customer_not_eligible"),
    ),
    (
        "for named people",
        sell({"A": "10.00"}, "A 1", percent("10", code="TEN", customers=["anna"]), codes="TEN", customer={"id": "ben"}),
        comes_to("10.00", "0.00", "0.00", "10.00", "", "TEN customer_not_eligible"),
    ),
    (
        "in one of several groups",
        sell(
            {"A": "10.00"},
            "A 1",
            percent("10", customer_groups=["VIP", "staff"]),
            customer={"id": "ben", "groups": ["x", "staff"]},
        ),
        comes_to("10.00", "1.00", "0.00", "9.00", "P"),
    ),
    (
        "its first day",
        sell({"A": "10.00"}, "A 1", percent("10", valid_from="2024-03-01", valid_to="2024-03-01"), now="2024-03-01"),
        comes_to("10.00", "1.00", "0.00", "9.00", "P"),
    ),
    (
        "the day after its last, 29 February",
        sell({"A": "10.00"}, "A 1", percent("10", code="TEN", valid_to="2024-02-29"), now="2024-03-01", codes="TEN"),
        comes_to("10.00", "0.00", "0.00", "10.00", "", "TEN expired"),
    ),
    (
        "the day before its first",
        sell({"A": "10.00"}, "A 1", percent("10", code="TEN", valid_from="2024-03-02"), now="2024-03-01", codes="TEN"),
        comes_to("10.00", "0.00", "0.00", "10.00", "", "TEN not_started"),
    ),
    (
        "a budget spent to the cent by this sale",
        sell(
            {"A": "10.00"}, "A 1", percent("10", campaign_budget={"type": "spend", "limit": "50.00", "used": "49.00"})
        ),
        comes_to("10.00", "1.00", "0.00", "9.00", "P"),
    ),
    (
        "a cent over it",
        sell(
            {"A": "10.00"},
            "A 1",
            percent("10", code="TEN", campaign_budget={"type": "spend", "limit": "50.00", "used": "49.01"}),
            codes="TEN",
        ),
        comes_to("10.00", "0.00", "0.00", "10.00", "", "TEN budget_exceeded"),
    ),
    (
        "uses of a budget gone",
        sell(
            {"A": "10.00"},
            "A 1",
            percent("10", code="TEN", campaign_budget={"type": "usage", "limit": "3", "used": "3"}),
            codes="TEN",
        ),
        comes_to("10.00", "0.00", "0.00", "10.00", "", "TEN budget_exceeded"),
    ),
]

TOGETHER: list[Case] = [
    (
        "of three in a group the first, the second code is told",
        sell(
            {"A": "10.00"},
            "A 1",
            percent("10", id="F", exclusive_group="g"),
            percent("20", id="S", exclusive_group="g", code="S"),
            percent("30", id="T", exclusive_group="h"),
            codes="S",
        ),
        comes_to("10.00", "3.70", "0.00", "6.30", "F T", "S not_stackable"),
    ),
    (
        "the first of a group cannot count, so the second does",
        sell(
            {"A": "10.00"},
            "A 1",
            percent("10", id="F", exclusive_group="g", min_qty=5),
            percent("20", id="S", exclusive_group="g"),
        ),
        comes_to("10.00", "2.00", "0.00", "8.00", "S"),
    ),
    (
        "best one on a tie: the earlier",
        sell({"A": "10.00"}, "A 1", fixed("1.00", id="F"), percent("10", id="S"), rules={"combine": "best_one"}),
        comes_to("10.00", "1.00", "0.00", "9.00", "F"),
    ),
    (
        "the largest is used up: the next best",
        sell(
            {"A": "10.00"},
            "A 1",
            percent("10", id="F"),
            percent("50", id="S", limits={"total_uses": 1, "used": 1}),
            percent("20", id="T"),
            rules={"combine": "best_one"},
        ),
        comes_to("10.00", "2.00", "0.00", "8.00", "T"),
    ),
    (
        "best one between an automatic one and a code",
        sell(
            {"A": "10.00"},
            "A 1",
            percent("10", id="F"),
            percent("20", id="S", code="C"),
            codes="C",
            rules={"combine": "best_one"},
        ),
        comes_to("10.00", "2.00", "0.00", "8.00", "S"),
    ),
    (
        "in list order whatever is entered first: 1.00, then a tenth of 9.00",
        sell({"A": "10.00"}, "A 1", fixed("1.00", id="F", code="F"), percent("10", id="P", code="P"), codes="P F"),
        comes_to("10.00", "1.90", "0.00", "8.10", "F P"),
    ),
    (
        "as entered: a tenth of 10.00, then 1.00",
        sell(
            {"A": "10.00"},
            "A 1",
            fixed("1.00", id="F", code="F"),
            percent("10", id="P", code="P"),
            codes="P F",
            rules={"apply_on_entry": True},
        ),
        comes_to("10.00", "2.00", "0.00", "8.00", "F P"),
    ),
    (
        "as entered, automatic ones first: half, then a tenth of 5.00",
        sell(
            {"A": "10.00"},
            "A 1",
            percent("10", id="C", code="C"),
            percent("50", id="H"),
            codes="C",
            rules={"apply_on_entry": True},
        ),
        comes_to("10.00", "5.50", "0.00", "4.50", "C H"),
    ),
    (
        "hand discounts of both kinds first: 10 % of 20.00 is 2.00, 3.00, then half of 15.00",
        sell({"A": "20.00"}, "A 1", percent("50"), manual_discounts=[{"percent": "10"}, {"amount": "3.00"}]),
        comes_to("20.00", "12.50", "0.00", "7.50", "P"),
    ),
    (
        "by hand on one product: 2.00 off A, then half of 8.00 and 10.00",
        sell(
            {"A": "10.00", "B": "10.00"},
            "A 1, B 1",
            percent("50"),
            manual_discounts=[{"amount": "2.00", "sku": "A"}],
        ),
        comes_to("20.00", "11.00", "0.00", "9.00", "P", line_discounts=["6.00", "5.00"]),
    ),
    (
        "more by hand than the basket is worth",
        sell({"A": "4.00"}, "A 1", percent("50"), manual_discounts=[{"amount": "9.00"}]),
        comes_to("4.00", "4.00", "0.00", "0.00"),
    ),
    (
        "one code unlocks two",
        sell(
            {"A": "10.00", "B": "10.00"},
            "A 1, B 1",
            percent("10", id="F", code="SET", targets=SKUS),
            fixed("2.00", id="S", code="SET", targets={"skus": ["B"]}),
            codes="SET",
        ),
        comes_to("20.00", "3.00", "0.00", "17.00", "F S"),
    ),
]

MONEY_AND_QUANTITY: list[Case] = [
    (
        "yen: a tenth of 105 is 10.5",
        sell({"A": "105"}, "A 1", percent("10"), currency="JPY", decimals=0),
        comes_to("105", "11", "0", "94", "P"),
    ),
    (
        "yen with 10 % on top: 210 - 21 = 189, 18.9 tax",
        sell({"A": ("105", "t")}, "A 2", percent("10"), currency="JPY", decimals=0, tax=on_top(t="10")),
        comes_to("210", "21", "19", "208", "P"),
    ),
    (
        "dinars: 15 % of 1.235 is .18525",
        sell({"A": "1.235"}, "A 1", percent("15"), currency="KWD", decimals=3),
        comes_to("1.235", "0.185", "0.000", "1.050", "P"),
    ),
    (
        "dinars by the currency alone, 5 % inside: 2.100 - .100 = 2.000, tax .0952",
        sell({"A": ("2.100", "t")}, "A 1", fixed("0.100"), currency="KWD", tax=inside(t="5")),
        comes_to("2.100", "0.100", "0.095", "2.000", "P"),
    ),
    (
        "a weight: .345 x 12.90 = 4.4505; 10 % is .445",
        sell({"A": "12.90"}, "A 0.345", percent("10")),
        comes_to("4.45", "0.45", "0.00", "4.00", "P"),
    ),
    (
        "nothing of one product",
        sell({"A": "10.00", "B": "5.00"}, "A 1, B 0", percent("10")),
        comes_to("10.00", "1.00", "0.00", "9.00", "P"),
    ),
    (
        "one comes back at its price: it counts for nothing and carries its tax",
        sell(
            {"A": ("10.00", "t"), "B": ("4.00", "t")},
            "A 2, B -1",
            percent("10", min_amount="20.00"),
            tax=on_top(t="20"),
        ),
        # 20.00 - 2.00 = 18.00 with 3.60; back 4.00 with .80
        comes_to("16.00", "2.00", "2.80", "16.80", "P"),
    ),
    (
        "only a return",
        sell({"A": ("12.00", "t")}, "A -1", fixed("5.00"), tax=inside(t="20")),
        comes_to("-12.00", "0.00", "-2.00", "-12.00"),
    ),
    (
        "the same product on two lines: units are counted together",
        sell({"A": "10.00"}, "A 1, A 2", bogo(2, {"qty": 1, "percent": "100"}, repeat=True)),
        comes_to("30.00", "10.00", "0.00", "20.00", "P"),
    ),
]

CASES = PERCENTAGES + AMOUNTS + UNITS + TIERS + WHO_WHEN_HOW_OFTEN + TOGETHER + MONEY_AND_QUANTITY


TABLE = [pytest.param(record, expected, id=title) for title, record, expected in CASES]


@pytest.mark.parametrize(("record", "expected"), TABLE)
def test_a_variation_comes_to_its_figures(record: Record, expected: Record) -> None:
    check(promotions.play({**record, "expected": expected}))


@pytest.mark.parametrize(("record", "expected"), TABLE[::8])
def test_it_does_so_at_a_till(record: Record, expected: Record) -> None:
    check(promotion_shop.play({**record, "expected": expected}))


@pytest.mark.slow
def test_all_of_them_do_so_at_a_till() -> None:
    for _title, record, expected in CASES:
        check(promotion_shop.play({**record, "expected": expected}))


def check(played: Played) -> None:
    assert played.differences == [], f"expected {played.expected}, got {played.actual}"
