"""Stored sales in SQL: one document with all its parts, numbers, and what came back of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Connection, Table, and_, func, select, text

from db.models.customer import Customer
from db.models.promotion import PromotionVersion
from db.models.sale import Sale, SaleLine, SaleShare, SaleTax, SaleTender, SaleTrail
from db.models.shop import Outlet, Register
from db.models.staff import Staff
from db.models.value import ValueAccount, ValueEntry

sale = cast(Table, Sale.__table__)
line = cast(Table, SaleLine.__table__)
trail = cast(Table, SaleTrail.__table__)
share = cast(Table, SaleShare.__table__)
tax = cast(Table, SaleTax.__table__)
tender = cast(Table, SaleTender.__table__)
register = cast(Table, Register.__table__)
outlet = cast(Table, Outlet.__table__)
staff = cast(Table, Staff.__table__)
customer = cast(Table, Customer.__table__)
account = cast(Table, ValueAccount.__table__)
entry = cast(Table, ValueEntry.__table__)
promotion_version = cast(Table, PromotionVersion.__table__)

_approver = staff.alias("approver")
_original = sale.alias("original")


def head(connection: Connection, sale_id: int) -> Any:
    """The sale with the names around it, None when unknown."""
    return connection.execute(
        select(
            sale,
            register.c.name.label("register_name"),
            outlet.c.name.label("outlet_name"),
            outlet.c.address.label("outlet_address"),
            outlet.c.receipt_header,
            outlet.c.receipt_footer,
            staff.c.name.label("cashier"),
            _approver.c.name.label("approver"),
            _original.c.number_text.label("original_number"),
            customer.c.number.label("customer_number"),
            customer.c.first_name,
            customer.c.last_name,
        )
        .select_from(
            sale.join(register, register.c.id == sale.c.register_id)
            .join(outlet, outlet.c.id == sale.c.outlet_id)
            .join(staff, staff.c.id == sale.c.cashier_id)
            .outerjoin(_approver, _approver.c.id == sale.c.approver_id)
            .outerjoin(_original, _original.c.id == sale.c.original_sale_id)
            .outerjoin(customer, customer.c.id == sale.c.customer_id)
        )
        .where(sale.c.id == sale_id)
    ).first()


def lines(connection: Connection, sale_id: int) -> list[Any]:
    return list(connection.execute(select(line).where(line.c.sale_id == sale_id).order_by(line.c.position)))


def returned_milli(connection: Connection, line_ids: Sequence[int]) -> dict[int, int]:
    """Per sold line, how many thousandths came back so far (positive)."""
    if not line_ids:
        return {}
    rows = connection.execute(
        select(line.c.returns_line_id, func.sum(line.c.quantity_milli))
        .where(line.c.returns_line_id.in_(line_ids))
        .group_by(line.c.returns_line_id)
    )
    return {row[0]: -int(row[1]) for row in rows}


def trail_of(connection: Connection, sale_id: int) -> list[Any]:
    return list(
        connection.execute(
            select(trail, _approver.c.name.label("approver"))
            .select_from(trail.outerjoin(_approver, _approver.c.id == trail.c.approver_id))
            .where(trail.c.sale_id == sale_id)
            .order_by(trail.c.position)
        )
    )


def shares(connection: Connection, sale_id: int) -> list[tuple[int, int, int]]:
    """(line id, trail id, minor) in order of line and trail."""
    rows = connection.execute(
        select(share.c.sale_line_id, share.c.trail_id, share.c.amount_minor)
        .join(line, line.c.id == share.c.sale_line_id)
        .where(line.c.sale_id == sale_id)
        .order_by(share.c.sale_line_id, share.c.trail_id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def taxes(connection: Connection, sale_id: int) -> list[Any]:
    return list(connection.execute(select(tax).where(tax.c.sale_id == sale_id).order_by(tax.c.position)))


def tenders(connection: Connection, sale_id: int) -> list[Any]:
    return list(connection.execute(select(tender).where(tender.c.sale_id == sale_id).order_by(tender.c.position)))


_FAMILY = """
WITH RECURSIVE line (id, parent, depth) AS (
    SELECT id, original_sale_id, 0 FROM sale WHERE id = :sale
    UNION ALL SELECT sale.id, sale.original_sale_id, line.depth + 1 FROM sale JOIN line ON sale.id = line.parent
), members (id) AS (
    SELECT id FROM line WHERE parent IS NULL
    UNION ALL SELECT sale.id FROM sale JOIN members ON sale.original_sale_id = members.id
)
SELECT members.id, line.depth FROM members LEFT JOIN line ON line.id = members.id ORDER BY line.depth, members.id
"""


def family(connection: Connection, sale_id: int) -> tuple[list[int], list[int]]:
    """(the sale, the one its goods were exchanged for, … back to the first; every document that hangs on the first)."""
    rows = connection.execute(text(_FAMILY), {"sale": sale_id}).all()
    return [row[0] for row in rows if row[1] is not None], [row[0] for row in rows]


def tenders_of(connection: Connection, sale_ids: Sequence[int]) -> list[Any]:
    """Tenders of several documents in the order they were taken."""
    return list(
        connection.execute(
            select(tender).where(tender.c.sale_id.in_(sale_ids)).order_by(tender.c.sale_id, tender.c.position)
        )
    )


def sold_cards(connection: Connection, sale_id: int) -> list[Any]:
    """Cards that the sale issued or reloaded, with what it put on them."""
    return list(
        connection.execute(
            select(
                account.c.id, account.c.kind, account.c.voucher_type, account.c.last_four, account.c.balance_minor,
                account.c.held_minor, account.c.expires_on, account.c.code_cipher, account.c.status,
                entry.c.amount_minor, entry.c.kind.label("entry_kind"), entry.c.sale_line_id,
            )
            .join(entry, entry.c.account_id == account.c.id)
            .where(entry.c.sale_id == sale_id, entry.c.kind.in_(("issue", "reload")))
            .order_by(entry.c.id)
        )
    )  # fmt: skip


def later_documents(connection: Connection, sale_id: int) -> list[Any]:
    """(id, number) of returns and exchanges that point at the sale."""
    return list(
        connection.execute(
            select(sale.c.id, sale.c.number_text).where(sale.c.original_sale_id == sale_id).order_by(sale.c.id)
        )
    )


def withheld_so_far(connection: Connection, sale_id: int) -> int:
    """What the threshold policy took off earlier refunds of the sale, less what it gave back."""
    found = connection.execute(
        select(func.coalesce(func.sum(trail.c.amount_minor), 0))
        .join(sale, sale.c.id == trail.c.sale_id)
        .where(sale.c.original_sale_id == sale_id, trail.c.reason == "withheld")
    ).scalar_one()
    return -int(found)


def id_by_number(connection: Connection, number_text: str) -> int | None:
    return connection.execute(select(sale.c.id).where(sale.c.number_text == number_text)).scalar()


def id_by_request(connection: Connection, request_id: Any) -> int | None:
    return connection.execute(select(sale.c.id).where(sale.c.request_id == request_id)).scalar()


def last_id(connection: Connection, register_id: int) -> int | None:
    return connection.execute(
        select(sale.c.id).where(sale.c.register_id == register_id).order_by(sale.c.number.desc()).limit(1)
    ).scalar()


def definition(connection: Connection, promotion_id: int, version: int) -> dict[str, Any] | None:
    """The promotion as it stood in that version."""
    return connection.execute(
        select(promotion_version.c.definition).where(
            and_(promotion_version.c.promotion_id == promotion_id, promotion_version.c.version == version)
        )
    ).scalar()


def lock_sale(connection: Connection, sale_id: int) -> None:
    """Let one return of a sale, or of what was exchanged for it, in at a time: pass the first of its family.

    SQLite's writer is alone already; rows of facts cannot be locked by a role that may not change them, so the server
    gets an advisory lock that ends with the transaction.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", ((7301 << 40) + sale_id,))
