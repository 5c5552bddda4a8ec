"""The life of a sale up to Pay: facts for pricing, the kept basket, hold and recall, void. Completing: completing.py.

Screens hold an OpenBasket and step it with app.checkout.basket (pure, instant), show it with `view`, and call
the rest off the GUI thread.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from app.checkout import basket as steps
from app.checkout import keeping
from app.checkout.completing import FactsOld, Order, Repeated, book
from app.checkout.content import from_content
from app.checkout.errors import BasketTaken, CouponGone, TotalChanged, ValueRefused
from app.checkout.facts import TillFacts, item_of, read_facts
from app.checkout.model import (
    BasketView,
    CompletedSale,
    CouponOnBasket,
    CustomerPanel,
    HeldBasket,
    Item,
    OpenBasket,
    PaidOut,
    Settlement,
    Tender,
    TenderKind,
    TillContext,
)
from app.checkout.panel import read_panel
from app.checkout.receipts import load_sale
from app.checkout.requests import request_hash
from app.checkout.rights import discount_approver, override_approver
from app.checkout.tenders import CashRule, settle
from app.checkout.values import draft_cards, draft_note, tender_of
from app.checkout.view import price_basket, view_of
from app.checkout.ways import AS_PAID, RefundWay, WayBack
from app.clock import Clock, shop_date
from app.codekeys import CodeVault
from app.codes import mask
from app.coupons import catalogue as coupons
from app.errors import NotFound
from app.giftcards import ledger
from app.giftcards.desk import GiftCardDesk
from app.giftcards.drafts import CardDraft
from app.money import Money
from app.permissions import Permission
from app.pricing.model import EnteredCode, ManualDiscount
from app.staff.model import Approval, require
from db.queries import checkout_baskets as baskets
from db.queries import checkout_reads as reads
from db.queries import sales_read
from db.queries import value_accounts as accounts
from db.uow import Database, UnitOfWork

# Facts are read again at the latest after this: how often others used a coupon meanwhile has no version.
FACTS_AGE = timedelta(minutes=5)
LONGEST_CODE = 120


class CheckoutService:
    """One per shop, shared by all threads; holds no basket. `vault` seals new cards' codes for printing again."""

    def __init__(self, database: Database, clock: Clock, vault: CodeVault | None = None) -> None:
        self.database = database
        self._clock = clock
        self._vault = vault
        self._desk = GiftCardDesk(database, clock, vault)
        self._lock = threading.Lock()
        self._facts: TillFacts | None = None
        self._facts_at: datetime | None = None

    def now(self) -> datetime:
        return self._clock.now()

    # Facts

    def facts(self, *, fresh: bool = False) -> TillFacts:
        """Settings, promotions and uses so far. Kept in memory and read again when the shop's version moved."""
        with self._lock:
            now = self._clock.now()
            known, read_at = self._facts, self._facts_at
            if known is not None and read_at is not None and not fresh and abs(now - read_at) < FACTS_AGE:
                return known
            with self.database.read() as uow:
                self._facts = read_facts(uow, self._clock, known)
            self._facts_at = now
            return self._facts

    def facts_are_old(self) -> bool:
        """One cheap query: whether products, promotions or the shop changed. Ask when the till is idle."""
        known = self._facts
        with self.database.read() as uow:
            return known is None or reads.fingerprint(uow.connection) != known.version

    def items(self, product_ids: Sequence[int]) -> dict[int, Item]:
        """Products as they go into a basket, inactive ones included (adding one is refused with a sentence)."""
        products = self.facts().products
        found = {product_id: products.by_id(product_id) for product_id in product_ids}
        return {product_id: item_of(product) for product_id, product in found.items() if product is not None}

    def item(self, product_id: int) -> Item:
        """Raises NotFound."""
        found = self.items([product_id]).get(product_id)
        if found is None:
            found = item_of(product) if (product := self.facts(fresh=True).products.by_id(product_id)) else None
        if found is None:
            raise NotFound("This product is not in the shop any more. Search for it again.")
        return found

    def customer(self, customer_id: int, *, outlet_id: int | None = None) -> CustomerPanel:
        """The customer with what pricing and the panel need. Raises NotFound."""
        facts = self.facts()
        with self.database.read() as uow:
            return read_panel(uow, facts, customer_id, self._clock.now(), outlet_id)

    def attach_if_known(self, basket: OpenBasket, customer_id: int) -> OpenBasket:
        """The basket with this customer, unchanged when the record was erased."""
        try:
            return steps.with_customer(basket, self.customer(customer_id))
        except NotFound:
            return basket

    def coupon(self, text: str) -> CouponOnBasket:
        """What an entered code is. Unknown codes come back too: pricing refuses them with the reason."""
        typed = steps.plain(text, LONGEST_CODE)
        case_sensitive = self.facts().settings.codes_case_sensitive
        with self.database.read() as uow:
            return _coupon(uow, typed, case_sensitive=case_sensitive)

    def tender_for_code(self, context: TillContext, text: str, pin: str = "") -> Tender:
        """A gift card or voucher as tender, with what it holds. Raises the refusals of GiftCardDesk.look_up (guesses
        are counted and limited per register) and those of a card that does not pay: expired, empty, deactivated."""
        card = self._desk.look_up(text, register_id=context.register_id, pin=pin or None)
        return self._tender_of(card.id)

    def tender_for_account(self, account_id: int) -> Tender:
        """A card picked from the customer's panel. One with a PIN is refused: it takes its number and the PIN."""
        with self.database.read() as uow:
            row = accounts.by_id(uow.connection, account_id)
        if row is not None and row.has_pin:
            raise ValueRefused("This card has a PIN. Scan it or type its number, then the PIN.")
        return self._tender_of(account_id)

    def store_credit_tender(self, customer_id: int) -> Tender:
        """Raises ValueRefused when the customer has none."""
        with self.database.read() as uow:
            row = ledger.store_credit_of(uow, customer_id)
            row = row and ledger.as_of(uow, row, self._clock.now())
        if row is None or row.available_minor <= 0:
            raise ValueRefused("This customer has no store credit. Take another tender.")
        return self._tender_of(row.id)

    def _tender_of(self, account_id: int) -> Tender:
        facts, now = self.facts(), self._clock.now()
        with self.database.read() as uow:
            row = accounts.by_id(uow.connection, account_id)
            row = row and ledger.as_of(uow, row, now)
        return tender_of(row, facts.policy, shop_date(now, facts.settings.time_zone))

    # Pure, for the GUI thread

    def view(
        self, context: TillContext, basket: OpenBasket, facts: TillFacts, before: BasketView | None = None
    ) -> BasketView:
        """The basket priced and ready to show; no database. `before`, what was shown last, saves making it again."""
        return view_of(basket, price_basket(basket, facts, context.outlet_id, self._clock.now()), before)

    def settle(self, view: BasketView, facts: TillFacts, tenders: Sequence[Tender]) -> Settlement:
        """Where paying stands; no database. Raises TenderRefused or ValueShort."""
        return settle(view.total, tenders, CashRule.of(facts.settings))

    def discount_line(
        self, context: TillContext, basket: OpenBasket, line_id: int, discount: ManualDiscount,
        approval: Approval | None = None,
    ) -> OpenBasket:  # fmt: skip
        """A discount by hand within the cashier's limit, or approved. Raises NotPermitted, LimitExceeded."""
        line = steps.find_line(basket, line_id)
        approver = discount_approver(context, basket, discount, approval, line)
        return steps.discount_line(basket, line_id, replace(discount, approved_by=approver))

    def discount_basket(
        self, context: TillContext, basket: OpenBasket, discount: ManualDiscount, approval: Approval | None = None
    ) -> OpenBasket:
        """On the whole basket; as discount_line."""
        approver = discount_approver(context, basket, discount, approval)
        return steps.discount_basket(basket, replace(discount, approved_by=approver))

    def override_price(
        self, context: TillContext, basket: OpenBasket, line_id: int, price_minor: int, reason: str,
        approval: Approval | None = None,
    ) -> OpenBasket:  # fmt: skip
        """Another unit price; the limit is how far below the list it goes. Raises NotPermitted, LimitExceeded."""
        line = steps.find_line(basket, line_id)
        approver = override_approver(context, line.item.product.price_minor, price_minor, approval)
        return steps.override_price(basket, line_id, price_minor, reason, approver)

    # Kept baskets

    def keep(self, context: TillContext, basket: OpenBasket, total_minor: int) -> None:
        """Write the open basket down, so that a power cut loses nothing. Cheap; call in the background.

        A basket that was completed, held or voided meanwhile, or taken up by another register, is left alone.
        """
        with self.database.write() as uow:
            keeping.write_open(uow, context, basket, total_minor, self._clock.now())
            uow.commit()

    def restore(self, context: TillContext) -> OpenBasket | None:
        """The basket this register had open when the program ended, with today's prices."""
        with self.database.read() as uow:
            row = baskets.open_at(uow.connection, context.register_id)
        if row is None or not row.content.get("lines"):
            return None
        return self._from_content(row.content)

    def _from_content(self, content: dict[str, object]) -> OpenBasket:
        facts = self.facts(fresh=True)

        def item(product_id: int) -> Item | None:
            found = facts.products.by_id(product_id)
            return None if found is None else item_of(found)

        def customer(customer_id: int) -> CustomerPanel | None:
            try:
                return self.customer(customer_id)
            except NotFound:
                return None

        def coupon(text: str, code_id: int | None) -> CouponOnBasket | None:
            with self.database.read() as uow:
                if code_id is None:
                    return _coupon(uow, text, case_sensitive=facts.settings.codes_case_sensitive)
                found = coupons.find_by_id(uow, code_id)
            return None if found is None else CouponOnBasket(found.entered, found.shown, found.code_id)

        return from_content(content, item=item, coupon=coupon, customer=customer)

    def suspend(self, context: TillContext, basket: OpenBasket, label: str = "") -> int:
        """Put the sale aside for any register of the outlet; nothing is consumed. Returns its id."""
        require(context.actor, Permission.SALE_SELL)
        if basket.is_empty:
            raise NotFound("There is nothing to hold. Scan something first.")
        basket = steps.with_label(basket, label) if label else basket
        total = self.view(context, basket, self.facts()).total.minor
        with self.database.write() as uow:
            basket_id = keeping.write_held(uow, context, basket, total, self._clock.now())
            uow.commit()
        return basket_id

    def held(self, context: TillContext) -> tuple[HeldBasket, ...]:
        """Suspended sales of the outlet, newest first."""
        with self.database.read() as uow:
            return keeping.held(uow, context)

    def resume(self, context: TillContext, basket_id: int) -> OpenBasket:
        """Take a held sale to this register. Raises BasketTaken when another register was quicker."""
        require(context.actor, Permission.SALE_SELL)
        with self.database.write() as uow:
            row = baskets.take(
                uow.connection, basket_id, context.outlet_id, register_id=context.register_id,
                staff_id=context.actor.staff_id, at=self._clock.now(),
            )  # fmt: skip
            if row is None:
                raise BasketTaken
            uow.commit()
        return self._from_content(row.content)

    def void(self, context: TillContext, basket: OpenBasket, reason: str, approval: Approval | None = None) -> None:
        """Drop an unfinished sale; the journal keeps what it held and its total.

        Raises NotPermitted, RequestReused for one that is booked, BasketTaken for one at another register.
        """
        approver = require(context.actor, Permission.SALE_VOID, approval=approval)
        now = self._clock.now()
        priced = price_basket(basket, self.facts(), context.outlet_id, now)

        def work(uow: UnitOfWork) -> None:
            keeping.void(uow, context, basket, priced, reason, now, approver_id=approver)
            uow.commit()

        self.database.retrying(work)

    # Pay

    def complete(
        self,
        context: TillContext,
        basket: OpenBasket,
        tenders: Sequence[Tender],
        shown_total_minor: int,
        *,
        approvals: Sequence[Approval] = (),
    ) -> CompletedSale:
        """Book the sale in one transaction; a repeat with the same basket finds what it booked.

        `shown_total_minor` is the view's total, before cash rounding. Everything is checked again: prices,
        promotions, limits, balances. Raises TotalChanged, CouponGone, StillDue, TenderRefused, ValueShort,
        SessionClosed, NotSold, NotPermitted and the refusals of app.giftcards; nothing is written then.
        `approvals` are needed for an exchange above the cashier's limit for returns.
        """
        by_right = {approval.permission: approval for approval in approvals}
        return self._book(
            context, basket, tuple(tenders), shown_total_minor,
            approval=by_right.get(Permission.SALE_RETURN),
            tender_approval=by_right.get(Permission.SALE_RETURN_OTHER_TENDER),
        )  # fmt: skip

    def book_return(
        self, context: TillContext, basket: OpenBasket, tenders: Sequence[Tender] | None, shown_refund: Money, *,
        approval: Approval | None, tender_approval: Approval | None, back: WayBack = AS_PAID,
    ) -> CompletedSale:  # fmt: skip
        """For the services of returns. `shown_refund` includes cash rounding; the exact total is worked out again.
        `tenders` None: all of it goes `back` as was chosen."""
        priced = price_basket(basket, self.facts(), context.outlet_id, self._clock.now())
        step = CashRule.of(self.facts().settings).step_minor
        if tenders is not None and abs(-priced.total_minor - shown_refund.minor) >= max(1, step):
            raise TotalChanged(shown_refund, Money(-priced.total_minor, shown_refund.currency))
        return self._book(
            context, basket, None if tenders is None else tuple(tenders), priced.total_minor, approval=approval,
            tender_approval=tender_approval, shown_refund=shown_refund, back=back,
        )  # fmt: skip

    def _book(
        self, context: TillContext, basket: OpenBasket, tenders: tuple[Tender, ...] | None, shown_total_minor: int, *,
        approval: Approval | None, tender_approval: Approval | None, shown_refund: Money | None = None,
        back: WayBack = AS_PAID,
    ) -> CompletedSale:  # fmt: skip
        now = self._clock.now()
        asked = request_hash(context, basket, tenders or ())
        for last in (False, False, True):
            facts = self.facts()
            today = shop_date(now, facts.settings.time_zone)
            order = Order(
                context=context,
                basket=basket,
                tenders=tenders or (),
                shown_total_minor=shown_total_minor,
                request_hash=asked,
                now=now,
                facts=facts,
                expected=price_basket(basket, facts, context.outlet_id, now),
                drafts=draft_cards(basket, facts.policy, today, self._vault),
                approval=approval,
                tender_approval=tender_approval,
                shown_refund=shown_refund if tenders is None else None,
                back=back,
                note=self._note_for(back, basket, facts, today),
            )
            try:
                return self._settled(order)
            except FactsOld:
                if last:
                    raise TotalChanged(*_both(order)) from None
                self.facts(fresh=True)
            except CouponGone:
                self.facts(fresh=True)  # so that the next look shows why
                raise
        raise AssertionError("unreachable")

    def _note_for(self, back: WayBack, basket: OpenBasket, facts: TillFacts, today: date) -> CardDraft | None:
        """The voucher that a refund goes to; made before the transaction, like the cards a basket sells."""
        if back.way is not RefundWay.VOUCHER:
            return None
        return draft_note(facts.policy, today, self._vault, basket.customer_id)

    def _settled(self, order: Order) -> CompletedSale:
        def work(uow: UnitOfWork) -> CompletedSale | Repeated:
            return book(uow, order)

        done = self.database.retrying(work)
        if isinstance(done, CompletedSale):
            return done
        found = self.repeat(order.basket.request_id)
        assert found is not None  # noqa: S101 - booking has just seen it
        return found

    def repeat(self, request_id: UUID) -> CompletedSale | None:
        """What was booked under this request, after an unknown outcome."""
        with self.database.read() as uow:
            sale_id = sales_read.id_by_request(uow.connection, request_id)
            if sale_id is None:
                return None
            sale = load_sale(uow, sale_id)
        return CompletedSale(
            sale_id=sale.sale_id,
            number_text=sale.number_text,
            kind=sale.kind,
            total=sale.total,
            change=sale.change,
            points_earned=sale.points_earned,
            balances=tuple(
                (tender.shown, tender.balance_after) for tender in sale.tenders if tender.balance_after is not None
            ),
            paid_out=tuple(
                PaidOut(TenderKind(tender.kind), -tender.amount, tender.shown)
                for tender in sale.tenders
                if tender.amount.minor < 0
            ),
            repeated=True,
        )


def _coupon(uow: UnitOfWork, typed: str, *, case_sensitive: bool) -> CouponOnBasket:
    found = coupons.find(uow, typed, case_sensitive=case_sensitive)
    if found is None:
        return CouponOnBasket(EnteredCode(typed), typed if len(typed) <= 12 else mask(typed[-4:]))
    return CouponOnBasket(found.entered, found.shown, found.code_id)


def _both(order: Order) -> tuple[Money, Money]:
    return Money(order.shown_total_minor, order.currency), Money(order.expected.total_minor, order.currency)
