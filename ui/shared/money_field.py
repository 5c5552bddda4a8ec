"""Fields for amounts and quantities that hold an exact value or say why not."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.errors import InvalidInput
from app.money import Money
from ui.shared import fonts, theme
from ui.shared.format import Formats
from ui.shared.parsing import parse_money, parse_quantity


class NumberField(QLineEdit):
    """A right-aligned field; wrong text turns its edge red, and `refused` carries the sentence."""

    refused = Signal(str)  # sentence, "" when the text is right again

    def __init__(self, formats: Formats, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.formats = formats
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFont(fonts.font())
        self.setMaxLength(40)
        self.textEdited.connect(self._on_edited)

    def _on_edited(self) -> None:
        self.mark("")

    def clear(self) -> None:
        """Empty, and nothing wrong with it: what was refused was of the sale before."""
        super().clear()
        self.mark("")

    def mark(self, sentence: str) -> None:
        """Show or clear the red edge; the sentence also becomes the accessible description."""
        wrong = bool(sentence)
        if self.property("wrong") != wrong:
            self.setProperty("wrong", wrong)
            theme.restyle(self)
        self.setAccessibleDescription(sentence)
        self.refused.emit(sentence)

    def ask_again(self) -> None:
        """The keyboard back here; what is typed next takes the place of what was refused."""
        self.setFocus()
        self.selectAll()


class MoneyField(NumberField):
    def value(self, *, least: int = 0) -> Money | None:
        """The exact amount typed; None (and a mark) when it is none. Empty is None without a mark."""
        if not self.text().strip():
            return None
        try:
            money = parse_money(self.text(), self.formats, least=least)
        except InvalidInput as refusal:
            self.mark(str(refusal))
            return None
        self.mark("")
        return money

    def show_money(self, money: Money) -> None:
        self.setText(self.formats.amount(money))
        self.mark("")


class QuantityField(NumberField):
    def milli(self, *, weighed: bool = False) -> int | None:
        """Thousandths typed; None (and a mark) when it is none."""
        if not self.text().strip():
            return None
        try:
            quantity = parse_quantity(self.text(), self.formats, weighed=weighed)
        except InvalidInput as refusal:
            self.mark(str(refusal))
            return None
        self.mark("")
        return quantity
