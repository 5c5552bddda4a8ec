"""The last step of pricing: whole shares, taxes, totals, and the trail with its per-line shares."""

from __future__ import annotations

from collections.abc import Sequence

from app.pricing.cash import cash_adjustment
from app.pricing.lines import WorkLine
from app.pricing.model import (
    CashRounding,
    DiscountRounding,
    Hint,
    LineShare,
    Outcome,
    PricedBasket,
    PricedLine,
    PricingSettings,
    TrailEntry,
)
from app.pricing.numbers import Exact, floor_exact, round_exact, round_quotient
from app.pricing.reasons import EARNABLE, Reason
from app.pricing.state import AppliedPromotion, WorkBasket
from app.pricing.taxes import LineTaxes, Taxable, summary, tax_lines


def finish(work: WorkBasket, trail: Sequence[TrailEntry | AppliedPromotion]) -> PricedBasket:
    """`trail` holds what was applied in the order of `work.applied`, and ready entries for the rest."""
    settings = work.settings
    shares = _whole_shares(work)
    taxes = _taxes(work, shares)
    own = _by_line(work, shares)
    told = _with_shares(trail, work, shares)
    lines = tuple(_priced(line, own.get(line.place, ()), taxes.get(line.place, ())) for line in work.lines)
    subtotal = sum(line.gross_minor for line in lines)
    discount = sum(line.discount_minor for line in lines)
    tax = sum(line.tax_minor for line in lines)
    exact_total = subtotal - discount + (0 if settings.prices_include_tax else tax)
    adjustment = cash_adjustment(exact_total, settings.cash_step_minor)
    always = adjustment if settings.cash_rounding is CashRounding.ALWAYS else 0
    cash = adjustment if settings.cash_rounding is CashRounding.CASH else 0
    return PricedBasket(
        currency=settings.currency,
        prices_include_tax=settings.prices_include_tax,
        lines=lines,
        taxes=summary([(line.net_minor, line.taxes) for line in lines], settings),
        subtotal_minor=subtotal,
        discount_minor=discount,
        tax_minor=tax,
        rounding_minor=always,
        total_minor=exact_total + always,
        cash_rounding_minor=cash,
        trail=told,
        hints=_hints(told),
    )


def _whole_shares(work: WorkBasket) -> list[dict[int, int]]:
    """Per applied promotion: place of the line to whole minor units."""
    if work.settings.discount_rounding is not DiscountRounding.FINAL:
        return [{place: int(share) for place, share in applied.shares.items()} for applied in work.applied]
    cells = [
        (index, place, share) for index, applied in enumerate(work.applied) for place, share in applied.shares.items()
    ]
    whole = [{place: floor_exact(share) for place, share in applied.shares.items()} for applied in work.applied]
    exact_total: Exact = sum((share for _, _, share in cells), 0)
    left = round_exact(exact_total, work.settings.rounding_mode) - sum(sum(parts.values()) for parts in whole)
    room = {line.place: line.gross - line.manual for line in work.lines}
    for parts in whole:
        for place, share in parts.items():
            room[place] -= share
    by_remainder = sorted(cells, key=lambda cell: floor_exact(cell[2]) - cell[2])  # stable: ties stay by SKU
    for index, place, _ in by_remainder:
        if left and room[place]:
            whole[index][place] += 1
            room[place] -= 1
            left -= 1
    return whole


def _taxes(work: WorkBasket, shares: Sequence[dict[int, int]]) -> dict[int, LineTaxes]:
    """Taxes of sold products by place; nothing else is taxed at sale. With FINAL rounding on exact amounts.

    By SKU, as all else: which line carries the odd cent of a rate must not depend on what was scanned first.
    """
    exact = work.settings.discount_rounding is DiscountRounding.FINAL
    nets: dict[int, Exact] = {line.place: line.gross - line.manual for line in work.counting}
    for parts in [applied.shares for applied in work.applied] if exact else shares:
        for place, share in parts.items():
            nets[place] -= share
    taxables = [
        Taxable(work.lines[place].source.product.tax_class, net, work.lines[place].source.quantity_milli)
        for place, net in nets.items()
    ]
    return dict(zip(nets, tax_lines(taxables, work.settings), strict=True))


