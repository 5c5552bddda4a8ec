"""The invoice window: lines with their discounts, the trail, taxes, payments; reprint and return."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.checkout.receipts import SaleReader
from app.errors import NotPermitted
from app.ids import RequestId
from app.permissions import Permission
from app.staff.model import Actor
from db.errors import OutcomeUnknown
from tests.ui.crm_shop import ODD_NAME, CrmShop, texts
from ui.invoice.opening import open_invoice
from ui.invoice.presenter import InvoicePresenter
from ui.invoice.view import InvoiceWindow


def open_window(
    shop: CrmShop, qtbot: QtBot, sale: int, reprint: Callable[[int, RequestId], object] | None = None
) -> InvoiceWindow:
    presenter = InvoicePresenter(SaleReader(shop.database).sale, reprint, shop.reads, shop.writes)
    with qtbot.waitSignal(presenter.opened):
        window = InvoiceWindow(presenter, shop.formats, sale, may_return=True)
        qtbot.addWidget(window)
    return window


def test_it_shows_what_was_sold_and_why_it_cost_that(shop: CrmShop, qtbot: QtBot) -> None:  # N2, A9
    window = open_window(shop, qtbot, shop.sale_with_everything(customer=1))
    assert window.heading.text() == "Invoice R1-000001"
    assert window.about.text() == "1 Mar 2026 09:31 · Main · Till 1 · served by Mona"
    assert window.customer.text() == "Amara"
    assert texts(window.lines.rows_model) == [
        ["3", f"Loaf {ODD_NAME}", "", "4.20", "12.60"],
        ["", "– Summer ten", "", "", "−1.26"],
    ]
    assert texts(window.trail.rows_model) == [
        ["Applied", "SUMMER10 · Summer ten", "10 % off the order", "1.26"],
        ["Not applied", "Wine week", "needs 4.20 more of Wine", ""],
    ]
    assert texts(window.taxes.rows_model) == [["VAT 13.5%", "11.34", "0.00"]]
    assert texts(window.tenders.rows_model) == [
        ["Gift card •••• 7Q4K", "8.50 left", "10.00"],
        ["Cash", "", "1.34"],
    ]
    assert window.total.text() == "€11.34"


def test_the_sums_stand_at_the_foot(shop: CrmShop, qtbot: QtBot) -> None:
    window = open_window(shop, qtbot, shop.sale_with_everything(customer=1))
    words = [label.text() for label in window.findChildren(QLabel)]
    for shown in ("Subtotal", "12.60", "Savings", "−1.26", "Tax (included)"):
        assert shown in words


def test_one_press_is_one_copy(shop: CrmShop, qtbot: QtBot) -> None:  # F29, V34
    copies: list[int] = []
    sale = shop.sale_with_everything(customer=1)
    window = open_window(shop, qtbot, sale, lambda sale_id, _request: copies.append(sale_id))
    with qtbot.waitSignal(window.reprint_asked):
        window.reprint.click()
        window.reprint.click()  # still under way: the button is off
    assert copies == [sale]
    assert window.reprint.isEnabled()
    assert window.banner.title == "A copy of the receipt goes to the printer."


def test_a_refused_copy_says_why_and_can_be_tried_again(shop: CrmShop, qtbot: QtBot) -> None:  # T28
    def refuse(_sale: int, _request: RequestId) -> object:
        raise NotPermitted("Lee may not reprint a receipt. A manager can approve it here.", permission="sale.reprint")

    window = open_window(shop, qtbot, shop.sale_with_everything(customer=1), refuse)
    with qtbot.waitSignal(window._presenter.refused):
        window.reprint.click()
    assert "may not reprint" in window.banner.title
    assert window.reprint.isEnabled()


def test_a_copy_asked_for_again_after_trouble_is_the_same_copy(shop: CrmShop, qtbot: QtBot) -> None:  # F23
    asked: list[RequestId] = []

    def answer_lost_once(_sale: int, request: RequestId) -> object:
        asked.append(request)
        if len(asked) == 1:
            raise OutcomeUnknown
        return 1

    window = open_window(shop, qtbot, shop.sale_with_everything(customer=1), answer_lost_once)
    with qtbot.waitSignal(window._presenter.refused):
        window.reprint.click()
    for _ in range(2):
        with qtbot.waitSignal(window.reprint_asked):
            window.reprint.click()
    assert asked[0] == asked[1]
    assert asked[2] != asked[1]


def test_a_copy_is_due_and_in_the_journal(shop: CrmShop, qtbot: QtBot) -> None:  # V25, V34
    sale = shop.sale_with_everything(customer=1)
    parent = QWidget()
    qtbot.addWidget(parent)
    woken: list[bool] = []
    context = replace(shop.context(), wake_devices=lambda: woken.append(True))
    window = open_invoice(context, shop.actor, sale, parent)
    qtbot.waitUntil(window.reprint.isEnabled)
    with qtbot.waitSignal(window.reprint_asked):
        window.reprint.click()
    assert woken == [True]
    assert shop.database.scalar("SELECT count(*) FROM outbox WHERE kind = 'receipt' AND copy_number = 1") == 1
    assert shop.database.scalar("SELECT count(*) FROM journal WHERE kind = 'reprint' AND staff_id = 1") == 1
    window.reject()


def test_it_leads_to_the_return_and_to_the_customer(shop: CrmShop, qtbot: QtBot) -> None:
    sale = shop.sale_with_everything(customer=1)
    window = open_window(shop, qtbot, sale)
    with qtbot.waitSignal(window.return_wanted) as wanted:
        window.take_back.click()
    assert wanted.args == ["R1-000001"]
    window = open_window(shop, qtbot, sale)
    with qtbot.waitSignal(window.customer_wanted) as customer:
        window.customer.click()
    assert customer.args == [1]


def test_a_sale_that_is_not_there_is_told(shop: CrmShop, qtbot: QtBot) -> None:
    presenter = InvoicePresenter(SaleReader(shop.database).sale, None, shop.reads, shop.writes)
    with qtbot.waitSignal(presenter.refused):
        window = InvoiceWindow(presenter, shop.formats, 999)
        qtbot.addWidget(window)
    assert window.banner.title
    assert not window.take_back.isEnabled()


def test_a_role_without_the_rights_gets_no_buttons(shop: CrmShop, qtbot: QtBot) -> None:  # T28
    parent = QWidget()
    qtbot.addWidget(parent)
    sale = shop.sale_with_everything(customer=1)
    looks = Actor(shop.actor.staff_id, "Vic", "viewer", {Permission.SALE_VIEW: None})
    window = open_invoice(shop.context(), looks, sale, parent)
    qtbot.waitUntil(lambda: window.lines.rows_model.rowCount() > 0)
    assert not window.reprint.isVisible()
    assert not window.show_paper.isVisible()
    assert not window.take_back.isVisible()
    window.reject()


def test_the_receipt_can_be_looked_at_and_says_it_is_a_copy(shop: CrmShop, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    window = open_invoice(shop.context(), shop.actor, shop.sale_with_everything(customer=1), parent)
    qtbot.waitUntil(window.show_paper.isEnabled)
    with qtbot.waitSignal(window._presenter.receipt_ready) as ready:
        window.show_paper.click()
    assert "COPY" in str(ready.args[0]).upper()
    assert window.paper is not None
    qtbot.waitUntil(lambda: window.paper is not None and window.paper.view.pages == 1)
    window.paper.reject()
    window.reject()


def test_past_sales_need_the_right_to_look_them_up(shop: CrmShop, qtbot: QtBot) -> None:  # T28
    parent = QWidget()
    qtbot.addWidget(parent)
    sale = shop.sale_with_everything(customer=1)
    blind = Actor(shop.actor.staff_id, "Vic", "viewer", {Permission.CUSTOMER_VIEW: None})
    window = open_invoice(shop.context(), blind, sale, parent)
    qtbot.waitUntil(lambda: bool(window.banner.title))
    assert window.lines.rows_model.rowCount() == 0
    assert window.total.text() == ""
    window.reject()


def test_documents_that_belong_together_lead_to_each_other(shop: CrmShop, qtbot: QtBot) -> None:  # N2
    sale = shop.sale_with_everything(customer=1)
    stored = SaleReader(shop.database).sale(sale)
    linked = {
        sale: replace(stored, later_documents=("R1-000009",)),
        "R1-000009": replace(
            stored, sale_id=9, kind="return", number_text="R1-000009", original_number=stored.number_text, trail=(),
            points_earned=1,
        ),
        stored.number_text: stored,
    }  # fmt: skip
    presenter = InvoicePresenter(lambda wanted: linked[wanted], None, shop.reads, shop.writes)
    with qtbot.waitSignal(presenter.opened):
        window = InvoiceWindow(presenter, shop.formats, sale)
        qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(presenter.opened):
        window.related[0].click()
    assert window.heading.text() == "Return R1-000009"
    assert not window.trail.isVisible()
    assert [link.text() for link in window.related] == [stored.number_text]

    def words() -> list[str]:
        return [label.text() for label in window.findChildren(QLabel) if label.isVisible()]

    qtbot.waitUntil(lambda: words().count("Subtotal") == 1)
    assert "1 point earned" in words()
    with qtbot.waitSignal(presenter.opened):
        window.related[0].click()
    assert window.heading.text() == f"Invoice {stored.number_text}"


def test_a_name_of_any_length_leaves_the_window_its_width(shop: CrmShop, qtbot: QtBot) -> None:  # F34
    sale = shop.sale_with_everything(customer=1)
    long = replace(SaleReader(shop.database).sale(sale), customer_name="Å" * 400, cashier="B" * 400)
    presenter = InvoicePresenter(lambda _wanted: long, None, shop.reads, shop.writes)
    with qtbot.waitSignal(presenter.opened):
        window = InvoiceWindow(presenter, shop.formats, sale)
        qtbot.addWidget(window)
    assert window.minimumSizeHint().width() <= 960
