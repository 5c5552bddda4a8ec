from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.clock import FixedClock
from hardware.protocols import DeviceState
from ui.shared.format import Formats
from ui.shell.frame import MainWindow
from ui.shell.palette import find_actions
from ui.shell.registry import Action, Page, Place, Registry, Section, ShellContext, discover

CLOCK = FixedClock(datetime(2026, 5, 4, 14, 42, tzinfo=UTC))
PLACE = Place(1, 1, 1, "Fine Foods & Co", "Old Town", "Till 2", demo=True)


class Cashier:
    staff_id = 7
    name = "Amara"

    def __init__(self, *rights: str) -> None:
        self._rights = rights

    def may(self, permission: str, amount: Any = None, /) -> bool:
        return permission in self._rights


class Shown(QLabel):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.arguments: list[object] = []
        self.stays = False
        self.did: list[str] = []

    def page_shown(self, argument: object) -> None:
        self.arguments.append(argument)

    def page_left(self) -> bool:
        return not self.stays

    def palette_actions(self) -> list[Action]:
        return [Action("pay", "Pay", lambda: self.did.append("pay"), "F9")]


def _page(page_id: str, section: Section | None, permission: str = "", order: int = 1) -> Page:
    return Page(page_id, page_id.title(), "users", lambda _context: Shown(page_id), permission, section, order)


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    registry = Registry(
        [
            _page("sell", Section.SELL),
            _page("coupons", Section.MARKETING, "coupon.view", 2),
            _page("segments", Section.MARKETING, "segment.view", 1),
            _page("secret", Section.SETTINGS, "settings.edit"),
            _page("customerform", None),
        ]
    )
    made = MainWindow(registry, Cashier("coupon.view", "segment.view"), PLACE, Formats(), CLOCK)
    context = ShellContext(
        None, None, None, Formats(), Cashier(), None, PLACE, made.open_page, made.notify, made.strip.show_held
    )  # type: ignore[arg-type]
    made.use(context)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    return made


def test_pages_are_made_once_and_told_why_they_are_shown(window: MainWindow) -> None:
    assert window.open_page("customerform", 17)
    form = window.page_widget("customerform")
    assert window.open_page("sell")
    assert window.open_page("customerform", 18)
    assert window.page_widget("customerform") is form
    assert isinstance(form, Shown)
    assert form.arguments == [17, 18]


def test_a_page_without_the_right_cannot_be_opened_and_is_not_offered(window: MainWindow) -> None:
    assert not window.open_page("secret")
    assert "page.secret" not in {action.id for action in window.actions_now()}
    assert not window.open_page("nowhere")


def test_a_section_shows_its_pages_as_tabs_and_comes_back_to_the_last(window: MainWindow) -> None:
    window.rail.section_chosen.emit("marketing")
    assert window.header._tabs.count() == 2
    assert window.header._tabs.tabText(0) == "Segments"
    window.header._tabs.setCurrentIndex(1)
    assert window.stack.currentWidget() is window.page_widget("coupons")
    window.open_page("sell")
    window.rail.section_chosen.emit("marketing")
    assert window.stack.currentWidget() is window.page_widget("coupons")


def test_a_page_with_unfinished_work_stays(window: MainWindow) -> None:
    window.open_page("sell")
    page = window.page_widget("sell")
    assert isinstance(page, Shown)
    page.stays = True
    assert not window.open_page("coupons")
    assert window.stack.currentWidget() is page
    assert not window.close()
    page.stays = False


def test_the_palette_runs_what_is_typed_from_the_keyboard_alone(window: MainWindow, qtbot: QtBot) -> None:
    window.open_page("sell")
    window.open_palette()
    palette = window.palette_box
    assert palette.isVisible()
    qtbot.keyClicks(palette.field, "pa")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    page = window.page_widget("sell")
    assert isinstance(page, Shown)
    assert page.did == ["pay"]
    assert not palette.isVisible()


def test_the_palette_is_dismissed_from_outside_once(window: MainWindow, qtbot: QtBot) -> None:
    told: list[int] = []
    window.palette_box.closed.connect(lambda: told.append(1))
    window.palette_box.dismiss()  # not open: the keyboard is left where it is
    assert told == []
    window.open_palette()
    window.palette_box.dismiss()
    assert not window.palette_box.isVisible()
    assert told == [1]


def test_esc_closes_the_palette(window: MainWindow, qtbot: QtBot) -> None:
    window.open_palette()
    qtbot.keyClick(window.palette_box.field, Qt.Key.Key_Escape)
    assert not window.palette_box.isVisible()


def _action(title: str, words: str = "") -> Action:
    run: Callable[[], None] = lambda: None  # noqa: E731
    return Action(title, title, run, words=words)


def test_actions_are_found_by_words_those_in_the_title_first() -> None:
    actions = [_action("Give a discount"), _action("Open the drawer", "cash discount"), _action("Hold")]
    assert [action.title for action in find_actions(actions, "disc")] == ["Give a discount", "Open the drawer"]
    assert [action.title for action in find_actions(actions, "open dra")] == ["Open the drawer"]
    assert find_actions(actions, "zebra") == []


def test_the_strip_tells_trouble_in_words(window: MainWindow, qtbot: QtBot) -> None:
    window.show_device("printer", "Printer", DeviceState.TROUBLE, "Printer: out of paper")
    window.show_device("scanner", "Scanner", DeviceState.READY)
    _name, button = window.strip._devices["printer"]
    assert "out of paper" in button.text()
    with qtbot.waitSignal(window.strip.device_chosen) as chosen:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert chosen.args == ["printer"]
    window.strip.show_held(2)
    assert "2" in window.strip._held.text()


def test_the_strip_keeps_devices_in_their_places(window: MainWindow) -> None:
    for device in ("database", "scanner", "printer"):
        window.show_device(device, device, DeviceState.READY)
    box = window.strip._device_box
    shown = [box.itemAt(place).widget() for place in range(box.count())]  # type: ignore[union-attr]
    assert [button.text() for button in shown] == ["printer", "scanner", "database"]  # type: ignore[union-attr]


def test_a_report_number_is_shown_and_the_till_goes_on(window: MainWindow) -> None:  # F53
    window.tell_defect("AB12CD")
    assert window.banner.isVisible()
    assert "AB12CD" in window.banner.title


def test_a_name_with_an_ampersand_or_markup_is_shown_as_it_is(window: MainWindow) -> None:
    assert window.windowTitle().startswith("Fine Foods & Co")


def test_every_page_file_of_the_program_can_be_read() -> None:
    ids = [page.id for page in discover().pages()]
    assert len(ids) == len(set(ids))


def test_two_pages_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="sell"):
        Registry([_page("sell", Section.SELL), _page("sell", None)])


def test_looks(window: MainWindow, render: Callable[..., list[Any]]) -> None:
    window.open_page("sell")
    window.show_device("printer", "Printer", DeviceState.TROUBLE, "Printer: out of paper")
    window.show_device("scanner", "Scanner", DeviceState.READY)
    window.strip.show_held(2)
    window.rail.section_chosen.emit("marketing")
    assert all(file.stat().st_size > 1000 for file in render(window, "frame"))
    window.open_palette()
    render(window, "frame-palette")


def test_widgets_have_names(window: MainWindow) -> None:
    from PySide6.QtWidgets import QAbstractButton, QLineEdit

    nameless = [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, QAbstractButton | QLineEdit)
        and not widget.accessibleName()
        and widget.parent().__class__.__name__ != "QTabBar"
    ]
    assert nameless == []
