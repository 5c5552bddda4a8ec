"""Taxes on what is left after discounts: per rate over the receipt, per line or per unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.money import split_minor
from app.pricing.lines import tax_factor
from app.pricing.model import UNIT_MILLI, PricingSettings, TaxClass, TaxComponent, TaxLine, TaxRounding
from app.pricing.numbers import Exact, as_weights, divide, ratio, round_exact


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
    members: dict[int, list[int]] = {}  # lines by tax class; by identity, for hashing one costs more than its tax
    for place, taxable in enumerate(taxables):
        members.setdefault(id(taxable.tax_class), []).append(place)
    by_component: dict[TaxComponent, list[tuple[Fraction, list[int]]]] = {}
    for places in members.values():
        for component, share in _shares(taxables[places[0]].tax_class, settings):
            by_component.setdefault(component, []).append((share, places))
    found: list[list[tuple[TaxComponent, int]]] = [[] for _ in taxables]
    for component, groups in by_component.items():
        tax, parts = _component_tax(groups, taxables)
        members_of = [place for _, places in groups for place in places]
        for place, part in zip(members_of, split_minor(tax, parts), strict=True):
            found[place].append((component, part))
    return [tuple(parts) for parts in found]


def _component_tax(groups: Sequence[tuple[Fraction, list[int]]], taxables: Sequence[Taxable]) -> tuple[int, list[int]]:
    """One rate's tax over all its lines, and by what weights they share it."""
    exact: Exact = Fraction(0)
    weights: list[Exact] = []
    for share, places in groups:
        nets = [taxables[place].net for place in places]
        exact += sum(nets, 0) * share
        weights += nets if len(groups) == 1 else [net * share for net in nets]
    return round_exact(exact), as_weights(weights)


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
