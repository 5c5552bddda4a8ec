"""Customer Segments: making them, putting customers in, taking them out, and who may."""

from __future__ import annotations

from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.segments.service import SegmentService
from app.staff.model import Actor
from tests.ui.crm_shop import ODD_NAME, CrmShop, headings, texts
from ui.marketing import page as marketing_page
from ui.marketing.segments.dialogs import NoteDialog, PutInDialog, SegmentDialog
from ui.marketing.segments.view import SegmentsView
from ui.shared.dialogs import Confirm


def open_page(shop: CrmShop, qtbot: QtBot, actor: Actor | None = None, segment: int | None = None) -> SegmentsView:
    (page,) = [page for page in marketing_page.PAGES if page.id == "marketing.segments"]
    view = page.factory(shop.context(actor))
    assert isinstance(view, SegmentsView)
    qtbot.addWidget(view)
    view.resize(1216, 724)
    view.show()
    with qtbot.waitSignal(view._presenter.listed):
        view.page_shown(segment)
    if view.list.rowCount():
        qtbot.waitUntil(lambda: view._inside.isVisible())
        qtbot.wait(20)
    return view


def put_in_dialog(view: SegmentsView) -> PutInDialog:
    view.open_put_in()
    assert isinstance(view.dialog, PutInDialog)
    return view.dialog


def service(shop: CrmShop) -> SegmentService:
    return shop.services.get(SegmentService)


def test_without_segments_the_page_says_what_they_are(shop: CrmShop, qtbot: QtBot) -> None:
    view = open_page(shop, qtbot)
    assert view.none_yet.isVisible()
    view.none_yet.acted.emit()
    assert isinstance(view.dialog, SegmentDialog)


def test_the_list_counts_and_the_members_say_why(shop: CrmShop, qtbot: QtBot) -> None:  # A8
    shop.segment("At-Risk")
    vip = shop.segment("VIP", 1, 2, note="tasting")
    view = open_page(shop, qtbot, segment=vip.id)
    assert texts(view.list) == [["At-Risk", "By hand", "0"], ["VIP", "By hand", "2"]]
    assert view.name.text() == "VIP"
    assert headings(view.members)[2:] == ["Date Assigned", "Assigned By", "Notes"]
    qtbot.waitUntil(lambda: view.members.rowCount() == 2)
    assert [row[2:] for row in texts(view.members)] == [["14 Mar 2026", "Mona", "tasting"]] * 2


def test_a_segment_is_made_and_marked(shop: CrmShop, qtbot: QtBot) -> None:  # A8
    shop.segment("Alpha")
    view = open_page(shop, qtbot)
    view.open_new()
    dialog = view.dialog
    assert isinstance(dialog, SegmentDialog)
    dialog.name.setText(ODD_NAME)
    dialog.description.setPlainText("Likes <i>cheese</i>")
    with qtbot.waitSignal(view._presenter.listed):
        dialog.primary.click()  # type: ignore[union-attr]
    assert view.dialog is None
    assert view.name.text() == ODD_NAME
    assert view.description.text() == "Likes <i>cheese</i>"
    assert view.nobody_in.isVisibleTo(view)


def test_a_taken_name_is_refused_in_the_dialog(shop: CrmShop, qtbot: QtBot) -> None:
    shop.segment("VIP")
    view = open_page(shop, qtbot)
    view.open_new()
    dialog = view.dialog
    assert isinstance(dialog, SegmentDialog)
    dialog.name.setText("vip")
    with qtbot.waitSignal(view._presenter.form_refused):
        dialog.primary.click()  # type: ignore[union-attr]
    assert "already a segment called “vip”" in dialog.banner.title
    assert dialog.name.property("wrong")
    assert dialog.primary.isEnabled()  # type: ignore[union-attr]


