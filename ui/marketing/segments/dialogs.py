"""The small dialogs of Customer Segments: name one, put customers in, note something beside one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLineEdit, QPlainTextEdit, QWidget

from app.customers.model import CustomerRow
from app.segments.model import DESCRIPTION_LENGTH, NAME_LENGTH, NOTE_LENGTH, Segment
from ui.customers.picker import CustomerPicker
from ui.shared import theme
from ui.shared.dialogs import Dialog
from ui.shared.format import Formats
from ui.shared.tokens import SPACE_L, SPACE_S
from ui.shared.widgets import Words


class SegmentDialog(Dialog):
    """A segment's name and what it is for."""

    save_wanted = Signal(str, str)  # name, description

    def __init__(self, parent: QWidget | None = None, *, segment: Segment | None = None) -> None:
        super().__init__("", parent)
        title = self.tr("New segment") if segment is None else self.tr("Edit segment")
        self.setWindowTitle(title)
        self.heading.setText(title)
        self.name = QLineEdit(segment.name if segment is not None else "")
        self.name.setMaxLength(NAME_LENGTH + 50)
        self.name.setAccessibleName(self.tr("Name"))
        self.description = QPlainTextEdit(segment.description[:DESCRIPTION_LENGTH] if segment is not None else "")
        self.description.setAccessibleName(self.tr("What it is for"))
        self.description.setTabChangesFocus(True)
        self.description.setStyleSheet("min-height: 72px; max-height: 72px;")
        form = QFormLayout()
        form.setHorizontalSpacing(SPACE_L)
        form.setVerticalSpacing(SPACE_S)
        form.addRow(self.tr("Name"), self.name)
        form.addRow(self.tr("What it is for"), self.description)
        self.body.addLayout(form)
        self.set_primary(self.tr("Create segment") if segment is None else self.tr("Save"), self._on_save)
        self.name.setFocus()

    def _on_save(self) -> None:
        self.tell("")
        self.set_busy(True)
        self.save_wanted.emit(self.name.text(), self.description.toPlainText())

    def refuse(self, sentence: str, field: str = "") -> None:
        self.set_busy(False)
        self.tell(sentence)
        self.name.setProperty("wrong", field == "name")
        theme.restyle(self.name)
        (self.description if field == "description" else self.name).setFocus()


class PutInDialog(Dialog):
    """Search as one types, mark one or many, say why, put them in."""

    put_wanted = Signal(object, str)  # customer ids, note
    search_wanted = Signal(str)

    def __init__(self, segment: Segment, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__("", parent, width=640)
        title = self.tr("Add customers to {0}").format(segment.name[:60])
        self.setWindowTitle(title)
        self.heading.setText(title)
        self.customers = CustomerPicker(formats, many=True)
        self.customers.search_wanted.connect(self.search_wanted)
        self.customers.picked.connect(self._on_picked)
        self.search, self.table = self.customers.search, self.customers.table
        self.hint = Words(self.tr("Hold Ctrl or Shift to mark several."), tone="muted")
        self.note = QLineEdit()
        self.note.setMaxLength(NOTE_LENGTH)
        self.note.setPlaceholderText(self.tr("Why they belong here (optional)"))
        self.note.setAccessibleName(self.tr("Note"))
        for part in (self.customers, self.hint, self.note):
            self.body.addWidget(part)
        self.set_primary(self.tr("Add"), self._on_put)
        self._on_picked()
        self.search.setFocus()

    def show_found(self, rows: Sequence[CustomerRow]) -> None:
        self.customers.show_found(rows)
        nobody = self.customers.typed and not rows
        hint = self.tr("Nobody was found.") if nobody else self.tr("Hold Ctrl or Shift to mark several.")
        self.hint.setText(hint)

    def _on_picked(self) -> None:
        count = len(self.customers.ids)
        if self.primary is not None:
            self.primary.setEnabled(count > 0)
            several = self.tr("Add {0} customers").format(count)
            self.primary.set_words(several if count > 1 else self.tr("Add"))

    def _on_put(self) -> None:
        ids = self.customers.ids
        if ids:
            self.tell("")
            self.set_busy(True)
            self.put_wanted.emit(ids, self.note.text())

    def refuse(self, sentence: str, _field: str = "") -> None:
        self.set_busy(False)
        self.tell(sentence)


class NoteDialog(Dialog):
    """What is noted beside one member."""

    save_wanted = Signal(str)

    def __init__(self, name: str, note: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent, width=420)
        title = self.tr("Note about {0}").format(name[:60])
        self.setWindowTitle(title)
        self.heading.setText(title)
        self.note = QLineEdit(note)
        self.note.setMaxLength(NOTE_LENGTH)
        self.note.setAccessibleName(self.tr("Note"))
        self.body.addWidget(self.note)
        self.set_primary(self.tr("Save note"), self._on_save)
        self.note.setFocus()

    def _on_save(self) -> None:
        self.set_busy(True)
        self.save_wanted.emit(self.note.text())

    def refuse(self, sentence: str, _field: str = "") -> None:
        self.set_busy(False)
        self.tell(sentence)
