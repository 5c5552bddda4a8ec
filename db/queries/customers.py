"""Customers: finding them, keeping them, and what the form shows of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    true,
    tuple_,
    update,
)

from db.base import Base
from db.models import (
    CouponRedemption,
    CouponUse,
    Customer,
    CustomerEvent,
    CustomerGroup,
    CustomerGroupMember,
    CustomerStats,
    CustomerTag,
    LoyaltyProgram,
    LoyaltyTier,
    PointsAccount,
    PriceGroup,
    Segment,
    SegmentEvent,
    SegmentMember,
    Shop,
)
from db.queries import words
from db.types import BigInt

AnyRow = Row[*tuple[Any, ...]]


# --- Reading ------------------------------------------------------------------------------------------------------


def shop(connection: Connection) -> AnyRow:
    """Currency, country and time zone."""
    return connection.execute(select(Shop.currency, Shop.country, Shop.time_zone)).one()


def by_id(connection: Connection, customer_id: int) -> AnyRow | None:
    columns = [column for column in Customer.__table__.c if column.name != "photo_png"]
    return connection.execute(
        select(*columns, LoyaltyTier.name.label("tier"), PriceGroup.name.label("price_group"))
        .outerjoin(LoyaltyTier, LoyaltyTier.id == Customer.tier_id)
        .outerjoin(PriceGroup, PriceGroup.id == Customer.price_group_id)
        .where(Customer.id == customer_id)
    ).first()


def id_by_number(connection: Connection, number: str) -> int | None:
    found = select(Customer.id).where(Customer.number == number, Customer.erased_at.is_(None))
    return connection.execute(found).scalar()


def twin(connection: Connection, *, phone: str | None, email: str | None, but: int | None) -> AnyRow | None:
    """Somebody else with this phone or e-mail address."""
    same = [column == value for column, value in ((Customer.phone, phone), (Customer.email, email)) if value]
    if not same:
        return None
    found = select(Customer.id, Customer.first_name, Customer.last_name, Customer.phone, Customer.email).where(
        or_(*same), Customer.erased_at.is_(None)
    )
    if but is not None:
        found = found.where(Customer.id != but)
    return connection.execute(found.limit(1)).first()


def photo(connection: Connection, customer_id: int) -> bytes | None:
    return connection.execute(select(Customer.photo_png).where(Customer.id == customer_id)).scalar()


def tags(connection: Connection, customer_id: int) -> Sequence[AnyRow]:
    return connection.execute(
        select(CustomerTag.key, CustomerTag.value)
        .where(CustomerTag.customer_id == customer_id)
        .order_by(CustomerTag.key)
    ).all()


def groups(connection: Connection, customer_id: int) -> Sequence[AnyRow]:
    return connection.execute(
        select(CustomerGroup.id, CustomerGroup.name)
        .join(CustomerGroupMember, CustomerGroupMember.group_id == CustomerGroup.id)
        .where(CustomerGroupMember.customer_id == customer_id)
        .order_by(CustomerGroup.name)
    ).all()


def segments(connection: Connection, customer_id: int) -> Sequence[AnyRow]:
    return connection.execute(
        select(Segment.id, Segment.name)
        .join(SegmentMember, SegmentMember.segment_id == Segment.id)
        .where(SegmentMember.customer_id == customer_id, Segment.active)
        .order_by(Segment.name)
    ).all()


def stats(connection: Connection, customer_id: int) -> AnyRow | None:
    return connection.execute(
        select(*CustomerStats.__table__.c).where(CustomerStats.customer_id == customer_id)
    ).first()


def price_group(connection: Connection, price_group_id: int) -> AnyRow | None:
    return connection.execute(
        select(PriceGroup.id, PriceGroup.name, PriceGroup.percent_off).where(
            PriceGroup.id == price_group_id, PriceGroup.active
        )
    ).first()


def coupon_uses(connection: Connection, customer_id: int) -> Sequence[AnyRow]:
    """Promotions this customer used, how often net of returns, and the invoice of the last use."""
    last = (
        select(CouponRedemption.sale_number)
        .where(
            CouponRedemption.customer_id == customer_id,
            CouponRedemption.promotion_id == CouponUse.promotion_id,
            CouponRedemption.kind == "use",
        )
        .order_by(CouponRedemption.used_at.desc(), CouponRedemption.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return connection.execute(
        select(CouponUse.promotion_id, CouponUse.code_id, CouponUse.use_count, last.label("last_invoice")).where(
            CouponUse.customer_id == customer_id, CouponUse.use_count > 0
        )
    ).all()


# --- Finding ------------------------------------------------------------------------------------------------------

_BEGINNINGS = {"sort_name", "search_text", "email", "phone", "phone_tail", "number"}


def ids_beginning(connection: Connection, column: str, beginning: str, most: int) -> list[int]:
    """Customers whose `column` begins with this, in its order."""
    if column not in _BEGINNINGS:
        raise ValueError(column)
    values: dict[str, object] = {"most": most}
    condition, order = words.beginning(connection, column, beginning, values)
    sql = f"SELECT id FROM customer WHERE {condition} ORDER BY {order} LIMIT :most"  # noqa: S608
    return [row.id for row in connection.execute(text(sql), values)]


def ids_named(connection: Connection, beginning: str, others: Sequence[str], most: int) -> list[int]:
    """Customers whose sort name begins with one word and has others that begin so. Read from the index alone."""
    values: dict[str, object] = {"most": most}
    condition, order = words.beginning(connection, "sort_name", beginning, values)
    for place, other in enumerate(others):
        values[f"other{place}"] = f"% {other}%"
        condition += f" AND sort_name LIKE :other{place}"
    sql = f"SELECT id FROM customer WHERE {condition} ORDER BY {order} LIMIT :most"  # noqa: S608
    return [row.id for row in connection.execute(text(sql), values)]


def ids_by_words(connection: Connection, question: Sequence[str], most: int) -> list[int]:
    """Customers whose search text holds every word (folded; one of them has two signs or more), in no order."""
    values: dict[str, object] = {"most": most}
    tables, condition = words.holding(connection, "customer", question, values)
    sql = f"SELECT customer.id FROM {tables} WHERE {condition} LIMIT :most"  # noqa: S608
    return [row.id for row in connection.execute(text(sql), values)]


def first_program(connection: Connection) -> int | None:
    found = select(LoyaltyProgram.id).where(LoyaltyProgram.active).order_by(LoyaltyProgram.id).limit(1)
    return connection.execute(found).scalar()


def _rows(program_id: int | None) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Customer.id,
            Customer.number,
            Customer.first_name,
            Customer.last_name,
            Customer.sort_name,
            Customer.search_text,
            Customer.phone,
            Customer.email,
            Customer.created_at,
            Customer.birth_date,
            Customer.email_consent_at.is_not(None).label("email_consent"),
            Customer.sms_consent_at.is_not(None).label("sms_consent"),
            LoyaltyTier.name.label("tier"),
            LoyaltyTier.position.label("tier_rank"),
            PointsAccount.balance.label("points"),
            CustomerStats.visits,
            CustomerStats.spend_minor,
            CustomerStats.last_visit_at,
        )
        .outerjoin(LoyaltyTier, LoyaltyTier.id == Customer.tier_id)
        .outerjoin(
            PointsAccount,
            and_(PointsAccount.customer_id == Customer.id, PointsAccount.program_id == (program_id or 0)),
        )
    )


def rows_by_ids(connection: Connection, ids: Iterable[int], program_id: int | None) -> Sequence[AnyRow]:
    found = _rows(program_id).outerjoin(CustomerStats, CustomerStats.customer_id == Customer.id)
    return connection.execute(found.where(Customer.id.in_(list(ids)), Customer.erased_at.is_(None))).all()


def page(
    connection: Connection,
    *,
    by: str,
    descending: bool,
    after: tuple[Any, int] | None,
    limit: int,
    program_id: int | None,
) -> list[tuple[AnyRow, Any]]:
    """Rows of the grid with the value they are sorted by; those who have none are left to `page_without`.

    The order is found in narrow rows first: not every column has an index, and joined rows are slow to sort.
    """
    sort = _SORTS[by]
    found = sort.of_the_living(select(sort.id.label("id"), sort.column.label("key")), program_id)
    if sort.some_without:
        found = found.where(sort.column.is_not(None))
    if after is not None:
        here = tuple_(sort.column, sort.id)
        there = tuple_(literal(after[0], sort.column.type), literal(after[1], BigInt))
        found = found.where(here < there if descending else here > there)
    order = (sort.column.desc(), sort.id.desc()) if descending else (sort.column, sort.id)
    keys = connection.execute(found.order_by(*order).limit(limit)).all()
    rows = {row.id: row for row in rows_by_ids(connection, [key.id for key in keys], program_id)}
    return [(rows[key.id], key.key) for key in keys if key.id in rows]


def page_without(
    connection: Connection, *, by: str, after: int | None, limit: int, program_id: int | None
) -> list[AnyRow]:
    """Those who have nothing to sort by (no purchase, no phone, ...), newest first: the tail of the list."""
    sort = _SORTS[by]
    found = select(Customer.id).where(Customer.erased_at.is_(None), sort.column.is_(None))
    if sort.beside is not None:
        found = found.outerjoin(sort.beside, sort.on(program_id))
    if after is not None:
        found = found.where(Customer.id < after)
    ids = list(connection.execute(found.order_by(Customer.id.desc()).limit(limit)).scalars())
    rows = {row.id: row for row in rows_by_ids(connection, ids, program_id)}
    return [rows[found_id] for found_id in ids if found_id in rows]


def some_without(by: str) -> bool:
    """Whether there may be customers without a value in this column."""
    return _SORTS[by].some_without


@dataclass(frozen=True)
class _Sort:
    """What the grid is sorted by, and the table beside the customers' where it stands."""

    column: Any
    beside: type[Base] | None = None
    some_without: bool = True

    @property
    def id(self) -> Any:
        """Out of the column's own table, so that one index gives the order."""
        return getattr(self.beside, "customer_id", Customer.id)

    def on(self, program_id: int | None) -> ColumnElement[bool]:
        if self.beside is LoyaltyTier:
            return LoyaltyTier.id == Customer.tier_id
        return and_(self.id == Customer.id, self._narrowed(program_id))

    def _narrowed(self, program_id: int | None) -> ColumnElement[bool]:
        return PointsAccount.program_id == (program_id or 0) if self.beside is PointsAccount else true()

    def of_the_living(self, found: Any, program_id: int | None) -> Any:
        """Without those erased. They are few: asked for one by one, so that a narrow table is read in its own order."""
        if self.id is Customer.id:
            found = found.where(Customer.erased_at.is_(None))
            return found if self.beside is None else found.join_from(Customer, self.beside, self.on(program_id))
        erased = exists().where(Customer.id == self.id, Customer.erased_at.is_not(None))
        return found.where(self._narrowed(program_id), ~erased)


