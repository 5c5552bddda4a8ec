"""First start, clicked through: the demo, a shop of one's own, one that exists."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
import sqlcipher3.dbapi2 as sqlite
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.clock import FixedClock
from app.shop.service import ShopService
from app.shop.setup import create_shop
from app.staff.service import StaffService
from db.schema import create_schema, open_shop
from tests.app.shop.test_setup import CHEAP, DRAFT
from ui.firststart.steps import SetUpView, currency_options, locale_options, zone_options
from ui.firststart.view import FirstStartView, OpenDialog
from ui.settings.form import choose, chosen
from ui.shared.jobs import Jobs, Progress


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    made = Jobs(1)
    yield made
    assert made.close()


def quick_demo(path: str, progress: Progress) -> None:
    progress.report(1, 2)
    create_shop(path, DRAFT, _clock(), pins=CHEAP).close()
    progress.report(2, 2)


def _clock() -> FixedClock:
    from tests.conftest import NOON

    return FixedClock(NOON)


def endless_demo(path: str, progress: Progress) -> None:
    Path(path).write_bytes(b"half made")
    while not progress.cancelled:
        progress.report(1, 100)
        time.sleep(0.01)


@pytest.fixture
def view(qtbot, jobs: Jobs, tmp_path: Path) -> FirstStartView:  # type: ignore[no-untyped-def]
    shown = FirstStartView(jobs, folder=tmp_path / "data", build_demo=quick_demo)
    qtbot.addWidget(shown)
    shown.show()
    return shown


def set_up(view: FirstStartView) -> SetUpView:
    view.set_up_button.click()
    form = view.stack.currentWidget()
    assert isinstance(form, SetUpView)
    return form


def fill(form: SetUpView) -> None:
    """Everything as somebody in Berlin would type it."""
    choose(form.country, "DE")
    form._on_country()
    form.name.setText("Green Door Deli")
    form.address.setPlainText("Market Street 1\n10115 Berlin")
    form.manager.setText("Moya")
    form.pin.setText("7305")
    form.again.setText("7305")


def test_the_demo_is_built_once_and_opened(qtbot, view: FirstStartView, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with qtbot.waitSignal(view.shop_ready) as ready:
        view.demo_button.click()
    assert ready.args == [str(tmp_path / "data" / "demo.db")]
    made = (tmp_path / "data" / "demo.db").stat().st_mtime_ns
    with qtbot.waitSignal(view.shop_ready):
        view.explore_demo()
    assert (tmp_path / "data" / "demo.db").stat().st_mtime_ns == made


def test_cancelling_the_demo_leaves_nothing(qtbot, jobs: Jobs, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    view = FirstStartView(jobs, folder=tmp_path, build_demo=endless_demo)
    qtbot.addWidget(view)
    with qtbot.waitSignal(view.presenter.demo_progress):
        view.demo_button.click()
    assert view.stack.currentWidget() is view.building
    with qtbot.waitSignal(view.presenter.demo_cancelled):
        view.cancel_button.click()
    assert view.stack.currentWidget() is view.welcome
    assert list(tmp_path.iterdir()) == []


def test_a_demo_that_fails_says_so_and_leaves_nothing(qtbot, jobs: Jobs, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    def failing(path: str, progress: Progress) -> None:
        Path(path).write_bytes(b"half made")
        raise OSError(28, "No space left on device", path)

    view = FirstStartView(jobs, folder=tmp_path, build_demo=failing)
    qtbot.addWidget(view)
    with qtbot.waitSignal(view.presenter.failed):
        view.demo_button.click()
    assert "No space left" in view.banner.title
    assert list(tmp_path.iterdir()) == []
    assert view.stack.currentWidget() is view.welcome


def test_a_shop_is_set_up_by_typing_and_opens(qtbot, view: FirstStartView, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    form = set_up(view)
    fill(form)
    form.next.click()
    assert form.title.text() == "Money and tax"
    assert (chosen(form.currency), chosen(form.locale_box), chosen(form.zone)) == ("EUR", "de_DE", "Europe/Berlin")
    assert form.with_tax.isChecked()
    form.next.click()
    assert form.title.text() == "Till and keys"
    assert form.next.text() == "Open my shop"
    with qtbot.waitSignal(view.shop_ready, timeout=15_000) as ready:
        form.next.click()
    database = open_shop(ready.args[0])
    info = ShopService(database, _clock()).info()
    assert (info.name, info.currency, info.prices_include_tax) == ("Green Door Deli", "EUR", True)
    taxes = ShopService(database, _clock()).taxes()
    assert [(tax.name, str(tax.percent)) for tax in taxes] == [("MwSt 19 %", "19"), ("MwSt 7 %", "7")]
    staff = StaffService(database, _clock())
    assert staff.sign_in(staff.tiles()[0].id, "7305", 1).role == "manager"
    database.close()
    assert (tmp_path / "data" / "shop.db").stat().st_mode & 0o077 == 0


def test_each_page_is_checked_before_the_next(view: FirstStartView) -> None:
    form = set_up(view)
    form.next.click()
    assert form.title.text() == "Your shop"
    assert "missing" in form._steps[0][1].fields["name"].said.text()
    form.name.setText("Green Door")
    assert "missing" not in form._steps[0][1].fields["name"].said.text()
    form.next.click()
    form.taxes._rows[0].percent.setText("eight")
    form.next.click()
    assert form.title.text() == "Money and tax"
    assert "number" in form._steps[1][1].fields["taxes"].said.text()
    form.taxes._rows[0].percent.setText("8.25")
    form.next.click()
    form.manager.setText("Moya")
    form.pin.setText("7305")
    form.again.setText("7306")
    form.next.click()
    assert "differ" in form._steps[2][1].fields["again"].said.text()
    form.pin.setText("1234")
    form.again.setText("1234")
    form.next.click()
    assert "first anyone would try" in form._steps[2][1].fields["manager_pin"].said.text()


def test_a_shop_is_set_up_without_a_mouse(qtbot, view: FirstStartView) -> None:  # type: ignore[no-untyped-def]
    view.activateWindow()
    qtbot.waitUntil(view.set_up_button.hasFocus)
    qtbot.keyClick(view.set_up_button, Qt.Key.Key_Return)
    form = view.stack.currentWidget()
    assert isinstance(form, SetUpView)
    fill(form)
    form.name.setFocus()
    qtbot.keyClick(form.name, Qt.Key.Key_Return)
    assert form.title.text() == "Money and tax"
    rows = len(form.taxes._rows)
    form.taxes._rows[-1].gone.setFocus()
    qtbot.keyClick(form.taxes._rows[-1].gone, Qt.Key.Key_Return)
    assert (form.title.text(), len(form.taxes._rows)) == ("Money and tax", rows - 1)  # the button it is on, no other
    form.back.setFocus()
    qtbot.keyClick(form.back, Qt.Key.Key_Return)
    assert form.title.text() == "Your shop"


def test_the_keyboard_stays_on_what_can_be_seen(qtbot, jobs: Jobs, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """While the demo is built, Tab and Enter must reach no button of the page behind."""
    view = FirstStartView(jobs, folder=tmp_path, build_demo=endless_demo)
    qtbot.addWidget(view)
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.set_up_button.hasFocus)
    with qtbot.waitSignal(view.presenter.demo_progress):
        view.demo_button.click()
    assert view.cancel_button.hasFocus()
    qtbot.keyClick(view.cancel_button, Qt.Key.Key_Tab)
    focused = view.focusWidget()
    assert focused is None or focused.isVisible()
    with qtbot.waitSignal(view.presenter.demo_cancelled):
        view.cancel_button.click()


def test_no_part_of_a_form_flashes_up_as_a_window(qtbot, qapp: QApplication, view: FirstStartView) -> None:  # type: ignore[no-untyped-def]
    class Windows(QObject):
        seen: ClassVar[list[str]] = []

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                self.seen.append(type(watched).__name__)
            return False

    watch = Windows()
    qapp.installEventFilter(watch)
    set_up(view)
    qapp.removeEventFilter(watch)
    assert watch.seen == []


def test_a_place_that_is_taken_is_refused_where_it_was_typed(qtbot, view: FirstStartView, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    taken = tmp_path / "taken.db"
    create_shop(str(taken), DRAFT, _clock(), pins=CHEAP).close()
    form = set_up(view)
    fill(form)
    form.next.click()
    form.next.click()
    form.database.setText(str(taken))
    with qtbot.waitSignal(view.presenter.judged):
        form.test.click()
    assert "Green Door Deli" in form.banner.title and "Open a shop that exists" in form.banner.title
    with qtbot.waitSignal(view.presenter.refused):
        form.next.click()
    assert "is here" in form._steps[2][1].fields["database"].said.text()
    assert form.next.isEnabled()


def test_a_server_is_set_up_by_its_address(qtbot, view: FirstStartView, postgres_server: str) -> None:  # type: ignore[no-untyped-def]
    import psycopg
    from sqlalchemy import make_url

    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE first_start")
    address = make_url(postgres_server).set(database="first_start").render_as_string(hide_password=False)
    form = set_up(view)
    fill(form)
    form.next.click()
    form.next.click()
    form.on_server.click()
    assert form.database.text() == ""
    form.database.setText(address)
    with qtbot.waitSignal(view.presenter.judged, timeout=10_000):
        form.test.click()
    assert "empty and writable" in form.banner.title
    with qtbot.waitSignal(view.shop_ready, timeout=30_000) as ready:
        form.next.click()
    database = open_shop(ready.args[0])
    assert ShopService(database, _clock()).info().name == "Green Door Deli"
    database.close()
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("DROP DATABASE first_start WITH (FORCE)")


def test_a_shop_that_exists_is_opened_and_another_file_refused(qtbot, view: FirstStartView, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    there = tmp_path / "there.db"
    create_shop(str(there), DRAFT, _clock(), pins=CHEAP).close()
    view.ask_existing()
    [dialog] = view.findChildren(OpenDialog)
    dialog.address.setText(str(tmp_path / "nothing.db"))
    assert dialog.primary is not None
    with qtbot.waitSignal(view.presenter.refused):
        dialog.primary.click()
    assert dialog.form.fields["database"].said.text()
    assert not (tmp_path / "nothing.db").exists()  # F10: never silently a new, empty shop
    dialog.address.setText(str(there))
    with qtbot.waitSignal(view.shop_ready) as ready:
        dialog.primary.click()
    assert ready.args == [str(there)]


def test_a_file_is_remembered_by_its_whole_path(  # type: ignore[no-untyped-def]
    qtbot, view: FirstStartView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started from another folder, the program must find the same file."""
    monkeypatch.chdir(tmp_path)
    form = set_up(view)
    fill(form)
    form.next.click()
    form.next.click()
    form.database.setText("mine.db")
    with qtbot.waitSignal(view.shop_ready, timeout=15_000) as ready:
        form.next.click()
    assert ready.args == [str(tmp_path / "mine.db")]
    with qtbot.waitSignal(view.shop_ready) as ready:
        view.presenter.open_existing(" mine.db ")
    assert ready.args == [str(tmp_path / "mine.db")]


