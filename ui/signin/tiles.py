"""Who is here: one tile a person, with initials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QSizePolicy, QWidget

from ui.shared import fonts, theme
from ui.shared.tokens import SPACE_M, SPACE_S, TYPE_SMALL, TYPE_TITLE, TYPE_TOUCH

if TYPE_CHECKING:
    from app.staff.model import StaffTile

_HEIGHT, _DISC = 72, 44
COLUMNS = 2


def initials(name: str) -> str:
    """Up to two letters: of the first and the last word."""
    words = [word for word in name.split() if word]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper()


class PersonTile(QPushButton):
    """Paints its own words: a name is text, never markup, and ends in … where the room ends."""

    def __init__(self, tile: StaffTile) -> None:
        super().__init__()
        self.tile = tile
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        said = self.tr("{0}, {1}").format(tile.name, tile.role)
        if tile.demo_pin:
            said = self.tr("{0}, PIN {1}").format(said, tile.demo_pin)
        self.setAccessibleName(said)

    def sizeHint(self) -> QSize:
        return QSize(240, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(150, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)  # the frame, its hover and its focus ring
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        disc = QRectF(SPACE_M, (self.height() - _DISC) / 2, _DISC, _DISC)
        chosen = self.isChecked()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent" if chosen else "accent_soft"))
        painter.drawEllipse(disc)
        painter.setPen(theme.colour("on_accent" if chosen else "accent"))
        painter.setFont(fonts.font(TYPE_TOUCH, weight=QFont.Weight.DemiBold))
        painter.drawText(disc, int(Qt.AlignmentFlag.AlignCenter), initials(self.tile.name))
        self._words(painter, disc.right() + SPACE_M)
        painter.end()

    def _words(self, painter: QPainter, left: float) -> None:
        right_edge = self.width() - SPACE_M
        middle = self.height() / 2
        if self.tile.demo_pin:
            painter.setPen(theme.colour("text"))
            painter.setFont(fonts.font(TYPE_TITLE, weight=QFont.Weight.DemiBold))
            room = painter.fontMetrics().horizontalAdvance(self.tile.demo_pin)
            painter.drawText(
                QRectF(right_edge - room, 0, room + 1, self.height()),
                int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
                self.tile.demo_pin,
            )
            right_edge -= room + SPACE_S
        for text, tone, size, weight, top in (
            (self.tile.name, "text", TYPE_TOUCH, QFont.Weight.DemiBold, middle - 22),
            (self.tile.role, "muted", TYPE_SMALL, QFont.Weight.Normal, middle + 1),
        ):
            painter.setPen(theme.colour(tone))
            painter.setFont(fonts.font(size, weight=weight))
            space = QRectF(left, top, right_edge - left, 22)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(space.width()))
            painter.drawText(space, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)


class PeopleTiles(QWidget):
    """The tiles in a grid; one is chosen at a time."""

    chosen = Signal(object)  # StaffTile

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Who is here"))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE_S)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.tiles: list[PersonTile] = []

    def show_people(self, people: Sequence[StaffTile], chosen_id: int | None) -> None:
        for old in self.tiles:
            self._group.removeButton(old)
            old.hide()
            old.deleteLater()
        self.tiles = [PersonTile(person) for person in people]
        for position, tile in enumerate(self.tiles):
            self._group.addButton(tile)
            self._grid.addWidget(tile, position // COLUMNS, position % COLUMNS)
            tile.clicked.connect(lambda _=False, person=tile.tile: self.chosen.emit(person))
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self.choose(chosen_id if chosen_id is not None else (people[0].id if len(people) == 1 else None))

    def choose(self, staff_id: int | None) -> None:
        for tile in self.tiles:
            if tile.tile.id == staff_id:
                tile.setChecked(True)
                self.chosen.emit(tile.tile)
