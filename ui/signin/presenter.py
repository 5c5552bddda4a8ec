"""Signing in, off the GUI thread: a PIN takes a tenth of a second on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from ui.shared.jobs import Jobs

if TYPE_CHECKING:
    from app.staff.model import Actor, SignInPage
    from app.staff.service import StaffService

_AGAIN_MS = 5_000


def _sentence(error: Exception) -> str:
    from ui.shared.error_text import sentence  # what it needs is not needed to paint the window

    return sentence(error)


class SignInPresenter(QObject):
    page_read = Signal(object)  # app.staff.model.SignInPage
    signed_in = Signal(object)  # app.staff.model.Actor
    refused = Signal(str)  # a sentence
    locked = Signal(object, str)  # until (datetime), a sentence
    failed = Signal(str)  # the page could not be read

    def __init__(self, writes: Jobs) -> None:
        super().__init__()
        self._writes = writes
        self._service: StaffService | None = None
        self._register_id = 0
        self._busy = False
        self._asked = 0

    def use(self, service: StaffService, register_id: int) -> None:
        self._service, self._register_id = service, register_id
        self.read()

    @property
    def ready(self) -> bool:
        return self._service is not None

    def read(self) -> None:
        self._asked += 1
        service, register_id = self._service, self._register_id
        if service is not None:
            self._writes.start(lambda: service.page(register_id), self._on_page, self._on_page_failed)

    def sign_in(self, staff_id: int, pin: str) -> bool:
        """Begin to sign in; False while another PIN is being checked or the shop is not open yet."""
        service, register_id = self._service, self._register_id
        if service is None or self._busy:
            return False
        self._busy = True
        self._writes.start(lambda: service.sign_in(staff_id, pin, register_id), self._on_signed_in, self._on_refused)
        return True

    def _on_page(self, page: SignInPage) -> None:
        self.page_read.emit(page)

    def _on_page_failed(self, error: Exception) -> None:
        """Asked again until it comes: what is said of the shop goes away by itself when the server is back."""
        self.failed.emit(_sentence(error))
        asked = self._asked
        QTimer.singleShot(_AGAIN_MS, self, lambda: self._read_again(asked))

    def _read_again(self, asked: int) -> None:
        if asked == self._asked:
            self.read()

    def _on_signed_in(self, actor: Actor) -> None:
        self._busy = False
        self._asked += 1  # a page still to be read again is for nobody
        self.signed_in.emit(actor)

    def _on_refused(self, error: Exception) -> None:
        self._busy = False
        until = getattr(error, "until", None)
        if until is not None:
            self.locked.emit(until, _sentence(error))
        else:
            self.refused.emit(_sentence(error))
