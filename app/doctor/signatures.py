"""A register's signatures: the keys its journal names, one after the other, and what each of them signed.

A register without a key does not sign yet, and nothing is asked of its closings. From its first key on every one of
them is signed. A key that the one before did not sign is no fault, for keys get lost; whoever reads the report is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from app.journal.signing import (
    ALGORITHM,
    CLOSING_KIND,
    KEY_KIND,
    KINDS,
    SIGNATURE_KIND,
    anchor_from,
    change_of,
    fingerprint_of,
    holds,
    in_groups,
    public_key_in,
    told,
)


@dataclass(frozen=True, slots=True)
class Row:
    """What matters here of a journal's entry."""

    sequence: int
    kind: str
    body: str
    hash: str


@dataclass(slots=True)
class Signatures:
    """What is wrong with the keys, with the signatures, and what is worth knowing; for all registers."""

    keys: list[dict[str, Any]] = field(default_factory=list)
    signed: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Gathered:
    """The rows of every register that have to do with signatures, put aside while the journals are read anyway."""

    def __init__(self) -> None:
        self._rows: dict[int, list[Row]] = {}

    def passing(self, entries: Iterable[tuple[int, Sequence[Any]]]) -> Iterator[tuple[int, Sequence[Any]]]:
        """The same entries; those looked for are remembered."""
        for register_id, entry in entries:
            if entry[1] in KINDS:
                row = Row(entry[0], entry[1], entry[6], entry[8])
                self._rows.setdefault(register_id, []).append(row)
            yield register_id, entry

    def look_through(self, codes: dict[int, str]) -> Signatures:
        found = Signatures()
        for register_id, code in codes.items():
            rows = sorted(self._rows.get(register_id, ()), key=lambda row: row.sequence)
            _Reader(register_id, code, found).read(rows)
        return found


class _Reader:
    """One register's rows, in order of sequence."""

    def __init__(self, register_id: int, code: str, found: Signatures) -> None:
        self._register_id, self._code, self._found = register_id, code, found
        self._key = ""  # the one that signs now, "" when it cannot be read
        self._signs = False

    def read(self, rows: Sequence[Row]) -> None:
        before: Row | None = None
        for row, after in zip_longest(rows, rows[1:]):
            if row.kind == KEY_KIND:
                self._take_key(row)
            elif row.kind == CLOSING_KIND:
                if self._signs and not _belongs(row, after):
                    self._tell(self._found.signed, row, f"the closing Z {told(row.body).get('number')} is not signed")
            elif why := self._wrong_with(row, before):
                self._tell(self._found.signed, row, why)
            before = row

    def _take_key(self, row: Row) -> None:
        said, key, last = told(row.body), public_key_in(row.body) or "", self._key
        vouching = str(said.get("signed_by_previous", ""))
        if not key or said.get("algorithm") != ALGORITHM:
            self._tell(self._found.keys, row, "it names no key")
        elif said.get("previous") != fingerprint_of(last):
            self._tell(self._found.keys, row, "it does not follow the key before it")
        elif vouching and not holds(last, change_of(self._register_id, key, fingerprint_of(last)), vouching):
            self._tell(self._found.keys, row, "the key before it did not sign it")
        elif last and not vouching:
            self._found.notes.append(
                f"{self._code} signs with another key since entry {row.sequence} ({in_groups(fingerprint_of(key))}), "
                "and the key before did not sign the change: it was lost, or another computer closed the shift."
            )
        self._key, self._signs = key, True

    def _wrong_with(self, row: Row, closing: Row | None) -> str:
        anchor = anchor_from(self._code, self._register_id, row.body)
        if anchor is None:
            return "it holds no signature"
        if closing is None or not _belongs(closing, row):
            return "it follows no closing"
        if (anchor.sequence, anchor.hash, anchor.number) != (
            closing.sequence, closing.hash, told(closing.body).get("number"),
        ):  # fmt: skip
            return "it is about something else than the closing before it"
        if anchor.fingerprint != fingerprint_of(self._key):
            return "it was made with another key than the journal named"
        return "" if holds(self._key, anchor.message, anchor.signature) else "the signature does not fit the closing"

    def _tell(self, into: list[dict[str, Any]], row: Row, why: str) -> None:
        into.append({"register": self._code, "sequence": row.sequence, "why": why})


def _belongs(closing: Row, row: Row | None) -> bool:
    """Whether this is the signature that follows the closing."""
    return (
        closing.kind == CLOSING_KIND
        and row is not None
        and row.kind == SIGNATURE_KIND
        and row.sequence == closing.sequence + 1
    )
