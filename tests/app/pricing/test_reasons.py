"""When, where, for whom and how often; and the sentence that tells the cashier the remedy. # N1 T19"""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from app.pricing.model import (
    CustomerFacts,
    DuplicateCode,
    EnteredCode,
    Outcome,
    PriceGroup,
    PricingSettings,
    PriorUse,
    UsageFacts,
)
from app.pricing.promotion import (
    AmountOn,
    Audience,
    Basis,
    BudgetType,
    CampaignBudget,
    Conditions,
    Deal,
    HappyHour,
    Kind,
    Limits,
    Pool,
    Promotion,
    Schedule,
    Tier,
)
from tests.app.pricing.build import (
    BAKERY,
    NOON,
    PLAIN,
    VAT20,
    basket,
    entry,
    fixed,
    in_category,
    line,
    on,
    percent,
    priced,
    promotion,
)

ANNA = CustomerFacts(7, visits=3)


def refusal(rule: Promotion, **more: object) -> tuple[str, str]:
    """Reason and sentence for a rule entered by the code X on a basket of 20.00."""
    result = priced(basket(line(1, 1000, 2), codes=("X",)), replace(rule, codes=("X",)), **more)  # type: ignore[arg-type]
    found = result.trail[0]
    assert found.outcome is Outcome.REFUSED
    assert result.discount_minor == 0
    return found.reason, found.sentence


@pytest.mark.parametrize(
    ("rule", "reason", "sentence"),
    [
        (
            percent("10", active=False),
            "expired",
            "This offer has been switched off. A manager can switch it on under Coupons.",
        ),
        (percent("10", schedule=Schedule(valid_from=date(2026, 5, 5))), "not_started", "Starts on 5 May 2026."),
        (percent("10", schedule=Schedule(valid_to=date(2026, 5, 3))), "expired", "Ended on 3 May 2026."),
        (
            percent("10", schedule=Schedule(weekdays=frozenset({5, 6}))),
            "wrong_day",
            "Counts on Saturday and Sunday only.",
        ),
        (percent("10", schedule=Schedule(hours=(HappyHour(time(16), time(18)),))), "wrong_hour", "Starts at 16:00."),
        (
            percent("10", schedule=Schedule(hours=(HappyHour(time(8), time(10)),))),
            "wrong_hour",
            "Ended at 10:00 for today.",
        ),
        (
            percent("10", audience=Audience(outlets=frozenset({2}))),
            "wrong_outlet",
            "Counts at other outlets, not at this one.",
        ),
        (
            percent("10", conditions=Conditions(min_amount_minor=2420)),
            "min_amount_not_met",
            "Needs 4.20 more.",
        ),
        (
            percent(
                "10",
                conditions=Conditions(
                    targets=in_category(BAKERY, "Bakery"),
                    min_amount_minor=420,
                    amount_on=AmountOn.CONDITION_TARGETS,
                ),
            ),
            "min_amount_not_met",
            "Needs 4.20 more of Bakery.",
        ),
        (percent("10", conditions=Conditions(min_quantity_milli=5000)), "min_qty_not_met", "Needs 3 more."),
        (
            percent("10", conditions=Conditions(targets=in_category(BAKERY, "Bakery"))),
            "min_qty_not_met",
            "Needs 1 more of Bakery.",
        ),
        (
            percent("10", conditions=Conditions(amount_equals_minor=2100)),
            "amount_not_equal",
            "Counts only when the basket comes to exactly 21.00.",
        ),
        (
            percent("10", targets=in_category(BAKERY, "Bakery")),
            "no_target_in_basket",
            "Counts on Bakery: add some to use it.",
        ),
        (
            promotion(Kind.BOGO, deal=Deal(buy=on(1), buy_units=3)),
            "min_qty_not_met",
            "Needs 2 more.",
        ),
        (
            promotion(Kind.BOGO, deal=Deal(buy=on(1), pool=Pool.SEPARATE, get=on(9, label="Coffee"))),
            "min_qty_not_met",
            "Needs 1 more of Coffee.",
        ),
        (
            promotion(Kind.FIXED_PRICE, bundle_units=3, bundle_price_minor=1),
            "min_qty_not_met",
            "Needs 1 more.",
        ),
        (promotion(Kind.TIERED_PERCENT, tiers=(Tier(2500, Decimal(5)),)), "min_amount_not_met", "Needs 5.00 more."),
    ],
)  # fmt: skip
def test_a_refused_code_says_what_to_do(rule: Promotion, reason: str, sentence: str) -> None:
    assert refusal(rule) == (reason, sentence)


