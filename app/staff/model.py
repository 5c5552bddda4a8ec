"""Who acts, what they may do and up to which limit. No database, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType

from app.errors import InvalidInput, NotPermitted
from app.permissions import LimitUnit, Permission, known, right

Amount = int | Decimal  # in the right's unit: percent, minor units or points


def _size(amount: Amount) -> Decimal:
    return abs(Decimal(amount))


def reaches(limit: int | None, amount: Amount | None) -> bool:
    """Whether a right with this limit (None: without one) covers an amount of this size."""
    return limit is None or amount is None or _size(amount) <= limit


class LimitExceeded(NotPermitted):
    """The role holds the right, but not this far. `limit` is in the right's unit."""

    code = "permission.limit"

    def __init__(self, sentence: str, *, permission: str, limit: int) -> None:
        super().__init__(sentence, permission=permission)
        self.limit = limit


@dataclass(frozen=True)
class Actor:
    """Somebody signed in at a register. `rights` maps each permission held to its limit, None for no limit."""

    staff_id: int
    name: str
    role: str  # the role's code
    rights: Mapping[str, int | None] = field(default_factory=dict)
    register_id: int | None = None
    outlet_id: int | None = None
    customer_id: int | None = None  # their own customer record: own purchases are not approved by themselves

    def __post_init__(self) -> None:
        object.__setattr__(self, "rights", MappingProxyType(dict(self.rights)))

    @property
    def permissions(self) -> frozenset[str]:
        return frozenset(self.rights)

    @property
    def limits(self) -> Mapping[str, int | None]:
        return self.rights

    def may(self, permission: str, amount: Amount | None = None, /) -> bool:
        """Whether the right is held, and reaches as far as `amount` (its size; the sign does not count)."""
        if permission not in self.rights:
            return False
        return reaches(self.rights[permission], amount)

    def at(self, register_id: int, outlet_id: int) -> Actor:
        return replace(self, register_id=register_id, outlet_id=outlet_id)


def with_all_rights(staff_id: int, name: str = "", **place: int | None) -> Actor:
    """For jobs nobody stands behind: the demo builder, imports from the command line, the nightly run, tests."""
    return Actor(staff_id, name, "manager", dict.fromkeys(map(str, Permission)), **place)


@dataclass(frozen=True, slots=True)
class Approval:
    """A manager's yes for one thing, given in place; services journal both names.

    `amount` is as far as the yes goes, in the right's unit; None where the right has no limit or none was named.
    """

    approver_id: int
    approver_name: str
    permission: str
    amount: Amount | None
    requested_by: int  # staff id of whoever is signed in
    approved_at: datetime

    def covers(self, actor: Actor, permission: str, amount: Amount | None = None) -> bool:
        if self.permission != permission or self.requested_by != actor.staff_id:
            return False
        if self.approver_id == actor.staff_id:
            return False
        return amount is None or self.amount is None or _size(amount) <= _size(self.amount)


def require(
    actor: Actor, permission: str, amount: Amount | None = None, *, approval: Approval | None = None
) -> int | None:
    """Let the actor do this, by their own right or by `approval`; return the approver's staff id if one was needed.

    `amount` is in the right's unit (see app.permissions); its sign does not count. Raises NotPermitted where the
    right is missing and LimitExceeded where it does not reach; both can be cured by an approval.
    """
    if not known(permission):
        raise KeyError(permission)
    if actor.may(permission, amount):
        return None
    if approval is not None and approval.covers(actor, permission, amount):
        return approval.approver_id
    raise _refusal(actor, permission)


def _refusal(actor: Actor, permission: str) -> NotPermitted:
    doing = right(permission).doing
    limit = actor.rights.get(permission)
    if limit is None:
        return NotPermitted(
            f"{actor.name or 'This role'} may not {doing}. A manager can approve it here.", permission=permission
        )
    reach = {
        LimitUnit.PERCENT: f" (up to {limit}\u00a0%)",
        LimitUnit.POINTS: f" (up to {limit} points)",
    }.get(right(permission).unit, "")
    return LimitExceeded(
        f"{actor.name or 'This role'} may not {doing}{reach}. A manager can approve it here.",
        permission=permission,
        limit=limit,
    )


