"""The Marketing tab as a person sees it: sections, headings, statuses, links, empty words."""

from __future__ import annotations

import threading
import time
from datetime import date, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QStyleOptionViewItem, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from sqlalchemy import insert

from app.customers.marketing import MarketingTab
from app.staff.model import Actor
from db.models import Campaign
from tests.app.customers.marketing_rows import THEN
from tests.ui.crm_shop import ODD_NAME, CrmShop, headings, texts
from ui.customerform.section import LinkedModel, SectionCard
from ui.customerform.tabs import FormContext
from ui.customerform.tabs import marketing as tab_module
from ui.customerform.tabs.marketing import BadgeDelegate, CardsModel, MarketingTabView, segment_columns
from ui.marketing.giftcards.page import CardsOf


def open_tab(shop: CrmShop, qtbot: QtBot, **more: object) -> MarketingTabView:
    context = shop.context()
    form = FormContext(
        services=shop.services,
        reads=shop.reads,
        writes=shop.writes,
        formats=shop.formats,
        actor=more.get("actor", shop.actor),  # type: ignore[arg-type]
        open_page=context.open_page,
        open_invoice=lambda sale_id: shop.pages.append(("invoice", sale_id)),
        notify=context.notify,
    )
    view = tab_module.TAB.factory(form)
    assert isinstance(view, MarketingTabView)
    qtbot.addWidget(view)
    return view


def show(view: MarketingTabView, qtbot: QtBot, customer: int = 1) -> MarketingTabView:
    with qtbot.waitSignal(view._presenter.opened):
        view.show_customer(customer)
    return view


def sections(view: MarketingTabView) -> list[SectionCard]:
    """As they stand on the screen, top to bottom."""
    layout = view.layout()
    assert layout is not None
    widgets = [layout.itemAt(place).widget() for place in range(layout.count())]
    return [widget for widget in widgets if isinstance(widget, SectionCard)]


def test_three_sections_with_their_exact_headings(shop: CrmShop, qtbot: QtBot) -> None:  # A1, A3, A4, A9, A13
    view = open_tab(shop, qtbot)
    assert [section.title.text() for section in sections(view)] == [
        "Customer Segments",
        "Coupon Usage History",
        "Gift Cards",
    ]
    assert [headings(section.table.rows_model) for section in sections(view)] == [
        ["Segment Name", "Date Assigned", "Assigned By", "Notes"],
        ["Coupon Code", "Coupon Name", "Discount Amount", "Date Used", "Invoice Number"],
        ["Card Number", "Original Balance", "Current Balance", "Status", "Issue Date", "Expiration Date"],
    ]


def test_a_new_customer_sees_words_not_empty_grids(shop: CrmShop, qtbot: QtBot) -> None:  # A5
    view = show(open_tab(shop, qtbot), qtbot, customer=2)
    assert [section.shows_empty for section in sections(view)] == [True, True, True]
    assert [section.count.text() for section in sections(view)] == ["0", "0", "0"]
    assert view.segments.empty.text() == "No segments yet: rules need some purchases first."


def test_rows_read_as_the_manual_says(shop: CrmShop, qtbot: QtBot) -> None:  # A4, A9, A10, A13, A14
    shop.rows.with_segment("Frequent Buyer", assigned_by="rule", staff_id=None)
    shop.rows.with_segment("VIP", at=THEN + timedelta(days=1), note="asked for it")
    shop.rows.with_redemptions(1)
    shop.rows.with_redemptions(1, name="Five off", code_shown="•••• 7Q4K", discount_percent=None, discount_minor=500)
    shop.rows.with_redemptions(1, discount_percent=Decimal("12.5"))
    shop.rows.with_card("7Q4K")
    shop.rows.with_card("GONE", balance=0, issued_at=THEN - timedelta(days=1))
    shop.rows.with_card("PAST", expires_on=date(2026, 3, 2), issued_at=THEN - timedelta(days=2))
    view = show(open_tab(shop, qtbot), qtbot)
    assert texts(view.segments.table.rows_model) == [
        ["VIP", "2 Mar 2026", "Manual", "asked for it"],
        ["Frequent Buyer", "1 Mar 2026", "Automatic (rule-based)", ""],
    ]
    assert texts(view.coupons.table.rows_model) == [
        ["SUMMER10", "Summer ten", "12.5% (€1.26)", "1 Mar 2026 09:33", "R1-000003"],
        ["•••• 7Q4K", "Five off", "€5.00", "1 Mar 2026 09:32", "R1-000002"],
        ["SUMMER10", "Summer ten", "10% (€1.26)", "1 Mar 2026 09:31", "R1-000001"],
    ]
    assert texts(view.gift_cards.table.rows_model) == [
        ["•••• 7Q4K", "€50.00", "€18.50", "Active", "1 Mar 2026", "–"],
        ["•••• GONE", "€50.00", "€0.00", "Fully Redeemed", "28 Feb 2026", "–"],
        ["•••• PAST", "€50.00", "€18.50", "Expired", "27 Feb 2026", "2 Mar 2026"],
    ]
    assert [section.count.text() for section in sections(view)] == ["2", "3", "3"]


