"""The strip says what is wrong in a few words; the remedy is its tip."""

from __future__ import annotations

import pytest

from ui.shell.strip import _short


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("The printer is out of paper. Put in a new roll; the receipt waits.", "The printer is out of paper"),
        ("The printer is nearly out of paper.", "The printer is nearly out of paper"),
        ("", ""),
        ("x" * 80, "x" * 59 + "…"),
    ],
)
def test_trouble_is_cut_between_sentences(sentence: str, shown: str) -> None:
    assert _short(sentence) == shown
