"""Jobs that are due after a commit. Whoever does them claims one, does it, and says how it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.clock import Clock
from app.errors import InvalidInput, NotFound
from app.journal import service as journal
from app.permissions import Permission
from app.staff.model import Actor, Approval, require
from db.queries import outbox as queries
from db.queries import sales_read
from db.queries import value_accounts as accounts
from db.queries import value_events as events
from db.uow import Database, UnitOfWork

PAPER = ("receipt", "gift_receipt")
# A claimed job that was not settled for so long belonged to a program that died.
STALE = timedelta(minutes=5)
INTERRUPTED = "The till was stopped while this was being printed. Look at the paper; print it again if part is missing."
FIRST_DELAY = timedelta(seconds=2)
LONGEST_DELAY = timedelta(minutes=2)
MOST_WAITING = 200


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do. kind: receipt, gift_receipt, voucher, gift_card, drawer, report. Copies say DUPLICATE."""

    job_id: int
    kind: str
    register_id: int | None
    sale_id: int | None
    value_account_id: int | None
    payload: Mapping[str, Any]
    copy_number: int
    attempts: int
    state: str
    last_error: str
    due_at: datetime
    created_at: datetime | None = None

    @property
    def is_copy(self) -> bool:
        return self.copy_number > 0


def delay_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 2 s doubling to 2 min."""
    return min(FIRST_DELAY * int(2 ** min(max(0, attempts - 1), 10)), LONGEST_DELAY)


class OutboxService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def due(self, register_id: int, limit: int = 20) -> tuple[Job, ...]:
        """Jobs of a register whose time has come, oldest first."""
        now = self._clock.now()
        with self._database.read() as uow:
            return tuple(map(_job, queries.due(uow.connection, register_id, now, now - STALE, limit)))

    def claim(self, register_id: int, kinds: Sequence[str] = ()) -> Job | None:
        """Take the oldest due job; nobody else gets it until it is settled.

        One that was claimed and not settled for five minutes belonged to a program that died: what it put on paper
        nobody knows, so it is shown as failed and not printed a second time by itself; its drawer stays shut.
        Looks before it takes the write lock, so an idle till writes nothing.
        """
        now = self._clock.now()
        with self._database.read() as uow:
            if not queries.due(uow.connection, register_id, now, now - STALE, 1, kinds):
                return None
        with self._database.write() as uow:
            queries.give_up(uow.connection, register_id, now, now - STALE, INTERRUPTED)
            row = queries.claim(uow.connection, register_id, now, now - STALE, kinds)
            uow.commit()
        return None if row is None else _job(row)

    def done(self, job_id: int) -> None:
        """It is on paper. A card's paper counts as a print of the card, so the next one needs the right (T15)."""
        now = self._clock.now()
        with self._database.write() as uow:
            row = queries.by_id(uow.connection, job_id)
            settled = queries.settle(
                uow.connection, job_id, only_from=("working", "pending"), state="done", done_at=now, last_error=""
            )
            if settled and row.value_account_id is not None:
                accounts.count_print(uow.connection, row.value_account_id)
                events.add_event(uow.connection, row.value_account_id, "printed", now)
            uow.commit()

    def wait(self, job_id: int, sentence: str) -> datetime:
        """It did not work: try again later (2 s doubling to 2 min). Returns when. `sentence` is for the cashier."""
        now = self._clock.now()
        with self._database.write() as uow:
            row = queries.by_id(uow.connection, job_id)
            if row is None:
                raise NotFound("This job is no longer there.")
            again = now + delay_after(row.attempts)
            queries.settle(
                uow.connection, job_id, only_from=("working", "pending"), state="pending", due_at=again,
                last_error=sentence[:500],
            )  # fmt: skip
            uow.commit()
        return again

    def failed(self, job_id: int, sentence: str) -> None:
        """It will never work by itself: shown until somebody retries or cancels it."""
        self._settle(job_id, ("working", "pending"), state="failed", last_error=sentence[:500])

    def retry(self, job_id: int) -> None:
        """Due again at once."""
        self._settle(job_id, ("failed", "pending", "working"), state="pending", due_at=self._clock.now())

    def retry_failed(self, register_id: int) -> None:
        """Whatever failed at this register is due again at once: somebody has looked and wants it on paper."""
        now = self._clock.now()
        with self._database.write() as uow:
            queries.retry_failed(uow.connection, register_id, now)
            uow.commit()

    def hurry(self, register_id: int) -> None:
        """What waits for a later time is due now: the printer is back."""
        now = self._clock.now()
        with self._database.write() as uow:
            queries.hurry(uow.connection, register_id, now)
            uow.commit()

    def cancel(self, job_id: int) -> None:
        self._settle(job_id, ("failed", "pending", "working"), state="cancelled", done_at=self._clock.now())

    def _settle(self, job_id: int, only_from: Sequence[str], **columns: Any) -> None:
        with self._database.write() as uow:
            queries.settle(uow.connection, job_id, only_from=only_from, **columns)
            uow.commit()

    def waiting(self, register_id: int) -> tuple[Job, ...]:
        """What is not done yet, for the strip: pending, working and failed."""
        with self._database.read() as uow:
            return tuple(map(_job, queries.waiting(uow.connection, register_id, MOST_WAITING)))

    def reprint(
        self,
        actor: Actor,
        register_id: int,
        sale_id: int,
        *,
        request_id: UUID,
        kind: str = "receipt",
        approval: Approval | None = None,
    ) -> int:
        """Due a copy of a sale's paper, marked DUPLICATE; journalled. Returns the job's id; a repeat finds it."""
        approver = require(actor, Permission.SALE_REPRINT, approval=approval)
        if kind not in PAPER:
            raise InvalidInput("Only receipts are printed again here.", field="kind")
        now = self._clock.now()

        def work(uow: UnitOfWork) -> int:
            connection = uow.connection
            found = queries.by_request(connection, request_id)
            if found is not None:
                return found
            head = sales_read.head(connection, sale_id)
            if head is None:
                raise NotFound("There is no such receipt in this shop. Check the number.")
            body = {"number": head.number_text, "kind": kind}
            journal.append(
                uow, register_id, "reprint", now, actor.staff_id, approver_id=approver, sale_id=sale_id, body=body
            )
            # The journal holds the register's lock; another register may count the same copy: both say DUPLICATE.
            copy = queries.copies(connection, sale_id, kind) + 1
            job_id = queries.add(
                connection, kind, register_id, {"number": head.number_text}, now, sale_id=sale_id, copy_number=copy,
                request_id=request_id,
            )  # fmt: skip
            uow.commit()
            return job_id

        return self._database.retrying(work)


def _job(row: Any) -> Job:
    return Job(
        row.id, row.kind, row.register_id, row.sale_id, row.value_account_id, row.payload, row.copy_number,
        row.attempts, row.state, row.last_error, row.due_at, row.created_at,
    )  # fmt: skip
