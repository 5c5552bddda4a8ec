"""Returns against a receipt: choose lines, see all of what it will do, then do it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.checkout.receipts import SaleLineView, SaleView
from app.checkout.returns import AS_PAID, ReturnLine, ReturnPreview
from app.pricing.model import UNIT_MILLI
from ui.sell.giving_back import Effect, GivingBackPanel, way_line
from ui.sell.side import clear, stretch_row
from ui.shared.format import Formats
from ui.shared.keypad import Stepper
from ui.shared.tokens import SPACE_L, SPACE_S, TARGET_TOUCH
from ui.shared.widgets import RIGHT, Button, Words, row


class _LinePicker(QWidget):
    """One sold line: tick it with Space, and how many come back with + and −."""

    changed = Signal()

    def __init__(self, line: SaleLineView, formats: Formats) -> None:
        super().__init__()
        self.line, self._formats = line, formats
        self._left = line.quantity_milli - line.returned_milli
        self._quantity = self._left
        self._weighed = bool(self._left % UNIT_MILLI)
        name = " ".join(line.name.split())[:60].replace("&", "&&")
        self.tick = QCheckBox(f"{formats.quantity(self._left)} × {name}")
        self.setMinimumHeight(TARGET_TOUCH)
        self.tick.setAccessibleName(f"{formats.quantity(self._left)} × {line.name}")
        self.tick.toggled.connect(self._on_tick)
        self._stepper = Stepper(self.tr("How many of {0}").format(line.name[:60]))
        self._stepper.wanted.connect(self._on_step)
        self._stepper.hide()
        amount = Words(formats.amount(line.net), align=RIGHT)
        inside = row(self.tick, None, self._stepper, amount, spacing=SPACE_S)
        inside.setContentsMargins(0, 0, SPACE_L, 0)  # clear of the scroll bar
        self.setLayout(inside)
        if self._left <= 0:
            self.tick.setEnabled(False)
            self.tick.setText(self.tr("{0} (all came back already)").format(name))
            amount.hide()

    def _on_tick(self, ticked: bool) -> None:
        self._quantity = self._left
        self._show()
        self._stepper.setVisible(ticked and not self._weighed and self._left > UNIT_MILLI)
        self.changed.emit()

    def _on_step(self, by: int) -> None:
        self._quantity = max(UNIT_MILLI, min(self._left, self._quantity + by * UNIT_MILLI))
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self._stepper.show_quantity(self._formats.quantity(self._quantity))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {"+": 1, "-": -1}.get(event.text(), 0)
        if step and self._stepper.isVisibleTo(self):
            self._on_step(step)
        else:
            super().keyPressEvent(event)

    def wish(self, reason: str) -> ReturnLine | None:
        return ReturnLine(self.line.line_id, self._quantity, reason) if self.tick.isChecked() else None


class ReturnPanel(GivingBackPanel):
    find_wanted = Signal(str)
    preview_wanted = Signal(object, object, object)  # SaleView, list[ReturnLine], WayBack
    no_receipt_wanted = Signal()
    refund_wanted = Signal(object, object)  # ReturnPreview, list[ReturnLine]
    exchange_wanted = Signal(object, object)  # SaleView, list[ReturnLine]

    def __init__(self, formats: Formats, reasons: Sequence[str]) -> None:
        super().__init__(self.tr("Return"), formats)
        self._sale: SaleView | None = None
        self._takes_without = False
        self._preview: ReturnPreview | None = None
        self._pickers: list[_LinePicker] = []
        self.number = QLineEdit()
        self.number.setMaxLength(60)
        self.number.setPlaceholderText(self.tr("Scan the receipt, or type its number"))
        self.number.setAccessibleName(self.tr("Receipt number"))
        self.number.returnPressed.connect(self._on_number)
        self.body.addWidget(self.number)
        self._about = Words(tone="muted", wrap=True)
        self.body.addWidget(self._about)
        self.lay_out(reasons, self.tr("Refund"))
        self.reasons.other.textEdited.connect(self._ask)
        self.no_receipt = Button(self.tr("No receipt"), self.no_receipt_wanted.emit, icon="search")
        self.body.addWidget(self.no_receipt)
        self.swap = Button(self.tr("Exchange"), self._on_exchange, icon="refresh-cw")
        self.body.addLayout(stretch_row(self.swap, self.refund))
        self.open()

    def open(self) -> None:
        self.tell("")
        self._sale = None
        self.number.clear()
        self._about.setText(self.tr("The receipt's barcode finds the sale on every till of the shop."))
        clear(self._lines)
        self._pickers = []
        self.reasons.clear_choice()
        self.way.open()
        self._show_preview(None)
        self._set_visible(False)

    def _set_visible(self, found: bool) -> None:
        for place in range(self.reasons.count()):
            item = self.reasons.itemAt(place)
            if item is not None and (widget := item.widget()) is not None:
                widget.setVisible(found)
        self.swap.setVisible(found)
        self.refund.setVisible(found)
        self.way.setVisible(False)  # with the first preview, which says what there is to choose from
        self.no_receipt.setVisible(self._takes_without and self._sale is None)

    def take_without_receipt(self, allowed: bool) -> None:
        """Whether this shop takes anything back without a receipt."""
        self._takes_without = allowed
        self.no_receipt.setVisible(allowed and self._sale is None)

    def focus_first(self) -> None:
        """The first line that can come back, once there is a receipt; coming back from an approval unlocks Refund."""
        self._unlock()
        ticks = [picker.tick for picker in self._pickers if picker.tick.isEnabled()]
        (ticks[0] if ticks else self.number).setFocus()

    def _unlock(self) -> None:
        self.refund.setEnabled(self._preview is not None)

    def _on_number(self) -> None:
        if typed := self.number.text().strip():
            self.find_wanted.emit(typed)

    def show_sale(self, sale: SaleView) -> None:
        self.open()
        self._sale = sale
        self.number.setText(sale.number_text)
        who = sale.customer_name or self.tr("no customer")
        money = self._formats.money(sale.total)
        self._about.setText(f"{self._formats.moment(sale.completed_at)} · {sale.outlet_name} · {who} · {money}")
        for line in sale.lines:
            if line.quantity_milli > 0:
                picker = _LinePicker(line, self._formats)
                picker.changed.connect(self._ask)
                self._pickers.append(picker)
                self._lines.addWidget(picker)
        self._lines.addStretch(1)
        self._set_visible(bool(self._pickers))
        if not self._pickers:
            said = self.tr("This is a return: nothing on it can come back. Scan the receipt of the sale, {0}.")
            self.tell(said.format(sale.original_number))
        elif sale.later_documents:
            self.tell(self.tr("Something of this sale came back already: {0}").format(", ".join(sale.later_documents)),
                      "info")  # fmt: skip

    def wishes(self) -> list[ReturnLine]:
        reason = self.reasons.reason()
        return [wish for picker in self._pickers if (wish := picker.wish(reason)) is not None]

    def _forget_preview(self) -> None:
        self._show_preview(None)

    def _on_pause(self) -> None:
        back = self.way.back()
        if self._sale is not None:  # while a card is asked for, nothing is previewed and nothing can be refunded
            self.preview_wanted.emit(self._sale, [] if back is None else self.wishes(), back or AS_PAID)

    def show_preview(self, preview: ReturnPreview) -> None:
        if self._sale is None or preview.sale.sale_id != self._sale.sale_id:
            return  # of a receipt that was looked at before
        self.tell("")
        self.way.offer(preview.ways, preview.back.way)
        self.way.setVisible(bool(preview.tenders))
        self._show_preview(preview)

    def _show_preview(self, preview: ReturnPreview | None) -> None:
        """All of what the return will do: money and its way, points, coupons, cards."""
        self._preview = preview
        clear(self._effects)
        some = preview is not None
        self.refund.setEnabled(some)
        self.swap.setEnabled(some)
        if preview is None:
            self.refund.set_words(self.tr("Refund"))
            return
        money = self._formats.money
        self.refund.set_words(self.tr("Refund {0}").format(money(preview.refund)))
        self.show_effects(preview.refund, self._effect_lines(preview))

    def _effect_lines(self, preview: ReturnPreview) -> list[Effect]:
        money = self._formats.money
        lines = [way_line(one, self._formats) for one in preview.tenders]
        if preview.withheld:
            lines.append((self.tr("Discount no longer earned: {0}").format(money(-preview.withheld)), "warning"))
        lines += self.points_lines(preview.points_back, preview.points_owed)
        if preview.points_given_back:
            one, many = self.tr("1 point is given back"), self.tr("{0} points are given back")
            lines.append(((one if preview.points_given_back == 1 else many).format(preview.points_given_back), ""))
        lines += [(self.tr("Coupon {0} can be used again").format(name), "") for name in preview.coupons_back]
        lines += [(self.tr("Card {0} loses its value").format(card), "warning") for card in preview.cards]
        return lines + [(warning, "warning") for warning in preview.warnings]

    def _with_reason(self) -> list[ReturnLine] | None:
        if not self.reasons.reason():
            self.ask_why()
            return None
        return self.wishes()

    def _on_refund(self) -> None:
        wishes = self._with_reason()
        if wishes and self._preview is not None:
            self.refund.setEnabled(False)
            self.refund_wanted.emit(self._preview, wishes)

    def _on_exchange(self) -> None:
        wishes = self._with_reason()
        if wishes and self._sale is not None:
            self.exchange_wanted.emit(self._sale, wishes)
