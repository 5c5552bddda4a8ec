"""Writing everybody to a file: how far it is, and a way to stop."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from ui.shared.dialogs import Dialog
from ui.shared.widgets import Words


def _tr(text: str) -> str:
    return QCoreApplication.translate("customers", text)


class ExportDialog(Dialog):
    stop_wanted = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(_tr("Writing {0}").format(name[:60]), parent, width=420)
        self.body.addWidget(
            Words(
                _tr("The file holds names and contacts: keep it where only you can read it."), tone="muted", wrap=True
            )
        )
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_tr("How far it is"))
        self.bar.setRange(0, 0)  # until the first count is there
        self.body.addWidget(self.bar)
        self.cancel.set_words(_tr("Stop"))

    def show_progress(self, done: int, total: int) -> None:
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(done)

    def reject(self) -> None:
        """Stops the work; the dialog closes when it has ended."""
        self.cancel.setEnabled(False)
        self.stop_wanted.emit()