def test_a_deactivated_card_wears_a_badge(shop: CrmShop, qtbot: QtBot) -> None:  # A14, A15
    shop.rows.with_card("K2WD", status="inactive")
    view = show(open_tab(shop, qtbot), qtbot)
    status = view.gift_cards.table.rows_model.index(0, 3)
    assert status.data() == "Active"
    assert status.data(CardsModel.BADGE) == "deactivated"
    assert not status.data(int(Qt.ItemDataRole.DecorationRole)).isNull()  # never by colour alone
    assert status.data(int(Qt.ItemDataRole.AccessibleTextRole)) == "Active, deactivated"
    view.resize(1200, 600)
    assert not view.grab().isNull()


def test_the_longest_status_leaves_room_for_its_badge(shop: CrmShop, qtbot: QtBot) -> None:  # A14, A15
    shop.rows.with_card("GONE", balance=0, status="inactive")
    view = show(open_tab(shop, qtbot), qtbot)
    table = view.gift_cards.table
    place = table.rows_model.index(0, 3)
    assert place.data() == "Fully Redeemed"
    option = QStyleOptionViewItem()
    option.initFrom(table)
    option.rect = table.visualRect(place)  # type: ignore[assignment]
    pill = BadgeDelegate.badge_place(option, place.data(), place.data(CardsModel.BADGE))
    assert option.rect.contains(pill)


def test_the_tab_changes_nothing(shop: CrmShop, qtbot: QtBot) -> None:  # A2
    shop.rows.with_card("7Q4K")
    view = show(open_tab(shop, qtbot), qtbot)
    buttons = [button for button in view.findChildren(QAbstractButton) if button.isEnabled() and button.text()]
    assert sorted(button.text() for button in buttons) == [
        "Managed in Marketing › Coupons",
        "Managed in Marketing › Customer Segments",
        "Managed in Marketing › Gift Cards",
    ]
    assert view.findChildren(QLineEdit) == []
    for section in sections(view):
        assert section.table.editTriggers() == section.table.EditTrigger.NoEditTriggers


def test_each_part_leads_to_where_it_is_managed(shop: CrmShop, qtbot: QtBot) -> None:  # A2, A8, A12, A15
    view = show(open_tab(shop, qtbot), qtbot)
    for button in view.findChildren(QAbstractButton):
        if button.text().startswith("Managed in"):
            button.click()
    assert shop.pages == [
        ("marketing.segments", None), ("marketing.coupons", None), ("marketing.giftcards", CardsOf(1)),
    ]  # fmt: skip


def test_who_may_not_manage_reads_the_words_without_the_link(shop: CrmShop, qtbot: QtBot) -> None:  # A2
    view = open_tab(shop, qtbot, actor=shop.cashier())
    links = [button.text() for button in view.findChildren(QAbstractButton) if "Managed" in button.text()]
    assert links == ["Managed in Marketing › Customer Segments"]


def test_the_invoice_number_opens_the_invoice(shop: CrmShop, qtbot: QtBot) -> None:  # A9
    shop.rows.with_redemptions(2)
    view = show(open_tab(shop, qtbot), qtbot)
    view.resize(1200, 600)
    view.show()
    table = view.coupons.table
    model = table.rows_model

    def click(row: int, column: int) -> None:
        at: QPoint = table.visualRect(model.index(row, column)).center()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)

    click(1, 1)
    assert shop.pages == []  # only the number is a link
    click(1, 4)
    assert shop.pages == [("invoice", 1)]
    table.setCurrentIndex(model.index(0, 0))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert shop.pages[-1] == ("invoice", 2)


