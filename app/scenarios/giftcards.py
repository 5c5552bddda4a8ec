"""Plays gift-card records on a throw-away shop: every step is a call of the real services.

A record's labels ("1", "GC-REFUND-1") are pre-printed numbers. A sale that its tenders pay in full is completed by
app.checkout and voided by its returns; of one that stays open, the cards' part is booked by the same ledger.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from app.checkout.model import Tender, TenderKind
from app.clock import FixedClock
from app.errors import DomainError, InvalidInput
from app.giftcards import ledger
from app.giftcards import model as rules
from app.giftcards.desk import GiftCardDesk
from app.giftcards.drafts import draft_card
from app.giftcards.model import Act, State, ValuePolicy, part_id
from app.giftcards.service import Card, Done, GiftCardService
from app.money import Money
from app.scenarios.answer import Played, Unsupported, differences
from app.scenarios.giftcard_counter import Counter
from app.staff.model import Actor, with_all_rights
from db.errors import DatabaseBusy
from db.queries import value_accounts as accounts
from db.queries import value_holds as holds
from db.uow import Database

Step = Mapping[str, Any]
Answer = dict[str, Any]

# Records start here, or a day before the earliest day that a record with a calendar of its own speaks of.
FIRST_DAY = date(2024, 1, 1)

# The record's word for each refusal; subclasses are listed before what they derive from.
_REASONS: tuple[tuple[type[DomainError], str], ...] = (
    (rules.GiftCardAmount, "invalid_amount"),
    (rules.GiftCardEmpty, "zero_balance"),
    (rules.GiftCardShort, "insufficient_balance"),
    (rules.GiftCardExpired, "expired"),
    (rules.GiftCardInactive, "inactive"),
    (rules.GiftCardDeleted, "deleted"),
    (rules.GiftCardUnknown, "unknown_card"),
    (rules.GiftCardDuplicate, "duplicate_number"),
    (rules.GiftCardSpent, "already_spent"),
    (rules.GiftCardOverRefund, "over_refund"),
    (rules.HoldExceeded, "over_authorization"),
    (rules.GiftCardCurrency, "currency_mismatch"),
    (rules.NotTheOwner, "not_owner"),
)


def play(record: Mapping[str, Any]) -> Played:
    """Raises Unsupported for an operation that the product does not have."""
    with _shop(str(record["currency"]), _first_day(record)) as till:
        expected: dict[str, Any] = {"steps": [step.get("expect", {}) for step in record["steps"]]}
        actual: dict[str, Any] = {"steps": [till.step(step) for step in record["steps"]]}
        if "final" in record:
            expected["final"] = record["final"]
            actual["final"] = {label: till.figures(label) for label in record["final"]}
    return Played(expected, actual, differences(expected, actual) + _too_much(expected, actual))


def _first_day(record: Mapping[str, Any]) -> date:
    """A record that sets dates lives by them; one that sets none may mean a card that expired long ago."""
    steps: list[Step] = list(record["steps"])
    if not any(step["op"] == "set_date" for step in steps):
        return FIRST_DAY
    named = [_day(step.get(name)) for step in steps for name in ("date", "expires")]
    return min([FIRST_DAY, *(day - timedelta(days=1) for day in named if day is not None)])


def _too_much(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> list[str]:
    """Cards that gave to a sale though the record names them not: `differences` asks only for what is named."""
    found = []
    for place, (wanted, got) in enumerate(zip(expected["steps"], actual["steps"], strict=True)):
        applied = wanted.get("applied")
        if isinstance(applied, Mapping):
            found += [f"steps[{place}].applied.{label}" for label in got.get("applied", {}) if label not in applied]
    return found


@cache
def _template() -> tuple[Path, object]:
    """A file with the schema, made once per run: migrating takes longer than playing a record."""
    from db.schema import create_schema

    folder = tempfile.TemporaryDirectory(prefix="regulars-scenarios-")
    path = Path(folder.name) / "shop.db"
    create_schema(str(path)).close()
    return path, folder


@contextmanager
def _shop(currency: str, first_day: date) -> Iterator[_Till]:
    from db.models.shop import Outlet, Register, Setting, Shop
    from db.models.staff import Role, Staff

    template, _keep = _template()
    with tempfile.TemporaryDirectory(prefix="regulars-scenario-") as folder:
        path = Path(folder) / "shop.db"
        shutil.copyfile(template, path)
        database = Database.connect(str(path))
        clock = FixedClock(datetime(first_day.year, first_day.month, first_day.day, 12, tzinfo=UTC))
        try:
            with database.write() as uow:
                uow.session.add(
                    Shop(
                        id=1, name="Scenario", currency=currency, locale="en_US", time_zone="UTC",
                        prices_include_tax=False, created_at=clock.now(),
                    )
                )  # fmt: skip
                # A record's labels are short on purpose and its steps type no PIN.
                uow.session.add(Setting(name="giftcards.pin_for_guessable", value={"value": False}))
                role = Role(code="manager", name="Manager")
                uow.session.add(role)
                uow.session.flush()
                outlet = Outlet(name="Scenario", code="S")
                staff = Staff(name="Scenario", role_id=role.id, pin_hash="")
                uow.session.add_all([outlet, staff])
                uow.session.flush()
                register = Register(outlet_id=outlet.id, name="Till", code="S1")
                uow.session.add(register)
                uow.session.flush()
                actor = with_all_rights(staff.id, "Scenario", register_id=register.id, outlet_id=outlet.id)
                uow.commit()
            yield _Till(database, clock, currency, actor)
        finally:
            database.close()


class _Till:
    """One shop while its record is played. Labels map to what the services know."""

    def __init__(self, database: Database, clock: FixedClock, currency: str, actor: Actor) -> None:
        self._database = database
        self._clock = clock
        self._currency = currency
        self._actor = actor
        self._service = GiftCardService(database, clock)
        self._desk = GiftCardDesk(database, clock)
        self._cards: dict[str, int] = {}
        self._holds: dict[str, tuple[int, str]] = {}
        self._sales: dict[str, _Sale] = {}
        self._customers: dict[str, int] = {}
        self._counter: Counter | None = None  # opened with the first sale

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
            answer = {"accepted": False, "reason": _reason(refusal)}
        label = step.get("card") or self._holds.get(str(step.get("id")), (0, ""))[1]
        return {**self.figures(str(label)), **answer}

    def figures(self, label: str) -> Answer:
        """What is on a card; nothing for a label that no card has."""
        if label not in self._cards:
            return {}
        card = self._desk.card(self._cards[label])
        return {"balance": str(card.balance), "available": str(card.available), "status": self._status(card)}

    def _status(self, card: Card) -> str:
        by_state = {State.DELETED: "deleted", State.CANCELLED: "cancelled", State.INACTIVE: "inactive"}
        if card.state in by_state:
            return by_state[card.state]
        return {"active": "active", "expired": "expired", "fully_redeemed": "used_up"}[card.shown]

    # --- operations ----------------------------------------------------------------------------------------

    def _do_issue(self, step: Step) -> Answer:
        amount = self._amount(step)
        owner = step.get("restricted_to")
        customer = owner if owner is not None else step.get("customer")
        draft = draft_card(
            policy=ValuePolicy(pin_for_guessable=False), today=self._clock.now().date(), vault=None,
            number=str(step["card"]), expires_on=_day(step.get("expires")),
            customer_id=None if customer is None else self._customer(str(customer)), owner_only=owner is not None,
        )  # fmt: skip
        request_id = self._request(step)
        reason = str(step.get("reason") or "scenario")
        issued = self._service.issue(draft, amount, self._actor, reason=reason, request_id=request_id)
        self._cards[str(step["card"])] = issued.card.id
        return {"replayed": issued.replayed}

    def _do_reload(self, step: Step) -> Answer:
        card = self._card(step)
        return _done(
            self._service.reload(
                card, self._amount(step), self._actor, reason="scenario", request_id=self._request(step)
            )
        )

    def _do_redeem(self, step: Step) -> Answer:
        done = self._service.redeem(
            self._card(step), self._amount(step), self._actor, request_id=self._request(step),
            customer_id=self._who(step),
        )  # fmt: skip
        return {**_done(done), "applied": str(done.applied)}

    def _do_refund_to_card(self, step: Step) -> Answer:
        card, amount = self._card(step), self._amount(step)
        most = self._money(step["max_refundable"], step) if "max_refundable" in step else None
        sale = self._sales.get(str(step.get("sale")))
        if most is None and sale is not None:
            most = sale.refundable(str(step["card"]), self._currency)
        done = self._service.refund(card, amount, self._actor, request_id=self._request(step), max_refundable=most)
        if sale is not None and not done.replayed:
            sale.give_back(str(step["card"]), amount.minor)
        return _done(done)

    def _do_refund_card_purchase(self, step: Step) -> Answer:
        card = self._card(step)
        amount = self._amount(step) if "amount" in step else self._desk.card(card).original
        return _done(self._service.cancel_purchase(card, amount, self._actor, request_id=self._request(step)))

    def _do_deactivate(self, step: Step) -> Answer:
        self._desk.deactivate(self._card(step), self._actor, reason="scenario")
        return {}

    def _do_activate(self, step: Step) -> Answer:
        self._desk.activate(self._card(step), self._actor, reason="scenario")
        return {}

    def _do_delete(self, step: Step) -> Answer:
        self._desk.delete(self._card(step), self._actor, reason="scenario")
        return {}

    def _do_check(self, step: Step) -> Answer:
        self._card(step)
        return {}

    def _do_authorize(self, step: Step) -> Answer:
        card = self._card(step)
        done = self._service.authorise(
            card, self._amount(step), self._actor, request_id=self._request(step), customer_id=self._who(step)
        )
        self._holds[str(step.get("id"))] = (done.hold_id or 0, str(step["card"]))
        return _done(done)

    def _do_capture(self, step: Step) -> Answer:
        hold_id, label = self._hold(step)
        held = _held_minor(self._database, hold_id)
        amount = self._amount(step) if "amount" in step else Money(held, self._currency)
        done = self._service.capture(hold_id, amount, self._actor, request_id=self._request(step))
        return {**self.figures(label), **_done(done), "applied": str(done.applied)}

    def _do_release(self, step: Step) -> Answer:
        hold_id, label = self._hold(step)
        done = self._service.release(hold_id, self._actor)
        if done.replayed:
            raise rules.HoldClosed(self._currency)
        return self.figures(label)

    def _do_set_date(self, step: Step) -> Answer:
        day = _day(step["date"])
        if day is not None:
            self._clock.at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        return {}

    def _do_concurrent_redeem(self, step: Step) -> Answer:
        """`times` tills at once, each over a connection of its own."""
        times = int(step["times"])
        accepted: list[bool] = [False] * times
        barrier = threading.Barrier(min(times, 16))
        url = str(self._database.file)

        def till(first: int) -> None:
            database = Database.connect(url)
            service = GiftCardService(database, self._clock)
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
        return {"accepted_count": sum(accepted), **self.figures(str(step["card"]))}

    def _redeem_once(self, service: GiftCardService, step: Step) -> bool:
        request_id = uuid4()
        for _ in range(50):
            try:
                service.redeem(
                    self._card(step), self._amount(step), self._actor, request_id=request_id,
                    customer_id=self._who(step),
                )  # fmt: skip
                return True
            except DomainError:
                return False
            except DatabaseBusy:
                time.sleep(0.02)
        raise DatabaseBusy

    # --- sales ---------------------------------------------------------------------------------------------

    def _do_sale(self, step: Step) -> Answer:
        name = str(step.get("id") or uuid4())
        key = str(step.get("idempotency_key") or "")
        if key and f"key:{key}" in self._sales:
            return {**self._sales[f"key:{key}"].answer, "replayed": True}
        sale = _Sale(uuid4())
        plan = self._plan(step)
        if plan.due or not plan.tenders:
            self._book_cards_only(sale, plan)
            change = plan.change
        else:
            sale.sale_id, back = self._till().sell(
                plan.total, plan.tenders, customer_id=plan.customer_id, request_id=sale.request_id
            )
            change = plan.change + back.minor
        sale.applied = dict(plan.applied)
        labels = [str(tender["card"]) for tender in step["tenders"] if "card" in tender]
        sale.answer = {
            "accepted": not plan.due,
            "applied": {label: str(Money(minor, self._currency)) for label, minor in sale.applied.items()},
            "due_remaining": str(Money(plan.due, self._currency)),
            "change": str(Money(change, self._currency)),
            "refused": plan.refused,
            **self._figures_of(labels),
        }
        self._sales[name] = sale
        if key:
            self._sales[f"key:{key}"] = sale
        return {**sale.answer, "replayed": False}

    def _till(self) -> Counter:
        if self._counter is None:
            register = self._actor.register_id or 0
            self._counter = Counter(self._database, self._clock, self._actor, register, self._currency)
        return self._counter

    def _plan(self, step: Step) -> _Plan:
        """What each tender takes over, in order; a card that is refused takes over nothing."""
        total = self._money(step["total"], step).minor
        plan = _Plan(total, total, self._who(step))
        for tender in step["tenders"]:
            if "card" in tender:
                try:
                    self._plan_card(plan, {**_inherited(step), **tender})
                except DomainError as refusal:
                    plan.refused.append({"card": str(tender["card"]), "reason": _reason(refusal)})
                continue
            handed = plan.due if "amount" not in tender else self._money(tender["amount"], tender).minor
            if tender["type"] == "cash":
                plan.take_cash(handed)
            elif (paid := min(handed, plan.due)) > 0:
                plan.take(Tender(TenderKind.CARD, paid, reference="scenario"), paid)
        return plan

    def _plan_card(self, plan: _Plan, tender: Mapping[str, Any]) -> None:
        """Take what is asked, at most what is due; without an amount at most what the card holds."""
        account_id = self._card(tender)
        with self._database.read() as uow:
            card = accounts.by_id(uow.connection, account_id)
        if card is None:
            raise rules.GiftCardUnknown
        label = str(tender["card"])
        card = replace(card, balance_minor=card.balance_minor - plan.applied.get(label, 0))
        customer = self._who(tender)
        if "amount" in tender:
            asked = self._amount(tender)
        else:
            currency = str(tender.get("currency", self._currency))
            asked = Money(max(1, min(plan.due, card.available_minor)), currency)
        today = self._clock.now().date()
        refusal = ledger.check_redeem(card, asked, today=today, customer_id=customer, policy=ValuePolicy())
        if refusal is not None:
            raise refusal
        taken = min(asked.minor, plan.due)
        if taken > 0:
            plan.customer_id = customer if card.owner_only else plan.customer_id
            plan.applied[label] = plan.applied.get(label, 0) + taken
            plan.take(Tender(TenderKind(card.kind), taken, account_id, label, card.available_minor), taken)

    def _book_cards_only(self, sale: _Sale, plan: _Plan) -> None:
        """A sale that stays open: what its cards gave, in one transaction."""
        cards = [tender for tender in plan.tenders if tender.account_id is not None]
        with self._database.write() as uow:
            act = Act(self._clock.now(), self._clock.now().date(), self._actor.staff_id)
            for place, tender in enumerate(cards):
                request_id = part_id(sale.request_id, "tender", place)
                amount = Money(tender.amount_minor or 0, self._currency)
                movement = ledger.redeem(
                    uow, act, tender.account_id or 0, amount, request_id=request_id, customer_id=plan.customer_id
                )
                ledger.record(uow, [movement])
                sale.entries.append(request_id)
            uow.commit()

    def _do_void_sale(self, step: Step) -> Answer:
        sale = self._sales.get(str(step.get("sale") or step.get("id")))
        if sale is None:
            return {"accepted": False}
        if not sale.voided and sale.sale_id is not None:
            self._till().take_back(sale.sale_id)
        for request_id in sale.entries:
            with suppress(rules.GiftCardOverRefund):  # all of it went back by refunds before
                self._service.reverse(request_id, self._actor)
        replayed, sale.voided = sale.voided, True
        return {"accepted": True, "replayed": replayed, **self._figures_of(list(sale.applied))}

    def _figures_of(self, labels: list[str]) -> Answer:
        known = {label: self.figures(label) for label in labels if label in self._cards}
        return {
            "balances": {label: figures["balance"] for label, figures in known.items()},
            "statuses": {label: figures["status"] for label, figures in known.items()},
        }

    # --- words to values -----------------------------------------------------------------------------------

    def _card(self, step: Mapping[str, Any]) -> int:
        label = str(step.get("card"))
        if label not in self._cards:
            raise rules.GiftCardUnknown
        return self._cards[label]

    def _hold(self, step: Step) -> tuple[int, str]:
        found = self._holds.get(str(step.get("id")))
        if found is None:
            raise rules.HoldClosed(self._currency)
        return found

    def _money(self, value: Any, step: Mapping[str, Any]) -> Money:
        text = format(value, "f") if isinstance(value, Decimal) else str(value)
        return Money.parse(text, str(step.get("currency", self._currency)))

    def _amount(self, step: Mapping[str, Any]) -> Money:
        try:
            return rules.positive(self._money(step["amount"], step))
        except InvalidInput as error:
            raise rules.GiftCardAmount from error

    def _request(self, step: Step) -> UUID:
        key = step.get("idempotency_key")
        return uuid4() if key is None else uuid5(NAMESPACE_URL, f"{step['op']}/{key}")

    def _who(self, step: Mapping[str, Any]) -> int | None:
        customer = step.get("customer")
        return None if customer is None else self._customer(str(customer))

    def _customer(self, name: str) -> int:
        from db.models.customer import Customer

        if name not in self._customers:
            now = self._clock.now()
            with self._database.write() as uow:
                customer = Customer(
                    number=f"S{len(self._customers) + 1}", first_name=name[:120], created_at=now, updated_at=now
                )
                uow.session.add(customer)
                uow.session.flush()
                self._customers[name] = customer.id
                uow.commit()
        return self._customers[name]


@dataclass
class _Plan:
    """How the tenders of a sale share it. `due` is what they leave open; `change` what came back before the till's."""

    total: int
    due: int
    customer_id: int | None
    tenders: list[Tender] = field(default_factory=list)
    applied: dict[str, int] = field(default_factory=dict)
    refused: list[dict[str, str]] = field(default_factory=list)
    change: int = 0

    def take(self, tender: Tender, paid: int) -> None:
        self.tenders.append(tender)
        self.due -= paid

    def take_cash(self, handed: int) -> None:
        """Change for cash on top of a paid sale is counted here; the till gives it for the rest."""
        if self.due <= 0:
            self.change += handed
        elif handed > 0:
            self.take(Tender(TenderKind.CASH, handed), min(handed, self.due))


