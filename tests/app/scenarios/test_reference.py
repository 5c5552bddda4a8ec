"""Any promotions on any basket come to what a second, plain reading of the rules comes to."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.scenarios.promotions import play
from tests.app.scenarios.reference import reference

SKUS = ("A", "B", "C", "D")
targets = st.sampled_from(
    [{}, {}, {"skus": ["A"]}, {"skus": ["B", "D"]}, {"skus": ["A", "B", "C"]}, {"categories": ["x"]}]
)
amounts = st.sampled_from(["0.37", "1.00", "5.00", "50.00"])
percents = st.sampled_from(["7.5", "10", "33.3", "50", "100"])
counts = st.integers(1, 3)


@st.composite
def values(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    if kind == "percent":
        return {"value": draw(percents), **draw(maybe("max_units_per_line", counts))}
    if kind == "cheapest_item":
        return {"value": draw(percents)}
    if kind == "fixed":
        return {"value": draw(amounts), "per_line": draw(st.booleans())}
    if kind == "fixed_per_unit":
        return {"value": draw(amounts)}
    if kind == "fixed_price":
        price = draw(st.sampled_from(["5.00", "12.34", "20.00"]))
        return {"bundle_qty": draw(st.integers(1, 4)), "bundle_price": price, "repeat": draw(st.booleans())}
    if kind == "bogo":
        return draw(deals())
    by_units = [{"from": "2", "value": "5"}, {"from": "5", "value": "12"}]
    by_value = [{"from": "0", "value": "5"}, {"from": "25", "value": "20"}, {"from": "10", "value": "10"}]
    return draw(st.sampled_from([{"tiers": by_value}, {"tiers": by_units, "tier_basis": "qty"}]))


@st.composite
def deals(draw: st.DrawFn) -> dict[str, Any]:
    pool = draw(st.sampled_from(["shared", "separate"]))
    off = draw(st.sampled_from([{"percent": "100"}, {"percent": "50"}, {"amount_off": "1.50"}]))
    get = {"qty": draw(st.integers(1, 2)), "which": draw(st.sampled_from(["cheapest", "dearest"])), **off}
    if pool == "separate":
        get |= draw(targets.filter(bool))
    repeat = draw(st.booleans())
    most = draw(maybe("max_applications", counts)) if repeat else {}
    return {"buy": {"qty": draw(counts), "pool": pool, **draw(targets)}, "get": get, "repeat": repeat, **most}


def maybe(name: str, value: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(st.just({}), st.just({}), value.map(lambda drawn: {name: drawn}))


@st.composite
def promotions(draw: st.DrawFn, number: int) -> dict[str, Any]:
    kinds = [
        "percent",
        "fixed",
        "fixed_per_unit",
        "cheapest_item",
        "bogo",
        "fixed_price",
        "tiered_percent",
        "tiered_fixed",
    ]
    kind = draw(st.sampled_from(kinds))
    made = {"id": f"P{number}", "kind": kind, **draw(values(kind))}
    if kind != "bogo" and (target := draw(targets)):
        made["targets"] = target
    return {
        **made,
        **draw(maybe("min_amount", st.sampled_from(["5.00", "10.00", "30.00"]))),
        **draw(maybe("min_amount_after_discounts", st.just(True))),
        **draw(maybe("min_qty", st.integers(1, 6))),
        **draw(maybe("condition_targets", targets.filter(bool))),
        **draw(maybe("max_discount", st.sampled_from(["1.00", "4.00"]))),
    }


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    prices = st.sampled_from(["0.07", "1.00", "2.50", "3.33", "5.01", "9.99", "12.50"])
    products = [{"sku": sku, "price": draw(prices), "category": draw(st.sampled_from(["x", "y"]))} for sku in SKUS]
    return {
        "id": "R",
        "currency": "USD",
        "products": products,
        "promotions": [draw(promotions(number)) for number in range(draw(st.integers(1, 4)))],
        "basket": [{"sku": sku, "qty": draw(st.integers(1, 6))} for sku in SKUS[: draw(st.integers(1, 4))]],
        "rules": {"discount_rounding_level": "final"},
        "expected": {},
    }


@settings(max_examples=300)
@given(records())
def test_the_engine_comes_to_what_the_rules_say(record: dict[str, Any]) -> None:
    discount, applied = reference(record)
    actual = play(record).actual
    assert (actual["discount"], sorted(actual["applied_promotions"])) == (in_cents(discount), sorted(applied))


def in_cents(exact: Fraction) -> str:
    return str((Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP))


def test_the_second_reading_is_not_the_first_in_disguise() -> None:
    """The control: two bundles of unlike worth, then the dearest unit at half, as worked out in test_kinds."""
    record = {
        "products": [{"sku": "A", "price": "9.00"}, {"sku": "B", "price": "3.00"}],
        "basket": [{"sku": "A", "qty": 3}, {"sku": "B", "qty": 1}],
        "promotions": [
            {"id": "S", "kind": "fixed_price", "bundle_qty": 2, "bundle_price": "10.00", "repeat": True},
            {"id": "H", "kind": "bogo", "buy": {"qty": 1, "pool": "shared"},
             "get": {"qty": 1, "percent": "50", "which": "dearest"}, "repeat": False},
        ],
    }  # fmt: skip
    assert reference(record) == (Fraction("13.75"), ["S", "H"])
