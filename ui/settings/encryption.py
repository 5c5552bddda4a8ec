"""Settings › Database & backup: whether the shop's file is encrypted, its recovery sheet, and encrypting it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.shop.filekey import GROUPS, is_asked_back
from ui.settings.form import Form
from ui.settings.formpage import said
from ui.shared.banner import Banner
from ui.shared.dialogs import Dialog
from ui.shared.jobs import Jobs
from ui.shared.recovery import SheetPanel
from ui.shared.tokens import SPACE_S
from ui.shared.widgets import Button, Words

if TYPE_CHECKING:
    from app.shop.encryption import EncryptionService, SheetOnPaper
    from app.shop.filekey import FileKey
    from app.staff.model import Actor

# Closes the shop, encrypts its file (True: and keeps the plain one), opens it again.
Encrypt = Callable[["FileKey", bool], None]


class EncryptionPanel(QWidget):
    def __init__(self, service: EncryptionService, actor: Actor, jobs: Jobs, encrypt: Encrypt) -> None:
        super().__init__()
        self._service, self._actor, self._jobs, self._encrypt = service, actor, jobs, encrypt
        self.banner = Banner()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_S)
        self.state = Words(self._words(), wrap=True)
        box.addWidget(self.state)
        box.addWidget(self.banner)
        self.button: Button | None = None
        if service.possible:
            self.button = self._make_button()
            line = QHBoxLayout()
            line.addWidget(self.button)
            line.addStretch(1)
            box.addLayout(line)

    def _words(self) -> str:
        if self._service.encrypted:
            return self.tr(
                "This file is encrypted, and so is every backup of it. On another computer it opens with the key on "
                "the recovery sheet, and in no other way."
            )
        if self._service.possible:
            return self.tr(
                "This file is not encrypted: whoever gets hold of it, or of a backup, can read it. Once it is, new "
                "backups are encrypted too."
            )
        return self.tr("On a server, whoever runs it encrypts its disks; backups from here are not encrypted.")

    def _make_button(self) -> Button:
        if self._service.encrypted:
            return Button(self.tr("Recovery sheet …"), self.show_sheet, icon="key")
        return Button(self.tr("Encrypt the file …"), self.begin, icon="lock")

    def show_sheet(self) -> None:
        """The journal tells who asked for it."""
        self._busy(True)
        self._jobs.start(lambda: self._service.sheet(self._actor), self._on_sheet, self._on_failed)

    def _on_sheet(self, answer: tuple[FileKey, SheetOnPaper]) -> None:
        self._busy(False)
        SheetDialog(*answer, self._jobs, self).open()

    def begin(self) -> None:
        self._busy(True)
        self._jobs.start(lambda: self._service.draft(self._actor), self._on_draft, self._on_failed)

    def _on_draft(self, answer: tuple[FileKey, SheetOnPaper]) -> None:
        self._busy(False)
        dialog = EncryptDialog(*answer, self._jobs, self)
        dialog.confirmed.connect(self._encrypt)
        dialog.open()

    def _on_failed(self, error: Exception) -> None:
        self._busy(False)
        self.banner.tell(said(error))

    def _busy(self, busy: bool) -> None:
        self.banner.dismiss()
        if self.button is not None:
            self.button.setEnabled(not busy)


class SheetDialog(Dialog):
    """The recovery sheet of an encrypted shop once more."""

    def __init__(self, key: FileKey, sheet: SheetOnPaper, jobs: Jobs, parent: QWidget) -> None:
        super().__init__(self.tr("Recovery sheet"), parent, width=640)
        self.panel = SheetPanel(jobs)
        self.panel.show_sheet(key, sheet)
        self.body.addWidget(self.panel)
        self.cancel.set_words(self.tr("Close"))


class EncryptDialog(Dialog):
    """The sheet, then reading it back; only then the file is encrypted."""

    confirmed = Signal(object, bool)  # app.shop.filekey.FileKey, whether the plain file is kept

    def __init__(self, key: FileKey, sheet: SheetOnPaper, jobs: Jobs, parent: QWidget) -> None:
        super().__init__(self.tr("Encrypt the shop's file"), parent, width=640)
        self._key = key
        self.panel = SheetPanel(jobs)
        self.panel.show_sheet(key, sheet)
        self.form = Form()
        self.read_back = self.form.line(
            "read_back",
            self.tr("Groups {0} and {1} of the recovery key").format(GROUPS - 1, GROUPS),
            self.tr("From the sheet: this is how you know that you can read it when it counts."),
            most=60,
        )
        self.keep_plain = self.form.tick(
            "keep_plain",
            self.tr("Keep the unencrypted file beside it"),
            self.tr("Backups made until now stay as they are: delete them once a new one is made."),
        )
        note = self.tr(
            "The shop is closed for it, at this computer and any other program, and opens again for you to sign in. "
            "A sale that has begun is kept."
        )
        second = QWidget()
        box = QVBoxLayout(second)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.form)
        box.addWidget(Words(note, tone="muted", wrap=True))
        box.addStretch(1)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.panel)
        self.stack.addWidget(second)
        self.body.addWidget(self.stack)
        self.back = self.add_button(self.tr("Back"), self._on_back)
        self.back.hide()
        button = self.set_primary(self.tr("Next"), self._on_next)
        self.panel.kept.connect(button.setFocus)
        self.panel.print_button.setFocus()

    def _show(self, page: int) -> None:
        self.stack.setCurrentIndex(page)
        self.back.setVisible(page == 1)
        if self.primary is not None:
            self.primary.set_words(self.tr("Encrypt") if page else self.tr("Next"))
        (self.read_back if page else self.panel.print_button).setFocus()

    def _on_back(self) -> None:
        self._show(0)

    def _on_next(self) -> None:
        if self.stack.currentIndex() == 0:
            self._show(1)
            return
        if not is_asked_back(self._key, self.read_back.text()):
            said = self.tr("That is not what the sheet says. Go back to see the key again.")
            self.form.fields["read_back"].refuse(said)
            self.read_back.setFocus()
            return
        self.accept()
        self.confirmed.emit(self._key, self.keep_plain.isChecked())


class KeyDialog(Dialog):
    """The recovery key of a backup that was encrypted under one this computer does not know."""

    typed = Signal(str)

    def __init__(self, words: str, parent: QWidget) -> None:
        super().__init__(self.tr("Recovery key"), parent, width=560)
        self.body.addWidget(Words(words, wrap=True))
        self.form = Form()
        self.key = self.form.line(
            "key", self.tr("Recovery key"), self.tr("Seven groups, typed or scanned from the sheet"), most=120
        )
        self.body.addWidget(self.form)
        self.set_primary(self.tr("Restore"), self._on_typed)

    def _on_typed(self) -> None:
        from app.errors import InvalidInput
        from app.shop.filekey import read_key

        try:
            read_key(self.key.text())
        except InvalidInput as error:
            self.form.refuse(error, said(error))
            return
        self.accept()
        self.typed.emit(self.key.text())
