"""Finding products and customers as one types, and whose sale it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from app.checkout.model import CustomerPanel
from ui.sell.errand import Errand
from ui.sell.ports import CustomerHit
from ui.sell.presenter import SellPresenter
from ui.shared.jobs import Jobs


class ProductSearch(Errand):
    found = Signal(object)  # tuple[ProductHit, ...]

    def __init__(self, sell: SellPresenter, reads: Jobs, writes: Jobs, parent: QObject) -> None:
        super().__init__(sell, reads, writes, parent)
        self._asked = 0

    def search(self, typed: str) -> None:
        self._asked += 1
        asked, catalog = self._asked, self._services.catalog
        if not typed.strip():
            self.found.emit(())
            return
        self._reads.start(lambda: (asked, catalog.search(typed, limit=12)), self._on_found, self._on_failed)

    def _on_found(self, answer: tuple[int, object]) -> None:
        if answer[0] == self._asked:
            self.found.emit(answer[1])

    def drop(self) -> None:
        """Something was scanned or chosen: an answer still under way is not wanted any more."""
        self._asked += 1


class CustomerErrands(Errand):
    found = Signal(object)  # Sequence[CustomerHit]
    set = Signal()

    def __init__(self, sell: SellPresenter, reads: Jobs, writes: Jobs, parent: QObject) -> None:
        super().__init__(sell, reads, writes, parent)
        self._asked = 0

    def search(self, typed: str) -> None:
        self._asked += 1
        asked, customers = self._asked, self._services.customers
        if not typed.strip():
            self.found.emit(())
            return
        self._reads.start(lambda: (asked, customers.search(typed, 12)), self._on_found, self._on_failed)

    def _on_found(self, answer: tuple[int, Sequence[CustomerHit]]) -> None:
        if answer[0] == self._asked:
            self.found.emit(answer[1])

    def choose(self, customer_id: int) -> None:
        checkout = self._services.checkout
        self._reads.start(lambda: checkout.customer(customer_id), self.use, self._on_failed)

    def add(self, first: str, last: str, phone: str, email: str) -> None:
        services = self._services

        def work() -> CustomerPanel:
            return services.checkout.customer(services.customers.quick_add(first, last, phone, email))

        self._writes.start(work, self.use, self._on_failed)

    def use(self, panel: CustomerPanel) -> None:
        self._sell.set_customer(panel)
        self.set.emit()
