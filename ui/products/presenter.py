"""Saving products and reading lists of them, off the GUI thread."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.catalog.desk import CatalogueDesk, FormFacts, ProductEntry
from app.catalog.importing import ImportDone, ImportService, ImportUndone, Preview, write_template, write_wrong
from app.catalog.model import CategoryNode, CodeTaken, ProductCard
from app.catalog.service import CatalogService
from app.errors import DomainError, InvalidInput
from app.staff.model import Actor
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs, Progress


class ProductsPresenter(QObject):
    form_ready = Signal(object, str)  # FormFacts, the barcode to begin with
    saved = Signal(object)  # ProductCard
    save_refused = Signal(str, str)  # a sentence, the field it is about or ""
    category_added = Signal(object, object)  # CategoryNode, every CategoryNode
    category_refused = Signal(str)
    looked = Signal(object)  # Preview
    look_refused = Signal(str)
    progressed = Signal(int, int)  # rows done, of how many
    imported = Signal(object)  # ImportDone
    import_refused = Signal(str)
    undone = Signal(object)  # ImportUndone
    file_written = Signal(str)  # its path
    refused = Signal(str)

    def __init__(
        self,
        desk: CatalogueDesk,
        catalog: CatalogService,
        importing: ImportService,
        actor: Actor,
        reads: Jobs,
        writes: Jobs,
    ) -> None:
        super().__init__()
        self._desk, self._catalog, self._importing, self._actor = desk, catalog, importing, actor
        self._reads, self._writes = reads, writes
        self._running: Progress | None = None

    @property
    def reads(self) -> Jobs:
        return self._reads

    # The form

    def open_form(self, product_id: int | None, barcode: str = "") -> None:
        self._reads.start(lambda: (self._desk.form(product_id), barcode), self._on_facts, self._on_failed)

    def _on_facts(self, answer: tuple[FormFacts, str]) -> None:
        self.form_ready.emit(*answer)

    def save(self, product_id: int | None, entry: ProductEntry) -> None:
        self._writes.start(
            lambda: self._desk.save(product_id, entry, by=self._actor), self._on_saved, self._on_save_failed
        )

    def _on_saved(self, card: ProductCard) -> None:
        self.saved.emit(card)

    def _on_save_failed(self, error: Exception) -> None:
        field = error.field if isinstance(error, InvalidInput) else "taken" if isinstance(error, CodeTaken) else ""
        self.save_refused.emit(sentence(error), field)

    def add_category(self, name: str, parent_id: int | None) -> None:
        def work() -> tuple[CategoryNode, tuple[CategoryNode, ...]]:
            made = self._catalog.add_category(name, parent_id, by=self._actor)
            return made, self._catalog.categories()

        self._writes.start(work, self._on_category, self._on_category_failed)

    def _on_category(self, answer: tuple[CategoryNode, tuple[CategoryNode, ...]]) -> None:
        self.category_added.emit(*answer)

    def _on_category_failed(self, error: Exception) -> None:
        self.category_refused.emit(sentence(error))

    # Lists from files

    def look(self, path: Path, encoding: str = "") -> None:
        self._reads.start(
            lambda: self._importing.preview(path, by=self._actor, encoding=encoding), self._on_looked, self._on_no_look
        )

    def _on_looked(self, preview: Preview) -> None:
        self.looked.emit(preview)

    def _on_no_look(self, error: Exception) -> None:
        self.look_refused.emit(_said(error))

    def take(self, preview: Preview, lines: Collection[int]) -> None:
        """Import these lines; `stop` ends it with nothing written."""

        def work(progress: Progress) -> ImportDone:
            def tell(done: int, total: int) -> bool:
                progress.report(done, total)
                return not progress.cancelled

            return self._importing.apply(preview, lines=lines, by=self._actor, progress=tell)

        self._running = self._writes.start_long(work, self._on_imported, self._on_import_failed, self._on_progress)

    def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def _on_progress(self, done: int, total: int) -> None:
        self.progressed.emit(done, total)

    def _on_imported(self, done: ImportDone) -> None:
        self._running = None
        self.imported.emit(done)

    def _on_import_failed(self, error: Exception) -> None:
        self._running = None
        self.import_refused.emit(_said(error))

    def undo(self, done: ImportDone) -> None:
        self._writes.start(lambda: self._importing.undo(done, by=self._actor), self._on_undone, self._on_failed)

    def _on_undone(self, undone: ImportUndone) -> None:
        self.undone.emit(undone)

    def write_template(self, path: Path) -> None:
        def work() -> str:
            write_template(path)
            return str(path)

        self._reads.start(work, self._on_written, self._on_no_look)

    def write_wrong(self, preview: Preview, path: Path) -> None:
        def work() -> str:
            write_wrong(preview, path)
            return str(path)

        self._reads.start(work, self._on_written, self._on_no_look)

    def _on_written(self, path: str) -> None:
        self.file_written.emit(path)

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(_said(error))


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and not isinstance(error, DomainError):
        return f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")
    return sentence(error)
