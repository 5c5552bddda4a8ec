"""F34: a line of several scripts goes to the typefaces that have them, each where it is read."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QTextLayout, QTextOption
from PySide6.QtWidgets import QApplication

from hardware import lettering
from hardware.lettering import Has, Run, runs
from hardware.printer import raster
from hardware.printer.layout import Placed, Row
from hardware.printer.profile import ROLL_80
from hardware.protocols import Align, Size


def latin(sign: str) -> bool:
    return ord(sign) < 0x250


def eastern(sign: str) -> bool:
    return sign == " " or 0x5D0 <= ord(sign) < 0x650


def chinese(sign: str) -> bool:
    return ord(sign) < 0x80 or 0x4E00 <= ord(sign) < 0xA000


FACES: list[Has] = [latin, eastern, chinese]


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("Sourdough loaf", [("Sourdough loaf", 0)]),
        ("Tea חלב 1% cold", [("Tea ", 0), ("1%", 0), ("חלב ", 1), (" cold", 0)]),
        ("חלב טרי 1%", [("1%", 0), ("חלב טרי ", 1)]),
        ("عسل 250", [("250", 0), ("عسل ", 1)]),
        ("茶 tea", [("茶 ", 2), ("tea", 0)]),
        ("", []),
    ],
)
def test_runs_stand_where_they_are_read(text: str, stands: list[tuple[str, int]]) -> None:
    assert [(run.text, run.face) for run in runs(text, FACES)] == stands


def test_a_word_stays_in_one_typeface_where_one_has_all_of_it() -> None:
    """An Arabic word is joined by its typeface: cut in two it would fall apart."""
    assert [run.face for run in runs("abc茶", [latin, chinese])] == [1]
    assert [run.face for run in runs("é茶", [latin, chinese])] == [0, 1]


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("Crème brûlée 🍮", "Crème brûlée [custard]"),
        ("พริก chili", "(?) chili"),  # one mark for a word, with the signs that stand on its letters
        ("👩‍🍳️ cake", "[woman] [cooking] cake"),
        ("Tea\u202e\u200b\ufe0f", "Tea"),
        ("👋🏽 hi", "[waving hand sign] hi"),  # without its tone
        ("🍵 hi", "(?) hi"),  # a name too long for a line
    ],
)
def test_what_no_typeface_has_is_told_in_words(text: str, reads: str) -> None:
    assert [run.text for run in runs(text, FACES)] == [reads]


def test_a_run_without_help_of_the_pen_is_turned_and_its_brackets_with_it() -> None:
    assert Run("אב (ג", 1, True).as_drawn == "ג) בא"
    assert Run("ab (", 0).as_drawn == "ab ("


def test_the_order_is_that_of_the_unicode_algorithm(qapp: QApplication) -> None:
    """Qt lays out by the whole of it; lines without brackets and embeddings must come out alike."""
    rng = random.Random("lines of both directions")
    turned = 0
    for _ in range(400):
        text = "".join(rng.choice("abאבגبد12 %.,-+$:/") for _ in range(rng.randrange(1, 14))).strip() or "a"
        ours = "".join(part[::-1] if right_to_left else part for part, right_to_left in lettering._visual(text))
        theirs = _qt_order(text)
        if len(theirs) == len(text):  # where a typeface stands in for another Qt may count the signs from its start
            assert ours == theirs
            turned += ours != text
    assert turned > 50


def _qt_order(text: str) -> str:
    layout = QTextLayout(text, QFont("DejaVu Sans", 20))
    option = QTextOption()
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    layout.setTextOption(option)
    layout.beginLayout()
    layout.createLine().setLineWidth(1e6)
    layout.endLayout()
    at: dict[int, float] = {}
    for run in layout.glyphRuns(-1, -1, QTextLayout.GlyphRunRetrievalFlag.RetrieveAll):
        at.update(zip(run.stringIndexes(), (point.x() for point in run.positions()), strict=True))
    return "".join(text[place] for place in sorted(at, key=lambda place: at[place]))


def test_typefaces_are_found_wherever_the_system_keeps_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deep" / "down").mkdir(parents=True)
    for name in ("Symbola.ttf", "deep/NotSought.ttf", "deep/down/DejaVuSans.ttf"):
        (tmp_path / name).touch()
    monkeypatch.setattr(lettering, "_FOLDERS", {"linux": ("/nowhere", str(tmp_path))})
    monkeypatch.setattr("sys.platform", "linux")
    lettering.system_files.cache_clear()
    try:
        assert [file.name for file in lettering.system_files()] == ["DejaVuSans.ttf", "Symbola.ttf"]
    finally:
        lettering.system_files.cache_clear()


def test_the_roll_draws_each_script_with_its_own_typeface() -> None:
    files = raster.font_files(ROLL_80)
    if not all(any(lettering.has_sign(file, sign) for file in files) for sign in "חé茶"):
        pytest.skip("no typefaces for these scripts here")
    row = Row((Placed("חלב & 紅茶 & é", 0, 48, Align.LEFT),), 48, False, Size.NORMAL)
    strokes = raster._strokes("חלב & 紅茶 & é", files, 22)
    assert len({id(stroke.font) for stroke in strokes}) > 1
    assert "(?)" not in "".join(stroke.text for stroke in strokes)
    dark = raster.draw_row(row, ROLL_80).convert("L").point(lambda level: 255 - level)
    left, _, right, _ = dark.getbbox() or (0, 0, 0, 0)
    assert left < 20 and right <= sum(stroke.length for stroke in strokes) + 4
