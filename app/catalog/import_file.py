"""A list in a text file as rows of cells, whatever program wrote it; no database.

Encodings, delimiters and line ends are told from the file. What cannot be told for certain is refused with the line.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import DomainError

MOST_BYTES, MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 20_000_000, 100_000, 200, 2_000
_DELIMITERS = (",", ";", "\t", "|")
_BOMS = ((b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"), (b"\xef\xbb\xbf", "utf-8-sig"),
         (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))  # fmt: skip
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
# What spreadsheets and tills of the last thirty years wrote; guessing among everything finds Klingon in a price list.
ENCODINGS = ("utf-8", "utf-16", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257",
             "mac_roman", "shift_jis", "gb18030", "big5", "euc_kr")  # fmt: skip


class FileUnreadable(DomainError):
    """The file as a whole cannot be taken; the sentence says why and what to do."""

    code = "import.file"


@dataclass(frozen=True, slots=True)
class Line:
    """`number`: the line of the file it begins in, the first being 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellTable:
    encoding: str
    delimiter: str
    heading: Line
    lines: tuple[Line, ...]


def read_table(path: Path, known: Callable[[str], bool], encoding: str = "") -> CellTable:
    """`known` tells a heading that means something: the delimiter is the one that finds most of them.

    `encoding`: what somebody says it is, where telling it from the bytes went wrong; "" to tell.

    Raises FileUnreadable; OSError where the disk refuses.
    """
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise FileUnreadable(f"The file is larger than {MOST_BYTES // 1_000_000} MB. Split it and read the parts.")
    if not data.strip():
        raise FileUnreadable("The file is empty. Save the list again and choose that file.")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise FileUnreadable("This is a spreadsheet's own format. Save it as CSV there and choose that file.")
    text, encoding = _decoded(data, encoding)
    delimiter, text = _delimiter(text, known)
    lines = _lines(text, delimiter)
    return CellTable(encoding, delimiter, lines[0], tuple(lines[1:]))


def _decoded(data: bytes, said: str) -> tuple[str, str]:
    if said not in ("", *ENCODINGS):
        raise FileUnreadable("Choose one of the encodings offered.")
    named = said or next((name for bom, name in _BOMS if data.startswith(bom)), "") or _utf16_without_bom(data)
    encoding = named or ("utf-8" if _is_utf8(data) else _guess(data))
    try:
        return data.decode(encoding), encoding.removesuffix("-sig")
    except UnicodeDecodeError:
        raise FileUnreadable(
            "The file's letters cannot be read: it is cut off, or written otherwise. Save it again as CSV in UTF-8."
        ) from None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _guess(data: bytes) -> str:
    """By the letters that come out. Western Europe's wins where another is no likelier: é and ü are the same there."""
    from charset_normalizer import from_bytes

    found = from_bytes(data[:200_000], cp_isolation=list(ENCODINGS[2:]))
    best = found.best()
    western = next((one for one in found if "cp1252" in (one.encoding, *one.could_be_from_charset)), None)
    if best is None or (western is not None and western.chaos <= best.chaos + 0.02):
        return "cp1252"
    return best.encoding


def _utf16_without_bom(data: bytes) -> str:
    """Every other byte of plain letters in UTF-16 is zero."""
    head = data[:400]
    if len(head) >= 8 and head[1::2].count(0) > len(head) // 3:
        return "utf-16-le"
    return "utf-16-be" if len(head) >= 8 and head[::2].count(0) > len(head) // 3 else ""


def _delimiter(text: str, known: Callable[[str], bool]) -> tuple[str, str]:
    """The delimiter, and the text with Excel's "sep=;" line left empty."""
    first = text.split("\n", 1)[0].strip().strip('"')
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], text[text.index("\n") :] if "\n" in text else ""
    heading = next((line for line in io.StringIO(text[:100_000], newline=None) if line.strip()), "")
    found = {sign: sum(known(cell) for cell in next(csv.reader([heading], delimiter=sign), [])) for sign in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda sign: found[sign])
    return best, text


def _lines(text: str, delimiter: str) -> list[Line]:
    lines: list[Line] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS:
                raise FileUnreadable(f"Line {begins} has more than {MOST_COLUMNS} columns. Is this the right file?")
            if any(cell.strip() for cell in cells):
                lines.append(Line(begins, tuple(cells)))
            if len(lines) > MOST_ROWS + 1:
                raise FileUnreadable(f"The file has more than {MOST_ROWS:,} rows. Split it and read the parts.")
            begins = reader.line_num + 1
    except csv.Error:
        raise FileUnreadable(
            f"A quotation mark that begins in line {begins} is never closed as it should be. Correct that line."
        ) from None
    if not lines:
        raise FileUnreadable("The file is empty. Save the list again and choose that file.")
    return lines


def plain_cell(text: str) -> str:
    """A cell as it is kept: spaces at the ends gone, and the mark that keeps a spreadsheet from calculating it."""
    kept = text.strip(" \u00a0")
    if kept.startswith("'") and kept[1:].lstrip().startswith(_STARTS_A_FORMULA):
        return kept[1:]
    return kept


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula, full-width signs included; control signs are dropped."""
    clean = "".join(char for char in text if char >= " ")
    first = unicodedata.normalize("NFKC", clean.lstrip()[:1])
    return f"'{clean}" if first.startswith(_STARTS_A_FORMULA) else clean


def write_table(path: Path, heading: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """CSV as spreadsheets open it by a double click: UTF-8 with its mark, formulas defused."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heading)
        writer.writerows([safe_cell(cell) for cell in row] for row in rows)
