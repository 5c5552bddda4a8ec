"""Points that a sale earns, spends, claws back and gives back, in SQL. Lots: oldest spent first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import cast

from sqlalchemy import Connection, Table, bindparam, case, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.models.loyalty import LoyaltyProgram, PointsAccount, PointsEntry, PointsLot
from db.queries.sales_batch import Batch, Row
from db.types import BigInt

account = cast(Table, PointsAccount.__table__)
lot = cast(Table, PointsLot.__table__)
entry = cast(Table, PointsEntry.__table__)
program = cast(Table, LoyaltyProgram.__table__)

LOT = "id, customer_id, program_id, earned, remaining, earned_at, expires_on, sale_id"
ENTRY = "customer_id, program_id, kind, points, balance_after, sale_id, reason, staff_id, request_id, recorded_at"


def change(connection: Connection, customer_id: int, program_id: int, points: int, earned: int) -> int:
    """Add `points` to the balance and `earned` to the lifetime figure; the new balance. Below zero it is owed."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    new = account.c.balance + points
    lifetime = account.c.earned_total + earned
    statement = (
        dialect.insert(account)
        .values(
            customer_id=customer_id, program_id=program_id, balance=points, earned_total=max(0, earned),
            owes=points < 0,
        )
        .on_conflict_do_update(
            index_elements=[account.c.customer_id, account.c.program_id],
            set_={
                "balance": new,
                "earned_total": case((lifetime < 0, 0), else_=lifetime),
                "owes": new < 0,
            },
        )
        .returning(account.c.balance)
    )  # fmt: skip
    return int(connection.execute(statement).scalar_one())


def queue_earn(batch: Batch, customer_id: int, program_id: int, points: int, *, before: int, guard: object) -> None:
    """Add earned points to an account whose balance is `before`; the guard fails when it moved meanwhile."""
    batch.write(
        "INSERT INTO points_account (customer_id, program_id, balance, earned_total, owes) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (customer_id, program_id) DO UPDATE SET balance = points_account.balance + excluded.balance, "
        "earned_total = points_account.earned_total + excluded.earned_total, "
        "owes = (points_account.balance + excluded.balance < 0) WHERE points_account.balance = ?",
        customer_id, program_id, points, points, False, before, guard=guard,
    )  # fmt: skip


_TAKE = (
    update(account)
    .where(
        account.c.customer_id == bindparam("p_customer", type_=BigInt),
        account.c.program_id == bindparam("p_program", type_=BigInt),
        account.c.balance >= bindparam("p_points", type_=BigInt) + bindparam("p_lapsed", type_=BigInt),
    )
    .values(balance=account.c.balance - bindparam("p_points", type_=BigInt))
    .returning(account.c.balance)
)


def take(connection: Connection, customer_id: int, program_id: int, points: int, *, lapsed: int = 0) -> int | None:
    """Spend points unless there are fewer besides the `lapsed`; the new balance, None when refused."""
    values = {"p_customer": customer_id, "p_program": program_id, "p_points": points, "p_lapsed": lapsed}
    found = connection.execute(_TAKE, values).first()
    return None if found is None else int(found[0])


def balance(connection: Connection, customer_id: int, program_id: int) -> int:
    found = connection.execute(
        select(account.c.balance).where(account.c.customer_id == customer_id, account.c.program_id == program_id)
    ).scalar()
    return int(found or 0)


def lapsed(connection: Connection, customer_id: int, program_id: int, today: date) -> int:
    """Points past their day that the nightly run has not taken yet: they pay nothing any more (T15)."""
    found = connection.execute(
        select(func.coalesce(func.sum(lot.c.remaining), 0)).where(
            lot.c.customer_id == customer_id, lot.c.program_id == program_id, lot.c.remaining > 0,
            lot.c.expires_on < today,
        )
    ).scalar_one()  # fmt: skip
    return int(found)


def spend_lots(
    connection: Connection, customer_id: int, program_id: int, points: int, *, first_sale_id: int | None = None,
    today: date | None = None,
) -> int:  # fmt: skip
    """Take `points` from open lots, those of `first_sale_id` first, then the oldest; how many were left to take.

    With `today`, lots past their day come last.
    """
    first = case((lot.c.sale_id == first_sale_id, literal(0)), else_=literal(1))
    if today is not None:
        first = case((lot.c.expires_on < today, literal(2)), else_=first)
    rows = connection.execute(
        select(lot.c.id, lot.c.remaining)
        .where(lot.c.customer_id == customer_id, lot.c.program_id == program_id, lot.c.remaining > 0)
        .order_by(first, lot.c.earned_at, lot.c.id)
    ).all()
    taken = 0
    for lot_id, remaining in rows:
        if taken == points:
            break
        part = min(remaining, points - taken)
        connection.execute(update(lot).where(lot.c.id == lot_id).values(remaining=lot.c.remaining - part))
        taken += part
    return taken


def add_lot(
    connection: Connection, customer_id: int, program_id: int, *, points: int, remaining: int, at: datetime,
    expires_on: date | None, sale_id: int | None,
) -> None:  # fmt: skip
    connection.execute(
        insert(lot).values(
            customer_id=customer_id, program_id=program_id, earned=points, remaining=remaining, earned_at=at,
            expires_on=expires_on, sale_id=sale_id,
        )
    )  # fmt: skip


def queue_lots(batch: Batch, rows: list[Row]) -> None:
    batch.insert("points_lot", LOT, rows)


def queue_entries(batch: Batch, rows: list[Row]) -> None:
    batch.insert("points_entry", ENTRY, rows)


def of_sales(connection: Connection, sale_ids: Sequence[int], kind: str) -> dict[tuple[int, int], int]:
    """Points of one kind that these sales booked, by (customer, programme), the latest first: an exchange's own
    before those of the sale it came from."""
    rows = connection.execute(
        select(entry.c.customer_id, entry.c.program_id, func.sum(entry.c.points))
        .where(entry.c.sale_id.in_(sale_ids), entry.c.kind == kind)
        .group_by(entry.c.customer_id, entry.c.program_id)
        .order_by(func.max(entry.c.id).desc())
    )
    return {(row[0], row[1]): int(row[2]) for row in rows}


def of_returns(connection: Connection, sale_id: int, kind: str) -> dict[tuple[int, int], int]:
    """Points of one kind that the returns of a sale booked so far, by (customer, programme)."""
    from db.models.sale import Sale

    sale = cast(Table, Sale.__table__)
    returns = select(sale.c.id).where(sale.c.original_sale_id == sale_id)
    rows = connection.execute(
        select(entry.c.customer_id, entry.c.program_id, func.sum(entry.c.points))
        .where(entry.c.sale_id.in_(returns), entry.c.kind == kind)
        .group_by(entry.c.customer_id, entry.c.program_id)
    )
    return {(row[0], row[1]): int(row[2]) for row in rows}


def program_row(connection: Connection, program_id: int) -> Row | None:
    """(id, points per step, step, full steps only, basis, on gift cards, value of a point, expiry days), whether or
    not the programme still runs."""
    row = connection.execute(
        select(
            program.c.id, program.c.points_per_step, program.c.step_minor, program.c.full_steps_only,
            program.c.earn_basis, program.c.earn_on_gift_cards, program.c.point_value_minor, program.c.expiry_days,
        ).where(program.c.id == program_id)
    ).first()  # fmt: skip
    return None if row is None else tuple(row)
