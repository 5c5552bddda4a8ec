"""Were promotions used in their period? By the version in force at the time (V16)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from app.clock import shop_date


def uses_out_of_time(versions: Iterable[Any], spans: Iterable[Any], zone: str) -> Iterator[dict[str, Any]]:
    """`versions`: promotion, version, definition. `spans`: promotion, version, first and last use."""
    periods = {(row[0], row[1]): _period(row[2]) for row in versions}
    for promotion, version, first, last in spans:
        begins, ends = periods.get((promotion, version), (None, None))
        first_day, last_day = shop_date(first, zone), shop_date(last, zone)
        if (begins is not None and first_day < begins) or (ends is not None and last_day > ends):
            yield {"promotion": promotion, "version": version, "first": str(first_day), "last": str(last_day)}


def _period(definition: dict[str, Any]) -> tuple[date | None, date | None]:
    schedule = definition.get("schedule") or {}
    begins, ends = schedule.get("valid_from"), schedule.get("valid_to")
    return (date.fromisoformat(begins) if begins else None, date.fromisoformat(ends) if ends else None)
