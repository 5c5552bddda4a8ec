"""Why a promotion does not count, in words that tell the cashier the remedy.

`Reason` values are stable: they are stored in the trail, compared by scenarios and translated by the interface.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from app.money import Money


class Reason(StrEnum):
    APPLIED = "applied"
    UNKNOWN_CODE = "unknown_code"
    CODE_BLOCKED = "code_blocked"
    EXPIRED = "expired"
    NOT_STARTED = "not_started"
    WRONG_DAY = "wrong_day"
    WRONG_HOUR = "wrong_hour"
    WRONG_OUTLET = "wrong_outlet"
    USAGE_LIMIT = "usage_limit"
    PER_CUSTOMER_LIMIT = "per_customer_limit"
    CUSTOMER_NEEDED = "customer_needed"
    CUSTOMER_NOT_ELIGIBLE = "customer_not_eligible"
    MIN_AMOUNT_NOT_MET = "min_amount_not_met"
    MIN_QTY_NOT_MET = "min_qty_not_met"
    AMOUNT_NOT_EQUAL = "amount_not_equal"
    NOT_STACKABLE = "not_stackable"
    BEST_OF = "best_of"
    ALREADY_APPLIED = "already_applied"
    BUDGET_EXCEEDED = "budget_exceeded"
    NOTHING_TO_DISCOUNT = "nothing_to_discount"
    NO_TARGET_IN_BASKET = "no_target_in_basket"


# What the customer can still do something about: shown as a hint when the promotion needs no code.
EARNABLE = frozenset({Reason.MIN_AMOUNT_NOT_MET, Reason.MIN_QTY_NOT_MET, Reason.CUSTOMER_NEEDED})

LONGEST_WORD_SHOWN = 12
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Why:
    """A reason, its sentence, and the sentence's parts for translation."""

    reason: Reason
    sentence: str
    params: tuple[tuple[str, str], ...] = ()


def _why(reason: Reason, sentence: str, **params: str) -> Why:
    return Why(reason, sentence, tuple(params.items()))


def unknown_code(code: str) -> Why:
    """A long one may be a card number, mistyped: the sentence is stored with the sale and shows its end only."""
    shown = code if len(code) <= LONGEST_WORD_SHOWN else f"…{code[-4:]}"
    return _why(
        Reason.UNKNOWN_CODE, f"No coupon has the code “{shown}”. Check the letters or scan it again.", code=shown
    )


def code_blocked() -> Why:
    return _why(Reason.CODE_BLOCKED, "This code has been blocked. A manager can unblock it under Coupons.")


def switched_off() -> Why:
    return _why(Reason.EXPIRED, "This offer has been switched off. A manager can switch it on under Coupons.")


def expired(last_day: date) -> Why:
    return _why(Reason.EXPIRED, f"Ended on {_said(last_day)}.", date=last_day.isoformat())


def not_started(first_day: date) -> Why:
    return _why(Reason.NOT_STARTED, f"Starts on {_said(first_day)}.", date=first_day.isoformat())


def wrong_day(weekdays: frozenset[int]) -> Why:
    names = _listed([_DAYS[day] for day in sorted(weekdays)])
    return _why(Reason.WRONG_DAY, f"Counts on {names} only.", days=",".join(str(day) for day in sorted(weekdays)))


def starts_at(start: time) -> Why:
    return _why(Reason.WRONG_HOUR, f"Starts at {start:%H:%M}.", start=f"{start:%H:%M}")


def over_for_today(end: time) -> Why:
    return _why(Reason.WRONG_HOUR, f"Ended at {end:%H:%M} for today.", end=f"{end:%H:%M}")


def wrong_outlet() -> Why:
    return _why(Reason.WRONG_OUTLET, "Counts at other outlets, not at this one.")


def used_up(used: int, allowed: int, *, code: bool) -> Why:
    what = "This code has" if code else "It has"
    sentence = f"{what} been used {used} of {_times(allowed)}; there is no use left."
    return _why(Reason.USAGE_LIMIT, sentence, used=str(used), allowed=str(allowed))


