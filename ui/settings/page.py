"""Settings' place in the program. `context.open_page("settings", "printer")` opens one of its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shell.registry import Page, Section, ShellContext

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def _open(context: ShellContext) -> QWidget:
    from ui.settings.registry import discover
    from ui.settings.view import SettingsView

    pages = [page for page in discover() if not page.permission or context.staff.may(page.permission)]
    return SettingsView(pages, lambda page: page.factory(context))


# Where a device of the strip is set; the others have a page of their own name.
_SET_IN = {"drawer": "counter", "display": "counter"}


def _open_devices(context: ShellContext) -> QWidget:
    from ui.settings.view import Elsewhere

    return Elsewhere(lambda device: context.open_page("settings", _SET_IN.get(str(device), str(device))))


PAGES = (
    Page(
        "settings", QT_TRANSLATE_NOOP("pages", "Settings"), "settings", _open,
        section=Section.SETTINGS, order=10,
        words="shop tax groups staff roles points loyalty printer drawer scanner backup appearance theme",
    ),
    Page("settings.devices", QT_TRANSLATE_NOOP("pages", "Devices"), "printer", _open_devices),
)  # fmt: skip
