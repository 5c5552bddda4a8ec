"""Says only what matters in a pricing test."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.pricing.catalogue import Catalogue
from app.pricing.engine import price
from app.pricing.model import (
    Basket,
    BasketLine,
    CustomerFacts,
    EnteredCode,
    ManualDiscount,
    PricedBasket,
    PricedProduct,
    PricingSettings,
    TaxClass,
    TaxComponent,
    TrailEntry,
    UsageFacts,
)
from app.pricing.promotion import Kind, Promotion, Selection, Target

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)  # a Monday
PLAIN = PricingSettings("EUR")
INCLUSIVE = PricingSettings("EUR", prices_include_tax=True)
VAT20 = TaxClass(1, "standard", (TaxComponent("VAT20", Decimal(20)),))
VAT5 = TaxClass(2, "reduced", (TaxComponent("VAT5", Decimal(5)),))
BAKERY, DRINKS = 10, 11


def product(number: int, price_minor: int, **more: Any) -> PricedProduct:
    return PricedProduct(number, f"P{number}", price_minor, f"Product {number}", **more)


def line(number: int, price_minor: int, quantity: int = 1, **more: Any) -> BasketLine:
    """A line of product `number`; keywords of a product go to the product, others to the line."""
    of_product = {name: more.pop(name) for name in list(more) if name in PricedProduct.__dataclass_fields__}
    milli = more.pop("quantity_milli", quantity * 1000)
    return BasketLine(more.pop("line_id", number), product(number, price_minor, **of_product), milli, **more)


def basket(*lines: BasketLine, codes: tuple[str | EnteredCode, ...] = (), **more: Any) -> Basket:
    entered = tuple(code if isinstance(code, EnteredCode) else EnteredCode(code) for code in codes)
    return Basket(lines, entered, **more)


def on(*products: int, label: str = "", without: tuple[int, ...] = ()) -> Target:
    return Target(Selection(frozenset(products)), Selection(frozenset(without)), label)


def in_category(category: int, label: str = "") -> Target:
    return Target(Selection(categories=frozenset({category})), label=label)


_numbers = iter(range(1, 10**9))


def promotion(kind: Kind, **more: Any) -> Promotion:
    number = more.pop("id", None) or next(_numbers)
    return Promotion(number, more.pop("name", f"Promotion {number}"), kind, **more)


def percent(value: str, **more: Any) -> Promotion:
    return promotion(Kind.PERCENT, percent=Decimal(value), **more)


def fixed(minor: int, **more: Any) -> Promotion:
    return promotion(Kind.FIXED, amount_minor=minor, **more)


def priced(
    sold: Basket,
    *promotions: Promotion,
    settings: PricingSettings = PLAIN,
    now: datetime = NOON,
    customer: CustomerFacts | None = None,
    usage: UsageFacts | None = None,
) -> PricedBasket:
    return price(sold, Catalogue(promotions), settings, now=now, customer=customer, usage=usage or UsageFacts())


def discounts(result: PricedBasket) -> list[int]:
    """Per line, in basket order."""
    return [line.discount_minor for line in result.lines]


def entry(result: PricedBasket, promotion: Promotion) -> TrailEntry:
    return next(found for found in result.trail if found.promotion_id == promotion.id)


def by_hand(minor: int) -> ManualDiscount:
    return ManualDiscount("damaged", amount_minor=minor)
