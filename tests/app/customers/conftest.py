"""A shop in Great Britain with a manager."""

import pytest
from sqlalchemy import insert

from app.clock import FixedClock
from app.customers.importing import CustomerImport
from db.models import Role, Shop, Staff
from db.uow import Database
from tests.conftest import NOON


@pytest.fixture
def british_shop(database: Database) -> Database:
    with database.write() as uow:
        uow.connection.execute(
            insert(Shop).values(
                id=1, name="Deli", currency="GBP", locale="en_GB", time_zone="Europe/London", country="GB",
                prices_include_tax=True, created_at=NOON,
            )
        )  # fmt: skip
        uow.connection.execute(insert(Role).values(id=1, code="manager", name="Manager"))
        uow.connection.execute(insert(Staff).values(id=1, name="Anne", role_id=1, pin_hash="-"))
        uow.commit()
    return database


@pytest.fixture
def importing(british_shop: Database, clock: FixedClock) -> CustomerImport:
    return CustomerImport(british_shop, clock)