def test_unknown_code() -> None:
    result = priced(basket(line(1, 100), codes=("NOPE",)))
    assert result.refused[0].reason == "unknown_code"
    assert "“NOPE”" in result.refused[0].sentence


def test_a_long_unknown_code_is_not_spelt_out_in_the_stored_trail() -> None:
    """It may be a card's number with one wrong digit."""
    found = priced(basket(line(1, 100), codes=("7Q4K0ZTM5R8WX2PN",))).refused[0]
    assert "7Q4K" not in found.sentence
    assert "“…X2PN”" in found.sentence


@pytest.mark.parametrize(
    ("entered", "reason"),
    [
        (EnteredCode("A1", 1, blocked=True), "code_blocked"),
        (EnteredCode("A1", 1, max_uses=1, used=1), "usage_limit"),
        (EnteredCode("A1", 1, valid_to=date(2026, 5, 3)), "expired"),
        (EnteredCode("A1", 1, valid_from=date(2026, 5, 5)), "not_started"),
        (EnteredCode("A1", 1, customer_id=8), "customer_not_eligible"),
        (EnteredCode("A1", 99), "unknown_code"),
        (EnteredCode("A1", 1, max_uses=2, used=1, customer_id=7), "applied"),
    ],
)
def test_a_bulk_code_has_limits_of_its_own(entered: EnteredCode, reason: str) -> None:
    """# T14"""
    result = priced(basket(line(1, 100), codes=(entered,)), percent("10", id=1, needs_code=True), customer=ANNA)
    assert [found.reason for found in result.trail] == [reason]


def test_the_code_of_another_customer_needs_a_customer_first() -> None:
    """# T14 T18"""
    result = priced(
        basket(line(1, 100), codes=(EnteredCode("A1", 1, customer_id=8),)), percent("10", id=1, needs_code=True)
    )
    assert result.refused[0].reason == "customer_needed"


@pytest.mark.parametrize(
    "audience",
    [
        Audience(customers=frozenset({7})),
        Audience(groups=frozenset({3})),
        Audience(segments=frozenset({4})),
        Audience(price_groups=frozenset({5})),
        Audience(tiers=frozenset({"Gold"})),
        Audience(birthday_month=True),
        Audience(first_purchase=True),
    ],
)
def test_who_may_use_it(audience: Audience) -> None:
    right = CustomerFacts(
        7,
        groups=frozenset({3, 9}),
        segments=frozenset({4}),
        price_group=PriceGroup(5, "Staff"),
        tier="Gold",
        birth_month=5,
        visits=0,
    )
    wrong = CustomerFacts(8, groups=frozenset({9}), price_group=PriceGroup(6, "Bronze"), birth_month=6, visits=1)
    rule = percent("10", audience=audience, codes=("X",))
    sold = basket(line(1, 1000), codes=("X",))
    assert priced(sold, rule, customer=right).discount_minor == 100
    assert entry(priced(sold, rule, customer=wrong), rule).reason == "customer_not_eligible"
    assert entry(priced(sold, rule), rule).reason == "customer_needed"


def test_a_limit_per_customer_needs_a_customer() -> None:
    """# T18"""
    reason, sentence = refusal(percent("10", limits=Limits(per_customer_uses=1)))
    assert reason == "customer_needed"
    assert sentence == "Attach the customer to the sale (F3) to use it."


def test_used_by_this_customer_names_the_invoice() -> None:
    """# N1"""
    rule = percent("10", limits=Limits(per_customer_uses=1))
    facts = replace(ANNA, prior_uses={rule.id: PriorUse(1, "R1-001042")})
    reason, sentence = refusal(rule, customer=facts)
    assert reason == "per_customer_limit"
    assert sentence == "This customer used it 1 of 1 time, on invoice R1-001042."


def test_the_limit_per_customer_and_code_counts_each_code_alone() -> None:
    """# T18: used with the spring code is not used with the summer code."""
    rule = percent("10", codes=("SPRING", "SUMMER"), limits=Limits(per_customer_code_uses=1))
    facts = replace(ANNA, prior_uses={rule.id: PriorUse(1)}, prior_code_uses={"spring": PriorUse(1)})
    assert priced(basket(line(1, 1000), codes=("Spring",)), rule, customer=facts).discount_minor == 0
    assert priced(basket(line(1, 1000), codes=("Summer",)), rule, customer=facts).discount_minor == 100