def test_trouble_while_setting_up_is_said_once(qtbot, view: FirstStartView, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    form = set_up(view)
    view.presenter.failed.emit("The disk is full.")
    assert [form.banner.isVisible(), view.banner.isVisible()].count(True) == 1
    view.stack.setCurrentWidget(view.welcome)
    view.presenter.failed.emit("The disk is full.")
    assert view.banner.isVisible()


def test_a_set_up_that_was_cut_off_can_be_done_again(qtbot, view: FirstStartView, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Killed while the tables were made, or after them and before the shop: both files may be set up anew."""
    header_only, tables_only = tmp_path / "header.db", tmp_path / "tables.db"
    for part in (header_only, tables_only):
        connection = sqlite.connect(str(part))
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA user_version = 0")
        connection.close()
    assert header_only.stat().st_size > 0
    tables_only.unlink()
    create_schema(str(tables_only)).close()
    form = set_up(view)
    fill(form)
    form.next.click()
    form.next.click()
    for part in (header_only, tables_only):
        form.database.setText(str(part))
        with qtbot.waitSignal(view.presenter.judged):
            form.test.click()
        assert "can be set up" in form.banner.title
        with qtbot.waitSignal(view.shop_ready, timeout=15_000):
            form.next.click()
        form._set_busy(False)


def test_lists_to_choose_from_hold_what_is_in_use() -> None:
    currencies = {value for value, _ in currency_options()}
    assert {"EUR", "USD", "JPY", "KWD", "CHF"} <= currencies
    assert not {"DEM", "FRF", "ITL"} & currencies
    assert {"de_CH", "en_GB", "ja_JP"} <= {value for value, _ in locale_options()}
    assert "Europe/Lisbon" in {value for value, _ in zone_options()}


@pytest.mark.slow
def test_pictures(view: FirstStartView, render) -> None:  # type: ignore[no-untyped-def]
    assert render(view, "firststart-welcome")
    assert render(view, "firststart-welcome-small", size=(1024, 768))
    view.stack.setCurrentWidget(view.building)
    view._on_progress(1800, 5000)
    assert render(view, "firststart-demo")
    form = set_up(view)
    fill(form)
    for number in range(3):
        form._show_step(number)
        if number == 2:
            form._steps[2][1].fields["manager_pin"].refuse("This PIN is among the first anyone would try.")
        assert render(view, f"firststart-step{number + 1}")
        assert render(view, f"firststart-step{number + 1}-small", size=(1024, 768))


def test_after_a_test_by_keyboard_the_address_has_the_keyboard_again(qtbot, view: FirstStartView) -> None:  # type: ignore[no-untyped-def]
    """Switched off for the time of the test, the button handed the keyboard on to Back: the next key left the page."""
    form = set_up(view)
    fill(form)
    form.next.click()
    form.next.click()
    form.on_server.click()
    QApplication.processEvents()  # the page's first field takes the keyboard once it stands
    form.database.setText("mysql://nobody@nowhere/shop")
    form.test.setFocus()
    with qtbot.waitSignal(view.presenter.judged):
        qtbot.keyClick(form.test, Qt.Key.Key_Space)
    assert form.focusWidget() is form.database
    assert form.test.isEnabled()
