"""What is out of use is offered to no promotion, and stays, marked, on those that were made for it."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QListWidgetItem
from pytestqt.qtbot import QtBot

from app.pricing.promotion import Audience, Kind, Promotion
from app.segments.service import SegmentService
from app.shop.groups import GroupService
from tests.ui.marketing.conftest import Back
from ui.marketing.coupons.names_field import NamesField
from ui.marketing.coupons.when_tab import WhenWhoTab
from ui.shared.format import Formats


def offered(field: NamesField, typed: str) -> list[str]:
    field.search.setText(typed)
    field.search.textEdited.emit(typed)
    items: list[QListWidgetItem] = [field.hits.item(place) for place in range(field.hits.count())]
    return [item.text().partition(" · ")[0] for item in items]


def test_a_retired_price_group_is_offered_to_no_promotion_but_stays_on_one(qtbot: QtBot, back: Back) -> None:
    groups = GroupService(back.shop.database, back.shop.clock)
    old = groups.save_price_group(back.actor, 0, "Club old", "5")
    groups.save_price_group(back.actor, 0, "Club new", "5")
    groups.save_price_group(back.actor, old, "Club old", "5", active=False)
    segments = SegmentService(back.shop.database, back.shop.clock)
    segments.delete(segments.create("Club VIP", by=back.actor).id, by=back.actor)
    tab = WhenWhoTab(Formats("en_US", "USD", "UTC"), back.coupons.options(back.actor), date(2026, 3, 14))
    qtbot.addWidget(tab)
    assert offered(tab.who, "club") == ["Club new"]
    promotion = Promotion(1, "Members", Kind.PERCENT, audience=Audience(price_groups=frozenset({old})))
    tab.load(promotion)
    assert [choice.name for choice in tab.who.choices()] == ["Club old (not in use)"]
    assert tab.apply(promotion).audience.price_groups == {old}
