"""A shift in figures: what an X reading shows while it is open, and its Z report once it is closed.

Everything is summed up from facts that never change, so the report of a closed shift reads the same for ever.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.errors import NotFound
from app.journal.signing import CLOSING_KIND, SIGNATURE_KIND, Anchor, anchor_from
from app.money import Money
from db.queries import checkout_reads as reads
from db.queries import checkout_shift as queries
from db.queries import journal, no_receipt
from db.uow import UnitOfWork

# What a manager looks for first: each is in the journal with who did it.
WATCHED = ("void", "no_sale", "reprint", "reading")


@dataclass(frozen=True, slots=True)
class Counted:
    how_many: int
    amount: Money


@dataclass(frozen=True, slots=True)
class TaxFigure:
    name: str
    percent: Decimal
    base: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class ShiftReport:
    """Amounts of returns, refunds and pay-outs are below zero. Of an open shift, what closing tells is None."""

    session_id: int
    number: int  # of the register's shifts, from 1, without gaps: the Z number
    register_id: int
    register_name: str
    register_code: str
    outlet_name: str
    outlet_address: str
    receipt_header: str
    business_date: date
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str
    first_receipt: str  # "" when nothing was sold
    last_receipt: str
    sales: Counted
    exchanges: Counted
    returns: Counted
    without_receipt: Counted  # of the returns: those that name no sale
    discounts: Money
    cards_sold: Money  # owed to their holders: in the total, but no revenue
    rounding: Money
    total: Money
    taxes: tuple[TaxFigure, ...]
    tenders: tuple[tuple[str, Counted], ...]  # by kind, what went back taken off
    opening_float: Money
    cash: tuple[tuple[str, Counted], ...]  # by kind: sale, refund, pay_in, pay_out, drop
    expected: Money  # what should lie in the drawer
    counted: Money | None
    held: int | None  # held sales that were carried over
    noted: tuple[tuple[str, int], ...]  # by kind of WATCHED
    voided: Money
    sold_so_far: Money  # at this register since its first sale
    returned_so_far: Money
    journal_hash: str  # of the entry that closed it
    anchor: Anchor | None = None  # its signature; None where the register did not sign yet

    @property
    def difference(self) -> Money | None:
        """Counted less expected: below zero is short."""
        return None if self.counted is None else self.counted - self.expected


_CASH_ORDER = ("sale", "refund", "pay_in", "pay_out", "drop")
_TENDER_ORDER = ("cash", "card", "gift_card", "voucher", "store_credit", "points")


def read_shift(uow: UnitOfWork, session_id: int) -> ShiftReport:
    """Raises NotFound."""
    connection = uow.connection
    head = queries.head(connection, session_id)
    shop = reads.shop_row(connection)
    if head is None or shop is None:
        raise NotFound("There is no such shift in this shop.")

    def money(minor: int) -> Money:
        return Money(int(minor), shop.currency)

    documents = {row.kind: row for row in queries.documents(connection, session_id)}
    numbers = [number for row in documents.values() for number in (row.first, row.last)]
    tenders, cash = queries.tenders(connection, session_id), queries.cash_moved(connection, session_id)
    last = queries.last_number(connection, head.register_id, session_id)
    sold, back = (0, 0) if last is None else queries.turnover(connection, head.register_id, last)
    unknown = no_receipt.of_session(connection, session_id)
    opening = queries.mark(connection, head.register_id, "open", head.opened_at)
    closing = queries.mark(connection, head.register_id, CLOSING_KIND, head.closed_at) if head.closed_at else None
    noted = _noted(uow, head.register_id, opening, closing)

    def counted(kind: str) -> Counted:
        row = documents.get(kind)
        return Counted(0, money(0)) if row is None else Counted(row.how_many, money(row.total))

    def receipt(number: int) -> str:
        return f"{head.register_code}-{number:06d}"

    def summed(name: str) -> Money:
        return money(sum(getattr(row, name) for row in documents.values()))

    return ShiftReport(
        session_id=session_id,
        number=queries.number(connection, head.register_id, session_id),
        register_id=head.register_id,
        register_name=head.register_name,
        register_code=head.register_code,
        outlet_name=head.outlet_name,
        outlet_address=head.outlet_address,
        receipt_header=head.receipt_header,
        business_date=head.business_date,
        opened_at=head.opened_at,
        opened_by=head.opened_by_name,
        closed_at=head.closed_at,
        closed_by=head.closed_by_name or "",
        first_receipt=receipt(min(numbers)) if numbers else "",
        last_receipt=receipt(max(numbers)) if numbers else "",
        sales=counted("sale"),
        exchanges=counted("exchange"),
        returns=counted("return"),
        without_receipt=Counted(unknown[0], money(unknown[1])),
        discounts=summed("discount"),
        cards_sold=summed("liability"),
        rounding=summed("rounding"),
        total=summed("total"),
        taxes=tuple(
            TaxFigure(row[0], row[1], money(row[2]), money(row[3])) for row in queries.taxes(connection, session_id)
        ),
        tenders=tuple(
            (kind, Counted(tenders[kind][0], money(tenders[kind][1]))) for kind in _TENDER_ORDER if kind in tenders
        ),
        opening_float=money(head.opening_float_minor),
        cash=tuple((kind, Counted(cash[kind][0], money(cash[kind][1]))) for kind in _CASH_ORDER if kind in cash),
        expected=money(sum(amount for _, amount in cash.values())),
        counted=None if head.counted_minor is None else money(head.counted_minor),
        held=None if closing is None else int(json.loads(closing[2]).get("held", 0)),
        noted=tuple((kind, len(noted[kind])) for kind in WATCHED if noted[kind]),
        voided=money(sum(int(body.get("total", 0)) for body in noted["void"])),
        sold_so_far=money(sold),
        returned_so_far=money(back),
        journal_hash="" if closing is None else closing[1],
        anchor=None if closing is None else _anchor(uow, head.register_code, head.register_id, closing[0]),
    )


def _anchor(uow: UnitOfWork, code: str, register_id: int, closed: int) -> Anchor | None:
    signed = journal.body_at(uow.connection, register_id, closed + 1, SIGNATURE_KIND)
    return None if signed is None else anchor_from(code, register_id, signed)


def _noted(
    uow: UnitOfWork, register_id: int, opening: tuple[int, str, str] | None, closing: tuple[int, str, str] | None
) -> dict[str, list[dict[str, Any]]]:
    """What the journal holds of the watched kinds between opening and closing, by its own order: clocks move."""
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in WATCHED}
    if opening is None:
        return found
    upto = None if closing is None else closing[0]
    for kind, body in queries.noted(uow.connection, register_id, opening[0], upto, WATCHED):
        found[kind].append(json.loads(body))
    return found
