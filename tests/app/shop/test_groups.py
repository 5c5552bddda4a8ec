"""Price groups and customer groups are made, changed and retired in one's own shop, on both databases."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.catalog.service import CatalogService
from app.clock import FixedClock
from app.customers.choices import CustomerChoices
from app.customers.model import Customer, CustomerDraft
from app.customers.service import CustomerService
from app.errors import InvalidInput, NotFound
from app.journal.service import JournalService
from app.pricing.promotion import Audience, Kind, Promotion
from app.pricing.serialize import promotion_to_dict
from app.shop.groups import CustomerGroupRow, GroupService, PriceGroupRow
from app.shop.setup import set_up
from app.staff.model import with_all_rights
from db import models
from db.queries import customers as customer_queries
from db.uow import Database
from tests.app.shop.test_setup import CHEAP, DRAFT

MOYA = with_all_rights(1, "Moya", register_id=1, outlet_id=1)


@pytest.fixture
def groups(database: Database, clock: FixedClock) -> GroupService:
    set_up(database, DRAFT, clock, pins=CHEAP)
    return GroupService(database, clock)


@pytest.fixture
def customers(groups: GroupService, database: Database, clock: FixedClock) -> CustomerService:
    return CustomerService(database, clock)


def somebody(customers: CustomerService, **more: object) -> Customer:
    return customers.create(CustomerDraft("Amara", "Diallo", **more), by=MOYA)  # type: ignore[arg-type]


def test_a_price_group_is_added_changed_and_retired(groups: GroupService, database: Database) -> None:
    assert groups.groups(MOYA).prices == ()
    trade = groups.save_price_group(MOYA, 0, "  Trade   buyers ", " 12.5 % ")
    club = groups.save_price_group(MOYA, 0, "Club", Decimal("5"))
    assert groups.groups(MOYA).prices == (  # by name: no group comes before another
        PriceGroupRow(club, "Club", Decimal(5), True, 0),
        PriceGroupRow(trade, "Trade buyers", Decimal("12.5"), True, 0),
    )
    assert groups.save_price_group(MOYA, club, "Wine club", "100", active=False) == club
    assert groups.groups(MOYA).prices[1] == PriceGroupRow(club, "Wine club", Decimal(100), False, 0)
    assert JournalService(database).breaks() == ()


def test_tills_take_a_changed_percentage_at_their_next_sale(
    groups: GroupService, database: Database, clock: FixedClock
) -> None:
    catalogue = CatalogService(database, clock)
    staff = groups.save_price_group(MOYA, 0, "Staff", "10")
    before = catalogue.till_catalogue()
    assert before.price_groups[staff].percent == Decimal(10)
    groups.save_price_group(MOYA, staff, "Staff", "15")
    after = catalogue.till_catalogue(before)
    assert after.version > before.version
    assert after.price_groups[staff].percent == Decimal(15)


def test_who_is_in_a_retired_price_group_stays_in_it_and_pays_list_prices(
    groups: GroupService, customers: CustomerService, database: Database, clock: FixedClock
) -> None:
    staff = groups.save_price_group(MOYA, 0, "Staff", "10")
    amara = somebody(customers, price_group_id=staff)
    assert groups.groups(MOYA).prices[0].customers == 1
    assert [group.name for group in CustomerChoices(database, clock).price_groups(by=MOYA)] == ["Staff"]

    def pays() -> bool:
        with database.read() as uow:
            return customer_queries.price_group(uow.connection, staff) is not None

    assert pays()
    groups.save_price_group(MOYA, staff, "Staff", "10", active=False)
    assert CustomerChoices(database, clock).price_groups(by=MOYA) == ()
    assert customers.customer(amara.id, by=MOYA).price_group_id == staff
    assert not pays()
    groups.save_price_group(MOYA, staff, "Staff", "10")
    assert pays()


@pytest.mark.parametrize(
    ("name", "percent", "field", "words"),
    [
        ("STAFF", "5", "name", "Another price group has this name."),
        ("", "5", "name", "missing"),
        ("x" * 81, "5", "name", "80 characters"),
        ("Club", "101", "percent", "between 0 and 100"),
        ("Club", "-1", "percent", "between 0 and 100"),
        ("Club", "NaN", "percent", "between 0 and 100"),
        ("Club", "7.555", "percent", "two decimals"),
        ("Club", "a lot", "percent", "as a number"),
        ("Club", "", "percent", "as a number"),
    ],
)
def test_what_a_price_group_cannot_be(groups: GroupService, name: str, percent: str, field: str, words: str) -> None:
    groups.save_price_group(MOYA, 0, "Staff", "0")
    with pytest.raises(InvalidInput, match=words) as refused:
        groups.save_price_group(MOYA, 0, name, percent)
    assert refused.value.field == field
    assert [row.name for row in groups.groups(MOYA).prices] == ["Staff"]


def test_a_customer_group_is_added_renamed_and_removed(groups: GroupService, customers: CustomerService) -> None:
    school = groups.save_customer_group(MOYA, 0, "School")
    with pytest.raises(InvalidInput, match="Another customer group") as refused:
        groups.save_customer_group(MOYA, 0, "sCHOOL")
    assert refused.value.field == "name"
    assert groups.save_customer_group(MOYA, school, "SCHOOL") == school  # its own name is no other's
    team = groups.save_customer_group(MOYA, 0, "A team")
    amara = somebody(customers)
    customers.set_groups(amara.id, [school, team], by=MOYA)
    assert groups.groups(MOYA).customers == (
        CustomerGroupRow(team, "A team", 1, False),
        CustomerGroupRow(school, "SCHOOL", 1, False),
    )
    groups.remove_customer_group(MOYA, school)
    assert [row.name for row in groups.groups(MOYA).customers] == ["A team"]
    assert [group.name for group in customers.customer(amara.id, by=MOYA).groups] == ["A team"]


def test_a_customer_group_that_a_promotion_names_stays(
    groups: GroupService, database: Database, clock: FixedClock
) -> None:
    school = groups.save_customer_group(MOYA, 0, "School")
    rule = Promotion(
        id=0, name="For pupils", kind=Kind.PERCENT, percent=Decimal(10), audience=Audience(groups=frozenset({school}))
    )
    now = clock.now()
    with database.write() as uow:
        without = models.Promotion(
            name=rule.name, kind="percent", definition={}, version=2, created_at=now, updated_at=now
        )
        uow.session.add(without)
        uow.flush()
        past = promotion_to_dict(rule)  # its first version was for the group, the one of now is for everybody
        uow.session.add(models.PromotionVersion(promotion_id=without.id, version=1, definition=past, recorded_at=now))
        uow.commit()
    assert groups.groups(MOYA).customers[0].in_promotions
    with pytest.raises(InvalidInput, match="can be renamed"):
        groups.remove_customer_group(MOYA, school)
    assert [row.name for row in groups.groups(MOYA).customers] == ["School"]


def test_a_group_that_is_gone_is_said_to_be(groups: GroupService) -> None:
    with pytest.raises(NotFound, match="price group"):
        groups.save_price_group(MOYA, 99, "Staff", "5")
    with pytest.raises(NotFound, match="customer group"):
        groups.save_customer_group(MOYA, 99, "School")
    with pytest.raises(NotFound, match="customer group"):
        groups.remove_customer_group(MOYA, 99)
