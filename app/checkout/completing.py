"""Booking a sale, return or exchange: one transaction that checks everything again and writes everything.

Round trips on a server: one to draw the number and read what could have changed, one for each coupon and card
(guarded updates that no race gets past), one for all rows, one to commit. If anything refuses, nothing is
written and the basket stands.

Locks are taken in one order by every sale, so sales wait for each other and never deadlock: the register, the
sale that comes back, cards by id, points, promotions by id, the customer's figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.checkout import couponing, rows
from app.checkout.errors import (
    BasketEmpty,
    BasketVoided,
    CouponGone,
    NotSold,
    RequestReused,
    SessionClosed,
    StillDue,
    TotalChanged,
)
from app.checkout.facts import TillFacts, item_of
from app.checkout.figures import count_customers
from app.checkout.freshness import fresh_customer
from app.checkout.journalling import sale_body
from app.checkout.model import (
    CompletedSale,
    OpenBasket,
    PaidOut,
    PriceSource,
    Settlement,
    Tender,
    TenderKind,
    TillContext,
)
from app.checkout.no_receipt import WithoutReceipt, prepare_without_receipt
from app.checkout.points import PointsBack, PointsDone, Program, book_points
from app.checkout.returning import Returning, prepare_returns
from app.checkout.rights import check_rights
from app.checkout.tenders import CashRule, settle
from app.checkout.values import CardDrafts, ValueBook
from app.checkout.view import price_basket
from app.checkout.ways import AS_PAID, RefundWay, WayBack, tender_back
from app.clock import shop_date
from app.coupons.model import Use
from app.errors import NotFound
from app.giftcards.drafts import CardDraft
from app.giftcards.model import Act, part_id
from app.journal import service as journal
from app.money import Money
from app.permissions import Permission
from app.pricing.model import LineKind, PricedBasket
from app.pricing.reasons import Reason
from app.staff.model import Approval
from db.queries import checkout_reads as reads
from db.queries import sales_coupons
from db.queries import sales_write as write
from db.queries.sales_batch import Batch, GuardFailed, Step, as_date, as_moment, reserve, reserved
from db.uow import UnitOfWork

# A code refused for one of these counted a moment ago: the cashier is told which, not only that the total moved.
_RUN_OUT = frozenset({Reason.USAGE_LIMIT, Reason.PER_CUSTOMER_LIMIT, Reason.BUDGET_EXCEEDED, Reason.EXPIRED})


class FactsOld(Exception):
    """The shop changed since the till read its facts: read them again and try once more."""


@dataclass(frozen=True)
class Order:
    """What Pay asks for. `expected` is the basket as priced by the till's facts."""

    context: TillContext
    basket: OpenBasket
    tenders: tuple[Tender, ...]
    shown_total_minor: int
    request_hash: str
    now: datetime
    facts: TillFacts
    expected: PricedBasket
    drafts: CardDrafts
    approval: Approval | None = None
    tender_approval: Approval | None = None
    shown_refund: Money | None = None  # of a return: its tenders follow from `back`
    back: WayBack = AS_PAID
    note: CardDraft | None = None  # where `back` is a voucher

    @property
    def currency(self) -> str:
        return self.facts.settings.currency

    @property
    def kind(self) -> str:
        returns = [line.returns is not None for line in self.basket.lines]
        if all(returns):
            return "return"
        return "exchange" if any(returns) else "sale"


@dataclass(slots=True)
class Opening:
    """The answers to the first round trip."""

    number: Step
    repeat: Step
    basket: Step
    session: Step
    fingerprint: Step
    ids: Step
    customer: reads.CustomerSteps | None
    limits: sales_coupons.LimitSteps


@dataclass(frozen=True, slots=True)
class Repeated:
    """The request was booked before."""

    sale_id: int


def book(uow: UnitOfWork, order: Order) -> CompletedSale | Repeated:
    """Raises what CheckoutService.complete says, and FactsOld."""
    if not order.basket.lines:
        raise BasketEmpty
    return _Booking(uow, order).run()


