"""Signing in, approving in place, and who works here.

Every method that takes a PIN spends about a tenth of a second on it, outside any transaction: call them off the
GUI thread.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime
from typing import NoReturn

from app.clock import Clock
from app.errors import DomainError, InvalidInput, NotFound
from app.journal import service as journal
from app.permissions import known, right
from app.staff.model import (
    LONGEST_DELAY,
    Actor,
    Amount,
    Approval,
    SignInPage,
    StaffTile,
    check_new_pin,
    lock_for,
    reaches,
)
from app.staff.pins import Argon2Pins, PinHasher
from db.models.shop import Outlet, Register
from db.models.staff import Role, Staff
from db.queries import shop as shop_queries
from db.queries import staff as queries
from db.uow import Database, UnitOfWork


class PinRefused(DomainError):
    """One sentence for a wrong PIN, an unknown person and one who left: it says nothing about which."""

    code = "signin.refused"

    def __init__(self) -> None:
        super().__init__("That PIN does not match. Try again.")


class SignInLocked(DomainError):
    """Too many wrong PINs. `until` is aware, in UTC; `seconds` is how long that was when it was refused."""

    code = "signin.locked"

    def __init__(self, until: datetime, seconds: int) -> None:
        super().__init__(f"Too many wrong PINs. Try again in {_waiting(seconds)}.")
        self.until = until
        self.seconds = seconds


class StaffService:
    def __init__(self, database: Database, clock: Clock, pins: PinHasher | None = None) -> None:
        self._database = database
        self._clock = clock
        self._kept_pins = pins
        self._decoy = ""
        self._one_guess = threading.Lock()

    @property
    def _pins(self) -> PinHasher:
        if self._kept_pins is None:
            self._kept_pins = Argon2Pins()
        return self._kept_pins

    # Signing in

    def tiles(self) -> tuple[StaffTile, ...]:
        """Who may sign in here, by name."""
        now = self._clock.now()
        with self._database.read() as uow:
            return tuple(_tile(person, role, now) for person, role in queries.active(uow.session))

    def page(self, register_id: int) -> SignInPage:
        """What the sign-in window of this register shows. Raises NotFound for a register that is gone."""
        now = self._clock.now()
        with self._database.read() as uow:
            shop, register = shop_queries.shop(uow.session), uow.session.get(Register, register_id)
            if shop is None or register is None:
                raise NotFound("This register is no longer in the shop. Choose another under Settings.")
            outlet = uow.session.get_one(Outlet, register.outlet_id)
            tiles = tuple(_tile(person, role, now, demo=shop.is_demo) for person, role in queries.active(uow.session))
            return SignInPage(shop.name, outlet.name, register.name, shop.is_demo, tiles)

    def sign_in(self, staff_id: int, pin: str, register_id: int) -> Actor:
        """Raises PinRefused or SignInLocked; both are in the register's journal (V25)."""
        self._check_pin(staff_id, pin, register_id, purpose="sign_in")
        with self._database.write() as uow:
            actor = _actor(uow, staff_id, register_id)
            if actor is None:
                raise PinRefused
            self._journal(uow, register_id, "sign_in", staff_id)
            uow.commit()
        return actor

    def sign_out(self, actor: Actor) -> None:
        if actor.register_id is None:
            return
        with self._database.write() as uow:
            self._journal(uow, actor.register_id, "sign_out", actor.staff_id)
            uow.commit()

    # Approving in place

    def approvers(self, actor: Actor, permission: str, amount: Amount | None = None) -> tuple[StaffTile, ...]:
        """Who could say yes to this, the cashier excepted."""
        now = self._clock.now()
        with self._database.read() as uow:
            found = queries.holders(uow.session, permission)
            return tuple(
                _tile(person, role, now)
                for person, role, limit in found
                if person.id != actor.staff_id and reaches(limit, amount)
            )

    def approve(
        self,
        actor: Actor,
        pin: str,
        permission: str,
        amount: Amount | None = None,
        *,
        approver_id: int | None = None,
    ) -> Approval:
        """A manager's yes, given at the cashier's till with the manager's own PIN; the cashier stays signed in.

        `amount` is in the right's unit; None: as far as the approver's own right reaches. Without `approver_id` the PIN
        is tried on everybody who could say yes. The journal names both, for the yes and for the no (T28, V29).
        Raises PinRefused, SignInLocked, or ApproverLacksRight when the PIN is right and the person may not either.
        """
        if not known(permission):
            raise KeyError(permission)
        if approver_id == actor.staff_id:
            raise ApproverLacksRight(permission, "Somebody else must approve this.")
        if approver_id is None:
            approver_id = self._approver_by_pin(actor, pin, permission, amount)
        else:
            self._check_pin(approver_id, pin, actor.register_id, purpose="approval", asked_by=actor.staff_id)
        with self._database.write() as uow:
            approver = _actor(uow, approver_id, actor.register_id)
            if approver is None:
                raise PinRefused
            granted = approver.may(permission, amount)
            body = {"permission": permission, "amount": "" if amount is None else str(amount)}
            kind = "approval" if granted else "approval_refused"
            self._journal(uow, actor.register_id, kind, actor.staff_id, approver_id, body)
            uow.commit()
        if not granted:
            raise ApproverLacksRight(permission, f"{approver.name} may not {right(permission).doing} either.")
        reach = approver.rights.get(permission) if amount is None else amount
        return Approval(approver_id, approver.name, permission, reach, actor.staff_id, self._clock.now())

    def _approver_by_pin(self, actor: Actor, pin: str, permission: str, amount: Amount | None) -> int:
        """Whose PIN this is, of those who could say yes. Guesses are counted for the register, in its journal, since
        the last yes there: signing in anew does not clear them."""
        with self._one_guess:
            now = self._clock.now()
            with self._database.read() as uow:
                place = actor.register_id or shop_queries.first_register_id(uow.session)
                failed, latest = queries.failed_approvals(uow.session, place or 0)
                kept = [
                    (person.id, person.pin_hash)
                    for person, _, limit in queries.holders(uow.session, permission)
                    if person.id != actor.staff_id and reaches(limit, amount)
                    and (person.locked_until is None or person.locked_until <= now)
                ]  # fmt: skip
            until = now if latest is None else min(latest, now) + lock_for(failed)
            if until > now:
                raise SignInLocked(until, _seconds(now, until))
            typed = pin.strip()
            found = [staff_id for staff_id, pin_hash in kept if self._pins.verify(pin_hash, typed)]
            if len(found) > 1:
                raise ApproverUnclear
            if not found:
                self._refuse(None, actor.register_id, "approval", actor.staff_id)
            return found[0]

    # Own PIN

    def change_pin(self, actor: Actor, old_pin: str, new_pin: str) -> None:
        """Raises PinRefused, SignInLocked, or InvalidInput for a PIN that will not do."""
        wanted = check_new_pin(new_pin, field_name="new_pin")
        self._check_pin(actor.staff_id, old_pin, actor.register_id, purpose="change_pin")
        if wanted == old_pin.strip():
            raise InvalidInput("This is the PIN you have now.", field="new_pin", code="pin.same")
        kept = self._pins.hash(wanted)
        with self._database.write() as uow:
            person = queries.locked(uow.session, actor.staff_id)
            if person is None:
                raise PinRefused
            person.pin_hash = kept
            self._journal(uow, actor.register_id, "pin_changed", actor.staff_id)
            uow.commit()

    # The check itself

    def _check_pin(
        self, staff_id: int, pin: str, register_id: int | None, *, purpose: str, asked_by: int | None = None
    ) -> None:
        """Count the attempt first, then verify: guesses made at the same time all count (V25)."""
        kept = self._count_attempt(staff_id, register_id, purpose, asked_by)
        typed = pin.strip()
        if kept is None or not typed:
            self._verify_decoy(typed)
            self._refuse(staff_id if kept is not None else None, register_id, purpose, asked_by)
        if not self._pins.verify(kept, typed):
            self._refuse(staff_id, register_id, purpose, asked_by)
        better = self._pins.hash(typed) if self._pins.outdated(kept) else None
        with self._database.write() as uow:
            person = queries.locked(uow.session, staff_id)
            if person is not None:
                person.failed_attempts, person.locked_until = 0, None
                if better is not None:
                    person.pin_hash = better
            uow.commit()

    def _count_attempt(self, staff_id: int, register_id: int | None, purpose: str, asked_by: int | None) -> str | None:
        """The hash to verify against, with this attempt counted as failed until it proves right."""
        now = self._clock.now()
        with self._database.write() as uow:
            person = queries.locked(uow.session, staff_id)
            if person is None or not person.active:
                return None
            if person.locked_until is not None and person.locked_until > now:
                # A clock set back must not lock anyone out for the years it went back.
                person.locked_until = min(person.locked_until, now + LONGEST_DELAY)
                until = person.locked_until
                self._journal(uow, register_id, f"{purpose}_locked", asked_by or staff_id, body={"whose": staff_id})
                uow.commit()
                raise SignInLocked(until, _seconds(now, until))
            person.failed_attempts += 1
            delay = lock_for(person.failed_attempts)
            person.locked_until = now + delay if delay else None
            uow.commit()
            return person.pin_hash

    def _verify_decoy(self, typed: str) -> None:
        """Take as long as for somebody who is here, so that the time tells nothing either."""
        if not self._decoy:
            self._decoy = self._pins.hash("no such person")
        self._pins.verify(self._decoy, typed)

    def _refuse(self, staff_id: int | None, register_id: int | None, purpose: str, asked_by: int | None) -> NoReturn:
        with self._database.write() as uow:
            who = asked_by if asked_by is not None else staff_id
            self._journal(uow, register_id, f"{purpose}_failed", who, body={"whose": staff_id or 0})
            uow.commit()
        raise PinRefused

    def _journal(
        self,
        uow: UnitOfWork,
        register_id: int | None,
        kind: str,
        staff_id: int | None,
        approver_id: int | None = None,
        body: Mapping[str, object] | None = None,
    ) -> None:
        place = register_id if register_id is not None else shop_queries.first_register_id(uow.session)
        if place is None:
            raise NotFound("There is no register in this shop yet. Add one under Settings › Outlets & registers.")
        uow.flush()
        journal.append(uow, place, kind, self._clock.now(), staff_id, approver_id, body=body)


