"""The demo shop's campaigns, promotions and coupon codes: running, over, not yet begun, used up."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from app import codes
from app.demo.plan import DemoPlan
from app.pricing.model import EnteredCode
from app.pricing.promotion import (
    Audience,
    CampaignBudget,
    Conditions,
    Deal,
    HappyHour,
    Kind,
    Limits,
    Promotion,
    Schedule,
    Selection,
    Target,
    Tier,
)
from app.pricing.serialize import promotion_to_dict

CAMPAIGN = "id, name, budget_minor, spent_minor, starts_on, ends_on, created_at"
PROMOTION = (
    "id, name, kind, definition, version, automatic, priority, campaign_id, valid_from, valid_to, total_limit, "
    "per_customer_limit, use_count, active, created_at, updated_at"
)
VERSION = "promotion_id, version, definition, recorded_at"
CODE = (
    "id, promotion_id, code_hash, shared_code, last_four, code_cipher, max_uses, per_customer_limit, use_count, "
    "customer_id, batch, expires_on, status, created_at"
)
VIP_SEGMENT = 1
WINTER = 1  # campaign of the personal letters


@dataclass(slots=True)
class Coupon:
    """A code as the builder deals with it. `text` is what lies in the basket, `shown` what may be seen."""

    id: int
    promotion_id: int
    text: str
    shown: str
    max_uses: int | None = None
    customer_id: int | None = None
    expires_on: date | None = None
    used: int = 0
    secret: str = field(default="", repr=False)

    def entered(self) -> EnteredCode:
        return EnteredCode(
            self.text, self.promotion_id, max_uses=self.max_uses, used=self.used, customer_id=self.customer_id,
            valid_to=self.expires_on,
        )  # fmt: skip


@dataclass(slots=True)
class Offers:
    promotions: list[Promotion]
    campaign_of: dict[int, int]
    budgets: dict[int, int]
    coupons: list[Coupon]
    batch_of: dict[int, str]

    def by_promotion(self, promotion_id: int) -> list[Coupon]:
        return [coupon for coupon in self.coupons if coupon.promotion_id == promotion_id]


def offers(plan: DemoPlan, categories: dict[str, int]) -> Offers:
    """Everything on offer in the three years. `categories`: path to id."""
    made = Offers([], {}, {}, [], {})
    scale = max(1, plan.sales // 5_000)
    for promotion in _automatic(categories):
        made.promotions.append(promotion)
    for promotion, word in _by_code(plan, categories, scale):
        made.promotions.append(promotion)
        number = len(made.coupons) + 1
        made.coupons.append(Coupon(number, promotion.id, word, word))
    letters = _letters(scale)
    made.promotions.append(letters)
    made.budgets[WINTER] = 20_000 * scale
    made.campaign_of[letters.id] = WINTER
    _personal_codes(plan, letters, made)
    return made


def _target(categories: dict[str, int], *paths: str, label: str = "") -> Target:
    return Target(
        Selection(categories=frozenset(categories[path] for path in paths if path in categories)), label=label
    )


def _automatic(categories: dict[str, int]) -> list[Promotion]:
    pastries = _target(categories, "Bakery/Pastries", label="Pastries")
    wine = _target(categories, "Cellar/Red Wine", "Cellar/White Wine", label="Wine")
    lunch = Target(Selection(tags=frozenset({"sandwich"})), label="Sandwiches")
    weekdays = frozenset(range(5))
    return [
        Promotion(
            1, "Pastry happy hour", Kind.PERCENT, targets=pastries, percent=Decimal(30), priority=10,
            schedule=Schedule(weekdays=weekdays, hours=(HappyHour(time(16), time(18)),)),
        ),
        Promotion(
            2, "Two sandwiches for 16", Kind.FIXED_PRICE, targets=lunch, bundle_units=2, bundle_price_minor=1600,
            bundle_repeat=True, priority=20,
        ),
        Promotion(
            3, "Six bottles, pay five", Kind.BOGO, priority=30,
            deal=Deal(buy=wine, buy_units=5, get=wine, get_units=1, repeat=True),
        ),
        Promotion(
            4, "Gold thank-you", Kind.TIERED_PERCENT, priority=90, audience=Audience(tiers=frozenset({"Gold"})),
            tiers=(Tier(3000, Decimal(3)), Tier(6000, Decimal(6))),
        ),
    ]  # fmt: skip


def _by_code(plan: DemoPlan, categories: dict[str, int], scale: int) -> list[tuple[Promotion, str]]:
    cheese = _target(categories, "Deli Counter/Cheese", label="Cheese")
    wine = _target(categories, "Cellar/Red Wine", "Cellar/White Wine", "Cellar/Sparkling", label="Wine")
    cafe = _target(categories, "Café/Coffee", "Café/Tea and Chocolate", label="Hot drinks")
    cakes = _target(categories, "Bakery/Cakes", label="Cakes")
    half_year = timedelta(days=182)
    found = [
        Promotion(
            10, "Welcome", Kind.FIXED, amount_minor=500, priority=40,
            conditions=Conditions(min_amount_minor=2000), limits=Limits(per_customer_uses=1),
            audience=Audience(first_purchase=True), codes=("WELCOME5",),
        ),
        Promotion(
            11, "Birthday treat", Kind.PERCENT, percent=Decimal(20), priority=41, max_discount_minor=1500,
            audience=Audience(birthday_month=True), limits=Limits(per_customer_uses=3), codes=("BIRTHDAY",),
        ),
        Promotion(
            12, "A fifth off cheese", Kind.PERCENT, targets=cheese, percent=Decimal(20), priority=42,
            limits=Limits(total_uses=30 * scale), codes=("CHEESE20",),
        ),
        Promotion(
            13, "Weekend wine", Kind.PERCENT, targets=wine, percent=Decimal(15), priority=43,
            conditions=Conditions(targets=wine, min_amount_minor=3000),
            schedule=Schedule(weekdays=frozenset({4, 5, 6})), codes=("WINE15",),
        ),
        Promotion(
            14, "Regulars' coffee", Kind.FIXED_PER_UNIT, targets=cafe, amount_minor=40, priority=44, codes=("COFFEE",),
        ),
        Promotion(
            15, "House account", Kind.PERCENT, percent=Decimal(2), priority=45, codes=("HOUSE",),
        ),
        Promotion(
            16, "VIP evening", Kind.PERCENT, percent=Decimal(10), priority=46,
            audience=Audience(segments=frozenset({VIP_SEGMENT})), codes=("VIPNIGHT",),
        ),
        Promotion(
            17, "Opening week", Kind.PERCENT, percent=Decimal(10), priority=47, codes=("OPENING",),
            schedule=Schedule(valid_from=plan.first_day, valid_to=plan.first_day + timedelta(days=60)),
        ),
        Promotion(
            18, "Next season", Kind.PERCENT, percent=Decimal(10), priority=48, codes=("SOON",),
            schedule=Schedule(valid_from=plan.until + timedelta(days=30)),
        ),
        Promotion(
            19, "Cheapest cake free", Kind.CHEAPEST_ITEM, percent=Decimal(100), priority=49, codes=("CAKE",),
            targets=cakes, schedule=Schedule(valid_from=plan.until - half_year),
            conditions=Conditions(targets=cakes, min_quantity_milli=2000),
        ),
    ]  # fmt: skip
    found += _summers(plan)
    return [(promotion, promotion.codes[0]) for promotion in found]


def _summers(plan: DemoPlan) -> list[Promotion]:
    made = []
    for place, year in enumerate(range(plan.first_day.year, plan.until.year + 1)):
        schedule = Schedule(valid_from=date(year, 6, 1), valid_to=date(year, 8, 31))
        made.append(
            Promotion(
                20 + place, f"Summer {year}", Kind.PERCENT, percent=Decimal(10), priority=50,
                conditions=Conditions(min_amount_minor=1000), schedule=schedule, codes=(f"SUMMER{year % 100:02d}",),
            )
        )  # fmt: skip
    return made


def _letters(scale: int) -> Promotion:
    """Personal codes by post, one use each, out of one budget."""
    return Promotion(
        30, "Winter letter", Kind.FIXED, amount_minor=400, priority=60, needs_code=True,
        conditions=Conditions(min_amount_minor=1500),
        limits=Limits(per_code_uses=1), budget=CampaignBudget(str(WINTER), limit=20_000 * scale),
    )  # fmt: skip


def _personal_codes(plan: DemoPlan, letters: Promotion, made: Offers) -> None:
    rng = random.Random(f"letters-{plan.seed}")  # noqa: S311 - the codes of a demo open nothing
    winter = plan.until - timedelta(days=300)
    for customer_id in range(2, plan.customers + 1):
        if rng.random() > 0.15:
            continue
        number = len(made.coupons) + 1
        secret = demo_code(rng)
        shown = codes.mask(secret[-4:])
        coupon = Coupon(
            number, letters.id, f"#{number}", shown, 1, customer_id, winter + timedelta(days=240), secret=secret
        )
        made.coupons.append(coupon)
        made.batch_of[number] = "Winter letter"


def demo_code(rng: random.Random) -> str:
    """A well-formed code from the seed: repeatable, so worth nothing outside a demo."""
    body = "".join(rng.choice(codes.ALPHABET) for _ in range(codes.RANDOM_SYMBOLS))
    return body + codes.check_symbol(body)


# --- Rows ---------------------------------------------------------------------------------------------------------


def campaign_rows(made: Offers, plan: DemoPlan, at: datetime) -> list[tuple[Any, ...]]:
    ends = plan.until - timedelta(days=60)
    return [(WINTER, "Winter letter", made.budgets[WINTER], 0, plan.until - timedelta(days=300), ends, at)]


def promotion_rows(made: Offers, at: datetime) -> list[tuple[Any, ...]]:
    return [
        (
            one.id, one.name, one.kind.value, promotion_to_dict(one), one.version, not one.by_code, one.priority,
            made.campaign_of.get(one.id), one.schedule.valid_from, one.schedule.valid_to, one.limits.total_uses,
            one.limits.per_customer_uses, 0, one.active, at, at,
        )
        for one in made.promotions
    ]  # fmt: skip


def version_rows(made: Offers, at: datetime) -> list[tuple[Any, ...]]:
    return [(one.id, one.version, promotion_to_dict(one), at) for one in made.promotions]


def code_rows(made: Offers, at: datetime) -> list[tuple[Any, ...]]:
    rows = []
    for one in made.coupons:
        text = one.secret or one.text
        rows.append(
            (
                one.id, one.promotion_id, codes.hash_of(text), None if one.secret else one.text, codes.last_four(text),
                None, one.max_uses, None, 0, one.customer_id, made.batch_of.get(one.id, ""), one.expires_on, "active",
                at,
            )
        )  # fmt: skip
    return rows
