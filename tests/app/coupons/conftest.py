import pytest

from app.clock import FixedClock
from app.codekeys import CodeVault
from app.coupons.service import CouponService
from db.uow import Database
from tests.app.giftcards.shop import SmallShop, open_small_shop


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> SmallShop:
    return open_small_shop(database, clock)


@pytest.fixture
def service(shop: SmallShop) -> CouponService:
    return CouponService(shop.database, shop.clock, CodeVault(b"c" * 32))
