"""The palette and the short style sheet, both built from the tokens."""

from __future__ import annotations

from pathlib import Path
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ui.shared import fonts
from ui.shared.tokens import COLOURS, Colours, Density, Scheme

_SHEET = Path(__file__).resolve().parents[2] / "resources" / "qss" / "regulars.qss"
_STYLE = "fusion"
_styled = False


class _Theme(QObject):
    """The scheme in force. Painted widgets read `colours` when they paint; `changed` tells those that keep pictures."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.scheme = Scheme.LIGHT

    @property
    def colours(self) -> Colours:
        return COLOURS[self.scheme]


_theme: _Theme | None = None


def current() -> _Theme:
    """The one theme of the process; made at first use because a QObject wants Qt to be loaded."""
    global _theme
    if _theme is None:
        _theme = _Theme()
    return _theme


def colours() -> Colours:
    return current().colours


def colour(token: str) -> QColor:
    """A token by name ("accent") as a colour of the scheme in force."""
    return QColor(getattr(current().colours, token))


def system_scheme(app: QApplication) -> Scheme:
    """What the desktop asks for; light when it does not say."""
    dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return Scheme.DARK if dark else Scheme.LIGHT


def application(name: str) -> QApplication:
    """The program's QApplication, in its style from the start.

    Asking Qt for the style afterwards gives a QStyle, and to make that class known takes Python 6 ms before the first
    paint.
    """
    global _styled
    app = QApplication([name, "-style", _STYLE])
    _styled = True
    return app


def apply(app: QApplication, scheme: Scheme = Scheme.LIGHT) -> None:
    """Dress the whole program; safe to call again while it runs."""
    global _styled
    fonts.load()
    theme = current()
    theme.scheme = scheme
    if not _styled:
        app.setStyle(_STYLE)
        _styled = True
    app.setFont(fonts.font())
    app.setPalette(_palette(theme.colours))
    words = {**theme.colours.as_dict(), "marks": (_SHEET.parent / "marks").as_posix(), "scheme": scheme.value}
    app.setStyleSheet(Template(_SHEET.read_text(encoding="utf-8")).substitute(words))
    theme.changed.emit()


def set_density(widget: QWidget, density: Density) -> None:
    """Touch or desk sizes for a widget and everything in it (the style sheet looks for the property)."""
    widget.setProperty("density", density.value)
    restyle(widget)


def restyle(widget: QWidget) -> None:
    """Make the style sheet look again after a property it selects on has changed."""
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return  # it has not looked yet
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def _palette(tone: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: tone.background, role.WindowText: tone.text, role.Base: tone.surface,
        role.AlternateBase: tone.background, role.Text: tone.text, role.Button: tone.surface,
        role.ButtonText: tone.text, role.Highlight: tone.accent, role.HighlightedText: tone.on_accent,
        role.ToolTipBase: tone.surface, role.ToolTipText: tone.text, role.PlaceholderText: tone.muted,
        role.Link: tone.accent, role.LinkVisited: tone.accent, role.BrightText: tone.danger, role.Mid: tone.border,
        role.Dark: tone.border, role.Light: tone.surface, role.Midlight: tone.border, role.Shadow: tone.border,
        role.Accent: tone.accent,
    }  # fmt: skip
    for which, value in pairs.items():
        palette.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(tone.muted))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(tone.border))
    return palette
