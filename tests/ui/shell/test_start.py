"""The first window is painted before anything heavy is loaded or opened."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.errors import NotFound
from app.shop.local import LocalConfig
from ui import program as started
from ui.program import Program

# What signing in needs, and what painting the window asking for it does not.
_HEAVY = (
    "sqlalchemy",
    "db",
    "hardware",
    "app.barcodes",
    "keyring",
    "tomlkit",
    "logging.handlers",
    "decimal",
    "datetime",
)

_LOADED_AT_PAINT = """
import sys
from PySide6.QtWidgets import QApplication
from app.shop.local import LocalConfig
from ui.program import Program
from ui.shared import theme
app = QApplication([])
theme.apply(app)
program = Program(app, LocalConfig(), sys.argv[1])
program.start_window.painted.connect(lambda: (print(*sys.modules), sys.stdout.flush(), app.exit()))
program.start()
app.exec()
program.close()
"""


class Order(QObject):
    """What happened, in order: "paint" of the window it watches, and what the test adds."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.seen.append("paint")
        return False


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch) -> Order:
    """Opening a shop is only noted, and refused."""
    order = Order()

    def open_shop(_url: str, _register_id: int | None) -> None:
        order.seen.append("open")
        raise NotFound("No such shop. Choose another.")

    monkeypatch.setattr(started, "_open_shop", open_shop)
    return order


@pytest.fixture
def program(qapp: QApplication, order: Order) -> Iterator[Program]:
    made = Program(qapp, LocalConfig(), "nowhere.db")
    made.start_window.installEventFilter(order)
    yield made
    made.close()
    made.start_window.hide()
    made.start_window.deleteLater()
    qapp.processEvents()


def test_the_shop_is_opened_once_and_after_the_first_paint(program: Program, order: Order, qtbot: QtBot) -> None:
    program.start()
    qtbot.waitUntil(lambda: "open" in order.seen)
    program.start_window.update()
    program._open_first()  # the timer for a window nobody sees comes too late
    qtbot.wait(20)
    assert order.seen[0] == "paint"
    assert order.seen.count("open") == 1


def test_a_window_that_starts_unseen_opens_its_shop_too(
    program: Program, order: Order, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(started, "_UNSEEN_MS", 1)
    monkeypatch.setattr(program.start_window, "show", program.start_window.showMinimized)
    program.start()
    qtbot.waitUntil(lambda: "open" in order.seen)


def test_nothing_heavy_is_loaded_at_the_first_paint(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED_AT_PAINT, str(tmp_path / "shop.db")], capture_output=True, text=True, timeout=60,
        check=False, env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    loaded = done.stdout.split()
    assert "ui.signin.view" in loaded, done.stderr
    assert [name for name in _HEAVY if name in loaded] == []


def test_help_opens_on_what_stands_before_the_frame(qtbot: QtBot) -> None:
    """Who needs it most has not signed in yet."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from ui.firststart.view import FirstStartView
    from ui.shared.jobs import Jobs
    from ui.shell.start import StartWindow
    from ui.signin.view import SignInView

    jobs, window = Jobs(1), StartWindow()
    qtbot.addWidget(window)
    window.show()
    for view, title in ((FirstStartView(jobs), "First start"), (SignInView(jobs), "Signing in")):
        window.show_view(view)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        QTest.keyClick(window, Qt.Key.Key_F1)
        assert window._help is not None and window._help.isVisible()
        assert window._help.list.currentItem().text() == title
    window.close()
    assert not window._help.isVisible()  # a window left over would keep the program running
    assert jobs.close()
