"""Which typeface of this computer shows which part of a text, and in what order the parts stand on a line.

A line may mix scripts: each run of signs goes to the first typeface that has it, right-to-left runs to where they are
read. A sign that no typeface has is told in words, so that a line never loses more than that sign.

The order follows the Unicode bidirectional algorithm (UAX 9, rules W1 to W7, N1, N2, I1, I2, L1, L2) for one line
without embeddings; marks that embed or isolate are left out, and pairs of brackets count as any neutral sign (no N0).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any
from unicodedata import bidirectional, category, name

Has = Callable[[str], bool]  # whether a typeface has a sign

# Best first. On Linux they lie where each distribution likes; so they are found by name.
_NAMES = {
    "linux": (
        "DejaVuSans.ttf", "NotoSans-Regular.ttf", "NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf",
        "NotoSansThai-Regular.ttf", "NotoSansDevanagari-Regular.ttf", "NotoSansCJK-Regular.ttc", "wqy-zenhei.ttc",
        "wqy-microhei.ttc", "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf", "FreeSans.ttf",
        "NotoSansSymbols2-Regular.ttf", "NotoEmoji-Regular.ttf", "Symbola_hint.ttf", "Symbola.ttf",
    ),
    "darwin": (
        "Arial Unicode.ttf", "GeezaPro.ttc", "ArialHB.ttc", "Hiragino Sans GB.ttc", "AppleSDGothicNeo.ttc",
        "Thonburi.ttc", "Apple Symbols.ttf",
    ),
    "win32": (
        "segoeui.ttf", "msyh.ttc", "msgothic.ttc", "malgun.ttf", "LeelawUI.ttf", "Nirmala.ttf", "seguisym.ttf",
        "seguiemj.ttf",
    ),
}  # fmt: skip
_FOLDERS = {
    "linux": ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts"),
    "darwin": ("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts"),
    "win32": ("%WINDIR%/Fonts", "%LOCALAPPDATA%/Microsoft/Windows/Fonts"),
}
_LEFT_OUT = {
    0xAD,
    0x61C,
    0xFEFF,
    *range(0x200B, 0x200D),
    *range(0x200E, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    *range(0x1F3FB, 0x1F400),
    *range(0xE0000, 0xE01F0),
}  # fmt: skip  controls of order and look, skin tones
_JOINERS = "\u200c\u200d"  # they shape Arabic and Indic words; between pictures they show nothing
_NOT_SHOWN = "(?)"
_LONGEST_NAME = 20
_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")


@dataclass(frozen=True, slots=True)
class Run:
    """Signs of one typeface and one direction. `face`: its place in the list that was asked."""

    text: str
    face: int
    right_to_left: bool = False

    @property
    def as_drawn(self) -> str:
        """Left to right for a pen that does not know the other way: Hebrew stands right, Arabic is not joined."""
        return self.text[::-1].translate(_MIRRORED) if self.right_to_left else self.text


@lru_cache(maxsize=1)
def system_files() -> tuple[Path, ...]:
    """The typefaces for other scripts that this computer has, best first."""
    wanted = {name: place for place, name in enumerate(_NAMES.get(sys.platform, ()))}
    found: dict[int, Path] = {}
    for folder in _FOLDERS.get(sys.platform, ()):
        root = Path(os.path.expandvars(folder)).expanduser()
        for where, _, files in os.walk(root):
            for file in files:
                place = wanted.get(file)
                if place is not None:
                    found.setdefault(place, Path(where, file))
    return tuple(found[place] for place in sorted(found))


@lru_cache(maxsize=32_000)
def has_sign(file: Path, sign: str) -> bool:
    """A typeface without the sign draws the same box for it as for one that nobody has."""
    font = pen_font(file, 24)
    shape, missing = font.getmask(sign), font.getmask("\U0010fffe")
    return (shape.size, bytes(shape)) != (missing.size, bytes(missing))


@lru_cache(maxsize=128)
def pen_font(file: Path, dots: int) -> Any:
    """A typeface to draw with, `dots` high."""
    from PIL import ImageFont

    return ImageFont.truetype(str(file), dots)


@lru_cache(maxsize=1)
def pen_knows_direction() -> bool:
    """Whether the drawing library was built to join and turn right-to-left scripts. On Windows it may not be."""
    from PIL import features

    return bool(features.check("raqm"))


def runs(text: str, faces: Sequence[Has]) -> list[Run]:
    """The text as it stands on a line, left to right, for these typefaces; the first one is liked best."""
    readable = _readable(text, faces)
    if readable and all(map(faces[0], readable)) and not any(bidirectional(sign) in "R AL AN" for sign in readable):
        return [Run(readable, 0)]
    found: list[Run] = []
    for piece, right_to_left in _visual(readable):
        parts = [Run(part, face, right_to_left) for part, face in _by_face(piece, faces)]
        found.extend(reversed(parts) if right_to_left else parts)
    return found


# Signs that nobody has


def _readable(text: str, faces: Sequence[Has]) -> str:
    """The text without what only steers, and with words for what no typeface shows."""
    kept = [sign for place, sign in enumerate(text) if _is_shown(text, place)]
    shown: list[bool] = []
    for sign in kept:
        if category(sign) == "Mn" or sign in _JOINERS:  # goes with the sign it stands on
            shown.append(not shown or shown[-1])
        else:
            shown.append(sign.isspace() or any(has(sign) for has in faces))
    found = []
    for known, pairs in groupby(zip(kept, shown, strict=True), lambda pair: pair[1]):
        signs = "".join(sign for sign, _ in pairs)
        found.append(signs if known else _in_words(signs))
    return "".join(found)


def _is_shown(text: str, place: int) -> bool:
    sign = text[place]
    if sign in _JOINERS:
        return (
            0 < place < len(text) - 1 and category(text[place - 1])[0] in "LM" and category(text[place + 1])[0] == "L"
        )
    return ord(sign) not in _LEFT_OUT


def _in_words(signs: str) -> str:
    """A picture by its name; letters of a script that cannot be shown by one mark for all of them."""
    told: list[str] = []
    for sign in signs:
        called = name(sign, "").lower()
        words = f"[{called}]" if category(sign) == "So" and 0 < len(called) <= _LONGEST_NAME else _NOT_SHOWN
        if not told or told[-1] != words or words != _NOT_SHOWN:
            told.append(words)
    return " ".join(told)


# Typefaces


def _by_face(text: str, faces: Sequence[Has]) -> Iterator[tuple[str, int]]:
    """Parts in reading order, with the place of their typeface. A word stays in one if any has all of it."""
    chosen: list[int] = []
    for blank, signs in groupby(text, str.isspace):
        word = list(signs)
        whole = (
            next((at for at, has in enumerate(faces) if all(has(sign) or sign in _JOINERS for sign in word)), None)
            if not blank
            else None
        )
        for sign in word:
            if whole is not None:
                chosen.append(whole)
            elif chosen and (blank or faces[chosen[-1]](sign) or category(sign)[0] == "M" or sign in _JOINERS):
                chosen.append(chosen[-1])
            else:
                chosen.append(next((at for at, has in enumerate(faces) if has(sign)), 0))
    for face, pairs in groupby(zip(text, chosen, strict=True), lambda pair: pair[1]):
        yield "".join(sign for sign, _ in pairs), face


# Order


def _visual(text: str) -> list[tuple[str, bool]]:
    """Runs of one direction as they stand from left to right."""
    levels = _levels(text)
    parts = [
        ("".join(text[at] for at in places), level)
        for level, group in groupby(range(len(text)), lambda at: levels[at])
        for places in [list(group)]
    ]
    for level in range(max(levels, default=0), 0, -1):
        parts = _turned(parts, level)
    return [(part, level % 2 == 1) for part, level in parts]


def _turned(parts: Sequence[tuple[str, int]], least: int) -> list[tuple[str, int]]:
    """L2: every stretch of this level or a higher one the other way round."""
    found: list[tuple[str, int]] = []
    for high, group in groupby(parts, lambda part: part[1] >= least):
        stretch = list(group)
        found.extend(reversed(stretch) if high else stretch)
    return found


def _levels(text: str) -> list[int]:
    """The level of each sign: even from left to right, odd from right to left (I1, I2, L1)."""
    kinds = [bidirectional(sign) or "L" for sign in text]
    base = next((1 if kind in ("R", "AL") else 0 for kind in kinds if kind in ("L", "R", "AL")), 0)
    if not base and not any(kind in ("R", "AL", "AN") for kind in kinds):
        return [0] * len(kinds)
    strong = "R" if base else "L"
    solved = _neutrals(_weak(kinds, strong), strong)
    levels = [
        base + (kind == "R") * (1 - base) + (kind in ("EN", "AN")) * (2 - base) + (kind == "L") * base
        for kind in solved
    ]
    for at in range(len(text) - 1, -1, -1):
        if not text[at].isspace():
            break
        levels[at] = base
    return levels


def _weak(kinds: Sequence[str], start: str) -> list[str]:
    """W1 to W7: numbers and what belongs to them."""
    found = list(kinds)
    for at, kind in enumerate(found):
        if kind == "NSM":
            found[at] = found[at - 1] if at else start
    last = start
    for at, kind in enumerate(found):
        if kind in ("L", "R", "AL"):
            last = kind
        elif kind == "EN" and last == "AL":
            found[at] = "AN"
    found = ["R" if kind == "AL" else kind for kind in found]
    for at in range(1, len(found) - 1):
        number = found[at - 1]
        parts_it = found[at] == "CS" or (found[at] == "ES" and number == "EN")
        if parts_it and number in ("EN", "AN") and found[at + 1] == number:
            found[at] = number
    for first, last_at in _stretches(found, ("ET",)):
        if "EN" in (found[first - 1] if first else "", found[last_at] if last_at < len(found) else ""):
            found[first:last_at] = ["EN"] * (last_at - first)
    last = start
    for at, kind in enumerate(found):
        if kind in ("L", "R"):
            last = kind
        elif kind == "EN" and last == "L":
            found[at] = "L"
        elif kind not in ("EN", "AN"):
            found[at] = "ON"
    return found


def _neutrals(kinds: Sequence[str], start: str) -> list[str]:
    """N1, N2: what stands between two of one direction goes with them, the rest with the line."""
    found = list(kinds)
    for first, last in _stretches(found, ("ON",)):
        before = _side(found[first - 1]) if first else start
        after = _side(found[last]) if last < len(found) else start
        found[first:last] = [before if before == after else start] * (last - first)
    return found


def _side(kind: str) -> str:
    return "L" if kind == "L" else "R"


def _stretches(kinds: Sequence[str], wanted: Sequence[str]) -> list[tuple[int, int]]:
    """Where the longest stretches of these kinds begin and end."""
    at, found = 0, []
    for is_one, group in groupby(kinds, lambda kind: kind in wanted):
        length = len(list(group))
        if is_one:
            found.append((at, at + length))
        at += length
    return found
