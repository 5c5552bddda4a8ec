"""Tax rates as rows of name and percent, for set-up and the Taxes page."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.errors import InvalidInput
from ui.shared.format import Formats
from ui.shared.parsing import plain_decimal
from ui.shared.tokens import SPACE_S
from ui.shared.widgets import Button, IconButton, Words


class _Row(QWidget):
    def __init__(self, name: str, percent: str) -> None:
        super().__init__()
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_S)
        self.name = QLineEdit(name)
        self.name.setMaxLength(80)
        self.name.setPlaceholderText(self.tr("Name, like VAT"))
        self.name.setAccessibleName(self.tr("Name of the tax"))
        self.percent = QLineEdit(percent)
        self.percent.setMaxLength(12)
        self.percent.setFixedWidth(96)
        self.percent.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.percent.setAccessibleName(self.tr("Percent"))
        self.gone = IconButton("trash-2", self.tr("Remove this rate"), tone="muted")
        box.addWidget(self.name, 1)
        box.addWidget(self.percent)
        box.addWidget(Words("%", tone="muted"))
        box.addWidget(self.gone)


class TaxRows(QWidget):
    """`components()` gives what stands there, as typed in the shop's locale. At least one row stays."""

    changed = Signal()

    def __init__(self, formats: Formats, *, add_text: str = "", most: int = 8) -> None:
        super().__init__()
        self.formats, self._most = formats, most
        self._rows: list[_Row] = []
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_S)
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE_S)
        box.addLayout(self._list)
        self._add = Button(add_text or self.tr("Add a rate"), lambda: self._append("", ""), kind="link", icon="plus")
        foot = QHBoxLayout()
        foot.addWidget(self._add)
        foot.addStretch(1)
        box.addLayout(foot)

    def show_components(self, components: Sequence[tuple[str, Decimal]]) -> None:
        for row in list(self._rows):
            self._drop(row)
        for name, percent in components or (("", Decimal(0)),):
            self._append(name, self.formats.number(percent))

    def components(self) -> tuple[tuple[str, Decimal], ...]:
        """Raises InvalidInput (field "taxes") where a percentage cannot be read. Empty rows do not count."""
        found: list[tuple[str, Decimal]] = []
        for row in self._rows:
            name, text = row.name.text().strip(), row.percent.text().strip().removesuffix("%").strip()
            if not name and not text:
                continue
            try:
                percent = Decimal(plain_decimal(text or "0", self.formats))
            except (InvalidInput, InvalidOperation) as error:
                row.percent.setFocus()
                raise InvalidInput(self.tr("Write the percentage as a number, like 7.5."), field="taxes") from error
            found.append((name, percent))
        return tuple(found)

    def _append(self, name: str, percent: str) -> None:
        row = _Row(name, percent)
        row.gone.clicked.connect(lambda: self._drop(row))
        row.name.textEdited.connect(lambda _: self.changed.emit())
        row.percent.textEdited.connect(lambda _: self.changed.emit())
        self._rows.append(row)
        self._list.addWidget(row)
        self._add.setEnabled(len(self._rows) < self._most)
        if not name:
            row.name.setFocus()
        self.changed.emit()

    def _drop(self, row: _Row) -> None:
        if row in self._rows:
            self._rows.remove(row)
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
            self._add.setEnabled(True)
            self.changed.emit()
