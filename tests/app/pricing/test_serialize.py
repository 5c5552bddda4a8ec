"""The stored form: equal after a round trip, strict on reading, refusing what would give money away."""

import json
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from app.errors import InvalidInput
from app.pricing.promotion import (
    AmountOn,
    Audience,
    Basis,
    BudgetType,
    CampaignBudget,
    CombineClass,
    Conditions,
    Deal,
    HappyHour,
    Kind,
    Limits,
    Pool,
    Promotion,
    Schedule,
    Selection,
    Target,
    Tier,
    TierBasis,
    Which,
)
from app.pricing.rules import problems
from app.pricing.serialize import promotion_from_dict, promotion_to_dict

FULL = Promotion(
    id=12,
    name="Three for two “Káva”",
    kind=Kind.BOGO,
    version=4,
    targets=Target(
        Selection(frozenset({3, 1}), frozenset({2}), frozenset({9}), frozenset({"bio"})),
        Selection(frozenset({5})),
        "Coffee",
    ),
    percent=Decimal("12.5"),
    amount_minor=7,
    value_basis=Basis.GROSS,
    per_line=True,
    max_units_per_line=2,
    max_discount_minor=5000,
    max_discount_basis=Basis.NET,
    deal=Deal(Target(), 2, Pool.SEPARATE, Target(), 1, Decimal(50), 120, Which.DEAREST, True, 3),
    bundle_units=3,
    bundle_price_minor=900,
    bundle_repeat=True,
    bundle_max=4,
    tiers=(Tier(1000, Decimal(5)), Tier(2000, Decimal(7), 3)),
    tier_basis=TierBasis.QUANTITY,
    conditions=Conditions(Target(label="Bakery"), 2000, 500, Basis.NET, AmountOn.CONDITION_TARGETS, True, 4200),
    schedule=Schedule(date(2026, 1, 2), date(2026, 12, 31), frozenset({0, 6}), (HappyHour(time(16), time(18, 30)),)),
    audience=Audience(
        frozenset({1}), frozenset({2}), frozenset({3}), frozenset({4}), frozenset({5}), frozenset({"Gold"}), True, True
    ),
    limits=Limits(10, 1, 2, 3),
    budget=CampaignBudget("may", BudgetType.USES, 100),
    priority=-3,
    exclusive_group="coffee",
    best_of_group=True,
    combine_class=CombineClass.ITEM,
    combines_with=frozenset({CombineClass.TENDER}),
    codes=("KAVA",),
    needs_code=True,
    codes_per_sale=2,
    active=False,
)


def test_every_field_survives_being_stored() -> None:
    stored = json.loads(json.dumps(promotion_to_dict(FULL)))
    assert promotion_from_dict(stored) == FULL
    assert set(stored) >= set(Promotion.__dataclass_fields__)  # nothing in FULL is left at its default


def test_defaults_are_left_out_so_that_new_fields_do_not_touch_old_rows() -> None:
    plain = Promotion(1, "Ten", Kind.PERCENT, percent=Decimal(10))
    assert promotion_to_dict(plain) == {"schema": 1, "id": 1, "name": "Ten", "kind": "percent", "percent": "10"}


def test_what_could_not_be_read_back_is_never_written() -> None:
    finer = Promotion(1, "A third", Kind.PERCENT, percent=Decimal("33.3333333"))
    assert [problem.field for problem in problems(finer)] == ["percent"]
    fine = replace(finer, percent=Decimal("33.333333"))
    assert promotion_from_dict(promotion_to_dict(fine)) == fine


STORED: dict[str, Any] = {"schema": 1, "id": 1, "name": "Ten", "kind": "percent", "percent": "10"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"schema": 2}, "schema"),
        ({"schema": None}, "schema"),
        ({"colour": "red"}, "colour"),
        ({"kind": "free"}, "kind"),
        ({"percent": 10}, "percent"),
        ({"percent": "ten"}, "percent"),
        ({"percent": "NaN"}, "percent"),
        ({"percent": "1e2"}, "percent"),
        ({"percent": "-10"}, "percent"),
        ({"percent": "100.5"}, "percent"),
        ({"percent": "0"}, "percent"),
        ({"id": "1"}, "id"),
        ({"id": True}, "id"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 161}, "name"),
        ({"max_discount_minor": -1}, "max_discount_minor"),
        ({"max_discount_minor": 10**16}, "max_discount_minor"),
        ({"targets": {"include": {"products": ["A"]}}}, "targets.include.products[0]"),
        ({"targets": {"inclde": {}}}, "targets.inclde"),
        ({"targets": []}, "targets"),
        ({"codes": "X"}, "codes"),
        ({"codes": [" "]}, "codes"),
        ({"codes": ["A\x00B"]}, "codes"),
        ({"schedule": {"valid_from": "soon"}}, "schedule.valid_from"),
        ({"schedule": {"valid_from": "2026-02-02", "valid_to": "2026-02-01"}}, "schedule.valid_to"),
        ({"schedule": {"weekdays": [7]}}, "schedule.weekdays"),
        ({"schedule": {"hours": [{"start": "16:00"}]}}, "schedule.hours[0].end"),
        ({"limits": {"total_uses": 0}}, "limits.total_uses"),
        ({"conditions": {"min_amount_minor": -5}}, "conditions.min_amount_minor"),
        ({"conditions": {"min_quantity_milli": -1}}, "conditions.min_quantity_milli"),
        ({"budget": {"id": "", "limit": 5}}, "budget.id"),
        ({"budget": {"id": "x", "limit": -5}}, "budget.limit"),
        ({"kind": "bogo"}, "deal"),
        ({"kind": "bogo", "deal": {"buy_units": 0}}, "deal.buy_units"),
        ({"kind": "bogo", "deal": {"percent": "120"}}, "deal.percent"),
        ({"kind": "fixed"}, "amount_minor"),
        ({"kind": "fixed", "amount_minor": -1}, "amount_minor"),
        ({"kind": "fixed_price", "bundle_price_minor": 5}, "bundle_units"),
        ({"kind": "tiered_percent"}, "tiers"),
        ({"kind": "tiered_percent", "tiers": [{"threshold": 5}, {"threshold": 5}]}, "tiers"),
        ({"kind": "tiered_percent", "tiers": [{"threshold": -5}]}, "tiers[0].threshold"),
        ({"kind": "tiered_percent", "tiers": [{"threshold": 5, "percent": "101"}]}, "tiers[0].percent"),
        ({"kind": "tiered_fixed", "tiers": [{"threshold": 5, "amount_minor": -1}]}, "tiers[0].amount_minor"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        promotion_from_dict({**STORED, **change})
    assert refused.value.field == field


def test_all_problems_are_told_at_once_to_the_editor() -> None:
    broken = replace(FULL, name="", percent=Decimal(-1), limits=Limits(total_uses=0))
    assert [problem.field for problem in problems(broken)] == ["name", "percent", "limits.total_uses"]
