"""How a question typed into the customer search is answered: by number, phone, e-mail address or name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from app.folding import LONGEST_QUESTION, words_of
from db.queries import customers as queries

_DIGITS = re.compile(r"[+0-9 ().\-/]+", re.ASCII)
_NUMBER = re.compile(r"c\s*\d", re.ASCII | re.IGNORECASE)  # the number on a loyalty card begins so
_ADDRESS = re.compile(r"[\w.+\-]*[\d._+\-][\w.+\-]*", re.ASCII)  # one word that is hardly a name
FEWEST_DIGITS = 3


Way = Callable[[int], list[int]]  # so many ids at most, by one index


def find_ids(connection: Any, question: str, country: str, most: int) -> list[int]:
    """At most so many ids, the surest first. Each way uses an index of its own, so that none reads many rows; the
    later ones, which find less and take longer, are tried only while there is room."""
    typed = question.strip()[:LONGEST_QUESTION]
    found: dict[int, None] = {}
    for way in _ways(connection, typed, country) if typed else ():
        found |= dict.fromkeys(way(most))
        if len(found) >= most:
            break
    return list(found)[:most]


def _ways(connection: Any, typed: str, country: str) -> Iterable[Way]:
    if "@" in typed:
        return _by_email(connection, typed)
    digits = "".join(char for char in typed if char.isdigit())
    if _DIGITS.fullmatch(typed) and len(digits) >= FEWEST_DIGITS:
        return _by_digits(connection, typed, digits, country)
    return _by_name(connection, typed, words_of(typed))


def _begins(connection: Any, column: str, beginning: str) -> Way:
    return partial(queries.ids_beginning, connection, column, beginning)


def _by_email(connection: Any, typed: str) -> Iterable[Way]:
    address = typed.lower().replace(" ", "")
    if not address.startswith("@"):
        yield _begins(connection, "email", address)


def _by_digits(connection: Any, typed: str, digits: str, country: str) -> Iterable[Way]:
    yield _begins(connection, "number", f"C{digits}")
    if len(digits) <= 7:
        yield _begins(connection, "number", f"C{digits.zfill(7)}")
    for beginning in _international(typed, digits, country):
        yield _begins(connection, "phone", beginning)
    yield _begins(connection, "phone_tail", digits[::-1])


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


def _by_name(connection: Any, typed: str, words: list[str]) -> Iterable[Way]:
    """Last names that begin so, first names, addresses, then whoever holds every word somewhere."""
    if not words:
        return
    if _NUMBER.match(typed):
        yield _begins(connection, "number", typed.upper().replace(" ", ""))
    if len(words) > 1:
        yield _begins(connection, "sort_name", " ".join([words[-1], *words[:-1]]))
    yield _begins(connection, "sort_name", " ".join(words))
    yield _begins(connection, "search_text", " ".join(["", *words]))
    if _ADDRESS.fullmatch(typed):
        yield _begins(connection, "email", typed.lower())
    # Common letters fill the list from a few hundred names; looked up by itself, each would bring a tenth of the shop.
    for place, word in reversed(list(enumerate(words))):
        others = words[:place] + words[place + 1 :]
        if others and all(len(other) == 1 for other in others):
            yield partial(queries.ids_named, connection, word, others)
    if any(len(word) > 1 for word in words):
        yield partial(queries.ids_by_words, connection, words)
