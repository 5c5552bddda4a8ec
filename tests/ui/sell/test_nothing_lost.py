"""What was scanned is not lost, whatever comes in between: a locked till, a failed write, a refused booking."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.checkout.errors import RequestReused, TotalChanged
from app.checkout.model import TenderKind
from app.errors import DomainError
from app.money import Money
from db.errors import DatabaseBusy, OutcomeUnknown
from tests.ui.sell.conftest import OpenTill, Till
from tests.ui.sell.fakes import FakeShop, make_customer, tiles


def _ids(till: Till) -> list[int]:
    return [line.item.product.id for line in till.sell.basket.lines]


class Failing(FakeShop):
    """`fail_keep` writes fail; `fail_hold` is raised by the next suspend, void or exchange."""

    fail_keep = 0
    fail_hold: Exception | None = None
    writes = 0

    def keep(self, context: Any, basket: Any, total_minor: int) -> None:
        self.writes += 1
        if self.fail_keep:
            self.fail_keep -= 1
            raise DatabaseBusy
        super().keep(context, basket, total_minor)

    def suspend(self, context: Any, basket: Any, label: str = "") -> int:
        self.gate.wait(10)
        if self.fail_hold is not None:
            raise self.fail_hold
        return super().suspend(context, basket, label)


@pytest.fixture
def shop() -> Failing:
    return Failing(pages=tiles())


def test_what_was_just_scanned_is_written_when_the_till_is_left(open_till: OpenTill, shop: Failing) -> None:
    till = open_till(shop)
    till.scan(1)
    till.view.hide()  # locked, closed, or another page, before the pause for painting is over
    till.writes.close()
    assert shop.kept is not None
    assert len(shop.kept.lines) == 1


def test_out_of_sight_a_step_is_written_at_once(open_till: OpenTill, shop: Failing) -> None:
    till = open_till(shop)
    till.scan(1)
    till.view.hide()
    till.sell.set_customer(make_customer())  # an answer that came late
    till.writes.close()
    assert shop.kept is not None
    assert shop.kept.customer is not None


def test_stopping_writes_what_waits(open_till: OpenTill, shop: Failing) -> None:
    till = open_till(shop)
    till.scan(1)
    till.sell.stop()
    till.writes.close()
    assert shop.kept is not None
    assert len(shop.kept.lines) == 1


def test_a_basket_that_cannot_be_written_is_told_once_and_written_later(
    open_till: OpenTill, shop: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:  # F16
    monkeypatch.setattr("ui.sell.keeping._AGAIN_MS", 30)
    till = open_till(shop)
    told: list[str] = []
    till.sell.told.connect(lambda sentence, _kind: told.append(sentence))
    shop.fail_keep = 3
    till.scan(1)
    till.wait(lambda: shop.kept is not None)
    assert shop.writes == 4
    assert len(told) == 1
    assert "not written down yet" in told[0]
    assert _ids(till) == [1]


def test_scans_during_a_hold_that_fails_stay_in_the_sale(open_till: OpenTill, shop: Failing) -> None:
    till = open_till(shop)
    till.scan(1)
    shop.gate.clear()
    shop.fail_hold = DomainError("The disk is full. Make room and try again.", code="database.full")
    till.errands.holding.hold()
    till.scan(2)
    shop.gate.set()
    till.idle()
    assert _ids(till) == [1, 2]
    assert "disk is full" in till.view.error.title


def test_scans_during_a_recall_join_the_recalled_sale(open_till: OpenTill, shop: Failing) -> None:
    till = open_till(shop)
    till.scan(1)
    till.errands.holding.hold()
    till.idle()
    till.scan(2)
    shop.gate.clear()
    till.errands.holding.resume(1)
    till.scan(3)
    shop.gate.set()
    till.idle()
    assert _ids(till) == [1, 3]
    assert len(shop.held_now) == 1


def test_a_sale_put_aside_for_one_that_is_gone_is_not_on_two_tills(till: Till) -> None:
    till.scan(1)
    till.errands.holding.resume(77)
    till.idle()
    assert len(till.shop.held_now) == 1
    assert till.sell.basket.is_empty
    assert "on hold" in till.view.error.title


def test_pay_waits_for_a_hold_under_way(open_till: OpenTill, shop: Failing) -> None:
    till = open_till(shop)
    till.scan(1)
    shop.gate.clear()
    till.errands.holding.hold()
    till.pay.exact_cash()
    shop.gate.set()
    till.idle()
    assert shop.sales == []
    assert len(shop.held_now) == 1


def test_scans_during_a_booking_that_fails_are_told_and_wait(till: Till) -> None:
    till.scan(1)
    till.shop.gate.clear()
    till.shop.fail_next = TotalChanged(Money(135, "USD"), Money(140, "USD"))
    till.pay.exact_cash()
    till.scan(2)
    till.shop.gate.set()
    till.idle()
    assert _ids(till) == [1]
    assert "waits for the next sale" in till.view.pay_panel.banner.title
    till.pay.exact_cash()
    till.idle()
    assert _ids(till) == [2]


def test_scans_during_a_booking_that_fails_join_the_sale_that_goes_on(till: Till) -> None:
    till.scan(1)
    till.shop.gate.clear()
    till.shop.fail_next = TotalChanged(Money(135, "USD"), Money(140, "USD"))
    till.pay.exact_cash()
    till.scan(2)
    till.shop.gate.set()
    till.idle()
    till.pay.back()
    assert _ids(till) == [1, 2]


# Paying


def test_a_refused_booking_is_seen(till: Till) -> None:
    till.scan(1)
    till.shop.fail_next = TotalChanged(Money(135, "USD"), Money(140, "USD"))
    till.pay.exact_cash()
    till.idle()
    banner = till.view.pay_panel.banner
    assert banner.isVisible()
    assert "now 1.40" in banner.title
    till.pay.take_card()
    assert not banner.isVisible()
    till.idle()


def test_esc_drops_no_tender(till: Till) -> None:
    till.scan(1, 4)  # 5.40
    till.pay.open()
    till.pay.take_card(300)
    till.qtbot.keyClick(till.view.pay_panel.field, Qt.Key.Key_Escape)
    assert till.pay.is_open
    assert len(till.pay.tenders) == 1
    assert "3.00" in till.view.pay_panel.banner.title
    assert till.view.pay_panel.banner.isVisible()
    till.qtbot.keyClick(till.view.pay_panel.field, Qt.Key.Key_Delete)
    assert till.pay.tenders == ()
    till.qtbot.keyClick(till.view.pay_panel.field, Qt.Key.Key_Escape)
    assert not till.pay.is_open


def test_paying_by_card_needs_no_mouse(till: Till) -> None:
    till.view.activateWindow()
    till.scan(1, 4)
    till.qtbot.keyClick(till.view.field, Qt.Key.Key_F9)
    field = till.view.pay_panel.field
    till.qtbot.keyClicks(field, "3")
    till.qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [(one.kind, one.amount_minor) for one in till.pay.tenders] == [(TenderKind.CARD, 300)]
    for _ in range(12):
        till.qtbot.keyClick(till.view.window().focusWidget(), Qt.Key.Key_Tab)
        if till.view.pay_panel.card.hasFocus():
            break
    till.qtbot.keyClick(till.view.pay_panel.card, Qt.Key.Key_Return)
    till.idle()
    assert [one.kind for one in till.shop.sales[0][1]] == [TenderKind.CARD, TenderKind.CARD]


def test_whatever_is_opened_while_paying_leads_back_to_paying(till: Till) -> None:
    till.scan(1, 4)
    till.pay.open()
    till.pay.take_card(300)
    for act in (till.view.chores.find_customer, till.view.asking.drawer):
        act()
        assert till.view.side.currentWidget() is not till.view.pay_panel
        till.view.side.back()
        assert till.view.side.currentWidget() is till.view.pay_panel
    till.view.chores.find_customer()
    till.pay.open()
    assert till.view.side.currentWidget() is till.view.pay_panel
    assert len(till.pay.tenders) == 1


def test_a_card_s_late_answer_does_not_pay_for_the_next_customer(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    gate = threading.Event()
    known = till.shop.tender_for_code

    def slow(*words: Any) -> Any:
        gate.wait(10)
        return known(*words)

    monkeypatch.setattr(till.shop, "tender_for_code", slow)
    till.scan(1)
    till.pay.open()
    till.pay.take_code("ABCD2345EFGH7Q4K")
    till.pay.take_cash()
    till.wait(lambda: len(till.shop.sales) == 1)
    till.wait(lambda: till.sell.basket.is_empty)
    till.scan(2)
    till.pay.open()
    gate.set()
    till.idle()
    assert till.pay.tenders == ()
    assert len(till.shop.sales) == 1


def test_cash_whose_answer_got_lost_is_not_moved_twice(till: Till) -> None:  # F23
    for error in (OutcomeUnknown(), None, None):
        till.shop.fail_next = error
        till.errands.drawer.move_cash("pay_in", Money(4000, "USD"), "Change")
        till.idle()
    first, again, another = till.shop.cash_requests
    assert first == again != another


# Two windows of one till on one file


def test_a_basket_that_another_window_booked_can_be_gone_on_with(till: Till) -> None:  # F14
    till.scan(1)
    before = till.sell.basket.request_id
    till.shop.fail_next = RequestReused()
    till.pay.exact_cash()
    till.idle()
    assert "new sale now" in till.view.pay_panel.banner.title
    assert till.sell.basket.request_id != before
    till.pay.exact_cash()
    till.idle()
    assert len(till.shop.sales) == 1


def test_a_basket_that_another_window_booked_is_cleared_by_void(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    def booked(*_words: Any) -> None:
        raise RequestReused("This sale is booked already. Take it back against its receipt.")

    monkeypatch.setattr(till.shop, "void", booked)
    till.scan(1)
    till.errands.holding.void("Practice")
    till.idle()
    assert till.sell.basket.is_empty
    assert "booked already" in till.view.error.title


# Coupons


def test_a_coupon_is_listed_once(till: Till) -> None:
    till.scan(2)
    for code in ("SUMMER10", "summer10", "SUMMER10"):
        till.errands.codes.use_coupon(code)
        till.idle()
    assert len(till.sell.basket.coupons) == 1
    assert "already" in till.view.error.title
    assert till.total == 153


# Approvals


def test_a_yes_after_backing_out_changes_nothing(till: Till) -> None:
    from decimal import Decimal

    from app.pricing.model import ManualDiscount

    till.scan(2)
    till.sell.discount_basket(ManualDiscount("Staff", percent=Decimal(40)))
    till.idle()
    till.view.asking.approve_panel.pad.submitted.emit("739152")
    till.view.asking.approve_panel.closed.emit()
    till.idle()
    assert till.total == 170


# Customer display


def test_the_display_shows_the_line_just_rung_up(till: Till) -> None:
    from ui.sell.customer_lines import CustomerLines

    seen: list[tuple[str, str]] = []
    lines = CustomerLines(till.sell, till.pay, till.view.formats, lambda one, two: seen.append((one, two)), till.view)
    till.scan(1)
    till.scan(2)
    assert seen[-1][0].startswith("Olive oil")
    till.scan(1)
    assert seen[-1][0].startswith("2 Sourdough")
    assert len(seen) == 3
    till.pay.exact_cash()
    till.idle()
    till.scan(3)
    assert seen[-1][0].startswith("Aged cheddar")
    assert lines.parent() is till.view
