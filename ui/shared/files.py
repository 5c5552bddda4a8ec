"""Names for files that the program offers to write."""

from __future__ import annotations


def file_name(title: str, otherwise: str = "document") -> str:
    """A title as a file name: letters, digits, spaces and - _ only, so no path can hide in it."""
    kept = "".join(char for char in title if char.isalnum() or char in " -_").strip()
    return kept[:80].strip() or otherwise
