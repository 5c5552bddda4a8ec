"""Paper, drawer and shift, outside of a sale."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QObject, Signal

from app.ids import new_request_id
from app.money import Money
from app.staff.model import Approval
from ui.sell.errand import Errand
from ui.sell.presenter import SellPresenter
from ui.shared.jobs import Jobs

_Wish = tuple[str, int, str]  # what to do, minor units, why


class DrawerErrands(Errand):
    register_closed = Signal(object)  # Closing

    def __init__(self, sell: SellPresenter, reads: Jobs, writes: Jobs, parent: QObject) -> None:
        super().__init__(sell, reads, writes, parent)
        self._requests: dict[_Wish, UUID] = {}

    def reprint_last(self) -> None:
        till, register = self._services.till, self._context.register_id

        def work() -> bool:
            sale_id = till.last_sale(register)
            if sale_id is not None:
                till.reprint(sale_id)
            return sale_id is not None

        self._writes.start(work, self._on_reprinted, self._on_failed_loudly)

    def _on_reprinted(self, found: bool) -> None:
        self.done.emit(
            self.tr("The last receipt is printed again.") if found else self.tr("This till has sold nothing yet.")
        )

    def open(self, reason: str, approval: Approval | None = None) -> None:
        till, context, what = self._services.till, self._context, ("open", 0, reason)
        request = self._request(what)
        self._writes.start(
            lambda: till.open_drawer(context, reason, approval, request_id=request),
            lambda _nothing: self._on_done(what, self.tr("The drawer is open.")),
            lambda error: self._ask_or_tell(error, lambda given: self.open(reason, given)),
            owner=self,
        )

    def move_cash(self, kind: str, amount: Money, reason: str, approval: Approval | None = None) -> None:
        till, context, what = self._services.till, self._context, (kind, amount.minor, reason)
        request = self._request(what)
        said = self.tr("{0} is noted.").format(self._sell.formats.money(amount))
        self._writes.start(
            lambda: till.move_cash(context, kind, amount, reason, approval, request_id=request),
            lambda _nothing: self._on_done(what, said),
            lambda error: self._ask_or_tell(error, lambda given: self.move_cash(kind, amount, reason, given)),
            owner=self,
        )

    def _request(self, what: _Wish) -> UUID:
        """The same until it is done: an answer that got lost must not make the cashier move the money twice."""
        return self._requests.setdefault(what, new_request_id())

    def _on_done(self, what: _Wish, said: str) -> None:
        self._requests.pop(what, None)
        self.done.emit(said)

    def print_reading(self, approval: Approval | None = None) -> None:
        """An X report: it shows what should be in the drawer, so it takes the right to see reports."""
        till, context = self._services.till, self._context
        self._writes.start(
            lambda: till.print_reading(context, approval),
            lambda _nothing: self.done.emit(self.tr("The X report is being printed.")),
            lambda error: self._ask_or_tell(error, self.print_reading),
            owner=self,
        )

    def print_closing_again(self, approval: Approval | None = None) -> None:
        till, context = self._services.till, self._context
        self._writes.start(
            lambda: till.print_closing_again(context, approval),
            lambda number: self.done.emit(self.tr("Z report {0} is being printed again.").format(number)),
            lambda error: self._ask_or_tell(error, self.print_closing_again),
            owner=self,
        )

    def close_register(self, counted: Money, approval: Approval | None = None) -> None:
        """Close the shift by what was counted; what should be there is never shown before (a blind count)."""
        till, context = self._services.till, self._context
        self._writes.start(
            lambda: till.close_register(context, counted, approval),
            self.register_closed.emit,
            lambda error: self._ask_or_tell(error, lambda given: self.close_register(counted, given)),
            owner=self,
        )
