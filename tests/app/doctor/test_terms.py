"""What the doctor concludes of a promotion's terms and a card's last day, and what it leaves open (V12, V16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from app.doctor.cards import Payment, paid_after_expiry
from app.doctor.promotions import Use, uses_against_terms
from app.pricing.promotion import Audience, Conditions, HappyHour, Kind, Limits, Promotion, Schedule
from app.pricing.serialize import promotion_to_dict

SATURDAY = datetime(2026, 3, 14, 23, 30, tzinfo=UTC)  # Sunday half past midnight in Vienna
PLAIN = Promotion(1, "Ten off", Kind.PERCENT, percent=Decimal(10))
USE = Use(
    redemption_id=7, promotion_id=1, version=1, used_at=SATURDAY, saved_minor=100, sale_id=5, outlet_id=2,
    customer_id=4, code_expires_on=None, goods_minor=1000, lines=2,
)  # fmt: skip


def why(promotion: Promotion, use: Use, zone: str = "UTC") -> str:
    found = list(uses_against_terms([(1, 1, promotion_to_dict(promotion))], [use], zone))
    assert all(one["redemption_id"] == 7 for one in found)
    return str(found[0]["why"]) if found else ""


RIGHTFUL = [
    (PLAIN, USE),
    (replace(PLAIN, schedule=Schedule(valid_to=date(2026, 3, 14))), USE),
    (replace(PLAIN, schedule=Schedule(weekdays=frozenset({5}))), USE),
    (replace(PLAIN, schedule=Schedule(hours=(HappyHour(time(22), time(2)),))), USE),
    (replace(PLAIN, audience=Audience(outlets=frozenset({2}))), USE),
    (replace(PLAIN, audience=Audience(customers=frozenset({4}))), USE),
    (replace(PLAIN, audience=Audience(tiers=frozenset({"Gold"}))), USE),  # tiers have no history
    (replace(PLAIN, conditions=Conditions(min_amount_minor=1000)), USE),
    (replace(PLAIN, max_discount_minor=100), USE),
    (PLAIN, replace(USE, saved_minor=102)),  # two lines, each rounded up by itself
    (PLAIN, replace(USE, code_expires_on=date(2026, 3, 14))),
    (replace(PLAIN, kind=Kind.FIXED, amount_minor=100), USE),
    (replace(PLAIN, kind=Kind.FIXED, amount_minor=60, per_line=True), USE),
]


@pytest.mark.parametrize(("promotion", "use"), RIGHTFUL)
def test_what_its_terms_allow_is_no_alarm(promotion: Promotion, use: Use) -> None:  # V16
    assert why(promotion, use) == ""


WRONGFUL = [
    (replace(PLAIN, schedule=Schedule(valid_to=date(2026, 3, 13))), USE, "period"),
    (replace(PLAIN, schedule=Schedule(valid_from=date(2026, 3, 15))), USE, "period"),
    (replace(PLAIN, schedule=Schedule(weekdays=frozenset({0, 6}))), USE, "weekdays"),
    (replace(PLAIN, schedule=Schedule(hours=(HappyHour(time(16), time(18)),))), USE, "hours"),
    (PLAIN, replace(USE, code_expires_on=date(2026, 3, 13)), "code"),
    (replace(PLAIN, audience=Audience(outlets=frozenset({1, 3}))), USE, "outlet"),
    (
        replace(PLAIN, audience=Audience(tiers=frozenset({"Gold"}))),
        replace(USE, customer_id=None),
        "without a customer",
    ),
    (replace(PLAIN, limits=Limits(per_customer_uses=1)), replace(USE, customer_id=None), "without a customer"),
    (replace(PLAIN, audience=Audience(customers=frozenset({9}))), USE, "not for"),
    (replace(PLAIN, conditions=Conditions(min_amount_minor=1001)), USE, "least amount"),
    (PLAIN, replace(USE, saved_minor=103), "where 102 is the most"),
    (replace(PLAIN, max_discount_minor=99), USE, "where 99 is the most"),
    (replace(PLAIN, kind=Kind.FIXED, amount_minor=99), USE, "where 99 is the most"),
    (
        replace(PLAIN, kind=Kind.FIXED_PER_UNIT, amount_minor=600),
        replace(USE, saved_minor=1001),
        "where 1000 is the most",
    ),
]


@pytest.mark.parametrize(("promotion", "use", "says"), WRONGFUL)
def test_what_its_terms_do_not_allow_is_told_with_the_reason(promotion: Promotion, use: Use, says: str) -> None:  # V16
    assert says in why(promotion, use)


def test_the_day_is_the_shops_own() -> None:
    until_saturday = replace(PLAIN, schedule=Schedule(valid_to=date(2026, 3, 14)))
    assert why(until_saturday, USE, "UTC") == ""
    assert "period" in why(until_saturday, USE, "Europe/Vienna")


def test_a_definition_nobody_can_read_is_told() -> None:
    (found,) = uses_against_terms([(1, 1, {"schema": 1, "id": "one"})], [USE], "UTC")
    assert "cannot be read" in found["why"]


PAID = Payment(3, 9, SATURDAY, date(2026, 3, 13), None, None)


@pytest.mark.parametrize(
    ("payment", "wrong"),
    [
        (PAID, True),
        (replace(PAID, expires_on=None), False),
        (replace(PAID, expires_on=date(2026, 3, 14)), False),
        (replace(PAID, held_at=datetime(2026, 3, 13, 9, tzinfo=UTC)), False),  # set aside in time, captured later
        (replace(PAID, expires_on=date(2027, 1, 1), extended_later="2026-03-13 to 2027-01-01: a regular"), True),
        (replace(PAID, expires_on=date(2026, 3, 1), extended_later="2026-05-01 to 2026-03-01: typed wrong"), False),
        (replace(PAID, extended_later="no expiry to 2026-03-01: policy"), False),
        (replace(PAID, extended_later="what is this"), False),
    ],
)  # fmt: skip
def test_a_card_is_judged_by_its_last_day_at_the_time(payment: Payment, wrong: bool) -> None:  # V12
    assert bool(list(paid_after_expiry([payment], "UTC"))) is wrong
