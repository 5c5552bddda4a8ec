"""The Customer Form: its head, its tabs, editing and erasing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QSettings, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from app.customers.history import Activity, ActivityKind
from app.customers.model import CustomerDraft
from app.customers.service import CustomerService
from app.shop.groups import GroupService
from app.staff.model import Actor
from db.models import Customer as CustomerRecord
from tests.ui.crm_shop import BIRTHDAY, ODD_NAME, CrmShop, texts
from ui.customerform import page as form_page
from ui.customerform import tabs
from ui.customerform.memory import TabMemory
from ui.customerform.tabs.activities import what_happened
from ui.customerform.view import CustomerFormView
from ui.customers.fields import read_tags, tags_text
from ui.shared.dialogs import Confirm


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path) -> None:
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))


def open_form(shop: CrmShop, qtbot: QtBot, customer: int, actor: Actor | None = None) -> CustomerFormView:
    view = form_page.PAGES[0].factory(shop.context(actor))
    assert isinstance(view, CustomerFormView)
    qtbot.addWidget(view)
    view.resize(1216, 724)
    view.show()
    with qtbot.waitSignal(view._presenter.shown):
        view.page_shown(customer)
    return view


def test_the_tabs_are_found_in_their_order() -> None:  # A17
    assert [tab.id for tab in tabs.discover()] == ["overview", "marketing", "invoices", "activities", "segments"]


PLANTED = """
from PySide6.QtWidgets import QLabel, QWidget

from ui.customerform.tabs import FormContext, FormTab


class NotesTab(QLabel):
    def show_customer(self, customer_id: int) -> None:
        self.setText(f"notes of {customer_id}")


def _open(context: FormContext) -> QWidget:
    return NotesTab()


