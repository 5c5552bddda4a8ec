"""Signing in, approving and managing people, on both databases."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from app.clock import FixedClock
from app.errors import InvalidInput, NotPermitted
from app.journal.service import JournalService
from app.permissions import MANAGER, TEMPLATES
from app.staff.model import Actor
from app.staff.people import PeopleService
from app.staff.pins import Argon2Pins
from app.staff.service import ApproverLacksRight, ApproverUnclear, PinRefused, SignInLocked, StaffService
from db.models import Journal, Outlet, Register, Role, RolePermission, Staff
from db.uow import Database

CHEAP = Argon2Pins(time_cost=1, memory_kib=64)
PINS = {"Ines": "4827", "Sam": "9163", "Moya": "7305"}


@dataclass
class Shop:
    database: Database
    clock: FixedClock
    staff: StaffService
    people: PeopleService
    register: int
    ids: dict[str, int]
    roles: dict[str, int]

    def sign_in(self, name: str) -> Actor:
        return self.staff.sign_in(self.ids[name], PINS[name], self.register)

    def journal(self) -> list[tuple[str, int | None, int | None, dict[str, object]]]:
        with self.database.read() as uow:
            rows = uow.session.scalars(select(Journal).order_by(Journal.sequence))
            return [(row.kind, row.staff_id, row.approver_id, json.loads(row.body)) for row in rows]


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    """Ines the cashier (discounts to 10 %), Sam the supervisor (30 %), Moya the manager."""
    with database.write() as uow:
        outlet = Outlet(name="Market Street", code="O1")
        uow.session.add(outlet)
        uow.session.flush()
        register = Register(outlet_id=outlet.id, name="Front", code="R1")
        roles = {template.code: Role(code=template.code, name=template.name) for template in TEMPLATES}
        uow.session.add_all([register, *roles.values()])
        uow.session.flush()
        for template in TEMPLATES:
            for permission in template.rights:
                uow.session.add(
                    RolePermission(
                        role_id=roles[template.code].id,
                        permission=permission,
                        limit_value=template.limits.get(permission),
                    )
                )
        people = [
            Staff(name=name, role_id=roles[code].id, pin_hash=CHEAP.hash(PINS[name]))
            for name, code in [("Ines", "cashier"), ("Sam", "supervisor"), ("Moya", "manager")]
        ]
        uow.session.add_all(people)
        uow.commit()
        ids = {person.name: person.id for person in people}
        role_ids = {code: role.id for code, role in roles.items()}
        register_id = register.id
    return Shop(
        database, clock, StaffService(database, clock, CHEAP), PeopleService(database, clock, CHEAP), register_id,
        ids, role_ids,
    )  # fmt: skip


def wrong(shop: Shop, times: int = 1, name: str = "Ines") -> None:
    for _ in range(times):
        with pytest.raises(PinRefused):
            shop.staff.sign_in(shop.ids[name], "0001", shop.register)


def test_the_right_pin_gives_the_role_at_this_register(shop: Shop) -> None:
    ines = shop.sign_in("Ines")
    assert (ines.name, ines.role, ines.register_id) == ("Ines", "cashier", shop.register)
    assert ines.outlet_id is not None
    assert ines.may("sale.sell") and not ines.may("drawer.open")
    assert ines.may("sale.discount", 10) and not ines.may("sale.discount", 11)
    assert shop.journal()[-1][0] == "sign_in"


def test_tiles_show_active_people_by_name(shop: Shop) -> None:
    shop.people.set_active(shop.sign_in("Moya"), shop.ids["Sam"], active=False)
    assert [(tile.name, tile.role) for tile in shop.staff.tiles()] == [("Ines", "Cashier"), ("Moya", "Manager")]


def test_wrong_pin_unknown_person_and_one_who_left_read_alike(shop: Shop) -> None:
    shop.people.set_active(shop.sign_in("Moya"), shop.ids["Sam"], active=False)
    said = set()
    for staff_id, pin in [(shop.ids["Ines"], "0001"), (9999, "4827"), (shop.ids["Sam"], PINS["Sam"])]:
        with pytest.raises(PinRefused) as refused:
            shop.staff.sign_in(staff_id, pin, shop.register)
        said.add(str(refused.value))
    assert said == {"That PIN does not match. Try again."}


def test_every_wrong_pin_is_in_the_journal_without_the_pin(shop: Shop) -> None:  # V25
    wrong(shop, 2)
    entries = [entry for entry in shop.journal() if entry[0] == "sign_in_failed"]
    assert [(staff, body) for _, staff, _, body in entries] == [(shop.ids["Ines"], {"whose": shop.ids["Ines"]})] * 2
    assert "0001" not in json.dumps(shop.journal())
    assert JournalService(shop.database).breaks() == ()


def test_three_wrong_pins_lock_and_each_further_one_locks_longer(shop: Shop) -> None:
    wrong(shop, 3)
    with pytest.raises(SignInLocked) as locked:
        shop.sign_in("Ines")  # even the right PIN waits
    assert locked.value.seconds == 15
    assert "15 seconds" in str(locked.value)
    shop.clock.advance(seconds=16)
    wrong(shop)
    with pytest.raises(SignInLocked) as locked:
        shop.sign_in("Ines")
    assert locked.value.seconds == 30
    assert [entry[0] for entry in shop.journal()].count("sign_in_locked") == 2
    assert next(tile for tile in shop.staff.tiles() if tile.name == "Ines").locked_until == locked.value.until


def test_the_right_pin_in_time_clears_the_count(shop: Shop) -> None:
    wrong(shop, 2)
    shop.sign_in("Ines")
    wrong(shop, 2)
    assert shop.sign_in("Ines").name == "Ines"


def test_one_persons_lock_is_not_anothers(shop: Shop) -> None:
    wrong(shop, 3)
    assert shop.sign_in("Sam").role == "supervisor"


def test_a_clock_set_back_a_year_locks_for_an_hour_at_most(shop: Shop) -> None:  # F20
    wrong(shop, 3)
    shop.clock.advance(days=-365)
    with pytest.raises(SignInLocked) as locked:
        shop.sign_in("Ines")
    assert locked.value.seconds == 3600
    shop.clock.advance(hours=1, seconds=1)
    assert shop.sign_in("Ines").name == "Ines"


def test_guesses_made_at_once_all_count(shop: Shop) -> None:
    barrier, outcomes = Barrier(8), []

    def guess() -> None:
        barrier.wait()
        try:
            shop.staff.sign_in(shop.ids["Ines"], "0001", shop.register)
        except (PinRefused, SignInLocked) as refusal:
            outcomes.append(type(refusal))

    threads = [Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(PinRefused) == 3
    assert outcomes.count(SignInLocked) == 5
    assert JournalService(shop.database).breaks() == ()


def test_a_manager_approves_in_place_and_the_journal_names_both(shop: Shop) -> None:  # T28 V29
    ines = shop.sign_in("Ines")
    yes = shop.staff.approve(ines, PINS["Sam"], "sale.discount", 25, approver_id=shop.ids["Sam"])
    assert yes.covers(ines, "sale.discount", 25)
    kind, who, approver, body = shop.journal()[-1]
    assert (kind, who, approver) == ("approval", ines.staff_id, shop.ids["Sam"])
    assert body == {"permission": "sale.discount", "amount": "25"}


def test_only_those_are_asked_whose_right_reaches(shop: Shop) -> None:
    ines = shop.sign_in("Ines")
    assert [tile.name for tile in shop.staff.approvers(ines, "sale.discount", 25)] == ["Sam", "Moya"]
    assert [tile.name for tile in shop.staff.approvers(ines, "sale.discount", 31)] == ["Moya"]
    moya = shop.sign_in("Moya")
    assert "Moya" not in [tile.name for tile in shop.staff.approvers(moya, "sale.discount", 5)]


def test_an_approvers_own_limit_holds(shop: Shop) -> None:
    ines = shop.sign_in("Ines")
    with pytest.raises(ApproverLacksRight, match="Sam may not"):
        shop.staff.approve(ines, PINS["Sam"], "sale.discount", 31, approver_id=shop.ids["Sam"])
    assert shop.journal()[-1][:3] == ("approval_refused", ines.staff_id, shop.ids["Sam"])
    yes = shop.staff.approve(ines, PINS["Sam"], "sale.discount", approver_id=shop.ids["Sam"])  # no amount named
    assert yes.covers(ines, "sale.discount", 30)
    assert not yes.covers(ines, "sale.discount", 31)


def test_nobody_approves_for_themselves_or_with_a_wrong_pin(shop: Shop) -> None:
    sam = shop.sign_in("Sam")
    with pytest.raises(ApproverLacksRight):
        shop.staff.approve(sam, PINS["Sam"], "sale.void", approver_id=sam.staff_id)
    with pytest.raises(PinRefused):
        shop.staff.approve(sam, "0001", "giftcard.adjust", 100, approver_id=shop.ids["Moya"])
    kind, who, _, body = shop.journal()[-1]
    assert (kind, who, body) == ("approval_failed", sam.staff_id, {"whose": shop.ids["Moya"]})


def test_a_pin_alone_finds_its_owner_among_those_who_could_say_yes(shop: Shop) -> None:
    ines = shop.sign_in("Ines")
    assert shop.staff.approve(ines, PINS["Sam"], "sale.discount", 25).approver_name == "Sam"
    assert shop.staff.approve(ines, PINS["Moya"], "sale.discount", 31).approver_name == "Moya"
    with pytest.raises(PinRefused):  # Sam's right does not reach: the same answer as for a wrong PIN
        shop.staff.approve(ines, PINS["Sam"], "sale.discount", 31)
    with pytest.raises(PinRefused):  # one's own PIN approves nothing
        shop.staff.approve(shop.sign_in("Sam"), PINS["Sam"], "sale.void")


def test_guessing_an_approval_locks_the_register_and_signing_in_does_not_help(shop: Shop) -> None:
    ines = shop.sign_in("Ines")
    for _ in range(3):
        with pytest.raises(PinRefused):
            shop.staff.approve(ines, "0001", "drawer.open")
    ines = shop.sign_in("Ines")
    with pytest.raises(SignInLocked) as locked:
        shop.staff.approve(ines, PINS["Moya"], "drawer.open")
    assert locked.value.seconds == 15
    shop.clock.advance(seconds=16)
    assert shop.staff.approve(ines, PINS["Moya"], "drawer.open").approver_name == "Moya"
    with pytest.raises(PinRefused):  # counted anew after a yes
        shop.staff.approve(ines, "0001", "drawer.open")


def test_two_with_one_pin_must_be_told_apart(shop: Shop) -> None:
    shop.people.set_pin(shop.sign_in("Moya"), shop.ids["Sam"], PINS["Moya"])
    ines = shop.sign_in("Ines")
    with pytest.raises(ApproverUnclear):
        shop.staff.approve(ines, PINS["Moya"], "drawer.open")
    yes = shop.staff.approve(ines, PINS["Moya"], "drawer.open", approver_id=shop.ids["Sam"])
    assert yes.approver_name == "Sam"


def test_changing_ones_pin_needs_the_old_one_and_a_good_new_one(shop: Shop) -> None:
    ines = shop.sign_in("Ines")
    with pytest.raises(PinRefused):
        shop.staff.change_pin(ines, "0001", "5938")
    for weak in ("1234", "4827"):
        with pytest.raises(InvalidInput):
            shop.staff.change_pin(ines, PINS["Ines"], weak)
    shop.staff.change_pin(ines, PINS["Ines"], "5938")
    with pytest.raises(PinRefused):
        shop.sign_in("Ines")
    assert shop.staff.sign_in(ines.staff_id, "5938", shop.register).name == "Ines"


def test_an_old_hash_is_made_stronger_at_the_next_sign_in(shop: Shop) -> None:
    stronger = StaffService(shop.database, shop.clock, Argon2Pins(time_cost=2, memory_kib=128))
    stronger.sign_in(shop.ids["Ines"], PINS["Ines"], shop.register)
    with shop.database.read() as uow:
        assert "t=2" in uow.session.get_one(Staff, shop.ids["Ines"]).pin_hash


def test_only_who_manages_staff_adds_people(shop: Shop) -> None:
    with pytest.raises(NotPermitted):
        shop.people.add(shop.sign_in("Sam"), "Ben", shop.roles["cashier"], "5938")
    moya = shop.sign_in("Moya")
    ben = shop.people.add(moya, "  Ben   Okafor ", shop.roles["cashier"], "5938")
    assert shop.staff.sign_in(ben, "5938", shop.register).name == "Ben Okafor"
    with pytest.raises(InvalidInput, match="in the list already"):
        shop.people.add(moya, "ben okafor", shop.roles["cashier"], "5938")
    assert PINS["Moya"] not in json.dumps(shop.journal()) and "5938" not in json.dumps(shop.journal())


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "a\x00b"])
def test_names_that_cannot_be_shown_are_refused(shop: Shop, name: str) -> None:
    with pytest.raises(InvalidInput):
        shop.people.add(shop.sign_in("Moya"), name, shop.roles["cashier"], "5938")


def test_nobody_hands_out_more_than_they_have(shop: Shop) -> None:
    moya = shop.sign_in("Moya")
    lead = shop.people.save_role(
        moya, None, "Shift lead", {"staff.manage": None, "sale.discount": 20, "sale.sell": None}
    )
    lena = shop.people.add(moya, "Lena", lead, "5938")
    actor = shop.staff.sign_in(lena, "5938", shop.register)
    for beyond in ({"settings.edit": None}, {"sale.discount": 21}, {"sale.discount": None}):
        with pytest.raises(NotPermitted):
            shop.people.save_role(actor, None, "Sneaky", beyond)
    with pytest.raises(NotPermitted):
        shop.people.set_pin(actor, shop.ids["Moya"], "6174")
    with pytest.raises(NotPermitted):
        shop.people.set_role(actor, shop.ids["Ines"], shop.roles["manager"])
    assert shop.people.save_role(actor, None, "Helper", {"sale.discount": 20}) > 0


def test_own_role_is_changed_by_others_and_a_manager_is_always_left(shop: Shop) -> None:
    moya = shop.sign_in("Moya")
    with pytest.raises(NotPermitted):
        shop.people.set_role(moya, moya.staff_id, shop.roles["cashier"])
    with pytest.raises(NotPermitted):
        shop.people.save_role(moya, shop.roles["manager"], "Manager", {"sale.sell": None})
    second = shop.people.add(moya, "Nia", shop.roles["manager"], "5938")
    nia = shop.staff.sign_in(second, "5938", shop.register)
    shop.people.set_active(nia, moya.staff_id, active=False)
    with pytest.raises(NotPermitted):
        shop.people.set_active(nia, nia.staff_id, active=False)
    with pytest.raises(InvalidInput, match="Somebody must be left"):
        shop.people.set_active(moya, nia.staff_id, active=False)  # signed in before she was let go


def test_a_changed_role_counts_from_the_next_sign_in(shop: Shop) -> None:
    moya, ines = shop.sign_in("Moya"), shop.sign_in("Ines")
    shop.people.save_role(moya, shop.roles["cashier"], "Cashier", {"sale.sell": None, "drawer.open": None})
    assert not ines.may("drawer.open")
    assert shop.sign_in("Ines").may("drawer.open")
    shop.people.set_active(moya, ines.staff_id, active=False)
    with pytest.raises(PinRefused):
        shop.sign_in("Ines")


def test_a_set_pin_lifts_the_lock(shop: Shop) -> None:
    wrong(shop, 3)
    shop.people.set_pin(shop.sign_in("Moya"), shop.ids["Ines"], "5938")
    assert shop.staff.sign_in(shop.ids["Ines"], "5938", shop.register).name == "Ines"


def test_the_manager_template_holds_every_right(shop: Shop) -> None:
    moya = shop.sign_in("Moya")
    assert moya.permissions == frozenset(MANAGER.rights)
    assert all(limit is None for limit in moya.rights.values())


def test_ten_thousand_guesses_take_more_than_a_year(shop: Shop) -> None:
    """The whole PIN space of four digits, guessed as fast as the locks allow, starting from the stored count."""
    began: datetime = shop.clock.now()
    for _ in range(40):
        try:
            shop.staff.sign_in(shop.ids["Ines"], "0001", shop.register)
        except SignInLocked as locked:
            shop.clock.at = locked.until + timedelta(seconds=1)
        except PinRefused:
            pass
    per_guess = timedelta(hours=1)
    assert shop.clock.now() - began > 5 * per_guess
    assert per_guess * 10_000 > timedelta(days=365)


def test_ones_own_pin_is_changed_only_with_the_old_one(shop: Shop) -> None:
    """Else whoever finds a manager's till unlocked could take it over for good."""
    moya = shop.sign_in("Moya")
    with pytest.raises(NotPermitted, match="My PIN"):
        shop.people.set_pin(moya, shop.ids["Moya"], "6174")
    assert shop.sign_in("Moya").staff_id == moya.staff_id


def test_nobody_unlocks_or_renames_a_person_who_may_do_more(shop: Shop) -> None:
    """Unlocking between guesses would make a manager's PIN a matter of an afternoon."""
    sam = shop.sign_in("Sam")
    sams = {**sam.rights, "staff.manage": None}
    actor = Actor(sam.staff_id, sam.name, sam.role, sams, sam.register_id, sam.outlet_id)
    for _ in range(3):
        with pytest.raises(PinRefused):
            shop.staff.sign_in(shop.ids["Moya"], "0000", shop.register)
    with pytest.raises(NotPermitted, match="may do more"):
        shop.people.unlock(actor, shop.ids["Moya"])
    with pytest.raises(SignInLocked):
        shop.sign_in("Moya")
    with pytest.raises(NotPermitted, match="may do more"):
        shop.people.rename(actor, shop.ids["Moya"], "Sam's helper")
    shop.people.rename(actor, shop.ids["Ines"], "Ines D.")
