from itertools import product

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from ui.shared import fonts, icons, theme
from ui.shared.tokens import COLOURS, LEAST_CONTRAST, Colours, Scheme, contrast

ON_PANELS = ("text", "muted", "accent", "danger", "warning", "success")
PANELS = ("background", "surface")


@pytest.mark.parametrize("scheme", list(Scheme))
@pytest.mark.parametrize(("token", "panel"), list(product(ON_PANELS, PANELS)))
def test_text_stands_out(scheme: Scheme, token: str, panel: str) -> None:
    tones = COLOURS[scheme]
    assert contrast(getattr(tones, token), getattr(tones, panel)) >= LEAST_CONTRAST


@pytest.mark.parametrize("scheme", list(Scheme))
def test_text_on_filled_and_tinted_areas(scheme: Scheme) -> None:
    tones = COLOURS[scheme]
    assert contrast(tones.on_accent, tones.accent) >= LEAST_CONTRAST
    assert contrast(tones.on_danger, tones.danger) >= LEAST_CONTRAST
    for soft in ("accent_soft", "danger_soft", "warning_soft", "success_soft", "hover"):
        assert contrast(tones.text, getattr(tones, soft)) >= 7
    assert contrast(tones.accent, tones.accent_soft) >= LEAST_CONTRAST
    assert contrast(tones.danger, tones.danger_soft) >= LEAST_CONTRAST
    for panel in PANELS:
        assert contrast(tones.focus, getattr(tones, panel)) >= 3  # WCAG 1.4.11, a ring and no text


def test_contrast_of_known_pairs() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


def test_tokens_are_those_of_the_design() -> None:
    light: Colours = COLOURS[Scheme.LIGHT]
    dark: Colours = COLOURS[Scheme.DARK]
    assert (light.background, light.surface, light.border) == ("#F5F6F8", "#FFFFFF", "#E1E5EA")
    assert (dark.background, dark.surface, dark.border) == ("#0E1115", "#171B21", "#2B323C")
    assert (light.accent, dark.accent, light.focus, dark.focus) == ("#0F6E66", "#4FD1C1", "#1D5FD1", "#7FB2FF")


@pytest.mark.parametrize("scheme", list(Scheme))
def test_every_scheme_can_be_worn(qapp: QApplication, scheme: Scheme) -> None:
    theme.apply(qapp, scheme)  # a misspelt token in the sheet raises KeyError here
    assert theme.colours() is COLOURS[scheme]
    assert qapp.font().family() == "Inter"


def test_figures_have_one_width(qapp: QApplication) -> None:
    from PySide6.QtGui import QFontMetricsF

    theme.apply(qapp)
    metrics = QFontMetricsF(fonts.font(20))
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("0000")


def test_an_icon_follows_the_scheme(qapp: QApplication) -> None:
    from PySide6.QtWidgets import QToolButton

    theme.apply(qapp, Scheme.LIGHT)
    button = QToolButton()
    icons.wear(button, "gift")
    before = button.icon().cacheKey()
    theme.apply(qapp, Scheme.DARK)
    assert button.icon().cacheKey() != before
    button.deleteLater()


def test_every_icon_named_in_the_program_is_there() -> None:
    import re
    from pathlib import Path

    root = Path(theme.__file__).parents[2]
    there = {file.stem for file in (root / "resources" / "icons").glob("*.svg")}
    named = set()
    for file in (root / "ui").rglob("*.py"):
        named |= set(
            re.findall(r"""(?:icons\.(?:wear\([^,]+, |icon\(|pixmap\()|icon=)"([a-z0-9-]+)\"""", file.read_text())
        )
    assert named - there == set()


def test_labels_show_markup_as_it_is(qapp: QApplication) -> None:  # malicious names
    from ui.shared.widgets import Words

    label = Words("<b>x</b><img src=file:///etc/passwd>")
    assert label.textFormat().name == "PlainText"
    assert isinstance(label, QLabel)


@pytest.mark.parametrize("scheme", list(Scheme))
def test_ticks_and_arrows_are_drawn_in_the_scheme_s_own_tones(scheme: Scheme) -> None:
    """A ticked box is told by its tick, not by colour alone; the style sheet cannot tint, so files are per scheme."""
    from pathlib import Path

    marks = Path(theme.__file__).parents[2] / "resources" / "qss" / "marks"
    tones = COLOURS[scheme]
    assert tones.on_accent in (marks / f"tick-{scheme.value}.svg").read_text()
    for mark in ("chevron", "rise", "fall"):
        assert tones.muted in (marks / f"{mark}-{scheme.value}.svg").read_text()


@pytest.mark.parametrize("scheme", list(Scheme))
def test_what_is_selected_differs_from_what_is_not(scheme: Scheme) -> None:
    """The row's own ground is all that says which one is meant, in high contrast as well."""
    tones = COLOURS[scheme]
    assert tones.accent_soft != tones.surface
    if scheme in (Scheme.CONTRAST_LIGHT, Scheme.CONTRAST_DARK):
        assert contrast(tones.accent_soft, tones.surface) >= 1.4
