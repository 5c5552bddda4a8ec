"""Choosing customers in a dialog: search as one types, mark one or many of the hits."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.customers.model import CustomerRow
from ui.shared.desk import SearchKeys
from ui.shared.format import Formats
from ui.shared.tables import Column, RowsModel, Table
from ui.shared.tokens import SPACE_S

_FEW, _MANY = 150, 240  # heights of the hits, in pixels


def _tr(text: str) -> str:
    return QCoreApplication.translate("customers", text)


class CustomerPicker(QWidget):
    """`search_wanted` asks for hits; `show_found` takes them and marks the first. Without `many`, the hits hide while
    nothing is typed."""

    search_wanted = Signal(str)
    picked = Signal()  # other customers are marked, or none

    def __init__(self, formats: Formats, *, hint: str = "", many: bool = False) -> None:
        super().__init__()
        self._many = many
        self.search = QLineEdit()
        self.search.setMaxLength(200)
        self.search.setPlaceholderText(hint or _tr("Search by name, phone, email or customer number"))
        self.search.setAccessibleName(_tr("Search customers"))
        self.model: RowsModel[CustomerRow] = RowsModel(
            [
                Column(_tr("Name"), lambda one: one.name),
                Column(_tr("Phone"), lambda one: one.phone, width=150),
                Column(_tr("Email"), lambda one: one.email, width=170 if many else 130),
                Column(_tr("Visits"), lambda one: formats.number(one.visits), width=60, number=True),
            ]
        )
        self.table = Table(self.model, _tr("Customers found"), many=many)
        self.table.setColumnHidden(len(self.model.columns) - 1, not many)  # the name needs the room
        if many:
            self.table.setMinimumHeight(_MANY)
        else:
            self.table.setFixedHeight(_FEW)
            self.table.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_S)
        box.addWidget(self.search)
        box.addWidget(self.table, 1)
        self.setFocusProxy(self.search)
        self._keys = SearchKeys(self.search, self.table, walk_only=True)
        self.search.textChanged.connect(self._on_typed)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self.picked.emit())

    @property
    def typed(self) -> str:
        return self.search.text().strip()

    def _on_typed(self, text: str) -> None:
        self.table.clearSelection()  # until its hits are here: Enter must not take one of those before
        if not self._many:
            self.table.setVisible(bool(text.strip()))
        self.search_wanted.emit(text)

    def show_found(self, rows: Sequence[CustomerRow]) -> None:
        self.model.show_rows(rows)
        if rows:
            self.table.selectRow(0)
        self.picked.emit()

    @property
    def ids(self) -> list[int]:
        """Who is marked; nobody while nothing is typed."""
        return [row.id for row in self.table.selected_rows()] if self.typed else []

    @property
    def customer_id(self) -> int | None:
        return next(iter(self.ids), None)
