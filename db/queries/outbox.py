"""Jobs due after a commit, in SQL. Claiming is one guarded update, so no job is done twice at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, Table, and_, func, insert, or_, select, update

from db.models.sale import Outbox

outbox = cast(Table, Outbox.__table__)


def add(
    connection: Connection, kind: str, register_id: int | None, payload: dict[str, Any], at: datetime, *,
    sale_id: int | None = None, account_id: int | None = None, copy_number: int = 0, request_id: UUID | None = None,
) -> int:  # fmt: skip
    return int(
        connection.execute(
            insert(outbox)
            .values(
                kind=kind, register_id=register_id, sale_id=sale_id, value_account_id=account_id, payload=payload,
                copy_number=copy_number, request_id=request_id, state="pending", attempts=0, last_error="",
                created_at=at, due_at=at,
            )
            .returning(outbox.c.id)
        ).scalar_one()
    )  # fmt: skip


def by_request(connection: Connection, request_id: UUID) -> int | None:
    return connection.execute(select(outbox.c.id).where(outbox.c.request_id == request_id)).scalar()


def _ahead(now: datetime, stale: datetime) -> datetime:
    """No job waits as long as that ahead of now: one that does was written before the clock was set back."""
    return now + (now - stale)


def _pending(now: datetime, stale: datetime) -> Any:
    return and_(outbox.c.state == "pending", or_(outbox.c.due_at <= now, outbox.c.due_at > _ahead(now, stale)))


def _abandoned(now: datetime, stale: datetime) -> Any:
    """Claimed so long ago that whoever took it must have died."""
    return and_(outbox.c.state == "working", or_(outbox.c.due_at <= stale, outbox.c.due_at > _ahead(now, stale)))


def due(
    connection: Connection, register_id: int, now: datetime, stale: datetime, limit: int, kinds: Sequence[str] = ()
) -> list[Any]:
    """Jobs to be done or given up, oldest first. `kinds` empty: any."""
    wanted = [outbox.c.register_id == register_id, or_(_pending(now, stale), _abandoned(now, stale))]
    if kinds:
        wanted.append(outbox.c.kind.in_(kinds))
    return list(connection.execute(select(outbox).where(*wanted).order_by(outbox.c.id).limit(limit)))


def claim(connection: Connection, register_id: int, now: datetime, stale: datetime, kinds: Sequence[str]) -> Any:
    """The oldest due job, now ours; None when there is none. `kinds` empty: any."""
    wanted = [outbox.c.register_id == register_id, _pending(now, stale)]
    if kinds:
        wanted.append(outbox.c.kind.in_(kinds))
    oldest = select(outbox.c.id).where(*wanted).order_by(outbox.c.id).limit(1)
    if connection.dialect.name == "postgresql":
        oldest = oldest.with_for_update(skip_locked=True)
    return connection.execute(
        update(outbox)
        .where(outbox.c.id == oldest.scalar_subquery(), _pending(now, stale))
        .values(state="working", attempts=outbox.c.attempts + 1, due_at=now)
        .returning(*outbox.c)
    ).first()


def give_up(connection: Connection, register_id: int, now: datetime, stale: datetime, sentence: str) -> None:
    """End what a program that died had claimed: papers failed with `sentence`, drawers cancelled."""
    mine = and_(outbox.c.register_id == register_id, _abandoned(now, stale))
    connection.execute(update(outbox).where(mine, outbox.c.kind == "drawer").values(state="cancelled", done_at=now))
    connection.execute(update(outbox).where(mine).values(state="failed", last_error=sentence))


def retry_failed(connection: Connection, register_id: int, now: datetime) -> None:
    connection.execute(
        update(outbox)
        .where(outbox.c.register_id == register_id, outbox.c.state == "failed")
        .values(state="pending", due_at=now)
    )


def hurry(connection: Connection, register_id: int, now: datetime) -> None:
    connection.execute(
        update(outbox)
        .where(outbox.c.register_id == register_id, outbox.c.state == "pending", outbox.c.due_at > now)
        .values(due_at=now)
    )


def settle(connection: Connection, job_id: int, *, only_from: Sequence[str], **columns: Any) -> bool:
    done = connection.execute(
        update(outbox).where(outbox.c.id == job_id, outbox.c.state.in_(only_from)).values(**columns)
    )
    return done.rowcount == 1


def by_id(connection: Connection, job_id: int) -> Any:
    return connection.execute(select(outbox).where(outbox.c.id == job_id)).first()


def waiting(connection: Connection, register_id: int, limit: int) -> list[Any]:
    """Not done yet: pending, working, failed; oldest first."""
    return list(
        connection.execute(
            select(outbox)
            .where(outbox.c.register_id == register_id, outbox.c.state.in_(("pending", "working", "failed")))
            .order_by(outbox.c.id)
            .limit(limit)
        )
    )


def copies(connection: Connection, sale_id: int, kind: str) -> int:
    """The highest copy number of a sale's paper so far."""
    found = connection.execute(
        select(func.coalesce(func.max(outbox.c.copy_number), 0)).where(
            outbox.c.sale_id == sale_id, outbox.c.kind == kind
        )
    ).scalar_one()
    return int(found)
