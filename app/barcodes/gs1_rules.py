"""What each GS1 application identifier may hold, beyond its length.

Lengths and character kinds come from biip's copy of the GS1 list; the checks inside a field and the pairs that
contradict each other are from the GS1 General Specifications, 3.2 and 4.13.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from app.barcodes.checks import check_digit_right, is_digits
from app.barcodes.faults import Fault
from app.barcodes.iso_numbers import is_country, is_currency

_CHARACTERS = {
    "N": re.compile(r"[0-9]*", re.ASCII),
    "X": re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]*", re.ASCII),
    "Y": re.compile(r"[#\-/0-9A-Z]*", re.ASCII),
    "Z": re.compile(r"[0-9A-Za-z\-_=]*", re.ASCII),
}
_PART = re.compile(r"(\[)?\+?([NXYZ])(\.\.)?(\d+)")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of one kind of character; `shortest` holds where an `optional` one is there at all."""

    kind: str
    shortest: int
    longest: int
    optional: bool


@dataclass(frozen=True, slots=True)
class Identifier:
    ai: str
    parts: tuple[Part, ...]
    needs_separator: bool

    @property
    def shortest(self) -> int:
        return sum(0 if part.optional else part.shortest for part in self.parts)

    @property
    def longest(self) -> int:
        return sum(part.longest for part in self.parts)


def _parts(layout: str) -> tuple[Part, ...]:
    """ "N3+N13[+X..17]": the identifier first, then its parts; a bracketed part may be left out."""
    parts = []
    for bracket, kind, ranged, size in _PART.findall(layout.split("+", 1)[1].replace("N1..N2", "N..2")):
        parts.append(Part(kind, 1 if ranged else int(size), int(size), optional=bool(bracket)))
    if "[-]" in layout:
        parts.append(Part("X", 1, 1, optional=True))  # a temperature's minus sign
    return tuple(parts)


def identifier_at(text: str) -> Identifier | None:
    """The identifier `text` begins with. No identifier is the beginning of another, so there is at most one."""
    return _identifier(text[:4])


@lru_cache(maxsize=4096)
def _identifier(head: str) -> Identifier | None:
    from biip import ParseError
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier

    try:
        known = GS1ApplicationIdentifier.extract(head)
    except ParseError:
        return None
    return Identifier(known.ai, _parts(known.format), known.separator_required)


def check_value(identifier: Identifier, value: str) -> None:
    """Raises Fault with the first reason why `value` cannot stand under this identifier."""
    if not value:
        raise Fault("empty_value")
    if not identifier.shortest <= len(value) <= identifier.longest:
        raise Fault("length")
    position = 0
    for part in identifier.parts:
        piece = value[position : position + part.longest]
        if not _CHARACTERS[part.kind].fullmatch(piece):
            raise Fault("characters")
        if piece and len(piece) < part.shortest:
            raise Fault("length")
        position += len(piece)
    _check_inside(identifier.ai, value)


_KEYS = {
    "00": 18, "01": 14, "02": 14, "253": 13, "255": 13, "402": 17, "410": 13, "411": 13, "412": 13, "413": 13,
    "414": 13, "415": 13, "416": 13, "417": 13, "8006": 14, "8017": 18, "8018": 18, "8026": 14,
}  # fmt: skip
_DATES = {"11", "12", "13", "15", "16", "17", "4324", "4325", "4326", "7003", "7006", "7007", "7011", "8008"}
_DAY_MAY_BE_ZERO = {"11", "12", "13", "15", "16", "17", "4324", "4325"}


def _check_inside(ai: str, value: str) -> None:
    key = _KEYS.get(ai)
    if key and not check_digit_right(value[:key]):
        raise Fault("check_digit")
    if ai in _DATES:
        _check_date(value[:6], day_may_be_zero=ai in _DAY_MAY_BE_ZERO)
        _check_rest_of_date(ai, value[6:])
    elif ai in ("8006", "8026"):
        piece, total = int(value[14:16]), int(value[16:18])
        if not 0 < piece <= total:
            raise Fault("piece_number")
    elif ai == "8013":
        _check_model_number(value)
    elif ai == "8007" and not _iban_right(value):
        raise Fault("check_digit")
    _check_form(ai, value)
    _check_numbers(ai, value)


# What a value must look like as a whole, where its parts do not say enough.
_FORMS = {
    "4309": r"(?:0\d{9}|1[0-7]\d{8}|1800000000)(?:[012]\d{9}|3[0-5]\d{8}|3600000000)",  # degrees x 10^7
    "4321": r"[01]",
    "4322": r"[01]",
    "4323": r"[01]",
    "4330": r"\d{6}-?",
    "4331": r"\d{6}-?",
    "4332": r"\d{6}-?",
    "4333": r"\d{6}-?",
    "7040": r"\d[^=]*",
    "8001": r"(?!0000)\d{4}(?!00000)\d{5}(?!000)\d{3}[019]\d",
    # The check digit of 8003 is not asked for: numbers of crates in circulation break it, and no till sells one.
    "8003": r"0.*",
    "8011": r"0|[1-9]\d*",
}
_COMPANY_KEYS = ("401", "7023", "8004", "8010")  # begin with a company prefix, of four digits at least