class ApproverLacksRight(DomainError):
    code = "approval.lacks_right"

    def __init__(self, permission: str, sentence: str) -> None:
        super().__init__(sentence)
        self.permission = permission


class ApproverUnclear(DomainError):
    """Two people who could approve have the same PIN; the journal must name the right one."""

    code = "approval.unclear"

    def __init__(self) -> None:
        super().__init__("Two people have this PIN. Choose who approves, then have one of them change it.")


def _actor(uow: UnitOfWork, staff_id: int, register_id: int | None) -> Actor | None:
    person = uow.session.get(Staff, staff_id)
    if person is None or not person.active:
        return None
    role = uow.session.get_one(Role, person.role_id)
    outlet_id = None if register_id is None else shop_queries.outlet_of(uow.session, register_id)
    held = {name: limit for name, limit in queries.rights(uow.session, role.id).items() if known(name)}
    return Actor(person.id, person.name, role.code, held, register_id, outlet_id, person.customer_id)


def _tile(person: Staff, role: Role, now: datetime, *, demo: bool = False) -> StaffTile:
    until = person.locked_until if person.locked_until is not None and person.locked_until > now else None
    return StaffTile(person.id, person.name, role.name, role.code, until, _demo_pin(person.name) if demo else "")


def _demo_pin(name: str) -> str:
    """The PIN of one of the demo shop's people, which is no secret; "" for anybody else."""
    from app.demo.people import STAFF

    return next((pin for known_name, _, pin in STAFF if known_name == name), "")


def _seconds(now: datetime, until: datetime) -> int:
    return max(1, round((until - now).total_seconds()))


def _waiting(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} seconds"
    return f"{-(-seconds // 60)} minutes"
