"""The shop of a card record: what its labels, amounts, days and people are to the real services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from app.customers.model import CustomerDraft
from app.customers.service import CustomerService
from app.errors import DomainError, InvalidInput
from app.giftcards import model as rules
from app.giftcards.desk import GiftCardDesk
from app.giftcards.model import State, ValuePolicy
from app.giftcards.service import Card, GiftCardService
from app.money import Money
from app.scenarios.stage import Stage, stage
from app.shop import settings as shop_settings
from app.shop.model import ShopDraft

Step = Mapping[str, Any]
Answer = dict[str, Any]

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


def reason_of(refusal: DomainError) -> str:
    """The record's word for it; anything else the service raised is not a refusal and goes on."""
    for kind, word in _REASONS:
        if isinstance(refusal, kind):
            return word
    raise refusal


def day_of(value: Any) -> date | None:
    return None if value in (None, "") else date.fromisoformat(str(value)[:10])


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


# A record's labels are short on purpose and its steps type no PIN.
POLICY = ValuePolicy(pin_for_guessable=False)


@contextmanager
def card_shop(currency: str, first_day: date) -> Iterator[CardShop]:
    draft = ShopDraft(name="Scenario", manager_pin="730194", currency=currency, cash_step_minor=0)
    with stage(draft, noon(first_day)) as found:
        with found.database.write() as uow:
            shop_settings.save(uow, POLICY)
            uow.commit()
        yield CardShop(found, currency)


class CardShop:
    """Labels ("1", "GC-REFUND-1") are pre-printed numbers; what the services call them is kept here."""

    def __init__(self, found: Stage, currency: str) -> None:
        self.database, self.clock, self.actor = found.database, found.clock, found.actor
        self.currency = currency
        self.service = GiftCardService(found.database, found.clock)
        self.desk = GiftCardDesk(found.database, found.clock)
        self.cards: dict[str, int] = {}
        self._customers: dict[str, int] = {}

    @property
    def today(self) -> date:
        return self.clock.now().date()

    def card(self, step: Step) -> int:
        label = str(step.get("card"))
        if label not in self.cards:
            raise rules.GiftCardUnknown
        return self.cards[label]

    def money(self, value: Any, step: Step) -> Money:
        text = format(value, "f") if isinstance(value, Decimal) else str(value)
        return Money.parse(text, str(step.get("currency", self.currency)))

    def amount(self, step: Step) -> Money:
        try:
            return rules.positive(self.money(step["amount"], step))
        except InvalidInput as error:
            raise rules.GiftCardAmount from error

    def shown(self, minor: int) -> str:
        return str(Money(minor, self.currency))

    def request(self, step: Step) -> UUID:
        key = step.get("idempotency_key")
        return uuid4() if key is None else uuid5(NAMESPACE_URL, f"{step['op']}/{key}")

    def who(self, step: Step) -> int | None:
        customer = step.get("customer")
        return None if customer is None else self.person(str(customer))

    def person(self, name: str) -> int:
        if name not in self._customers:
            service = CustomerService(self.database, self.clock)
            made = service.create(CustomerDraft(first_name=name[:80] or "Customer"), by=self.actor)
            self._customers[name] = made.id
        return self._customers[name]

    def figures(self, label: str) -> Answer:
        """What is on a card; nothing for a label that no card has."""
        if label not in self.cards:
            return {}
        card = self.desk.card(self.cards[label], self.actor)
        return {"balance": str(card.balance), "available": str(card.available), "status": _status(card)}

    def figures_of(self, labels: Iterable[str]) -> Answer:
        known = {label: self.figures(label) for label in labels if label in self.cards}
        return {
            "balances": {label: figures["balance"] for label, figures in known.items()},
            "statuses": {label: figures["status"] for label, figures in known.items()},
        }


def _status(card: Card) -> str:
    by_state = {State.DELETED: "deleted", State.CANCELLED: "cancelled", State.INACTIVE: "inactive"}
    if card.state in by_state:
        return by_state[card.state]
    return {"active": "active", "expired": "expired", "fully_redeemed": "used_up"}[card.shown]
