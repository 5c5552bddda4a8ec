"""The published records, played one by one."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.scenarios.barcodes import answer

DATA = Path(__file__).parents[2] / "data" / "scenarios"
RECORDS: list[dict[str, Any]] = json.loads((DATA / "barcodes.json").read_text("utf-8"))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["id"])
def test_record_is_answered_as_published(record: dict[str, Any]) -> None:
    told = answer(record)
    assert {key: told.get(key) for key in record["expect"]} == record["expect"]


def test_a_wrong_expectation_is_noticed() -> None:
    record = {"input": "5901234123457", "expect": {"valid": True, "type": "EAN-8", "gtin14": "0"}}
    assert answer(record) == {"valid": True, "type": "EAN-13", "gtin14": "05901234123457"}
    assert answer({"input": "5901234123456", "expect": {"valid": True}}) == {"valid": False}
