"""Settings › Database & backup: where the shop is kept, a copy of it, a copy put back, and whether all is well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPlainTextEdit, QProgressBar, QWidget

from db.errors import KeyNeeded
from ui.settings.encryption import EncryptionPanel, KeyDialog
from ui.settings.form import Form
from ui.settings.formpage import FormPage, said
from ui.settings.keeping import Stopped
from ui.settings.registry import SettingsPage
from ui.shared import fonts
from ui.shared.dialogs import Dialog
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.jobs import Jobs, Progress
from ui.shared.tokens import SPACE_S
from ui.shared.widgets import Button, Words

if TYPE_CHECKING:
    from app.shop.service import ShopService
    from app.shop.settings import BackupSettings
    from ui.settings.keeping import Findings
    from ui.shell.registry import ShellContext


class Keeping(Protocol):
    """ui.settings.keeping.Keeper."""

    @property
    def on_server(self) -> bool: ...
    def back_up(self, path: Path, progress: Progress) -> str: ...
    def restore(self, backup: Path, target: str, progress: Progress, typed_key: str = "") -> tuple[str, ...]: ...
    def examine(self) -> Findings: ...


class DatabasePage(FormPage):
    def __init__(
        self,
        service: ShopService,
        keeper: Keeping,
        where: str,
        folder: Path,
        now: Callable[[], datetime],
        actor: Any,
        reads: Jobs,
        writes: Jobs,
        notify: Callable[..., None],
        encryption: QWidget | None = None,
    ) -> None:
        super().__init__(
            self.tr("Database & backup"),
            self.tr("Copies are made while the till sells. A copy on another disk is what saves the day."),
            reads=reads, writes=writes, notify=notify, read=self._read_settings,
        )  # fmt: skip
        self._service, self._keeper, self._actor = service, keeper, actor
        self._folder, self._now = folder, now
        self._long = Jobs(1)
        self._running: Progress | None = None
        self._restoring: tuple[Path, str] | None = None
        self._cards(where, encryption)

    def _cards(self, where: str, encryption: QWidget | None) -> None:
        card = self.add_card(self.tr("Where the shop is kept"))
        place = Words(where, wrap=True)
        place.setTextInteractionFlags(place.textInteractionFlags().TextSelectableByMouse)
        card.box.addWidget(place)
        if encryption is not None:
            card.box.addWidget(encryption)
        card = self.add_card(self.tr("Back up and restore"))
        line = QHBoxLayout()
        line.setSpacing(SPACE_S)
        self.backup_button = Button(self.tr("Back up now …"), self._on_backup, kind="primary", icon="download")
        self.restore_button = Button(self.tr("Restore a backup …"), self._on_restore, icon="upload")
        self.cancel_button = Button(self.tr("Cancel"), self._on_cancel)
        self.cancel_button.hide()
        for button in (self.backup_button, self.restore_button, self.cancel_button):
            line.addWidget(button)
        line.addStretch(1)
        card.box.addLayout(line)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far it is"))
        self.bar.hide()
        card.box.addWidget(self.bar)
        note = self.tr(
            "A backup is put back into a new file beside this shop (on a server: into an empty database) and checked "
            "there; the shop that is open stays as it is. Open the restored one from the sign-in window."
        )
        card.box.addWidget(Words(note, tone="muted", wrap=True))
        form = self.add_form(
            self.add_card(
                self.tr("Every night"),
                self.tr("By this command, which a scheduler of your computer runs each night: regulars nightly"),
            )
        )
        self.nightly = form.tick("nightly", self.tr("Make a backup every night"))
        self.keep = form.number("keep", self.tr("How many to keep"), least=1, most=1000)
        self.backup_folder = form.line(
            "folder", self.tr("Folder"), self.tr("Empty: “backups” beside the shop's file"), most=400, wide=True
        )
        card = self.add_card(
            self.tr("Is everything in order?"),
            self.tr("Every sum the shop relies on is worked out again from the facts and compared."),
        )
        line = QHBoxLayout()
        self.check_button = Button(self.tr("Check everything"), self.check, icon="shield-check")
        line.addWidget(self.check_button)
        line.addStretch(1)
        card.box.addLayout(line)
        self.findings = QPlainTextEdit()
        self.findings.setReadOnly(True)
        self.findings.setFont(fonts.font(13))
        self.findings.setFixedHeight(200)
        self.findings.setAccessibleName(self.tr("What was found"))
        self.findings.hide()
        card.box.addWidget(self.findings)

    # Nightly

    def _read_settings(self) -> BackupSettings:
        from app.shop.settings import BackupSettings

        return self._service.settings(BackupSettings)

    def show_values(self, values: BackupSettings) -> None:
        self.nightly.setChecked(values.nightly)
        self.keep.setValue(values.keep)
        self.backup_folder.setText(values.folder)

    def collect(self) -> Callable[[], object]:
        from app.shop.settings import BackupSettings

        wanted = BackupSettings(self.nightly.isChecked(), self.keep.value(), self.backup_folder.text().strip())
        return lambda: self._service.save_settings(self._actor, wanted)

    # Now

    def _on_backup(self) -> None:
        name = f"shop-{self._now():%Y%m%d-%H%M}.regulars"
        picker = QFileDialog(self, self.tr("Back up to"), str(self._folder))
        picker.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        picker.selectFile(name)
        picker.fileSelected.connect(lambda path: self.back_up(Path(path)))
        picker.open()

    def back_up(self, path: Path) -> None:
        self._begin(lambda progress: self._keeper.back_up(path, progress), self._on_backed_up)

    def _on_backed_up(self, words: str) -> None:
        self._end()
        self.banner.tell(self.tr("The backup is made and was read back."), words, kind="success")

    def _on_restore(self) -> None:
        picker = QFileDialog(self, self.tr("Choose a backup"), str(self._folder))
        picker.setFileMode(QFileDialog.FileMode.ExistingFile)
        picker.fileSelected.connect(lambda path: self._on_backup_chosen(Path(path)))
        picker.open()

    def _on_backup_chosen(self, backup: Path) -> None:
        """A file goes beside the shop's file; a server's backup needs an empty database to go into."""
        if not self._keeper.on_server:
            self.restore(backup, str(self._free_place(backup)))
            return
        dialog = TargetDialog(self)
        dialog.chosen.connect(lambda address: self.restore(backup, address))
        dialog.open()

    def _free_place(self, backup: Path) -> Path:
        """A file that is not there yet, beside the shop."""
        number = 1
        while True:
            place = self._folder / f"restored-{backup.stem}{'' if number == 1 else f'-{number}'}.db"
            if not place.exists():
                return place
            number += 1

    def restore(self, backup: Path, target: str, typed_key: str = "") -> None:
        def work(progress: Progress) -> tuple[str, tuple[str, ...]]:
            return target, self._keeper.restore(backup, target, progress, typed_key)

        self._restoring = (backup, target)
        self._begin(work, self._on_restored)

    def _on_restored(self, answer: tuple[str, tuple[str, ...]]) -> None:
        from app.shop.local import shown_address

        self._end()
        target, sentences = answer
        text = self.tr("Open it from the sign-in window: {0}").format(shown_address(target))
        self.banner.tell(self.tr("The backup is restored and checked."), "\n".join([*sentences, text]), kind="success")

    def _begin(self, work: Callable[[Progress], Any], done: Callable[[Any], None]) -> None:
        self.banner.dismiss()
        for button in (self.backup_button, self.restore_button):
            button.setEnabled(False)
        self.cancel_button.show()
        self.bar.setRange(0, 0)
        self.bar.show()
        self._running = self._long.start_long(work, done, self._on_long_failed, self._on_progress)

    def _on_progress(self, done: int, total: int) -> None:
        self.bar.setRange(0, max(total, 1))
        self.bar.setValue(done)

    def _on_cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def _end(self) -> None:
        self._running = None
        for button in (self.backup_button, self.restore_button):
            button.setEnabled(True)
        self.cancel_button.hide()
        self.bar.hide()

    def _on_long_failed(self, error: Exception) -> None:
        restoring, self._restoring = self._restoring, None
        self._end()
        if isinstance(error, KeyNeeded) and restoring is not None:
            dialog = KeyDialog(said(error), self)
            dialog.typed.connect(lambda key: self.restore(*restoring, key))
            dialog.open()
        elif not isinstance(error, Stopped):
            self.banner.tell(said(error))

    # The doctor

    def check(self) -> None:
        self.check_button.setEnabled(False)
        self.findings.setPlainText(self.tr("Working it all out again …"))
        self.findings.show()
        self._long.start(self._keeper.examine, self._on_examined, self._on_check_failed)

    def _on_examined(self, found: Findings) -> None:
        self.check_button.setEnabled(True)
        self.findings.setPlainText(found.text)
        if found.clean:
            self.banner.tell(self.tr("Everything is in order."), kind="success")
        else:
            self.banner.tell(
                self.tr("Something does not add up"),
                self.tr("Keep a backup of the shop as it is now, and show the list below to whoever looks after it."),
                kind="warning",
            )

    def _on_check_failed(self, error: Exception) -> None:
        self.check_button.setEnabled(True)
        self.findings.hide()
        self.banner.tell(said(error))


class TargetDialog(Dialog):
    """Where a server's backup goes."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(self.tr("Restore into"), parent, width=560)
        self.form = Form()
        self.address = self.form.line(
            "database",
            self.tr("Address of an empty database"),
            self.tr("Create it first, on the server: createdb restored"),
            most=500,
        )
        self.address.setPlaceholderText("postgresql://user:password@host/restored")
        self.body.addWidget(self.form)
        self.set_primary(self.tr("Restore"), self._on_restore)

    def _on_restore(self) -> None:
        address = self.address.text().strip()
        if "://" not in address:
            sentence = self.tr("This is not a database address. Example: postgresql://user@host/shop")
            self.form.fields["database"].refuse(sentence)
            return
        self.accept()
        self.chosen.emit(address)


def _make(context: ShellContext) -> QWidget:
    from app.places import default_folder
    from app.shop.encryption import EncryptionService
    from app.shop.local import LocalSettings, shown_address
    from app.shop.service import ShopService
    from ui.settings.keeping import Keeper

    database, clock = context.services.database, context.services.clock
    local = context.services.get(LocalSettings)
    file = database.file
    where = str(file) if file is not None else shown_address(local.config.database)
    return DatabasePage(
        context.services.get(ShopService),
        Keeper(database, clock, context.staff),
        where,
        file.parent if file is not None else default_folder(),
        lambda: context.formats.local(clock.now()),
        context.staff,
        context.reads,
        context.writes,
        context.notify,
        EncryptionPanel(EncryptionService(database, clock), context.staff, context.writes, context.encrypt),
    )


PAGE = SettingsPage(
    "database", QT_TRANSLATE_NOOP("settings", "Database & backup"), "database", _make, 100, permission="backup.run"
)
