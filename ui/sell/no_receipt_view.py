"""A return without a receipt: scan what comes back, see what it is worth and why, then give it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.catalog.till import TillProduct
from app.checkout.model import CustomerPanel
from app.checkout.no_receipt_service import Basis, Brought, BroughtLine, NoReceiptPreview
from app.pricing.model import UNIT_MILLI
from ui.sell.giving_back import Effect, GivingBackPanel, way_line
from ui.sell.side import clear
from ui.shared.format import Formats
from ui.shared.keypad import Stepper
from ui.shared.tokens import SPACE_S, SPACE_XS, TYPE_SMALL
from ui.shared.widgets import RIGHT, Button, IconButton, Words, row


class _BroughtRow(QWidget):
    """One product that comes back: how much, what it is worth, and where that price comes from."""

    def __init__(
        self, product: TillProduct, milli: int, formats: Formats, on_step: Callable[[int], object],
        on_off: Callable[[], object],
    ) -> None:  # fmt: skip
        super().__init__()
        self._formats = formats
        name = " ".join(product.name.split())[:60]
        stepper = Stepper(self.tr("How many of {0}").format(name))
        stepper.show_quantity(formats.quantity(milli))
        stepper.wanted.connect(on_step)
        stepper.setVisible(not product.facts.weighed)
        self._amount = Words(align=RIGHT)
        self._basis = Words(tone="muted", size=TYPE_SMALL, wrap=True)
        off = IconButton("x", self.tr("Take {0} out").format(name), on_off, size=44)
        off.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        words = name if not product.facts.weighed else f"{formats.quantity(milli)} kg {name}"
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, SPACE_XS)
        box.setSpacing(0)
        line = row(Words(words, wrap=True), stepper, self._amount, off, spacing=SPACE_S)
        line.setStretch(0, 1)
        box.addLayout(line)
        box.addWidget(self._basis)

    def show_worth(self, line: BroughtLine | None, days: int) -> None:
        self._amount.setText("" if line is None else self._formats.amount(line.refund))
        if line is None:
            self._basis.setText("")
            return
        lowest = self.tr("{0} each, the lowest price of the last {1} days")
        today = self.tr("{0} each, today's price")
        unit = self._formats.amount(line.unit)
        self._basis.setText((lowest if line.basis is Basis.CHARGED else today).format(unit, days))


class NoReceiptPanel(GivingBackPanel):
    scan_wanted = Signal(str)
    preview_wanted = Signal(object, object, object)  # list[Brought], customer id or None, WayBack or None
    refund_wanted = Signal(object, object, str)  # NoReceiptPreview, list[Brought], the reason
    customer_wanted = Signal()

    def __init__(self, formats: Formats, reasons: Sequence[str]) -> None:
        super().__init__(self.tr("Return without a receipt"), formats)
        self._brought: dict[int, tuple[TillProduct, int]] = {}
        self._rows: dict[int, _BroughtRow] = {}
        self._customer: tuple[int, str] | None = None
        self._preview: NoReceiptPreview | None = None
        self.number = QLineEdit()
        self.number.setMaxLength(60)
        self.number.setPlaceholderText(self.tr("Scan what comes back, or type its number"))
        self.number.setAccessibleName(self.tr("Product that comes back"))
        self.number.returnPressed.connect(self._on_number)
        self.body.addWidget(self.number)
        self.who = Button(self.tr("F3 Customer"), self.customer_wanted.emit, icon="user")
        self.body.addWidget(self.who)
        self.lay_out(reasons, self.tr("Give back"))
        self.body.addWidget(self.refund)
        self.open()

    def open(self) -> None:
        self.tell("")
        self._brought.clear()
        self.number.clear()
        self.reasons.clear_choice()
        self.way.open()
        self.way.hide()
        self._list()
        self._show_preview(None)

    def focus_first(self) -> None:
        """Coming back from an approval or from the customer unlocks the button."""
        self._unlock()
        if self._preview is None and self._brought:
            self._ask()
        self.number.setFocus()

    def _unlock(self) -> None:
        self.refund.setEnabled(self._preview is not None)

    def show_customer(self, customer: CustomerPanel | None) -> None:
        """Who is attached to the sale at this till; asked for anew where that changed."""
        found = None if customer is None else (customer.customer_id, customer.name)
        said = self.tr("F3 Customer") if found is None else found[1]
        self.who.set_words(said)
        if found != self._customer:
            self._customer = found
            self._ask()

    def _on_number(self) -> None:
        typed = self.number.text().strip()
        if typed:
            self.number.clear()
            self.scan_wanted.emit(typed)

    def add(self, product: TillProduct, milli: int) -> None:
        self.tell("")
        before = self._brought.get(product.id, (product, 0))[1]
        self._brought[product.id] = (product, before + milli)
        self._list()
        self._ask()

    def _step(self, product_id: int, by: int) -> None:
        product, milli = self._brought[product_id]
        wanted = milli + by * UNIT_MILLI
        if wanted >= UNIT_MILLI:
            self._brought[product_id] = (product, wanted)
            self._list()
            self._ask()

    def _take_out(self, product_id: int) -> None:
        self._brought.pop(product_id, None)
        self._list()
        self._ask()
        self.number.setFocus()

    def _list(self) -> None:
        clear(self._lines)
        self._rows = {
            product_id: _BroughtRow(
                product, milli, self._formats, partial(self._step, product_id), partial(self._take_out, product_id)
            )
            for product_id, (product, milli) in self._brought.items()
        }  # fmt: skip
        for shown in reversed(self._rows.values()):  # what was scanned last is in sight
            self._lines.addWidget(shown)
        self._lines.addStretch(1)

    def brought(self) -> list[Brought]:
        return [Brought(product_id, milli) for product_id, (_, milli) in self._brought.items()]

    def _forget_preview(self) -> None:
        self._show_preview(None)

    def _on_pause(self) -> None:
        if not self.isVisible():
            return  # left meanwhile: what it would refuse is nobody's business at the till
        back = self.way.back()
        wanted = [] if back is None else self.brought()
        self.preview_wanted.emit(
            wanted, None if self._customer is None else self._customer[0], back if self.way.chosen else None
        )

    def show_preview(self, preview: NoReceiptPreview) -> None:
        if [(one.product_id, one.quantity_milli) for one in preview.lines] != [
            (one.product_id, one.quantity_milli) for one in self.brought()
        ]:
            return  # of what was here before
        self.tell("")
        self.way.offer(preview.ways, preview.back.way)
        self.way.show()
        self._show_preview(preview)

    def _show_preview(self, preview: NoReceiptPreview | None) -> None:
        self._preview = preview
        clear(self._effects)
        self.refund.setEnabled(preview is not None)
        known = {} if preview is None else {line.product_id: line for line in preview.lines}
        for product_id, shown in self._rows.items():
            shown.show_worth(known.get(product_id), 0 if preview is None else preview.days)
        if preview is None:
            self.refund.set_words(self.tr("Give back"))
            return
        self.refund.set_words(self.tr("Give back {0}").format(self._formats.money(preview.refund)))
        self.show_effects(preview.refund, self._effect_lines(preview))

    def _effect_lines(self, preview: NoReceiptPreview) -> list[Effect]:
        lines = [way_line(one, self._formats) for one in preview.tenders]
        lines += self.points_lines(preview.points_back, preview.points_owed)
        if preview.left_this_month is not None:
            left = self._formats.money(preview.left_this_month - preview.refund)
            lines.append((self.tr("After this, {0} is left for this customer this month").format(left), ""))
        return lines

    def _on_refund(self) -> None:
        reason = self.reasons.reason()
        if not reason:
            self.ask_why()
        elif self._preview is not None:
            self.refund.setEnabled(False)
            self.refund_wanted.emit(self._preview, self.brought(), reason)
