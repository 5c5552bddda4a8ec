"""Looking cards up and managing them: balance by number, lists, ledger, deactivate, assign, print again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from app import codes
from app.clock import Clock, shop_date
from app.codekeys import CodeVault
from app.errors import DomainError, InvalidInput
from app.giftcards import guard, ledger
from app.giftcards.drafts import hash_pin, make_pin
from app.giftcards.model import (
    CardSort,
    GiftCardDeleted,
    GiftCardUnknown,
    GiftCardUnsold,
    State,
    ValueKind,
    refusal_for_state,
)
from app.giftcards.service import Card, card_of, require_customer
from app.money import Money
from app.paging import Cursor, Page
from app.permissions import Permission
from app.staff.model import Actor, Approval, require
from db.queries import shop_facts
from db.queries import value_accounts as accounts
from db.queries import value_entries as entries
from db.queries import value_events as events
from db.queries import value_holds as holds
from db.queries import value_lists as lists
from db.queries.value_accounts import AccountRow
from db.uow import Database, UnitOfWork

AccountFilter = lists.AccountFilter


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A line of a card's history: money (`amount_minor` with a sign and the balance after it) or an event."""

    at: datetime
    kind: str
    amount_minor: int | None
    balance_after_minor: int | None
    sale_id: int | None
    sale_number: str
    staff_name: str
    approver_name: str
    reason: str
    sort: tuple[datetime, int, int]


@dataclass(frozen=True, slots=True)
class CardHistory:
    card: Card
    rows: tuple[HistoryRow, ...]
    entries_minor: int  # sum of all entries shown; equals the balance when `complete`
    complete: bool


@dataclass(frozen=True, slots=True)
class OpenHold:
    """Money set aside on a card; `until` None: until somebody takes it or sets it free."""

    id: int
    amount: Money
    until: datetime | None


