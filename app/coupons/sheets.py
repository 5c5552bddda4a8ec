"""A batch of codes as a file for the printing house or the mail merge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from app import codes
from app.coupons.model import PrintableCode
from app.spreadsheets.writing import Progress, Row, write_list

HEADINGS = ("Code", "Coupon", "Batch", "Valid to", "Used", "Status")


def write_codes(
    path: Path, printable: Iterable[PrintableCode], *, name: str, batch: str, progress: Progress | None = None
) -> int:
    """Write the codes to a .csv or .xlsx; how many. The file holds codes that spend: only its owner may read it.

    Codes whose sealed copy cannot be opened come as their mask. `progress` returning false stops and leaves no file.
    """
    return write_list(path, "Codes", HEADINGS, _rows(printable, name, batch), progress)


def _rows(printable: Iterable[PrintableCode], name: str, batch: str) -> Iterator[Row]:
    for one in printable:
        code = codes.grouped(one.code) if one.code is not None else one.shown
        yield (code, name, batch, one.expires_on, one.used, one.status)
