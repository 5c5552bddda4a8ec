"""Products and quick keys, beside the settings. `open_page("products", code)` begins a product with that barcode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shell.registry import Page, Section, ShellContext

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def _open(context: ShellContext) -> QWidget:
    from app.catalog.desk import CatalogueDesk
    from app.catalog.importing import ImportService
    from app.catalog.service import CatalogService
    from ui.products.list_presenter import ListPresenter
    from ui.products.presenter import ProductsPresenter
    from ui.products.view import ProductsView

    get = context.services.get
    presenter = ProductsPresenter(
        get(CatalogueDesk), get(CatalogService), get(ImportService), context.staff, context.reads, context.writes
    )
    view = ProductsView(ListPresenter(get(CatalogueDesk), context.reads), presenter, context.formats)
    view.notified.connect(lambda text, undo: context.notify(text, undo=undo))
    view.sale_wanted.connect(lambda code: context.open_page("sell", ("made", code)))
    return view


def _open_quick_keys(context: ShellContext) -> QWidget:
    from app.catalog.desk import CatalogueDesk
    from app.catalog.service import CatalogService
    from app.shop.service import ShopService
    from ui.products.quick_presenter import QuickPresenter
    from ui.products.quick_view import QuickKeysView

    get = context.services.get
    presenter = QuickPresenter(
        get(CatalogueDesk), get(CatalogService), get(ShopService), context.staff, context.reads, context.writes
    )
    view = QuickKeysView(presenter, context.formats)
    presenter.saved.connect(lambda _pages: context.notify(view.tr("The quick keys are saved")))
    return view


PAGES = (
    Page(
        "products", QT_TRANSLATE_NOOP("pages", "Products"), "package", _open, permission="product.edit",
        section=Section.SETTINGS, order=20, words="price barcode sku article catalogue import list category",
    ),
    Page(
        "products.quickkeys", QT_TRANSLATE_NOOP("pages", "Quick keys"), "layout-grid", _open_quick_keys,
        permission="product.edit", section=Section.SETTINGS, order=30, words="tiles buttons favourites",
    ),
)  # fmt: skip
