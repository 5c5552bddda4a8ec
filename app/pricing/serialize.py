"""Promotions as JSON, the form in which they are stored: `{"schema": 1, "id": …, "kind": …, …}`.

Fields that have their default are left out. Reading is strict: an unknown or ill-typed field is refused by its
name, because a misspelt condition would otherwise widen a discount. Percentages are strings, days and hours ISO.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from app.errors import InvalidInput
from app.pricing.promotion import Promotion
from app.pricing.rules import check

SCHEMA_VERSION = 1
_DECIMAL = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?", re.ASCII)
_T = TypeVar("_T")


def promotion_to_dict(promotion: Promotion) -> dict[str, Any]:
    """Plain JSON values; `promotion_from_dict` gives back an equal promotion."""
    return {"schema": SCHEMA_VERSION, **_write_object(promotion)}


def promotion_from_dict(data: Mapping[str, Any]) -> Promotion:
    """The promotion, checked as `rules.check` does. Raises InvalidInput naming the field."""
    body = dict(data)
    schema = body.pop("schema", None)
    if schema != SCHEMA_VERSION:
        raise InvalidInput(
            f"This promotion is stored in form {schema!r}; this program reads form {SCHEMA_VERSION}.", field="schema"
        )
    promotion = _read_object(Promotion, body, "")
    check(promotion)
    return promotion


def _write_object(value: object) -> dict[str, Any]:
    written = {}
    for field in fields(cast(Any, value)):
        content = getattr(value, field.name)
        if field.default is MISSING or content != field.default:
            written[field.name] = _write(content)
    return written


def _write(value: object) -> Any:
    if is_dataclass(value):
        return _write_object(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(_write(item) for item in value)
    if isinstance(value, tuple):
        return [_write(item) for item in value]
    return value


@cache
def _shape(cls: type) -> dict[str, tuple[Field[Any], Any]]:
    hints = get_type_hints(cls)
    return {field.name: (field, hints[field.name]) for field in fields(cls)}


def _read_object(cls: type[_T], data: object, path: str) -> _T:
    if not isinstance(data, Mapping):
        raise _wrong(path, "an object")
    shape = _shape(cast(Any, cls))
    for name in data:
        if name not in shape:
            raise InvalidInput(f"A promotion has no field {_join(path, str(name))!r}.", field=_join(path, str(name)))
    values = {}
    for name, (field, hint) in shape.items():
        if name in data:
            values[name] = _read(hint, data[name], _join(path, name))
        elif field.default is MISSING and field.default_factory is MISSING:
            raise InvalidInput(f"A promotion needs the field {_join(path, name)!r}.", field=_join(path, name))
    return cls(**values)


def _read(hint: Any, value: object, path: str) -> Any:
    origin = get_origin(hint)
    if origin is UnionType:
        inner = [option for option in get_args(hint) if option is not NoneType]
        return None if value is None else _read(inner[0], value, path)
    if origin in (tuple, frozenset):
        if not isinstance(value, list):
            raise _wrong(path, "a list")
        items = [_read(get_args(hint)[0], item, f"{path}[{place}]") for place, item in enumerate(value)]
        return tuple(items) if origin is tuple else frozenset(items)
    if is_dataclass(hint):
        return _read_object(cast(type, hint), value, path)
    return _read_plain(hint, value, path)


def _read_plain(hint: Any, value: object, path: str) -> Any:
    if hint in (int, bool, str):
        if type(value) is not hint:
            raise _wrong(path, {int: "a whole number", bool: "true or false", str: "text"}[hint])
        return value
    if not isinstance(value, str):
        raise _wrong(path, "text")
    if issubclass(hint, StrEnum):
        if value not in {member.value for member in hint}:
            raise _wrong(path, f"one of {', '.join(hint)}")
        return hint(value)
    try:
        if hint is Decimal:
            if not _DECIMAL.fullmatch(value):
                raise InvalidOperation
            return Decimal(value)
        return hint.fromisoformat(value)
    except (ValueError, InvalidOperation):
        wanted = {Decimal: "a number such as 12.5", date: "a day such as 2026-05-31", time: "a time such as 16:00"}
        raise _wrong(path, wanted[hint]) from None


def _wrong(path: str, wanted: str) -> InvalidInput:
    return InvalidInput(f"{path or 'The promotion'} must be {wanted}.", field=path)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
