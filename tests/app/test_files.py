"""A file that somebody saves is whole or not there, and nobody else's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.files import whole_or_nothing


def test_it_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.pdf"
    sheet.write_bytes(b"before")
    sheet.chmod(0o644)
    with whole_or_nothing(sheet) as unfinished:
        unfinished.write_bytes(b"after")
        assert sheet.read_bytes() == b"before"
    assert sheet.read_bytes() == b"after"
    assert os.name == "nt" or sheet.stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["sheet.pdf"]


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.pdf"
    sheet.write_bytes(b"before")
    with pytest.raises(OSError, match="full"), whole_or_nothing(sheet) as unfinished:
        unfinished.write_bytes(b"af")
        raise OSError("full")
    assert sheet.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["sheet.pdf"]
