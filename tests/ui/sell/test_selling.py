"""What a cashier does, against real pricing and a pretend shop."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from app.checkout.errors import TotalChanged
from app.checkout.model import TenderKind
from app.money import Money
from app.pricing.model import ManualDiscount
from tests.ui.sell.conftest import OpenTill, Till
from tests.ui.sell.fakes import FakeShop, ean13, make_customer, tiles

PIN = "739152"


def _dollars(minor: int) -> Money:
    return Money(minor, "USD")


# Basket


def test_scanning_adds_and_joins(till: Till) -> None:
    till.scan(1, 3)
    till.scan(2)
    rows = till.view.basket.model.rows()
    assert [(row.quantity, row.name) for row in rows] == [("3", "Sourdough loaf"), ("1", "Olive oil 500 ml")]
    assert till.total == 3 * 135 + 170
    assert till.view.basket.totals.total.text() == "$5.75"


def test_only_the_changed_row_is_made_again(till: Till) -> None:
    for number in range(1, 11):
        till.scan(number)
    model = till.view.basket.model
    before = model.rows_made
    till.scan(4)
    assert model.rows_made == before + 1


def test_the_model_keeps_qt_s_rules(till: Till) -> None:
    QAbstractItemModelTester(till.view.basket.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for number in (1, 2, 3, 1):
        till.scan(number)
    till.sell.remove(2)
    till.sell.set_quantity(3, 5000)
    till.sell.undo()
    till.sell.undo()
    assert till.view.basket.model.rowCount() == 3


def test_steppers_quantity_and_undo(till: Till) -> None:
    till.scan(1)
    till.view.basket.bar.step_wanted.emit(1)
    assert till.total == 270
    till.view.asking.quantity()
    till.view.asking.number_panel.quantity.setText("12")
    till.view.asking.number_panel.take()
    assert till.total == 12 * 135
    till.sell.undo()
    assert till.total == 270
    till.view.basket.bar.step_wanted.emit(-1)
    till.view.basket.bar.step_wanted.emit(-1)
    assert till.sell.basket.is_empty
    till.sell.undo()
    assert till.total == 135


@pytest.mark.parametrize("typed", ["0", "-1", "1e309", "NaN", "1.234,56", "100000", "--5", "1.5"])  # F41
def test_a_quantity_that_cannot_be_is_refused_in_the_panel(till: Till, typed: str) -> None:
    till.scan(1)
    till.view.asking.quantity()
    till.view.asking.number_panel.quantity.setText(typed)
    till.view.asking.number_panel.take()
    assert till.view.asking.number_panel.banner.isVisible()
    assert till.total == 135


def test_weighed_and_open_price_products_ask(till: Till) -> None:
    till.scan(11)
    assert till.view.side.currentWidget() is till.view.asking.number_panel
    till.view.asking.number_panel.quantity.setText("0.250")
    till.view.asking.number_panel.take()
    assert till.sell.basket.lines[0].quantity_milli == 250
    till.scan(18)
    till.view.asking.number_panel.money.setText("7.95")
    till.view.asking.number_panel.take()
    assert till.sell.basket.lines[1].price_minor == 795


def test_an_unknown_code_is_loud_and_not_dismissed_by_enter(till: Till) -> None:
    till.scan(1)
    till.view.on_code(ean13(9999))
    band = till.view.error
    assert band.isVisible()
    assert band.title == ean13(9999)
    assert till.total == 135
    till.qtbot.keyClick(till.view.field, Qt.Key.Key_Return)
    assert band.isVisible()
    till.view.on_code(ean13(8888))
    assert band.title == ean13(8888)  # the next scan replaces it
    till.scan(2)
    assert not band.isVisible()


def test_a_malicious_name_stays_text(open_till: OpenTill) -> None:  # F34, markup in names
    from dataclasses import replace

    from app.catalog.till import CodeRow, TillCatalogue
    from tests.ui.sell.fakes import make_facts

    facts = make_facts()
    product = facts.products.by_id(1)
    assert product is not None
    name = "<img src='x'>\n'; DROP TABLE sale; -- 🥐 \u202eevil " + "x" * 10_000
    bad = replace(product, facts=replace(product.facts, name=name))
    facts = replace(facts, products=TillCatalogue(1, [bad], [CodeRow(1, ean13(1), ean13(1).zfill(14), 1000)]))
    till = open_till(FakeShop(facts_now=facts, pages=tiles()))
    till.scan(1)
    row = till.view.basket.model.rows()[0]
    assert row.name.startswith("<img src='x'> '; DROP TABLE")
    assert len(row.name) <= 120
    till.view.grab()


def test_two_thousand_lines_stay_usable(open_till: OpenTill) -> None:
    import time
    from dataclasses import replace

    from tests.ui.sell.fakes import make_catalogue, make_facts

    shop = FakeShop(facts_now=replace(make_facts(), products=make_catalogue(2000)))
    till = open_till(shop)
    for number in range(1, 2001):
        if number not in (11, 18):
            till.sell._history = till.sell._history.then(_added(till, number))
    till.sell.reprice()
    started = time.perf_counter()
    till.scan(5)
    took = time.perf_counter() - started
    assert till.view.basket.model.rowCount() == 1998
    assert took < 1.5, f"{took:.3f} s"


def _added(till: Till, number: int) -> Any:
    from app.checkout import basket as steps
    from app.checkout.facts import item_of

    product = till.sell.shop.product(number)
    assert product is not None
    return steps.add_item(till.sell.basket, item_of(product))[0]


# Discounts and approval


def test_a_discount_within_the_right_shows_its_reason(till: Till) -> None:
    till.scan(2)
    till.view.asking.discount_line()
    till.view.asking.discount_panel.field.setText("10")
    till.view.asking.discount_panel.reasons.other.setText("Damaged")
    till.view.asking.discount_panel.take()
    row = till.view.basket.model.rows()[0]
    assert row.under == "Damaged"
    assert row.under_amount == "\N{MINUS SIGN}0.17"


def test_a_discount_needs_a_reason(till: Till) -> None:
    till.scan(2)
    till.view.asking.discount_line()
    till.view.asking.discount_panel.field.setText("10")
    till.view.asking.discount_panel.take()
    assert "why" in till.view.asking.discount_panel.banner.title
    assert till.total == 170


def test_beyond_the_right_a_manager_approves_in_place(till: Till) -> None:  # T28
    till.scan(2)
    till.view.asking.discount_line()
    till.view.asking.discount_panel.field.setText("50")
    till.view.asking.discount_panel.reasons.other.setText("Price match")
    till.view.asking.discount_panel.take()
    approve = till.view.asking.approve_panel
    assert till.view.side.currentWidget() is approve
    assert till.total == 170
    till.idle()
    approve.pad.submitted.emit("000000")
    till.idle()
    assert till.view.side.currentWidget() is approve  # a wrong PIN keeps asking
    approve.pad.submitted.emit(PIN)
    till.idle()
    assert till.total == 85
    assert till.view.side.currentWidget() is till.view.home


def test_backing_out_of_an_approval_changes_nothing(till: Till) -> None:
    till.scan(2)
    till.sell.discount_basket(ManualDiscount("Staff", percent=Decimal(40)))
    till.qtbot.keyClick(till.view.asking.approve_panel.pad, Qt.Key.Key_Escape)
    assert till.view.side.currentWidget() is till.view.home
    assert till.total == 170


# Coupons and customers


def test_a_coupon_counts_or_says_why_not_and_comes_off(till: Till) -> None:
    till.scan(2)
    till.view.on_code("SUMMER10")
    till.idle()
    till.view.on_code("WINE20")
    till.idle()
    assert till.total == 153
    view = till.sell.view
    assert view is not None
    assert [code.counts for code in view.codes] == [True, False]
    assert "2027" in view.codes[1].sentence
    till.sell.remove_coupon(0)
    assert till.total == 170


def test_customers_are_found_added_and_refused_in_words(till: Till) -> None:
    till.view.chores.find_customer()
    till.errands.customers.search("am")
    till.idle()
    assert till.view.chores.search_panel.list.count() == 2
    till.view.chores.search_panel.list.chosen.emit(5)
    till.idle()
    assert till.sell.basket.customer_id == 5
    assert till.view.side.currentWidget() is till.view.home
    till.view.chores.find_customer()
    till.view.chores.search_panel.field.setText("+1 555 9")
    till.view.chores.search_panel._show_add()
    assert till.view.chores.search_panel.phone.text() == "+1 555 9"
    till.view.chores.search_panel.first.setText("Lee")
    till.view.chores.search_panel.phone.setText("taken")
    till.view.chores.search_panel._on_add()
    till.idle()
    assert "has this phone" in till.view.chores.search_panel.banner.title
    till.view.chores.search_panel.phone.setText("+1 555 9")
    till.view.chores.search_panel._on_add()
    till.idle()
    assert till.shop.added == [("Lee", "", "+1 555 9", "")]
    assert till.sell.basket.customer_id == 8


def test_a_slow_answer_to_an_older_search_is_dropped(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[str, ...]] = []
    till.errands.products.found.connect(lambda hits: shown.append(tuple(hit.name for hit in hits)))
    gate, known = threading.Event(), till.shop.search

    def search(question: str, **rest: Any) -> Any:
        if question == "choc":
            gate.wait(5)
        return known(question, **rest)

    monkeypatch.setattr(till.shop, "search", search)
    till.errands.products.search("choc")
    till.errands.products.search("honey")
    till.wait(lambda: bool(shown))
    gate.set()
    till.idle()
    assert shown == [("Honey 250 g",)]


def test_a_loyalty_card_brings_its_customer(till: Till) -> None:
    till.view.on_code("C-0005")
    till.idle()
    assert till.sell.basket.customer_id == 5
    till.view.on_code("C-0099")
    till.idle()
    assert till.view.error.title == "C-0099"
    assert till.sell.basket.customer_id == 5


# Paying


def test_split_tenders_and_change(till: Till) -> None:
    till.scan(2, 4)  # 6.80
    till.pay.open()
    till.pay.take_card(300)
    till.pay.take_cash(100)
    assert till.pay.settlement is not None
    assert till.pay.settlement.due == _dollars(280)
    till.pay.take_cash(1000)
    till.idle()
    _basket, tenders, total = till.shop.sales[0]
    assert total == 680
    assert [tender.kind for tender in tenders] == [TenderKind.CARD, TenderKind.CASH, TenderKind.CASH]
    assert "7.20" in till.view.change_panel.accessibleName()
    assert till.shop.told_paper
    assert till.view.side.currentWidget() is till.view.change_panel
    till.scan(1)  # the change stays until the next scan
    assert till.view.side.currentWidget() is till.view.home
    assert till.total == 135


def test_a_tender_can_be_taken_back(till: Till) -> None:
    till.scan(2, 4)
    till.pay.open()
    till.pay.take_cash(100)
    till.pay.take_back(0)
    assert till.pay.settlement is not None
    assert till.pay.settlement.due == _dollars(680)


def test_a_burst_on_pay_books_once(till: Till) -> None:  # F29, F8: the disk is slow, the screen is not
    till.scan(2)
    till.shop.gate.clear()
    till.pay.open()
    cash = till.view.pay_panel.cash
    for _ in range(5):
        till.qtbot.mouseClick(cash, Qt.MouseButton.LeftButton)
        till.qtbot.keyClick(till.view, Qt.Key.Key_F12)
        till.qtbot.keyClick(till.view, Qt.Key.Key_F9)
        till.qtbot.keyClick(till.view.pay_panel.field, Qt.Key.Key_Return)
    assert not till.view.pay_button.isEnabled()
    assert not cash.isEnabled()
    till.shop.gate.set()
    till.idle()
    assert len(till.shop.sales) == 1
    assert till.sell.basket.is_empty


def test_scans_while_a_sale_is_booked_belong_to_the_next(till: Till) -> None:
    till.scan(2)
    till.shop.gate.clear()
    till.pay.exact_cash()
    till.scan(5)
    assert len(till.sell.basket.lines) == 1
    till.shop.gate.set()
    till.idle()
    assert [line.item.product.id for line in till.sell.basket.lines] == [5]
    assert till.shop.sales[0][2] == 170


def test_a_refused_booking_leaves_basket_and_tenders(till: Till) -> None:
    till.scan(2)
    till.shop.fail_next = TotalChanged(_dollars(170), _dollars(180))
    till.pay.open()
    till.pay.take_cash(1000)
    till.idle()
    assert "now 1.80" in till.view.pay_panel.banner.title
    assert len(till.sell.basket.lines) == 1
    assert till.pay.is_open
    till.pay.take_cash(1000)
    till.idle()
    assert len(till.shop.sales) == 1


def test_a_defect_while_booking_is_told_and_the_till_goes_on(till: Till, caplog: pytest.LogCaptureFixture) -> None:
    till.scan(2)  # F53
    till.shop.fail_next = RuntimeError("card 1234-5678-9012 blew up")
    till.pay.open()
    till.pay.take_cash()
    till.idle()
    assert "Report number" in till.view.pay_panel.banner.title
    assert "9012" not in caplog.text
    till.pay.take_cash()
    till.idle()
    assert len(till.shop.sales) == 1


@pytest.mark.parametrize("typed", ["-5", "1e309", "NaN", "--5", "1,5"])  # F41
def test_a_wrong_amount_is_refused_beside_the_field(till: Till, typed: str) -> None:
    till.scan(2)
    till.pay.open()
    till.view.pay_panel.field.setText(typed)
    till.view.pay_panel._on_cash()
    assert till.pay.tenders == ()
    assert till.view.pay_panel.banner.isVisible()


def test_a_stray_enter_takes_no_money(till: Till) -> None:
    till.scan(2)
    till.pay.open()
    till.qtbot.keyClick(till.view.pay_panel.field, Qt.Key.Key_Return)
    till.idle()
    assert till.shop.sales == []


def test_a_gift_card_pays_in_part_and_a_dead_one_is_refused(till: Till) -> None:  # A16
    till.scan(16, 4)  # 26.40
    till.pay.open()
    till.view.on_code("DEAD-2345-EFGH-7Q4K")
    till.idle()
    assert "No card" in till.view.pay_panel.banner.title
    till.view.on_code("ABCD-2345-EFGH-7Q4K")
    till.idle()
    assert till.pay.settlement is not None
    assert till.pay.settlement.due == _dollars(2640 - 1850)
    till.view.on_code("ABCD-2345-EFGH-7Q4K")
    till.idle()
    assert "already taken" in till.view.pay_panel.banner.title
    till.pay.take_cash()
    till.idle()
    assert len(till.shop.sales) == 1


def test_a_card_with_a_pin_asks_the_customer(till: Till) -> None:
    till.scan(16)
    till.pay.open()
    till.pay.take_code("PINN2345EFGH7Q4K")
    till.idle()
    assert till.view.side.currentWidget() is till.view.asking.pin_panel
    till.view.asking.pin_panel.pad.submitted.emit("482913")
    till.idle()
    assert len(till.shop.sales) == 1


def test_esc_backs_out_one_step_and_never_loses_the_sale(till: Till) -> None:
    till.scan(2)
    till.pay.open()
    till.qtbot.keyClick(till.view.pay_panel.field, Qt.Key.Key_Escape)
    assert till.view.side.currentWidget() is till.view.home
    assert not till.pay.is_open
    for _ in range(5):
        till.qtbot.keyClick(till.view.field, Qt.Key.Key_Escape)
    assert till.total == 170


def test_an_empty_basket_cannot_be_paid(till: Till) -> None:
    assert not till.view.pay_button.isEnabled()
    assert not till.pay.open()
    till.pay.exact_cash()
    till.idle()
    assert till.shop.sales == []


# Hold, void, drawer, cards, reprint


def test_hold_and_recall_swap_baskets_without_loss(till: Till) -> None:
    till.scan(1)
    till.view.commands.hold()
    till.idle()
    assert till.sell.basket.is_empty
    till.scan(2)
    till.errands.holding.resume(1)
    till.idle()
    assert [line.item.product.id for line in till.sell.basket.lines] == [1]
    assert len(till.shop.held_now) == 1  # the one that stood was put on hold, not lost


def test_the_next_sale_shows_what_another_till_took_up(till: Till) -> None:
    """The strip went on telling of a sale on hold that was booked at the other till."""
    told: list[int] = []
    till.view.held_counted.connect(told.append)
    till.scan(1)
    till.view.commands.hold()
    till.idle()
    assert told[-1] == 1
    till.shop.held_now.clear()  # at another till
    till.scan(2)
    till.pay.open()
    till.pay.take_cash(100_000, sure=True)
    till.idle()
    till.idle()
    assert told[-1] == 0


def test_recall_lost_to_another_till_says_so(till: Till) -> None:
    till.errands.holding.resume(77)
    till.idle()
    assert "quicker" in till.view.error.title
    till.scan(1)
    assert till.total == 135


def test_void_needs_a_manager_and_names_the_reason(till: Till) -> None:  # V25
    till.scan(1)
    till.errands.holding.void("The customer left")
    till.idle()
    assert till.view.side.currentWidget() is till.view.asking.approve_panel
    till.view.asking.approve_panel.pad.submitted.emit(PIN)
    till.idle()
    till.idle()
    # the pretend service asks for an approval again unless it was given one
    assert till.shop.voided == ["The customer left"]
    assert till.sell.basket.is_empty


def test_a_gift_card_is_sold_reloaded_and_looked_up(till: Till) -> None:
    till.view.chores.gift_card()
    till.view.chores.card_panel.money.setText("25")
    till.view.chores.card_panel._on_sell()
    assert till.total == 2500
    till.view.on_code("ABCD-2345-EFGH-7Q4K")
    till.idle()
    till.view.chores.gift_card()
    till.errands.codes.look_up_card("ABCD2345EFGH7Q4K")
    till.idle()
    assert "18.50" in till.view.chores.card_panel._balance.text()
    till.view.chores.card_panel.money.setText("10")
    till.view.chores.card_panel._on_sell()
    assert till.total == 3500


def test_reprint_before_and_after_a_sale(till: Till) -> None:
    told: list[str] = []
    till.errands.done.connect(told.append)
    till.errands.drawer.reprint_last()
    till.idle()
    assert "sold nothing" in told[0]
    till.scan(1)
    till.pay.exact_cash()
    till.idle()
    till.errands.drawer.reprint_last()
    till.idle()
    assert till.shop.reprints == [1]


# The screen itself


def test_everything_that_can_be_pressed_has_a_name(till: Till) -> None:
    till.scan(1)
    till.sell.set_customer(make_customer())
    nameless = [
        widget
        for kind in (QAbstractButton, QLineEdit)
        for widget in till.view.findChildren(kind)
        if not widget.accessibleName() and type(widget.parent()).__name__ not in ("QTabBar", "ScanField")
    ]
    assert nameless == []


def test_focus_comes_back_to_the_scan_field(till: Till) -> None:
    till.view.activateWindow()
    till.view._open_more()
    till.view.side.back()
    assert till.view.field.hasFocus()
    till.scan(1)
    till.pay.exact_cash()
    till.idle()
    assert till.view.field.hasFocus()


def test_a_late_answer_after_the_screen_is_gone_is_harmless(open_till: OpenTill) -> None:
    till = open_till()
    till.errands.customers.search("am")
    till.errands.codes.look_up_card("DEAD2345EFGH7Q4K")
    till.errands.drawer.reprint_last()
    shiboken6.delete(till.errands)
    till.idle()


# Shift and drawer


def test_the_basket_stands_while_money_is_taken(till: Till) -> None:
    till.scan(2, 4)
    till.pay.open()
    till.pay.take_card(300)
    till.scan(1)
    till.view.on_code("SUMMER10")
    till.idle()
    till.sell.remove(1)
    till.sell.undo()
    till.sell.set_customer(make_customer())
    assert till.total == 680
    assert "taken" in till.view.error.title
    till.pay.take_back(0)
    till.scan(1)
    assert till.total == 680 + 135


def test_the_drawer_opens_with_a_reason_and_a_right(till: Till) -> None:  # V25
    till.view.asking.drawer()
    panel = till.view.asking.choice_panel
    first = panel.body.itemAt(0).widget()
    till.qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    till.idle()
    assert till.view.side.currentWidget() is till.view.asking.approve_panel
    till.view.asking.approve_panel.pad.submitted.emit(PIN)
    till.idle()
    till.idle()
    assert till.shop.drawers == ["Change for a customer"]


def test_cash_in_is_noted_with_its_reason(till: Till) -> None:
    till.view.chores.cash_in()
    panel = till.view.chores.cash_panel
    panel.money.setText("40")
    panel.take()
    assert till.shop.cash == []
    panel.reasons.other.setText("Change")
    panel.take()
    till.idle()
    assert till.shop.cash == [("pay_in", 4000, "Change")]


def test_closing_is_blind_and_says_how_the_count_came_out(till: Till) -> None:  # T27, V22
    till.scan(1)
    till.view.chores.close_register()
    assert till.shop.closings == []
    till.sell.remove(1)
    ended: list[int] = []
    till.view.shift_ended.connect(lambda: ended.append(1))
    till.view.chores.close_register()
    panel = till.view.chores.cash_panel
    assert "100" not in panel._note.text()
    panel.money.setText("99.50")
    panel.take()
    till.idle()
    said = till.view.asking.choice_panel.heading.text()
    assert "0.50" in said
    assert "short" in said
    till.qtbot.mouseClick(till.view.asking.choice_panel.body.itemAt(0).widget(), Qt.MouseButton.LeftButton)
    assert ended == [1]


def test_arrows_and_delete_work_from_the_empty_scan_field(till: Till) -> None:
    till.view.activateWindow()
    till.scan(1)
    till.scan(2)
    field = till.view.field
    field.setFocus()
    till.qtbot.keyClick(field, Qt.Key.Key_Up)
    till.qtbot.keyClick(field, Qt.Key.Key_Delete)
    assert till.total == 170
    till.qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert till.total == 305


def test_product_search_as_one_types_and_arrow_enter_chooses(till: Till) -> None:
    till.view.activateWindow()
    field = till.view.field
    field.setFocus()
    till.qtbot.keyClicks(field, "choc")
    till.wait(lambda: till.view._popup.isVisible())
    till.qtbot.keyClick(field, Qt.Key.Key_Return)  # nothing chosen yet: the text is a code, and none such is known
    till.idle()
    assert till.sell.basket.is_empty
    assert till.view.error.isVisible()
    till.qtbot.keyClicks(field, "choc")
    till.wait(lambda: till.view._popup.isVisible())
    till.qtbot.keyClick(field, Qt.Key.Key_Down)
    till.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert [line.item.product.name for line in till.sell.basket.lines] == ["Dark chocolate 70 %"]
    assert field.text() == ""


def test_what_was_found_goes_when_the_keyboard_does(till: Till) -> None:
    till.view.activateWindow()
    field = till.view.field
    field.setFocus()
    till.qtbot.keyClicks(field, "choc")
    till.wait(lambda: till.view._popup.isVisible())
    till.qtbot.keyClick(field, Qt.Key.Key_F3)
    assert not till.view._popup.isVisible()
    till.idle()
    assert not till.view._popup.isVisible()


def test_a_new_card_is_sold_by_keyboard_alone(till: Till) -> None:
    till.view.activateWindow()
    till.view.chores.gift_card()
    panel = till.view.chores.card_panel
    till.qtbot.keyClick(panel.number, Qt.Key.Key_Return)
    till.qtbot.keyClicks(panel.money, "25")
    till.qtbot.keyClick(panel.money, Qt.Key.Key_Return)
    assert till.total == 2500
    assert till.view.field.hasFocus()


def test_the_customer_s_points_and_cards_are_one_tap_each(till: Till) -> None:  # R26
    till.scan(16, 6)  # 39.60
    till.sell.set_customer(make_customer())  # 1,240 points at a cent each, a card with 18.50
    till.pay.open()
    means = till.pay.own_means()
    assert [(one.kind, one.available_minor) for one in means] == [
        (TenderKind.POINTS, 1240),
        (TenderKind.GIFT_CARD, 1850),
    ]
    till.pay.take_own(means[0])
    till.pay.take_own(means[1])
    till.idle()
    assert till.pay.settlement is not None
    assert till.pay.settlement.due == _dollars(3960 - 1240 - 1850)
    assert till.pay.own_means() == ()
    till.pay.take_card()
    till.idle()
    assert [tender.kind for tender in till.shop.sales[0][1]] == [
        TenderKind.POINTS,
        TenderKind.GIFT_CARD,
        TenderKind.CARD,
    ]


def test_a_toast_covers_no_quick_key(till: Till) -> None:
    from PySide6.QtCore import QPoint

    from ui.shared.toast import Toast

    toast = Toast(till.view)
    toast.lift, toast.centre = till.view.toast_lift, till.view.toast_centre
    toast.tell("Printed: Receipt T2-000123", lambda: None, "Show")
    keys = till.view.keys.mapTo(till.view, QPoint(0, 0)).x()
    assert toast.geometry().left() > 0
    assert toast.geometry().right() < keys