class _Booking:
    """One attempt. The steps fill it from top to bottom; nothing outlives the transaction."""

    def __init__(self, uow: UnitOfWork, order: Order) -> None:
        self.uow = uow
        self.order = order
        self.context = order.context
        self.basket = order.basket
        self.batch = Batch(uow)
        self.returning: Returning | WithoutReceipt | None = None
        self.approved: dict[str, int] = {}  # who approved what of a return, by the right
        self.backs: list[PointsBack] = []
        self.uses = couponing.uses_of(self.basket, order.expected, order.facts)

    def run(self) -> CompletedSale | Repeated:
        opening = self.opening = self._open()
        if opening.repeat.rows:
            sale_id, request_hash = opening.repeat.rows[0]
            if request_hash != self.order.request_hash:
                raise RequestReused
            return Repeated(sale_id)
        self._check_opening(opening)
        priced = self._check_price(opening)
        if any(line.without_receipt for line in self.basket.lines):
            self.returning = prepare_without_receipt(self.uow, self.basket, self.order.facts, self.context)
        elif any(line.returns is not None for line in self.basket.lines):
            self.returning = prepare_returns(self.uow, self.basket, self.order.facts)
        approver = check_rights(
            self.uow, self.context, self.basket, priced, self.order.approval, self.order.tender_approval, self.approved
        )
        settlement, tenders_approver = self._settle(priced)
        if tenders_approver is not None:
            self.approved[Permission.SALE_RETURN_OTHER_TENDER] = tenders_approver
        self.backs = [] if self.returning is None else self.returning.points_back(self.uow, settlement.taken)
        self._begin_rows(opening, priced, settlement, approver or tenders_approver)
        values = self._move_value(settlement)
        settlement = _named(settlement, values)
        points = self._points(priced, settlement)
        self._write(priced, settlement, values, points)
        self.uow.commit()
        return self._answer(priced, settlement, values, points)

    # Reading and checking

    def _counts(self) -> tuple[int, int, int, int]:
        hand = len(self.basket.lines) + len(self.basket.discounts)
        return len(self.basket.lines), len(self.order.expected.trail) + hand + 8, len(self.order.tenders) + 4, 1

    def _open(self) -> Opening:
        batch, context = self.batch, self.context
        customer_id = self.basket.customer_id
        opening = Opening(
            number=reads.ask_number(batch, context.register_id),
            repeat=reads.ask_repeat(batch, self.basket.request_id),
            basket=reads.ask_basket(batch, self.basket.request_id),
            session=reads.ask_session(batch, context.session_id, context.register_id),
            fingerprint=reads.ask_fingerprint(batch),
            ids=reserve(batch, *self._counts()),
            customer=None if customer_id is None else reads.ask_customer(batch, customer_id),
            limits=couponing.ask_limits(batch, self.uses),
        )
        batch.run()
        return opening

    def _check_opening(self, opening: Opening) -> None:
        if not opening.number.rows:
            raise NotFound("This register is no longer in use. Choose another.")
        if not opening.session.rows:
            raise SessionClosed
        if opening.basket.rows and opening.basket.rows[0][0] == "voided":
            raise BasketVoided
        if reads.fingerprint_from(opening.fingerprint) != self.order.facts.version:
            raise FactsOld
        self.latest = as_moment(opening.number.rows[0][4])
        self.today = shop_date(self.order.now, self.order.facts.settings.time_zone)

    def _check_price(self, opening: Opening) -> PricedBasket:
        """The price by today's facts; refuses when it is not what the cashier saw."""
        self._check_products()
        priced = self.order.expected
        if opening.customer is not None:
            self.basket, changed = fresh_customer(self.basket, opening.customer)
            if changed:
                priced = price_basket(self.basket, self.order.facts, self.context.outlet_id, self.order.now)
        if priced.total_minor != self.order.shown_total_minor:
            for entry in priced.refused:
                if entry.reason in _RUN_OUT:
                    raise CouponGone(entry.name, entry.sentence)
            currency = self.order.currency
            raise TotalChanged(Money(self.order.shown_total_minor, currency), Money(priced.total_minor, currency))
        return priced

    def _check_products(self) -> None:
        products = self.order.facts.products
        for line in self.basket.lines:
            if line.kind is not LineKind.PRODUCT or line.returns is not None:
                continue
            found = products.by_id(line.item.product.id)
            if found is None or not found.active:
                raise NotSold(line.item.product.name)
            same = found.facts is line.item.product or found.facts == line.item.product
            if not same and line.price_source is not PriceSource.OVERRIDE:
                self._refuse_changed(item_of(found).product.price_minor, line.item.product.price_minor, found.name)

    def _refuse_changed(self, now: int, then: int, name: str) -> None:
        currency = self.order.currency
        if now != then:
            raise TotalChanged(Money(then, currency), Money(now, currency), f"The price of {name} changed.")

    # Paying

    def _settle(self, priced: PricedBasket) -> tuple[Settlement, int | None]:
        total = Money(priced.total_minor, self.order.currency)
        tenders: Sequence[Tender] = self.order.tenders
        approver: int | None = None
        rule = CashRule.of(self.order.facts.settings)
        if self.returning is not None:
            plan = self.returning.refund_plan(total, rule)
            shown = self.order.shown_refund
            settlement = settle(total, tenders, rule) if shown is None else self._way_back(plan, total, rule, shown)
            approver = self.returning.check_tenders(
                self.context, plan, settlement.taken, self.order.tender_approval,
                coin_minor=rule.step_minor if rule.rounds else 0,
            )  # fmt: skip
        else:
            settlement = settle(total, tenders, rule)
        if settlement.due:
            raise StillDue(settlement.cash_due if rule.rounds and not tenders else settlement.due)
        return settlement, approver

    def _way_back(self, as_paid: Settlement, total: Money, rule: CashRule, shown: Money) -> Settlement:
        """A return as it was previewed. Raises TotalChanged when it gives back another amount by now."""
        assert self.returning is not None  # noqa: S101 - the caller asked
        plan, back = as_paid, self.order.back
        if back.way is not RefundWay.AS_PAID:
            tender = tender_back(self.uow, back, self.basket.customer_id, self.order.currency)
            plan = self.returning.another_way(total, rule, tender)
        if plan.total != -shown:
            raise TotalChanged(shown, -plan.total)
        return plan

    def _begin_rows(self, opening: Opening, priced: PricedBasket, settlement: Settlement, approver: int | None) -> None:
        number, code, sequence, head, _latest, outlet_id = opening.number.rows[0]
        self.ids = reserved(self.batch, opening.ids, *self._counts())
        shares = {} if self.returning is None else self.returning.shares()
        self.trail = rows.build_trail(self.basket, priced, self.context.actor.staff_id, shares)
        self.tender_count = len(settlement.taken)
        self._more_ids()
        (sale_ids, self.line_ids, self.trail_ids, self.tender_ids, self.lot_ids) = self.ids
        self.journal_head = (int(sequence), str(head))
        business_date = as_date(opening.session.rows[0][0])
        self.head = rows.Head(
            sale_id=sale_ids[0],
            request_id=self.basket.request_id,
            request_hash=self.order.request_hash,
            kind=self.order.kind,
            number=number,
            number_text=f"{code}-{number:06d}",
            original_sale_id=None if self.returning is None else self.returning.original_id,
            approver_id=approver,
            business_date=business_date,
            at=self.order.now,
        )
        self.act = Act(
            at=self.order.now, today=self.today, staff_id=self.context.actor.staff_id, approver_id=approver,
            outlet_id=outlet_id,
        )  # fmt: skip

    def _more_ids(self) -> None:
        """Ask again where the price turned out to need more rows than expected."""
        lots = 1 + sum(back.give > 0 for back in self.backs)
        wanted = (len(self.basket.lines), len(self.trail), self.tender_count, lots)
        have = tuple(len(ids) for ids in self.ids[1:])
        if any(want > got for want, got in zip(wanted, have, strict=True)):
            step = reserve(self.batch, *wanted)
            self.batch.run()
            self.ids = reserved(self.batch, step, *wanted)

    def _move_value(self, settlement: Settlement) -> ValueBook:
        """Cards paid with, sold, reloaded and taken back: guarded updates, in order of the card."""
        book = ValueBook(self.uow, self.act, self.order.facts.policy, self.basket.request_id, self.order.currency)
        book.note, book.anew = self.order.note, self.order.back.way is not RefundWay.AS_PAID
        book.sell(self.basket, self.order.drafts)
        if self.returning is not None:
            self.returning.take_cards_back(book)
        refundable = {} if self.returning is None else self.returning.refundable()
        book.pay(settlement.taken, self.basket.customer_id, refundable)
        return book

    def _points(self, priced: PricedBasket, settlement: Settlement) -> PointsDone:
        person, program = None, None
        if self.opening.customer is not None:
            person = self.opening.customer.person.rows[0]
            found = self.opening.customer.program.rows
            program = Program.of(found[0]) if found else None
        known = None
        if self.opening.customer is not None and program is not None:
            found = self.opening.customer.points.rows
            known = found[0][0] if found else 0
        return book_points(
            self.uow, self.basket, priced, settlement, self.backs, program=program,
            accrues=bool(person and person[1]), multiplier_percent=(person and person[10]) or 100, act=self.act,
            known_balance=known, sale_id=self.head.sale_id, lot_ids=list(self.lot_ids),
            original_id=self.head.original_sale_id, papers_of=self._papers_of(), request_id=self.basket.request_id,
            carried_minor=0 if self.returning is None else self.returning.carried_points_minor(settlement.taken),
        )  # fmt: skip

    # Writing

    def _write(self, priced: PricedBasket, settlement: Settlement, values: ValueBook, points: PointsDone) -> None:
        batch, head = self.batch, self.head
        customer_id = self.basket.customer_id
        uses, limits = self._uses(priced)
        couponing.queue_uses(batch, uses, limits, customer_id=customer_id, today=self.today)
        write.add_sale(
            batch,
            rows.sale_row(
                head, self.context, priced, self._papers_of(),
                rounding_level=self.order.facts.settings.tax_rounding.value,
                rounding_minor=settlement.rounding.minor, change_minor=settlement.change.minor, points=points.earned,
            ),
        )  # fmt: skip
        write.add_lines(batch, rows.line_rows(self.basket, priced, head.sale_id, self.line_ids, values.accounts))
        write.add_trail(batch, *rows.trail_rows(self.trail, head.sale_id, self.trail_ids, self.line_ids))
        write.add_taxes(batch, rows.tax_rows(priced, head.sale_id))
        tenders = rows.tender_rows(settlement.taken, head.sale_id, self.tender_ids, values.balances)
        write.add_tenders(batch, tenders)
        write.add_value_entries(batch, values.entry_rows(head.sale_id, self.line_ids, self.tender_ids))
        points.write(batch)
        self._cash(batch, settlement)
        count_customers(
            batch, head, self.context.outlet_id, self.basket, priced, customer_id=customer_id,
            buyer_id=None if self.returning is None else self.returning.customer_id,
            rounding_minor=priced.rounding_minor + settlement.rounding.minor,
        )  # fmt: skip
        self._journal(batch, priced, settlement, points)
        self._outbox(batch, settlement, values)
        write.close_basket(batch, self.basket.request_id, head.at)
        sales_coupons.add_redemptions(batch, couponing.redemption_rows(uses, limits, head, customer_id))
        self._run(batch)
        if self.returning is not None:
            self.returning.give_coupons_back(self.uow, head)

    def _papers_of(self) -> int | None:
        """Whose document this is: a return belongs to who bought the goods, whoever brings them back."""
        if self.head.kind == "return" and isinstance(self.returning, Returning):
            return self.returning.customer_id
        return self.basket.customer_id

    def _uses(self, priced: PricedBasket) -> tuple[list[Use], sales_coupons.UseLimits]:
        uses, limits = self.uses, sales_coupons.limits_from(self.opening.limits)
        if priced is not self.order.expected:
            uses = couponing.uses_of(self.basket, priced, self.order.facts)
            steps = couponing.ask_limits(self.batch, uses)
            self.batch.run()
            limits = sales_coupons.limits_from(steps)
        if self.basket.customer_id is None:
            lonely = couponing.needs_customer(uses, limits)
            if lonely is not None:
                raise self._why(lonely)
        return uses, limits

    def _why(self, use: Use) -> CouponGone:
        return couponing.say_why(
            self.uow, use, customer_id=self.basket.customer_id, today=self.today, currency=self.order.currency
        )

    def _run(self, batch: Batch) -> None:
        try:
            batch.run()
        except GuardFailed as failed:
            if isinstance(failed.guard, couponing.Refused):
                raise self._why(failed.guard.use) from failed
            raise FactsOld from failed

    def _cash(self, batch: Batch, settlement: Settlement) -> None:
        moved = sum(one.amount_minor for one in settlement.taken if one.tender.kind is TenderKind.CASH)
        if not moved:
            return
        head, actor = self.head, self.context.actor
        write.add_cash(
            batch,
            [
                (
                    self.context.session_id, "sale" if moved > 0 else "refund", moved, head.sale_id, actor.staff_id,
                    head.approver_id, "", part_id(head.request_id, "cash"), head.at,
                )
            ],
        )  # fmt: skip

    def _journal(self, batch: Batch, priced: PricedBasket, settlement: Settlement, points: PointsDone) -> None:
        head = self.head
        body = sale_body(
            head, self.basket, priced, settlement, self.trail, points=points.earned, approved=self.approved
        )
        entries = journal.entries_for(
            self.journal_head, self.latest, self.context.register_id, head.kind, head.at,
            staff_id=self.context.actor.staff_id, approver_id=head.approver_id, sale_id=head.sale_id, body=body,
        )  # fmt: skip
        write.add_journal(batch, [journal.as_row(entry) for entry in entries], journal.later(head.at, self.latest))

    def _outbox(self, batch: Batch, settlement: Settlement, values: ValueBook) -> None:
        """Due after the commit: the receipt, new cards' paper, and the drawer when cash is involved."""
        head, register = self.head, self.context.register_id

        def job(kind: str, payload: dict[str, Any], account: int | None = None) -> tuple[Any, ...]:
            return (kind, register, head.sale_id, account, payload, 0, "pending", 0, "", head.at, head.at)

        jobs = []
        if any(one.tender.kind is TenderKind.CASH for one in settlement.taken):
            jobs.append(job("drawer", {"reason": head.kind}))
        jobs.append(job("receipt", {"number": head.number_text}))
        jobs += [job(card.kind, values.paper(card), card.account_id) for card in values.sold if card.code]
        write.add_outbox(batch, jobs)

    def _answer(
        self, priced: PricedBasket, settlement: Settlement, values: ValueBook, points: PointsDone
    ) -> CompletedSale:
        currency = self.order.currency
        return CompletedSale(
            sale_id=self.head.sale_id,
            number_text=self.head.number_text,
            kind=self.head.kind,
            total=settlement.total,
            change=settlement.change,
            points_earned=points.earned,
            cards=tuple(values.sold),
            balances=tuple(
                (settlement.taken[place].tender.shown, Money(left, currency)) for place, left in values.balances.items()
            ),
            paid_out=tuple(
                PaidOut(one.tender.kind, Money(-one.amount_minor, currency), one.tender.shown)
                for one in settlement.taken
                if one.amount_minor < 0
            ),
            warning=_clock_warning(self.order.now, self.latest),
        )


def _named(settlement: Settlement, values: ValueBook) -> Settlement:
    """The settlement with the accounts that were opened for its tenders."""
    if not values.named:
        return settlement
    taken = tuple(
        replace(one, tender=values.named.get(place, one.tender)) for place, one in enumerate(settlement.taken)
    )
    return replace(settlement, taken=taken)


def _clock_warning(now: datetime, latest: datetime | None) -> str:
    if not journal.went_back(now, latest):
        return ""
    return "This computer's clock stands before the last sale. Set it right; the journal notes it."
