"""What the Sell screen asks of the shop. The services of app/ fit these as they are; tests bring their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from app.catalog.model import ProductHit, QuickPage
from app.checkout.facts import TillFacts
from app.checkout.model import (
    BasketView,
    CompletedSale,
    CouponOnBasket,
    CustomerPanel,
    HeldBasket,
    OpenBasket,
    Settlement,
    Tender,
    TillContext,
)
from app.checkout.no_receipt_service import Brought, NoReceiptPreview
from app.checkout.receipts import SaleView
from app.checkout.returns import AS_PAID, PreviewTender, ReturnLine, ReturnPreview, WayBack
from app.checkout.sessions import Closing
from app.money import Money
from app.pricing.model import ManualDiscount
from app.staff.model import Approval, StaffTile
from ui.shared.i18n import QT_TRANSLATE_NOOP


class Checkout(Protocol):
    """app.checkout.service.CheckoutService."""

    def facts(self, *, fresh: bool = False) -> TillFacts: ...
    def facts_are_old(self) -> bool: ...
    def customer(self, customer_id: int) -> CustomerPanel: ...
    def coupon(self, text: str) -> CouponOnBasket: ...
    def tender_for_code(self, context: TillContext, text: str, pin: str = "") -> Tender: ...
    def tender_for_account(self, account_id: int) -> Tender: ...
    def view(
        self, context: TillContext, basket: OpenBasket, facts: TillFacts, before: BasketView | None = None
    ) -> BasketView: ...
    def settle(self, view: BasketView, facts: TillFacts, tenders: Sequence[Tender]) -> Settlement: ...
    def discount_line(
        self,
        context: TillContext,
        basket: OpenBasket,
        line_id: int,
        discount: ManualDiscount,
        approval: Approval | None = None,
    ) -> OpenBasket: ...
    def discount_basket(
        self, context: TillContext, basket: OpenBasket, discount: ManualDiscount, approval: Approval | None = None
    ) -> OpenBasket: ...
    def override_price(
        self,
        context: TillContext,
        basket: OpenBasket,
        line_id: int,
        price_minor: int,
        reason: str,
        approval: Approval | None = None,
    ) -> OpenBasket: ...
    def keep(self, context: TillContext, basket: OpenBasket, total_minor: int) -> None: ...
    def restore(self, context: TillContext) -> OpenBasket | None: ...
    def suspend(self, context: TillContext, basket: OpenBasket, label: str = "") -> int: ...
    def held(self, context: TillContext) -> tuple[HeldBasket, ...]: ...
    def resume(self, context: TillContext, basket_id: int) -> OpenBasket: ...
    def void(self, context: TillContext, basket: OpenBasket, reason: str, approval: Approval | None = None) -> None: ...
    def complete(
        self,
        context: TillContext,
        basket: OpenBasket,
        tenders: Sequence[Tender],
        shown_total_minor: int,
        *,
        approvals: Sequence[Approval] = (),
    ) -> CompletedSale: ...


class Catalog(Protocol):
    """app.catalog.service.CatalogService."""

    def quick_pages(self, outlet_id: int | None = None) -> tuple[QuickPage, ...]: ...
    def picture(self, product_id: int) -> bytes | None: ...
    def search(self, question: str, *, limit: int = 20, only_active: bool = True) -> tuple[ProductHit, ...]: ...


class Returns(Protocol):
    """app.checkout.returns.ReturnService."""

    def find(self, number_text: str) -> SaleView: ...
    def preview(
        self, context: TillContext, sale_id: int, lines: Sequence[ReturnLine], back: WayBack = AS_PAID
    ) -> ReturnPreview: ...
    def complete_return(
        self,
        context: TillContext,
        sale_id: int,
        lines: Sequence[ReturnLine],
        *,
        request_id: UUID,
        shown_refund: Money,
        tenders: Sequence[Tender] | None = None,
        back: WayBack = AS_PAID,
        approval: Approval | None = None,
        tender_approval: Approval | None = None,
    ) -> CompletedSale: ...
    def add_to_basket(
        self, context: TillContext, basket: OpenBasket, sale_id: int, lines: Sequence[ReturnLine]
    ) -> OpenBasket: ...
    def ways_back(self, context: TillContext, basket: OpenBasket) -> tuple[PreviewTender, ...]: ...


class NoReceipt(Protocol):
    """app.checkout.no_receipt_service.NoReceiptService."""

    def preview(
        self, context: TillContext, brought: Sequence[Brought], *, customer_id: int | None = None,
        back: WayBack | None = None,
    ) -> NoReceiptPreview: ...  # fmt: skip
    def complete(
        self, context: TillContext, brought: Sequence[Brought], *, reason: str, customer_id: int | None,
        back: WayBack, request_id: UUID, shown_refund: Money, approval: Approval | None = None,
    ) -> CompletedSale: ...  # fmt: skip


@dataclass(frozen=True, slots=True)
class CustomerHit:
    """One customer in the till's search list."""

    customer_id: int
    name: str
    contact: str  # phone or mail, to tell two of one name apart
    tier: str = ""


