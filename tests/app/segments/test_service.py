"""Segments by hand: who may fill them, what they count, and the history they leave."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from sqlalchemy import String, Text, insert, select, text, update

from app.clock import FixedClock
from app.customers.service import CustomerService
from app.doctor.service import DoctorService
from app.errors import InvalidInput, NotPermitted
from app.segments.model import (
    AssignedBy,
    CustomersUnknown,
    MembershipSort,
    MemberSort,
    SegmentInUse,
    SegmentNameTaken,
    SegmentSort,
    SegmentUnknown,
)  # fmt: skip
from app.segments.service import SegmentService
from app.staff.model import Actor, with_all_rights
from db.models import Base, Customer, Promotion, Role, Segment, SegmentEvent, SegmentMember, Staff
from db.queries import segments as queries
from db.uow import Database
from tests.conftest import NOON

RTL = 'مريم \u202e‎O\'Brien "💐" <img src=x>'
LOOKER = Actor(1, "Lee", "cashier", {"segment.view": None})


@pytest.fixture
def manager(database: Database) -> Actor:
    with database.write() as uow:
        uow.connection.execute(insert(Role).values(id=1, code="manager", name="Manager"))
        uow.connection.execute(insert(Staff).values(id=1, name="Mona", role_id=1, pin_hash="x"))
        uow.connection.execute(insert(Customer), [customer(number) for number in range(1, 8)])
        uow.commit()
    return with_all_rights(1, "Mona")


@pytest.fixture
def service(database: Database, clock: FixedClock) -> SegmentService:
    return SegmentService(database, clock)


def customer(number: int, **more: object) -> dict[str, object]:
    return {
        "id": number,
        "number": f"C{number:05}",
        "first_name": RTL if number == 1 else f"First{number}",
        "last_name": "Last",
        "created_at": NOON,
        "updated_at": NOON,
        "accrues_points": True,
        **more,
    }


def events(database: Database) -> list[tuple[int, str, str, str]]:
    with database.read() as uow:
        found = select(SegmentEvent.customer_id, SegmentEvent.event, SegmentEvent.cause, SegmentEvent.note)
        return [tuple(row) for row in uow.connection.execute(found.order_by(SegmentEvent.id))]


def test_a_segment_made_by_hand_is_listed_with_its_count(service: SegmentService, manager: Actor) -> None:  # A8
    vip = service.create("  VIP   guests ", "Ask for their coffee", by=manager)
    service.create("at-risk", by=manager)
    service.put_in(vip.id, [3, 1, 2, 3], note="autumn tasting", by=manager)
    listed = service.segments(by=manager)
    assert [(one.name, one.member_count, one.kind) for one in listed] == [
        ("at-risk", 0, "manual"),
        ("VIP guests", 3, "manual"),
    ]
    assert service.segment(vip.id, by=manager).description == "Ask for their coffee"


def test_putting_in_and_taking_out_leaves_history(
    service: SegmentService, manager: Actor, database: Database
) -> None:  # A8, N6
    vip = service.create("VIP", by=manager)
    assert service.put_in(vip.id, [1, 2], note="tasting", by=manager).customer_ids == (1, 2)
    again = service.put_in(vip.id, [2, 3], by=manager)
    assert (again.customer_ids, again.unchanged) == ((3,), 1)
    out = service.take_out(vip.id, [2, 7], by=manager)
    assert (out.customer_ids, out.unchanged) == ((2,), 1)
    assert service.segment(vip.id, by=manager).member_count == 2
    assert events(database) == [
        (1, "entered", "manual", ""),
        (2, "entered", "manual", ""),
        (3, "entered", "manual", ""),
        (2, "left", "manual", ""),
    ]
    steps = service.history(vip.id, 2, by=manager)
    assert [(step.event, step.staff_name) for step in steps] == [("entered", "Mona"), ("left", "Mona")]


def test_one_unknown_or_erased_customer_stops_all(
    service: SegmentService, manager: Actor, database: Database
) -> None:  # V30
    vip = service.create("VIP", by=manager)
    with database.write() as uow:
        uow.connection.execute(update(Customer).where(Customer.id == 5).values(erased_at=NOON))
        uow.commit()
    for customers in ([1, 5], [1, 999]):
        with pytest.raises(CustomersUnknown):
            service.put_in(vip.id, customers, by=manager)
    assert service.segment(vip.id, by=manager).member_count == 0
    assert events(database) == []


def test_members_come_latest_first_a_page_at_a_time(service: SegmentService, manager: Actor, clock: FixedClock) -> None:
    vip = service.create("VIP", by=manager)
    service.put_in(vip.id, [1, 2, 3], by=manager)
    clock.advance(days=1)
    service.put_in(vip.id, [4, 5], note="new", by=manager)
    seen = []
    page = service.members(vip.id, by=manager, limit=2)
    while True:
        seen += [member.customer_id for member in page.rows]
        if page.after is None:
            break
        page = service.members(vip.id, by=manager, after=page.after, limit=2)
    assert seen == [5, 4, 3, 2, 1]
    last = service.members(vip.id, by=manager).rows[-1]
    assert last.name == f"{RTL} Last"
    assert (last.assigned_by, last.staff_name) == (AssignedBy.MANUAL, "Mona")


def test_many_at_once_are_counted_once(service: SegmentService, manager: Actor, database: Database) -> None:
    with database.write() as uow:
        uow.connection.execute(insert(Customer), [customer(number) for number in range(100, 1400)])
        uow.commit()
    vip = service.create("VIP", by=manager)
    assert service.put_in(vip.id, range(100, 1400), by=manager).moved == 1300
    assert service.put_in(vip.id, range(100, 1400), by=manager).moved == 0
    assert service.segment(vip.id, by=manager).member_count == 1300
    assert service.take_out(vip.id, range(100, 1399), by=manager).moved == 1299
    assert service.segment(vip.id, by=manager).member_count == 1


def test_a_customer_sees_their_segments_latest_first(
    service: SegmentService, manager: Actor, clock: FixedClock
) -> None:  # C1
    first, second = service.create("High Value", by=manager), service.create("VIP", by=manager)
    service.put_in(first.id, [1, 2], by=manager)
    clock.advance(hours=1)
    service.put_in(second.id, [1], note="by the owner", by=manager)
    mine = service.of_customer(1, by=manager)
    assert [(one.name, one.member_count, one.note) for one in mine] == [
        ("VIP", 1, "by the owner"),
        ("High Value", 2, ""),
    ]
    assert service.of_customer(7, by=manager) == ()  # A5


def test_hands_on_a_rule_segment_pin(
    service: SegmentService, manager: Actor, database: Database, clock: FixedClock
) -> None:  # T24, N7
    with database.write() as uow:
        rule = {"id": 9, "name": "Frequent Buyer", "kind": "rule", "member_count": 1}
        uow.connection.execute(insert(Segment).values(**rule, created_at=NOON, updated_at=NOON))
        member = {"segment_id": 9, "customer_id": 1, "assigned_by": "rule", "assigned_at": NOON}
        uow.connection.execute(insert(SegmentMember).values(**member))
        uow.commit()
    assert service.put_in(9, [1, 2], by=manager).moved == 2
    assert service.segment(9, by=manager).member_count == 2
    assert {member.assigned_by for member in service.members(9, by=manager).rows} == {AssignedBy.MANUAL}
    service.take_out(9, [2], by=manager)
    assert [event[1:3] for event in events(database)] == [
        ("entered", "pinned_in"),
        ("entered", "pinned_in"),
        ("left", "pinned_out"),
    ]
    assert _broken(database, clock) == set()


def test_names_are_unique_whatever_their_case(service: SegmentService, manager: Actor) -> None:
    vip = service.create("VIP", by=manager)
    with pytest.raises(SegmentNameTaken):
        service.create("vip", by=manager)
    assert service.edit(vip.id, name="Vip", description="", by=manager).name == "Vip"
    other = service.create("Other", by=manager)
    with pytest.raises(SegmentNameTaken):
        service.edit(other.id, name="VIP", description="", by=manager)


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "a\x00b", "bell\x07"])
def test_a_name_that_cannot_be_kept_is_refused(service: SegmentService, manager: Actor, name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        service.create(name, by=manager)
    assert refused.value.field == "name"


def test_a_long_note_is_refused_and_nobody_moves(service: SegmentService, manager: Actor, database: Database) -> None:
    vip = service.create("VIP", by=manager)
    with pytest.raises(InvalidInput):
        service.put_in(vip.id, [1], note="n" * 301, by=manager)
    assert events(database) == []


def test_a_note_can_be_changed_on_a_member_only(service: SegmentService, manager: Actor) -> None:
    vip = service.create("VIP", by=manager)
    service.put_in(vip.id, [1], by=manager)
    service.set_note(vip.id, 1, RTL, by=manager)
    assert service.members(vip.id, by=manager).rows[0].note == RTL
    with pytest.raises(CustomersUnknown):
        service.set_note(vip.id, 2, "x", by=manager)


def test_deleting_frees_the_name_and_keeps_the_history(
    service: SegmentService, manager: Actor, database: Database
) -> None:  # N6
    vip = service.create("VIP", by=manager)
    service.put_in(vip.id, [1, 2], by=manager)
    service.delete(vip.id, by=manager)
    assert service.segments(by=manager) == ()
    assert service.of_customer(1, by=manager) == ()
    with pytest.raises(SegmentUnknown):
        service.put_in(vip.id, [3], by=manager)
    assert [step.event for step in service.history(vip.id, 1, by=manager)] == ["entered", "left"]
    assert service.create("VIP", by=manager).id != vip.id
    assert database.scalar("SELECT count(*) FROM segment_member") == 0


def test_a_segment_that_a_promotion_needs_stays(service: SegmentService, manager: Actor, database: Database) -> None:
    vip = service.create("VIP", by=manager)
    with database.write() as uow:
        uow.connection.execute(
            insert(Promotion).values(
                name="VIP week",
                kind="percent",
                definition={"audience": {"segments": [vip.id]}},
                valid_from=date(2026, 1, 1),
                created_at=NOON,
                updated_at=NOON,
            )
        )
        uow.commit()
    with pytest.raises(SegmentInUse, match="VIP week"):
        service.delete(vip.id, by=manager)
    assert [one.name for one in service.segments(by=manager)] == ["VIP"]


def test_only_a_role_with_the_right_changes_segments(service: SegmentService, manager: Actor) -> None:  # T20, T28
    vip = service.create("VIP", by=manager)
    refused = [
        lambda: service.create("Mine", by=LOOKER),
        lambda: service.edit(vip.id, name="Mine", description="", by=LOOKER),
        lambda: service.delete(vip.id, by=LOOKER),
        lambda: service.put_in(vip.id, [1], by=LOOKER),
        lambda: service.take_out(vip.id, [1], by=LOOKER),
        lambda: service.set_note(vip.id, 1, "x", by=LOOKER),
        lambda: service.segments(by=Actor(1, "Nobody", "none")),
        lambda: service.members(vip.id, by=Actor(1, "Nobody", "none")),
    ]
    for ask in refused:
        with pytest.raises(NotPermitted):
            ask()
    assert [one.name for one in service.segments(by=LOOKER)] == ["VIP"]


def test_the_count_is_the_number_of_members(service: SegmentService, manager: Actor, database: Database) -> None:
    vip = service.create("VIP", by=manager)
    for step in ([1, 2, 3], [3, 4], [5]):
        service.put_in(vip.id, step, by=manager)
    service.take_out(vip.id, [1, 1, 6], by=manager)
    with database.read() as uow:
        counted = uow.connection.execute(text("SELECT count(*) FROM segment_member")).scalar()
    assert service.segment(vip.id, by=manager).member_count == counted == 4


def test_an_erased_customer_leaves_no_note_behind(
    service: SegmentService, manager: Actor, database: Database, clock: FixedClock
) -> None:  # V30
    vip = service.create("VIP", by=manager)
    other = service.create("Wine club", by=manager)
    service.put_in(vip.id, [3], note="PLANTED: neighbour of Delia", by=manager)
    service.put_in(other.id, [3], note="PLANTED as well", by=manager)
    service.set_note(vip.id, 3, "PLANTED again", by=manager)
    service.take_out(other.id, [3], by=manager)
    assert _tables_with(database, "PLANTED") == {"segment_member"}
    CustomerService(database, clock).erase(3, by=manager)
    assert _tables_with(database, "PLANTED") == set()
    assert service.segment(vip.id, by=manager).member_count == 0
    assert service.history(vip.id, 3, by=manager)[-1].event == "left"
    assert _broken(database, clock) == set()


def _broken(database: Database, clock: FixedClock) -> set[str]:
    """The invariants about segments that do not hold."""
    report = DoctorService(database, clock).examine()
    known = {finding.name for finding in report.findings}
    assert {"segment_members", "segment_count"} <= known
    return {finding.name for finding in report.broken if finding.name.startswith("segment")}


def _tables_with(database: Database, planted: str) -> set[str]:
    """Every table that holds the word in any of its text columns."""
    found = set()
    with database.read() as uow:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, String | Text):
                    asked = select(column).where(column.like(f"%{planted}%")).limit(1)
                    if uow.connection.execute(asked).first() is not None:
                        found.add(table.name)
    return found


def test_many_hands_at_once_keep_the_count_true(
    service: SegmentService, manager: Actor, database: Database, clock: FixedClock
) -> None:
    vip = service.create("VIP", by=manager)
    start = threading.Barrier(4)
    troubles: list[Exception] = []

    def work(turn: int) -> None:
        start.wait()
        try:
            for step in range(6):
                service.put_in(vip.id, [1, 2, 3, 4 + (turn + step) % 4], by=manager)
                service.take_out(vip.id, [1 + (turn + step) % 7], by=manager)
        except Exception as error:
            troubles.append(error)

    threads = [threading.Thread(target=work, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert troubles == []
    members = database.scalar("SELECT count(*) FROM segment_member")
    assert service.segment(vip.id, by=manager).member_count == members
    assert _broken(database, clock) == set()
    balance = (
        "SELECT sum(CASE event WHEN 'entered' THEN 1 ELSE -1 END) FROM segment_event WHERE customer_id = :customer"
    )
    inside = {member.customer_id for member in service.members(vip.id, by=manager).rows}
    for customer_id in range(1, 8):  # the last event says where each one is
        assert (database.scalar(balance, customer=customer_id) or 0) == (customer_id in inside)


@pytest.mark.parametrize(("first", "second"), [("Éclairs", "ÉCLAIRS"), ("Straße", "STRASSE"), ("ΣΟΦΟΣ", "σοφος")])
def test_letter_case_tells_no_two_segments_apart_in_any_script(
    service: SegmentService, manager: Actor, first: str, second: str
) -> None:
    kept = service.create(first, by=manager)
    with pytest.raises(SegmentNameTaken):
        service.create(second, by=manager)
    assert service.edit(kept.id, name=second, description="", by=manager).name == second  # its own is no other's


def test_two_managers_making_one_segment_at_once_are_told_so(
    service: SegmentService, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.create("VIP", by=manager)
    monkeypatch.setattr(queries, "name_taken", lambda *_args, **_named: False)  # both looked before either wrote
    with pytest.raises(SegmentNameTaken):
        service.create("VIP", by=manager)


def test_segments_sort_by_what_the_list_shows(service: SegmentService, manager: Actor) -> None:
    made = {name: service.create(name, by=manager).id for name in ("beta", "Alpha", "gamma")}
    service.put_in(made["beta"], [1, 2, 3], by=manager)
    service.put_in(made["gamma"], [1], by=manager)

    def names(sort: SegmentSort, descending: bool = False) -> list[str]:
        return [one.name for one in service.segments(by=manager, sort=sort, descending=descending)]

    assert names(SegmentSort.NAME) == ["Alpha", "beta", "gamma"]
    assert names(SegmentSort.NAME, True) == ["gamma", "beta", "Alpha"]
    assert names(SegmentSort.MEMBERS) == ["Alpha", "gamma", "beta"]
    assert names(SegmentSort.KIND, True) == ["Alpha", "beta", "gamma"]  # alike: by name


def test_members_sort_whole_whatever_the_size_of_a_page(
    service: SegmentService, manager: Actor, database: Database, clock: FixedClock
) -> None:
    """Those who have no phone or no note come last either way."""
    with database.write() as uow:
        for number, (name, phone) in enumerate(
            (("ezra", "+3"), ("dora", None), ("carl", "+1"), ("bela", None), ("anna", "+2")), 1
        ):
            changed = update(Customer).where(Customer.id == number)
            uow.connection.execute(changed.values(sort_name=name, phone=phone))
        uow.commit()
    vip = service.create("VIP", by=manager)
    for number in range(1, 6):
        service.put_in(vip.id, [number], note="" if number == 3 else f"note {number % 2}", by=manager)
        clock.advance(minutes=1)

    def read(sort: MemberSort, descending: bool, size: int) -> list[int]:
        found: list[int] = []
        after = None
        while True:
            page = service.members(vip.id, by=manager, sort=sort, descending=descending, after=after, limit=size)
            found += [one.customer_id for one in page.rows]
            if page.after is None:
                return found
            after = page.after

    expected = {
        (MemberSort.NAME, False): [5, 4, 3, 2, 1],
        (MemberSort.NAME, True): [1, 2, 3, 4, 5],
        (MemberSort.PHONE, False): [3, 5, 1, 2, 4],
        (MemberSort.PHONE, True): [1, 5, 3, 4, 2],
        (MemberSort.ASSIGNED, False): [1, 2, 3, 4, 5],
        (MemberSort.ASSIGNED, True): [5, 4, 3, 2, 1],
        (MemberSort.ASSIGNER, False): [1, 2, 3, 4, 5],
        (MemberSort.NOTE, False): [2, 4, 1, 5, 3],
        (MemberSort.NOTE, True): [5, 1, 4, 2, 3],
    }
    for (sort, descending), ids in expected.items():
        for size in (1, 2, 5):
            assert read(sort, descending, size) == ids, (sort, descending, size)


def test_the_segments_of_a_customer_sort_too(service: SegmentService, manager: Actor, clock: FixedClock) -> None:
    made = {}
    for name in ("beta", "Alpha"):
        made[name] = service.create(name, by=manager).id
        clock.advance(minutes=1)
    service.put_in(made["Alpha"], [1], by=manager)
    clock.advance(minutes=1)
    service.put_in(made["beta"], [1, 2], by=manager)
    expected = {
        MembershipSort.NAME: ["Alpha", "beta"],
        MembershipSort.CREATED: ["beta", "Alpha"],
        MembershipSort.ASSIGNED: ["Alpha", "beta"],
        MembershipSort.MEMBERS: ["Alpha", "beta"],
    }
    for sort in MembershipSort:
        shown = [one.name for one in service.of_customer(1, by=manager, sort=sort, descending=False)]
        assert shown == expected.get(sort, shown), sort
        turned = [one.name for one in service.of_customer(1, by=manager, sort=sort, descending=True)]
        assert turned == shown[::-1], sort


def test_who_is_in_a_segment_is_for_those_who_may_see_customers(service: SegmentService, manager: Actor) -> None:  # T20
    vip = service.create("VIP", by=manager)
    service.put_in(vip.id, [2], by=manager)
    assert service.segments(by=LOOKER)[0].member_count == 1
    for look in (
        lambda: service.members(vip.id, by=LOOKER),
        lambda: service.of_customer(2, by=LOOKER),
        lambda: service.history(vip.id, 2, by=LOOKER),
    ):
        with pytest.raises(NotPermitted) as refused:
            look()
        assert refused.value.permission == "customer.view"


def test_a_customer_moves_between_segments_as_one(service: SegmentService, manager: Actor, database: Database) -> None:
    old, new, gone = (service.create(name, by=manager).id for name in ("Old", "New", "Gone"))
    service.put_in(old, [1, 2], by=manager)
    service.delete(gone, by=manager)
    before = events(database)
    with pytest.raises(SegmentUnknown):
        service.move_customer(1, enter=[new, gone], leave=[old], by=manager)
    with pytest.raises(CustomersUnknown):
        service.move_customer(99, enter=[new], leave=[], by=manager)
    assert events(database) == before
    assert [one.name for one in service.of_customer(1, by=manager)] == ["Old"]
    service.move_customer(1, enter=[new], leave=[old, gone], by=manager)
    assert [one.name for one in service.of_customer(1, by=manager)] == ["New"]
    assert [event[:3] for event in events(database)[len(before) :]] == [
        (1, "left", "manual"),
        (1, "entered", "manual"),
    ]
    assert {one.name: one.member_count for one in service.segments(by=manager)} == {"Old": 1, "New": 1}


def test_those_put_back_have_the_notes_they_had(service: SegmentService, manager: Actor) -> None:
    vip = service.create("VIP", by=manager).id
    service.put_in(vip, [3], note="stays", by=manager)
    service.put_in(vip, [1, 2, 3], notes={1: "likes rye", 3: "not over the one there"}, by=manager)
    assert {one.customer_id: one.note for one in service.members(vip, by=manager).rows} == {
        1: "likes rye",
        2: "",
        3: "stays",
    }
