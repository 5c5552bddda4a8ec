"""A day at the demo shop's tills: sales, coupons, cards and returns, booked as the live till books them."""

from __future__ import annotations

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from app.checkout import rows
from app.checkout.model import (
    CouponOnBasket,
    Line,
    PriceSource,
    Settlement,
    Tender,
    TenderKind,
)
from app.checkout.points import Program, points_for
from app.checkout.tenders import CashRule, settle
from app.demo.baskets import Baskets, Template
from app.demo.book import Book, Registers, RegisterState, Shift, request_id
from app.demo.calendar import Visit, at_hour, daypart, visits
from app.demo.cards import Cards
from app.demo.coupons import Coupons
from app.demo.ledger import Card, Points
from app.demo.people import Person
from app.demo.pieces import (
    ACCOUNT_COLUMN,
    Sold,
    card_line,
    handed,
    hash_hex,
    of_card,
    return_line,
    shares_of,
)
from app.demo.ringing import Ringing, Rung
from app.giftcards.model import part_id
from app.money import Money
from app.pricing.model import CustomerFacts, LineKind, ManualDiscount, PriceGroup

SUPERVISOR = 2
_RETURN_SHARE = 0.012
_MOST_RETURNS_WAITING = 20_000
_REASONS = ("Dented packet", "Price match", "Waited too long", "End of the day")


@dataclass(slots=True)
class Counters:
    sale: int = 0
    line: int = 0
    trail: int = 0
    tender: int = 0
    returns: int = 0

    def take(self, name: str, count: int) -> range:
        first = getattr(self, name) + 1
        setattr(self, name, first + count - 1)
        return range(first, first + count)


@dataclass(slots=True)
class Intent:
    """What is special about a sale before it is priced."""

    coupons: tuple[CouponOnBasket, ...] = ()
    discounts: tuple[ManualDiscount, ...] = ()
    extra: tuple[Line, ...] = ()
    card_sold: int = 0
    override: bool = False

    @property
    def plain(self) -> bool:
        return not (self.coupons or self.discounts or self.extra or self.override)


