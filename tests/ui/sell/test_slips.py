"""A number that was not meant as cash, and buttons that stay under the finger."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from tests.ui.sell.conftest import Till


def _type_cash(till: Till, typed: str) -> None:
    till.view.activateWindow()
    till.scan(2, 4)  # 6.80
    till.pay.open()
    till.qtbot.keyClicks(till.view.pay_panel.field, typed)
    till.qtbot.keyClick(till.view.pay_panel.field, Qt.Key.Key_Return)


def _asked(till: Till) -> bool:
    return till.view.side.currentWidget() is till.view.doubt_panel


def test_a_number_that_is_no_cash_is_asked_about_first(till: Till) -> None:
    _type_cash(till, "4711")
    assert _asked(till)
    said = till.view.doubt_panel.accessibleDescription()
    assert all(amount in said for amount in ("$4,711.00", "$6.80", "$4,704.20"))
    till.idle()
    assert till.shop.sales == []
    assert till.pay.tenders == ()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Escape])
def test_every_quick_key_leads_back_to_the_amount(till: Till, key: Qt.Key) -> None:
    _type_cash(till, "4711")
    focused = till.view.window().focusWidget()
    assert focused is not None
    till.qtbot.keyClick(focused, key)
    assert till.view.side.currentWidget() is till.view.pay_panel
    field = till.view.pay_panel.field
    assert field.hasFocus()
    till.qtbot.keyClicks(field, "10")  # in place of what was typed
    assert field.text() == "10"
    till.qtbot.keyClick(field, Qt.Key.Key_Return)
    till.idle()
    assert till.shop.sales[0][1][0].amount_minor == 1000


def test_its_own_key_books_what_was_really_handed_over(till: Till) -> None:
    _type_cash(till, "4711")
    focused = till.view.window().focusWidget()
    assert focused is not None
    till.qtbot.keyClick(focused, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    till.idle()
    assert [tender.amount_minor for tender in till.shop.sales[0][1]] == [471_100]
    assert till.view.side.currentWidget() is till.view.change_panel


def test_a_second_tap_on_cash_confirms_nothing(till: Till) -> None:
    till.scan(2, 4)
    till.pay.open()
    panel, asked = till.view.pay_panel, till.view.doubt_panel
    panel.field.setText("4711")
    at = panel.cash.mapTo(till.view, panel.cash.rect().center())
    till.qtbot.mouseClick(panel.cash, Qt.MouseButton.LeftButton)
    assert _asked(till)
    assert asked.layout() is not None
    asked.layout().activate()
    assert not asked.sure.rect().contains(asked.sure.mapFrom(till.view, at))


def test_a_scan_or_exact_cash_answers_the_question_with_no(till: Till) -> None:
    _type_cash(till, "4711")
    till.scan(1)
    assert till.view.side.currentWidget() is till.view.pay_panel
    assert till.total == 680 + 135
    till.view.pay_panel.field.setText("4711")
    till.view.pay_panel.cash.click()
    assert _asked(till)
    till.pay.exact_cash()
    till.idle()
    assert [tender.amount_minor for tender in till.shop.sales[0][1]] == [None]


def test_no_suggestion_is_asked_about(till: Till) -> None:
    till.scan(2)
    till.pay.open()
    largest = till.pay.suggestions()[-1]
    till.pay.take_cash(largest.minor)
    till.idle()
    assert [tender.amount_minor for tender in till.shop.sales[0][1]] == [largest.minor]


@pytest.mark.parametrize("width", [1216, 960])
def test_what_is_told_while_paying_moves_no_button(till: Till, width: int) -> None:
    till.view.resize(width, 692)
    till.scan(2, 4)
    till.pay.open()
    till.pay.take_card(100)
    panel = till.view.pay_panel

    def places() -> dict[QWidget, QPoint]:
        till.qtbot.wait(1)
        return {
            part: part.mapTo(panel, QPoint(0, 0)) for part in panel.findChildren(QAbstractButton) if part.isVisible()
        }

    before = places()
    for words in ("Type an amount above zero.", "This sale is booked already, with other lines. " * 5):
        panel.tell(words)
        assert panel.banner.isVisible()
        assert places() == before
        told = panel.banner.geometry()
        pressed = [part for part, at in before.items() if told.intersects(part.rect().translated(at))]
        assert pressed == []
        assert panel.rect().contains(told)
        panel.tell("")
        assert places() == before
