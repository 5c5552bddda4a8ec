"""What happens on an invoice: it is read, and a copy of its receipt is asked for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.checkout.receipts import SaleView
from app.ids import RequestId, new_request_id
from hardware.protocols import Document
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs
from ui.shared.reading import Newest


class InvoicePresenter(QObject):
    """`read` loads a sale by id or number. `reprint` makes a copy of its receipt due and `draw` makes one to look at;
    both None where the role may not.

    A copy keeps its request id until it is known to be due: after a lost answer the second press prints no second.
    """

    opened = Signal(object)  # SaleView
    refused = Signal(str)  # a sentence
    reprinted = Signal()
    receipt_ready = Signal(object)  # Document

    def __init__(
        self,
        read: Callable[[int | str], SaleView],
        reprint: Callable[[int, RequestId], object] | None,
        reads: Jobs,
        writes: Jobs,
        *,
        draw: Callable[[int], Document] | None = None,
    ) -> None:
        super().__init__()
        self._read, self._reprint, self._draw, self._writes = read, reprint, draw, writes
        self._sale, self._paper = Newest(reads, self), Newest(reads, self)
        for reading in (self._sale, self._paper):
            reading.failed.connect(self._on_failed)
        self._request = new_request_id()

    @property
    def may_reprint(self) -> bool:
        return self._reprint is not None

    @property
    def may_draw(self) -> bool:
        return self._draw is not None

    def open(self, wanted: int | str) -> None:
        """By id, or by the number another document names."""
        self._sale.ask(lambda: self._read(wanted), self.opened.emit)

    def draw(self, sale_id: int) -> None:
        if self._draw is not None:
            draw = self._draw
            self._paper.ask(lambda: draw(sale_id), self.receipt_ready.emit)

    def reprint(self, sale_id: int) -> None:
        if self._reprint is not None:
            reprint, request = self._reprint, self._request
            self._writes.start(lambda: reprint(sale_id, request), self._on_reprinted, self._on_failed)

    def _on_reprinted(self, _job: object) -> None:
        self._request = new_request_id()
        self.reprinted.emit()

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error))
