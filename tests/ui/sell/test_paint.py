"""What a scan costs on the screen: one paint of the list, and nothing between the last key and that paint."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QPaintEvent

from app.checkout.model import CouponOnBasket
from app.pricing.model import EnteredCode
from tests.ui.sell.conftest import OpenTill, Till
from tests.ui.sell.fakes import make_customer
from ui.sell.basket_view import BasketList
from ui.shared.widgets import IconButton


class Paints:
    """The heights painted in the list, one for each paint event."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.heights: list[int] = []
        heights = self.heights

        def paint(self: BasketList, event: QPaintEvent) -> None:
            super(BasketList, self).paintEvent(event)
            heights.append(event.rect().height())

        monkeypatch.setattr(BasketList, "paintEvent", paint, raising=False)


@pytest.fixture
def paints(monkeypatch: pytest.MonkeyPatch) -> Paints:
    return Paints(monkeypatch)


@pytest.fixture
def till(paints: Paints, open_till: OpenTill) -> Till:
    """On the screen, with a line rung up and painted."""
    till = open_till()
    till.view.resize(1200, 760)
    till.view.show()
    till.qtbot.waitExposed(till.view)
    till.scan(1)
    till.qtbot.wait(100)
    assert paints.heights
    paints.heights.clear()
    return till


def test_a_new_line_is_painted_once(till: Till, paints: Paints) -> None:
    till.scan(2)
    till.qtbot.wait(100)
    assert len(paints.heights) == 1


def test_one_more_of_a_line_paints_that_line_alone(till: Till, paints: Paints) -> None:
    till.scan(2)
    till.qtbot.wait(100)
    paints.heights.clear()
    till.scan(2)
    till.qtbot.wait(100)
    row = till.view.basket.list.visualRect(till.view.basket.model.index(1))
    assert paints.heights == [row.height()]
    assert till.view.basket.model.rows()[1].quantity == "2"


def test_what_changes_one_line_paints_that_line_alone(till: Till, paints: Paints) -> None:
    """The stepper, a discount of one line, a price; and a customer or a coupon that changes no line paints none."""
    from decimal import Decimal

    from app.pricing.model import ManualDiscount

    for number in range(2, 8):
        till.scan(number)
    till.qtbot.wait(1700)  # the mark of the last one is gone
    row = till.view.basket.list.visualRect(till.view.basket.model.index(0)).height()
    steps: list[tuple[Callable[[], object], int]] = [
        (lambda: till.view.basket.bar.step_wanted.emit(1), 1),
        (lambda: till.sell.discount_line(7, ManualDiscount("Damaged", percent=Decimal(5))), 1),
        (lambda: till.sell.set_customer(make_customer()), 0),
    ]
    for step, rows in steps:
        paints.heights.clear()
        step()
        till.qtbot.wait(100)
        assert sum(paints.heights) <= rows * row
    till.sell.add_coupon(CouponOnBasket(EnteredCode("WINE20"), "WINE20"))
    till.qtbot.wait(100)
    paints.heights.clear()
    before = till.view.basket.totals.codes.findChildren(IconButton)
    till.scan(6)
    till.qtbot.wait(100)
    assert sum(paints.heights) == 2 * row  # the line, and the one that was chosen before
    assert till.view.basket.totals.codes.findChildren(IconButton) == before  # not drawn anew


def test_the_basket_is_written_down_after_the_line_is_painted(
    till: Till, paints: Paints, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted_before: list[int] = []
    checkout, keep = till.sell.services.checkout, till.sell.services.checkout.keep

    def noted(*words: object) -> object:
        painted_before.append(len(paints.heights))
        return keep(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(checkout, "keep", noted)
    till.scan(2)
    till.wait(lambda: bool(painted_before))
    till.idle()
    assert painted_before[0] == 1


def test_a_hint_that_comes_and_goes_moves_nothing(till: Till, paints: Paints) -> None:
    """The buttons of the chosen line stay under the finger, and the list is not laid out anew."""
    from dataclasses import replace

    view = till.sell.view
    assert view is not None
    bar = till.view.basket.bar
    for hints in ((), ("Wine evening: needs 4.20 more of Wine",), ()):
        till.view.basket.totals.show_basket(replace(view, hints=hints))
        till.qtbot.wait(50)
        paints.heights.clear()
        stands = bar.mapToGlobal(bar.rect().topLeft())
        till.view.basket.totals.show_basket(replace(view, hints=() if hints else ("Almost there",)))
        till.qtbot.wait(50)
        assert bar.mapToGlobal(bar.rect().topLeft()) == stands
        assert paints.heights == []
