"""Any sequence of card operations: balance = sum of entries, never below zero at any prefix, held money covered."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from app.clock import FixedClock
from app.errors import DomainError
from app.giftcards.desk import GiftCardDesk
from app.giftcards.service import Card, GiftCardService
from app.money import Money
from db.uow import Database
from tests.app.giftcards.shop import SmallShop, audit_value, open_small_shop

amounts = st.integers(1, 1500)


class Cards(RuleBasedStateMachine):
    """The model knows only what each accepted operation must have done."""

    template: Path
    cards: Bundle[int] = Bundle("cards")
    taken: Bundle[tuple[int, UUID, int]] = Bundle("taken")
    holds: Bundle[tuple[int, int, int]] = Bundle("holds")

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "shop.db"
        shutil.copyfile(self.template, path)
        clock = FixedClock(datetime(2026, 3, 14, 12, tzinfo=UTC))
        self.shop: SmallShop = open_small_shop(Database.connect(str(path)), clock)
        self.service = GiftCardService(self.shop.database, clock)
        self.desk = GiftCardDesk(self.shop.database, clock)
        self.balance: dict[int, int] = {}
        self.held: dict[int, int] = {}

    def teardown(self) -> None:
        self.shop.database.close()
        self.folder.cleanup()

    def usd(self, minor: int) -> Money:
        return Money(minor, "USD")

    @rule(target=cards, minor=amounts)
    def issue(self, minor: int) -> int:
        issued = self.service.issue(
            self.service.draft(), self.usd(minor), self.shop.actor, reason="x", request_id=uuid4()
        )
        self.balance[issued.card.id], self.held[issued.card.id] = minor, 0
        return issued.card.id

    @rule(card=cards, minor=amounts)
    def reload(self, card: int, minor: int) -> None:
        with suppress(DomainError):
            self.service.reload(card, self.usd(minor), self.shop.actor, reason="x", request_id=uuid4())
            self.balance[card] += minor

    @rule(target=taken, card=cards, minor=amounts, times=st.integers(1, 3))
    def redeem(self, card: int, minor: int, times: int) -> tuple[int, UUID, int]:
        key, before = uuid4(), self.balance[card]
        accepted = False
        for _ in range(times):  # a till that retries
            with suppress(DomainError):
                self.service.redeem(card, self.usd(minor), self.shop.actor, request_id=key)
                accepted = True
        fits = self.desk.card(card, self.shop.actor).state == "active" and minor <= before - self.held[card]
        assert accepted == fits
        if accepted:
            self.balance[card] -= minor
        return card, key, minor if accepted else 0

    @rule(entry=taken, times=st.integers(1, 2))
    def reverse(self, entry: tuple[int, UUID, int], times: int) -> None:
        card, key, minor = entry
        for _ in range(times):
            with suppress(DomainError):
                done = self.service.reverse(key, self.shop.actor)
                self.balance[card] += 0 if done.replayed else minor

    @rule(card=cards, minor=amounts)
    def refund(self, card: int, minor: int) -> None:
        with suppress(DomainError):
            self.service.refund(card, self.usd(minor), self.shop.actor, request_id=uuid4())
            self.balance[card] += minor

    @rule(card=cards, minor=amounts)
    def cancel(self, card: int, minor: int) -> None:
        with suppress(DomainError):
            self.service.cancel_purchase(card, self.usd(minor), self.shop.actor, request_id=uuid4())
            self.balance[card] -= minor

    @rule(card=cards, on=st.booleans())
    def switch(self, card: int, on: bool) -> None:
        change = self.desk.activate if on else self.desk.deactivate
        with suppress(DomainError):
            change(card, self.shop.actor, reason="x")

    @rule(target=holds, card=cards, minor=amounts)
    def authorise(self, card: int, minor: int) -> tuple[int, int, int]:
        with suppress(DomainError):
            done = self.service.authorise(card, self.usd(minor), self.shop.actor, request_id=uuid4())
            self.held[card] += minor
            return card, done.hold_id or 0, minor
        return card, 0, 0

    @rule(hold=consumes(holds), part=st.integers(1, 1500))
    def capture(self, hold: tuple[int, int, int], part: int) -> None:
        card, hold_id, minor = hold
        with suppress(DomainError):
            self.service.capture(hold_id, self.usd(part), self.shop.actor, request_id=uuid4())
            assert part <= minor
            self.balance[card] -= part
            self.held[card] -= minor

    @rule(hold=consumes(holds))
    def release(self, hold: tuple[int, int, int]) -> None:
        card, hold_id, minor = hold
        with suppress(DomainError):
            self.service.release(hold_id, self.shop.actor)
            self.held[card] -= minor

    @invariant()
    def every_balance_is_its_entries(self) -> None:  # V9, V14
        audit_value(self.shop)
        for card, minor in self.balance.items():
            found: Card = self.desk.card(card, self.shop.actor)
            assert (found.balance.minor, found.available.minor) == (minor, minor - self.held[card])


def _run(template: Path, examples: int, steps: int) -> None:
    Cards.template = template
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Cards,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_any_sequence_keeps_every_balance(sqlite_template: Path) -> None:
    _run(sqlite_template, 15, 25)


@pytest.mark.slow
def test_many_long_sequences_keep_every_balance(sqlite_template: Path) -> None:
    _run(sqlite_template, 300, 50)
