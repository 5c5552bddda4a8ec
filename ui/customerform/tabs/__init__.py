"""The form's tabs. A new tab is one small file in this folder that names a TAB:

    class NotesTab(QWidget):
        def show_customer(self, customer_id: int) -> None: ...   # each time the tab comes to the front

    def _open(context: FormContext) -> QWidget:
        return NotesTab(context.services.get(NoteService), context.reads)

    TAB = FormTab("notes", QT_TRANSLATE_NOOP("customerform", "Notes"), _open, order=50)

The form finds it by itself, builds it when it is first opened, and calls `show_customer` each time it is shown, so
what changed elsewhere is there at the next look. Give the widget what it needs out of the context.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.staff.model import Actor
    from ui.services import Services
    from ui.shared.format import Formats
    from ui.shared.jobs import Jobs


class ShowsCustomer(Protocol):
    """What the form asks of a tab's widget."""

    def show_customer(self, customer_id: int) -> None: ...


@dataclass(frozen=True, slots=True)
class FormContext:
    """What a tab's factory may draw on."""

    services: Services
    reads: Jobs
    writes: Jobs
    formats: Formats
    actor: Actor
    open_page: Callable[[str, object], object]
    open_invoice: Callable[[int], None]  # sale id
    notify: Callable[..., None]


@dataclass(frozen=True, slots=True)
class FormTab:
    """`title` is marked with QT_TRANSLATE_NOOP("customerform", ...); `permission` "" for everyone who sees the form."""

    id: str
    title: str
    factory: Callable[[FormContext], QWidget]
    order: int = 100
    permission: str = ""

    @property
    def shown_title(self) -> str:
        return QCoreApplication.translate("customerform", self.title)


def discover() -> list[FormTab]:
    """Every file's TAB, in order."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found: list[FormTab] = [
        module.TAB for name in names if hasattr(module := importlib.import_module(f"{__name__}.{name}"), "TAB")
    ]
    return sorted(found, key=lambda tab: (tab.order, tab.id))
