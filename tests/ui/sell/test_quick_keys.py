"""The tiles while the shop changes around them."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.sell.conftest import Till
from tests.ui.sell.fakes import tiles


def test_the_page_in_front_stays_when_tiles_are_read_again(till: Till) -> None:
    keys = till.view.keys
    keys.tabs.setCurrentIndex(1)
    drawn = keys.stack.currentWidget()
    keys.show_pages(tiles())
    assert keys.stack.currentWidget() is drawn  # nothing is another one, nothing is drawn again
    first, second = tiles()
    keys.show_pages((replace(first, name="Bread"), replace(second, name="Wine & more")))
    assert keys.tabs.currentIndex() == 1
    assert keys.stack.currentIndex() == 1
    assert keys.tabs.tabText(1) == "Wine && more"


def test_a_page_that_is_gone_leaves_the_first_in_front(till: Till) -> None:
    keys = till.view.keys
    keys.tabs.setCurrentIndex(1)
    keys.show_pages(tiles()[:1])
    assert keys.stack.currentIndex() == 0
    assert not keys.tabs.isVisible()


def test_a_new_price_is_drawn(till: Till) -> None:
    keys = till.view.keys
    before = keys.stack.currentWidget()
    keys._price_of = lambda _product_id: "9.99"
    keys.show_pages(tiles())
    assert keys.stack.currentWidget() is not before
