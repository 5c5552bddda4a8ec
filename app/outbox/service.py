"""Jobs that are due after a commit. Whoever does them claims one, does it, and says how it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.clock import Clock
from app.staff.model import Actor, Approval
from db.uow import Database


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

    @property
    def is_copy(self) -> bool:
        return self.copy_number > 0


class OutboxService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def due(self, register_id: int, limit: int = 20) -> tuple[Job, ...]:
        """Jobs of a register whose time has come, oldest first."""
        raise NotImplementedError

    def claim(self, register_id: int) -> Job | None:
        """Take the oldest due job; nobody else gets it until it is given back or five minutes passed."""
        raise NotImplementedError

    def done(self, job_id: int) -> None:
        raise NotImplementedError

    def wait(self, job_id: int, sentence: str) -> datetime:
        """It did not work: try again later (2 s doubling to 2 min). Returns when. `sentence` is for the cashier."""
        raise NotImplementedError

    def failed(self, job_id: int, sentence: str) -> None:
        """It will never work by itself: shown until somebody retries or cancels it."""
        raise NotImplementedError

    def retry(self, job_id: int) -> None:
        raise NotImplementedError

    def cancel(self, job_id: int) -> None:
        raise NotImplementedError

    def waiting(self, register_id: int) -> tuple[Job, ...]:
        """What is not done yet, for the strip: pending, working and failed."""
        raise NotImplementedError

    def reprint(
        self, actor: Actor, register_id: int, sale_id: int, *, request_id: UUID, approval: Approval | None = None
    ) -> int:
        """Due a copy of a sale's receipt, marked DUPLICATE; journalled. Returns the job's id."""
        raise NotImplementedError
