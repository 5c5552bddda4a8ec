"""Records of points in the form of the public ones: played by sales, returns and the ledger; worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.scenarios.answer import Unsupported
from app.scenarios.loyalty import play

Step = dict[str, Any]
RECORDS = json.loads((Path(__file__).parents[2] / "data" / "scenarios" / "loyalty.json").read_text(encoding="utf-8"))
ONE_PER_ONE = {"earn": {"mode": "per_currency", "points": "1", "per": "1"}, "rounding": "floor"}


def buy(amount: str, earned: str, balance: str, name: str = "s", used: str = "0", **more: Any) -> Step:
    expect = {"accepted": True, "earned": earned, "used": used, "balance": balance}
    return {"op": "purchase", "id": name, "amount": amount, **more, "expect": expect}


def refund(clawed: str, balance: str, returned: str = "0", **how: str) -> Step:
    return {"op": "refund", "sale": "s", **how,
            "expect": {"clawed_back": clawed, "returned": returned, "balance": balance}}  # fmt: skip


def adjust(points: str, balance: str, **expect: Any) -> Step:
    return {"op": "adjust", "points": points, "expect": {"accepted": True, "balance": balance, **expect}}


def expire(up_to: str, expired: str, balance: str) -> Step:
    return {"op": "expire", "lots_dated_up_to": up_to, "expect": {"expired": expired, "balance": balance}}


CASES: dict[str, tuple[dict[str, Any], list[Step]]] = {
    "a point for each whole 1.00": (ONE_PER_ONE, [buy("99.90", "99", "99"), buy("0.99", "0", "99", "t")]),
    "five for each full 10.00": (
        {"earn": {"mode": "per_step", "points": "5", "per": "10"}},
        [buy("39.99", "15", "15"), buy("9.99", "0", "15", "t"), buy("40.00", "20", "35", "u")],
    ),
    "one and a half for each 1.00": (
        {"earn": {"mode": "per_currency", "points": "1.5", "per": "1"}}, [buy("10.00", "15", "15")],
    ),
    "on what it cost before the discount": (
        {"earn": {"mode": "per_currency", "points": "1", "per": "1", "basis": "before_discount"}},
        [buy("40.00", "50", "50", amount_before_discount="50.00")],
    ),
    "a gift card is a payment": (ONE_PER_ONE, [buy("30.00", "30", "30", paid_by_gift_card="10.00")]),
    "nobody earns for nobody": (
        ONE_PER_ONE, [buy("10.00", "0", "0", customer_attached=False), buy("5.00", "5", "5", "t")],
    ),
    "what points pay earns none: 30 at 0.10 are 3.00 beside the 10.00": (
        {**ONE_PER_ONE, "point_value": "0.10"},
        [adjust("50", "50"), buy("10.00", "10", "30", used="30", redeem_points="30")],
    ),
    "more points than there are": (
        {**ONE_PER_ONE, "point_value": "0.10"},
        [adjust("29", "29"),
         {"op": "purchase", "id": "s", "amount": "10.00", "redeem_points": "30",
          "expect": {"accepted": False, "reason": "insufficient_points", "balance": "29"}}],
    ),
    "never below zero by hand": (
        ONE_PER_ONE,
        [adjust("40", "40"), adjust("-41", "40", accepted=False, reason="insufficient_points"), adjust("-40", "0")],
    ),
    "what comes back takes its share: 30.00 and 20.00 of 100.00, then the rest": (
        ONE_PER_ONE,
        [buy("100.00", "100", "100"), refund("30", "70", amount="30.00"), refund("20", "50", amount="20.00"),
         refund("50", "0", amount="50.00")],
    ),
    "half of it": (ONE_PER_ONE, [buy("80.00", "80", "80"), refund("40", "40", fraction="0.5")]),
    "points spent before they are taken back are owed, and paid by the next ones": (
        ONE_PER_ONE,
        [buy("100.00", "100", "100"), adjust("-100", "0"), refund("100", "-100", fraction="1"),
         buy("60.00", "60", "-40", "t"), buy("60.00", "60", "20", "u")],
    ),
    "points that paid come back with the goods": (
        {**ONE_PER_ONE, "point_value": "0.10"},
        [adjust("50", "50"), buy("7.00", "7", "27", used="30", redeem_points="30"),
         refund("7", "50", returned="30", fraction="1")],
    ),
    "oldest first, and what is spent expires no more": (
        {**ONE_PER_ONE, "expiry": {"days": 30}},
        [buy("10.00", "10", "10", "a", date="2024-01-01"), buy("20.00", "20", "30", "b", date="2024-01-11"),
         adjust("-4", "26"), expire("2024-01-01", "6", "20"), expire("2024-01-01", "0", "20"),
         expire("2024-01-11", "20", "0")],
    ),
    "a lot dated a day later stays": (
        {**ONE_PER_ONE, "expiry": {"days": 365}},
        [buy("10.00", "10", "10", "a", date="2024-02-29"), buy("20.00", "20", "30", "b", date="2024-03-01"),
         expire("2024-02-29", "10", "20")],
    ),
    "four spend 30 of 100 at once": (
        ONE_PER_ONE,
        [adjust("100", "100"),
         {"op": "concurrent_adjust", "points": "-30", "times": 4, "expect": {"accepted_count": 3, "balance": "10"}}],
    ),
    "a sale put aside moves nothing": (
        ONE_PER_ONE,
        [{"op": "draft_sale", "amount": "50.00", "expect": {"earned": "0", "balance": "0"}}, buy("5.00", "5", "5")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("program", "steps"), CASES.values(), ids=CASES.keys())
def test_points_come_to_what_was_worked_out(program: dict[str, Any], steps: list[Step]) -> None:
    played = play({"id": "V", "program": program, "steps": steps})
    assert played.differences == [], played.actual


@pytest.mark.parametrize(
    ("program", "step", "why"),
    [
        ({"earn": {"mode": "per_unit", "points": "1"}}, buy("1.00", "1", "1"), "program.earn.mode 'per_unit'"),
        ({"earn": {"mode": "per_order", "points": "5"}}, buy("1.00", "5", "5"), "program.earn.mode 'per_order'"),
        ({**ONE_PER_ONE, "tiers": [{"name": "gold", "from": "1"}]}, buy("1.00", "1", "1"), "tiers by a program's own"),
        ({**ONE_PER_ONE, "expiry": {"months": 24}}, buy("1.00", "1", "1"), "points that expire otherwise"),
        (ONE_PER_ONE, buy("1.00", "1", "1", claim="FREE"), "rewards"),
        (ONE_PER_ONE, {"op": "juggle"}, "the loyalty operation 'juggle'"),
        ({**ONE_PER_ONE, "rounding": "none"}, buy("1.50", "1.5", "1.5"), "fractions of points"),
        (ONE_PER_ONE, adjust("0.5", "0.5"), "fractions of points"),
    ],
)  # fmt: skip
def test_what_the_product_does_not_have_is_said(program: dict[str, Any], step: Step, why: str) -> None:
    with pytest.raises(Unsupported, match=why):
        play({"id": "V", "program": program, "steps": [step]})


def test_public_records_match_or_are_named() -> None:
    matched = set()
    for record in RECORDS:
        try:
            assert play(record).differences == [], record["id"]
        except Unsupported:
            continue
        matched.add(record["id"])
    assert matched == {"LY016", "LY022", "LY025", "LY031", "LY049"}
