"""Choosing by name: type, pick a hit, see what is chosen; an empty field means "everything"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListView, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.catalog.model import ProductHit
from ui.marketing.coupons.sentences import tr
from ui.shared.tokens import SPACE_XS

MOST_HITS = 12
_ROW = 28


@dataclass(frozen=True, slots=True)
class Choice:
    """`kind` as Options names it ("categories"); `key` an id, or the text of a tag or tier."""

    kind: str
    key: int | str
    name: str


class NamesField(QWidget):
    changed = Signal()
    search_wanted = Signal(str)  # for products, which are too many to offer at once

    def __init__(
        self, offered: Sequence[Choice], words: Mapping[str, str], name: str, hint: str, *, products: bool = False
    ) -> None:
        super().__init__()
        self._offered = list(offered)
        self._words = words  # what each kind is called beside a hit
        self._products: list[Choice] = []
        self._with_products = products
        self.search = QLineEdit()
        self.search.setAccessibleName(name)
        self.search.setPlaceholderText(hint)
        self.search.setMaxLength(80)
        self.search.textEdited.connect(self._on_typed)
        self.search.installEventFilter(self)
        self.hits = QListWidget()
        self.hits.setAccessibleName(tr("Hits"))
        self.hits.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hits.itemClicked.connect(self._on_hit)
        self.hits.hide()
        self.chosen = QListWidget()
        self.chosen.setAccessibleName(tr("Chosen: {0}").format(name))
        self.chosen.setFlow(QListView.Flow.LeftToRight)
        self.chosen.setWrapping(True)
        self.chosen.setResizeMode(QListView.ResizeMode.Adjust)
        self.chosen.setFixedHeight(_ROW + 8)
        self.chosen.setToolTip(tr("Delete takes the marked one out again."))
        self.chosen.installEventFilter(self)
        self.chosen.itemDoubleClicked.connect(lambda item: self._take_out(self.chosen.row(item)))
        self.chosen.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_XS)
        for part in (self.search, self.hits, self.chosen):
            box.addWidget(part)
        self.setFocusProxy(self.search)

    # --- what is chosen ------------------------------------------------------------------------------------

    def show_chosen(self, choices: Iterable[Choice]) -> None:
        self.chosen.clear()
        for choice in choices:
            self._put_in(choice)

    def keys(self, kind: str) -> frozenset[int]:
        return frozenset(one.key for one in self.choices() if one.kind == kind and isinstance(one.key, int))

    def texts(self, kind: str) -> frozenset[str]:
        return frozenset(str(one.key) for one in self.choices() if one.kind == kind)

    def choices(self) -> list[Choice]:
        return [self.chosen.item(place).data(Qt.ItemDataRole.UserRole) for place in range(self.chosen.count())]

    def _put_in(self, choice: Choice) -> None:
        if choice in self.choices():
            return
        item = QListWidgetItem(f"{choice.name}  ×")
        item.setData(Qt.ItemDataRole.UserRole, choice)
        item.setToolTip(self._words.get(choice.kind, ""))
        self.chosen.addItem(item)
        self.chosen.show()
        self.changed.emit()

    def _take_out(self, place: int) -> None:
        if place >= 0:
            self.chosen.takeItem(place)
            self.chosen.setVisible(self.chosen.count() > 0)
            self.changed.emit()

    # --- typing --------------------------------------------------------------------------------------------

    def _on_typed(self, text: str) -> None:
        if self._with_products:
            self._products = []
            self.search_wanted.emit(text)
        self._show_hits()

    def show_products(self, found: Sequence[ProductHit]) -> None:
        self._products = [Choice("products", hit.id, hit.name) for hit in found]
        if self.search.hasFocus() or self.hits.isVisible():
            self._show_hits()

    def _show_hits(self) -> None:
        typed = self.search.text().strip().casefold()
        found = [one for one in self._offered if typed and typed in one.name.casefold()]
        found.sort(key=lambda one: (not one.name.casefold().startswith(typed), one.name.casefold()))
        found = (found + self._products)[:MOST_HITS] if typed else []
        self.hits.clear()
        for one in found:
            item = QListWidgetItem(f"{one.name} · {self._words.get(one.kind, '')}")
            item.setData(Qt.ItemDataRole.UserRole, one)
            item.setSizeHint(QSize(0, _ROW))
            self.hits.addItem(item)
        self.hits.setVisible(bool(found))
        self.hits.setFixedHeight(_ROW * min(5, len(found)) + 4)
        if found:
            self.hits.setCurrentRow(0)

    def _on_hit(self, item: QListWidgetItem) -> None:
        self._put_in(item.data(Qt.ItemDataRole.UserRole))
        self.search.clear()
        self.hits.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows walk the hits, Enter takes one and does not close the dialog; Delete takes a choice out."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        key = Qt.Key(event.key())
        if watched is self.chosen and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._take_out(self.chosen.currentRow())
            return True
        if watched is not self.search or not self.hits.isVisible():
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.hits.currentItem() is not None:
                self._on_hit(self.hits.currentItem())
            return True
        if key == Qt.Key.Key_Escape:
            self.hits.hide()
            return True
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(key, 0)
        if step:
            self.hits.setCurrentRow(max(0, min(self.hits.count() - 1, self.hits.currentRow() + step)))
        return bool(step)
