"""The recovery key on the screen: the sheet to keep, and reading it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.shared.banner import Banner
from ui.shared.files import file_name, in_documents
from ui.shared.jobs import Jobs
from ui.shared.printing import SheetPrinter
from ui.shared.tokens import SPACE_L, SPACE_M, SPACE_S, TYPE_SMALL, TYPE_TITLE
from ui.shared.widgets import Button, Card, Words

if TYPE_CHECKING:
    from app.shop.encryption import SheetOnPaper
    from app.shop.filekey import FileKey

_IN_A_ROW = 4


class SheetPanel(QWidget):
    """The key in its groups, and the sheet to print or save. Nothing here writes the key but where a person says."""

    kept = Signal()  # printed or saved

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._sheet: SheetOnPaper | None = None
        self.banner = Banner(closable=False)
        self.groups: list[Words] = []
        self._printer = SheetPrinter(jobs, self)
        self._printer.printed.connect(self._on_printed)
        self._printer.failed.connect(self._on_not_printed)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_M)
        said = self.tr(
            "This is the key to your shop. Print the sheet, or save it and print it elsewhere, and keep it away from "
            "the till. When this computer is lost, it is the only way to your shop and its backups."
        )
        box.addWidget(Words(said, wrap=True))
        card = Card(margin=SPACE_L)
        card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE_L)
        self._grid.setVerticalSpacing(SPACE_M)
        card.box.addLayout(self._grid)
        box.addWidget(card)
        line = QHBoxLayout()
        line.setSpacing(SPACE_S)
        self.print_button = Button(self.tr("Print …"), self._on_print, icon="printer")
        self.save_button = Button(self.tr("Save as PDF …"), self._on_save, icon="download")
        for button in (self.print_button, self.save_button):
            button.setAutoDefault(True)
            line.addWidget(button)
        line.addStretch(1)
        box.addLayout(line)
        box.addWidget(self.banner)
        box.addStretch(1)

    def show_sheet(self, key: FileKey, sheet: SheetOnPaper) -> None:
        self._sheet = sheet
        self.banner.hide()
        while self._grid.count():
            item = self._grid.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        self.groups = []
        for number, group in enumerate(key.groups):
            cell = QVBoxLayout()
            shown = Words(group, size=TYPE_TITLE, strong=True)
            shown.setAccessibleName(self.tr("Group {0}: {1}").format(number + 1, " ".join(group)))
            self.groups.append(shown)
            holder = QWidget()
            holder.setLayout(cell)
            cell.setContentsMargins(0, 0, 0, 0)
            cell.setSpacing(0)
            cell.addWidget(Words(str(number + 1), tone="muted", size=TYPE_SMALL))
            cell.addWidget(shown)
            self._grid.addWidget(holder, *divmod(number, _IN_A_ROW), Qt.AlignmentFlag.AlignLeft)

    def _on_print(self) -> None:
        if self._sheet is not None:
            self._printer.ask(self._sheet.document, self._sheet.page)

    def _on_printed(self) -> None:
        self.kept.emit()
        self.banner.tell(
            self.tr("The sheet was handed to the printer."), self.tr("Look whether it came out."), kind="info"
        )

    def _on_not_printed(self) -> None:
        self.banner.tell(self.tr("No printer took the sheet. Save it as a PDF and print it from there."))

    def _on_save(self) -> None:
        if self._sheet is None:
            return
        name = f"{file_name(self._sheet.document.title)}.pdf"
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the recovery sheet"), in_documents(name), self.tr("PDF (*.pdf)")
        )
        if chosen:
            self.save_to(Path(chosen))

    def save_to(self, path: Path) -> None:
        sheet = self._sheet
        if sheet is None:
            return

        def write() -> str:
            from app.files import whole_or_nothing
            from app.paper.pdf import SHEETS, render_pdf

            data = render_pdf(sheet.document, SHEETS[sheet.page])
            with whole_or_nothing(path) as unfinished:
                unfinished.write_bytes(data)
            return path.name

        self._jobs.start(write, self._on_saved, self._on_not_saved)

    def _on_saved(self, name: str) -> None:
        self.kept.emit()
        self.banner.tell(
            self.tr("Saved as {0}.").format(name),
            self.tr("Print it, then delete the file: whoever finds it has the key."),
            kind="info",
        )

    def _on_not_saved(self, error: Exception) -> None:
        if not isinstance(error, OSError):
            raise error
        self.banner.tell(self.tr("The file could not be written there. Choose another folder."))
