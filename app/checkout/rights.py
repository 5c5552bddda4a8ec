"""May this cashier book this basket? Checked where it is booked, whatever the screen allowed (T20, T28, V29)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from app.checkout.model import Line, OpenBasket, PriceSource, TillContext
from app.checkout.trail import hand_discounts
from app.checkout.ways import second_person
from app.errors import NotPermitted
from app.permissions import Permission
from app.pricing.model import ManualDiscount, PricedBasket
from app.staff.model import Approval, require
from db.queries import checkout_reads as reads
from db.uow import UnitOfWork


def check_rights(
    uow: UnitOfWork, context: TillContext, basket: OpenBasket, priced: PricedBasket, approval: Approval | None,
    second: Approval | None, approved: dict[str, int],
) -> int | None:  # fmt: skip
    """The approver's staff id where one was needed. Raises NotPermitted or LimitExceeded.

    A discount or price that names an approver counts when that person, not the cashier, holds the right now.
    `second`: the yes to a return without a receipt. `approved` gets who approved a return, by the right.
    """
    require(context.actor, Permission.SALE_SELL)
    approver: int | None = None
    unaided: dict[int, list[Decimal]] = {}
    for hand in hand_discounts(basket, priced):
        size = _size(hand.discount, hand.base_minor)
        found = _allowed(uow, context, Permission.SALE_DISCOUNT, size, hand.discount.approved_by)
        approver = found or approver
        if found is None:
            for place, _ in hand.shares:
                unaided.setdefault(place, []).append(size)
    for sizes in unaided.values():
        if len(sizes) > 1:
            require(context.actor, Permission.SALE_DISCOUNT, _together(sizes))
    for line, one in zip(basket.lines, priced.lines, strict=True):
        if line.price_source is PriceSource.OVERRIDE:
            size = _percent(max(0, one.list_price_minor - one.unit_price_minor), one.list_price_minor)
            found = _allowed(uow, context, Permission.SALE_PRICE_OVERRIDE, size, line.price_approver_id)
            approver = found or approver
    back = [
        one.net_minor + (0 if priced.prices_include_tax else one.tax_minor)
        for line, one in zip(basket.lines, priced.lines, strict=True)
        if line.returns is not None
    ]
    if any(line.without_receipt for line in basket.lines):
        approver = _without_receipt(uow, context, -sum(back), second)
        approved[Permission.SALE_RETURN_OTHER_TENDER] = approver
    elif back:  # free goods too: coupon uses and points may come back with them
        found = require(context.actor, Permission.SALE_RETURN, -sum(back), approval=approval)
        if found is not None:
            approver = approved[Permission.SALE_RETURN] = found
    return approver


def _without_receipt(uow: UnitOfWork, context: TillContext, size_minor: int, approval: Approval | None) -> int:
    """Always a second person, who may refund another way than it was paid and whose limit for returns reaches: one
    yes for both. Raises NotPermitted."""
    approver = second_person(context.actor, Permission.SALE_RETURN_OTHER_TENDER, approval)
    held, limit = reads.limit_of(uow.connection, approver, Permission.SALE_RETURN)
    if not held or (limit is not None and size_minor > limit):
        raise NotPermitted(
            "This is more than whoever approved it may refund. Ask somebody whose limit reaches.",
            permission=Permission.SALE_RETURN_OTHER_TENDER,
        )
    return approver


def discount_approver(
    context: TillContext, basket: OpenBasket, discount: ManualDiscount, approval: Approval | None,
    line: Line | None = None,
) -> int | None:  # fmt: skip
    """Who approved a discount by hand, None when the cashier may. `line` None: on the whole basket.

    What the cashier gave before counts with it, or many small ones would go round the limit. Raises NotPermitted.
    """
    whole = sum(_worth(one) for one in basket.lines if one.quantity_milli > 0)
    before = [_size(one, whole) for one in basket.discounts if one.approved_by is None]
    if line is None:
        on_lines = [
            _size(one.discount, _worth(one))
            for one in basket.lines
            if one.discount is not None and one.discount.approved_by is None
        ]
        before += [max(on_lines)] if on_lines else []
    size = _size(discount, whole if line is None else _worth(line))
    if before and context.actor.may(Permission.SALE_DISCOUNT, size):
        if context.actor.may(Permission.SALE_DISCOUNT, together := _together([size, *before])):
            return None
        if approval is not None and approval.covers(context.actor, Permission.SALE_DISCOUNT, size):
            return approval.approver_id
        return require(context.actor, Permission.SALE_DISCOUNT, together)
    return require(context.actor, Permission.SALE_DISCOUNT, size, approval=approval)


def _worth(line: Line) -> int:
    unit = line.item.product.price_minor if line.price_minor is None else line.price_minor
    return unit * line.quantity_milli // 1000


def _size(discount: ManualDiscount, base_minor: int) -> Decimal:
    """In percent: as given, so that rounding to a cent goes past no limit; else of what it is taken from."""
    size = discount.percent if discount.percent is not None else _percent(discount.amount_minor or 0, base_minor)
    return min(size, Decimal(100))


def _together(sizes: Iterable[Decimal]) -> Decimal:
    """Discounts one after the other, as one percentage."""
    left = Decimal(1)
    for size in sizes:
        left *= 1 - size / 100
    return 100 * (1 - left)


def override_approver(context: TillContext, list_minor: int, price_minor: int, approval: Approval | None) -> int | None:
    """Who approved this price, None when the cashier may. Raises NotPermitted."""
    size = _percent(max(0, list_minor - price_minor), list_minor)
    return require(context.actor, Permission.SALE_PRICE_OVERRIDE, size, approval=approval)


def _allowed(
    uow: UnitOfWork, context: TillContext, permission: Permission, size: Decimal, approved_by: int | None
) -> int | None:
    if approved_by is not None and approved_by != context.actor.staff_id:
        held, limit = reads.limit_of(uow.connection, approved_by, permission)
        if held and (limit is None or size <= limit):
            return approved_by
    require(context.actor, permission, size)
    return None


def _percent(part_minor: int, whole_minor: int) -> Decimal:
    return Decimal(0) if whole_minor <= 0 else Decimal(100) * part_minor / whole_minor
