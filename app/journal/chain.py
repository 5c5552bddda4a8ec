"""The chain: each entry's hash covers the one before and everything the entry says. Pure.

hash = SHA-256(previous hash ‖ canonical JSON of register, sequence, kind, time, people, sale and body), in hex.
Canonical: sorted keys, no spaces, UTF-8, times in UTC with microseconds. A standalone check needs only this.
"""

from __future__ import annotations

import hashlib
import json
import json.encoder
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One journal row as stored."""

    register_id: int
    sequence: int
    kind: str
    at: datetime
    staff_id: int | None
    approver_id: int | None
    sale_id: int | None
    body: str  # canonical JSON
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first row where a register's chain does not hold, and how."""

    register_id: int
    sequence: int
    why: str


def canonical(value: Mapping[str, Any]) -> str:
    """Raises TypeError for what JSON cannot say exactly: floats are refused, they have no business here."""
    _no_floats(value.values())
    return _written(value)


# One encoder for all: json.dumps would make a new one for each of a million entries.
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


_quoted = json.encoder.encode_basestring  # a string as that encoder writes it


def _written(value: Mapping[str, Any]) -> str:
    return _encode(value)


def _no_floats(parts: Iterable[Any]) -> None:
    for part in parts:
        kind = type(part)
        if kind is float:
            raise TypeError("the journal holds no floats")
        if kind is list or kind is tuple:
            _no_floats(part)
        elif kind is dict:
            _no_floats(part.values())


def moment_text(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat("T", "microseconds") + "Z"


def hash_of(
    previous_hash: str, register_id: int, sequence: int, kind: str, at: datetime, staff_id: int | None,
    approver_id: int | None, sale_id: int | None, body: str,
) -> str:  # fmt: skip
    return sealed(previous_hash, register_id, sequence, kind, moment_text(at), staff_id, approver_id, sale_id, body)


def sealed(
    previous_hash: str, register_id: int, sequence: int, kind: str, at_text: str, staff_id: int | None,
    approver_id: int | None, sale_id: int | None, body: str,
) -> str:  # fmt: skip
    """`hash_of` with the moment as `moment_text` writes it.

    The same text as `canonical` of these eight, put together by hand: the doctor makes a million of them.
    """
    content = (
        f'{{"approver":{_number(approver_id)},"at":{_quoted(at_text)},"body":{_quoted(body)},"kind":{_quoted(kind)},'
        f'"register":{register_id},"sale":{_number(sale_id)},"sequence":{sequence},"staff":{_number(staff_id)}}}'
    )
    return hashlib.sha256((previous_hash + content).encode("utf-8", "surrogatepass")).hexdigest()


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)


def next_entry(
    head: tuple[int, str], register_id: int, kind: str, at: datetime, *, staff_id: int | None,
    approver_id: int | None = None, sale_id: int | None = None, body: Mapping[str, Any],
) -> Entry:  # fmt: skip
    """The row that follows `head` (last sequence, last hash)."""
    sequence, previous = head[0] + 1, head[1]
    text = canonical(body)
    made = hash_of(previous, register_id, sequence, kind, at, staff_id, approver_id, sale_id, text)
    return Entry(register_id, sequence, kind, at, staff_id, approver_id, sale_id, text, previous, made)


def first_break(entries: Iterable[Entry], register_id: int, head: tuple[int, str]) -> Break | None:
    """Check one register's entries in order of sequence against the head kept with the register."""
    sequence, previous = 0, FIRST
    for entry in entries:
        sequence += 1
        if entry.sequence != sequence:
            return Break(register_id, sequence, f"entry {sequence} is missing")
        if entry.previous_hash != previous:
            return Break(register_id, sequence, "it does not follow the entry before it")
        made = hash_of(
            previous, register_id, sequence, entry.kind, entry.at, entry.staff_id, entry.approver_id, entry.sale_id,
            entry.body,
        )  # fmt: skip
        if made != entry.hash:
            return Break(register_id, sequence, "it was changed after it was written")
        previous = entry.hash
    if (sequence, previous) != head:
        return Break(register_id, sequence + 1, "the last entries are missing")
    return None
