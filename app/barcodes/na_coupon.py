"""North American coupon codes: the grammar of AI 8110, and of 8112 whose offers are on file.

Source: GS1 US, North American Coupon Application Guideline Using GS1 DataBar Expanded Symbols; GS1 AI (8112)
Coupon Data Specification.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from app.barcodes.checks import is_digits
from app.barcodes.faults import Fault
from app.barcodes.model import NaCoupon

_REQUIREMENT_CODES = "012349"
_SAVE_VALUE_CODES = "01256"


class _Reader:
    """Takes digits from the left; running out is the fault "truncated"."""

    def __init__(self, data: str) -> None:
        self.rest = data

    def take(self, count: int) -> str:
        if len(self.rest) < count:
            raise Fault("truncated")
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def counted(self, allowed: str, *, base: int = 0, fault: str = "length_digit") -> str:
        """A field led by one digit that says its length, less `base`."""
        length = self.take(1)
        if length not in allowed:
            raise Fault(fault)
        return self.take(int(length) + base)

    def one_of(self, allowed: str, fault: str) -> str:
        digit = self.take(1)
        if digit not in allowed:
            raise Fault(fault)
        return digit

    def has_option(self, digit: str) -> bool:
        if self.rest.startswith(digit):
            self.take(1)
            return True
        return False


def parse_8110(data: str) -> NaCoupon:
    """Raises Fault at the first digit that breaks the grammar."""
    if not is_digits(data):
        raise Fault("characters")
    reader = _Reader(data)
    fields: dict[str, object] = {
        "company_prefix": reader.counted("0123456", base=6, fault="coupon_prefix_length"),
        "offer": reader.take(6),
        "save_value": reader.counted("12345"),
        "purchase_requirement": reader.counted("12345"),
        "purchase_code": reader.one_of(_REQUIREMENT_CODES, "purchase_code"),
        "family": reader.take(3),
    }
    if reader.has_option("1"):
        fields["additional_rule"] = reader.one_of("0123", "additional_rule")
        fields["second"] = _further_purchase(reader)
    if reader.has_option("2"):
        fields["third"] = _further_purchase(reader)
    _read_dates(reader, fields)
    if reader.has_option("5"):
        fields["serial"] = reader.counted("0123456789", base=6)
    if reader.has_option("6"):
        fields["retailer"] = reader.counted("1234567", base=6)
    if reader.has_option("9"):
        _read_flags(reader, fields)
    if reader.rest:
        raise Fault("excess_data")
    return NaCoupon("8110", data, fields, _value(fields))


def _further_purchase(reader: _Reader) -> dict[str, str]:
    purchase = {
        "requirement": reader.counted("12345"),
        "code": reader.one_of(_REQUIREMENT_CODES, "purchase_code"),
        "family": reader.take(3),
    }
    if not reader.has_option("9"):  # 9: the first purchase's company
        purchase["company_prefix"] = reader.counted("0123456", base=6, fault="coupon_prefix_length")
    return purchase


def _read_dates(reader: _Reader, fields: dict[str, object]) -> None:
    expires = _coupon_date(reader.take(6)) if reader.has_option("3") else None
    starts = _coupon_date(reader.take(6)) if reader.has_option("4") else None
    if expires is not None:
        fields["expires"] = expires
    if starts is not None:
        fields["starts"] = starts
        if expires is not None and starts > expires:
            raise Fault("date_order")


def _coupon_date(digits: str) -> str:
    try:
        date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        raise Fault("date") from None
    return digits


def _read_flags(reader: _Reader, fields: dict[str, object]) -> None:
    fields["save_value_code"] = reader.one_of(_SAVE_VALUE_CODES, "value_code")
    fields["applies_to"] = reader.one_of("012", "applies_to")
    fields["store_coupon"] = reader.take(1)
    fields["do_not_multiply"] = reader.one_of("01", "flag")


def _value(fields: dict[str, object]) -> Decimal | None:
    """Dollars off. Save value codes other than 0 mean goods free, a percentage or a ceiling, not an amount."""
    if fields.get("save_value_code", "0") != "0":
        return None
    return Decimal(str(fields["save_value"])).scaleb(-2)


def parse_8112(data: str) -> NaCoupon:
    """Raises Fault at the first digit that breaks the grammar. What it is worth stands in the issuer's file."""
    if not is_digits(data):
        raise Fault("characters")
    reader = _Reader(data)
    fields: dict[str, object] = {
        "format": reader.one_of("01", "format_code"),
        "funder": reader.counted("0123456", base=6, fault="coupon_prefix_length"),
        "offer": reader.take(6),
        "serial": reader.counted("0123456789", base=6),
    }
    if reader.rest:
        raise Fault("excess_data")
    return NaCoupon("8112", data, fields)
