"""The 48 px header: what page this is, the way to everything, who stands where."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTabBar

from ui.shared.tokens import HEADER_HEIGHT, SPACE_L, SPACE_M, TYPE_TITLE
from ui.shared.widgets import Button, IconButton, Words
from ui.shell.registry import Page


class Header(QFrame):
    palette_wanted = Signal()
    help_wanted = Signal()
    page_chosen = Signal(str)  # page id

    def __init__(self, outlet: str, register: str, cashier: str) -> None:
        super().__init__()
        self.setObjectName("header")
        self.setFixedHeight(HEADER_HEIGHT)
        box = QHBoxLayout(self)
        box.setContentsMargins(SPACE_L, 0, SPACE_L, 0)
        box.setSpacing(SPACE_M)
        self.title = Words(size=TYPE_TITLE, strong=True)
        self._tabs = QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setAccessibleName(self.tr("Pages of this section"))
        self._tabs.currentChanged.connect(self._on_tab)
        find = Button(self.tr("Search  Ctrl+K"), self.palette_wanted.emit, kind="quiet", icon="search")
        find.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        find.setAccessibleName(self.tr("Find an action or a page"))
        help_button = IconButton("circle-question-mark", self.tr("Help (F1)"), self.help_wanted.emit, size=32)
        help_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        where = Words(" · ".join(part[:24] for part in (outlet, register, cashier) if part), tone="muted")
        box.addWidget(self.title)
        box.addWidget(self._tabs, 0, Qt.AlignmentFlag.AlignBottom)
        box.addStretch(1)
        box.addWidget(find)
        box.addWidget(where)
        box.addWidget(help_button)

    def show_pages(self, pages: Sequence[Page], current: Page) -> None:
        """The section's pages as tabs, when there is more than one."""
        self.title.setText(current.shown_title)
        self._tabs.blockSignals(True)
        while self._tabs.count():
            self._tabs.removeTab(0)
        several = len(pages) > 1 and current in pages
        for page in pages if several else ():
            position = self._tabs.addTab(page.shown_title.replace("&", "&&"))
            self._tabs.setTabData(position, page.id)
            if page is current:
                self._tabs.setCurrentIndex(position)
        self._tabs.setVisible(several)
        self.title.setVisible(not several)
        self._tabs.blockSignals(False)

    def _on_tab(self, position: int) -> None:
        if position >= 0:
            self.page_chosen.emit(self._tabs.tabData(position))
