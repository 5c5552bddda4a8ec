"""Where the demo's rows gather until they are loaded, and what each register has drawn so far."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from app.checkout.model import TillContext
from app.journal.chain import FIRST, next_entry
from app.journal.signing import CLOSING_KIND, KEY_KIND, SIGNATURE_KIND, SigningKey, key_body, signature_body
from app.staff.model import with_all_rights
from db.queries import journal as journal_queries
from db.queries import sales_points as points
from db.queries import sales_write as write

Row = tuple[Any, ...]
ACCOUNT = (
    "id, kind, voucher_type, code_hash, last_four, guessable, pin_failures, currency, original_minor, balance_minor, "
    "held_minor, status, customer_id, owner_only, series, issued_at, activated_at, expires_on, note, print_count"
)
SESSION = (
    "id, register_id, business_date, opened_at, opened_by, opening_float_minor, closed_at, closed_by, counted_minor, "
    "expected_minor"
)
REDEMPTION = (
    "id, kind, promotion_id, promotion_version, code_id, campaign_id, customer_id, sale_id, reverses_id, code_shown, "
    "name, discount_minor, discount_percent, sale_number, used_at"
)
# In the order in which they may be loaded: what is pointed at comes first.
COLUMNS: dict[str, str] = {
    "register_session": SESSION,
    "value_account": ACCOUNT,
    "sale": write.SALE,
    "sale_line": write.LINE,
    "sale_trail": write.TRAIL,
    "sale_share": write.SHARE,
    "sale_tax": write.TAX,
    "sale_tender": write.TENDER,
    "value_entry": write.ENTRY,
    "value_event": "account_id, kind, staff_id, approver_id, reason, at",
    "points_account": "customer_id, program_id, balance, earned_total, owes",
    "points_lot": points.LOT,
    "points_entry": points.ENTRY,
    "coupon_redemption": REDEMPTION,
    "cash_movement": write.CASH,
    "journal": journal_queries.COLUMNS,
}
_KEPT_ROWS = 60_000
FLOAT_MINOR = 15_000


class Loader(Protocol):
    def add(self, table: str, columns: str, rows: list[Row]) -> None: ...


class Book:
    """Rows by table; `flush` loads them in an order that foreign keys allow. Call it between days."""

    def __init__(self, load: Any) -> None:
        self._load = load
        self._rows: dict[str, list[Row]] = defaultdict(list)
        self._waiting = 0

    def emit(self, table: str, row: Row) -> None:
        self._rows[table].append(row)
        self._waiting += 1

    def emit_all(self, table: str, rows: list[Row]) -> None:
        self._rows[table] += rows
        self._waiting += len(rows)

    def flush(self, *, all_of_it: bool = False) -> None:
        if not all_of_it and self._waiting < _KEPT_ROWS:
            return
        for table, columns in COLUMNS.items():
            rows = self._rows.pop(table, None)
            if rows:
                self._load.add(table, columns, rows)
        self._waiting = 0


@dataclass(slots=True)
class Shift:
    """An open register: `cash` is what lies in the drawer."""

    id: int
    context: TillContext
    opened_at: datetime
    cash: int = FLOAT_MINOR


@dataclass(slots=True)
class RegisterState:
    id: int
    code: str
    name: str
    outlet_id: int
    outlet_name: str
    next_number: int = 1
    sequence: int = 0
    head: str = FIRST
    latest: datetime | None = None
    shift: Shift | None = None
    closings: int = 0
    key: SigningKey | None = None  # the journal names it before the first closing

    def draw(self) -> tuple[int, str]:
        number = self.next_number
        self.next_number += 1
        return number, f"{self.code}-{number:06d}"

    def journal(
        self, book: Book, kind: str, at: datetime, body: Mapping[str, Any], *, staff_id: int,
        approver_id: int | None = None, sale_id: int | None = None,
    ) -> None:  # fmt: skip
        entry = next_entry(
            (self.sequence, self.head), self.id, kind, at, staff_id=staff_id, approver_id=approver_id, sale_id=sale_id,
            body=body,
        )  # fmt: skip
        self.sequence, self.head, self.latest = entry.sequence, entry.hash, at
        book.emit(
            "journal",
            (
                self.id, entry.sequence, kind, at, staff_id, approver_id, sale_id, entry.body, entry.previous_hash,
                entry.hash,
            ),
        )  # fmt: skip


@dataclass(slots=True)
class Registers:
    """The tills with their shifts."""

    states: dict[int, RegisterState]
    staff: dict[int, tuple[int, ...]]  # register to the ids of those who work there
    currency: str
    _shifts: int = field(default=0)

    def shift(self, book: Book, register: int, day: date, at: datetime) -> Shift:
        """The day's shift at this register, opened when the first customer comes."""
        state = self.states[register]
        if state.shift is None:
            self._shifts += 1
            crew = self.staff[register]
            cashier = crew[day.toordinal() % len(crew)]
            actor = with_all_rights(cashier)
            context = TillContext(
                state.id, state.name, state.code, state.outlet_id, state.outlet_name, self._shifts, day, actor,
                self.currency,
            )  # fmt: skip
            state.shift = Shift(self._shifts, context, at)
            self._cash(book, state.shift, "float", FLOAT_MINOR, at)
            state.journal(book, "open", at, {"session": self._shifts, "float": FLOAT_MINOR}, staff_id=cashier)
        return state.shift

    def close(self, book: Book, at: datetime, miscount: int) -> None:
        """Count every open drawer; the first is `miscount` off."""
        for state in self.states.values():
            shift = state.shift
            if shift is None:
                continue
            cashier = shift.context.actor.staff_id
            counted = max(0, shift.cash + miscount)
            miscount = 0
            book.emit(
                "register_session",
                (
                    shift.id, state.id, shift.context.business_date, shift.opened_at, cashier, FLOAT_MINOR, at, cashier,
                    counted, shift.cash,
                ),
            )  # fmt: skip
            state.closings += 1
            body = {
                "session": shift.id, "expected": shift.cash, "counted": counted,
                "difference": counted - shift.cash, "held": 0, "number": state.closings,
            }  # fmt: skip
            self._close_journal(book, state, at, body, cashier)
            state.shift = None

    def _close_journal(self, book: Book, state: RegisterState, at: datetime, body: dict[str, int], staff: int) -> None:
        """Signed as a till signs. The key is the same in every demo of this shop, and worth nothing to anybody."""
        if state.key is None:
            state.key = SigningKey(hashlib.sha256(f"demo till {state.id}".encode()).digest())
            state.journal(book, KEY_KIND, at, key_body(state.id, state.key, "", None), staff_id=staff)
        state.journal(book, CLOSING_KIND, at, body, staff_id=staff)
        signature = signature_body(state.id, state.key, state.sequence, state.head, state.closings)
        state.journal(book, SIGNATURE_KIND, at, signature, staff_id=staff)

    def move(self, book: Book, shift: Shift, kind: str, amount: int, at: datetime, sale_id: int, request: UUID) -> None:
        """Cash in or out of the drawer with a sale."""
        shift.cash += amount
        self._cash(book, shift, kind, amount, at, sale_id, request)

    def _cash(
        self, book: Book, shift: Shift, kind: str, amount: int, at: datetime, sale_id: int | None = None,
        request: UUID | None = None,
    ) -> None:  # fmt: skip
        request = request or request_id("float", shift.id)
        staff = shift.context.actor.staff_id
        book.emit("cash_movement", (shift.id, kind, amount, sale_id, staff, None, "", request, at))


def request_id(what: str, number: int) -> UUID:
    """Request ids in rising order, so that their index grows at its end."""
    tag = hashlib.sha256(what.encode()).digest()[:6]
    return UUID(bytes=b"\x00\x00" + tag + number.to_bytes(8, "big"))
