"""Every customer in a spreadsheet: what the shop knows of them, in the columns that an import reads (P2, P25)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.clock import Clock, shop_date
from app.customers.model import Channel
from app.errors import DomainError
from app.money import decimals_of
from app.permissions import Permission
from app.spreadsheets.writing import Row, write_list
from app.staff.model import Actor, require
from db.queries import customer_lists as lists
from db.queries import customers as queries
from db.uow import Database

Progress = Callable[[int, int], bool]  # done, of how many; False stops
AT_ONCE = 2_000  # customers in memory at a time
# As an import reads them, then what the shop has counted, which an import passes over.
COLUMNS = (
    "Number", "First name", "Last name", "Phone", "E-mail", "Birthday", "Address", "Notes", "Tags",
    "Agrees to e-mail", "Agrees to SMS", "Agrees to post",
    "Customer since", "Tier", "Points", "Visits", "Spent", "First visit", "Last visit",
)  # fmt: skip


class NobodyToExport(DomainError):
    code = "customer.noexport"

    def __init__(self) -> None:
        super().__init__("This shop has no customers yet, so there is nothing to write.")


class CustomerExport:
    def __init__(self, database: Database, clock: Clock) -> None:
        del clock  # every service is made alike
        self._database = database

    def write(self, path: Path, *, by: Actor, progress: Progress | None = None) -> int:
        """Write all customers to a .csv or .xlsx; how many. Erased ones are left out; nothing half written stays.

        Raises NotPermitted, NobodyToExport, InvalidInput for another ending or when `progress` stops it, OSError.
        """
        require(by, Permission.CUSTOMER_EXPORT)
        with self._database.read() as uow:
            total = queries.how_many(uow.connection)
        if not total:
            raise NobodyToExport
        told = None if progress is None else lambda done: progress(done, total)
        count = write_list(path, "Customers", COLUMNS, self._rows(), told)
        if progress is not None:
            progress(total, total)
        return count

    def _rows(self) -> Iterator[Row]:
        with self._database.read() as uow:
            shop, program = queries.shop(uow.connection), queries.first_program(uow.connection)
        last = 0
        while True:
            with self._database.read() as uow:
                rows = lists.export_page(uow.connection, after_id=last, limit=AT_ONCE, program_id=program)
                tags = lists.tags_of(uow.connection, [row.id for row in rows])
            for row in rows:
                yield _cells(row, tags.get(row.id, {}), shop.currency, shop.time_zone)
            if len(rows) < AT_ONCE:
                return
            last = rows[-1].id


def _cells(row: Any, tags: dict[str, str], currency: str, zone: str) -> Row:
    def day(at: datetime | None) -> Any:
        return None if at is None else shop_date(at, zone)

    consents = ("yes" if getattr(row, f"{channel}_consent_at") is not None else "no" for channel in Channel)
    return (
        row.number, row.first_name, row.last_name, row.phone, row.email, row.birth_date, row.address, row.notes,
        "; ".join(key if value == "true" else f"{key}={value}" for key, value in tags.items()), *consents,
        day(row.created_at), row.tier, row.points, row.visits or 0,
        Decimal(row.spend_minor or 0).scaleb(-decimals_of(currency)), day(row.first_visit_at), day(row.last_visit_at),
    )  # fmt: skip
