"""Segments as values, and the rules for their names and notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.errors import DomainError, InvalidInput, NotFound

NAME_LENGTH = 120
NOTE_LENGTH = 300
DESCRIPTION_LENGTH = 2000


class SegmentKind(StrEnum):
    MANUAL = "manual"
    RULE = "rule"


class AssignedBy(StrEnum):
    """What put a customer in: a rule (automatic) or a person (manual)."""

    RULE = "rule"
    MANUAL = "manual"


class SegmentSort(StrEnum):
    NAME = "name"
    KIND = "kind"
    MEMBERS = "members"


class MemberSort(StrEnum):
    NAME = "name"
    PHONE = "phone"
    ASSIGNED = "assigned"  # when
    ASSIGNER = "assigner"  # by whom; rules come before people
    NOTE = "note"


class MembershipSort(StrEnum):
    CREATED = "created"  # the segment
    NAME = "name"
    RECALCULATED = "recalculated"
    KIND = "kind"
    ASSIGNED = "assigned"
    MEMBERS = "members"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Segment:
    id: int
    name: str
    description: str
    kind: SegmentKind
    member_count: int
    created_at: datetime
    updated_at: datetime
    recalculated_at: datetime | None  # rule segments only


@dataclass(frozen=True, slots=True)
class Member:
    customer_id: int
    number: str
    name: str
    phone: str
    email: str
    assigned_at: datetime
    assigned_by: AssignedBy
    staff_name: str  # who put the customer in, "" for a rule
    note: str


@dataclass(frozen=True, slots=True)
class Membership:
    """One segment as a customer's Segments tab lists it."""

    segment_id: int
    name: str
    kind: SegmentKind
    member_count: int
    created_at: datetime
    recalculated_at: datetime | None
    assigned_at: datetime
    assigned_by: AssignedBy
    note: str


@dataclass(frozen=True, slots=True)
class HistoryStep:
    event: str  # "entered" or "left"
    cause: str  # "rule", "manual", "pinned_in", "pinned_out"
    note: str
    staff_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What putting in or taking out did: how many it moved, and how many were there (or gone) already."""

    customer_ids: tuple[int, ...]
    unchanged: int

    @property
    def moved(self) -> int:
        return len(self.customer_ids)


class SegmentUnknown(NotFound):
    code = "segment.unknown"

    def __init__(self) -> None:
        super().__init__("This segment is no longer there. Go back to the list and choose another.")


class SegmentNameTaken(InvalidInput):
    code = "segment.name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is already a segment called “{name}”. Choose another name.", field="name")


class SegmentInUse(DomainError):
    code = "segment.in_use"

    def __init__(self, promotion: str) -> None:
        super().__init__(f"The promotion “{promotion}” is meant for this segment. Change or end the promotion first.")
        self.promotion = promotion


class CustomersUnknown(NotFound):
    code = "segment.customers_unknown"

    def __init__(self) -> None:
        super().__init__("Some of these customers are no longer there. Search again; nobody was put in.")


def clean_name(text: str) -> str:
    """The name without outer or doubled spaces. Raises InvalidInput when nothing is left or it is too long."""
    name = " ".join(text.split())
    if not name:
        raise InvalidInput("A segment needs a name.", field="name", code="segment.name_missing")
    if len(name) > NAME_LENGTH:
        raise InvalidInput(f"Keep the name to {NAME_LENGTH} characters.", field="name", code="segment.name_long")
    return _printable(name, field="name")


def clean_note(text: str) -> str:
    """Raises InvalidInput past NOTE_LENGTH characters."""
    note = text.strip()
    if len(note) > NOTE_LENGTH:
        raise InvalidInput(f"Keep the note to {NOTE_LENGTH} characters.", field="note", code="segment.note_long")
    return _printable(note, field="note")


def clean_description(text: str) -> str:
    """Raises InvalidInput past DESCRIPTION_LENGTH characters."""
    description = text.strip()
    if len(description) > DESCRIPTION_LENGTH:
        raise InvalidInput(
            f"Keep the description to {DESCRIPTION_LENGTH} characters.",
            field="description",
            code="segment.description_long",
        )
    return _printable(description, field="description")


def _printable(text: str, *, field: str) -> str:
    # PostgreSQL cannot store NUL, and the others would reach printers and spreadsheets.
    if any(ord(character) < 32 and character != "\n" for character in text):
        raise InvalidInput("This holds a control character. Type it again.", field=field, code="input.control")
    return text


def retired_name(name: str, segment_id: int) -> str:
    """What a deleted segment is called from then on: its name is free again, its history can be told apart."""
    suffix = f" (deleted, {segment_id})"
    return name[: NAME_LENGTH - len(suffix)] + suffix
