"""More card records in the form of the public ones: every balance worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from app.scenarios.answer import Unsupported
from app.scenarios.giftcards import play

Step = dict[str, Any]


def step(op: str, *told: str, **expect: Any) -> Step:
    """`told` are "name=value" of the step; keywords are what it must answer (`accepted` unless said otherwise)."""
    fields = dict(pair.split("=", 1) for pair in told)
    times = {"times": int(fields.pop("times"))} if "times" in fields else {}
    return {"op": op, **fields, **times, "expect": expect}


def yes(op: str, *told: str, **expect: Any) -> Step:
    return step(op, *told, accepted=True, **expect)


def no(op: str, reason: str, *told: str, **expect: Any) -> Step:
    return step(op, *told, accepted=False, reason=reason, **expect)


def issue(card: str = "1", amount: str = "100.00", *told: str) -> Step:
    return yes("issue", f"card={card}", f"amount={amount}", *told, balance=amount, status="active")


def sale(name: str, total: str, tenders: str, applied: dict[str, str], **expect: Any) -> Step:
    """Tenders: "gift_card:1", "gift_card:1:20.00", "cash:5.00", "card"."""
    listed = []
    for one in tenders.split():
        kind, *rest = one.split(":")
        tender = {"type": kind}
        if kind == "gift_card":
            tender["card"] = rest.pop(0)
        if rest:
            tender["amount"] = rest[0]
        listed.append(tender)
    return {
        "op": "sale", "id": name, "total": total, "tenders": listed,
        "expect": {"applied": applied, "due_remaining": "0.00", "change": "0.00", **expect},
    }  # fmt: skip


ONE = "card=1"

CASES: dict[str, list[Step]] = {
    "three redemptions to the last cent": [
        issue(amount="10.00"),
        yes("redeem", ONE, "amount=3.33", applied="3.33", balance="6.67", status="active"),
        yes("redeem", ONE, "amount=3.33", balance="3.34"),
        no("redeem", "insufficient_balance", ONE, "amount=3.35", balance="3.34"),
        yes("redeem", ONE, "amount=3.34", balance="0.00", status="used_up"),
        no("redeem", "zero_balance", ONE, "amount=0.01", balance="0.00", status="used_up"),
    ],
    "a reload brings a used-up card back": [
        issue(amount="5.00"),
        yes("redeem", ONE, "amount=5.00", status="used_up"),
        yes("reload", ONE, "amount=7.50", balance="7.50", status="active"),
        yes("redeem", ONE, "amount=7.49", balance="0.01", status="active"),
    ],
    "amounts that are none": [
        no("issue", "invalid_amount", ONE, "amount=0.00"),
        no("issue", "invalid_amount", ONE, "amount=-1.00"),
        no("issue", "invalid_amount", ONE, "amount=1.001"),
        issue(),
        no("redeem", "invalid_amount", ONE, "amount=0", balance="100.00"),
        no("redeem", "invalid_amount", ONE, "amount=-5.00", balance="100.00"),
        no("reload", "invalid_amount", ONE, "amount=0.00", balance="100.00"),
        no("authorize", "invalid_amount", "id=a", ONE, "amount=0.00", balance="100.00"),
        no("refund_to_card", "invalid_amount", ONE, "amount=-1.00", balance="100.00"),
    ],
    "a number is given once, whatever its case": [
        issue("gc-77"),
        no("issue", "duplicate_number", "card=gc-77", "amount=5.00", balance="100.00"),
        no("issue", "duplicate_number", "card=GC-77", "amount=5.00"),
    ],
    "no such card": [
        no("redeem", "unknown_card", "card=none", "amount=1.00"),
        no("reload", "unknown_card", "card=none", "amount=1.00"),
        no("check", "unknown_card", "card=none"),
        no("deactivate", "unknown_card", "card=none"),
        no("refund_card_purchase", "unknown_card", "card=none", "amount=1.00"),
    ],
    "good through its last day": [
        issue("1", "20.00", "expires=2024-06-30"),
        step("set_date", "date=2024-06-30"),
        yes("redeem", ONE, "amount=5.00", balance="15.00", status="active"),
        step("set_date", "date=2024-07-01"),
        no("redeem", "expired", ONE, "amount=5.00", balance="15.00", status="expired"),
        yes("check", ONE, balance="15.00", status="expired"),
        sale("s", "4.00", "gift_card:1", {}, due_remaining="4.00", balances={"1": "15.00"},
             statuses={"1": "expired"}, refused=[{"card": "1", "reason": "expired"}]),
    ],
    "a leap day is a last day": [
        issue("1", "20.00", "expires=2024-02-29"),
        step("set_date", "date=2024-02-29"),
        yes("redeem", ONE, "amount=1.00", status="active"),
        step("set_date", "date=2024-03-01"),
        no("redeem", "expired", ONE, "amount=1.00"),
    ],
    "issued when its day was over long ago": [
        yes("issue", ONE, "amount=20.00", "expires=2020-12-31", balance="20.00", status="expired"),
        no("redeem", "expired", ONE, "amount=1.00", balance="20.00"),
    ],
    "only its owner": [
        issue("1", "20.00", "restricted_to=ann"),
        no("redeem", "not_owner", ONE, "amount=1.00", "customer=bob", balance="20.00"),
        no("authorize", "not_owner", "id=a", ONE, "amount=1.00", "customer=bob", balance="20.00"),
        yes("redeem", ONE, "amount=1.00", "customer=ann", balance="19.00"),
    ],
    "other money": [
        issue(),
        no("redeem", "currency_mismatch", ONE, "amount=1.00", "currency=EUR", balance="100.00"),
        no("reload", "currency_mismatch", ONE, "amount=1.00", "currency=EUR", balance="100.00"),
        no("authorize", "currency_mismatch", "id=a", ONE, "amount=1.00", "currency=EUR", available="100.00"),
        yes("redeem", ONE, "amount=2.00", balance="98.00"),
        no("refund_to_card", "currency_mismatch", ONE, "amount=1.00", "currency=EUR", balance="98.00"),
    ],
    "switched off and on": [
        issue(),
        yes("deactivate", ONE, balance="100.00", status="inactive"),
        no("redeem", "inactive", ONE, "amount=1.00", balance="100.00"),
        no("reload", "inactive", ONE, "amount=1.00", balance="100.00"),
        no("authorize", "inactive", "id=a", ONE, "amount=1.00"),
        yes("activate", ONE, status="active"),
        yes("reload", ONE, "amount=1.00", balance="101.00"),
    ],
    "deleted for good": [
        issue(),
        yes("delete", ONE, balance="100.00", status="deleted"),
        no("activate", "deleted", ONE, status="deleted"),
        no("reload", "deleted", ONE, "amount=1.00"),
        no("redeem", "deleted", ONE, "amount=1.00"),
        no("authorize", "deleted", "id=a", ONE, "amount=1.00"),
    ],
    "a hold keeps its money from everybody else": [
        issue(),
        yes("authorize", "id=a", ONE, "amount=60.00", balance="100.00", available="40.00"),
        no("redeem", "insufficient_balance", ONE, "amount=40.01", balance="100.00", available="40.00"),
        no("authorize", "insufficient_balance", "id=b", ONE, "amount=50.00", available="40.00"),
        yes("redeem", ONE, "amount=40.00", balance="60.00", available="0.00"),
        yes("capture", "id=a", "amount=60.00", balance="0.00", available="0.00", status="used_up"),
    ],
    "part of a hold taken frees the rest": [
        issue(),
        yes("authorize", "id=a", ONE, "amount=60.00", available="40.00"),
        yes("capture", "id=a", "amount=25.00", applied="25.00", balance="75.00", available="75.00"),
        no("capture", "over_authorization", "id=a", "amount=1.00", balance="75.00"),
    ],
    "a hold released": [
        issue(),
        yes("authorize", "id=a", ONE, "amount=60.00", available="40.00"),
        yes("release", "id=a", balance="100.00", available="100.00"),
        no("capture", "over_authorization", "id=a", "amount=60.00", balance="100.00"),
        no("release", "over_authorization", "id=a"),
    ],
    "two holds side by side": [
        issue(),
        yes("authorize", "id=a", ONE, "amount=30.00", available="70.00"),
        yes("authorize", "id=b", ONE, "amount=70.00", available="0.00"),
        yes("capture", "id=b", "amount=70.00", balance="30.00", available="0.00"),
        yes("release", "id=a", balance="30.00", available="30.00"),
    ],
    "captured without an amount: all of the hold": [
        issue(),
        yes("authorize", "id=a", ONE, "amount=12.34", available="87.66"),
        yes("capture", "id=a", applied="12.34", balance="87.66", available="87.66"),
    ],
    "a refund stops at what may go back": [
        issue(amount="10.00"),
        yes("redeem", ONE, "amount=8.00", balance="2.00"),
        no("refund_to_card", "over_refund", ONE, "amount=8.01", "max_refundable=8.00", balance="2.00"),
        yes("refund_to_card", ONE, "amount=3.00", "max_refundable=8.00", balance="5.00"),
        no("refund_to_card", "over_refund", ONE, "amount=5.01", "max_refundable=5.00", balance="5.00"),
        yes("refund_to_card", ONE, "amount=5.00", "max_refundable=5.00", balance="10.00"),
    ],
    "the purchase of a card taken back": [
        issue(amount="50.00"),
        yes("refund_card_purchase", ONE, balance="0.00", status="cancelled"),
        no("reload", "inactive", ONE, "amount=5.00", status="cancelled"),
    ],
    "a card that was used is not taken back": [
        issue(amount="50.00"),
        yes("redeem", ONE, "amount=0.01", balance="49.99"),
        no("refund_card_purchase", "already_spent", ONE, "amount=50.00", balance="49.99", status="active"),
    ],
    "asked twice with one key": [
        issue(),
        yes("redeem", ONE, "amount=40.00", "idempotency_key=k", replayed=False, balance="60.00"),
        yes("redeem", ONE, "amount=40.00", "idempotency_key=k", replayed=True, balance="60.00", applied="40.00"),
        yes("redeem", ONE, "amount=40.00", "idempotency_key=l", replayed=False, balance="20.00"),
        yes("reload", ONE, "amount=5.00", "idempotency_key=k", replayed=False, balance="25.00"),
        yes("reload", ONE, "amount=5.00", "idempotency_key=k", replayed=True, balance="25.00"),
    ],
    "a hold asked for twice is one": [
        issue(),
        yes("authorize", "id=a", ONE, "amount=10.00", "idempotency_key=h", replayed=False, available="90.00"),
        yes("authorize", "id=a", ONE, "amount=10.00", "idempotency_key=h", replayed=True, available="90.00"),
    ],
    "eight tills ask for 30.00 of 100.00": [
        issue(),
        step("concurrent_redeem", ONE, "amount=30.00", "times=8", accepted_count=3, balance="10.00"),
    ],
    "four tills ask for all of it": [
        issue(),
        step("concurrent_redeem", ONE, "amount=100.00", "times=4", accepted_count=1, balance="0.00"),
        yes("check", ONE, status="used_up"),
    ],
    "a race for what a hold leaves": [
        issue(),
        yes("authorize", "id=a", ONE, "amount=50.00"),
        step("concurrent_redeem", ONE, "amount=20.00", "times=5", accepted_count=2, balance="60.00"),
    ],
    "three cards and cash with change": [
        issue("1", "10.00"),
        issue("2", "5.50"),
        issue("3", "100.00"),
        sale("s", "40.00", "gift_card:1 gift_card:2 gift_card:3:20.00 cash:10.00",
             {"1": "10.00", "2": "5.50", "3": "20.00"}, change="5.50",
             balances={"1": "0.00", "2": "0.00", "3": "80.00"},
             statuses={"1": "used_up", "2": "used_up", "3": "active"}),
        step("void_sale", "sale=s", balances={"1": "10.00", "2": "5.50", "3": "100.00"}),
        step("void_sale", "sale=s", replayed=True, balances={"1": "10.00", "2": "5.50", "3": "100.00"}),
    ],
    "an amount above the balance is refused whole": [
        issue("1", "10.00"),
        sale("s", "30.00", "gift_card:1:10.01 cash:30.00", {}, balances={"1": "10.00"},
             refused=[{"card": "1", "reason": "insufficient_balance"}]),
    ],
    "an amount above the due gives the due": [
        issue("1", "50.00"),
        sale("s", "30.00", "gift_card:1:40.00", {"1": "30.00"}, balances={"1": "20.00"}),
    ],
    "what a hold leaves is what a card gives": [
        issue("1", "50.00"),
        yes("authorize", "id=a", ONE, "amount=45.00"),
        sale("s", "30.00", "gift_card:1 card", {"1": "5.00"}, balances={"1": "45.00"}),
    ],
    "an empty card and a good one": [
        issue("1", "5.00"),
        issue("2", "5.00"),
        yes("redeem", ONE, "amount=5.00"),
        sale("s", "4.00", "gift_card:1 gift_card:2", {"2": "4.00"}, balances={"1": "0.00", "2": "1.00"},
             refused=[{"card": "1", "reason": "zero_balance"}]),
    ],
    "a sale left open keeps the rest due": [
        issue("1", "25.00"),
        sale("s", "49.96", "gift_card:1", {"1": "25.00"}, due_remaining="24.96", balances={"1": "0.00"},
             statuses={"1": "used_up"}),
        step("void_sale", "sale=s", balances={"1": "25.00"}, statuses={"1": "active"}),
    ],
    "part refunded, then voided: no more goes back than the card gave": [
        issue("1", "25.00"),
        sale("s", "20.00", "gift_card:1", {"1": "20.00"}, balances={"1": "5.00"}),
        yes("refund_to_card", ONE, "amount=20.00", "sale=s", balance="25.00"),
        no("refund_to_card", "over_refund", ONE, "amount=0.01", "sale=s", balance="25.00"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("steps", CASES.values(), ids=CASES.keys())
def test_a_variation_answers_as_worked_out(steps: list[Step]) -> None:
    played = play({"id": "V", "currency": "USD", "steps": steps})
    at = {path: played.actual["steps"][int(path.split("[")[1].split("]")[0])] for path in played.differences}
    assert at == {}


@pytest.mark.parametrize(
    ("currency", "worth", "taken", "left", "too_fine"),
    [("JPY", "500", "499", "1", "0.5"), ("KWD", "1.005", "0.999", "0.006", "0.0001")],
)
def test_other_decimals(currency: str, worth: str, taken: str, left: str, too_fine: str) -> None:
    steps = [
        issue("1", worth),
        yes("redeem", ONE, f"amount={taken}", balance=left),
        no("redeem", "invalid_amount", ONE, f"amount={too_fine}", balance=left),
    ]
    final = {"1": {"balance": left, "available": left, "status": "active"}}
    assert play({"id": "V", "currency": currency, "steps": steps, "final": final}).differences == []


def test_a_shop_has_cards_in_its_own_currency_only() -> None:
    with pytest.raises(Unsupported, match="another currency"):
        play({"id": "V", "currency": "USD", "steps": [issue("1", "10.00", "currency=EUR")]})
