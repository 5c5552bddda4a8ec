"""The rows of a sale, built from the priced basket before anything is sent. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.checkout.model import Line, OpenBasket, PriceSource, TakenTender, TillContext
from app.checkout.trail import hand_discounts
from app.checkout.view import coupon_of
from app.money import Money
from app.pricing.model import LineKind, Outcome, PricedBasket, PricedLine, TrailEntry
from app.version import VERSION

Row = tuple[Any, ...]
MOST_SKIPPED = 40  # automatic promotions that did not count, kept with a sale


@dataclass(frozen=True, slots=True)
class ReturnedShare:
    """Part of a stored trail entry that goes back with a returned line; `amount_minor` is positive."""

    kind: str
    name: str
    promotion_id: int | None
    promotion_version: int | None
    code_id: int | None
    code_shown: str
    amount_minor: int
    reason: str = "returned"


@dataclass(slots=True)
class Trail:
    """Trail rows without their ids: `rows[n]`'s shares are (place of the line, minor)."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    shares: list[list[tuple[int, int]]] = field(default_factory=list)

    def add(self, shares: Sequence[tuple[int, int]] = (), **columns: Any) -> None:
        self.rows.append(columns)
        self.shares.append(list(shares))

    def __len__(self) -> int:
        return len(self.rows)


def build_trail(
    basket: OpenBasket, priced: PricedBasket, staff_id: int, returned: Mapping[int, Sequence[ReturnedShare]]
) -> Trail:
    """By hand first, then prices, then promotions as considered, then what goes back. `returned`: by place."""
    trail = Trail()
    for hand in hand_discounts(basket, priced):
        trail.add(
            hand.shares, kind="manual", name=hand.discount.reason[:160], outcome="applied", reason="manual",
            sentence="Given by hand.", amount_minor=hand.amount_minor, staff_id=staff_id,
            approver_id=hand.discount.approved_by,
        )  # fmt: skip
    for line, one in zip(basket.lines, priced.lines, strict=True):
        if line.price_source is PriceSource.OVERRIDE:
            trail.add(**_override(line, one, priced.currency, staff_id))
    places = {line.line_id: place for place, line in enumerate(basket.lines)}
    skipped = 0
    for entry in priced.trail:
        skipped += entry.outcome is Outcome.SKIPPED
        if entry.outcome is Outcome.SKIPPED and skipped > MOST_SKIPPED:
            continue
        shares = [(places[line_id], minor) for line_id, minor in entry.shares]
        trail.add(shares, **_promotion(basket, entry))
    for place, parts in returned.items():
        for part in parts:
            trail.add([(place, -part.amount_minor)], **_given_back(part))
    return trail


def _override(line: Line, one: PricedLine, currency: str, staff_id: int) -> dict[str, Any]:
    listed, sold = Money(one.list_price_minor, currency), Money(one.unit_price_minor, currency)
    return {
        "kind": "price", "name": line.price_reason[:160], "outcome": "applied", "reason": "price_override",
        "sentence": f"{line.item.product.name}: {sold} instead of {listed}.", "amount_minor": 0, "staff_id": staff_id,
        "approver_id": line.price_approver_id,
    }  # fmt: skip


def _promotion(basket: OpenBasket, entry: TrailEntry) -> dict[str, Any]:
    coupon = coupon_of(basket, entry)
    return {
        "kind": "promotion", "name": (entry.name or (coupon.shown if coupon else ""))[:160],
        "outcome": entry.outcome.value, "reason": entry.reason, "sentence": entry.sentence,
        "amount_minor": entry.amount_minor, "promotion_id": entry.promotion_id, "promotion_version": entry.version,
        "code_id": None if coupon is None else coupon.code_id,
        "code_shown": "" if coupon is None else coupon.shown[:60],
    }  # fmt: skip


def _given_back(part: ReturnedShare) -> dict[str, Any]:
    return {
        "kind": part.kind, "name": part.name, "outcome": "applied", "reason": part.reason,
        "sentence": "The returned line's share.", "amount_minor": -part.amount_minor,
        "promotion_id": part.promotion_id, "promotion_version": part.promotion_version, "code_id": part.code_id,
        "code_shown": part.code_shown,
    }  # fmt: skip