def _check_form(ai: str, value: str) -> None:
    form = _FORMS.get(ai)
    if form is not None and not re.fullmatch(form, value, re.ASCII):
        raise Fault("characters")
    if ai in _COMPANY_KEYS:
        if len(value) < 4:
            raise Fault("length")
        if not is_digits(value[:4]):
            raise Fault("characters")
    if ai in _PERCENT_ENCODED and re.search(r"%(?![0-9A-Fa-f]{2})", value):
        raise Fault("characters")


_PERCENT_ENCODED = frozenset(
    (
        "4300",
        "4301",
        "4302",
        "4303",
        "4304",
        "4305",
        "4306",
        "4310",
        "4311",
        "4312",
        "4313",
        "4314",
        "4315",
        "4316",
        "4320",
    )
)


def _check_numbers(ai: str, value: str) -> None:
    """Numbers of currencies and countries must be given ones."""
    if re.fullmatch(r"39[13]\d", ai) and not is_currency(value[:3]):
        raise Fault("currency")
    if ai in ("421", "422", "424", "426"):
        countries = [value[:3]]
    elif ai in ("423", "425"):
        countries = [value[start : start + 3] for start in range(0, len(value), 3)]
    elif "7030" <= ai <= "7039" and value[:3] != "999":
        countries = [value[:3]]
    else:
        return
    if not all(is_country(number) for number in countries):
        raise Fault("country")


def _check_date(digits: str, *, day_may_be_zero: bool) -> None:
    """A year of two digits is taken as 20yy: 1900 is the only year for which that would be wrong."""
    day = int(digits[4:6])
    try:
        date(2000 + int(digits[:2]), int(digits[2:4]), 1 if day == 0 and day_may_be_zero else day)
    except ValueError:
        raise Fault("date") from None


def _check_rest_of_date(ai: str, rest: str) -> None:
    if ai == "7007" and rest:
        _check_date(rest, day_may_be_zero=False)
        return
    if not rest:
        return
    if len(rest) % 2:
        raise Fault("length")
    pairs = [int(rest[i : i + 2]) for i in range(0, len(rest), 2)]
    unset = rest == "9999" and ai in ("4324", "4325")  # no time given
    if not unset and (pairs[0] > 23 or any(pair > 59 for pair in pairs[1:])):
        raise Fault("date")


_CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_PAIR32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)


def _check_model_number(value: str) -> None:
    """Check character pair of a Global Model Number. Source: GS1 General Specifications 7.9.5."""
    if len(value) < 3:
        raise Fault("length")
    body, pair = value[:-2], value[-2:]
    if any(char not in _PAIR32 for char in pair):
        raise Fault("characters")
    weights = reversed(_PRIMES[: len(body)])
    total = sum(_CSET82.index(char) * weight for char, weight in zip(body, weights, strict=True)) % 1021
    if pair != _PAIR32[total >> 5] + _PAIR32[total & 31]:
        raise Fault("check_digit")


def _iban_right(value: str) -> bool:
    from stdnum import iban

    return bool(iban.is_valid(value))


# Pairs that one item cannot carry together. AI 37 beside 01 is left out: it is common on outer cartons.
_CONTRADICTIONS = (
    ("01", r"02|255"),
    ("02", r"01|255|8006|8026"),
    ("21", r"235"),
    ("255", r"01|02|415|8006|8020|8026"),
    (r"390\d", r"391\d|394\d|8111"),
    (r"392\d", r"393\d"),
    (r"394\d", r"8111"),
    (r"395\d", r"392\d|393\d|8005"),
    ("420", r"421"),
    ("421", r"4307"),
    (r"422|423|424|425", r"426"),
    ("4330", r"4331"),
    ("4332", r"4333"),
    ("8006", r"01|8026"),
    ("8017", r"8018"),
)
# The same measure stated twice with other decimals: 3102 beside 3103.
_SAME_MEASURE = re.compile(r"(3[1-6]\d|39[0-5])\d")


def check_combination(fields: list[tuple[str, str]]) -> None:
    """Raises Fault("combination") where two fields cannot both be true of one item."""
    seen: dict[str, str] = {}
    for ai, value in fields:
        if seen.setdefault(ai, value) != value:
            raise Fault("combination")
    measures = [match.group(1) for ai in seen if (match := _SAME_MEASURE.fullmatch(ai))]
    if len(measures) != len(set(measures)):
        raise Fault("combination")
    for one, others in _CONTRADICTIONS:
        if any(re.fullmatch(one, ai) for ai in seen) and any(re.fullmatch(others, ai) for ai in seen):
            raise Fault("combination")
    if "02" in seen and "37" not in seen:
        raise Fault("combination")  # the content of a carton without its count names no quantity
