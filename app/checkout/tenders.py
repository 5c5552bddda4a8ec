"""Paying: what each tender takes over, what is still due, the change. Pure.

Tenders count in the order they were taken. Change comes from cash alone. Cash rounding applies only when cash
pays the rest: the coin step is then met by the last cash tender, and the difference is the sale's rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.checkout.errors import TenderRefused, ValueShort
from app.checkout.model import Settlement, TakenTender, Tender, TenderKind
from app.money import LARGEST_MINOR, Money, decimals_of
from app.pricing.cash import cash_adjustment
from app.pricing.model import CashRounding, PricingSettings

LARGEST_TENDERS = 50


@dataclass(frozen=True, slots=True)
class CashRule:
    """The smallest coin, and whether cash is rounded to it at paying (ALWAYS is in the total already)."""

    step_minor: int
    rounds: bool

    @classmethod
    def of(cls, settings: PricingSettings) -> CashRule:
        return cls(settings.cash_step_minor, settings.cash_rounding is CashRounding.CASH)

    def adjustment(self, due_minor: int) -> int:
        return cash_adjustment(due_minor, self.step_minor) if self.rounds else 0


def settle(total: Money, tenders: Sequence[Tender], rule: CashRule) -> Settlement:
    """Where paying stands after `tenders`. Raises TenderRefused or ValueShort for one that cannot be taken.

    A total below zero is paid out: tenders then carry negative amounts (None: all that is due).
    """
    if len(tenders) > LARGEST_TENDERS:
        raise TenderRefused(f"A sale takes {LARGEST_TENDERS} tenders. Put some together.")
    due, change, rounding = total.minor, 0, 0
    taken: list[TakenTender] = []
    for tender in tenders:
        if tender.amount_minor is not None and abs(tender.amount_minor) > LARGEST_MINOR:
            raise TenderRefused("This amount is too large. Type it again.")
        if due == 0 and taken:
            raise TenderRefused("Everything is paid already. Take no more tenders.")
        if tender.kind is TenderKind.CASH:
            one, step, back = _cash(tender, due, rule)
            rounding += step
            change += back
            due += step
        else:
            one = _exact(tender, due, total.currency)
        taken.append(one)
        due -= one.amount_minor
    if not taken and due and due + rule.adjustment(due) == 0:
        rounding, due = -due, 0  # too small for any coin
    return Settlement(
        total=Money(total.minor + rounding, total.currency),
        taken=tuple(taken),
        due=Money(due, total.currency),
        cash_due=Money(due + rule.adjustment(due), total.currency),
        change=Money(change, total.currency),
        rounding=Money(rounding, total.currency),
    )


def _cash(tender: Tender, due: int, rule: CashRule) -> tuple[TakenTender, int, int]:
    """What cash takes over, the rounding it brings, and the change."""
    step = rule.adjustment(due)
    rounded = due + step
    handed = rounded if tender.amount_minor is None else tender.amount_minor
    if due < 0:
        if handed > 0:
            raise TenderRefused("Money goes back to the customer here. Pay it out.")
        if handed <= rounded:
            if handed < rounded:
                raise TenderRefused("This pays back more than is due.")
            return TakenTender(tender, rounded, rounded), step, 0
        return TakenTender(tender, handed, handed), 0, 0
    if handed < 0 or (handed == 0 and rounded != 0):
        raise TenderRefused("Type the amount handed over.")
    if handed >= rounded:
        return TakenTender(tender, rounded, handed), step, handed - rounded
    return TakenTender(tender, handed, handed), 0, 0


def _exact(tender: Tender, due: int, currency: str) -> TakenTender:
    """A tender that gives no change: never more than is due, never more than it holds."""
    available = tender.available_minor
    if due < 0:
        amount = due if tender.amount_minor is None else tender.amount_minor
        if not due <= amount < 0:
            raise TenderRefused("This pays back more than is due, or nothing.")
        return TakenTender(tender, amount, amount)
    wanted = due if tender.amount_minor is None else tender.amount_minor
    if tender.amount_minor is None and available is not None:
        wanted = min(wanted, available)
    if available is not None and wanted > available:
        raise ValueShort(tender.shown or "This card", Money(available, currency))
    if wanted <= 0:
        if available == 0:
            raise ValueShort(tender.shown or "This card", Money(0, currency))
        raise TenderRefused("Type an amount above zero.")
    if wanted > due:
        raise TenderRefused(f"Only {Money(due, currency)} is due, and there is change from cash alone.")
    return TakenTender(tender, wanted, wanted)


def suggested_cash(due: Money) -> tuple[Money, ...]:
    """Amounts a customer is likely to hand over for `due`: exact, then up to the next notes; at most five."""
    if due.minor <= 0:
        return (due,) if due.minor == 0 else ()
    found = [due.minor]
    unit = max(100, 10 ** decimals_of(due.currency))  # one of the currency, or where that is a coin, a hundred
    while len(found) < 5 and unit <= 10**9:
        for factor in (1, 2, 5):
            step = unit * factor
            upto = -(-due.minor // step) * step
            if upto not in found and upto <= due.minor * 5 + 500:
                found.append(upto)
        unit *= 10
    return tuple(Money(minor, due.currency) for minor in sorted(set(found))[:5])
