"""Customers are found by what they say, kept once, and leave no trace when they ask for it."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, text

from app.clock import FixedClock
from app.customers.facts import read_facts
from app.customers.model import (
    Channel,
    CustomerDraft,
    CustomerEdited,
    CustomerTwin,
    CustomerUnknown,
    SortBy,
    is_number,
    number_of,
)
from app.customers.service import CustomerService
from app.errors import InvalidInput, NotPermitted
from app.giftcards.service import GiftCardService
from app.money import Money
from app.staff.model import Actor, with_all_rights
from db.errors import DatabaseBusy
from db.models import CustomerStats, Segment, SegmentMember
from db.uow import Database
from tests.conftest import NOON

ANNE = with_all_rights(1, "Anne")
CASHIER = Actor(1, "Carl", "cashier", {"sale.sell": None})


@pytest.fixture
def customers(british_shop: Database, clock: FixedClock) -> CustomerService:
    return CustomerService(british_shop, clock)


def test_a_new_customer_has_a_number_a_tidy_phone_and_a_trace(customers: CustomerService, database: Database) -> None:
    made = customers.create(
        CustomerDraft(" Amara ", "Diallo", phone="01632 960 123", email="Amara@Example.COM", email_consent=True),
        source="website",
        by=ANNE,
    )
    assert (made.first_name, made.phone, made.email) == ("Amara", "+441632960123", "amara@example.com")
    assert is_number(made.number)
    assert customers.by_number(made.number.lower(), by=ANNE) == made.id
    assert (made.email_consent_at, made.consent_source, made.sms_consent_at) == (NOON, "website", None)
    assert database.scalar("SELECT kind FROM customer_event WHERE customer_id = :id", id=made.id) == "created"


@pytest.mark.parametrize("typed", ["+44 1632 960123", "0044 1632 960123", "01632-960123", "(01632) 960 123"])
def test_one_phone_in_every_form_is_one_customer(customers: CustomerService, typed: str) -> None:  # P4, P20
    first = customers.quick_add("Amara", phone="+441632960123", by=ANNE)
    with pytest.raises(CustomerTwin) as twin:
        customers.quick_add("Someone", phone=typed, by=ANNE)
    assert twin.value.customer_id == first.id
    assert "Amara" in str(twin.value)
    assert customers.how_many(by=ANNE) == 1


def test_one_address_in_any_case_is_one_customer(customers: CustomerService) -> None:  # P20
    customers.quick_add("Amara", email="amara@example.com", by=ANNE)
    with pytest.raises(CustomerTwin):
        customers.quick_add("Amara", email="AMARA@example.com", by=ANNE)
    customers.quick_add("Amara", by=ANNE)  # the same name alone is no twin
    assert customers.how_many(by=ANNE) == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"first_name": " "}, "first_name"),
        ({"first_name": "x" * 10_000}, "first_name"),
        ({"last_name": "🙂" * 121}, "last_name"),
        ({"phone": "12"}, "phone"),
        ({"phone": "call me"}, "phone"),
        ({"phone": "1" * 5000}, "phone"),
        ({"email": "amara@"}, "email"),
        ({"email": "a" * 300 + "@example.com"}, "email"),
        ({"email": "a@b.com\nBcc: all@example.com"}, "email"),
        ({"birth_date": date(2026, 3, 15)}, "birth_date"),
        ({"birth_date": date(1899, 12, 31)}, "birth_date"),
        ({"notes": "x" * 10_001}, "notes"),
    ],
)
def test_what_cannot_be_kept_names_its_field(customers: CustomerService, change: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        customers.create(CustomerDraft(**({"first_name": "A"} | change)), by=ANNE)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert customers.how_many(by=ANNE) == 0


@pytest.mark.parametrize("name", ['O\'Brien "Bob"; DROP TABLE customer', "🙂🙂", "محمد", "Łukasz Żółć", "山田太郎"])
def test_any_name_is_kept_and_found(customers: CustomerService, name: str) -> None:  # F46
    made = customers.quick_add(name, by=ANNE)
    assert customers.customer(made.id, by=ANNE).first_name == name
    if name != "🙂🙂":  # nobody types these to find somebody; the number does
        assert made.id in {row.id for row in customers.search(name, by=ANNE)}
    assert [row.id for row in customers.search(made.number, by=ANNE)] == [made.id]


def test_found_by_what_the_customer_says(customers: CustomerService) -> None:
    amara = customers.quick_add("Amara", "Diallo", phone="+441632960123", email="a.diallo@example.com", by=ANNE)
    bob = customers.quick_add("Robert", "O'Brien", phone="+441632960999", by=ANNE)

    def found(question: str) -> list[int]:
        return [row.id for row in customers.search(question, by=ANNE)]

    for question in (
        "diallo", "Amara", "dia", "amara diallo", "DIALLO AMARA", "am di", "01632 960123", "+44 1632 960123", "0123",
        "960123", "0163296012", "a.diallo@", "a.diallo@example.com", amara.number, amara.number[:-1],
        "iall", "mar", "a dia", "d am", "a d", "d a", "am iallo", "di mara",
    ):  # fmt: skip
        assert found(question) == [amara.id], question
    assert found("obrien") == found("o'brien") == [bob.id]
    assert set(found("01632")) == {amara.id, bob.id}
    for nobody in ("zzz", "@", "@example.com", "12", "", "%", "'", '"amara', "amara bob", "am lo", "lo", "a" * 10_000):
        if nobody != '"amara':
            assert found(nobody) == [], nobody


def test_a_page_ends_where_the_next_begins(customers: CustomerService, database: Database, clock: FixedClock) -> None:
    for number in range(25):
        phone = f"+4416329601{number:02d}" if number % 3 else ""
        born = date(1990, 1, 1 + number // 4) if number % 2 else None
        draft = CustomerDraft(f"Name {number % 5}", f"Last {number:02d}", phone=phone, birth_date=born)
        customers.create(draft, by=ANNE)
        clock.advance(minutes=1)
    with database.write() as uow:
        uow.connection.execute(
            insert(CustomerStats),
            [
                {
                    "customer_id": number, "first_visit_at": NOON, "last_visit_at": NOON + timedelta(days=number // 2),
                    "visits": 1, "spend_minor": number // 3 * 100, "discount_minor": 0, "coupon_visits": 0,
                }
                for number in range(1, 12)
            ],
        )  # fmt: skip
        uow.commit()
    for sort in SortBy:
        for descending in (False, True):
            whole = customers.page(by=ANNE, sort=sort, descending=descending, limit=100)
            assert whole.after is None
            ids = [row.id for row in whole.rows]
            assert sorted(ids) == list(range(1, 26)), sort
            for size in (1, 4, 11, 25):
                read: list[int] = []
                after = None
                while True:
                    page = customers.page(by=ANNE, sort=sort, descending=descending, after=after, limit=size)
                    read += [row.id for row in page.rows]
                    after = page.after
                    if after is None:
                        break
                assert read == ids, (sort, descending, size)
    by_phone = [row.phone for row in customers.page(by=ANNE, sort=SortBy.PHONE, limit=100).rows]
    assert by_phone == [*sorted(filter(None, by_phone)), *[""] * 9]  # those without come last
    erased = customers.page(by=ANNE, sort=SortBy.SPEND, limit=1).rows[0].id
    customers.erase(erased, by=ANNE)
    for sort in SortBy:
        assert erased not in {row.id for row in customers.page(by=ANNE, sort=sort, limit=100).rows}, sort
    by_spend = customers.page(by=ANNE, sort=SortBy.SPEND, descending=True, limit=100).rows
    assert [row.spend.minor for row in by_spend[:10]] == sorted((n // 3 * 100 for n in range(2, 12)), reverse=True)


def test_an_edit_names_the_fields_and_not_what_they_held(customers: CustomerService, database: Database) -> None:  # V30
    made = customers.quick_add("Amara", "Diallo", phone="+441632960123", by=ANNE)
    after = customers.edit(made.id, CustomerDraft("Amara", "Diallo-Smith", sms_consent=True), by=ANNE)
    assert (after.last_name, after.phone, after.sms_consent_at) == ("Diallo-Smith", "", NOON)
    assert database.scalar("SELECT text FROM customer_event WHERE kind = 'edited'") == "last_name, phone"
    assert database.scalar("SELECT text FROM customer_event WHERE kind = 'consent'") == "sms: given"
    assert [row.id for row in customers.search("smith", by=ANNE)] == [made.id]
    assert customers.search("960123", by=ANNE) == ()


def test_consent_keeps_its_time_and_its_withdrawal(customers: CustomerService, clock: FixedClock) -> None:  # T25
    made = customers.quick_add("Amara", by=ANNE)
    customers.set_consent(made.id, Channel.SMS, True, source="paper form", by=ANNE)
    clock.advance(days=1)
    customers.set_consent(made.id, Channel.SMS, True, source="again", by=ANNE)
    kept = customers.customer(made.id, by=ANNE)
    assert (kept.sms_consent_at, kept.consent_source) == (NOON, "paper form")
    customers.set_consent(made.id, Channel.SMS, False, source="phone call", by=ANNE)
    assert customers.customer(made.id, by=ANNE).sms_consent_at is None


def test_tags_are_key_and_value(customers: CustomerService) -> None:  # I11
    made = customers.quick_add("Amara", by=ANNE)
    customers.tag(made.id, "USER_AFFILIATION", "INVESTOR", by=ANNE)
    customers.tag(made.id, "USER_AFFILIATION", "EMPLOYEE", by=ANNE)
    customers.tag(made.id, "vegan", by=ANNE)
    assert [(tag.key, tag.value) for tag in customers.customer(made.id, by=ANNE).tags] == [
        ("USER_AFFILIATION", "EMPLOYEE"),
        ("vegan", "true"),
    ]
    customers.untag(made.id, "vegan", by=ANNE)
    assert len(customers.customer(made.id, by=ANNE).tags) == 1


def test_erasing_leaves_no_personal_word_anywhere(customers: CustomerService, database: Database) -> None:  # V30, T30
    made = customers.create(
        CustomerDraft("Zebedee", "Quill", "+441632960777", "zebedee@example.com", date(1980, 5, 5), "1 Quill Lane",
                      "likes quince"),
        by=ANNE,
    )  # fmt: skip
    customers.tag(made.id, "quince", by=ANNE)
    with database.write() as uow:
        uow.connection.execute(
            insert(Segment).values(id=1, name="VIP", kind="manual", member_count=1, created_at=NOON, updated_at=NOON)
        )
        uow.connection.execute(
            insert(SegmentMember).values(segment_id=1, customer_id=made.id, assigned_at=NOON, assigned_by="manual")
        )
        uow.commit()
    customers.erase(made.id, by=ANNE)
    kept = customers.customer(made.id, by=ANNE)
    assert kept.erased_at == NOON
    assert (kept.first_name, kept.phone, kept.email, kept.birth_date, kept.notes) == ("", "", "", None, "")
    assert customers.search("zebedee", by=ANNE) == customers.search("960777", by=ANNE) == ()
    assert database.scalar("SELECT member_count FROM segment") == 0
    assert database.scalar("SELECT count(*) FROM segment_member") == 0
    assert customers.page(by=ANNE).rows == ()
    with pytest.raises(CustomerUnknown):
        customers.edit(made.id, CustomerDraft("Back"), by=ANNE)
    with database.read() as uow:
        names = [
            row[0]
            for row in uow.connection.execute(
                text("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE '%search%'")
                if database.is_sqlite
                else text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            )
        ]
        everything = " ".join(
            str(tuple(row)) for name in names for row in uow.connection.execute(text(f"SELECT * FROM {name}"))
        ).lower()
    for word in ("zebedee", "quill", "960777", "quince", "777069"):
        assert word not in everything, word


def test_rights_are_checked_in_the_service(customers: CustomerService) -> None:  # T28
    made = customers.quick_add("Amara", by=ANNE)
    with pytest.raises(NotPermitted):
        customers.quick_add("Bob", by=CASHIER)
    with pytest.raises(NotPermitted):
        customers.erase(made.id, by=CASHIER)


def test_a_till_finds_customers_and_tells_no_more_than_the_role_may_see(customers: CustomerService) -> None:  # T20, T28
    amara = customers.quick_add("Amara", "Diallo", phone="+441632960123", email="a.diallo@example.com", by=ANNE)
    ben = customers.quick_add("Ben", "Diallo", email="ben@example.com", by=ANNE)
    cher = customers.quick_add("Cher", "Diallo", by=ANNE)

    def told(by: Actor) -> dict[int, tuple[str, str]]:
        return {hit.id: (hit.name, hit.contact) for hit in customers.search_at_till("diallo", by=by)}

    short = {
        amara.id: ("Amara Diallo", "… 0123"),
        ben.id: ("Ben Diallo", "be…"),
        cher.id: ("Cher Diallo", cher.number),
    }
    assert told(CASHIER) == short
    seller = Actor(1, "Carl", "cashier", dict.fromkeys(("sale.sell", "customer.view")))
    assert told(seller) == short | {
        amara.id: ("Amara Diallo", "+441632960123"),
        ben.id: ("Ben Diallo", "ben@example.com"),
    }
    assert customers.by_number(amara.number, by=CASHIER) == amara.id
    for look in (
        lambda: customers.search("diallo", by=CASHIER),
        lambda: customers.page(by=CASHIER),
        lambda: customers.customer(amara.id, by=CASHIER),
        lambda: customers.search_at_till("diallo", by=Actor(1, "Office", "office", {"customer.view": None})),
    ):
        with pytest.raises(NotPermitted):
            look()


def test_facts_for_pricing(customers: CustomerService, database: Database) -> None:
    made = customers.create(CustomerDraft("Amara", birth_date=date(1990, 7, 1)), by=ANNE)
    with database.read() as uow:
        facts = read_facts(uow.connection, made.id)
    assert (facts.birth_month, facts.visits, facts.prior_uses) == (7, 0, {})
    customers.erase(made.id, by=ANNE)
    with database.read() as uow, pytest.raises(CustomerUnknown):
        read_facts(uow.connection, made.id)


@given(st.integers(1, 10**7), st.integers(0, 9), st.integers(0, 9))
def test_a_number_with_one_wrong_digit_is_no_number(customer_id: int, place: int, digit: int) -> None:
    number = number_of(customer_id)
    assert is_number(number)
    place = 1 + place % (len(number) - 1)
    wrong = number[:place] + str(digit) + number[place + 1 :]
    assert is_number(wrong) == (wrong == number)


def test_an_old_form_gives_no_consent_again_that_was_withdrawn_meanwhile(
    customers: CustomerService, clock: FixedClock
) -> None:  # T25
    opened = customers.create(CustomerDraft("Amara", email="a@example.com", email_consent=True), by=ANNE)
    clock.advance(minutes=1)
    customers.set_consent(opened.id, Channel.EMAIL, False, source="till", by=ANNE)
    draft = CustomerDraft("Amara", notes="nuts", email="a@example.com", email_consent=True)
    with pytest.raises(CustomerEdited):
        customers.edit(opened.id, draft, seen=opened.updated_at, by=ANNE)
    now = customers.customer(opened.id, by=ANNE)
    assert (now.email_consent_at, now.notes) == (None, "")
    assert customers.edit(opened.id, draft, seen=now.updated_at, by=ANNE).notes == "nuts"


def test_an_erasure_takes_the_notes_beside_the_cards_along(
    customers: CustomerService, database: Database, clock: FixedClock
) -> None:  # T30
    made = customers.quick_add("Amara", by=ANNE)
    cards = GiftCardService(database, clock)
    draft = cards.draft(customer_id=made.id, note="For Amara's birthday")
    issued = cards.issue(draft, Money(500, "GBP"), ANNE, reason="prize", request_id=uuid4())
    customers.erase(made.id, by=ANNE)
    with database.read() as uow:
        kept = uow.connection.execute(text("SELECT id, note, balance_minor FROM value_account")).all()
    assert [tuple(row) for row in kept] == [(issued.card.id, "", 500)]


def test_two_tills_adding_one_phone_at_once_make_one_customer(
    customers: CustomerService, database: Database, clock: FixedClock
) -> None:  # P20, T9
    url = database.engine.url.render_as_string(hide_password=False).removeprefix("sqlite:///")
    start, told = threading.Barrier(4), [""] * 4

    def add(place: int) -> None:
        own = Database.connect(url)
        start.wait(timeout=30)
        for _ in range(60):
            try:
                CustomerService(own, clock).quick_add(f"P{place}", phone="01632 960123", by=ANNE)
                told[place] = "added"
            except CustomerTwin:
                told[place] = "twin"
            except DatabaseBusy:
                continue
            break
        own.engine.dispose()

    threads = [threading.Thread(target=add, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(told) == ["added", "twin", "twin", "twin"]
    assert customers.how_many(by=ANNE) == 1
