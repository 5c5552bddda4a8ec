"""Several promotions on one basket. # T17"""

from decimal import Decimal

import pytest

from app.pricing.model import ApplicationOrder, Combine, Outcome, PricingSettings
from app.pricing.promotion import CombineClass, Conditions, Promotion
from tests.app.pricing.build import VAT20, basket, by_hand, discounts, entry, fixed, line, percent, priced

BEST_ONE = PricingSettings("EUR", combine=Combine.BEST_ONE)


def test_each_takes_from_what_the_earlier_ones_left() -> None:
    # 300.00: 30.00, 27.00, 24.30
    result = priced(basket(line(1, 10000, 3)), percent("10"), percent("10"), percent("10"))
    assert [found.amount_minor for found in result.applied] == [3000, 2700, 2430]


def test_lower_priority_numbers_go_first_then_the_catalogue() -> None:
    late, first, second = percent("10", priority=5), fixed(500, priority=1), percent("50", priority=1)
    result = priced(basket(line(1, 10000)), late, first, second)
    assert [found.promotion_id for found in result.applied] == [first.id, second.id, late.id]
    assert [found.amount_minor for found in result.applied] == [500, 4750, 475]


@pytest.mark.parametrize(
    ("order", "amounts"),
    [
        (ApplicationOrder.LISTED, [1000, 900, 4050]),  # a code's place in the catalogue counts
        (ApplicationOrder.AS_ENTERED, [1000, 4500, 450]),  # automatic 10 %, then the half, then 10 %
    ],
)
def test_listed_or_as_entered(order: ApplicationOrder, amounts: list[int]) -> None:
    rules = percent("10", codes=("TEN",)), percent("10"), percent("50", codes=("HALF",))
    sold = basket(line(1, 10000), codes=("HALF", "TEN"))
    result = priced(sold, *rules, settings=PricingSettings("EUR", order=order))
    assert [found.amount_minor for found in result.applied] == amounts


def test_a_second_one_of_an_exclusive_group_is_refused_by_name() -> None:
    first = percent("10", name="Spring", exclusive_group="season")
    second = percent("50", exclusive_group="season", codes=("HALF",))
    result = priced(basket(line(1, 1000), codes=("HALF",)), first, second)
    assert (result.discount_minor, entry(result, second).reason) == (100, "not_stackable")
    assert entry(result, second).sentence == "Does not combine with “Spring”. Remove that one to use this."


def test_the_best_of_an_exclusive_group() -> None:
    small = percent("10", exclusive_group="season", best_of_group=True)
    large = percent("20", name="Summer", exclusive_group="season", best_of_group=True)
    outside = fixed(100)
    result = priced(basket(line(1, 1000)), small, large, outside)
    assert [found.promotion_id for found in result.applied] == [large.id, outside.id]
    assert entry(result, small).reason == "best_of"
    assert "“Summer” takes off more (2.00)" in entry(result, small).sentence


def test_a_best_one_that_comes_to_nothing_beats_nobody() -> None:
    # The larger needs 10.00 after discounts; the first promotion leaves 9.00 of the basket.
    first = fixed(100)
    large = percent(
        "20",
        exclusive_group="season",
        best_of_group=True,
        conditions=Conditions(min_amount_minor=1000, after_discounts=True),
    )
    small = percent("10", exclusive_group="season", best_of_group=True)
    result = priced(basket(line(1, 1000)), first, large, small)
    assert [found.amount_minor for found in result.applied] == [100, 90]
    assert entry(result, large).reason == "min_amount_not_met"


def test_what_gave_way_to_a_winner_that_came_to_nothing_counts_after_all() -> None:
    """Also when it stands before the winner, and only the best of what is left."""
    group = {"exclusive_group": "season", "best_of_group": True}
    large = percent("20", conditions=Conditions(min_amount_minor=1000, after_discounts=True), **group)  # type: ignore[arg-type]
    tiny, small = percent("5", **group), percent("10", **group)  # type: ignore[arg-type]
    first = fixed(100)
    result = priced(basket(line(1, 1000)), first, tiny, large, small)
    assert [found.promotion_id for found in result.applied] == [first.id, small.id]
    assert entry(result, tiny).reason == "best_of"
    before = priced(basket(line(1, 1000)), small, first, large)
    assert [found.promotion_id for found in before.applied] == [small.id, first.id]
    assert entry(before, large).reason == "not_stackable"


