"""The open basket, written down a moment after each step: whatever ends the program, nothing scanned is lost."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.checkout.model import OpenBasket, TillContext
from ui.sell.ports import Checkout
from ui.shared.jobs import Jobs

_AFTER_MS = 20  # the line is painted first: a worker that writes takes its turns from the painting
_AGAIN_MS = 2_000  # after a failure

Newest = Callable[[], tuple[OpenBasket, int] | None]


class BasketKeeper(QObject):
    """Only the newest basket is written; steps in between need not be. A write that failed is made again.

    `newest` gives the basket and its total in minor units, None while there is nothing to keep.
    """

    failing = Signal(object)  # the error: once, until a write succeeds again

    def __init__(
        self, checkout: Checkout, context: TillContext, newest: Newest, writes: Jobs, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._checkout, self._context, self._newest, self._writes = checkout, context, newest, writes
        self._due = False
        self._under_way = 0
        self._told = False
        self._seen = True
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.write_now)

    def changed(self) -> None:
        """The basket is another one. One change after the other costs one write."""
        self._due = True
        if not self._seen:
            self.write_now()
        elif not self._under_way and not self._soon.isActive():
            self._soon.start(_AFTER_MS)

    def show_seen(self, seen: bool) -> None:
        """Whether the basket is on the screen. Out of sight nothing waits for painting, or for a timer that may die."""
        self._seen = seen
        if not seen:
            self.write_now()

    def write_now(self) -> None:
        """What still waits goes to the writer now. A basket completed, held or voided meanwhile is left alone there."""
        self._soon.stop()
        newest = self._newest() if self._due else None
        if newest is None:
            return
        self._due = False
        self._under_way += 1
        checkout, context, (basket, total) = self._checkout, self._context, newest
        self._writes.start(lambda: checkout.keep(context, basket, total), self._on_kept, self._on_failed)

    def _on_kept(self, _nothing: object) -> None:
        self._under_way -= 1
        self._told = False
        if self._due:
            self.changed()

    def _on_failed(self, error: Exception) -> None:
        self._under_way -= 1
        self._due = True
        if not self._soon.isActive():
            self._soon.start(_AGAIN_MS)
        if not self._told:
            self._told = True
            self.failing.emit(error)

    def stop(self) -> None:
        """Nothing is tried any more."""
        self._due = False
        self._soon.stop()