def test_a_double_click_on_the_number_opens_one_invoice(shop: CrmShop, qtbot: QtBot) -> None:
    shop.rows.with_redemptions(1)
    view = show(open_tab(shop, qtbot), qtbot)
    view.resize(1200, 600)
    view.show()
    table = view.coupons.table
    at = table.visualRect(table.rows_model.index(0, 4)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert shop.pages == [("invoice", 1)]


def test_what_changed_elsewhere_is_there_at_the_next_open(shop: CrmShop, qtbot: QtBot) -> None:  # A1
    view = show(open_tab(shop, qtbot), qtbot)
    shop.segment("Wine club", 1)
    show(view, qtbot)
    assert texts(view.segments.table.rows_model)[0][0] == "Wine club"


def test_names_are_shown_letter_by_letter(shop: CrmShop, qtbot: QtBot) -> None:  # F34
    shop.rows.with_segment(ODD_NAME, note=ODD_NAME)
    view = show(open_tab(shop, qtbot), qtbot)
    model = view.segments.table.rows_model
    assert model.index(0, 0).data() == ODD_NAME
    assert "&lt;img" in model.index(0, 0).data(int(Qt.ItemDataRole.ToolTipRole))


def test_the_tip_tells_the_campaign(shop: CrmShop, qtbot: QtBot) -> None:  # A11
    with shop.database.write() as uow:
        uow.connection.execute(insert(Campaign).values(id=5, name="Summer <i>", created_at=THEN))
        uow.commit()
    shop.rows.with_redemptions(1, campaign_id=5)
    view = show(open_tab(shop, qtbot), qtbot)
    tip = view.coupons.table.rows_model.index(0, 1).data(int(Qt.ItemDataRole.ToolTipRole))
    assert "Summer ten, of the campaign Summer &lt;i&gt;" in tip


def test_five_thousand_redemptions_are_counted_and_paged(shop: CrmShop, qtbot: QtBot) -> None:
    shop.rows.with_redemptions(5000)
    view = show(open_tab(shop, qtbot), qtbot)
    model = view.coupons.table.rows_model
    assert view.coupons.count.text() == "5,000"
    assert model.rowCount() == 24
    with qtbot.waitSignal(view._presenter.more):
        model.fetchMore(model.index(-1, -1))
    assert [texts(model)[place][4] for place in (0, 24, 47)] == ["R1-005000", "R1-004976", "R1-004953"]


def test_an_answer_for_the_customer_before_is_dropped(shop: CrmShop, qtbot: QtBot) -> None:
    shop.rows.with_segment("Of the first", customer=1)
    shop.rows.with_segment("Of the second", customer=2)
    view = open_tab(shop, qtbot)
    view.show_customer(1)
    show(view, qtbot, customer=2)
    qtbot.wait(30)
    assert [row[0] for row in texts(view.segments.table.rows_model)] == ["Of the second"]


def test_a_slow_database_does_not_hold_the_screen(
    shop: CrmShop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:  # F8
    shop.rows.with_segment("VIP")
    view = open_tab(shop, qtbot)
    service = view._presenter._service
    answer, go_on = service.open, threading.Event()

    def slowly(customer_id: int, *, by: Actor) -> MarketingTab:
        assert go_on.wait(10)
        return answer(customer_id, by=by)

    monkeypatch.setattr(service, "open", slowly)
    begun = time.monotonic()
    view.show_customer(1)
    assert time.monotonic() - begun < 1  # it did not wait for the answer
    assert not view.segments.shows_empty  # nor claims that there is nothing
    with qtbot.waitSignal(view._presenter.opened):
        go_on.set()
    assert texts(view.segments.table.rows_model)[0][0] == "VIP"


def test_trouble_is_said_on_the_tab(shop: CrmShop, qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    view = open_tab(shop, qtbot)
    shop.database.close()
    with shop.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE segment_member")
    with qtbot.waitSignal(view._presenter.refused):
        view.show_customer(1)
    assert "Report number" in view.banner.title


@pytest.mark.parametrize("size", [(1216, 570), (960, 540)])
def test_everything_fits_without_a_page_scroll_bar(shop: CrmShop, qtbot: QtBot, size: tuple[int, int]) -> None:
    shop.rows.with_redemptions(30)
    for number in range(12):
        shop.rows.with_segment(f"S{number}")
        shop.rows.with_card(f"{number:04}")
    view = show(open_tab(shop, qtbot), qtbot)
    view.resize(*size)
    view.show()
    qtbot.waitExposed(view)
    parts: list[QWidget] = list(sections(view))
    assert view.size().toTuple() == size  # its least size is no larger than the page
    assert max(part.geometry().bottom() for part in parts) < size[1]
    for section in sections(view):
        assert section.table.viewport().height() >= 2 * 28
        assert section.table.verticalScrollBar().maximum() > 0  # each scrolls by itself
        assert section.table.horizontalScrollBar().maximum() == 0


def test_the_models_keep_the_rules_of_models(shop: CrmShop, qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    shop.rows.with_card("7Q4K", status="inactive")
    view = show(open_tab(shop, qtbot), qtbot)
    qtmodeltester.check(view.gift_cards.table.rows_model)
    empty = LinkedModel(segment_columns(shop.formats))
    qtmodeltester.check(empty)
