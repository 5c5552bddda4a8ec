"""What can be done with an open basket: pure steps from one basket to the next, no clock, no database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from unicodedata import category
from uuid import UUID

from app.checkout.errors import BasketFull, LineUnknown, NotSold, PriceAsked, QuantityRefused
from app.checkout.model import (
    LARGEST_LINES,
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
from app.errors import InvalidInput
from app.money import LARGEST_MINOR
from app.pricing.model import (
    LARGEST_QUANTITY_MILLI,
    UNIT_MILLI,
    Basket,
    BasketLine,
    LineKind,
    ManualDiscount,
    PricedProduct,
)

GIFT_CARD_SKU = "GIFT-CARD"
UNDO_STEPS = 200


def plain(text: str, most: int) -> str:
    """What somebody typed, as it can be stored and printed: no control characters, no half characters."""
    kept = "".join(one for one in text[: most * 4] if category(one) not in ("Cc", "Cs"))
    return kept.strip()[:most]


def new_basket(request_id: UUID, now: datetime) -> OpenBasket:
    return OpenBasket(request_id, now)


def find_line(basket: OpenBasket, line_id: int) -> Line:
    """Raises LineUnknown."""
    for line in basket.lines:
        if line.line_id == line_id:
            return line
    raise LineUnknown


def add_item(
    basket: OpenBasket,
    item: Item,
    quantity_milli: int = UNIT_MILLI,
    *,
    price_minor: int | None = None,
    source: PriceSource = PriceSource.LIST,
) -> tuple[OpenBasket, int]:
    """Ring up a product; return the basket and the line it is on. Equal plain lines are joined.

    `price_minor` is a unit price asked for or read from the barcode. Raises QuantityRefused, PriceAsked, NotSold.
    """
    name = item.product.name
    if not item.active:
        raise NotSold(name)
    _check_quantity(item, quantity_milli)
    if item.asks_price and price_minor is None:
        raise PriceAsked(name)
    if price_minor is None:
        joined = _same_plain_line(basket, item)
        if joined is not None:
            total = joined.quantity_milli + quantity_milli
            _check_quantity(item, total)
            return _put(basket, replace(joined, item=item, quantity_milli=total)), joined.line_id
    else:
        _check_price(price_minor)
        source = PriceSource.OPEN if source is PriceSource.LIST else source
    return _append(
        basket, Line(basket.next_line_id, item, quantity_milli, price_minor=price_minor, price_source=source)
    )


def _same_plain_line(basket: OpenBasket, item: Item) -> Line | None:
    if item.weighed:
        return None
    for line in reversed(basket.lines):
        if (
            line.item.product.id == item.product.id
            and line.kind is LineKind.PRODUCT
            and line.price_minor is None
            and line.discount is None
            and line.returns is None
        ):
            return line
    return None


def add_card(
    basket: OpenBasket,
    face_minor: int,
    *,
    name: str = "Gift card",
    card: CardOnLine | None = None,
    reload: bool = False,
) -> tuple[OpenBasket, int]:
    """Sell a gift card worth `face_minor`, or put that much on an existing one. Never discounted, never taxed."""
    if not 0 < face_minor <= LARGEST_MINOR:
        raise InvalidInput("A card is sold for an amount above zero.", field="amount")
    if reload and (card is None or card.account_id is None):
        raise InvalidInput("Scan the card to be reloaded first.", field="card")
    kind = LineKind.RELOAD if reload else LineKind.GIFT_CARD
    product = PricedProduct(0, GIFT_CARD_SKU, face_minor, name, discountable=False)
    line = Line(basket.next_line_id, Item(product, kind="service"), UNIT_MILLI, kind, card=card or CardOnLine())
    return _append(basket, line)


def add_return(basket: OpenBasket, item: Item, kind: LineKind, quantity_milli: int, returns: ReturnOfLine,
               card: CardOnLine | None = None) -> tuple[OpenBasket, int]:  # fmt: skip
    """A sold line that comes back; `quantity_milli` is how much of it, positive. Triggers no promotion."""
    if quantity_milli <= 0:
        raise QuantityRefused
    for line in basket.lines:
        if line.returns is not None and line.returns.sale_line_id == returns.sale_line_id:
            basket = replace(basket, lines=tuple(other for other in basket.lines if other is not line))
    return _append(basket, Line(basket.next_line_id, item, -quantity_milli, kind, returns=returns, card=card))


def change_quantity(basket: OpenBasket, line_id: int, quantity_milli: int, now: datetime) -> OpenBasket:
    """Set a line's quantity; zero takes it out. What is cut down is remembered for the journal."""
    line = find_line(basket, line_id)
    if quantity_milli == 0:
        return remove_line(basket, line_id, now)
    if line.returns is not None or line.kind is not LineKind.PRODUCT:
        raise QuantityRefused("The quantity of this line is fixed. Take it out and add it again.")
    _check_quantity(line.item, quantity_milli)
    changed = _put(basket, replace(line, quantity_milli=quantity_milli))
    if quantity_milli < line.quantity_milli:
        changed = _strike(changed, line, line.quantity_milli - quantity_milli, now)
    return changed


