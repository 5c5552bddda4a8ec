"""Where a scan goes in the running program: never under a dialog, never lost in silence (F40)."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.segments.service import SegmentService
from app.staff.model import with_all_rights
from tests.ui.sell.fakes import ean13
from tests.ui.test_program import _open_register, _sign_in, program, shop_file  # noqa: F401  # fixtures
from ui.program import Program
from ui.shared.dialogs import Dialog


@pytest.fixture
def till(program: Program, qtbot: QtBot) -> Any:  # noqa: F811
    """The frame of somebody who sells, with the sale's page as `sale`."""
    _sign_in(program, qtbot)
    view = _open_register(lambda: program.frame, qtbot)
    frame: Any = program.frame
    frame.activateWindow()
    frame.sale = view
    return frame


def in_front() -> Any:
    return QApplication.activeModalWidget()


def told(dialog: Dialog) -> str:
    return dialog.banner._title.text() if dialog.banner.isVisible() else ""


@pytest.mark.parametrize("page", ["customers", "marketing.segments"])
def test_a_scan_on_a_page_without_use_for_it_is_sold(till: Any, page: str) -> None:
    till.open_page(page)
    till.on_scan(ean13(2))
    assert till.stack.currentWidget() is till.sale
    assert till.sale.sell.view.total.minor == 840


def test_a_scan_under_the_dialog_of_a_page_is_told_and_changes_nothing(till: Any) -> None:
    till.open_page("customers", "add")
    page, dialog = till.stack.currentWidget(), in_front()
    dialog.fields.first_name.setText("Amara")
    till.on_scan(ean13(2))
    assert till.stack.currentWidget() is page
    assert in_front() is dialog
    assert "scanned and not used" in told(dialog) and ean13(2)[-4:] in told(dialog)
    assert dialog.fields.first_name.text() == "Amara"
    assert till.sale.sell.view.total.minor == 0
    dialog.reject()
    till.on_scan(ean13(2))
    assert till.sale.sell.view.total.minor == 840


def test_a_scan_goes_no_further_than_the_question_over_a_dialog(till: Any) -> None:
    till.open_page("customers", "add")
    dialog = in_front()
    dialog.fields.birth_date.pick()
    question = in_front()
    assert question is not dialog
    till.on_scan(ean13(2))
    assert "scanned and not used" in told(question)
    assert told(dialog) == ""
    question.reject()
    dialog.reject()


def test_a_dialog_that_takes_codes_gets_the_scan(till: Any, qtbot: QtBot) -> None:
    till.open_page("products")
    page = till.stack.currentWidget()
    page.open_new()
    qtbot.waitUntil(lambda: page.form is not None and in_front() is page.form, timeout=5000)
    till.on_scan("4006381333931")
    assert "4006381333931" in page.form.codes.text()
    assert told(page.form) == ""
    page.form.done(0)


def test_a_page_that_takes_codes_gets_none_under_its_dialog(till: Any, qtbot: QtBot) -> None:
    till.open_page("products")
    page = till.stack.currentWidget()
    dialog = Dialog("Anything", page)
    dialog.open()
    till.on_scan("4006381333931")
    assert "scanned and not used" in told(dialog)
    assert page.search.text() == ""
    dialog.reject()


def test_the_sale_gets_its_scans_whatever_is_open_over_it(till: Any) -> None:
    dialog = Dialog("Paper", till.sale)
    dialog.open()
    till.on_scan(ean13(2))
    assert till.sale.sell.view.total.minor == 840
    dialog.reject()


def test_a_menu_gives_way_to_a_scan(till: Any, qtbot: QtBot) -> None:
    """Left open, it would lie over the sale and take its keys."""
    till.open_page("customers")
    page = till.stack.currentWidget()
    menu = page.table.sort_menu()
    assert isinstance(menu, QMenu)
    menu.popup(page.mapToGlobal(page.rect().center()))
    till.on_scan(ean13(2))
    assert QApplication.activePopupWidget() is None
    assert till.sale.sell.view.total.minor == 840


def test_a_page_that_will_not_be_left_keeps_the_scan_out_of_the_sale(till: Any) -> None:
    till.open_page("customers")
    page = till.stack.currentWidget()
    page.page_left = lambda: False
    till.on_scan(ean13(2))
    assert till.stack.currentWidget() is page
    assert till.sale.sell.view.total.minor == 0
    assert "scanned and not used" in till._toast.text
    page.page_left = lambda: True


def test_a_scan_while_customers_go_into_a_segment_leaves_them_marked(till: Any, qtbot: QtBot, program: Program) -> None:  # noqa: F811
    assert program._shop is not None
    program._shop.services.get(SegmentService).create("VIP", by=with_all_rights(1, "Manager"))
    till.open_page("marketing.segments")
    page = till.stack.currentWidget()
    qtbot.waitUntil(lambda: page._segment is not None, timeout=5000)
    page.open_put_in()
    dialog = in_front()
    dialog.note.setText("bought a case")
    till.on_scan(ean13(2))
    assert till.stack.currentWidget() is page
    assert dialog.note.text() == "bought a case"
    assert "scanned and not used" in told(dialog)
    dialog.reject()
