"""Pricing: its cost grows with lines, not with live coupons. Answers are compared before anything is timed."""

from __future__ import annotations

import statistics
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.pricing.catalogue import Catalogue
from app.pricing.engine import price
from app.pricing.model import (
    Basket,
    BasketLine,
    EnteredCode,
    PricedBasket,
    PricedProduct,
    PricingSettings,
    TaxClass,
    TaxComponent,
)
from app.pricing.promotion import Conditions, Deal, Kind, Promotion, Selection, Target, Tier
from tests.benchmarks.harness import compare, report, sample

pytestmark = pytest.mark.benchmark

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SHOP = PricingSettings("EUR", prices_include_tax=True)
RATES = (
    TaxClass(1, "standard", (TaxComponent("VAT20", Decimal(20)),)),
    TaxClass(2, "reduced", (TaxComponent("VAT5.5", Decimal("5.5")),)),
)


def product(number: int) -> PricedProduct:
    return PricedProduct(
        number,
        f"SKU{number:05}",
        199 + number * 7 % 900,
        category_path=(1, 10 + number % 20),
        brand_id=number % 15,
        tax_class=RATES[number % 3 == 0],
    )


def basket(lines: int) -> Basket:
    return Basket(
        tuple(
            BasketLine(place, product(place * 37 % 20_000 + 1), 1000 * (1 + place % 4)) for place in range(1, lines + 1)
        ),
        (EnteredCode("SAVE10"),),
    )


def in_category(number: int) -> Target:
    return Target(Selection(categories=frozenset({number})))


LIVE = (
    Promotion(1, "Ten off", Kind.PERCENT, percent=Decimal(10), codes=("SAVE10",)),
    Promotion(2, "Aisle two", Kind.PERCENT, percent=Decimal(15), targets=in_category(12)),
    Promotion(3, "Two and one", Kind.BOGO, deal=Deal(buy=in_category(13), buy_units=2, repeat=True)),
    Promotion(4, "From fifty", Kind.FIXED, amount_minor=500, conditions=Conditions(min_amount_minor=5000)),
)


def coupons(count: int) -> list[Promotion]:
    return [
        Promotion(1000 + number, f"Coupon {number}", Kind.PERCENT, percent=Decimal(5), codes=(f"CODE{number}",))
        for number in range(count)
    ]


def answer(result: PricedBasket) -> tuple[int, int, list[int]]:
    return result.total_minor, len(result.applied), [line.net_minor for line in result.lines]


def test_ten_thousand_idle_coupons_cost_nothing() -> None:
    few, many, sold = Catalogue([*LIVE, *coupons(10)]), Catalogue([*LIVE, *coupons(10_000)]), basket(100)
    assert answer(price(sold, few, SHOP, now=NOW)) == answer(price(sold, many, SHOP, now=NOW))
    ratio = compare(lambda: price(sold, many, SHOP, now=NOW), lambda: price(sold, few, SHOP, now=NOW))
    detail = f"{ratio.floor_ms:.2f} ms, {ratio.lowest:.2f} to {ratio.highest:.2f}"
    report("price 100 lines, 10,000 live coupons against 10", 1.2, ratio.ratio, detail)


def test_five_hundred_lines_against_a_hundred() -> None:
    catalogue, large, small = Catalogue([*LIVE, *coupons(10)]), basket(500), basket(100)
    assert len(price(large, catalogue, SHOP, now=NOW).applied) == len(price(small, catalogue, SHOP, now=NOW).applied)
    ratio = compare(lambda: price(large, catalogue, SHOP, now=NOW), lambda: price(small, catalogue, SHOP, now=NOW))
    detail = f"{ratio.floor_ms:.2f} ms to {ratio.candidate_ms:.2f} ms"
    report("price 500 lines against 100", 6, ratio.ratio, detail)


def mixed(number: int) -> Promotion:
    """One of 200 a shop may have running: most on one aisle or product, some on the whole basket, half by code."""
    target = in_category(10 + number % 20) if number % 3 else Target(Selection(products=frozenset({number * 37 + 1})))
    target = Target() if number % 20 == 0 else target
    codes = (f"LIVE{number}",) if number % 2 else ()
    kind = (Kind.PERCENT, Kind.FIXED, Kind.BOGO, Kind.CHEAPEST_ITEM, Kind.TIERED_PERCENT)[number % 5]
    return Promotion(
        id=5000 + number,
        name=f"Promotion {number}",
        kind=kind,
        targets=target,
        percent=Decimal(3) if kind in (Kind.PERCENT, Kind.CHEAPEST_ITEM) else Decimal(0),
        amount_minor=20 if kind is Kind.FIXED else 0,
        deal=Deal(buy=target, buy_units=2, repeat=True) if kind is Kind.BOGO else None,
        tiers=(Tier(1000, Decimal(2)), Tier(5000, Decimal(5))) if kind is Kind.TIERED_PERCENT else (),
        conditions=Conditions(min_amount_minor=2000 * (number % 4)),
        codes=codes,
    )


def test_pricing_again_after_a_scan() -> None:
    catalogue, sold = Catalogue([*LIVE[:1], *(mixed(number) for number in range(200))]), basket(30)
    result = price(sold, catalogue, SHOP, now=NOW)
    taken = sample(lambda: price(sold, catalogue, SHOP, now=NOW), 101)
    detail = f"{len(result.trail)} weighed, {len(result.applied)} applied"
    report("re-price 30 lines, 200 live promotions", 5, statistics.median(taken), detail, unit=" ms")
