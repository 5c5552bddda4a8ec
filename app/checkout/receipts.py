"""A stored sale as it was: for the receipt, the invoice screen, the reprint and the return."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.checkout.errors import SaleUnknown
from app.codes import mask
from app.money import Money
from app.permissions import Permission
from app.staff.model import Actor, require
from db.queries import checkout_reads as reads
from db.queries import sales_read as queries
from db.uow import Database, UnitOfWork


@dataclass(frozen=True, slots=True)
class SaleSharePart:
    """A trail entry's share of a line; positive where it was a saving."""

    trail_position: int
    name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class SaleLineView:
    line_id: int
    position: int
    kind: str
    product_id: int | None
    sku: str
    name: str
    quantity_milli: int
    list_price: Money
    unit_price: Money
    price_source: str
    gross: Money
    discount: Money
    net: Money
    tax: Money
    tax_percent: Decimal
    tax_class_id: int | None
    category_id: int | None
    cost_minor: int | None
    shares: tuple[SaleSharePart, ...]
    value_account_id: int | None
    returns_line_id: int | None
    returned_milli: int  # of this line, come back so far
    reason: str = ""
    tax_parts: tuple[tuple[str, Decimal, int], ...] = ()  # (rate, percent, minor) where it cannot be told otherwise


@dataclass(frozen=True, slots=True)
class SaleTrailView:
    position: int
    kind: str  # promotion, manual, price
    name: str
    code_shown: str
    outcome: str  # applied, skipped, refused
    sentence: str
    amount: Money
    promotion_id: int | None
    promotion_version: int | None
    code_id: int | None
    approver: str = ""


@dataclass(frozen=True, slots=True)
class SaleTaxView:
    name: str
    percent: Decimal
    base: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class SaleTenderView:
    position: int
    kind: str
    amount: Money
    tendered: Money
    shown: str
    balance_after: Money | None
    reference: str
    value_account_id: int | None = None


@dataclass(frozen=True, slots=True)
class SoldCardView:
    """A card this sale issued or reloaded."""

    account_id: int
    kind: str
    voucher_type: str
    shown: str
    amount: Money
    balance: Money
    expires_on: date | None
    code_cipher: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SaleView:
    sale_id: int
    kind: str
    number_text: str  # also the receipt's barcode
    original_number: str
    register_name: str
    outlet_id: int
    outlet_name: str
    outlet_address: str
    receipt_header: str
    receipt_footer: str
    cashier: str
    approver: str
    business_date: date
    completed_at: datetime
    currency: str
    prices_include_tax: bool
    customer_id: int | None
    customer_name: str
    customer_number: str
    subtotal: Money
    discount: Money
    tax: Money
    rounding: Money
    total: Money
    change: Money
    points_earned: int
    points_balance: int | None  # as of now
    lines: tuple[SaleLineView, ...]
    trail: tuple[SaleTrailView, ...]
    taxes: tuple[SaleTaxView, ...]
    tenders: tuple[SaleTenderView, ...]
    cards: tuple[SoldCardView, ...]
    later_documents: tuple[str, ...]  # returns and exchanges that point here


def load_sale(uow: UnitOfWork, sale_id: int) -> SaleView:
    """Raises SaleUnknown."""
    connection = uow.connection
    head = queries.head(connection, sale_id)
    if head is None:
        raise SaleUnknown
    money = _Minor(head.currency)
    trail = queries.trail_of(connection, sale_id)
    names = {row.id: (row.position, row.name) for row in trail}
    shares: dict[int, list[SaleSharePart]] = {}
    for line_id, trail_id, minor in queries.shares(connection, sale_id):
        shares.setdefault(line_id, []).append(SaleSharePart(*names[trail_id], money(minor)))
    rows = queries.lines(connection, sale_id)
    returned = queries.returned_milli(connection, [row.id for row in rows])
    return SaleView(
        sale_id=head.id,
        kind=head.kind,
        number_text=head.number_text,
        original_number=head.original_number or "",
        register_name=head.register_name,
        outlet_id=head.outlet_id,
        outlet_name=head.outlet_name,
        outlet_address=head.outlet_address,
        receipt_header=head.receipt_header,
        receipt_footer=head.receipt_footer,
        cashier=head.cashier,
        approver=head.approver or "",
        business_date=head.business_date,
        completed_at=head.completed_at,
        currency=head.currency,
        prices_include_tax=bool(head.prices_include_tax),
        customer_id=head.customer_id,
        customer_name=f"{head.first_name or ''} {head.last_name or ''}".strip(),
        customer_number=head.customer_number or "",
        subtotal=money(head.subtotal_minor),
        discount=money(head.discount_minor),
        tax=money(head.tax_minor),
        rounding=money(head.rounding_minor),
        total=money(head.total_minor),
        change=money(head.change_minor),
        points_earned=head.points_earned,
        points_balance=_points(uow, head.customer_id),
        lines=tuple(_line(row, money, shares.get(row.id, []), returned.get(row.id, 0)) for row in rows),
        trail=tuple(_trail(row, money) for row in trail),
        taxes=tuple(
            SaleTaxView(row.name, row.percent, money(row.base_minor), money(row.tax_minor))
            for row in queries.taxes(connection, sale_id)
        ),
        tenders=tuple(_tender(row, money) for row in queries.tenders(connection, sale_id)),
        cards=tuple(_card(row, money) for row in queries.sold_cards(connection, sale_id)),
        later_documents=tuple(row.number_text for row in queries.later_documents(connection, sale_id)),
    )


