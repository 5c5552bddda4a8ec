"""A settings page with a table, and the dialog that edits one of its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.errors import DomainError
from ui.settings.form import Form
from ui.settings.formpage import PlainPage, said
from ui.shared.dialogs import Dialog
from ui.shared.jobs import Jobs
from ui.shared.tables import Column, RowsModel, Table
from ui.shared.tokens import SPACE_S
from ui.shared.widgets import Button, EmptyState, Words


class RowsCard(QWidget):
    """A heading, buttons, a table. `nothing` stands in the table's place while there is no row."""

    def __init__(
        self, title: str, columns: Sequence[Column[Any]], name: str, *, nothing: EmptyState | None = None
    ) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_S)
        self.head = QHBoxLayout()
        self.head.setSpacing(SPACE_S)
        if title:
            self.head.addWidget(Words(title, strong=True, size=16))
        self.head.addStretch(1)
        self.model: RowsModel[Any] = RowsModel(columns)
        self.table = Table(self.model, name, row_height=36)
        self._needs_row: list[tuple[Button, Callable[[Any], bool]]] = []
        self.table.chosen.connect(self._on_chosen)
        box.addLayout(self.head)
        box.addWidget(self.table, 1)
        self.nothing = nothing
        if nothing is not None:
            nothing.hide()
            box.addWidget(nothing, 1)

    def add_button(
        self,
        text: str,
        act: Callable[[], object],
        *,
        kind: str = "",
        icon: str = "",
        fits: Callable[[Any], bool] | None = None,
    ) -> Button:
        """`fits`: whether the button can do something with the current row; None for one that needs no row."""
        button = Button(text, act, kind=kind, icon=icon)
        if fits is not None:
            self._needs_row.append((button, fits))
            button.setEnabled(False)
        self.head.addWidget(button)
        return button

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show these, with the same row current as before where it is still there."""
        before = getattr(self.table.current_row(), "id", None)
        self.model.show_rows(rows)
        if self.nothing is not None:
            self.table.setVisible(bool(rows))
            self.nothing.setVisible(not rows)
        for position, row in enumerate(rows):
            if getattr(row, "id", None) == before:
                self.table.selectRow(position)
        self._on_chosen(self.table.current_row())

    def _on_chosen(self, row: Any) -> None:
        for button, fits in self._needs_row:
            button.setEnabled(row is not None and fits(row))


class ListPage(PlainPage):
    """Reads its rows when shown and after each change."""

    def __init__(
        self,
        title: str,
        intro: str,
        *,
        reads: Jobs,
        writes: Jobs,
        notify: Callable[..., None],
        read: Callable[[], Any],
    ) -> None:
        super().__init__(title, intro, wide=True)
        self._reads, self._writes, self._notify, self._read = reads, writes, notify, read
        self._asked = 0

    def show_values(self, values: Any) -> None:
        raise NotImplementedError

    def page_shown(self) -> None:
        self.load()

    def load(self) -> None:
        self._asked += 1
        asked, read = self._asked, self._read
        self._reads.start(lambda: (asked, read()), self._on_read, self._on_failed)

    def change(self, work: Callable[[], object], told: str = "") -> None:
        """Do something at once, without a dialog."""

        def done(_: object) -> None:
            self.banner.dismiss()
            if told:
                self._notify(told)
            self.load()

        self._writes.start(work, done, self._on_failed, owner=self)

    def ask(self, dialog: EditDialog) -> None:
        dialog.saved.connect(self._on_dialog_saved)
        dialog.open()

    def _on_dialog_saved(self) -> None:
        self._notify(self.tr("Saved"))
        self.load()

    def _on_read(self, answer: tuple[int, Any]) -> None:
        if answer[0] == self._asked:  # an answer from before the last change is dropped
            self.show_values(answer[1])

    def _on_failed(self, error: Exception) -> None:
        self.banner.tell(said(error))


class EditDialog(Dialog):
    """Fields and Save; a refusal is shown at its field and the dialog stays."""

    def __init__(self, title: str, writes: Jobs, parent: QWidget, *, width: int = 480, columns: int = 1) -> None:
        super().__init__(title, parent, width=width)
        self._writes = writes
        self.form = Form(columns=columns)
        self.body.addWidget(self.form)
        self._saving = False
        self.collect: Callable[[], Callable[[], object]] = lambda: lambda: None
        self.set_primary(self.tr("Save"), self._on_save)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.form.fields:
            next(iter(self.form.fields.values())).control.setFocus()

    @property
    def saved(self) -> Any:
        return self.accepted

    def _on_save(self) -> None:
        self.form.clear_refusals()
        self.tell("")
        try:
            work = self.collect()
        except DomainError as error:
            self._on_failed(error)
            return
        self.set_busy(True)
        self._saving = True
        self._writes.start(work, self._on_done, self._on_failed)

    def _on_done(self, _: object) -> None:
        self._saving = False
        self.accept()

    def reject(self) -> None:
        """Not while it is being saved: the list behind would not show what was kept."""
        if not self._saving:
            super().reject()

    def _on_failed(self, error: Exception) -> None:
        self.set_busy(False)
        self._saving = False
        text = said(error)
        if not (isinstance(error, DomainError) and self.form.refuse(error, text)):
            self.tell(text)
