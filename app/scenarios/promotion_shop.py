"""Plays promotion records through the services: a shop is set up, its goods, promotions and past uses are stored,
the basket is rung up at its till and paid, and the answer is what the till shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

from app.catalog.model import ProductDraft
from app.catalog.service import CatalogService
from app.checkout import basket as steps
from app.checkout.model import OpenBasket, Tender, TenderKind
from app.checkout.service import CheckoutService
from app.checkout.sessions import SessionService
from app.coupons.service import CouponService
from app.customers.model import CustomerDraft
from app.customers.service import CustomerService
from app.errors import InvalidInput
from app.money import Money
from app.pricing.model import UNIT_MILLI, PricedBasket, PricingSettings
from app.pricing.promotion import BudgetType, Promotion
from app.scenarios import promotions as on_engine
from app.scenarios.answer import Played
from app.scenarios.promotion_case import Amounts, Names, moment_of, promotions_of, quantity_milli, settings_of
from app.scenarios.stage import Stage, stage
from app.shop import settings as shop_settings
from app.shop.model import LONGEST_TAX_PERCENT, ShopDraft, TaxDraft
from db.queries import coupon_codes, coupon_uses, promotions

# Codes on posters have three letters or more; records have shorter ones. Nothing depends on what a code says.
_PREFIX = "SCN"


@dataclass(frozen=True)
class _Stored:
    """What the record's names became in the shop."""

    products: Mapping[str, int]
    listed: Mapping[int, str]  # the record's name of each promotion
    customer_id: int | None


def play(record: Mapping[str, Any]) -> Played:
    """One basket in a shop of its own. What no shop would store is played on the engine alone."""
    amounts = Amounts(record)
    settings = settings_of(record, amounts)
    if _only_on_engine(record):
        return on_engine.play(record)
    with stage(_shop_of(record, settings), moment_of(record)) as found:
        try:
            stored = _store(found, record, settings, amounts)
        except InvalidInput:  # the editor refuses it, with a sentence; the engine still has an answer
            return on_engine.play(record)
        priced, entered = _ring_up(found, record, stored, amounts)
    actual = on_engine.answer_of(record, priced, stored.listed, entered, amounts)
    return Played(record["expected"], actual, on_engine.compared(record, actual))


def _only_on_engine(record: Mapping[str, Any]) -> bool:
    """A till sells pieces whole and above zero, and keeps no budget of uses; joined lines have no shares apart."""
    skus = [line["sku"] for line in record["basket"]]
    budgets = [promotion.get("campaign_budget", {}).get("type", "spend") for promotion in record["promotions"]]
    rates = record.get("tax", {}).get("rates", {}).values()
    return (
        any(milli <= 0 or milli % UNIT_MILLI for milli in (quantity_milli(line["qty"]) for line in record["basket"]))
        or any(kind != "spend" for kind in budgets)
        or len(set(skus)) != len(skus)
        or any(discount.get("sku") for discount in record.get("manual_discounts", []))
        or any(Decimal(rate) > LONGEST_TAX_PERCENT for rate in rates)
    )


def _shop_of(record: Mapping[str, Any], settings: PricingSettings) -> ShopDraft:
    tax = record.get("tax", {})
    taxed = tax.get("mode", "none") != "none"
    rates = tax.get("rates", {}) if taxed else {}
    return ShopDraft(
        name="Scenario",
        manager_pin="730194",
        currency=settings.currency,
        prices_include_tax=settings.prices_include_tax,
        taxes=tuple(TaxDraft(name, ((name, Decimal(percent)),)) for name, percent in rates.items()),
        cash_step_minor=0,
    )


# ---- what is there before the customer comes --------------------------------------------------------------


def _store(found: Stage, record: Mapping[str, Any], settings: PricingSettings, amounts: Amounts) -> _Stored:
    _choose_rules(found, settings)
    names = Names()
    _stock(found, record, names, amounts)
    customer_id = _known_customer(found, record, names)
    listed: dict[int, str] = {}
    service = CouponService(found.database, found.clock)
    for raw, promotion in zip(record["promotions"], promotions_of(record, names, amounts), strict=True):
        campaign_id = _campaign(found, service, promotion)
        words = tuple(_PREFIX + code for code in promotion.codes)
        saved = service.create(replace(promotion, codes=words), found.actor, campaign_id=campaign_id)
        listed[saved.promotion_id] = str(raw["id"])
        _past_uses(found, record, raw, saved.promotion_id, customer_id)
        if campaign_id is not None:
            _past_spend(found, raw, promotion, campaign_id, amounts)
    return _Stored(names.products, listed, customer_id)


def _choose_rules(found: Stage, settings: PricingSettings) -> None:
    chosen = shop_settings.SellingSettings(
        discount_rounding=settings.discount_rounding,
        rounding_mode=settings.rounding_mode,
        codes_case_sensitive=settings.codes_case_sensitive,
        order=settings.order,
        combine=settings.combine,
        duplicate_code=settings.duplicate_code,
    )
    with found.database.write() as uow:
        shop_settings.save(uow, chosen)
        uow.commit()


