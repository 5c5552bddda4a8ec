"""What one row of a customer list says, in the shop's own terms; no database."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from app.catalog.import_file import LONGEST_CELL, FileUnreadable, Line, plain_cell
from app.customers import model
from app.customers.model import Channel, Tag
from app.errors import InvalidInput
from app.folding import fold

# What other programs call a column, folded. The first of each is the heading of the template and of an export.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": ("number", "customer number", "customer no", "card number", "loyalty card", "customer id", "id"),
    "first_name": ("first name", "given name", "forename", "firstname", "vorname", "prenom"),
    "last_name": ("last name", "surname", "family name", "lastname", "nachname", "nom"),
    "name": ("name", "full name", "customer", "customer name", "user name"),
    "phone": ("phone", "phone number", "mobile", "mobile phone", "telephone", "contact number", "telefon", "tel"),
    "email": ("e mail", "email", "email address", "e mail address", "mail"),
    "birth_date": ("birthday", "birthdate", "birth date", "date of birth", "born", "dob", "geburtstag"),
    "address": ("address", "street", "postal address", "adresse", "anschrift"),
    "notes": ("notes", "note", "comment", "remarks"),
    "tags": ("tags", "tag", "labels"),
    "email_consent": ("agrees to e mail", "email consent", "receive email", "accepts email", "email opt in",
                      "accepts email marketing", "newsletter"),
    "sms_consent": ("agrees to sms", "sms consent", "receive sms", "accepts sms", "sms opt in",
                    "accepts sms marketing"),
    "post_consent": ("agrees to post", "post consent", "receive post", "accepts post", "mail consent"),
}  # fmt: skip
Kept = TypeVar("Kept")
WRONG_HEADING = "What is wrong"  # written beside rows to correct, passed over when they come back
_FIELDS = {word: field for field, words in HEADINGS.items() for word in words}
_KNOWS_SOMEBODY = ("number", "first_name", "name", "phone", "email")
_YES = {"yes", "y", "true", "1", "x", "ja", "oui", "si", "subscribed"}
_NO = {"no", "n", "false", "0", "nein", "non", "unsubscribed"}
_ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+", re.ASCII)  # 4.477E+11
_OWN_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9\-/]{0,23}", re.ASCII)
_ERASED_NUMBER = re.compile(r"X[0-9]{7,}", re.ASCII)
_MONTH_FIRST = {"US", "PH", "FM", "MH", "PW"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which cell is which field; `passed_over`: headings that mean nothing here."""

    places: Mapping[str, int]
    passed_over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What a row says. None: nothing, so that a customer who is there keeps what they have."""

    number: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    email: str | None = None
    birth_date: date | None = None
    address: str | None = None
    notes: str | None = None
    tags: tuple[Tag, ...] = ()
    consents: tuple[tuple[Channel, bool], ...] = ()


def field_of(heading: str) -> str:
    """The field a heading means, "" for none."""
    return _FIELDS.get(fold(plain_cell(heading)[:100]), "")


def columns_of(heading: Line) -> Columns:
    """Raises FileUnreadable where no column tells who a customer is, or two mean the same."""
    places: dict[str, int] = {}
    passed_over = []
    for place, cell in enumerate(heading.cells):
        found = field_of(cell)
        if found in places:
            names = f"{heading.cells[places[found]].strip()[:40]}, {cell.strip()[:40]}"
            raise FileUnreadable(f"Two columns mean the same: {names}. Take one of them out.")
        if found:
            places[found] = place
        elif cell.strip() and fold(cell) != fold(WRONG_HEADING):
            passed_over.append(cell.strip()[:40])
    if not any(field in places for field in _KNOWS_SOMEBODY):
        raise FileUnreadable(
            "The first line names no column of a customer list. Put headings like First name, Phone and E-mail there."
        )
    return Columns(places, tuple(passed_over))


def read_row(line: Line, columns: Columns, width: int, country: str, today: date) -> tuple[RowFacts, tuple[str, ...]]:
    """The facts, and a sentence for each cell that cannot be taken. `country` completes phones without a prefix."""
    if any("\x00" in cell or len(cell) > LONGEST_CELL for cell in line.cells):
        return RowFacts(), ("A cell holds what is no text, or far too much of it.",)
    reading = _Reading(line.cells, columns, country, today)
    if any(cell.strip() for cell in line.cells[width:]):
        reading.wrong.append(
            "There are more cells than headings: a comma inside a text needs quotation marks around it."
        )
    facts = reading.facts()
    return facts, tuple(reading.wrong)


class _Reading:
    """One row's cells on their way to facts, with what is wrong with them."""

    def __init__(self, cells: Sequence[str], columns: Columns, country: str, today: date) -> None:
        self._cells = cells
        self._places = columns.places
        self._country = country
        self._today = today
        self.wrong: list[str] = []

    def facts(self) -> RowFacts:
        first, last = self._names()
        return RowFacts(
            number=self._checked("number", _number),
            first_name=first,
            last_name=last,
            phone=self._checked("phone", self._phone),
            email=self._checked("email", model.clean_email),
            birth_date=self._checked("birth_date", self._birth),
            address=self._checked("address", lambda text: model.clean_text(text, "address", model.LONGEST_ADDRESS)),
            notes=self._checked("notes", lambda text: model.clean_text(text, "notes", model.LONGEST_NOTE)),
            tags=self._checked("tags", _tags) or (),
            consents=self._consents(),
        )

    def _cell(self, field: str) -> str:
        place = self._places.get(field)
        return "" if place is None or place >= len(self._cells) else plain_cell(self._cells[place])

    def _checked(self, field: str, clean: Callable[[str], Kept | None]) -> Kept | None:
        text = self._cell(field)
        if not text:
            return None
        try:
            return clean(text)
        except InvalidInput as refusal:
            self.wrong.append(f"{HEADINGS[field][0].capitalize()} “{text[:40]}”: {refusal}")
            return None

    def _names(self) -> tuple[str | None, str | None]:
        first = self._checked("first_name", lambda text: model.clean_name(text, "first_name"))
        last = self._checked("last_name", lambda text: model.clean_name(text, "last_name"))
        whole = self._checked("name", lambda text: model.clean_name(text, "first_name"))
        if whole is None or first is not None or last is not None:
            return first, last
        family, comma, given = whole.partition(",")
        if comma:
            return given.strip() or family.strip(), family.strip() if given.strip() else None
        given, _space, family = whole.rpartition(" ")
        return (given, family) if given else (family, None)

    def _phone(self, text: str) -> str | None:
        if _ROUNDED.fullmatch(text):
            raise InvalidInput("a spreadsheet has rounded it. Format the column as text and fill it in again.")
        return model.clean_phone(text, self._country)

    def _birth(self, text: str) -> date | None:
        return model.clean_birth(read_day(text, month_first=self._country in _MONTH_FIRST), self._today)

    def _consents(self) -> tuple[tuple[Channel, bool], ...]:
        said = []
        for channel in Channel:
            given = self._checked(f"{channel.value}_consent", _yes_or_no)
            if given is not None:
                said.append((channel, given))
        return tuple(said)


