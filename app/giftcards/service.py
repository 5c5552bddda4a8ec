"""Gift cards, vouchers and store credit as people use them: one method, one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from app import codes
from app.clock import Clock, shop_date
from app.codekeys import CodeVault
from app.errors import DomainError, InvalidInput, NotFound
from app.giftcards import ledger
from app.giftcards.drafts import BY_POLICY, ByPolicy, CardDraft, draft_card
from app.giftcards.model import (
    Act,
    EntryKind,
    GiftCardDuplicate,
    GiftCardUnknown,
    Movement,
    RequestReused,
    Shown,
    State,
    ValueKind,
    VoucherType,
    is_deactivated,
    part_id,
    shown_status,
)
from app.giftcards.policy import load_policy
from app.money import Money
from app.permissions import Permission
from app.staff.model import Actor, Approval, require
from db.queries import shop_facts
from db.queries import value_accounts as accounts
from db.queries import value_entries as entries
from db.queries import value_holds as holds
from db.queries import value_lists as lists
from db.queries.segments import known_customers
from db.queries.value_accounts import AccountRow
from db.queries.value_entries import RequestRepeated
from db.uow import Database, UnitOfWork

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Card:
    """A card as screens may show it: never its code."""

    id: int
    kind: ValueKind
    voucher_type: VoucherType | None
    masked: str
    original: Money
    balance: Money
    available: Money
    state: State
    shown: Shown
    deactivated: bool
    customer_id: int | None
    owner_only: bool
    has_pin: bool
    guessable: bool
    series: str
    issued_at: datetime
    expires_on: date | None
    note: str
    print_count: int
    customer_name: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What an operation left on the card. `replayed`: this very request was booked before."""

    card: Card
    applied: Money
    replayed: bool = False
    hold_id: int | None = None


@dataclass(frozen=True, slots=True)
class IssuedCard:
    """`code` and `pin` are in clear, for the slip that is printed now; a reprint needs the shop's key."""

    card: Card
    code: str = field(repr=False)
    pin: str = field(default="", repr=False)
    replayed: bool = False


def card_of(row: AccountRow, today: date, customer_name: str = "") -> Card:
    currency = row.currency
    return Card(
        id=row.id, kind=ValueKind(row.kind), voucher_type=VoucherType(row.voucher_type) if row.voucher_type else None,
        masked=codes.mask(row.last_four), original=Money(row.original_minor, currency),
        balance=Money(row.balance_minor, currency), available=Money(row.available_minor, currency),
        state=State(row.status),
        shown=shown_status(balance_minor=row.balance_minor, expires_on=row.expires_on, today=today),
        deactivated=is_deactivated(row.status), customer_id=row.customer_id, owner_only=row.owner_only,
        has_pin=row.has_pin, guessable=row.guessable, series=row.series, issued_at=row.issued_at,
        expires_on=row.expires_on, note=row.note, print_count=row.print_count, customer_name=customer_name,
    )  # fmt: skip


