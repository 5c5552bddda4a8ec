"""Every fault of the catalogue has a test that names its number, but for those whose feature is not there yet."""

from __future__ import annotations

import re
from pathlib import Path

FAULTS = range(1, 57)
# A card terminal that this program talks to, and mail that it sends: neither is in it.
NOT_YET = {48, 49, 50, 51}
# In a comment, in the name of a test, or in the first line of what is said about one. Keys are written otherwise.
NUMBER = re.compile(r"(?<![A-Za-z_+])F(\d{1,2})(?!\d)|(?<=_)f(\d{1,2})(?=_)")
LINE = re.compile(r"(#.*|\bdef test_\w+|\"\"\".*)")


def named_in(text: str) -> set[int]:
    found = set()
    for said in LINE.findall(text):
        found |= {int(first or second) for first, second in NUMBER.findall(said)}
    return found


def test_every_fault_has_a_test_by_its_number() -> None:
    here = Path(__file__)
    files = [path for path in here.parents[1].rglob("test_*.py") if path != here]
    named = set().union(*(named_in(path.read_text(encoding="utf-8")) for path in files))
    assert set(FAULTS) - named == NOT_YET


def test_a_key_is_no_fault() -> None:
    """The control: what only looks like a number of the catalogue is not counted."""
    text = 'till.qtbot.keyClick(view, Qt.Key.Key_F48)\nfield = "F49"\ndef test_it() -> None:  # F7, F41\n    "F50"\n'
    assert named_in(text) == {7, 41}
    assert named_in("def test_f3_and_f28_of_two() -> None:\n") == {3, 28}
