"""What a demo shop is asked to be, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

# (what is being made, done, of how many); raise Cancelled from it, or anything else, to stop.
Progress = Callable[[str, int, int], None]

MANY_SALES = 100_000  # from here on one customer gets a history long enough to measure lists with
LONG_HISTORY = 5_000


class Cancelled(Exception):
    """The user stopped it; nothing half made is left."""


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """The same plan makes the same shop. `until` is the first day without sales: today, for a shop to try."""

    until: date
    customers: int = 200
    sales: int = 5_000
    products: int = 240
    seed: int = 1
    years: int = 3

    @property
    def first_day(self) -> date:
        return self.until - timedelta(days=365 * self.years)

    @property
    def long_history(self) -> int:
        """Sales with a coupon that one customer gets."""
        return LONG_HISTORY if self.sales >= MANY_SALES else 0


@dataclass(frozen=True, slots=True)
class DemoBuilt:
    """What there is to try. `pins`: (name, role, PIN). `cards`: (what it is, code)."""

    url: str
    products: int
    customers: int
    sales: int
    returns: int
    pins: tuple[tuple[str, str, str], ...]
    coupons: tuple[tuple[str, str], ...]
    cards: tuple[tuple[str, str], ...] = field(repr=False, default=())
    long_history_customer: int | None = None
    seconds: float = 0.0
