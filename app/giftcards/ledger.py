"""Changes of stored value inside somebody else's transaction: the sale's, or the service's own.

Each function changes one balance by one guarded update and returns a Movement. The caller writes the movements
with `record` before it commits, adding the ids of the sale, line and tender they belong to (the tender's row
needs the new balance, the ledger's row needs the tender). A refusal leaves the balance as it was.
A shop's doctor compares balances with entries, so a movement that was never recorded shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID, uuid4

from app.errors import DomainError
from app.giftcards.drafts import CardDraft, draft_store_credit, store_credit_key
from app.giftcards.model import (
    Act,
    EntryKind,
    GiftCardAmount,
    GiftCardCurrency,
    GiftCardDuplicate,
    GiftCardEmpty,
    GiftCardExpired,
    GiftCardOverRefund,
    GiftCardShort,
    GiftCardSpent,
    GiftCardUnknown,
    HoldClosed,
    HoldExceeded,
    Movement,
    NotTheOwner,
    State,
    ValuePolicy,
    is_expired,
    part_id,
    positive,
    refusal_for_state,
)
from app.money import LARGEST_MINOR, Money
from db.queries import value_accounts as accounts
from db.queries import value_changes as changes
from db.queries import value_entries as entries
from db.queries import value_events as events
from db.queries import value_holds as holds
from db.queries.value_accounts import AccountRow
from db.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Issued:
    account_id: int
    movement: Movement


def _movement(
    act: Act, account_id: int, kind: EntryKind, *, amount_minor: int, balance: int, request_id: UUID
) -> Movement:
    return Movement(
        account_id=account_id, kind=kind, amount_minor=amount_minor, balance_after_minor=balance,
        request_id=request_id, recorded_at=act.at, staff_id=act.staff_id, approver_id=act.approver_id,
        outlet_id=act.outlet_id, reason=act.reason[:200],
    )  # fmt: skip


def record(uow: UnitOfWork, movements: Iterable[Movement], *, sale_id: int | None = None) -> None:
    """Write the ledger rows. Raises db.queries.value_entries.RequestRepeated when one was booked before: roll back."""
    rows = [asdict(movement if sale_id is None else replace(movement, sale_id=sale_id)) for movement in movements]
    entries.add_entries(uow.connection, rows)


# --- value in ----------------------------------------------------------------------------------------------


def issue(
    uow: UnitOfWork, act: Act, draft: CardDraft, amount: Money, *, request_id: UUID, policy: ValuePolicy | None = None
) -> Issued:
    """Create the card of `draft` with `amount` on it, active at once; or give a printed, unsold card its value.

    Raises GiftCardDuplicate when the number is in use, GiftCardAmount.
    """
    policy = policy or ValuePolicy()
    positive(amount)
    too_full = _too_full(amount.minor, policy, amount.currency)
    if too_full is not None:
        raise too_full
    if amount.minor < policy.smallest_issue_minor:
        raise GiftCardAmount(f"A card holds at least {Money(policy.smallest_issue_minor, amount.currency)}.")
    columns = _issue_columns(act, draft, amount)
    account_id = accounts.add_account(uow.connection, code_hash=draft.code_hash, **columns)
    if account_id is None:
        account_id = _activate_stock(uow, draft, columns)
    return Issued(
        account_id,
        _movement(
            act, account_id, EntryKind.ISSUE, amount_minor=amount.minor, balance=amount.minor, request_id=request_id
        ),
    )


def _issue_columns(act: Act, draft: CardDraft, amount: Money) -> dict[str, object]:
    return {
        "kind": draft.kind.value, "voucher_type": draft.voucher_type and draft.voucher_type.value,
        "last_four": draft.last_four, "code_cipher": draft.sealed, "guessable": draft.guessable,
        "pin_hash": draft.pin_hash, "pin_failures": 0, "currency": amount.currency, "original_minor": amount.minor,
        "balance_minor": amount.minor, "held_minor": 0, "status": State.ACTIVE.value,
        "customer_id": draft.customer_id, "owner_only": draft.owner_only, "series": draft.series,
        "issued_at": act.at, "activated_at": act.at, "expires_on": draft.expires_on, "note": draft.note,
        "print_count": 0,
    }  # fmt: skip


def _activate_stock(uow: UnitOfWork, draft: CardDraft, columns: dict[str, object]) -> int:
    """V10: a card activates once. Its series and any PIN printed on it stay."""
    found = accounts.by_hash(uow.connection, draft.code_hash)
    if found is None or found.status != State.ISSUED:
        raise GiftCardDuplicate
    keep = {"series", "code_cipher", "guessable", "kind", "voucher_type", "last_four", "print_count", "pin_failures"}
    keep |= {"pin_hash"} if found.has_pin else set()
    value = {name: given for name, given in columns.items() if name not in keep}
    if not accounts.activate_stock(uow.connection, found.id, **value):
        raise GiftCardDuplicate
    return found.id


def store_credit(uow: UnitOfWork, act: Act, customer_id: int, amount: Money, *, request_id: UUID) -> Issued:
    """Put `amount` on a customer's store credit, opening it the first time."""
    found = store_credit_of(uow, customer_id)
    if found is None:
        try:
            return issue(uow, act, draft_store_credit(customer_id), amount, request_id=request_id)
        except GiftCardDuplicate:  # another till opened it since we looked
            found = store_credit_of(uow, customer_id)
            if found is None:
                raise
    return Issued(found.id, reload(uow, act, found.id, amount, request_id=request_id))


