"""Every screen has its page of help, and every link in the help leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ui.shell.help import FOLDER, read_pages
from ui.shell.registry import discover

ROOT = Path(__file__).resolve().parents[3]
# Pages that only lead to another one.
LEADING = {"settings.devices"}


def test_every_page_of_the_program_has_a_help_page() -> None:
    names = {page.name for page in read_pages()}
    missing = {page.id for page in discover().pages()} - names - LEADING
    assert not missing
    assert {"start", "signin", "firststart", "invoice", "keys", "trouble"} <= names


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.md")), ids=lambda path: path.name)
def test_links_lead_to_pages_that_exist(file: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", file.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (FOLDER / target).is_file(), target


def test_pictures_and_files_the_readme_names_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", readme):
        assert (ROOT / target).is_file(), target
    assert readme.count("![") == 2


def test_the_readmes_commands_are_those_of_the_program() -> None:
    from app.cli import COMMANDS

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in readme for name in COMMANDS)
