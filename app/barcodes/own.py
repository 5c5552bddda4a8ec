"""The shop's own codes, told by their form."""

from __future__ import annotations

import re
from functools import lru_cache

from app import codes
from app.barcodes.model import BarcodeSettings, OwnCode, OwnCodeKind

# What the shop generates: 16 characters without I, L, O and U, in groups of four when written by hand.
_GENERATED = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:[- ]?[0-9A-HJKMNP-TV-Z]{4}){3}", re.ASCII)


@lru_cache(maxsize=64)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.ASCII)


def read_own(text: str, settings: BarcodeSettings) -> OwnCode | None:
    """By the shop's patterns first, then by the form of generated codes that are not all digits."""
    upper = text.upper()
    for pattern in settings.own_codes:
        if _compiled(pattern.expression).fullmatch(upper):
            code = upper if pattern.kind is OwnCodeKind.RECEIPT else upper.replace("-", "").replace(" ", "")
            return OwnCode(pattern.kind, code)
    if not any(char.isalpha() for char in upper):
        return None
    if _GENERATED.fullmatch(upper):
        return OwnCode(OwnCodeKind.ANY, upper.replace("-", "").replace(" ", ""))
    # Read off paper, 0 is typed as O and 1 as I or L: the check symbol says whether it is one of ours all the same.
    made = codes.normalise(text)
    return OwnCode(OwnCodeKind.ANY, made) if codes.is_made(made) else None
