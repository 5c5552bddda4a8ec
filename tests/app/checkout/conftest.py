from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.clock import FixedClock
from db.uow import Database
from tests.app.checkout.books import check_books
from tests.builders import ShopBuilder, a_shop


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Iterator[ShopBuilder]:
    """A shop whose books are checked when the test is over."""
    made = a_shop(database, clock)
    yield made
    check_books(database)
