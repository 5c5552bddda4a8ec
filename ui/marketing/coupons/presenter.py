"""What happens on Coupons: the list, one promotion with its codes and uses, and each change to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.catalog.service import CatalogService
from app.coupons.model import BulkCodes, CampaignFacts, CodeRow, PromotionRow, PromotionSort, UseRow
from app.coupons.options import Options
from app.coupons.papers import coupon_papers
from app.coupons.service import CouponService, Details, Saved
from app.coupons.sheets import write_codes
from app.errors import InvalidInput
from app.money import Money
from app.paging import Cursor, Page
from app.permissions import Permission
from app.pricing.promotion import Promotion
from app.shop.service import ShopService
from app.staff.model import Actor
from hardware.protocols import Document
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs, Progress
from ui.shared.reading import Newest, Pager, TypedSearch

T = TypeVar("T")
PAGE = 100
MOST_HITS = 30


@dataclass(frozen=True, slots=True)
class Opened:
    """One promotion with everything the panel shows."""

    details: Details
    options: Options
    uses: Page[UseRow]


@dataclass(frozen=True, slots=True)
class EditorFacts:
    """What the editor needs before it opens. `details` None: a new promotion."""

    details: Details | None
    options: Options
    campaigns: tuple[CampaignFacts, ...]


@dataclass(frozen=True, slots=True)
class CampaignChoice:
    """By id, or a new one by name with its budget; neither: no campaign."""

    id: int | None = None
    new_name: str = ""
    budget: Money | None = None


@dataclass(frozen=True, slots=True)
class CodesForm:
    count: int
    batch: str
    expires_on: date | None
    max_uses: int | None


class CouponsPresenter(QObject):
    listed = Signal(object, bool)  # rows, whether these are all
    added = Signal(object, bool)
    opened = Signal(object)  # Opened
    uses_added = Signal(object, bool)
    editor_ready = Signal(object)  # EditorFacts
    products_found = Signal(object)
    saved = Signal(object)  # Saved
    codes_made = Signal(object)  # BulkCodes
    progressed = Signal(int, int)
    exported = Signal(int, str)  # how many, file name
    paper_ready = Signal(object)  # Document
    cancelled = Signal(int, int)  # how many codes, the id where it was one (else 0)
    codes_shown = Signal(object, bool)  # rows, whether these are all
    codes_added = Signal(object, bool)  # rows that follow, whether these were the last
    refused = Signal(str)
    form_refused = Signal(str, str)

    def __init__(
        self,
        coupons: CouponService,
        catalog: CatalogService,
        shop: ShopService,
        reads: Jobs,
        writes: Jobs,
        actor: Actor,
    ) -> None:
        super().__init__()
        self._coupons, self._shop = coupons, shop
        self._reads, self._writes, self._actor = reads, writes, actor
        self._search = self._state = ""
        self._sort, self._descending = PromotionSort.MADE, True
        self._list = Pager(reads, self)
        self._list.shown.connect(self.listed)
        self._list.added.connect(self.added)
        self._one = Newest(reads, self)
        self._uses = Pager(reads, self)
        self._uses.added.connect(self.uses_added)
        self._products = TypedSearch(reads, lambda typed: catalog.search(typed, limit=MOST_HITS), self)
        self._products.found.connect(lambda _question, hits: self.products_found.emit(hits))
        self._editor = Newest(reads, self)
        self._codes = Pager(reads, self)
        self._codes.shown.connect(self.codes_shown)
        self._codes.added.connect(self.codes_added)
        for reading in (self._list, self._one, self._uses, self._products, self._editor, self._codes):
            reading.failed.connect(self._on_failed)
        self._progress: Progress | None = None

    @property
    def may_edit(self) -> bool:
        return self._actor.may(Permission.COUPON_MANAGE)

    # --- reading -------------------------------------------------------------------------------------------

    def show(self, *, search: str | None = None, state: str | None = None) -> None:
        self._search = self._search if search is None else search
        self._state = self._state if state is None else state
        self._list_anew()

    def sort_by(self, key: str, descending: bool) -> None:
        self._sort, self._descending = PromotionSort(key), descending
        self._list_anew()

    def fetch(self) -> None:
        self._list.fetch()

    def _list_anew(self) -> None:
        search, state, sort, descending = self._search, self._state, self._sort, self._descending

        def read(after: Cursor | None) -> Page[PromotionRow]:
            return self._coupons.page(
                self._actor, search=search, state=state, sort=sort, descending=descending, after=after, limit=PAGE
            )

        self._list.show(read)

    def open(self, promotion_id: int) -> None:
        def work() -> Opened:
            details = self._coupons.details(promotion_id, self._actor)
            options = self._coupons.options(self._actor, details.promotion)
            return Opened(details, options, self._read_uses(promotion_id, None))

        self._one.ask(work, self._on_opened)

    def _read_uses(self, promotion_id: int, after: Cursor | None) -> Page[UseRow]:
        key = None if after is None else (after[0], after[1])
        return self._coupons.uses(promotion_id, self._actor, after=key, limit=PAGE)

    def _on_opened(self, opened: Opened) -> None:
        promotion_id = opened.details.promotion.id
        self._uses.follow(lambda after: self._read_uses(promotion_id, after), opened.uses)
        self.opened.emit(opened)

    def fetch_uses(self) -> None:
        self._uses.fetch()

    def prepare_editor(self, promotion_id: int | None) -> None:
        def work() -> EditorFacts:
            details = None if promotion_id is None else self._coupons.details(promotion_id, self._actor)
            named = () if details is None else (details.promotion,)
            return EditorFacts(
                details, self._coupons.options(self._actor, *named), self._coupons.campaigns(self._actor)
            )

        self._editor.ask(work, self.editor_ready.emit)

    def search_products(self, question: str) -> None:
        """Products for the editor."""
        self._products.ask(question)

    # --- changing ------------------------------------------------------------------------------------------

    def save(self, promotion: Promotion, details: Details | None, choice: CampaignChoice) -> None:
        def work() -> Saved:
            campaign_id = choice.id
            if choice.new_name.strip():
                campaign_id = self._coupons.save_campaign(choice.new_name, choice.budget, self._actor)
            if details is None:
                return self._coupons.create(promotion, self._actor, campaign_id=campaign_id)
            return self._coupons.edit(
                details.promotion.id, promotion, self._actor, was_version=details.version, campaign_id=campaign_id
            )

        self._change(work, self._on_saved)

    def switch(self, promotion_id: int, on: bool) -> None:
        self._change(lambda: self._coupons.switch(promotion_id, self._actor, on=on), self._on_saved)

    def _on_saved(self, saved: Saved) -> None:
        self.saved.emit(saved)
        self._list_anew()
        self.open(saved.promotion_id)

    def make_codes(self, promotion_id: int, form: CodesForm) -> None:
        """Long for many: `progressed` tells how far it is, `stop` ends it."""

        def work(progress: Progress) -> BulkCodes:
            def go_on(done: int) -> bool:
                progress.report(done, form.count)
                return not progress.cancelled

            return self._coupons.make_codes(
                promotion_id, form.count, self._actor, batch=form.batch, expires_on=form.expires_on,
                max_uses=form.max_uses, progress=go_on,
            )  # fmt: skip

        self._progress = self._writes.start_long(work, self._on_codes_made, self._on_form_refused, self._on_progress)

    def stop(self) -> None:
        if self._progress is not None:
            self._progress.cancel()

    def _on_progress(self, done: int, total: int) -> None:
        self.progressed.emit(done, total)

    def _on_codes_made(self, made: BulkCodes) -> None:
        self._progress = None
        self.codes_made.emit(made)
        self._list_anew()
        self.open(made.promotion_id)

    def export(self, details: Details, batch: str, path: Path) -> None:
        name, promotion_id = details.promotion.name, details.promotion.id

        def work() -> tuple[int, str]:
            printable = self._coupons.printable(promotion_id, batch, self._actor)
            return write_codes(path, printable, name=name, batch=batch), path.name

        self._writes.start(work, self._on_exported, self._on_export_failed)

    def _on_exported(self, answer: tuple[int, str]) -> None:
        self.exported.emit(*answer)

    def _on_export_failed(self, error: Exception) -> None:
        if isinstance(error, OSError):
            self.refused.emit(self.tr("The file could not be written there. Choose another folder."))
        else:
            self._on_failed(error)

    def make_sheet(self, details: Details, batch: str, headline: str, *, as_qr: bool) -> None:
        """Coupons to cut out, from the sealed copies."""

        def work() -> Document:
            printable = self._coupons.printable(details.promotion.id, batch, self._actor)
            return coupon_papers(printable, details.promotion, self._shop.info(), headline=headline, as_qr=as_qr)

        self._reads.start(work, self._on_sheet, self._on_failed)

    def _on_sheet(self, document: Document) -> None:
        self.paper_ready.emit(document)

    def list_codes(self, promotion_id: int, batch: str) -> None:
        """The codes of one batch, masked, a page at a time."""

        def read(after: Cursor | None) -> Page[CodeRow]:
            after_id = 0 if after is None else int(after[0])
            return self._coupons.codes(promotion_id, self._actor, batch=batch, after_id=after_id)

        self._codes.show(read)

    def fetch_codes(self) -> None:
        self._codes.fetch()

    def cancel_code(self, promotion_id: int, code_id: int) -> None:
        self._cancel(promotion_id, lambda: self._coupons.cancel(promotion_id, self._actor, code_id=code_id), code_id)

    def cancel_batch(self, promotion_id: int, batch: str) -> None:
        self._cancel(promotion_id, lambda: self._coupons.cancel(promotion_id, self._actor, batch=batch))

    def _cancel(self, promotion_id: int, work: Callable[[], int], code_id: int = 0) -> None:
        self._writes.start(lambda: (promotion_id, work(), code_id), self._on_cancelled, self._on_failed)

    def _on_cancelled(self, answer: tuple[int, int, int]) -> None:
        promotion_id, count, code_id = answer
        self.cancelled.emit(count, code_id)
        self.open(promotion_id)

    # --- inside --------------------------------------------------------------------------------------------

    def _change(self, work: Callable[[], T], on_done: Callable[[T], None]) -> None:
        self._writes.start(work, on_done, self._on_form_refused)

    def _on_form_refused(self, error: Exception) -> None:
        self.form_refused.emit(sentence(error), error.field if isinstance(error, InvalidInput) else "")

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error))
