"""The scenario format's promotion rules once more, as plainly as they can be said: a list of single units in exact
fractions, nothing rounded before the end, no index and no shortcut. Shares no code with the engine; slow on purpose.

Ties as the engine states them: the lower SKU first, then the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Record = Mapping[str, Any]


@dataclass(eq=False)
class Unit:
    sku: str
    category: str | None
    line: int
    full: Fraction
    costs: Fraction  # what earlier promotions left


Cuts = dict[Unit, Fraction]


def reference(record: Record) -> tuple[Fraction, list[str]]:
    """The exact discount of the whole basket, and which promotions took something."""
    units = _units(record)
    applied = []
    for promotion in record["promotions"]:
        if not _met(promotion, units):
            continue
        cuts = _capped(_KINDS[promotion["kind"]](promotion, units), promotion.get("max_discount"))
        if sum(cuts.values()) > 0:
            applied.append(promotion["id"])
            for unit, off in cuts.items():
                unit.costs -= off
    return sum((unit.full - unit.costs for unit in units), Fraction(0)), applied


def _units(record: Record) -> list[Unit]:
    products = {product["sku"]: product for product in record["products"]}
    found = []
    for number, line in enumerate(record["basket"]):
        product = products[line["sku"]]
        price = Fraction(product["price"])
        found += [Unit(line["sku"], product.get("category"), number, price, price) for _ in range(line["qty"])]
    return found


def _in(target: Record | None, units: Iterable[Unit]) -> list[Unit]:
    skus, categories = (target or {}).get("skus", []), (target or {}).get("categories", [])
    if not skus and not categories:
        return list(units)
    return [unit for unit in units if unit.sku in skus or unit.category in categories]


def _met(promotion: Record, units: list[Unit]) -> bool:
    asked = promotion.get("condition_targets")
    if len(_in(asked, units)) < promotion.get("min_qty", 1 if asked else 0):
        return False
    after = promotion.get("min_amount_after_discounts")
    worth = sum(unit.costs if after else unit.full for unit in units)
    return bool(worth >= Fraction(promotion.get("min_amount", 0)))


def _capped(cuts: Cuts, cap: str | None) -> Cuts:
    total = sum(cuts.values())
    if cap is None or total <= Fraction(cap):
        return cuts
    return {unit: off * Fraction(cap) / total for unit, off in cuts.items()}


def _cheapest_first(units: Iterable[Unit], sign: int = 1) -> list[Unit]:
    return sorted((unit for unit in units if unit.costs > 0), key=lambda unit: (sign * unit.costs, unit.sku, unit.line))


def _share(units: Iterable[Unit], percent: Any) -> Cuts:
    return {unit: unit.costs * Fraction(percent) / 100 for unit in units}


def _spread(units: Iterable[Unit], amount: Any) -> Cuts:
    among = list(units)
    worth = sum(unit.costs for unit in among)
    off = min(worth, Fraction(amount))
    return {unit: unit.costs * off / worth for unit in among} if worth else {}


def _percent(promotion: Record, units: list[Unit]) -> Cuts:
    chosen = _in(promotion.get("targets"), units)
    most = promotion.get("max_units_per_line")
    if most is not None:
        dearest = sorted(chosen, key=lambda unit: -unit.costs)
        chosen = [unit for line in {unit.line for unit in chosen}
                  for unit in [each for each in dearest if each.line == line][:most]]  # fmt: skip
    return _share(chosen, promotion["value"])


def _fixed(promotion: Record, units: list[Unit]) -> Cuts:
    chosen = _in(promotion.get("targets"), units)
    if not promotion.get("per_line"):
        return _spread(chosen, promotion["value"])
    cuts: Cuts = {}
    for line in {unit.line for unit in chosen}:
        cuts |= _spread([unit for unit in chosen if unit.line == line], promotion["value"])
    return cuts


def _fixed_per_unit(promotion: Record, units: list[Unit]) -> Cuts:
    return {unit: min(unit.costs, Fraction(promotion["value"])) for unit in _in(promotion.get("targets"), units)}


def _cheapest_item(promotion: Record, units: list[Unit]) -> Cuts:
    return _share(_cheapest_first(_in(promotion.get("targets"), units))[:1], promotion["value"])


def _bogo(promotion: Record, units: list[Unit]) -> Cuts:
    buy, get = promotion["buy"], promotion["get"]
    most = promotion.get("max_applications", 10**6) if promotion.get("repeat") else 1
    sign = 1 if get.get("which", "cheapest") == "cheapest" else -1
    if buy["pool"] == "shared":
        pool = _cheapest_first(_in(buy, units), sign)
        got = pool[: min(most, len(pool) // (buy["qty"] + get["qty"])) * get["qty"]]
    else:
        got = _earned(buy["qty"], _in(buy, units), get["qty"], _cheapest_first(_in(get, units), sign), most)
    if "amount_off" in get:
        return {unit: min(unit.costs, Fraction(get["amount_off"])) for unit in got}
    return _share(got, get["percent"])


def _earned(buy: int, bought: list[Unit], get: int, on_offer: list[Unit], most: int) -> list[Unit]:
    """One application after another, as long as enough units were bought that are not got themselves."""
    got: list[Unit] = []
    for times in range(1, most + 1):
        more = on_offer[: times * get]
        paid_for = [unit for unit in bought if unit not in more]
        if len(more) == len(got) or len(paid_for) < times * buy:
            break
        got = more
    return got


def _fixed_price(promotion: Record, units: list[Unit]) -> Cuts:
    pool = _cheapest_first(_in(promotion.get("targets"), units), -1)
    size, price = promotion["bundle_qty"], Fraction(promotion["bundle_price"])
    cuts: Cuts = {}
    while len(pool) >= size:
        bundle, pool = pool[:size], pool[size:]
        worth = sum(unit.costs for unit in bundle)
        if worth <= price:
            break
        cuts |= _spread(bundle, worth - price)
        if not promotion.get("repeat", True):
            break
    return cuts


def _tier(promotion: Record, units: list[Unit]) -> Any:
    chosen = _in(promotion.get("targets"), units)
    after = promotion.get("min_amount_after_discounts")  # tiers count as the minimum does
    worth = sum(unit.costs if after else unit.full for unit in chosen)
    have = len(chosen) if promotion.get("tier_basis") == "qty" else worth
    reached = [tier for tier in promotion["tiers"] if have >= Fraction(tier["from"])]
    return max(reached, key=lambda tier: Fraction(tier["from"]))["value"] if reached else "0"


def _tiered_percent(promotion: Record, units: list[Unit]) -> Cuts:
    return _share(_in(promotion.get("targets"), units), _tier(promotion, units))


def _tiered_fixed(promotion: Record, units: list[Unit]) -> Cuts:
    return _spread(_in(promotion.get("targets"), units), _tier(promotion, units))


_KINDS = {
    "percent": _percent,
    "fixed": _fixed,
    "fixed_per_unit": _fixed_per_unit,
    "cheapest_item": _cheapest_item,
    "bogo": _bogo,
    "fixed_price": _fixed_price,
    "tiered_percent": _tiered_percent,
    "tiered_fixed": _tiered_fixed,
}
