"""What a points programme is, and what a customer has in it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.errors import DomainError, InvalidInput
from app.money import LARGEST_MINOR, Money

LARGEST_POINTS = 10**9


class EarnBasis(StrEnum):
    """What of a sale earns (T21). Card sales and what points paid never do."""

    NET = "net"  # after discounts, without tax
    GROSS = "gross"  # after discounts, with tax
    BEFORE_DISCOUNT = "before_discount"


class AdjustKind(StrEnum):
    ADD = "add"
    SUBTRACT = "subtract"
    SET = "set"  # R19: the balance becomes the value, up or down


class PointsShort(DomainError):
    code = "points.short"

    def __init__(self, has: int) -> None:
        super().__init__(f"The customer has {max(0, has)} points. Subtract at most that many.")
        self.has = has


class NoProgram(DomainError):
    code = "points.noprogram"

    def __init__(self) -> None:
        super().__init__("This shop has no points programme yet. A manager can start one under Loyalty.")


class ProgrammeChanged(DomainError):
    code = "points.changed"

    def __init__(self) -> None:
        super().__init__("Somebody else changed the points meanwhile. Discard shows them; then repeat your change.")


class PointsRequestReused(DomainError):
    code = "points.request"

    def __init__(self) -> None:
        super().__init__("This was booked before with other points or another customer. Start again.")


@dataclass(frozen=True, slots=True)
class Programme:
    """`points_per_step` for each `step` of money; `point_value` zero: points are no tender. None: no expiry."""

    name: str
    step: Money
    point_value: Money
    points_per_step: int = 1
    full_steps_only: bool = True
    basis: EarnBasis = EarnBasis.GROSS
    earn_on_gift_cards: bool = False
    expiry_days: int | None = None
    active: bool = True
    id: int | None = None

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > 80:
            raise InvalidInput("The programme needs a name of at most 80 letters.", field="name")
        if not 0 < self.step.minor <= LARGEST_MINOR:
            raise InvalidInput("The step is an amount above zero.", field="step")
        if not 0 <= self.points_per_step <= LARGEST_POINTS:
            raise InvalidInput("Points per step are never negative.", field="points_per_step")
        if not 0 <= self.point_value.minor <= LARGEST_MINOR:
            raise InvalidInput("A point's value is never negative.", field="point_value")
        if self.expiry_days is not None and not 1 <= self.expiry_days <= 36_500:
            raise InvalidInput("Points expire after 1 to 36,500 days, or never.", field="expiry_days")


@dataclass(frozen=True, slots=True)
class Expiring:
    points: int
    on: date


@dataclass(frozen=True, slots=True)
class PointsFacts:
    """What the till and the customer form show. `owed`: clawed back after they were spent."""

    balance: int
    earned_total: int
    owed: int
    worth: Money | None  # None where points are no tender
    next_to_expire: Expiring | None


@dataclass(frozen=True, slots=True)
class Adjusted:
    change: int
    balance: int
    replayed: bool = False


def difference(kind: AdjustKind, value: int, balance: int) -> int:
    """The points that an adjustment adds (+) or takes (-). Raises InvalidInput or PointsShort."""
    if type(value) is not int or not 0 <= value <= LARGEST_POINTS or (value == 0 and kind is not AdjustKind.SET):
        raise InvalidInput("Type a whole number of points above zero.", field="points")
    change = {AdjustKind.ADD: value, AdjustKind.SUBTRACT: -value, AdjustKind.SET: value - balance}[kind]
    if change < 0 and balance + change < 0:
        raise PointsShort(balance)
    return change