def read_day(text: str, *, month_first: bool) -> date:
    """1990-03-14, 14.03.1990, and 14/03/1990 or 03/14/1990 as the shop's country writes it. Raises InvalidInput."""
    parts = re.split(r"[-./ ]+", text.strip().removesuffix("."))
    refusal = InvalidInput("this is not a day. Write it like 1990-03-14.")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise refusal
    if len(parts[0]) == 4:
        year, month, day = map(int, parts)
    elif len(parts[2]) == 4:
        day, month, year = map(int, parts)
        if month_first and "." not in text:
            day, month = month, day
    else:
        raise refusal  # two digits of a year: 30 may be 1930 or 2030
    try:
        return date(year, month, day)
    except ValueError:
        raise refusal from None


def _number(text: str) -> str:
    """A card number of this shop or of the program before it, as the till looks it up."""
    number = text.upper()
    if not _OWN_NUMBER.fullmatch(number) or _ERASED_NUMBER.fullmatch(number):
        raise InvalidInput("a number has up to 24 letters, digits and dashes.")
    return number


def _tags(text: str) -> tuple[Tag, ...]:
    found = {}
    for part in filter(None, (part.strip() for part in re.split(r"[,;|]", text))):
        key, _sign, value = part.partition("=")
        tag = model.clean_tag(key, value)
        found[tag.key] = tag
    return tuple(found.values())


def _yes_or_no(text: str) -> bool:
    word = fold(text)
    if word not in _YES | _NO:
        raise InvalidInput("write yes or no.")
    return word in _YES
