"""Tiles for what has no barcode or sells all day: pages, pictures or initials, a colour each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.catalog.model import QuickPage, QuickTile
from ui.shared import fonts, theme
from ui.shared.tokens import CORNER, SPACE_S, SPACE_XS, TYPE_BODY, TYPE_TITLE, contrast
from ui.shared.widgets import EmptyState

# Tints for tiles that bring no colour of their own; text stays in the scheme's text colour.
_TINTS = ("accent_soft", "warning_soft", "success_soft", "danger_soft", "hover")


class Tile(QAbstractButton):
    """One key. Painted by hand: a strip of colour or the picture, then the name in two lines at most."""

    def __init__(self, tile: QuickTile, price: str) -> None:
        super().__init__()
        self.tile = tile
        self._price = price
        self._picture: QPixmap | None = None
        self.setAccessibleName(f"{tile.label} {price}".strip())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(64, 64)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_picture(self, png: bytes) -> None:
        picture = QPixmap()
        if picture.loadFromData(png):
            self._picture = picture
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(92, 84)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().adjusted(1, 1, -1, -1)
        down = self.isDown()
        painter.setPen(QPen(theme.colour("accent" if down or self.hasFocus() else "border"), 2 if down else 1))
        painter.setBrush(theme.colour("hover" if down else "surface"))
        painter.drawRoundedRect(box, CORNER, CORNER)
        top = QRect(box.left() + 1, box.top() + 1, box.width() - 2, max(20, box.height() - 44))
        self._paint_top(painter, top)
        painter.setPen(theme.colour("text"))
        painter.setFont(fonts.font(TYPE_BODY - 1))
        words = QRect(box.left() + 4, top.bottom() + 2, box.width() - 8, box.bottom() - top.bottom() - 4)
        flags = int(Qt.AlignmentFlag.AlignCenter)
        painter.drawText(words, flags, self._two_lines(painter, words.width()))
        painter.end()

    def _paint_top(self, painter: QPainter, box: QRect) -> None:
        painter.save()
        painter.setClipRect(box)
        own = QColor(self.tile.colour) if self.tile.colour else QColor()
        ground = own if own.isValid() else theme.colour(_TINTS[sum(map(ord, self.tile.label[:6])) % len(_TINTS)])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box.adjusted(0, 0, 0, CORNER), CORNER - 1, CORNER - 1)
        if self._picture is not None:
            scaled = self._picture.scaled(
                box.size() * self.devicePixelRatio(),
                Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                Qt.TransformationMode.SmoothTransformation,
            )
            painter.drawPixmap(box, scaled)
        else:
            light = contrast(ground.name(), "#FFFFFF") >= contrast(ground.name(), "#14171C")
            painter.setPen(QColor("#FFFFFF") if light else QColor("#14171C"))
            painter.setFont(fonts.bold(TYPE_TITLE - 2))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), initials(self.tile.label))
        painter.restore()

    def _two_lines(self, painter: QPainter, width: int) -> str:
        """The name broken where words end, two lines at most, … where it is longer."""
        size = painter.fontMetrics()
        first, rest = "", self.tile.label.split()[:12]
        while rest and size.horizontalAdvance(f"{first} {rest[0]}".strip()) <= width:
            first = f"{first} {rest.pop(0)}".strip()
        if not first:
            return size.elidedText(self.tile.label, Qt.TextElideMode.ElideRight, width)
        second = size.elidedText(" ".join(rest), Qt.TextElideMode.ElideRight, width)
        return f"{first}\n{second}" if second else first


def initials(label: str) -> str:
    """First letters of the first two words that begin with a letter or figure."""
    words = [word for word in label.split() if word[:1].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "•"


class QuickKeys(QWidget):
    product_chosen = Signal(int)
    action_chosen = Signal(str)

    def __init__(self, price_of: Callable[[int], str], *, columns: int = 5) -> None:
        super().__init__()
        self._price_of, self._columns = price_of, columns
        self._tiles: dict[int, list[Tile]] = {}
        self._pages: tuple[QuickPage, ...] = ()
        self._drawn: tuple[int, tuple[QuickPage, ...], tuple[str, ...]] | None = None
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_XS)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tabs.setAccessibleName(self.tr("Pages of quick keys"))
        self.stack = QStackedWidget()
        self.tabs.currentChanged.connect(self.stack.setCurrentIndex)
        self.empty = EmptyState(
            "layout-grid",
            self.tr("No quick keys yet"),
            self.tr("Tiles are arranged in Settings › Quick keys."),
        )
        box.addWidget(self.tabs)
        box.addWidget(self.stack, 1)
        box.addWidget(self.empty, 1)
        self.show_pages(())

    def show_pages(self, pages: Sequence[QuickPage]) -> None:
        """The page in front stays in front; what looks as before is not drawn again."""
        prices = tuple(self._price(tile) for page in pages for tile in page.tiles)
        wanted = (self._columns, tuple(pages), prices)
        if wanted == self._drawn:
            return
        in_front = self._pages[self.tabs.currentIndex()].id if self._pages else None
        self._drawn, self._pages = wanted, tuple(pages)
        self._draw()
        for place, page in enumerate(pages):
            if page.id == in_front:
                self.tabs.setCurrentIndex(place)

    def _price(self, tile: QuickTile) -> str:
        return self._price_of(tile.product_id) if tile.product_id is not None else ""

    def _draw(self) -> None:
        pages = self._pages
        self._tiles.clear()
        self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        while (old := self.stack.widget(0)) is not None:
            self.stack.removeWidget(old)
            old.deleteLater()
        for page in pages:
            self.tabs.addTab(page.name.replace("&", "&&")[:30])
            self.stack.addWidget(self._grid(page))
        self.tabs.blockSignals(False)
        self.tabs.setVisible(len(pages) > 1)
        self.stack.setVisible(bool(pages))
        self.empty.setVisible(not pages)

    def set_columns(self, columns: int) -> None:
        if columns != self._columns:
            self._columns = columns
            self.show_pages(self._pages)

    def _grid(self, page: QuickPage) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACE_S)
        for rank, tile in enumerate(page.tiles):
            place = tile.position if self._columns == 5 else rank  # as arranged, where the arranged width fits
            key = Tile(tile, self._price(tile))
            key.clicked.connect(lambda _checked=False, which=tile: self._on_tile(which))
            if tile.product_id is not None and tile.has_picture:
                self._tiles.setdefault(tile.product_id, []).append(key)
            grid.addWidget(key, place // self._columns, place % self._columns)
        rows = max(4, -(-len(page.tiles) // self._columns))
        for column in range(self._columns):
            grid.setColumnStretch(column, 1)
        for line in range(rows):
            grid.setRowStretch(line, 1)
        return holder

    def wanted_pictures(self) -> list[int]:
        """Products whose tile has room for a picture."""
        return list(self._tiles)

    def show_picture(self, product_id: int, png: bytes) -> None:
        for tile in self._tiles.get(product_id, ()):
            tile.show_picture(png)

    def _on_tile(self, tile: QuickTile) -> None:
        if tile.product_id is not None:
            self.product_chosen.emit(tile.product_id)
        elif tile.action:
            self.action_chosen.emit(tile.action)
