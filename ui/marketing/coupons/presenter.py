"""What happens on Coupons: the list, one promotion with its codes and uses, and each change to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.catalog.model import ProductHit
from app.catalog.service import CatalogService
from app.coupons.model import BulkCodes, CampaignFacts
from app.coupons.options import Options
from app.coupons.papers import coupon_papers
from app.coupons.service import CouponService, Details, Saved
from app.coupons.sheets import write_codes
from app.errors import InvalidInput
from app.money import Money
from app.paging import Page
from app.permissions import Permission
from app.pricing.promotion import Promotion
from app.shop.service import ShopService
from app.staff.model import Actor
from db.queries.coupons import CodeRow, PromotionRow, UseRow
from hardware.protocols import Document
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs, Progress

T = TypeVar("T")
PAGE = 100
MOST_HITS = 30


@dataclass(frozen=True, slots=True)
class Opened:
    """One promotion with everything the panel shows."""

    details: Details
    options: Options
    uses: tuple[UseRow, ...]
    complete: bool


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
    cancelled = Signal(int)  # how many codes
    codes_listed = Signal(object, bool, bool)  # rows, whether these are the first, whether these are the last
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
        self._coupons, self._catalog, self._shop = coupons, catalog, shop
        self._reads, self._writes, self._actor = reads, writes, actor
        self._asked = self._asked_one = 0
        self._search = self._state = ""
        self._before: int | None = None
        self._uses_after: tuple[datetime, int] | None = None
        self._open_id = 0
        self._progress: Progress | None = None
        self._question, self._searching = "", False

    @property
    def may_edit(self) -> bool:
        return self._actor.may(Permission.COUPON_MANAGE)

    # --- reading -------------------------------------------------------------------------------------------

    def show(self, *, search: str | None = None, state: str | None = None) -> None:
        self._search = self._search if search is None else search
        self._state = self._state if state is None else state
        self._ask(None)

    def fetch(self) -> None:
        if self._before is not None:
            self._ask(self._before)

    def _ask(self, before: int | None) -> None:
        self._asked += 1
        asked, search, state = self._asked, self._search, self._state

        def work() -> tuple[int, bool, Page[PromotionRow]]:
            page = self._coupons.page(self._actor, search=search, state=state, before_id=before, limit=PAGE)
            return asked, before is None, page

        self._reads.start(work, self._on_listed, self._on_failed)

    def _on_listed(self, answer: tuple[int, bool, Page[PromotionRow]]) -> None:
        asked, first, page = answer
        if asked != self._asked:
            return
        self._before = None if page.after is None else int(page.after[0])
        (self.listed if first else self.added).emit(page.rows, page.after is None)

    def open(self, promotion_id: int) -> None:
        self._asked_one += 1
        asked, self._open_id = self._asked_one, promotion_id

        def work() -> tuple[int, Opened]:
            details = self._coupons.details(promotion_id, self._actor)
            uses = self._coupons.uses(promotion_id, self._actor, limit=PAGE)
            options = self._coupons.options(self._actor, details.promotion)
            return asked, Opened(details, options, uses.rows, uses.after is None)

        self._reads.start(work, self._on_opened, self._on_failed)

    def _on_opened(self, answer: tuple[int, Opened]) -> None:
        asked, opened = answer
        if asked == self._asked_one:
            last = opened.uses[-1] if opened.uses and not opened.complete else None
            self._uses_after = None if last is None else (last.used_at, last.id)
            self.opened.emit(opened)

    def fetch_uses(self) -> None:
        asked, promotion_id, after = self._asked_one, self._open_id, self._uses_after
        if after is not None:
            self._reads.start(
                lambda: (asked, self._coupons.uses(promotion_id, self._actor, after=after, limit=PAGE)),
                self._on_more_uses,
                self._on_failed,
            )

    def _on_more_uses(self, answer: tuple[int, Page[UseRow]]) -> None:
        asked, page = answer
        if asked == self._asked_one:
            self._uses_after = None if page.after is None else (page.after[0], page.after[1])
            self.uses_added.emit(page.rows, page.after is None)

    def prepare_editor(self, promotion_id: int | None) -> None:
        def work() -> EditorFacts:
            details = None if promotion_id is None else self._coupons.details(promotion_id, self._actor)
            named = () if details is None else (details.promotion,)
            return EditorFacts(
                details, self._coupons.options(self._actor, *named), self._coupons.campaigns(self._actor)
            )

        self._reads.start(work, self._on_editor_ready, self._on_failed)

    def _on_editor_ready(self, facts: EditorFacts) -> None:
        self.editor_ready.emit(facts)

    def search_products(self, question: str) -> None:
        """Products for the editor; only the latest question waits while a search runs."""
        self._question = question.strip()
        if self._question and not self._searching:
            self._search_now()

    def _search_now(self) -> None:
        self._searching = True
        typed = self._question
        self._reads.start(
            lambda: (typed, self._catalog.search(typed, limit=MOST_HITS)), self._on_products, self._on_search_failed
        )

    def _on_products(self, answer: tuple[str, Sequence[ProductHit]]) -> None:
        self._searching = False
        if answer[0] == self._question:
            self.products_found.emit(answer[1])
        elif self._question:
            self._search_now()

    def _on_search_failed(self, error: Exception) -> None:
        self._searching = False
        self._on_failed(error)

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
        self._ask(None)
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
        self._ask(None)
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

    def list_codes(self, promotion_id: int, batch: str, after_id: int = 0) -> None:
        """The codes of one batch, masked, a page at a time."""
        self._reads.start(
            lambda: (after_id, self._coupons.codes(promotion_id, self._actor, batch=batch, after_id=after_id)),
            self._on_codes,
            self._on_failed,
        )

    def _on_codes(self, answer: tuple[int, Page[CodeRow]]) -> None:
        after_id, page = answer
        self.codes_listed.emit(page.rows, after_id == 0, page.after is None)

    def cancel_code(self, promotion_id: int, code_id: int) -> None:
        self._writes.start(
            lambda: (promotion_id, self._coupons.cancel(promotion_id, self._actor, code_id=code_id)),
            self._on_cancelled,
            self._on_failed,
        )

    def cancel_batch(self, promotion_id: int, batch: str) -> None:
        self._writes.start(
            lambda: (promotion_id, self._coupons.cancel(promotion_id, self._actor, batch=batch)),
            self._on_cancelled,
            self._on_failed,
        )

    def _on_cancelled(self, answer: tuple[int, int]) -> None:
        self.cancelled.emit(answer[1])
        self.open(answer[0])

    # --- inside --------------------------------------------------------------------------------------------

    def _change(self, work: Callable[[], T], on_done: Callable[[T], None]) -> None:
        self._writes.start(work, on_done, self._on_form_refused)

    def _on_form_refused(self, error: Exception) -> None:
        self.form_refused.emit(sentence(error), error.field if isinstance(error, InvalidInput) else "")

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error))
