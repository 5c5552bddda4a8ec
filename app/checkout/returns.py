"""Returns against a receipt: preview, booking, and exchange in one ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.checkout.model import CompletedSale, OpenBasket, Tender, TenderKind, TillContext
from app.checkout.receipts import SaleView
from app.clock import Clock
from app.money import Money
from app.staff.model import Approval
from db.uow import Database


class CouponPolicy(StrEnum):
    """What happens to a coupon's use when its sale comes back."""

    GIVE_BACK_WHEN_ALL = "give_back_when_all"  # once nothing of the sale is left
    KEEP = "keep"


class ThresholdPolicy(StrEnum):
    """A return that drops what is kept under a promotion's condition."""

    KEEP = "keep"  # refund the stored shares
    RECOMPUTE = "recompute"  # take the lost discount off the refund
    BLOCK = "block"  # refuse unless everything that earned it comes back


@dataclass(frozen=True, slots=True)
class ReturnPolicy:
    coupons: CouponPolicy = CouponPolicy.GIVE_BACK_WHEN_ALL
    threshold: ThresholdPolicy = ThresholdPolicy.KEEP


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """A wish to bring back `quantity_milli` of a sold line."""

    sale_line_id: int
    quantity_milli: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PreviewLine:
    sale_line_id: int
    name: str
    quantity_milli: int
    gross: Money
    discount: Money  # the stored share that is not paid back
    tax: Money
    refund: Money


@dataclass(frozen=True, slots=True)
class PreviewTender:
    kind: TenderKind
    shown: str
    amount: Money  # positive: what goes back this way
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReturnPreview:
    """Everything a return will do, before it does it. `refund` is what the customer gets back in all."""

    sale: SaleView
    lines: tuple[PreviewLine, ...]
    refund: Money
    withheld: Money  # taken off by the threshold policy
    tenders: tuple[PreviewTender, ...]  # first to last
    points_back: int  # points earned that are clawed back
    points_owed: int  # part of them that is spent already and will be owed
    points_given_back: int  # points that had paid
    coupons_back: tuple[str, ...]  # names of coupons whose use is given back
    cards: tuple[str, ...]  # cards bought in the sale that lose their value
    warnings: tuple[str, ...]


class ReturnService:
    def __init__(self, database: Database, clock: Clock, policy: ReturnPolicy | None = None) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    def find(self, number_text: str) -> SaleView:
        """A receipt by its number or barcode, from any register. Raises SaleUnknown."""
        raise NotImplementedError

    def preview(self, context: TillContext, sale_id: int, lines: Sequence[ReturnLine]) -> ReturnPreview:
        """What returning these lines will do. Raises NothingToReturn, ReturnTooLarge, ReturnRefused."""
        raise NotImplementedError

    def complete_return(
        self,
        context: TillContext,
        sale_id: int,
        lines: Sequence[ReturnLine],
        *,
        request_id: UUID,
        shown_refund: Money,
        tenders: Sequence[Tender] | None = None,
        approval: Approval | None = None,
        tender_approval: Approval | None = None,
    ) -> CompletedSale:
        """Book the return in one transaction. `tenders` None refunds as the preview says; other ways need the right
        to refund another way than it was paid. Raises what preview raises, TotalChanged and NotPermitted."""
        raise NotImplementedError

    def add_to_basket(
        self, context: TillContext, basket: OpenBasket, sale_id: int, lines: Sequence[ReturnLine]
    ) -> OpenBasket:
        """For an exchange: the lines coming back join the basket; CheckoutService.complete books both at once."""
        raise NotImplementedError

    def left(self, sale_id: int) -> Mapping[int, int]:
        """Per sold line, how many thousandths can still come back."""
        raise NotImplementedError