# --- PINs ---------------------------------------------------------------------------------------------------------

PIN_LEAST, PIN_MOST = 4, 8
_PIN = re.compile(r"[0-9]{4,8}", re.ASCII)
# The first guesses of anyone who finds a till unattended.
_COMMON = frozenset({"1234", "4321", "1212", "2580", "0852", "1004", "1122", "2000", "6969", "123123", "112233"})


def check_new_pin(pin: str, *, field_name: str = "pin") -> str:
    """The PIN as it will be kept. Raises InvalidInput for a wrong length, other characters, or one easily guessed."""
    typed = pin.strip()
    if not _PIN.fullmatch(typed):
        raise InvalidInput(f"A PIN has {PIN_LEAST} to {PIN_MOST} digits.", field=field_name, code="pin.form")
    if easily_guessed(typed):
        raise InvalidInput(
            "This PIN is among the first anyone would try. Choose another.", field=field_name, code="pin.weak"
        )
    return typed


def easily_guessed(pin: str) -> bool:
    """One digit repeated, a run up or down, a repeated pair of halves of one digit, or on the short list."""
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    return steps in ({0}, {1}, {-1}) or pin in _COMMON


# --- Lock-out -----------------------------------------------------------------------------------------------------

FREE_ATTEMPTS = 3
_FIRST_DELAY = timedelta(seconds=15)
LONGEST_DELAY = timedelta(hours=1)


def lock_for(failed_attempts: int) -> timedelta:
    """How long a person is locked after this many wrong PINs in a row: none for three, then 15 s doubling to 1 h.

    10,000 guesses then take more than a year, and a cashier who mistypes waits seconds.
    """
    if failed_attempts < FREE_ATTEMPTS:
        return timedelta(0)
    doublings = min(failed_attempts - FREE_ATTEMPTS, 20)
    return min(_FIRST_DELAY * int(2**doublings), LONGEST_DELAY)


@dataclass(frozen=True, slots=True)
class StaffTile:
    """What the sign-in window may show before anybody signed in."""

    id: int
    name: str
    role: str  # the role's name
    role_code: str
    locked_until: datetime | None = None
    demo_pin: str = ""  # shown in a demo shop only, where it is no secret


@dataclass(frozen=True, slots=True)
class SignInPage:
    """Everything the sign-in window shows, in one read."""

    shop: str
    outlet: str
    register: str
    demo: bool
    tiles: tuple[StaffTile, ...]


@dataclass(frozen=True, slots=True)
class StaffRow:
    id: int
    name: str
    role_id: int
    role: str
    active: bool
    locked_until: datetime | None
    customer_id: int | None = None


@dataclass(frozen=True)
class RoleRow:
    """A role as the Roles page shows it. `rights`: permission to limit, None for no limit."""

    id: int
    code: str
    name: str
    rights: Mapping[str, int | None]
    staff_count: int = 0


def check_limits(rights: Mapping[str, int | None]) -> dict[str, int | None]:
    """The rights as they will be stored. Raises InvalidInput for an unknown right or a limit out of range."""
    checked: dict[str, int | None] = {}
    for name, limit in rights.items():
        if not known(name):
            raise InvalidInput(f"There is no right called {name}.", field=name)
        unit = right(name).unit
        if limit is not None and unit is LimitUnit.NONE:
            raise InvalidInput("This right has no limit.", field=name)
        if limit is not None and (limit < 0 or (unit is LimitUnit.PERCENT and limit > 100)):
            raise InvalidInput("A limit is never negative, and a percentage at most 100.", field=name)
        checked[name] = limit
    return checked


def missing_from(actor: Actor, rights: Iterable[str]) -> set[str]:
    """Rights that `actor` lacks: nobody hands out what they do not hold."""
    return {name for name in rights if name not in actor.rights}
