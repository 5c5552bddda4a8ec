"""One coupon: what it does in sentences, where it was used, and its codes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QCheckBox, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from app.coupons.model import CodeBatch, UseRow
from app.coupons.service import Details
from app.money import Money
from app.pricing.promotion import Promotion
from ui.marketing.coupons.presenter import Opened
from ui.marketing.coupons.sentences import Describer, tr
from ui.shared.format import Formats
from ui.shared.tables import Column, RowsModel, Table
from ui.shared.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS, TYPE_TITLE, TYPE_TOUCH
from ui.shared.widgets import Button, Card, ElidedWords, EmptyState, Words, row

USE_CODE = 2  # column of the uses
PANEL_WIDTH, PANEL_NARROW = 590, 430


def state_of(*, active: bool, start: date | None, end: date | None, today: date) -> tuple[str, str]:
    """(word, tone) of a coupon today."""
    if not active:
        return tr("Off"), "danger"
    if end is not None and end < today:
        return tr("Over"), "muted"
    if start is not None and start > today:
        return tr("Scheduled"), "warning"
    return tr("Running"), "success"


def use_columns(formats: Formats) -> list[Column[UseRow]]:
    """The order of A9, with the customer beside."""

    def saved(one: UseRow) -> str:
        amount = formats.money(Money(one.discount_minor, formats.currency))
        return amount if one.kind == "use" else tr("{0} given back").format(amount)

    return [
        Column(tr("Date Used"), lambda one: formats.moment(one.used_at), width=180),
        Column(tr("Customer"), lambda one: one.customer_name),
        Column(tr("Code"), lambda one: one.code_shown, width=108),
        Column(tr("Saved"), saved, width=74, number=True, tone=lambda one: "" if one.kind == "use" else "muted"),
        Column(tr("Invoice"), lambda one: one.sale_number, width=112),
    ]


def batch_columns(formats: Formats) -> list[Column[CodeBatch]]:
    return [
        Column(tr("Batch"), lambda one: one.name),
        Column(tr("Made"), lambda one: formats.date(formats.local(one.created_at).date()), width=118),
        Column(tr("Codes"), lambda one: formats.number(one.codes), width=84, number=True),
        Column(tr("Used"), lambda one: formats.number(one.used), width=84, number=True),
        Column(tr("Cancelled"), lambda one: formats.number(one.cancelled), width=90, number=True),
    ]


class CouponPanel(Card):
    def __init__(self, formats: Formats) -> None:
        super().__init__("card", margin=0, spacing=0)
        self.setFixedWidth(PANEL_WIDTH)
        self._formats = formats
        self.details: Details | None = None
        self.name = ElidedWords(size=TYPE_TITLE, strong=True)
        self.state = Words(strong=True)
        self.gives = Words(size=TYPE_TOUCH, strong=True, wrap=True)
        self.conditions = Words(tone="muted", wrap=True)
        self.count = Words(tone="muted")
        self.edit = Button(tr("Edit…"), icon="pencil")
        self.switch = Button(tr("Switch off"))
        self.make = Button(tr("Make codes…"), icon="plus")
        self.uses: RowsModel[UseRow] = RowsModel(use_columns(formats))
        self.use_table = Table(self.uses, tr("Where it was used"), framed=False)
        self.batches: RowsModel[CodeBatch] = RowsModel(batch_columns(formats))
        self.batch_table = Table(self.batches, tr("Batches of codes"), framed=False)
        self.show_codes = Button(tr("Show codes…"), icon="list")
        self.export = Button(tr("Export…"), icon="download")
        self.print = Button(tr("Print sheet…"), icon="printer")
        self.as_qr = QCheckBox(tr("QR codes"))
        self.as_qr.setAccessibleName(tr("Print QR codes in place of bars"))
        self.cancel = Button(tr("Cancel codes…"), kind="danger")
        self.unused = EmptyState(
            "ticket-percent", tr("Not used yet"), tr("Every use shows here by itself, newest first.")
        )
        self.no_batches = EmptyState(
            "list", tr("No unique codes"), tr("Make codes to give each customer one of their own.")
        )
        self._uses = self._stack(self.use_table, self.unused)
        self._batches = self._stack(self.batch_table, self.no_batches)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(tr("Uses and codes"))
        self.tabs.setDocumentMode(True)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._lay_out())
        self._pages.addWidget(
            EmptyState("ticket-percent", tr("No coupon is marked"), tr("Mark one on the left to see what it does."))
        )
        self.box.addWidget(self._pages)
        self._pages.setCurrentIndex(1)

    @staticmethod
    def _stack(table: QWidget, empty: QWidget) -> QStackedWidget:
        stack = QStackedWidget()
        stack.addWidget(table)
        stack.addWidget(empty)
        return stack

    def _lay_out(self) -> QWidget:
        inside = QWidget()
        box = QVBoxLayout(inside)
        box.setContentsMargins(0, SPACE_M, 0, SPACE_XS)
        box.setSpacing(SPACE_S)
        head = QVBoxLayout()
        head.setContentsMargins(SPACE_L, 0, SPACE_L, SPACE_XS)
        head.setSpacing(SPACE_XS)
        head.addWidget(self.name)
        head.addLayout(row(self.state, self.count, None, spacing=SPACE_M))
        head.addSpacing(SPACE_XS)
        head.addWidget(self.gives)
        head.addWidget(self.conditions)
        head.addSpacing(SPACE_S)
        head.addLayout(row(self.edit, self.switch, self.make, None))
        box.addLayout(head)
        codes = QWidget()
        column = QVBoxLayout(codes)
        column.setContentsMargins(0, SPACE_S, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(self._batches, 1)
        column.addLayout(row(SPACE_L, self.show_codes, self.export, self.cancel, None))
        column.addLayout(row(SPACE_L, self.print, self.as_qr, None))
        self.tabs.addTab(self._uses, tr("Uses"))
        self.tabs.addTab(codes, tr("Codes"))
        box.addWidget(self.tabs, 1)
        return inside

    def show_nothing(self) -> None:
        self.details = None
        self._pages.setCurrentIndex(1)

    def show_coupon(self, opened: Opened, *, today: date, may_edit: bool) -> None:
        details = opened.details
        promotion = details.promotion
        changed = self.details is None or self.details.promotion.id != promotion.id
        self.details = details
        self._pages.setCurrentIndex(0)
        describer = Describer(self._formats, opened.options)
        schedule = promotion.schedule
        words, tone = state_of(active=details.active, start=schedule.valid_from, end=schedule.valid_to, today=today)
        self.name.setText(promotion.name)
        self.state.setText(words)
        self.state.set_tone(tone)
        self.count.setText(self._used(details))
        self.gives.setText(describer.gives(promotion))
        self.conditions.setText(" ".join(describer.conditions(promotion)))
        for button in (self.edit, self.switch):
            button.setVisible(may_edit)
        self.make.setVisible(may_edit and promotion.by_code)
        self.switch.set_words(tr("Switch off") if details.active else tr("Switch on"))
        self.uses.show_rows(opened.uses.rows, complete=opened.uses.after is None)
        self._uses.setCurrentIndex(0 if opened.uses.rows else 1)
        self.batches.show_rows(details.batches)
        self._batches.setCurrentIndex(0 if details.batches else 1)
        if details.batches:
            self.batch_table.selectRow(0)
        for part in (self.export, self.print, self.as_qr, self.cancel):
            part.setVisible(may_edit and bool(details.batches))
        self.show_codes.setVisible(bool(details.batches))
        self.tabs.setTabVisible(1, promotion.by_code)
        if changed:
            self.tabs.setCurrentIndex(0)

    def _used(self, details: Details) -> str:
        used = self._formats.number(details.uses)
        most = details.promotion.limits.total_uses
        if most is not None:
            return tr("used {0} of {1} times").format(used, self._formats.number(most))
        return tr("used once") if details.uses == 1 else tr("used {0} times").format(used)

    def add_uses(self, rows: Sequence[UseRow], complete: bool) -> None:
        self.uses.show_more(rows, complete)

    @property
    def promotion(self) -> Promotion | None:
        return None if self.details is None else self.details.promotion

    def batch(self) -> CodeBatch | None:
        found: CodeBatch | None = self.batch_table.current_row()
        return found