def _stock(found: Stage, record: Mapping[str, Any], names: Names, amounts: Amounts) -> None:
    catalog = CatalogService(found.database, found.clock)
    rates = list(record.get("tax", {}).get("rates", {})) if record.get("tax", {}).get("mode", "none") != "none" else []
    tax_ids = dict(zip(rates, found.made.tax_classes, strict=False))
    for raw in record["products"]:
        category = raw.get("category")
        if category and category not in names.categories:
            names.categories[category] = catalog.add_category(category, by=found.actor).id
        made = catalog.create(
            ProductDraft(
                name=str(raw.get("name") or raw["sku"]),
                sku=raw["sku"],
                price_minor=amounts.minor(raw["price"]),
                category_id=names.categories.get(category) if category else None,
                tax_class_id=tax_ids.get(raw.get("tax")),
            ),
            by=found.actor,
        )
        names.products[raw["sku"]] = made.id


def _known_customer(found: Stage, record: Mapping[str, Any], names: Names) -> int | None:
    """The record's customer, in the groups it names; other people and groups are only names in rules."""
    from db.models.customer import CustomerGroup

    raw = record.get("customer")
    if raw is None:
        return None
    service = CustomerService(found.database, found.clock)
    customer = service.create(CustomerDraft(first_name=str(raw.get("id") or "Customer")), by=found.actor)
    names.customers[str(raw.get("id", ""))] = customer.id
    with found.database.write() as uow:
        for name in raw.get("groups", []):
            group = CustomerGroup(name=name)
            uow.session.add(group)
            uow.session.flush()
            names.groups[name] = group.id
        uow.commit()
    service.set_groups(customer.id, sorted(names.groups.values()), by=found.actor)
    return customer.id


def _campaign(found: Stage, service: CouponService, promotion: Promotion) -> int | None:
    budget = promotion.budget
    if budget is None or budget.type is not BudgetType.SPEND:
        return None
    return service.save_campaign(budget.id, Money(budget.limit, found_currency(found)), found.actor)


def found_currency(found: Stage) -> str:
    with found.database.read() as uow:
        return shop_settings.pricing_settings(uow).currency


def _past_uses(
    found: Stage, record: Mapping[str, Any], raw: Mapping[str, Any], promotion_id: int, customer_id: int | None
) -> None:
    """Uses before this basket, as the counters that completed sales leave behind."""
    limits = raw.get("limits", {})
    used, most = int(limits.get("used", 0)), limits.get("total_uses")
    prior = record.get("customer", {}).get("prior_uses", {})
    with found.database.write() as uow:
        if used:
            counted = used if most is None else min(used, most)
            promotions.change_promotion(uow.connection, promotion_id, 1, use_count=counted)
        if customer_id is not None:
            codes = coupon_codes.shared_codes(uow.connection, [promotion_id]).get(promotion_id, [])
            owners = [(row.id, str(row.shared_code).removeprefix(_PREFIX)) for row in codes]
            for code_id, name in [*owners, (coupon_uses.WHOLE_PROMOTION, str(raw["id"]))]:
                for _ in range(_uses_of(name, prior)):
                    coupon_uses.count_customer(uow.connection, promotion_id, code_id, customer_id, None)
        uow.commit()


def _uses_of(name: str, prior: Mapping[str, int]) -> int:
    return next((int(uses) for key, uses in prior.items() if key.casefold() == name.casefold()), 0)


def _past_spend(found: Stage, raw: Mapping[str, Any], promotion: Promotion, campaign_id: int, amounts: Amounts) -> None:
    limit = promotion.budget.limit if promotion.budget is not None else 0
    spent = min(amounts.minor(raw["campaign_budget"].get("used", "0")), limit)
    if spent:
        with found.database.write() as uow:
            coupon_uses.spend(uow.connection, campaign_id, spent)
            uow.commit()


# ---- at the till ------------------------------------------------------------------------------------------


def _ring_up(
    found: Stage, record: Mapping[str, Any], stored: _Stored, amounts: Amounts
) -> tuple[PricedBasket, list[tuple[str, str]]]:
    context = SessionService(found.database, found.clock).open(
        found.actor, found.made.register_id, Money.zero(amounts.currency), request_id=uuid4()
    )
    checkout = CheckoutService(found.database, found.clock)
    items = checkout.items(list(stored.products.values()))
    basket = steps.new_basket(uuid4(), found.clock.now())
    for line in record["basket"]:
        basket, _ = steps.add_item(basket, items[stored.products[line["sku"]]], quantity_milli(line["qty"]))
    if stored.customer_id is not None:
        basket = steps.with_customer(basket, checkout.customer(stored.customer_id))
    entered = []
    for text in on_engine.codes_entered(record):
        coupon = checkout.coupon(_PREFIX + text)
        entered.append((text, coupon.entered.text))
        basket = steps.add_coupon(basket, coupon)
    for discount in on_engine.hand_discounts(record, amounts):
        basket = checkout.discount_basket(context, basket, discount)
    view = checkout.view(context, basket, checkout.facts())
    _pay(checkout, context, basket, view.priced)
    return view.priced, entered


def _pay(checkout: CheckoutService, context: Any, basket: OpenBasket, priced: PricedBasket) -> None:
    """What was shown is what is booked, or the services contradict each other."""
    if not basket.lines:
        return
    tenders = [Tender(TenderKind.CASH, priced.total_minor)] if priced.total_minor else []
    done = checkout.complete(context, basket, tenders, priced.total_minor)
    if done.total.minor != priced.total_minor:
        raise AssertionError(f"the till showed {priced.total_minor}, the sale was booked at {done.total.minor}")
