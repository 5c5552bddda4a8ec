"""Coupons: what a code is once it is looked up, what a use is, and why one more is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from app import codes
from app.errors import DomainError, InvalidInput, NotFound
from app.money import Money
from app.pricing.model import EnteredCode
from db.queries import coupon_codes, promotion_lists

CodeRow = coupon_codes.CodeRow
PromotionRow = promotion_lists.PromotionRow
UseRow = promotion_lists.UseRow


class PromotionSort(StrEnum):
    """The orders of the management list; what has no last day comes after every day."""

    MADE = "made"
    NAME = "name"
    USED = "used"
    UNTIL = "until"


class CouponRefused(DomainError):
    """One more use does not count. `promotion_id` names the promotion to take off the basket."""

    code = "coupon.refused"

    def __init__(self, sentence: str, *, promotion_id: int, name: str) -> None:
        super().__init__(sentence)
        self.promotion_id = promotion_id
        self.name = name


class CouponUsedUp(CouponRefused):
    code = "coupon.usedup"


class CouponOff(CouponRefused):
    code = "coupon.off"


class CouponNotYours(CouponRefused):
    code = "coupon.customer"


class CouponNeedsCustomer(CouponRefused):
    """T18: a limit per customer means nothing without one."""

    code = "coupon.needscustomer"


class BudgetSpent(CouponRefused):
    code = "coupon.budget"


class PromotionUnknown(NotFound):
    code = "promotion.unknown"

    def __init__(self) -> None:
        super().__init__("This promotion is no longer there. Open the list again.")


class EditedMeanwhile(DomainError):
    code = "promotion.edited"

    def __init__(self) -> None:
        super().__init__("Somebody else changed this promotion meanwhile. Open it again and repeat your change.")


class CodeTaken(InvalidInput):
    code = "coupon.codetaken"

    def __init__(self, word: str) -> None:
        super().__init__(f"The code {word} is in use already. Choose another.", field="codes")


@dataclass(frozen=True, slots=True)
class FoundCode:
    """An entered code that was found. `entered` goes into the basket for pricing.

    The text of a bulk code in the basket is "#" and its row's id: baskets, trails and logs then hold no code that
    spends, and a customer's earlier uses can be keyed by it. A shared word is public and stays as it is.
    """

    code_id: int
    promotion_id: int
    entered: EnteredCode
    shown: str


def as_found(row: CodeRow) -> FoundCode:
    return FoundCode(row.id, row.promotion_id, as_entered(row), shown(row))


def shown(row: CodeRow) -> str:
    """What screens and paper say: the shared word, or the mask of a bulk code."""
    return row.shared_code or codes.mask(row.last_four)


def basket_text(code_id: int, shared_code: str | None) -> str:
    return shared_code or f"#{code_id}"


def as_entered(row: CodeRow) -> EnteredCode:
    return EnteredCode(
        text=basket_text(row.id, row.shared_code),
        promotion_id=row.promotion_id,
        max_uses=row.max_uses,
        used=row.use_count,
        customer_id=row.customer_id,
        valid_to=row.expires_on,
        blocked=row.status == "cancelled",
    )


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a promotion in the sale that is being completed, as pricing's trail has it.

    `amount_minor` is what the customer saved, positive. `code_shown` is safe to store; "" for an automatic one.
    """

    promotion_id: int
    version: int
    name: str
    amount_minor: int
    code_id: int | None = None
    code_shown: str = ""
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A coupon this customer could use now, before looking at the basket."""

    found: FoundCode
    name: str
    personal: bool  # issued to this customer, or for a group, segment, tier or birthday they are in
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class BulkCodes:
    """Codes made in one go. `codes` are in clear, for the export or print that follows; nothing stores them so."""

    promotion_id: int
    batch: str
    codes: tuple[str, ...] = field(repr=False)
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class PrintableCode:
    """`code` None: the shop's key is lost, so this one cannot be printed again; it still works."""

    code_id: int
    code: str | None = field(repr=False)
    shown: str
    expires_on: date | None
    used: int
    status: str


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    id: int
    name: str
    budget: Money | None
    spent: Money


@dataclass(frozen=True, slots=True)
class CodeBatch:
    name: str
    codes: int
    used: int
    cancelled: int
    created_at: datetime
