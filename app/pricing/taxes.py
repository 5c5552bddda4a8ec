"""Taxes on what is left after discounts: per rate over the receipt, per line or per unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.money import split_minor
from app.pricing.model import UNIT_MILLI, PricingSettings, TaxClass, TaxComponent, TaxLine, TaxRounding
from app.pricing.numbers import Exact, as_weights, divide, ratio, round_exact
from app.pricing.state import tax_factor


@dataclass(frozen=True, slots=True)
class Taxable:
    """One sold line: what is left of it, in the terms of the prices. `net` may be exact, not yet whole."""

    tax_class: TaxClass
    net: Exact
    quantity_milli: int


LineTaxes = tuple[tuple[TaxComponent, int], ...]


def tax_lines(taxables: Sequence[Taxable], settings: PricingSettings) -> list[LineTaxes]:
    """Each line's tax per component; over all lines they add up to the rate's tax on the receipt."""
    if settings.tax_rounding is TaxRounding.RECEIPT:
        return _per_receipt(taxables, settings)
    return [
        tuple(
            (component, _single(taxable, share, settings)) for component, share in _shares(taxable.tax_class, settings)
        )
        for taxable in taxables
    ]


def _shares(tax_class: TaxClass, settings: PricingSettings) -> list[tuple[TaxComponent, Fraction]]:
    """Which part of a price, as priced, each component is."""
    whole = tax_factor(tax_class) if settings.prices_include_tax else Fraction(1)
    return [(component, ratio(component.percent) / whole) for component in tax_class.components]


def _single(taxable: Taxable, share: Fraction, settings: PricingSettings) -> int:
    if settings.tax_rounding is TaxRounding.LINE:
        return round_exact(taxable.net * share)
    unit = round_exact(divide(taxable.net * UNIT_MILLI, taxable.quantity_milli) * share)
    return round_exact(divide(unit * taxable.quantity_milli, UNIT_MILLI))


def _per_receipt(taxables: Sequence[Taxable], settings: PricingSettings) -> list[LineTaxes]:
    """Half up once per rate, then shared over its lines by largest remainder."""
    of_class = {taxable.tax_class: _shares(taxable.tax_class, settings) for taxable in taxables}
    exact: dict[TaxComponent, list[tuple[int, Exact]]] = {}
    for place, taxable in enumerate(taxables):
        for component, share in of_class[taxable.tax_class]:
            exact.setdefault(component, []).append((place, taxable.net * share))
    found: list[list[tuple[TaxComponent, int]]] = [[] for _ in taxables]
    for component, members in exact.items():
        amounts = [amount for _, amount in members]
        tax = round_exact(sum(amounts, Fraction(0)))
        for (place, _), part in zip(members, split_minor(tax, as_weights(amounts)), strict=True):
            found[place].append((component, part))
    return [tuple(parts) for parts in found]


def summary(lines: Sequence[tuple[int, LineTaxes]], settings: PricingSettings) -> tuple[TaxLine, ...]:
    """The receipt's tax table from (net as priced, taxes) of each line, returns with their negative amounts."""
    base: dict[TaxComponent, int] = {}
    tax: dict[TaxComponent, int] = {}
    for net, taxes in lines:
        own = sum(amount for _, amount in taxes)
        for component, amount in taxes:
            base[component] = base.get(component, 0) + (net - own if settings.prices_include_tax else net)
            tax[component] = tax.get(component, 0) + amount
    order = sorted(base, key=lambda component: (component.code, component.percent))
    return tuple(TaxLine(component, base[component], tax[component]) for component in order)
