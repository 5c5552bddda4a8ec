"""Segments: their lists, their members, and the history of who came and went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, Table, case, delete, func, insert, select, update

from db.models import Customer, Promotion, Segment, SegmentEvent, SegmentMember, Staff
from db.queries.inserting import dialect_insert, insert_or_nothing
from db.queries.keysets import Key, in_order

# Ids bound in one statement; both databases take far more, but the statement cache keeps only a few shapes.
CHUNK = 500

_SEGMENT_COLUMNS = (
    Segment.id,
    Segment.name,
    Segment.description,
    Segment.kind,
    Segment.member_count,
    Segment.created_at,
    Segment.updated_at,
    Segment.recalculated_at,
)


def listed(connection: Connection, *, by: str, descending: bool) -> Sequence[Row[*tuple[Any, ...]]]:
    """Segments in use, by name, kind or members; those alike by name."""
    name = func.lower(Segment.name)
    column: Any = {"name": name, "kind": Segment.kind, "members": Segment.member_count}[by]
    found = select(*_SEGMENT_COLUMNS).where(Segment.active)
    return connection.execute(found.order_by(column.desc() if descending else column, name, Segment.id)).all()


def by_id(connection: Connection, segment_id: int, *, lock: bool = False) -> Row[*tuple[Any, ...]] | None:
    """A segment in use. `lock` holds the row on PostgreSQL; on SQLite a writer is alone anyway."""
    found = select(*_SEGMENT_COLUMNS).where(Segment.id == segment_id, Segment.active)
    return connection.execute(found.with_for_update() if lock else found).first()


def name_taken(connection: Connection, name: str, *, but: int | None = None) -> bool:
    """True when another segment has this name, letter case aside; compared here, for SQLite folds only A to Z."""
    wanted = name.casefold()
    rows = connection.execute(select(Segment.id, Segment.name))
    return any(row.name.casefold() == wanted for row in rows if row.id != but)


def add(connection: Connection, *, name: str, description: str, kind: str, at: datetime) -> int | None:
    """The new segment's id; None when somebody has just taken the name."""
    new = insert_or_nothing(connection, cast(Table, Segment.__table__), "name")
    new = new.values(
        name=name, description=description, kind=kind, rule_version=1, member_count=0, active=True, created_at=at,
        updated_at=at,
    )  # fmt: skip
    return connection.execute(new.returning(Segment.id)).scalar()


def change(connection: Connection, segment_id: int, *, name: str, description: str, at: datetime) -> None:
    changed = update(Segment).where(Segment.id == segment_id)
    connection.execute(changed.values(name=name, description=description, updated_at=at))


def retire(connection: Connection, segment_id: int, *, name: str, at: datetime) -> None:
    """Take a segment out of use under another name, so that the old one is free; its history stays."""
    retired = update(Segment).where(Segment.id == segment_id)
    connection.execute(retired.values(active=False, name=name, member_count=0, updated_at=at))


def known_customers(connection: Connection, customer_ids: Sequence[int], *, hold: bool = True) -> int:
    """How many of these exist and were not erased. `hold`: they cannot be erased until the transaction ends."""
    found = 0
    for start in range(0, len(customer_ids), CHUNK):
        chunk = customer_ids[start : start + CHUNK]
        known = select(Customer.id).where(Customer.id.in_(chunk), Customer.erased_at.is_(None)).order_by(Customer.id)
        found += len(connection.execute(known.with_for_update(read=True) if hold else known).all())
    return found


def put_in(
    connection: Connection,
    segment_id: int,
    customer_ids: Sequence[int],
    *,
    assigned_by: str,
    staff_id: int | None,
    note: str,
    at: datetime,
) -> list[int]:
    """Add members; return those that were not in before."""
    entered: list[int] = []
    table = cast(Table, SegmentMember.__table__)
    for start in range(0, len(customer_ids), CHUNK):
        rows = [
            {
                "segment_id": segment_id,
                "customer_id": customer_id,
                "assigned_at": at,
                "assigned_by": assigned_by,
                "staff_id": staff_id,
                "note": note,
            }
            for customer_id in customer_ids[start : start + CHUNK]
        ]
        added = dialect_insert(connection, table).values(rows).on_conflict_do_nothing()
        added = added.returning(SegmentMember.customer_id)
        entered += connection.execute(added).scalars()
    return sorted(entered)


def keep_by_hand(
    connection: Connection, segment_id: int, customer_ids: Sequence[int], *, staff_id: int | None, note: str
) -> list[int]:
    """Turn members that a rule put in into members by hand, who stay whatever the rule says; return them."""
    kept: list[int] = []
    for start in range(0, len(customer_ids), CHUNK):
        turned = update(SegmentMember).where(
            SegmentMember.segment_id == segment_id,
            SegmentMember.customer_id.in_(customer_ids[start : start + CHUNK]),
            SegmentMember.assigned_by == "rule",
        )
        turned = turned.values(assigned_by="manual", staff_id=staff_id, note=note)
        kept += connection.execute(turned.returning(SegmentMember.customer_id)).scalars()
    return sorted(kept)


