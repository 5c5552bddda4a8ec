"""Paper on screen is the paper that is printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.clock import FixedClock
from app.paper.maker import PaperMaker
from app.paper.pdf import A4_COUPONS, A6_VOUCHER, ROLL_80, Page
from db.uow import Database
from hardware.protocols import Cut, Document, Text
from tests.builders import a_shop
from ui.paper.view import PaperDialog, PaperView
from ui.shared.jobs import Jobs


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs(1)
    yield made
    made.close()


@pytest.fixture
def document(sqlite_db: Database, clock: FixedClock) -> Document:
    shop = a_shop(sqlite_db, clock)
    shop.product("Bread", "4.20")
    sale = shop.sell("Bread", "Bread", cash="10.00")
    return PaperMaker(sqlite_db, clock).receipt(sale.sale_id)


def test_a_receipt_is_one_page(qtbot: QtBot, jobs: Jobs, document: Document) -> None:
    view = PaperView(jobs)
    qtbot.addWidget(view)
    view.show_document(document)
    qtbot.waitUntil(lambda: view.pages == 1, timeout=5000)


def test_the_last_document_asked_for_is_shown(qtbot: QtBot, jobs: Jobs, document: Document) -> None:
    view = PaperView(jobs)
    qtbot.addWidget(view)
    view.show_document(Document((Text("first"),)))
    view.show_document(document)
    qtbot.waitUntil(lambda: view.pages == 1, timeout=5000)
    assert view._asked == 2


def test_it_is_kept_as_pdf(qtbot: QtBot, jobs: Jobs, document: Document, tmp_path: Path) -> None:
    dialog = PaperDialog(document, jobs)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.save_to(tmp_path / "receipt.pdf")
    qtbot.waitUntil(lambda: (tmp_path / "receipt.pdf").exists(), timeout=5000)
    assert (tmp_path / "receipt.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "receipt.pdf").stat().st_mode & 0o077 == 0  # codes on it can be spent


def test_a_folder_that_cannot_be_written_is_said(qtbot: QtBot, jobs: Jobs, document: Document, tmp_path: Path) -> None:
    dialog = PaperDialog(document, jobs)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.save_to(tmp_path / "nowhere" / "receipt.pdf")
    qtbot.waitUntil(lambda: dialog.banner.isVisible(), timeout=5000)


@pytest.mark.parametrize("page", [ROLL_80, A6_VOUCHER, A4_COUPONS], ids=["roll", "voucher", "coupons"])
def test_the_whole_width_of_a_page_is_seen(qtbot: QtBot, jobs: Jobs, document: Document, page: Page) -> None:
    dialog = PaperDialog(document, jobs, page=page)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.view.pages >= 1, timeout=5000)
    qtbot.wait(20)
    assert dialog.view.horizontalScrollBar().maximum() == 0
    assert dialog.width() <= 1024


def test_a_thick_stack_is_shown_in_part(qtbot: QtBot, jobs: Jobs) -> None:
    view = PaperView(jobs)
    qtbot.addWidget(view)
    pieces = tuple(block for place in range(30) for block in (Text(f"piece {place}"), Cut()))
    view.show_document(Document(pieces))
    qtbot.waitUntil(lambda: view.pages == 12, timeout=5000)
    words = [label.text() for label in view.findChildren(QLabel)]
    assert "The first 12 pages are shown; all of them are printed and saved." in words


def test_what_could_not_be_drawn_is_said_and_logged(
    qtbot: QtBot, jobs: Jobs, document: Document, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> object:
        raise RuntimeError("no font")

    monkeypatch.setattr("app.paper.preview.page_pictures", broken)
    view = PaperView(jobs)
    qtbot.addWidget(view)
    view.show_document(document)
    qtbot.waitUntil(lambda: "paper could not be drawn" in caplog.text, timeout=5000)
    assert any("could not be drawn" in label.text() for label in view.findChildren(QLabel))