class _Minor:
    """Minor units of one currency as Money."""

    def __init__(self, currency: str) -> None:
        self._currency = currency

    def __call__(self, minor: int) -> Money:
        return Money(minor, self._currency)


def _points(uow: UnitOfWork, customer_id: int | None) -> int | None:
    return None if customer_id is None else reads.points_of(uow.connection, customer_id)[0]


def _line(row: Any, money: _Minor, shares: list[SaleSharePart], returned_milli: int) -> SaleLineView:
    return SaleLineView(
        line_id=row.id,
        position=row.position,
        kind=row.kind,
        product_id=row.product_id,
        sku=row.sku,
        name=row.name,
        quantity_milli=row.quantity_milli,
        list_price=money(row.list_price_minor),
        unit_price=money(row.unit_price_minor),
        price_source=row.price_source,
        gross=money(row.gross_minor),
        discount=money(row.discount_minor),
        net=money(row.net_minor),
        tax=money(row.tax_minor),
        tax_percent=row.tax_percent,
        tax_class_id=row.tax_class_id,
        category_id=row.category_id,
        cost_minor=row.cost_minor,
        shares=tuple(shares),
        value_account_id=row.value_account_id,
        returns_line_id=row.returns_line_id,
        returned_milli=returned_milli,
        reason=row.reason,
        tax_parts=_tax_parts(row.tax_parts),
    )


def _tax_parts(stored: dict[str, Any] | None) -> tuple[tuple[str, Decimal, int], ...]:
    return tuple((code, Decimal(percent), minor) for code, percent, minor in (stored or {}).get("parts", ()))


def _trail(row: Any, money: _Minor) -> SaleTrailView:
    return SaleTrailView(
        position=row.position,
        kind=row.kind,
        name=row.name,
        code_shown=row.code_shown,
        outcome=row.outcome,
        sentence=row.sentence,
        amount=money(row.amount_minor),
        promotion_id=row.promotion_id,
        promotion_version=row.promotion_version,
        code_id=row.code_id,
        approver=row.approver or "",
    )


def _tender(row: Any, money: _Minor) -> SaleTenderView:
    return SaleTenderView(
        position=row.position,
        kind=row.kind,
        amount=money(row.amount_minor),
        tendered=money(row.tendered_minor),
        shown=row.shown,
        balance_after=None if row.balance_after_minor is None else money(row.balance_after_minor),
        reference=row.reference,
        value_account_id=row.value_account_id,
    )


def _card(row: Any, money: _Minor) -> SoldCardView:
    return SoldCardView(
        account_id=row.id,
        kind=row.kind,
        voucher_type=row.voucher_type or "",
        shown=mask(row.last_four),
        amount=money(row.amount_minor),
        balance=money(row.balance_minor),
        expires_on=row.expires_on,
        code_cipher=row.code_cipher,
    )


class SaleReader:
    """Stored sales for screens and paper; reads only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sale(self, sale_id: int) -> SaleView:
        """Raises SaleUnknown."""
        with self._database.read() as uow:
            return load_sale(uow, sale_id)

    def look_up(self, wanted: int | str, *, by: Actor) -> SaleView:
        """A past sale by its id or by its number, for somebody who asks to see it. Raises NotPermitted, SaleUnknown."""
        require(by, Permission.SALE_VIEW)
        return self.by_number(wanted) if isinstance(wanted, str) else self.sale(wanted)

    def by_number(self, number_text: str) -> SaleView:
        """By receipt number or barcode, blind to case and spaces. Raises SaleUnknown."""
        number = "".join(number_text.split()).upper()
        with self._database.read() as uow:
            sale_id = queries.id_by_number(uow.connection, number) if 0 < len(number) <= 40 else None
            if sale_id is None:
                raise SaleUnknown
            return load_sale(uow, sale_id)

    def last_of_register(self, register_id: int) -> SaleView | None:
        with self._database.read() as uow:
            sale_id = queries.last_id(uow.connection, register_id)
            return None if sale_id is None else load_sale(uow, sale_id)
