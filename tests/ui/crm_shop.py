"""A shop behind the customer screens: real services on a real file, and what the screens wait for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from sqlalchemy import insert

from app.clock import FixedClock
from app.customers.model import Customer, CustomerDraft
from app.customers.service import CustomerService
from app.segments.model import Segment
from app.segments.service import SegmentService
from app.staff.model import Actor, with_all_rights
from db.models import SaleLine, SaleShare, SaleTax, SaleTender, SaleTrail
from db.uow import Database
from tests.app.customers.marketing_rows import MarketingRows
from ui.services import Services
from ui.shared.format import Formats
from ui.shared.jobs import Jobs
from ui.shell.registry import Place, ShellContext

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
ODD_NAME = '\u202eمريم "M" 🎁 O\'Brien & <img src=x>'


class CrmShop:
    """Records the pages asked for and the words told, as the frame would get them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.rows = MarketingRows(database)
        self.clock = FixedClock(NOW)
        self.actor = with_all_rights(1, "Mona", register_id=1, outlet_id=1)
        self.services = Services(database, self.clock)
        self.formats = Formats("en_IE", "EUR", "UTC")
        self.reads, self.writes = Jobs(2), Jobs(1)
        self.pages: list[tuple[str, object]] = []
        self.told: list[str] = []
        self.undo: Callable[[], None] | None = None

    def context(self, actor: Actor | None = None) -> ShellContext:
        return ShellContext(
            services=self.services,
            reads=self.reads,
            writes=self.writes,
            formats=self.formats,
            staff=actor or self.actor,
            till=None,
            place=Place(1, 1, 1, "Shop", "Main", "Till 1"),
            open_page=lambda page, argument: self.pages.append((page, argument)),
            notify=self._notify,
            set_held=lambda count: None,
        )

    def _notify(self, text: str, *, undo: Callable[[], None] | None = None) -> None:
        self.told.append(text)
        self.undo = undo

    def cashier(self) -> Actor:
        rights = ("customer.view", "segment.view", "sale.sell")
        return Actor(1, "Lee", "cashier", dict.fromkeys(rights), register_id=1, outlet_id=1)

    def customer(self, first: str = "Amara", last: str = "Diallo", **more: Any) -> Customer:
        return self.services.get(CustomerService).create(CustomerDraft(first, last, **more), by=self.actor)

    def segment(self, name: str, *customers: int, note: str = "") -> Segment:
        service = self.services.get(SegmentService)
        made = service.create(name, by=self.actor)
        if customers:
            service.put_in(made.id, customers, note=note, by=self.actor)
        return service.segment(made.id, by=self.actor)

    def sale_with_everything(self, customer: int) -> int:
        """A sale with a discounted line, a promotion that did not count, a tax, a card and cash; returns its id."""
        self.rows.with_redemptions(1, customer=customer)
        with self.database.write() as uow:
            sale_id = int(uow.connection.exec_driver_sql("SELECT max(id) FROM sale").scalar_one())
            put = uow.connection.execute
            line = {
                "sale_id": sale_id, "position": 1, "sku": "S1", "name": f"Loaf {ODD_NAME}", "quantity_milli": 3000,
                "list_price_minor": 420, "unit_price_minor": 420, "gross_minor": 1260, "discount_minor": 126,
                "net_minor": 1134, "tax_minor": 0, "tax_percent": Decimal("13.5"),
            }  # fmt: skip
            line_id = put(insert(SaleLine).values(**line).returning(SaleLine.id)).scalar_one()
            trail = {"sale_id": sale_id, "kind": "promotion", "promotion_id": 1, "promotion_version": 1}
            applied = put(
                insert(SaleTrail)
                .values(
                    **trail, position=1, code_shown="SUMMER10", name="Summer ten", outcome="applied",
                    sentence="10 % off the order", amount_minor=126,
                )
                .returning(SaleTrail.id)
            ).scalar_one()  # fmt: skip
            put(
                insert(SaleTrail).values(
                    **trail, position=2, name="Wine week", outcome="skipped",
                    sentence="needs 4.20 more of Wine", amount_minor=0,
                )
            )  # fmt: skip
            put(insert(SaleShare).values(sale_line_id=line_id, trail_id=applied, amount_minor=126))
            put(
                insert(SaleTax).values(
                    sale_id=sale_id, position=1, name="VAT", percent=Decimal("13.5"), base_minor=1134, tax_minor=0
                )
            )
            put(
                insert(SaleTender).values(
                    sale_id=sale_id, position=1, kind="gift_card", amount_minor=1000, tendered_minor=1000,
                    shown="•••• 7Q4K", balance_after_minor=850,
                )
            )  # fmt: skip
            put(
                insert(SaleTender).values(
                    sale_id=sale_id, position=2, kind="cash", amount_minor=134, tendered_minor=200
                )
            )
            uow.commit()
        return sale_id

    def close(self) -> None:
        self.reads.close()
        self.writes.close()


def texts(model: Any) -> list[list[str]]:
    """All that a table shows, row by row."""
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def headings(model: Any) -> list[str]:
    return [str(model.headerData(column, Qt.Orientation.Horizontal)) for column in range(model.columnCount())]


BIRTHDAY = date(1988, 4, 23)
