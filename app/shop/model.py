"""The shop as screens and set-up see it. Frozen values and their checks; no database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.errors import InvalidInput

_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_COUNTRY = re.compile(r"(?:[A-Z]{2})?", re.ASCII)
LONGEST_TAX_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class TaxDraft:
    """A tax class to be: components add up side by side ("GST 5 %" and "PST 7 %")."""

    name: str
    components: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class ShopDraft:
    """What set-up asks for. `cash_step_minor` None takes what is usual for the currency, 0 never rounds."""

    name: str
    manager_pin: str
    currency: str = "USD"
    locale: str = "en_US"
    time_zone: str = "UTC"
    country: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    tax_number: str = ""
    prices_include_tax: bool = False
    taxes: tuple[TaxDraft, ...] = ()
    outlet: str = "Main shop"
    register: str = "Till 1"
    manager_name: str = "Manager"
    cash_step_minor: int | None = None
    is_demo: bool = False

    def __repr__(self) -> str:
        return f"ShopDraft({self.name!r})"  # the PIN stays out of logs


@dataclass(frozen=True, slots=True)
class SetUpShop:
    """What set-up made; `roles` by code, `tax_classes` in the draft's order."""

    outlet_id: int
    register_id: int
    manager_id: int
    roles: dict[str, int]
    tax_classes: tuple[int, ...]
    program_id: int


@dataclass(frozen=True, slots=True)
class ShopInfo:
    """The shop's own page. Whether prices hold the tax is fixed once something was sold (`sold_anything`), the
    currency once money was booked in it: sold, or owed on a card (`money_booked`)."""

    name: str
    address: str
    phone: str
    email: str
    tax_number: str
    currency: str
    locale: str
    time_zone: str
    country: str
    prices_include_tax: bool
    rounding_level: str
    cash_step_minor: int
    is_demo: bool
    logo_png: bytes | None = None
    sold_anything: bool = False
    money_booked: bool = False


@dataclass(frozen=True, slots=True)
class OutletRow:
    id: int
    name: str
    code: str
    address: str = ""
    phone: str = ""
    receipt_header: str = ""
    receipt_footer: str = ""
    position: int = 0
    active: bool = True


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """`next_number` is the number of the next receipt, `code` what its receipts begin with."""

    id: int
    outlet_id: int
    outlet: str
    name: str
    code: str
    next_number: int = 1
    active: bool = True


@dataclass(frozen=True, slots=True)
class TaxRow:
    """A tax class with its components (name, percent)."""

    id: int
    code: str
    name: str
    active: bool
    components: tuple[tuple[str, Decimal], ...]

    @property
    def percent(self) -> Decimal:
        return sum((percent for _, percent in self.components), Decimal(0))


def check_text(text: str, field: str, most: int, *, needed: bool = False, what: str = "This") -> str:
    """One line without its odd blanks. Raises InvalidInput when empty but needed, too long, or not printable."""
    shown = " ".join(text.split())
    if needed and not shown:
        raise InvalidInput(f"{what} is missing.", field=field)
    if len(shown) > most:
        raise InvalidInput(f"{what} has {most} characters at most.", field=field)
    if not shown.isprintable():
        raise InvalidInput(f"{what} holds characters that cannot be printed.", field=field)
    return shown


def check_lines(text: str, field: str, most: int, what: str = "This") -> str:
    """Several lines, each tidied; empty ones at the ends are dropped."""
    lines = [check_text(line, field, most, what=what) for line in text.strip().splitlines()]
    joined = "\n".join(lines)
    if len(joined) > most:
        raise InvalidInput(f"{what} has {most} characters at most.", field=field)
    return joined


def check_currency(code: str, field: str = "currency") -> str:
    found = code.strip().upper()
    if not _CURRENCY.fullmatch(found):
        raise InvalidInput("A currency is its three letters, like EUR.", field=field)
    return found


def check_country(code: str, field: str = "country") -> str:
    found = code.strip().upper()
    if not _COUNTRY.fullmatch(found):
        raise InvalidInput("A country is its two letters, like DE.", field=field)
    return found


def check_zone(name: str, field: str = "time_zone") -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InvalidInput("This time zone is not known here. Example: Europe/Lisbon.", field=field) from error
    return name


def check_locale(name: str, field: str = "locale") -> str:
    """A locale Babel has, as `xx_YY`."""
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(name.replace("-", "_"))
    except (ValueError, UnknownLocaleError) as error:
        raise InvalidInput("This language and region are not known. Example: en_GB.", field=field) from error
    return name.replace("-", "_")


def check_taxes(components: Sequence[tuple[str, Decimal]], field: str = "taxes") -> tuple[tuple[str, Decimal], ...]:
    """Names unique within the class, each percentage 0 to 100 with four decimals at most."""
    checked: list[tuple[str, Decimal]] = []
    for name, percent in components:
        shown = check_text(name, field, 80, needed=True, what="The name of a tax")
        if shown.casefold() in {other.casefold() for other, _ in checked}:
            raise InvalidInput(f"{shown} stands there twice.", field=field)
        if not percent.is_finite() or not 0 <= percent <= LONGEST_TAX_PERCENT:
            raise InvalidInput("A tax rate is between 0 and 100 percent.", field=field)
        if percent != round(percent, 4):
            raise InvalidInput("A tax rate has four decimals at most.", field=field)
        checked.append((shown, percent.normalize() + 0 if percent else Decimal(0)))
    return tuple(checked)
