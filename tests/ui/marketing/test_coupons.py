"""Coupons as a manager meets it (A12)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.catalog.model import ProductDraft
from app.catalog.service import CatalogService
from app.coupons.options import Options
from app.errors import InvalidInput
from app.money import Money
from app.pricing.promotion import (
    Audience,
    CampaignBudget,
    Conditions,
    Deal,
    HappyHour,
    Kind,
    Limits,
    Pool,
    Promotion,
    Schedule,
    Selection,
    Target,
    Tier,
    TierBasis,
)  # fmt: skip
from app.staff.model import Actor
from db.models.customer import LoyaltyTier, Segment
from tests.ui.marketing.conftest import Back
from ui.marketing.coupons.code_dialogs import BatchDialog, CodesDialog, MadeDialog
from ui.marketing.coupons.editor import CouponEditor
from ui.marketing.coupons.presenter import CouponsPresenter
from ui.marketing.coupons.sentences import Describer
from ui.marketing.coupons.tab import WholeField, count_field, read_count
from ui.marketing.coupons.view import CouponsView
from ui.paper.view import PaperDialog
from ui.shared.dialogs import Confirm
from ui.shared.format import Formats

Render = Callable[..., list[Path]]
FULL = (1216, 724)
PLAIN = Promotion(id=0, name="Ten off", kind=Kind.PERCENT, percent=Decimal(10), codes=("TEN",))


def open_page(qtbot: QtBot, back: Back, actor: Actor | None = None, argument: object = None) -> CouponsView:
    catalog = CatalogService(back.shop.database, back.shop.clock)
    presenter = CouponsPresenter(back.coupons, catalog, back.shops, back.reads, back.writes, actor or back.actor)
    view = CouponsView(presenter, back.formats, back.notify, back.reads, back.shop.clock)
    qtbot.addWidget(view)
    view.resize(*FULL)
    view.show()
    view.page_shown(argument)
    back.idle()
    return view


def furnish(back: Back) -> None:
    """Categories, products, a segment and a tier to choose from."""
    catalog = CatalogService(back.shop.database, back.shop.clock)
    bakery = catalog.add_category("Bakery", by=back.actor)
    catalog.add_category("Wine", by=back.actor)
    catalog.create(ProductDraft("Sourdough loaf", "BR-1", 420, category_id=bakery.id), by=back.actor)
    now = back.shop.clock.now()
    with back.shop.database.write() as uow:
        uow.session.add(Segment(name="VIP", kind="manual", created_at=now, updated_at=now))
        uow.session.add(LoyaltyTier(name="Gold", threshold=1000))
        uow.commit()


def some_coupons(back: Back) -> None:
    furnish(back)
    today = date(2026, 3, 14)
    make = back.coupons.create
    make(replace(PLAIN, name="Welcome", codes=("WELCOME",), limits=Limits(per_customer_uses=1)), back.actor)
    make(replace(PLAIN, name="Easter", codes=("EASTER",), schedule=Schedule(today + timedelta(days=9))), back.actor)
    make(
        replace(PLAIN, name="Winter", codes=("WINTER",), schedule=Schedule(None, today - timedelta(days=9))), back.actor
    )
    make(replace(PLAIN, name="Paused", codes=("PAUSED",), active=False), back.actor)
    hours = Schedule(weekdays=frozenset({0, 1, 2, 3, 4}), hours=(HappyHour(time(16), time(18)),))
    bakery = Target(Selection(categories=frozenset({1})))
    make(
        Promotion(
            id=0, name="Bakery happy hour", kind=Kind.PERCENT, percent=Decimal(30), targets=bakery, schedule=hours
        ),
        back.actor,
    )
    mailed = make(
        Promotion(
            id=0, name="Five for the newsletter", kind=Kind.FIXED, amount_minor=500, needs_code=True,
            conditions=Conditions(min_amount_minor=3000), limits=Limits(total_uses=500),
            schedule=Schedule(None, date(2026, 6, 30)),
        ),
        back.actor, campaign_id=back.coupons.save_campaign("Newsletter", Money(100_000, "USD"), back.actor),
    )  # fmt: skip
    back.coupons.make_codes(mailed.promotion_id, 40, back.actor, batch="Newsletter March")


def test_the_list_its_states_and_one_coupon_in_sentences(qtbot: QtBot, back: Back, qtmodeltester: ModelTester) -> None:
    some_coupons(back)
    view = open_page(qtbot, back)
    qtmodeltester.check(view.list)
    names = [view.list.index(place, 0).data() for place in range(view.list.rowCount())]
    assert names[0] == "Five for the newsletter"
    assert view.list.index(0, 1).data() == "40 codes"
    assert view.panel.gives.text() == "$5.00 off everything"
    assert view.panel.conditions.text() == (
        "With a code of its own for each customer. Needs $30.00 or more of the basket. Until Jun 30, 2026. "
        "500 times in all. While the campaign has some of its $1,000.00 left."
    )
    for code, expected in (("scheduled", ["Easter"]), ("over", ["Winter"]), ("off", ["Paused"])):
        view.chips[code].click()
        back.idle()
        assert [row.name for row in view.list.rows()] == expected
        assert view.panel.name.text() == expected[0]
    view.chips[""].click()
    view.search.setText("happy")
    qtbot.wait(200)
    back.idle()
    assert view.panel.gives.text() == "30% off Bakery"
    assert "Given by itself" in view.panel.conditions.text()
    assert "Between 16:00–18:00." in view.panel.conditions.text()
    assert not view.panel.make.isVisible()
    view.search.setText("no such coupon")
    qtbot.wait(200)
    back.idle()
    assert view.pane.shows is view.pane.no_match


SENTENCES = [
    (replace(PLAIN, max_discount_minor=500), "10% off everything, at most $5.00 in all"),
    (Promotion(0, "x", Kind.FIXED_PER_UNIT, amount_minor=50), "$0.50 off each piece of everything"),
    (Promotion(0, "x", Kind.CHEAPEST_ITEM, percent=Decimal(100)), "The cheapest of everything is free"),
    (
        Promotion(0, "x", Kind.BOGO, deal=Deal(buy_units=2, get_units=1, repeat=True)),
        "Of 3 of everything, the cheapest 1: free, as often as it fits",
    ),
    (
        Promotion(0, "x", Kind.BOGO, deal=Deal(pool=Pool.SEPARATE, percent=Decimal(50))),
        "Buy 1 of everything, get 1 of everything: 50% off, once",
    ),
    (
        Promotion(0, "x", Kind.FIXED_PRICE, bundle_units=3, bundle_price_minor=1000),
        "3 of everything for $10.00",
    ),
    (
        Promotion(0, "x", Kind.TIERED_PERCENT, tiers=(Tier(5000, Decimal(5)), Tier(10000, Decimal(10)))),
        "Everything: 5% off from $50.00, 10% off from $100.00",
    ),
    (
        Promotion(0, "x", Kind.TIERED_FIXED, tiers=(Tier(3000, amount_minor=200),), tier_basis=TierBasis.QUANTITY),
        "Everything: $2.00 off from 3",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("promotion", "sentence"), SENTENCES)
def test_every_kind_reads_as_a_sentence(promotion: Promotion, sentence: str) -> None:
    assert Describer(Formats(), Options()).gives(promotion) == sentence


def test_conditions_read_as_sentences() -> None:
    promotion = replace(
        PLAIN, codes=(), needs_code=False, exclusive_group="weekend", best_of_group=True,
        audience=Audience(birthday_month=True, first_purchase=True, tiers=frozenset({"Gold"})),
        limits=Limits(total_uses=1, per_customer_uses=2), budget=CampaignBudget("1", limit=5000),
    )  # fmt: skip
    assert Describer(Formats(), Options()).conditions(promotion) == [
        "Given by itself, without a code.",
        "For the tier Gold.",
        "In the month of the customer's birthday.",
        "On a customer's first purchase.",
        "Once in all.",
        "2 times for each customer.",
        "While the campaign has some of its $50.00 left.",
        "Of “weekend”, only the best counts.",
    ]


def edit(view: CouponsView, back: Back, *, new: bool = True) -> CouponEditor:
    (view.open_new if new else view.open_edit)()
    back.idle()
    assert isinstance(view.dialog, CouponEditor)
    return view.dialog


def test_making_a_coupon_from_the_empty_page(qtbot: QtBot, back: Back) -> None:
    furnish(back)
    view = open_page(qtbot, back)
    assert view.pane.shows is view.pane.nothing
    editor = edit(view, back)
    editor.primary.click()
    assert editor.name.property("wrong")
    editor.name.setText("Summer")
    editor.primary.click()
    assert editor.gives.percent.property("wrong")
    editor.gives.percent.setText("12.5")
    editor.primary.click()
    assert editor.tabs.currentWidget() is editor.limits
    assert editor.limits.codes.property("wrong")
    qtbot.keyClicks(editor.limits.codes, "SUMMER10")
    qtbot.keyClicks(editor.limits.per_customer, "1")
    editor.tabs.setCurrentWidget(editor.gives)
    editor.gives.target.search.setFocus()
    qtbot.keyClicks(editor.gives.target.search, "bak")
    back.idle()
    qtbot.keyClick(editor.gives.target.search, Qt.Key.Key_Return)
    assert view.dialog is editor  # Enter took the hit and did not save
    assert editor.summary.text() == "12.5% off Bakery. With the code SUMMER10. Once for each customer."
    editor.limits.campaign.setEditText("Summer 2026")
    editor.limits.budget.setText("500")
    editor.primary.click()
    back.idle()
    assert view.dialog is None
    assert view.panel.name.text() == "Summer"
    assert view.panel.gives.text() == "12.5% off Bakery"
    assert back.coupons.campaigns(back.actor)[0].budget == Money(50_000, "USD")
    found = back.coupons.find("summer10")
    assert found is not None


def test_products_are_found_as_one_types(qtbot: QtBot, back: Back) -> None:
    furnish(back)
    editor = edit(open_page(qtbot, back), back)
    editor.gives.exclude.search.setFocus()
    qtbot.keyClicks(editor.gives.exclude.search, "sourd")
    back.idle()
    assert editor.gives.exclude.hits.item(0).text() == "Sourdough loaf · product"
    editor.gives.exclude._on_hit(editor.gives.exclude.hits.item(0))
    assert editor.summary.text() == "Type how many percent it takes off."
    editor.gives.percent.setText("5")
    editor.gives.percent.textEdited.emit("5")
    editor.limits.codes.setText("ABC")
    editor.limits.codes.textEdited.emit("ABC")
    assert editor.summary.text().startswith("5% off everything but not Sourdough loaf.")
    editor.gives.exclude.chosen.setCurrentRow(0)
    qtbot.keyClick(editor.gives.exclude.chosen, Qt.Key.Key_Delete)
    assert editor.summary.text().startswith("5% off everything.")


KINDS = [
    PLAIN,
    replace(PLAIN, schedule=Schedule(date(2026, 1, 1), date(2026, 12, 31), frozenset({5, 6}))),
    Promotion(0, "Off", Kind.FIXED, amount_minor=250, codes=("OFF",), max_discount_minor=1000),
    Promotion(0, "Cheap", Kind.CHEAPEST_ITEM, percent=Decimal(50), needs_code=True),
    Promotion(
        0, "Three", Kind.BOGO, deal=Deal(buy=Target(Selection(categories=frozenset({1}))), buy_units=2, repeat=True),
    ),
    Promotion(
        0, "Other", Kind.BOGO, deal=Deal(pool=Pool.SEPARATE, get=Target(Selection(products=frozenset({1}))),
                                         amount_off_minor=100, percent=Decimal(100)),
    ),
    Promotion(0, "Bundle", Kind.FIXED_PRICE, bundle_units=3, bundle_price_minor=1000, bundle_repeat=True),
    Promotion(0, "Steps", Kind.TIERED_PERCENT, tiers=(Tier(5000, Decimal(5)), Tier(10000, Decimal("7.5")))),
    Promotion(0, "Steps", Kind.TIERED_FIXED, tiers=(Tier(3000, amount_minor=200),), tier_basis=TierBasis.QUANTITY),
    Promotion(
        0, "Six steps", Kind.TIERED_FIXED,
        tiers=tuple(Tier(step * 500, amount_minor=step * 10) for step in range(1, 7)), tier_basis=TierBasis.QUANTITY,
    ),
    Promotion(
        0, "Not that", Kind.BOGO,
        deal=Deal(pool=Pool.SEPARATE, get=Target(Selection(tags=frozenset({"a"})), Selection(tags=frozenset({"b"})))),
    ),
    Promotion(0, "Free bundle", Kind.FIXED_PRICE, bundle_units=2, bundle_price_minor=0),
    replace(PLAIN, name="By weight", conditions=Conditions(min_quantity_milli=1500)),
    replace(PLAIN, name="Own codes", codes=(), needs_code=True, limits=Limits(per_code_uses=1)),
    replace(
        PLAIN, conditions=Conditions(min_quantity_milli=3000, min_amount_minor=100), priority=-5, exclusive_group="g",
        audience=Audience(segments=frozenset({1}), tiers=frozenset({"Gold"}), birthday_month=True),
        limits=Limits(total_uses=9, per_code_uses=8, per_customer_uses=7, per_customer_code_uses=6),
    ),
]  # fmt: skip


@pytest.mark.parametrize("promotion", KINDS, ids=lambda one: f"{one.kind}-{one.name}")
def test_opening_and_saving_changes_nothing(qtbot: QtBot, back: Back, promotion: Promotion) -> None:
    furnish(back)
    saved = back.coupons.create(promotion, back.actor)
    before = back.coupons.details(saved.promotion_id, back.actor).promotion
    view = open_page(qtbot, back)
    editor = edit(view, back, new=False)
    assert editor.read() == before
    editor.primary.click()
    back.idle()
    assert view.dialog is None
    after = back.coupons.details(saved.promotion_id, back.actor)
    assert (after.version, replace(after.promotion, version=1)) == (2, replace(before, version=1))


def test_a_refusal_of_the_service_marks_its_field(qtbot: QtBot, back: Back) -> None:
    some_coupons(back)
    editor = edit(open_page(qtbot, back), back)
    editor.name.setText("Again")
    editor.gives.percent.setText("10")
    editor.limits.codes.setText("welcome")
    editor.primary.click()
    back.idle()
    assert "in use already" in editor.banner.title
    assert editor.limits.codes.property("wrong")
    assert editor.tabs.currentWidget() is editor.limits


@pytest.mark.parametrize("typed", ["-5", "abc", "1.005"])
def test_a_budget_that_is_no_amount_is_not_taken_for_none(qtbot: QtBot, back: Back, typed: str) -> None:
    editor = edit(open_page(qtbot, back), back)
    editor.name.setText("Spring")
    editor.gives.percent.setText("10")
    editor.limits.codes.setText("SPRING")
    editor.limits.campaign.setEditText("Spring")
    editor.limits.budget.setText(typed)
    editor.primary.click()
    back.idle()
    assert back.coupons.campaigns(back.actor) == ()
    assert editor.tabs.currentWidget() is editor.limits
    assert editor.limits.budget.property("wrong")


def test_two_presses_open_one_editor(qtbot: QtBot, back: Back) -> None:
    some_coupons(back)
    view = open_page(qtbot, back)
    view.open_edit()
    view.open_edit()
    back.idle()
    assert len(view.findChildren(CouponEditor)) == 1


def test_coming_back_shows_what_the_coupon_did_meanwhile(qtbot: QtBot, back: Back) -> None:  # A12
    back.coupons.create(PLAIN, back.actor)
    view = open_page(qtbot, back)
    assert view.panel.state.text() == "Running"
    (row,) = view.list.rows()
    back.coupons.switch(row.id, back.actor, on=False)
    view.page_shown(None)
    back.idle()
    assert view.list.index(0, 3).data() == "Off"
    assert view.panel.state.text() == "Off"


def test_switching_off_and_on(qtbot: QtBot, back: Back) -> None:
    back.coupons.create(PLAIN, back.actor)
    view = open_page(qtbot, back)
    view.panel.switch.click()
    back.idle()
    assert (view.panel.state.text(), view.panel.switch.text()) == ("Off", "Switch on")
    view.panel.switch.click()
    back.idle()
    assert view.panel.state.text() == "Running"


def test_bulk_codes_are_made_exported_printed_and_cancelled(qtbot: QtBot, back: Back, tmp_path: Path) -> None:
    back.coupons.create(replace(PLAIN, codes=(), needs_code=True), back.actor)
    view = open_page(qtbot, back)
    view.open_codes()
    dialog = view.dialog
    assert isinstance(dialog, CodesDialog)
    dialog.primary.click()
    assert "how many" in dialog.banner.title
    dialog.count.setText("12")
    dialog.batch.setText("May")
    dialog.primary.click()
    back.idle()
    made = view.dialog
    assert isinstance(made, MadeDialog)
    made.reject()
    assert [batch.name for batch in view.panel.batches.rows()] == ["May"]
    view.export("May", tmp_path / "may.csv")
    back.idle()
    assert len((tmp_path / "may.csv").read_text(encoding="utf-8-sig").splitlines()) == 13
    assert back.told[-1] == "12 codes are in may.csv"
    view.print_sheet(as_qr=True)
    back.idle()
    paper = view.dialog
    assert isinstance(paper, PaperDialog)
    back.idle()
    assert paper.view.pages >= 1
    paper.reject()
    view._on_cancel()
    question = view.dialog
    assert isinstance(question, Confirm)
    question.primary.click()
    back.idle()
    assert back.told[-1] == "12 codes are cancelled"
    assert view.panel.batches.index(0, 4).data() == "12"


def test_one_code_of_a_batch_is_looked_at_and_cancelled(qtbot: QtBot, back: Back) -> None:
    saved = back.coupons.create(replace(PLAIN, codes=(), needs_code=True), back.actor)
    made = back.coupons.make_codes(saved.promotion_id, 250, back.actor, batch="May")
    view = open_page(qtbot, back)
    view.panel.tabs.setCurrentIndex(1)
    view.open_batch()
    back.idle()
    dialog = view.dialog
    assert isinstance(dialog, BatchDialog)
    assert not dialog.stop.isEnabled()
    assert dialog.model.rowCount() == 200
    dialog.model.fetchMore(dialog.table.rootIndex())
    back.idle()
    assert dialog.model.rowCount() == 250
    shown = [dialog.model.index(place, 0).data() for place in range(250)]
    assert shown[3] == f"•••• {made.codes[3][-4:]}"
    dialog.table.selectRow(3)
    dialog.stop.click()
    question = dialog.findChild(Confirm)
    assert question is not None
    assert back.coupons.find(made.codes[3]).entered.blocked is False  # nothing happens before the answer
    question.primary.click()
    dialog.table.selectRow(9)  # the answer is about the code that was asked about, not the one marked by now
    back.idle()
    assert dialog.model.index(3, 3).data() == "cancelled"
    assert dialog.model.index(9, 3).data() == "can be used"
    assert dialog.stop.isEnabled()
    dialog.table.selectRow(3)
    assert not dialog.stop.isEnabled()
    found = back.coupons.find(made.codes[3])
    assert found is not None
    assert found.entered.blocked
    dialog.reject()


def test_codes_of_another_batch_never_join_the_one_that_is_shown(qtbot: QtBot, back: Back) -> None:
    saved = back.coupons.create(replace(PLAIN, codes=(), needs_code=True), back.actor)
    for name, count in (("March", 3), ("April", 5)):
        back.coupons.make_codes(saved.promotion_id, count, back.actor, batch=name)
    view = open_page(qtbot, back)
    view.panel.batch_table.selectRow(0)
    view.open_batch()
    view.dialog.reject()  # before its codes are there
    view.panel.batch_table.selectRow(1)
    second = view.panel.batch()
    view.open_batch()
    back.idle()
    assert second is not None
    assert view.dialog.model.rowCount() == second.codes
    view.dialog.reject()


def test_a_unique_code_finds_its_coupon(qtbot: QtBot, back: Back) -> None:  # T19
    some_coupons(back)
    saved = back.coupons.create(replace(PLAIN, name="Own", codes=(), needs_code=True), back.actor)
    made = back.coupons.make_codes(saved.promotion_id, 3, back.actor, batch="May")
    view = open_page(qtbot, back)
    view.on_code(made.codes[1])
    back.idle()
    assert [row.name for row in view.list.rows()] == ["Own"]


def test_a_scan_while_a_dialog_is_open_is_told_and_changes_nothing(qtbot: QtBot, back: Back) -> None:  # F40
    some_coupons(back)
    view = open_page(qtbot, back)
    view.open_codes()
    dialog = view.dialog
    assert isinstance(dialog, CodesDialog)
    dialog.count.setText("12")
    view.on_code("WXYZ-2345-EFGH-7Q4K")
    back.idle()
    assert dialog.banner.isVisible()
    assert "7Q4K" in dialog.banner.title
    assert "WXYZ" not in dialog.banner.title  # a code spends like cash
    assert dialog.count.text() == "12"
    assert view.dialog is dialog
    assert view.search.text() == ""
    question = Confirm("Stop these codes?", "They will be refused.", "Stop them", dialog)
    question.open()
    view.on_code("WXYZ-2345-EFGH-9R5L")
    assert "9R5L" in question.banner.title  # where it is seen
    question.reject()


def test_making_codes_can_be_stopped(qtbot: QtBot, back: Back) -> None:
    back.coupons.create(replace(PLAIN, codes=(), needs_code=True), back.actor)
    view = open_page(qtbot, back)
    view.open_codes()
    dialog = view.dialog
    assert isinstance(dialog, CodesDialog)
    dialog.count.setText("100000")
    dialog.primary.click()
    with qtbot.waitSignal(view._presenter.progressed, timeout=5000):
        pass
    dialog.cancel.click()
    back.idle()
    assert isinstance(view.dialog, MadeDialog)
    (made,) = view.panel.batches.rows()
    assert 0 < made.codes < 100_000


def test_who_may_only_look_sees_no_buttons(qtbot: QtBot, back: Back) -> None:
    some_coupons(back)
    viewer = Actor(back.actor.staff_id, "Vic", "cashier", {"coupon.view": None})
    view = open_page(qtbot, back, viewer)
    for button in (view.new, view.panel.edit, view.panel.switch, view.panel.make, view.panel.export):
        assert not button.isVisible()
    view.table.opened.emit(view._row)
    back.idle()
    assert view.dialog is None


def test_every_field_of_the_editor_has_a_name(qtbot: QtBot, back: Back) -> None:
    editor = edit(open_page(qtbot, back), back)
    unnamed = [
        field for field in editor.findChildren(QLineEdit)
        if not field.accessibleName() and not field.parent().accessibleName()  # type: ignore[union-attr]
        and field.objectName() != "qt_spinbox_lineedit"
    ]  # fmt: skip
    assert unnamed == []


def test_it_fits_a_small_screen(qtbot: QtBot, back: Back) -> None:
    some_coupons(back)
    view = open_page(qtbot, back)
    wide = view.panel.width()
    view.resize(960, 692)  # 1024x768 less the frame
    back.idle()
    assert view.width() == 960
    assert view.panel.width() < wide
    assert view.panel.geometry().right() < 960
    assert view.table.width() > 400
    columns = enumerate(view.panel.uses.columns)
    asked = sum(column.width for place, column in columns if not view.panel.use_table.isColumnHidden(place))
    assert asked + 50 <= view.panel.width()  # the invoice is in sight, beside something of the name


@pytest.mark.slow
def test_pictures(qtbot: QtBot, back: Back, render: Render) -> None:
    render(open_page(qtbot, back), "coupons-empty", FULL)
    some_coupons(back)
    view = open_page(qtbot, back)
    render(view, "coupons", FULL)
    view.panel.tabs.setCurrentIndex(1)
    render(view, "coupons-codes", FULL)
    editor = edit(view, back, new=False)
    for place in range(4):
        editor.tabs.setCurrentIndex(place)
        render(editor, f"coupon-editor-{place}", (720, 720))
    editor.gives.kind.setCurrentIndex(4)
    editor.tabs.setCurrentIndex(0)
    render(editor, "coupon-editor-deal", (720, 720))
    editor.reject()
    view.open_codes()
    render(view.dialog, "coupon-codes-dialog", (480, 360))
    view.dialog.reject()
    view.print_sheet(as_qr=False)
    back.idle()
    back.idle()
    render(view.dialog, "coupon-sheet", (860, 760))
    view.dialog.reject()


def test_tab_walks_as_the_eye_does(qtbot: QtBot, back: Back) -> None:
    some_coupons(back)
    view = open_page(qtbot, back)
    view.activateWindow()
    view.search.setFocus()
    for wanted in (view.new, view.chips[""], view.table, view.panel.edit):
        qtbot.keyClick(view.focusWidget(), Qt.Key.Key_Tab)
        assert view.focusWidget() is wanted


def test_headings_sort_the_list_in_the_database(qtbot: QtBot, back: Back) -> None:
    some_coupons(back)
    view = open_page(qtbot, back)
    view.table._on_heading(0)
    back.idle()
    names = [row.name for row in view.list.rows()]
    assert names == sorted(names, key=str.lower)
    view.table._on_heading(4)
    back.idle()
    days = [row.valid_to for row in view.list.rows()]
    assert days[:2] == [date(2026, 3, 5), date(2026, 6, 30)]
    assert days[2] is None


@pytest.mark.parametrize(
    ("typed", "count"), [("12", 12), ("١٢", 12), ("१२", 12), ("²", None), ("-1", None), ("1e3", None), ("0", None)]
)
def test_counts_are_read_in_the_digits_of_any_script(qtbot: QtBot, typed: str, count: int | None) -> None:
    """As amounts are: a field beside one must not refuse what the other takes."""
    field, whole = count_field("How many", ""), WholeField("Buy", 1, 99)
    for one in (field, whole):
        qtbot.addWidget(one)
        one.setText(typed)
    if count is None:
        with pytest.raises(InvalidInput):
            read_count(field, "x")
        with pytest.raises(InvalidInput):
            whole.read("x")
    else:
        assert (read_count(field, "x"), whole.read("x")) == (count, count)


def test_a_batch_made_before_prints_as_qr_too(qtbot: QtBot, back: Back) -> None:
    some_coupons(back)
    view = open_page(qtbot, back)
    promotion = next(row.id for row in view.list.rows() if not row.automatic and not row.shared_code)
    view.page_shown(promotion)
    back.idle()
    asked: list[bool] = []
    view._presenter.make_sheet = lambda *_a, as_qr: asked.append(as_qr)  # type: ignore[method-assign]
    view.panel.tabs.setCurrentIndex(1)
    view.panel.print.click()
    view.panel.as_qr.setChecked(True)
    view.panel.print.click()
    assert asked == [False, True]


@pytest.mark.parametrize("typed", ["", "0", "1e309", "-5"])
def test_how_many_codes_must_be_said(qtbot: QtBot, back: Back, typed: str) -> None:
    dialog = CodesDialog("Autumn", date(2026, 3, 14), back.formats)
    qtbot.addWidget(dialog)
    dialog.count.setText(typed)
    with qtbot.assertNotEmitted(dialog.make_wanted):
        dialog.primary.click()  # type: ignore[union-attr]
    assert dialog.banner.title == "Type how many codes to make, as a whole number."


def test_a_batch_of_ten_thousand_is_counted_in_full(qtbot: QtBot, back: Back) -> None:
    view = open_page(qtbot, back)
    table = view.panel.batch_table
    for column in (2, 3, 4):
        assert table.fontMetrics().horizontalAdvance("100,000") + 20 <= table.columnWidth(column)
