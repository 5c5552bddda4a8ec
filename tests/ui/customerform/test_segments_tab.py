"""The Segments tab: the one that edits."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.segments.service import SegmentService
from app.staff.model import Actor
from tests.ui.crm_shop import CrmShop, headings, texts
from ui.customerform.tabs import FormContext
from ui.customerform.tabs import segments as tab_module
from ui.customerform.tabs.segments import SegmentsTab
from ui.shared.dialogs import Confirm


def open_tab(shop: CrmShop, qtbot: QtBot, actor: Actor | None = None, customer: int = 1) -> SegmentsTab:
    context = shop.context()
    form = FormContext(
        services=shop.services,
        reads=shop.reads,
        writes=shop.writes,
        formats=shop.formats,
        actor=actor or shop.actor,
        open_page=context.open_page,
        open_invoice=lambda sale_id: None,
        notify=context.notify,
    )
    tab = tab_module.TAB.factory(form)
    assert isinstance(tab, SegmentsTab)
    qtbot.addWidget(tab)
    tab.resize(1216, 600)
    tab.show()
    with qtbot.waitSignal(tab._presenter.opened):
        tab.show_customer(customer)
    return tab


def test_the_overview_has_its_columns(shop: CrmShop, qtbot: QtBot) -> None:  # C1, C3
    shop.segment("Wine club", 1, 2, note="asked for it")
    tab = open_tab(shop, qtbot)
    model = tab.table.rows_model
    assert headings(model) == [
        "Creation date",
        "Segment name",
        "Date of the last recalculation",
        "Flexi settings",
        "When the customer was added",
        "How many customers",
        "Note",
        "Action",
    ]
    assert texts(model) == [
        ["14 Mar 2026", "Wine club", "–", "By hand", "14 Mar 2026", "2", "asked for it", "Remove account"]
    ]


def test_removing_asks_and_takes_out(shop: CrmShop, qtbot: QtBot) -> None:  # C4
    club = shop.segment("Wine club", 1)
    tab = open_tab(shop, qtbot)
    at = tab.table.visualRect(tab.table.rows_model.index(0, 7)).center()
    qtbot.mouseClick(tab.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    (question,) = tab.findChildren(Confirm)
    service = shop.services.get(SegmentService)
    assert service.segment(club.id, by=shop.actor).member_count == 1
    assert question.primary is not None
    assert question.primary.text() == "OK"
    with qtbot.waitSignal(tab._presenter.opened):
        question.primary.click()
    assert tab.section.shows_empty
    assert service.segment(club.id, by=shop.actor).member_count == 0


def test_one_or_many_are_ticked_and_saved(shop: CrmShop, qtbot: QtBot) -> None:  # C5
    first, second, third = shop.segment("At-Risk", 1), shop.segment("VIP"), shop.segment("Wine club")
    tab = open_tab(shop, qtbot)
    with qtbot.waitSignal(tab._presenter.choice_ready):
        tab.add.click()
    dialog = tab.dialog
    assert dialog is not None
    shown = [dialog.list.item(place).text() for place in range(dialog.list.count())]
    assert shown == [f"{first.id}   At-Risk", f"{second.id}   VIP", f"{third.id}   Wine club"]
    assert dialog.ticked() == {first.id}
    for place, state in ((0, Qt.CheckState.Unchecked), (1, Qt.CheckState.Checked), (2, Qt.CheckState.Checked)):
        dialog.list.item(place).setCheckState(state)
    assert dialog.primary is not None
    assert dialog.primary.text() == "Save changes"
    with qtbot.waitSignal(tab._presenter.opened):
        dialog.primary.click()
    assert {row[1] for row in texts(tab.table.rows_model)} == {"VIP", "Wine club"}
    mine = shop.services.get(SegmentService).of_customer(1, by=shop.actor)
    assert {one.segment_id for one in mine} == {second.id, third.id}


def test_a_segment_deleted_meanwhile_is_told_and_nothing_is_saved_till_it_is_seen(shop: CrmShop, qtbot: QtBot) -> None:
    """One save is one change. The list is read again without it, and what else was ticked still is."""
    gone, stays = shop.segment("Gone"), shop.segment("Stays")
    tab = open_tab(shop, qtbot)
    with qtbot.waitSignal(tab._presenter.choice_ready):
        tab.add.click()
    dialog = tab.dialog
    assert dialog is not None and dialog.primary is not None
    for place in (0, 1):
        dialog.list.item(place).setCheckState(Qt.CheckState.Checked)
    shop.services.get(SegmentService).delete(gone.id, by=shop.actor)
    with qtbot.waitSignal(tab._presenter.choice_ready):
        dialog.primary.click()
    assert "no longer there" in dialog.banner.title
    assert shop.services.get(SegmentService).of_customer(1, by=shop.actor) == ()
    assert [dialog.list.item(place).text() for place in range(dialog.list.count())] == [f"{stays.id}   Stays"]
    with qtbot.waitSignal(tab._presenter.opened):
        dialog.primary.click()
    assert [row[1] for row in texts(tab.table.rows_model)] == ["Stays"]


def test_the_name_leads_to_the_segment(shop: CrmShop, qtbot: QtBot) -> None:  # C2
    club = shop.segment("Wine club", 1)
    tab = open_tab(shop, qtbot)
    at = tab.table.visualRect(tab.table.rows_model.index(0, 1)).center()
    qtbot.mouseClick(tab.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert shop.pages == [("marketing.segments", club.id)]


def test_who_may_only_look_changes_nothing(shop: CrmShop, qtbot: QtBot) -> None:  # T28
    shop.segment("Wine club", 1)
    tab = open_tab(shop, qtbot, actor=shop.cashier())
    assert not tab.add.isVisible()
    assert texts(tab.table.rows_model)[0][7] == ""
    at = tab.table.visualRect(tab.table.rows_model.index(0, 7)).center()
    qtbot.mouseClick(tab.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert tab.findChildren(Confirm) == []


def test_without_segments_the_dialog_says_where_to_make_one(shop: CrmShop, qtbot: QtBot) -> None:
    tab = open_tab(shop, qtbot)
    with qtbot.waitSignal(tab._presenter.choice_ready):
        tab.add.click()
    dialog = tab.dialog
    assert dialog is not None
    assert dialog.primary is not None
    assert not dialog.primary.isEnabled()
    assert any("Marketing › Customer Segments" in label.text() for label in dialog.findChildren(QLabel))
    dialog.reject()


def test_a_save_that_fails_is_told_in_the_dialog_and_can_be_tried_again(
    shop: CrmShop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.segment("VIP")
    tab = open_tab(shop, qtbot)
    with qtbot.waitSignal(tab._presenter.choice_ready):
        tab.add.click()
    dialog = tab.dialog
    assert dialog is not None
    dialog.list.item(0).setCheckState(Qt.CheckState.Checked)
    service = tab._presenter._service

    def fails(*_: object, **__: object) -> object:
        raise OSError("disk")

    with monkeypatch.context() as broken, qtbot.waitSignal(tab._presenter.refused):
        broken.setattr(service, "move_customer", fails)
        assert dialog.primary is not None
        dialog.primary.click()
    assert dialog.isVisible()
    assert dialog.banner.title
    with qtbot.waitSignal(tab._presenter.opened):
        dialog.primary.click()
    assert tab.dialog is None
    assert [row[1] for row in texts(tab.table.rows_model)] == ["VIP"]


def test_a_heading_sorts_and_stays_for_the_next_customer(shop: CrmShop, qtbot: QtBot) -> None:
    shop.segment("Beta", 1)
    shop.segment("Alpha", 1, 2)
    tab = open_tab(shop, qtbot)
    model, header = tab.table.rows_model, tab.table.horizontalHeader()
    assert header.sortIndicatorSection() == 4 and header.isSortIndicatorShown()
    for expected in (["Alpha", "Beta"], ["Beta", "Alpha"]):
        with qtbot.waitSignal(tab._presenter.opened):
            header.sectionClicked.emit(1)
        assert [row[1] for row in texts(model)] == expected
    assert header.sortIndicatorSection() == 1
    with qtbot.waitSignal(tab._presenter.opened):
        tab.show_customer(2)
    with qtbot.waitSignal(tab._presenter.opened):
        tab.show_customer(1)
    assert [row[1] for row in texts(model)] == ["Beta", "Alpha"]