def test_the_best_one_stays_the_only_one_even_if_it_makes_another_possible() -> None:
    # 3.00 off 10.00 leaves exactly the 7.00 that the other asks for.
    best = fixed(300)
    exact = fixed(50, conditions=Conditions(amount_equals_minor=700, after_discounts=True))
    result = priced(basket(line(1, 1000)), best, exact, settings=BEST_ONE)
    assert [found.promotion_id for found in result.applied] == [best.id]
    assert entry(result, exact).reason == "best_of"


@pytest.mark.parametrize(
    ("rules", "winner"),
    [
        ((percent("5"), percent("10")), 1),
        ((percent("10"), fixed(1000)), 0),  # both 10.00: the earlier one
        ((fixed(9999, conditions=Conditions(min_amount_minor=99999)), percent("1")), 1),  # the larger cannot count
    ],
)
def test_only_the_best_one(rules: tuple[Promotion, ...], winner: int) -> None:
    result = priced(basket(line(1, 10000)), *rules, settings=BEST_ONE)
    assert [found.promotion_id for found in result.applied] == [rules[winner].id]


def test_a_code_that_lost_to_a_better_offer_is_not_called_refused() -> None:
    code = percent("5", codes=("FIVE",))
    result = priced(basket(line(1, 10000), codes=("FIVE",)), code, percent("10"), settings=BEST_ONE)
    assert entry(result, code).outcome is Outcome.SKIPPED
    assert entry(result, code).reason == "best_of"


@pytest.mark.parametrize(
    ("first_allows", "second_allows", "both"),
    [
        ({CombineClass.ITEM, CombineClass.ORDER}, {CombineClass.ITEM}, True),
        ({CombineClass.ITEM}, {CombineClass.ITEM}, False),  # the first refuses order discounts
        ({CombineClass.ORDER}, set(), False),  # the second refuses item discounts
    ],
)
def test_combinable_classes_must_agree_both_ways(
    first_allows: set[CombineClass], second_allows: set[CombineClass], both: bool
) -> None:
    item = percent("10", combine_class=CombineClass.ITEM, combines_with=frozenset(first_allows))
    order = percent("10", combine_class=CombineClass.ORDER, combines_with=frozenset(second_allows))
    result = priced(basket(line(1, 1000)), item, order)
    assert len(result.applied) == (2 if both else 1)
    if not both:
        assert entry(result, order).reason == "not_stackable"


def test_a_hand_discount_comes_first_and_promotions_stop_at_zero() -> None:
    result = priced(basket(line(1, 1000), discounts=(by_hand(500),)), fixed(1000))
    assert (result.discount_minor, result.total_minor, result.applied[0].amount_minor) == (1000, 0, 500)


def test_hand_discounts_on_line_and_basket() -> None:
    # 2.00 off line 1 leaves 8.00; 1.80 over 8.00 and 10.00 is 0.80 and 1.00.
    sold = basket(line(1, 1000, discount=by_hand(200)), line(2, 1000), discounts=(by_hand(180),))
    result = priced(sold)
    assert discounts(result) == [280, 100]
    assert [each.manual_minor for each in result.lines] == [280, 100]


def test_a_hand_discount_larger_than_the_line_stops_at_zero() -> None:
    assert discounts(priced(basket(line(1, 300, discount=by_hand(999))))) == [300]


def test_nothing_left_for_a_later_promotion_is_said() -> None:
    """# T19"""
    code = fixed(500, codes=("FIVE",))
    result = priced(basket(line(1, 1000), codes=("FIVE",)), percent("100"), code)
    assert entry(result, code).reason == "nothing_to_discount"
    assert result.total_minor == 0


def test_the_trail_shares_add_up_and_tell_the_tax() -> None:
    """# N2 V4"""
    rule = fixed(1000, version=3)
    result = priced(basket(line(1, 3000, tax_class=VAT20), line(2, 7000)), rule)
    found = result.trail[0]
    assert found.shares == ((1, 300), (2, 700))
    assert (found.amount_minor, found.version, found.tax_minor) == (1000, 3, 60)
    assert Decimal(result.tax_minor) == Decimal(2700) * Decimal("0.2")
