"""The right side while something is asked: a heading, a way back, a body. The basket stays in sight."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ui.shared.banner import Banner
from ui.shared.tokens import SPACE_M, SPACE_S, TYPE_TITLE
from ui.shared.widgets import Card, IconButton, Words


class SidePanel(Card):
    """Esc and the arrow emit `closed`; Enter presses the button that Tab has led to (a scanner's own Enter never comes
    so far). `tell` says what is wrong, in the panel."""

    closed = Signal()

    def __init__(self, title: str) -> None:
        super().__init__("card", margin=SPACE_M, spacing=SPACE_S)
        self.setAccessibleName(title)
        self.heading = Words(title, size=TYPE_TITLE, strong=True, wrap=True)
        self.back = IconButton("arrow-left", self.tr("Back (Esc)"), self.closed.emit, size=40)
        self.back.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(self.back)
        head.addWidget(self.heading, 1)
        self.banner = Banner(closable=False)
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACE_S)
        self.box.addLayout(head)
        self.box.addWidget(self.banner)
        self.box.addLayout(self.body, 1)

    def set_title(self, title: str) -> None:
        self.heading.setText(title)
        self.setAccessibleName(title)

    def tell(self, sentence: str, kind: str = "danger") -> None:
        if sentence:
            self.banner.tell(sentence, kind=kind)
        else:
            self.banner.hide()

    def focus_first(self) -> None:
        """Where the keyboard goes as the panel opens."""

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round inside the panel, as one reads it: it is left with Esc, never by a Tab too many."""
        stops = [
            part
            for part in self.findChildren(QWidget)
            if part.isVisibleTo(self) and part.isEnabled() and part.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        if not stops:
            return False
        places = {part: part.mapTo(self, part.rect().center()) for part in stops}
        stops.sort(key=lambda part: (places[part].y(), places[part].x()))  # centres: a thick edge makes no other row
        now = QApplication.focusWidget()
        step = 1 if forward else -1
        at = stops.index(now) + step if now in stops else (0 if forward else -1)
        stops[at % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = QApplication.focusWidget()
        entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat()
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif entered and isinstance(focused, QPushButton) and self.isAncestorOf(focused):  # no panel it has just opened
            self.confirm() if focused.isCheckable() else focused.click()
        else:
            super().keyPressEvent(event)

    def confirm(self) -> None:
        """Enter where a choice is marked, such as a reason: what the panel is for. A field tells of its own Enter."""


class SideBar(QStackedWidget):
    """The right side: home, or the panel of what is being done. `back` is one step, never more.

    While a sale is being paid, the pay panel is home: whatever was opened over it leads back to it.
    """

    backed = Signal(object)  # the panel that was left
    pay_left = Signal()  # one step back from the pay panel is asked for
    focus_wanted = Signal()  # the keyboard belongs to whoever is in front now

    def __init__(self, home: QWidget) -> None:
        super().__init__()
        self.home = home
        self._pay: SidePanel | None = None
        self._paying: Callable[[], bool] = lambda: False
        self._under: QWidget | None = None
        self.addWidget(home)

    def add(self, panel: SidePanel) -> None:
        self.addWidget(panel)
        panel.closed.connect(self.back)

    def add_pay(self, panel: SidePanel, paying: Callable[[], bool]) -> None:
        self.add(panel)
        self._pay, self._paying = panel, paying

    def open(self, panel: QWidget) -> None:
        self._under = None
        self._show(panel)

    def open_over(self, panel: SidePanel) -> None:
        """One step back from it is the panel that asked."""
        under = self.currentWidget()
        self._show(panel)
        if under is not panel:
            self._under = under if isinstance(under, SidePanel) else None

    def _show(self, panel: QWidget) -> None:
        self.setCurrentWidget(panel)
        self.focus_wanted.emit()

    def open_pay(self) -> None:
        if self._pay is not None:
            self.open(self._pay)

    def show_home(self) -> None:
        if self._pay is not None and self._paying():
            self.open(self._pay)
        else:
            self.open(self.home)

    def back(self) -> None:
        left, under = self.currentWidget(), self._under
        if left is self._pay and self._paying():
            self.pay_left.emit()
            return
        if under is not None:
            self.open(under)
        else:
            self.show_home()
        self.backed.emit(left)


def clear(box: QVBoxLayout | QHBoxLayout) -> None:
    """Take every widget out of a layout."""
    while (item := box.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif isinstance(inner := item.layout(), QVBoxLayout | QHBoxLayout):
            clear(inner)


def stretch_row(*parts: QWidget) -> QHBoxLayout:
    """Parts of equal width side by side."""
    box = QHBoxLayout()
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(SPACE_S)
    for part in parts:
        box.addWidget(part, 1)
    return box
