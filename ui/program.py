"""The program with a window: first start, sign-in, the frame; and back again when it is locked."""

from __future__ import annotations

import logging
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, Qt, QTimer, QTranslator, Signal
from PySide6.QtWidgets import QApplication

from app.shop import local
from ui.shared import crash, theme
from ui.shared.garbage import GuiCollector
from ui.shared.jobs import Jobs
from ui.shared.tokens import Scheme
from ui.shell.start import StartWindow

if TYPE_CHECKING:
    from app.shop.filekey import FileKey
    from app.staff.model import Actor
    from ui.frame_of import TillFrame
    from ui.opening import OpenShop, SignedInTill
    from ui.signin.view import SignInView

log = logging.getLogger(__name__)
_TRANSLATIONS = Path(__file__).resolve().parents[1] / "resources" / "translations"
_READERS = 3
_AGAIN_MS = 5_000  # between two tries to open a shop whose server does not answer yet
_UNSEEN_MS = 1500  # a window that starts minimised is never painted; its shop is opened all the same


def run_program(database: str = "") -> int:
    """Open the window and run until it is closed."""
    app = theme.application(sys.argv[0])
    app.setApplicationName("Regulars")
    app.setQuitOnLastWindowClosed(True)
    crash.log_to(_log_folder)
    config, notice = local.load(use_keyring=False)  # asking it takes a while; done where the shop is opened
    translate(app, config.language)
    theme.apply(app, scheme_of(app, config.scheme))
    program = Program(app, config, database)
    crash.install(program.tell_defect)
    program.start(notice)
    collector = GuiCollector(app)
    program.opened.connect(collector.settle)
    status = app.exec()
    collector.stop()
    program.close()
    return status


def _log_folder() -> Path:
    from platformdirs import user_log_path

    return user_log_path("regulars", appauthor=False)


def scheme_of(app: QApplication, name: str) -> Scheme:
    """The scheme a name of the local settings stands for."""
    return theme.system_scheme(app) if name == "system" else Scheme(name)


def translate(app: QApplication, language: str) -> None:
    """Load our texts and Qt's own for a language; "" and English need none."""
    if not language or language.startswith("en"):
        return
    for folder, stem in ((str(_TRANSLATIONS), "regulars"), (_qt_translations(), "qtbase")):
        translator = QTranslator(app)
        if translator.load(QLocale(language), stem, "_", folder):
            app.installTranslator(translator)


def _qt_translations() -> str:
    return QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)


def _open_shop(url: str, register_id: int | None) -> OpenShop:
    """On a worker, with the imports it takes."""
    from ui import opening

    return opening.open_shop(local.with_password(url), register_id)


def _encrypt(url: str, key: FileKey, keep_plain: bool, by: Actor) -> str:
    """On a worker, after the shop was closed."""
    from ui import opening

    return opening.encrypt(url, key, keep_plain, by)