def store_credit_of(uow: UnitOfWork, customer_id: int) -> AccountRow | None:
    return accounts.by_hash(uow.connection, store_credit_key(customer_id))


def reload(
    uow: UnitOfWork, act: Act, account_id: int, amount: Money, *, request_id: UUID, policy: ValuePolicy | None = None
) -> Movement:
    """Add sold value to a card, empty or not. Raises as `redeem`: an expired or deactivated card is not reloaded."""
    return _give(uow, act, account_id, amount, kind=EntryKind.RELOAD, request_id=request_id, policy=policy)


def refund(
    uow: UnitOfWork,
    act: Act,
    account_id: int,
    amount: Money,
    *,
    request_id: UUID,
    max_refundable: Money | None = None,
    reverses_id: int | None = None,
    policy: ValuePolicy | None = None,
) -> Movement:
    """Give a return's money back to the card that paid; an empty card is fine (T13), and so is one past its date or
    filled up meanwhile: the shop owes that money again, a manager can extend the card, and the largest balance is a
    limit for what is sold.

    At most `max_refundable`, or what was taken off the card and has not come back. Raises GiftCardOverRefund,
    and GiftCardInactive or -Deleted for a blocked card: that money goes back another way.
    """
    policy = replace(policy or ValuePolicy(), expired_redeemable=True, largest_balance_minor=LARGEST_MINOR)
    positive(amount)
    most = max_refundable
    if most is None:
        accounts.by_id_locked(uow.connection, account_id)  # or two tills give the same money back at once
        most = Money(entries.net_redeemed_minor(uow.connection, account_id), amount.currency)
    if amount.currency == most.currency and amount > most:
        _known(uow, account_id)
        raise GiftCardOverRefund(most)
    movement = _give(uow, act, account_id, amount, kind=EntryKind.REFUND, request_id=request_id, policy=policy)
    return replace(movement, reverses_id=reverses_id)


def _give(
    uow: UnitOfWork,
    act: Act,
    account_id: int,
    amount: Money,
    *,
    kind: EntryKind,
    request_id: UUID,
    policy: ValuePolicy | None,
) -> Movement:
    policy = policy or ValuePolicy()
    positive(amount)
    balance = changes.give(
        uow.connection, account_id, amount.minor, currency=amount.currency, good_on=_good_on(act, policy),
        most_minor=policy.largest_balance_minor,
    )  # fmt: skip
    if balance is None:
        raise _refusal(uow, act, account_id, amount, policy, owner=None)
    return _movement(act, account_id, kind, amount_minor=amount.minor, balance=balance, request_id=request_id)


