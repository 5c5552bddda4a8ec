"""The chosen tile: which product, what it says, its colour, where it goes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QLineEdit, QListWidget, QListWidgetItem

from app.catalog.desk import QuickSlot
from app.catalog.model import ProductHit
from ui.products.quick_layouts import COLUMNS
from ui.shared import theme
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.tokens import SPACE_L, SPACE_M, SPACE_XS, TYPE_SMALL, TYPE_TOUCH
from ui.shared.widgets import Button, Card, ElidedWords, IconButton, Words, row

_WIDTH, _HIT = 320, 32
# Colours that carry dark or white letters well in every scheme. "" follows the category.
COLOURS = (
    ("", QT_TRANSLATE_NOOP("TilePanel", "As its category")),
    ("#0F6E66", QT_TRANSLATE_NOOP("TilePanel", "Teal")),
    ("#2F6FDE", QT_TRANSLATE_NOOP("TilePanel", "Blue")),
    ("#7A4FBF", QT_TRANSLATE_NOOP("TilePanel", "Violet")),
    ("#B8326B", QT_TRANSLATE_NOOP("TilePanel", "Pink")),
    ("#C2410C", QT_TRANSLATE_NOOP("TilePanel", "Orange")),
    ("#B7791F", QT_TRANSLATE_NOOP("TilePanel", "Amber")),
    ("#4D7C0F", QT_TRANSLATE_NOOP("TilePanel", "Green")),
    ("#475569", QT_TRANSLATE_NOOP("TilePanel", "Slate")),
    ("#E9B949", QT_TRANSLATE_NOOP("TilePanel", "Yellow")),
)


class Swatch(QAbstractButton):
    def __init__(self, colour: str, name: str) -> None:
        super().__init__()
        self.colour = colour
        self.setCheckable(True)
        self.setFixedSize(36, 36)
        self.setAccessibleName(name)
        self.setToolTip(name)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().adjusted(5, 5, -6, -6)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.setBrush(QColor(self.colour) if self.colour else theme.colour("surface"))
        painter.drawRoundedRect(box, 6, 6)
        if not self.colour:
            painter.setPen(QPen(theme.colour("muted"), 2))
            painter.drawLine(box.bottomLeft(), box.topRight())
        if self.isChecked() or self.hasFocus():
            painter.setPen(QPen(theme.colour("focus" if self.hasFocus() else "accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 8, 8)
        painter.end()


class TilePanel(Card):
    search_wanted = Signal(str)
    product_chosen = Signal(object)  # ProductHit
    edited = Signal(str, str)  # label, colour
    move_wanted = Signal(int, int)  # across, down
    remove_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(margin=SPACE_L, spacing=SPACE_M)
        self.setFixedWidth(_WIDTH)
        self.place = Words(tone="muted", size=TYPE_SMALL)
        self.product = ElidedWords(strong=True, size=TYPE_TOUCH)
        self.search = QLineEdit()
        self.search.setAccessibleName(self.tr("Find a product for this place"))
        self.search.setPlaceholderText(self.tr("Name, barcode or SKU"))
        self.search.setMaxLength(100)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_typed)
        self.search.installEventFilter(self)
        self.hits = QListWidget()
        self.hits.setAccessibleName(self.tr("Products found"))
        self.hits.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hits.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.hits.itemClicked.connect(self._take)
        self.hits.hide()
        self.none = Words(tone="muted", size=TYPE_SMALL, wrap=True)
        self.none.hide()
        self.label = QLineEdit()
        self.label.setAccessibleName(self.tr("What the tile says"))
        self.label.setMaxLength(40)
        self.label.textEdited.connect(self._on_edited)
        self._lay_out()

    def _lay_out(self) -> None:
        self._search_title = Words(strong=True)
        self._rest = [Words(self.tr("What it says"), strong=True), self.label, Words(self.tr("Colour"), strong=True)]
        for part in (self.place, self.product, self._search_title, self.search, self.hits, self.none, *self._rest):
            self.box.addWidget(part)
        self._swatches = QButtonGroup(self)
        grid = QGridLayout()
        grid.setSpacing(SPACE_XS)
        for place, (colour, name) in enumerate(COLOURS):
            swatch = Swatch(colour, self.tr(name))
            swatch.clicked.connect(self._on_edited)
            self._swatches.addButton(swatch)
            self._rest.append(swatch)
            grid.addWidget(swatch, place // 5, place % 5)
        grid.setColumnStretch(5, 1)
        self.box.addLayout(grid)
        moves = [
            IconButton(icon, name, partial(self.move_wanted.emit, *step))
            for icon, name, step in (
                ("arrow-left", self.tr("Move left (Ctrl+Left)"), (-1, 0)),
                ("arrow-up", self.tr("Move up (Ctrl+Up)"), (0, -1)),
                ("arrow-down", self.tr("Move down (Ctrl+Down)"), (0, 1)),
                ("arrow-right", self.tr("Move right (Ctrl+Right)"), (1, 0)),
            )
        ]
        off = Button(self.tr("Remove"), self.remove_wanted.emit, icon="trash-2")
        self._rest += [*moves, off]
        self.box.addLayout(row(*moves, None, off))
        self.box.addStretch(1)

    def show_slot(self, slot: QuickSlot | None, position: int) -> None:
        line, column = position // COLUMNS + 1, position % COLUMNS + 1
        self.place.setText(self.tr("Row {0}, place {1}").format(line, column))
        self.product.setText(slot.product or slot.shown if slot is not None else self.tr("Empty place"))
        other = self.tr("Put another product here")
        self._search_title.setText(other if slot is not None else self.tr("Put a product here"))
        for part in self._rest:
            part.setVisible(slot is not None)
        if self.search.text():
            self.search.clear()
        if slot is None:
            return
        if self.label.text() != slot.shown:
            self.label.setText(slot.shown)
        for swatch in self._swatches.buttons():
            if isinstance(swatch, Swatch):
                swatch.setChecked(swatch.colour.lower() == slot.colour.lower())
        if not slot.sold:
            self.place.setText(self.tr("This product is retired: the till does not sell it."))

    def _colour(self) -> str:
        chosen = self._swatches.checkedButton()
        return chosen.colour if isinstance(chosen, Swatch) else ""

    def _on_edited(self) -> None:
        self.edited.emit(self.label.text().strip(), self._colour())

    def _on_typed(self, text: str) -> None:
        if text.strip():
            self.search_wanted.emit(text)
        else:
            self.hits.hide()
            self.none.hide()

    def show_hits(self, typed: str, hits: Sequence[tuple[ProductHit, str]]) -> None:
        if typed != self.search.text():
            return
        self.hits.clear()
        for hit, price in hits:
            item = QListWidgetItem(f"{hit.name[:60]} · {price}")
            item.setData(Qt.ItemDataRole.UserRole, hit)
            item.setSizeHint(QSize(0, _HIT))
            self.hits.addItem(item)
        self.hits.setFixedHeight(_HIT * max(1, len(hits)) + 8)
        self.hits.setVisible(bool(hits))
        self.hits.setCurrentRow(0)
        self.none.setText(self.tr("Nothing called “{0}”.").format(typed[:40]))
        self.none.setVisible(not hits)

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            hit = item.data(Qt.ItemDataRole.UserRole)
            self.search.clear()
            self.product_chosen.emit(hit)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows walk the hits, Enter takes one, Esc clears what was typed."""
        if watched is not self.search or event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self.hits.currentItem() if self.hits.isVisible() else None)
            return True
        if key == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            return True
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(key, 0)
        if step and self.hits.isVisible():
            self.hits.setCurrentRow(max(0, min(self.hits.count() - 1, self.hits.currentRow() + step)))
            return True
        return False
