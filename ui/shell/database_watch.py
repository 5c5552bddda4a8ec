"""The strip's word on the database: whether the shop can be read and written just now."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from hardware.protocols import DeviceState
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs

if TYPE_CHECKING:
    from db.uow import Database

_LOOK_MS = 1_000
_ASK_EVERY = 5  # looks: how often a database in trouble is asked whether it is there again


class DatabaseWatch(QObject):
    """Looks at what the last units of work met; asks by itself only while there is trouble."""

    def __init__(
        self, database: Database, reads: Jobs, show: Callable[[DeviceState, str], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._database, self._reads, self._show = database, reads, show
        self._shown: object = self  # nothing yet
        self._looks = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(_LOOK_MS)
        self.look()

    def stop(self) -> None:
        self._timer.stop()

    def look(self) -> None:
        trouble = self._database.trouble
        if trouble is not self._shown:
            self._shown = trouble
            if trouble is None:
                self._show(DeviceState.READY, "")
            else:
                self._show(DeviceState.TROUBLE, sentence(trouble))
        self._looks = 0 if trouble is None else self._looks + 1
        if self._looks and self._looks % _ASK_EVERY == 0:
            self._reads.start(self._database.ask, self._on_answer, self._on_none)

    def _on_answer(self, _answer: None) -> None:
        self.look()

    def _on_none(self, _error: Exception) -> None:
        """Still away: it stands in the strip, and the next look tells when it changes."""
