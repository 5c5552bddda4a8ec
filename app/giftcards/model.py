"""What a card, voucher or store credit may do: states, refusals, the shop's policy. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from app.errors import DomainError, InvalidInput, NotFound
from app.money import LARGEST_MINOR, Money


class ValueKind(StrEnum):
    GIFT_CARD = "gift_card"
    VOUCHER = "voucher"
    STORE_CREDIT = "store_credit"


class VoucherType(StrEnum):
    """R15: a voucher says where it came from."""

    GIFT_VOUCHER = "gift_voucher"
    LOYALTY = "loyalty"
    CREDIT_NOTE = "credit_note"


class State(StrEnum):
    """What is stored. Expired and used up are read from the date and the balance."""

    ISSUED = "issued"  # printed, not yet sold: worth nothing
    ACTIVE = "active"
    INACTIVE = "inactive"
    DELETED = "deleted"
    CANCELLED = "cancelled"  # its purchase was refunded


class Shown(StrEnum):
    """The three statuses a customer's record shows (A14)."""

    ACTIVE = "active"
    EXPIRED = "expired"
    FULLY_REDEEMED = "fully_redeemed"


class CardSort(StrEnum):
    """The orders of the management list. A card without an end comes after every day, one without a holder last."""

    ISSUED = "issued"
    CARD = "card"  # what it is, then its last four
    HOLDER = "holder"
    BALANCE = "balance"
    STATUS = "status"
    EXPIRES = "expires"


class EntryKind(StrEnum):
    ISSUE = "issue"
    RELOAD = "reload"
    REDEMPTION = "redemption"
    REVERSAL = "reversal"
    REFUND = "refund"
    EXPIRY = "expiry"
    ADJUSTMENT = "adjustment"
    CANCELLATION = "cancellation"


@dataclass(frozen=True, slots=True)
class ValuePolicy:
    """The shop's choices. `expiry_months` None: cards never expire. `hold_minutes` 0: holds wait for ever.

    `expired_redeemable`: past its date a card still pays (A14: by store policy and local rules).
    `forfeit_expired`: the nightly run writes off what is left on expired cards; off, the money stays owed.
    `pin_for_guessable`: short pre-printed numbers get a PIN when they are sold.
    """

    expiry_months: int | None = None
    expired_redeemable: bool = False
    forfeit_expired: bool = False
    pin_for_guessable: bool = True
    hold_minutes: int = 0
    largest_balance_minor: int = LARGEST_MINOR
    smallest_issue_minor: int = 1


PIN_TRIES = 5
PIN_LOCK = timedelta(minutes=15)
LOOKUPS_PER_MINUTE = 5
LOOKUP_WINDOW = timedelta(minutes=1)


class GiftCardUnknown(NotFound):
    """The one answer to the public for a number that is unknown, mistyped, deleted, unsold or has another PIN (T29)."""

    code = "giftcard.unknown"

    def __init__(self) -> None:
        super().__init__("No card here has this number and PIN. Check them and type the number again.")


class GiftCardInactive(DomainError):
    code = "giftcard.inactive"

    def __init__(self, sentence: str = "This card is deactivated. A manager can activate it again.") -> None:
        super().__init__(sentence)


class GiftCardDeleted(DomainError):
    code = "giftcard.deleted"

    def __init__(self) -> None:
        super().__init__("This card was deleted and cannot be used. Take another tender.")


class GiftCardUnsold(DomainError):
    """Said in the back office; the public is told GiftCardUnknown."""

    code = "giftcard.unsold"

    def __init__(self) -> None:
        super().__init__("This card is not sold yet and worth nothing until then. Delete it to take it off the rack.")


class GiftCardCancelled(GiftCardInactive):
    code = "giftcard.cancelled"

    def __init__(self) -> None:
        super().__init__("The purchase of this card was refunded, so it is void. Take another tender.")


class GiftCardExpired(DomainError):
    code = "giftcard.expired"

    def __init__(self, expired_on: date | None) -> None:
        day = f" on {expired_on.isoformat()}" if expired_on else ""
        super().__init__(f"This card expired{day}. Take another tender, or ask a manager to extend it.")
        self.expired_on = expired_on


class GiftCardShort(DomainError):
    code = "giftcard.short"

    def __init__(self, left: Money) -> None:
        super().__init__(f"This card has {left} left. Take the rest by another tender.")
        self.left = left


class GiftCardEmpty(GiftCardShort):
    code = "giftcard.empty"

    def __init__(self, left: Money) -> None:
        DomainError.__init__(self, "Nothing is left on this card. Take another tender, or reload it.")
        self.left = left


class GiftCardDuplicate(InvalidInput):
    code = "giftcard.duplicate"

    def __init__(self) -> None:
        super().__init__("This number is in use already. Take a card with another number.", field="number")


class GiftCardAmount(InvalidInput):
    code = "giftcard.amount"

    def __init__(self, sentence: str = "Type an amount above zero.") -> None:
        super().__init__(sentence, field="amount")


