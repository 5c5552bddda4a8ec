"""Lists written to CSV or XLSX.

Cells that a spreadsheet would run as a formula are written as text (F45); numbers stay numbers. The file appears
under its name only when it is whole, and only its owner may read it: such lists hold names, numbers or codes.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from app.errors import InvalidInput
from app.files import whole_or_nothing

Cell = str | int | Decimal | date | None
Row = Sequence[Cell]
Progress = Callable[[int], bool]  # rows written so far; False stops
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_PHONE = re.compile(r"\+[0-9]{3,20}", re.ASCII)
_STEP = 500  # rows between two looks at the progress


def safe_cell(text: str) -> str:
    """`text` with what would make it a formula defused, full-width forms included, and control characters gone.

    An address keeps its lines.
    """
    clean = "".join(char for char in text if char >= " " or char in "\t\n")
    first = unicodedata.normalize("NFKC", clean.lstrip()[:1])
    return f"'{clean}" if first.startswith(_STARTS_A_FORMULA) or clean[:1] == "\t" else clean


def write_list(
    path: Path, title: str, headings: Sequence[str], rows: Iterable[Row], progress: Progress | None = None
) -> int:
    """Write the rows under their headings; how many. The ending of `path` (.csv or .xlsx) says which.

    `progress` returning false stops and leaves no file. Raises InvalidInput, OSError.
    """
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx}
    kind = path.suffix.lower()
    if kind not in writers:
        raise InvalidInput("Choose a file name that ends in .csv or .xlsx.", field="file")
    if not path.parent.is_dir():
        raise InvalidInput(f"There is no folder {path.parent}. Choose another place for the file.", field="file")
    with whole_or_nothing(path) as unfinished:
        return writers[kind](unfinished, title, headings, _counted(rows, progress))


def _counted(rows: Iterable[Row], progress: Progress | None) -> Iterator[Row]:
    for place, row in enumerate(rows, start=1):
        if progress is not None and place % _STEP == 0 and not progress(place):
            raise InvalidInput("Stopped. No file was written.", code="export.stopped")
        yield row


def _write_csv(path: Path, _title: str, headings: Sequence[str], rows: Iterable[Row]) -> int:
    count = 0
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        for row in rows:
            writer.writerow([_as_text(cell) for cell in row])
            count += 1
    return count


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    return safe_cell(cell) if isinstance(cell, str) else cell.isoformat() if isinstance(cell, date) else str(cell)


def _write_xlsx(path: Path, title: str, headings: Sequence[str], rows: Iterable[Row]) -> int:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append(list(headings))
    count = 0
    for row in rows:
        cells = []
        for value in row:
            if not isinstance(value, str):
                cells.append(value)
                continue
            # A phone number is no formula in a cell of text, and would be dialled with the mark before it.
            cell = WriteOnlyCell(sheet, value=value if _PHONE.fullmatch(value) else safe_cell(value))
            cell.data_type = "s"  # a string whatever it looks like
            cells.append(cell)
        sheet.append(cells)
        count += 1
    book.save(path)
    return count
