"""Goods that come back at the till: the receipt's barcode, the preview, refund and exchange."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.checkout import basket as steps
from app.checkout.facts import item_of
from app.errors import DomainError, NotPermitted
from tests.ui.sell.conftest import Till
from tests.ui.sell.receipts import make_preview, make_sale


@pytest.fixture
def till(till: Till) -> Till:
    sale = make_sale()
    till.shop.receipts = {"T1-000041": sale, "preview": make_preview(sale)}
    till.view.activateWindow()
    return till


def test_the_receipt_s_barcode_opens_the_return(till: Till) -> None:
    till.view.on_code("T1-000041")
    till.idle()
    panel = till.view.chores.return_panel
    assert till.view.side.currentWidget() is panel
    assert panel.number.text() == "T1-000041"
    assert panel._pickers[0].tick.hasFocus()
    assert not panel._pickers[2].tick.isEnabled()  # all came back already
    till.view.on_code("T9-999999")
    till.idle()
    assert "No product, coupon, customer or receipt" in till.view.error._text.text()


def _choose(till: Till) -> None:
    panel = till.view.chores.return_panel
    till.view.on_code("T1-000041")
    till.idle()
    till.qtbot.keyClick(panel._pickers[0].tick, Qt.Key.Key_Space)
    panel.reasons.other.setText("Faulty")
    till.wait(lambda: panel._preview is not None)


def test_a_return_by_keyboard(till: Till) -> None:
    _choose(till)
    panel = till.view.chores.return_panel
    till.qtbot.keyClick(panel._pickers[0].tick, Qt.Key.Key_Minus)
    assert panel.wishes()[0].quantity_milli == 2000
    till.wait(lambda: panel._preview is not None)
    assert "8.40" in panel.refund.text()
    for _ in range(12):
        till.qtbot.keyClick(till.view.window().focusWidget(), Qt.Key.Key_Tab)
        if panel.refund.hasFocus():
            break
    till.qtbot.keyClick(panel.refund, Qt.Key.Key_Return)
    till.idle()
    assert till.shop.receipts["booked"][0] == 41
    assert till.view.side.currentWidget() is till.view.change_panel


def test_without_a_reason_the_keyboard_comes_to_the_reasons(till: Till) -> None:
    till.view.on_code("T1-000041")
    till.idle()
    panel, press = till.view.chores.return_panel, till.qtbot.keyClick
    press(panel._pickers[0].tick, Qt.Key.Key_Space)
    till.wait(lambda: panel._preview is not None)
    for _ in range(12):
        press(till.view.window().focusWidget(), Qt.Key.Key_Tab)
        if panel.refund.hasFocus():
            break
    press(panel.refund, Qt.Key.Key_Return)
    assert "Choose why" in panel.banner.title
    press(till.view.window().focusWidget(), Qt.Key.Key_Space)
    assert panel.reasons.reason()
    for _ in range(12):
        press(till.view.window().focusWidget(), Qt.Key.Key_Tab)
        if panel.refund.hasFocus():
            break
    press(panel.refund, Qt.Key.Key_Return)
    till.idle()
    assert till.shop.receipts["booked"][0] == 41


def test_tab_comes_to_exchange_and_then_to_refund(till: Till) -> None:
    _choose(till)
    panel = till.view.chores.return_panel
    till.qtbot.wait(50)
    panel.swap.setFocus()
    till.qtbot.keyClick(panel.swap, Qt.Key.Key_Tab)
    assert panel.refund.hasFocus()


def test_no_reason_moves_from_under_the_finger_as_a_line_is_ticked(till: Till) -> None:
    till.view.on_code("T1-000041")
    till.idle()
    panel = till.view.chores.return_panel
    field = panel.reasons.other
    till.qtbot.wait(50)
    before = field.mapTo(panel, field.rect().center())
    till.qtbot.keyClick(panel._pickers[0].tick, Qt.Key.Key_Space)
    till.qtbot.wait(50)
    assert field.mapTo(panel, field.rect().center()) == before
    till.wait(lambda: panel._preview is not None)
    till.qtbot.wait(50)
    assert panel._effects.count() > 1
    assert field.mapTo(panel, field.rect().center()) == before


def test_backing_out_of_the_approval_leads_back_to_the_return(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    _choose(till)
    panel, known = till.view.chores.return_panel, till.shop.complete_return

    def guarded(*words: Any, **rest: Any) -> Any:
        if rest["approval"] is None:
            raise NotPermitted("A manager has to approve this return.", permission="sale.return")
        return known(*words, **rest)

    monkeypatch.setattr(till.shop, "complete_return", guarded)
    panel._on_refund()
    till.idle()
    approve = till.view.asking.approve_panel
    assert till.view.side.currentWidget() is approve
    till.qtbot.keyClick(approve.pad, Qt.Key.Key_Escape)
    assert till.view.side.currentWidget() is panel
    assert panel.refund.isEnabled()
    panel._on_refund()
    till.idle()
    approve.pad.submitted.emit("739152")
    till.idle()
    till.idle()
    assert "booked" in till.shop.receipts


def test_a_refund_that_fails_says_so_in_the_panel_and_can_be_made_again(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    _choose(till)
    panel = till.view.chores.return_panel
    with monkeypatch.context() as broken:
        refusal = DomainError("Two of these came back meanwhile. Look at the receipt again.", code="return.much")

        def refuse(*_words: Any, **_rest: Any) -> Any:
            raise refusal

        broken.setattr(till.shop, "complete_return", refuse)
        panel._on_refund()
        till.idle()
    assert "came back meanwhile" in panel.banner.title
    assert panel.banner.isVisible()
    assert panel.refund.isEnabled()
    panel._on_refund()
    till.idle()
    assert "booked" in till.shop.receipts


def test_a_late_preview_of_another_receipt_is_not_shown(till: Till) -> None:
    _choose(till)
    other = make_sale(42, "T1-000042")
    panel = till.view.chores.return_panel
    panel.show_sale(other)
    panel.show_preview(make_preview(make_sale()))
    assert panel._preview is None


def test_nothing_ticked_gives_nothing_back(till: Till) -> None:
    _choose(till)
    panel = till.view.chores.return_panel
    till.errands.returns.preview(make_sale(), panel.wishes())
    panel._pickers[0].tick.setChecked(False)
    panel._on_pause()  # before the answer
    till.idle()
    assert panel._preview is None
    assert not panel.refund.isEnabled()


def test_a_scan_during_an_exchange_is_kept(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()

    def add(_context: Any, basket: Any, _sale_id: int, _lines: Any) -> Any:
        gate.wait(5)
        product = till.sell.shop.product(6)
        assert product is not None
        return steps.add_item(basket, item_of(product))[0]

    monkeypatch.setattr(till.shop, "add_to_basket", add)
    till.scan(1)
    till.errands.returns.exchange(make_sale(), ())
    till.scan(2)
    gate.set()
    till.idle()
    assert [line.item.product.id for line in till.sell.basket.lines] == [1, 6, 2]


def test_the_paper_of_a_return_leads_to_its_sale(till: Till) -> None:  # V19
    sale = make_sale()
    back = replace(
        sale, kind="return", number_text="T1-000042", original_number="T1-000041",
        lines=tuple(replace(line, quantity_milli=-line.quantity_milli) for line in sale.lines),
    )  # fmt: skip
    till.shop.receipts["T1-000042"] = back
    till.view.on_code("T1-000042")
    till.idle()
    panel = till.view.chores.return_panel
    assert "T1-000041" in panel.banner.title
    assert not panel.refund.isVisible()
    assert not panel.reasons.other.isVisible()