def reverse(uow: UnitOfWork, act: Act, entry_id: int) -> Movement:
    """Undo one redemption in full, whatever the card's state now (a voided sale). Exactly once: the request id
    of the opposite row is made from the entry it undoes, so a second one cannot be written."""
    found = entries.entry_by_id(uow.connection, entry_id)
    if found is None or found["kind"] != EntryKind.REDEMPTION:
        raise GiftCardUnknown
    accounts.by_id_locked(uow.connection, found["account_id"])
    left = -int(found["amount_minor"]) - entries.given_back_minor(uow.connection, entry_id)
    if left <= 0:
        raise GiftCardOverRefund(Money.zero(_known(uow, found["account_id"]).currency))
    balance = changes.give_anyway(uow.connection, found["account_id"], left)
    if balance is None:
        raise GiftCardUnknown
    request_id = part_id(found["request_id"], "reverse")
    movement = _movement(
        act, found["account_id"], EntryKind.REVERSAL, amount_minor=left, balance=balance, request_id=request_id
    )
    return replace(movement, reverses_id=entry_id)


# --- value out ---------------------------------------------------------------------------------------------


def redeem(
    uow: UnitOfWork,
    act: Act,
    account_id: int,
    amount: Money,
    *,
    request_id: UUID,
    customer_id: int | None = None,
    policy: ValuePolicy | None = None,
) -> Movement:
    """Take exactly `amount` off as tender. `customer_id` is the one attached to the sale, for owner-only cards.

    Raises GiftCardUnknown, -Deleted, -Cancelled, -Inactive, -Expired, -Empty, -Short, -Currency, NotTheOwner.
    """
    balance = _spend(uow, act, account_id, amount, customer_id, policy or ValuePolicy(), changes.take)
    return _movement(
        act, account_id, EntryKind.REDEMPTION, amount_minor=-amount.minor, balance=balance, request_id=request_id
    )


class _Spending(Protocol):
    """`changes.take` or `changes.set_aside`: the new balance, None when a guard refused."""

    def __call__(
        self, connection: Any, account_id: int, amount_minor: int, /, *, currency: str, good_on: date,
        customer_id: int | None,
    ) -> int | None: ...  # fmt: skip


def _spend(
    uow: UnitOfWork,
    act: Act,
    account_id: int,
    amount: Money,
    customer_id: int | None,
    policy: ValuePolicy,
    change: _Spending,
) -> int:
    """The balance after `change`, tried again when holds that ran out gave way. Raises why it is refused."""
    positive(amount)
    for last in (False, True):
        balance = change(
            uow.connection, account_id, amount.minor, currency=amount.currency, good_on=_good_on(act, policy),
            customer_id=customer_id,
        )  # fmt: skip
        if balance is not None:
            return balance
        if last or not expire_holds(uow, act, account_id):
            break
    raise _refusal(uow, act, account_id, amount, policy, owner=(customer_id,))


def check_redeem(
    card: AccountRow, amount: Money, *, today: date, customer_id: int | None, policy: ValuePolicy
) -> DomainError | None:
    """The refusal that `redeem` would raise for this card as read; None when it would pass. For the pay dialog."""
    positive(amount)
    return _why(card, amount, today=today, policy=policy, owner=(customer_id,))