TAB = FormTab("planted", "Planted", _open, order=35)
"""


def test_a_new_tab_is_one_file(shop: CrmShop, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "planted.py").write_text(PLANTED, encoding="utf-8")
    monkeypatch.setattr(tabs, "__path__", [*tabs.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "ui.customerform.tabs.planted", raising=False)
    made = shop.customer()
    view = open_form(shop, qtbot, made.id)
    titles = [view.bar.tabText(place) for place in range(view.bar.count())]
    assert titles == ["Overview", "Marketing", "Invoices", "Planted", "Activities", "Segments"]
    assert view.tab_widget("planted") is None  # built when it is first wanted
    view.show_tab("planted")
    label = view.tab_widget("planted")
    assert isinstance(label, QLabel)
    assert label.text() == f"notes of {made.id}"
    again = open_form(shop, qtbot, made.id)
    assert again.stack.currentWidget() is again.tab_widget("planted")  # and it is remembered like the others
    sys.modules.pop("ui.customerform.tabs.planted")


def test_the_head_never_names_the_customer_before(shop: CrmShop, qtbot: QtBot) -> None:
    view = open_form(shop, qtbot, shop.customer("Amara", "Diallo").id)
    assert view.header.name.text() == "Amara Diallo"
    with qtbot.waitSignal(view._presenter.refused):
        view.page_shown(987)
    assert view.header.name.text() == ""
    assert not view.header.sell.isEnabled()
    assert not view.header.edit.isEnabled()


def test_a_tag_with_a_comma_survives_an_edit_of_something_else(shop: CrmShop, qtbot: QtBot) -> None:  # I11
    made = shop.customer("Amara", "Diallo")
    service = shop.services.get(CustomerService)
    service.tag(made.id, "likes", "olives, bread", by=shop.actor)
    view = open_form(shop, qtbot, made.id)
    with qtbot.waitSignal(view._presenter.edit_ready):
        view.header.edit.click()
    assert view._dialog is not None
    view._dialog.fields.first_name.setText("Amy")
    with qtbot.waitSignal(view._presenter.saved):
        view._dialog.primary.click()
    assert [(tag.key, tag.value) for tag in service.customer(made.id, by=shop.actor).tags] == [
        ("likes", "olives, bread")
    ]


def test_the_head_says_who_it_is(shop: CrmShop, qtbot: QtBot) -> None:
    made = shop.customer(phone="+353851234567", email="amara@example.com", email_consent=True)
    shop.services.get(CustomerService).tag(made.id, "vegan", by=shop.actor)
    view = open_form(shop, qtbot, made.id)
    head = view.header
    assert head.name.text() == "Amara Diallo"
    assert head.standing.text() == "0 pts"
    assert head.contacts.text() == f"{made.number} · +353851234567 · amara@example.com"
    assert head.consents["email"].accessibleName() == "Email: agreed on 14 Mar 2026"
    assert head.consents["sms"].accessibleName() == "SMS: not agreed"
    assert head.disc._text == "AD"


def test_a_name_is_never_markup(shop: CrmShop, qtbot: QtBot) -> None:  # F34, the threat table
    made = shop.customer(first=ODD_NAME, last="<b>bold</b>")
    view = open_form(shop, qtbot, made.id)
    assert view.header.name.textFormat() == Qt.TextFormat.PlainText
    assert "<img src=x>" in view.header.name.text()
    assert "<b>bold</b>" in view.header.name.text()


def test_each_person_finds_their_own_tab_again(shop: CrmShop, qtbot: QtBot) -> None:
    made = shop.customer()
    first = open_form(shop, qtbot, made.id)
    assert first.bar.tabData(first.bar.currentIndex()) == "overview"
    first.show_tab("marketing")
    again = open_form(shop, qtbot, made.id)
    assert again.bar.tabData(again.bar.currentIndex()) == "marketing"
    colleague = Actor(2, "Lee", "cashier", {"customer.view": None}, register_id=1, outlet_id=1)
    other = open_form(shop, qtbot, made.id, colleague)
    assert other.bar.tabData(other.bar.currentIndex()) == "overview"


def test_memory_of_a_tab_that_is_gone_falls_back(tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    memory = TabMemory(settings, 1, 1)
    assert memory.recall() == ""
    memory.keep("marketing")
    assert TabMemory(settings, 1, 1).recall() == "marketing"
    assert TabMemory(settings, 2, 1).recall() == ""


def test_only_the_tab_in_front_reads(shop: CrmShop, qtbot: QtBot) -> None:
    made = shop.customer()
    view = open_form(shop, qtbot, made.id)
    assert view.tab_widget("overview") is not None
    assert view.tab_widget("marketing") is None
    view.show_tab("marketing")
    assert view.tab_widget("marketing") is view.stack.currentWidget()


def test_the_overview_tells_what_they_bring(shop: CrmShop, qtbot: QtBot) -> None:  # I5
    shop.rows.with_redemptions(3)
    view = open_form(shop, qtbot, 1)
    overview = view.tab_widget("overview")
    qtbot.waitUntil(lambda: overview.latest.table.rows_model.rowCount() == 3)  # type: ignore[union-attr]
    assert overview.figures["days"].value.text() == "–"  # type: ignore[union-attr]  # no figures were kept for them
    assert overview.as_of.text() == "As of 14 Mar 2026 12:00"  # type: ignore[union-attr]


def test_invoices_and_activities_stand_on_the_form(shop: CrmShop, qtbot: QtBot) -> None:  # A17
    shop.rows.with_redemptions(2)
    shop.segment("VIP", 1)
    view = open_form(shop, qtbot, 1)
    view.show_tab("invoices")
    invoices = _section(view, "invoices")
    qtbot.waitUntil(lambda: invoices.rowCount() == 2)
    assert texts(invoices)[0][:4] == ["1 Mar 2026 09:32", "R1-000002", "Sale", "€11.34"]
    view.show_tab("activities")
    activities = _section(view, "activities")
    qtbot.waitUntil(lambda: activities.rowCount() == 5)
    assert [row[2] for row in texts(activities)] == [
        "Came into segment VIP",
        "Bought on invoice R1-000002",
        "Coupon SUMMER10 used",
        "Bought on invoice R1-000001",
        "Coupon SUMMER10 used",
    ]
    assert {row[4] for row in texts(activities)} == {"Mona"}


def _section(view: CustomerFormView, tab: str):  # type: ignore[no-untyped-def]
    return view.tab_widget(tab).section.table.rows_model  # type: ignore[union-attr]


def test_every_kind_of_activity_has_its_words(shop: CrmShop) -> None:
    from ui.customerform.tabs.activities import sentences

    for kind, detail in sentences():
        words = what_happened(Activity(shop.clock.now(), kind, detail, "X", None, None, "", None))
        assert "{" not in words
        assert words
    unknown = Activity(shop.clock.now(), ActivityKind.EVENT, "phoned", "", None, None, "", None)
    assert what_happened(unknown) == "phoned"


def edit(view: CustomerFormView, qtbot: QtBot):  # type: ignore[no-untyped-def]
    with qtbot.waitSignal(view._presenter.edit_ready):
        view.header.edit.click()
    assert view._dialog is not None
    return view._dialog


def test_editing_saves_fields_and_tags(shop: CrmShop, qtbot: QtBot) -> None:
    made = shop.customer(birth_date=BIRTHDAY, sms_consent=True)
    shop.services.get(CustomerService).tag(made.id, "old", by=shop.actor)
    view = open_form(shop, qtbot, made.id)
    dialog = edit(view, qtbot)
    fields = dialog.fields
    assert fields.birth_date.text() == "1988-04-23"
    fields.phone.setText("+353 85 123 4567")
    fields.tags.setText("vegan, affiliation = EMPLOYEE")
    fields.accrues.setChecked(False)
    fields.by_sms.setChecked(False)
    with qtbot.waitSignal(view.saved):
        dialog.primary.click()
    kept = shop.services.get(CustomerService).customer(made.id, by=shop.actor)
    assert kept.phone == "+353851234567"
    assert {tag.key: tag.value for tag in kept.tags} == {"vegan": "true", "affiliation": "EMPLOYEE"}
    assert (kept.accrues_points, kept.sms_consent_at, kept.birth_date) == (False, None, BIRTHDAY)
    assert shop.told == ["Amara Diallo is saved"]
    qtbot.waitUntil(lambda: "+353851234567" in view.header.contacts.text())


def test_the_later_of_two_is_told_and_goes_on_from_what_the_other_left(shop: CrmShop, qtbot: QtBot) -> None:
    """Nothing is written over and nothing typed is lost: their phone, their tag and my note are all kept."""
    service = shop.services.get(CustomerService)
    made = shop.customer(notes="oat milk", sms_consent=True)
    view = open_form(shop, qtbot, made.id)
    dialog = edit(view, qtbot)
    dialog.fields.notes.setPlainText("soy milk")
    shop.clock.advance(minutes=1)
    theirs = CustomerDraft("Amara", "Diallo", phone="+353851234567", notes="oat milk")
    service.edit(made.id, theirs, tags={"vip": "true"}, by=shop.actor)
    with qtbot.waitSignal(view._presenter.edit_overtaken):
        dialog.primary.click()
    assert "Somebody else changed this customer" in dialog.banner.title
    assert dialog.fields.notes.toPlainText() == "soy milk"
    assert not dialog.primary.isEnabled()
    assert service.customer(made.id, by=shop.actor).notes == "oat milk"
    take = dialog.focusWidget()
    assert isinstance(take, QPushButton) and "Take over" in take.text()
    qtbot.keyClick(take, Qt.Key.Key_Return)
    fields = dialog.fields
    assert (fields.phone.text(), fields.tags.text(), fields.by_sms.isChecked()) == ("+353851234567", "vip", False)
    assert fields.notes.toPlainText() == "soy milk"
    with qtbot.waitSignal(view.saved):
        dialog.primary.click()
    kept = service.customer(made.id, by=shop.actor)
    assert (kept.notes, kept.phone, kept.sms_consent_at) == ("soy milk", "+353851234567", None)
    assert [tag.key for tag in kept.tags] == ["vip"]


def test_the_form_opens_with_the_keyboard_on_its_tabs_and_shows_them_whole(shop: CrmShop, qtbot: QtBot) -> None:
    """Arrow keys walk them at once; the one in focus is wider, and that must not push the last one out."""
    view = open_form(shop, qtbot, 1)
    view.activateWindow()
    qtbot.waitUntil(lambda: view.focusWidget() is view.bar)
    for place in range(view.bar.count()):
        view.bar.setCurrentIndex(place)
        qtbot.wait(1)
        assert view.bar.tabRect(view.bar.count() - 1).right() < view.bar.width()
        assert not any(button.isVisible() for button in view.bar.findChildren(QAbstractButton))
    qtbot.keyClick(view.bar, Qt.Key.Key_Left)
    assert view.bar.currentIndex() == view.bar.count() - 2


def test_an_edit_is_told_in_the_words_of_the_form(shop: CrmShop) -> None:
    told = Activity(shop.clock.now(), ActivityKind.EVENT, "edited", "price_group_id, tags", None, None, "", None)
    assert what_happened(told) == "Customer edited: price group, tags"


def test_invoices_sort_by_their_headings(shop: CrmShop, qtbot: QtBot) -> None:
    shop.rows.with_redemptions(3)
    view = open_form(shop, qtbot, 1)
    view.show_tab("invoices")
    model = _section(view, "invoices")
    qtbot.waitUntil(lambda: model.rowCount() == 3)
    table = view.tab_widget("invoices").section.table  # type: ignore[union-attr]
    header = table.horizontalHeader()
    assert (header.isSortIndicatorShown(), header.sortIndicatorSection()) == (True, 0)
    header.sectionClicked.emit(1)
    qtbot.waitUntil(lambda: [row[1] for row in texts(model)] == ["R1-000001", "R1-000002", "R1-000003"])
    header.sectionClicked.emit(1)
    qtbot.waitUntil(lambda: [row[1] for row in texts(model)] == ["R1-000003", "R1-000002", "R1-000001"])
    view.show_tab("activities")
    activities = view.tab_widget("activities").section.table  # type: ignore[union-attr]
    assert activities.sort_menu() is None  # one story in one order


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("first_name", "", "first name"),
        ("email", "not an address", "e-mail address"),
        ("phone", "12", "phone number"),
        ("birth_date", "1990-02-30", "birthday"),
        ("birth_date", "2999-01-01", "birthday"),
        ("birth_date", "4/23/1990", "birthday"),
        ("birth_date", "23/4/90", "birthday"),
    ],
)
def test_a_wrong_field_is_marked_and_nothing_is_lost(
    shop: CrmShop, qtbot: QtBot, field: str, typed: str, words: str
) -> None:
    made = shop.customer(notes="oat milk")
    view = open_form(shop, qtbot, made.id)
    dialog = edit(view, qtbot)
    wrong = getattr(dialog.fields, field)
    wrong.setText(typed)
    dialog.fields.last_name.setText("Changed")
    dialog.primary.click()
    qtbot.waitUntil(lambda: bool(wrong.property("wrong")))
    assert words in dialog.banner.title
    assert dialog.fields.last_name.text() == "Changed"
    assert dialog.primary.isEnabled()
    assert shop.services.get(CustomerService).customer(made.id, by=shop.actor).last_name == "Diallo"


def test_erasing_asks_first_and_leaves_the_form(shop: CrmShop, qtbot: QtBot) -> None:  # P13, V30
    made = shop.customer()
    view = open_form(shop, qtbot, made.id)
    view.header.erase.click()
    (question,) = view.findChildren(Confirm)
    assert "Amara Diallo" in question.body.itemAt(0).widget().text()  # type: ignore[union-attr]
    assert shop.services.get(CustomerService).customer(made.id, by=shop.actor).erased_at is None
    with qtbot.waitSignal(view.erased):
        question.primary.click()  # type: ignore[union-attr]
    assert shop.services.get(CustomerService).customer(made.id, by=shop.actor).erased_at is not None
    assert shop.pages == [("customers", None)]


def test_buttons_follow_the_role(shop: CrmShop, qtbot: QtBot) -> None:  # T28
    made = shop.customer()
    view = open_form(shop, qtbot, made.id, shop.cashier())
    shown = {name: getattr(view.header, name).isVisible() for name in ("sell", "edit", "erase")}
    assert shown == {"sell": True, "edit": False, "erase": False}
    view.header.sell.click()
    assert shop.pages == [("sell", made.id)]


def test_escape_goes_back_to_the_list(shop: CrmShop, qtbot: QtBot) -> None:
    view = open_form(shop, qtbot, shop.customer().id)
    view.bar.setFocus()
    qtbot.keyClick(view.bar, Qt.Key.Key_Escape)
    assert shop.pages == [("customers", None)]


def test_escape_goes_back_to_where_one_came_from(shop: CrmShop, qtbot: QtBot) -> None:
    made = shop.customer()
    view = open_form(shop, qtbot, made.id)
    with qtbot.waitSignal(view._presenter.shown):
        view.page_shown((made.id, "sell"))
    view.header.back.click()
    with qtbot.waitSignal(view._presenter.shown):
        view.page_shown(made.id)
    view.header.back.click()
    assert [page for page, _ in shop.pages] == ["sell", "customers"]


@pytest.mark.parametrize(("photo", "drawn"), [(b"", False), (b"no picture", False), (None, False), ("png", True)])
def test_a_picture_stands_in_the_disc_if_it_can_be_read(
    shop: CrmShop, qtbot: QtBot, photo: bytes | str | None, drawn: bool
) -> None:
    made = shop.customer()
    stored = _red_png() if photo == "png" else photo
    with shop.database.write() as uow:
        uow.connection.execute(update(CustomerRecord).where(CustomerRecord.id == made.id).values(photo_png=stored))
        uow.commit()
    view = open_form(shop, qtbot, made.id)
    centre = view.header.disc.grab().toImage().pixelColor(10, 22)
    assert (centre.red() > 200 and centre.green() < 50) is drawn


def _red_png() -> bytes:
    image = QImage(40, 20, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(held, "PNG")
    return bytes(held.data().data())


def test_a_customer_who_is_gone_is_told(shop: CrmShop, qtbot: QtBot) -> None:
    view = form_page.PAGES[0].factory(shop.context())
    assert isinstance(view, CustomerFormView)
    qtbot.addWidget(view)
    with qtbot.waitSignal(view._presenter.refused):
        view.page_shown(987)
    assert view.banner.title.startswith("This customer is not in the shop")


def test_without_a_customer_the_form_says_where_to_find_one(shop: CrmShop, qtbot: QtBot) -> None:
    view = form_page.PAGES[0].factory(shop.context())
    assert isinstance(view, CustomerFormView)
    qtbot.addWidget(view)
    view.page_shown(None)
    shown: QWidget | None = view.stack.currentWidget()
    assert shown is view.nobody
    view.nobody.acted.emit()
    assert shop.pages == [("customers", None)]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("", {}),
        ("vegan", {"vegan": "true"}),
        ("vegan,  dog = yes please ,", {"vegan": "true", "dog": "yes please"}),
        ("a=b=c", {"a": "b=c"}),
    ],
)
def test_tags_are_read_as_they_are_written(text: str, tags: dict[str, str]) -> None:  # I11
    from app.customers.model import Tag

    assert read_tags(text) == tags
    assert read_tags(tags_text([Tag(key, value) for key, value in tags.items()])) == tags


def test_a_customer_is_put_into_a_group_and_taken_out(shop: CrmShop, qtbot: QtBot) -> None:
    service, groups = shop.services.get(CustomerService), shop.services.get(GroupService)
    made = shop.customer()
    view = open_form(shop, qtbot, made.id)
    dialog = edit(view, qtbot)
    assert not dialog.fields.groups.isVisible()  # there is no group to be in
    dialog.reject()
    school, team = (groups.save_customer_group(shop.actor, 0, name) for name in ("School", "R&D"))
    for inside, shown in (({school, team}, "R&&D, School"), ({team}, "R&&D"), (set(), "None")):
        dialog = edit(view, qtbot)
        assert dialog.fields.groups.isVisible()
        for group_id in (school, team):
            dialog.fields.groups.tick(group_id, group_id in inside)
        assert dialog.fields.groups.text() == shown
        with qtbot.waitSignal(view.saved):
            dialog.primary.click()
        assert {group.id for group in service.customer(made.id, by=shop.actor).groups} == inside


def test_an_edit_keeps_a_price_group_that_is_not_in_use(shop: CrmShop, qtbot: QtBot) -> None:
    groups = shop.services.get(GroupService)
    staff = groups.save_price_group(shop.actor, 0, "Staff", "10")
    made = shop.customer(price_group_id=staff)
    groups.save_price_group(shop.actor, staff, "Staff", "10", active=False)
    view = open_form(shop, qtbot, made.id)
    dialog = edit(view, qtbot)
    assert dialog.fields.price_group.currentText() == "Staff (not in use)"
    dialog.fields.first_name.setText("Amy")
    with qtbot.waitSignal(view.saved):
        dialog.primary.click()
    assert shop.services.get(CustomerService).customer(made.id, by=shop.actor).price_group_id == staff
