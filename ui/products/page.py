"""Products, beside the settings. `context.open_page("products", code)` begins a product with that barcode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shell.registry import Page, Section, ShellContext

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def _open(context: ShellContext) -> QWidget:
    from app.catalog.service import CatalogService
    from app.checkout.service import CheckoutService
    from ui.products.presenter import ProductsPresenter
    from ui.products.view import ProductsView

    services = context.services
    presenter = ProductsPresenter(
        services.get(CatalogService),
        services.get(CheckoutService),
        context.staff,
        context.place.outlet_id,
        context.formats,
        context.reads,
        context.writes,
    )
    view = ProductsView(presenter, context.formats)
    view.notified.connect(context.notify)
    return view


PAGES = (
    Page(
        "products",
        QT_TRANSLATE_NOOP("pages", "Products"),
        "package",
        _open,
        permission="product.edit",
        section=Section.SETTINGS,
        order=20,
        words="price barcode sku article catalogue quick keys",
    ),
)
