"""Puts one till together: presenters, view, and what the frame is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.catalog.model import QuickPage
from app.checkout.model import TillContext
from ui.sell.customer_lines import CustomerLines
from ui.sell.errands import Errands
from ui.sell.paying import PayPresenter
from ui.sell.presenter import SellPresenter
from ui.sell.services import sell_services
from ui.sell.view import SellView

if TYPE_CHECKING:
    from ui.shell.registry import ShellContext


def make_till(context: ShellContext, till: TillContext) -> SellView:
    services = sell_services(context, till)
    sell = SellPresenter(services, till, context.formats, context.reads, context.writes, context.services.clock)
    pay = PayPresenter(sell, context.reads, context.writes)
    errands = Errands(sell, context.reads, context.writes)
    view = SellView(sell, pay, errands)
    sell.setParent(view)
    view.form_wanted.connect(lambda customer_id: context.open_page("customerform", (customer_id, "sell")))
    view.product_wanted.connect(lambda code: context.open_page("products", code))
    view.held_counted.connect(context.set_held)
    view.notified.connect(lambda text, undo: context.notify(text, undo=undo))
    view.shift_ended.connect(context.shift_changed)
    if context.devices is not None:
        CustomerLines(sell, pay, context.formats, context.devices.show, view)
    _QuickKeyLoader(context, view, till.outlet_id)
    sell.start()
    errands.holding.count()
    return view


class _QuickKeyLoader(QObject):
    """Reads the tiles, then their pictures, once the catalogue stands (tiles show prices)."""

    def __init__(self, context: ShellContext, view: SellView, outlet_id: int) -> None:
        super().__init__(view)
        self._context, self._view, self._outlet_id = context, view, outlet_id
        view.sell.ready.connect(self._on_ready)
        view.sell.shop.renewed.connect(self._on_ready)

    def _on_ready(self) -> None:
        catalog, outlet_id = self._view.sell.services.catalog, self._outlet_id
        self._context.reads.start(lambda: catalog.quick_pages(outlet_id), self._on_pages, self._on_failed)

    def _on_pages(self, pages: tuple[QuickPage, ...]) -> None:
        self._view.keys.show_pages(pages)
        catalog = self._view.sell.services.catalog
        wanted = self._view.keys.wanted_pictures()

        def work() -> dict[int, bytes]:
            found = {product_id: catalog.picture(product_id) for product_id in wanted}
            return {product_id: png for product_id, png in found.items() if png}

        if wanted:
            self._context.reads.start(work, self._on_pictures, self._on_failed)

    def _on_pictures(self, pictures: dict[int, bytes]) -> None:
        for product_id, png in pictures.items():
            self._view.keys.show_picture(product_id, png)

    def _on_failed(self, error: Exception) -> None:
        self._view.sell.told.emit(self.tr("The quick keys could not be read. Selling goes on."), "warning")
        del error
