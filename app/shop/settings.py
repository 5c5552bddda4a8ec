"""The shop's choices, typed: each group is a frozen dataclass whose fields are kept as Setting rows.

A field that was never set, or holds what this version cannot read, has its default: one bad row spoils nothing
else. Groups that belong to an area live there (ValuePolicy, ReturnPolicy, BarcodeSettings) and are kept alike.
"""

from __future__ import annotations

import dataclasses
import logging
import types
import typing
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, TypeVar

from app.barcodes.model import BarcodeSettings
from app.checkout.policy import ReturnPolicy
from app.errors import InvalidInput
from app.giftcards.model import ValuePolicy
from app.pricing.model import (
    ApplicationOrder,
    CashRounding,
    Combine,
    DiscountRounding,
    DuplicateCode,
    PricingSettings,
    RoundingMode,
    TaxRounding,
)
from db.models.shop import Shop
from db.queries import shop as queries
from db.uow import UnitOfWork

log = logging.getLogger(__name__)
G = TypeVar("G")


@dataclass(frozen=True, slots=True)
class SellingSettings:
    """How baskets are priced, beside what stands with the shop itself (tax in prices, rounding level, coins)."""

    discount_rounding: DiscountRounding = DiscountRounding.RECEIPT
    rounding_mode: RoundingMode = RoundingMode.HALF_UP
    cash_rounding: CashRounding = CashRounding.CASH
    codes_case_sensitive: bool = False
    order: ApplicationOrder = ApplicationOrder.LISTED
    combine: Combine = Combine.STACK
    duplicate_code: DuplicateCode = DuplicateCode.REFUSE
    ask_return_reason: bool = True
    lock_after_minutes: int = 5  # idle time until the till asks for a PIN again; 0 never

    def __post_init__(self) -> None:
        if not 0 <= self.lock_after_minutes <= 240:
            raise InvalidInput("The till locks after 0 (never) to 240 minutes.", field="lock_after_minutes")


@dataclass(frozen=True, slots=True)
class ReceiptSettings:
    print_automatically: bool = True
    show_savings: bool = True
    show_points: bool = True
    show_barcode: bool = True
    thanks: str = "Thank you. See you soon!"
    returns_note: str = ""
    page_size: str = "A4"  # of PDF documents: A4 or Letter

    def __post_init__(self) -> None:
        if self.page_size not in ("A4", "Letter"):
            raise InvalidInput("Documents are A4 or Letter.", field="page_size")
        for name in ("thanks", "returns_note"):
            if len(getattr(self, name)) > 500:
                raise InvalidInput("This text is too long for a receipt (500 characters at most).", field=name)


@dataclass(frozen=True, slots=True)
class BackupSettings:
    nightly: bool = True
    keep: int = 14
    folder: str = ""  # "" is the folder beside the shop's file

    def __post_init__(self) -> None:
        if not 1 <= self.keep <= 1000:
            raise InvalidInput("Keep 1 to 1000 backups.", field="keep")


GROUPS: dict[type[Any], str] = {
    SellingSettings: "selling",
    ReceiptSettings: "receipt",
    BackupSettings: "backup",
    ReturnPolicy: "returns",
    ValuePolicy: "giftcards",
    BarcodeSettings: "barcodes",
}


def load(uow: UnitOfWork, group: type[G]) -> G:
    """The group as the shop has set it."""
    return decode(group, queries.settings(uow.session))


def save(uow: UnitOfWork, group: object) -> None:
    """Keep every field that differs from its default; the rest follow the program's defaults. Tills are told."""
    prefix = GROUPS[type(group)]
    defaults = type(group)()
    for field in dataclasses.fields(group):  # type: ignore[arg-type]
        name, value = f"{prefix}.{field.name}", getattr(group, field.name)
        if value == getattr(defaults, field.name):
            queries.drop_setting(uow.session, name)
        else:
            queries.put_setting(uow.session, name, _plain(value))
    queries.mark_changed(uow.session)


def decode(group: type[G], stored: dict[str, Any]) -> G:
    """Pure: the group from stored values by full name ("selling.combine")."""
    prefix = GROUPS[group]
    good: dict[str, Any] = {}
    for name, kind in _kinds(group).items():
        full = f"{prefix}.{name}"
        if full not in stored:
            continue
        try:
            value = _typed(stored[full], kind)
            group(**{name: value})  # its own check of this one field
        except (InvalidInput, ValueError, TypeError, InvalidOperation):
            log.warning("the setting %s cannot be used; its default is", full)
            continue
        good[name] = value
    try:
        return group(**good)
    except (InvalidInput, ValueError):
        log.warning("the settings of %s do not go together; their defaults are used", prefix)
        return group()


def pricing_settings(uow: UnitOfWork) -> PricingSettings:
    """What app.pricing is told of this shop. Raises InvalidInput where no shop was set up."""
    shop = queries.shop(uow.session)
    if shop is None:
        raise InvalidInput("No shop was set up in this database yet.")
    return pricing_of(shop, load(uow, SellingSettings))


def barcode_settings(uow: UnitOfWork) -> BarcodeSettings:
    """The shop's code patterns, with its currency and country."""
    shop = queries.shop(uow.session)
    kept = load(uow, BarcodeSettings)
    if shop is None:
        return kept
    return dataclasses.replace(kept, currency=shop.currency, country=shop.country or kept.country)


def pricing_of(shop: Shop, selling: SellingSettings) -> PricingSettings:
    step = shop.cash_rounding_minor
    return PricingSettings(
        currency=shop.currency,
        prices_include_tax=shop.prices_include_tax,
        time_zone=shop.time_zone,
        tax_rounding=TaxRounding(shop.rounding_level),
        discount_rounding=selling.discount_rounding,
        rounding_mode=selling.rounding_mode,
        cash_step_minor=max(step, 1),
        cash_rounding=selling.cash_rounding if step > 1 else CashRounding.NEVER,
        codes_case_sensitive=selling.codes_case_sensitive,
        order=selling.order,
        combine=selling.combine,
        duplicate_code=selling.duplicate_code,
    )


# --- Between dataclasses and JSON ----------------------------------------------------------------------------------


def _kinds(group: type[Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(group)
    return {field.name: hints[field.name] for field in dataclasses.fields(group)}


def _plain(value: Any) -> Any:
    """JSON for a value: no floats, enums by value, decimals as text, tuples as lists, dataclasses as objects."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(f"a setting cannot hold {type(value).__name__}")


def _typed(value: Any, kind: Any) -> Any:
    """`value` from JSON as `kind`. Raises ValueError or TypeError when it is no such thing."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return _typed_union(value, typing.get_args(kind))
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise TypeError("a list is wanted")
        return tuple(_typed(part, typing.get_args(kind)[0]) for part in value)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _typed_object(value, kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if kind is Decimal:
        if not isinstance(value, str):
            raise TypeError("a decimal is kept as text")
        return Decimal(value)
    if kind not in (bool, int, str) or type(value) is not kind:
        raise TypeError(f"{kind} is wanted")
    return value


def _typed_union(value: Any, kinds: tuple[Any, ...]) -> Any:
    if value is None and type(None) in kinds:
        return None
    for kind in kinds:
        if kind is not type(None):
            return _typed(value, kind)
    raise TypeError("no kind fits")


def _typed_object(value: Any, kind: type[Any]) -> Any:
    if not isinstance(value, dict):
        raise TypeError("an object is wanted")
    known = _kinds(kind)
    return kind(**{name: _typed(part, known[name]) for name, part in value.items() if name in known})
