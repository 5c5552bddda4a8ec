"""The published card records, and what the scenario format says beyond them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.scenarios.answer import Unsupported
from app.scenarios.giftcards import play

RECORDS = json.loads((Path(__file__).parents[2] / "data" / "scenarios" / "giftcards.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["id"])
def test_published_records(record: dict[str, Any]) -> None:
    assert play(record).differences == []


def steps(*listed: dict[str, Any], currency: str = "USD") -> list[dict[str, Any]]:
    played = play({"currency": currency, "steps": list(listed)})
    found: list[dict[str, Any]] = played.actual["steps"]
    return found


def issue(card: str = "1", amount: str = "10.00", **more: Any) -> dict[str, Any]:
    return {"op": "issue", "card": card, "amount": amount, **more}


REFUSALS: list[tuple[list[dict[str, Any]], str]] = [
    ([issue(amount="0.00")], "invalid_amount"),
    ([issue(amount="-5.00")], "invalid_amount"),
    ([issue(amount="1.005")], "invalid_amount"),
    ([issue(), issue()], "duplicate_number"),
    ([{"op": "redeem", "card": "9", "amount": "1.00"}], "unknown_card"),
    ([issue(), {"op": "redeem", "card": "1", "amount": "10.01"}], "insufficient_balance"),
    ([issue(), {"op": "redeem", "card": "1", "amount": "10"}, {"op": "redeem", "card": "1", "amount": "1"}],
     "zero_balance"),
    ([issue(), {"op": "redeem", "card": "1", "amount": "0"}], "invalid_amount"),
    ([issue(), {"op": "redeem", "card": "1", "amount": "1", "currency": "EUR"}], "currency_mismatch"),
    ([issue(restricted_to="ann"), {"op": "redeem", "card": "1", "amount": "1", "customer": "bob"}], "not_owner"),
    ([issue(restricted_to="ann"), {"op": "redeem", "card": "1", "amount": "1"}], "not_owner"),
    ([issue(expires="2024-01-31"), {"op": "set_date", "date": "2024-02-01"},
      {"op": "redeem", "card": "1", "amount": "1"}], "expired"),
    ([issue(), {"op": "deactivate", "card": "1"}, {"op": "reload", "card": "1", "amount": "1"}], "inactive"),
    ([issue(), {"op": "delete", "card": "1"}, {"op": "activate", "card": "1"}], "deleted"),
    ([issue(), {"op": "redeem", "card": "1", "amount": "1"},
      {"op": "refund_card_purchase", "card": "1", "amount": "10"}], "already_spent"),
    ([issue(), {"op": "redeem", "card": "1", "amount": "5"},
      {"op": "refund_to_card", "card": "1", "amount": "5.01", "max_refundable": "5.00"}], "over_refund"),
    ([issue(), {"op": "authorize", "id": "a", "card": "1", "amount": "11"}], "insufficient_balance"),
    ([issue(), {"op": "authorize", "id": "a", "card": "1", "amount": "4"},
      {"op": "release", "id": "a"}, {"op": "capture", "id": "a", "amount": "4"}], "over_authorization"),
]  # fmt: skip


@pytest.mark.parametrize(("listed", "reason"), REFUSALS)
def test_every_refusal_has_its_word(listed: list[dict[str, Any]], reason: str) -> None:
    last = steps(*listed)[-1]
    assert (last["accepted"], last["reason"]) == (False, reason)


def test_a_repeated_key_is_replayed() -> None:
    redeem = {"op": "redeem", "card": "1", "amount": "4.00", "idempotency_key": "k"}
    _issued, first, again = steps(issue(), redeem, redeem)
    assert (first["replayed"], again["replayed"], again["balance"]) == (False, True, "6.00")
    _issued, first, again = steps(issue(idempotency_key="i"), issue(idempotency_key="i"), redeem)
    assert first["replayed"]


def test_concurrent_redemptions_take_what_is_there() -> None:
    race = {"op": "concurrent_redeem", "card": "1", "amount": "3.00", "times": 6}
    _issued, raced = steps(issue(), race)
    assert (raced["accepted_count"], raced["balance"]) == (3, "1.00")


def test_a_sale_takes_tenders_in_order() -> None:
    sale = {
        "op": "sale", "id": "s", "total": "20.00",
        "tenders": [
            {"type": "gift_card", "card": "1", "amount": "10.50"},  # more than it holds: refused, not cut down
            {"type": "gift_card", "card": "9"},
            {"type": "gift_card", "card": "2", "amount": "30.00"},  # more than is due: what is due
            {"type": "cash", "amount": "5.00"},
        ],
    }  # fmt: skip
    *_issued, sold = steps(issue(), issue("2", "50.00"), sale)
    assert sold["refused"] == [
        {"card": "1", "reason": "insufficient_balance"}, {"card": "9", "reason": "unknown_card"},
    ]  # fmt: skip
    assert (sold["applied"], sold["due_remaining"], sold["change"]) == ({"2": "20.00"}, "0.00", "5.00")
    assert sold["balances"] == {"1": "10.00", "2": "30.00"}


def sale(total: str, *tenders: dict[str, Any], name: str = "s", **more: Any) -> dict[str, Any]:
    return {"op": "sale", "id": name, "total": total, "tenders": list(tenders), **more}


def card(label: str = "1", **more: Any) -> dict[str, Any]:
    return {"type": "gift_card", "card": label, **more}


def test_a_sale_left_open_books_its_cards_and_voiding_puts_all_back_once() -> None:
    void = {"op": "void_sale", "sale": "s"}
    _issued, sold, voided, again = steps(issue(), sale("25.00", card()), void, void)
    assert (sold["applied"], sold["due_remaining"], sold["balances"]) == ({"1": "10.00"}, "15.00", {"1": "0.00"})
    assert voided["balances"] == again["balances"] == {"1": "10.00"}
    assert again["replayed"]


def test_voiding_a_completed_sale_twice_puts_it_back_once() -> None:
    void = {"op": "void_sale", "sale": "s"}
    _issued, _sold, voided, again = steps(issue(), sale("7.00", card()), void, void)
    assert (voided["balances"], again["balances"], again["replayed"]) == ({"1": "10.00"}, {"1": "10.00"}, True)


def test_an_owner_only_card_in_a_sale() -> None:
    mine = issue(restricted_to="ann")
    _issued, sold = steps(mine, sale("4.00", card(), customer="bob"))
    assert sold["refused"] == [{"card": "1", "reason": "not_owner"}]
    _issued, sold = steps(mine, sale("4.00", card(), customer="ann"))
    assert (sold["applied"], sold["due_remaining"]) == ({"1": "4.00"}, "0.00")


def test_one_card_twice_in_a_sale_gives_no_more_than_it_holds() -> None:
    cash = {"type": "cash", "amount": "20.00"}
    _issued, sold = steps(issue(), sale("12.00", card(amount="6.00"), card(), card(), cash))
    assert (sold["applied"], sold["change"]) == ({"1": "10.00"}, "18.00")
    assert sold["refused"] == [{"card": "1", "reason": "zero_balance"}]


def test_a_repeated_sale_is_replayed() -> None:
    once = sale("4.00", card(), idempotency_key="k")
    _issued, first, again, check = steps(issue(), once, once, {"op": "check", "card": "1"})
    assert (first["replayed"], again["replayed"], check["balance"]) == (False, True, "6.00")


def test_refunds_of_a_sale_stop_at_what_the_card_gave() -> None:
    refund = {"op": "refund_to_card", "card": "1", "amount": "3.00", "sale": "s"}
    *_before, first, second = steps(issue(), sale("4.00", card()), refund, refund)
    assert (first["accepted"], second["reason"]) == (True, "over_refund")


def test_currencies_without_and_with_three_decimals() -> None:
    assert steps(issue(amount="500"), currency="JPY")[0]["balance"] == "500"
    assert steps(issue(amount="0.5"), currency="JPY")[0]["reason"] == "invalid_amount"
    assert steps(issue(amount="1.005"), currency="KWD")[0]["balance"] == "1.005"


def test_an_operation_nobody_described_is_unsupported() -> None:
    with pytest.raises(Unsupported):
        steps({"op": "teleport", "card": "1"})
