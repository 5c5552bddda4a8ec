"""Run in a child process: paints a window and prints the moments that count, as `name unix-time` lines.

`empty`: a QMainWindow with a table. `program DB BARCODE NAME PIN`: the program itself on that shop; unless BARCODE
is "" it signs in, opens the register where it is closed, and scans.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_kept: list[Any] = []


def tell(name: str) -> None:
    print(name, repr(time.time()), flush=True)


def watch(window: QWidget, then: Any) -> None:
    """Call `then` when the window's first paint is through and the event loop has its turn again."""
    from PySide6.QtCore import QEvent, QObject, QTimer

    class Watch(QObject):
        seen = False

        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and not self.seen:
                self.seen = True
                QTimer.singleShot(0, then)
            return False

    _kept.append(Watch())
    window.installEventFilter(_kept[-1])


def empty() -> None:
    from PySide6.QtCore import QStringListModel
    from PySide6.QtWidgets import QApplication, QMainWindow, QTableView

    app = QApplication([])
    window, table = QMainWindow(), QTableView()
    table.setModel(QStringListModel([]))
    window.setCentralWidget(table)
    window.resize(1280, 800)

    def done() -> None:
        tell("painted")
        app.quit()

    watch(window, done)
    window.show()
    app.exec()


def program(database: str, barcode: str, name: str, pin: str) -> None:
    from ui import main

    def hooked(self: Any, notice: str = "") -> None:
        watch(self.start_window, lambda: painted(self))
        start(self, notice)

    def painted(self: Any) -> None:
        tell("painted")
        if barcode:
            _kept.append(Cashier(self, barcode, name, pin))
        else:
            self._app.quit()

    main.load_qt()  # first, as the program does: what is imported before it comes with Qt's slower import
    from ui.program import Program

    start = Program.start
    Program.start = hooked  # type: ignore[method-assign]
    main.main(["--db", database])


class Cashier:
    """Does at once what a person would: PIN, opening float, scan."""

    def __init__(self, program: Any, barcode: str, name: str, pin: str) -> None:
        from PySide6.QtCore import QTimer

        self.program, self.barcode, self.name, self.pin = program, barcode, name, pin
        self.signed = self.opened = self.scanned = False
        self.timer = QTimer()
        self.timer.timeout.connect(self.look)
        self.timer.start(5)

    def look(self) -> None:
        signin: Any = self.program.start_window._stack.currentWidget()
        frame = self.program.frame
        if frame is None or not frame.isVisible():
            tiles = {tile.tile.name: tile for tile in signin.people.tiles}
            if not self.signed and tiles:
                self.signed = True
                tell("sign-in")
                tiles[self.name].click()
                signin.pad.submitted.emit(self.pin)
            return
        page = frame.stack.currentWidget()
        if hasattr(page, "sell"):
            self.scan(page)
        elif not self.opened and hasattr(page, "field"):
            self.opened = True
            page.field.setText("100.00")
            page.open()

    def scan(self, page: Any) -> None:
        if not self.scanned:
            self.scanned = True
            page.sell.scan_accepted.connect(self.accepted)
            page.on_code(self.barcode)  # waits inside until the till is ready

    def accepted(self) -> None:
        tell("accepted")
        self.timer.stop()
        self.program._app.quit()


if __name__ == "__main__":
    if sys.argv[1] == "empty":
        empty()
    else:
        program(*sys.argv[2:6])
