"""The basket as rows to paint: texts made once per changed line, and only changed rows painted again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from app.checkout.model import BasketView, LineView
from ui.shared.format import MINUS, Formats

Index = QModelIndex | QPersistentModelIndex
ROW = int(Qt.ItemDataRole.UserRole)
FRESH = ROW + 1  # True while the line is highlighted
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_NAME = int(Qt.ItemDataRole.AccessibleTextRole)
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class BasketRow:
    """One line of the basket in words. `under` and `under_amount` stand below it: savings and reasons."""

    line_id: int
    quantity: str
    name: str
    unit: str
    net: str
    under: str
    under_amount: str
    is_return: bool

    @property
    def spoken(self) -> str:
        parts = [f"{self.quantity} {self.name}", self.net, self.under, self.under_amount]
        return ", ".join(part for part in parts if part)


def row_of(line: LineView, formats: Formats) -> BasketRow:
    """How a line reads: its price before savings at the right, its savings below with their own amount."""
    savings = [f"{one.text[:60]} {MINUS}{formats.amount(one.amount)}" for one in line.savings]
    under = " · ".join(savings)
    amount = ""
    if len(line.savings) == 1:
        under, amount = line.savings[0].text[:80], f"{MINUS}{formats.amount(line.savings[0].amount)}"
    elif line.savings:
        amount = formats.amount(line.net - line.gross)
    notes = [note for note in (line.card_shown, line.price_reason) if note]
    return BasketRow(
        line.line_id,
        formats.quantity(line.quantity_milli),
        shortened(line.name, _LONGEST_NAME),
        formats.amount(line.unit_price),
        formats.amount(line.gross),
        " · ".join([*notes, under] if under else notes),
        amount,
        line.is_return,
    )


def shortened(name: str, most: int = 40) -> str:
    """On one line, with an ellipsis where it is cut: "250 g" must not read "250"."""
    words = " ".join(name.split())
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


class BasketModel(QAbstractListModel):
    """Rows in scan order. `show_basket` compares with what is shown and touches only what differs."""

    def __init__(self, formats: Formats) -> None:
        super().__init__()
        self._formats = formats
        self._lines: list[LineView] = []
        self._rows: list[BasketRow] = []
        self._fresh: int | None = None
        self.rows_made = 0  # a counter for tests and benchmarks

    def show_basket(self, view: BasketView) -> None:
        new = list(view.lines)
        old_ids = [line.line_id for line in self._lines]
        new_ids = [line.line_id for line in new]
        if new_ids[: len(old_ids)] == old_ids:
            self._change(new[: len(old_ids)])
            self._append(new[len(old_ids) :])
        elif (gone := _one_missing(old_ids, new_ids)) is not None:
            self.beginRemoveRows(QModelIndex(), gone, gone)
            del self._lines[gone], self._rows[gone]
            self.endRemoveRows()
            self._change(new)
        else:
            self.beginResetModel()
            self._lines = new
            self._rows = [self._row(line) for line in new]
            self.endResetModel()

    def _change(self, lines: Sequence[LineView]) -> None:
        for position, line in enumerate(lines):
            was = self._lines[position]
            if line is not was and line != was:
                self._lines[position] = line
                self._rows[position] = self._row(line)
                self._touch(position)

    def _append(self, lines: Sequence[LineView]) -> None:
        if lines:
            first = len(self._lines)
            self.beginInsertRows(QModelIndex(), first, first + len(lines) - 1)
            self._lines.extend(lines)
            self._rows.extend(self._row(line) for line in lines)
            self.endInsertRows()

    def _row(self, line: LineView) -> BasketRow:
        self.rows_made += 1
        return row_of(line, self._formats)

    def _touch(self, position: int) -> None:
        index = self.index(position)
        self.dataChanged.emit(index, index)

    def highlight(self, line_id: int | None) -> None:
        """Mark one line as just touched; None takes the mark away."""
        before, self._fresh = self._fresh, line_id
        for which in {before, line_id} - {None}:
            position = self.position_of(which or 0)
            if position is not None:
                self._touch(position)

    def position_of(self, line_id: int) -> int | None:
        # The line asked for is nearly always the last one.
        for position in range(len(self._lines) - 1, -1, -1):
            if self._lines[position].line_id == line_id:
                return position
        return None

    def line(self, position: int) -> LineView:
        return self._lines[position]

    def rows(self) -> list[BasketRow]:
        return list(self._rows)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role == FRESH:
            return row.line_id == self._fresh
        if role in (_DISPLAY, _NAME):
            return row.spoken
        return None


def _one_missing(old: Sequence[int], new: Sequence[int]) -> int | None:
    """Where the one removed element stood, if exactly one is gone and the order is kept."""
    if len(new) != len(old) - 1:
        return None
    place = next((at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), len(new))
    return place if list(old[place + 1 :]) == list(new[place:]) else None
