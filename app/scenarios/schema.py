"""The form of scenario files, checked before anything is played.

A value that cannot be what its field says makes the file malformed. A field that the form does not describe is
ignored and remembered once. A `kind`, rule or operation the product does not know is not malformed: the players
answer `unsupported`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

LONGEST_TEXT = 10_000


class Malformed(Exception):
    """A file that is not in scenario form; the message is a sentence with the record and the field."""


Leaf = Callable[[object], str | None]  # None when fine, else what it should have been


def text(value: object) -> str | None:
    return None if isinstance(value, str) and len(value) <= LONGEST_TEXT else "text"


def flag(value: object) -> str | None:
    return None if isinstance(value, bool) else "true or false"


def whole(value: object) -> str | None:
    return None if isinstance(value, int) and not isinstance(value, bool) else "a whole number"


def number(value: object) -> str | None:
    """A decimal string, or a JSON number (read as a Decimal, never as a float)."""
    wanted = "a decimal number"
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return wanted
    try:
        parsed = Decimal(value)
    except (InvalidOperation, ValueError):
        return wanted
    return None if parsed.is_finite() and abs(parsed) < Decimal(10) ** 15 else wanted


def day(value: object) -> str | None:
    """An ISO date, or a date with a time."""
    try:
        moment(value)
    except (TypeError, ValueError):
        return "an ISO date"
    return None


def anything(_value: object) -> str | None:
    return None


def moment(value: object) -> date | datetime:
    if not isinstance(value, str):
        raise TypeError("a date is text")
    return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)


@dataclass(frozen=True)
class Obj:
    """Named fields; those in `needs` must be there."""

    known: Mapping[str, Any]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListOf:
    item: Any
    at_least: int = 0


@dataclass(frozen=True)
class MapOf:
    """Any names, each with such a value."""

    value: Any


def check(value: object, form: Any, path: str, unknown: set[str], here: str = "") -> None:
    """Raise Malformed with the field at `path`; add undescribed fields to `unknown` by their general name."""
    if isinstance(form, Obj):
        _check_object(value, form, path, unknown, here)
    elif isinstance(form, ListOf):
        if not isinstance(value, list):
            raise Malformed(f"field {path}: must be a list")
        if len(value) < form.at_least:
            raise Malformed(f"field {path}: must not be empty")
        for place, item in enumerate(value):
            check(item, form.item, f"{path}[{place}]", unknown, f"{here}[]")
    elif isinstance(form, MapOf):
        if not isinstance(value, dict):
            raise Malformed(f"field {path}: must be an object")
        for name, item in value.items():
            check(item, form.value, _join(path, name), unknown, f"{here}.*")
    else:
        wanted = form(value)
        if wanted is not None:
            raise Malformed(f"field {path}: must be {wanted}")


def _check_object(value: object, form: Obj, path: str, unknown: set[str], here: str) -> None:
    if not isinstance(value, dict):
        raise Malformed(f"field {path}: must be an object" if path else "a record must be an object")
    for name in form.needs:
        if name not in value:
            raise Malformed(f"field {_join(path, name)}: is missing")
    for name, item in value.items():
        if name in form.known:
            check(item, form.known[name], _join(path, name), unknown, _join(here, name))
        else:
            unknown.add(_join(here, name))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
