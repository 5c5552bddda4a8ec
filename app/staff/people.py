"""Who works here and what each role may do: the Staff & roles page.

Nobody hands out a right they do not hold, nobody changes their own role, and somebody who can manage staff is
always left.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.clock import Clock
from app.errors import InvalidInput, NotFound, NotPermitted
from app.journal import service as journal
from app.permissions import Permission, known
from app.staff.model import Actor, RoleRow, StaffRow, check_limits, check_new_pin, require
from app.staff.pins import Argon2Pins, PinHasher
from db.models.staff import Role, Staff
from db.queries import shop as shop_queries
from db.queries import staff as queries
from db.uow import Database, UnitOfWork

LONGEST_NAME = 120


class PeopleService:
    def __init__(self, database: Database, clock: Clock, pins: PinHasher | None = None) -> None:
        self._database = database
        self._clock = clock
        self._pins = pins

    def staff(self) -> tuple[StaffRow, ...]:
        """Everybody, those who left last."""
        with self._database.read() as uow:
            return tuple(
                StaffRow(
                    person.id, person.name, role.id, role.name, person.active, person.locked_until, person.customer_id
                )
                for person, role in queries.everyone(uow.session)
            )

    def roles(self) -> tuple[RoleRow, ...]:
        with self._database.read() as uow:
            return tuple(
                RoleRow(role.id, role.code, role.name, _held(uow, role.id), people)
                for role, people in queries.roles(uow.session)
            )

    def add(self, actor: Actor, name: str, role_id: int, pin: str) -> int:
        """A new person; returns their id. Raises InvalidInput, NotPermitted."""
        require(actor, Permission.STAFF_MANAGE)
        shown, kept = _name(name), self._hash(pin)
        with self._database.write() as uow:
            role = _role_within(uow, actor, role_id)
            _free_name(uow, shown, None)
            new_id = queries.add(uow.session, Staff(name=shown, role_id=role.id, pin_hash=kept))
            self._journal(uow, actor, "staff_added", {"whose": new_id, "role": role.code})
            uow.commit()
        return new_id

    def rename(self, actor: Actor, staff_id: int, name: str) -> None:
        require(actor, Permission.STAFF_MANAGE)
        shown = _name(name)
        with self._database.write() as uow:
            person = _person(uow, staff_id)
            _role_within(uow, actor, person.role_id)
            _free_name(uow, shown, staff_id)
            person.name = shown
            self._journal(uow, actor, "staff_renamed", {"whose": staff_id})
            uow.commit()

    def set_role(self, actor: Actor, staff_id: int, role_id: int) -> None:
        require(actor, Permission.STAFF_MANAGE)
        _not_oneself(actor, staff_id, "role")
        with self._database.write() as uow:
            person = _person(uow, staff_id)
            _role_within(uow, actor, person.role_id)
            role = _role_within(uow, actor, role_id)
            person.role_id = role.id
            uow.flush()
            _somebody_left(uow)
            self._journal(uow, actor, "staff_role", {"whose": staff_id, "role": role.code})
            uow.commit()

    def set_active(self, actor: Actor, staff_id: int, active: bool) -> None:
        """Somebody who left keeps their sales and can no longer sign in."""
        require(actor, Permission.STAFF_MANAGE)
        _not_oneself(actor, staff_id, "account")
        with self._database.write() as uow:
            person = _person(uow, staff_id)
            _role_within(uow, actor, person.role_id)
            person.active = active
            uow.flush()
            _somebody_left(uow)
            self._journal(uow, actor, "staff_returned" if active else "staff_left", {"whose": staff_id})
            uow.commit()

    def set_pin(self, actor: Actor, staff_id: int, pin: str) -> None:
        """A new PIN for somebody else who forgot theirs; also lifts a lock."""
        require(actor, Permission.STAFF_MANAGE)
        if actor.staff_id == staff_id:
            raise NotPermitted(
                "Your own PIN is changed under Settings › My PIN, with the one you have now.",
                permission=Permission.STAFF_MANAGE,
            )
        kept = self._hash(pin)
        with self._database.write() as uow:
            person = _person(uow, staff_id)
            _role_within(uow, actor, person.role_id)
            person.pin_hash, person.failed_attempts, person.locked_until = kept, 0, None
            self._journal(uow, actor, "pin_set", {"whose": staff_id})
            uow.commit()

    def unlock(self, actor: Actor, staff_id: int) -> None:
        require(actor, Permission.STAFF_MANAGE)
        _not_oneself(actor, staff_id, "lock")
        with self._database.write() as uow:
            person = _person(uow, staff_id)
            _role_within(uow, actor, person.role_id)
            person.failed_attempts, person.locked_until = 0, None
            self._journal(uow, actor, "staff_unlocked", {"whose": staff_id})
            uow.commit()

    def save_role(self, actor: Actor, role_id: int | None, name: str, rights: Mapping[str, int | None]) -> int:
        """Change a role, or make one (`role_id` None); returns its id."""
        require(actor, Permission.STAFF_MANAGE)
        shown, wanted = _name(name, longest=80), check_limits(rights)
        _within_own(actor, wanted)
        with self._database.write() as uow:
            if role_id is None:
                role_id = queries.add(uow.session, Role(code=_free_code(uow, shown), name=shown))
            else:
                role = _role_within(uow, actor, role_id)
                if role.code == actor.role:
                    raise NotPermitted("You cannot change your own role.", permission=Permission.STAFF_MANAGE)
                role.name = shown
            queries.replace_rights(uow.session, role_id, wanted)
            _somebody_left(uow)
            granted = {permission: -1 if limit is None else limit for permission, limit in wanted.items()}
            self._journal(uow, actor, "role_changed", {"role": role_id, "rights": granted})
            uow.commit()
        return role_id

    def _hash(self, pin: str) -> str:
        wanted = check_new_pin(pin)
        if self._pins is None:
            self._pins = Argon2Pins()
        return self._pins.hash(wanted)

    def _journal(self, uow: UnitOfWork, actor: Actor, kind: str, body: dict[str, object]) -> None:
        place = actor.register_id or shop_queries.first_register_id(uow.session)
        if place is None:
            raise NotFound("There is no register in this shop yet. Add one under Settings › Outlets & registers.")
        uow.flush()
        journal.append(uow, place, kind, self._clock.now(), actor.staff_id, body=body)


def _held(uow: UnitOfWork, role_id: int) -> dict[str, int | None]:
    return {name: limit for name, limit in queries.rights(uow.session, role_id).items() if known(name)}


def _person(uow: UnitOfWork, staff_id: int) -> Staff:
    person = queries.locked(uow.session, staff_id)
    if person is None:
        raise NotFound("This person is no longer in the list.")
    return person


def _role_within(uow: UnitOfWork, actor: Actor, role_id: int) -> Role:
    role = queries.role(uow.session, role_id)
    if role is None:
        raise NotFound("This role is no longer in the list.")
    _within_own(actor, _held(uow, role_id))
    return role


def _within_own(actor: Actor, rights: Mapping[str, int | None]) -> None:
    for name, limit in rights.items():
        own = actor.rights.get(name)
        if name not in actor.rights or (own is not None and (limit is None or limit > own)):
            raise NotPermitted(
                "A role that may do more than yours can only be given or changed by somebody who may as well.",
                permission=Permission.STAFF_MANAGE,
            )


def _not_oneself(actor: Actor, staff_id: int, what: str) -> None:
    if actor.staff_id == staff_id:
        raise NotPermitted(
            f"Your own {what} is changed by somebody else who manages staff.", permission=Permission.STAFF_MANAGE
        )


def _somebody_left(uow: UnitOfWork) -> None:
    if not queries.holders(uow.session, Permission.STAFF_MANAGE):
        raise InvalidInput("Somebody must be left who can manage staff. Give that right to another person first.")


def _name(name: str, longest: int = LONGEST_NAME) -> str:
    shown = " ".join(name.split())
    if not shown or len(shown) > longest or not shown.isprintable():
        raise InvalidInput(f"A name has 1 to {longest} characters.", field="name")
    return shown


def _free_name(uow: UnitOfWork, name: str, staff_id: int | None) -> None:
    other = queries.by_name(uow.session, name)
    if other is not None and other.id != staff_id:
        raise InvalidInput("Somebody of this name is in the list already. Add an initial.", field="name")


def _free_code(uow: UnitOfWork, name: str) -> str:
    base = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:24] or "role"
    code, count = base, 1
    while queries.role_by_code(uow.session, code) is not None:
        count += 1
        code = f"{base}_{count}"
    return code
