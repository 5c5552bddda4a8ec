"""Quick keys while they are arranged: values in, values out, no widget and no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.catalog.desk import QuickLayout, QuickSlot
from app.catalog.service import TILES_A_PAGE

COLUMNS = 5


class Arrangement:
    """Every page as it stands on the screen, and which kept ones were taken away."""

    def __init__(self, pages: Sequence[QuickLayout] = ()) -> None:
        self.pages = list(pages)
        self.removed: set[int] = set()
        self._before = tuple(pages)

    @property
    def changed(self) -> bool:
        return bool(self.removed) or tuple(self.pages) != self._before

    def add_page(self, name: str) -> int:
        self.pages.append(QuickLayout(0, name))
        return len(self.pages) - 1

    def change_page(self, at: int, *, name: str, outlet_id: int | None) -> None:
        self.pages[at] = replace(self.pages[at], name=name, outlet_id=outlet_id)

    def move_page(self, at: int, to: int) -> None:
        self.pages.insert(to, self.pages.pop(at))

    def remove_page(self, at: int) -> None:
        if gone := self.pages.pop(at).id:
            self.removed.add(gone)

    def slot(self, at: int, position: int) -> QuickSlot | None:
        return next((slot for slot in self.pages[at].slots if slot.position == position), None)

    def put(self, at: int, slot: QuickSlot) -> None:
        """On its place, in the place of what was there."""
        others = tuple(one for one in self.pages[at].slots if one.position != slot.position)
        slots = tuple(sorted((*others, slot), key=_place))
        self.pages[at] = replace(self.pages[at], slots=slots)

    def take_off(self, at: int, position: int) -> None:
        slots = tuple(one for one in self.pages[at].slots if one.position != position)
        self.pages[at] = replace(self.pages[at], slots=slots)

    def swap(self, at: int, one: int, other: int) -> bool:
        """Exchange two places, empty ones too; False when `other` is off the page."""
        if not 0 <= other < TILES_A_PAGE or one == other:
            return False
        places = {one: other, other: one}
        moved = (replace(slot, position=places.get(slot.position, slot.position)) for slot in self.pages[at].slots)
        self.pages[at] = replace(self.pages[at], slots=tuple(sorted(moved, key=_place)))
        return True


def neighbour(position: int, across: int, down: int) -> int:
    """The place beside another; -1 where the page ends."""
    column, line = position % COLUMNS + across, position // COLUMNS + down
    if not 0 <= column < COLUMNS or not 0 <= line < TILES_A_PAGE // COLUMNS:
        return -1
    return line * COLUMNS + column


def _place(slot: QuickSlot) -> int:
    return slot.position