class Program(QObject):
    """Holds what outlives a window: the pools, the open shop, the local settings."""

    opened = Signal()  # a shop

    def __init__(self, app: QApplication, config: local.LocalConfig, database: str = "") -> None:
        super().__init__()
        self._app = app
        self.config = config
        self._database = database or config.database
        self._remember = not database
        self.reads, self.writes = Jobs(_READERS), Jobs(1)
        self.start_window = StartWindow()
        self.frame: TillFrame | None = None
        self._shop: OpenShop | None = None
        self._signin: SignInView | None = None
        self._staff_id = 0
        self._signed: SignedInTill | None = None
        self._begun = False
        self._tries = 0

    def start(self, notice: str = "") -> None:
        """Paint first; everything heavy comes after the first frame.

        A worker that imports would hold the interpreter while the window still has to be laid out and drawn.
        """
        if self._database:
            self._show_sign_in()
            self.start_window.painted.connect(self._open_first)
            QTimer.singleShot(_UNSEEN_MS, self, self._open_first)
        else:
            self._show_first_start()
        self.start_window.show()
        self.start_window.activateWindow()
        if notice:
            self.start_window.tell(notice)

    def tell_defect(self, number: str) -> None:
        window = self.frame if self.frame is not None and self.frame.isVisible() else self.start_window
        window.tell_defect(number)

    # First start and sign-in

    def _show_first_start(self) -> None:
        from ui.firststart.view import FirstStartView

        view = FirstStartView(self.writes)
        view.shop_ready.connect(self._on_shop_ready)
        self._signin = None
        self.start_window.show_view(view)

    def _on_shop_ready(self, url: str) -> None:
        self._database, self._remember = url, True
        self.config = replace(self.config, register_id=None)
        self._show_sign_in()
        self._open()

    def _show_sign_in(self) -> None:
        from ui.signin.view import SignInView

        self._signin = SignInView(self.writes)
        self._signin.signed_in.connect(self._on_signed_in)
        self._signin.shop_wanted.connect(self._show_first_start)
        self.start_window.show_view(self._signin)

    def _open_first(self) -> None:
        if not self._begun:
            self._open()

    def _open(self) -> None:
        self._begun = True
        self._tries += 1
        self._close_shop()
        self.writes.start(partial(_open_shop, self._database, self.config.register_id), self._on_opened,
                          self._on_open_failed)  # fmt: skip

    def _on_opened(self, shop: OpenShop) -> None:
        self._shop = shop
        self.opened.emit()
        self._read_choices()
        self.config = replace(self.config, database=self._database, register_id=shop.register_id)
        if self._remember:
            self.writes.start(partial(local.save, self.config), None, self._on_save_failed)
        if self._signin is not None:
            self._signin.use(shop.services, shop.register_id)
        if len(shop.choices) > 1:
            self._ask_register(shop)
        elif any(choice.is_open for choice in shop.choices):
            self.start_window.tell(self._only_register(shop))

    def _ask_register(self, shop: OpenShop) -> None:
        from ui.firststart.register import RegisterDialog

        dialog = RegisterDialog(shop.choices, self.start_window)
        dialog.chosen.connect(self._on_register)
        dialog.open()

    def _on_register(self, register_id: int) -> None:
        if self.config.register_id != register_id:
            self.config = replace(self.config, register_id=register_id)
            self._open()

    def _only_register(self, shop: OpenShop) -> str:
        return self.tr(
            "{0} is this shop's only register, and its shift is open. Where another computer sells on it, sign in, "
            "add a register under Settings, Outlets and registers, and choose it there for this computer."
        ).format(shop.place.register)

    def _on_open_failed(self, error: Exception) -> None:
        from db.errors import DatabaseUnavailable, KeyNeeded
        from ui.shared.error_text import sentence

        if self._signin is None:
            return
        needs_key = isinstance(error, KeyNeeded)
        self._signin.fail(sentence(error), unlock=self._ask_key if needs_key else None)
        if needs_key:
            self._ask_key()
        elif self._shop is None and isinstance(error, DatabaseUnavailable):
            tries = self._tries
            QTimer.singleShot(_AGAIN_MS, self, lambda: self._open_again(tries))

    def _open_again(self, tries: int) -> None:
        """After a power cut a till is up sooner than its server: nobody should have to start it twice."""
        if tries == self._tries and self._signin is not None:
            self._open()

    def _ask_key(self) -> None:
        """An encrypted shop whose key is not on this computer: from its recovery sheet, then open it."""
        from ui.firststart.unlock import UnlockDialog

        dialog = UnlockDialog(self._database, self.writes, self.start_window)
        dialog.unlocked.connect(self._open)
        dialog.open()

    def _read_choices(self) -> None:
        """Settings may have changed this computer's file since it was read; which shop is open is known here."""
        now, _ = local.load(use_keyring=False)
        self.config = replace(self.config, scheme=now.scheme, language=now.language, devices=now.devices)

    def _on_save_failed(self, error: Exception) -> None:
        log.warning("this computer's settings could not be written: %s", type(error).__name__)

    def _on_signed_in(self, actor: Actor) -> None:
        from ui import opening

        shop = self._shop
        if shop is None:
            return
        same = self.frame is not None and actor.staff_id == self._staff_id
        self.writes.start(
            lambda: opening.sign_in(shop, actor), self._on_unlocked if same else self._on_till, self._on_open_failed
        )

    def _on_unlocked(self, signed: SignedInTill) -> None:
        """The same person again: their frame as they left it, unless something it was made from has changed."""
        devices = self.config.devices
        self._read_choices()
        frame, before = self.frame, self._signed
        right = before is not None and signed.fits(before) and self.config.devices == devices
        if frame is not None and (right or frame.is_paid_at):
            self._show_frame()
        else:
            self._on_till(signed)

    # The frame

    def _on_till(self, signed: SignedInTill) -> None:
        from ui.frame_of import make_frame

        if self._shop is None:
            return
        shop = self._shop = signed.shop
        self._signed = signed
        self._drop_frame()
        self._staff_id = signed.actor.staff_id
        self._read_choices()
        self.frame = make_frame(self._app, shop, signed, self.reads, self.writes, self.config, self._on_shift_changed,
                                self._on_encrypt_wanted)  # fmt: skip
        self.frame.lock_wanted.connect(self.lock)
        self.frame.closing.connect(self._on_closing)
        self._show_frame()
        self.frame.open_first()

    def _show_frame(self) -> None:
        if self.frame is None:
            return
        self.frame.setGeometry(self.start_window.geometry())
        if self.start_window.isFullScreen():
            self.frame.showFullScreen()
        elif self.start_window.isMaximized():
            self.frame.showMaximized()
        else:
            self.frame.show()
        self.frame.raise_()
        self.frame.activateWindow()  # a till without a window manager gives the keyboard to nobody by itself
        self.start_window.hide()

    def _take_place_of(self, frame: TillFrame) -> None:
        """The start window where this frame stands: the next frame comes there too, as large."""
        self.start_window.setGeometry(frame.geometry())
        self.start_window.setWindowState(frame.windowState() & ~Qt.WindowState.WindowMinimized)

    def lock(self) -> None:
        """Back to the sign-in window; the frame waits behind it with everything in it."""
        if self.frame is None or self._signin is None:
            return
        self._keep_place(self.frame)
        self.start_window.show()
        self.start_window.activateWindow()
        self.frame.hide()
        self._signin.lock()

    def _keep_place(self, frame: TillFrame) -> None:
        """The next frame, or the sign-in window, comes where this one was, full screen too."""
        self.start_window.setGeometry(frame.geometry())
        self.start_window.setWindowState(frame.windowState() & ~Qt.WindowState.WindowMinimized)

    def _on_shift_changed(self) -> None:
        """The register was opened or closed: the same person, a new till."""
        frame = self.frame
        if frame is not None:
            self._keep_place(frame)
            actor = frame.actor
            self._staff_id = 0
            self._on_signed_in(actor)

    def _on_encrypt_wanted(self, key: FileKey, keep_plain: bool) -> None:
        """Close the shop, encrypt its file, open it again; the person signs in anew."""
        if self.frame is None:
            return
        if self.frame.is_paid_at:
            self.frame.notify(self.tr("Finish the payment first. Nothing was changed."))
            return
        by = self.frame.actor
        self._keep_place(self.frame)
        self._show_sign_in()
        self.start_window.tell(self.tr("The file is being encrypted. A large shop takes some minutes."), kind="info")
        self.start_window.show()
        self._close_shop()
        self.writes.start(
            partial(_encrypt, self._database, key, keep_plain, by), self._on_encrypted, self._on_not_encrypted
        )

    def _on_encrypted(self, words: str) -> None:
        self.start_window.tell(words, kind="success")
        self._open()

    def _on_not_encrypted(self, error: Exception) -> None:
        from ui.shared.error_text import sentence

        self.start_window.tell(self.tr("The file was not encrypted and is as it was. {0}").format(sentence(error)))
        self._open()

    def _on_closing(self) -> None:
        self._app.quit()

    def _drop_frame(self) -> None:
        if self.frame is not None:
            self.frame.closing.disconnect(self._on_closing)
            self.frame.stop()
            self.frame.hide()
            self.frame.deleteLater()
            self.frame = None

    def _close_shop(self) -> None:
        self._drop_frame()
        shop, self._shop = self._shop, None
        if shop is not None:
            self.writes.start(shop.services.database.close)

    def close(self) -> None:
        """Let writes end, then let go of the database."""
        if self.frame is not None:
            self.frame.stop()
        self.reads.close()
        self.writes.close()
        if self._shop is not None:
            self._shop.services.database.close()
