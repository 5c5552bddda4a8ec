"""Text as it is compared in search: no case, no accents, only letters and digits, words apart by one space."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

LONGEST_QUESTION = 100  # what somebody types into a search field; the rest of a longer text is not looked at
# Letters that carry no combining mark to drop, as people without them on the keyboard type them.
_SPELT = str.maketrans({
    "ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h",
})  # fmt: skip
# "O'Brien" is found as "obrien": these vanish where every other sign parts two words.
_SILENT = {"'", "’", "‘", "ʼ", "`", "´"}


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """'Crème Brûlée – 500 ml' becomes 'creme brulee 500 ml'; emoji and signs part words."""
    if text.isascii():
        plain = text.lower()
    else:
        spread = unicodedata.normalize("NFKD", text.casefold())
        plain = "".join(char for char in spread if not unicodedata.combining(char)).translate(_SPELT)
    kept = "".join(char if char.isalnum() else "" if char in _SILENT else " " for char in plain)
    return " ".join(kept.split())


def searchable(*parts: str) -> str:
    """The folded words of all parts, a space before each: as search finds beginnings of words (db.queries.words)."""
    return "".join(f" {word}" for part in parts for word in fold(part).split())


def words_of(question: str) -> list[str]:
    """The folded words of what was typed, at most eight, without repeats."""
    return list(dict.fromkeys(fold(question[:LONGEST_QUESTION]).split()))[:8]
