"""What every errand of the till shares: it asks off the GUI thread and answers by signals."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.errors import DomainError, NotPermitted
from app.staff.model import Approval
from ui.sell.presenter import SellPresenter
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs


class Errand(QObject):
    refused = Signal(str)  # a sentence for the panel that asked
    done = Signal(str)  # what was done, for a toast
    approval_wanted = Signal(object, object)  # NotPermitted, Callable[[Approval], None]

    def __init__(self, sell: SellPresenter, reads: Jobs, writes: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._sell, self._reads, self._writes = sell, reads, writes
        self._services, self._context = sell.services, sell.context

    def _ask_or_tell(self, error: Exception, again: Callable[[Approval], None]) -> None:
        if isinstance(error, NotPermitted):
            self.approval_wanted.emit(error, again)
        else:
            self._on_failed_loudly(error)

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error, self._sell.formats))
        if not isinstance(error, DomainError):
            self._sell.told.emit(sentence(error, self._sell.formats), "danger")

    def _on_failed_loudly(self, error: Exception) -> None:
        self._sell.told.emit(sentence(error, self._sell.formats), "danger")
