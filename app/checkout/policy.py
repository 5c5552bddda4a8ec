"""The shop's choices about returns, kept as the settings "returns.…"."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CouponPolicy(StrEnum):
    """What happens to a coupon's use when its sale comes back."""

    GIVE_BACK_WHEN_ALL = "give_back_when_all"  # once nothing of the sale is left
    KEEP = "keep"


class ThresholdPolicy(StrEnum):
    """A return that drops what is kept under a promotion's condition (T4)."""

    KEEP = "keep"  # refund the stored shares
    RECOMPUTE = "recompute"  # take the lost discount off the refund
    BLOCK = "block"  # refuse unless everything that earned it comes back


@dataclass(frozen=True, slots=True)
class ReturnPolicy:
    coupons: CouponPolicy = CouponPolicy.GIVE_BACK_WHEN_ALL
    threshold: ThresholdPolicy = ThresholdPolicy.KEEP
