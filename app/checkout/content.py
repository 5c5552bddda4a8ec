"""An open basket as JSON, small enough to write after every scan, and back with the shop's facts of now.

Products come back at today's prices; what is no longer sold comes back as the line it was and is refused at Pay
with its name. No code of a card is ever written: a card with a typed number is asked for again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.checkout.model import (
    CardOnLine,
    CouponOnBasket,
    CustomerPanel,
    Item,
    Line,
    OpenBasket,
    PriceSource,
    ReturnOfLine,
    Struck,
)
from app.pricing.model import (
    EnteredCode,
    LineKind,
    ManualDiscount,
    PricedProduct,
    ReturnedAmounts,
    TaxComponent,
)

FORM = 1


def to_content(basket: OpenBasket) -> dict[str, Any]:
    return {
        "form": FORM,
        "request": basket.request_id.hex,
        "opened": basket.opened_at.isoformat(),
        "next": basket.next_line_id,
        "label": basket.label,
        "customer": basket.customer_id,
        "lines": [_line_out(line) for line in basket.lines],
        "coupons": [[_kept_text(coupon), coupon.shown, coupon.code_id] for coupon in basket.coupons],
        "discounts": [_discount_out(discount) for discount in basket.discounts],
        "struck": [[one.name, one.quantity_milli, one.amount_minor, one.at.isoformat()] for one in basket.struck],
    }


def _kept_text(coupon: CouponOnBasket) -> str:
    """What no coupon is may be the number of a gift card: it is kept as it is shown, and stays refused."""
    return coupon.entered.text if coupon.code_id is not None else coupon.shown


def _line_out(line: Line) -> dict[str, Any]:
    product = line.item.product
    out: dict[str, Any] = {"id": line.line_id, "p": product.id, "q": line.quantity_milli}
    if line.kind is not LineKind.PRODUCT:
        out |= {"kind": line.kind.value, "face": product.price_minor, "name": product.name}
    if line.price_minor is not None:
        out |= {"price": line.price_minor, "source": line.price_source.value, "why": line.price_reason}
        if line.price_approver_id is not None:
            out["by"] = line.price_approver_id
    if line.discount is not None:
        out["off"] = _discount_out(line.discount)
    if line.card is not None:
        out["card"] = [line.card.account_id, line.card.shown, line.card.customer_id]
    if line.returns is not None:
        out["back"] = _return_out(line)
    return out


def _return_out(line: Line) -> dict[str, Any]:
    returns = line.returns
    assert returns is not None  # noqa: S101 - the caller asked
    amounts = returns.amounts
    return {
        "sale": returns.sale_id,
        "line": returns.sale_line_id,
        "gross": amounts.gross_minor,
        "off": amounts.discount_minor,
        "taxes": [[component.code, format(component.percent, "f"), minor] for component, minor in amounts.taxes],
        "why": returns.reason,
        "sku": line.item.product.sku,
        "name": line.item.product.name,
        "list": line.item.product.price_minor,
        "class": line.item.tax_class_id,
        "percent": format(line.item.tax_percent, "f"),
        "category": line.item.category_id,
        "cost": line.item.cost_minor,
        "weighed": line.item.weighed,
    }


def _discount_out(discount: ManualDiscount) -> list[Any]:
    percent = None if discount.percent is None else format(discount.percent, "f")
    return [discount.amount_minor, percent, discount.reason, discount.approved_by]


def from_content(
    content: Mapping[str, Any],
    *,
    item: Callable[[int], Item | None],
    coupon: Callable[[str, int | None], CouponOnBasket | None],
    customer: Callable[[int], CustomerPanel | None],
) -> OpenBasket:
    """The basket again. Lines of products that are gone are left out; coupons are looked up afresh."""
    coupons = []
    for text, shown, code_id in content.get("coupons", ()):
        coupons.append(coupon(text, code_id) or CouponOnBasket(EnteredCode(text), shown, code_id))
    customer_id = content.get("customer")
    lines = [_line_in(entry, item) for entry in content.get("lines", ())]
    return OpenBasket(
        request_id=UUID(content["request"]),
        opened_at=datetime.fromisoformat(content["opened"]),
        lines=tuple(line for line in lines if line is not None),
        coupons=tuple(coupons),
        discounts=tuple(_discount_in(entry) for entry in content.get("discounts", ())),
        customer=None if customer_id is None else customer(customer_id),
        label=content.get("label", ""),
        struck=tuple(
            Struck(name, quantity, amount, datetime.fromisoformat(at))
            for name, quantity, amount, at in content.get("struck", ())
        ),
        next_line_id=int(content["next"]),
    )


def _line_in(entry: Mapping[str, Any], item: Callable[[int], Item | None]) -> Line | None:
    kind = LineKind(entry.get("kind", LineKind.PRODUCT.value))
    back = entry.get("back")
    found: Item | None
    if back is not None:
        found = _returned_item(entry, back)
    elif kind is not LineKind.PRODUCT:
        found = Item(PricedProduct(0, "GIFT-CARD", entry["face"], entry["name"], discountable=False), kind="service")
    else:
        found = item(entry["p"])
    if found is None:
        return None
    card = entry.get("card")
    return Line(
        line_id=entry["id"],
        item=found,
        quantity_milli=entry["q"],
        kind=kind,
        price_minor=entry.get("price"),
        price_source=PriceSource(entry.get("source", PriceSource.LIST.value)),
        price_reason=entry.get("why", ""),
        price_approver_id=entry.get("by"),
        discount=None if "off" not in entry else _discount_in(entry["off"]),
        card=None if card is None else CardOnLine(card[0], "", card[1], card[2]),
        returns=None if back is None else _return_in(back),
    )


def _returned_item(entry: Mapping[str, Any], back: Mapping[str, Any]) -> Item:
    weighed = bool(back.get("weighed"))
    product = PricedProduct(entry["p"], back["sku"], back["list"], back["name"], weighed=weighed)
    return Item(
        product, kind="weighed" if weighed else "standard", category_id=back["category"],
        tax_class_id=back["class"], tax_percent=Decimal(back["percent"]), cost_minor=back["cost"],
    )  # fmt: skip


def _return_in(back: Mapping[str, Any]) -> ReturnOfLine:
    taxes = tuple((TaxComponent(code, Decimal(percent)), minor) for code, percent, minor in back["taxes"])
    amounts = ReturnedAmounts(back["gross"], back["off"], taxes)
    return ReturnOfLine(back["sale"], back["line"], amounts, back.get("why", ""))


def _discount_in(entry: list[Any]) -> ManualDiscount:
    amount, percent, reason, approved_by = entry
    return ManualDiscount(reason, amount, None if percent is None else Decimal(percent), approved_by)
