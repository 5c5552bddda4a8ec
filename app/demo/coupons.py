"""Who brings which coupon, and the uses that follow."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.checkout.model import CouponOnBasket
from app.demo.book import Book
from app.demo.offers import Coupon, Offers
from app.demo.people import Person
from app.demo.ringing import Rung
from app.pricing.model import EnteredCode, PriorUse, UsageFacts
from app.pricing.promotion import Kind, Promotion

Use = tuple[int, int, int | None, int]  # redemption id, promotion, code, saved
_MISHEARD = ("FREEBREAD", "SUMER10", "GET20", "STUDENT")


@dataclass(slots=True)
class Coupons:
    offers: Offers
    book: Book
    usage: UsageFacts
    uses: dict[int, int]  # promotion to uses; `usage` looks at the same
    spent: dict[str, int]  # campaign to minor units; the same
    customer_uses: Counter[tuple[int, int, int]] = field(default_factory=Counter)  # promotion, code, customer
    _prior: dict[int, dict[int, PriorUse]] = field(default_factory=dict)
    _by_word: dict[str, Coupon] = field(default_factory=dict)
    _letters: dict[int, Coupon] = field(default_factory=dict)
    _promotions: dict[int, Promotion] = field(default_factory=dict)
    _by_id: dict[int, Coupon] = field(default_factory=dict)
    _redemptions: int = 0
    _words: tuple[str, ...] = ()

    @classmethod
    def of(cls, offers: Offers, book: Book) -> Coupons:
        uses: dict[int, int] = {}
        spent: dict[str, int] = {}
        made = cls(offers, book, UsageFacts(uses=uses, budget_spent_minor=spent), uses, spent)
        made._promotions = {promotion.id: promotion for promotion in offers.promotions}
        made._by_id = {coupon.id: coupon for coupon in offers.coupons}
        made._by_word = {coupon.text: coupon for coupon in offers.coupons if not coupon.secret}
        made._letters = {coupon.customer_id: coupon for coupon in offers.coupons if coupon.customer_id is not None}
        return made

    def today(self, day: date) -> None:
        """Which words people say on this day: mostly what runs, sometimes what is over or never was."""
        summer = f"SUMMER{day.year % 100:02d}"
        words = ["WELCOME5", "BIRTHDAY", "CHEESE20", "WINE15", "COFFEE", "COFFEE", "CAKE", "VIPNIGHT", "OPENING"]
        words += [summer] * (6 if 6 <= day.month <= 8 else 1)
        self._words = tuple(word for word in words if word in self._by_word)

    def house(self) -> CouponOnBasket:
        return _on_basket(self._by_word["HOUSE"])

    def personal(self, rng: random.Random, day: date, person: Person, *, newcomer: bool) -> tuple[CouponOnBasket, ...]:
        """What somebody holds who comes for the first time, or in the month of their birthday."""
        if newcomer and rng.random() < 0.25:
            return (_on_basket(self._by_word["WELCOME5"]),)
        if person.birth_month == day.month and rng.random() < 0.06:
            return (_on_basket(self._by_word["BIRTHDAY"]),)
        return ()

    def choose(self, rng: random.Random, day: date, person: Person | None) -> tuple[CouponOnBasket, ...]:
        letter = self._letters.get(person.id) if person is not None else None
        if letter is not None and letter.expires_on is not None and (letter.expires_on - day).days < 240:
            return (_on_basket(letter),)
        if rng.random() < 0.03:
            word = rng.choice(_MISHEARD)
            return (CouponOnBasket(EnteredCode(word), word),)
        first = _on_basket(self._by_word[rng.choice(self._words)])
        if rng.random() < 0.06:
            second = _on_basket(self._by_word[rng.choice(self._words)])
            return (first, second) if second.code_id != first.code_id else (first,)
        return (first,)

    def prior(self, customer_id: int) -> dict[int, PriorUse]:
        return self._prior.get(customer_id, {})

    def used(
        self, rung: Rung, person: Person | None, sale_id: int, number: str, at: datetime
    ) -> tuple[tuple[int, Any], ...]:
        """Count and write each promotion that counted, as completing a sale does."""
        made: list[tuple[int, Any]] = []
        by_text = {coupon.entered.text: coupon for coupon in rung.basket.coupons}
        for entry in rung.priced.applied:
            promotion_id = entry.promotion_id
            if promotion_id is None:
                continue
            on_basket = by_text.get(entry.code)
            code_id = None if on_basket is None else on_basket.code_id
            campaign = self.offers.campaign_of.get(promotion_id)
            self._count(promotion_id, code_id, campaign, person, 1, entry.amount_minor, number)
            promotion = self._promotions[promotion_id]
            percent = promotion.percent if promotion.kind is Kind.PERCENT else None
            self._redemptions += 1
            shown = "" if on_basket is None else on_basket.shown
            tail = (shown, entry.name, entry.amount_minor, percent, number, at)
            head = (promotion_id, entry.version, code_id, campaign, None if person is None else person.id)
            self.book.emit("coupon_redemption", (self._redemptions, "use", *head, sale_id, None, *tail))
            made.append((self._redemptions, (head, shown, entry.name, entry.amount_minor, percent)))
        return tuple(made)

    def give_back(
        self, redemptions: tuple[tuple[int, Any], ...], person: Person | None, sale_id: int, number: str, at: datetime
    ) -> None:
        for used_id, (head, shown, name, amount, percent) in redemptions:
            promotion_id, _version, code_id, campaign, _customer = head
            self._count(promotion_id, code_id, campaign, person, -1, -amount, number)
            self._redemptions += 1
            tail = (shown, name, -amount, percent, number, at)
            self.book.emit("coupon_redemption", (self._redemptions, "return", *head, sale_id, used_id, *tail))

    def _count(
        self, promotion_id: int, code_id: int | None, campaign: int | None, person: Person | None, uses: int,
        amount: int, number: str,
    ) -> None:  # fmt: skip
        self.uses[promotion_id] = self.uses.get(promotion_id, 0) + uses
        if code_id is not None:
            self._by_id[code_id].used += uses
        if campaign is not None:
            self.spent[str(campaign)] = self.spent.get(str(campaign), 0) + amount
        if person is None:
            return
        self.customer_uses[promotion_id, 0, person.id] += uses
        if code_id is not None:
            self.customer_uses[promotion_id, code_id, person.id] += uses
        if self._promotions[promotion_id].limits.per_customer_uses is not None:
            own = self._prior.setdefault(person.id, {})
            before = own.get(promotion_id, PriorUse(0))
            own[promotion_id] = PriorUse(before.uses + uses, number if uses > 0 else before.last_invoice)


def _on_basket(coupon: Coupon) -> CouponOnBasket:
    return CouponOnBasket(coupon.entered(), coupon.shown, coupon.id)