class GiftCardSpent(DomainError):
    code = "giftcard.spent"

    def __init__(self, left: Money) -> None:
        super().__init__(f"Some of this card is spent. At most {left} can be refunded for it.")
        self.left = left


class GiftCardOverRefund(DomainError):
    code = "giftcard.overrefund"

    def __init__(self, most: Money) -> None:
        super().__init__(f"At most {most} can go back onto this card. Refund the rest another way.")
        self.most = most


class HoldExceeded(DomainError):
    code = "giftcard.overheld"

    def __init__(self, held: Money) -> None:
        super().__init__(f"Only {held} is set aside here. Take that, or set the rest aside as well.")
        self.held = held


class HoldClosed(HoldExceeded):
    """Captured, released or run out before: nothing is set aside any more."""

    code = "giftcard.holdclosed"

    def __init__(self, currency: str) -> None:
        DomainError.__init__(self, "This is not set aside any more: it was taken or set free, or its time ran out.")
        self.held = Money.zero(currency)


class GiftCardCurrency(DomainError):
    code = "giftcard.currency"

    def __init__(self, currency: str) -> None:
        super().__init__(f"This card is in {currency}. Take another tender.")
        self.currency = currency


class NotTheOwner(DomainError):
    code = "giftcard.owner"

    def __init__(self) -> None:
        super().__init__("This card pays for its owner only. Attach the owner to the sale (F3) or take another tender.")


class PinNeeded(DomainError):
    code = "giftcard.pin"

    def __init__(self) -> None:
        super().__init__("This card has a PIN. Ask the customer to type it.")


class PinLocked(DomainError):
    code = "giftcard.locked"

    def __init__(self, until: datetime) -> None:
        super().__init__("Too many wrong PINs. This card is locked for a while; take another tender.")
        self.until = until


class TooManyLookups(DomainError):
    code = "giftcard.tries"

    def __init__(self) -> None:
        super().__init__("Too many wrong numbers at this register. Wait a minute, then try again.")


class RequestReused(DomainError):
    """The same request id with another card, kind or amount: a defect of the caller, never booked."""

    code = "giftcard.request"

    def __init__(self) -> None:
        super().__init__("This was booked before with another amount or card. Start again.")


@dataclass(frozen=True, slots=True)
class Movement:
    """A change of a balance that was made in this transaction and still has to be written to the ledger.

    + raises what the shop owes, - lowers it. `for_sale` adds what is known once the sale's rows are there.
    """

    account_id: int
    kind: EntryKind
    amount_minor: int
    balance_after_minor: int
    request_id: UUID
    recorded_at: datetime
    staff_id: int | None = None
    approver_id: int | None = None
    outlet_id: int | None = None
    reason: str = ""
    hold_id: int | None = None
    reverses_id: int | None = None
    sale_id: int | None = None
    sale_line_id: int | None = None
    sale_tender_id: int | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """Who does it, when and where. `today` is the shop's calendar day: a card is good through its expiry day."""

    at: datetime
    today: date
    staff_id: int | None = None
    approver_id: int | None = None
    outlet_id: int | None = None
    reason: str = ""


def part_id(request_id: UUID, *parts: object) -> UUID:
    """The request id of one part of a larger operation, the same at every retry: part_id(sale, "tender", 2)."""
    return uuid5(request_id, "/".join(str(part) for part in parts))


def positive(amount: Money) -> Money:
    if not 0 < amount.minor <= LARGEST_MINOR:
        raise GiftCardAmount if amount.minor <= 0 else GiftCardAmount("This amount is too large.")
    return amount


def is_expired(expires_on: date | None, today: date) -> bool:
    return expires_on is not None and expires_on < today


def shown_status(*, balance_minor: int, expires_on: date | None, today: date) -> Shown:
    """A14. A card past its date shows Expired whatever is on it; the badge "deactivated" is separate (A15)."""
    if is_expired(expires_on, today):
        return Shown.EXPIRED
    return Shown.ACTIVE if balance_minor > 0 else Shown.FULLY_REDEEMED


def is_deactivated(state: str) -> bool:
    return state in (State.INACTIVE, State.DELETED, State.CANCELLED)


def refusal_for_state(state: str) -> DomainError | None:
    """Why a card in this state takes no money in or out; None for an active one."""
    if state == State.DELETED:
        return GiftCardDeleted()
    if state == State.CANCELLED:
        return GiftCardCancelled()
    if state == State.INACTIVE:
        return GiftCardInactive()
    return None if state == State.ACTIVE else GiftCardUnknown()


def expiry_date(today: date, months: int | None) -> date | None:
    """The last good day of a card issued today: the same day of the month, or the month's last day."""
    if months is None:
        return None
    year, month = divmod(today.month - 1 + months, 12)
    year, month = today.year + year, month + 1
    day = today.day
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1
