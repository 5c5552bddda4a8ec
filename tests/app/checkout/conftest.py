from __future__ import annotations

import pytest

from app.clock import FixedClock
from db.uow import Database
from tests.builders import ShopBuilder, a_shop


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> ShopBuilder:
    return a_shop(database, clock)