def used_by_customer(used: int, allowed: int, invoice: str) -> Why:
    where = f", on invoice {invoice}" if invoice else ""
    return _why(
        Reason.PER_CUSTOMER_LIMIT,
        f"This customer used it {used} of {_times(allowed)}{where}.",
        used=str(used),
        allowed=str(allowed),
        invoice=invoice,
    )


def customer_needed() -> Why:
    return _why(Reason.CUSTOMER_NEEDED, "Attach the customer to the sale (F3) to use it.")


def customer_not_eligible(who: str) -> Why:
    return _why(Reason.CUSTOMER_NOT_ELIGIBLE, f"Not for this customer: it is for {who}.", who=who)


def amount_missing(missing_minor: int, label: str, currency: str) -> Why:
    missing = Money(missing_minor, currency)
    return _why(Reason.MIN_AMOUNT_NOT_MET, f"Needs {missing} more{_of(label)}.", missing=str(missing), of=label)


def quantity_missing(missing_milli: int, label: str) -> Why:
    missing = said_quantity(missing_milli)
    return _why(Reason.MIN_QTY_NOT_MET, f"Needs {missing} more{_of(label)}.", missing=missing, of=label)


def amount_not_equal(wanted_minor: int, currency: str) -> Why:
    wanted = Money(wanted_minor, currency)
    return _why(Reason.AMOUNT_NOT_EQUAL, f"Counts only when the basket comes to exactly {wanted}.", wanted=str(wanted))


def not_with(other: str) -> Why:
    return _why(Reason.NOT_STACKABLE, f"Does not combine with “{other}”. Remove that one to use this.", other=other)


def counts_so_often(name: str, most: int) -> Why:
    often = "once" if most == 1 else _times(most)
    return _why(
        Reason.NOT_STACKABLE, f"“{name}” counts {often} in a sale. Take its other code off to use this one.", other=name
    )


def better_one(other: str, amount_minor: int, currency: str) -> Why:
    amount = Money(amount_minor, currency)
    return _why(
        Reason.BEST_OF, f"“{other}” takes off more ({amount}), and only the best one counts.", other=other,
        amount=str(amount),
    )  # fmt: skip


def already_applied() -> Why:
    return _why(Reason.ALREADY_APPLIED, "This code is on the sale already; it counts once.")


def over_budget(left_minor: int, currency: str) -> Why:
    left = Money(max(0, left_minor), currency)
    return _why(
        Reason.BUDGET_EXCEEDED, f"The campaign's budget has {left} left, less than this discount.", left=str(left)
    )


def budget_used_up(limit: int) -> Why:
    return _why(Reason.BUDGET_EXCEEDED, f"The campaign's {_times(limit)} are used up.", limit=str(limit))


def nothing_to_discount() -> Why:
    return _why(Reason.NOTHING_TO_DISCOUNT, "There is nothing left in this basket to take it off.")


def cheaper_without(price_minor: int, currency: str) -> Why:
    price = Money(price_minor, currency)
    return _why(
        Reason.NOTHING_TO_DISCOUNT, f"These products cost {price} or less already: nothing to save.", price=str(price)
    )


def no_target(label: str) -> Why:
    what = label or "products that are not in this basket"
    return _why(Reason.NO_TARGET_IN_BASKET, f"Counts on {what}: add some to use it.", of=label)


def _said(day: date) -> str:
    """A day as every English reader reads it the same; figures alone are two days to two readers."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _of(label: str) -> str:
    return f" of {label}" if label else ""


def _times(count: int) -> str:
    return "1 time" if count == 1 else f"{count} times"


def said_quantity(milli: int) -> str:
    """Thousandths as people say them: 1000 is "1", 1500 is "1.5"."""
    whole, rest = divmod(milli, 1000)
    return str(whole) if not rest else f"{whole}.{rest:03d}".rstrip("0")


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
