"""What a person does with segments: make one, put customers in, take them out, look who is in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from app.clock import Clock
from app.paging import Cursor, Page
from app.permissions import Permission
from app.segments.model import (
    AssignedBy,
    Change,
    CustomersUnknown,
    HistoryStep,
    Member,
    Membership,
    MembershipSort,
    MemberSort,
    Segment,
    SegmentInUse,
    SegmentKind,
    SegmentNameTaken,
    SegmentSort,
    SegmentUnknown,
    clean_description,
    clean_name,
    clean_note,
    retired_name,
)  # fmt: skip
from app.staff.model import Actor, require
from db.queries import segments as queries
from db.uow import Database, UnitOfWork

PAGE_ROWS = 100
DELETED = "segment deleted"


class SegmentService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def segments(
        self, *, by: Actor, sort: SegmentSort = SegmentSort.NAME, descending: bool = False
    ) -> tuple[Segment, ...]:
        """Every segment in use with its count of members. Raises NotPermitted."""
        require(by, Permission.SEGMENT_VIEW)
        with self._database.read() as uow:
            rows = queries.listed(uow.connection, by=sort.value, descending=descending)
        return tuple(_segment(row) for row in rows)

    def segment(self, segment_id: int, *, by: Actor) -> Segment:
        """Raises NotPermitted, SegmentUnknown."""
        require(by, Permission.SEGMENT_VIEW)
        with self._database.read() as uow:
            return _segment(_known(uow, segment_id))

    def create(self, name: str, description: str = "", *, by: Actor) -> Segment:
        """A new, empty segment that is filled by hand. Raises NotPermitted, InvalidInput, SegmentNameTaken."""
        require(by, Permission.SEGMENT_EDIT)
        name, description = clean_name(name), clean_description(description)
        with self._database.write() as uow:
            if queries.name_taken(uow.connection, name):
                raise SegmentNameTaken(name)
            segment_id = queries.add(
                uow.connection,
                name=name,
                description=description,
                kind=SegmentKind.MANUAL,
                at=self._clock.now(),
            )
            if segment_id is None:
                raise SegmentNameTaken(name)
            made = _segment(_known(uow, segment_id))
            uow.commit()
        return made

    def edit(self, segment_id: int, *, name: str, description: str, by: Actor) -> Segment:
        """Raises NotPermitted, InvalidInput, SegmentNameTaken, SegmentUnknown."""
        require(by, Permission.SEGMENT_EDIT)
        name, description = clean_name(name), clean_description(description)
        with self._database.write() as uow:
            _known(uow, segment_id, lock=True)
            if queries.name_taken(uow.connection, name, but=segment_id):
                raise SegmentNameTaken(name)
            queries.change(
                uow.connection,
                segment_id,
                name=name,
                description=description,
                at=self._clock.now(),
            )
            changed = _segment(_known(uow, segment_id))
            uow.commit()
        return changed

    def delete(self, segment_id: int, *, by: Actor) -> None:
        """Take a segment out of use: its members leave, its history stays.

        Raises NotPermitted, SegmentUnknown, and SegmentInUse while a live promotion is meant for it.
        """
        require(by, Permission.SEGMENT_EDIT)
        now = self._clock.now()
        with self._database.write() as uow:
            segment = _known(uow, segment_id, lock=True)
            _refuse_while_promoted(uow, segment_id)
            left = queries.take_out_all(uow.connection, segment_id)
            queries.record(
                uow.connection,
                segment_id,
                left,
                event="left",
                cause="manual",
                staff_id=by.staff_id,
                note=DELETED,
                at=now,
            )
            queries.retire(uow.connection, segment_id, name=retired_name(segment.name, segment_id), at=now)
            uow.commit()

    def put_in(
        self,
        segment_id: int,
        customer_ids: Sequence[int],
        *,
        note: str = "",
        notes: Mapping[int, str] | None = None,
        by: Actor,
    ) -> Change:
        """Put customers in by hand; repeating it changes nothing. In a rule segment they are pinned in.

        `notes`: another note for some of them, as when those taken out come back with what stood beside them.
        The note stands beside the member and goes with them: the history, which nobody can change, holds no
        words about a person, so that an erasure leaves none.
        All or none: raises CustomersUnknown when one of them is not there or was erased, besides NotPermitted,
        InvalidInput and SegmentUnknown.
        """
        require(by, Permission.SEGMENT_EDIT)
        note, own = clean_note(note), {key: clean_note(words) for key, words in (notes or {}).items()}
        wanted = sorted(set(customer_ids))
        with self._database.write() as uow:
            # Customers before the segment, as an erasure takes them, so that the two never wait for each other.
            if queries.known_customers(uow.connection, wanted) != len(wanted):
                raise CustomersUnknown
            segment = _known(uow, segment_id, lock=True)
            entered = self._enter(uow, segment, wanted, note=note, by=by)
            for customer_id in own.keys() & set(entered):
                queries.set_note(uow.connection, segment_id, customer_id, own[customer_id])
            uow.commit()
        return Change(tuple(entered), unchanged=len(wanted) - len(entered))

    def _enter(self, uow: UnitOfWork, segment: Any, wanted: list[int], *, note: str, by: Actor) -> list[int]:
        now = self._clock.now()
        connection = uow.connection
        pinned: list[int] = []
        if segment.kind == SegmentKind.RULE:
            pinned = queries.keep_by_hand(connection, segment.id, wanted, staff_id=by.staff_id, note=note)
        new = queries.put_in(
            connection,
            segment.id,
            wanted,
            assigned_by=AssignedBy.MANUAL,
            staff_id=by.staff_id,
            note=note,
            at=now,
        )
        entered = sorted({*pinned, *new})
        queries.record(
            connection,
            segment.id,
            entered,
            event="entered",
            cause="pinned_in" if segment.kind == SegmentKind.RULE else "manual",
            staff_id=by.staff_id,
            at=now,
        )
        queries.add_to_count(connection, segment.id, len(new), at=now)
        return entered

    def take_out(self, segment_id: int, customer_ids: Sequence[int], *, by: Actor) -> Change:
        """Take customers out by hand; in a rule segment they stay out. Those who were not in are left alone.

        Raises NotPermitted, SegmentUnknown.
        """
        require(by, Permission.SEGMENT_EDIT)
        wanted = sorted(set(customer_ids))
        with self._database.write() as uow:
            left = self._leave(uow, _known(uow, segment_id, lock=True), wanted, by=by)
            uow.commit()
        return Change(tuple(left), unchanged=len(wanted) - len(left))

    def _leave(self, uow: UnitOfWork, segment: Any, wanted: list[int], *, by: Actor) -> list[int]:
        now = self._clock.now()
        left = queries.take_out(uow.connection, segment.id, wanted)
        queries.record(
            uow.connection,
            segment.id,
            left,
            event="left",
            cause="pinned_out" if segment.kind == SegmentKind.RULE else "manual",
            staff_id=by.staff_id,
            at=now,
        )
        queries.add_to_count(uow.connection, segment.id, -len(left), at=now)
        return left

    def move_customer(self, customer_id: int, *, enter: Collection[int], leave: Collection[int], by: Actor) -> None:
        """Put one customer into some segments and take them out of others: all of it or nothing.

        Out of a segment that was deleted they are already. Raises NotPermitted, CustomersUnknown, SegmentUnknown.
        """
        require(by, Permission.SEGMENT_EDIT)
        with self._database.write() as uow:
            if queries.known_customers(uow.connection, [customer_id]) != 1:
                raise CustomersUnknown
            for segment_id in sorted({*enter, *leave}):  # in one order, so that two such never wait for each other
                segment = queries.by_id(uow.connection, segment_id, lock=True)
                if segment_id not in enter:
                    if segment is not None:
                        self._leave(uow, segment, [customer_id], by=by)
                elif segment is None:
                    raise SegmentUnknown
                else:
                    self._enter(uow, segment, [customer_id], note="", by=by)
            uow.commit()

    def set_note(self, segment_id: int, customer_id: int, note: str, *, by: Actor) -> None:
        """Change the note beside a member. Raises NotPermitted, InvalidInput, CustomersUnknown."""
        require(by, Permission.SEGMENT_EDIT)
        note = clean_note(note)
        with self._database.write() as uow:
            if not queries.set_note(uow.connection, segment_id, customer_id, note):
                raise CustomersUnknown
            uow.commit()

    def members(
        self,
        segment_id: int,
        *,
        by: Actor,
        sort: MemberSort = MemberSort.ASSIGNED,
        descending: bool = True,
        after: Cursor | None = None,
        limit: int = PAGE_ROWS,
    ) -> Page[Member]:
        """Who is in, latest first unless sorted, a page at a time; members are customers, so both rights are needed.

        Raises NotPermitted, SegmentUnknown.
        """
        require(by, Permission.SEGMENT_VIEW)
        require(by, Permission.CUSTOMER_VIEW)
        key = None if after is None else (after[0], after[1])
        with self._database.read() as uow:
            _known(uow, segment_id)
            rows = queries.members(
                uow.connection, segment_id, by=sort.value, descending=descending, after=key, limit=limit + 1
            )
        shown = tuple(_member(row) for row in rows[:limit])
        return Page(shown, (rows[limit - 1].key, shown[-1].customer_id) if len(rows) > limit else None)

    def of_customer(
        self,
        customer_id: int,
        *,
        by: Actor,
        sort: MembershipSort = MembershipSort.ASSIGNED,
        descending: bool = True,
    ) -> tuple[Membership, ...]:
        """The segments a customer is in, latest first unless sorted. Raises NotPermitted."""
        require(by, Permission.SEGMENT_VIEW)
        require(by, Permission.CUSTOMER_VIEW)
        with self._database.read() as uow:
            rows = queries.of_customer(uow.connection, customer_id, by=sort.value, descending=descending)
        return tuple(_membership(row) for row in rows)

    def history(self, segment_id: int, customer_id: int, *, by: Actor) -> tuple[HistoryStep, ...]:
        """How a customer came into and left a segment, oldest first; a deleted segment's can still be read.

        Raises NotPermitted.
        """
        require(by, Permission.SEGMENT_VIEW)
        require(by, Permission.CUSTOMER_VIEW)
        with self._database.read() as uow:
            rows = queries.history(uow.connection, segment_id, customer_id)
        return tuple(HistoryStep(row.event, row.cause, row.note, row.staff_name or "", row.at) for row in rows)


def _known(uow: UnitOfWork, segment_id: int, *, lock: bool = False) -> Any:
    row = queries.by_id(uow.connection, segment_id, lock=lock)
    if row is None:
        raise SegmentUnknown
    return row


def _refuse_while_promoted(uow: UnitOfWork, segment_id: int) -> None:
    for name, definition in queries.live_promotions(uow.connection):
        if segment_id in (definition.get("audience") or {}).get("segments", ()):
            raise SegmentInUse(name)


def _segment(row: Any) -> Segment:
    return Segment(
        id=row.id,
        name=row.name,
        description=row.description,
        kind=SegmentKind(row.kind),
        member_count=row.member_count,
        created_at=row.created_at,
        updated_at=row.updated_at,
        recalculated_at=row.recalculated_at,
    )


def _member(row: Any) -> Member:
    return Member(
        customer_id=row.customer_id,
        number=row.number,
        name=f"{row.first_name} {row.last_name}".strip(),
        phone=row.phone or "",
        email=row.email or "",
        assigned_at=row.assigned_at,
        assigned_by=AssignedBy(row.assigned_by),
        staff_name=row.staff_name or "",
        note=row.note,
    )


def _membership(row: Any) -> Membership:
    return Membership(
        segment_id=row.id,
        name=row.name,
        kind=SegmentKind(row.kind),
        member_count=row.member_count,
        created_at=row.created_at,
        recalculated_at=row.recalculated_at,
        assigned_at=row.assigned_at,
        assigned_by=AssignedBy(row.assigned_by),
        note=row.note,
    )