@pytest.mark.parametrize(
    ("limits", "usage", "applied"),
    [
        (Limits(total_uses=2), UsageFacts(uses={1: 1}), True),
        (Limits(total_uses=2), UsageFacts(uses={1: 2}), False),
        (Limits(per_code_uses=1), UsageFacts(uses={1: 5}, code_uses={"y": 1}), True),
        (Limits(per_code_uses=1), UsageFacts(code_uses={"x": 1}), False),
    ],
)
def test_limits_in_all_and_per_code(limits: Limits, usage: UsageFacts, applied: bool) -> None:
    rule = percent("10", id=1, codes=("X", "Y"), limits=limits)
    result = priced(basket(line(1, 1000), codes=("X",)), rule, usage=usage)
    assert bool(result.applied) is applied
    if not applied:
        assert result.refused[0].reason == "usage_limit"


@pytest.mark.parametrize(
    ("kind", "limit", "used", "applied"),
    [
        (BudgetType.SPEND, 1000, 800, True),  # exactly the rest
        (BudgetType.SPEND, 1000, 801, False),
        (BudgetType.USES, 3, 2, True),
        (BudgetType.USES, 3, 3, False),
    ],
)
def test_campaign_budget(kind: BudgetType, limit: int, used: int, applied: bool) -> None:
    rule = percent("10", budget=CampaignBudget("may", kind, limit))
    usage = UsageFacts(budget_spent_minor={"may": used}, budget_uses={"may": used})
    result = priced(basket(line(1, 2000)), rule, usage=usage)
    assert bool(result.applied) is applied
    if not applied:
        assert result.trail[0].reason == "budget_exceeded"


def test_two_promotions_share_a_budget_within_one_sale() -> None:
    rules = [fixed(300, budget=CampaignBudget("may", BudgetType.SPEND, 500)) for _ in range(2)]
    result = priced(basket(line(1, 2000)), *rules)
    assert (result.discount_minor, entry(result, rules[1]).reason) == (300, "budget_exceeded")
    assert "2.00 left" in entry(result, rules[1]).sentence


@pytest.mark.parametrize(("hour", "minute", "inside"), [(15, 59, False), (16, 0, True), (17, 59, True), (18, 0, False)])
def test_happy_hour_takes_in_its_start_and_not_its_end(hour: int, minute: int, inside: bool) -> None:
    """Hours are the shop's: 16:00 in Prague in May is 14:00 UTC. # T20"""
    rule = percent("10", schedule=Schedule(hours=(HappyHour(time(16), time(18)),)))
    moment = datetime(2026, 5, 4, hour - 2, minute, tzinfo=UTC)
    result = priced(basket(line(1, 1000)), rule, settings=replace(PLAIN, time_zone="Europe/Prague"), now=moment)
    assert bool(result.applied) is inside


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        (datetime(2026, 5, 8, 23, tzinfo=UTC), True),  # Friday night
        (datetime(2026, 5, 9, 1, tzinfo=UTC), True),  # still Friday's night
        (datetime(2026, 5, 9, 2, tzinfo=UTC), False),
        (datetime(2026, 5, 9, 23, tzinfo=UTC), False),  # Saturday's own night
        (datetime(2026, 5, 8, 1, tzinfo=UTC), False),  # Thursday's night
    ],
)
def test_a_happy_hour_past_midnight_belongs_to_the_day_it_began(moment: datetime, inside: bool) -> None:
    rule = percent("10", schedule=Schedule(weekdays=frozenset({4}), hours=(HappyHour(time(22), time(2)),)))
    assert bool(priced(basket(line(1, 1000)), rule, now=moment).applied) is inside


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        (datetime(2026, 5, 4, 1, tzinfo=UTC), False),  # the night before the first day
        (datetime(2026, 5, 4, 23, tzinfo=UTC), True),
        (datetime(2026, 5, 6, 1, tzinfo=UTC), True),  # the last day's own night
        (datetime(2026, 5, 6, 2, tzinfo=UTC), False),
        (datetime(2026, 5, 6, 23, tzinfo=UTC), False),
    ],
)
def test_a_night_at_the_edge_of_the_period_belongs_to_the_day_it_began(moment: datetime, inside: bool) -> None:
    first, last = date(2026, 5, 4), date(2026, 5, 5)
    rule = percent("10", schedule=Schedule(first, last, hours=(HappyHour(time(22), time(2)),)))
    assert bool(priced(basket(line(1, 1000)), rule, now=moment).applied) is inside


def test_a_bundle_that_saves_nothing_says_what_the_products_cost() -> None:
    """# T19"""
    rule = promotion(Kind.FIXED_PRICE, bundle_units=3, bundle_price_minor=2000, codes=("SET",))
    result = priced(basket(line(1, 600, 3), codes=("SET",)), rule)
    assert entry(result, rule).sentence == "These products cost 20.00 or less already: nothing to save."


