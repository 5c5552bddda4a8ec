"""A list from a file: choose it, see what each row would do and why not, take it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from app.catalog.import_file import ENCODINGS
from app.catalog.import_judging import PreviewRow, RowState
from app.catalog.importing import Preview
from app.money import Money
from ui.settings.form import Chooser
from ui.shared.dialogs import Dialog
from ui.shared.format import Formats
from ui.shared.tables import Column, RowsModel, Table
from ui.shared.tokens import SPACE_M, SPACE_S
from ui.shared.widgets import Button, EmptyState, Words, row

_LETTERS = {
    "utf-8": "Unicode (UTF-8)", "utf-16": "Unicode (UTF-16)", "cp1252": "Western Europe", "cp1250": "Central Europe",
    "cp1251": "Cyrillic", "cp1253": "Greek", "cp1254": "Turkish", "cp1255": "Hebrew", "cp1256": "Arabic",
    "cp1257": "Baltic", "mac_roman": "Old Macintosh", "shift_jis": "Japanese", "gb18030": "Simplified Chinese",
    "big5": "Traditional Chinese", "euc_kr": "Korean",
}  # fmt: skip
_TONES = {RowState.NEW: "success", RowState.CHANGE: "accent", RowState.SAME: "muted", RowState.WRONG: "danger"}


class ImportDialog(Dialog):
    file_wanted = Signal()
    template_wanted = Signal()
    look_wanted = Signal(object, str)  # Path, the encoding said
    take_wanted = Signal(object, object)  # Preview, the lines
    stop_wanted = Signal()
    wrong_wanted = Signal(object)  # Preview, whose wrong rows are to be written

    def __init__(self, formats: Formats, parent: QWidget) -> None:
        super().__init__("", parent, width=960)
        self.setMinimumHeight(620)
        self.setWindowTitle(self.tr("Import a list of products"))
        self.heading.setText(self.windowTitle())
        self._formats = formats
        self._preview: Preview | None = None
        self._taking = False
        self._states = {
            RowState.NEW: self.tr("new"), RowState.CHANGE: self.tr("changes"), RowState.SAME: self.tr("as it is"),
            RowState.WRONG: self.tr("wrong"),
        }  # fmt: skip
        self._stack = QStackedWidget()
        self._stack.addWidget(self._begin())
        self._stack.addWidget(self._looked())
        self.body.addWidget(self._stack, 1)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far it is"))
        self.bar.hide()
        self.body.addWidget(self.bar)
        self.set_primary(self.tr("Choose a file"), self._on_primary)

    def _begin(self) -> QWidget:
        self.empty = EmptyState(
            "upload",
            self.tr("A list as XLSX or CSV, from a spreadsheet or another till"),
            self.tr(
                "The first line names the columns: Name and Price, and SKU or Barcode. Nothing is changed until you "
                "have seen what each row would do. Make a backup first when the list changes many prices."
            ),
        )
        page = QWidget()
        box = QVBoxLayout(page)
        box.addWidget(self.empty, 1)
        box.addLayout(row(None, Button(self.tr("Save a template…"), self.template_wanted.emit, icon="download"), None))
        box.addStretch(1)
        return page

    def _looked(self) -> QWidget:
        columns: list[Column[PreviewRow]] = [
            Column(self.tr("Line"), lambda one: self._formats.number(one.line), 60, number=True),
            Column(self.tr("What"), lambda one: self._states[one.state], 90, tone=lambda one: _TONES[one.state]),
            Column(self.tr("Name"), lambda one: one.name, 230),
            Column(self.tr("SKU"), lambda one: one.sku, 120),
            Column(self.tr("Price"), self._price, 90, number=True),
            Column(self.tr("Why, or where"), self._why, tone=lambda one: "danger" if one.reasons else "muted"),
        ]
        self.model: RowsModel[PreviewRow] = RowsModel(columns)
        self.table = Table(self.model, self.tr("Rows of the list"))
        self.table.chosen.connect(self._on_chosen)
        self.reason = Words(tone="danger", wrap=True)  # the marked row's, in full
        self.reason.hide()
        self._notes = Words(tone="muted", wrap=True)
        self.letters = Chooser()
        self.letters.setAccessibleName(self.tr("How the file's letters are read"))
        self.letters.setFixedWidth(210)
        for name in ENCODINGS:
            self.letters.addItem(_LETTERS[name], name)
        self.letters.activated.connect(self._on_letters)
        self._group = QButtonGroup(self)
        self._chips: dict[RowState | None, Button] = {}
        chips = QHBoxLayout()
        chips.setSpacing(SPACE_S)
        for state in (None, RowState.WRONG, RowState.NEW, RowState.CHANGE, RowState.SAME):
            chip = Button("", partial(self._show_rows, state), kind="chip")
            chip.setCheckable(True)
            self._group.addButton(chip)
            self._chips[state] = chip
            chips.addWidget(chip)
        chips.addStretch(1)
        self._letters_name = Words(self.tr("Letters"))
        chips.addWidget(self._letters_name)
        chips.addWidget(self.letters)
        self.wrong_button = Button(self.tr("Save the wrong rows…"), self._on_wrong, icon="download")
        self.other_button = Button(self.tr("Another file"), self.file_wanted.emit)
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_M)
        box.addLayout(chips)
        box.addWidget(self.table, 1)
        box.addWidget(self.reason)
        box.addWidget(self._notes)
        box.addLayout(row(self.other_button, self.wrong_button, None))
        return page

    def _price(self, one: PreviewRow) -> str:
        if one.price_minor is None or self._preview is None:
            return ""
        return self._formats.amount(Money(one.price_minor, self._preview.currency))

    def _why(self, one: PreviewRow) -> str:
        return " ".join(one.reasons) if one.reasons else " › ".join(one.category)

    # What was found

    def show_preview(self, preview: Preview) -> None:
        self._preview = preview
        self.tell("")
        self._stack.setCurrentIndex(1)
        wrong = preview.count(RowState.WRONG)
        words = self.tr("all")
        for state, chip in self._chips.items():
            count = len(preview.rows) if state is None else preview.count(state)
            chip.set_words(f"{self._formats.number(count)} {words if state is None else self._states[state]}")
            chip.setVisible(state is None or count > 0)
        first = RowState.WRONG if wrong else None
        self._chips[first].setChecked(True)
        self._show_rows(first)
        for part in (self.letters, self._letters_name):
            part.setVisible(preview.encoding != "xlsx")  # a workbook says itself how its letters are written
        self.letters.setCurrentIndex(max(0, self.letters.findData(_plain(preview.encoding))))
        self.wrong_button.setVisible(wrong > 0)
        self._notes.setText("  ".join([*preview.notes, *self._categories(preview)]))
        self._notes.setVisible(bool(self._notes.text()))
        self._name_primary(preview, wrong)

    def _categories(self, preview: Preview) -> list[str]:
        if not preview.new_categories:
            return []
        shown = ", ".join(" › ".join(path) for path in preview.new_categories[:5])
        more = len(preview.new_categories) - 5
        return [self.tr("New categories: {0}").format(shown) + (f" (+{more})." if more > 0 else ".")]

    def _name_primary(self, preview: Preview, wrong: int) -> None:
        if self.primary is None:
            return
        good = self._formats.number(len(preview.good_lines))
        if len(preview.good_lines) == 1:
            words = self.tr("Import the one right row") if wrong else self.tr("Import 1 row")
        else:
            words = self.tr("Import the {0} right rows") if wrong else self.tr("Import {0} rows")
        self.primary.set_words(words.format(good))
        self.primary.setEnabled(bool(preview.good_lines))
        if not preview.good_lines and not wrong:
            self.tell(self.tr("The shop has every product of this list exactly so. There is nothing to do."), "info")

    def _show_rows(self, state: RowState | None) -> None:
        rows = self._preview.rows if self._preview is not None else ()
        self.model.show_rows([one for one in rows if state is None or one.state is state])
        if self.model.rowCount():
            self.table.selectRow(0)
        self._on_chosen(self.table.current_row())

    def _on_chosen(self, one: PreviewRow | None) -> None:
        self.reason.setText("" if one is None else " ".join(one.reasons))
        self.reason.setVisible(bool(self.reason.text()))

    def _on_letters(self) -> None:
        if self._preview is not None:
            self.look_wanted.emit(self._preview.path, self.letters.currentData())

    def look(self, path: Path) -> None:
        self.look_wanted.emit(path, "")

    # Taking it

    def _on_primary(self) -> None:
        if self._preview is None:
            self.file_wanted.emit()
            return
        self.tell("")
        self._set_taking(True)
        self.take_wanted.emit(self._preview, self._preview.good_lines)

    def _set_taking(self, taking: bool) -> None:
        self._taking = taking
        self.set_busy(taking)
        self.bar.setRange(0, 0)
        self.bar.setVisible(taking)
        self.cancel.set_words(self.tr("Stop") if taking else self.tr("Cancel"))
        for widget in (self.wrong_button, self.other_button, self.letters):
            widget.setEnabled(not taking)

    def show_progress(self, done: int, total: int) -> None:
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(done)

    def refuse(self, sentence: str) -> None:
        self._set_taking(False)
        self.tell(sentence)

    def finish(self) -> None:
        """Everything is taken."""
        self._taking = False
        self.accept()

    def tell_written(self, path: str) -> None:
        self.tell(self.tr("Written to {0}").format(path), "success")

    def _on_wrong(self) -> None:
        if self._preview is not None:
            self.wrong_wanted.emit(self._preview)

    def reject(self) -> None:
        """While rows are written Esc and Stop end that first; the answer says that nothing was taken."""
        if self._taking:
            self.stop_wanted.emit()
            return
        super().reject()


def _plain(encoding: str) -> str:
    return "utf-16" if encoding.startswith("utf-16") else encoding.replace("utf_8", "utf-8")
