from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot

from ui.shell.help import HelpWindow, read_pages


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "start.md").write_text("# Getting started\n\nPress **F9** to pay. See [Selling](sell.md).\n")
    (tmp_path / "sell.md").write_text("# Selling\n\n## Paying\n\nCash, card or gift card.\n")
    (tmp_path / "about.md").write_text("# About\n\nNothing.\n")
    return tmp_path


def test_start_comes_first_then_titles(folder: Path) -> None:
    assert [page.title for page in read_pages(folder)] == ["Getting started", "About", "Selling"]


def test_it_opens_on_the_page_asked_for_and_follows_links(folder: Path, qtbot: QtBot) -> None:
    window = HelpWindow(folder)
    qtbot.addWidget(window)
    window.show_page("sell")
    assert "Paying" in window.text.toPlainText()
    window.show_page("nowhere")
    window._on_link(QUrl("sell.md"))
    assert window.list.currentItem().text() == "Selling"


def test_search_looks_through_the_text_and_says_when_nothing_is_found(folder: Path, qtbot: QtBot) -> None:
    window = HelpWindow(folder)
    qtbot.addWidget(window)
    window.show_page("start")
    window.field.setText("gift card")
    assert window.list.count() == 1
    window.field.setText("zebra")
    assert window.list.count() == 0
    assert window._none.isVisible()


def test_it_is_drawn(qtbot: QtBot, render: Any) -> None:
    window = HelpWindow()
    qtbot.addWidget(window)
    window.show_page("sell")
    assert all(file.stat().st_size > 1000 for file in render(window, "help", (900, 640)))
