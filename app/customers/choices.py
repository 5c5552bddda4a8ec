"""What the customer's edit form offers to choose from."""

from __future__ import annotations

from app.clock import Clock
from app.customers.model import Group
from app.permissions import Permission
from app.staff.model import Actor, require
from db.queries import catalog
from db.uow import Database


class CustomerChoices:
    def __init__(self, database: Database, clock: Clock) -> None:
        del clock
        self._database = database

    def price_groups(self, *, by: Actor) -> tuple[Group, ...]:
        """Price groups in use, by name. Raises NotPermitted."""
        require(by, Permission.CUSTOMER_VIEW)
        with self._database.read() as uow:
            found = [Group(row.id, row.name) for row in catalog.price_groups(uow.connection) if row.active]
            return tuple(sorted(found, key=lambda group: group.name.casefold()))
