"""What happens on an invoice: it is read, and a copy of its receipt is asked for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.checkout.receipts import SaleView
from app.ids import RequestId, new_request_id
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs


class InvoicePresenter(QObject):
    """`read` loads a sale by id; `reprint` makes a copy of its receipt due, None where the role may not.

    A copy keeps its request id until it is known to be due: after a lost answer the second press prints no second.
    """

    opened = Signal(object)  # SaleView
    refused = Signal(str)  # a sentence
    reprinted = Signal()

    def __init__(
        self,
        read: Callable[[int], SaleView],
        reprint: Callable[[int, RequestId], object] | None,
        reads: Jobs,
        writes: Jobs,
    ) -> None:
        super().__init__()
        self._read, self._reprint, self._reads, self._writes = read, reprint, reads, writes
        self._request = new_request_id()

    @property
    def may_reprint(self) -> bool:
        return self._reprint is not None

    def open(self, sale_id: int) -> None:
        self._reads.start(lambda: self._read(sale_id), self._on_opened, self._on_failed)

    def _on_opened(self, sale: SaleView) -> None:
        self.opened.emit(sale)

    def reprint(self, sale_id: int) -> None:
        if self._reprint is not None:
            reprint, request = self._reprint, self._request
            self._writes.start(lambda: reprint(sale_id, request), self._on_reprinted, self._on_failed)

    def _on_reprinted(self, _job: object) -> None:
        self._request = new_request_id()
        self.reprinted.emit()

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error))
