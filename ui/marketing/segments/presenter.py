"""What happens on Customer Segments: lists, members, and changing both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.customers.service import CustomerService
from app.errors import InvalidInput
from app.paging import Cursor, Page
from app.permissions import Permission
from app.segments.model import Change, Member, MemberSort, Segment, SegmentSort
from app.segments.service import SegmentService
from app.staff.model import Actor
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs
from ui.shared.reading import Newest, Pager, TypedSearch

T = TypeVar("T")
MOST_HITS = 30


@dataclass(frozen=True, slots=True)
class Moved:
    """Customers put in or taken out, for the words about it and for undoing it with the notes they had."""

    segment: Segment
    change: Change
    entered: bool
    notes: Mapping[int, str] = field(default_factory=dict)  # customer id to note, of those taken out


class SegmentsPresenter(QObject):
    listed = Signal(object)  # tuple of Segment
    members_shown = Signal(object, bool)  # rows, whether these are all
    members_added = Signal(object, bool)  # rows, whether these were the last
    saved = Signal(object)  # Segment
    deleted = Signal(object)  # Segment
    moved = Signal(object)  # Moved
    noted = Signal()
    found = Signal(object)  # customers to put in
    refused = Signal(str)  # a sentence
    form_refused = Signal(str, str)  # a sentence, the field

    def __init__(
        self, segments: SegmentService, customers: CustomerService, reads: Jobs, writes: Jobs, actor: Actor
    ) -> None:
        super().__init__()
        self._segments, self._writes, self._actor = segments, writes, actor
        self._segment_id = 0
        self.sort, self.member_sort = (SegmentSort.NAME, False), (MemberSort.ASSIGNED, True)
        self._list = Newest(reads, self)
        self._members = Pager(reads, self)
        self._members.shown.connect(self.members_shown)
        self._members.added.connect(self.members_added)
        self._people = TypedSearch(reads, lambda typed: customers.search(typed, by=actor, limit=MOST_HITS), self)
        self._people.found.connect(lambda _question, rows: self.found.emit(rows))
        for reading in (self._list, self._members, self._people):
            reading.failed.connect(self._on_failed)

    @property
    def may_edit(self) -> bool:
        return self._actor.may(Permission.SEGMENT_EDIT)

    # Reading

    def list_all(self) -> None:
        sort, descending = self.sort
        self._list.ask(
            lambda: self._segments.segments(by=self._actor, sort=sort, descending=descending), self._on_listed
        )

    def sort_list(self, key: str, descending: bool) -> None:
        self.sort = (SegmentSort(key), descending)
        self.list_all()

    def sort_members(self, key: str, descending: bool) -> None:
        """Stays so for every segment that is looked at."""
        self.member_sort = (MemberSort(key), descending)
        self.show_members(self._segment_id)

    @property
    def may_see_members(self) -> bool:
        return self._actor.may(Permission.CUSTOMER_VIEW)

    def _on_listed(self, segments: tuple[Segment, ...]) -> None:
        self.listed.emit(segments)

    def show_members(self, segment_id: int) -> None:
        self._segment_id = segment_id
        if not self.may_see_members:
            return
        sort, descending = self.member_sort

        def read(after: Cursor | None) -> Page[Member]:
            return self._segments.members(segment_id, by=self._actor, sort=sort, descending=descending, after=after)

        self._members.show(read)

    def fetch(self) -> None:
        self._members.fetch()

    def search(self, question: str) -> None:
        """Customers to put in."""
        self._people.ask(question)
        if not self._people.question:
            self.found.emit(())

    # Changing

    def create(self, name: str, description: str) -> None:
        self._change(lambda: self._segments.create(name, description, by=self._actor), self._on_saved)

    def edit(self, segment_id: int, name: str, description: str) -> None:
        self._change(
            lambda: self._segments.edit(segment_id, name=name, description=description, by=self._actor),
            self._on_saved,
        )

    def _change(self, work: Callable[[], T], on_done: Callable[[T], None]) -> None:
        self._writes.start(work, on_done, self._on_form_refused)

    def _on_saved(self, segment: Segment) -> None:
        self.saved.emit(segment)
        self.list_all()

    def _on_form_refused(self, error: Exception) -> None:
        self.form_refused.emit(sentence(error), error.field if isinstance(error, InvalidInput) else "")

    def delete(self, segment: Segment) -> None:
        def work() -> Segment:
            self._segments.delete(segment.id, by=self._actor)
            return segment

        self._writes.start(work, self._on_deleted, self._on_failed)

    def _on_deleted(self, segment: Segment) -> None:
        self.deleted.emit(segment)
        self.list_all()

    def put_in(self, segment: Segment, customer_ids: Sequence[int], note: str = "") -> None:
        ids = tuple(customer_ids)
        self._change(
            lambda: Moved(segment, self._segments.put_in(segment.id, ids, note=note, by=self._actor), True),
            self._on_moved,
        )

    def take_out(self, segment: Segment, members: Sequence[Member]) -> None:
        self._leave(segment, [one.customer_id for one in members], {one.customer_id: one.note for one in members})

    def _leave(self, segment: Segment, customer_ids: Sequence[int], notes: Mapping[int, str]) -> None:
        self._writes.start(
            lambda: Moved(segment, self._segments.take_out(segment.id, customer_ids, by=self._actor), False, notes),
            self._on_moved,
            self._on_failed,
        )

    def undo(self, moved: Moved) -> None:
        """Back to how it was; the history keeps both steps."""
        ids = moved.change.customer_ids
        if moved.entered:
            self._leave(moved.segment, ids, {})
            return

        self._writes.start(
            lambda: Moved(
                moved.segment, self._segments.put_in(moved.segment.id, ids, notes=moved.notes, by=self._actor), True
            ),
            self._on_moved,
            self._on_failed,
        )

    def _on_moved(self, moved: Moved) -> None:
        self.moved.emit(moved)
        self.list_all()
        if moved.segment.id == self._segment_id:
            self.show_members(moved.segment.id)

    def set_note(self, segment_id: int, customer_id: int, note: str) -> None:
        self._change(lambda: self._segments.set_note(segment_id, customer_id, note, by=self._actor), self._on_noted)

    def _on_noted(self, _nothing: object) -> None:
        self.noted.emit()
        if self._segment_id:
            self.show_members(self._segment_id)

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error))
