"""A shop in memory for the Sell screen: real pricing and basket rules, pretend storage."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.catalog.model import ProductHit, ProductKind, QuickPage, QuickTile
from app.catalog.till import CodeRow, TillCatalogue, TillProduct
from app.checkout import basket as steps
from app.checkout.facts import TillFacts
from app.checkout.model import (
    BasketView,
    CardFact,
    CompletedSale,
    CouponOffer,
    CouponOnBasket,
    CustomerPanel,
    HeldBasket,
    OpenBasket,
    Settlement,
    Tender,
    TenderKind,
    TillContext,
)
from app.checkout.no_receipt_service import Basis, BroughtLine, NoReceiptPreview
from app.checkout.returns import PreviewTender, RefundWay, WayBack
from app.checkout.sessions import Closing
from app.checkout.tenders import CashRule, settle
from app.checkout.view import price_basket, view_of
from app.clock import FixedClock
from app.errors import DomainError, InvalidInput, NotFound, NotPermitted
from app.giftcards.model import PinNeeded
from app.ids import new_request_id
from app.money import Money
from app.pricing.catalogue import Catalogue
from app.pricing.model import (
    CustomerFacts,
    EnteredCode,
    PricedProduct,
    PricingSettings,
    TaxClass,
    TaxComponent,
)
from app.pricing.promotion import Kind, Promotion, Schedule
from app.staff.model import Actor, Approval, StaffTile, require
from ui.sell.ports import CardShown, CustomerHit, SellServices

NOW = datetime(2026, 5, 4, 14, 42, tzinfo=UTC)
VAT = TaxClass(1, "Standard", (TaxComponent("VAT", Decimal("8")),))
CASHIER = Actor(7, "Amara", "cashier", {"sale.sell": None, "sale.discount": 10, "sale.return": 5000}, 1, 1)
CONTEXT = TillContext(1, "Till 2", "T2", 1, "Old Town", 1, date(2026, 5, 4), CASHIER, "USD")
NAMES = (
    "Sourdough loaf", "Olive oil 500 ml", "Aged cheddar", "Espresso", "Flat white", "Croissant", "Ham & cheese toast",
    "Sparkling water", "Orange juice", "Dark chocolate 70 %", "Tomatoes", "Basil pesto", "Prosciutto", "Green olives",
    "Almond biscotti", "Chianti Classico", "Prosecco", "Lentil soup", "Rye crackers", "Honey 250 g",
)  # fmt: skip


def ean13(number: int) -> str:
    digits = f"{400000000000 + number:012d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return digits + str(-total % 10)


def make_catalogue(count: int = 20) -> TillCatalogue:
    products, codes = [], []
    for number in range(1, count + 1):
        kind = {11: ProductKind.WEIGHED, 18: ProductKind.OPEN_PRICE}.get(number, ProductKind.STANDARD)
        name = NAMES[(number - 1) % len(NAMES)] + (f" {number}" if number > len(NAMES) else "")
        facts = PricedProduct(
            number, f"SKU-{number}", 100 + 35 * (number % 30), name, tax_class=VAT, weighed=kind is ProductKind.WEIGHED
        )
        products.append(TillProduct(facts, kind, None, "", "", 1, Decimal(8), None, True, False))
        codes.append(CodeRow(number, ean13(number), ean13(number).zfill(14), 1000))
    return TillCatalogue(1, products, codes, other_codes=[(1, "supplier", "SHARED"), (2, "supplier", "SHARED")])


def make_facts() -> TillFacts:
    promotions = (
        Promotion(1, "Ten percent", Kind.PERCENT, percent=Decimal(10), codes=("SUMMER10",)),
        Promotion(
            2, "Wine evening", Kind.PERCENT, percent=Decimal(20), codes=("WINE20",),
            schedule=Schedule(valid_from=date(2027, 1, 1)),
        ),
    )  # fmt: skip
    settings = PricingSettings("USD", prices_include_tax=True, cash_step_minor=1)
    return TillFacts(settings, Catalogue(promotions), make_catalogue())


def make_customer() -> CustomerPanel:
    return CustomerPanel(
        5, "C-0005", "Amara Diallo", "Gold", 1240, Money(1, "USD"), "", ("High Value", "Frequent Buyer"),
        (CardFact(9, "gift_card", "•••• 7Q4K", Money(1850, "USD"), None),),
        (
            CouponOffer("SUMMER10", "SUMMER10", "Ten percent", True),
            CouponOffer("BDAY5", "BDAY5", "Birthday", False, "from 3 June"),
        ),
        CustomerFacts(5),
    )  # fmt: skip


class CardNotFound(NotFound):
    code = "giftcard.unknown"


@dataclass
class FakeShop:
    """Every port of the screen. `fail_next` is raised by the next complete; `gate` holds it until set."""

    facts_now: TillFacts = field(default_factory=make_facts)
    pages: tuple[QuickPage, ...] = ()
    kept: OpenBasket | None = None
    sales: list[tuple[OpenBasket, tuple[Tender, ...], int]] = field(default_factory=list)
    held_now: dict[int, OpenBasket] = field(default_factory=dict)
    voided: list[str] = field(default_factory=list)
    drawers: list[str] = field(default_factory=list)
    cash: list[tuple[str, int, str]] = field(default_factory=list)
    cash_requests: list[UUID] = field(default_factory=list)
    closings: list[Money] = field(default_factory=list)
    shift_papers: list[str] = field(default_factory=list)
    reprints: list[int] = field(default_factory=list)
    told_paper: list[CompletedSale] = field(default_factory=list)
    fail_next: Exception | None = None
    gate: threading.Event = field(default_factory=threading.Event)
    added: list[tuple[str, str, str, str]] = field(default_factory=list)
    receipts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.gate.set()
        self._ids = itertools.count(1)

    # Checkout

    def facts(self, *, fresh: bool = False) -> TillFacts:
        return self.facts_now

    def facts_are_old(self) -> bool:
        return False

    def customer(self, customer_id: int) -> CustomerPanel:
        return replace(make_customer(), customer_id=customer_id)

    def coupon(self, text: str) -> CouponOnBasket:
        return CouponOnBasket(EnteredCode(text), text)

    def tender_for_code(self, context: TillContext, text: str, pin: str = "") -> Tender:
        if text.startswith("PINN") and pin != "482913":
            raise PinNeeded
        if text.startswith("DEAD"):
            raise CardNotFound("No card has this number. Look at it again.")
        return Tender(TenderKind.GIFT_CARD, None, 9, f"•••• {text[-4:]}", 1850)

    def view(
        self, context: TillContext, basket: OpenBasket, facts: TillFacts, before: BasketView | None = None
    ) -> BasketView:
        return view_of(basket, price_basket(basket, facts, context.outlet_id, NOW), before)

    def settle(self, view: BasketView, facts: TillFacts, tenders: Sequence[Tender]) -> Settlement:
        return settle(view.total, tenders, CashRule.of(facts.settings))

    def discount_line(self, context, basket, line_id, discount, approval=None):  # type: ignore[no-untyped-def]
        percent = discount.percent if discount.percent is not None else Decimal(50)
        require(context.actor, "sale.discount", percent, approval=approval)
        return steps.discount_line(basket, line_id, discount)

    def discount_basket(self, context, basket, discount, approval=None):  # type: ignore[no-untyped-def]
        percent = discount.percent if discount.percent is not None else Decimal(50)
        require(context.actor, "sale.discount", percent, approval=approval)
        return steps.discount_basket(basket, discount)

    def override_price(self, context, basket, line_id, price_minor, reason, approval=None):  # type: ignore[no-untyped-def]
        require(context.actor, "sale.price_override", Decimal(1), approval=approval)
        return steps.override_price(basket, line_id, price_minor, reason)

    def keep(self, context: TillContext, basket: OpenBasket, total_minor: int) -> None:
        self.kept = basket

    def restore(self, context: TillContext) -> OpenBasket | None:
        return self.kept

    def suspend(self, context: TillContext, basket: OpenBasket, label: str = "") -> int:
        number = next(self._ids)
        self.held_now[number] = replace(basket, label=label)
        return number

    def held(self, context: TillContext) -> tuple[HeldBasket, ...]:
        return tuple(
            HeldBasket(number, basket.label, "Till 1", "Ben", "", len(basket.lines), Money(1250, "USD"), NOW)
            for number, basket in self.held_now.items()
        )

    def resume(self, context: TillContext, basket_id: int) -> OpenBasket:
        if basket_id not in self.held_now:
            raise DomainError("Another till was quicker. Look at the list again.", code="basket.taken")
        return self.held_now.pop(basket_id)

    def void(self, context: TillContext, basket: OpenBasket, reason: str, approval: Approval | None = None) -> None:
        require(context.actor, "sale.void", approval=approval)
        self.voided.append(reason)

    def complete(self, context, basket, tenders, shown_total_minor, *, approvals=()):  # type: ignore[no-untyped-def]
        self.gate.wait(10)
        if self.fail_next is not None:
            error, self.fail_next = self.fail_next, None
            raise error
        view = self.view(context, basket, self.facts_now)
        settlement = self.settle(view, self.facts_now, tenders)
        self.sales.append((basket, tuple(tenders), view.total.minor))
        number = f"T2-{len(self.sales):06d}"
        return CompletedSale(len(self.sales), number, "sale", view.total, settlement.change, 12)

    def tender_for_account(self, account_id: int) -> Tender:
        return Tender(TenderKind.GIFT_CARD, None, account_id, "•••• 7Q4K", 1850)

    # Catalogue

    def quick_pages(self, outlet_id: int | None = None) -> tuple[QuickPage, ...]:
        return self.pages

    def picture(self, product_id: int) -> bytes | None:
        return None

    def search(self, question: str, *, limit: int = 20, only_active: bool = True) -> tuple[ProductHit, ...]:
        found = [
            product for product in self.facts_now.products.products() if question.casefold() in product.name.casefold()
        ]
        return tuple(
            ProductHit(one.id, one.sku, one.name, Money(one.price_minor, "USD"), one.kind, "", True)
            for one in found[:limit]
        )

    # Paper and drawer

    def reprint(self, sale_id: int) -> None:
        self.reprints.append(sale_id)

    def last_sale(self, register_id: int) -> int | None:
        return len(self.sales) or None

    def open_drawer(self, context, reason, approval=None, *, request_id):  # type: ignore[no-untyped-def]
        require(context.actor, "drawer.open", approval=approval)
        self.drawers.append(reason)

    def move_cash(self, context, kind, amount, reason, approval=None, *, request_id):  # type: ignore[no-untyped-def]
        self.cash_requests.append(request_id)
        if self.fail_next is not None:
            error, self.fail_next = self.fail_next, None
            raise error
        self.cash.append((kind, amount.minor, reason))

    def close_register(self, context, counted, approval=None):  # type: ignore[no-untyped-def]
        expected = Money(10_000, "USD")
        self.closings.append(counted)
        return Closing(1, 1, expected, counted, counted - expected, 0)

    def print_reading(self, context, approval=None):  # type: ignore[no-untyped-def]
        require(context.actor, "report.view", approval=approval)
        self.shift_papers.append("X")

    def print_closing_again(self, context, approval=None):  # type: ignore[no-untyped-def]
        require(context.actor, "report.view", approval=approval)
        self.shift_papers.append("Z")
        return 7

    def sale_completed(self, sale: CompletedSale) -> None:
        self.told_paper.append(sale)

    # Cards

    def look_up(self, context: TillContext, code: str) -> CardShown:
        if code.startswith("DEAD"):
            raise CardNotFound("No card has this number. Look at it again.")
        return CardShown(9, "gift_card", f"•••• {code[-4:]}", "Active", Money(1850, "USD"), None, True, True, code=code)

    # Approvals

    def approvers(self, context: TillContext, permission: str, amount: object) -> Sequence[StaffTile]:
        return (StaffTile(2, "Mina", "Manager", "manager"),)

    def approve(self, context, approver_id, pin, permission, amount):  # type: ignore[no-untyped-def]
        if pin != "739152":
            raise DomainError("That PIN is not right.", code="pin.wrong")
        return Approval(approver_id, "Mina", permission, amount, context.actor.staff_id, NOW)

    # Returns

    def find(self, number_text: str) -> Any:
        if number_text not in self.receipts:
            raise NotFound("No sale has this number. Look at the receipt again.")
        return self.receipts[number_text]

    def preview(self, context: TillContext, sale_id: int, lines: Sequence[Any], back: Any = None) -> Any:
        self.receipts["asked"] = back
        found = self.receipts["preview"]
        return found if back is None else replace(found, back=back)

    def complete_return(self, context, sale_id, lines, **rest):  # type: ignore[no-untyped-def]
        self.receipts["booked"] = (sale_id, tuple(lines), rest)
        return CompletedSale(99, "T2-000099", "return", rest["shown_refund"], Money(0, "USD"), 0)

    def add_to_basket(self, context, basket, sale_id, lines):  # type: ignore[no-untyped-def]
        return basket

    def ways_back(self, context, basket):  # type: ignore[no-untyped-def]
        return self.receipts.get("ways_back", ())


class FakeNoReceipt:
    """Everything is worth its price of today; the way that is asked for is the way it goes."""

    def __init__(self, shop: FakeShop) -> None:
        self._shop = shop

    def preview(self, context, brought, *, customer_id=None, back=None):  # type: ignore[no-untyped-def]
        if customer_id is None:
            raise DomainError("Say who brings it back.", code="return.refused")
        products = self._shop.facts_now.products
        lines = []
        for one in brought:
            product = products.by_id(one.product_id)
            assert product is not None
            unit = Money(product.price_minor, "USD")
            worth = Money(product.price_minor * one.quantity_milli // 1000, "USD")
            lines.append(BroughtLine(product.id, product.name, one.quantity_milli, unit, Basis.CHARGED, worth))
        total = sum((line.refund for line in lines), Money(0, "USD"))
        back = back or WayBack(RefundWay.STORE_CREDIT)
        tender = PreviewTender(TenderKind(back.way.value), "", total)
        ways = (RefundWay.STORE_CREDIT, RefundWay.VOUCHER)
        return NoReceiptPreview(tuple(lines), total, (tender,), 3, 0, 30, Money(9000, "USD"), customer_id, back, ways)

    def complete(self, context, brought, **rest):  # type: ignore[no-untyped-def]
        if rest["approval"] is None:
            raise NotPermitted("A second person approves this here.", permission="sale.return_other_tender")
        self._shop.receipts["without"] = (tuple(brought), rest)
        return CompletedSale(98, "T2-000098", "return", -rest["shown_refund"], Money(0, "USD"), 0)


class FakeCustomers:
    def __init__(self, shop: FakeShop) -> None:
        self._shop = shop

    def search(self, typed: str, limit: int = 20) -> Sequence[CustomerHit]:
        people = [
            CustomerHit(5, "Amara Diallo", "+1 555 0101", "Gold"),
            CustomerHit(6, "Amir Khan", "amir@example.org"),
        ]
        return [one for one in people if typed.casefold() in one.name.casefold()]

    def by_card(self, code: str) -> int | None:
        return 5 if code == "C-0005" else None

    def quick_add(self, first: str, last: str, phone: str, email: str) -> int:
        if phone == "taken":
            raise InvalidInput("Amir Khan has this phone already.", field="phone")
        self._shop.added.append((first, last, phone, email))
        return 8


def services_of(shop: FakeShop) -> SellServices:
    return SellServices(  # type: ignore[arg-type]
        shop, shop, shop, FakeCustomers(shop), shop, shop, shop, FakeNoReceipt(shop)
    )  # fmt: skip


def tiles() -> tuple[QuickPage, ...]:
    first = tuple(QuickTile(place, NAMES[place], "", place + 1) for place in range(19))
    return (
        QuickPage(1, "Bakery & café", (*first, QuickTile(19, "Gift card", "#0F6E66", None, "gift_card"))),
        QuickPage(2, "Wine", tuple(QuickTile(place, NAMES[place + 15], "#7A1F3D", place + 16) for place in range(4))),
    )


CLOCK = FixedClock(NOW)
__all__ = ["CLOCK", "CONTEXT", "FakeShop", "ean13", "new_request_id", "services_of", "tiles"]
