"""Customers by the thousand: found by what they are known by, added, changed and written out in few statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    tuple_,
    update,
)

from db.models import Customer, CustomerEvent, CustomerStats, CustomerTag, LoyaltyTier, PointsAccount

AnyRow = Row[*tuple[Any, ...]]
# Values bound in one statement; both databases take far more, but the statement cache keeps only a few shapes.
CHUNK = 500
_CONTACTS_LOCK = 0x637573746F6D  # "custom": held while somebody's phone or e-mail address becomes theirs

# What a list may change of somebody who is there; every row of a batch holds all of them.
CHANGED = (
    "first_name", "last_name", "sort_name", "search_text", "email", "phone", "phone_tail", "birth_date", "birth_month",
    "address", "notes", "email_consent_at", "sms_consent_at", "post_consent_at", "updated_at",
)  # fmt: skip


def wait_for_contacts(connection: Connection) -> None:
    """Nobody else gives out a phone number or e-mail address until the transaction ends.

    Both may stand empty or, from before, twice: no unique index can hold them. On SQLite a writer is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CONTACTS_LOCK})


def known(
    connection: Connection, numbers: Iterable[str], phones: Iterable[str], emails: Iterable[str], *, lock: bool = False
) -> dict[int, AnyRow]:
    """Customers with one of these numbers, phones or e-mail addresses, by id; erased ones have none."""
    found: dict[int, AnyRow] = {}
    for column, wanted in ((Customer.number, numbers), (Customer.phone, phones), (Customer.email, emails)):
        values = sorted(set(wanted))
        for start in range(0, len(values), CHUNK):
            some = select(*_KNOWN).where(column.in_(values[start : start + CHUNK]), Customer.erased_at.is_(None))
            some = some.order_by(Customer.id)
            found |= {row.id: row for row in connection.execute(some.with_for_update() if lock else some)}
    return found


_KNOWN = tuple(column for column in Customer.__table__.c if column.name != "photo_png")


def tags_of(connection: Connection, customer_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """KEY = VALUE by customer."""
    found: dict[int, dict[str, str]] = {}
    for start in range(0, len(customer_ids), CHUNK):
        some = (
            select(CustomerTag.customer_id, CustomerTag.key, CustomerTag.value)
            .where(CustomerTag.customer_id.in_(customer_ids[start : start + CHUNK]))
            .order_by(CustomerTag.customer_id, CustomerTag.key)
        )
        for row in connection.execute(some):
            found.setdefault(row.customer_id, {})[row.key] = row.value
    return found


def new_ids(connection: Connection, count: int) -> list[int]:
    """Ids for that many customers who are added in this transaction."""
    if connection.dialect.name == "sqlite":  # one writer at a time: nobody can be quicker
        last = int(connection.execute(select(func.coalesce(func.max(Customer.id), 0))).scalar_one())
        return list(range(last + 1, last + 1 + count))
    sql = "SELECT nextval(pg_get_serial_sequence('customer', 'id')) FROM generate_series(1, :count)"
    return [int(found) for found in connection.execute(text(sql), {"count": count}).scalars()]


def add_many(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(Customer), list(map(dict, rows)))


def change_many(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Each row holds the `p_id` and every column of CHANGED."""
    if not rows:
        return
    values: dict[str, BindParameter[Any]] = {name: bindparam(name) for name in CHANGED}
    connection.execute(update(Customer.__table__).where(_KNOWN[0] == bindparam("p_id")).values(values), list(rows))  # type: ignore[arg-type]


def record_events(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(CustomerEvent), list(map(dict, rows)))


def set_tags(connection: Connection, rows: Sequence[tuple[int, str, str]]) -> None:
    """(customer, key, value); a key that somebody has gets the new value."""
    for start in range(0, len(rows), CHUNK):
        some = rows[start : start + CHUNK]
        had = tuple_(CustomerTag.customer_id, CustomerTag.key).in_([(row[0], row[1]) for row in some])
        connection.execute(delete(CustomerTag).where(had))
        connection.execute(
            insert(CustomerTag), [{"customer_id": row[0], "key": row[1], "value": row[2]} for row in some]
        )


def export_page(connection: Connection, *, after_id: int, limit: int, program_id: int | None) -> Sequence[AnyRow]:
    """Customers by id with their tier, points and figures; erased ones left out."""
    found = (
        select(
            *_KNOWN,
            LoyaltyTier.name.label("tier"),
            func.coalesce(PointsAccount.balance, 0).label("points"),
            CustomerStats.visits,
            CustomerStats.spend_minor,
            CustomerStats.first_visit_at,
            CustomerStats.last_visit_at,
        )
        .outerjoin(LoyaltyTier, LoyaltyTier.id == Customer.tier_id)
        .outerjoin(
            PointsAccount,
            and_(PointsAccount.customer_id == Customer.id, PointsAccount.program_id == (program_id or 0)),
        )
        .outerjoin(CustomerStats, CustomerStats.customer_id == Customer.id)
        .where(Customer.id > after_id, Customer.erased_at.is_(None))
        .order_by(Customer.id)
        .limit(limit)
    )
    return connection.execute(found).all()
