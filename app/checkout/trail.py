"""Which discounts by hand lie on which line, for the trail: the engine gives their sum per line. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.checkout.model import Line, OpenBasket
from app.money import round_half_up, split_minor
from app.pricing.model import LineKind, ManualDiscount, PricedBasket


@dataclass(frozen=True, slots=True)
class HandDiscount:
    """One discount by hand with its parts: (place of the line, minor), adding up to `amount_minor`."""

    discount: ManualDiscount
    amount_minor: int
    shares: tuple[tuple[int, int], ...]
    base_minor: int  # what it was taken from


def hand_discounts(basket: OpenBasket, priced: PricedBasket) -> list[HandDiscount]:
    """Line discounts first, then the basket's, each on what the earlier ones left, as the engine takes them."""
    found: list[HandDiscount] = []
    left: dict[int, int] = {}
    for place, (line, one) in enumerate(zip(basket.lines, priced.lines, strict=True)):
        if not _receives(line):
            continue
        left[place] = one.gross_minor
        if line.discount is not None:
            amount = _amount(line.discount, one.gross_minor)
            left[place] -= amount
            found.append(HandDiscount(line.discount, amount, ((place, amount),), one.gross_minor))
    for discount in basket.discounts:
        places = sorted(left, key=lambda place: _order(basket, priced, place))
        base = sum(left.values())
        amount = _amount(discount, base)
        if not amount:
            continue
        parts = split_minor(amount, [left[place] for place in places])
        for place, part in zip(places, parts, strict=True):
            left[place] -= part
        shares = tuple((place, part) for place, part in zip(places, parts, strict=True) if part)
        found.append(HandDiscount(discount, amount, shares, base))
    return found


def _order(basket: OpenBasket, priced: PricedBasket, place: int) -> tuple[str, int, int, int]:
    """The engine's order of lines (pricing.lines): odd cents must fall on the same line here as there (V4)."""
    line = basket.lines[place]
    return (line.item.product.sku, priced.lines[place].unit_price_minor, line.quantity_milli, place)


def _receives(line: Line) -> bool:
    return line.kind is LineKind.PRODUCT and line.returns is None and line.item.product.discountable


def _amount(discount: ManualDiscount, value: int) -> int:
    if discount.percent is not None:
        return round_half_up(value * discount.percent / 100)
    return min(discount.amount_minor or 0, value)