_SORTS: dict[str, _Sort] = {
    "name": _Sort(Customer.sort_name, some_without=False),
    "phone": _Sort(Customer.phone),
    "email": _Sort(Customer.email),
    "born": _Sort(Customer.birth_date),
    "tier": _Sort(LoyaltyTier.position, LoyaltyTier),
    "points": _Sort(PointsAccount.balance, PointsAccount),
    "visits": _Sort(CustomerStats.visits, CustomerStats),
    "spend": _Sort(CustomerStats.spend_minor, CustomerStats),
    "last_visit": _Sort(CustomerStats.last_visit_at, CustomerStats),
    "created": _Sort(Customer.created_at, some_without=False),
}


def how_many(connection: Connection) -> int:
    """Customers not erased."""
    return connection.execute(select(func.count()).where(Customer.erased_at.is_(None))).scalar_one()


# --- Keeping ------------------------------------------------------------------------------------------------------


def next_id(connection: Connection) -> int:
    """The id the next customer will have; the caller inserts with it in this transaction."""
    if connection.dialect.name == "sqlite":  # one writer at a time: nobody can be quicker
        return int(connection.execute(select(func.coalesce(func.max(Customer.id), 0) + 1)).scalar_one())
    sql = "SELECT nextval(pg_get_serial_sequence('customer', 'id'))"
    return int(connection.execute(text(sql)).scalar_one())


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(Customer).values(**values))


