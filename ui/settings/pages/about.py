"""Settings › About: version, where things lie, whose work is inside."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, qVersion
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QWidget

from ui.settings.formpage import PlainPage
from ui.settings.registry import SettingsPage
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.tokens import SPACE_L, SPACE_S
from ui.shared.widgets import Button, Words, row

if TYPE_CHECKING:
    from importlib.metadata import PackageMetadata

    from ui.shell.registry import ShellContext

_RESOURCES = Path(__file__).resolve().parents[3] / "resources"


def version() -> str:
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("regulars")
    except PackageNotFoundError:
        return "?"


class AboutPage(PlainPage):
    def __init__(self, facts: list[tuple[str, str]], logs: Path) -> None:
        super().__init__("Regulars " + version(), self.tr("A point of sale that turns passers-by into regulars."))
        self._logs = logs
        card = self.add_card(self.tr("This installation"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_L)
        grid.setVerticalSpacing(SPACE_S)
        grid.setColumnStretch(1, 1)
        for place, (name, value) in enumerate(facts):
            grid.addWidget(Words(name, tone="muted"), place, 0)
            shown = Words(value, wrap=True)
            shown.setTextInteractionFlags(shown.textInteractionFlags().TextSelectableByMouse)
            grid.addWidget(shown, place, 1)
        card.box.addLayout(grid)
        card.box.addLayout(row(Button(self.tr("Open the folder of the logs"), self._on_logs, icon="file-text"), None))
        card = self.add_card(
            self.tr("Whose work is inside"),
            self.tr("Regulars is free software. It stands on the work of others, each under its own licence:"),
        )
        text = QPlainTextEdit()
        text.setReadOnly(True)
        text.setFixedHeight(190)
        text.setAccessibleName(self.tr("Licences"))
        text.setPlainText(_licences())
        card.box.addWidget(text)

    def _on_logs(self) -> None:
        self._logs.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._logs)))


def _licences() -> str:
    from importlib.metadata import distributions

    lines = ["Inter, the typeface: SIL Open Font License 1.1", "Lucide, the icons: ISC licence", ""]
    seen: dict[str, str] = {}
    for found in distributions():
        name = _field(found.metadata, "Name")
        licence = _field(found.metadata, "License-Expression") or _field(found.metadata, "License")
        if name and name != "regulars":
            seen[name] = licence.splitlines()[0][:60] if licence.strip() else ""
    lines += [f"{name}: {licence}" if licence else name for name, licence in sorted(seen.items(), key=_by_name)]
    lines += ["", (_RESOURCES / "LICENSE").read_text(encoding="utf-8")]
    return "\n".join(lines)


def _field(metadata: PackageMetadata, name: str) -> str:
    """ "" where it is missing: asking by index raises with some versions of the library."""
    return str((metadata.get_all(name) or [""])[0])


def _by_name(entry: tuple[str, str]) -> str:
    return entry[0].casefold()


def _make(context: ShellContext) -> QWidget:
    from platformdirs import user_log_path

    from app.shop.local import LocalSettings, config_path, shown_address

    local = context.services.get(LocalSettings)
    logs = user_log_path("regulars", appauthor=False)
    file = context.services.database.file
    facts = [
        (context.place.shop, f"{context.place.outlet} · {context.place.register}"),
        (_tr("Shop's data"), str(file) if file is not None else shown_address(local.config.database)),
        (_tr("This computer's settings"), str(config_path())),
        (_tr("Logs"), str(logs)),
        (_tr("Runs on"), f"Python {platform.python_version()}, Qt {qVersion()}, {platform.system()}"),
    ]
    return AboutPage(facts, logs)


def _tr(text: str) -> str:
    from PySide6.QtCore import QCoreApplication

    return QCoreApplication.translate("AboutPage", text)


PAGE = SettingsPage("about", QT_TRANSLATE_NOOP("settings", "About"), "info", _make, 110, permission="")
