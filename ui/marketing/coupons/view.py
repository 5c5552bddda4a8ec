"""Coupons: the list on the left, on the right the one that is marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Signal

from app.clock import Clock
from app.codes import mask
from app.coupons.model import BulkCodes, CodeRow, PromotionRow, PromotionSort, UseRow
from app.coupons.service import Saved
from hardware.protocols import Document
from ui.marketing.coupons.code_dialogs import BatchDialog, CodesDialog, MadeDialog
from ui.marketing.coupons.editor import CouponEditor
from ui.marketing.coupons.panel import PANEL_NARROW, PANEL_WIDTH, USE_CODE, CouponPanel, state_of
from ui.marketing.coupons.presenter import CouponsPresenter, EditorFacts, Opened
from ui.marketing.coupons.sentences import Describer, tr
from ui.marketing.dropped import tell_dropped
from ui.paper.view import PaperDialog
from ui.shared.desk import NARROW, Desk, ListPane
from ui.shared.dialogs import Confirm
from ui.shared.files import ask_list_file, file_name
from ui.shared.format import Formats
from ui.shared.jobs import Jobs
from ui.shared.tables import Column, RowsModel
from ui.shared.widgets import Button, EmptyState
from ui.shell.registry import Action


def filters() -> list[tuple[str, str]]:
    return [
        ("", tr("All")),
        ("running", tr("Running")),
        ("scheduled", tr("Scheduled")),
        ("over", tr("Over")),
        ("off", tr("Off")),
    ]


def list_columns(formats: Formats, today: Callable[[], date]) -> list[Column[PromotionRow]]:
    def state(one: PromotionRow) -> tuple[str, str]:
        return state_of(active=one.active, start=one.valid_from, end=one.valid_to, today=today())

    def code(one: PromotionRow) -> str:
        if one.automatic:
            return tr("by itself")
        if one.shared_code:
            return one.shared_code
        if not one.code_count:
            return tr("no codes yet")
        return tr("1 code") if one.code_count == 1 else tr("{0} codes").format(formats.number(one.code_count))

    def used(one: PromotionRow) -> str:
        count = formats.number(one.use_count)
        return count if one.total_limit is None else f"{count} / {formats.number(one.total_limit)}"

    return [
        Column(tr("Coupon Name"), lambda one: one.name, sort=PromotionSort.NAME),
        Column(tr("Coupon Code"), code, width=116),
        Column(tr("Used"), used, width=72, number=True, sort=PromotionSort.USED),
        Column(tr("Status"), lambda one: state(one)[0], width=100, tone=lambda one: state(one)[1]),
        Column(
            tr("Until"),
            lambda one: formats.date(one.valid_to) if one.valid_to else "",
            width=116,
            sort=PromotionSort.UNTIL,
        ),
    ]


class CouponsView(Desk):
    customer_wanted = Signal(int)  # customer id
    invoice_wanted = Signal(int)  # sale id

    def __init__(
        self, presenter: CouponsPresenter, formats: Formats, notify: Callable[..., None], jobs: Jobs, clock: Clock
    ) -> None:
        super().__init__()
        self._presenter, self._formats, self._notify, self._jobs = presenter, formats, notify, jobs
        self._clock = clock
        self.print_document: Callable[[Document], None] | None = None  # the till's printer, where there is one
        presenter.setParent(self)
        self._row: PromotionRow | None = None
        self._wanted_id = 0
        self._opened: Opened | None = None
        self.new = Button(tr("New coupon"), self.open_new, kind="primary", icon="plus")
        if not presenter.may_edit:
            self.new.hide()
        self.list: RowsModel[PromotionRow] = RowsModel(list_columns(formats, self._today))
        self.panel = CouponPanel(formats)
        self.pane = ListPane(
            self.list,
            tr("Coupons"),
            hint=tr("Search by name or code"),
            chips=filters(),
            nothing=EmptyState(
                "ticket-percent",
                tr("No coupons yet"),
                tr(
                    "A coupon takes something off: for all with its code, for a segment, at certain hours, "
                    "or by itself."
                ),
                tr("New coupon") if presenter.may_edit else "",
            ),
            no_match=EmptyState("search", tr("No coupon fits"), tr("Change the search or choose another status.")),
        )
        self.search, self.table, self.chips = self.pane.search, self.pane.table, self.pane.chips
        self.search.setAccessibleName(tr("Search coupons"))
        self.pane.top.addWidget(self.new)
        self.lay_out(self.pane, self.panel)
        for before, after in pairwise([self.search, self.new, *self.chips.values(), self.table]):
            self.setTabOrder(before, after)  # as the eye goes: the button was made after the list
        self._connect()

    def _connect(self) -> None:
        presenter, panel = self._presenter, self.panel
        self.pane.search_wanted.connect(lambda text: presenter.show(search=text))
        self.pane.filter_wanted.connect(lambda code: presenter.show(state=code))
        self.list.more_wanted.connect(lambda _last: presenter.fetch())
        self.table.sort_wanted.connect(presenter.sort_by)
        self.pane.chosen.connect(self._on_chosen)
        self.table.opened.connect(lambda _row: self.open_edit())
        self.pane.nothing.acted.connect(self.open_new)
        panel.edit.clicked.connect(self.open_edit)
        panel.switch.clicked.connect(self._on_switch)
        panel.make.clicked.connect(self.open_codes)
        panel.export.clicked.connect(self._on_export)
        panel.print.clicked.connect(lambda: self.print_sheet(as_qr=panel.as_qr.isChecked()))
        panel.cancel.clicked.connect(self._on_cancel)
        panel.uses.more_wanted.connect(lambda _last: presenter.fetch_uses())
        panel.use_table.opened.connect(self._on_use)
        panel.batch_table.opened.connect(lambda _batch: self.open_batch())
        panel.show_codes.clicked.connect(self.open_batch)
        presenter.listed.connect(self._on_listed)
        presenter.added.connect(self.list.show_more)
        presenter.opened.connect(self._on_opened)
        presenter.uses_added.connect(panel.add_uses)
        presenter.editor_ready.connect(self._on_editor_ready)
        presenter.products_found.connect(self._on_products)
        presenter.saved.connect(self._on_saved)
        presenter.codes_made.connect(self._on_codes_made)
        presenter.progressed.connect(self._on_progress)
        presenter.exported.connect(self._on_exported)
        presenter.paper_ready.connect(self._on_paper)
        presenter.cancelled.connect(self._on_cancelled)
        presenter.codes_shown.connect(self._on_codes_shown)
        presenter.codes_added.connect(self._on_codes_added)
        presenter.refused.connect(self.say)
        presenter.form_refused.connect(self._on_form_refused)

    def fit(self, width: int) -> None:
        """The panel gives way."""
        narrow = width < NARROW
        self.panel.setFixedWidth(PANEL_NARROW if narrow else PANEL_WIDTH)
        self.table.setColumnHidden(len(self.list.columns) - 1, narrow)
        self.panel.use_table.setColumnHidden(USE_CODE, narrow)  # so that the invoice stays in sight

    # --- the frame's calls ---------------------------------------------------------------------------------

    def page_shown(self, argument: object) -> None:
        """`argument`: the id of the coupon to mark."""
        if isinstance(argument, int):
            self._wanted_id = argument
        self.banner.hide()
        if reopen := self._wanted_id or (self._row.id if self._row is not None else 0):
            self._presenter.open(reopen)
        self._presenter.show()

    def focus_home(self) -> None:
        self.search.setFocus()

    def palette_actions(self) -> Sequence[Action]:
        if not self._presenter.may_edit:
            return []
        return [Action("coupons.new", tr("New coupon"), self.open_new, icon="plus")]

    def on_code(self, text: str) -> None:
        """A scan finds the coupon the code is for; an open dialog says that it has no use for one."""
        if self.dialog is None:
            self.pane.look_for(text, shown=mask(text[-4:]))
        else:
            tell_dropped(self.dialog, text)

    # --- answers -------------------------------------------------------------------------------------------

    def _on_listed(self, rows: Sequence[PromotionRow], complete: bool) -> None:
        marked: PromotionRow | None = self.pane.show_rows(
            rows,
            complete,
            wanted=self._wanted_id or (self._row.id if self._row is not None else 0),
            or_first=not self._wanted_id,
        )
        self.panel.setVisible(bool(rows) or self.pane.narrowed)
        if marked is not None:
            self._row = marked
        elif not rows:
            self._row = None
            self.panel.show_nothing()
        self._wanted_id = 0

    def _on_chosen(self, chosen: PromotionRow) -> None:
        self._row = chosen
        self._presenter.open(chosen.id)

    def _on_opened(self, opened: Opened) -> None:
        self._opened = opened
        self.panel.show_coupon(opened, today=self._today(), may_edit=self._presenter.may_edit)

    def _on_use(self, use: UseRow) -> None:
        self.invoice_wanted.emit(use.sale_id)

    def _on_saved(self, saved: Saved) -> None:
        self._wanted_id = saved.promotion_id
        if isinstance(self.dialog, CouponEditor):
            name = self.dialog.name.text().strip()[:60]
            self.dialog.accept()
            self._notify(tr("{0} is saved").format(name))

    def _on_form_refused(self, sentence: str, field: str) -> None:
        if isinstance(self.dialog, CouponEditor | CodesDialog):
            self.dialog.refuse(sentence, field)
        else:
            self.banner.tell(sentence)

    def _on_products(self, found: object) -> None:
        if isinstance(self.dialog, CouponEditor):
            self.dialog.show_products(found)  # type: ignore[arg-type]  # the presenter's ProductHit

    # --- editing -------------------------------------------------------------------------------------------

    def open_new(self) -> None:
        self._presenter.prepare_editor(None)

    def open_edit(self) -> None:
        if self._presenter.may_edit and self.panel.promotion is not None:
            self._presenter.prepare_editor(self.panel.promotion.id)

    def _on_editor_ready(self, facts: EditorFacts) -> None:
        if self.dialog is not None:
            return  # asked for twice
        dialog = CouponEditor(facts, self._formats, self._today(), self)
        dialog.search_wanted.connect(self._presenter.search_products)
        dialog.save_wanted.connect(lambda promotion, choice: self._presenter.save(promotion, facts.details, choice))
        self.open_dialog(dialog)

    def _on_switch(self) -> None:
        details = self.panel.details
        if details is not None:
            self._presenter.switch(details.promotion.id, not details.active)

    # --- codes ---------------------------------------------------------------------------------------------

    def open_codes(self) -> None:
        promotion = self.panel.promotion
        if promotion is not None:
            dialog = CodesDialog(promotion.name, self._today(), self._formats, self)
            dialog.make_wanted.connect(lambda form: self._presenter.make_codes(promotion.id, form))
            dialog.stop_wanted.connect(self._presenter.stop)
            self.open_dialog(dialog)

    def _on_progress(self, done: int, total: int) -> None:
        if isinstance(self.dialog, CodesDialog):
            self.dialog.show_progress(done, total)

    def _on_codes_made(self, made: BulkCodes) -> None:
        if isinstance(self.dialog, CodesDialog):
            self.dialog.accept()
        self._wanted_id = made.promotion_id
        self.panel.tabs.setCurrentIndex(1)
        dialog = MadeDialog(made, self._formats, self)
        dialog.export_wanted.connect(lambda: self.ask_export(made.batch))
        dialog.print_wanted.connect(lambda as_qr: self.print_sheet(as_qr=as_qr, batch=made.batch))
        self.open_dialog(dialog)

    def _on_export(self) -> None:
        batch = self.panel.batch()
        if batch is not None:
            self.ask_export(batch.name)

    def ask_export(self, batch: str) -> None:
        path = ask_list_file(self, tr("Export codes"), file_name(batch, "codes"))
        if path is not None:
            self.export(batch, path)

    def export(self, batch: str, path: Path) -> None:
        if self.panel.details is not None:
            self._presenter.export(self.panel.details, batch, path)

    def _on_exported(self, count: int, name: str) -> None:
        said = tr("1 code is in {1}") if count == 1 else tr("{0} codes are in {1}")
        self._notify(said.format(self._formats.number(count), name))

    def print_sheet(self, *, as_qr: bool, batch: str | None = None) -> None:
        marked = self.panel.batch()
        wanted = batch if batch is not None else (None if marked is None else marked.name)
        if self.panel.details is None or self._opened is None or wanted is None:
            return
        headline = Describer(self._formats, self._opened.options).gives(self.panel.details.promotion)
        self._presenter.make_sheet(self.panel.details, wanted, headline, as_qr=as_qr)

    def _on_paper(self, document: Document) -> None:
        from app.paper.pdf import A4_COUPONS

        printer = self.print_document
        on_print = None if printer is None else partial(printer, document)
        self.open_dialog(PaperDialog(document, self._jobs, self, on_print=on_print, page=A4_COUPONS))

    def _on_cancel(self) -> None:
        batch, promotion = self.panel.batch(), self.panel.promotion
        if batch is None or promotion is None:
            return
        left = batch.codes - batch.used - batch.cancelled
        one = tr("1 code that was not used yet will be refused from now on. This cannot be undone.")
        many = tr("{0} codes that were not used yet will be refused from now on. This cannot be undone.")
        question = Confirm(
            tr("Cancel the codes of “{0}”?").format(batch.name[:60]),
            (one if left == 1 else many).format(self._formats.number(left)),
            tr("Cancel codes"),
            self,
            danger=True,
        )
        question.cancel.set_words(tr("Keep them"))
        question.confirmed.connect(lambda: self._presenter.cancel_batch(promotion.id, batch.name))
        self.open_dialog(question)

    def open_batch(self) -> None:
        batch, promotion = self.panel.batch(), self.panel.promotion
        if batch is None or promotion is None:
            return
        dialog = BatchDialog(batch.name, self._formats, self._today(), may_edit=self._presenter.may_edit, parent=self)
        dialog.more_wanted.connect(self._presenter.fetch_codes)
        dialog.cancel_wanted.connect(lambda code_id: self._presenter.cancel_code(promotion.id, code_id))
        self._presenter.list_codes(promotion.id, batch.name)
        self.open_dialog(dialog)

    def _on_codes_shown(self, rows: Sequence[CodeRow], complete: bool) -> None:
        if isinstance(self.dialog, BatchDialog):
            self.dialog.show_codes(rows, complete)

    def _on_codes_added(self, rows: Sequence[CodeRow], complete: bool) -> None:
        if isinstance(self.dialog, BatchDialog):
            self.dialog.model.show_more(rows, complete)

    def _on_cancelled(self, count: int, code_id: int) -> None:
        if isinstance(self.dialog, BatchDialog):
            self.dialog.mark_cancelled(code_id)
        elif count == 1:
            self._notify(tr("1 code is cancelled"))
        else:
            self._notify(tr("{0} codes are cancelled").format(self._formats.number(count)))

    # --- inside --------------------------------------------------------------------------------------------

    def _today(self) -> date:
        return self._formats.local(self._clock.now()).date()