def change(connection: Connection, customer_id: int, values: dict[str, Any]) -> bool:
    """False when the customer is gone or was erased."""
    changed = update(Customer).where(Customer.id == customer_id, Customer.erased_at.is_(None))
    return connection.execute(changed.values(**values)).rowcount == 1


def record_event(
    connection: Connection, customer_id: int, kind: str, words: str, *, staff_id: int | None, at: datetime
) -> None:
    connection.execute(
        insert(CustomerEvent).values(customer_id=customer_id, kind=kind, text=words, staff_id=staff_id, at=at)
    )


def hold(connection: Connection, customer_id: int) -> None:
    """Nobody else changes this customer until the transaction ends; on SQLite a writer is alone anyway."""
    connection.execute(select(Customer.id).where(Customer.id == customer_id).with_for_update())


def set_tag(connection: Connection, customer_id: int, key: str, value: str) -> None:
    drop_tag(connection, customer_id, key)
    connection.execute(insert(CustomerTag).values(customer_id=customer_id, key=key, value=value))


def drop_tag(connection: Connection, customer_id: int, key: str) -> bool:
    gone = delete(CustomerTag).where(CustomerTag.customer_id == customer_id, CustomerTag.key == key)
    return connection.execute(gone).rowcount == 1


def all_groups(connection: Connection) -> Sequence[AnyRow]:
    return connection.execute(select(CustomerGroup.id, CustomerGroup.name).order_by(CustomerGroup.name)).all()


def set_groups(connection: Connection, customer_id: int, group_ids: Sequence[int]) -> None:
    connection.execute(delete(CustomerGroupMember).where(CustomerGroupMember.customer_id == customer_id))
    if group_ids:
        rows = [{"group_id": group_id, "customer_id": customer_id} for group_id in group_ids]
        connection.execute(insert(CustomerGroupMember), rows)


def leave_everything(connection: Connection, customer_id: int, at: datetime) -> None:
    """Out of tags, groups and segments, the segments' history and counts kept true."""
    connection.execute(delete(CustomerTag).where(CustomerTag.customer_id == customer_id))
    connection.execute(delete(CustomerGroupMember).where(CustomerGroupMember.customer_id == customer_id))
    gone = delete(SegmentMember).where(SegmentMember.customer_id == customer_id)
    left = list(connection.execute(gone.returning(SegmentMember.segment_id)).scalars())
    if not left:
        return
    events = [
        {"segment_id": segment, "customer_id": customer_id, "event": "left", "cause": "manual", "note": "", "at": at}
        for segment in left
    ]
    connection.execute(insert(SegmentEvent), events)
    fewer = update(Segment).where(Segment.id.in_(left))
    connection.execute(fewer.values(member_count=Segment.member_count - 1))
