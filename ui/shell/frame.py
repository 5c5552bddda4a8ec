"""The main window: it shows pages, and knows nothing of what they do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.clock import Clock
from hardware.protocols import DeviceState
from ui.shared.banner import Banner
from ui.shared.format import Formats
from ui.shared.toast import Toast
from ui.shared.tokens import SPACE_M
from ui.shell.header import Header
from ui.shell.help import HelpWindow
from ui.shell.palette import CommandPalette
from ui.shell.rail import Rail
from ui.shell.registry import Action, Page, Place, Registry, Section, ShellContext, SignedIn, allowed
from ui.shell.strip import Strip


class MainWindow(QMainWindow):
    lock_wanted = Signal()
    closing = Signal()

    def __init__(self, registry: Registry, staff: SignedIn, place: Place, formats: Formats, clock: Clock) -> None:
        super().__init__()
        self.setWindowTitle(f"{place.shop} – Regulars")
        self.setMinimumSize(1000, 700)
        self._registry, self._staff = registry, staff
        self._context: ShellContext | None = None
        self._widgets: dict[str, QWidget] = {}
        self._last_in: dict[Section, str] = {}
        self._current: Page | None = None
        self._help: HelpWindow | None = None
        sections = [section for section in Section if registry.in_section(section, staff)]
        self.rail = Rail(sections)
        self.header = Header(place.outlet, place.register, staff.name)
        self.strip = Strip(formats, clock, demo=place.demo)
        self.banner = Banner()
        self.stack = QStackedWidget()
        self._lay_out()
        self._toast = Toast(self)
        self.palette_box = CommandPalette(self)
        self._connect()

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.header)
        right.addWidget(self.banner)
        right.addWidget(self.stack, 1)
        right.addWidget(self.strip)
        whole = QWidget()
        box = QHBoxLayout(whole)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.rail)
        box.addLayout(right, 1)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        self.rail.section_chosen.connect(self._on_section)
        self.rail.lock_wanted.connect(self.lock_wanted)
        self.header.page_chosen.connect(lambda page_id: self.open_page(page_id, None))
        self.header.palette_wanted.connect(self.open_palette)
        self.header.help_wanted.connect(self.open_help)
        self.palette_box.closed.connect(self._focus_home)
        self.strip.held_chosen.connect(lambda: self.open_page("sell", "held"))
        self.strip.device_chosen.connect(lambda device: self.open_page("settings.devices", device))
        for keys, act in (("Ctrl+K", self.open_palette), ("F1", self.open_help), ("F11", self.toggle_full_screen)):
            QShortcut(QKeySequence(keys), self, act)

    def use(self, context: ShellContext) -> None:
        """Give the factories their context; before that only the frame can be shown."""
        self._context = context

    # Pages

    def open_page(self, page_id: str, argument: object = None) -> bool:
        """Bring a page to the front; False when there is none such, it is not allowed or the present one stays."""
        page = self._registry.page(page_id)
        if page is None or not allowed(page, self._staff) or self._context is None:
            return False
        if page is not self._current and not self._may_leave():
            self._show_place()
            return False
        widget = self._widgets.get(page.id)
        if widget is None:
            widget = page.factory(self._context)
            self._widgets[page.id] = widget
            self.stack.addWidget(widget)
        self._current = page
        if page.section is not None:
            self._last_in[page.section] = page.id
        self.stack.setCurrentWidget(widget)
        self._show_place()
        if callable(shown := getattr(widget, "page_shown", None)):
            shown(argument)
        return True

    def page_widget(self, page_id: str) -> QWidget | None:
        return self._widgets.get(page_id)

    def _may_leave(self) -> bool:
        widget = self._widgets.get(self._current.id) if self._current is not None else None
        left = getattr(widget, "page_left", None)
        return bool(left()) if callable(left) else True

    def _show_place(self) -> None:
        page = self._current
        if page is None:
            return
        siblings = self._registry.in_section(page.section, self._staff) if page.section is not None else []
        self.header.show_pages(siblings, page)
        self.rail.show_section(page.section)

    def _on_section(self, value: str) -> None:
        section = Section(value)
        pages = self._registry.in_section(section, self._staff)
        last = self._last_in.get(section)
        if last is None and pages:
            last = pages[0].id
        if last is None or not self.open_page(last, None):
            self._show_place()

    # Everywhere

    def notify(self, text: str, *, undo: Callable[[], None] | None = None, verb: str = "") -> None:
        """A toast; `undo` puts a button on it, called Undo unless `verb` says otherwise."""
        self._toast.lift = int(getattr(self.stack.currentWidget(), "toast_lift", SPACE_M))
        self._toast.centre = float(getattr(self.stack.currentWidget(), "toast_centre", 0.5))
        self._toast.tell(text, undo, verb)

    def tell_defect(self, number: str) -> None:
        """The last-resort handler's words: the report number, and that the till goes on."""
        self.banner.tell(
            self.tr("Something went wrong inside the program. Report number {0}.").format(number),
            self.tr("What was saved is safe. If it happens again, tell this number to whoever looks after the till."),
            kind="warning",
        )

    def show_device(self, device: str, name: str, state: DeviceState, sentence: str = "") -> None:
        self.strip.show_device(device, name, state, sentence)

    def actions_now(self) -> Sequence[Action]:
        """What the palette offers: the page's own actions, then pages, then the frame's."""
        found: list[Action] = []
        widget = self._widgets.get(self._current.id) if self._current is not None else None
        if callable(own := getattr(widget, "palette_actions", None)):
            found.extend(own())
        found.extend(
            Action(
                f"page.{page.id}",
                self.tr("Go to {0}").format(page.shown_title),
                partial(self._go, page.id),
                icon=page.icon,
                words=page.words,
            )
            for page in self._registry.pages()
            if page.section is not None and allowed(page, self._staff)
        )
        found.append(Action("help", self.tr("Help"), self.open_help, "F1", "circle-question-mark"))
        found.append(Action("fullscreen", self.tr("Full screen"), self.toggle_full_screen, "F11", "maximize"))
        found.append(Action("lock", self.tr("Lock the till"), self.lock_wanted.emit, "", "lock"))
        return found

    def _go(self, page_id: str) -> None:
        self.open_page(page_id, None)

    def open_palette(self) -> None:
        self.palette_box.open_with(self.actions_now())

    def open_help(self) -> None:
        if self._help is None:
            self._help = HelpWindow()
        self._help.show_page(self._current.id if self._current is not None else "start")

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _focus_home(self) -> None:
        home = getattr(self.stack.currentWidget(), "focus_home", None)
        if callable(home):
            home()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_leave():
            event.ignore()
            return
        if self._help is not None:
            self._help.close()
        self.closing.emit()
        event.accept()
