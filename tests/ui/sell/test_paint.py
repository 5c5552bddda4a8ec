"""What a scan costs on the screen: one paint of the list, and nothing between the last key and that paint."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QPaintEvent

from tests.ui.sell.conftest import OpenTill, Till
from ui.sell.basket_view import BasketList


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