def override_price(
    basket: OpenBasket, line_id: int, price_minor: int, reason: str, approver_id: int | None = None
) -> OpenBasket:
    """A unit price by hand, with its reason. Rights are checked by CheckoutService before and at completing."""
    line = find_line(basket, line_id)
    if line.kind is not LineKind.PRODUCT or line.returns is not None:
        raise InvalidInput("The price of this line is fixed.", field="price")
    _check_price(price_minor)
    reason = plain(reason, 200)
    if not reason:
        raise InvalidInput("Say why the price is changed.", field="reason")
    return _put(
        basket,
        replace(
            line,
            price_minor=price_minor,
            price_source=PriceSource.OVERRIDE,
            price_reason=reason,
            price_approver_id=approver_id,
        ),
    )


def clear_price(basket: OpenBasket, line_id: int) -> OpenBasket:
    """Back to the list price."""
    line = find_line(basket, line_id)
    if line.item.asks_price:
        raise PriceAsked(line.item.product.name)
    plain = replace(line, price_minor=None, price_source=PriceSource.LIST, price_reason="", price_approver_id=None)
    return _put(basket, plain)


def discount_line(basket: OpenBasket, line_id: int, discount: ManualDiscount | None) -> OpenBasket:
    """A discount by hand on one line; None takes it off."""
    line = find_line(basket, line_id)
    if discount is not None:
        if line.kind is not LineKind.PRODUCT:
            raise InvalidInput("A gift card takes no discount.", field="discount")
        if line.returns is not None:
            raise InvalidInput("What comes back takes no discount.", field="discount")
        discount = _with_reason(discount)
    return _put(basket, replace(line, discount=discount))


def discount_basket(basket: OpenBasket, discount: ManualDiscount) -> OpenBasket:
    """A discount by hand on the whole basket, spread over what may be discounted."""
    return replace(basket, discounts=(*basket.discounts, _with_reason(discount)))


def drop_basket_discount(basket: OpenBasket, position: int) -> OpenBasket:
    if not 0 <= position < len(basket.discounts):
        raise LineUnknown
    return replace(basket, discounts=basket.discounts[:position] + basket.discounts[position + 1 :])


def remove_line(basket: OpenBasket, line_id: int, now: datetime) -> OpenBasket:
    line = find_line(basket, line_id)
    left = tuple(other for other in basket.lines if other.line_id != line_id)
    return _strike(replace(basket, lines=left), line, abs(line.quantity_milli), now)


def add_coupon(basket: OpenBasket, coupon: CouponOnBasket) -> OpenBasket:
    """Whether it counts, and if not why, is pricing's answer: entering never fails."""
    return replace(basket, coupons=(*basket.coupons, coupon))


def remove_coupon(basket: OpenBasket, position: int) -> OpenBasket:
    if not 0 <= position < len(basket.coupons):
        raise LineUnknown
    return replace(basket, coupons=basket.coupons[:position] + basket.coupons[position + 1 :])


def with_customer(basket: OpenBasket, customer: CustomerPanel | None) -> OpenBasket:
    return replace(basket, customer=customer)


def with_items(basket: OpenBasket, item: Callable[[int], Item | None]) -> OpenBasket:
    """Each product as it is now, where it was changed since it was rung up; `basket` itself where none was.

    Pay refuses a basket at yesterday's prices. Prices given by hand or by a barcode stand; what comes back, and a
    product that is gone, stay as they are.
    """
    lines = tuple(_with_item(line, item) for line in basket.lines)
    changed = any(new is not old for new, old in zip(lines, basket.lines, strict=True))
    return replace(basket, lines=lines) if changed else basket


