"""The whole ledger of a card on paper."""

from __future__ import annotations

from uuid import uuid4

import pytest

from app.clock import FixedClock
from app.codekeys import CodeVault
from app.errors import NotPermitted
from app.giftcards import statements
from app.giftcards.service import GiftCardService
from app.giftcards.statements import CardStatements
from app.money import Money
from app.staff.model import Actor
from db.uow import Database
from hardware.protocols import Columns, Document, Text
from tests.app.giftcards.shop import open_small_shop


def lines(document: Document) -> list[str]:
    found = []
    for block in document.blocks:
        if isinstance(block, Text):
            found.append(block.text)
        elif isinstance(block, Columns):
            found.append(" | ".join(cell.text for cell in block.cells))
    return found


def test_every_movement_stands_on_the_statement(database: Database, clock: FixedClock) -> None:  # A15
    shop = open_small_shop(database, clock)
    cards = GiftCardService(database, clock, CodeVault(b"k" * 32))
    issued = cards.issue(cards.draft(), Money(5000, "USD"), shop.actor, reason="x", request_id=uuid4())
    for minor in (650, 1200):
        clock.advance(days=1)
        cards.redeem(issued.card.id, Money(minor, "USD"), shop.actor, request_id=uuid4())
    said = lines(CardStatements(database, clock).statement(issued.card.id, shop.actor, movement=str.upper))
    text = "\n".join(said).replace("\N{MINUS SIGN}", "-")
    assert issued.code not in text.replace("-", "")
    assert issued.card.masked in text
    assert [line for line in said if line.startswith(("ISSUE", "REDEMPTION"))] == ["ISSUE", "REDEMPTION", "REDEMPTION"]
    for figures in ("50.00 | 50.00", "-6.50 | 43.50", "-12.00 | 31.50"):
        assert figures in text
    assert "31.50" in said[-1]


def test_a_ledger_too_long_for_paper_starts_from_the_balance_before(
    sqlite_db: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "MOST_ROWS", 20)
    monkeypatch.setattr(statements, "_AT_ONCE", 5)
    shop = open_small_shop(sqlite_db, clock)
    cards = GiftCardService(sqlite_db, clock, CodeVault(b"k" * 32))
    issued = cards.issue(cards.draft(), Money(500_000, "USD"), shop.actor, reason="x", request_id=uuid4())
    for _ in range(29):
        cards.redeem(issued.card.id, Money(1, "USD"), shop.actor, request_id=uuid4())
    said = lines(CardStatements(sqlite_db, clock).statement(issued.card.id, shop.actor, movement=str))
    assert said.count("redemption") == 20
    assert any(line.endswith("4,999.91") for line in said)  # carried over


def test_who_may_not_see_cards_gets_no_statement(sqlite_db: Database, clock: FixedClock) -> None:  # T28
    open_small_shop(sqlite_db, clock)
    with pytest.raises(NotPermitted):
        CardStatements(sqlite_db, clock).statement(1, Actor(1, "Vic", "cashier", {}), movement=str)