class Customers(Protocol):
    def search(self, typed: str, limit: int = 20) -> Sequence[CustomerHit]: ...
    def by_card(self, code: str) -> int | None:
        """The customer whose loyalty card this is."""

    def quick_add(self, first: str, last: str, phone: str, email: str) -> int:
        """Raises InvalidInput, or a refusal naming the customer who has the phone or mail already."""


@dataclass(frozen=True, slots=True)
class CardShown:
    """A gift card or voucher as looked up, masked."""

    account_id: int
    kind: str
    shown: str
    status: str
    balance: Money
    expires_on: date | None
    can_pay: bool
    can_reload: bool
    said: str = ""  # why it cannot pay, if it cannot
    code: str = field(default="", repr=False)


class Cards(Protocol):
    def look_up(self, context: TillContext, code: str) -> CardShown: ...


class Approvals(Protocol):
    """app.staff.service.StaffService, for the actor of the till."""

    def approvers(self, context: TillContext, permission: str, amount: int | Decimal | None) -> Sequence[StaffTile]: ...
    def approve(
        self, context: TillContext, approver_id: int, pin: str, permission: str, amount: int | Decimal | None
    ) -> Approval:
        """A manager's yes by PIN; slow, so off the GUI thread. Refuses a wrong PIN and too small a right."""


class Till(Protocol):
    """Paper and drawer of this register."""

    def reprint(self, sale_id: int) -> None: ...
    def last_sale(self, register_id: int) -> int | None: ...
    def open_drawer(
        self, context: TillContext, reason: str, approval: Approval | None = None, *, request_id: UUID
    ) -> None: ...
    def move_cash(
        self,
        context: TillContext,
        kind: str,
        amount: Money,
        reason: str,
        approval: Approval | None = None,
        *,
        request_id: UUID,
    ) -> None:
        """Cash into ("pay_in") or out of ("pay_out") the drawer without a sale. A repeated request moves it once."""

    def close_register(self, context: TillContext, counted: Money, approval: Approval | None = None) -> Closing:
        """The Z report is printed with it."""

    def print_reading(self, context: TillContext, approval: Approval | None = None) -> None:
        """An X report of the shift as it stands."""

    def print_closing_again(self, context: TillContext, approval: Approval | None = None) -> int:
        """The last Z report once more; its number."""

    def sale_completed(self, sale: CompletedSale) -> None:
        """Tell the spooler that something is due; returns at once."""


@dataclass(frozen=True, slots=True)
class SellServices:
    checkout: Checkout
    catalog: Catalog
    returns: Returns
    customers: Customers
    cards: Cards
    approvals: Approvals
    till: Till
    no_receipt: NoReceipt
    discount_reasons: tuple[str, ...] = (
        QT_TRANSLATE_NOOP("reasons", "Damaged"),
        QT_TRANSLATE_NOOP("reasons", "Price match"),
        QT_TRANSLATE_NOOP("reasons", "Loyal customer"),
        QT_TRANSLATE_NOOP("reasons", "Staff"),
        QT_TRANSLATE_NOOP("reasons", "Short date"),
    )
    price_reasons: tuple[str, ...] = (
        QT_TRANSLATE_NOOP("reasons", "Wrong label"),
        QT_TRANSLATE_NOOP("reasons", "Damaged"),
        QT_TRANSLATE_NOOP("reasons", "Price match"),
        QT_TRANSLATE_NOOP("reasons", "Manager's decision"),
    )
    return_reasons: tuple[str, ...] = (
        QT_TRANSLATE_NOOP("reasons", "Not wanted"),
        QT_TRANSLATE_NOOP("reasons", "Faulty"),
        QT_TRANSLATE_NOOP("reasons", "Wrong item"),
        QT_TRANSLATE_NOOP("reasons", "Wrong size"),
    )
