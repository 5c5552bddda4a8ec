"""Workbooks from anywhere are read as lists or refused in a sentence; those written run nothing."""

from __future__ import annotations

import csv
import stat
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from app.catalog.import_file import FileUnreadable
from app.errors import InvalidInput
from app.spreadsheets.reading import is_workbook, read_workbook
from app.spreadsheets.writing import Row, safe_cell, write_list


def a_workbook(path: Path, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_cells_come_as_one_would_type_them(tmp_path: Path) -> None:  # F44
    path = a_workbook(
        tmp_path / "list.xlsx",
        ("Name", "Phone", "Born", "Newsletter", "Share"),
        (None, None, None, None, None),
        ("Amara", 447700900123.0, datetime(1990, 3, 14), True, 0.5),
        ("Ben", "01632 960123", date(1985, 1, 2), False, None),
    )
    assert is_workbook(path)
    table = read_workbook(path)
    assert table.heading.cells == ("Name", "Phone", "Born", "Newsletter", "Share")
    assert [(line.number, line.cells) for line in table.lines] == [
        (3, ("Amara", "447700900123", "1990-03-14", "yes", "0.5")),
        (4, ("Ben", "01632 960123", "1985-01-02", "no", "")),
    ]


def test_a_formula_is_never_calculated_nor_passed_on(tmp_path: Path) -> None:  # F44
    path = a_workbook(tmp_path / "list.xlsx", ("Name", "Phone"), ("Amara", '=HYPERLINK("http://x","y")'))
    assert read_workbook(path).lines[0].cells == ("Amara", "")


def _repacked(path: Path, change: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    other = path.with_name("changed.xlsx")
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in (parts | change).items():
            new.writestr(name, data)
    return other


@pytest.mark.parametrize(
    ("part", "data"),
    [
        ("xl/media/bomb.bin", b"0" * 401_000_000),
        (
            "xl/worksheets/sheet1.xml",
            b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>',
        ),
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"),
        ("[Content_Types].xml", b"nonsense"),
    ],
    ids=["bomb", "entity", "cut off", "nonsense"],
)
def test_workbooks_made_to_hurt_are_refused(tmp_path: Path, part: str, data: bytes) -> None:  # F44
    path = _repacked(a_workbook(tmp_path / "list.xlsx", ("Name",), ("Amara",)), {part: data})
    with pytest.raises(FileUnreadable):
        read_workbook(path)


def test_what_only_begins_like_a_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"PK\x03\x04" + b"\x00" * 100)
    with pytest.raises(FileUnreadable, match="not a workbook"):
        read_workbook(path)
    with pytest.raises(FileUnreadable, match="empty"):
        read_workbook(a_workbook(tmp_path / "empty.xlsx"))


ROWS: list[Row] = [
    ("=cmd()", "+447700900123", 12, Decimal("3.50"), date(2026, 3, 14), None),
    ("Tea & milk", "x", -1, 0, None, ""),
]


def test_what_is_written_runs_nothing_and_keeps_its_numbers(tmp_path: Path) -> None:  # F45
    headings = ("A", "B", "C", "D", "E", "F")
    assert write_list(tmp_path / "l.csv", "L", headings, ROWS) == 2
    with (tmp_path / "l.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1:] == [
            ["'=cmd()", "'+447700900123", "12", "3.50", "2026-03-14", ""], ["Tea & milk", "x", "-1", "0", "", ""],
        ]  # fmt: skip
    assert write_list(tmp_path / "l.xlsx", "L", headings, ROWS) == 2
    sheet = load_workbook(tmp_path / "l.xlsx")["L"]
    first = [cell.value for cell in sheet[2]]
    assert first[:4] == ["'=cmd()", "+447700900123", 12, 3.5]
    assert [cell.data_type for cell in sheet[2]][:4] == ["s", "s", "n", "n"]
    for name in ("l.csv", "l.xlsx"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["=1+1", "+49", "-3", "@x", "\tx", "\r=1", "＝1", "  =1", "|x"])
def test_cells_that_would_run_are_text(text: str) -> None:  # F45
    assert safe_cell(text).startswith("'")
    assert safe_cell("Tea & milk") == "Tea & milk"


def test_a_list_that_is_stopped_leaves_no_file(tmp_path: Path) -> None:
    rows = [(str(place),) for place in range(2_000)]
    with pytest.raises(InvalidInput, match="Stopped"):
        write_list(tmp_path / "l.csv", "L", ("A",), rows, lambda done: done < 1_000)
    with pytest.raises(InvalidInput, match=r"ends in \.csv"):
        write_list(tmp_path / "l.exe", "L", ("A",), rows)
    with pytest.raises(InvalidInput, match="There is no folder"):
        write_list(tmp_path / "gone" / "l.csv", "L", ("A",), rows)
    assert list(tmp_path.iterdir()) == []
