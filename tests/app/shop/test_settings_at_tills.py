"""A setting saved at one till is in force at another one's next sale or look-up, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from app.barcodes.model import BarcodeSettings, InStorePattern
from app.checkout.policy import ReturnPolicy, ThresholdPolicy
from app.checkout.service import CheckoutService
from app.clock import FixedClock
from app.pricing.model import CashRounding
from app.shop.service import ShopService
from app.shop.settings import SellingSettings
from app.staff.model import with_all_rights
from db.uow import Database
from tests.builders import ShopBuilder, a_shop

MANAGER = with_all_rights(1)


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> ShopBuilder:
    return a_shop(database, clock)


def other_till(shop: ShopBuilder) -> CheckoutService:
    """Another computer's program, which knows the shop as it is before anything is saved."""
    till = CheckoutService(shop.database, shop.clock)
    till.facts()
    return till


def test_another_till_knows_at_its_next_look_that_a_setting_changed(shop: ShopBuilder) -> None:
    till, desk = other_till(shop), ShopService(shop.database, shop.clock)
    assert not till.facts_are_old()
    desk.save_settings(MANAGER, ReturnPolicy(threshold=ThresholdPolicy.BLOCK))
    assert till.facts_are_old()
    assert till.facts(fresh=till.facts_are_old()).returns.threshold is ThresholdPolicy.BLOCK
    assert not till.facts_are_old()
    desk.save_settings(MANAGER, ReturnPolicy())  # back to the default: the row goes, the change is seen all the same
    assert till.facts_are_old()


def test_codes_of_the_scales_reach_every_till(shop: ShopBuilder) -> None:
    till = other_till(shop)
    pattern = InStorePattern("27IIIIIWWWWWC")
    ShopService(shop.database, shop.clock).save_settings(MANAGER, BarcodeSettings(in_store=(pattern,)))
    facts = till.facts(fresh=till.facts_are_old())
    assert facts.barcodes.in_store == (pattern,)
    assert facts.barcodes.currency == facts.settings.currency


def test_a_sale_is_never_booked_by_settings_that_were_changed_since(shop: ShopBuilder) -> None:
    shop.product("Bread", "4.22")
    shop.cash_step(5)
    till = other_till(shop)
    basket = shop.basket("Bread")
    shown = till.view(shop.till, basket, till.facts()).total
    desk = ShopService(shop.database, shop.clock)
    desk.save_settings(MANAGER, replace(desk.settings(SellingSettings), cash_rounding=CashRounding.NEVER))
    done = till.complete(shop.till, basket, [shop.cash()], shown.minor)
    assert shop.sale(done).total.minor == 422  # the old setting would have rounded cash to 4.20


def test_products_are_not_read_again_for_a_setting(shop: ShopBuilder) -> None:
    shop.product("Bread", "4.22")
    till = other_till(shop)
    before = till.facts()
    ShopService(shop.database, shop.clock).save_settings(MANAGER, ReturnPolicy(threshold=ThresholdPolicy.BLOCK))
    assert till.facts(fresh=True).products is before.products


def test_tills_that_save_the_same_first_setting_at_once_all_succeed(shop: ShopBuilder) -> None:
    till, desk = other_till(shop), ShopService(shop.database, shop.clock)
    together = Barrier(4)

    def save(minutes: int) -> None:
        together.wait(timeout=10)
        desk.save_settings(MANAGER, SellingSettings(lock_after_minutes=minutes))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(save, (1, 2, 3, 4)))
    assert till.facts_are_old()
    assert desk.settings(SellingSettings).lock_after_minutes in (1, 2, 3, 4)
