"""Did a card pay after its last day? (V12)"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.clock import shop_date


@dataclass(frozen=True, slots=True)
class Payment:
    """`extended_later`: what the first change of the last day after this payment noted, "2026-05-01 to …".

    `held_at`: when the money was set aside, where it was; a hold made in time may be captured later.
    """

    entry_id: int
    account_id: int
    recorded_at: datetime
    expires_on: date | None
    extended_later: str | None
    held_at: datetime | None


def paid_after_expiry(payments: Iterable[Payment], zone: str) -> Iterator[dict[str, Any]]:
    """For a shop whose expired cards do not pay."""
    for one in payments:
        last = one.expires_on if one.extended_later is None else _before_extension(one.extended_later)
        day = shop_date(one.held_at or one.recorded_at, zone)
        if last is not None and day > last:
            yield {
                "entry_id": one.entry_id, "account_id": one.account_id, "recorded_at": one.recorded_at,
                "expired_on": str(last),
            }  # fmt: skip


def _before_extension(note: str) -> date | None:
    """None for a card that had no last day, and for a note nobody can read: no alarm without knowing."""
    try:
        return date.fromisoformat(note[:10])
    except ValueError:
        return None
