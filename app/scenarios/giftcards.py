"""Plays gift-card records on a throw-away shop: every step is a call of the real services."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from app.errors import DomainError
from app.giftcards import model as rules
from app.giftcards.drafts import draft_card
from app.giftcards.service import Done, GiftCardService
from app.money import Money
from app.scenarios.answer import Played, Unsupported, differences
from app.scenarios.giftcard_sales import Sales
from app.scenarios.giftcard_shop import POLICY, Answer, CardShop, Step, card_shop, day_of, noon, reason_of
from db.errors import DatabaseBusy
from db.queries import value_holds as holds
from db.uow import Database

# Records start here, or a day before the earliest day that a record with a calendar of its own speaks of.
FIRST_DAY = date(2024, 1, 1)


def play(record: Mapping[str, Any]) -> Played:
    """Raises Unsupported for an operation that the product does not have."""
    with card_shop(str(record["currency"]), _first_day(record)) as shop:
        player = _Player(shop)
        expected: dict[str, Any] = {"steps": [step.get("expect", {}) for step in record["steps"]]}
        actual: dict[str, Any] = {"steps": [player.step(step) for step in record["steps"]]}
        if "final" in record:
            expected["final"] = record["final"]
            actual["final"] = {label: shop.figures(label) for label in record["final"]}
    return Played(expected, actual, differences(expected, actual) + _too_much(expected, actual))


def _first_day(record: Mapping[str, Any]) -> date:
    """A record that sets dates lives by them; one that sets none may mean a card that expired long ago."""
    steps: list[Step] = list(record["steps"])
    if not any(step["op"] == "set_date" for step in steps):
        return FIRST_DAY
    named = [day_of(step.get(name)) for step in steps for name in ("date", "expires")]
    return min([FIRST_DAY, *(day - timedelta(days=1) for day in named if day is not None)])


def _too_much(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> list[str]:
    """Cards that gave to a sale though the record names them not: `differences` asks only for what is named."""
    found = []
    for place, (wanted, got) in enumerate(zip(expected["steps"], actual["steps"], strict=True)):
        applied = wanted.get("applied")
        if isinstance(applied, Mapping):
            found += [f"steps[{place}].applied.{label}" for label in got.get("applied", {}) if label not in applied]
    return found


class _Player:
    """One record's steps, one method each."""

    def __init__(self, shop: CardShop) -> None:
        self._shop = shop
        self._service, self._desk, self._actor = shop.service, shop.desk, shop.actor
        self._sales = Sales(shop)
        self._holds: dict[str, tuple[int, str]] = {}

    def step(self, step: Step) -> Answer:
        op = str(step["op"])
        work: Callable[[Step], Answer] | None = getattr(self, f"_do_{op}", None)
        if work is None:
            raise Unsupported(f"the gift-card operation {op!r}")
        if op in ("sale", "void_sale", "set_date", "concurrent_redeem"):
            return work(step)
        try:
            answer = {"accepted": True, **work(step)}
        except DomainError as refusal:
            answer = {"accepted": False, "reason": reason_of(refusal)}
        label = step.get("card") or self._holds.get(str(step.get("id")), (0, ""))[1]
        return {**self._shop.figures(str(label)), **answer}

    # --- the card ------------------------------------------------------------------------------------------

    def _do_issue(self, step: Step) -> Answer:
        shop = self._shop
        if str(step.get("currency", shop.currency)) != shop.currency:
            raise Unsupported("a card in another currency than the shop's")
        amount = shop.amount(step)
        owner = step.get("restricted_to")
        customer = owner if owner is not None else step.get("customer")
        draft = draft_card(
            policy=POLICY, today=shop.today, vault=None, number=str(step["card"]),
            expires_on=day_of(step.get("expires")),
            customer_id=None if customer is None else shop.person(str(customer)), owner_only=owner is not None,
        )  # fmt: skip
        reason = str(step.get("reason") or "scenario")
        issued = self._service.issue(draft, amount, self._actor, reason=reason, request_id=shop.request(step))
        shop.cards[str(step["card"])] = issued.card.id
        return {"replayed": issued.replayed}

    def _do_deactivate(self, step: Step) -> Answer:
        self._desk.deactivate(self._shop.card(step), self._actor, reason="scenario")
        return {}

    def _do_activate(self, step: Step) -> Answer:
        self._desk.activate(self._shop.card(step), self._actor, reason="scenario")
        return {}

    def _do_delete(self, step: Step) -> Answer:
        self._desk.delete(self._shop.card(step), self._actor, reason="scenario")
        return {}

    def _do_check(self, step: Step) -> Answer:
        self._shop.card(step)
        return {}

    def _do_set_date(self, step: Step) -> Answer:
        day = day_of(step["date"])
        if day is not None:
            self._shop.clock.at = noon(day)
        return {}

    # --- its money -----------------------------------------------------------------------------------------

    def _do_reload(self, step: Step) -> Answer:
        shop = self._shop
        return _done(
            self._service.reload(
                shop.card(step), shop.amount(step), self._actor, reason="scenario", request_id=shop.request(step)
            )
        )

    def _do_redeem(self, step: Step) -> Answer:
        shop = self._shop
        done = self._service.redeem(
            shop.card(step), shop.amount(step), self._actor, request_id=shop.request(step), customer_id=shop.who(step)
        )
        return {**_done(done), "applied": str(done.applied)}

    def _do_refund_to_card(self, step: Step) -> Answer:
        shop = self._shop
        card, amount = shop.card(step), shop.amount(step)
        most = shop.money(step["max_refundable"], step) if "max_refundable" in step else None
        sale = self._sales.get(step.get("sale"))
        if most is None and sale is not None:
            most = sale.refundable(str(step["card"]), shop.currency)
        done = self._service.refund(card, amount, self._actor, request_id=shop.request(step), max_refundable=most)
        if sale is not None and not done.replayed:
            sale.give_back(str(step["card"]), amount.minor)
        return _done(done)

    def _do_refund_card_purchase(self, step: Step) -> Answer:
        shop = self._shop
        card = shop.card(step)
        amount = shop.amount(step) if "amount" in step else self._desk.card(card, self._actor).original
        return _done(self._service.cancel_purchase(card, amount, self._actor, request_id=shop.request(step)))

    def _do_sale(self, step: Step) -> Answer:
        return self._sales.sell(step)

    def _do_void_sale(self, step: Step) -> Answer:
        return self._sales.void(step)

    # --- holds ---------------------------------------------------------------------------------------------

    def _do_authorize(self, step: Step) -> Answer:
        shop = self._shop
        card = shop.card(step)
        done = self._service.authorise(
            card, shop.amount(step), self._actor, request_id=shop.request(step), customer_id=shop.who(step)
        )
        self._holds[str(step.get("id"))] = (done.hold_id or 0, str(step["card"]))
        return _done(done)

    def _do_capture(self, step: Step) -> Answer:
        hold_id, label = self._hold(step)
        amount = self._shop.amount(step) if "amount" in step else self._held(hold_id)
        done = self._service.capture(hold_id, amount, self._actor, request_id=self._shop.request(step))
        return {**self._shop.figures(label), **_done(done), "applied": str(done.applied)}

    def _do_release(self, step: Step) -> Answer:
        hold_id, label = self._hold(step)
        done = self._service.release(hold_id, self._actor)
        if done.replayed:
            raise rules.HoldClosed(self._shop.currency)
        return self._shop.figures(label)

    def _hold(self, step: Step) -> tuple[int, str]:
        found = self._holds.get(str(step.get("id")))
        if found is None:
            raise rules.HoldClosed(self._shop.currency)
        return found

    def _held(self, hold_id: int) -> Money:
        with self._shop.database.read() as uow:
            hold = holds.hold_by_id(uow.connection, hold_id)
        return Money(0 if hold is None else hold.amount_minor, self._shop.currency)

    # --- several tills at once -----------------------------------------------------------------------------

    def _do_concurrent_redeem(self, step: Step) -> Answer:
        """`times` tills at once, each over a connection of its own."""
        times = int(step["times"])
        accepted: list[bool] = [False] * times
        barrier = threading.Barrier(min(times, 16))
        url = str(self._shop.database.file)

        def till(first: int) -> None:
            database = Database.connect(url)
            service = GiftCardService(database, self._shop.clock)
            with suppress(threading.BrokenBarrierError):
                barrier.wait(timeout=20)
            for place in range(first, times, barrier.parties):
                accepted[place] = self._redeem_once(service, step)
            database.close()

        threads = [threading.Thread(target=till, args=(first,)) for first in range(barrier.parties)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return {"accepted_count": sum(accepted), **self._shop.figures(str(step["card"]))}

    def _redeem_once(self, service: GiftCardService, step: Step) -> bool:
        request_id = uuid4()
        for _ in range(50):
            try:
                service.redeem(
                    self._shop.card(step), self._shop.amount(step), self._actor, request_id=request_id,
                    customer_id=self._shop.who(step),
                )  # fmt: skip
                return True
            except DomainError:
                return False
            except DatabaseBusy:
                time.sleep(0.02)
        raise DatabaseBusy


def _done(done: Done) -> Answer:
    return {"replayed": done.replayed}
