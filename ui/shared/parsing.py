"""What people type in number fields: the exact value as their locale writes it, or a refusal. Never a guess."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from PySide6.QtCore import QCoreApplication

from app.errors import InvalidInput
from app.money import Money
from ui.shared.format import Formats

# Longest thing worth reading; a scanner emptied into a field must not cost time.
_LONGEST = 40
_SPACES = "\u00a0\u202f\u2009 "
_APOSTROPHES = "'\u2019"
LARGEST_QUANTITY_MILLI = 99_999_999  # 99,999.999 pieces on one line


def _tr(text: str) -> str:
    return QCoreApplication.translate("parsing", text)


def plain_decimal(text: str, formats: Formats) -> str:
    """`text` in the locale's writing as a plain ASCII decimal ("-1234.56").

    Digits of any script count as digits. Group separators must stand where groups are; a decimal point is also
    taken where the locale writes a comma and no group could be meant. Raises InvalidInput otherwise.
    """
    if len(text) > _LONGEST:
        raise InvalidInput(_tr("That is too long for a number."), code="number.long")
    found = _pattern(formats.decimal_symbol, formats.group_symbol).fullmatch(_ascii(text, formats))
    if found is None:
        example = f"1234{formats.decimal_symbol}50"
        raise InvalidInput(_tr("That is not a number. Write it like {0}.").format(example), code="number.syntax")
    whole = re.sub(r"\D", "", found["whole"])
    sign = "-" if found["sign"] == "-" else ""
    return f"{sign}{whole or '0'}" + (f".{found['part']}" if found["part"] else "")


def _ascii(text: str, formats: Formats) -> str:
    """Digits of every script to 0-9, Arabic separators and the true minus sign to what the pattern reads."""
    marks = {
        "\N{MINUS SIGN}": "-", "\u200e": "", "\u200f": "", "\u061c": "",
        "\N{ARABIC DECIMAL SEPARATOR}": formats.decimal_symbol,
        "\N{ARABIC THOUSANDS SEPARATOR}": formats.group_symbol,
    }  # fmt: skip
    changed = []
    for letter in text.strip():
        digit = unicodedata.decimal(letter, None)
        changed.append(str(digit) if digit is not None else marks.get(letter, letter))
    return "".join(changed)


@lru_cache(maxsize=16)
def _pattern(decimal_symbol: str, group_symbol: str) -> re.Pattern[str]:
    groups = group_symbol
    if group_symbol in _SPACES:
        groups = _SPACES
    elif group_symbol in _APOSTROPHES:
        groups = _APOSTROPHES
    points = decimal_symbol if group_symbol == "." else decimal_symbol + "."
    group = f"[{re.escape(groups)}]"
    whole = (
        rf"(?P<whole>[0-9]+|[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]{{1,2}}(?:{group}[0-9]{{2}})+{group}[0-9]{{3}}|)"
    )
    return re.compile(rf"(?P<sign>[+-]?){whole}(?:[{re.escape(points)}](?P<part>[0-9]+))?(?<=[0-9])", re.ASCII)


def parse_money(text: str, formats: Formats, *, least: int = 0) -> Money:
    """Exact amount, not below `least` minor units. Raises InvalidInput with the remedy."""
    money = Money.parse(plain_decimal(text, formats), formats.currency)
    if money.minor < least:
        smallest = formats.amount(Money(least, formats.currency))
        raise InvalidInput(_tr("The amount must be at least {0}.").format(smallest), code="money.small")
    return money


def parse_quantity(text: str, formats: Formats, *, weighed: bool = False) -> int:
    """Thousandths, above zero and at most LARGEST_QUANTITY_MILLI; whole pieces unless `weighed`."""
    value = Decimal(plain_decimal(text, formats)).scaleb(3)
    if value != value.to_integral_value():
        raise InvalidInput(_tr("A quantity has three decimals at most."), code="quantity.decimals")
    milli = int(value)
    if milli <= 0:
        raise InvalidInput(_tr("A quantity is above zero. To take the line out, remove it."), code="quantity.small")
    if milli > LARGEST_QUANTITY_MILLI:
        raise InvalidInput(_tr("That is more than one line takes (99,999)."), code="quantity.large")
    if not weighed and milli % 1000:
        raise InvalidInput(_tr("This product is sold in whole pieces."), code="quantity.whole")
    return milli


def parse_percent(text: str, formats: Formats) -> Decimal:
    """Hundredths above 0 and up to 100, two decimals at most; a percent sign may follow."""
    value = Decimal(plain_decimal(text.strip().removesuffix("%").strip(), formats))
    if not 0 < value <= 100:
        raise InvalidInput(_tr("A percentage is above 0 and at most 100."), code="percent.range")
    if value != round(value, 2):
        raise InvalidInput(_tr("A percentage has two decimals at most."), code="percent.decimals")
    return value