@dataclass(slots=True)
class Tills:
    """The shop in motion. `day` books one day; `long_history` is the customer who comes all the time."""

    rng: random.Random
    book: Book
    registers: Registers
    ringing: Ringing
    baskets: Baskets
    points: Points
    cards: Cards
    coupons: Coupons
    program: Program
    groups: dict[int, PriceGroup]
    vip: dict[int, date]
    visits: dict[int, int] = field(default_factory=dict)
    counters: Counters = field(default_factory=Counters)
    _waiting: list[tuple[date, int, Sold]] = field(default_factory=list)

    def day(self, day: date, count: int, people: Any, steady: Sequence[Person]) -> None:
        """`count` sales on this day; `steady`: one sale with the house coupon for each mention."""
        self.points.expire(day, at_hour(day, 3))
        self.coupons.today(day)
        planned: list[tuple[Visit, Person | None, bool]] = []
        moments = visits(self.rng, day, count)
        steady_places = set(self.rng.sample(range(count), min(len(steady), count)))
        for place, visit in enumerate(moments):
            regular = place in steady_places
            person = steady[0] if regular else people.somebody(self.rng, day, visit.hour)
            planned.append((visit, person, regular))
        backs = self._due_back(day)
        for visit, person, regular in planned:
            while backs and backs[0][0] <= visit.at:
                self._return(day, *backs.pop(0))
            self._sale(day, visit, person, regular=regular)
        for at, sold in backs:
            self._return(day, at, sold)
        self.registers.close(self.book, at_hour(day, 18.8), self.rng.choice((0, 0, 0, 0, 0, -20, 10, -250)))

    # --- A sale ---------------------------------------------------------------------------------------------------

    def _sale(self, day: date, visit: Visit, person: Person | None, *, regular: bool) -> None:
        state = self.registers.states[visit.register]
        shift = self.registers.shift(self.book, visit.register, day, visit.at)
        part = daypart(self.rng, day, visit.hour)
        template = self.baskets.draw(self.rng, part)
        intent = self._intent(day, person, template, regular=regular)
        facts = None if person is None else self._facts(person, day)
        happy = day.weekday() < 5 and 16 <= visit.hour < 18
        key = None
        if intent.plain:
            key = (
                (template.id, happy, None, "")
                if facts is None
                else (template.id, happy, person.price_group if person else None, facts.tier)
            )
        rung = self.ringing.ring(
            self._lines(template, intent), outlet_id=state.outlet_id, staff_id=shift.context.actor.staff_id,
            now=visit.at, facts=facts, coupons=intent.coupons, discounts=intent.discounts, key=key,
        )  # fmt: skip
        settlement = self._settle(rung, person, day)
        self._book_sale(state, shift, visit.at, rung, settlement, person, intent)
        if person is not None:
            self.visits[person.id] = self.visits.get(person.id, 0) + 1

    def _facts(self, person: Person, day: date) -> CustomerFacts:
        member = self.vip.get(person.id)
        return CustomerFacts(
            id=person.id,
            segments=frozenset((1,)) if member is not None and member <= day else frozenset(),
            price_group=self.groups.get(person.price_group) if person.price_group else None,
            tier=self.points.tier(person.id)[1],
            birth_month=person.birth_month,
            visits=self.visits.get(person.id, 0),
            prior_uses=self.coupons.prior(person.id),
        )

    def _intent(self, day: date, person: Person | None, template: Template, *, regular: bool) -> Intent:
        rng = self.rng
        if regular:
            return Intent(coupons=(self.coupons.house(),))
        if person is not None:
            own = self.coupons.personal(rng, day, person, newcomer=person.id not in self.visits)
            if own:
                return Intent(coupons=own)
        chance = rng.random()
        if chance < 0.07:
            coupons = self.coupons.choose(rng, day, person)
            return Intent(coupons=coupons)
        if chance < 0.08:
            discount = ManualDiscount(rng.choice(_REASONS), percent=Decimal(rng.choice((5, 10))))
            return Intent(discounts=(discount,))
        if chance < 0.083:
            return Intent(override=True)
        if chance < 0.091 or (day.month == 12 and chance < 0.105):
            face = rng.choice((1000, 2000, 2500, 5000, 5000, 10_000))
            return Intent(extra=(card_line(face, len(template.lines) + 1),), card_sold=face)
        return Intent()

    def _lines(self, template: Template, intent: Intent) -> tuple[Line, ...]:
        lines = template.lines + intent.extra
        if intent.override and lines[0].item.kind == "standard":
            first = lines[0]
            price = first.item.product.price_minor * 8 // 10
            cheaper = replace(
                first, price_minor=price, price_source=PriceSource.OVERRIDE, price_reason="Last one, damaged box"
            )
            return (cheaper, *lines[1:])
        return lines

    def _settle(self, rung: Rung, person: Person | None, day: date) -> Settlement:
        total = Money(rung.priced.total_minor, rung.priced.currency)
        return settle(total, self._tenders(total.minor, rung, person, day), CashRule.of(self.ringing.settings))

    def _tenders(self, total: int, rung: Rung, person: Person | None, day: date) -> list[Tender]:
        if total == 0:
            return []
        rng = self.rng
        tenders: list[Tender] = []
        left = total
        sells_card = any(line.kind is not LineKind.PRODUCT for line in rung.basket.lines)
        card = None if sells_card else self.cards.pick(rng, person, day)
        if card is not None:
            tenders.append(of_card(card))
            left -= min(left, card.balance)
        has_points = person is not None and self.points.balance(person.id) >= 500
        if left and has_points and not sells_card and rng.random() < 0.08:
            amount = min(left, 500 * self.program.point_value_minor)
            tenders.append(Tender(TenderKind.POINTS, amount))
            left -= amount
        if not left:
            return tenders
        how = rng.random()
        if how < 0.66:
            tenders.append(Tender(TenderKind.CARD, None, reference=f"{rng.randrange(10**6):06d}"))
        elif how < 0.985 or left < 1000:
            tenders.append(Tender(TenderKind.CASH, handed(rng, left)))
        else:
            tenders += [Tender(TenderKind.CASH, left // 200 * 100), Tender(TenderKind.CARD, None, reference="000001")]
        return tenders

    def _book_sale(
        self, state: RegisterState, shift: Shift, at: datetime, rung: Rung, settlement: Settlement,
        person: Person | None, intent: Intent,
    ) -> None:  # fmt: skip
        counters = self.counters
        sale_id = counters.take("sale", 1)[0]
        request = request_id("sale", sale_id)
        staff = shift.context.actor.staff_id
        number, number_text = state.draw()
        line_ids = counters.take("line", len(rung.lines))
        tender_ids = counters.take("tender", len(settlement.taken))
        points = self._earned(rung, settlement, person)
        head = rows.Head(
            sale_id, request, hash_hex(request.bytes), "sale", number, number_text, None,
            self._approver(rung), shift.context.business_date, at,
        )  # fmt: skip
        sold = self.cards.sell(person, intent.card_sold, at) if intent.card_sold else None
        self._sale_rows(head, shift, rung, settlement, person, points=points, sold=sold, line_ids=line_ids)
        self._trail_rows(rung, sale_id, line_ids)
        self._tender_rows(settlement, sale_id, tender_ids, request, at, shift=shift)
        if sold is not None:
            self.cards.issued_by(sold, sale_id, line_ids[-1], part_id(request, "line", len(line_ids) - 1), at, shift)
        self._points(person, points, settlement, at, sale_id, request, staff)
        used = self.coupons.used(rung, person, sale_id, number_text, at)
        self._journal(state, head, rung, settlement, points, staff)
        self._maybe_back(Sold(
            sale_id, tuple(line_ids), rung, person, state.id,
            settlement.taken[0].tender.kind if settlement.taken else TenderKind.CASH, points, used, sold,
        ), settlement, shift.context.business_date)  # fmt: skip

    def _approver(self, rung: Rung) -> int | None:
        return SUPERVISOR if any(entry["kind"] != "promotion" for entry in rung.trail.rows) else None

    def _earned(self, rung: Rung, settlement: Settlement, person: Person | None) -> int:
        if person is None:
            return 0
        paid = sum(one.amount_minor for one in settlement.taken if one.tender.kind is TenderKind.POINTS)
        return points_for(self.program, rung.eligible_minor - paid, self.points.tier(person.id)[2])

    def _sale_rows(
        self, head: rows.Head, shift: Shift, rung: Rung, settlement: Settlement, person: Person | None, *,
        points: int, sold: Card | None, line_ids: range,
    ) -> None:  # fmt: skip
        book = self.book
        book.emit(
            "sale",
            rows.sale_row(
                head, shift.context, rung.priced, None if person is None else person.id,
                rounding_level=self.ringing.settings.tax_rounding.value, rounding_minor=settlement.rounding.minor,
                change_minor=settlement.change.minor, points=points,
            ),
        )  # fmt: skip
        made = [(line_id, head.sale_id, *row) for line_id, row in zip(line_ids, rung.lines, strict=True)]
        if sold is not None:
            made[-1] = (*made[-1][:ACCOUNT_COLUMN], sold.id, *made[-1][ACCOUNT_COLUMN + 1 :])
        book.emit_all("sale_line", made)
        book.emit_all("sale_tax", [(head.sale_id, *row) for row in rung.taxes])

    def _trail_rows(self, rung: Rung, sale_id: int, line_ids: range) -> None:
        ids = self.counters.take("trail", len(rung.trail_rows))
        self.book.emit_all("sale_trail", [(one, sale_id, *row) for one, row in zip(ids, rung.trail_rows, strict=True)])
        self.book.emit_all("sale_share", [(line_ids[line], ids[entry], minor) for line, entry, minor in rung.shares])

    def _tender_rows(
        self, settlement: Settlement, sale_id: int, ids: range, request: Any, at: datetime, *, shift: Shift
    ) -> None:
        balances = {}
        for place, one in enumerate(settlement.taken):
            account = one.tender.account_id
            if account is not None:
                entry = part_id(request, "tender", place)
                balances[place] = self.cards.redeem(account, one.amount_minor, sale_id, ids[place], entry, at, shift)
        self.book.emit_all("sale_tender", rows.tender_rows(settlement.taken, sale_id, ids, balances))
        cash = sum(one.amount_minor for one in settlement.taken if one.tender.kind is TenderKind.CASH)
        if cash:
            kind = "sale" if cash > 0 else "refund"
            self.registers.move(self.book, shift, kind, cash, at, sale_id, part_id(request, "cash"))

    def _points(
        self, person: Person | None, earned: int, settlement: Settlement, at: datetime, sale_id: int, request: Any,
        staff: int,
    ) -> None:  # fmt: skip
        if person is None:
            return
        paid = sum(one.amount_minor for one in settlement.taken if one.tender.kind is TenderKind.POINTS)
        if paid:
            points = -(-paid // self.program.point_value_minor)
            self.points.redeem(person.id, points, at, sale_id, request, staff)
        self.points.earn(person.id, earned, at, sale_id, request, staff)

    def _journal(
        self, state: RegisterState, head: rows.Head, rung: Rung, settlement: Settlement, points: int, staff: int
    ) -> None:
        body = rung.body | {
            "number": head.number_text,
            "total": settlement.total.minor,
            "change": settlement.change.minor,
            "tenders": [[one.tender.kind.value, one.amount_minor] for one in settlement.taken],
        }
        if points:
            body["points"] = points
        if head.original_sale_id is not None:
            body["original"] = head.original_sale_id
        state.journal(
            self.book, head.kind, head.at, body, staff_id=staff, approver_id=head.approver_id, sale_id=head.sale_id
        )

    # --- Returns --------------------------------------------------------------------------------------------------

    def _maybe_back(self, sold: Sold, settlement: Settlement, day: date) -> None:
        """Some sales come back within three weeks. Only those paid in one plain way: the till shows the rest."""
        plain = len(settlement.taken) == 1 and sold.tender in (TenderKind.CASH, TenderKind.CARD)
        share = 0.12 if sold.card is not None else _RETURN_SHARE
        if not plain or len(self._waiting) > _MOST_RETURNS_WAITING or self.rng.random() > share:
            return
        if any(line.item.kind == "weighed" for line in sold.rung.basket.lines) and sold.card is None:
            return  # nobody brings cheese back
        due = day + timedelta(days=self.rng.randint(0, 20))
        heapq.heappush(self._waiting, (due, sold.sale_id, sold))

    def _due_back(self, day: date) -> list[tuple[datetime, Sold]]:
        """What comes back on this day, and when."""
        found = []
        while self._waiting and self._waiting[0][0] <= day:
            sold = heapq.heappop(self._waiting)[2]
            found.append((at_hour(day, 9 + 8.5 * self.rng.random()), sold))
        return sorted(found, key=lambda back: (back[0], back[1].sale_id))

    def _return(self, day: date, at: datetime, sold: Sold) -> None:
        if sold.card is not None and sold.card.balance != sold.rung.priced.lines[-1].net_minor:
            return  # part of the card is spent: it does not go back
        state = self.registers.states[sold.register]
        shift = self.registers.shift(self.book, sold.register, day, at)
        places = self._coming_back(sold)
        whole = len(places) == len(sold.line_ids)
        lines = tuple(return_line(sold, place, number) for number, place in enumerate(places, start=1))
        shares = {number: shares_of(sold, place) for number, place in enumerate(places)}
        rung = self.ringing.ring(
            lines, outlet_id=state.outlet_id, staff_id=shift.context.actor.staff_id, now=at, facts=None,
            returned={number: parts for number, parts in shares.items() if parts},
        )  # fmt: skip
        total = Money(rung.priced.total_minor, rung.priced.currency)
        settlement = settle(total, [Tender(sold.tender)] if total else [], CashRule.of(self.ringing.settings))
        self._book_return(state, shift, at, sold, rung, settlement, whole=whole)

    def _coming_back(self, sold: Sold) -> list[int]:
        places = list(range(len(sold.line_ids)))
        if sold.card is not None:
            return places[-1:]
        if len(places) > 1 and self.rng.random() < 0.6:
            return [self.rng.choice(places)]
        return places

    def _book_return(
        self, state: RegisterState, shift: Shift, at: datetime, sold: Sold, rung: Rung, settlement: Settlement, *,
        whole: bool,
    ) -> None:  # fmt: skip
        counters = self.counters
        counters.returns += 1
        sale_id = counters.take("sale", 1)[0]
        request = request_id("sale", sale_id)
        staff = shift.context.actor.staff_id
        number, number_text = state.draw()
        line_ids = counters.take("line", len(rung.lines))
        tender_ids = counters.take("tender", len(settlement.taken))
        points = self._points_back(sold, rung, whole=whole)
        head = rows.Head(
            sale_id, request, hash_hex(request.bytes), "return", number, number_text, sold.sale_id, SUPERVISOR,
            shift.context.business_date, at,
        )  # fmt: skip
        self._sale_rows(head, shift, rung, settlement, sold.person, points=-points, sold=sold.card, line_ids=line_ids)
        self._trail_rows(rung, sale_id, line_ids)
        self._tender_rows(settlement, sale_id, tender_ids, request, at, shift=shift)
        if sold.card is not None:
            self.cards.cancel(sold.card, sale_id, line_ids[-1], part_id(request, "line", 0), at, shift)
        if sold.person is not None and points:
            self.points.claw_back(sold.person.id, points, at, sale_id, request, staff, earned_by=sold.sale_id)
        if whole and sold.card is None:
            self.coupons.give_back(sold.redemptions, sold.person, sale_id, number_text, at)
        self._journal(state, head, rung, settlement, -points, staff)

    def _points_back(self, sold: Sold, rung: Rung, *, whole: bool) -> int:
        if whole or not sold.points:
            return sold.points
        product_lines = [line for line in rung.priced.lines if line.kind is LineKind.PRODUCT]
        back = -sum(line.net_minor for line in product_lines)
        return min(sold.points, sold.points * back // max(1, sold.rung.eligible_minor))
