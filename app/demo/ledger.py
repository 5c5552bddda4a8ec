"""Points and cards while the demo shop is being made: the same rules as the live ledgers, kept in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.demo.people import TIERS
from app.giftcards.model import part_id

Emit = Callable[[str, tuple[Any, ...]], None]
PROGRAM = 1
POINTS_DAYS = 365
_EXPIRY_ROOT = UUID("7a0f8c52-7a37-5d52-9d3a-3f1c9a1d2b10")


@dataclass(slots=True)
class Lot:
    """Points earned together; written down when nothing can change it any more."""

    id: int
    customer_id: int
    earned: int
    remaining: int
    earned_at: datetime
    expires_on: date
    sale_id: int | None
    written: bool = False

    def row(self) -> tuple[Any, ...]:
        return (
            self.id, self.customer_id, PROGRAM, self.earned, self.remaining, self.earned_at, self.expires_on,
            self.sale_id,
        )  # fmt: skip


@dataclass(slots=True)
class Account:
    balance: int = 0
    earned_total: int = 0
    lots: deque[Lot] = field(default_factory=deque)


class Points:
    """Earned in lots, oldest spent first, expired after a year."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self.accounts: dict[int, Account] = {}
        self._by_age: deque[Lot] = deque()
        self._lots = 0

    def balance(self, customer_id: int) -> int:
        account = self.accounts.get(customer_id)
        return 0 if account is None else account.balance

    def tier(self, customer_id: int) -> tuple[int, str, int]:
        """(id, name, multiplier in percent) by what was earned in all; id 0 before the first tier."""
        account = self.accounts.get(customer_id)
        earned = 0 if account is None else account.earned_total
        reached = [(place, name, percent) for place, (name, least, percent) in enumerate(TIERS, 1) if earned >= least]
        return reached[-1]

    def earn(self, customer_id: int, points: int, at: datetime, sale_id: int, request: UUID, staff_id: int) -> None:
        if points <= 0:
            return
        account = self.accounts.setdefault(customer_id, Account())
        account.balance += points
        account.earned_total += points
        remaining = min(points, max(0, account.balance))
        self._add_lot(account, customer_id, points, remaining, at, sale_id)
        self._entry(customer_id, "earn", points, account.balance, sale_id, request, staff_id, at)

    def give_back(
        self, customer_id: int, points: int, at: datetime, sale_id: int, request: UUID, staff_id: int
    ) -> None:
        account = self.accounts.setdefault(customer_id, Account())
        account.balance += points
        self._add_lot(account, customer_id, points, min(points, max(0, account.balance)), at, None)
        self._entry(customer_id, "give_back", points, account.balance, sale_id, request, staff_id, at)

    def _add_lot(
        self, account: Account, customer_id: int, points: int, remaining: int, at: datetime, sale_id: int | None
    ) -> None:
        self._lots += 1
        expires = at.date() + timedelta(days=POINTS_DAYS)
        lot = Lot(self._lots, customer_id, points, remaining, at, expires, sale_id)
        account.lots.append(lot)
        self._by_age.append(lot)

    def redeem(self, customer_id: int, points: int, at: datetime, sale_id: int, request: UUID, staff_id: int) -> None:
        account = self.accounts[customer_id]
        account.balance -= points
        _spend(account, points)
        self._entry(customer_id, "redeem", -points, account.balance, sale_id, request, staff_id, at)

    def claw_back(
        self, customer_id: int, points: int, at: datetime, sale_id: int, request: UUID, staff_id: int, *, earned_by: int
    ) -> None:
        """Take earned points back, from the lot of the sale `earned_by` first; what is spent is owed."""
        if points <= 0:
            return
        account = self.accounts.setdefault(customer_id, Account())
        account.balance -= points
        account.earned_total = max(0, account.earned_total - points)
        own = [lot for lot in account.lots if lot.sale_id == earned_by]
        left = points
        for lot in own:
            taken = min(lot.remaining, left)
            lot.remaining -= taken
            left -= taken
        _spend(account, left)
        self._entry(customer_id, "claw_back", -points, account.balance, sale_id, request, staff_id, at)

    def expire(self, day: date, at: datetime) -> None:
        """Write off what is left of lots whose last day is over."""
        while self._by_age and self._by_age[0].expires_on < day:
            lot = self._by_age.popleft()
            account = self.accounts[lot.customer_id]
            if lot.remaining:
                points, lot.remaining = lot.remaining, 0
                account.balance -= points
                request = part_id(_EXPIRY_ROOT, "points", lot.id)
                self._emit(
                    "points_entry",
                    (
                        lot.customer_id, PROGRAM, "expire", -points, account.balance, None, "One year after earning",
                        None, request, at,
                    ),
                )  # fmt: skip
            self._write(lot)

    def _write(self, lot: Lot) -> None:
        lot.written = True
        self._emit("points_lot", lot.row())
        lots = self.accounts[lot.customer_id].lots
        while lots and lots[0].written:
            lots.popleft()

    def close(self) -> None:
        """Write the lots and accounts as they stand at the end."""
        while self._by_age:
            self._write(self._by_age.popleft())
        for customer_id, account in self.accounts.items():
            row = (customer_id, PROGRAM, account.balance, account.earned_total, account.balance < 0)
            self._emit("points_account", row)

    def _entry(
        self, customer_id: int, kind: str, points: int, balance: int, sale_id: int, request: UUID, staff_id: int,
        at: datetime,
    ) -> None:  # fmt: skip
        self._emit(
            "points_entry",
            (
                customer_id, PROGRAM, kind, points, balance, sale_id, "", staff_id, part_id(request, "points", kind),
                at,
            ),
        )  # fmt: skip


def _spend(account: Account, points: int) -> None:
    left = points
    for lot in account.lots:
        if not left:
            break
        taken = min(lot.remaining, left)
        lot.remaining -= taken
        left -= taken


@dataclass(slots=True)
class Card:
    """A gift card or voucher. `secret` is its code, for the list of cards to try."""

    id: int
    kind: str
    customer_id: int | None
    balance: int
    expires_on: date | None
    last_four: str
    secret: str = field(repr=False)
    status: str = "active"
    sale_id: int | None = None  # that sold it

    @property
    def shown(self) -> str:
        return f"•••• {self.last_four}"

    def usable(self, day: date) -> bool:
        return self.status == "active" and self.balance > 0 and (self.expires_on is None or self.expires_on >= day)
