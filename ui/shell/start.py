"""What stands before the frame: first start and sign-in, and how they plug in.

The program paints one window at once (StartWindow below, with no database import) and puts into it:

- `ui.firststart.view.FirstStartView(writes: Jobs)`, when no shop is there yet.
  Signal `shop_ready = Signal(str)`  # database URL to open; it made or chose the shop itself
- `ui.signin.view.SignInView(writes: Jobs)`, otherwise; painted before the database is open.
  `use(services: Services, register_id: int) -> None` is called once the database is open (until then: say so);
  `fail(sentence: str) -> None` when it cannot be opened;
  signal `signed_in = Signal(object)`  # app.staff.model.Actor, already `.at(register_id, outlet_id)`
  signal `shop_wanted = Signal()`      # the person wants another shop: first start is shown again
  `lock() -> None` is called when the till is locked: forget what was typed, ask for a PIN again.

Both are ordinary QWidgets and import Qt and ui.shared only at module top, nothing of db (services may be named
under TYPE_CHECKING and imported in methods that run after `use`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from ui.shared.banner import Banner

if TYPE_CHECKING:
    from ui.services import Services
    from ui.shell.help import HelpWindow


@runtime_checkable
class SignIn(Protocol):
    def use(self, services: Services, register_id: int) -> None: ...
    def fail(self, sentence: str) -> None: ...
    def lock(self) -> None: ...


class StartWindow(QMainWindow):
    """The first window: holds first start or sign-in, nothing else."""

    painted = Signal()  # once: all of it is on the screen for the first time

    def __init__(self) -> None:
        super().__init__()
        self._was_painted = False
        self.setWindowTitle("Regulars")
        self.setMinimumSize(800, 600)
        self.fit_screen()
        self._stack = QStackedWidget()
        self.banner = Banner()
        whole = QWidget()
        box = QVBoxLayout(whole)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.banner)
        box.addWidget(self._stack, 1)
        self.setCentralWidget(whole)
        QShortcut(QKeySequence("F11"), self, self._toggle_full_screen)
        QShortcut(QKeySequence("F1"), self, self.open_help)
        self._help: HelpWindow | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, self.painted.emit)  # the widgets inside are painted right after this

    def fit_screen(self) -> None:
        """1280 × 800, or the whole of a screen that has no more room than that (a 1024 × 768 till)."""
        room = self.screen().availableGeometry()
        wanted = QSize(1280, 800)
        self.resize(wanted.boundedTo(room.size()))
        if room.width() <= wanted.width() or room.height() <= wanted.height():
            self.move(room.topLeft())
            self.setWindowState(Qt.WindowState.WindowMaximized)  # so that a title bar pushes nothing off its foot

    def show_view(self, view: QWidget) -> None:
        for old in [self._stack.widget(position) for position in range(self._stack.count())]:
            if old is not None and old is not view:
                self._stack.removeWidget(old)
                old.deleteLater()
        if self._stack.indexOf(view) < 0:
            self._stack.addWidget(view)
        self._stack.setCurrentWidget(view)
        view.setFocus()

    def open_help(self) -> None:
        """On what stands here: a view names its page of resources/help as `help_page`."""
        from ui.shell.help import HelpWindow

        if self._help is None:
            self._help = HelpWindow()
        self._help.show_page(getattr(self._stack.currentWidget(), "help_page", "start"))

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._help is not None:
            self._help.close()
        super().closeEvent(event)

    def tell(self, words: str, kind: str = "warning") -> None:
        self.banner.tell(words, kind=kind)

    def tell_defect(self, number: str) -> None:
        self.tell(self.tr("Something went wrong inside the program. Report number {0}.").format(number))

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
