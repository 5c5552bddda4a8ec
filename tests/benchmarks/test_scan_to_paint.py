"""From a scan's last key to the end of the basket's paint event, in the real program on the large shop."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.demo.people import STAFF
from app.shop.local import LocalConfig
from db.uow import Database
from tests.benchmarks.harness import percentile, report
from ui.program import Program
from ui.sell.basket_view import BasketList
from ui.shared import theme
from ui.shared.garbage import GuiCollector

pytestmark = pytest.mark.benchmark

LINES, SALES = 30, 12


class PaintClock:
    """When the basket's list was last painted, and how many rows it then had."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ended, self.rows, self.events = 0.0, 0, 0
        clock = self

        def paint(self: BasketList, event: QPaintEvent) -> None:
            super(BasketList, self).paintEvent(event)
            clock.ended, clock.rows = time.perf_counter(), self.basket.rowCount()
            clock.events += 1

        monkeypatch.setattr(BasketList, "paintEvent", paint, raising=False)


@pytest.fixture
def sell(
    qapp: QApplication, qtbot: QtBot, large_copy: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[tuple[Any, PaintClock]]:
    """The Sell page of the program, signed in at the large shop."""
    paint = PaintClock(monkeypatch)
    monkeypatch.setattr("app.shop.local.config_path", lambda: tmp_path / "regulars.toml")
    theme.apply(qapp)
    program = Program(qapp, LocalConfig(), str(large_copy.file))
    program.start()
    collector = GuiCollector(qapp)  # this and the next line as run_program does
    program.opened.connect(collector.settle)
    signin: Any = program.start_window._stack.currentWidget()
    qtbot.waitUntil(lambda: bool(signin.people.tiles), timeout=60_000)
    manager, pin = next((name, pin) for name, role, pin in STAFF if role == "manager")
    next(tile for tile in signin.people.tiles if tile.tile.name == manager).click()
    signin.pad.submitted.emit(pin)
    qtbot.waitUntil(lambda: program.frame is not None and program.frame.isVisible(), timeout=60_000)

    def page() -> Any:
        return program.frame.stack.currentWidget()  # type: ignore[union-attr]

    if not hasattr(page(), "sell"):
        page().field.setText("100.00")
        page().open()
        qtbot.waitUntil(lambda: hasattr(page(), "sell"), timeout=60_000)
    view = page()
    qtbot.waitUntil(lambda: view.sell.is_ready, timeout=60_000)
    program.frame.resize(1280, 800)  # type: ignore[union-attr]
    qtbot.wait(200)
    yield view, paint
    collector.stop()
    program.close()
    for window in (program.start_window, program.frame):
        if window is not None:
            window.hide()
            window.deleteLater()
    qapp.processEvents()


class Scanner:
    """Types as a wedge does: a key every 2 ms by the events' own clock."""

    def __init__(self) -> None:
        self._at = 10_000

    def key(self, key: int, text: str) -> None:
        target = QApplication.focusWidget()
        assert target is not None
        for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(self._at)
            QCoreApplication.sendEvent(target, event)
        self._at += 2

    def scan(self, code: str) -> float:
        """Returns the moment before the last key."""
        self._at += 500
        for sign in code:
            self.key(ord(sign), sign)
        last = time.perf_counter()
        self.key(Qt.Key.Key_Return, "\r")
        return last


def test_scan_to_painted_line(sell: tuple[Any, PaintClock], qtbot: QtBot, large_copy: Database) -> None:
    view, paint = sell
    with large_copy.read() as uow:
        codes = list(
            uow.connection.exec_driver_sql(
                "SELECT b.code FROM product_barcode b JOIN product p ON p.id = b.product_id "
                "WHERE p.kind = 'standard' AND p.active AND length(b.code) = 13 AND b.code NOT LIKE '2%' "
                f"GROUP BY p.id ORDER BY (p.id * 7919) % 19997 LIMIT {LINES * SALES}"
            ).scalars()
        )
    assert len(codes) == LINES * SALES
    app, scanner, taken = QApplication.instance(), Scanner(), []
    assert app is not None
    view.field.setFocus()
    for number, code in enumerate(codes):
        if number % LINES == 0:
            if number:
                view.errands.holding.void("measured")
            qtbot.waitUntil(lambda: view.sell.basket.is_empty, timeout=20_000)
            qtbot.wait(300)
        wanted = number % LINES + 1
        last = scanner.scan(code)
        while not (paint.ended > last and paint.rows == wanted):
            app.processEvents()
            assert time.perf_counter() - last < 5, (number, code, paint.rows, wanted)
        if number >= LINES:  # the first sale warms up
            taken.append((paint.ended - last) * 1000)
        qtbot.wait(15)
    assert len(taken) == LINES * (SALES - 1)
    detail = (
        f"median {statistics.median(taken):.1f} ms of {len(taken)} scans, {paint.events / len(codes):.1f} paints each"
    )
    report("scan's last key to the line painted, p99", 33, percentile(taken, 0.99), detail, unit=" ms")
