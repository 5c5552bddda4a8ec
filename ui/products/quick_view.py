"""The Quick keys page: pages of twenty tiles as the till shows them, and the tile that is chosen beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QGridLayout, QLineEdit, QTabBar, QVBoxLayout, QWidget

from app.catalog.desk import QuickLayout, QuickSlot, tile_of
from app.catalog.model import ProductHit, QuickTile
from app.catalog.service import TILES_A_PAGE
from app.money import Money
from ui.products.quick_layouts import COLUMNS, Arrangement, neighbour
from ui.products.quick_panel import TilePanel
from ui.products.quick_presenter import QuickPresenter
from ui.sell.quick_keys import Tile
from ui.settings.form import Chooser, choose
from ui.shared import icons, theme
from ui.shared.banner import Banner
from ui.shared.format import Formats
from ui.shared.tokens import CORNER, SPACE_L, SPACE_M, SPACE_S
from ui.shared.widgets import Button, EmptyState, IconButton, Words, row

_STEPS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)
}  # fmt: skip


class Place(Tile):
    """One place of the grid: the tile as the till paints it, or an empty place to fill."""

    stepped = Signal(int, int, bool)  # across, down, whether the tile moves with it
    cleared = Signal()

    def __init__(self, position: int) -> None:
        super().__init__(QuickTile(position, ""), "")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._slot: QuickSlot | None = None
        self.show_slot(None, "")

    def show_slot(self, slot: QuickSlot | None, price: str) -> None:
        self._slot = slot
        if slot is not None:
            self.tile = tile_of(slot)
        name = self.tr("Empty place") if slot is None else f"{slot.shown} {price}".strip()
        self.setAccessibleName(name)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._slot is not None:
            super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().adjusted(1, 1, -2, -2)
        if self._slot is None:
            painter.setPen(QPen(theme.colour("border"), 1, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(box, CORNER, CORNER)
            plus = icons.pixmap("plus", "muted", 20)
            painter.drawPixmap(box.center().x() - 10, box.center().y() - 10, plus)
        if self.isChecked() or self.hasFocus():
            painter.setPen(QPen(theme.colour("focus" if self.hasFocus() else "accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, CORNER, CORNER)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go to the next place, with Ctrl they take the tile along; Delete takes it off."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.stepped.emit(*_STEPS[key], bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.cleared.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class QuickKeysView(QWidget):
    def __init__(self, presenter: QuickPresenter, formats: Formats) -> None:
        super().__init__()
        self.setObjectName("page")
        self.presenter, self._formats = presenter, formats
        presenter.setParent(self)
        self.plan = Arrangement()
        self._at, self._position = 0, 0
        self._showing = self._fresh = False
        self._build()
        self._lay_out()
        self._connect()

    def _build(self) -> None:
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setMovable(True)
        self.tabs.setAccessibleName(self.tr("Pages of quick keys"))
        self.add_page = Button(self.tr("New page"), self.on_add_page, icon="plus", kind="quiet")
        self.name = QLineEdit()
        self.name.setMaxLength(40)
        self.name.setAccessibleName(self.tr("Name of the page"))
        self.name.setFixedWidth(220)
        self.outlet = Chooser()
        self.outlet.setAccessibleName(self.tr("Where this page is shown"))
        self.outlet.setFixedWidth(220)
        self.remove_page = IconButton("trash-2", self.tr("Remove this page"), self.on_remove_page, size=32)
        self.places = [Place(position) for position in range(TILES_A_PAGE)]
        self.panel = TilePanel()
        self.banner = Banner()
        self.discard = Button(self.tr("Discard"), self.load)
        self.save = Button(self.tr("Save"), self.on_save, kind="primary")
        self.save.setMinimumWidth(140)
        self.empty = EmptyState(
            "layout-grid", self.tr("No quick keys yet"),
            self.tr("Tiles are for what has no barcode, or sells all day. The till shows them beside the basket."),
            self.tr("Make the first page"),
        )  # fmt: skip

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(SPACE_S)
        for position, place in enumerate(self.places):
            grid.addWidget(place, position // COLUMNS, position % COLUMNS)
        self._words = (Words(self.tr("Page")), Words(self.tr("Shown at")))
        left = QVBoxLayout()
        left.setSpacing(SPACE_M)
        left.addLayout(row(self._words[0], self.name, self._words[1], self.outlet, self.remove_page, None))
        left.addLayout(grid, 1)
        self._inside = QWidget()
        inside = row(spacing=SPACE_L)
        inside.addLayout(left, 1)
        inside.addWidget(self.panel)
        self._inside.setLayout(inside)
        box = QVBoxLayout(self)
        box.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_L)
        box.setSpacing(SPACE_M)
        top = row(self.tabs, self.add_page, None, self.discard, self.save)
        box.addLayout(top)
        box.addWidget(self.banner)
        box.addWidget(self._inside, 1)
        box.addWidget(self.empty, 1)
        self.empty.hide()

    def _connect(self) -> None:
        presenter, panel = self.presenter, self.panel
        presenter.shown.connect(self._on_shown)
        presenter.found.connect(self._on_found)
        presenter.saved.connect(self._on_saved)
        presenter.refused.connect(self._on_refused)
        self.tabs.currentChanged.connect(self._on_tab)
        self.tabs.tabMoved.connect(self._on_tab_moved)
        self.name.textEdited.connect(self._on_page_edited)
        self.outlet.activated.connect(self._on_page_edited)
        self.empty.acted.connect(self.on_add_page)
        for place in self.places:
            place.clicked.connect(partial(self._on_place, place.tile.position))
            place.stepped.connect(partial(self._on_step, place.tile.position))
            place.cleared.connect(partial(self._on_cleared, place.tile.position))
        panel.search_wanted.connect(presenter.search)
        panel.product_chosen.connect(self._on_product)
        panel.edited.connect(self._on_tile_edited)
        panel.move_wanted.connect(lambda across, down: self._on_step(self._position, across, down, True))
        panel.remove_wanted.connect(lambda: self._on_cleared(self._position))
        QShortcut(QKeySequence("Ctrl+S"), self, self.save.click)

    # The frame's calls

    def page_shown(self, _argument: object) -> None:
        if not self.plan.changed:
            self.load()

    def page_left(self) -> bool:
        if not self.plan.changed:
            return True
        self.banner.tell(
            self.tr("The quick keys are not saved yet"), self.tr("Save them or discard them before going on."),
            kind="warning",
            actions=((self.tr("Discard"), self.load), (self.tr("Save"), self.on_save)),
        )  # fmt: skip
        return False

    def focus_home(self) -> None:
        if self.plan.pages:
            self.places[self._position].setFocus()

    def on_code(self, text: str) -> None:
        """A scan looks for the product to put on the chosen place."""
        if self.plan.pages:
            self.panel.search.setText(text)

    def load(self) -> None:
        """What is kept, in place of what stands here."""
        self._fresh = True
        self.presenter.load()

    # Pages

    def _on_shown(self, pages: Sequence[QuickLayout], outlets: Sequence[tuple[int, str]]) -> None:
        if self.plan.changed and not self._fresh:
            return  # somebody went on arranging before the answer came
        self._fresh = False
        self.banner.dismiss()
        self.plan = Arrangement(pages)
        self.outlet.clear()
        self.outlet.addItem(self.tr("Every outlet"), None)
        for key, name in outlets:
            self.outlet.addItem(name, key)
        self._at = max(0, min(self._at, len(pages) - 1))
        self._show_tabs()

    def _show_tabs(self) -> None:
        self._showing = True
        while self.tabs.count():
            self.tabs.removeTab(0)
        for page in self.plan.pages:
            self.tabs.addTab(page.name.replace("&", "&&"))
        self.tabs.setCurrentIndex(self._at)
        self._showing = False
        self._show_page()

    def _show_page(self) -> None:
        there = bool(self.plan.pages)
        self._inside.setVisible(there)
        self.empty.setVisible(not there)
        self.add_page.setVisible(there)
        self._show_changed()
        if not there:
            return
        page = self.plan.pages[self._at]
        if self.name.text() != page.name:
            self.name.setText(page.name)
        choose(self.outlet, page.outlet_id)
        for place in self.places:
            slot = self.plan.slot(self._at, self.places.index(place))
            price = ""
            if slot is not None and slot.price_minor is not None:
                price = self._formats.money(Money(slot.price_minor, self._formats.currency))
            place.show_slot(slot, price)
        self._show_tile()

    def _show_tile(self) -> None:
        for position, place in enumerate(self.places):
            place.setChecked(position == self._position)
        self.panel.show_slot(self.plan.slot(self._at, self._position), self._position)

    def _show_changed(self) -> None:
        self.save.setEnabled(self.plan.changed)
        self.discard.setEnabled(self.plan.changed)
        self.save.setVisible(bool(self.plan.pages) or self.plan.changed)
        self.discard.setVisible(bool(self.plan.pages) or self.plan.changed)

    def _on_tab(self, at: int) -> None:
        if not self._showing and at >= 0:
            self._at = at
            self._show_page()

    def _on_tab_moved(self, at: int, to: int) -> None:
        self.plan.move_page(at, to)
        self._at = self.tabs.currentIndex()
        self._show_page()

    def on_add_page(self) -> None:
        self._at = self.plan.add_page(self.tr("Page {0}").format(len(self.plan.pages) + 1))
        self._position = 0
        self._show_tabs()
        self.name.setFocus()
        self.name.selectAll()

    def on_remove_page(self) -> None:
        """At once: nothing is kept before Save, and Discard brings it back."""
        self.plan.remove_page(self._at)
        self._at = max(0, self._at - 1)
        self._show_tabs()

    def _on_page_edited(self) -> None:
        self.plan.change_page(self._at, name=self.name.text(), outlet_id=self.outlet.currentData())
        self.tabs.setTabText(self._at, self.name.text().replace("&", "&&"))
        self._show_changed()

    # Tiles

    def _on_place(self, position: int) -> None:
        self._position = position
        self._show_tile()
        if self.plan.slot(self._at, position) is None:
            self.panel.search.setFocus()

    def _on_step(self, position: int, across: int, down: int, take_along: bool) -> None:
        other = neighbour(position, across, down)
        if other < 0:
            return
        if take_along and not self.plan.swap(self._at, position, other):
            return
        self._position = other
        self._show_page()
        self.places[other].setFocus()

    def _on_cleared(self, position: int) -> None:
        self.plan.take_off(self._at, position)
        self._show_page()

    def _on_found(self, typed: str, hits: Sequence[ProductHit]) -> None:
        self.panel.show_hits(typed, [(hit, self._formats.money(hit.price)) for hit in hits])

    def _on_product(self, hit: ProductHit) -> None:
        before = self.plan.slot(self._at, self._position) or QuickSlot(self._position)
        slot = replace(
            before, product_id=hit.id, action=None, product=hit.name, label="", price_minor=hit.price.minor,
            category_colour="", sold=hit.active,
        )  # fmt: skip
        self.plan.put(self._at, slot)
        self._show_page()
        self.places[self._position].setFocus()

    def _on_tile_edited(self, label: str, colour: str) -> None:
        slot = self.plan.slot(self._at, self._position)
        if slot is not None:
            self.plan.put(self._at, replace(slot, label="" if label == slot.product else label, colour=colour))
            self._show_page()

    # Keeping

    def on_save(self) -> None:
        nameless = next((at for at, page in enumerate(self.plan.pages) if not page.name.strip()), None)
        if nameless is not None:
            self._at = nameless
            self._show_tabs()
            self.banner.tell(self.tr("Give the page a name: the till shows it on its tab."), kind="warning")
            self.name.setFocus()
            return
        self.save.setEnabled(False)
        pages, removed = tuple(self.plan.pages), frozenset(self.plan.removed)
        self._set_busy(True)  # an edit now would be to pages whose ids are on their way
        self.presenter.save(pages, removed)

    def _set_busy(self, busy: bool) -> None:
        for part in (self._inside, self.tabs, self.add_page):
            part.setEnabled(not busy)

    def _on_saved(self, pages: Sequence[QuickLayout]) -> None:
        self._set_busy(False)
        self.banner.dismiss()
        self.plan = Arrangement(pages)
        self._at = max(0, min(self._at, len(pages) - 1))
        self._show_tabs()

    def _on_refused(self, sentence: str) -> None:
        self._set_busy(False)
        self._show_changed()
        self.banner.tell(sentence)
