"""A loyalty record's program in the terms of the product's own; what the product does not have is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.loyalty.model import EarnBasis, Programme
from app.money import Money
from app.scenarios.answer import Unsupported

_BASES = {
    "after_discount": EarnBasis.GROSS,
    "paid": EarnBasis.GROSS,
    "gross": EarnBasis.GROSS,
    "net": EarnBasis.NET,
    "before_discount": EarnBasis.BEFORE_DISCOUNT,
}


@dataclass(frozen=True)
class Rules:
    """`per_minor` is what one point costs to earn; `eligible_field` names the field of a purchase that earns."""

    programme: Programme
    per_minor: Fraction | None
    floors: bool
    eligible_field: str

    def must_be_whole(self, amount_minor: int) -> None:
        """The product has whole points only: it cannot answer for a program that keeps fractions."""
        if self.per_minor and not self.floors and (Fraction(amount_minor) / self.per_minor).denominator != 1:
            raise Unsupported("fractions of points")


def rules_of(record: Mapping[str, Any]) -> Rules:
    program = record["program"]
    if not isinstance(program, Mapping) or not isinstance(program.get("earn"), Mapping):
        raise Unsupported("a program without the way it earns")
    currency = str(record.get("currency") or "USD")
    _refuse_what_is_missing(program)
    earn = program["earn"]
    points, per = _rate(earn, currency)
    full_steps = earn["mode"] == "per_step"
    value = program.get("point_value")
    return Rules(
        Programme(
            name="Scenario",
            step=Money(per, currency),
            point_value=_whole_money(value, currency) if value is not None else Money.zero(currency),
            points_per_step=points,
            full_steps_only=full_steps,
            basis=_basis(earn),
            expiry_days=_expiry_days(program),
        ),
        Fraction(per, points) if points else None,
        floors=full_steps or program.get("rounding") == "floor",
        eligible_field=str(earn.get("eligible_amount_field") or ""),
    )


def _refuse_what_is_missing(program: Mapping[str, Any]) -> None:
    words = {
        "tiers": "tiers by a program's own rule",
        "redeem_min": "a least number of points to redeem",
        "redeem_max": "a largest number of points to redeem",
        "refund_rule": "a refund rule other than the share that comes back",
    }
    for name, what in words.items():
        if program.get(name):
            raise Unsupported(what)
    if program.get("redeem_order") not in (None, "oldest_first"):
        raise Unsupported(f"program.redeem_order {program['redeem_order']!r}")
    if program.get("rounding") not in (None, "none", "floor"):
        raise Unsupported(f"program.rounding {program['rounding']!r}")


def _rate(earn: Mapping[str, Any], currency: str) -> tuple[int, int]:
    """Whole points for so many minor units."""
    for name in ("min_amount", "skus", "requires_code"):
        if earn.get(name):
            raise Unsupported(f"program.earn.{name}")
    mode, points = earn.get("mode"), _number(earn.get("points", 0), "program.earn.points")
    if mode == "per_order" and not points:
        return 0, 1
    if mode not in ("per_currency", "per_step"):
        raise Unsupported(f"program.earn.mode {mode!r}")
    per = Fraction(_whole_money(earn.get("per", "1"), currency).minor)
    if mode == "per_step" and points.denominator != 1:
        raise Unsupported("fractions of points")
    if per <= 0 or points < 0:
        raise Unsupported("program.earn.per that is not above zero")
    rate = points / per if mode == "per_currency" else None
    return (rate.numerator, rate.denominator) if rate is not None else (int(points), int(per))


def _basis(earn: Mapping[str, Any]) -> EarnBasis:
    basis = earn.get("basis", "after_discount")
    if basis not in _BASES:
        raise Unsupported(f"program.earn.basis {basis!r}")
    return _BASES[basis]


def _expiry_days(program: Mapping[str, Any]) -> int | None:
    expiry = program.get("expiry")
    if not expiry:
        return None
    if not isinstance(expiry, Mapping) or set(expiry) != {"days"}:
        raise Unsupported("points that expire otherwise than so many days after they are earned")
    return int(expiry["days"])


def _whole_money(value: Any, currency: str) -> Money:
    from app.errors import InvalidInput

    try:
        return Money.parse(str(value), currency)
    except InvalidInput:
        raise Unsupported(f"the amount {value}, finer than {currency} can pay") from None


def _number(value: Any, name: str) -> Fraction:
    try:
        return Fraction(Decimal(str(value)))
    except ArithmeticError:
        raise Unsupported(f"{name} {value!r}") from None


def whole_points(value: Any) -> int:
    number = _number(value, "points")
    if number.denominator != 1:
        raise Unsupported("fractions of points")
    return int(number)
