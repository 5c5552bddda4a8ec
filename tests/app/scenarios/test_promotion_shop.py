"""Records are played by a real till on a stored shop, not by the engine on the side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.checkout.model import CompletedSale
from app.checkout.service import CheckoutService
from app.scenarios import promotion_shop
from app.scenarios.answer import Played
from app.scenarios.promotion_shop import play

DATA = Path(__file__).parents[2] / "data" / "scenarios"
RECORDS: list[dict[str, Any]] = json.loads((DATA / "promotions.json").read_text(encoding="utf-8"))
PLAIN: dict[str, Any] = {
    "id": "X",
    "currency": "EUR",
    "products": [{"sku": "A", "price": "10.00"}],
    "promotions": [{"id": "P", "kind": "percent", "value": "10"}],
    "basket": [{"sku": "A", "qty": 2}],
    "expected": {"total": "18.00"},
}


def never(_record: object) -> Played:
    raise AssertionError("this record was played without a shop")


def test_every_public_record_is_sold_and_booked_at_a_till(monkeypatch: pytest.MonkeyPatch) -> None:
    booked: list[CompletedSale] = []
    complete = CheckoutService.complete

    def counting(self: CheckoutService, *args: Any, **kwargs: Any) -> CompletedSale:
        booked.append(complete(self, *args, **kwargs))
        return booked[-1]

    monkeypatch.setattr(CheckoutService, "complete", counting)
    monkeypatch.setattr(promotion_shop.on_engine, "play", never)
    for record in RECORDS[::12]:
        assert play(record).differences == [], record["id"]
    assert len(booked) == len(RECORDS[::12])


@pytest.mark.parametrize(
    ("change", "total"),
    [
        ({"basket": [{"sku": "A", "qty": 3}, {"sku": "A", "qty": -1}]}, "17.00"),  # 30.00 − 10 %, one back at 10.00
        ({"basket": [{"sku": "A", "qty": "0.5"}]}, "4.50"),
        (
            {
                "promotions": [
                    {**PLAIN["promotions"][0], "campaign_budget": {"type": "usage", "limit": "3", "used": "3"}}
                ]
            },
            "20.00",
        ),
        ({"promotions": [{**PLAIN["promotions"][0], "value": "0"}]}, "20.00"),
    ],
)
def test_what_no_shop_stores_is_answered_by_the_engine(change: dict[str, Any], total: str) -> None:
    assert play({**PLAIN, **change}).actual["total"] == total


def test_a_sale_booked_at_another_total_than_shown_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the player does look at what was booked."""

    class Wrong:
        class total:
            minor = 1

    monkeypatch.setattr(CheckoutService, "complete", lambda *_args, **_kwargs: Wrong)
    with pytest.raises(AssertionError, match="the till showed 1800, the sale was booked at 1"):
        play(PLAIN)


def test_past_uses_are_counters_of_the_shop() -> None:
    record = {
        **PLAIN,
        "promotions": [{**PLAIN["promotions"][0], "code": "C", "limits": {"per_customer_uses": 2}}],
        "customer": {"id": "k", "prior_uses": {"c": 2}},
        "actions": [{"op": "apply_code", "code": "C"}],
    }
    assert play(record).actual["refused_codes"] == [{"code": "C", "reason": "per_customer_limit"}]
