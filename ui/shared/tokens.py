"""Colours, sizes and spaces as numbers; no widget knows a colour that is not named here."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

# Text on the page, on a panel and on the accent must reach this (WCAG contrast); tested for every pair.
LEAST_CONTRAST = 5.3


class Scheme(StrEnum):
    LIGHT = "light"
    DARK = "dark"
    CONTRAST_LIGHT = "contrast_light"
    CONTRAST_DARK = "contrast_dark"


class Density(StrEnum):
    TOUCH = "touch"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Colours:
    """One scheme. The `_soft` colours are tinted panels that carry text in `text`, never in the strong tone."""

    background: str
    surface: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    danger: str
    on_danger: str
    warning: str
    success: str
    focus: str
    accent_soft: str
    danger_soft: str
    warning_soft: str
    success_soft: str
    hover: str
    border_width: int = 1

    def as_dict(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}


COLOURS: dict[Scheme, Colours] = {
    Scheme.LIGHT: Colours(
        background="#F5F6F8", surface="#FFFFFF", border="#E1E5EA", text="#14171C", muted="#5A6370",
        accent="#0F6E66", on_accent="#FFFFFF", danger="#B42318", on_danger="#FFFFFF", warning="#94490A",
        success="#066B42", focus="#1D5FD1", accent_soft="#E6F3F1", danger_soft="#FDECEA", warning_soft="#FBF1E4",
        success_soft="#E4F3EB", hover="#EEF1F4",
    ),
    Scheme.DARK: Colours(
        background="#0E1115", surface="#171B21", border="#2B323C", text="#E9ECF1", muted="#9BA5B3",
        accent="#4FD1C1", on_accent="#0E1115", danger="#FF8A80", on_danger="#0E1115", warning="#F5B860",
        success="#5CD79B", focus="#7FB2FF", accent_soft="#15302F", danger_soft="#38191A", warning_soft="#33260F",
        success_soft="#12301F", hover="#1F252D",
    ),
    Scheme.CONTRAST_LIGHT: Colours(
        background="#FFFFFF", surface="#FFFFFF", border="#000000", text="#000000", muted="#000000",
        accent="#00463F", on_accent="#FFFFFF", danger="#8A0000", on_danger="#FFFFFF", warning="#5C2B00",
        success="#00402A", focus="#0039A6", accent_soft="#BFDCD8", danger_soft="#FFFFFF", warning_soft="#FFFFFF",
        success_soft="#FFFFFF", hover="#E6E6E6", border_width=2,
    ),
    Scheme.CONTRAST_DARK: Colours(
        background="#000000", surface="#000000", border="#FFFFFF", text="#FFFFFF", muted="#FFFFFF",
        accent="#7FF5E6", on_accent="#000000", danger="#FFB3AC", on_danger="#000000", warning="#FFD48A",
        success="#8DF5C0", focus="#A9CCFF", accent_soft="#00403A", danger_soft="#000000", warning_soft="#000000",
        success_soft="#000000", hover="#262626", border_width=2,
    ),
}  # fmt: skip

# Pixels.
SPACE_XS, SPACE_S, SPACE_M, SPACE_L, SPACE_XL, SPACE_XXL = 4, 8, 12, 16, 24, 32
TYPE_SMALL, TYPE_BODY, TYPE_TOUCH, TYPE_TITLE, TYPE_LARGE, TYPE_TOTAL = 12, 14, 16, 20, 28, 44
CORNER, FIELD_CORNER = 8, 4
ROW_DESK, ROW_TOUCH = 28, 44
TARGET_TOUCH = 44
RAIL_WIDTH, HEADER_HEIGHT, STRIP_HEIGHT = 64, 48, 28


def row_height(density: Density) -> int:
    return ROW_TOUCH if density is Density.TOUCH else ROW_DESK


def _luminance(colour: str) -> float:
    def channel(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue)


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two #RRGGBB colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
