"""Panels that ask, by keyboard; and answers that come when nobody waits for them any more."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from app.checkout.model import CouponOffer
from app.staff.model import StaffTile
from tests.ui.sell.conftest import OpenTill, Till
from tests.ui.sell.fakes import ean13, make_customer
from ui.shared.widgets import Button


@pytest.fixture
def till(till: Till) -> Till:
    till.view.activateWindow()
    return till


def test_a_customer_who_comes_late_is_not_the_next_sale_s(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, known = threading.Event(), till.shop.customer

    def slow(customer_id: int) -> Any:
        gate.wait(5)
        return known(customer_id)

    monkeypatch.setattr(till.shop, "customer", slow)
    till.scan(1)
    till.view.on_code("C-0005")
    till.errands.customers.choose(5)
    till.pay.exact_cash()
    till.wait(lambda: len(till.shop.sales) == 1 and till.sell.basket.is_empty)
    gate.set()
    till.idle()
    assert till.sell.basket.customer is None


def test_the_customer_chosen_last_counts(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, known = threading.Event(), till.shop.customer

    def slow(customer_id: int) -> Any:
        if customer_id == 5:
            gate.wait(5)
        return known(customer_id)

    monkeypatch.setattr(till.shop, "customer", slow)
    till.errands.customers.choose(5)
    till.errands.customers.choose(6)
    till.wait(lambda: till.sell.basket.customer_id == 6)
    gate.set()
    till.idle()
    assert till.sell.basket.customer_id == 6


def test_a_product_that_is_gone_says_so_and_a_new_one_is_sold(open_till: OpenTill) -> None:
    from tests.ui.sell.fakes import FakeShop, make_catalogue, make_facts

    shop = FakeShop()
    till = open_till(shop)
    till.view.field.product_chosen.emit(777)
    till.idle()
    assert till.view.error.title == "This product is not in the shop any more. Search for it again."
    shop.facts_now = replace(make_facts(), products=make_catalogue(30), version="2")
    till.view.field.product_chosen.emit(27)
    till.idle()
    assert [line.item.product.id for line in till.sell.basket.lines] == [27]


def test_choices_by_number_and_by_enter(till: Till) -> None:
    panel = till.view.asking.choice_panel
    chosen: list[str] = []
    for keys in ((Qt.Key.Key_2,), (Qt.Key.Key_Down, Qt.Key.Key_Return)):
        panel.ask("Why?", [("One", lambda: chosen.append("one")), ("Two", lambda: chosen.append("two"))])
        till.view.side.open(panel)
        for key in keys:
            till.qtbot.keyClick(till.view.window().focusWidget(), key)
    assert chosen == ["two", "two"]
    assert till.view.field.hasFocus()


def test_a_reason_by_keyboard_alone(till: Till) -> None:
    till.scan(2)
    till.qtbot.keyClick(till.view.field, Qt.Key.Key_F8)
    panel = till.view.asking.discount_panel
    till.qtbot.keyClicks(panel.field, "10")
    for _ in range(9):
        till.qtbot.keyClick(till.view.window().focusWidget(), Qt.Key.Key_Tab)
        if till.view.window().focusWidget().text() == "Damaged":
            break
    till.qtbot.keyClick(till.view.window().focusWidget(), Qt.Key.Key_Space)
    till.qtbot.keyClick(till.view.window().focusWidget(), Qt.Key.Key_Return)
    assert till.total == 153
    assert till.view.field.hasFocus()


def test_tab_goes_round_inside_a_panel_as_one_reads(till: Till) -> None:
    till.scan(2)
    till.view.asking.discount_line()
    panel = till.view.asking.discount_panel
    seen = [till.view.window().focusWidget()]
    while seen[0] is not seen[-1] or len(seen) == 1:
        till.qtbot.keyClick(seen[-1], Qt.Key.Key_Tab)
        seen.append(till.view.window().focusWidget())
        assert len(seen) < 40
    assert all(panel.isAncestorOf(one) for one in seen)
    named = [one.accessibleName() for one in seen]
    assert named.index("Damaged") < named.index("Another reason") < named.index("Give the discount")


def test_a_new_customer_by_keyboard_alone(till: Till) -> None:
    till.qtbot.keyClick(till.view.field, Qt.Key.Key_F3)
    panel = till.view.chores.search_panel
    till.qtbot.keyClicks(panel.field, "Lee Chan")
    till.wait(lambda: "Nobody found" in panel._none.text())
    till.qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    assert (panel.first.text(), panel.last.text()) == ("Lee", "Chan")
    panel.first.setFocus()
    for _ in range(12):
        till.qtbot.keyClick(till.view.window().focusWidget(), Qt.Key.Key_Tab)
        if panel.add.hasFocus():
            break
    till.qtbot.keyClick(panel.add, Qt.Key.Key_Return)
    till.idle()
    assert till.shop.added == [("Lee", "Chan", "", "")]
    assert till.view.field.hasFocus()


def test_f8_and_its_button_do_the_same_and_the_panel_changes_to_the_basket(till: Till) -> None:
    till.scan(2)
    panel = till.view.asking.discount_panel
    till.view.discount.click()
    assert "Olive oil" in panel.heading.text()
    panel._basket.click()
    assert "whole basket" in panel.heading.text()
    panel.field.setText("10")
    panel.reasons.other.setText("Staff")
    panel.take()
    assert len(till.sell.basket.discounts) == 1


def test_a_changed_price_can_be_taken_back(till: Till) -> None:
    till.scan(2)
    panel = till.view.asking.number_panel
    till.view.asking.override()
    assert not panel.list_price.isVisible()
    panel.money.setText("1.00")
    panel.reasons.other.setText("Damaged")
    panel.take()
    till.idle()
    till.view.asking.approve_panel.pad.submitted.emit("739152")
    till.idle()
    assert till.total == 100
    till.view.asking.override()
    panel.list_price.click()
    assert till.total == 170
    assert till.view.basket.model.rows()[0].under == ""


def test_an_approver_is_chosen_with_the_arrows(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:  # T28
    people = (StaffTile(2, "Mina", "Manager", "manager"), StaffTile(3, "Tom", "Supervisor", "supervisor"))
    monkeypatch.setattr(till.shop, "approvers", lambda *_words: people)
    till.scan(1)
    till.errands.holding.void("Practice")
    till.idle()
    panel = till.view.asking.approve_panel
    assert not panel.pad.isEnabled()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right):
        till.qtbot.keyClick(till.view.window().focusWidget(), key)
    assert panel._group.checkedId() == 3
    till.qtbot.keyClicks(panel.pad, "739152")
    till.qtbot.keyClick(panel.pad, Qt.Key.Key_Return)
    till.idle()
    till.idle()
    assert till.shop.voided == ["Practice"]


def test_a_pin_by_touch_reaches_no_field(till: Till) -> None:
    till.scan(1)
    till.errands.holding.void("Practice")
    till.idle()
    till.view.field.setFocus()
    for key in "739":
        till.view.asking.approve_panel.pad.findChildren(type(till.view.pad))[0]._press(key)
    assert [field.text() for field in till.view.findChildren(QLineEdit) if "7" in field.text()] == []


def test_a_card_that_is_not_sold_yet_is_scanned_into_the_panel(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.giftcards.model import GiftCardUnknown

    def unknown(*_words: Any) -> Any:
        raise GiftCardUnknown

    monkeypatch.setattr(till.shop, "look_up", unknown)
    till.view.chores.gift_card()
    till.view.on_code("GC-2026-000417")
    till.idle()
    panel = till.view.chores.card_panel
    assert panel.number.text() == "GC-2026-000417"
    assert panel.money.hasFocus()
    assert not till.view.error.isVisible()
    till.qtbot.keyClicks(panel.money, "25")
    till.qtbot.keyClick(panel.money, Qt.Key.Key_Return)
    card = till.sell.basket.lines[0].card
    assert card is not None
    assert card.code == "GC-2026-000417"
    till.view.chores.gift_card()
    till.view.on_code(ean13(1))  # a product is sold whatever is open
    assert len(till.sell.basket.lines) == 2


def test_a_weight_is_not_stepped_by_kilograms(till: Till) -> None:
    till.scan(11)
    till.view.asking.number_panel.quantity.setText("0.250")
    till.view.asking.number_panel.take()
    till.view.basket.bar.step_wanted.emit(-1)
    assert len(till.sell.basket.lines) == 1
    assert till.view.side.currentWidget() is till.view.asking.number_panel


def test_a_locked_till_sells_nothing(till: Till) -> None:
    till.view.hide()
    till.scan(1)
    assert till.sell.basket.is_empty


def test_leaving_the_count_by_esc_ends_the_shift_too(till: Till) -> None:  # T27
    ended: list[int] = []
    till.view.shift_ended.connect(lambda: ended.append(1))
    till.view.chores.close_register()
    till.view.chores.cash_panel.money.setText("100")
    till.view.chores.cash_panel.take()
    till.idle()
    till.qtbot.keyClick(till.view.window().focusWidget(), Qt.Key.Key_Escape)
    assert ended == [1]


def test_a_shop_that_cannot_be_read_is_told_once(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    from db.errors import DatabaseUnavailable

    told: list[str] = []
    till.sell.told.connect(lambda sentence, _kind: told.append(sentence))

    def away() -> bool:
        raise DatabaseUnavailable

    with monkeypatch.context() as broken:
        broken.setattr(till.shop, "facts_are_old", away)
        for _ in range(3):
            till.sell.shop.refresh()
            till.idle()
    assert len(told) == 1
    till.sell.shop.refresh()
    till.idle()
    till.scan(1)
    assert till.total == 135


def test_a_card_that_is_refused_is_typed_again_and_not_as_cash(till: Till) -> None:
    till.scan(16)
    till.pay.open()
    panel = till.view.pay_panel
    panel.code.setFocus()
    till.qtbot.keyClicks(panel.code, "DEAD2345EFGH7Q4K")
    panel.field.setFocus()  # as it is after a PIN was asked for in between
    panel._on_code()
    till.idle()
    assert "No card has this number" in panel.banner.title
    assert panel.code.hasFocus()
    assert till.shop.sales == []


def test_every_coupon_of_the_customer_can_be_seen_and_used(till: Till) -> None:
    known = [CouponOffer(f"WINE{number}", f"WINE{number}", "Wine", False, "Starts later.") for number in range(1, 5)]
    offers = (*known, CouponOffer("SUMMER10", "SUMMER10", "Ten percent", True))
    till.scan(2)
    till.sell.set_customer(replace(make_customer(), coupons=offers))
    (more,) = [button for button in till.view.customer.findChildren(Button) if "more" in button.text()]
    assert more.text() == "2 more coupons"
    more.click()
    panel = till.view.chores.coupons_panel
    assert till.view.side.currentWidget() is panel
    assert panel.list.count() == 5
    assert panel.list.item(0).text().startswith("SUMMER10")
    till.scan(2)  # the sale goes on behind it
    assert panel.list.count() == 5
    till.qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    till.idle()
    assert till.view.side.currentWidget() is till.view.home
    assert till.total == 306


def test_the_coupons_go_with_their_customer(till: Till) -> None:
    till.scan(2)
    till.sell.set_customer(make_customer())
    till.view.chores.coupons()
    assert till.view.side.currentWidget() is till.view.chores.coupons_panel
    till.sell.set_customer(None)
    assert till.view.side.currentWidget() is till.view.home
    till.view.chores.coupons()
    assert till.view.side.currentWidget() is till.view.chores.search_panel


def test_one_of_a_thing_is_said_as_one(till: Till) -> None:
    till.scan(1)
    till.sell.set_customer(replace(make_customer(), points=1))
    assert "Gold · 1 point" in [label.text() for label in till.view.customer.findChildren(QLabel)]
    till.view.commands.hold()
    till.idle()
    till.view.chores.recall()
    till.idle()
    assert "\n1 line ·" in till.view.chores.held_panel.list.item(0).text()


def test_what_was_refused_is_typed_over(till: Till) -> None:
    """F41: after 0 the right quantity is typed, not 04; the same for a price, a discount and an amount paid."""
    till.scan(1)
    asking, qtbot = till.view.asking, till.qtbot
    asking.quantity()
    field = asking.number_panel.quantity
    for wrong in ("0", "-1", "1e309", "٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣"):
        field.insert(wrong)  # over what is selected, as typing does
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert asking.number_panel.banner.isVisible()
        assert field.selectedText() == field.text()
    qtbot.keyClicks(field, "4")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert till.sell.basket.lines[0].quantity_milli == 4000
    asking.override()
    money = asking.number_panel.money
    qtbot.keyClicks(money, "--5")
    qtbot.keyClick(money, Qt.Key.Key_Return)
    assert money.selectedText() == "--5"
    asking.discount_line()
    percent = asking.discount_panel.field
    qtbot.keyClicks(percent, "120")
    qtbot.keyClick(percent, Qt.Key.Key_Return)
    assert percent.selectedText() == "120"
    till.view.side.back()
    till.pay.open()
    paid = till.view.pay_panel.field
    qtbot.keyClicks(paid, "1e309")
    qtbot.keyClick(paid, Qt.Key.Key_Return)
    assert paid.selectedText() == "1e309"


def test_a_reason_that_is_missing_leaves_the_percentage_alone(till: Till) -> None:
    till.scan(1)
    till.view.asking.discount_line()
    panel = till.view.asking.discount_panel
    till.qtbot.keyClicks(panel.field, "5")
    till.qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    assert panel.banner.isVisible()
    assert (panel.field.text(), panel.field.selectedText()) == ("5", "")


def test_a_long_name_in_a_heading_ends_in_an_ellipsis(open_till: OpenTill) -> None:
    """Cut without one, "250 g" read "250"."""
    till = open_till()
    till.scan(1)
    line = till.sell.view.lines[0] if till.sell.view else None
    assert line is not None
    from ui.sell.models import shortened

    assert shortened("Three Ravens Costa Rica coffee beans 250 g") == "Three Ravens Costa Rica coffee beans 25…"
    assert shortened("Sourdough\nloaf") == "Sourdough loaf"
