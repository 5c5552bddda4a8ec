"""Writing a batch of codes to CSV or XLSX for the printing house or the mail merge.

Cells that a spreadsheet would run as a formula are written as text (F45). The file holds codes that spend, so only
its owner may read it; it appears under its name only when it is whole.
"""

from __future__ import annotations

import csv
import os
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app import codes
from app.coupons.model import PrintableCode
from app.errors import InvalidInput

HEADINGS = ("Code", "Coupon", "Batch", "Valid to", "Used", "Status")
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def safe_cell(text: str) -> str:
    """`text` with what would make it a formula defused, full-width forms included, and control characters gone."""
    clean = "".join(char for char in text if char >= " " or char == "\t")
    first = unicodedata.normalize("NFKC", clean.lstrip()[:1])
    return f"'{clean}" if first.startswith(_STARTS_A_FORMULA) or clean[:1] == "\t" else clean


def write_codes(
    path: Path,
    printable: Iterable[PrintableCode],
    *,
    name: str,
    batch: str,
    progress: Callable[[int], bool] | None = None,
) -> int:
    """Write the codes; how many. The ending of `path` (.csv or .xlsx) says which.

    Codes whose sealed copy cannot be opened come as their mask. `progress` returning false stops and leaves no file.
    """
    rows = _rows(printable, name, batch)
    kind = path.suffix.lower()
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx}
    if kind not in writers:
        raise InvalidInput("Choose a file name that ends in .csv or .xlsx.", field="file")
    with _whole_or_nothing(path) as unfinished:
        return writers[kind](unfinished, rows, progress)


def _rows(printable: Iterable[PrintableCode], name: str, batch: str) -> Iterator[tuple[str, ...]]:
    for one in printable:
        code = codes.grouped(one.code) if one.code is not None else one.shown
        last = one.expires_on.isoformat() if one.expires_on else ""
        yield (code, name, batch, last, str(one.used), one.status)


@contextmanager
def _whole_or_nothing(path: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(prefix=".codes-", suffix=path.suffix, dir=path.parent)  # 0600 by itself
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _counted(rows: Iterator[tuple[str, ...]], progress: Callable[[int], bool] | None) -> Iterator[tuple[str, ...]]:
    for place, row in enumerate(rows, start=1):
        if progress is not None and place % 500 == 0 and not progress(place):
            raise InvalidInput("Stopped. No file was written.", code="export.stopped")
        yield row


def _write_csv(path: Path, rows: Iterator[tuple[str, ...]], progress: Callable[[int], bool] | None) -> int:
    count = 0
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for row in _counted(rows, progress):
            writer.writerow([safe_cell(cell) for cell in row])
            count += 1
    return count


def _write_xlsx(path: Path, rows: Iterator[tuple[str, ...]], progress: Callable[[int], bool] | None) -> int:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Codes")
    sheet.append(list(HEADINGS))
    count = 0
    for row in _counted(rows, progress):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=safe_cell(text))
            cell.data_type = "s"  # a string whatever it looks like
            cells.append(cell)
        sheet.append(cells)
        count += 1
    book.save(path)
    return count