def _with_item(line: Line, item: Callable[[int], Item | None]) -> Line:
    if line.kind is not LineKind.PRODUCT or line.returns is not None:
        return line
    now = item(line.item.product.id)
    return line if now is None or now == line.item else replace(line, item=now)


def with_label(basket: OpenBasket, label: str) -> OpenBasket:
    return replace(basket, label=plain(label, 80))


def for_pricing(basket: OpenBasket, outlet_id: int) -> Basket:
    """The basket in the terms of the pricing engine."""
    return Basket(
        lines=tuple(_for_pricing(line) for line in basket.lines),
        codes=tuple(coupon.entered for coupon in basket.coupons),
        discounts=basket.discounts,
        outlet_id=outlet_id,
    )


def _for_pricing(line: Line) -> BasketLine:
    """Made once for each line and noted on it: a scan prices every line of the basket, and changes one of them."""
    if line.asked is None:
        asked = BasketLine(
            line_id=line.line_id,
            product=line.item.product,
            quantity_milli=line.quantity_milli,
            kind=line.kind,
            price_override_minor=line.price_minor,
            override_reason=line.price_reason,
            discount=line.discount,
            returned=None if line.returns is None else line.returns.amounts,
        )
        object.__setattr__(line, "asked", asked)  # frozen; `replace` starts without it
        return asked
    return line.asked


@dataclass(frozen=True, slots=True)
class History:
    """The basket now and the ones before it, for undo. Baskets share their lines, so this is small."""

    now: OpenBasket
    before: tuple[OpenBasket, ...] = ()

    def then(self, step: OpenBasket) -> History:
        return History(step, (*self.before[-(UNDO_STEPS - 1) :], self.now))

    def with_items(self, item: Callable[[int], Item | None]) -> History:
        """Undo leads to today's prices too."""
        return History(with_items(self.now, item), tuple(with_items(basket, item) for basket in self.before))

    @property
    def can_undo(self) -> bool:
        return bool(self.before)

    def undo(self, moment: datetime) -> History:
        """Back one step; what that takes out of the basket is remembered for the journal like any removal."""
        if not self.before:
            return self
        target = self.before[-1]
        struck = self.now.struck
        kept = {line.line_id: line.quantity_milli for line in target.lines}
        for line in self.now.lines:
            gone = abs(line.quantity_milli) - abs(kept.get(line.line_id, 0))
            if gone > 0:
                struck = (*struck, _struck(line, gone, moment))
        return History(
            replace(target, struck=struck, next_line_id=self.now.next_line_id, request_id=self.now.request_id),
            self.before[:-1],
        )


def _put(basket: OpenBasket, changed: Line) -> OpenBasket:
    same: Callable[[Line], Line] = lambda line: changed if line.line_id == changed.line_id else line  # noqa: E731
    return replace(basket, lines=tuple(map(same, basket.lines)))


def _append(basket: OpenBasket, line: Line) -> tuple[OpenBasket, int]:
    if len(basket.lines) >= LARGEST_LINES:
        raise BasketFull(LARGEST_LINES)
    return replace(basket, lines=(*basket.lines, line), next_line_id=basket.next_line_id + 1), line.line_id


def _strike(basket: OpenBasket, line: Line, quantity_milli: int, now: datetime) -> OpenBasket:
    return replace(basket, struck=(*basket.struck, _struck(line, quantity_milli, now)))


def _struck(line: Line, quantity_milli: int, now: datetime) -> Struck:
    unit = line.item.product.price_minor if line.price_minor is None else line.price_minor
    return Struck(line.item.product.name, quantity_milli, unit * quantity_milli // UNIT_MILLI, now)


def _check_quantity(item: Item, quantity_milli: int) -> None:
    if not 0 < quantity_milli <= LARGEST_QUANTITY_MILLI:
        raise QuantityRefused
    if not item.weighed and quantity_milli % UNIT_MILLI:
        raise QuantityRefused("This is sold by the piece. Type a whole number.")


def _check_price(price_minor: int) -> None:
    if not 0 <= price_minor <= LARGEST_MINOR:
        raise InvalidInput("A price is zero or more, and not absurdly large.", field="price")


def _with_reason(discount: ManualDiscount) -> ManualDiscount:
    reason = plain(discount.reason, 160)
    if not reason:
        raise InvalidInput("Say why there is a discount.", field="reason")
    return replace(discount, reason=reason)
