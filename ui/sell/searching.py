"""Finding products and customers as one types, and whose sale it is."""

from __future__ import annotations

from PySide6.QtCore import Signal

from app.checkout.model import CustomerPanel
from ui.sell.errand import Errand


class ProductSearch(Errand):
    found = Signal(object)  # tuple[ProductHit, ...]

    def search(self, typed: str) -> None:
        catalog = self._services.catalog
        if typed.strip():
            self._ask("search", lambda: catalog.search(typed, limit=12), self.found.emit)
        else:
            self.forget()
            self.found.emit(())

    def forget(self) -> None:
        """Something was scanned or chosen: what is still being searched is not wanted any more."""
        self.drop("search")


class CustomerErrands(Errand):
    found = Signal(object)  # Sequence[CustomerHit]
    set = Signal()

    def search(self, typed: str) -> None:
        customers = self._services.customers
        if typed.strip():
            self._ask("search", lambda: customers.search(typed, 12), self.found.emit)
        else:
            self.drop("search")
            self.found.emit(())

    def choose(self, customer_id: int) -> None:
        checkout = self._services.checkout
        self._ask("customer", lambda: checkout.customer(customer_id), self.use, for_sale=True)

    def add(self, first: str, last: str, phone: str, email: str) -> None:
        services, sale = self._services, self._sell.basket.request_id

        def work() -> CustomerPanel:
            return services.checkout.customer(services.customers.quick_add(first, last, phone, email))

        def added(panel: CustomerPanel) -> None:
            if self._sell.basket.request_id == sale:
                self.use(panel)
            else:
                self.done.emit(self.tr("{0} is in the list of customers now.").format(panel.name))

        self._writes.start(work, added, self._on_failed, owner=self)

    def use(self, panel: CustomerPanel) -> None:
        self._sell.set_customer(panel)
        self.set.emit()
