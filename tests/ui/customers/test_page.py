"""The Customers page: paging, searching as one types, adding."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from sqlalchemy import insert

from app.customers.model import CustomerRow, SortBy
from app.customers.service import CustomerService
from db.models import Customer as CustomerRecord
from tests.app.customers.marketing_rows import THEN
from tests.ui.crm_shop import ODD_NAME, CrmShop, headings, texts
from ui.customers import page as customers_page
from ui.customers.presenter import in_order
from ui.customers.view import CustomersView


def open_page(shop: CrmShop, qtbot: QtBot, **more: object) -> CustomersView:
    view = customers_page.PAGES[0].factory(shop.context(more.get("actor")))  # type: ignore[arg-type]
    assert isinstance(view, CustomersView)
    qtbot.addWidget(view)
    view.resize(1216, 724)
    view.show()
    with qtbot.waitSignals([view._presenter.rows_shown, view._presenter.counted]):
        view.page_shown(None)
    return view


def type_in(view: CustomersView, qtbot: QtBot, text: str) -> None:
    with qtbot.waitSignal(view._presenter.found):
        qtbot.keyClicks(view.search, text)
    qtbot.waitUntil(lambda: not view._presenter.searching)


def names(view: CustomersView) -> list[str]:
    return [row[0] for row in texts(view.model)]


def test_the_grid_lists_everybody_by_name(shop: CrmShop, qtbot: QtBot) -> None:  # P6, I3
    shop.customer("Zoë", "Byrne", phone="+353851234567", email="zoe@example.com")
    shop.customer(ODD_NAME, "Adams")
    view = open_page(shop, qtbot)
    assert headings(view.model)[:4] == ["User Name", "Phone", "Email", "Birthdate"]
    assert headings(view.model)[-1] == "Date Created"
    assert names(view)[2:] == [f"{ODD_NAME.replace(chr(0x202E), '')} Adams", "Zoë Byrne"]
    assert texts(view.model)[3][1:3] == ["+353851234567", "zoe@example.com"]
    assert view.count.text() == "4 customers"


def test_pages_come_as_the_reader_scrolls(shop: CrmShop, qtbot: QtBot) -> None:
    for number in range(105):
        shop.customer("Kim", f"N{number:03}")
    view = open_page(shop, qtbot)
    assert view.model.rowCount() == 100
    with qtbot.waitSignal(view._presenter.rows_added):
        view.table.scrollToBottom()
    assert view.model.rowCount() == 107
    assert len(set(names(view)[2:])) == 105


@pytest.mark.parametrize("typed", ["dial", "4567", "+35385123", "amara.d", "C0000"])
def test_name_phone_and_email_find(shop: CrmShop, qtbot: QtBot, typed: str) -> None:  # I1, P4
    shop.customer("Amara", "Diallo", phone="+353 85 123 4567", email="amara.d@example.com")
    view = open_page(shop, qtbot)
    type_in(view, qtbot, typed)
    assert "Amara Diallo" in names(view)


def test_enter_in_the_search_opens_the_marked_hit(shop: CrmShop, qtbot: QtBot) -> None:
    first, second = shop.customer("Ana", "Diallo"), shop.customer("Ben", "Diallo")
    view = open_page(shop, qtbot)
    type_in(view, qtbot, "diallo")
    qtbot.keyClick(view.search, Qt.Key.Key_Return)
    qtbot.keyClick(view.search, Qt.Key.Key_Down)
    qtbot.keyClick(view.search, Qt.Key.Key_Return)
    assert shop.pages == [("customerform", first.id), ("customerform", second.id)]


def test_enter_before_the_answer_opens_what_was_typed(shop: CrmShop, qtbot: QtBot) -> None:
    shop.customer("Ana", "Diallo")
    wanted = shop.customer("Ben", "Dubois")
    view = open_page(shop, qtbot)
    type_in(view, qtbot, "d")  # both; Ana is marked
    with qtbot.waitSignal(view.customer_wanted) as opened:
        view.search.setText("dubois")
        qtbot.keyClick(view.search, Qt.Key.Key_Return)
    assert opened.args == [wanted.id]
    view.search.setText("nobody like that")
    qtbot.keyClick(view.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not view._presenter.searching)
    with qtbot.waitSignal(view._presenter.found):
        view.search.setText("diallo")
    assert shop.pages == [("customerform", wanted.id)]  # that Enter was for the other question


def test_the_arrow_stands_only_where_the_list_is_sorted(shop: CrmShop, qtbot: QtBot) -> None:
    shop.customer("Ana", "Diallo")
    view = open_page(shop, qtbot)
    heads = view.table.horizontalHeader()
    assert heads.isSortIndicatorShown()
    type_in(view, qtbot, "diallo")
    assert not heads.isSortIndicatorShown()  # hits come by how well they fit
    view.table._on_heading(headings(view.model).index("Date Created"))
    assert heads.isSortIndicatorShown()
    with qtbot.waitSignal(view._presenter.rows_shown):
        view.search.clear()
    assert heads.isSortIndicatorShown()


def test_coming_back_finds_the_place_in_a_long_list(shop: CrmShop, qtbot: QtBot) -> None:
    for number in range(130):
        shop.customer("Kim", f"N{number:03}")
    view = open_page(shop, qtbot)
    with qtbot.waitSignal(view._presenter.rows_added):
        view.table.scrollToBottom()
    view.table.selectRow(125)
    row = view.table.current_row()
    with qtbot.waitSignal(view._presenter.rows_shown):
        view.page_shown(None)
    assert view.table.current_row() == row
    assert view.table.visualRect(view.table.currentIndex()).intersects(view.table.viewport().rect())


def test_enter_and_a_double_click_in_the_grid_open_the_form(shop: CrmShop, qtbot: QtBot) -> None:  # P6
    made = shop.customer()
    view = open_page(shop, qtbot)
    view.table.selectRow(2)
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    view.table.doubleClicked.emit(view.model.index(2, 0))
    assert shop.pages == [("customerform", made.id)] * 2


def test_letters_in_between_are_skipped_but_the_last_counts(shop: CrmShop, qtbot: QtBot) -> None:
    shop.customer("Ana", "Diallo")
    shop.customer("Ben", "Dubois")
    view = open_page(shop, qtbot)
    asked: list[str] = []
    view._presenter.found.connect(lambda question, hits: asked.append(question))
    for letter in "dubo":
        view.search.insert(letter)  # faster than any answer
    qtbot.waitUntil(lambda: asked[-1:] == ["dubo"])
    assert len(asked) < 4
    assert names(view) == ["Ben Dubois"]


def test_escape_in_the_search_brings_everybody_back(shop: CrmShop, qtbot: QtBot) -> None:
    shop.customer()
    view = open_page(shop, qtbot)
    type_in(view, qtbot, "diallo")
    with qtbot.waitSignal(view._presenter.rows_shown):
        qtbot.keyClick(view.search, Qt.Key.Key_Escape)
    assert view.model.rowCount() == 3
    assert view.count.text() == "3 customers"


@pytest.mark.parametrize(
    "typed",
    [
        "%",
        "_",
        "'",
        '"; DROP TABLE customer; --',
        "x*",
        '"',
        "NEAR(a b)",
        "\\",
        "💐",
        "\u202ex",
        "a" * 10_000,
        "+",
        "@",
    ],
)
def test_signs_in_the_search_are_only_letters(shop: CrmShop, qtbot: QtBot, typed: str) -> None:  # F46
    shop.customer("Amara", "Diallo")
    view = open_page(shop, qtbot)
    with qtbot.waitSignal(view._presenter.found):
        view.search.setText(typed)
    assert names(view) == []
    assert not view.banner.isVisible()
    view.search.clear()
    type_in(view, qtbot, "diallo")
    assert names(view) == ["Amara Diallo"]


def test_nobody_found_says_so_and_offers_to_add(shop: CrmShop, qtbot: QtBot) -> None:
    view = open_page(shop, qtbot)
    type_in(view, qtbot, "<b>xyzzy</b>")
    assert view.nobody.isVisible()
    assert view.nobody.title.text() == "Nobody called “<b>xyzzy</b>”"
    assert view.nobody.title.textFormat() == Qt.TextFormat.PlainText
    assert not view.add.isVisible()  # one primary action a screen
    view.nobody.acted.emit()
    assert view.dialog is not None
    assert view.dialog.fields.first_name.text() == "<b>xyzzy</b>"


def test_headings_sort_in_the_database(shop: CrmShop, qtbot: QtBot) -> None:
    shop.customer("Ana", "Adams")
    shop.clock.advance(days=1)
    shop.customer("Ben", "Zorn")
    view = open_page(shop, qtbot)
    with qtbot.waitSignal(view._presenter.rows_shown):
        view.table._on_heading(headings(view.model).index("User Name"))
    assert names(view)[0] == "Ben Zorn"
    assert view._presenter.sort == (SortBy.NAME, True)


def test_a_heading_orders_the_hits_of_a_search(shop: CrmShop, qtbot: QtBot) -> None:
    shop.customer("Ana", "Diallo")
    shop.clock.advance(days=1)
    shop.customer("Ben", "Diallo")
    view = open_page(shop, qtbot)
    type_in(view, qtbot, "diallo")
    created = headings(view.model).index("Date Created")
    view.table._on_heading(created)
    assert names(view) == ["Ana Diallo", "Ben Diallo"]
    view.table._on_heading(created)
    assert names(view) == ["Ben Diallo", "Ana Diallo"]


def test_hits_that_never_bought_come_last(shop: CrmShop) -> None:
    shop.customer("Ana", "Diallo")
    hits: tuple[CustomerRow, ...] = shop.services.get(CustomerService).search("diallo", by=shop.actor)
    assert in_order(hits, SortBy.SPEND, True) == hits
    assert in_order(hits, SortBy.LAST_VISIT, False) == hits


def test_adding_checks_saves_and_opens_the_form(shop: CrmShop, qtbot: QtBot) -> None:  # P12
    view = open_page(shop, qtbot)
    view.open_add()
    dialog = view.dialog
    assert dialog is not None
    dialog.primary.click()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: "first name" in dialog.banner.title)
    dialog.fields.first_name.setText("Noor")
    dialog.primary.click()  # type: ignore[union-attr]
    assert dialog.banner.title == "The customer needs a last name."
    dialog.fields.last_name.setText("Haddad")
    dialog.fields.birth_date.setText("1990-4-3")
    dialog.fields.by_email.setChecked(True)
    with qtbot.waitSignal(view.customer_added):
        dialog.primary.click()  # type: ignore[union-attr]
    (page, customer_id) = shop.pages[-1]
    assert page == "customerform"
    kept = shop.services.get(CustomerService).customer(customer_id, by=shop.actor)  # type: ignore[arg-type]
    assert (kept.name, str(kept.birth_date), kept.email_consent_at) == ("Noor Haddad", "1990-04-03", shop.clock.now())
    assert shop.told == ["Noor Haddad is added"]


def test_a_twin_is_named_and_can_be_opened(shop: CrmShop, qtbot: QtBot) -> None:  # P20
    there = shop.customer("Amara", "Diallo", phone="+353851234567")
    view = open_page(shop, qtbot)
    view.open_add()
    dialog = view.dialog
    assert dialog is not None
    for field, text in (("first_name", "Other"), ("last_name", "Name"), ("phone", "+353 85 123 4567")):
        getattr(dialog.fields, field).setText(text)
    dialog.primary.click()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: "Amara Diallo" in dialog.banner.title)
    dialog._on_twin(there.id)
    assert shop.pages == [("customerform", there.id)]
    assert shop.services.get(CustomerService).how_many(by=shop.actor) == 3


def test_who_may_not_add_sees_no_button(shop: CrmShop, qtbot: QtBot) -> None:  # T28
    view = open_page(shop, qtbot, actor=shop.cashier())
    assert not view.add.isVisible()
    assert view.palette_actions() == []


def test_the_grid_keeps_the_rules_of_models(shop: CrmShop, qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    shop.customer()
    view = open_page(shop, qtbot)
    qtmodeltester.check(view.model)


def test_everybody_is_written_to_a_file(shop: CrmShop, qtbot: QtBot, tmp_path: Path) -> None:  # P2
    shop.customer("=SUM(A1)", "Ohm")
    view = open_page(shop, qtbot)
    with qtbot.waitSignal(view.exported) as written:
        view.write_to(tmp_path / "everybody.csv")
        assert view.writing is not None
    assert written.args == [3, "everybody.csv"]
    assert view.writing is None
    text = (tmp_path / "everybody.csv").read_text(encoding="utf-8-sig")
    assert "'=SUM(A1)" in text
    assert shop.told[-1] == "3 customers are in everybody.csv"


def test_an_export_that_is_stopped_or_refused_leaves_no_file(shop: CrmShop, qtbot: QtBot, tmp_path: Path) -> None:
    with shop.database.write() as uow:
        uow.connection.execute(
            insert(CustomerRecord),
            [{"number": f"X{n}", "first_name": "Kim", "last_name": "N", "sort_name": f"n kim {n}",
              "search_text": "kim n", "created_at": THEN, "updated_at": THEN} for n in range(3000)],
        )  # fmt: skip
        uow.commit()
    view = open_page(shop, qtbot)
    with qtbot.waitSignal(view._presenter.export_refused):
        view.write_to(tmp_path / "some.csv")
        assert view.writing is not None
        view.writing.cancel.click()
    assert "Stopped" in view.banner.title
    assert list(tmp_path.iterdir()) == [] or not (tmp_path / "some.csv").exists()
    with qtbot.waitSignal(view._presenter.export_refused):
        view.write_to(tmp_path / "nowhere" / "some.csv")
    assert "another" in view.banner.title
    assert view.writing is None


def test_who_may_not_export_sees_no_button(shop: CrmShop, qtbot: QtBot) -> None:  # T28
    view = open_page(shop, qtbot, actor=shop.cashier())
    assert not view.export.isVisible()
    assert "customers.export" not in [action.id for action in view.palette_actions()]
