"""Plays loyalty records that need no more than points: earned, spent as tender, corrected, expired, taken back.

Rewards, tiers and programs by product or code are not in the product; a record that needs one is unsupported.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import uuid4

from app.checkout.errors import TenderRefused
from app.checkout.model import Tender, TenderKind
from app.customers.model import CustomerDraft
from app.customers.service import CustomerService
from app.giftcards.drafts import draft_card
from app.giftcards.model import ValuePolicy
from app.giftcards.service import GiftCardService
from app.loyalty.model import AdjustKind, PointsShort
from app.loyalty.service import LoyaltyService
from app.money import Money
from app.scenarios.answer import Played, Unsupported, differences
from app.scenarios.counter import Counter
from app.scenarios.giftcard_shop import day_of, noon
from app.scenarios.points_program import Rules, rules_of, whole_points
from app.scenarios.stage import Stage, stage
from app.shop.model import ShopDraft
from db.errors import DatabaseBusy
from db.uow import Database

Step = Mapping[str, Any]
Answer = dict[str, Any]
FIRST_DAY = date(2024, 1, 1)
MOST_UNITS = 100_000  # of one minor unit each: past this a sale is one unit, and comes back whole


def play(record: Mapping[str, Any]) -> Played:
    """Raises Unsupported for what the product does not have, before anything is played where that can be told."""
    rules = rules_of(record)
    steps: list[Step] = list(record["steps"])
    _refuse_rewards(steps)
    currency = rules.programme.step.currency
    days = [day for step in steps if (day := day_of(step.get("date"))) is not None]
    draft = ShopDraft(name="Scenario", manager_pin="730194", currency=currency, cash_step_minor=0)
    with stage(draft, noon(min([FIRST_DAY, *days]))) as found:
        player = _Player(found, rules)
        expected: dict[str, Any] = {"steps": [step.get("expect", {}) for step in steps]}
        actual: dict[str, Any] = {"steps": [player.step(step) for step in steps]}
        if "final" in record:
            expected["final"], actual["final"] = record["final"], {"balance": str(player.balance())}
    return Played(expected, actual, differences(expected, actual))


def _refuse_rewards(steps: list[Step]) -> None:
    for step in steps:
        if step.get("claim") or step.get("op") in ("max_redeemable", "reserve_reward", "cancel_reward"):
            raise Unsupported("rewards")


class _Player:
    def __init__(self, found: Stage, rules: Rules) -> None:
        self._database, self._clock, self._actor = found.database, found.clock, found.actor
        self._rules = rules
        self._currency = rules.programme.step.currency
        self._points = LoyaltyService(found.database, found.clock)
        running = self._points.programme()
        programme = replace(rules.programme, id=None if running is None else running.id)
        self._points.save_programme(programme, found.actor)
        self._customer = (
            CustomerService(found.database, found.clock).create(CustomerDraft(first_name="Scenario"), by=found.actor).id
        )
        self._counter = Counter(found.database, found.clock, found.actor, found.made.register_id, self._currency)
        self._sales: dict[str, tuple[int, int]] = {}  # by the record's name: id, units it was sold in
        self._seen = 0  # how many movements of points were told before

    def balance(self) -> int:
        """Below zero when points were taken back that were spent already."""
        facts = self._points.facts(self._customer)
        return facts.balance - facts.owed

    def step(self, step: Step) -> Answer:
        op = str(step.get("op"))
        work: Callable[[Step], Answer] | None = getattr(self, f"_do_{op}", None)
        if work is None:
            raise Unsupported(f"the loyalty operation {op!r}")
        day = day_of(step.get("date"))
        if day is not None and op != "expire":
            self._clock.at = noon(day)
        return {**work(step), "balance": str(self.balance())}

    def _moved(self) -> dict[str, int]:
        """Points by kind of movement since the last step."""
        history = self._points.history(self._customer, limit=1000).rows
        fresh, self._seen = history[: len(history) - self._seen], len(history)
        found: dict[str, int] = {}
        for entry in fresh:
            found[entry.kind] = found.get(entry.kind, 0) + abs(entry.points)
        return found

    # --- by hand and by the calendar -----------------------------------------------------------------------

    def _do_opening(self, step: Step) -> Answer:
        return self._do_adjust(step)

    def _do_adjust(self, step: Step) -> Answer:
        points = whole_points(step["points"])
        if not points:
            return {"accepted": True}
        try:
            self._adjust(self._points, points)
        except PointsShort:
            return {"accepted": False, "reason": "insufficient_points"}
        self._moved()
        return {"accepted": True}

    def _adjust(self, service: LoyaltyService, points: int) -> None:
        kind = AdjustKind.ADD if points > 0 else AdjustKind.SUBTRACT
        service.adjust(self._customer, kind, abs(points), self._actor, reason="scenario", request_id=uuid4())

    def _do_concurrent_adjust(self, step: Step) -> Answer:
        """As many tills at once, each over a connection of its own."""
        points, times = whole_points(step["points"]), int(step["times"])
        accepted = [False] * times
        url = str(self._database.file)
        barrier = threading.Barrier(times)

        def till(place: int) -> None:
            database = Database.connect(url)
            barrier.wait(timeout=20)
            accepted[place] = self._adjust_once(LoyaltyService(database, self._clock), points)
            database.close()

        threads = [threading.Thread(target=till, args=(place,)) for place in range(times)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self._moved()
        return {"accepted_count": sum(accepted)}

    def _adjust_once(self, service: LoyaltyService, points: int) -> bool:
        for _ in range(50):
            try:
                self._adjust(service, points)
                return True
            except PointsShort:
                return False
            except DatabaseBusy:
                time.sleep(0.02)
        raise DatabaseBusy

    def _do_expire(self, step: Step) -> Answer:
        """The night after the last day of the lots that the record names; points are good through their last day."""
        days = self._rules.programme.expiry_days
        if days is None:
            raise Unsupported("points that expire otherwise than so many days after they are earned")
        on, dated = day_of(step.get("date")), day_of(step.get("lots_dated_up_to"))
        if dated is not None:
            on = dated + timedelta(days=days + 1)
        if on is not None:
            self._clock.at = noon(on)
        self._points.expire_due()
        return {"expired": str(self._moved().get("expire", 0))}

    def _do_set_date(self, _step: Step) -> Answer:
        return {}

    # --- sales ---------------------------------------------------------------------------------------------

    def _do_purchase(self, step: Step) -> Answer:
        amount = self._money(step["amount"])
        eligible = self._money(step[self._rules.eligible_field]) if self._rules.eligible_field in step else amount
        before = max(eligible, self._money(step.get("amount_before_discount", step["amount"])))
        by_hand = before - eligible if "amount_before_discount" in step else 0
        earning = before if self._rules.programme.basis == "before_discount" else eligible
        self._rules.must_be_whole(earning)
        spent = whole_points(step.get("redeem_points", 0)) * self._rules.programme.point_value.minor
        if step.get("redeem_points") and not spent:
            raise Unsupported("points spent that are worth nothing")
        tenders = self._tenders(step, spent, eligible)
        try:
            self._sell(str(step.get("id") or uuid4()), eligible + spent, tenders, by_hand, attached=_attached(step))
        except TenderRefused:
            return {"accepted": False, "reason": "insufficient_points", "earned": "0", "used": "0"}
        moved = self._moved()
        return {"accepted": True, "earned": str(moved.get("earn", 0)), "used": str(moved.get("redeem", 0))}

    def _sell(self, name: str, total: int, tenders: list[Tender], by_hand: int, *, attached: bool) -> None:
        if not total:
            raise Unsupported("a purchase of nothing")
        in_cents = total + by_hand <= MOST_UNITS
        sale_id, _change = self._counter.sell(
            total, tenders, customer_id=self._customer if attached else None, request_id=uuid4(),
            by_hand_minor=by_hand, in_cents=in_cents,
        )  # fmt: skip
        self._sales[name] = (sale_id, total + by_hand if in_cents else 1)

    def _tenders(self, step: Step, points_minor: int, due: int) -> list[Tender]:
        found = [Tender(TenderKind.POINTS, points_minor)] if points_minor else []
        by_card = self._money(step.get("paid_by_gift_card", "0"))
        if by_card:
            found.append(self._card(by_card))
        if due > by_card:
            found.append(Tender(TenderKind.CASH, due - by_card))
        return found

    def _card(self, minor: int) -> Tender:
        worth = Money(minor, self._currency)
        draft = draft_card(policy=ValuePolicy(), today=self._clock.now().date(), vault=None, expires_on=None)
        issued = GiftCardService(self._database, self._clock).issue(
            draft, worth, self._actor, reason="scenario", request_id=uuid4()
        )
        return Tender(TenderKind.GIFT_CARD, minor, issued.card.id, "scenario", minor)

    def _do_draft_sale(self, step: Step) -> Answer:
        """Put aside and never taken up: it moves no points."""
        self._counter.hold(max(1, self._money(step.get("amount", "1"))), customer_id=self._customer)
        moved = self._moved()
        return {"accepted": True, "earned": str(moved.get("earn", 0)), "used": str(moved.get("redeem", 0))}

    def _do_refund(self, step: Step) -> Answer:
        if str(step.get("sale")) not in self._sales:
            raise Unsupported("the refund of a sale that was not made here")
        sale_id, units = self._sales[str(step["sale"])]
        back: Fraction | int = (
            self._money(step["amount"]) if "amount" in step else Fraction(str(step["fraction"])) * units
        )
        if back == 1 and "fraction" in step:
            back = units
        if Fraction(back).denominator != 1:
            raise Unsupported("a refund of parts of a cent")
        self._counter.take_back(sale_id, int(back))
        moved = self._moved()
        return {"clawed_back": str(moved.get("claw_back", 0)), "returned": str(moved.get("give_back", 0))}

    def _money(self, value: Any) -> int:
        return Money.parse(str(value), self._currency).minor


def _attached(step: Step) -> bool:
    return step.get("customer_attached", True) is not False
