"""What the customer reads on the display while the cashier rings up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.checkout.model import BasketView, LineView
from ui.sell.paying import Finished, PayPresenter
from ui.sell.presenter import SellPresenter
from ui.shared.format import Formats

Show = Callable[[str, str], None]
WIDTH = 20


class CustomerLines(QObject):
    """The line just rung up over the total; after paying, the change."""

    def __init__(
        self, sell: SellPresenter, pay: PayPresenter, formats: Formats, show: Show, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._sell, self._formats, self._show = sell, formats, show
        sell.shown.connect(self._on_shown)
        pay.finished.connect(self._on_finished)

    def _on_shown(self, view: BasketView) -> None:
        if not view.lines:
            return
        line = next((line for line in reversed(view.lines) if line.line_id == self._sell.last_touched), view.lines[-1])
        self._show(self._line(line), pair(self.tr("Total"), self._formats.amount(view.total)))

    def _line(self, line: LineView) -> str:
        quantity = "" if line.quantity_milli == 1000 else f"{self._formats.quantity(line.quantity_milli)} "
        return pair(f"{quantity}{line.name}", self._formats.amount(line.net))

    def _on_finished(self, finished: Finished) -> None:
        total = pair(self.tr("Total"), self._formats.amount(finished.sale.total))
        change = pair(self.tr("Change"), self._formats.amount(finished.change)) if finished.change else ""
        self._show(total, change or self.tr("Thank you"))


def pair(left: str, right: str, width: int = WIDTH) -> str:
    """`left` cut to leave `right` whole at the end of the line."""
    room = max(0, width - len(right) - 1)
    return f"{left[:room]:<{room}} {right}"
