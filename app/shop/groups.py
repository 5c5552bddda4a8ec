"""Price groups, which lower prices, and customer groups, which promotions are for: made, changed and retired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Protocol, TypeVar

from app.clock import Clock
from app.errors import InvalidInput, NotFound
from app.folding import fold
from app.journal import service as journal
from app.permissions import Permission
from app.shop.model import check_text
from app.staff.model import Actor, require
from db.models.customer import CustomerGroup
from db.models.product import PriceGroup
from db.queries import groups as queries
from db.queries import shop as shop_queries
from db.uow import Database, UnitOfWork

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class PriceGroupRow:
    """`percent` off list prices, 0 to 100; 0 is for a group that has exact prices at products only.

    One that is not `active` keeps its `customers`, who pay list prices until it is in use again.
    """

    id: int
    name: str
    percent: Decimal
    active: bool
    customers: int


@dataclass(frozen=True, slots=True)
class CustomerGroupRow:
    """`in_promotions`: a promotion names it, or did in an earlier version; then it cannot be removed."""

    id: int
    name: str
    customers: int
    in_promotions: bool


@dataclass(frozen=True, slots=True)
class AllGroups:
    prices: tuple[PriceGroupRow, ...]
    customers: tuple[CustomerGroupRow, ...]


class _Named(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...


_N = TypeVar("_N", bound=_Named)


class GroupService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def groups(self, actor: Actor) -> AllGroups:
        """Both kinds by name, retired ones too: no group comes before another. Raises NotPermitted."""
        require(actor, Permission.SETTINGS_EDIT)
        with self._database.read() as uow:
            paying, members = queries.with_price_group(uow.session), queries.members(uow.session)
            named = queries.named_by_promotions(uow.session)
            return AllGroups(
                tuple(
                    PriceGroupRow(row.id, row.name, row.percent_off, row.active, paying.get(row.id, 0))
                    for row in _by_name(queries.price_groups(uow.session))
                ),
                tuple(
                    CustomerGroupRow(row.id, row.name, members.get(row.id, 0), row.id in named)
                    for row in _by_name(queries.customer_groups(uow.session))
                ),
            )

    def save_price_group(
        self, actor: Actor, group_id: int, name: str, percent: str | Decimal, *, active: bool = True
    ) -> int:
        """Change a price group, or add one (id 0); returns its id. Tills take it at their next sale.

        `percent`: a Decimal, or its text with a point. `active` False retires it: nobody is offered it any more, and
        those who are in it pay list prices. Raises NotPermitted, NotFound, InvalidInput ("name", "percent").
        """
        require(actor, Permission.SETTINGS_EDIT)
        shown = _name(name)
        off = check_percent(percent)
        with self._database.write() as uow:
            known = queries.price_groups(uow.session)
            _check_free(known, shown, group_id, "Another price group has this name.")
            row = next((row for row in known if row.id == group_id), None)
            if row is None and group_id:
                raise NotFound("This price group is no longer in the list.")
            if row is None:
                row = PriceGroup(position=max((one.position for one in known), default=-1) + 1)
            row.name, row.percent_off, row.active = shown, off, active
            queries.add(uow.session, row)
            body = {"price_group": row.id, "percent": str(off), "active": active}
            self._journal(uow, actor, "price_group_saved", body)
            group_id = row.id
            uow.commit()
        return group_id

    def save_customer_group(self, actor: Actor, group_id: int, name: str) -> int:
        """Rename a customer group, or add one (id 0); returns its id. Raises as save_price_group."""
        require(actor, Permission.SETTINGS_EDIT)
        shown = _name(name)
        with self._database.write() as uow:
            known = queries.customer_groups(uow.session)
            _check_free(known, shown, group_id, "Another customer group has this name.")
            row = next((row for row in known if row.id == group_id), None)
            if row is None and group_id:
                raise NotFound("This customer group is no longer in the list.")
            row = row or CustomerGroup()
            row.name = shown
            queries.add(uow.session, row)
            self._journal(uow, actor, "customer_group_saved", {"customer_group": row.id})
            group_id = row.id
            uow.commit()
        return group_id

    def remove_customer_group(self, actor: Actor, group_id: int) -> None:
        """Take a group away; its customers stay customers.

        Refused while promotions name it, past versions too: a use of one of them must stay explainable, and on SQLite
        the next new group could get the same id and with it the promotion. Raises NotPermitted, NotFound, InvalidInput.
        """
        require(actor, Permission.SETTINGS_EDIT)
        with self._database.write() as uow:
            if all(row.id != group_id for row in queries.customer_groups(uow.session)):
                raise NotFound("This customer group is no longer in the list.")
            if group_id in queries.named_by_promotions(uow.session):
                raise InvalidInput("A promotion is or was for this group, so it stays. It can be renamed.")
            queries.remove_customer_group(uow.session, group_id)
            self._journal(uow, actor, "customer_group_removed", {"customer_group": group_id})
            uow.commit()

    def _journal(self, uow: UnitOfWork, actor: Actor, kind: str, body: Mapping[str, object]) -> None:
        place = actor.register_id or shop_queries.first_register_id(uow.session)
        if place is not None:
            journal.append(uow, place, kind, self._clock.now(), actor.staff_id, body=body)


def check_percent(percent: str | Decimal) -> Decimal:
    """0 to 100, two decimals at most. Raises InvalidInput ("percent")."""
    try:
        value = Decimal(percent.strip().removesuffix("%").strip()) if isinstance(percent, str) else percent
    except InvalidOperation:
        raise InvalidInput("Write the percentage as a number, like 7.5.", field="percent") from None
    if not value.is_finite() or not 0 <= value <= 100:
        raise InvalidInput("A price group takes between 0 and 100 percent off.", field="percent")
    if value != round(value, 2):
        raise InvalidInput("A percentage has two decimals at most.", field="percent")
    return abs(round(value, 2))  # no minus zero


def _name(name: str) -> str:
    return check_text(name, "name", LONGEST_NAME, needed=True, what="The group's name")


def _by_name(rows: Iterable[_N]) -> list[_N]:
    return sorted(rows, key=lambda row: (fold(row.name), row.id))


def _check_free(known: Iterable[_Named], name: str, own_id: int, sentence: str) -> None:
    if any(row.name.casefold() == name.casefold() and row.id != own_id for row in known):
        raise InvalidInput(sentence, field="name")