def test_editing_keeps_the_members(shop: CrmShop, qtbot: QtBot) -> None:  # A8
    vip = shop.segment("VIP", 1)
    view = open_page(shop, qtbot)
    view.open_edit()
    dialog = view.dialog
    assert isinstance(dialog, SegmentDialog)
    assert dialog.name.text() == "VIP"
    dialog.name.setText("Very important")
    with qtbot.waitSignal(view._presenter.listed):
        dialog.primary.click()  # type: ignore[union-attr]
    assert service(shop).segment(vip.id, by=shop.actor).name == "Very important"
    assert texts(view.list) == [["Very important", "By hand", "1"]]


def test_several_are_put_in_at_once_and_can_be_undone(shop: CrmShop, qtbot: QtBot) -> None:  # A8, C5
    first, second = shop.customer("Ana", "Diallo"), shop.customer("Ben", "Diallo")
    vip = shop.segment("VIP", 1)
    view = open_page(shop, qtbot)
    dialog = put_in_dialog(view)
    assert not dialog.primary.isEnabled()  # type: ignore[union-attr]
    with qtbot.waitSignal(view._presenter.found):
        dialog.search.setText("diallo")
    dialog.table.selectAll()
    assert dialog.primary.text() == "Add 2 customers"  # type: ignore[union-attr]
    dialog.note.setText("wine evening")
    with qtbot.waitSignal(view._presenter.members_shown):
        dialog.primary.click()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: view.members.rowCount() == 3)
    assert {row[4] for row in texts(view.members)} == {"wine evening", ""}
    assert {row[0] for row in texts(view.members)} >= {"Ana Diallo", "Ben Diallo"}
    assert shop.told == ["2 customers added to VIP"]
    assert shop.undo is not None
    with qtbot.waitSignal(view._presenter.moved):
        shop.undo()
    kept = service(shop).members(vip.id, by=shop.actor).rows
    assert [member.customer_id for member in kept] == [1]
    steps = service(shop).history(vip.id, first.id, by=shop.actor)
    assert [step.event for step in steps] == ["entered", "left"]
    assert second.id not in {member.customer_id for member in kept}


def test_marked_members_are_taken_out(shop: CrmShop, qtbot: QtBot) -> None:  # A8
    vip = shop.segment("VIP", 1, 2)
    view = open_page(shop, qtbot)
    qtbot.waitUntil(lambda: view.members.rowCount() == 2)
    assert not view.take_out.isEnabled()
    view.member_table.selectAll()
    assert view.take_out.accessibleName() == "Take 2 out"
    with qtbot.waitSignal(view._presenter.moved):
        view.take_out.click()
    assert service(shop).segment(vip.id, by=shop.actor).member_count == 0
    qtbot.waitUntil(lambda: view.nobody_in.isVisibleTo(view))
    assert shop.told == ["2 customers taken out of VIP"]


def test_undoing_brings_the_notes_back(shop: CrmShop, qtbot: QtBot) -> None:
    vip = shop.segment("VIP", 1, note="comes daily")
    service(shop).put_in(vip.id, [2], by=shop.actor)
    view = open_page(shop, qtbot)
    qtbot.waitUntil(lambda: view.members.rowCount() == 2)
    view.member_table.selectAll()
    with qtbot.waitSignal(view._presenter.moved):
        view.take_out.click()
    assert shop.undo is not None
    with qtbot.waitSignal(view._presenter.moved):
        shop.undo()
    kept = service(shop).members(vip.id, by=shop.actor).rows
    assert {member.customer_id: member.note for member in kept} == {1: "comes daily", 2: ""}


def test_a_note_is_kept_beside_a_member(shop: CrmShop, qtbot: QtBot) -> None:  # A4
    vip = shop.segment("VIP", 1)
    view = open_page(shop, qtbot)
    qtbot.waitUntil(lambda: view.members.rowCount() == 1)
    view.member_table.selectRow(0)
    view.note.click()
    dialog = view.dialog
    assert isinstance(dialog, NoteDialog)
    dialog.note.setText("allergic to nuts")
    with qtbot.waitSignal(view._presenter.noted):
        dialog.primary.click()  # type: ignore[union-attr]
    assert service(shop).members(vip.id, by=shop.actor).rows[0].note == "allergic to nuts"
    qtbot.waitUntil(lambda: [row[4] for row in texts(view.members)] == ["allergic to nuts"])


