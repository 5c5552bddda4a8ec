"""The published totals under other roundings are the engine's own under those settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.scenarios.promotions import play

RECORDS = json.loads((Path(__file__).parents[2] / "data" / "scenarios" / "promotions.json").read_text(encoding="utf-8"))
SENSITIVE = [record for record in RECORDS if record.get("rounding_sensitive")]


@pytest.mark.parametrize("record", SENSITIVE, ids=[record["id"] for record in SENSITIVE])
def test_other_roundings_give_the_other_totals(record: dict[str, Any]) -> None:
    totals = set()
    for level in ("order", "line", "unit", "final"):
        for mode in ("half_up", "down"):
            rules = {**record.get("rules", {}), "discount_rounding_level": level, "rounding": mode}
            totals.add(play({**record, "rules": rules}).actual["total"])
    assert totals >= set(record["totals_under_other_rounding"]) | {record["expected"]["total"]}


@pytest.mark.parametrize("record", RECORDS, ids=[record["id"] for record in RECORDS])
def test_nothing_depends_on_names(record: dict[str, Any]) -> None:
    """The same record with other SKUs, ids, codes and title comes to the same figures."""
    renamed = json.loads(json.dumps(record).replace('"sku": "', '"sku": "Z'))
    for product in renamed["products"]:
        product["name"] = "Something"
    for promotion in renamed["promotions"]:
        for side in ("targets", "condition_targets", "buy", "get"):
            if "skus" in promotion.get(side, {}):
                promotion[side]["skus"] = [f"Z{sku}" for sku in promotion[side]["skus"]]
    renamed.update(id="OTHER", title="other")
    assert play(renamed).differences == []