def test_both_days_of_the_period_are_included() -> None:
    rule = percent("10", schedule=Schedule(valid_from=date(2026, 5, 4), valid_to=date(2026, 5, 4)))
    for hour in (0, 23):
        assert priced(basket(line(1, 1000)), rule, now=NOON.replace(hour=hour, minute=59)).applied


@pytest.mark.parametrize(("basis", "met"), [(Basis.AS_PRICED, False), (Basis.NET, False), (Basis.GROSS, True)])
def test_a_minimum_with_tax(basis: Basis, met: bool) -> None:
    # 10.00 + 20 % = 12.00 reaches 12.00 only with tax.
    rule = fixed(100, conditions=Conditions(min_amount_minor=1200, amount_basis=basis))
    assert bool(priced(basket(line(1, 1000, tax_class=VAT20)), rule).applied) is met


@pytest.mark.parametrize(("after", "second"), [(False, True), (True, False)])
def test_a_minimum_before_or_after_other_discounts(after: bool, second: bool) -> None:
    rule = fixed(100, conditions=Conditions(min_amount_minor=1000, after_discounts=after))
    result = priced(basket(line(1, 1000)), fixed(100), rule)
    assert (entry(result, rule).outcome is Outcome.APPLIED) is second


@pytest.mark.parametrize(
    ("text", "sensitive", "known"), [("save", False, True), (" SAVE ", True, True), ("save", True, False)]
)
def test_the_case_of_codes_is_the_shops_choice(text: str, sensitive: bool, known: bool) -> None:
    settings = PricingSettings("EUR", codes_case_sensitive=sensitive)
    result = priced(basket(line(1, 1000), codes=(text,)), percent("10", codes=("SAVE",)), settings=settings)
    assert bool(result.applied) is known


@pytest.mark.parametrize("policy", list(DuplicateCode))
def test_a_code_entered_twice_counts_once(policy: DuplicateCode) -> None:
    settings = PricingSettings("EUR", duplicate_code=policy)
    result = priced(basket(line(1, 1000), codes=("SAVE", "save")), percent("10", codes=("SAVE",)), settings=settings)
    assert result.discount_minor == 100
    refused = [found.reason for found in result.refused]
    assert refused == (["already_applied"] if policy is DuplicateCode.REFUSE else [])


def test_a_refused_code_entered_again_is_told_the_same_again() -> None:
    rule = percent("10", codes=("SAVE",), schedule=Schedule(valid_to=date(2020, 1, 1)))
    result = priced(basket(line(1, 1000), codes=("SAVE", "SAVE")), rule)
    assert [found.reason for found in result.refused] == ["expired", "expired"]


def test_two_bulk_codes_of_one_promotion_count_once_unless_it_says_otherwise() -> None:
    sold = basket(line(1, 1000), codes=(EnteredCode("A", 1), EnteredCode("B", 1)))
    once, twice = fixed(100, id=1, needs_code=True), fixed(100, id=1, needs_code=True, codes_per_sale=2)
    assert priced(sold, once).discount_minor == 100
    (second,) = priced(sold, once).refused
    assert (second.code, second.reason) == ("B", "not_stackable")
    assert second.sentence.endswith("counts once in a sale. Take its other code off to use this one.")
    assert priced(sold, twice).discount_minor == 200


def test_what_could_be_earned_is_hinted() -> None:
    rule = percent("10", name="Bakery day", conditions=Conditions(min_amount_minor=1500))
    result = priced(basket(line(1, 1000)), rule)
    assert [(hint.name, hint.sentence) for hint in result.hints] == [("Bakery day", "Needs 5.00 more.")]


def test_what_goods_earn_is_hinted_before_what_a_customer_would() -> None:
    gold = percent("10", name="Gold", audience=Audience(tiers=frozenset({"Gold"})))
    more = percent("10", name="Bakery day", conditions=Conditions(min_amount_minor=1500))
    result = priced(basket(line(1, 1000)), gold, more)
    assert [hint.name for hint in result.hints] == ["Bakery day", "Gold"]


def test_an_automatic_offer_that_is_not_running_is_no_candidate() -> None:
    """The trail names what was considered, not the whole year's plan."""
    over = percent("10", schedule=Schedule(valid_to=date(2020, 1, 1)))
    elsewhere = percent("10", audience=Audience(outlets=frozenset({9})))
    assert priced(basket(line(1, 1000)), over, elsewhere).trail == ()