@dataclass
class _Sale:
    """What cards gave to one sale: completed under `sale_id`, or booked as `entries` while it stays open."""

    request_id: UUID
    sale_id: int | None = None
    applied: dict[str, int] = field(default_factory=dict)
    returned: dict[str, int] = field(default_factory=dict)
    entries: list[UUID] = field(default_factory=list)
    answer: Answer = field(default_factory=dict)
    voided: bool = False

    def refundable(self, label: str, currency: str) -> Money:
        return Money(self.applied.get(label, 0) - self.returned.get(label, 0), currency)

    def give_back(self, label: str, minor: int) -> None:
        self.returned[label] = self.returned.get(label, 0) + minor


def _held_minor(database: Database, hold_id: int) -> int:
    with database.read() as uow:
        hold = holds.hold_by_id(uow.connection, hold_id)
    return 0 if hold is None else hold.amount_minor


def _inherited(step: Step) -> dict[str, Any]:
    """A sale's customer and currency hold for its tenders."""
    return {name: step[name] for name in ("customer", "currency") if name in step}


def _done(done: Done) -> Answer:
    return {"replayed": done.replayed}


def _reason(refusal: DomainError) -> str:
    for kind, word in _REASONS:
        if isinstance(refusal, kind):
            return word
    raise refusal


def _day(value: Any) -> date | None:
    return None if value in (None, "") else date.fromisoformat(str(value)[:10])
