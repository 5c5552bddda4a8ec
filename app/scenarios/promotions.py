"""Plays promotion records on the pricing engine alone, and holds any player's answer against the record.

The runner plays them on a shop (promotion_shop.py); this one is for what no shop would store, and for tests that
ask many questions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.errors import InvalidInput
from app.pricing.catalogue import Catalogue
from app.pricing.engine import price
from app.pricing.model import (
    UNTAXED,
    Basket,
    BasketLine,
    CustomerFacts,
    EnteredCode,
    ManualDiscount,
    Outcome,
    PricedBasket,
    PricedProduct,
    PricingSettings,
    PriorUse,
    ReturnedAmounts,
    TrailEntry,
    UsageFacts,
)
from app.pricing.numbers import round_exact
from app.pricing.promotion import Promotion
from app.pricing.reasons import Reason
from app.pricing.taxes import Taxable, tax_lines
from app.scenarios.answer import Played, Unsupported, differences
from app.scenarios.promotion_case import (
    REFUSALS,
    Amounts,
    Names,
    budgets_used,
    moment_of,
    promotions_of,
    quantity_milli,
    settings_of,
    tax_classes,
    word_for_a_repeat,
)
from app.scenarios.schema import Malformed

# The record's words for reasons that the product tells apart more finely.
_IN_RECORD_WORDS = {
    Reason.CUSTOMER_NEEDED: "customer_not_eligible",
    Reason.AMOUNT_NOT_EQUAL: "min_amount_not_met",
    Reason.CODE_BLOCKED: "unknown_code",
}


def examine(record: Mapping[str, Any]) -> None:
    """Raise Malformed where fields do not fit together, before anything is played.

    A value that no shop takes (a tax of -1 %) is that record's verdict and keeps no other from being played.
    """
    with suppress(Unsupported, InvalidInput):
        amounts, names = Amounts(record), Names()
        _basket(record, _products(record, names, amounts), amounts)
        promotions_of(record, names, amounts)


def play(record: Mapping[str, Any]) -> Played:
    """One basket on a shop of its own."""
    amounts, names = Amounts(record), Names()
    products = _products(record, names, amounts)
    promotions = promotions_of(record, names, amounts)
    basket = _basket(record, products, amounts)
    priced = price(
        basket,
        Catalogue(promotions),
        settings_of(record, amounts),
        now=moment_of(record),
        customer=_customer(record, names),
        usage=_usage(record, promotions, amounts),
    )
    listed = {number: str(raw["id"]) for number, raw in enumerate(record["promotions"], start=1)}
    actual = answer_of(record, priced, listed, [(code.text, code.text) for code in basket.codes], amounts)
    return Played(record["expected"], actual, compared(record, actual))


def _products(record: Mapping[str, Any], names: Names, amounts: Amounts) -> dict[str, PricedProduct]:
    classes = tax_classes(record)
    found = {}
    for raw in record["products"]:
        tax = raw.get("tax")
        if tax is not None and classes and tax not in classes:
            raise Malformed(f"product {raw['sku']}: field tax: {tax!r} is not among the rates")
        category = raw.get("category")
        found[raw["sku"]] = PricedProduct(
            id=Names.of(names.products, raw["sku"]),
            sku=raw["sku"],
            price_minor=amounts.minor(raw["price"]),
            name=str(raw.get("name", raw["sku"])),
            category_path=(Names.of(names.categories, category),) if category else (),
            tax_class=classes.get(tax, UNTAXED) if tax is not None else UNTAXED,
        )
    return found


def _basket(record: Mapping[str, Any], products: Mapping[str, PricedProduct], amounts: Amounts) -> Basket:
    lines = []
    for number, raw in enumerate(record["basket"], start=1):
        product = products.get(raw["sku"])
        if product is None:
            raise Malformed(f"basket: field sku: {raw['sku']!r} is not among the products")
        milli = quantity_milli(raw["qty"])
        if milli:
            returned = _returned(product, milli, settings_of(record, amounts)) if milli < 0 else None
            by_hand = None if returned is not None else _line_discount(record, raw["sku"], amounts)
            lines.append(BasketLine(number, product, milli, returned=returned, discount=by_hand))
    codes = tuple(EnteredCode(text) for text in codes_entered(record))
    return Basket(tuple(lines), codes, hand_discounts(record, amounts))


def codes_entered(record: Mapping[str, Any]) -> list[str]:
    """In order, as the record writes them."""
    for action in record.get("actions", []):
        if action["op"] != "apply_code":
            raise Unsupported(f"the action {action['op']!r}")
    return [str(action.get("code", "")) for action in record.get("actions", [])]


def hand_discounts(record: Mapping[str, Any], amounts: Amounts) -> tuple[ManualDiscount, ...]:
    """Those on the whole basket."""
    return tuple(_by_hand(raw, amounts) for raw in record.get("manual_discounts", []) if not raw.get("sku"))


def _line_discount(record: Mapping[str, Any], sku: str, amounts: Amounts) -> ManualDiscount | None:
    own = [raw for raw in record.get("manual_discounts", []) if raw.get("sku") == sku]
    if len(own) > 1:
        raise Unsupported("two hand discounts on one line")
    return _by_hand(own[0], amounts) if own else None


def _by_hand(raw: Mapping[str, Any], amounts: Amounts) -> ManualDiscount:
    reason = str(raw.get("label") or "hand discount")
    if raw.get("percent") is not None:
        return ManualDiscount(reason, percent=Decimal(raw["percent"]))
    return ManualDiscount(reason, amount_minor=amounts.minor(raw.get("amount", "0")))


def _returned(product: PricedProduct, milli: int, settings: PricingSettings) -> ReturnedAmounts:
    """A line coming back at its list price with its tax; the record has no earlier sale to take shares from."""
    gross = round_exact(Fraction(product.price_minor * -milli, 1000))
    (taxes,) = tax_lines([Taxable(product.tax_class, gross, -milli)], settings)
    return ReturnedAmounts(gross, 0, taxes)


def _customer(record: Mapping[str, Any], names: Names) -> CustomerFacts | None:
    raw = record.get("customer")
    if raw is None:
        return None
    sensitive = bool(record.get("rules", {}).get("code_case_sensitive", False))
    prior = {str(name): PriorUse(int(uses)) for name, uses in raw.get("prior_uses", {}).items()}
    by_promotion = {
        number: prior[str(promotion["id"])]
        for number, promotion in enumerate(record["promotions"], start=1)
        if str(promotion["id"]) in prior
    }
    return CustomerFacts(
        id=Names.of(names.customers, str(raw.get("id", ""))),
        groups=frozenset(Names.of(names.groups, name) for name in raw.get("groups", [])),
        visits=1,
        prior_uses=by_promotion,
        prior_code_uses={name if sensitive else name.casefold(): uses for name, uses in prior.items()},
    )


def _usage(record: Mapping[str, Any], promotions: Sequence[Promotion], amounts: Amounts) -> UsageFacts:
    spent, uses = budgets_used(record, promotions, amounts)
    used = {
        promotion.id: int(raw.get("limits", {}).get("used", 0))
        for raw, promotion in zip(record["promotions"], promotions, strict=True)
    }
    return UsageFacts(uses=used, budget_spent_minor=spent, budget_uses=uses)


# ---- the answer -------------------------------------------------------------------------------------------


def answer_of(
    record: Mapping[str, Any],
    priced: PricedBasket,
    listed: Mapping[int, str],
    entered: Sequence[tuple[str, str]],
    amounts: Amounts,
) -> dict[str, Any]:
    """The priced basket in the record's words.

    `listed`: the record's name of each promotion id. `entered`: codes in order, as the record writes them and as
    the basket holds them.
    """
    return {
        "subtotal": amounts.shown(priced.subtotal_minor),
        "discount": amounts.shown(priced.discount_minor),
        "tax": amounts.shown(priced.tax_minor),
        "total": amounts.shown(priced.total_minor),
        "refused_codes": _refused_codes(priced.trail, entered, word_for_a_repeat(record)),
        "applied_promotions": [listed[entry.promotion_id] for entry in priced.applied if entry.promotion_id],
        "line_discounts": [amounts.shown(line.discount_minor) for line in priced.lines],
    }


def _refused_codes(
    trail: Sequence[TrailEntry], entered: Sequence[tuple[str, str]], repeat: str
) -> list[dict[str, str]]:
    """In the order entered. A code that met no rule against it but found nothing to take is not refused there."""
    told: dict[str, list[TrailEntry]] = {}
    for entry in trail:
        if entry.code:
            told.setdefault(entry.code, []).append(entry)
    found = []
    for text, held in entered:
        entries = told.get(held)
        answer = entries.pop(0) if entries else None
        if answer is not None and answer.outcome is Outcome.REFUSED:
            words = {**_IN_RECORD_WORDS, Reason.ALREADY_APPLIED: repeat}
            reason = words.get(Reason(answer.reason), answer.reason)
            if reason in REFUSALS:
                found.append({"code": text, "reason": str(reason)})
    return found


def compared(record: Mapping[str, Any], actual: Mapping[str, Any]) -> list[str]:
    expected = dict(record["expected"])
    tolerance = Decimal(record.get("tolerance", expected.get("tolerance", 0)))
    shares = expected.pop("line_discounts", None)
    only_sum = bool(expected.pop("line_discounts_note", None))
    expected.pop("tolerance", None)
    asked = {name: value for name, value in expected.items() if name in actual}
    if "applied_promotions" in asked:
        asked["applied_promotions"] = sorted(asked["applied_promotions"])
    applied = {**actual, "applied_promotions": sorted(actual["applied_promotions"])}
    found = differences(asked, applied, tolerance)
    if shares is not None:
        wanted: Any = sum(map(Decimal, shares)) if only_sum else shares
        given: Any = sum(map(Decimal, actual["line_discounts"])) if only_sum else actual["line_discounts"]
        found += differences(wanted, given, tolerance, "line_discounts")
    return found
