"""Customers out of the database's rows: whole for the form, in a line for the grid, in short for the till."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.customers import model
from app.customers.model import Customer, CustomerRow, CustomerUnknown, Group, SortBy, Tag, TillCustomer
from app.customers.search import find_ids
from app.money import Money
from app.paging import Cursor, Page
from db.queries import customers as queries
from db.uow import UnitOfWork


def read_customer(uow: UnitOfWork, customer_id: int) -> Customer:
    """Erased ones too. Raises CustomerUnknown."""
    row = queries.by_id(uow.connection, customer_id)
    if row is None:
        raise CustomerUnknown
    return Customer(
        id=row.id,
        number=row.number,
        first_name=row.first_name,
        last_name=row.last_name,
        phone=row.phone or "",
        email=row.email or "",
        birth_date=row.birth_date,
        address=row.address,
        notes=row.notes,
        tier=row.tier or "",
        price_group_id=row.price_group_id,
        price_group=row.price_group or "",
        accrues_points=bool(row.accrues_points),
        email_consent_at=row.email_consent_at,
        sms_consent_at=row.sms_consent_at,
        post_consent_at=row.post_consent_at,
        consent_source=row.consent_source,
        home_outlet_id=row.home_outlet_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        erased_at=row.erased_at,
        tags=tuple(Tag(tag.key, tag.value) for tag in queries.tags(uow.connection, row.id)),
        groups=tuple(Group(group.id, group.name) for group in queries.groups(uow.connection, row.id)),
        segments=tuple(Group(found.id, found.name) for found in queries.segments(uow.connection, row.id)),
    )


def find_rows(uow: UnitOfWork, question: str, limit: int) -> tuple[CustomerRow, ...]:
    """The hits of a search, surest first."""
    shop = queries.shop(uow.connection)
    ids = find_ids(uow.connection, question, shop.country, limit)
    if not ids:
        return ()
    rows = queries.rows_by_ids(uow.connection, ids, queries.first_program(uow.connection))
    by_id = {row.id: row for row in rows}
    return tuple(_grid_row(by_id[found], shop.currency) for found in ids if found in by_id)


def at_till(row: CustomerRow, *, whole: bool) -> TillCustomer:
    """`whole`: the contact as it stands; otherwise as much of it as tells two of one name apart."""
    contact = row.phone or row.email
    if contact and not whole:
        contact = f"… {row.phone[-4:]}" if row.phone else f"{row.email[:2]}…"
    return TillCustomer(row.id, row.name, contact or row.number, row.tier)


def read_page(uow: UnitOfWork, sort: SortBy, descending: bool, after: Cursor | None, limit: int) -> Page[CustomerRow]:
    """Those who have what is sorted by, then the others (no purchase, no phone, ...) with the newest first."""
    rows, cursor = _rows(uow, sort, descending, after, limit)
    currency = queries.shop(uow.connection).currency
    return Page(tuple(_grid_row(row, currency) for row in rows), cursor)


_HAVING, _WITHOUT = "having", "without"


def _rows(
    uow: UnitOfWork, sort: SortBy, descending: bool, after: Cursor | None, limit: int
) -> tuple[Sequence[Any], Cursor | None]:
    program = queries.first_program(uow.connection)
    keyed: list[tuple[Any, Any]] = []
    in_rest = after is not None and after[0] == _WITHOUT
    if not in_rest:
        key = (after[1], after[2]) if after is not None else None
        keyed = queries.page(
            uow.connection, by=sort.value, descending=descending, after=key, limit=limit + 1, program_id=program
        )
    rows = [row for row, _key in keyed[:limit]]
    if len(keyed) > limit:
        return rows, (_HAVING, keyed[limit - 1][1], rows[-1].id)
    if not queries.some_without(sort.value):
        return rows, None
    start = after[2] if in_rest and after is not None else None
    wanted = limit - len(rows)
    rest = queries.page_without(uow.connection, by=sort.value, after=start, limit=wanted + 1, program_id=program)
    rows += rest[:wanted]
    if len(rest) <= wanted:
        return rows, None
    return rows, (_WITHOUT, None, rows[-1].id if rest[:wanted] else 2**62)


def _grid_row(row: Any, currency: str) -> CustomerRow:
    return CustomerRow(
        id=row.id,
        number=row.number,
        name=model.full_name(row.first_name, row.last_name),
        phone=row.phone or "",
        email=row.email or "",
        tier=row.tier or "",
        points=row.points or 0,
        visits=row.visits or 0,
        spend=Money(row.spend_minor or 0, currency),
        last_visit_at=row.last_visit_at,
        created_at=row.created_at,
        birth_date=row.birth_date,
        email_consent=bool(row.email_consent),
        sms_consent=bool(row.sms_consent),
        tier_rank=row.tier_rank,
    )
