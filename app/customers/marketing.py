"""The Marketing tab of the Customer Form: what this customer is in, has used and holds. Read-only by design.

Segments are changed in Marketing › Customer Segments, coupons in Marketing › Coupons, cards in Marketing ›
Gift Cards; the tab shows their state as of the moment it is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from app.clock import Clock, shop_date
from app.giftcards.model import Shown, is_deactivated, shown_status
from app.money import Money
from app.paging import Cursor, Page
from app.permissions import Permission
from app.segments.model import AssignedBy
from app.staff.model import Actor, require
from db.queries import marketing_tab as queries
from db.uow import Database, UnitOfWork

# Three screens of a section: a customer with thousands of rows opens as fast as one with a handful.
PAGE_ROWS = 24

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class SegmentRow:
    segment_id: int
    name: str
    assigned_at: datetime
    assigned_by: AssignedBy
    staff_name: str  # who assigned by hand, "" for a rule
    notes: str


@dataclass(frozen=True, slots=True)
class CouponRow:
    """One redemption in a completed sale. `percent` where the coupon takes a percentage off."""

    code: str
    name: str
    discount: Money
    percent: Decimal | None
    used_at: datetime
    sale_id: int
    invoice_number: str
    given_back_on: str  # number of the return that gave the use back, "" if none did
    campaign: str  # what the coupon was part of, "" if nothing


@dataclass(frozen=True, slots=True)
class GiftCardRow:
    """A card, voucher or store credit that is the customer's. `last_four` is "" for store credit."""

    account_id: int
    kind: str  # gift_card, voucher, store_credit
    voucher_type: str
    last_four: str
    original: Money
    current: Money
    status: Shown  # a deactivated card keeps its status and carries a badge beside it
    deactivated: bool
    issued_at: datetime  # when it was activated, or created where it needed no activation
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Section(Generic[Row]):
    """One part of the tab: its first page, and how many rows there are in all."""

    page: Page[Row]
    count: int


@dataclass(frozen=True, slots=True)
class MarketingTab:
    customer_id: int
    segments: Section[SegmentRow]
    coupons: Section[CouponRow]
    gift_cards: Section[GiftCardRow]
    as_of: datetime


class MarketingTabService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def open(self, customer_id: int, *, by: Actor) -> MarketingTab:
        """All three sections as of one moment, the first page of each. Raises NotPermitted."""
        require(by, Permission.CUSTOMER_VIEW)
        with self._database.read() as uow:
            reader = self._reader(uow, customer_id)
            return MarketingTab(
                customer_id,
                segments=_section(reader.segments(None), lambda: queries.segment_count(uow.connection, customer_id)),
                coupons=_section(reader.coupons(None), lambda: queries.coupon_count(uow.connection, customer_id)),
                gift_cards=_section(reader.gift_cards(None), lambda: queries.card_count(uow.connection, customer_id)),
                as_of=reader.now,
            )

    def more_segments(self, customer_id: int, after: Cursor, *, by: Actor) -> Page[SegmentRow]:
        """The page after `after`. Raises NotPermitted."""
        require(by, Permission.CUSTOMER_VIEW)
        with self._database.read() as uow:
            return self._reader(uow, customer_id).segments(after)

    def more_coupons(self, customer_id: int, after: Cursor, *, by: Actor) -> Page[CouponRow]:
        """The page after `after`. Raises NotPermitted."""
        require(by, Permission.CUSTOMER_VIEW)
        with self._database.read() as uow:
            return self._reader(uow, customer_id).coupons(after)

    def more_gift_cards(self, customer_id: int, after: Cursor, *, by: Actor) -> Page[GiftCardRow]:
        """The page after `after`. Raises NotPermitted."""
        require(by, Permission.CUSTOMER_VIEW)
        with self._database.read() as uow:
            return self._reader(uow, customer_id).gift_cards(after)

    def _reader(self, uow: UnitOfWork, customer_id: int) -> _Reader:
        return _Reader(uow, self._clock.now(), customer_id, queries.shop(uow.connection))


@dataclass(frozen=True, slots=True)
class _Reader:
    """The three lists of one customer within one unit of work."""

    uow: UnitOfWork
    now: datetime
    customer_id: int
    shop: Any

    def segments(self, after: Cursor | None) -> Page[SegmentRow]:
        rows = queries.segments(self.uow.connection, self.customer_id, after=_key(after), limit=PAGE_ROWS + 1)
        shown = [
            SegmentRow(row.id, row.name, row.assigned_at, AssignedBy(row.assigned_by), row.staff_name or "", row.note)
            for row in rows[:PAGE_ROWS]
        ]
        return _page(shown, rows, lambda row: (row.assigned_at, row.id))

    def coupons(self, after: Cursor | None) -> Page[CouponRow]:
        rows = queries.coupons(self.uow.connection, self.customer_id, after=_key(after), limit=PAGE_ROWS + 1)
        shown = [
            CouponRow(
                code=row.code_shown,
                name=row.name,
                discount=Money(row.discount_minor, self.shop.currency),
                percent=row.discount_percent,
                used_at=row.used_at,
                sale_id=row.sale_id,
                invoice_number=row.sale_number,
                given_back_on=row.given_back_on or "",
                campaign=row.campaign or "",
            )
            for row in rows[:PAGE_ROWS]
        ]
        return _page(shown, rows, lambda row: (row.used_at, row.id))

    def gift_cards(self, after: Cursor | None) -> Page[GiftCardRow]:
        today = shop_date(self.now, self.shop.time_zone)
        rows = queries.cards(self.uow.connection, self.customer_id, after=_key(after), limit=PAGE_ROWS + 1)
        shown = [
            GiftCardRow(
                account_id=row.id,
                kind=row.kind,
                voucher_type=row.voucher_type or "",
                last_four=row.last_four,
                original=Money(row.original_minor, row.currency),
                current=Money(row.balance_minor, row.currency),
                status=shown_status(balance_minor=row.balance_minor, expires_on=row.expires_on, today=today),
                deactivated=is_deactivated(row.status),
                issued_at=row.issued_at,
                expires_on=row.expires_on,
            )
            for row in rows[:PAGE_ROWS]
        ]
        return _page(shown, rows, lambda row: (row.issued_at, row.id))


def _key(after: Cursor | None) -> tuple[datetime, int] | None:
    return None if after is None else (after[0], after[1])


def _page(shown: list[Row], rows: Any, key: Callable[[Any], Cursor]) -> Page[Row]:
    """`rows` holds one more than is shown when another page follows."""
    return Page(tuple(shown), key(rows[len(shown) - 1]) if len(rows) > len(shown) else None)


def _section(page: Page[Row], count: Callable[[], int]) -> Section[Row]:
    """Counts only when the first page did not already show everything."""
    return Section(page, len(page.rows) if page.after is None else count())
