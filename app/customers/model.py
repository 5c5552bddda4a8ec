"""Customers as forms, lists and the till see them, and the rules of their fields. No database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.errors import DomainError, InvalidInput, NotFound
from app.folding import fold, searchable
from app.money import Money

LONGEST_NAME, LONGEST_NOTE, LONGEST_ADDRESS, LONGEST_EMAIL = 120, 10_000, 1_000, 254
EARLIEST_BIRTH = date(1900, 1, 1)


class CustomerUnknown(NotFound):
    code = "customer.unknown"

    def __init__(self) -> None:
        super().__init__("This customer is not in the shop any more. Search again.")


class CustomerTwin(DomainError):
    """Somebody has this phone or e-mail address already (P20). `customer_id` opens them."""

    code = "customer.twin"

    def __init__(self, customer_id: int, name: str, what: str) -> None:
        super().__init__(f"{name} has this {what} already. Open that customer, or leave the {what} out.")
        self.customer_id = customer_id
        self.what = what


class CustomerEdited(DomainError):
    """The record is not the one the edit began with. Saved over, a consent withdrawn meanwhile would be given again."""

    code = "customer.edited"

    def __init__(self) -> None:
        super().__init__("Somebody else changed this customer meanwhile. Open them again and repeat your change.")


class SortBy(StrEnum):
    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    BORN = "born"
    TIER = "tier"  # by its place in the programme
    POINTS = "points"
    VISITS = "visits"
    SPEND = "spend"
    LAST_VISIT = "last_visit"
    CREATED = "created"


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    POST = "post"


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """What a form holds. Phones as typed; `country` of the shop completes one without a prefix."""

    first_name: str
    last_name: str = ""
    phone: str = ""
    email: str = ""
    birth_date: date | None = None
    address: str = ""
    notes: str = ""
    price_group_id: int | None = None
    accrues_points: bool = True
    email_consent: bool = False
    sms_consent: bool = False
    post_consent: bool = False
    home_outlet_id: int | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Group:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as the form's header and General tab show them. Erased ones have no name left."""

    id: int
    number: str
    first_name: str
    last_name: str
    phone: str
    email: str
    birth_date: date | None
    address: str
    notes: str
    tier: str
    price_group_id: int | None
    price_group: str
    accrues_points: bool
    email_consent_at: datetime | None
    sms_consent_at: datetime | None
    post_consent_at: datetime | None
    consent_source: str
    home_outlet_id: int | None
    created_at: datetime
    updated_at: datetime
    erased_at: datetime | None
    tags: tuple[Tag, ...] = ()
    groups: tuple[Group, ...] = ()
    segments: tuple[Group, ...] = ()

    @property
    def name(self) -> str:
        return full_name(self.first_name, self.last_name) or f"Erased customer {self.number}"


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One row of the grid or of the search list. Figures are 0 or None where nothing was bought."""

    id: int
    number: str
    name: str
    phone: str
    email: str
    tier: str
    points: int
    visits: int
    spend: Money
    last_visit_at: datetime | None
    created_at: datetime
    birth_date: date | None
    email_consent: bool
    sms_consent: bool
    tier_rank: int | None = None  # the tier's place in the programme, None without one


@dataclass(frozen=True, slots=True)
class TillCustomer:
    """What a till shows to find the customer of a sale. `contact` is cut short for whoever may not see customers."""

    id: int
    name: str
    contact: str  # phone, mail address or number: tells two of one name apart
    tier: str


def full_name(first: str, last: str) -> str:
    return " ".join(part for part in (first, last) if part)


def clean_name(text: str, field: str, *, required: bool = False) -> str:
    """A name as written, spaces tidied. Raises InvalidInput when missing or too long."""
    kept = " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())
    if required and not kept:
        raise InvalidInput("The customer needs a first name.", field=field, code="input.missing")
    if len(kept) > LONGEST_NAME:
        raise InvalidInput(f"A name has at most {LONGEST_NAME} characters.", field=field, code="input.long")
    return kept


def clean_text(text: str, field: str, longest: int) -> str:
    kept = text.replace("\x00", "").strip()
    if len(kept) > longest:
        raise InvalidInput(f"This is longer than {longest} characters.", field=field, code="input.long")
    return kept


def clean_email(text: str) -> str | None:
    """The address in lower case, or None for none. Its form is checked, not whether it exists."""
    typed = text.strip()
    if not typed:
        return None
    if len(typed) > LONGEST_EMAIL:
        raise InvalidInput(f"An e-mail address has at most {LONGEST_EMAIL} characters.", field="email")
    from email_validator import EmailNotValidError, validate_email

    try:
        return str(validate_email(typed, check_deliverability=False).normalized).lower()
    except EmailNotValidError as error:
        raise InvalidInput(
            "This is not an e-mail address. It reads like name@example.com.", field="email", code="customer.email"
        ) from error


def clean_phone(text: str, country: str) -> str | None:
    """The number as +441632960123, or None for none. `country` completes numbers without a prefix."""
    typed = text.strip()
    if not typed:
        return None
    import phonenumbers

    refusal = InvalidInput(
        "This is not a phone number. Write it with the country's prefix, like +44 1632 960123.",
        field="phone",
        code="customer.phone",
    )
    if len(typed) > 40:
        raise refusal
    try:
        number = phonenumbers.parse(typed, country or None)
    except phonenumbers.NumberParseException as error:
        raise refusal from error
    if not phonenumbers.is_possible_number(number):
        raise refusal
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def clean_birth(born: date | None, today: date) -> date | None:
    if born is not None and not EARLIEST_BIRTH <= born <= today:
        raise InvalidInput("A birthday lies between 1900 and today.", field="birth_date")
    return born


def clean_tag(key: str, value: str) -> Tag:
    """KEY = VALUE; no value means "true" (I11)."""
    key, value = " ".join(key.split()), " ".join(value.split()) or "true"
    if not key or len(key) > 60 or len(value) > 120 or "=" in key:
        raise InvalidInput("A tag is a key of up to 60 characters and a value of up to 120.", field="tag")
    return Tag(key, value)


def sort_name(first: str, last: str) -> str:
    """For order and for finding by beginning: "diallo amara"."""
    return fold(f"{last} {first}")[:250] or fold(first)[:250]


def search_text(first: str, last: str, email: str | None, number: str) -> str:
    """What name search looks through. Phones and whole addresses have indexes of their own: in a trigram index
    the prefix every number shares, and the mail provider half the customers share, would only cost time."""
    return searchable(first, last, (email or "").partition("@")[0], number)


def phone_tail(phone: str | None) -> str | None:
    """The digits backwards, so that the last four find the customer by an index."""
    return phone.lstrip("+")[::-1] if phone else None


def number_of(customer_id: int) -> str:
    """The number on the loyalty card: C, seven digits or more, and a check digit that finds every mistyped one."""
    digits = f"{customer_id:07d}"
    return f"C{digits}{_luhn(digits)}"


def is_number(text: str) -> bool:
    """Whether this has the form and the check digit of a customer's number."""
    body = text.strip().upper()
    return (
        body[:1] == "C"
        and body[1:].isascii()
        and body[1:].isdigit()
        and len(body) >= 9
        and (_luhn(body[1:-1]) == body[-1])
    )


def _luhn(digits: str) -> str:
    """ISO/IEC 7812-1 annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