def test_deleting_asks_first(shop: CrmShop, qtbot: QtBot) -> None:
    shop.segment("VIP", 1)
    view = open_page(shop, qtbot)
    view.delete.click()
    (question,) = view.findChildren(Confirm)
    assert len(service(shop).segments(by=shop.actor)) == 1
    with qtbot.waitSignal(view._presenter.deleted):
        question.primary.click()  # type: ignore[union-attr]
    assert service(shop).segments(by=shop.actor) == ()
    qtbot.waitUntil(lambda: view.none_yet.isVisibleTo(view))


def test_a_member_leads_to_their_form(shop: CrmShop, qtbot: QtBot) -> None:
    shop.segment("VIP", 1)
    view = open_page(shop, qtbot)
    qtbot.waitUntil(lambda: view.members.rowCount() == 1)
    view.member_table.opened.emit(view.members.row(0))
    assert shop.pages == [("customerform", (1, "marketing.segments"))]


def test_who_may_only_look_sees_no_tools(shop: CrmShop, qtbot: QtBot) -> None:  # T28
    shop.segment("VIP", 1)
    view = open_page(shop, qtbot, actor=shop.cashier())
    qtbot.waitUntil(lambda: view.members.rowCount() == 1)
    for button in (view.new, view.edit, view.delete, view.put_in, view.take_out, view.note):
        assert not button.isVisible()
    assert view.palette_actions() == []


def test_many_members_come_in_pages(shop: CrmShop, qtbot: QtBot) -> None:
    made = [shop.customer("Kim", f"N{number:03}").id for number in range(130)]
    shop.segment("Everybody", *made)
    view = open_page(shop, qtbot)
    qtbot.waitUntil(lambda: view.members.rowCount() == 100)
    with qtbot.waitSignal(view._presenter.members_added):
        view.member_table.scrollToBottom()
    assert len({row[0] for row in texts(view.members)}) == 130


def test_the_models_keep_the_rules_of_models(shop: CrmShop, qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    shop.segment("VIP", 1)
    view = open_page(shop, qtbot)
    qtmodeltester.check(view.list)
    qtmodeltester.check(view.members)


def test_both_lists_sort_by_their_headings_and_keep_the_mark(shop: CrmShop, qtbot: QtBot) -> None:
    big = shop.segment("Alpha", 1, 2)
    shop.segment("Beta", 1)
    view = open_page(shop, qtbot)
    qtbot.waitUntil(lambda: view._segment is not None and view.members.rowCount() == 2)
    assert view._segment is not None and view._segment.id == big.id
    header = view.table.horizontalHeader()
    with qtbot.waitSignal(view._presenter.listed):
        header.sectionClicked.emit(2)
    assert [row[0] for row in texts(view.list)] == ["Beta", "Alpha"]
    assert (header.sortIndicatorSection(), view._segment.id) == (2, big.id)
    qtbot.waitUntil(lambda: view.members.rowCount() == 2)
    heads = view.member_table.horizontalHeader()
    for turned in (False, True):
        with qtbot.waitSignal(view._presenter.members_shown):
            heads.sectionClicked.emit(0)
        shown = [row[0] for row in texts(view.members)]
        assert shown == sorted(shown, reverse=turned)


def test_a_role_that_may_see_no_customers_sees_segments_and_nobody_in_them(shop: CrmShop, qtbot: QtBot) -> None:  # T20
    shop.segment("VIP", 1)
    rights = dict.fromkeys(("segment.view", "segment.edit"))
    view = open_page(shop, qtbot, Actor(1, "Lee", "campaigns", rights))
    qtbot.waitUntil(lambda: view._segment is not None)
    assert view.not_for_all.isVisible()
    assert view.members.rowCount() == 0
    assert not view.put_in.isVisible() and not view.banner.isVisible()
    assert [action.id for action in view.palette_actions()] == ["segments.new"]
