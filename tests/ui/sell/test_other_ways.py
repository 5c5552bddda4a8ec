"""The till lets the cashier choose how a return goes back, and takes goods back without a receipt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.checkout.policy import NoReceipt
from app.checkout.returns import AS_PAID, RefundWay, WayBack
from app.errors import NotPermitted
from app.permissions import Permission
from tests.ui.sell.conftest import Till
from tests.ui.sell.fakes import ean13
from tests.ui.sell.receipts import make_preview, make_sale

WAYS = (RefundWay.AS_PAID, RefundWay.CASH, RefundWay.STORE_CREDIT, RefundWay.VOUCHER, RefundWay.GIFT_CARD)


@pytest.fixture
def till(till: Till) -> Till:
    sale = make_sale()
    till.shop.receipts = {"T1-000041": sale, "preview": replace(make_preview(sale), ways=WAYS)}
    till.view.activateWindow()
    return till


def choose_lines(till: Till) -> Any:
    panel = till.view.chores.return_panel
    till.view.on_code("T1-000041")
    till.idle()
    till.qtbot.keyClick(panel._pickers[0].tick, Qt.Key.Key_Space)
    panel.reasons.other.setText("Faulty")
    till.wait(lambda: panel._preview is not None)
    return panel


def choose_way(till: Till, panel: Any, way: RefundWay) -> None:
    """With the arrow keys, as at the till."""
    panel.way.box.setFocus()
    steps = panel.way.box.findData(way.value) - panel.way.box.currentIndex()
    for _ in range(abs(steps)):
        till.qtbot.keyClick(panel.way.box, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)


def test_as_it_was_paid_unless_another_way_is_chosen(till: Till) -> None:
    panel = choose_lines(till)
    assert panel.way.isVisible()
    assert panel.way.chosen is RefundWay.AS_PAID
    assert till.shop.receipts["asked"] == AS_PAID
    panel._on_refund()
    till.idle()
    assert till.shop.receipts["booked"][2]["back"] == AS_PAID


def test_store_credit_by_keyboard(till: Till) -> None:
    panel = choose_lines(till)
    choose_way(till, panel, RefundWay.STORE_CREDIT)
    assert panel._preview is None  # nothing can be refunded before what it does is shown
    assert not panel.refund.isEnabled()
    till.wait(lambda: panel._preview is not None)
    assert panel._preview.back == WayBack(RefundWay.STORE_CREDIT)
    panel.refund.setFocus()
    till.qtbot.keyClick(panel.refund, Qt.Key.Key_Return)
    till.idle()
    assert till.shop.receipts["booked"][2]["back"] == WayBack(RefundWay.STORE_CREDIT)


def test_a_gift_card_is_scanned_before_anything_is_previewed(till: Till) -> None:
    panel = choose_lines(till)
    choose_way(till, panel, RefundWay.GIFT_CARD)
    assert panel.way.number.isVisible()
    assert panel.way.number.hasFocus()
    till.qtbot.wait(200)
    till.idle()
    assert panel._preview is None
    till.view.on_code("GC7Q4KZZ7Q4K")
    till.idle()
    till.wait(lambda: panel._preview is not None)
    assert panel.way.number.text() == "•••• 7Q4K"  # the whole number stands nowhere
    assert till.shop.receipts["asked"] == WayBack(RefundWay.GIFT_CARD, 9)
    panel.way.number.setText("other")
    panel.way.number.textEdited.emit("other")
    assert panel.way.back() is None  # another card is being typed: the first one counts no more


def test_a_card_that_is_not_found_is_told_and_nothing_is_refunded(till: Till) -> None:
    panel = choose_lines(till)
    choose_way(till, panel, RefundWay.GIFT_CARD)
    till.qtbot.wait(200)
    panel.way.number.setText("DEAD")
    till.qtbot.keyClick(panel.way.number, Qt.Key.Key_Return)
    till.idle()
    assert "No card" in panel.banner.title
    assert not panel.refund.isEnabled()


def test_the_yes_to_the_amount_and_the_yes_to_the_way_are_both_kept(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:  # V29
    panel, known = choose_lines(till), till.shop.complete_return
    choose_way(till, panel, RefundWay.CASH)
    till.wait(lambda: panel._preview is not None)

    def guarded(*words: Any, **rest: Any) -> Any:
        for name, right in (
            ("approval", Permission.SALE_RETURN),
            ("tender_approval", Permission.SALE_RETURN_OTHER_TENDER),
        ):
            if rest[name] is None:
                raise NotPermitted("A manager has to approve this.", permission=right)
        return known(*words, **rest)

    monkeypatch.setattr(till.shop, "complete_return", guarded)
    panel._on_refund()
    till.idle()
    approve = till.view.asking.approve_panel
    for _ in range(2):
        assert till.view.side.currentWidget() is approve
        approve.pad.submitted.emit("739152")
        till.idle()
        till.idle()
    given = till.shop.receipts["booked"][2]
    assert given["approval"].permission == Permission.SALE_RETURN
    assert given["tender_approval"].permission == Permission.SALE_RETURN_OTHER_TENDER


# Without a receipt


def open_without(till: Till) -> Any:
    till.view.chores.take_back()
    panel = till.view.chores.return_panel
    assert panel.no_receipt.isVisible()
    panel.no_receipt.click()
    assert till.view.side.currentWidget() is till.view.chores.no_receipt_panel
    return till.view.chores.no_receipt_panel


def attach(till: Till) -> None:
    till.errands.customers.choose(5)
    till.idle()


def test_goods_are_scanned_into_the_return_and_not_into_the_sale(till: Till) -> None:
    panel = open_without(till)
    attach(till)
    till.view.on_code(ean13(1))
    till.view.on_code(ean13(1))
    till.view.on_code(ean13(2))
    till.wait(lambda: panel._preview is not None)
    assert till.sell.basket.is_empty
    assert [(one.product_id, one.quantity_milli) for one in panel.brought()] == [(1, 2000), (2, 1000)]
    assert "lowest price of the last 30 days" in panel._rows[1]._basis.text()
    panel._step(1, -1)
    panel._take_out(2)
    till.wait(lambda: panel._preview is not None)
    assert [(one.product_id, one.quantity_milli) for one in panel.brought()] == [(1, 1000)]


def test_the_return_waits_for_a_reason_and_a_second_person(till: Till) -> None:  # V29
    panel = open_without(till)
    attach(till)
    till.view.on_code(ean13(1))
    till.wait(lambda: panel._preview is not None)
    panel.refund.click()
    assert "why" in panel.banner.title
    panel.reasons.other.setText("Faulty")
    panel.refund.click()
    till.idle()
    approve = till.view.asking.approve_panel
    assert till.view.side.currentWidget() is approve
    till.qtbot.keyClick(approve.pad, Qt.Key.Key_Escape)  # not this time
    assert till.view.side.currentWidget() is panel
    assert panel.refund.isEnabled()
    panel.refund.click()
    till.idle()
    approve.pad.submitted.emit("739152")
    till.idle()
    till.idle()
    brought, rest = till.shop.receipts["without"]
    assert [one.product_id for one in brought] == [1]
    assert (rest["reason"], rest["customer_id"], rest["back"]) == ("Faulty", 5, WayBack(RefundWay.STORE_CREDIT))
    assert till.view.side.currentWidget() is till.view.change_panel
    assert till.sell.basket.customer is None  # who brought it back is not who buys next
    till.qtbot.wait(200)
    till.idle()
    assert panel.brought() == []
    assert not till.view.error.isVisible()  # and nobody asks for a customer any more


def test_a_return_that_was_left_refuses_nothing_at_the_till(till: Till) -> None:
    panel = open_without(till)
    attach(till)
    till.view.on_code(ean13(1))
    till.wait(lambda: panel._preview is not None)
    till.qtbot.keyClick(panel.number, Qt.Key.Key_Escape)
    till.sell.set_customer(None)
    till.qtbot.wait(200)
    till.idle()
    assert not till.view.error.isVisible()


def test_the_customer_is_found_from_the_return_and_leads_back_to_it(till: Till) -> None:
    panel = open_without(till)
    till.view.on_code(ean13(1))
    till.wait(lambda: panel.banner.isVisible())
    assert "who brings it back" in panel.banner.title
    till.view.chores.find_customer()
    assert till.view.side.currentWidget() is till.view.chores.search_panel
    attach(till)
    assert till.view.side.currentWidget() is panel
    till.wait(lambda: panel._preview is not None)
    assert panel.who.accessibleName() == "Amara Diallo"


def test_a_typed_weight_and_an_unknown_code(till: Till) -> None:
    panel = open_without(till)
    attach(till)
    panel.number.setText("nothing of ours")
    till.qtbot.keyClick(panel.number, Qt.Key.Key_Return)
    assert "No one product" in panel.banner.title
    till.view.on_code(ean13(11))  # sold by weight
    assert "weight" in panel.banner.title
    panel.number.setText(f"0.250*{ean13(11)}")
    till.qtbot.keyClick(panel.number, Qt.Key.Key_Return)
    assert [(one.product_id, one.quantity_milli) for one in panel.brought()] == [(11, 250)]


def test_a_shop_that_takes_nothing_back_without_a_receipt_offers_none(till: Till) -> None:
    facts = till.shop.facts_now
    till.shop.facts_now = replace(
        facts, returns=replace(facts.returns, no_receipt=NoReceipt.NOT_ALLOWED), version="next"
    )
    till.sell.shop.refresh(fresh=True)
    till.idle()
    till.view.chores.take_back()
    assert not till.view.chores.return_panel.no_receipt.isVisible()


def test_a_late_preview_of_other_goods_is_not_shown(till: Till) -> None:
    panel = open_without(till)
    attach(till)
    till.view.on_code(ean13(1))
    till.wait(lambda: panel._preview is not None)
    late = panel._preview
    till.view.on_code(ean13(2))
    panel.show_preview(late)
    assert panel._preview is None
