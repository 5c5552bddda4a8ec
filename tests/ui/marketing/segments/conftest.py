"""The customer screens' shop."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.uow import Database
from tests.ui.crm_shop import CrmShop


@pytest.fixture
def shop(sqlite_db: Database, qapp: object) -> Iterator[CrmShop]:
    made = CrmShop(sqlite_db)
    yield made
    made.close()
