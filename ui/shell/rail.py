"""The left rail: sections with icon and word, the lock at its foot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout

from ui.shared import fonts, icons
from ui.shared.tokens import RAIL_WIDTH, SPACE_XS
from ui.shell.registry import SECTION_TITLES, Section

_BUTTON_HEIGHT = 60


class Rail(QFrame):
    section_chosen = Signal(str)  # Section value
    lock_wanted = Signal()

    def __init__(self, sections: Sequence[Section]) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setFixedWidth(RAIL_WIDTH)
        self.setAccessibleName(self.tr("Sections"))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, SPACE_XS, 1, SPACE_XS)
        box.setSpacing(SPACE_XS)
        self._group = QButtonGroup(self)
        self._buttons: dict[Section, QToolButton] = {}
        for section in sections:
            title, icon = SECTION_TITLES[section]
            button = self._button(QCoreApplication.translate("pages", title), icon)
            button.setCheckable(True)
            button.clicked.connect(lambda _checked, which=section: self.section_chosen.emit(which.value))
            self._group.addButton(button)
            self._buttons[section] = button
            box.addWidget(button)
        box.addStretch(1)
        lock = self._button(self.tr("Lock"), "lock")
        lock.clicked.connect(self.lock_wanted)
        box.addWidget(lock)

    def _button(self, text: str, icon: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setAccessibleName(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setFont(fonts.medium(10))
        button.setIconSize(QSize(24, 24))
        button.setFixedSize(RAIL_WIDTH - 1, _BUTTON_HEIGHT)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a tap must not take the scan field's focus
        icons.wear(button, icon, "muted", on="accent")
        return button

    def show_section(self, section: Section | None) -> None:
        if section in self._buttons:
            self._buttons[section].setChecked(True)
            return
        self._group.setExclusive(False)
        for button in self._buttons.values():
            button.setChecked(False)
        self._group.setExclusive(True)
