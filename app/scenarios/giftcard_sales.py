"""Sales of card records: paid in full they are completed by app.checkout and voided by its returns; of one that
stays open, the cards' part is booked by the same ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from app.checkout.model import Tender, TenderKind
from app.errors import DomainError
from app.giftcards import ledger
from app.giftcards import model as rules
from app.giftcards.model import Act, part_id
from app.money import Money
from app.scenarios.counter import Counter
from app.scenarios.giftcard_shop import POLICY, Answer, CardShop, Step, reason_of
from db.queries import value_accounts as accounts


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
class CardSale:
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


class Sales:
    def __init__(self, shop: CardShop) -> None:
        self._shop = shop
        self._sales: dict[str, CardSale] = {}
        self._counter: Counter | None = None  # opened with the first sale

    def get(self, name: object) -> CardSale | None:
        return self._sales.get(str(name))

    def sell(self, step: Step) -> Answer:
        key = str(step.get("idempotency_key") or "")
        if key and f"key:{key}" in self._sales:
            return {**self._sales[f"key:{key}"].answer, "replayed": True}
        sale = CardSale(uuid4())
        plan = self._plan(step)
        change = plan.change + self._book(sale, plan)
        sale.applied = dict(plan.applied)
        labels = [str(tender["card"]) for tender in step.get("tenders", []) if "card" in tender]
        sale.answer = {
            "accepted": not plan.due,
            "applied": {label: self._shop.shown(minor) for label, minor in sale.applied.items()},
            "due_remaining": self._shop.shown(plan.due),
            "change": self._shop.shown(change),
            "refused": plan.refused,
            **self._shop.figures_of(labels),
        }
        self._sales[str(step.get("id") or uuid4())] = sale
        if key:
            self._sales[f"key:{key}"] = sale
        return {**sale.answer, "replayed": False}

    def void(self, step: Step) -> Answer:
        sale = self.get(step.get("sale") or step.get("id"))
        if sale is None:
            return {"accepted": False}
        if not sale.voided and sale.sale_id is not None:
            self._till().take_back(sale.sale_id)
        for request_id in sale.entries:
            with suppress(rules.GiftCardOverRefund):  # all of it went back by refunds before
                self._shop.service.reverse(request_id, self._shop.actor)
        replayed, sale.voided = sale.voided, True
        return {"accepted": True, "replayed": replayed, **self._shop.figures_of(list(sale.applied))}

    # --- what each tender takes over -----------------------------------------------------------------------

    def _plan(self, step: Step) -> _Plan:
        """In order; a card that is refused takes over nothing."""
        total = self._shop.money(step["total"], step).minor
        plan = _Plan(total, total, self._shop.who(step))
        inherited = {name: step[name] for name in ("customer", "currency") if name in step}
        for tender in step.get("tenders", []):
            if "card" in tender:
                try:
                    self._plan_card(plan, {**inherited, **tender})
                except DomainError as refusal:
                    plan.refused.append({"card": str(tender["card"]), "reason": reason_of(refusal)})
                continue
            handed = plan.due if "amount" not in tender else self._shop.money(tender["amount"], tender).minor
            if tender["type"] == "cash":
                plan.take_cash(handed)
            elif (paid := min(handed, plan.due)) > 0:
                plan.take(Tender(TenderKind.CARD, paid, reference="scenario"), paid)
        return plan

    def _plan_card(self, plan: _Plan, tender: Mapping[str, Any]) -> None:
        """Take what is asked, at most what is due; without an amount at most what the card holds."""
        shop = self._shop
        account_id, label = shop.card(tender), str(tender["card"])
        with shop.database.read() as uow:
            card = accounts.by_id(uow.connection, account_id)
        if card is None:
            raise rules.GiftCardUnknown
        card = replace(card, balance_minor=card.balance_minor - plan.applied.get(label, 0))
        customer = shop.who(tender)
        if "amount" in tender:
            asked = shop.amount(tender)
        else:
            currency = str(tender.get("currency", shop.currency))
            asked = Money(max(1, min(plan.due, card.available_minor)), currency)
        refusal = ledger.check_redeem(card, asked, today=shop.today, customer_id=customer, policy=POLICY)
        if refusal is not None:
            raise refusal
        taken = min(asked.minor, plan.due)
        if taken > 0:
            plan.customer_id = customer if card.owner_only else plan.customer_id
            plan.applied[label] = plan.applied.get(label, 0) + taken
            plan.take(Tender(TenderKind(card.kind), taken, account_id, label, card.available_minor), taken)

    # --- booked --------------------------------------------------------------------------------------------

    def _book(self, sale: CardSale, plan: _Plan) -> int:
        """The change that the till gives."""
        if plan.due or not plan.tenders:
            self._book_cards_only(sale, plan)
            return 0
        sale.sale_id, back = self._till().sell(
            plan.total, plan.tenders, customer_id=plan.customer_id, request_id=sale.request_id
        )
        return back.minor

    def _book_cards_only(self, sale: CardSale, plan: _Plan) -> None:
        """A sale that stays open: what its cards gave, in one transaction."""
        shop = self._shop
        cards = [tender for tender in plan.tenders if tender.account_id is not None]
        with shop.database.write() as uow:
            act = Act(shop.clock.now(), shop.today, shop.actor.staff_id)
            for place, tender in enumerate(cards):
                request_id = part_id(sale.request_id, "tender", place)
                amount = Money(tender.amount_minor or 0, shop.currency)
                movement = ledger.redeem(
                    uow, act, tender.account_id or 0, amount, request_id=request_id, customer_id=plan.customer_id
                )
                ledger.record(uow, [movement])
                sale.entries.append(request_id)
            uow.commit()

    def _till(self) -> Counter:
        if self._counter is None:
            shop = self._shop
            register = shop.actor.register_id or 0
            self._counter = Counter(shop.database, shop.clock, shop.actor, register, shop.currency)
        return self._counter
