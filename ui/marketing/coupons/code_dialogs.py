"""Making unique codes in bulk: how many, until when; how far it is; what to do with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QProgressBar, QWidget

from app.codes import mask
from app.coupons.model import BulkCodes, CodeRow
from app.coupons.service import LARGEST_BATCH
from app.errors import InvalidInput
from ui.marketing.coupons.presenter import CodesForm
from ui.marketing.coupons.sentences import tr
from ui.marketing.coupons.tab import count_field, form_layout, read_count
from ui.marketing.coupons.when_tab import DayField
from ui.shared import theme
from ui.shared.dialogs import Confirm, Dialog
from ui.shared.format import Formats
from ui.shared.tables import Column, RowsModel, Table
from ui.shared.widgets import Words


class CodesDialog(Dialog):
    make_wanted = Signal(object)  # CodesForm
    stop_wanted = Signal()

    def __init__(self, name: str, today: date, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(tr("Make codes for {0}").format(name[:60]), parent, width=480)
        self._formats = formats
        self._making = False
        self.body.addWidget(
            Words(
                tr("Each code is different and cannot be guessed. Export them, or print them to cut out."),
                tone="muted", wrap=True,
            )
        )  # fmt: skip
        self.count = count_field(tr("How many"), tr("at most {0}").format(formats.number(LARGEST_BATCH)))
        self.batch = QLineEdit()
        self.batch.setAccessibleName(tr("Batch"))
        self.batch.setMaxLength(60)
        self.batch.setPlaceholderText(tr("What they are for: Newsletter May"))
        self.uses = count_field(tr("Times each"), tr("no limit"))
        self.uses.setText("1")
        self.until = DayField(tr("Until"), today)
        form = form_layout()
        form.addRow(tr("How many"), self.count)
        form.addRow(tr("Batch"), self.batch)
        form.addRow(tr("Times each"), self.uses)
        form.addRow(tr("Until"), self.until)
        self.body.addLayout(form)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("How far it is"))
        self.bar.hide()
        self.body.addWidget(self.bar)
        self.body.addStretch(1)
        self.set_primary(tr("Make codes"), self._on_make)
        self.count.setFocus()

    def _on_make(self) -> None:
        try:
            count = self._how_many()
            form = CodesForm(count, self.batch.text(), self.until.value(), read_count(self.uses, "max_uses"))
        except InvalidInput as refusal:
            self.refuse(str(refusal), refusal.field)
            return
        self.tell("")
        self._making = True
        self.set_busy(True)
        self.bar.setRange(0, count)
        self.bar.setValue(0)
        self.bar.show()
        self.cancel.set_words(tr("Stop"))
        self.make_wanted.emit(form)

    def _how_many(self) -> int:
        try:
            count = read_count(self.count, "count")
        except InvalidInput:
            count = None  # "or leave it empty" would be no remedy here
        if count is None:
            raise InvalidInput(tr("Type how many codes to make, as a whole number."), field="count")
        return count

    def show_progress(self, done: int, _total: int) -> None:
        self.bar.setValue(done)

    def refuse(self, sentence: str, field: str = "") -> None:
        self._making = False
        self.set_busy(False)
        self.bar.hide()
        self.cancel.set_words(tr("Cancel"))
        self.tell(sentence)
        for name, widget in (("count", self.count), ("max_uses", self.uses)):
            widget.setProperty("wrong", name == field)
            theme.restyle(widget)

    def reject(self) -> None:
        """Stops the work first; what is made so far stays in its batch."""
        if self._making:
            self._making = False
            self.stop_wanted.emit()
            return
        super().reject()


class MadeDialog(Dialog):
    """The codes are there. They can be exported or printed now, or later from the batch."""

    export_wanted = Signal()
    print_wanted = Signal(bool)  # as QR

    def __init__(self, made: BulkCodes, formats: Formats, parent: QWidget | None = None) -> None:
        count = len(made.codes)
        title = tr("1 code is ready") if count == 1 else tr("{0} codes are ready")
        super().__init__(title.format(formats.number(count)), parent, width=440)
        self.body.addWidget(Words(tr("Batch “{0}”.").format(made.batch), wrap=True))
        self.as_qr = QCheckBox(tr("Print QR codes in place of bars"))
        self.body.addWidget(self.as_qr)
        self.cancel.set_words(tr("Close"))
        self.add_button(tr("Print sheet…"), self._on_print)
        self.set_primary(tr("Export…"), self._on_export)

    def _on_export(self) -> None:
        self.accept()
        self.export_wanted.emit()

    def _on_print(self) -> None:
        self.accept()
        self.print_wanted.emit(self.as_qr.isChecked())


class BatchDialog(Dialog):
    """The codes of one batch, masked: how often each was used, and a way to stop one."""

    more_wanted = Signal()
    cancel_wanted = Signal(int)  # code id

    def __init__(
        self, batch: str, formats: Formats, today: date, *, may_edit: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Codes of “{0}”").format(batch[:60]), parent, width=520)
        self.model: RowsModel[CodeRow] = RowsModel(
            [
                Column(tr("Code"), lambda one: mask(one.last_four)),
                Column(tr("Used"), _used, width=90, number=True),
                Column(tr("Until"), lambda one: formats.date(one.expires_on) if one.expires_on else "", width=120),
                Column(
                    tr("Status"),
                    lambda one: _status(one, today),
                    width=110,
                    tone=lambda one: "" if _usable(one, today) else "muted",
                ),
            ]
        )
        self.table = Table(self.model, tr("Codes"))
        self.table.setMinimumHeight(320)
        self.body.addWidget(self.table)
        self.stop = self.add_button(tr("Cancel this code…"), self._on_stop, kind="danger")
        self.stop.setVisible(may_edit)
        self.cancel.set_words(tr("Close"))
        self.model.more_wanted.connect(lambda _last: self.more_wanted.emit())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._on_selection())
        self._on_selection()

    def show_codes(self, rows: Sequence[CodeRow], complete: bool) -> None:
        self.model.show_rows(rows, complete=complete)
        self._on_selection()

    def _on_selection(self) -> None:
        row = self.table.current_row()
        self.stop.setEnabled(row is not None and row.status == "active")

    def _on_stop(self) -> None:
        code: CodeRow | None = self.table.current_row()
        if code is None:
            return
        question = Confirm(
            tr("Cancel the code {0}?").format(mask(code.last_four)),
            tr("It will be refused from now on. This cannot be undone."),
            tr("Cancel this code"),
            self,
            danger=True,
        )
        question.cancel.set_words(tr("Keep it"))
        question.confirmed.connect(lambda: self.cancel_wanted.emit(code.id))
        question.open()

    def mark_cancelled(self, code_id: int) -> None:
        """Show this code as cancelled; only its row is painted."""
        for place, code in enumerate(self.model.rows()):
            if code.id == code_id:
                self.model.replace_row(place, replace(code, status="cancelled"))
        self._on_selection()


def _used(one: CodeRow) -> str:
    return str(one.use_count) if one.max_uses is None else f"{one.use_count} / {one.max_uses}"


def _usable(one: CodeRow, today: date) -> bool:
    spent = one.max_uses is not None and one.use_count >= one.max_uses
    over = one.expires_on is not None and one.expires_on < today
    return one.status == "active" and not spent and not over


def _status(one: CodeRow, today: date) -> str:
    if one.status == "cancelled":
        return tr("cancelled")
    if one.max_uses is not None and one.use_count >= one.max_uses:
        return tr("used up")
    return tr("can be used") if _usable(one, today) else tr("expired")
