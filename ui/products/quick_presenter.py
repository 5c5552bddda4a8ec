"""Reading and keeping the quick keys, and finding products to put on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QObject, Signal

from app.catalog.desk import CatalogueDesk, QuickLayout
from app.catalog.model import ProductHit
from app.catalog.service import CatalogService
from app.shop.service import ShopService
from app.staff.model import Actor
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs

MOST_HITS = 8


class QuickPresenter(QObject):
    shown = Signal(object, object)  # tuple[QuickLayout, ...], outlets as (id, name)
    found = Signal(str, object)  # what was typed, its ProductHits
    saved = Signal(object)  # the QuickLayouts as kept, with their ids
    refused = Signal(str)

    def __init__(
        self, desk: CatalogueDesk, catalog: CatalogService, shops: ShopService, actor: Actor, reads: Jobs, writes: Jobs
    ) -> None:
        super().__init__()
        self._desk, self._catalog, self._shops, self._actor = desk, catalog, shops, actor
        self._reads, self._writes = reads, writes
        self._asked = 0

    def load(self) -> None:
        def work() -> tuple[tuple[QuickLayout, ...], list[tuple[int, str]]]:
            outlets = [(outlet.id, outlet.name) for outlet in self._shops.outlets()]
            return self._desk.quick_layouts(), outlets

        self._reads.start(work, self._on_loaded, self._on_failed)

    def _on_loaded(self, answer: tuple[tuple[QuickLayout, ...], list[tuple[int, str]]]) -> None:
        self.shown.emit(*answer)

    def search(self, typed: str) -> None:
        self._asked += 1
        asked = self._asked
        self._reads.start(
            lambda: (asked, typed, self._catalog.search(typed, limit=MOST_HITS)), self._on_found, self._on_failed
        )

    def _on_found(self, answer: tuple[int, str, tuple[ProductHit, ...]]) -> None:
        asked, typed, hits = answer
        if asked == self._asked:
            self.found.emit(typed, hits)

    def save(self, pages: Sequence[QuickLayout], removed: Collection[int]) -> None:
        self._writes.start(
            lambda: self._desk.save_quick_layouts(pages, removed, by=self._actor), self._on_saved, self._on_failed
        )

    def _on_saved(self, kept: tuple[QuickLayout, ...]) -> None:
        self.saved.emit(kept)

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error))
