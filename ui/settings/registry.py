"""A settings page is one small file in ui/settings/pages; name it `PAGE`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.shell.registry import ShellContext


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """`title` is marked with QT_TRANSLATE_NOOP("settings", ...); `permission` "" is for everyone."""

    id: str
    title: str
    icon: str
    factory: Callable[[ShellContext], QWidget]
    order: int
    permission: str = "settings.edit"

    @property
    def shown_title(self) -> str:
        return QCoreApplication.translate("settings", self.title)


def discover() -> list[SettingsPage]:
    """Every page of the folder, in order."""
    from ui.settings import pages

    names = [module.name for module in pkgutil.iter_modules(pages.__path__)]
    found: list[SettingsPage] = [importlib.import_module(f"ui.settings.pages.{name}").PAGE for name in names]
    return sorted(found, key=lambda page: (page.order, page.id))
