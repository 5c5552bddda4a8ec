"""What a till refuses, each with the way on. The basket stands after every one of them."""

from __future__ import annotations

from app.errors import DomainError, InvalidInput, NotFound
from app.money import Money


class LineUnknown(NotFound):
    code = "basket.line"

    def __init__(self) -> None:
        super().__init__("This line is no longer in the basket. Look at the basket again.")


class BasketFull(DomainError):
    code = "basket.full"

    def __init__(self, most: int) -> None:
        super().__init__(f"A basket takes {most} lines. Finish this sale and start another.")


class BasketEmpty(DomainError):
    code = "basket.empty"

    def __init__(self) -> None:
        super().__init__("There is nothing in the basket yet. Scan something first.")


class QuantityRefused(InvalidInput):
    code = "basket.quantity"

    def __init__(self, sentence: str = "This quantity cannot be sold. Type it again.") -> None:
        super().__init__(sentence, field="quantity")


class PriceAsked(InvalidInput):
    code = "basket.price"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has no fixed price. Type what it costs.", field="price")


class NotSold(DomainError):
    code = "basket.notsold"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not sold any more. Take it out of the basket.")


class TotalChanged(DomainError):
    """The shop's facts moved between the last look and Pay. `now` is what it costs now."""

    code = "sale.changed"

    def __init__(self, shown: Money, now: Money, why: str = "") -> None:
        because = f" {why}" if why else ""
        super().__init__(f"The total is now {now}, not {shown}.{because} Check the basket, then pay again.")
        self.shown = shown
        self.now = now


class CouponGone(DomainError):
    """A use or the budget ran out while this basket was open."""

    code = "coupon.gone"

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(f"{name} no longer counts: {sentence} Take it off or pay without it.")


class StillDue(DomainError):
    code = "tender.due"

    def __init__(self, due: Money) -> None:
        super().__init__(f"{due} is still to pay. Take another tender.")
        self.due = due


class ValueShort(DomainError):
    """A card, voucher or credit holds less than was to be taken from it."""

    code = "tender.short"

    def __init__(self, shown: str, left: Money) -> None:
        super().__init__(f"{shown} has {left} left. Take that, and the rest by another tender.")
        self.left = left


class ValueRefused(DomainError):
    """A card or voucher that does not pay: expired, deactivated, somebody else's."""

    code = "tender.refused"


class TenderRefused(InvalidInput):
    code = "tender.amount"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="amount")


class SessionClosed(DomainError):
    code = "session.closed"

    def __init__(self) -> None:
        super().__init__("This register's shift is closed. Open the register, then sell.")


class SessionOpen(DomainError):
    code = "session.open"

    def __init__(self) -> None:
        super().__init__("This register is already open. Close it first, or go on selling.")


class RequestReused(DomainError):
    """The same request id with other content, or after it was booked: never booked again."""

    code = "sale.request"

    def __init__(self, sentence: str = "This sale was already booked with other lines. Start a new sale.") -> None:
        super().__init__(sentence)


class SaleUnknown(NotFound):
    code = "sale.unknown"

    def __init__(self) -> None:
        super().__init__("There is no such receipt in this shop. Check the number.")


class NothingToReturn(DomainError):
    code = "return.nothing"

    def __init__(self, sentence: str = "Everything on this receipt has already come back.") -> None:
        super().__init__(sentence)


class ReturnRefused(DomainError):
    code = "return.refused"


class BasketTaken(DomainError):
    code = "basket.taken"

    def __init__(self) -> None:
        super().__init__("Another register has taken this sale up. Look at the list of held sales again.")


class BasketVoided(DomainError):
    code = "basket.voided"

    def __init__(self) -> None:
        super().__init__("This sale was voided. Start a new one.")
