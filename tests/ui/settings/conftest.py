"""A real shop behind the settings pages, and a context like the frame's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.clock import FixedClock
from app.shop.local import LocalSettings
from app.shop.setup import set_up
from app.staff.model import Actor, with_all_rights
from app.staff.people import PeopleService
from app.staff.service import StaffService
from db.uow import Database
from tests.app.shop.test_setup import CHEAP, DRAFT
from ui.services import Services
from ui.settings.registry import discover
from ui.settings.view import SettingsView
from ui.shared.format import Formats
from ui.shared.jobs import Jobs
from ui.shell.registry import Place, ShellContext


class Frame:
    """What the frame would do: remembered, not done."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.opened: list[tuple[str, object]] = []

    def notify(self, text: str, *, undo: object = None) -> None:
        self.told.append(text)

    def open_page(self, page_id: str, argument: object = None) -> bool:
        self.opened.append((page_id, argument))
        return True


@pytest.fixture
def frame() -> Frame:
    return Frame()


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    made = Jobs(2)
    yield made
    assert made.close()


@pytest.fixture
def writes() -> Iterator[Jobs]:
    made = Jobs(1)
    yield made
    assert made.close()


@pytest.fixture
def local(tmp_path: Path) -> LocalSettings:
    return LocalSettings(path=tmp_path / "config" / "regulars.toml")


@pytest.fixture
def services(sqlite_db: Database, clock: FixedClock, local: LocalSettings) -> Services:
    made = set_up(sqlite_db, DRAFT, clock, pins=CHEAP)
    people = PeopleService(sqlite_db, clock, CHEAP)
    people.add(with_all_rights(made.manager_id), "Ines Duarte", made.roles["cashier"], "4827")
    people.add(with_all_rights(made.manager_id), "Sam Okafor", made.roles["supervisor"], "9163")
    found = Services(sqlite_db, clock)
    found.provide(LocalSettings, lambda _: local)
    found.provide(PeopleService, lambda own: PeopleService(own.database, own.clock, CHEAP))
    found.provide(StaffService, lambda own: StaffService(own.database, own.clock, CHEAP))
    return found


@pytest.fixture
def context(services: Services, jobs: Jobs, writes: Jobs, frame: Frame) -> ShellContext:
    return ShellContext(
        services=services,
        reads=jobs,
        writes=writes,
        formats=Formats("de_DE", "EUR", "Europe/Berlin"),
        staff=with_all_rights(1, "Moya", register_id=1, outlet_id=1),
        till=None,
        place=Place(1, 1, 1, "Green Door Deli", "Market Street", "Front"),
        open_page=frame.open_page,
        notify=frame.notify,
        set_held=lambda count: None,
    )


def cashier(context: ShellContext) -> ShellContext:
    return replace(context, staff=Actor(2, "Ines", "cashier", {"sale.sell": None}, 1, 1))


def open_settings(qtbot, context: ShellContext) -> SettingsView:  # type: ignore[no-untyped-def]
    pages = [page for page in discover() if not page.permission or context.staff.may(page.permission)]
    view = SettingsView(pages, lambda page: page.factory(context))
    qtbot.addWidget(view)
    view.resize(1216, 700)
    view.show()
    return view
