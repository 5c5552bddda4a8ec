"""What lines that come back give back: their stored shares, and what the threshold policy makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.catalog.till import TillCatalogue
from app.checkout.basket import plain
from app.checkout.errors import NothingToReturn, QuantityRefused, ReturnRefused
from app.checkout.policy import ReturnPolicy, ThresholdPolicy
from app.checkout.receipts import SaleLineView, SaleView
from app.checkout.rows import ReturnedShare
from app.money import Money, split_minor
from app.pricing.catalogue import Catalogue
from app.pricing.engine import price
from app.pricing.model import (
    UNIT_MILLI,
    UNTAXED,
    Basket,
    BasketLine,
    LineKind,
    PricedProduct,
    PricingSettings,
    ReturnedAmounts,
    TaxClass,
    TaxComponent,
)
from app.pricing.promotion import Audience, Limits, Promotion, Schedule
from app.pricing.returns import SoldLine, refund_part
from app.pricing.serialize import promotion_from_dict
from db.queries import sales_read as queries
from db.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """A wish to bring back `quantity_milli` of a sold line."""

    sale_line_id: int
    quantity_milli: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What one line gives back. `shares` add up to `amounts.discount_minor`."""

    line: SaleLineView
    quantity_milli: int
    amounts: ReturnedAmounts
    shares: tuple[ReturnedShare, ...]
    reason: str

    def payable_minor(self, *, inclusive: bool) -> int:
        return self.amounts.net_minor + (0 if inclusive else self.amounts.tax_minor)


@dataclass(frozen=True, slots=True)
class RefundPlan:
    """`withheld_minor`: taken off by the threshold policy; below zero it gives back what it took before."""

    parts: tuple[Part, ...]
    withheld_minor: int
    lost_minor: int  # discount on what is kept that would no longer be earned
    everything_back: bool


def plan_refund(
    uow: UnitOfWork, sale: SaleView, wishes: Sequence[ReturnLine], policy: ReturnPolicy, settings: PricingSettings,
    products: TillCatalogue,
) -> RefundPlan:  # fmt: skip
    """Raises NothingToReturn, ReturnTooLarge (pricing), ReturnRefused."""
    lines = {line.line_id: line for line in sale.lines}
    if not wishes:
        raise NothingToReturn("Choose what comes back.")
    if len({wish.sale_line_id for wish in wishes}) < len(wishes):
        raise ReturnRefused("A line is in the return twice. Put the quantities together.")
    parts = [_part(sale, lines, wish) for wish in wishes]
    for part in parts:
        _whole_pieces(part, products)
    back = {wish.sale_line_id: wish.quantity_milli for wish in wishes}
    left = {
        line.line_id: line.quantity_milli - line.returned_milli - back.get(line.line_id, 0)
        for line in sale.lines
        if line.quantity_milli > 0
    }
    everything = not any(left.values())
    lost = 0 if everything else _lost_minor(uow, sale, left, settings, products)
    if lost and policy.threshold is ThresholdPolicy.BLOCK:
        raise ReturnRefused(
            f"What stays would no longer earn its discount ({Money(lost, sale.currency)}). Take everything back, "
            "or keep these lines."
        )
    withheld = 0
    if policy.threshold is ThresholdPolicy.RECOMPUTE:
        withheld = lost - queries.withheld_so_far(uow.connection, sale.sale_id)
        parts, withheld = _withhold(parts, withheld)
    return RefundPlan(tuple(parts), withheld, lost, everything)


def _part(sale: SaleView, lines: Mapping[int, SaleLineView], wish: ReturnLine) -> Part:
    line = lines.get(wish.sale_line_id)
    if line is None or line.quantity_milli < 0:
        raise NothingToReturn("This line is not among what was sold on this receipt.")
    if line.quantity_milli <= line.returned_milli:
        raise NothingToReturn(f"All of {line.name} has already come back.")
    sold = SoldLine(
        quantity_milli=line.quantity_milli,
        gross_minor=line.gross.minor,
        manual_minor=0,
        shares=tuple((share.trail_position, share.amount.minor) for share in line.shares),
        taxes=tuple((component, minor) for component, minor in taxes_of(sale, line)),
    )
    back = refund_part(sold, line.returned_milli, wish.quantity_milli)
    trail = {entry.position: entry for entry in sale.trail}
    shares = tuple(
        ReturnedShare(
            trail[position].kind, trail[position].name, trail[position].promotion_id,
            trail[position].promotion_version, trail[position].code_id, trail[position].code_shown, minor,
        )
        for position, minor in back.shares
        if minor
    )  # fmt: skip
    return Part(line, wish.quantity_milli, back.amounts, shares, plain(wish.reason, 200))


def _whole_pieces(part: Part, products: TillCatalogue) -> None:
    """What was sold by the piece comes back by the piece."""
    if part.line.kind != LineKind.PRODUCT.value or part.line.quantity_milli % UNIT_MILLI:
        return
    found = products.by_id(part.line.product_id or 0)
    if part.quantity_milli % UNIT_MILLI and (found is None or not found.facts.weighed):
        raise QuantityRefused("This is sold by the piece. Type a whole number.")


