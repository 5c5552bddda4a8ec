"""Finding, making and changing products, and reading lists of them, in a real file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from app.catalog.desk import CatalogueDesk
from app.catalog.model import Barcode, ProductKind
from app.errors import InvalidInput, NotFound
from db.models import TaxClass
from tests.ui.crm_shop import headings, texts
from tests.ui.products.conftest import ProductShop
from tests.ui.sell.fakes import ean13
from ui.products import page as products_page
from ui.products.form import ProductForm
from ui.products.picture import KEPT_SIDE, small_png
from ui.products.view import ProductsView


def open_page(shop: ProductShop, qtbot: QtBot, argument: object = None) -> ProductsView:
    view = products_page.PAGES[0].factory(shop.context())
    assert isinstance(view, ProductsView)
    qtbot.addWidget(view)
    view.resize(1216, 724)
    view.show()
    with qtbot.waitSignal(view.listing.rows_shown):
        view.page_shown(argument)
    return view


def open_form(view: ProductsView, qtbot: QtBot, act: Callable[[], object]) -> ProductForm:
    with qtbot.waitSignal(view.presenter.form_ready):
        act()
    assert view.form is not None
    return view.form


def save(view: ProductsView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.presenter.saved):
        view.form.primary.click()  # type: ignore[union-attr]


def said(form: ProductForm, field: str) -> str:
    shown = form.form.fields[field].said
    return shown.text() if shown.property("tone") == "danger" else ""


def names(view: ProductsView) -> list[str]:
    return [row[0] for row in texts(view.model)]


def test_the_list_is_by_name_without_the_retired(shop: ProductShop, qtbot: QtBot) -> None:
    shop.stock()
    view = open_page(shop, qtbot)
    assert headings(view.model)[:4] == ["Name", "SKU", "Barcode", "Category"]
    assert names(view) == [
        "Almonds <b>raw</b> & salted", "Balsamic vinegar", "Cheddar", "Gift wrapping", "Olive oil 500 ml"
    ]  # fmt: skip
    assert texts(view.model)[4][1:5] == ["OIL-1", ean13(1), "Oils & vinegars", "Alba"]
    assert view.count.text() == "5 products"
    with qtbot.waitSignal(view.listing.rows_shown):
        view.retired.click()
    assert names(view)[-1] == "Winter tea"
    with qtbot.waitSignal(view.listing.rows_shown):
        view.table._on_heading(headings(view.model).index("Price"))
    assert names(view)[0] == "Gift wrapping"


def test_a_category_takes_what_is_below_it(shop: ProductShop, qtbot: QtBot) -> None:
    shop.stock()
    view = open_page(shop, qtbot)
    offered = [view.category.itemText(place).strip() for place in range(view.category.count())]
    assert offered == ["All categories", "Dairy", "Pantry", "Oils & vinegars", "Without a category"]
    for place, found in ((2, 3), (3, 2), (4, 1)):
        view.category.setCurrentIndex(place)
        with qtbot.waitSignal(view.listing.rows_shown):
            view.category.activated.emit(place)
        assert view.model.rowCount() == found
    view.category.setCurrentIndex(1)
    with qtbot.waitSignal(view.listing.rows_shown):
        view.category.activated.emit(1)
    with qtbot.waitSignal(view.listing.found):
        view.search.setText("olive")
    assert names(view) == []  # the filter counts for a search too


def test_pages_come_as_the_reader_scrolls(shop: ProductShop, qtbot: QtBot) -> None:
    for number in range(120):
        shop.product(f"Thing {number:03}", f"T{number}")
    view = open_page(shop, qtbot)
    assert (view.model.rowCount(), view.count.text()) == (100, "120 products")
    with qtbot.waitSignal(view.listing.rows_added):
        view.table.scrollToBottom()
    assert names(view) == [f"Thing {number:03}" for number in range(120)]


@pytest.mark.parametrize("typed", ["olive oil", ean13(1), "oil-1", "alba olive"])
def test_search_finds_and_enter_opens(shop: ProductShop, qtbot: QtBot, typed: str) -> None:
    shop.stock()
    view = open_page(shop, qtbot)
    with qtbot.waitSignal(view.listing.found):
        qtbot.keyClicks(view.search, typed)
    qtbot.waitUntil(lambda: names(view) == ["Olive oil 500 ml"])
    form = open_form(view, qtbot, lambda: qtbot.keyClick(view.search, Qt.Key.Key_Return))
    assert form.name.text() == "Olive oil 500 ml"
    form.reject()
    assert view.form is None  # nothing was changed: no question


def test_an_empty_shop_says_what_to_do(shop: ProductShop, qtbot: QtBot) -> None:
    view = open_page(shop, qtbot)
    assert view.nothing.isVisible()
    assert (view.nothing.title.text(), view.nothing.text.text()) == (
        "No products yet", "Add the first, or import a list."
    )  # fmt: skip
    assert not view.new.isVisible()  # one primary action


def test_an_unknown_code_becomes_a_product_and_the_sale_goes_on(shop: ProductShop, qtbot: QtBot) -> None:
    view = open_page(shop, qtbot)
    form = open_form(view, qtbot, lambda: view.page_shown(ean13(77)))
    assert form.codes.text() == ean13(77)
    assert form.name.hasFocus()
    assert form.primary is not None and form.primary.text() == "Save and go back to the sale"
    qtbot.keyClicks(form.name, "Wild honey")
    qtbot.keyClicks(form.price, "12.50")
    with qtbot.waitSignal(view.presenter.saved):
        qtbot.keyClick(form.price, Qt.Key.Key_Return)
    (found,) = shop.catalog.search("wild honey")
    card = shop.catalog.product(found.id)
    assert (card.sku, card.price_minor, card.barcodes, card.tax_class_id) == (
        ean13(77), 1250, (Barcode(ean13(77)),), 1
    )  # fmt: skip
    assert shop.pages == [("sell", ("made", ean13(77)))]
    assert shop.told == ["Wild honey is saved"]


def test_a_form_that_did_not_open_leads_back_to_no_sale(
    shop: ProductShop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = open_page(shop, qtbot)

    def away(_self: object, _product: int | None) -> None:
        raise NotFound("The server does not answer.")

    with monkeypatch.context() as gone:
        gone.setattr("app.catalog.desk.CatalogueDesk.form", away)
        with qtbot.waitSignal(view.presenter.refused):
            view.page_shown(ean13(77))
    assert "does not answer" in view.banner.title
    form = open_form(view, qtbot, view.open_new)
    assert form.primary is not None and form.primary.text() == "Save"
    form.reject()


def test_a_short_code_is_one_more_though_a_longer_one_holds_its_digits(shop: ProductShop, qtbot: QtBot) -> None:
    view = open_page(shop, qtbot)
    form = open_form(view, qtbot, view.open_new)
    form.take_code("5601234567892")
    form.take_code("3456")
    form.take_code("5601234567892")  # twice is once
    assert form.codes.text() == "5601234567892, 3456"
    form._leave()


def test_a_tax_out_of_use_keeps_its_name_on_the_product_that_has_it(shop: ProductShop, qtbot: QtBot) -> None:
    product_id = shop.product("Old book", "BOOK", tax_class_id=2)
    with shop.services.database.write() as uow:
        uow.connection.execute(update(TaxClass).where(TaxClass.id == 2).values(active=False))
        uow.connection.execute(update(TaxClass).where(TaxClass.id == 1).values(name="VAT 23 %"))
        uow.commit()
    view = open_page(shop, qtbot)
    form = open_form(view, qtbot, lambda: view.presenter.open_form(product_id))
    assert form.tax.currentText() == "Reduced (13.5%)"
    assert form.tax.itemText(0) == "VAT 23 %"  # said once
    form.reject()
    form = open_form(view, qtbot, view.open_new)
    assert form.tax.count() == 1
    form.reject()


def test_everything_the_form_holds_is_kept(shop: ProductShop, qtbot: QtBot, tmp_path: Path) -> None:
    shop.stock()
    view = open_page(shop, qtbot)
    form = open_form(view, qtbot, view.open_new)
    for field, text in (
        (form.name, "Gouda"), (form.price, "21.00"), (form.cost, "12.00"), (form.brand, "Hof"), (form.sku, "G-1"),
        (form.codes, f"{ean13(5)}, 6*{ean13(6)}"), (form.supplier_sku, "S9"), (form.manufacturer_sku, "M9"),
        (form.tags, "Bio, local"),
    ):  # fmt: skip
        field.setText(text)
    next(iter(form.group_prices.values())).setText("19.00")
    form.kind.setCurrentIndex(1)
    form.tax.setCurrentIndex(1)
    form.category.setCurrentText("pantry › oils & VINEGARS")
    form.discountable.setChecked(False)
    picture = tmp_path / "gouda.jpg"
    assert QImage(900, 600, QImage.Format.Format_RGB32).save(str(picture))
    with qtbot.waitSignal(form.picture.changed):
        form.picture.take_file(picture)
    save(view, qtbot)
    (found,) = shop.catalog.search("gouda")
    card = shop.catalog.product(found.id)
    assert (card.kind, card.cost_minor, card.brand, card.tags) == (ProductKind.WEIGHED, 1200, "Hof", ("bio", "local"))
    assert [(one.code, one.pack_milli) for one in card.barcodes] == [(ean13(5), 1000), (ean13(6), 6000)]
    assert (card.supplier_sku, card.manufacturer_sku, card.discountable, card.tax_class_id) == ("S9", "M9", False, 2)
    facts = shop.services.get(CatalogueDesk).form(card.id)
    assert facts.group_prices[0].price_minor == 1900
    kept = QImage.fromData(facts.picture or b"")
    assert (kept.width(), kept.height()) == (KEPT_SIDE, 266)
    again = open_form(view, qtbot, lambda: view.presenter.open_form(card.id))
    assert not again.changed
    again.picture.remove_button.click()
    next(iter(again.group_prices.values())).clear()
    save(view, qtbot)
    facts = shop.services.get(CatalogueDesk).form(card.id)
    assert (facts.picture, facts.group_prices[0].price_minor) == (None, None)
    after = shop.catalog.product(card.id)
    assert (after.barcodes, after.category_id, after.tags) == (card.barcodes, card.category_id, card.tags)


def test_what_is_wrong_is_said_beside_its_field(shop: ProductShop, qtbot: QtBot) -> None:
    shop.stock()
    view = open_page(shop, qtbot)
    form = open_form(view, qtbot, view.open_new)
    form.save(back=False)
    assert said(form, "name") == "Give the product a name."
    form.name.setText("Twin")
    form.save(back=False)
    assert "12.50" in said(form, "price")
    form.price.setText("1,2,3")
    form.save(back=False)
    assert "not a number" in said(form, "price")
    form.price.setText("1.00")
    form.codes.setText("six*123")
    form.save(back=False)
    assert "6*CODE" in said(form, "barcodes")
    for codes, sku, field, word in (
        (ean13(1), "", "barcodes", "Olive oil"), ("", "CHE-1", "sku", "Cheddar"),
        (ean13(2)[:-1] + str((int(ean13(2)[-1]) + 1) % 10), "", "barcodes", "check digit"),
    ):  # fmt: skip
        form.codes.setText(codes)
        form.sku.setText(sku)
        with qtbot.waitSignal(view.presenter.save_refused):
            form.primary.click()  # type: ignore[union-attr]
        assert word in said(form, field)
        assert form.primary.isEnabled()  # type: ignore[union-attr]
    form.category.setCurrentText("Nowhere")
    form.codes.clear()
    form.sku.clear()
    form.save(back=False)
    assert "no such category" in said(form, "category")
    assert shop.catalog.search("twin") == ()


def test_a_category_is_made_in_place(shop: ProductShop, qtbot: QtBot) -> None:
    shop.stock()
    view = open_page(shop, qtbot)
    form = open_form(view, qtbot, view.open_new)
    form.category.setCurrentText("Dairy")
    form.category_wanted.emit()
    dialog = view._category_dialog
    assert dialog is not None
    with qtbot.waitSignal(view.presenter.category_refused):
        dialog.primary.click()  # type: ignore[union-attr]
    assert dialog.form.fields["name"].said.text()
    dialog.name.setText("Cheese")
    with qtbot.waitSignal(view.presenter.category_added):
        dialog.primary.click()  # type: ignore[union-attr]
    assert form.category.currentText() == "Dairy › Cheese"
    assert form.category.currentData() in {node.id for node in shop.catalog.categories() if node.name == "Cheese"}


def test_escape_asks_before_anything_is_lost(shop: ProductShop, qtbot: QtBot) -> None:
    view = open_page(shop, qtbot)
    form = open_form(view, qtbot, view.open_new)
    form.name.setText("Half typed")
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    assert view.form is form and form.isVisible()
    question = form.findChildren(type(form).__mro__[1])[-1]
    assert "would be lost" in " ".join(words.text() for words in question.findChildren(type(form.heading)))
    question.primary.click()
    assert view.form is None
    assert shop.catalog.search("half") == ()


def test_ctrl_s_saves_and_a_scan_adds_a_barcode(shop: ProductShop, qtbot: QtBot) -> None:
    view = open_page(shop, qtbot)
    form = open_form(view, qtbot, view.open_new)
    view.on_code(ean13(8))
    view.on_code(ean13(9))
    view.on_code(ean13(8))
    assert form.codes.text() == f"{ean13(8)}, {ean13(9)}"
    form.name.setText("Jam")
    form.kind.setCurrentIndex(2)  # the till asks: no price needed
    form.activateWindow()
    with qtbot.waitSignal(view.presenter.saved):
        qtbot.keyClick(form, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert shop.catalog.search("jam")[0].kind is ProductKind.OPEN_PRICE


@pytest.mark.parametrize(
    ("data", "word"),
    [(b"GIF89a", "PNG or JPEG"), (b"\x89PNG\r\n\x1a\n", "damaged"), (b"\x89PNG\r\n\x1a\n" + bytes(90), "damaged")],
)
def test_pictures_that_are_none_are_refused(data: bytes, word: str) -> None:
    with pytest.raises(InvalidInput, match=word):
        small_png(data)


def test_a_picture_of_too_many_pixels_or_bytes_is_refused(qapp: object) -> None:  # F44
    image = QImage(8001, 10, QImage.Format.Format_Mono)
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    with pytest.raises(InvalidInput, match="pixels"):
        small_png(bytes(kept.data()))
    with pytest.raises(InvalidInput, match="1 MB"):
        small_png(bytes(kept.data()) + bytes(1_000_000))


LIST = "Name,Price,SKU,Category\nOlive oil 500 ml,10.50,OIL-1,\nSoap,3.00,SO,Bath > Soap\nBad,-1,B,\n"


def test_a_list_is_looked_at_taken_and_taken_back(shop: ProductShop, qtbot: QtBot, tmp_path: Path) -> None:  # T26, F43
    shop.stock()
    path = tmp_path / "list.csv"
    path.write_text(LIST)
    view = open_page(shop, qtbot)
    dialog = view.open_import()
    with qtbot.waitSignal(view.presenter.looked):
        dialog.look(path)
    assert texts(dialog.model) == [["4", "wrong", "Bad", "B", "", "Price “-1”: a price is never negative."]]
    assert dialog.primary is not None and dialog.primary.text() == "Import the 2 right rows"
    assert "New categories: Bath, Bath › Soap." in dialog._notes.text()
    with qtbot.waitSignal(view.presenter.file_written):
        view.presenter.write_wrong(dialog._preview, tmp_path / "wrong.csv")  # type: ignore[arg-type]
    assert "never negative" in (tmp_path / "wrong.csv").read_text(encoding="utf-8-sig")
    with qtbot.waitSignal(view.presenter.imported):
        dialog.primary.click()
    assert view.import_dialog is None
    assert shop.told == ["1 product added, 1 changed"]
    assert shop.catalog.search("olive")[0].price.minor == 1050
    assert shop.undo is not None
    with qtbot.waitSignal(view.presenter.undone):
        shop.undo()
    assert shop.catalog.search("olive")[0].price.minor == 990
    assert shop.catalog.search("soap") == ()


def test_a_file_that_is_no_list_is_said_in_the_dialog(shop: ProductShop, qtbot: QtBot, tmp_path: Path) -> None:
    view = open_page(shop, qtbot)
    dialog = view.open_import()
    for path in (tmp_path / "gone.csv", tmp_path / "empty.csv"):
        with qtbot.waitSignal(view.presenter.look_refused):
            dialog.look(path)
        (tmp_path / "empty.csv").touch()
    assert "empty" in dialog.banner.title
    with qtbot.waitSignal(view.presenter.file_written):
        view.presenter.write_template(tmp_path / "t.csv")
    with qtbot.waitSignal(view.presenter.looked):
        dialog.look(tmp_path / "t.csv")
    assert dialog.primary is not None and dialog.primary.text() == "Import 2 rows"
    assert dialog.reason.isHidden()


def test_the_whole_reason_of_a_wrong_row_can_be_read(shop: ProductShop, qtbot: QtBot, tmp_path: Path) -> None:
    shop.stock()
    path = tmp_path / "list.csv"
    path.write_text(f"Name,Price,SKU,Barcode\nNut oil,5.00,NUT,{ean13(1)}\nSoap,2.00,SOAP,\nTea,-1,TEA,\n")
    dialog = open_page(shop, qtbot).open_import()
    with qtbot.waitSignal(dialog.look_wanted):
        dialog.look(path)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 2)
    assert dialog.reason.text() == f"The barcode {ean13(1)} belongs to Olive oil 500 ml (SKU OIL-1)."
    dialog.table.selectRow(1)
    assert "never negative" in dialog.reason.text()


def test_the_list_keeps_the_rules_of_models(shop: ProductShop, qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    shop.stock()
    qtmodeltester.check(open_page(shop, qtbot).model)


def test_looks_and_names(shop: ProductShop, qtbot: QtBot, render: Any, tmp_path: Path) -> None:
    shop.stock()
    view = open_page(shop, qtbot)
    render(view, "products", (1216, 724))
    first = open_form(view, qtbot, lambda: view.presenter.open_form(1))
    render(first, "product-form", (880, 720))
    nameless = [
        one
        for kind in (QAbstractButton, QLineEdit)
        for one in first.findChildren(kind)
        if not one.accessibleName() and one.objectName() != "qt_spinbox_lineedit" and one.parent() is not first.category
    ]
    assert nameless == []
    first._leave()
    path = tmp_path / "list.csv"
    path.write_text(LIST)
    dialog = view.open_import()
    render(dialog, "product-import-begin", (960, 640))
    with qtbot.waitSignal(view.presenter.looked):
        dialog.look(path)
    dialog._show_rows(None)
    render(dialog, "product-import", (960, 640))
    dialog.reject()
