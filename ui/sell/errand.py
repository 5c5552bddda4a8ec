"""What every errand of the till shares: it asks off the GUI thread and answers by signals."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.errors import NotPermitted
from app.staff.model import Approval
from ui.sell.presenter import SellPresenter
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs

T = TypeVar("T")


class Errand(QObject):
    refused = Signal(str)  # a sentence for the panel that asked
    done = Signal(str)  # what was done, for a toast
    approval_wanted = Signal(object, object)  # NotPermitted, Callable[[Approval], None]

    def __init__(self, sell: SellPresenter, reads: Jobs, writes: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._sell, self._reads, self._writes = sell, reads, writes
        self._services, self._context = sell.services, sell.context
        self._turns: dict[str, int] = {}

    def _ask(
        self,
        what: str,
        work: Callable[[], T],
        then: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
        *,
        for_sale: bool = False,
    ) -> None:
        """Read. An answer is dropped when the same thing was asked again meanwhile, or, with `for_sale`, when the
        sale it was asked for is over. `what` "": every answer counts."""
        turn = self._turns[what] = self._turns.get(what, 0) + 1
        sale = self._sell.basket.request_id

        def wanted() -> bool:
            overtaken = bool(what) and self._turns[what] != turn
            return not overtaken and (not for_sale or self._sell.basket.request_id == sale)

        def told(error: Exception) -> None:
            if wanted():
                (failed or self._on_failed)(error)

        def answered(answer: T) -> None:
            if wanted():
                then(answer)

        self._reads.start(work, answered, told, owner=self)

    def drop(self, what: str) -> None:
        """An answer still under way is not wanted any more."""
        self._turns[what] = self._turns.get(what, 0) + 1

    def _ask_or_tell(self, error: Exception, again: Callable[[Approval], None]) -> None:
        if isinstance(error, NotPermitted):
            self.approval_wanted.emit(error, again)
        else:
            self._on_failed_loudly(error)

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error, self._sell.formats))

    def _on_failed_loudly(self, error: Exception) -> None:
        self._sell.told.emit(sentence(error, self._sell.formats), "danger")
