"""The shop's choices about returns, kept as the settings "returns.…"."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.errors import InvalidInput
from app.money import LARGEST_MINOR


class CouponPolicy(StrEnum):
    """What happens to a coupon's use when its sale comes back."""

    GIVE_BACK_WHEN_ALL = "give_back_when_all"  # once nothing of the sale is left
    KEEP = "keep"


class ThresholdPolicy(StrEnum):
    """A return that drops what is kept under a promotion's condition (T4)."""

    KEEP = "keep"  # refund the stored shares
    RECOMPUTE = "recompute"  # take the lost discount off the refund
    BLOCK = "block"  # refuse unless everything that earned it comes back


class OtherWay(StrEnum):
    """Giving money back another way than it was paid (T13, T28). The limits of a return hold in any case."""

    NEVER = "never"
    BY_RIGHT = "by_right"  # whoever holds the right; anybody else asks somebody who does
    APPROVED = "approved"  # always a second person who holds the right


class NoReceipt(StrEnum):
    """Goods brought back without a receipt."""

    NOT_ALLOWED = "not_allowed"
    STORE_CREDIT = "store_credit"  # a customer's credit or a printed voucher, never money
    ANY = "any"


@dataclass(frozen=True, slots=True)
class ReturnPolicy:
    """`no_receipt_days`: the lowest price charged in so many days counts. `no_receipt_most_minor` is the most that one
    return without a receipt gives back, `no_receipt_month_minor` the most for one customer in a calendar month."""

    coupons: CouponPolicy = CouponPolicy.GIVE_BACK_WHEN_ALL
    threshold: ThresholdPolicy = ThresholdPolicy.KEEP
    to_cash: OtherWay = OtherWay.BY_RIGHT
    to_store_credit: OtherWay = OtherWay.BY_RIGHT
    to_gift_card: OtherWay = OtherWay.BY_RIGHT
    no_receipt: NoReceipt = NoReceipt.STORE_CREDIT
    no_receipt_customer: bool = True
    no_receipt_days: int = 30
    no_receipt_most_minor: int = 5_000
    no_receipt_month_minor: int = 10_000

    def __post_init__(self) -> None:
        if not 1 <= self.no_receipt_days <= 3650:
            raise InvalidInput("Look back 1 to 3650 days.", field="no_receipt_days")
        for name in ("no_receipt_most_minor", "no_receipt_month_minor"):
            if not 1 <= getattr(self, name) <= LARGEST_MINOR:
                raise InvalidInput("Without a receipt there is always a cap, above zero.", field=name)
