"""One last use, many registers: exactly one gets it, the others get the sentence, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.coupons.model import CouponRefused, Use
from app.coupons.service import CouponService
from app.money import Money
from app.pricing.promotion import Kind, Limits, Promotion
from db.errors import DatabaseBusy
from db.uow import Database
from tests.app.coupons import booking
from tests.app.giftcards.shop import SmallShop

TODAY = date(2026, 3, 14)
PLAIN = Promotion(id=0, name="Last one", kind=Kind.PERCENT, percent=Decimal(10), codes=("LAST",))


def race(shop: SmallShop, tills: int, use: Use, customer: Callable[[int], int | None]) -> tuple[int, list[str]]:
    """(how many got it, what the others were told)."""
    url = shop.database.engine.url.render_as_string(hide_password=False).removeprefix("sqlite:///")
    barrier = threading.Barrier(tills)
    told: list[str] = []
    won: list[int] = []

    def till(place: int) -> None:
        database = Database.connect(url)
        barrier.wait(timeout=30)
        for _ in range(60):
            try:
                with database.write() as uow:
                    booking.count(uow, use, customer(place), TODAY)
                    booking.write(
                        uow, use, customer(place), sale_id=sales[place], number=str(place), at=shop.clock.now()
                    )
                    uow.commit()
                won.append(place)
                break
            except CouponRefused as refusal:
                told.append(str(refusal))
                break
            except DatabaseBusy:
                continue
        database.engine.dispose()

    sales = [shop.sale(place + 1) for place in range(tills)]
    threads = [threading.Thread(target=till, args=(place,)) for place in range(tills)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return len(won), told


@pytest.mark.parametrize("kind", ["total", "code", "customer", "budget"])
def test_the_last_use_goes_to_one_till(service: CouponService, shop: SmallShop, kind: str) -> None:  # F28, T9, T18
    limits = {
        "total": Limits(total_uses=1), "code": Limits(per_code_uses=1), "customer": Limits(per_customer_uses=1),
        "budget": Limits(),
    }[kind]  # fmt: skip
    campaign = service.save_campaign("C", Money(150, "USD"), shop.actor) if kind == "budget" else None
    saved = service.create(replace(PLAIN, limits=limits), shop.actor, campaign_id=campaign)
    found = service.find("LAST")
    assert found is not None
    ada = shop.customer("Ada")
    use = Use(saved.promotion_id, 1, "Last one", 100, found.code_id, "LAST")
    won, told = race(shop, 6, use, lambda _place: ada)
    assert (won, len(told)) == (1, 5)
    assert len(set(told)) == 1
    assert shop.rows("SELECT use_count FROM promotion") == [(1,)]
    assert shop.rows("SELECT count(*) FROM coupon_redemption") == [(1,)]
