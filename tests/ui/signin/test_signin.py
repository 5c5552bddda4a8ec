"""The sign-in window, driven as a person would, on a real shop."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from app.clock import FixedClock
from app.demo.people import STAFF
from app.shop.setup import set_up
from app.staff.model import with_all_rights
from app.staff.people import PeopleService
from app.staff.service import StaffService
from db.errors import DatabaseUnavailable
from db.uow import Database
from tests.app.shop.test_setup import CHEAP, DRAFT
from ui.services import Services
from ui.shared.jobs import Jobs
from ui.signin.tiles import initials
from ui.signin.view import SignInView

MANAGER, CASHIER = STAFF[0], STAFF[2]


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    made = Jobs(1)
    yield made
    assert made.close()


@pytest.fixture
def services(sqlite_db: Database, clock: FixedClock) -> Services:
    """A shop with a manager and a cashier of the demo team; the cashier has another PIN than the tile tells."""
    made = set_up(sqlite_db, replace(DRAFT, is_demo=True, manager_name=MANAGER[0]), clock, pins=CHEAP)
    people = PeopleService(sqlite_db, clock, CHEAP)
    people.add(with_all_rights(made.manager_id), CASHIER[0], made.roles["cashier"], "4827")
    found = Services(sqlite_db, clock)
    found.provide(StaffService, lambda services: StaffService(services.database, services.clock, CHEAP))
    return found


@pytest.fixture
def view(qtbot, jobs: Jobs, services: Services) -> SignInView:  # type: ignore[no-untyped-def]
    shown = SignInView(jobs)
    qtbot.addWidget(shown)
    with qtbot.waitSignal(shown.presenter.page_read):
        shown.use(services, 1)
    return shown


def type_pin(qtbot, view: SignInView, pin: str, *, slowly: bool = True) -> None:  # type: ignore[no-untyped-def]
    for figure in pin:
        qtbot.keyClick(view.pad, figure, delay=0)
        if slowly:
            view._keys = [moment - 0.2 * (len(pin) - place) for place, moment in enumerate(view._keys)]
    qtbot.keyClick(view.pad, Qt.Key.Key_Return)


def choose(view: SignInView, name: str) -> None:
    next(tile for tile in view.people.tiles if tile.tile.name == name).click()


def test_it_paints_before_the_shop_is_open(qtbot, jobs: Jobs) -> None:  # type: ignore[no-untyped-def]
    view = SignInView(jobs)
    qtbot.addWidget(view)
    view.show()
    assert "Opening" in view.place.text()
    assert not view.pad.isEnabled()


def test_everyone_has_a_tile_and_a_demo_shop_tells_its_pins(view: SignInView) -> None:
    assert [tile.tile.name for tile in view.people.tiles] == [CASHIER[0], MANAGER[0]]
    assert [tile.tile.demo_pin for tile in view.people.tiles] == [CASHIER[2], MANAGER[2]]
    assert view.shop.text() == "Green Door Deli"
    assert view.place.text() == "Market Street · Front"
    assert not view.demo_note.isHidden()
    assert not view.pad.isEnabled()  # nobody chosen yet


def test_a_real_shop_tells_no_pin(sqlite_db: Database, clock: FixedClock) -> None:
    set_up(sqlite_db, replace(DRAFT, manager_name=MANAGER[0]), clock, pins=CHEAP)
    page = StaffService(sqlite_db, clock, CHEAP).page(1)
    assert not page.demo
    assert [tile.demo_pin for tile in page.tiles] == [""]


def test_the_right_pin_signs_in_at_this_register(qtbot, view: SignInView) -> None:  # type: ignore[no-untyped-def]
    choose(view, CASHIER[0])
    with qtbot.waitSignal(view.signed_in) as signed:
        type_pin(qtbot, view, "4827")
    [actor] = signed.args
    assert (actor.name, actor.role, actor.register_id, actor.outlet_id) == (CASHIER[0], "cashier", 1, 1)


def test_a_wrong_pin_is_told_and_can_be_typed_again(qtbot, view: SignInView) -> None:  # type: ignore[no-untyped-def]
    choose(view, CASHIER[0])
    with qtbot.waitSignal(view.presenter.refused) as refused:
        type_pin(qtbot, view, "1111")
    assert refused.args == ["That PIN does not match. Try again."]
    assert view.pad.isEnabled()
    with qtbot.waitSignal(view.signed_in):
        type_pin(qtbot, view, "4827")


def test_a_lock_counts_down_and_opens_by_itself(qtbot, view: SignInView, clock: FixedClock) -> None:  # type: ignore[no-untyped-def]
    choose(view, CASHIER[0])
    for _ in range(3):
        with qtbot.waitSignal(view.presenter.refused):
            type_pin(qtbot, view, "1111")
    with qtbot.waitSignal(view.presenter.locked):
        type_pin(qtbot, view, "4827")
    assert not view.pad.isEnabled()
    assert "0:15" in view.pad._said.text()
    assert not isinstance(view.window().focusWidget(), QPushButton)  # an Enter typed blind presses nothing
    choose(view, MANAGER[0])  # another's lock is not hers
    assert view.pad.isEnabled()
    choose(view, CASHIER[0])
    assert not view.pad.isEnabled()
    clock.advance(seconds=16)
    qtbot.waitUntil(view.pad.isEnabled)
    with qtbot.waitSignal(view.signed_in):
        type_pin(qtbot, view, "4827")


def test_pressing_enter_twice_signs_in_once(qtbot, view: SignInView) -> None:  # type: ignore[no-untyped-def]  # F29
    choose(view, CASHIER[0])
    seen = []
    view.signed_in.connect(seen.append)
    with qtbot.waitSignal(view.signed_in):
        type_pin(qtbot, view, "4827")
        view._on_pin("4827")
    qtbot.wait(50)
    assert len(seen) == 1


def test_a_scan_is_no_pin(qtbot, view: SignInView) -> None:  # type: ignore[no-untyped-def]  # F40
    choose(view, CASHIER[0])
    asked = []
    view.pad.submitted.connect(asked.append)
    type_pin(qtbot, view, "4006381333931", slowly=False)
    assert asked == []
    assert "scan" in view.pad._said.text()


def test_locking_asks_the_same_person_again(qtbot, view: SignInView) -> None:  # type: ignore[no-untyped-def]
    choose(view, MANAGER[0])
    with qtbot.waitSignal(view.signed_in):
        type_pin(qtbot, view, "7305")
    with qtbot.waitSignal(view.presenter.page_read):
        view.lock()
    assert view.who.text() == MANAGER[0]
    assert view.pad.isEnabled()


def test_trouble_opening_is_said_with_a_way_on(qtbot, jobs: Jobs) -> None:  # type: ignore[no-untyped-def]  # F10
    view = SignInView(jobs)
    qtbot.addWidget(view)
    view.fail("The file shop.db is empty. Restore the last backup.")
    assert "Restore" in view.banner.text
    assert not view.banner.isHidden()


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Ines Duarte", "ID"), ("Moya", "M"), ("  ", ""), ("José María López", "JL"), ("李 小龙", "李小")],
)
def test_initials(name: str, expected: str) -> None:
    assert initials(name) == expected


@pytest.mark.slow
def test_pictures(view: SignInView, render, qapp: QApplication) -> None:  # type: ignore[no-untyped-def]
    choose(view, CASHIER[0])
    assert len(render(view, "signin")) == 2
    assert len(render(view, "signin-small", size=(1024, 768))) == 2


@pytest.mark.parametrize("module", ["ui.signin.view", "ui.firststart.view"])
def test_the_first_window_paints_before_anything_heavy_is_imported(module: str) -> None:
    heavy = "sqlalchemy alembic babel argon2 reportlab escpos openpyxl phonenumbers pyqtgraph psycopg sqlcipher3"
    code = f"import sys, {module}; print(sorted(set('{heavy}'.split()) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_was_said_of_a_silent_server_goes_when_it_is_back(  # type: ignore[no-untyped-def]
    qtbot, view: SignInView, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:  # F22
    """The till is locked while the server is away; nobody presses anything, and the window is right again."""
    staff = services.get(StaffService)
    page = staff.page
    left = [2]

    def away(register_id: int):  # type: ignore[no-untyped-def]
        if left[0]:
            left[0] -= 1
            raise DatabaseUnavailable
        return page(register_id)

    monkeypatch.setattr(staff, "page", away)
    monkeypatch.setattr("ui.signin.presenter._AGAIN_MS", 20)
    with qtbot.waitSignal(view.presenter.failed):
        view.lock()
    assert not view.banner.isHidden()
    with qtbot.waitSignal(view.presenter.page_read):
        pass
    assert view.banner.isHidden()
