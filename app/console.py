"""What long commands write while they work."""

from collections.abc import Callable
from typing import TextIO


def progress_line(out: TextIO) -> Callable[[str, int, int], None]:
    """A line that rewrites itself on a terminal, and nothing in a file or pipe."""
    if not out.isatty():
        return lambda _what, _done, _total: None

    def show(what: str, done: int, total: int) -> None:
        percent = 100 * done // total if total else 100
        end = "\n" if done >= total else ""
        out.write(f"\r{what:<40} {percent:3d} %{end}")
        out.flush()

    return show
