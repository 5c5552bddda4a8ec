"""Which tab each member of staff had open last, kept on this computer."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QSettings


class Memory(Protocol):
    def recall(self) -> str: ...
    def keep(self, tab_id: str) -> None: ...


class TabMemory:
    """Per shop and member of staff: two people at one till each find their own."""

    def __init__(self, settings: QSettings, shop_id: int, staff_id: int) -> None:
        self._settings = settings
        self._key = f"customerform/{shop_id}/{staff_id}/tab"

    def recall(self) -> str:
        """The tab's id, "" where none was kept."""
        return str(self._settings.value(self._key, "") or "")

    def keep(self, tab_id: str) -> None:
        self._settings.setValue(self._key, tab_id)
