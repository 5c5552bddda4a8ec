"""The ring that shows where the keyboard is changes nothing else of what it lies around."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.shared import theme
from ui.shared.widgets import Button, IconButton

_ACROSS, _DOWN = 9, 4  # pixels at the edges that the ring may take; its corners are round


@pytest.mark.parametrize("kind", ["", "primary", "quiet", "link", "chip", "icon"])
def test_words_and_pictures_stay_where_they_are(qtbot: QtBot, qapp: QApplication, kind: str) -> None:
    theme.apply(qapp)
    page = QWidget()
    page.setObjectName("page")
    qtbot.addWidget(page)
    row = QHBoxLayout(page)
    shown: QAbstractButton = IconButton("trash-2", "Away", size=36) if kind == "icon" else Button("Away", kind=kind)
    other = Button("Elsewhere")
    for button in (other, shown):
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row.addWidget(button)
    page.show()
    page.activateWindow()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    before = _inside(shown)
    shown.setFocus()
    qtbot.waitUntil(shown.hasFocus)
    assert _inside(shown) == before


def _inside(button: QAbstractButton) -> QImage:
    return button.grab(button.rect().adjusted(_ACROSS, _DOWN, -_ACROSS, -_DOWN)).toImage()
