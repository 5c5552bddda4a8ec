"""What the Customer Form shows of the past: the overview's figures, the invoices, the activities.

The figures are live: customer_stats is kept by each sale, so nothing here waits for a nightly run.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.clock import Clock, shop_date
from app.money import Money, round_half_up
from app.paging import Cursor, Page
from app.permissions import Permission
from app.staff.model import Actor, require
from db.queries import customer_history as queries
from db.queries import marketing_tab
from db.uow import Database, UnitOfWork

PAGE_ROWS = 60
LATEST_SALES = 10
TOP_TAGS = 10
TOP_CATEGORIES = 5


class InvoiceSort(StrEnum):
    COMPLETED = "completed"
    NUMBER = "number"
    KIND = "kind"
    TOTAL = "total"
    SAVED = "saved"
    POINTS = "points"
    OUTLET = "outlet"
    CASHIER = "cashier"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """A completed sale, return or exchange. Amounts of a return are negative."""

    sale_id: int
    kind: str  # sale, return, exchange, adjustment
    number: str
    completed_at: datetime
    total: Money
    savings: Money
    points_earned: int
    outlet: str
    register: str
    cashier: str
    source: str  # in_store, api


@dataclass(frozen=True, slots=True)
class CategoryShare:
    name: str
    visits: int
    spend: Money


@dataclass(frozen=True, slots=True)
class Overview:
    """`average_basket` and the two last-visit fields are None for somebody who never bought."""

    spend: Money  # over their lifetime, less refunds
    average_basket: Money | None
    visits: int
    coupon_visits: int
    saved: Money
    last_visit_at: datetime | None
    days_since_visit: int | None
    first_visit_at: datetime | None
    points: int
    usual_outlet: str
    tags: tuple[tuple[str, str], ...]
    categories: tuple[CategoryShare, ...]
    latest: tuple[InvoiceRow, ...]
    as_of: datetime


class ActivityKind(StrEnum):
    """Where an activity comes from; `Activity.detail` says which of its kinds it is."""

    EVENT = "event"
    SEGMENT = "segment"
    COUPON = "coupon"
    CARD = "card"
    POINTS = "points"
    SALE = "sale"


_KINDS = {
    queries.EVENTS: ActivityKind.EVENT,
    queries.SEGMENTS: ActivityKind.SEGMENT,
    queries.COUPONS: ActivityKind.COUPON,
    queries.CARDS: ActivityKind.CARD,
    queries.POINTS: ActivityKind.POINTS,
    queries.SALES: ActivityKind.SALE,
}


@dataclass(frozen=True, slots=True)
class Activity:
    """`text` is the number, code, card or segment that it is about; `who` did it, "" where nobody did."""

    at: datetime
    kind: ActivityKind
    detail: str
    text: str
    amount: Money | None
    points: int | None
    who: str
    sale_id: int | None


class CustomerHistoryService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def overview(self, customer_id: int, *, by: Actor) -> Overview:
        """Lifetime figures, the last ten documents, tags and favourite categories. Raises NotPermitted."""
        require(by, Permission.CUSTOMER_VIEW)
        with self._database.read() as uow:
            return _overview(uow, customer_id, self._clock.now())

    def points(self, customer_id: int, *, by: Actor) -> int:
        """The balance over all programmes. Raises NotPermitted."""
        require(by, Permission.CUSTOMER_VIEW)
        with self._database.read() as uow:
            return queries.points_balance(uow.connection, customer_id)

    def invoices(
        self,
        customer_id: int,
        *,
        by: Actor,
        sort: InvoiceSort = InvoiceSort.COMPLETED,
        descending: bool = True,
        after: Cursor | None = None,
        limit: int = PAGE_ROWS,
    ) -> Page[InvoiceRow]:
        """Completed sales, returns and exchanges, latest first unless sorted. Raises NotPermitted."""
        require(by, Permission.CUSTOMER_VIEW)
        place = None if after is None else (after[0], after[1])
        with self._database.read() as uow:
            rows = queries.sales(
                uow.connection, customer_id, by=sort.value, descending=descending, after=place, limit=limit + 1
            )
        shown = tuple(_invoice(row) for row in rows[:limit])
        return Page(shown, (rows[limit - 1].key, shown[-1].sale_id) if len(rows) > limit else None)

    def invoice_count(self, customer_id: int, *, by: Actor) -> int:
        """Raises NotPermitted."""
        require(by, Permission.CUSTOMER_VIEW)
        with self._database.read() as uow:
            return queries.sale_count(uow.connection, customer_id)

    def activities(
        self, customer_id: int, *, by: Actor, after: Cursor | None = None, limit: int = PAGE_ROWS
    ) -> Page[Activity]:
        """Everything that happened, latest first: sales, points, cards, coupons, segments, notes.

        Raises NotPermitted.
        """
        require(by, Permission.CUSTOMER_VIEW)
        place = None if after is None else (after[0], after[1], after[2])
        with self._database.read() as uow:
            listed = [
                _placed(source, queries.activities(uow.connection, customer_id, source, after=place, limit=limit + 1))
                for source in queries.SOURCES
            ]
        merged = heapq.merge(*listed, key=lambda one: one[0], reverse=True)
        found = [one for one, _ in zip(merged, range(limit + 1), strict=False)]
        shown = tuple(_activity(place[1], row) for place, row in found[:limit])
        return Page(shown, found[limit - 1][0] if len(found) > limit else None)


def _placed(source: int, rows: Iterable[Any]) -> list[tuple[tuple[datetime, int, int], Any]]:
    return [((row.at, source, row.id), row) for row in rows]


def _overview(uow: UnitOfWork, customer_id: int, now: datetime) -> Overview:
    shop = marketing_tab.shop(uow.connection)
    stats = queries.stats(uow.connection, customer_id)
    visits = stats.visits if stats else 0
    spend = Money(stats.spend_minor if stats else 0, shop.currency)
    last = stats.last_visit_at if stats else None
    today = shop_date(now, shop.time_zone)
    return Overview(
        spend=spend,
        average_basket=_average(spend, visits),
        visits=visits,
        coupon_visits=stats.coupon_visits if stats else 0,
        saved=Money(stats.discount_minor if stats else 0, shop.currency),
        last_visit_at=last,
        days_since_visit=max(0, (today - shop_date(last, shop.time_zone)).days) if last else None,
        first_visit_at=stats.first_visit_at if stats else None,
        points=queries.points_balance(uow.connection, customer_id),
        usual_outlet=queries.top_outlet(uow.connection, customer_id),
        tags=tuple((row.key, row.value) for row in queries.tags(uow.connection, customer_id, limit=TOP_TAGS)),
        categories=tuple(
            CategoryShare(row.name, row.visits, Money(row.spend_minor, shop.currency))
            for row in queries.top_categories(uow.connection, customer_id, limit=TOP_CATEGORIES)
        ),
        latest=tuple(_invoice(row) for row in queries.sales(uow.connection, customer_id, limit=LATEST_SALES)),
        as_of=now,
    )


def _average(spend: Money, visits: int) -> Money | None:
    """Spend per visit, rounded half up; None without a visit."""
    return Money(round_half_up(Decimal(spend.minor) / visits), spend.currency) if visits else None


def _invoice(row: Any) -> InvoiceRow:
    return InvoiceRow(
        sale_id=row.id,
        kind=row.kind,
        number=row.number_text,
        completed_at=row.completed_at,
        total=Money(row.total_minor, row.currency),
        savings=Money(row.discount_minor, row.currency),
        points_earned=row.points_earned,
        outlet=row.outlet,
        register=row.register,
        cashier=row.cashier,
        source=row.source,
    )


def _activity(source: int, row: Any) -> Activity:
    return Activity(
        at=row.at,
        kind=_KINDS[source],
        detail=row.kind,
        text=row.text or "",
        amount=None if row.amount_minor is None else Money(row.amount_minor, row.currency),
        points=row.points,
        who=row.who or "",
        sale_id=row.sale_id,
    )
