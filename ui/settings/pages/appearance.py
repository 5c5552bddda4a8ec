"""Settings › Appearance: of this computer only, applied at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QButtonGroup, QGridLayout, QRadioButton, QWidget

from ui.settings.form import Form, choose, chosen
from ui.settings.formpage import PlainPage, said
from ui.settings.registry import SettingsPage
from ui.shared import theme
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.jobs import Jobs
from ui.shared.tokens import SPACE_M, Scheme

if TYPE_CHECKING:
    from app.shop.local import LocalSettings
    from ui.shell.registry import ShellContext

_TRANSLATIONS = Path(__file__).resolve().parents[3] / "resources" / "translations"


def languages(folder: Path = _TRANSLATIONS) -> list[tuple[object, str]]:
    """English, and every language there is a translation of."""
    from babel import Locale, UnknownLocaleError

    found: list[tuple[object, str]] = [("", "English")]
    for file in sorted(folder.glob("regulars_*.qm")):
        code = file.stem.removeprefix("regulars_")
        try:
            found.append((code, Locale.parse(code).get_display_name() or code))
        except (UnknownLocaleError, ValueError):
            continue
    return found


class AppearancePage(PlainPage):
    def __init__(self, local: LocalSettings, writes: Jobs, offered: Sequence[tuple[object, str]]) -> None:
        super().__init__(
            self.tr("Appearance"), self.tr("How Regulars looks on this computer. Others keep their own choice.")
        )
        self._local, self._writes = local, writes
        card = self.add_card(self.tr("Colours"))
        grid = QGridLayout()
        grid.setSpacing(SPACE_M)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QRadioButton] = {}
        for place, (name, text) in enumerate(
            (
                ("system", self.tr("As the computer is set")),
                ("light", self.tr("Light")),
                ("dark", self.tr("Dark")),
                ("contrast_light", self.tr("High contrast, light")),
                ("contrast_dark", self.tr("High contrast, dark")),
            )
        ):
            button = QRadioButton(text)
            button.clicked.connect(lambda _=False, chosen_name=name: self._on_scheme(chosen_name))
            self._group.addButton(button)
            self.buttons[name] = button
            grid.addWidget(button, place // 3, place % 3)
        card.box.addLayout(grid)
        card = self.add_card(self.tr("Language of the screens"))
        form = Form()
        self.language = form.choice(
            "language",
            self.tr("Language"),
            list(offered),
            self.tr("From the next start. Money, dates and numbers follow the shop, not this."),
        )
        self.language.setMaximumWidth(320)
        self.language.setEnabled(len(offered) > 1)
        self.language.activated.connect(self._on_language)
        card.box.addWidget(form)

    def page_shown(self) -> None:
        config = self._local.config
        self.buttons[config.scheme].setChecked(True)
        choose(self.language, config.language)

    def _on_scheme(self, name: str) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, theme.system_scheme(app) if name == "system" else Scheme(name))
        self._keep(lambda: self._local.change(lambda config: replace(config, scheme=name)))

    def _on_language(self) -> None:
        language = str(chosen(self.language) or "")
        self._keep(lambda: self._local.change(lambda config: replace(config, language=language)))

    def _keep(self, work: Callable[[], object]) -> None:
        self._writes.start(work, self._on_kept, self._on_failed)

    def _on_kept(self, _: object) -> None:
        self.banner.dismiss()

    def _on_failed(self, error: Exception) -> None:
        self.banner.tell(said(error))


def _make(context: ShellContext) -> QWidget:
    from app.shop.local import LocalSettings

    return AppearancePage(context.services.get(LocalSettings), context.writes, languages())


PAGE = SettingsPage("appearance", QT_TRANSLATE_NOOP("settings", "Appearance"), "contrast", _make, 90, permission="")
