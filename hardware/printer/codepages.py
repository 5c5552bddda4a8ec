"""Which bytes show a text on a printer, where its code pages can."""

from __future__ import annotations

from functools import lru_cache

from hardware.printer.profile import CodePage

# Signs that mean the same in plainer dress, one for one so that no line grows; used where no code page has the
# finer one.
_PLAINER = str.maketrans(
    {
        "\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u202f": " ", "\u2010": "-", "\u2011": "-", "\u2012": "-",
        "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2018": "'", "\u2019": "'", "\u201a": ",", "\u201c": '"',
        "\u201d": '"', "\u201e": '"', "\u2022": "*", "\u00d7": "x",
    }
)  # fmt: skip


def encode(text: str, pages: tuple[CodePage, ...]) -> list[tuple[CodePage, bytes]] | None:
    """`text` as runs of bytes, each under one page; None when a character is on none of them.

    One page for the whole line is preferred, then as few switches as going from left to right gives.
    """
    whole = _on_one_page(text, pages)
    if whole is not None:
        return [whole]
    runs: list[tuple[CodePage, bytes]] = []
    for char in text:
        found = _page_of(char, pages, runs[-1][0] if runs else None)
        plain = char.translate(_PLAINER)
        if found is None and plain != char:
            found, char = pages[0], plain  # noqa: PLW2901
        if found is None:
            return None
        encoded = char.encode(found.codec)
        if runs and runs[-1][0] == found:
            runs[-1] = (found, runs[-1][1] + encoded)
        else:
            runs.append((found, encoded))
    return runs


def _on_one_page(text: str, pages: tuple[CodePage, ...]) -> tuple[CodePage, bytes] | None:
    for page in pages:
        if all(_has(char, page) for char in text):
            return page, text.encode(page.codec)
    return None


def _page_of(char: str, pages: tuple[CodePage, ...], current: CodePage | None) -> CodePage | None:
    if current is not None and _has(char, current):
        return current
    return next((page for page in pages if _has(char, page)), None)


@lru_cache(maxsize=8192)
def _has(char: str, page: CodePage) -> bool:
    """Printable ASCII, or a byte from 0x80 up: nothing below can be anything but text."""
    if " " <= char <= "~":
        return True
    try:
        encoded = char.encode(page.codec)
    except UnicodeEncodeError:
        return False
    return len(encoded) == 1 and encoded[0] >= 0x80
