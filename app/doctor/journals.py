"""A register's journal, row by row: the chain of hashes, the clock, and what it says of each sale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from app.journal.chain import FIRST, hash_of
from app.journal.service import CLOCK_SLACK


def journal_trouble(
    entries: Iterable[Sequence[Any]], register_id: int, code: str, head: tuple[int, str]
) -> Iterator[dict[str, Any]]:
    """What is wrong with one register's journal. Stops at the first row the chain does not hold for (V24).

    Entries: sequence, kind, at, staff, approver, sale, body, previous hash, hash, the sale's number and total.
    """
    sequence, previous = 0, FIRST
    latest: datetime | None = None
    for found, kind, at, staff, approver, sale, body, before, kept, number, total in entries:
        sequence += 1
        where = {"register": code, "sequence": sequence}
        if found != sequence:
            yield where | {"why": f"entry {sequence} is missing"}
            return
        if before != previous:
            yield where | {"why": "it does not follow the entry before it"}
            return
        if hash_of(previous, register_id, sequence, kind, _aware(at), staff, approver, sale, body) != kept:
            yield where | {"why": "it was changed after it was written"}
            return
        previous = kept
        yield from _about_sale(where, body, number, total)
        moment = _aware(at)
        if latest is not None and latest - moment > CLOCK_SLACK and kind != "clock_back":  # V28
            yield where | {"why": "the clock was set back and nothing says so"}
        latest = moment
    if (sequence, previous) != head:
        yield {"register": code, "sequence": sequence + 1, "why": "the last entries are missing"}


def _about_sale(where: dict[str, Any], body: str, number: str | None, total: int | None) -> Iterator[dict[str, Any]]:
    """The body is canonical JSON, so a value stands in it in one form only: no parsing of a million bodies."""
    if number is None:
        return
    if f'"total":{total}' not in body or f'"number":"{number}"' not in body:
        yield where | {"why": f"it says something else than sale {number}"}


def _aware(at: Any) -> datetime:
    """A stored moment as either driver gives it without the ORM's types."""
    from datetime import UTC

    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    found: datetime = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return found
