"""Check digits and the UPC-E expansion."""

from __future__ import annotations

from stdnum import ean


def is_digits(text: str) -> bool:
    """ASCII digits only: str.isdigit alone would let superscripts and other scripts through."""
    return text.isascii() and text.isdigit()


def check_digit_right(digits: str) -> bool:
    """GS1 modulo-10 check digit at the end, for any length."""
    return ean.calc_check_digit(digits[:-1]) == digits[-1]


def expand_upc_e(digits: str) -> str | None:
    """The 12-digit UPC-A behind 6, 7 or 8 digits of UPC-E; None where they cannot be one.

    Six digits have number system 0; seven lead with the number system; eight end with the check digit, which
    must be right. Source: GS1 General Specifications, UPC-E (zero suppression).
    """
    if not is_digits(digits) or len(digits) not in (6, 7, 8):
        return None
    system = "0" if len(digits) == 6 else digits[0]
    if system not in "01":
        return None
    body = digits if len(digits) == 6 else digits[1:7]
    payload = system + _expand_body(body)
    upc_a = payload + ean.calc_check_digit(payload)
    if len(digits) == 8 and upc_a[-1] != digits[-1]:
        return None
    return upc_a


def _expand_body(body: str) -> str:
    last = body[5]
    if last in "012":
        return f"{body[:2]}{last}0000{body[2:5]}"
    if last == "3":
        return f"{body[:3]}00000{body[3:5]}"
    if last == "4":
        return f"{body[:4]}00000{body[4]}"
    return f"{body[:5]}0000{last}"
