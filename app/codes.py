"""Codes that customers hold: made, typed, looked up, shown and printed again.

A made code is 15 random symbols (75 bits) and one check symbol, of a case-blind alphabet of 32 without
I, L, O and U, shown in groups of four: "7Q4K-0ZTM-…". It spends like cash: it is looked up by its
hash, shown by its last four, and its printable copy is encrypted under the shop's key (see app.codekeys).
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_SYMBOLS = 15
CODE_LENGTH = RANDOM_SYMBOLS + 1
LONGEST_TYPED = 60  # past this it is no code: nothing that long is hashed or looked up

_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_SEPARATORS = " -‐‑‒–—_."
_DROP = str.maketrans("", "", _SEPARATORS)


class CodeKind(StrEnum):
    """What a customer's code may turn out to be."""

    GIFT_CARD = "gift_card"
    COUPON = "coupon"


def generate() -> str:
    """A new code, 16 symbols without separators."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_SYMBOLS))
    return body + check_symbol(body)


def _times_alpha(value: int) -> int:
    """`value` times the generator of the field of 32 elements (x^5 + x^2 + 1)."""
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value


def check_symbol(body: str) -> str:
    """The last symbol for 15 symbols of the alphabet.

    Each place has its own weight in the field of 32 elements, so every single wrong symbol and every
    swap of two symbols, neighbours or not, shows. Raises KeyError on a symbol outside the alphabet.
    """
    total = 0
    for symbol in body:  # Horner: the last place before the check symbol has weight alpha
        total = _times_alpha(total ^ _VALUE[symbol])
    return ALPHABET[total]


def fold(text: str) -> str:
    """`text` as it is compared: upper case, without spaces, dashes and full-width forms."""
    return unicodedata.normalize("NFKC", text).strip().upper().translate(_DROP)


def normalise(text: str) -> str:
    """The one form under which a code is stored and looked up.

    A made code is also freed of look-alikes (O for 0, I and L for 1, U for V). Anything that does not come out
    as a made code keeps its letters: on a pre-printed number or a shared word, O and 0 may be two codes.
    """
    folded = fold(text)
    clear = folded.translate(_LOOK_ALIKES)
    return clear if is_made(clear) else folded


def is_made(code: str) -> bool:
    """Whether normalised `code` has the form and check symbol of a code made here."""
    if len(code) != CODE_LENGTH or any(symbol not in _VALUE for symbol in code):
        return False
    return check_symbol(code[:-1]) == code[-1]


def looks_mistyped(text: str) -> bool:
    """Whether `text` has the form of a made code but its check symbol is wrong: ask to read it again."""
    clear = fold(text).translate(_LOOK_ALIKES)
    return len(clear) == CODE_LENGTH and all(symbol in _VALUE for symbol in clear) and not is_made(clear)


def hash_of(text: str) -> str:
    """Hex SHA-256 of the normalised code: what is stored and indexed. "" for what cannot be a code."""
    if len(text) > LONGEST_TYPED * 2:
        return ""
    code = normalise(text)
    if not code or len(code) > LONGEST_TYPED:
        return ""
    return hashlib.sha256(code.encode()).hexdigest()


def last_four(text: str) -> str:
    """What may be shown of a code: its last four, of a short pre-printed number no more than half of it."""
    code = normalise(text)
    return code[len(code) - min(4, len(code) // 2) :]


def mask(last: str) -> str:
    """What screens, paper and logs show: "•••• 7Q4K"."""
    return f"•••• {last}" if last else "••••"


def grouped(code: str) -> str:
    """For reading aloud and typing: groups of four, "7Q4K-0ZTM-9XYA-B3C2"; other numbers stay as they are."""
    made = normalise(code)
    if not is_made(made):
        return code.strip()
    return "-".join(made[start : start + 4] for start in range(0, CODE_LENGTH, 4))
