"""GS1 element strings, as a reader sends them and as people write them."""

from __future__ import annotations

import re

from app.barcodes.faults import Fault
from app.barcodes.gs1_rules import check_combination, check_value, identifier_at
from app.barcodes.model import Gs1, NaCoupon
from app.barcodes.na_coupon import parse_8110, parse_8112

FNC1 = "\x1d"
_COUPONS = {"8110": parse_8110, "8112": parse_8112}


def parse_message(text: str, separators: str = "") -> Gs1 | NaCoupon:
    """Fields of a GS1 message, bracketed or raw. Raises Fault with the first reason it cannot be trusted."""
    if not text:
        raise Fault("empty")
    if any(not (" " < char < "\x7f" or char == FNC1) for char in text):
        raise Fault("characters")
    if text.startswith("("):
        fields = _bracketed(text)
    else:
        fields = _raw(text.translate({ord(char): FNC1 for char in separators}))
    if not fields:
        raise Fault("empty")
    coupon = None
    for ai, value in fields:
        known = identifier_at(ai)
        if known is None:
            raise Fault("unknown_ai")
        if ai in _COUPONS:
            coupon = _coupon(ai, value)
        else:
            check_value(known, value)
    check_combination(fields)
    return coupon or Gs1(tuple(fields))


def _coupon(ai: str, value: str) -> NaCoupon:
    """A coupon's own grammar says more than its length does, so it names the fault."""
    if not value:
        raise Fault("empty_value")
    coupon = _COUPONS[ai](value)
    if len(value) > 70:
        raise Fault("length")
    return coupon


def _raw(text: str) -> list[tuple[str, str]]:
    """Fields of predefined length run on; every other field ends at a separator or at the end.

    A separator in front, behind, doubled or after a field of predefined length changes nothing.
    """
    fields: list[tuple[str, str]] = []
    for run in text.split(FNC1):
        rest = run
        while rest:
            known = identifier_at(rest)
            if known is None:
                raise Fault("syntax" if "(" in text else "unknown_ai")  # brackets begin a message or are none
            body = rest[len(known.ai) :]
            size = len(body) if known.needs_separator else known.longest
            value, rest = body[:size], body[size:]
            if not known.needs_separator and value and len(value) < size:
                raise Fault("length" if value.isdigit() else "characters")
            fields.append((known.ai, value))
    return fields


_OPENING = re.compile(r"\(([^()]*)\)")


def _bracketed(text: str) -> list[tuple[str, str]]:
    """ "(01)…(10)…"; a bracket inside a value is written with a backslash in front."""
    hidden = text.replace("\\(", "\x00")
    fields: list[tuple[str, str]] = []
    position = 0
    while position < len(hidden):
        match = _OPENING.match(hidden, position)
        if match is None or not match.group(1):
            raise Fault("syntax")
        end = hidden.find("(", match.end())
        end = len(hidden) if end < 0 else end
        if identifier_at(match.group(1)) is None or not _is_whole(match.group(1)):
            raise Fault("unknown_ai")
        fields.append((match.group(1), hidden[match.end() : end].replace("\x00", "(")))
        position = end
    return fields


def _is_whole(ai: str) -> bool:
    known = identifier_at(ai)
    return known is not None and known.ai == ai
