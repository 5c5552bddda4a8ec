"""Somebody with a database shell who knows how the chain is made: rewrites a register's journal so that it holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import Connection, Table, insert, select, update

from app.journal.chain import FIRST, canonical, hash_of
from db.models.sale import Journal
from db.models.shop import Register
from tests.app.doctor.test_doctor import break_rules

journal = cast(Table, Journal.__table__)
register = cast(Table, Register.__table__)


class Forged:
    """A register's rows to change at will. `chained` makes every hash anew, `store` puts them into the shop."""

    def __init__(self, connection: Connection, register_id: int) -> None:
        self._connection = connection
        self.register_id = register_id
        found = select(journal).where(journal.c.register_id == register_id).order_by(journal.c.sequence)
        self.rows = [dict(row._mapping) for row in connection.execute(found)]

    def last(self, kind: str) -> dict[str, Any]:
        return next(row for row in reversed(self.rows) if row["kind"] == kind)

    def first(self, kind: str) -> dict[str, Any]:
        return next(row for row in self.rows if row["kind"] == kind)

    def say(self, row: dict[str, Any], **changes: Any) -> None:
        row["body"] = canonical(json.loads(row["body"]) | changes)

    def chained(self, on_row: Callable[[dict[str, Any]], None] = lambda _: None) -> Forged:
        """Numbers and hashes as if nothing had happened; `on_row` sees each row before it is hashed."""
        previous = FIRST
        for sequence, row in enumerate(self.rows, start=1):
            row["sequence"], row["previous_hash"] = sequence, previous
            on_row(row)
            previous = row["hash"] = hash_of(
                previous, self.register_id, sequence, row["kind"], row["at"], row["staff_id"], row["approver_id"],
                row["sale_id"], row["body"],
            )  # fmt: skip
        return self

    def store(self, *, head: bool = True) -> None:
        break_rules(self._connection, (f"DELETE FROM journal WHERE register_id = {self.register_id}",))
        if self.rows:
            self._connection.execute(insert(journal), self.rows)
        if head:
            end = self.rows[-1] if self.rows else {"sequence": 0, "hash": FIRST}
            self._connection.execute(
                update(register)
                .where(register.c.id == self.register_id)
                .values(journal_sequence=end["sequence"], journal_head=end["hash"])
            )
