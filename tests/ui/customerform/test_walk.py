"""A manager's walk through the real frame: find somebody, see what happened, follow every link and come back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from pytestqt.qtbot import QtBot

from app.clock import FixedClock
from db.uow import Database
from tests.builders import ShopBuilder, a_shop
from tests.ui.crm_shop import texts
from ui.customerform.tabs.marketing import MarketingTabView
from ui.customerform.view import CustomerFormView
from ui.customers.view import CustomersView
from ui.invoice.view import InvoiceWindow
from ui.marketing.segments.view import SegmentsView
from ui.services import Services
from ui.shared.format import Formats
from ui.shared.jobs import Jobs
from ui.shell.frame import MainWindow
from ui.shell.registry import Place, ShellContext, discover


@pytest.fixture
def shop(sqlite_db: Database, clock: FixedClock, tmp_path: Path) -> ShopBuilder:
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    made = a_shop(sqlite_db, clock)
    made.product("Bread", "10.00")
    made.promotion("Ten", code="TEN")
    return made


@pytest.fixture
def window(shop: ShopBuilder, qtbot: QtBot) -> Iterator[MainWindow]:
    reads, writes = Jobs(2), Jobs(1)
    formats = Formats("en_US", "USD", "UTC")
    place = Place(1, shop.outlet_id, shop.register_ids[0], "Corner Deli", "Main", "Till 1")
    frame = MainWindow(discover(), shop.manager, place, formats, shop.clock)
    qtbot.addWidget(frame)
    frame.use(
        ShellContext(
            services=Services(shop.database, shop.clock), reads=reads, writes=writes, formats=formats,
            staff=shop.manager, till=shop.till, place=place, open_page=frame.open_page, notify=frame.notify,
            set_held=lambda count: None,
        )
    )  # fmt: skip
    frame.resize(1280, 800)
    frame.show()
    yield frame
    reads.close()
    writes.close()


def page(window: MainWindow, page_id: str, kind: type):  # type: ignore[no-untyped-def,type-arg]
    widget = window.page_widget(page_id)
    assert isinstance(widget, kind)
    assert window.stack.currentWidget() is widget
    return widget


def test_from_the_list_to_the_invoice_to_the_segment_and_back(
    shop: ShopBuilder, window: MainWindow, qtbot: QtBot
) -> None:  # A1, A2, A8, A9, A17
    ada = shop.customer("Ada")
    card = shop.gift_card("25.00", customer_id=ada)
    sold = shop.sell("Bread", customer_id=ada, code="TEN", tenders=[shop.gift(card)])

    window.open_page("customers", None)
    customers = page(window, "customers", CustomersView)
    with qtbot.waitSignal(customers._presenter.found):
        qtbot.keyClicks(customers.search, "ada")
    qtbot.waitUntil(lambda: customers.table.current_row() is not None)
    qtbot.keyClick(customers.search, Qt.Key.Key_Return)

    form = page(window, "customerform", CustomerFormView)
    form.show_tab("marketing")
    tab = form.tab_widget("marketing")
    assert isinstance(tab, MarketingTabView)
    qtbot.waitUntil(lambda: tab.coupons.count.text() == "1")
    (coupon,) = texts(tab.coupons.table.rows_model)
    assert coupon[0] == "TEN"
    assert coupon[2] == "10% ($1.00)"
    assert coupon[4] == sold.number_text
    assert [row[1:4] for row in texts(tab.gift_cards.table.rows_model)] == [["$25.00", "$16.00", "Active"]]

    link = tab.coupons.table.visualRect(tab.coupons.table.rows_model.index(0, 4)).center()
    qtbot.mouseClick(tab.coupons.table.viewport(), Qt.MouseButton.LeftButton, pos=link)
    (invoice,) = form.findChildren(InvoiceWindow)
    qtbot.waitUntil(lambda: invoice.lines.rows_model.rowCount() == 2)
    assert invoice.heading.text() == f"Invoice {sold.number_text}"
    assert texts(invoice.trail.rows_model)[0][0] == "Applied"
    assert texts(invoice.tenders.rows_model)[0][0] == f"Gift card •••• {card[-4:]}"
    qtbot.keyClick(invoice, Qt.Key.Key_Escape)
    assert not invoice.isVisible()

    window.open_page("marketing.segments", None)
    segments = page(window, "marketing.segments", SegmentsView)
    with qtbot.waitSignal(segments._presenter.listed):
        segments._presenter.create("Regulars of the café", "")
    qtbot.waitUntil(lambda: segments._segment is not None and segments._segment.name == "Regulars of the café")
    with qtbot.waitSignal(segments._presenter.moved):
        segments._presenter.put_in(segments._segment, [ada], "comes daily")

    window.open_page("customerform", ada)  # what was changed in Marketing shows at the next open
    qtbot.waitUntil(lambda: tab.segments.count.text() == "1")
    assert texts(tab.segments.table.rows_model) == [["Regulars of the café", "Mar 14, 2026", "Manual", "comes daily"]]


def test_escape_leads_back_step_by_step(shop: ShopBuilder, window: MainWindow, qtbot: QtBot) -> None:
    ada = shop.customer("Ada")
    window.open_page("customers", None)
    window.open_page("customerform", ada)
    form = page(window, "customerform", CustomerFormView)
    qtbot.waitUntil(lambda: form.header.name.text() == "Ada")
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    page(window, "customers", CustomersView)


def test_a_role_without_customers_has_neither_list_nor_form(shop: ShopBuilder, qtbot: QtBot) -> None:  # T28
    from app.staff.model import Actor

    nobody = Actor(shop.cashier.staff_id, "Carl", "none", {"sale.sell": None})
    place = Place(1, 1, 1, "Corner Deli", "Main", "Till 1")
    frame = MainWindow(discover(), nobody, place, Formats("en_US", "USD", "UTC"), shop.clock)
    qtbot.addWidget(frame)
    assert frame.open_page("customers", None) is False
    assert frame.open_page("customerform", 1) is False
