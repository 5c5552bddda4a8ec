"""Customers out of a list: looked at first, row by row with reasons, then taken a thousand at a time (P3, T26).

Somebody is known by their number, phone or e-mail address, so that a list can be corrected and read again, or a
stopped import gone on with: what is here already is left as it is. An empty cell leaves what is there. Tills sell
between the thousands, so a list is not taken all or nothing; a row whose customer changed since the look is left out
and told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app.catalog.import_file import CellTable, read_table
from app.clock import Clock, shop_date
from app.customers import model
from app.customers.import_judging import (
    JudgedRow,
    RowState,
    changed_fields,
    judge,
    read_known,
    refuse_twins,
)
from app.customers.import_rows import columns_of, field_of, read_row
from app.customers.model import Channel
from app.errors import DomainError
from app.permissions import Permission
from app.spreadsheets.reading import is_workbook, read_workbook
from app.staff.model import Actor, require
from db.queries import customer_lists as lists
from db.queries import customers as queries
from db.uow import Database, UnitOfWork

Progress = Callable[[int, int], bool]  # done, of how many; False stops
AT_ONCE = 1_000  # rows in one transaction: a till that sells meanwhile waits no longer than for these


class ImportStopped(DomainError):
    code = "import.stopped"

    def __init__(self, taken: int) -> None:
        super().__init__(f"Stopped. {taken:,} rows were taken; read the list again to go on where it stopped.")
        self.taken = taken


@dataclass(frozen=True, slots=True)
class Preview:
    """`passed_over`: headings nothing was read from."""

    path: Path
    rows: tuple[JudgedRow, ...]
    passed_over: tuple[str, ...]

    def count(self, state: RowState) -> int:
        return sum(row.state is state for row in self.rows)

    @property
    def consents_left(self) -> int:
        return sum(row.consents_left for row in self.rows)


@dataclass(frozen=True, slots=True)
class ImportDone:
    """`left`: rows that were right when looked at, and are not by now."""

    added: int
    changed: int
    left: tuple[JudgedRow, ...]


class CustomerImport:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def preview(self, path: Path, *, by: Actor, encoding: str = "", progress: Progress | None = None) -> Preview:
        """Look at a list without changing anything. Slow (phones and addresses are checked): off the GUI thread.

        Raises NotPermitted, FileUnreadable, ImportStopped, OSError.
        """
        require(by, Permission.CUSTOMER_EXPORT)
        table = _read(path, encoding)
        columns = columns_of(table.heading)
        with self._database.read() as uow:
            shop = queries.shop(uow.connection)
        today, width = shop_date(self._clock.now(), shop.time_zone), len(table.heading.cells)
        read: list[JudgedRow] = []
        for place, line in enumerate(table.lines):
            if place % AT_ONCE == 0:
                _tell(progress, place, len(table.lines), taken=0)
            facts, wrong = read_row(line, columns, width, shop.country, today)
            read.append(JudgedRow(line.number, facts, RowState.WRONG if wrong else RowState.SAME, wrong))
        judged: list[JudgedRow] = []
        rows = refuse_twins(read)
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            with self._database.read() as uow:
                known = read_known(uow, [row.facts for row in some])
            judged += [judge(row, known) for row in some]
        _tell(progress, len(table.lines), len(table.lines), taken=0)
        return Preview(path, tuple(judged), columns.passed_over)

    def apply(self, preview: Preview, *, by: Actor, progress: Progress | None = None) -> ImportDone:
        """Take the new rows and the changes, and leave the wrong ones; a second time finds nothing more to do.

        Raises NotPermitted, ImportStopped.
        """
        require(by, Permission.CUSTOMER_EXPORT)
        wanted = [row for row in preview.rows if row.state in (RowState.NEW, RowState.CHANGE)]
        source = f"list {preview.path.name}"[:80]
        done: Counter[RowState] = Counter()
        left: list[JudgedRow] = []
        for start in range(0, len(wanted), AT_ONCE):
            _tell(progress, start, len(wanted), taken=sum(done.values()))
            some = wanted[start : start + AT_ONCE]
            with self._database.write() as uow:
                batch = _Batch(uow, by.staff_id or None, self._clock.now(), source)
                left += batch.take(some)
                uow.commit()
            done[RowState.NEW] += len(batch.fresh)
            done[RowState.CHANGE] += len(batch.changed)
        _tell(progress, len(wanted), len(wanted), taken=sum(done.values()))
        return ImportDone(done[RowState.NEW], done[RowState.CHANGE], tuple(left))


def _read(path: Path, encoding: str) -> CellTable:
    if is_workbook(path):
        return read_workbook(path)
    return read_table(path, lambda cell: bool(field_of(cell)), encoding)


def _tell(progress: Progress | None, done: int, total: int, *, taken: int) -> None:
    if progress is not None and not progress(done, total):
        raise ImportStopped(taken)


class _Batch:
    """Some rows on their way into the shop, in one transaction and a handful of statements."""

    def __init__(self, uow: UnitOfWork, staff_id: int | None, now: datetime, source: str) -> None:
        self._uow = uow
        self._staff_id = staff_id
        self._now = now
        self._source = source
        self.fresh: list[dict[str, Any]] = []
        self.changed: list[dict[str, Any]] = []
        self._events: list[dict[str, Any]] = []
        self._tags: list[tuple[int, str, str]] = []

    def take(self, rows: Sequence[JudgedRow]) -> list[JudgedRow]:
        """Write what is still right; the others."""
        connection = self._uow.connection
        lists.wait_for_contacts(connection)
        known = read_known(self._uow, [row.facts for row in rows], lock=True)
        judged = [(row, judge(row, known)) for row in rows]
        right = [now for was, now in judged if (now.state, now.customer_id) == (was.state, was.customer_id)]
        fresh = [row for row in right if row.state is RowState.NEW]
        for key, row in zip(lists.new_ids(connection, len(fresh)), fresh, strict=True):
            self._add(key, row)
        for row in right:
            if row.customer_id is not None:
                self._change(row, known.rows[row.customer_id])
        lists.add_many(connection, self.fresh)
        lists.change_many(connection, self.changed)
        lists.set_tags(connection, self._tags)
        lists.record_events(connection, self._events)
        return [_gone(was, now) for was, now in judged if now not in right and now.state is not RowState.SAME]

    def _add(self, customer_id: int, row: JudgedRow) -> None:
        facts = row.facts
        number = facts.number or model.number_of(customer_id)
        given = {channel for channel, yes in facts.consents if yes}
        self.fresh.append(
            _profile(
                facts.first_name or "", facts.last_name or "", facts.phone, facts.email, facts.birth_date, number
            )
            | {f"{channel}_consent_at": self._now if channel in given else None for channel in Channel}
            | {
                "id": customer_id, "number": number, "address": facts.address or "", "notes": facts.notes or "",
                "consent_source": self._source if given else "", "accrues_points": True, "created_at": self._now,
                "updated_at": self._now,
            }
        )  # fmt: skip
        self._note(customer_id, "created", "list")
        self._tags += [(customer_id, tag.key, tag.value) for tag in facts.tags]

    def _change(self, row: JudgedRow, there: Any) -> None:
        facts = row.facts
        names = changed_fields(facts, there)

        def now(field: str) -> Any:
            said = getattr(facts, field)
            return getattr(there, field) if said is None else said

        withdrawn = {channel for channel, yes in facts.consents if not yes}
        self.changed.append(
            _profile(now("first_name"), now("last_name"), now("phone"), now("email"), now("birth_date"), there.number)
            | {
                f"{channel}_consent_at": None if channel in withdrawn else getattr(there, f"{channel}_consent_at")
                for channel in Channel
            }
            | {"p_id": there.id, "address": now("address"), "notes": now("notes"), "updated_at": self._now}
        )
        self._note(there.id, "edited", ", ".join(names + (["tags"] if facts.tags else [])))
        for channel in withdrawn:
            if getattr(there, f"{channel}_consent_at") is not None:
                self._note(there.id, "consent", f"{channel}: withdrawn")
        self._tags += [(there.id, tag.key, tag.value) for tag in facts.tags]

    def _note(self, customer_id: int, kind: str, words: str) -> None:
        self._events.append(
            {"customer_id": customer_id, "kind": kind, "text": words, "staff_id": self._staff_id, "at": self._now}
        )


def _profile(
    first: str, last: str, phone: str | None, email: str | None, born: date | None, number: str
) -> dict[str, Any]:
    """The columns that follow from who somebody is."""
    return {
        "first_name": first,
        "last_name": last,
        "sort_name": model.sort_name(first, last),
        "search_text": model.search_text(first, last, email, number),
        "phone": phone,
        "phone_tail": model.phone_tail(phone),
        "email": email,
        "birth_date": born,
        "birth_month": born.month if born else None,
    }


def _gone(was: JudgedRow, now: JudgedRow) -> JudgedRow:
    if now.state is RowState.WRONG:
        return now
    return was.wrong("Somebody changed this customer meanwhile. Read the list again.")
