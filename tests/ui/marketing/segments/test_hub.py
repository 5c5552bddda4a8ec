"""The Marketing hub shows what is there and may be opened, nothing else."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.staff.model import Actor
from tests.ui.crm_shop import CrmShop
from ui.marketing import page as marketing_page
from ui.marketing.hub import MarketingHub, purposes
from ui.shell.registry import Section


def open_hub(shop: CrmShop, qtbot: QtBot, actor: Actor | None = None) -> MarketingHub:
    hub = marketing_page.PAGES[0].factory(shop.context(actor))
    assert isinstance(hub, MarketingHub)
    qtbot.addWidget(hub)
    return hub


def test_every_page_of_the_section_has_an_entry_that_leads_there(shop: CrmShop, qtbot: QtBot) -> None:
    hub = open_hub(shop, qtbot)
    there = [page.id for page in sorted(marketing_page.PAGES[1:], key=lambda page: page.order)]
    assert list(hub.buttons) == there
    assert "marketing.segments" in there
    for button in hub.buttons.values():
        button.click()
    assert shop.pages == [(page, None) for page in there]


def test_the_hub_comes_first_and_all_stand_under_marketing() -> None:
    assert marketing_page.PAGES[0].id == "marketing"
    assert {page.section for page in marketing_page.PAGES} == {Section.MARKETING}
    assert min(marketing_page.PAGES, key=lambda page: page.order).id == "marketing"


def test_what_a_role_may_not_open_is_not_offered(shop: CrmShop, qtbot: QtBot) -> None:  # T28
    hub = open_hub(shop, qtbot, Actor(1, "Lee", "none", {"coupon.view": None}))
    assert "marketing.segments" not in hub.buttons


def test_every_entry_says_what_it_is_for() -> None:
    for page in marketing_page.PAGES[1:]:
        assert purposes().get(page.id), page.id


def test_each_entry_tells_a_fact(shop: CrmShop, qtbot: QtBot) -> None:
    shop.segment("VIP", 1)
    shop.segment("Wine club")
    hub = open_hub(shop, qtbot)
    hub.page_shown(None)
    qtbot.waitUntil(lambda: hub.facts["marketing.segments"].text() == "2 segments")
    qtbot.waitUntil(lambda: hub.facts["marketing.giftcards"].text() == "€0.00 owed to holders")
    assert not hub.banner.isVisible()
