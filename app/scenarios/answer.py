"""What a player answers, and how it is held against what the record expects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any


class Unsupported(Exception):
    """The product does not have this kind, rule or operation; the message names it."""


@dataclass(frozen=True)
class Played:
    """`expected` and `actual` have the same form; `differences` are the paths at which they part."""

    expected: Any
    actual: Any
    differences: list[str]


# Plays one checked record on a shop of its own; raises Unsupported.
Player = Callable[[Mapping[str, Any]], Played]


def differences(expected: Any, actual: Any, tolerance: Decimal = Decimal(0), path: str = "") -> list[str]:
    """Paths at which `actual` does not hold what `expected` names; what `expected` leaves out is not asked."""
    if isinstance(expected, Mapping):
        if not isinstance(actual, Mapping):
            return [path]
        found = []
        for name, value in expected.items():
            inner = f"{path}.{name}" if path else str(name)
            found += differences(value, actual[name], tolerance, inner) if name in actual else [inner]
        return found
    if isinstance(expected, list):
        if not isinstance(actual, list) or len(expected) != len(actual):
            return [path]
        return [
            inner
            for place, (one, other) in enumerate(zip(expected, actual, strict=True))
            for inner in differences(one, other, tolerance, f"{path}[{place}]")
        ]
    return [] if _same(expected, actual, tolerance) else [path]


def _same(expected: Any, actual: Any, tolerance: Decimal) -> bool:
    """Numbers by value ("5" is "5.00"), all else by identity of type and content."""
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    one, other = _number(expected), _number(actual)
    if one is not None and other is not None:
        return abs(one - other) <= tolerance
    return bool(expected == actual)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if isinstance(value, str):
        try:
            parsed = Decimal(value)
        except InvalidOperation:
            return None
        return parsed if parsed.is_finite() else None
    return None