def take_out(connection: Connection, segment_id: int, customer_ids: Sequence[int]) -> list[int]:
    """Remove members; return those that were in."""
    left: list[int] = []
    for start in range(0, len(customer_ids), CHUNK):
        gone = delete(SegmentMember).where(
            SegmentMember.segment_id == segment_id,
            SegmentMember.customer_id.in_(customer_ids[start : start + CHUNK]),
        )
        left += connection.execute(gone.returning(SegmentMember.customer_id)).scalars()
    return sorted(left)


def take_out_all(connection: Connection, segment_id: int) -> list[int]:
    """Remove every member; return them."""
    gone = delete(SegmentMember).where(SegmentMember.segment_id == segment_id)
    return sorted(connection.execute(gone.returning(SegmentMember.customer_id)).scalars())


def add_to_count(connection: Connection, segment_id: int, change_by: int, *, at: datetime) -> None:
    counted = update(Segment).where(Segment.id == segment_id)
    connection.execute(counted.values(member_count=Segment.member_count + change_by, updated_at=at))


def record(
    connection: Connection,
    segment_id: int,
    customer_ids: Sequence[int],
    *,
    event: str,
    cause: str,
    staff_id: int | None,
    at: datetime,
    note: str = "",
) -> None:
    """One history row for each customer. Rows are never changed, so `note` is never about a person."""
    if not customer_ids:
        return
    rows = [
        {
            "segment_id": segment_id,
            "customer_id": customer_id,
            "event": event,
            "cause": cause,
            "staff_id": staff_id,
            "note": note,
            "at": at,
        }
        for customer_id in customer_ids
    ]
    connection.execute(insert(SegmentEvent), rows)


def set_note(connection: Connection, segment_id: int, customer_id: int, note: str) -> bool:
    """Change what is noted beside a member; False when the customer is not in the segment."""
    noted = update(SegmentMember).where(
        SegmentMember.segment_id == segment_id, SegmentMember.customer_id == customer_id
    )
    return connection.execute(noted.values(note=note)).rowcount == 1


def members(
    connection: Connection, segment_id: int, *, by: str, descending: bool, after: Key | None, limit: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Members by name, phone, assigned, assigner or note, each row with its `key`; up to `limit` of those `after`.

    Only the order by day has an index; the others sort the segment.
    """
    column = _MEMBER_SORTS[by]
    found = (
        select(
            SegmentMember.customer_id,
            Customer.number,
            Customer.first_name,
            Customer.last_name,
            Customer.phone,
            Customer.email,
            SegmentMember.assigned_at,
            SegmentMember.assigned_by,
            SegmentMember.note,
            Staff.name.label("staff_name"),
            column.label("key"),
        )
        .join(Customer, Customer.id == SegmentMember.customer_id)
        .outerjoin(Staff, Staff.id == SegmentMember.staff_id)
        .where(SegmentMember.segment_id == segment_id)
        .limit(limit)
    )
    found = in_order(
        found, column, SegmentMember.customer_id, descending=descending, after=after,
        some_without=by not in ("name", "assigned"),
    )  # fmt: skip
    return connection.execute(found).all()


_MEMBER_SORTS: dict[str, Any] = {
    "name": Customer.sort_name,
    "phone": Customer.phone,
    "assigned": SegmentMember.assigned_at,
    "assigner": case((SegmentMember.assigned_by == "rule", ""), else_=Staff.name),  # rules before people
    "note": func.nullif(SegmentMember.note, "", type_=SegmentMember.note.type),
}


def of_customer(
    connection: Connection, customer_id: int, *, by: str, descending: bool
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The segments one customer is in."""
    column = _MEMBERSHIP_SORTS[by]
    found = (
        select(
            Segment.id,
            Segment.name,
            Segment.kind,
            Segment.member_count,
            Segment.created_at,
            Segment.recalculated_at,
            SegmentMember.assigned_at,
            SegmentMember.assigned_by,
            SegmentMember.note,
        )
        .join(Segment, Segment.id == SegmentMember.segment_id)
        .where(SegmentMember.customer_id == customer_id)
    )
    found = in_order(found, column, SegmentMember.segment_id, descending=descending, after=None)
    return connection.execute(found).all()


_MEMBERSHIP_SORTS: dict[str, Any] = {
    "created": Segment.created_at,
    "name": func.lower(Segment.name),
    "recalculated": Segment.recalculated_at,
    "kind": Segment.kind,
    "assigned": SegmentMember.assigned_at,
    "members": Segment.member_count,
    "note": func.nullif(SegmentMember.note, ""),
}


def history(connection: Connection, segment_id: int, customer_id: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """How one customer came into and left one segment, oldest first."""
    found = (
        select(
            SegmentEvent.event,
            SegmentEvent.cause,
            SegmentEvent.note,
            SegmentEvent.at,
            Staff.name.label("staff_name"),
        )
        .outerjoin(Staff, Staff.id == SegmentEvent.staff_id)
        .where(SegmentEvent.customer_id == customer_id, SegmentEvent.segment_id == segment_id)
        .order_by(SegmentEvent.at, SegmentEvent.id)
    )
    return connection.execute(found).all()


def live_promotions(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Name and definition of every promotion in use."""
    return connection.execute(select(Promotion.name, Promotion.definition).where(Promotion.active)).all()
