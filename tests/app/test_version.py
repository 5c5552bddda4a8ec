from __future__ import annotations

import tomllib
from pathlib import Path

from app.version import VERSION


def test_sales_note_the_version_that_is_installed() -> None:  # V24
    project = Path(__file__).parents[2] / "pyproject.toml"
    assert tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"] == VERSION
