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


def view_of(basket: OpenBasket, priced: PricedBasket, before: BasketView | None = None) -> BasketView:
    """Everything the Sell screen shows of the basket. Lines come in scan order.

    `before`: what was shown last. Lines that read the same are taken from it, the very same values: a scan into
    thousands of lines makes one.
    """
    currency = priced.currency
    lines = _fresh_lines(basket, priced) if before is None else _lines(basket, priced, before)
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
        basket=basket,
    )


def _fresh_lines(basket: OpenBasket, priced: PricedBasket) -> tuple[LineView, ...]:
    return tuple(_line(line, one, priced.currency) for line, one in zip(basket.lines, priced.lines, strict=True))


def _lines(basket: OpenBasket, priced: PricedBasket, before: BasketView) -> tuple[LineView, ...]:
    """As `_fresh_lines`, by way of what was shown `before`."""
    if before.priced.currency != priced.currency:
        return _fresh_lines(basket, priced)
    shown = zip(before.basket.lines, before.priced.lines, before.lines, strict=True)
    known = {line.line_id: (line, was, view) for line, was, view in shown}
    lines = []
    for line, one in zip(basket.lines, priced.lines, strict=True):
        found = known.get(line.line_id)
        same = found is not None and found[0] is line and _reads_alike(found[1], one)
        lines.append(found[2] if found is not None and same else _line(line, one, priced.currency))
    return tuple(lines)


def _reads_alike(was: PricedLine, now: PricedLine) -> bool:
    """Whether two prices of the same line give the same words: only its own savings can differ otherwise."""
    return (
        was.net_minor == now.net_minor
        and was.gross_minor == now.gross_minor
        and was.unit_price_minor == now.unit_price_minor
        and was.list_price_minor == now.list_price_minor
        and was.manual_minor == now.manual_minor
        and was.shares == now.shares
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
