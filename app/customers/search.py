"""How a question typed into the customer search is answered: by number, phone, e-mail address or name."""

from __future__ import annotations

import re
from typing import Any

from app.folding import LONGEST_QUESTION, words_of
from db.queries import customers as queries

_DIGITS = re.compile(r"[+0-9 ().\-/]+", re.ASCII)
FEWEST_DIGITS = 3
MOST = 60  # candidates read before the best are chosen


def find_ids(connection: Any, question: str, country: str) -> list[int]:
    """Ids of candidates, the surest first. Each way uses an index of its own, so that none reads many rows."""
    typed = question.strip()[:LONGEST_QUESTION]
    if not typed:
        return []
    if "@" in typed:
        return _by_email(connection, typed)
    digits = "".join(char for char in typed if char.isdigit())
    if _DIGITS.fullmatch(typed) and len(digits) >= FEWEST_DIGITS:
        return _unique(_by_digits(connection, typed, digits, country))
    return _by_name(connection, typed)


def _by_email(connection: Any, typed: str) -> list[int]:
    address = typed.lower().replace(" ", "")
    if address.startswith("@"):
        return []
    return queries.ids_beginning(connection, "email", address, MOST)


def _by_digits(connection: Any, typed: str, digits: str, country: str) -> list[int]:
    found = queries.ids_beginning(connection, "number", f"C{digits}", MOST)
    if len(digits) <= 7:
        found += queries.ids_beginning(connection, "number", f"C{digits.zfill(7)}", MOST)
    for beginning in _international(typed, digits, country):
        found += queries.ids_beginning(connection, "phone", beginning, MOST)
    return found + queries.ids_beginning(connection, "phone_tail", digits[::-1], MOST)


def _international(typed: str, digits: str, country: str) -> list[str]:
    """How the number's beginning may stand in the shop: +44… for 0…, 00… or as typed."""
    if typed.lstrip().startswith("+"):
        return [f"+{digits}"]
    if digits.startswith("00"):
        return [f"+{digits[2:]}"]
    code = _country_code(country)
    national = digits.removeprefix("0") if country != "IT" else digits  # Italy keeps its zero abroad
    return [f"+{code}{national}"] if code and national else []


def _country_code(country: str) -> int:
    if not country:
        return 0
    import phonenumbers

    return int(phonenumbers.country_code_for_region(country))


def _by_name(connection: Any, typed: str) -> list[int]:
    """Last names that begin so, then first names, then whoever holds every word somewhere."""
    words = words_of(typed)
    if not words:
        return []
    found = queries.ids_beginning(connection, "number", typed.upper().replace(" ", ""), 5) if len(typed) >= 3 else []
    if len(words) > 1:
        found += queries.ids_beginning(connection, "sort_name", " ".join([words[-1], *words[:-1]]), MOST)
    for column, beginning in (("sort_name", words), ("search_text", ["", *words])):
        if len(found) < MOST:
            found += queries.ids_beginning(connection, column, " ".join(beginning), MOST - len(found))
    if len(found) < MOST and len(words) > 1 and any(len(word) == 1 for word in words):
        found += _by_initials(connection, words, MOST - len(found))
    if len(found) < MOST and any(len(word) > 1 for word in words):
        found += queries.ids_by_words(connection, words, MOST - len(found))
    return _unique(found)


def _by_initials(connection: Any, words: list[str], most: int) -> list[int]:
    """Names with initials. Common letters fill the list from a few hundred names; looked up by themselves, each letter
    would bring a tenth of the shop."""
    found: list[int] = []
    for place, word in reversed(list(enumerate(words))):
        others = words[:place] + words[place + 1 :]
        if len(found) < most and all(len(other) == 1 for other in others):
            found += queries.ids_named(connection, word, others, most - len(found))
    return found


def _unique(ids: list[int]) -> list[int]:
    return list(dict.fromkeys(ids))
