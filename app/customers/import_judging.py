"""What each row of a customer list would do to this shop: somebody new, a change, nothing, or a reason why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from app.customers import model
from app.customers.import_rows import RowFacts
from app.customers.model import full_name
from db.queries import customer_lists as lists
from db.uow import UnitOfWork


class RowState(StrEnum):
    NEW = "new"
    CHANGE = "change"
    SAME = "same"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """`consents_left`: yeses of the list for somebody here who gave none: people are asked for that, not lists."""

    line: int
    facts: RowFacts
    state: RowState
    reasons: tuple[str, ...] = ()
    customer_id: int | None = None
    consents_left: int = 0

    def wrong(self, *reasons: str) -> JudgedRow:
        return replace(self, state=RowState.WRONG, reasons=(*self.reasons, *reasons))


@dataclass(frozen=True)
class Known:
    """The customers that some rows may mean, by what they are known by."""

    rows: Mapping[int, Any]
    tags: Mapping[int, Mapping[str, str]]
    by_number: Mapping[str, int]
    by_phone: Mapping[str, int]
    by_email: Mapping[str, int]


def read_known(uow: UnitOfWork, facts: Sequence[RowFacts], *, lock: bool = False) -> Known:
    """In a handful of statements, however many rows. `lock`: they stay as they are until the transaction ends."""
    rows = lists.known(
        uow.connection,
        (one.number for one in facts if one.number),
        (one.phone for one in facts if one.phone),
        (one.email for one in facts if one.email),
        lock=lock,
    )
    tagged = sorted(rows) if any(one.tags for one in facts) else []
    return Known(
        rows,
        lists.tags_of(uow.connection, tagged),
        {row.number: key for key, row in rows.items()},
        {row.phone: key for key, row in rows.items() if row.phone},
        {row.email: key for key, row in rows.items() if row.email},
    )


def refuse_twins(rows: Iterable[JudgedRow]) -> list[JudgedRow]:
    """A number, phone or address that an earlier line of the list has makes the later one wrong."""
    seen: dict[tuple[str, str], int] = {}
    judged = []
    for row in rows:
        keys = [(what, key) for what, key in _keys(row.facts) if row.state is not RowState.WRONG]
        twin = next(((what, seen[what, key]) for what, key in keys if (what, key) in seen), None)
        for known in keys:
            seen.setdefault(known, row.line)
        judged.append(row if twin is None else row.wrong(f"Line {twin[1]} has this {twin[0]} too. Keep one of them."))
    return judged


def _keys(facts: RowFacts) -> list[tuple[str, str]]:
    found = (("number", facts.number), ("phone number", facts.phone), ("e-mail address", facts.email))
    return [(what, key) for what, key in found if key]


def judge(row: JudgedRow, known: Known) -> JudgedRow:
    """The row with what it would do; a row that was wrong already stays so."""
    if row.state is RowState.WRONG:
        return row
    facts = row.facts
    owners = {
        "number": known.by_number.get(facts.number or ""),
        "phone number": known.by_phone.get(facts.phone or ""),
        "e-mail address": known.by_email.get(facts.email or ""),
    }
    here = {what: owner for what, owner in owners.items() if owner is not None}
    if len(set(here.values())) > 1:
        whose = ", ".join(f"the {what} to {_name(known.rows[owner])}" for what, owner in here.items())
        return row.wrong(f"These belong to different customers here: {whose}.")
    if not here:
        return _judge_new(row)
    return _judge_known(replace(row, customer_id=next(iter(here.values()))), known)


def _judge_new(row: JudgedRow) -> JudgedRow:
    facts = row.facts
    if facts.number and model.is_number(facts.number):
        # One of this shop's own: somebody erased, or not of this shop. Its next bearer would be somebody else.
        return row.wrong(f"Nobody here has the number {facts.number}. Leave it out to add them under a new one.")
    if not _keys(facts):
        return row.wrong("A customer needs a phone number, an e-mail address or a number to be known again by.")
    if not facts.first_name:
        return row.wrong("A new customer needs a first name.")
    return replace(row, state=RowState.NEW)


def _judge_known(row: JudgedRow, known: Known) -> JudgedRow:
    facts, there = row.facts, known.rows[row.customer_id or 0]
    if facts.number and facts.number != there.number:
        return row.wrong(
            f"{_name(there)} is here already, under the number {there.number}. Take the number out of this line."
        )
    left = sum(given and getattr(there, f"{channel}_consent_at") is None for channel, given in facts.consents)
    tags = known.tags.get(there.id, {})
    changed = changed_fields(facts, there) or any(tags.get(tag.key) != tag.value for tag in facts.tags)
    return replace(row, state=RowState.CHANGE if changed else RowState.SAME, consents_left=left)


def changed_fields(facts: RowFacts, there: Any) -> list[str]:
    """Names of the fields that the row changes of somebody who is there, consents that it withdraws among them."""
    said = ("first_name", "last_name", "phone", "email", "birth_date", "address", "notes")
    changed = [
        name for name in said if getattr(facts, name) is not None and getattr(facts, name) != getattr(there, name)
    ]
    consents = [f"{channel}_consent_at" for channel, given in facts.consents if not given]
    return changed + [name for name in consents if getattr(there, name) is not None]


def _name(row: Any) -> str:
    return full_name(row.first_name, row.last_name)
