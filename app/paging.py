"""Lists that are read a page at a time, each page starting after the last row of the one before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")

# The sort key of a page's last row; opaque to whoever asks for the next page.
Cursor = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """`after` fetches what follows; None means this was the last page."""

    rows: tuple[Row, ...]
    after: Cursor | None = None
