"""What a code would do to this basket if it were entered now: for the coupons shown beside the customer's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.pricing.catalogue import Catalogue
from app.pricing.engine import price
from app.pricing.model import (
    Basket,
    CustomerFacts,
    EnteredCode,
    Outcome,
    PricedBasket,
    PricingSettings,
    UsageFacts,
)


@dataclass(frozen=True, slots=True)
class Prospect:
    """`saving_minor` is what the customer would pay less for all in all; `sentence` says what is missing, if any."""

    code: EnteredCode
    counts: bool
    saving_minor: int
    reason: str
    sentence: str
    params: tuple[tuple[str, str], ...] = ()


def outlook(
    basket: Basket,
    codes: Sequence[EnteredCode],
    catalogue: Catalogue,
    settings: PricingSettings,
    *,
    now: datetime,
    customer: CustomerFacts | None = None,
    usage: UsageFacts | None = None,
) -> tuple[Prospect, ...]:
    """Each code by itself, entered after those on the basket already. Costs one pricing per code."""
    facts = usage or UsageFacts()
    before = price(basket, catalogue, settings, now=now, customer=customer, usage=facts)
    return tuple(
        _prospect(
            code,
            before,
            price(
                replace(basket, codes=(*basket.codes, code)),
                catalogue,
                settings,
                now=now,
                customer=customer,
                usage=facts,
            ),
        )
        for code in codes
    )


def _prospect(code: EnteredCode, before: PricedBasket, after: PricedBasket) -> Prospect:
    saving = before.total_minor - after.total_minor
    answers = [entry for entry in after.trail if entry.code == code.text]
    applied = next((entry for entry in answers if entry.outcome is Outcome.APPLIED), None)
    answer = applied or (answers[-1] if answers else None)
    if answer is None:  # a repeat of a code on the basket, ignored by the shop's choice
        return Prospect(code, False, 0, "already_applied", "This code is on the sale already; it counts once.")
    # On the basket already and counting there: entering it again gains nothing.
    counts = applied is not None and saving > 0
    return Prospect(code, counts, saving if counts else 0, answer.reason, answer.sentence, answer.params)
