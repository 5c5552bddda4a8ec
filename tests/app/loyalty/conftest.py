import pytest

from app.clock import FixedClock
from app.loyalty.model import Programme
from app.loyalty.service import LoyaltyService
from app.money import Money
from db.uow import Database
from tests.app.giftcards.shop import SmallShop, open_small_shop


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> SmallShop:
    return open_small_shop(database, clock)


@pytest.fixture
def service(shop: SmallShop) -> LoyaltyService:
    made = LoyaltyService(shop.database, shop.clock)
    made.save_programme(
        Programme("Points", step=Money(100, "USD"), point_value=Money(1, "USD"), expiry_days=30), shop.actor
    )
    return made
