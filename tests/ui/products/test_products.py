"""Making and changing products in a real file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from pytestqt.qtbot import QtBot

from app.catalog.model import Barcode, ProductDraft, ProductKind
from app.catalog.service import CatalogService
from app.checkout.service import CheckoutService
from app.clock import SystemClock
from app.shop.model import ShopDraft, TaxDraft
from app.shop.setup import create_shop
from app.staff.model import with_all_rights
from tests.ui.sell.fakes import ean13
from ui.products.presenter import ProductsPresenter
from ui.products.view import ProductsView
from ui.shared.format import Formats
from ui.shared.jobs import Jobs

BOSS = with_all_rights(1, "Manager")


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[ProductsView, CatalogService]]:
    taxes = (TaxDraft("Standard", (("VAT", Decimal(8)),)),)
    database = create_shop(str(tmp_path / "shop.db"), ShopDraft("Shop", "739152", "USD", taxes=taxes), SystemClock())
    catalog = CatalogService(database, SystemClock())
    for number, name in enumerate(("Olive oil", "Almonds <b>raw</b> & salted"), 1):
        catalog.create(ProductDraft(name, f"SKU-{number}", 990, barcodes=(Barcode(ean13(number)),)), by=BOSS)
    reads, writes = Jobs(2), Jobs(1)
    checkout = CheckoutService(database, SystemClock())
    presenter = ProductsPresenter(catalog, checkout, BOSS, 1, Formats("en_US", "USD"), reads, writes)
    view = ProductsView(presenter, Formats("en_US", "USD"))
    qtbot.addWidget(view)
    view.resize(1216, 724)
    view.show()
    with qtbot.waitSignal(presenter.listed, timeout=5000):
        view.page_shown(None)
    yield view, catalog
    reads.close()
    writes.close()
    database.close()


def _form(view: ProductsView, qtbot: QtBot, open_it: Callable[[], Any]) -> Any:
    open_it()
    qtbot.waitUntil(lambda: view._form is not None, timeout=5000)
    return view._form


def test_products_are_listed_by_name_and_found(page: tuple[ProductsView, CatalogService], qtbot: QtBot) -> None:
    view, _catalog = page
    assert [one.name for one in view.model.rows()] == ["Almonds <b>raw</b> & salted", "Olive oil"]
    with qtbot.waitSignal(view.presenter.listed, timeout=5000):
        view.field.setText("olive")
    assert [one.sku for one in view.model.rows()] == ["SKU-1"]


def test_a_new_product_with_price_carton_and_quick_key(page: tuple[ProductsView, CatalogService], qtbot: QtBot) -> None:
    view, catalog = page
    form = _form(view, qtbot, lambda: view.page_shown(ean13(77)))
    assert form.codes.text() == ean13(77)
    form.name.setText("Wild honey")
    form.price.setText("1,2")
    form._on_save()
    assert form.banner.isVisible()
    form.price.setText("12.50")
    form.codes.setText(f"{ean13(77)}, 6*{ean13(78)}")
    form.page.setCurrentIndex(1)
    with qtbot.waitSignal(view.presenter.saved, timeout=5000):
        form._on_save()
    (found,) = catalog.search("wild honey")
    card = catalog.product(found.id)
    assert card.price_minor == 1250
    assert [(code.code, code.pack_milli) for code in card.barcodes] == [(ean13(77), 1000), (ean13(78), 6000)]
    assert [tile.product_id for tile in catalog.quick_pages(1)[0].tiles] == [found.id]


def test_a_taken_code_is_refused_in_the_form_and_nothing_is_lost(
    page: tuple[ProductsView, CatalogService], qtbot: QtBot
) -> None:
    view, catalog = page
    form = _form(view, qtbot, view.new.click)
    form.name.setText("Twin")
    form.price.setText("1.00")
    form.codes.setText(ean13(1))
    with qtbot.waitSignal(view.presenter.refused, timeout=5000):
        form._on_save()
    assert "Olive oil" in form.banner.title
    assert form.name.text() == "Twin"
    assert catalog.search("twin") == ()


def test_a_change_keeps_what_the_form_does_not_show(page: tuple[ProductsView, CatalogService], qtbot: QtBot) -> None:
    view, catalog = page
    draft = ProductDraft("Cheddar", "C-1", 500, ProductKind.WEIGHED, tags=("local",), supplier_sku="SUP")
    card = catalog.create(draft, by=BOSS)
    form = _form(view, qtbot, lambda: view.presenter.open_form(card.id))
    form.price.setText("6.00")
    with qtbot.waitSignal(view.presenter.saved, timeout=5000):
        form._on_save()
    after = catalog.product(card.id)
    assert (after.price_minor, after.kind, after.tags, after.supplier_sku) == (600, "weighed", ("local",), "SUP")


def test_looks_and_names(page: tuple[ProductsView, CatalogService], qtbot: QtBot, render: Any) -> None:
    view, _catalog = page
    render(view, "products", (1216, 724))
    form = _form(view, qtbot, view.new.click)
    render(form, "product-form", (560, 640))
    nameless = [
        one for kind in (QAbstractButton, QLineEdit) for one in form.findChildren(kind) if not one.accessibleName()
    ]
    assert nameless == []
    form.reject()