def cancel_purchase(uow: UnitOfWork, act: Act, account_id: int, amount: Money, *, request_id: UUID) -> Movement:
    """Take the unspent value of a refunded purchase back out; an empty card is then cancelled for good (V20, T13).

    Raises GiftCardSpent when less than `amount` is unspent, GiftCardOverRefund above what the card was sold for.
    """
    positive(amount)
    card = _known(uow, account_id)
    if card.status not in (State.ACTIVE, State.INACTIVE):
        raise refusal_for_state(card.status) or GiftCardUnknown()
    if amount.currency != card.currency:
        raise GiftCardCurrency(card.currency)
    if amount.minor > card.available_minor:
        total_in = card.balance_minor + entries.net_redeemed_minor(uow.connection, account_id)
        if amount.minor > total_in:
            raise GiftCardOverRefund(Money(card.available_minor, card.currency))
        raise GiftCardSpent(Money(card.available_minor, card.currency))
    balance = changes.cancel(uow.connection, account_id, amount.minor, currency=amount.currency)
    if balance is None:
        raise GiftCardSpent(Money(_known(uow, account_id).available_minor, card.currency))
    return _movement(
        act, account_id, EntryKind.CANCELLATION, amount_minor=-amount.minor, balance=balance, request_id=request_id
    )


def adjust(uow: UnitOfWork, act: Act, account_id: int, change: Money, *, request_id: UUID) -> Movement:
    """Correct a balance by hand, up or down; never below what is held. `act.reason` says why."""
    if not change.minor:
        raise GiftCardAmount("Type an amount other than zero.")
    policy = ValuePolicy(expired_redeemable=True)
    if change.minor > 0:
        return _give(uow, act, account_id, change, kind=EntryKind.ADJUSTMENT, request_id=request_id, policy=policy)
    card = _known(uow, account_id)
    movement = redeem(uow, act, account_id, -change, request_id=request_id, customer_id=card.customer_id, policy=policy)
    return replace(movement, kind=EntryKind.ADJUSTMENT)


def expire(uow: UnitOfWork, act: Act, card: AccountRow) -> Movement | None:
    """Write off what is left on an expired card (V12); None when by now it is not expired, changed or partly held."""
    if not changes.write_off(uow.connection, card.id, card.balance_minor, today=act.today):
        return None
    return _movement(act, card.id, EntryKind.EXPIRY, amount_minor=-card.balance_minor, balance=0, request_id=uuid4())


# --- holds -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    hold_id: int
    account_id: int
    amount: Money


def authorise(
    uow: UnitOfWork,
    act: Act,
    account_id: int,
    amount: Money,
    *,
    request_id: UUID,
    customer_id: int | None = None,
    policy: ValuePolicy | None = None,
) -> Held:
    """Set `amount` aside: the balance stays, what can be spent falls. Raises as `redeem`."""
    policy = policy or ValuePolicy()
    _spend(uow, act, account_id, amount, customer_id, policy, changes.set_aside)
    until = act.at + timedelta(minutes=policy.hold_minutes) if policy.hold_minutes else None
    hold_id = holds.add_hold(
        uow.connection, account_id, amount.minor, request_id=request_id, at=act.at, expires_at=until
    )
    _note(uow, act, account_id, "held", amount)
    return Held(hold_id, account_id, amount)


def capture(uow: UnitOfWork, act: Act, hold_id: int, amount: Money, *, request_id: UUID) -> Movement:
    """Take up to what is held; the rest of the hold is free again. A hold made in time counts past the card's date.

    Raises HoldExceeded, HoldClosed, and GiftCardInactive or -Deleted for a card blocked since.
    """
    positive(amount)
    hold = holds.hold_by_id(uow.connection, hold_id)
    if hold is None:
        raise HoldClosed(amount.currency)
    card = _known(uow, hold.account_id)
    if amount.currency != card.currency:
        raise GiftCardCurrency(card.currency)
    if hold.expires_at is not None and hold.expires_at <= act.at:
        raise HoldClosed(card.currency)
    closed = holds.close_hold(uow.connection, hold_id, "captured", act.at, captured_minor=amount.minor)
    if closed is None:
        if amount.minor > hold.amount_minor:
            raise HoldExceeded(Money(hold.amount_minor, card.currency))
        raise HoldClosed(card.currency)
    balance = changes.capture(uow.connection, hold.account_id, held_minor=hold.amount_minor, amount_minor=amount.minor)
    if balance is None:
        raise refusal_for_state(card.status) or GiftCardUnknown()
    movement = _movement(
        act, hold.account_id, EntryKind.REDEMPTION, amount_minor=-amount.minor, balance=balance, request_id=request_id
    )
    return replace(movement, hold_id=hold_id)


