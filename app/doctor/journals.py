"""A register's journal, row by row: the chain of hashes, the clock, and what it says of each sale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from app.journal.chain import FIRST, moment_text, sealed
from app.journal.service import CLOCK_SLACK

_SALES = frozenset({"sale", "return", "exchange", "adjustment"})  # a reprint names its sale too, and no amounts
_STORED = len("2026-03-14 12:00:00.000000")


def journal_trouble(
    entries: Iterable[Sequence[Any]], register_id: int, code: str, head: tuple[int, str]
) -> Iterator[dict[str, Any]]:
    """What is wrong with one register's journal. Stops at the first row the chain does not hold for (V24).

    Entries: sequence, kind, at, staff, approver, sale, body, previous hash, hash, then the sale's number, total,
    subtotal, discount, tax, change and tenders.
    """
    sequence, previous, latest = 0, FIRST, ""
    for found, kind, at, staff, approver, sale, body, before, kept, number, *amounts in entries:
        sequence += 1
        if found != sequence:
            yield _where(code, sequence, f"entry {sequence} is missing")
            return
        if before != previous:
            yield _where(code, sequence, "it does not follow the entry before it")
            return
        moment = _moment(at)
        if sealed(previous, register_id, sequence, kind, moment, staff, approver, sale, body) != kept:
            yield _where(code, sequence, "it was changed after it was written")
            return
        previous = kept
        if number is not None and kind in _SALES and not _tells(body, number, *amounts):
            yield _where(code, sequence, f"it says something else than sale {number}")
        if moment < latest and kind != "clock_back" and _apart(latest, moment) > CLOCK_SLACK:  # V28
            yield _where(code, sequence, "the clock was set back and nothing says so")
        latest = moment
    if (sequence, previous) != head:
        yield _where(code, sequence + 1, "the last entries are missing")


def _where(code: str, sequence: int, why: str) -> dict[str, Any]:
    return {"register": code, "sequence": sequence, "why": why}


def _tells(
    body: str, number: str, total: int, subtotal: int, discount: int, tax: int, change: int, tenders: str | None
) -> bool:
    """Whether the entry says of its sale what the sale says of itself.

    The body is canonical JSON, so a value stands in it in one form only, between a name and a comma or the end: a
    million bodies need no parsing. Their last name is "total" or "version", so only these may end it.
    """
    return (
        f'"number":"{number}",' in body
        and f'"subtotal":{subtotal},' in body
        and f'"discount":{discount},' in body
        and f'"tax":{tax},' in body
        and f'"change":{change},' in body
        and f'"tenders":[{tenders or ""}],' in body
        and (f'"total":{total},' in body or f'"total":{total}}}' in body)
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
