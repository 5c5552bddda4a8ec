"""The typeface of PDF pages: Inter as it ships with the program, and dots for the signs that it lacks.

What Inter has stays text that can be searched and copied; runs of other scripts are drawn through a typeface of this
computer, each where it is read.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from hardware.protocols import Run, has_sign, pen_font, pen_knows_direction, runs, system_files

_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "fonts"
_FILES = {"Paper": "Inter-Regular.ttf", "PaperBold": "Inter-SemiBold.ttf"}
_BUILT_IN = {"Paper": "Helvetica", "PaperBold": "Helvetica-Bold"}
Has = Callable[[str], bool]
_DRAWN_DOTS = 64  # height of drawn type in dots; about 300 to the inch at body size


@dataclass(frozen=True, slots=True)
class Drawn:
    """Type as a picture: `width` in the unit of its size, so a line of 10 points is `width` * 10 wide."""

    png: bytes
    width: float


def face(bold: bool) -> str:
    """Name of the registered font; the built-in one where the program's own are missing."""
    name = "PaperBold" if bold else "Paper"
    return name if _register(name) else _BUILT_IN[name]


@lru_cache(maxsize=4)
def _register(name: str) -> bool:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    path = _FOLDER / _FILES[name]
    try:
        pdfmetrics.registerFont(TTFont(name, str(path)))
    except (OSError, TTFError):
        return False
    return True


@lru_cache(maxsize=20_000)
def _has(font: str, char: str) -> bool:
    from reportlab.pdfbase import pdfmetrics

    known: Any = pdfmetrics.getFont(font)
    glyphs = getattr(getattr(known, "face", None), "charToGlyph", None)
    if glyphs is not None and font in _FILES:
        return ord(char) in glyphs
    try:
        char.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Part:
    """A run of one typeface, in the order it is drawn; `width` in points. `drawn`: as a picture, for Inter lacks it."""

    text: str
    width: float
    drawn: Drawn | None = None


def shows(text: str, bold: bool) -> bool:
    """Whether the typeface has every character, so that the text is one run from left to right."""
    font = face(bold)
    return all(char == " " or _has(font, char) for char in text)


def width(text: str, bold: bool, size: float) -> float:
    """Points across. Digits all count as wide as the widest, for they are set so that columns stand in line."""
    if shows(text, bold):
        return sum(advances(text, bold, size))
    return sum(_run_width(run, bold) * size for run in _runs(text, bold))


def parts(text: str, bold: bool, size: float) -> list[Part]:
    """The text as it stands on the line, left to right."""
    if shows(text, bold):
        return [Part(text, sum(advances(text, bold, size)))]
    return [
        Part(run.as_drawn, _run_width(run, bold) * size, None if run.face == 0 else _drawn(run, bold))
        for run in _runs(text, bold)
    ]


@lru_cache(maxsize=2048)
def _runs(text: str, bold: bool) -> tuple[Run, ...]:
    font = face(bold)
    own: Has = lambda char: char == " " or _has(font, char)  # noqa: E731
    others: list[Has] = [partial(has_sign, file) for file in system_files()]
    return tuple(runs(text, [own, *others]))


@lru_cache(maxsize=8192)
def _run_width(run: Run, bold: bool) -> float:
    """In the unit of its size."""
    if run.face == 0:
        return sum(advances(run.text, bold, 1.0))
    return _across(run) / _DRAWN_DOTS


def advances(text: str, bold: bool, size: float) -> list[float]:
    from reportlab.pdfbase import pdfmetrics

    font = face(bold)
    digit = _digit_width(font) * size
    return [digit if char in "0123456789\u2007" else pdfmetrics.stringWidth(char, font, size) for char in text]


@lru_cache(maxsize=8)
def _digit_width(font: str) -> float:
    from reportlab.pdfbase import pdfmetrics

    return float(max(pdfmetrics.stringWidth(digit, font, 1000) for digit in "0123456789") / 1000)


def _across(run: Run) -> int:
    pen, text, direction = _pen(run)
    return int(pen.getlength(text, direction=direction)) + 4


def _pen(run: Run) -> tuple[Any, str, str | None]:
    """The typeface, the signs and the direction to draw a run with."""
    font = pen_font(system_files()[run.face - 1], _DRAWN_DOTS)
    if pen_knows_direction():
        return font, run.text, "rtl" if run.right_to_left else "ltr"
    return font, run.as_drawn, None


@lru_cache(maxsize=512)
def _drawn(run: Run, bold: bool) -> Drawn:
    from PIL import Image, ImageDraw

    font, text, direction = _pen(run)
    across = _across(run)
    picture = Image.new("RGBA", (across, int(_DRAWN_DOTS * 1.5)), (255, 255, 255, 0))
    ImageDraw.Draw(picture).text(
        (2, _DRAWN_DOTS * 1.1), text, fill=(0, 0, 0, 255), font=font, anchor="ls", direction=direction,
        stroke_width=2 if bold else 0,
    )  # fmt: skip
    out = io.BytesIO()
    picture.save(out, "PNG")
    return Drawn(out.getvalue(), across / _DRAWN_DOTS)