def taxes_of(sale: SaleView, line: SaleLineView) -> list[tuple[TaxComponent, int]]:
    """The line's tax by rate, as the sale stored it."""
    if line.tax_parts:
        return [(TaxComponent(code, percent), minor) for code, percent, minor in line.tax_parts]
    for tax in sale.taxes:
        if tax.percent == line.tax_percent:
            return [(TaxComponent(tax.name, tax.percent), line.tax.minor)]
    return [(TaxComponent("Tax", line.tax_percent), line.tax.minor)] if line.tax.minor else []


def _withhold(parts: list[Part], withheld: int) -> tuple[list[Part], int]:
    """Spread what is withheld over the parts by their value, never below zero; its tax goes with it."""
    room = [part.amounts.net_minor for part in parts]
    withheld = min(withheld, sum(room))
    if not withheld:
        return parts, 0
    weights = room if withheld > 0 or any(room) else [1] * len(parts)
    return [_less(part, minor) for part, minor in zip(parts, split_minor(withheld, weights), strict=True)], withheld


def _less(part: Part, minor: int) -> Part:
    if not minor:
        return part
    before = part.amounts
    net = before.net_minor - minor
    taxes = tuple((component, _scaled(tax, net, before.net_minor)) for component, tax in before.taxes)
    amounts = ReturnedAmounts(before.gross_minor, before.discount_minor + minor, taxes)
    share = ReturnedShare("promotion", "Discount no longer earned", None, None, None, "", minor, "withheld")
    return replace(part, amounts=amounts, shares=(*part.shares, share))


def _upto(amount: int, milli: int, of_milli: int) -> int:
    """The part that the first `milli` give back, as app.pricing.returns rounds it."""
    return (2 * amount * milli + of_milli) // (2 * of_milli)


def _scaled(tax: int, net: int, before: int) -> int:
    return tax if before == 0 else (2 * tax * net + before) // (2 * before)


def _lost_minor(
    uow: UnitOfWork, sale: SaleView, left: Mapping[int, int], settings: PricingSettings, products: TillCatalogue
) -> int:
    """Discount stored on what is kept, less what the same promotions would give for it alone; never below zero."""
    applied = [entry for entry in sale.trail if entry.kind == "promotion" and entry.outcome == "applied"]
    promotions = {
        found.id: found
        for entry in applied
        if entry.promotion_id is not None
        and (found := _as_sold(uow, entry.promotion_id, entry.promotion_version or 1)) is not None
    }
    if not promotions:
        return 0
    positions = {entry.position for entry in applied if entry.promotion_id in promotions}
    kept = [line for line in sale.lines if left.get(line.line_id, 0) > 0]
    stored = sum(
        share.amount.minor - _upto(share.amount.minor, line.quantity_milli - left[line.line_id], line.quantity_milli)
        for line in kept
        for share in line.shares
        if share.trail_position in positions
    )
    return max(0, stored - _fresh_discount(sale, kept, left, list(promotions.values()), settings, products))


def _as_sold(uow: UnitOfWork, promotion_id: int, version: int) -> Promotion | None:
    """The promotion in the version that counted, without whom and when: those held at the sale."""
    definition = queries.definition(uow.connection, promotion_id, version)
    if definition is None:
        return None
    found = promotion_from_dict({**definition, "id": promotion_id})
    return replace(
        found, codes=(), needs_code=False, active=True, audience=Audience(), limits=Limits(), schedule=Schedule(),
        budget=None,
    )  # fmt: skip


def _fresh_discount(
    sale: SaleView, kept: Sequence[SaleLineView], left: Mapping[int, int], promotions: list[Promotion],
    settings: PricingSettings, products: TillCatalogue,
) -> int:  # fmt: skip
    classes: dict[Decimal, TaxClass] = {}
    for line in kept:
        component = TaxComponent("Tax", line.tax_percent)
        classes.setdefault(line.tax_percent, TaxClass(len(classes) + 1, "", (component,)))
    basket = Basket(
        tuple(
            BasketLine(
                line.line_id, _product(line, classes.get(line.tax_percent, UNTAXED), products),
                left[line.line_id], LineKind(line.kind),
            )
            for line in kept
        ),
        outlet_id=sale.outlet_id,
    )  # fmt: skip
    plain = replace(settings, prices_include_tax=sale.prices_include_tax)
    priced = price(basket, Catalogue(promotions), plain, now=sale.completed_at)
    return sum(entry.amount_minor for entry in priced.applied)


def _product(line: SaleLineView, tax: TaxClass, products: TillCatalogue) -> PricedProduct:
    """The product at the price it was sold for, in the categories it has."""
    found = products.by_id(line.product_id or 0)
    if found is None or line.kind != "product":
        return PricedProduct(0, line.sku, line.unit_price.minor, line.name, tax_class=tax, discountable=False)
    return replace(found.facts, price_minor=line.unit_price.minor, tax_class=tax, group_prices=())