class GiftCardService:
    """Money in and out of cards outside a sale, and what managers do with them. A sale uses app.giftcards.ledger."""

    def __init__(self, database: Database, clock: Clock, vault: CodeVault | None = None) -> None:
        self._database = database
        self._clock = clock
        self._vault = vault

    # --- issuing -------------------------------------------------------------------------------------------

    def draft(
        self,
        *,
        number: str | None = None,
        pin: str | None = None,
        kind: ValueKind = ValueKind.GIFT_CARD,
        voucher_type: VoucherType | None = None,
        expires_on: date | ByPolicy | None = BY_POLICY,
        customer_id: int | None = None,
        owner_only: bool = False,
        series: str = "",
        note: str = "",
    ) -> CardDraft:
        """A card ready for `ledger.issue` in the sale's transaction. Slow with a PIN: off the GUI thread.

        Raises GiftCardDuplicate early for a pre-printed number that is in use; issuing checks it again.
        """
        with self._database.read() as uow:
            policy, today = load_policy(uow), self._today(uow)
            if number is not None:
                found = accounts.by_hash(uow.connection, codes.hash_of(number))
                if found is not None and found.status != State.ISSUED:
                    raise GiftCardDuplicate
        return draft_card(
            policy=policy, today=today, vault=self._vault, number=number, pin=pin, kind=kind,
            voucher_type=voucher_type, expires_on=expires_on, customer_id=customer_id, owner_only=owner_only,
            series=series, note=note,
        )  # fmt: skip

    def issue(
        self,
        draft: CardDraft,
        amount: Money,
        actor: Actor,
        *,
        reason: str,
        request_id: UUID,
        approval: Approval | None = None,
    ) -> IssuedCard:
        """Give a card away without a sale (goodwill, a prize, a card from the old system). Needs a reason."""
        approver = require(actor, Permission.GIFTCARD_ISSUE, amount.minor, approval=approval)
        reason = _reason(reason)

        def work(uow: UnitOfWork, act: Act) -> IssuedCard:
            if draft.customer_id is not None:
                require_customer(uow, draft.customer_id)
            issued = ledger.issue(uow, act, draft, amount, request_id=request_id, policy=load_policy(uow))
            ledger.record(uow, [issued.movement])
            return IssuedCard(self._card(uow, issued.account_id, act.today), draft.code, draft.pin)

        def again(uow: UnitOfWork, found: int) -> IssuedCard:
            code = self._code_issued(uow, found, draft)
            return IssuedCard(self._card(uow, found, self._today(uow)), code, "", replayed=True)

        return self._once(
            request_id, work, again, kind=EntryKind.ISSUE, minor=amount.minor,
            actor=actor, reason=reason, approver_id=approver,
        )  # fmt: skip

    def _code_issued(self, uow: UnitOfWork, account_id: int, draft: CardDraft) -> str:
        """The code of a card issued before, perhaps from another draft; "" when the shop's key is lost."""
        row = accounts.by_hash(uow.connection, draft.code_hash)
        if row is not None and row.id == account_id:
            return draft.code
        card = accounts.by_id(uow.connection, account_id)
        if card is None or self._vault is None:
            return ""
        return self._vault.open(accounts.sealed_code(uow.connection, account_id), card.kind) or ""

    def give_store_credit(
        self,
        customer_id: int,
        amount: Money,
        actor: Actor,
        *,
        reason: str,
        request_id: UUID,
        approval: Approval | None = None,
    ) -> Done:
        """Put store credit on a customer's name without a return."""
        approver = require(actor, Permission.GIFTCARD_ISSUE, amount.minor, approval=approval)

        def move(uow: UnitOfWork, act: Act) -> Movement:
            require_customer(uow, customer_id)
            return ledger.store_credit(uow, act, customer_id, amount, request_id=request_id).movement

        return self._moved(request_id, move, None, None, amount.minor, actor, _reason(reason), approver)

    def stock(self, count: int, actor: Actor, *, series: str, expires_on: date | None = None) -> tuple[str, ...]:
        """Numbers for cards to be printed and hung on the rack: worth nothing until each is sold.

        The codes are returned once, for the printing house, and can be printed again with the shop's key.
        """
        require(actor, Permission.GIFTCARD_ISSUE)
        if not 1 <= count <= 10_000:
            raise InvalidInput("Between 1 and 10,000 cards at a time.", field="count")
        made = tuple(codes.generate() for _ in range(count))
        now = self._clock.now()
        with self._database.write() as uow:
            currency, _zone = shop_facts.currency_and_zone(uow.connection)
            accounts.add_accounts(uow.connection, [
                {
                    "kind": ValueKind.GIFT_CARD.value, "voucher_type": None, "code_hash": codes.hash_of(code),
                    "last_four": code[-4:], "code_cipher": self._vault and self._vault.seal(code, "gift_card"),
                    "guessable": False, "pin_hash": None, "pin_failures": 0, "currency": currency,
                    "original_minor": 0, "balance_minor": 0, "held_minor": 0, "status": State.ISSUED.value,
                    "customer_id": None, "owner_only": False, "series": series.strip()[:40], "issued_at": now,
                    "activated_at": None, "expires_on": expires_on, "note": "", "print_count": 0,
                }
                for code in made
            ])  # fmt: skip
            uow.commit()
        return made

    # --- money on one card ---------------------------------------------------------------------------------

    def reload(
        self,
        account_id: int,
        amount: Money,
        actor: Actor,
        *,
        reason: str,
        request_id: UUID,
        approval: Approval | None = None,
    ) -> Done:
        """Add value without a sale; selling a reload goes through the till."""
        approver = require(actor, Permission.GIFTCARD_ISSUE, amount.minor, approval=approval)

        def move(uow: UnitOfWork, act: Act) -> Movement:
            return ledger.reload(uow, act, account_id, amount, request_id=request_id, policy=load_policy(uow))

        return self._moved(
            request_id, move, account_id, EntryKind.RELOAD, amount.minor, actor, _reason(reason), approver
        )

    def redeem(
        self, account_id: int, amount: Money, actor: Actor, *, request_id: UUID, customer_id: int | None = None
    ) -> Done:
        """Take `amount` off outside the till's sale (a table system, another program)."""
        require(actor, Permission.SALE_SELL)

        def move(uow: UnitOfWork, act: Act) -> Movement:
            policy = load_policy(uow)
            return ledger.redeem(
                uow, act, account_id, amount, request_id=request_id, customer_id=customer_id, policy=policy
            )

        return self._moved(request_id, move, account_id, EntryKind.REDEMPTION, -amount.minor, actor, "", None)

    def refund(
        self,
        account_id: int,
        amount: Money,
        actor: Actor,
        *,
        request_id: UUID,
        max_refundable: Money | None = None,
        reason: str = "",
    ) -> Done:
        """Give money back to the card it came from."""
        require(actor, Permission.SALE_RETURN, amount.minor)

        def move(uow: UnitOfWork, act: Act) -> Movement:
            return ledger.refund(
                uow, act, account_id, amount, request_id=request_id, max_refundable=max_refundable,
                policy=load_policy(uow),
            )  # fmt: skip

        return self._moved(request_id, move, account_id, EntryKind.REFUND, amount.minor, actor, reason, None)

    def reverse(self, entry_request_id: UUID, actor: Actor, *, reason: str = "") -> Done:
        """Undo a redemption in full; a second time changes nothing."""
        require(actor, Permission.SALE_RETURN)
        request_id = part_id(entry_request_id, "reverse")
        with self._database.read() as uow:
            found = entries.entry_by_request(uow.connection, entry_request_id)
        if found is None:
            raise GiftCardUnknown

        def move(uow: UnitOfWork, act: Act) -> Movement:
            return ledger.reverse(uow, act, int(found["id"]))

        return self._moved(request_id, move, int(found["account_id"]), EntryKind.REVERSAL, None, actor, reason, None)

    def cancel_purchase(self, account_id: int, amount: Money, actor: Actor, *, request_id: UUID) -> Done:
        """Take back the unspent value of a card whose purchase is refunded (V20)."""
        require(actor, Permission.SALE_RETURN, amount.minor)

        def move(uow: UnitOfWork, act: Act) -> Movement:
            return ledger.cancel_purchase(uow, act, account_id, amount, request_id=request_id)

        return self._moved(request_id, move, account_id, EntryKind.CANCELLATION, -amount.minor, actor, "", None)

    def adjust(
        self,
        account_id: int,
        change: Money,
        actor: Actor,
        *,
        reason: str,
        request_id: UUID,
        approval: Approval | None = None,
    ) -> Done:
        """Correct a balance by hand; the ledger names who, who approved and why."""
        approver = require(actor, Permission.GIFTCARD_ADJUST, change.minor, approval=approval)

        def move(uow: UnitOfWork, act: Act) -> Movement:
            return ledger.adjust(uow, act, account_id, change, request_id=request_id)

        return self._moved(
            request_id, move, account_id, EntryKind.ADJUSTMENT, change.minor, actor, _reason(reason), approver
        )

    # --- holds ---------------------------------------------------------------------------------------------

    def authorise(
        self, account_id: int, amount: Money, actor: Actor, *, request_id: UUID, customer_id: int | None = None
    ) -> Done:
        """Set money aside for later. A repeat gives the same hold."""
        require(actor, Permission.SALE_SELL)

        def work() -> Done:
            with self._database.write() as uow:
                act = self._act(uow, actor, "", None)
                held = holds.hold_by_request(uow.connection, request_id)
                if held is not None:
                    if held.account_id != account_id or held.amount_minor != amount.minor:
                        raise RequestReused
                    return Done(self._card(uow, account_id, act.today), amount, True, held.id)
                new = ledger.authorise(
                    uow, act, account_id, amount, request_id=request_id, customer_id=customer_id,
                    policy=load_policy(uow),
                )  # fmt: skip
                done = Done(self._card(uow, account_id, act.today), amount, False, new.hold_id)
                uow.commit()
                return done

        return _twice(work)

    def capture(self, hold_id: int, amount: Money, actor: Actor, *, request_id: UUID) -> Done:
        require(actor, Permission.SALE_SELL)

        def move(uow: UnitOfWork, act: Act) -> Movement:
            return ledger.capture(uow, act, hold_id, amount, request_id=request_id)

        return self._moved(request_id, move, None, EntryKind.REDEMPTION, -amount.minor, actor, "", None)

    def release(self, hold_id: int, actor: Actor) -> Done:
        """Free a hold; one that is closed already stays as it is (`replayed`)."""
        require(actor, Permission.SALE_SELL)
        with self._database.write() as uow:
            act = self._act(uow, actor, "", None)
            hold = holds.hold_by_id(uow.connection, hold_id)
            if hold is None:
                raise NotFound("There is no such money set aside.")
            done = ledger.release(uow, act, hold_id)
            card = self._card(uow, hold.account_id, act.today)
            uow.commit()
        return Done(card, Money(hold.amount_minor, card.balance.currency), replayed=not done, hold_id=hold_id)

    # --- nightly -------------------------------------------------------------------------------------------

    def expire_due(self, actor: Actor) -> tuple[int, int]:
        """Free holds that ran out and, where the policy forfeits, write off expired cards: (holds, cards)."""
        freed = self._free_holds(actor)
        with self._database.read() as uow:
            if not load_policy(uow).forfeit_expired:
                return freed, 0
        written = last = 0
        while True:
            with self._database.write() as uow:
                act = self._act(uow, actor, "expired", None)
                due = lists.expired_with_balance(uow.connection, act.today, after_id=last)
                moves = [found for card in due if (found := ledger.expire(uow, act, card)) is not None]
                ledger.record(uow, moves)
                uow.commit()
            written += len(moves)
            if not due:
                return freed, written
            last = due[-1].id

    def _free_holds(self, actor: Actor) -> int:
        freed = 0
        while True:
            with self._database.write() as uow:
                some = ledger.expire_holds(uow, self._act(uow, actor, "nightly run", None))
                uow.commit()
            if not some:
                return freed
            freed += some

    # --- inside --------------------------------------------------------------------------------------------

    def _today(self, uow: UnitOfWork) -> date:
        _currency, zone = shop_facts.currency_and_zone(uow.connection)
        return shop_date(self._clock.now(), zone)

    def _act(self, uow: UnitOfWork, actor: Actor, reason: str, approver_id: int | None) -> Act:
        return Act(
            at=self._clock.now(), today=self._today(uow), staff_id=actor.staff_id or None, approver_id=approver_id,
            outlet_id=actor.outlet_id, reason=reason,
        )  # fmt: skip

    def _card(self, uow: UnitOfWork, account_id: int, today: date) -> Card:
        row = accounts.by_id(uow.connection, account_id)
        if row is None:
            raise GiftCardUnknown
        return card_of(ledger.as_of(uow, row, self._clock.now()), today)

    def _moved(
        self,
        request_id: UUID,
        move: Callable[[UnitOfWork, Act], Movement],
        account_id: int | None,
        kind: EntryKind | None,
        minor: int | None,
        actor: Actor,
        reason: str,
        approver_id: int | None,
    ) -> Done:
        def work(uow: UnitOfWork, act: Act) -> Done:
            movement = move(uow, act)
            ledger.record(uow, [movement])
            card = self._card(uow, movement.account_id, act.today)
            return Done(card, Money(abs(movement.amount_minor), card.balance.currency))

        def again(uow: UnitOfWork, found: int) -> Done:
            card = self._card(uow, found, self._today(uow))
            return Done(card, Money(abs(minor or 0), card.balance.currency), replayed=True)

        return self._once(
            request_id, work, again, account_id=account_id, kind=kind, minor=minor,
            actor=actor, reason=reason, approver_id=approver_id,
        )  # fmt: skip

    def _once(
        self,
        request_id: UUID,
        work: Callable[[UnitOfWork, Act], Answer],
        again: Callable[[UnitOfWork, int], Answer],
        *,
        actor: Actor,
        reason: str,
        approver_id: int | None,
        account_id: int | None = None,
        kind: EntryKind | None = None,
        minor: int | None = None,
    ) -> Answer:
        """Do it, or find that this request id did it before. Two at once: the slower one reads the other's."""

        def once() -> Answer:
            with self._database.write() as uow:
                found = entries.entry_by_request(uow.connection, request_id)
                if found is not None:
                    same = account_id in (None, found["account_id"]) and kind in (None, found["kind"])
                    if not same or minor not in (None, found["amount_minor"]):
                        raise RequestReused
                    return again(uow, int(found["account_id"]))
                try:
                    answer = work(uow, self._act(uow, actor, reason, approver_id))
                except DomainError:
                    # Refused because the very same request was booked since we looked: that one is the answer.
                    if entries.entry_by_request(uow.connection, request_id) is not None:
                        raise RequestRepeated from None
                    raise
                uow.commit()
                return answer

        return _twice(once)


def require_customer(uow: UnitOfWork, customer_id: int) -> None:
    """Raises NotFound for a customer who is not there or was erased; they cannot be erased until the commit."""
    if known_customers(uow.connection, [customer_id]) != 1:
        raise NotFound("This customer is not in the shop any more. Search again.", code="customer.unknown")


def _twice(work: Callable[[], Answer]) -> Answer:
    try:
        return work()
    except RequestRepeated:
        return work()


def _reason(text: str) -> str:
    if not text.strip():
        raise InvalidInput("Say why: the card's ledger keeps it.", field="reason")
    return text.strip()[:200]
