"""The typeface of PDF pages: Inter as it ships with the program, and dots for what it lacks."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "fonts"
_FILES = {"Paper": "Inter-Regular.ttf", "PaperBold": "Inter-SemiBold.ttf"}
_BUILT_IN = {"Paper": "Helvetica", "PaperBold": "Helvetica-Bold"}
_OTHER_SCRIPTS = {
    "linux": (
        "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
        "/usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf",
        "/usr/share/fonts/truetype/noto/NotoSansHebrew-Regular.ttf",
        "/usr/share/fonts/truetype/noto/NotoSansThai-Regular.ttf",
        "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
        "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
        "/usr/share/fonts/truetype/freefont/FreeSans.ttf",
    ),
    "darwin": ("/System/Library/Fonts/Supplemental/Arial Unicode.ttf", "/Library/Fonts/Arial Unicode.ttf"),
    "win32": ("C:/Windows/Fonts/segoeui.ttf", "C:/Windows/Fonts/msyh.ttc", "C:/Windows/Fonts/seguisym.ttf"),
}
_DRAWN_DOTS = 64  # height of drawn type in dots; about 300 to the inch at body size
UNKNOWN = "\u25a1"


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


def shows(text: str, bold: bool) -> bool:
    """Whether the typeface has every character; if not, the text is drawn instead."""
    font = face(bold)
    return all(char == " " or _has(font, char) for char in text)


def width(text: str, bold: bool, size: float) -> float:
    """Points across. Digits all count as wide as the widest, for they are set so that columns stand in line."""
    if not shows(text, bold):
        return drawn(text, bold).width * size
    return sum(advances(text, bold, size))


def advances(text: str, bold: bool, size: float) -> list[float]:
    from reportlab.pdfbase import pdfmetrics

    font = face(bold)
    digit = _digit_width(font) * size
    return [digit if char in "0123456789\u2007" else pdfmetrics.stringWidth(char, font, size) for char in text]


@lru_cache(maxsize=8)
def _digit_width(font: str) -> float:
    from reportlab.pdfbase import pdfmetrics

    return float(max(pdfmetrics.stringWidth(digit, font, 1000) for digit in "0123456789") / 1000)


@lru_cache(maxsize=512)
def drawn(text: str, bold: bool) -> Drawn:
    """The text through whatever font of this computer has most of it; a box stands for what none has."""
    from PIL import Image, ImageDraw, ImageFont

    files = [path for path in (_FOLDER / "Inter-Regular.ttf", *_system_fonts()) if path.is_file()]
    best: Any = None
    fewest = len(text) + 1
    for path in files:
        font = ImageFont.truetype(str(path), _DRAWN_DOTS)
        missing = sum(not char.isspace() and not _drawable(font, char) for char in text)
        if missing < fewest:
            best, fewest = font, missing
    if best is None:
        best, text = ImageFont.load_default(_DRAWN_DOTS), text.encode("ascii", "replace").decode()
    else:
        text = "".join(char if char.isspace() or _drawable(best, char) else UNKNOWN for char in text)
    across = max(int(best.getlength(text)) + 4, 1)
    picture = Image.new("RGBA", (across, int(_DRAWN_DOTS * 1.5)), (255, 255, 255, 0))
    ImageDraw.Draw(picture).text(
        (2, _DRAWN_DOTS * 1.1), text, fill=(0, 0, 0, 255), font=best, anchor="ls", stroke_width=2 if bold else 0
    )
    out = io.BytesIO()
    picture.save(out, "PNG")
    return Drawn(out.getvalue(), across / _DRAWN_DOTS)


def _system_fonts() -> list[Path]:
    return [Path(name) for name in _OTHER_SCRIPTS.get(sys.platform, ())]


def _drawable(font: Any, char: str) -> bool:
    """A font without the character draws the same box for it as for one that nobody has."""
    shape, missing = font.getmask(char), font.getmask("\U0010fffe")
    return (shape.size, bytes(shape)) != (missing.size, bytes(missing))
