"""The basket as the screen shows it: pure, quick enough to call after every scan."""

from __future__ import annotations

from datetime import datetime

from app.checkout.basket import for_pricing
from app.checkout.facts import TillFacts
from app.checkout.model import (
    BasketView,
    CodeView,
    CouponOnBasket,
    Line,
    LineView,
    OpenBasket,
    SavingView,
    TaxView,
)
from app.money import Money
from app.pricing.engine import price
from app.pricing.model import UNIT_MILLI, Outcome, PricedBasket, PricedLine, TrailEntry
from app.pricing.reasons import already_applied


def price_basket(basket: OpenBasket, facts: TillFacts, outlet_id: int, now: datetime) -> PricedBasket:
    """The engine's answer for this basket, by the facts the till holds."""
    return price(
        for_pricing(basket, outlet_id),
        facts.catalogue,
        facts.settings,
        now=now,
        customer=None if basket.customer is None else basket.customer.facts,
        usage=facts.usage,
    )


def view_of(basket: OpenBasket, priced: PricedBasket) -> BasketView:
    """Everything the Sell screen shows of the basket. Lines come in scan order."""
    currency = priced.currency
    lines = tuple(_line(line, one, currency) for line, one in zip(basket.lines, priced.lines, strict=True))
    return BasketView(
        request_id=basket.request_id,
        lines=lines,
        codes=tuple(_code(place, coupon, basket, priced) for place, coupon in enumerate(basket.coupons)),
        pieces=sum(_pieces(line) for line in basket.lines),
        subtotal=Money(priced.subtotal_minor, currency),
        savings=Money(priced.discount_minor, currency),
        tax=Money(priced.tax_minor, currency),
        tax_included=priced.prices_include_tax,
        taxes=tuple(
            TaxView(
                tax.component.code,
                tax.component.percent,
                Money(tax.base_minor, currency),
                Money(tax.tax_minor, currency),
            )
            for tax in priced.taxes
        ),
        total=Money(priced.total_minor, currency),
        cash_total=Money(priced.cash_total_minor, currency),
        hints=tuple(f"{hint.name}: {hint.sentence}" for hint in priced.hints),
        basket_savings=tuple(
            SavingView(entry.name, Money(entry.amount_minor, currency), shown_code(basket, entry))
            for entry in priced.applied
        ),
        customer=basket.customer,
        priced=priced,
    )


def _pieces(line: Line) -> int:
    return 1 if line.item.weighed else abs(line.quantity_milli) // UNIT_MILLI


def _line(line: Line, priced: PricedLine, currency: str) -> LineView:
    savings = [SavingView(share.name, Money(share.amount_minor, currency), _masked(share.code))
               for share in priced.shares]  # fmt: skip
    if priced.manual_minor:
        text = line.discount.reason if line.discount is not None else "Discount"
        savings.insert(0, SavingView(text, Money(priced.manual_minor, currency), by_hand=True))
    return LineView(
        line_id=line.line_id,
        kind=line.kind,
        product_id=line.item.product.id,
        sku=line.item.product.sku,
        name=line.item.product.name,
        quantity_milli=line.quantity_milli,
        weighed=line.item.weighed,
        unit_price=Money(priced.unit_price_minor, currency),
        list_price=Money(priced.list_price_minor, currency),
        gross=Money(priced.gross_minor, currency),
        net=Money(priced.net_minor, currency),
        savings=tuple(savings),
        price_reason=line.price_reason,
        card_shown="" if line.card is None else line.card.shown,
        is_return=line.returns is not None,
    )


def _masked(code: str) -> str:
    return code if len(code) <= 12 else f"•••• {code[-4:]}"


def coupon_of(basket: OpenBasket, entry: TrailEntry) -> CouponOnBasket | None:
    """The entered coupon a trail entry speaks of."""
    if not entry.code:
        return None
    for coupon in basket.coupons:
        if coupon.entered.text == entry.code:
            return coupon
    return None


def shown_code(basket: OpenBasket, entry: TrailEntry) -> str:
    coupon = coupon_of(basket, entry)
    return "" if coupon is None else coupon.shown


def _code(place: int, coupon: CouponOnBasket, basket: OpenBasket, priced: PricedBasket) -> CodeView:
    """What the trail says of this entry. A code on the basket twice counts at its first place; the second says so."""
    text = coupon.entered.text
    entries = [entry for entry in priced.trail if entry.code == text]
    if any(earlier.entered.text == text for earlier in basket.coupons[:place]):
        return _repeated(place, coupon, entries, priced.currency)
    applied = [entry for entry in entries if entry.outcome is Outcome.APPLIED]
    chosen = applied or entries
    saving = sum(entry.amount_minor for entry in applied)
    return CodeView(
        position=place,
        shown=coupon.shown,
        name=chosen[0].name if chosen else "",
        counts=bool(applied),
        saving=Money(saving, priced.currency),
        sentence=chosen[0].sentence if chosen and not applied else "",
    )


def _repeated(place: int, coupon: CouponOnBasket, entries: list[TrailEntry], currency: str) -> CodeView:
    """The last entry is the repetition's own, unless the shop ignores repetitions in silence."""
    last = entries[-1] if entries and entries[-1].outcome is not Outcome.APPLIED else None
    sentence = already_applied().sentence if last is None else last.sentence
    return CodeView(place, coupon.shown, "", False, Money(0, currency), sentence)
