"""Coupon uses of a sale, put into its batch: each limit is one conditional statement with a guard.

The same conditions as db.queries.coupon_uses, which says why when one of them refuses; here they cost no round trip
of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from db.queries.sales_batch import Batch, Row, Step, marks, padded

REDEMPTION = (
    "kind, promotion_id, promotion_version, code_id, campaign_id, customer_id, sale_id, reverses_id, code_shown, name, "
    "discount_minor, discount_percent, sale_number, used_at"
)
WHOLE_PROMOTION = 0
_NO_LIMIT = 2**62


@dataclass(slots=True)
class LimitSteps:
    promotions: Step | None
    codes: Step | None


@dataclass(frozen=True, slots=True)
class UseLimits:
    """What guards need to know of the promotions and codes in play, by id."""

    campaigns: dict[int, int | None]
    per_customer: dict[int, int | None]
    per_customer_code: dict[int, int | None]


def ask_limits(batch: Batch, promotion_ids: Sequence[int], code_ids: Sequence[int]) -> LimitSteps:
    return LimitSteps(
        _by_ids(batch, "SELECT id, campaign_id, per_customer_limit FROM promotion WHERE id IN", promotion_ids),
        _by_ids(batch, "SELECT id, per_customer_limit FROM coupon_code WHERE id IN", code_ids),
    )


def _by_ids(batch: Batch, select: str, ids: Sequence[int]) -> Step | None:
    if not ids:
        return None
    wanted = padded(ids)
    return batch.read(f"{select} ({marks(len(wanted))})", *wanted)


def limits_from(steps: LimitSteps) -> UseLimits:
    promotions = steps.promotions.rows if steps.promotions is not None else []
    codes = steps.codes.rows if steps.codes is not None else []
    return UseLimits(
        {row[0]: row[1] for row in promotions},
        {row[0]: row[2] for row in promotions},
        {row[0]: row[1] for row in codes},
    )


def count_use(batch: Batch, promotion_id: int, guard: object) -> None:
    batch.write(
        "UPDATE promotion SET use_count = use_count + 1 "
        "WHERE id = ? AND active AND (total_limit IS NULL OR use_count < total_limit)",
        promotion_id, guard=guard,
    )  # fmt: skip


def count_code(
    batch: Batch, code_id: int, promotion_id: int, *, today: date, customer_id: int | None, guard: object
) -> None:
    batch.write(
        "UPDATE coupon_code SET use_count = use_count + 1 WHERE id = ? AND promotion_id = ? AND status = 'active' "
        "AND (max_uses IS NULL OR use_count < max_uses) AND (expires_on IS NULL OR expires_on >= ?) "
        "AND (customer_id IS NULL OR customer_id = ?)",
        code_id, promotion_id, today, -1 if customer_id is None else customer_id, guard=guard,
    )  # fmt: skip


def count_customer(
    batch: Batch, promotion_id: int, code_id: int, customer_id: int, limit: int | None, guard: object
) -> None:
    batch.write(
        "INSERT INTO coupon_use (promotion_id, code_id, customer_id, use_count) VALUES (?, ?, ?, 1) "
        "ON CONFLICT (promotion_id, code_id, customer_id) DO UPDATE SET use_count = coupon_use.use_count + 1 "
        "WHERE coupon_use.use_count < ?",
        promotion_id, code_id, customer_id, _NO_LIMIT if limit is None else limit, guard=guard,
    )  # fmt: skip


def spend(batch: Batch, campaign_id: int, amount_minor: int, guard: object) -> None:
    batch.write(
        "UPDATE campaign SET spent_minor = spent_minor + ? "
        "WHERE id = ? AND (budget_minor IS NULL OR spent_minor + ? <= budget_minor)",
        amount_minor, campaign_id, amount_minor, guard=guard,
    )  # fmt: skip


def add_redemptions(batch: Batch, rows: Sequence[Row]) -> None:
    batch.insert("coupon_redemption", REDEMPTION, rows)
