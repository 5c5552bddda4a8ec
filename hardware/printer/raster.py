"""Lines and pictures drawn as dots, for what a printer's own type cannot show."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hardware.document import Align, Image, Size
from hardware.lettering import has_sign, pen_font, pen_knows_direction, runs, system_files
from hardware.printer.layout import Placed, Row
from hardware.printer.profile import PrinterProfile

if TYPE_CHECKING:
    from PIL.Image import Image as Picture
    from PIL.ImageDraw import ImageDraw as Pen

LARGEST_PICTURE = 20_000_000  # pixels; a logo is far smaller, a decompression bomb is not
_LINE_DOTS = {Size.SMALL: 24, Size.NORMAL: 30, Size.TALL: 54, Size.BIG: 54}
_TYPE_DOTS = {Size.SMALL: 17, Size.NORMAL: 22, Size.TALL: 38, Size.BIG: 42}


def font_files(profile: PrinterProfile) -> tuple[Path, ...]:
    """Fonts to draw with, best first; may be empty on a machine that has none."""
    return (*(path for path in profile.fonts if path.is_file()), *system_files())


def draw_row(row: Row, profile: PrinterProfile) -> Picture:
    """The row as black dots on white, as wide as the paper."""
    from PIL import Image as Pictures
    from PIL import ImageDraw

    picture = Pictures.new("L", (profile.dots, _LINE_DOTS[row.size]), 255)
    pen = ImageDraw.Draw(picture)
    files = font_files(profile)
    for piece in row.pieces:
        _draw_piece(pen, piece, row, profile, files)
    return picture.point(lambda level: 255 if level > 140 else 0).convert("1")


def _draw_piece(pen: Pen, piece: Placed, row: Row, profile: PrinterProfile, files: tuple[Path, ...]) -> None:
    cell = profile.dots / row.columns
    left, width = piece.left * cell, piece.width * cell
    dots = _TYPE_DOTS[row.size]
    strokes = _strokes(piece.text, files, dots)
    while sum(stroke.length for stroke in strokes) > width and dots > 12:
        dots -= 1
        strokes = _strokes(piece.text, files, dots)
    free = max(width - sum(stroke.length for stroke in strokes), 0)
    x = left + {Align.LEFT: 0.0, Align.CENTER: free / 2, Align.RIGHT: free}[piece.align]
    for stroke in strokes:
        pen.text(
            (x, _LINE_DOTS[row.size] / 2 + dots * 0.35), stroke.text, fill=0, font=stroke.font, anchor="ls",
            direction=stroke.direction, stroke_width=1 if row.bold else 0,
        )  # fmt: skip
        x += stroke.length


@dataclass(frozen=True, slots=True)
class _Stroke:
    """A run in the type it is drawn with; `length` in dots. On one base line, whatever its script."""

    text: str
    font: Any
    direction: str | None
    length: float


def _strokes(text: str, files: tuple[Path, ...], dots: int) -> list[_Stroke]:
    """Left to right as they stand on the paper."""
    from PIL import ImageFont

    if not files:  # a machine without any typeface: what is in ASCII, and question marks
        font: Any = ImageFont.load_default(dots)
        plain = "".join(char if char.isascii() else "?" for char in text)
        return [_Stroke(plain, font, None, font.getlength(plain))]
    found = []
    for run in runs(text, [partial(has_sign, file) for file in files]):
        run_font = pen_font(files[run.face], dots)
        knows = pen_knows_direction()
        shown = run.text if knows else run.as_drawn
        direction = ("rtl" if run.right_to_left else "ltr") if knows else None
        found.append(_Stroke(shown, run_font, direction, run_font.getlength(shown, direction=direction)))
    return found


def draw_picture(image: Image, dots: int) -> Picture | None:
    """The picture dithered to dots on paper `dots` wide; None when it is damaged or far too large.

    A logo that cannot be read is left out: a receipt without it beats no receipt.
    """
    from PIL import Image as Pictures

    try:
        with Pictures.open(io.BytesIO(image.png)) as opened:
            if opened.width * opened.height > LARGEST_PICTURE:
                return None
            source = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Pictures.DecompressionBombError):
        return None
    target = max(int(dots * image.width) // 8 * 8, 8)
    target = max(min(target, dots * source.width // source.height), 1)  # never taller than the paper is wide
    if source.width != target and (source.width > target or source.width < target // 2):
        height = max(round(source.height * target / source.width), 1)
        source = source.resize((target, height))
    paper = Pictures.new("L", (dots, source.height), 255)
    free = dots - source.width
    x = {Align.LEFT: 0, Align.CENTER: free // 2, Align.RIGHT: free}[image.align]
    paper.paste(source.convert("L"), (x, 0), source.getchannel("A"))
    return paper.convert("1")


def draw_bars(modules: str, dots: int, module_dots: int, height: int) -> Picture:
    """A barcode from its modules ("1" is a bar), in the middle of the paper."""
    from PIL import Image as Pictures
    from PIL import ImageDraw

    paper = Pictures.new("1", (dots, height), 1)
    pen = ImageDraw.Draw(paper)
    left = (dots - len(modules) * module_dots) // 2
    for index, module in enumerate(modules):
        if module == "1":
            x = left + index * module_dots
            pen.rectangle((x, 0, x + module_dots - 1, height - 1), fill=0)
    return paper


def draw_matrix(rows: list[list[bool]], dots: int, module_dots: int) -> Picture:
    """A two-dimensional code in the middle of the paper, with a quiet zone of four modules above and below."""
    from PIL import Image as Pictures
    from PIL import ImageDraw

    size = len(rows) * module_dots
    quiet = 4 * module_dots
    paper = Pictures.new("1", (dots, size + 2 * quiet), 1)
    pen = ImageDraw.Draw(paper)
    left = (dots - size) // 2
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            if dark:
                x, y = left + across * module_dots, quiet + down * module_dots
                pen.rectangle((x, y, x + module_dots - 1, y + module_dots - 1), fill=0)
    return paper


def raster_bytes(picture: Picture, slice_dots: int = 256) -> bytes:
    """GS v 0 commands for a picture, in slices that fit a small printer's buffer."""
    width = (picture.width + 7) // 8
    commands = []
    for top in range(0, picture.height, slice_dots):
        part = picture.crop((0, top, picture.width, min(top + slice_dots, picture.height)))
        dots = bytes(byte ^ 0xFF for byte in part.convert("1").tobytes())  # a set bit is black on paper
        commands.append(b"\x1dv0\x00" + width.to_bytes(2, "little") + part.height.to_bytes(2, "little") + dots)
    return b"".join(commands)
