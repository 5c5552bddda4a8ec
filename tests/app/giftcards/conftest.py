import pytest

from app.clock import FixedClock
from db.uow import Database
from tests.app.giftcards.shop import SmallShop, open_small_shop


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> SmallShop:
    return open_small_shop(database, clock)
