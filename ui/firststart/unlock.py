"""Asking for the recovery key of an encrypted shop that this computer has no key for, or no longer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.errors import DomainError
from db.errors import WrongKey
from ui.settings.form import Form
from ui.shared.dialogs import Dialog
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs
from ui.shared.tokens import Density
from ui.shared.widgets import Words


class UnlockDialog(Dialog):
    """The key is tried on the file, which is only read, and remembered when it fits."""

    unlocked = Signal()

    def __init__(self, address: str, jobs: Jobs, parent: QWidget) -> None:
        super().__init__(self.tr("This shop is encrypted"), parent, width=560, density=Density.TOUCH)
        self._address, self._jobs = address, jobs
        said = self.tr(
            "Its key is not on this computer: the file was moved here, or what this computer remembered is gone. "
            "Type the recovery key from the shop's sheet once; it is remembered then."
        )
        self.body.addWidget(Words(said, wrap=True))
        self.form = Form()
        self.key = self.form.line(
            "key", self.tr("Recovery key"), self.tr("Seven groups, typed or scanned from the sheet"), most=120
        )
        self.body.addWidget(self.form)
        self.set_primary(self.tr("Open the shop"), self._on_open)

    def _on_open(self) -> None:
        self.set_busy(True)
        self.tell("")
        address, typed = self._address, self.key.text()

        def work() -> None:
            from app.shop.filekey import take_key

            take_key(address, typed)

        self._jobs.start(work, self._on_taken, self._on_refused)

    def _on_taken(self, _: None) -> None:
        self.accept()
        self.unlocked.emit()

    def _on_refused(self, error: Exception) -> None:
        self.set_busy(False)
        if isinstance(error, DomainError | WrongKey):
            self.form.fields["key"].refuse(sentence(error))
            self.key.setFocus()
            self.key.selectAll()
        elif isinstance(error, OSError):
            self.tell(self.tr("The key fits, but this computer cannot remember it: its settings cannot be written."))
        else:
            self.tell(sentence(error))