class GiftCardDesk:
    """Reads and the changes that move no money."""

    def __init__(self, database: Database, clock: Clock, vault: CodeVault | None = None) -> None:
        self._database = database
        self._clock = clock
        self._vault = vault

    # --- by number -----------------------------------------------------------------------------------------

    def look_up(self, text: str, *, register_id: int | None, pin: str | None = None) -> Card:
        """The card with this number, to show its balance or to pay with it.

        Unknown, mistyped, unsold and deleted numbers and wrong PINs get one answer, GiftCardUnknown; the log of
        attempts has the reason. After five failures within a minute the register is refused even good numbers
        (TooManyLookups). Raises PinNeeded for a card with a PIN when none was typed, PinLocked after wrong ones.
        """
        now = self._clock.now()
        with self._database.read() as uow:
            guard.check_rate(uow, register_id, now)
            today = self._today(uow)
            code_hash = codes.hash_of(text)
            row = accounts.by_hash(uow.connection, code_hash) if code_hash else None
            row = row and ledger.as_of(uow, row, now)
        reason = _hidden(text, row)
        if row is None or reason:
            guard.count_failure(self._database, register_id, reason, now)
            raise GiftCardUnknown
        if row.has_pin:
            guard.check_pin(self._database, row, pin, register_id, now)
        return card_of(row, today)

    # --- lists ---------------------------------------------------------------------------------------------

    def page(
        self,
        wanted: AccountFilter,
        actor: Actor,
        *,
        sort: CardSort = CardSort.ISSUED,
        descending: bool = True,
        after: Cursor | None = None,
        limit: int = 100,
    ) -> Page[Card]:
        """Cards for the management screen, newest first unless sorted."""
        require(actor, Permission.GIFTCARD_VIEW)
        with self._database.read() as uow:
            today = self._today(uow)
            listed = lists.page(
                uow.connection, wanted, today=today, sort=sort.value, descending=descending,
                after=None if after is None else (after[0], after[1]), limit=limit + 1,
            )  # fmt: skip
        cards = tuple(card_of(row.account, today, row.customer_name) for row in listed[:limit])
        return Page(cards, (listed[limit - 1].key, cards[-1].id) if len(listed) > limit else None)

    @staticmethod
    def by_number(text: str, wanted: AccountFilter) -> AccountFilter:
        """The filter narrowed to what was typed or scanned: a whole number, or its last four."""
        folded = codes.normalise(text)
        if not folded:
            return wanted
        return replace(wanted, code_hash=codes.hash_of(text), last_four=folded if len(folded) <= 4 else "")

    def card(self, account_id: int, actor: Actor) -> Card:
        """The card as it stands, with its holder's name."""
        require(actor, Permission.GIFTCARD_VIEW)
        with self._database.read() as uow:
            return self._shown(uow, account_id)

    def history(self, account_id: int, actor: Actor, *, limit: int = 500) -> CardHistory:
        """Every movement and event of a card, newest first (A15)."""
        require(actor, Permission.GIFTCARD_VIEW)
        with self._database.read() as uow:
            card = self._shown(uow, account_id)
            moved = entries.entries_page(uow.connection, account_id, limit=limit + 1)
            happened = events.events_of(uow.connection, account_id, limit=limit)
        rows = [
            HistoryRow(
                entry.recorded_at, entry.kind, entry.amount_minor, entry.balance_after_minor, entry.sale_id,
                entry.sale_number, entry.staff_name, entry.approver_name, entry.reason,
                (entry.recorded_at, 0, entry.id),
            )
            for entry in moved[:limit]
        ] + [
            HistoryRow(
                event.at, event.kind, None, None, None, "", event.staff_name, event.approver_name, event.reason,
                (event.at, 1, event.id),
            )
            for event in happened
        ]  # fmt: skip
        rows.sort(key=lambda one: one.sort, reverse=True)
        total = sum(entry.amount_minor for entry in moved[:limit])
        return CardHistory(card, tuple(rows), total, len(moved) <= limit)

    def open_holds(self, account_id: int, actor: Actor) -> tuple[OpenHold, ...]:
        """What is set aside on this card and can be taken or set free, oldest first."""
        require(actor, Permission.GIFTCARD_VIEW)
        with self._database.read() as uow:
            row = accounts.by_id(uow.connection, account_id)
            if row is None:
                raise GiftCardUnknown
            found = holds.open_holds(uow.connection, account_id, self._clock.now())
        return tuple(OpenHold(one.id, Money(one.amount_minor, row.currency), one.expires_at) for one in found)

    def owed_minor(self, actor: Actor) -> int:
        """What the shop owes all holders now, from the stored balances (which doctor holds to the ledger)."""
        require(actor, Permission.GIFTCARD_VIEW)
        with self._database.read() as uow:
            return entries.owed_minor(uow.connection)

    def liability_minor(self, actor: Actor, until: datetime | None = None) -> dict[str, int]:
        """What the shop owes by kind, at any moment (N10)."""
        require(actor, Permission.GIFTCARD_VIEW)
        with self._database.read() as uow:
            return entries.liability_minor(uow.connection, until)

    # --- changes without money -----------------------------------------------------------------------------

    def deactivate(self, account_id: int, actor: Actor, *, reason: str, approval: Approval | None = None) -> Card:
        """Stop a card (lost, stolen, disputed). The balance stays and counts as owed."""
        return self._switch(account_id, actor, State.INACTIVE, (State.ACTIVE,), reason, approval)

    def activate(self, account_id: int, actor: Actor, *, reason: str, approval: Approval | None = None) -> Card:
        """Let a deactivated card be used again; a deleted or cancelled one stays so."""
        return self._switch(account_id, actor, State.ACTIVE, (State.INACTIVE,), reason, approval)

    def delete(self, account_id: int, actor: Actor, *, reason: str, approval: Approval | None = None) -> Card:
        """Take a card out of use for good. Its ledger stays."""
        before = (State.ISSUED, State.ACTIVE, State.INACTIVE)
        return self._switch(account_id, actor, State.DELETED, before, reason, approval)

    def _switch(
        self,
        account_id: int,
        actor: Actor,
        to: State,
        before: tuple[State, ...],
        reason: str,
        approval: Approval | None,
    ) -> Card:
        approver = require(actor, Permission.GIFTCARD_DEACTIVATE, approval=approval)
        if not reason.strip():
            raise InvalidInput("Say why: the card's history keeps it.", field="reason")
        now = self._clock.now()
        kind = {State.INACTIVE: "deactivated", State.ACTIVE: "activated", State.DELETED: "deleted"}[to]
        with self._database.write() as uow:
            row = accounts.by_id(uow.connection, account_id)
            if row is None:
                raise GiftCardUnknown
            if row.status != to:  # doing it twice is no fault
                if row.status not in before:
                    raise _why_not(row.status)
                if accounts.set_status(uow.connection, account_id, to.value, only_from=[*before], at=now):
                    events.add_event(
                        uow.connection, account_id, kind, now, staff_id=actor.staff_id or None, approver_id=approver,
                        reason=reason.strip(),
                    )  # fmt: skip
                row = accounts.by_id(uow.connection, account_id) or row
            card = card_of(row, self._today(uow))
            uow.commit()
        return card

    def assign(
        self, account_id: int, customer_id: int | None, actor: Actor, *, owner_only: bool = False, reason: str = ""
    ) -> Card:
        """Tie a card to a customer (bought for self, received as a gift), or free it. Anyone may hold a card (T14);
        `owner_only` makes it pay for that customer alone."""
        require(actor, Permission.GIFTCARD_ISSUE)
        if owner_only and customer_id is None:
            raise InvalidInput("A card for its owner only needs a customer.", field="customer")
        now = self._clock.now()
        with self._database.write() as uow:
            row = accounts.by_id(uow.connection, account_id)
            if row is None:
                raise GiftCardUnknown
            if row.status in (State.DELETED, State.CANCELLED):
                raise _why_not(row.status)
            if row.kind == ValueKind.STORE_CREDIT:
                raise InvalidInput(
                    "This store credit is this customer's for good. Give the other one a card.", field="customer"
                )
            if customer_id is not None:
                require_customer(uow, customer_id)
            accounts.change_account(uow.connection, account_id, customer_id=customer_id, owner_only=owner_only)
            events.add_event(
                uow.connection, account_id, "assigned" if customer_id else "unassigned", now,
                staff_id=actor.staff_id or None, reason=reason,
            )  # fmt: skip
            card = card_of(accounts.by_id(uow.connection, account_id) or row, self._today(uow))
            uow.commit()
        return card

    def extend(self, account_id: int, expires_on: date | None, actor: Actor, *, reason: str) -> Card:
        """Another last day, or none (None)."""
        require(actor, Permission.GIFTCARD_DEACTIVATE)
        if not reason.strip():
            raise InvalidInput("Say why: the card's history keeps it.", field="reason")
        with self._database.write() as uow:
            row = accounts.by_id(uow.connection, account_id)
            if row is None:
                raise GiftCardUnknown
            if row.status in (State.DELETED, State.CANCELLED):
                raise _why_not(row.status)
            if row.kind == ValueKind.STORE_CREDIT:
                raise InvalidInput("Store credit has no end.", field="expires_on")
            accounts.change_account(uow.connection, account_id, expires_on=expires_on)
            words = f"{row.expires_on or 'no expiry'} to {expires_on or 'no expiry'}: {reason.strip()}"
            events.add_event(
                uow.connection, account_id, "extended", self._clock.now(), staff_id=actor.staff_id or None, reason=words
            )
            card = card_of(accounts.by_id(uow.connection, account_id) or row, self._today(uow))
            uow.commit()
        return card

    def new_pin(
        self, account_id: int, actor: Actor, *, reason: str, approval: Approval | None = None
    ) -> tuple[Card, str]:
        """Another PIN for a card that has one, where the holder lost theirs; to be told once, nothing keeps it.

        Ends a lock. Takes the right to print a code again: whoever has number and PIN can spend the card. Slow
        (argon2): off the GUI thread.
        """
        approver = require(actor, Permission.GIFTCARD_REPRINT, approval=approval)
        if not reason.strip():
            raise InvalidInput("Say why: the card's history keeps it.", field="reason")
        pin = make_pin()
        pin_hash = hash_pin(pin)
        with self._database.write() as uow:
            row = accounts.by_id(uow.connection, account_id)
            if row is None:
                raise GiftCardUnknown
            if row.status not in (State.ACTIVE, State.INACTIVE):
                raise _why_not(row.status)
            if not row.has_pin:
                raise InvalidInput("This card has no PIN and needs none: its number is long enough.")
            accounts.change_account(
                uow.connection, account_id, pin_hash=pin_hash, pin_failures=0, pin_locked_until=None
            )
            events.add_event(
                uow.connection, account_id, "pin_changed", self._clock.now(), staff_id=actor.staff_id or None,
                approver_id=approver, reason=reason.strip(),
            )  # fmt: skip
            card = card_of(row, self._today(uow))
            uow.commit()
        return card, pin

    def code_for_print(
        self, account_id: int, actor: Actor, *, of_sale: bool = True, approval: Approval | None = None
    ) -> str | None:
        """The code, to print the card. The first print is free with the sale; another needs the right (T15).

        Not `of_sale` (from the back office): a first print shows a code that spends to somebody who did not sell it,
        so it takes the right to issue or to reprint. None when the shop's key is lost or no copy was kept: the card
        works, only its paper cannot be made again.
        """
        now = self._clock.now()
        with self._database.write() as uow:
            row = accounts.by_id(uow.connection, account_id)
            if row is None:
                raise GiftCardUnknown
            approver = None
            free = of_sale or actor.may(Permission.GIFTCARD_ISSUE)
            first = accounts.count_print(uow.connection, account_id, first=True) if free else False
            if not first:
                approver = require(actor, Permission.GIFTCARD_REPRINT, approval=approval)
                accounts.count_print(uow.connection, account_id)
            sealed = accounts.sealed_code(uow.connection, account_id)
            code = self._vault.open(sealed, row.kind) if self._vault is not None else None
            if code is None:
                return None
            events.add_event(
                uow.connection, account_id, "printed" if first or not (free or row.print_count) else "reprinted", now,
                staff_id=actor.staff_id or None, approver_id=approver,
            )  # fmt: skip
            uow.commit()
        return code

    def _shown(self, uow: UnitOfWork, account_id: int) -> Card:
        row = accounts.by_id(uow.connection, account_id)
        if row is None:
            raise GiftCardUnknown
        row = ledger.as_of(uow, row, self._clock.now())
        return card_of(row, self._today(uow), lists.holder_name(uow.connection, row.customer_id))

    def _today(self, uow: UnitOfWork) -> date:
        _currency, zone = shop_facts.currency_and_zone(uow.connection)
        return shop_date(self._clock.now(), zone)


def _why_not(status: str) -> DomainError:
    """Why a card in this state is not switched by hand."""
    return GiftCardUnsold() if status == State.ISSUED else refusal_for_state(status) or GiftCardDeleted()


def _hidden(text: str, row: AccountRow | None) -> str:
    """Why the public is told "not valid", for the log of attempts; "" for a card that may be shown."""
    if row is None:
        if not codes.normalise(text):
            return "empty"
        return "mistyped" if codes.looks_mistyped(text) else "unknown"
    if row.status in (State.ISSUED, State.DELETED):
        return str(row.status)
    return ""
