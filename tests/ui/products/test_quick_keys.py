"""Arranging the tiles of the till."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.catalog.desk import CatalogueDesk, QuickLayout, QuickSlot
from app.errors import InvalidInput, NotPermitted
from tests.ui.products.conftest import ProductShop, seller
from ui.products import page as products_page
from ui.products.quick_layouts import Arrangement, neighbour
from ui.products.quick_view import QuickKeysView


def open_page(shop: ProductShop, qtbot: QtBot) -> QuickKeysView:
    view = products_page.PAGES[1].factory(shop.context())
    assert isinstance(view, QuickKeysView)
    qtbot.addWidget(view)
    view.resize(1216, 724)
    view.show()
    with qtbot.waitSignal(view.presenter.shown):
        view.page_shown(None)
    return view


def put(view: QuickKeysView, qtbot: QtBot, position: int, typed: str) -> None:
    view.places[position].click()
    with qtbot.waitSignal(view.presenter.found):
        view.panel.search.setText(typed)
    qtbot.keyClick(view.panel.search, Qt.Key.Key_Return)


def save(view: QuickKeysView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.presenter.saved):
        view.save.click()


def kept(shop: ProductShop) -> list[tuple[str, dict[int, str]]]:
    return [(page.name, {one.position: one.label for one in page.tiles}) for page in shop.catalog.quick_pages(1)]


def test_a_first_page_is_made_filled_and_saved(shop: ProductShop, qtbot: QtBot) -> None:
    shop.stock()
    view = open_page(shop, qtbot)
    assert view.empty.isVisible()
    view.empty.acted.emit()
    view.name.selectAll()
    qtbot.keyClicks(view.name, "Deli")
    put(view, qtbot, 0, "cheddar")
    put(view, qtbot, 7, "olive")
    view.panel.label.setText("Oil")
    view.panel.label.textEdited.emit("Oil")
    view.panel._swatches.buttons()[2].click()
    assert kept(shop) == []
    save(view, qtbot)
    assert kept(shop) == [("Deli", {0: "Cheddar", 7: "Oil"})]
    assert shop.catalog.quick_pages(1)[0].tiles[1].colour == "#2F6FDE"
    assert shop.told == ["The quick keys are saved"]
    assert not view.save.isEnabled()
    oil = shop.services.get(CatalogueDesk).quick_layouts()[0].slots[0]
    assert (oil.label, oil.colour, oil.product) == ("", "", "Cheddar")  # follows the product, not a copy of it


def test_tiles_move_swap_and_go(shop: ProductShop, qtbot: QtBot) -> None:
    shop.stock()
    view = open_page(shop, qtbot)
    view.empty.acted.emit()
    put(view, qtbot, 0, "cheddar")
    put(view, qtbot, 1, "olive")
    view.places[0].click()
    qtbot.keyClick(view.places[0], Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view.places[1], Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    save(view, qtbot)
    assert kept(shop) == [("Page 1", {0: "Olive oil 500 ml", 6: "Cheddar"})]
    qtbot.keyClick(view.places[0], Qt.Key.Key_Delete)
    save(view, qtbot)
    assert kept(shop) == [("Page 1", {6: "Cheddar"})]


def test_pages_go_and_unsaved_work_is_not_lost(shop: ProductShop, qtbot: QtBot) -> None:
    shop.stock()
    view = open_page(shop, qtbot)
    view.empty.acted.emit()
    view.on_add_page()
    save(view, qtbot)
    assert [name for name, _tiles in kept(shop)] == ["Page 1", "Page 2"]
    assert view.page_left()
    view.on_remove_page()
    assert not view.page_left()
    assert "not saved" in view.banner.title
    with qtbot.waitSignal(view.presenter.shown):
        view.discard.click()
    assert view.tabs.count() == 2
    view.on_remove_page()
    save(view, qtbot)
    assert [name for name, _tiles in kept(shop)] == ["Page 2"]
    page = view.name
    page.setText("Deli")
    page.textEdited.emit("Deli")
    save(view, qtbot)
    assert [name for name, _tiles in kept(shop)] == ["Deli"]  # the same page, not one more


def test_a_page_without_a_name_is_not_kept(shop: ProductShop, qtbot: QtBot) -> None:
    view = open_page(shop, qtbot)
    view.empty.acted.emit()
    view.name.clear()
    view.name.textEdited.emit("")
    view.save.click()
    assert "name" in view.banner.title
    assert kept(shop) == []


def test_the_service_refuses_what_no_page_can_be(shop: ProductShop) -> None:
    desk = shop.services.get(CatalogueDesk)
    with pytest.raises(NotPermitted):
        desk.save_quick_layouts([QuickLayout(0, "Deli")], by=seller())
    with pytest.raises(InvalidInput):
        desk.save_quick_layouts([QuickLayout(0, "Deli", (QuickSlot(3), QuickSlot(3)))], by=shop.actor)


def test_arranging_is_exact() -> None:
    plan = Arrangement([QuickLayout(4, "A", (QuickSlot(0, "x"), QuickSlot(3, "y")))])
    assert not plan.changed
    assert plan.swap(0, 0, 3) and [one.label for one in plan.pages[0].slots] == ["y", "x"]
    assert plan.swap(0, 0, 3) and not plan.changed
    assert not plan.swap(0, 0, 20)
    assert (neighbour(4, 1, 0), neighbour(0, 0, -1), neighbour(7, 0, 1), neighbour(15, 0, 1)) == (-1, -1, 12, -1)
    plan.remove_page(0)
    assert (plan.removed, plan.changed) == ({4}, True)


def test_looks(shop: ProductShop, qtbot: QtBot, render: Any) -> None:
    shop.stock()
    view = open_page(shop, qtbot)
    render(view, "quick-keys-empty", (1216, 724))
    view.empty.acted.emit()
    for position, typed in enumerate(("cheddar", "olive", "balsamic", "almonds", "gift")):
        put(view, qtbot, position * 2, typed)
    view.places[2].click()
    render(view, "quick-keys", (1216, 724))