def trail_rows(trail: Trail, sale_id: int, ids: Sequence[int], line_ids: Sequence[int]) -> tuple[list[Row], list[Row]]:
    """(sale_trail rows, sale_share rows) in the column order of db.queries.sales_write."""
    rows: list[Row] = []
    shares: list[Row] = []
    for position, (trail_id, entry, parts) in enumerate(zip(ids, trail.rows, trail.shares, strict=False), start=1):
        rows.append(
            (
                trail_id, sale_id, position, entry["kind"], entry.get("promotion_id"), entry.get("promotion_version"),
                entry.get("code_id"), entry.get("code_shown", ""), entry["name"], entry["outcome"],
                entry["reason"], entry["sentence"], entry["amount_minor"], entry.get("staff_id"),
                entry.get("approver_id"),
            )
        )  # fmt: skip
        shares.extend((line_ids[place], trail_id, minor) for place, minor in parts)
    return rows, shares


@dataclass(frozen=True, slots=True)
class Head:
    """What the sale row says besides the amounts."""

    sale_id: int
    request_id: UUID
    request_hash: str
    kind: str
    number: int
    number_text: str
    original_sale_id: int | None
    approver_id: int | None
    business_date: Any
    at: datetime


def sale_row(
    head: Head, context: TillContext, priced: PricedBasket, customer_id: int | None, *, rounding_level: str,
    rounding_minor: int, change_minor: int, points: int,
) -> Row:  # fmt: skip
    """`rounding_minor` is the cash rounding that paying added."""
    return (
        head.sale_id, head.request_id, head.request_hash, head.kind, context.register_id, context.outlet_id,
        context.session_id, head.number, head.number_text, head.original_sale_id, customer_id,
        context.actor.staff_id, head.approver_id, head.business_date, head.at, priced.currency,
        priced.prices_include_tax, rounding_level, priced.subtotal_minor, priced.discount_minor, priced.tax_minor,
        priced.rounding_minor + rounding_minor, priced.total_minor + rounding_minor, change_minor,
        liability_of(priced), points, "in_store", VERSION,
    )  # fmt: skip


def liability_of(priced: PricedBasket) -> int:
    """Card value sold, less card purchases taken back: in the total, but no revenue."""
    return sum(line.net_minor for line in priced.lines if line.kind is not LineKind.PRODUCT)


def line_rows(
    basket: OpenBasket, priced: PricedBasket, sale_id: int, ids: Sequence[int], accounts: Mapping[int, int]
) -> list[Row]:
    """sale_line rows. `accounts`: place of the line to the card it sells, reloads or takes back."""
    return list(_line_rows(basket, priced, sale_id, ids, accounts))


def _line_rows(
    basket: OpenBasket, priced: PricedBasket, sale_id: int, ids: Sequence[int], accounts: Mapping[int, int]
) -> Iterator[Row]:
    percents = [tax.component.percent for tax in priced.taxes]
    twins = len(set(percents)) < len(percents)
    for place, (line, one) in enumerate(zip(basket.lines, priced.lines, strict=True)):
        item, product = line.item, line.item.product
        reason = line.returns.reason if line.returns is not None else line.price_reason
        yield (
            ids[place], sale_id, place + 1, line.kind.value, product.id or None, item.category_id,
            product.sku[:60], product.name[:200], line.quantity_milli, one.list_price_minor, one.unit_price_minor,
            _source(line, one), one.gross_minor, one.discount_minor, one.net_minor, one.tax_minor,
            item.tax_class_id, item.tax_percent, _tax_parts(one, twins), item.cost_minor, accounts.get(place),
            None if line.returns is None else line.returns.sale_line_id, reason[:200],
        )  # fmt: skip


def _source(line: Line, one: PricedLine) -> str:
    if line.price_source is not PriceSource.LIST:
        return line.price_source.value
    return PriceSource.LIST.value if one.unit_price_minor == one.list_price_minor else PriceSource.GROUP.value


def _tax_parts(one: PricedLine, twins: bool) -> dict[str, Any] | None:
    """Kept where a class has several components, or where two rates of the receipt have the same percentage:
    elsewhere the percentage names the rate."""
    if not one.taxes or (len(one.taxes) == 1 and not twins):
        return None
    return {"parts": [[component.code, format(component.percent, "f"), amount] for component, amount in one.taxes]}


def tax_rows(priced: PricedBasket, sale_id: int) -> list[Row]:
    return [
        (sale_id, position, None, tax.component.code, tax.component.percent, tax.base_minor, tax.tax_minor)
        for position, tax in enumerate(priced.taxes, start=1)
    ]


def tender_rows(
    taken: Sequence[TakenTender], sale_id: int, ids: Sequence[int], balances: Mapping[int, int]
) -> list[Row]:
    """`balances`: place of the tender to what its card holds afterwards."""
    return [
        (
            ids[place], sale_id, place + 1, one.tender.kind.value, one.amount_minor, one.tendered_minor,
            one.tender.account_id, one.tender.shown[:60], balances.get(place), one.tender.reference[:80],
        )
        for place, one in enumerate(taken)
    ]  # fmt: skip
