"""The same request twice at the same moment is one booking and two equal answers, never a refusal."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from app.giftcards.model import GiftCardShort
from app.giftcards.service import GiftCardService
from db.queries import value_entries as entries
from tests.app.giftcards.shop import SmallShop
from tests.app.giftcards.test_race import a_card, usd


@pytest.fixture
def looked_too_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look for an earlier booking finds nothing: the twin commits right after it."""
    real, looks = entries.entry_by_request, []

    def look(connection: Any, request_id: Any) -> Any:
        looks.append(request_id)
        return None if len(looks) == 1 else real(connection, request_id)

    monkeypatch.setattr(entries, "entry_by_request", look)


def test_the_slower_twin_gets_the_answer_and_not_a_refusal(
    shop: SmallShop, request: pytest.FixtureRequest
) -> None:  # T12
    service, key = GiftCardService(shop.database, shop.clock), uuid4()
    card = a_card(shop, 1000)
    service.redeem(card, usd(600), shop.actor, request_id=key)
    request.getfixturevalue("looked_too_early")
    assert service.redeem(card, usd(600), shop.actor, request_id=key).replayed
    assert shop.rows("SELECT balance_minor FROM value_account") == [(400,)]


def test_another_request_is_still_refused(shop: SmallShop, looked_too_early: None) -> None:
    service = GiftCardService(shop.database, shop.clock)
    card = a_card(shop, 500)
    with pytest.raises(GiftCardShort):
        service.redeem(card, usd(600), shop.actor, request_id=uuid4())
