"""What a return gives back: the stored share of the units that come back, never a new price.

Rounding is cumulative: the part for the first n units is rounded, and a later return gets the difference. So
returning everything, in any number of steps and in any order, refunds exactly what was paid.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import DomainError, InvalidInput
from app.pricing.model import PricedLine, ReturnedAmounts, TaxComponent
from app.pricing.reasons import said_quantity


class ReturnTooLarge(DomainError):
    """More is coming back than was sold and not yet returned."""

    code = "return.too_large"

    def __init__(self, left_milli: int) -> None:
        super().__init__(f"Only {said_quantity(left_milli)} of this line can still be returned.")
        self.left_milli = left_milli


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line as the completed sale stored it; all positive. `shares` are (promotion id, minor)."""

    quantity_milli: int
    gross_minor: int
    manual_minor: int
    shares: tuple[tuple[int, int], ...]
    taxes: tuple[tuple[TaxComponent, int], ...]

    @classmethod
    def of(cls, line: PricedLine) -> SoldLine:
        return cls(
            quantity_milli=line.quantity_milli,
            gross_minor=line.gross_minor,
            manual_minor=line.manual_minor,
            shares=tuple((share.promotion_id, share.amount_minor) for share in line.shares),
            taxes=line.taxes,
        )


@dataclass(frozen=True, slots=True)
class RefundPart:
    """What one step of returning gives back, all positive; `amounts` goes into the basket's return line."""

    quantity_milli: int
    gross_minor: int
    manual_minor: int
    shares: tuple[tuple[int, int], ...]
    taxes: tuple[tuple[TaxComponent, int], ...]

    @property
    def amounts(self) -> ReturnedAmounts:
        discount = self.manual_minor + sum(amount for _, amount in self.shares)
        return ReturnedAmounts(self.gross_minor, discount, self.taxes)

    def payable_minor(self, *, prices_include_tax: bool) -> int:
        """What the customer gets for it."""
        amounts = self.amounts
        return amounts.net_minor + (0 if prices_include_tax else amounts.tax_minor)


def refund_part(line: SoldLine, returned_milli: int, returning_milli: int) -> RefundPart:
    """The part of `line` for `returning_milli` more thousandths after `returned_milli` came back before.

    Raises InvalidInput for nothing or less, ReturnTooLarge past what was sold.
    """
    if returning_milli <= 0 or returned_milli < 0:
        raise InvalidInput("Say how much comes back.", field="quantity")
    upto = returned_milli + returning_milli
    if upto > line.quantity_milli:
        raise ReturnTooLarge(max(0, line.quantity_milli - returned_milli))

    def between(amount: int) -> int:
        return _part(amount, upto, line.quantity_milli) - _part(amount, returned_milli, line.quantity_milli)

    return RefundPart(
        quantity_milli=returning_milli,
        gross_minor=between(line.gross_minor),
        manual_minor=between(line.manual_minor),
        shares=tuple((promotion, between(amount)) for promotion, amount in line.shares),
        taxes=tuple((component, between(amount)) for component, amount in line.taxes),
    )


def _part(amount: int, milli: int, of_milli: int) -> int:
    """`amount` × milli / of_milli, half up."""
    return (2 * amount * milli + of_milli) // (2 * of_milli)
