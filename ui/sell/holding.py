"""Sales put aside, taken up again, and dropped."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal

from app.checkout.errors import RequestReused
from app.checkout.model import HeldBasket, OpenBasket
from app.staff.model import Approval
from ui.sell.errand import Errand
from ui.shared.error_text import sentence


@dataclass(frozen=True, slots=True)
class _NotResumed:
    """The open basket was put on hold, then the wanted one could not be had."""

    error: Exception


class HoldErrands(Errand):
    listed = Signal(object)  # tuple[HeldBasket, ...]
    counted = Signal(int)

    def hold(self, label: str = "") -> None:
        """Put the sale aside and start a new one."""
        basket = self._sell.basket
        if basket.is_empty or self._sell.locked:
            return
        self._sell.locked = True
        checkout, context = self._services.checkout, self._context
        self._writes.start(lambda: checkout.suspend(context, basket, label), self._on_held, self._on_hold_failed)

    def _on_held(self, _basket_id: int) -> None:
        self._sell.start_anew()
        self.done.emit(self.tr("On hold. Recall it with F5."))
        self.count()

    def _on_hold_failed(self, error: Exception) -> None:
        self._sell.told.emit(sentence(error, self._sell.formats), "danger")
        self._sell.go_on()

    def list_all(self) -> None:
        checkout, context = self._services.checkout, self._context
        self._ask("held", lambda: checkout.held(context), self._on_list)

    def count(self) -> None:
        checkout, context = self._services.checkout, self._context
        self._ask("count", lambda: len(checkout.held(context)), self.counted.emit, self._on_not_counted)

    def _on_not_counted(self, _error: Exception) -> None:
        """Nobody asked for it; the strip tells of the database, and the next sale counts again."""

    def _on_list(self, held: tuple[HeldBasket, ...]) -> None:
        self.counted.emit(len(held))
        self.listed.emit(held)

    def resume(self, basket_id: int) -> None:
        """Take a held sale here. A basket that stands is put on hold first, so nothing is lost."""
        basket, checkout, context = self._sell.basket, self._services.checkout, self._context
        if self._sell.locked or self._sell.fixed:
            return
        self._sell.locked = True

        def work() -> OpenBasket | _NotResumed:
            if basket.is_empty:
                return checkout.resume(context, basket_id)
            checkout.suspend(context, basket, "")
            try:
                return checkout.resume(context, basket_id)
            except Exception as error:
                return _NotResumed(error)

        self._writes.start(work, self._on_resumed, self._on_hold_failed)

    def _on_resumed(self, answer: OpenBasket | _NotResumed) -> None:
        """The basket that stood is on hold by now, so it must not stay in front, whatever became of the other."""
        if isinstance(answer, _NotResumed):
            said = self.tr("{0} The sale that was open here is on hold.")
            self._sell.start_anew()
            self._sell.told.emit(said.format(sentence(answer.error, self._sell.formats)), "danger")
        else:
            self._sell.take_over(answer)
            self.done.emit(self.tr("The sale is back."))
        self.count()

    def void(self, reason: str, approval: Approval | None = None) -> None:
        basket, checkout, context = self._sell.basket, self._services.checkout, self._context
        if basket.is_empty or self._sell.locked:
            return
        self._sell.locked = True

        def failed(error: Exception) -> None:
            if isinstance(error, RequestReused):  # booked by another window of this till: nothing is open any more
                self._sell.start_anew()
                self._on_failed_loudly(error)
                return
            self._ask_or_tell(error, lambda given: self.void(reason, given) if self._is(basket) else None)
            self._sell.go_on()

        self._writes.start(lambda: checkout.void(context, basket, reason, approval), self._on_void, failed, owner=self)

    def _is(self, basket: OpenBasket) -> bool:
        return self._sell.basket.request_id == basket.request_id

    def _on_void(self, _nothing: object) -> None:
        self._sell.start_anew()
        self.done.emit(self.tr("The sale is void."))
