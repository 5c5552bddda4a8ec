"""An XLSX workbook's first sheet as rows of cells, within limits: no formulas, no macros, no bombs (F44)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from app.catalog.import_file import (
    LONGEST_CELL,
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    CellTable,
    FileUnreadable,
    Line,
)

MOST_UNPACKED = 400_000_000  # bytes of all parts together; a list of 100,000 rows has some 60 million
_ZIP = b"PK\x03\x04"
_BAD = "This is not a workbook that can be read: it is damaged or of another kind. Save it as .xlsx or CSV again."


def is_workbook(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == _ZIP


def read_workbook(path: Path) -> CellTable:
    """The first sheet, with what its formulas last came to. Raises FileUnreadable; OSError where the disk refuses."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _refuse_bomb(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            lines = list(_lines(book.worksheets[0] if book.worksheets else None))
        finally:
            book.close()
    # A damaged part shows wherever openpyxl happens to look at it.
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        IndexError,
        SyntaxError,
        TypeError,
    ) as error:
        raise FileUnreadable(_BAD) from error
    if not lines:
        raise FileUnreadable("The first sheet is empty. Put the list there, save it and choose the file again.")
    return CellTable("xlsx", "", lines[0], tuple(lines[1:]))


def _refuse_bomb(path: Path) -> None:
    if path.stat().st_size > MOST_BYTES:
        raise FileUnreadable(f"The file is larger than {MOST_BYTES // 1_000_000} MB. Split it and read the parts.")
    try:
        with zipfile.ZipFile(path) as parts:
            names = parts.infolist()
            if sum(part.file_size for part in names) > MOST_UNPACKED or len(names) > 2_000:
                raise FileUnreadable("The workbook holds far more than a list. Save the list alone as CSV.")
            for part in names:
                if part.filename.endswith((".xml", ".rels")) and _declares_entities(parts, part):
                    raise FileUnreadable(_BAD)
    except zipfile.BadZipFile as error:
        raise FileUnreadable(_BAD) from error


def _declares_entities(parts: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """No spreadsheet program writes a document type; one is there to make a reader fetch or swell something."""
    with parts.open(part) as file:
        return b"<!doctype" in file.read(4_096).lower()


def _lines(sheet: Any) -> Iterator[Line]:
    if sheet is None:
        return
    count = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = tuple(_text(value) for value in row)
        if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
            raise FileUnreadable(f"Line {number} has more than {MOST_COLUMNS} columns. Is this the right file?")
        if number > 5 * MOST_ROWS:
            raise FileUnreadable("The sheet goes on for empty rows without end. Copy the list into a new one.")
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS + 1:
            raise FileUnreadable(f"The file has more than {MOST_ROWS:,} rows. Split it and read the parts.")
        yield Line(number, cells[:MOST_COLUMNS])


def _text(value: object) -> str:
    """A cell as one would type it: 447700900123 for 447700900123.0, 1990-03-14 for a day."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, float):
        return format(value, ".15g")  # what a spreadsheet shows of 12.499999999999998
    return str(value)[: LONGEST_CELL + 1]