def release(uow: UnitOfWork, act: Act, hold_id: int) -> bool:
    """Free what is held; false when the hold was closed before."""
    closed = holds.close_hold(uow.connection, hold_id, "released", act.at)
    if closed is None:
        return False
    changes.unhold(uow.connection, {closed.account_id: closed.amount_minor})
    _note(uow, act, closed.account_id, "released", _amount_of(uow, closed))
    return True


def expire_holds(uow: UnitOfWork, act: Act, account_id: int | None = None) -> int:
    """Free holds whose time ran out, some hundred at a time; how many there were."""
    closed = holds.run_out(uow.connection, act.at, account_id=account_id)
    freed: Counter[int] = Counter()
    for one in closed:
        freed[one.account_id] += one.amount_minor
    changes.unhold(uow.connection, freed)
    for one in closed:
        _note(uow, act, one.account_id, "hold_expired", _amount_of(uow, one))
    return len(closed)


def as_of(uow: UnitOfWork, card: AccountRow, now: datetime) -> AccountRow:
    """The account as it can be spent from `now`: a hold whose time is over keeps nothing, though nobody freed it."""
    lapsed = holds.lapsed_minor(uow.connection, card.id, now) if card.held_minor else 0
    return replace(card, held_minor=card.held_minor - lapsed) if lapsed else card


def _amount_of(uow: UnitOfWork, hold: holds.HoldRow) -> Money:
    return Money(hold.amount_minor, _known(uow, hold.account_id).currency)


def _note(uow: UnitOfWork, act: Act, account_id: int, kind: str, amount: Money) -> None:
    """Holds move no money, so the ledger does not have them: the card's history tells who set what aside."""
    events.add_event(uow.connection, account_id, kind, act.at, staff_id=act.staff_id, reason=str(amount))


# --- why not -----------------------------------------------------------------------------------------------


def _good_on(act: Act, policy: ValuePolicy) -> date:
    return date.min if policy.expired_redeemable else act.today


def _too_full(balance_minor: int, policy: ValuePolicy, currency: str) -> GiftCardAmount | None:
    if balance_minor <= policy.largest_balance_minor:
        return None
    most = Money(policy.largest_balance_minor, currency)
    return GiftCardAmount(f"A card holds at most {most}. Take a smaller amount or a second card.")


def _known(uow: UnitOfWork, account_id: int) -> AccountRow:
    card = accounts.by_id(uow.connection, account_id)
    if card is None:
        raise GiftCardUnknown
    return card


def _refusal(
    uow: UnitOfWork, act: Act, account_id: int, amount: Money, policy: ValuePolicy, *, owner: tuple[int | None] | None
) -> DomainError:
    """Read why a guarded update found no row. `owner` None: the amount is coming in, so nobody has to own it."""
    card = _known(uow, account_id)
    return _why(card, amount, today=act.today, policy=policy, owner=owner) or GiftCardUnknown()


def _why(
    card: AccountRow, amount: Money, *, today: date, policy: ValuePolicy, owner: tuple[int | None] | None
) -> DomainError | None:
    by_state = refusal_for_state(card.status)
    if by_state is not None:
        return by_state
    if not policy.expired_redeemable and is_expired(card.expires_on, today):
        return GiftCardExpired(card.expires_on)
    if amount.currency != card.currency:
        return GiftCardCurrency(card.currency)
    if owner is None:
        return _too_full(card.balance_minor + amount.minor, policy, card.currency)
    if card.owner_only and card.customer_id != owner[0]:
        return NotTheOwner()
    left = Money(card.available_minor, card.currency)
    if amount > left:
        return GiftCardEmpty(left) if card.balance_minor == 0 else GiftCardShort(left)
    return None
