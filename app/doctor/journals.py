"""A register's journal, row by row: the chain of hashes, the clock, and what it says of each sale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from app.journal.chain import FIRST, moment_text, sealed
from app.journal.service import CLOCK_SLACK

_SALES = frozenset({"sale", "return", "exchange", "adjustment"})  # a reprint names its sale too, and no amounts
_STORED = len("2026-03-14 12:00:00.000000")


class Chain:
    """One register's journal as it is read. `broken`: the chain does not hold from here on, nothing more is told."""

    __slots__ = ("_latest", "_previous", "_register_id", "_sequence", "broken", "code")

    def __init__(self, register_id: int, code: str) -> None:
        self.code = code
        self.broken = False
        self._register_id = register_id
        self._sequence, self._previous, self._latest = 0, FIRST, ""

    def take(self, entry: Sequence[Any]) -> str:
        """What is wrong with the next entry, "" for nothing (V24, V28).

        Entries: sequence, kind, at, staff, approver, sale, body, previous hash, hash, then the sale's number, total,
        subtotal, discount, tax, change and tenders.
        """
        found, kind, at, staff, approver, sale, body, before, kept, number, *amounts = entry
        self._sequence += 1
        moment = _moment(at)
        previous, latest = self._previous, self._latest
        if found != self._sequence:
            return self._break(f"entry {self._sequence} is missing")
        if before != previous:
            return self._break("it does not follow the entry before it")
        if sealed(previous, self._register_id, found, kind, moment, staff, approver, sale, body) != kept:
            return self._break("it was changed after it was written")
        self._previous, self._latest = kept, moment
        if number is not None and kind in _SALES and not _tells(body, number, *amounts):
            return f"it says something else than sale {number}"
        if moment < latest and kind != "clock_back" and _apart(latest, moment) > CLOCK_SLACK:
            return "the clock was set back and nothing says so"
        return ""

    def _break(self, why: str) -> str:
        self.broken = True
        return why

    def end(self, head: tuple[int, str]) -> str:
        """What is wrong after the last entry; `head` is what the register itself remembers."""
        if self.broken or (self._sequence, self._previous) == head:
            return ""
        self._sequence += 1
        return "the last entries are missing"

    def where(self, why: str) -> dict[str, Any]:
        return {"register": self.code, "sequence": self._sequence, "why": why}


def trouble_in_one(entries: Iterable[Sequence[Any]], chain: Chain, head: tuple[int, str]) -> Iterator[dict[str, Any]]:
    """Everything wrong in one register's journal, read in order of sequence."""
    for entry in entries:
        if why := chain.take(entry):
            yield chain.where(why)
        if chain.broken:
            return
    if why := chain.end(head):
        yield chain.where(why)


def suspects(
    entries: Iterable[tuple[int, Sequence[Any]]], chains: dict[int, Chain], heads: dict[int, tuple[int, str]]
) -> set[int]:
    """Registers whose journal does not hold when all are read together, in the order in which rows were written.

    That is quickest, and enough for a sound shop. A row out of its turn is no fault by itself, so who is found here
    is looked at again by `trouble_in_one`.
    """
    found: set[int] = set()
    for register_id, entry in entries:
        chain = chains.get(register_id)  # None: a row without a register, which the foreign keys tell
        if chain is not None and register_id not in found and chain.take(entry):
            found.add(register_id)
    return found | {register_id for register_id, chain in chains.items() if chain.end(heads[register_id])}


def _tells(
    body: str, number: str, total: int, subtotal: int, discount: int, tax: int, change: int, tenders: str | None
) -> bool:
    """Whether the entry says of its sale what the sale says of itself.

    The body is canonical JSON: names in order, so values stand in it in one form only. A million bodies need no
    parsing, and nothing that a person typed can look like this, for a quote within a text is written with a stroke.
    """
    return (
        f'"subtotal":{subtotal},"tax":{tax},"tenders":[{tenders or ""}],"total":{total},"version":' in body
        and f'"number":"{number}",' in body
        and f'"change":{change},"currency":"' in body
        and f'","discount":{discount},"lines":[' in body
    )


def _moment(at: Any) -> str:
    """A stored moment as the chain writes it. SQLite keeps UTC as text: "2026-03-14 12:00:00.000000"."""
    if isinstance(at, str):
        if len(at) == _STORED:
            return f"{at[:10]}T{at[11:]}Z"
        at = datetime.fromisoformat(at)
    return moment_text(at.replace(tzinfo=UTC) if at.tzinfo is None else at)


def _apart(later: str, earlier: str) -> timedelta:
    return datetime.fromisoformat(later) - datetime.fromisoformat(earlier)
