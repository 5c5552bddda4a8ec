"""What can be done for a card before the transaction: its code, its PIN's slow hash, its sealed copy."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date

from app import codes
from app.codekeys import CodeVault
from app.errors import InvalidInput
from app.giftcards.model import ValueKind, ValuePolicy, VoucherType, expiry_date

PIN_DIGITS = 6
SHORTEST_NUMBER, LONGEST_NUMBER = 1, 40


class ByPolicy:
    """Marks an expiry that the shop's policy gives."""


BY_POLICY = ByPolicy()


@dataclass(frozen=True, slots=True)
class CardDraft:
    """A card ready to be issued. `code` and `pin` are in clear, for paper only; neither is stored so."""

    code: str
    code_hash: str
    last_four: str
    sealed: bytes | None
    guessable: bool
    pin: str
    pin_hash: str | None
    kind: ValueKind
    voucher_type: VoucherType | None
    expires_on: date | None
    customer_id: int | None
    owner_only: bool
    series: str
    note: str

    def __repr__(self) -> str:  # logs and tracebacks hold no codes
        return f"CardDraft({codes.mask(self.last_four)})"


def draft_card(
    *,
    policy: ValuePolicy,
    today: date,
    vault: CodeVault | None,
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
    """A card with a made code, or with the pre-printed `number`. Slow (argon2) where a PIN is set: off the GUI thread.

    A pre-printed number that is no made code is guessable; the policy may then give it a PIN of six digits.
    Raises InvalidInput for a number, PIN or voucher type that cannot be, and for an owner-only card without owner.
    """
    code, guessable = (codes.generate(), False) if number is None else _checked_number(number)
    if owner_only and customer_id is None:
        raise InvalidInput("A card for its owner only needs a customer.", field="customer")
    if (kind is ValueKind.VOUCHER) != (voucher_type is not None):
        raise InvalidInput("A voucher needs a type, and nothing else has one.", field="voucher_type")
    if pin is None and guessable and policy.pin_for_guessable:
        pin = make_pin()
    last_day = expiry_date(today, policy.expiry_months) if isinstance(expires_on, ByPolicy) else expires_on
    return CardDraft(
        code=code,
        code_hash=codes.hash_of(code),
        last_four=codes.last_four(code),
        sealed=vault.seal(codes.normalise(code), kind.value) if vault is not None else None,
        guessable=guessable,
        pin=pin or "",
        pin_hash=None if not pin else hash_pin(pin),
        kind=kind,
        voucher_type=voucher_type,
        expires_on=last_day,
        customer_id=customer_id,
        owner_only=owner_only,
        series=series.strip()[:40],
        note=note.strip()[:300],
    )


def draft_store_credit(customer_id: int) -> CardDraft:
    """A customer's store credit: found by customer, one each, no code, no expiry."""
    return CardDraft(
        code="", code_hash=store_credit_key(customer_id), last_four="", sealed=None, guessable=False, pin="",
        pin_hash=None, kind=ValueKind.STORE_CREDIT, voucher_type=None, expires_on=None, customer_id=customer_id,
        owner_only=True, series="", note="",
    )  # fmt: skip


def store_credit_key(customer_id: int) -> str:
    """Fills the unique code column, so that a customer has one credit. Holds dashes: nothing typed folds to it."""
    return hashlib.sha256(f"-store-credit-{customer_id}".encode()).hexdigest()


def _checked_number(number: str) -> tuple[str, bool]:
    code = codes.normalise(number)
    if not SHORTEST_NUMBER <= len(code) <= LONGEST_NUMBER or not code.isprintable():
        raise InvalidInput("A card number has 1 to 40 letters and digits.", field="number")
    return number.strip(), not codes.is_made(code)


def make_pin() -> str:
    return "".join(secrets.choice("0123456789") for _ in range(PIN_DIGITS))


def hash_pin(pin: str) -> str:
    """argon2id of a card PIN. Raises InvalidInput unless it is four to eight digits."""
    from argon2 import PasswordHasher

    if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 8):
        raise InvalidInput("A card's PIN has 4 to 8 digits.", field="pin")
    return PasswordHasher().hash(pin)


def pin_matches(pin_hash: str, pin: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import VerifyMismatchError

    try:
        return PasswordHasher().verify(pin_hash, pin)
    except VerifyMismatchError:
        return False
