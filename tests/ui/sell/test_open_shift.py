"""Before the first sale: what was counted last, and its paper once more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.clock import FixedClock
from app.staff.model import Actor
from db.uow import Database
from tests.builders import ShopBuilder, a_shop
from tests.ui.sell.conftest import FORMATS
from ui.sell.open_shift import OpenShiftView
from ui.shared.jobs import Jobs


@pytest.fixture
def shop(sqlite_db: Database, clock: FixedClock) -> ShopBuilder:
    return a_shop(sqlite_db, clock)


def opened(qtbot: QtBot, shop: ShopBuilder, actor: Actor, woken: list[int]) -> tuple[OpenShiftView, Jobs]:
    writes = Jobs(1)
    view = OpenShiftView(shop.sessions, actor, shop.register_ids[0], "Till 1", FORMATS, writes, lambda: woken.append(1))
    qtbot.addWidget(view)
    view.show()
    settle(qtbot, writes)
    return view, writes


def settle(qtbot: QtBot, writes: Jobs) -> None:
    for _ in range(2):
        writes._pool.waitForDone(5000)
        qtbot.wait(1)


def test_the_last_count_stands_there_and_its_paper_is_one_press_away(qtbot: QtBot, shop: ShopBuilder) -> None:  # T27
    shop.sessions.close(shop.till, shop.money("99.50"))
    woken: list[int] = []
    view, writes = opened(qtbot, shop, shop.manager, woken)
    assert "$99.50 was counted" in view._last.text()
    qtbot.mouseClick(view.again, Qt.MouseButton.LeftButton)
    settle(qtbot, writes)
    assert "Z report 1" in view.banner.title
    assert woken == [1]
    assert view.window().focusWidget() is view.field
    assert shop.one("SELECT max(copy_number) FROM outbox WHERE kind = 'report'") == 1
    writes.close()


def test_who_may_not_see_reports_is_offered_none(qtbot: QtBot, shop: ShopBuilder) -> None:
    shop.sessions.close(shop.till, shop.money("99.50"))
    view, writes = opened(qtbot, shop, replace(shop.cashier), [])
    assert view._last.isVisible()
    assert not view.again.isVisible()
    writes.close()


def test_a_new_register_has_no_last_count(qtbot: QtBot, shop: ShopBuilder) -> None:
    view, writes = opened(qtbot, shop, shop.manager, [])
    assert not view._last.isVisible()
    writes.close()
