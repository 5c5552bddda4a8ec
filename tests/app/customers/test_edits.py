"""An edit is kept whole or not at all, and never writes over what somebody else changed meanwhile."""

from __future__ import annotations

import threading

import pytest

from app.clock import FixedClock
from app.customers.model import Channel, Customer, CustomerDraft, CustomerEdited
from app.customers.service import CustomerService
from app.errors import InvalidInput
from app.shop.groups import GroupService
from app.staff.model import with_all_rights
from db.errors import DatabaseBusy
from db.queries import customers as queries
from db.uow import Database

ANNE = with_all_rights(1, "Anne")


@pytest.fixture
def customers(british_shop: Database, clock: FixedClock) -> CustomerService:
    return CustomerService(british_shop, clock)


@pytest.fixture
def wine_club(british_shop: Database, clock: FixedClock) -> int:
    return GroupService(british_shop, clock).save_customer_group(ANNE, 0, "Wine club")


@pytest.fixture
def amara(customers: CustomerService) -> Customer:
    made = customers.create(CustomerDraft("Amara", "Diallo", notes="nuts"), by=ANNE)
    customers.tag(made.id, "vegan", by=ANNE)
    return customers.customer(made.id, by=ANNE)


def held(customer: Customer) -> tuple[object, ...]:
    return (
        customer.last_name,
        customer.notes,
        {tag.key: tag.value for tag in customer.tags},
        [group.name for group in customer.groups],
    )


def events(database: Database) -> list[tuple[str, str]]:
    with database.read() as uow:
        rows = uow.connection.exec_driver_sql("SELECT kind, text FROM customer_event ORDER BY id").all()
    return [(row[0], row[1]) for row in rows]


def test_profile_tags_and_groups_are_kept_together(
    customers: CustomerService, amara: Customer, wine_club: int, database: Database
) -> None:
    draft = CustomerDraft("Amara", "Smith", notes="nuts")
    kept = customers.edit(
        amara.id, draft, tags={"affiliation": "EMPLOYEE"}, groups=[wine_club], seen=amara.updated_at, by=ANNE
    )
    assert held(kept) == ("Smith", "nuts", {"affiliation": "EMPLOYEE"}, ["Wine club"])
    assert held(customers.customer(amara.id, by=ANNE)) == held(kept)
    assert events(database)[-1] == ("edited", "last_name, tags, groups")


def test_what_is_not_named_stays(customers: CustomerService, amara: Customer, wine_club: int) -> None:
    customers.set_groups(amara.id, [wine_club], by=ANNE)
    kept = customers.edit(amara.id, CustomerDraft("Amara", "Smith"), by=ANNE)
    assert held(kept) == ("Smith", "", {"vegan": "true"}, ["Wine club"])


@pytest.mark.parametrize(
    ("tags", "groups", "field"),
    [({"x" * 61: "true"}, [], "tag"), ({"a=b": "c"}, [], "tag"), ({"new": "true"}, [999], "groups")],
)
def test_one_wrong_part_leaves_all_as_it_was(
    customers: CustomerService, amara: Customer, tags: dict[str, str], groups: list[int], field: str, database: Database
) -> None:
    before = events(database)
    with pytest.raises(InvalidInput) as refused:
        customers.edit(amara.id, CustomerDraft("Amara", "Smith"), tags=tags, groups=groups, by=ANNE)
    assert refused.value.field == field
    now = customers.customer(amara.id, by=ANNE)
    assert (held(now), now.updated_at) == (held(amara), amara.updated_at)
    assert events(database) == before


