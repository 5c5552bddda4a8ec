"""From the characters a reader sent to what they mean. Pure: the same characters always mean the same."""

from __future__ import annotations

import re

from app.barcodes import gs1
from app.barcodes.articles import read_digits
from app.barcodes.checks import is_digits
from app.barcodes.faults import KEYBOARD_LAYOUT, SPREADSHEET, Fault, refusal
from app.barcodes.model import BarcodeSettings, PlainText, Product, Recognised
from app.barcodes.own import read_own

LONGEST = 2_000  # a full QR code of a digital link is shorter; anything more is noise

_AIM = re.compile(r"\][A-Za-z][0-9A-Fa-f]", re.ASCII)
_GS1_READERS = frozenset({"]C1", "]e0", "]e1", "]e2", "]d2", "]Q3", "]J1", "]l1"})
_ARTICLE_READERS = frozenset({"]E0", "]E1", "]E2", "]E3", "]E4", "]I1"})
_GS1_HINTS = frozenset({"GS1", "GS1-128", "GS1 DATABAR", "GS1-DATABAR", "GS1 DATAMATRIX", "GS1 QR"})
_TEXT_HINTS = frozenset({"CODE-128", "CODE 128", "CODE-39", "CODE 39", "QR"})
_TEXT = re.compile(r"[0-9A-Za-z][0-9A-Za-z\-_./]{0,79}", re.ASCII)
_HALF_AN_IDENTIFIER = re.compile(r"\][A-Za-z]?|[A-Za-z][0-9]", re.ASCII)
_EXPONENT = re.compile(r"[0-9]+[.,][0-9]+E\+?[0-9]{1,2}", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{7,14}\.0+", re.ASCII)
_AZERTY_DIGITS = frozenset("à&é\"'(-è_ç")
_HYPHENED = re.compile(r"[0-9][0-9\- ]*[0-9]", re.ASCII)


def recognise(
    raw: str,
    *,
    context: str = "plain_scan",
    symbology_hint: str | None = None,
    settings: BarcodeSettings | None = None,
) -> Recognised:
    """What `raw` is, exactly as it came from a reader or a hand; a Refused never names an article.

    `context` "gs1_message": the reader said that these are GS1 fields. `symbology_hint`: the reader's own word
    for the code ("UPC-E"), which settles readings that the digits leave open. Nothing is looked up: an
    article that is not in the shop is told by its number all the same.
    """
    settings = settings or BarcodeSettings()
    text = raw.strip(" \t\r\n")
    hint = symbology_hint.upper() if symbology_hint else None
    if not text:
        return refusal("empty")
    if len(text) > LONGEST:
        return refusal("length")
    try:
        return _read(text, context, hint, settings)
    except Fault as fault:
        return refusal(fault.reason, _safe_lookup(text), _special_message(text, fault.reason))


def _read(text: str, context: str, hint: str | None, settings: BarcodeSettings) -> Recognised:
    aim = _AIM.match(text)
    if aim is not None:
        return _by_identifier(aim.group(), text[3:], hint, settings)
    if text.startswith("]"):
        raise Fault("syntax")
    if context == "gs1_message" or hint in _GS1_HINTS:
        return gs1.parse_message(_leading_fnc1(text), settings.separators)
    return _plain(text, hint, settings)


def _leading_fnc1(text: str) -> str:
    """Some readers show FNC1 as a caret, which no GS1 field can hold, so it cannot be taken for data."""
    return text.replace("^", gs1.FNC1) if text.startswith("^") else text


def _by_identifier(aim: str, body: str, hint: str | None, settings: BarcodeSettings) -> Recognised:
    if not body:
        raise Fault("empty")
    if aim in _GS1_READERS:
        return gs1.parse_message(body, settings.separators)
    if aim in _ARTICLE_READERS:
        return _article(aim, body, hint, settings)
    return _plain(body, hint or "CODE-128", settings)


def _article(aim: str, body: str, hint: str | None, settings: BarcodeSettings) -> Recognised:
    """A retail symbol, perhaps with a composite part behind a bar or an add-on behind the number.

    Readers that send identifiers send UPC as 13 digits (ISO/IEC 15424); fewer mean that some are lost.
    """
    body = body.partition("|]e0")[0]
    if not is_digits(body):
        raise Fault("characters")
    add_on = None
    if aim == "]E3" and len(body) in (15, 18):
        body, add_on = body[:13], body[13:]
    expected = {"]E0": (13,), "]E3": (13,), "]E4": (8,), "]E1": (2,), "]E2": (5,), "]I1": (14,)}[aim]
    if len(body) not in expected or len(body) < 8:
        raise Fault("length")
    found = read_digits(body, "EAN-8" if aim == "]E4" else hint, settings)
    if add_on is not None and isinstance(found, Product):
        return Product(found.gtin14, found.symbology, found.upc_a, add_on=add_on)
    return found


def _plain(text: str, hint: str | None, settings: BarcodeSettings) -> Recognised:
    own = read_own(text, settings)
    if own is not None:
        return own
    if is_digits(text):
        return _plain_digits(text, hint, settings)
    if text.startswith("(") or gs1.FNC1 in text:
        return gs1.parse_message(text, settings.separators)
    if text.lower().startswith(("http://", "https://")):
        scheme, rest = text.split("://", 1)
        return _digital_link(f"{scheme.lower()}://{rest}")
    if _HYPHENED.fullmatch(text):
        return _hyphened(text, settings)
    if _EXPONENT.fullmatch(text.upper()) or not _TEXT.fullmatch(text) or _is_misread_number(text):
        guess = _untold_gs1(text)
        if guess is None:
            raise Fault("characters")
        return guess
    if _HALF_AN_IDENTIFIER.fullmatch(text):
        raise Fault("syntax")
    return _untold_gs1(text) or PlainText(text)


def _plain_digits(text: str, hint: str | None, settings: BarcodeSettings) -> Recognised:
    try:
        return read_digits(text, hint, settings)
    except Fault as fault:
        guess = _untold_gs1(text) if fault.reason == "length" else None
        if guess is not None:
            return guess
        if hint in _TEXT_HINTS:
            return PlainText(text)
        raise


def _untold_gs1(text: str) -> Recognised | None:
    """GS1 fields from a reader that does not say so: only where the first field's own check digit speaks for it."""
    if len(text) < 16 or not text.startswith(("00", "01", "02", "8110", "8112", "255")):
        return None
    try:
        return gs1.parse_message(text)
    except Fault:
        return None


def _digital_link(text: str) -> Recognised:
    from biip import ParseError
    from biip.gs1_digital_link_uris import GS1DigitalLinkURI

    try:
        link = GS1DigitalLinkURI.parse(text)
    except (ParseError, ValueError):
        raise Fault("characters") from None
    return gs1.parse_message("".join(f"({part.ai.ai}){part.value}" for part in link.element_strings))


def _hyphened(text: str, settings: BarcodeSettings) -> Recognised:
    """Digits in groups, as on a book's back. Taken only for an article that is right without the hyphens."""
    digits = re.sub(r"[- ]", "", text)
    if len(digits) != 13 or "--" in text:
        raise Fault("characters")
    found = read_digits(digits, None, settings)
    if not isinstance(found, Product):
        raise Fault("characters")
    return found


def _is_misread_number(text: str) -> bool:
    """Thirteen or so characters of which all but one are digits, or a spreadsheet's ".0": a number gone wrong."""
    if _DECIMAL.fullmatch(text):
        return True
    return len(text) in (12, 13, 14) and sum(char in "0123456789" for char in text) == len(text) - 1


def _safe_lookup(text: str) -> str | None:
    """For an exact look-up by SKU or PLU after a refusal: visible ASCII only, and not what may be two codes in one."""
    return text if len(text) <= 80 and all(" " < char < "\x7f" for char in text) else None


def _special_message(text: str, reason: str) -> str | None:
    if reason != "characters":
        return None
    if len(text) >= 6 and set(text) <= _AZERTY_DIGITS:
        return KEYBOARD_LAYOUT
    if _EXPONENT.fullmatch(text.upper()):
        return SPREADSHEET
    return None
