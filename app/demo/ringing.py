"""Pricing a demo basket by the one engine; equal baskets under equal circumstances are priced once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from app.checkout import rows
from app.checkout.basket import for_pricing
from app.checkout.journalling import sale_body
from app.checkout.model import CouponOnBasket, Line, OpenBasket, Settlement
from app.checkout.points import Program, eligible_minor
from app.checkout.rows import ReturnedShare
from app.money import Money
from app.pricing.catalogue import Catalogue
from app.pricing.engine import price
from app.pricing.model import CustomerFacts, ManualDiscount, PricedBasket, PricingSettings, UsageFacts

MOST_KEPT = 40_000  # priced baskets kept; past this they are forgotten all at once
_NOBODY = UUID(int=0)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Rung:
    """A basket priced, and its rows without the ids and numbers that each sale adds."""

    basket: OpenBasket
    priced: PricedBasket
    trail: rows.Trail
    lines: tuple[Row, ...]  # sale_line rows from the third column on
    trail_rows: tuple[Row, ...]  # sale_trail rows from the third column on
    shares: tuple[tuple[int, int, int], ...]  # place of the line, place of the trail entry, minor
    taxes: tuple[Row, ...]  # sale_tax rows from the second column on
    eligible_minor: int  # what earns points
    body: dict[str, Any]


class Ringing:
    def __init__(self, catalogue: Catalogue, settings: PricingSettings, usage: UsageFacts, program: Program) -> None:
        self.catalogue = catalogue
        self.settings = settings
        self._usage = usage
        self._program = program
        self._kept: dict[tuple[Any, ...], Rung] = {}

    def ring(
        self,
        lines: Sequence[Line],
        *,
        outlet_id: int,
        staff_id: int,
        now: datetime,
        facts: CustomerFacts | None,
        coupons: Sequence[CouponOnBasket] = (),
        discounts: Sequence[ManualDiscount] = (),
        returned: dict[int, Sequence[ReturnedShare]] | None = None,
        key: tuple[Any, ...] | None = None,
    ) -> Rung:
        """`key` names everything the price depends on; None prices afresh (coupons, hand discounts, returns)."""
        if key is not None:
            found = self._kept.get(key)
            if found is not None:
                return found
        basket = OpenBasket(_NOBODY, now, tuple(lines), tuple(coupons), tuple(discounts))
        priced = price(
            for_pricing(basket, outlet_id), self.catalogue, self.settings, now=now, customer=facts, usage=self._usage
        )
        rung = self._rung(basket, priced, staff_id, returned or {})
        if key is not None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = rung
        return rung

    def _rung(
        self, basket: OpenBasket, priced: PricedBasket, staff_id: int, returned: dict[int, Sequence[ReturnedShare]]
    ) -> Rung:
        trail = rows.build_trail(basket, priced, staff_id, returned)
        places = range(len(basket.lines))
        line_rows = rows.line_rows(basket, priced, 0, list(places), {})
        trail_rows, shares = rows.trail_rows(trail, 0, range(len(trail)), list(places))
        return Rung(
            basket=basket,
            priced=priced,
            trail=trail,
            lines=tuple(row[2:] for row in line_rows),
            trail_rows=tuple(row[2:] for row in trail_rows),
            shares=tuple((int(line), int(entry), int(minor)) for line, entry, minor in shares),
            taxes=tuple(row[1:] for row in rows.tax_rows(priced, 0)),
            eligible_minor=eligible_minor(self._program, basket, priced),
            body=_body(basket, priced, trail),
        )


def _body(basket: OpenBasket, priced: PricedBasket, trail: rows.Trail) -> dict[str, Any]:
    """The journal's body; number, total, change, tenders and points are put in for each sale."""
    nothing = Money(0, priced.currency)
    head = rows.Head(0, _NOBODY, "", "sale", 0, "", None, None, date.min, _LONG_AGO)
    settlement = Settlement(nothing, (), nothing, nothing, nothing, nothing)
    return sale_body(head, basket, priced, settlement, trail, points=0)
