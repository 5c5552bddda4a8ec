"""A net refund by exchange goes back as it was paid, with one key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from app.checkout.model import Tender, TenderKind
from app.checkout.returns import PreviewTender
from app.money import Money
from tests.ui.sell.conftest import Till


def give_back(till: Till) -> None:
    """As if what comes back were worth 3.00 more than what goes out."""
    till.shop.receipts["ways_back"] = (
        PreviewTender(TenderKind.GIFT_CARD, "•••• 7Q4K", Money(200, "USD"), 9),
        PreviewTender(TenderKind.CASH, "", Money(100, "USD")),
    )
    till.scan(1)
    shown = till.sell._view
    till.sell._view = replace(shown, total=Money(-300, "USD"))
    till.pay.open()
    till.idle()


def test_one_key_gives_back_as_it_was_paid(till: Till) -> None:  # N12
    give_back(till)
    panel = till.view.pay_panel
    assert panel._ways.text().splitlines() == ["$2.00 → Gift card •••• 7Q4K", "$1.00 → Cash"]
    assert panel.as_paid.isVisible()
    booked: list[tuple[Tender, ...]] = []
    till.pay._writes.start = lambda work, *_rest, **_more: booked.append(till.pay.tenders)  # type: ignore[method-assign]
    panel.field.setFocus()
    till.qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    assert booked == [(Tender(TenderKind.GIFT_CARD, -200, 9, "•••• 7Q4K"), Tender(TenderKind.CASH, -100))]


def test_a_sale_offers_no_way_back(till: Till) -> None:
    till.shop.receipts["ways_back"] = (PreviewTender(TenderKind.CASH, "", Money(100, "USD")),)
    till.scan(1)
    till.pay.open()
    till.idle()
    assert not till.view.pay_panel.as_paid.isVisible()


def free_sale(till: Till) -> None:
    till.scan(1)
    till.sell._view = replace(till.sell._view, total=Money(0, "USD"))
    till.pay.open()
    till.idle()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_nothing_to_pay_is_finished_by_keyboard(till: Till, key: Qt.Key) -> None:
    free_sale(till)
    booked: list[tuple[Tender, ...]] = []
    till.pay._writes.start = lambda work, *_rest, **_more: booked.append(till.pay.tenders)  # type: ignore[method-assign]
    till.qtbot.keyClick(till.view.window().focusWidget(), key)
    assert booked == [()]


def test_exact_cash_of_nothing_is_no_tender(till: Till) -> None:
    free_sale(till)
    booked: list[tuple[Tender, ...]] = []
    till.pay._writes.start = lambda work, *_rest, **_more: booked.append(till.pay.tenders)  # type: ignore[method-assign]
    till.pay.exact_cash()
    assert booked == [()]  # a drawer that opens for nothing is noise