def test_a_failure_between_the_parts_leaves_all_as_it_was(
    customers: CustomerService, amara: Customer, wine_club: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last step fails, as a full disk would make it."""

    def fail(*_args: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(queries, "set_groups", fail)
    with pytest.raises(OSError, match="disk full"):
        customers.edit(amara.id, CustomerDraft("Amara", "Smith"), tags={"new": "true"}, groups=[wine_club], by=ANNE)
    assert held(customers.customer(amara.id, by=ANNE)) == held(amara)


def test_the_later_of_two_is_told_whatever_the_other_changed(
    customers: CustomerService, amara: Customer, wine_club: int
) -> None:
    """In the same instant too: the clock stands still here. Tags and groups count like the fields."""
    seen, drafted = amara.updated_at, CustomerDraft("Amara", "Diallo", notes="mine")
    changes = [
        lambda: customers.tag(amara.id, "vip", by=ANNE),
        lambda: customers.untag(amara.id, "vip", by=ANNE),
        lambda: customers.set_groups(amara.id, [wine_club], by=ANNE),
        lambda: customers.set_consent(amara.id, Channel.SMS, True, source="till", by=ANNE),
        lambda: customers.edit(amara.id, CustomerDraft("Amara", "Diallo", sms_consent=True), by=ANNE),
    ]
    for change in changes:
        change()
        with pytest.raises(CustomerEdited):
            customers.edit(amara.id, drafted, tags={}, groups=[], seen=seen, by=ANNE)
        now = customers.customer(amara.id, by=ANNE)
        assert now.notes != "mine"
        assert now.updated_at > seen
        seen = now.updated_at
    assert customers.edit(amara.id, drafted, seen=seen, by=ANNE).notes == "mine"


def test_what_changes_nothing_is_no_edit(customers: CustomerService, amara: Customer, database: Database) -> None:
    """Whoever has the form open beside is not told of a change that was none."""
    before = events(database)
    same = CustomerDraft("Amara", "Diallo", notes="nuts")
    customers.edit(amara.id, same, tags={"vegan": "true"}, groups=[], source="form", by=ANNE)
    customers.tag(amara.id, "vegan", by=ANNE)
    customers.untag(amara.id, "nothing", by=ANNE)
    customers.set_groups(amara.id, [], by=ANNE)
    assert customers.customer(amara.id, by=ANNE).updated_at == amara.updated_at
    assert events(database) == before


def test_an_edit_of_something_else_keeps_the_proof_of_consent(
    customers: CustomerService, clock: FixedClock, database: Database
) -> None:  # T25
    made = customers.create(CustomerDraft("Amara", sms_consent=True), source="paper form", by=ANNE)
    clock.advance(days=1)
    draft = CustomerDraft("Amara", "Diallo", sms_consent=True)
    kept = customers.edit(made.id, draft, source="customer form", by=ANNE)
    assert (kept.sms_consent_at, kept.consent_source) == (made.sms_consent_at, "paper form")
    draft = CustomerDraft("Amara", "Diallo", email_consent=True)
    kept = customers.edit(made.id, draft, source="customer form", by=ANNE)
    assert (kept.sms_consent_at, kept.consent_source) == (None, "customer form")
    assert events(database)[1:] == [
        ("edited", "last_name"),
        ("consent", "email: given"),
        ("consent", "sms: withdrawn"),
    ]


def test_two_managers_saving_at_once_one_is_told(
    customers: CustomerService, amara: Customer, wine_club: int, database: Database, clock: FixedClock
) -> None:
    url = database.engine.url.render_as_string(hide_password=False).removeprefix("sqlite:///")
    start, told = threading.Barrier(2), [""] * 2

    def save(place: int) -> None:
        own = Database.connect(url)
        start.wait(timeout=30)
        for _ in range(60):
            try:
                CustomerService(own, clock).edit(
                    amara.id, CustomerDraft("Amara", f"Name{place}"), tags={f"by{place}": "true"},
                    groups=[wine_club] if place else [], seen=amara.updated_at, by=ANNE,
                )  # fmt: skip
                told[place] = "saved"
            except CustomerEdited:
                told[place] = "told"
            except DatabaseBusy:
                continue
            break
        own.engine.dispose()

    threads = [threading.Thread(target=save, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(told) == ["saved", "told"]
    first = told.index("saved")
    groups = ["Wine club"] if first else []
    assert held(customers.customer(amara.id, by=ANNE)) == (f"Name{first}", "", {f"by{first}": "true"}, groups)