def _by_line(work: WorkBasket, shares: Sequence[dict[int, int]]) -> dict[int, list[LineShare]]:
    own: dict[int, list[LineShare]] = {}
    for applied, parts in zip(work.applied, shares, strict=True):
        promotion, code = applied.promotion, applied.code
        number, version, name = promotion.id, promotion.version, promotion.name
        for place, amount in parts.items():
            if amount:
                own.setdefault(place, []).append(LineShare(number, version, name, code, amount))
    return own


def _priced(line: WorkLine, own: Sequence[LineShare], taxes: LineTaxes) -> PricedLine:
    source = line.source
    if source.returned is not None:
        return _returned(line)
    discount = line.manual + sum(share.amount_minor for share in own)
    return PricedLine(
        line_id=source.line_id,
        product=source.product,
        kind=source.kind,
        quantity_milli=source.quantity_milli,
        list_price_minor=line.list_price,
        unit_price_minor=line.unit_price,
        gross_minor=line.gross,
        manual_minor=line.manual,
        shares=tuple(own),
        discount_minor=discount,
        net_minor=line.gross - discount,
        taxes=taxes,
        tax_minor=sum(amount for _, amount in taxes),
        override_reason=source.override_reason,
    )


def _returned(line: WorkLine) -> PricedLine:
    source = line.source
    assert source.returned is not None  # noqa: S101  the caller asked
    back = source.returned
    return PricedLine(
        line_id=source.line_id,
        product=source.product,
        kind=source.kind,
        quantity_milli=source.quantity_milli,
        list_price_minor=line.list_price,
        unit_price_minor=line.unit_price,
        gross_minor=-back.gross_minor,
        manual_minor=0,
        shares=(),
        discount_minor=-back.discount_minor,
        net_minor=-back.net_minor,
        taxes=tuple((component, -amount) for component, amount in back.taxes),
        tax_minor=-back.tax_minor,
    )


def _with_shares(
    trail: Sequence[TrailEntry | AppliedPromotion], work: WorkBasket, shares: Sequence[dict[int, int]]
) -> tuple[TrailEntry, ...]:
    """Every entry; those applied with their whole shares and tax effect."""
    whole = iter(shares)
    factors = [line.factor.as_integer_ratio() for line in work.lines]
    return tuple(
        _applied(entry, next(whole), work, factors) if isinstance(entry, AppliedPromotion) else entry for entry in trail
    )


def _applied(
    applied: AppliedPromotion, parts: dict[int, int], work: WorkBasket, factors: Sequence[tuple[int, int]]
) -> TrailEntry:
    promotion, lines = applied.promotion, work.lines
    return TrailEntry(
        promotion_id=promotion.id,
        version=promotion.version,
        name=promotion.name,
        outcome=Outcome.APPLIED,
        reason=Reason.APPLIED.value,
        sentence="Applied.",
        code=applied.code,
        amount_minor=sum(parts.values()),
        shares=tuple((lines[place].source.line_id, amount) for place, amount in sorted(parts.items()) if amount),
        tax_minor=_tax_effect(parts, factors, work.settings),
    )


def _tax_effect(parts: dict[int, int], factors: Sequence[tuple[int, int]], settings: PricingSettings) -> int:
    """`factors`: of each line by place, value with tax over value without."""
    by_factor: dict[tuple[int, int], int] = {}
    for place, amount in parts.items():
        factor = factors[place]
        by_factor[factor] = by_factor.get(factor, 0) + amount
    effect, whole = 0, 1  # their quotient, in whole numbers: one for each promotion of each scan
    for (numerator, denominator), amount in by_factor.items():
        below = numerator if settings.prices_include_tax else denominator
        effect, whole = effect * below + amount * (numerator - denominator) * whole, whole * below
    return round_quotient(effect, whole)


def _hints(trail: Sequence[TrailEntry]) -> tuple[Hint, ...]:
    """What goods would earn comes before what only a customer would: a till shows the first."""
    found = [
        Hint(entry.promotion_id, entry.name, entry.reason, entry.sentence, entry.params)
        for entry in trail
        if entry.outcome is Outcome.SKIPPED and entry.reason in EARNABLE and entry.promotion_id is not None
    ]
    return tuple(sorted(found, key=lambda hint: hint.reason == Reason.CUSTOMER_NEEDED))
