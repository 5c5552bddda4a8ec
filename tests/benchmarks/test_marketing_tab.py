"""Opening a customer's Marketing tab: thousands of redemptions against a handful."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
from sqlalchemy import text

from app.clock import FixedClock
from app.customers.marketing import MarketingTabService
from app.staff.model import with_all_rights
from db.uow import Database
from tests.app.customers.marketing_rows import THEN, MarketingRows
from tests.benchmarks.harness import Ratio, compare, report
from ui.customerform.tabs.marketing import MarketingPresenter, MarketingTabView
from ui.shared import theme
from ui.shared.format import Formats
from ui.shared.jobs import Jobs

MANY, FEW = 1, 2
GOAL = 1.5


def fill(database: Database) -> MarketingTabService:
    rows = MarketingRows(database)
    rows.with_redemptions(5, customer=FEW)
    rows.with_redemptions(5000, customer=MANY)
    for customer in (MANY, FEW):
        for number in range(5):
            rows.with_segment(f"S{customer}{number}", customer=customer)
            rows.with_card(f"{number:04}", customer=customer)
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return MarketingTabService(database, FixedClock(THEN))


def told(what: str, found: Ratio) -> None:
    report(what, GOAL, found.ratio, f"{found.candidate_ms:.2f} ms against {found.floor_ms:.2f} ms")


@pytest.mark.benchmark
def test_open_the_tab_and_paint_it(database: Database, qapp: QApplication) -> None:
    """From the click to the painted rows, as the person waits for it."""
    service = fill(database)
    theme.apply(qapp)
    reads = Jobs(1)
    presenter = MarketingPresenter(service, reads, with_all_rights(1))
    view = MarketingTabView(presenter, Formats("en_IE", "EUR", "UTC"), {})
    view.resize(1216, 600)
    view.show()
    waiting = QEventLoop()
    presenter.opened.connect(waiting.quit)

    def open_tab(customer: int) -> None:
        view.show_customer(customer)
        waiting.exec()
        view.repaint()

    open_tab(MANY)
    assert (view.coupons.count.text(), view.coupons.table.rows_model.rowCount()) == ("5,000", 24)
    open_tab(FEW)
    assert (view.coupons.count.text(), view.coupons.table.rows_model.rowCount()) == ("5", 5)
    found = compare(lambda: open_tab(MANY), lambda: open_tab(FEW))
    told(f"open the Marketing tab, 5,000 redemptions against 5 ({database.engine.dialect.name})", found)
    reads.close()
    view.close()
