"""Gift cards and vouchers of the demo shop: sold, spent, run out of time, called in, taken back."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app import codes
from app.demo.book import Book, Shift, request_id
from app.demo.ledger import Card
from app.demo.offers import demo_code
from app.demo.people import Person
from app.giftcards.model import expiry_date

EXPIRY_MONTHS = 24
MANAGER, SUPERVISOR = 1, 2
UNSOLD = 24


@dataclass(slots=True)
class Cards:
    book: Book
    rng: random.Random
    currency: str
    all: dict[int, Card] = field(default_factory=dict)
    _by_customer: dict[int, list[Card]] = field(default_factory=dict)
    _bearer: list[Card] = field(default_factory=list)
    _originals: dict[int, int] = field(default_factory=dict)

    def print_batch(self, at: datetime) -> None:
        """Cards lying in the drawer, printed and not yet sold."""
        for _ in range(UNSOLD):
            self._open("gift_card", None, 0, at, status="issued", series="Counter display", expires_on=None)

    def sell(self, person: Person | None, face: int, at: datetime) -> Card:
        """A card being sold: for the customer, or for somebody they know."""
        owner = person.id if person is not None and self.rng.random() < 0.6 else None
        card = self._open("gift_card", owner, face, at, expires_on=expiry_date(at.date(), EXPIRY_MONTHS))
        if owner is not None:
            self._by_customer.setdefault(owner, []).append(card)
        else:
            self._bearer.append(card)
        return card

    def _open(
        self, kind: str, owner: int | None, face: int, at: datetime, *, status: str = "active", series: str = "",
        expires_on: date | None, voucher_type: str | None = None, note: str = "",
    ) -> Card:  # fmt: skip
        secret = demo_code(self.rng)
        card = Card(len(self.all) + 1, kind, owner, face, expires_on, secret[-4:], secret, status)
        self.all[card.id] = card
        self._originals[card.id] = face
        self.book.emit(
            "value_account",
            (
                card.id, kind, voucher_type, codes.hash_of(secret), card.last_four, False, 0, self.currency, face, face,
                0, status, owner, False, series, at, None if status == "issued" else at, expires_on, note, 0,
            ),
        )  # fmt: skip
        return card

    def issued_by(self, card: Card, sale_id: int, line_id: int, request: UUID, at: datetime, shift: Shift) -> None:
        card.sale_id = sale_id
        self._entry(card, "issue", card.balance, request, at, sale_id=sale_id, line_id=line_id, shift=shift)

    def pick(self, rng: random.Random, person: Person | None, day: date) -> Card | None:
        """The card this customer pays with now, if any."""
        if person is not None:
            own = self._by_customer.get(person.id)
            if own and rng.random() < 0.4:
                return next((card for card in own if card.usable(day)), None)
        if self._bearer and rng.random() < 0.012:
            card = self._bearer[rng.randrange(max(0, len(self._bearer) - 400), len(self._bearer))]
            return card if card.usable(day) else None
        return None

    def redeem(
        self, card_id: int, amount: int, sale_id: int, tender_id: int, request: UUID, at: datetime, shift: Shift
    ) -> int:
        """Take `amount` off; what is left."""
        card = self.all[card_id]
        card.balance -= amount
        self._entry(card, "redemption", -amount, request, at, sale_id=sale_id, tender_id=tender_id, shift=shift)
        return card.balance

    def cancel(self, card: Card, sale_id: int, line_id: int, request: UUID, at: datetime, shift: Shift) -> None:
        """The purchase came back: the card is void."""
        amount, card.balance, card.status = card.balance, 0, "cancelled"
        self._entry(card, "cancellation", -amount, request, at, sale_id=sale_id, line_id=line_id, shift=shift)
        self._event(card, "cancelled", "Purchase refunded", at)

    def _entry(
        self, card: Card, kind: str, amount: int, request: UUID, at: datetime, *, sale_id: int | None = None,
        line_id: int | None = None, tender_id: int | None = None, shift: Shift | None = None,
        by: tuple[int, int | None] = (MANAGER, None), reason: str = "",
    ) -> None:  # fmt: skip
        staff = by[0] if shift is None else shift.context.actor.staff_id
        outlet = 1 if shift is None else shift.context.outlet_id
        self.book.emit(
            "value_entry",
            (
                card.id, kind, amount, card.balance, sale_id, line_id, tender_id, None, None, request, staff, by[1],
                outlet, reason, at,
            ),
        )  # fmt: skip

    def _event(self, card: Card, kind: str, reason: str, at: datetime) -> None:
        self.book.emit("value_event", (card.id, kind, MANAGER, None, reason, at))

    def goodwill(self, people: list[int], at: datetime) -> None:
        """Vouchers given without a sale, approved by a second person."""
        for place, customer_id in enumerate(people):
            kind, words = (
                ("loyalty", "Thank you for a year of visits") if place % 3 else ("credit_note", "Cake arrived late")
            )
            amount = 500 if kind == "loyalty" else 1800
            card = self._open(
                "voucher", customer_id, amount, at, expires_on=at.date() + timedelta(days=180), voucher_type=kind,
                note=words,
            )  # fmt: skip
            self._by_customer.setdefault(customer_id, []).append(card)
            self._entry(
                card, "issue", amount, request_id("voucher", card.id), at, by=(MANAGER, SUPERVISOR), reason=words
            )

    def settle(self, day: date, at: datetime) -> list[tuple[Any, ...]]:
        """Call some cards in; every card's final (balance, status, id)."""
        sold = [card for card in self.all.values() if card.kind == "gift_card" and card.status == "active"]
        for card in [card for card in sold if card.usable(day)][::25]:
            card.status = "inactive"
            self._event(card, "deactivated", "Reported lost", at)
        for card in [card for card in sold if not card.balance][::20]:
            card.status = "deleted"
            self._event(card, "deleted", "Returned by the customer, empty", at)
        return [(card.balance, card.status, card.id) for card in self.all.values()]

    def to_try(self, day: date) -> list[tuple[str, str]]:
        """One code of each kind, for whoever tries the shop."""
        found: dict[str, str] = {}
        for card in reversed(self.all.values()):
            words = _words(card, day)
            found.setdefault(words, codes.grouped(card.secret))
        return sorted(found.items())


def _words(card: Card, day: date) -> str:
    thing = "Voucher" if card.kind == "voucher" else "Gift card"
    if card.status == "issued":
        return f"{thing}, printed and not yet sold"
    if card.status != "active":
        return f"{thing}, {card.status}"
    if not card.balance:
        return f"{thing}, fully redeemed"
    if card.expires_on is not None and card.expires_on < day:
        return f"{thing}, expired with value left"
    return f"{thing}, ready to spend"
