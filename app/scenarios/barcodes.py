"""Plays barcode records: what the till makes of exactly what the reader sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.barcodes import scenario
from app.scenarios.answer import Played, differences


def play(record: Mapping[str, Any]) -> Played:
    actual = scenario.play(record)
    expected = record["expect"]
    # What the recogniser has no word for is a field the format does not describe.
    asked = {name: value for name, value in expected.items() if name in actual}
    return Played(expected, actual, differences(asked, actual))
