"""Each kind of promotion against figures worked by hand; the working is beside each case."""

from decimal import Decimal

import pytest

from app.pricing.model import DiscountRounding, PricingSettings
from app.pricing.promotion import Basis, Deal, Kind, Pool, Promotion, Tier, TierBasis, Which
from tests.app.pricing.build import (
    INCLUSIVE,
    VAT5,
    VAT20,
    basket,
    discounts,
    fixed,
    line,
    on,
    percent,
    priced,
    promotion,
)


def bogo(**deal: object) -> Promotion:
    return promotion(Kind.BOGO, deal=Deal(**deal))  # type: ignore[arg-type]


def test_percent_rounds_once_for_the_basket_and_shares_add_up() -> None:
    # 10 % of 1.06 + 2.06 + 3.06 + 4.06 = 10.24 is 1.024, once 1.02; exact shares .106 .206 .306 .406:
    # floors .10 .20 .30 .40 and two odd cents to the largest remainders, all .006: the earlier lines.
    result = priced(basket(line(1, 106), line(2, 206), line(3, 306), line(4, 406)), percent("10"))
    assert result.discount_minor == 102
    assert discounts(result) == [11, 21, 30, 40]


@pytest.mark.parametrize(("units", "expected"), [(1, 50), (2, 100), (3, 150), (9, 150), (None, 150)])
def test_percent_on_so_many_units_of_each_line(units: int | None, expected: int) -> None:
    # Half of three at 1.00.
    assert priced(basket(line(1, 100, 3)), percent("50", max_units_per_line=units)).discount_minor == expected


def test_percent_leaves_excluded_products_alone() -> None:
    target = on(1, 2, without=(2,))
    assert discounts(priced(basket(line(1, 1000), line(2, 1000)), percent("10", targets=target))) == [100, 0]


def test_an_exclusion_from_everything() -> None:
    target = on(without=(2,))
    assert discounts(priced(basket(line(1, 1000), line(2, 1000)), percent("10", targets=target))) == [100, 0]


@pytest.mark.parametrize(
    ("amount", "lines", "expected"),
    [
        (1500, (2000, 3000, 10000), [200, 300, 1000]),  # in proportion
        (400, (200, 200, 200), [134, 133, 133]),  # 133.33 each, the odd cent to the first
        (100000, (200, 300), [200, 300]),  # never below zero
        (1, (1, 999), [0, 1]),  # .001 against .999
    ],
)
def test_fixed_amount_spread_by_value(amount: int, lines: tuple[int, ...], expected: list[int]) -> None:
    sold = basket(*(line(number, value) for number, value in enumerate(lines, start=1)))
    assert discounts(priced(sold, fixed(amount))) == expected


def test_fixed_amount_is_spread_by_what_earlier_promotions_left() -> None:
    # 2.00 off line 1 leaves 1.00 and 3.00; then 2.00 over those is .50 and 1.50.
    result = priced(basket(line(1, 300), line(2, 300)), fixed(200, targets=on(1)), fixed(200))
    assert discounts(result) == [250, 150]


def test_fixed_amount_on_each_line() -> None:
    assert discounts(priced(basket(line(1, 300, 4), line(2, 150)), fixed(200, per_line=True))) == [200, 150]


def test_fixed_amount_that_includes_tax() -> None:
    # 12.00 with 20 % tax is 10.00 before tax.
    result = priced(basket(line(1, 5000, tax_class=VAT20)), fixed(1200, value_basis=Basis.GROSS))
    assert (result.discount_minor, result.tax_minor, result.total_minor) == (1000, 800, 4800)


def test_fixed_amount_with_tax_over_two_rates() -> None:
    # 100 at 20 % and 100 at 5 %: 225.00 with tax. 22.50 with tax is a tenth: 10.00 of each before tax.
    sold = basket(line(1, 10000, tax_class=VAT20), line(2, 10000, tax_class=VAT5))
    result = priced(sold, fixed(2250, value_basis=Basis.GROSS))
    assert discounts(result) == [1000, 1000]
    assert result.total_minor == 22500 - 2250


def test_fixed_amount_without_tax_where_prices_include_it() -> None:
    # 10.00 before tax is 12.00 off a price that includes 20 %.
    result = priced(basket(line(1, 6000, tax_class=VAT20)), fixed(1000, value_basis=Basis.NET), settings=INCLUSIVE)
    assert (result.discount_minor, result.total_minor, result.tax_minor) == (1200, 4800, 800)


@pytest.mark.parametrize(
    ("amount", "most", "expected"),
    [(300, None, [600, 500]), (300, 1, [300, 250]), (2000, None, [2400, 500])],
)
def test_fixed_per_unit_never_below_zero(amount: int, most: int | None, expected: list[int]) -> None:
    # Two at 12.00 and two at 2.50.
    sold = basket(line(1, 1200, 2), line(2, 250, 2))
    rule = promotion(Kind.FIXED_PER_UNIT, amount_minor=amount, max_units_per_line=most)
    assert discounts(priced(sold, rule)) == expected


def test_what_is_weighed_is_one_unit_to_a_limit_of_units() -> None:
    # 2.5 kg at 20.00 are one piece of cheese, not two and a half.
    sold = basket(line(1, 2000, quantity_milli=2500, weighed=True), line(2, 1000, 3))
    assert discounts(priced(sold, percent("50", max_units_per_line=1))) == [2500, 500]


@pytest.mark.parametrize("level", list(DiscountRounding))
def test_a_unit_that_earlier_discounts_made_uneven_comes_off_rounded_not_cut(level: DiscountRounding) -> None:
    # Three at .05 less .04 are .11, .0367 each. One of them free is .04, half up; the line still holds .07.
    settings = PricingSettings("EUR", discount_rounding=level)
    result = priced(
        basket(line(1, 5, 3)), fixed(4), promotion(Kind.CHEAPEST_ITEM, percent=Decimal(100)), settings=settings
    )
    assert [found.amount_minor for found in result.applied] == [4, 4]


def test_uneven_units_of_several_lines_lose_nothing_in_the_sum() -> None:
    # One unit free of each of three lines at .11 for three: 3 × .0367 = .11, not 3 × .03.
    sold = basket(*(line(number, 5, 3) for number in (1, 2, 3)))
    result = priced(sold, fixed(4, per_line=True), percent("100", max_units_per_line=1), percent("100"))
    assert [found.amount_minor for found in result.applied] == [12, 11, 22]


@pytest.mark.parametrize(("off", "free", "half"), [(1, 10, 5), (2, 9, 5)])
def test_a_unit_given_away_is_not_the_cheapest_one_left(off: int, free: int, half: int) -> None:
    """Whichever way its share was rounded. # T16"""
    # .30 less .01: each .0967, free .10, two left at .095. Less .02: each .0933, free .09, two left at .095.
    rules = fixed(off), bogo(buy_units=2), promotion(Kind.CHEAPEST_ITEM, percent=Decimal(50))
    result = priced(basket(line(1, 10, 3)), *rules)
    assert [found.amount_minor for found in result.applied] == [off, free, half]


def test_fixed_per_kilogram_of_what_is_weighed() -> None:
    # 1.00 off a kilogram at 20.00: 0.750 kg costs 15.00, 0.75 off.
    sold = basket(line(1, 2000, quantity_milli=750, weighed=True))
    assert discounts(priced(sold, promotion(Kind.FIXED_PER_UNIT, amount_minor=100))) == [75]


def test_cheapest_item_is_one_unit_above_zero() -> None:
    sold = basket(line(1, 500, 2), line(2, 0), line(3, 320, 5))
    rule = promotion(Kind.CHEAPEST_ITEM, percent=Decimal(90))
    assert discounts(priced(sold, rule)) == [0, 0, 288]


def test_cheapest_item_by_amount_stops_at_its_price() -> None:
    sold = basket(line(1, 500), line(2, 320))
    assert discounts(priced(sold, promotion(Kind.CHEAPEST_ITEM, amount_minor=400))) == [0, 320]


def test_cheapest_item_after_a_free_unit_is_a_paid_one() -> None:
    """The lowest price above zero: what another promotion gave away is passed over. # T16"""
    sold = basket(line(1, 300, 3))
    rules = bogo(buy_units=2), promotion(Kind.CHEAPEST_ITEM, percent=Decimal(50))
    assert priced(sold, *rules).discount_minor == 300 + 150


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_equal_prices_are_settled_by_sku_not_by_scan_order(order: tuple[int, int]) -> None:
    """# T16"""
    sold = basket(*(line(number, 500) for number in order))
    result = priced(sold, promotion(Kind.CHEAPEST_ITEM, percent=Decimal(100)))
    assert {each.line_id: each.discount_minor for each in result.lines} == {1: 500, 2: 0}


@pytest.mark.parametrize(
    ("quantity", "deal", "free"),
    [
        (2, {"buy_units": 2, "repeat": True}, 0),  # 2 + 1 needs three
        (3, {"buy_units": 2, "repeat": True}, 1),
        (8, {"buy_units": 3, "repeat": True}, 2),  # two groups of four
        (8, {"buy_units": 3}, 1),  # once
        (9, {"buy_units": 2, "repeat": True, "max_applications": 2}, 2),
        (4, {"buy_units": 2, "get_units": 2}, 2),
        (100_000, {"buy_units": 1, "repeat": True}, 50_000),
    ],
)
def test_buy_and_get_from_one_pool(quantity: int, deal: dict[str, int], free: int) -> None:
    assert priced(basket(line(1, 250, quantity)), bogo(**deal)).discount_minor == free * 250


@pytest.mark.parametrize(("which", "expected"), [(Which.CHEAPEST, [0, 0, 200]), (Which.DEAREST, [400, 0, 0])])
def test_which_end_of_the_pool_is_free(which: Which, expected: list[int]) -> None:
    sold = basket(line(1, 400), line(2, 300), line(3, 200))
    assert discounts(priced(sold, bogo(buy_units=2, which=which))) == expected


def test_cheapest_units_of_the_whole_pool_are_free_not_of_each_group() -> None:
    # Six units, two groups of 2 + 1: the two cheapest, 1.00 and 1.50.
    sold = basket(line(1, 500, 2), line(2, 400, 2), line(3, 150), line(4, 100))
    assert discounts(priced(sold, bogo(buy_units=2, repeat=True))) == [0, 0, 150, 100]


def test_money_off_each_unit_got() -> None:
    sold = basket(line(1, 400, 4), line(2, 150, 2))
    rule = bogo(buy_units=2, amount_off_minor=200, repeat=True)
    assert discounts(priced(sold, rule)) == [0, 300]  # two groups; 2.00 off, but never more than 1.50


@pytest.mark.parametrize(
    ("bought", "there", "repeat", "got"),
    [(2, 1, True, 1), (4, 1, True, 1), (4, 2, True, 2), (3, 2, True, 1), (4, 2, False, 1), (1, 2, True, 0)],
)
def test_bought_units_earn_units_of_another_pool(bought: int, there: int, repeat: bool, got: int) -> None:
    sold = basket(line(1, 1000, bought), line(2, 2000, there))
    rule = bogo(buy=on(1), buy_units=2, pool=Pool.SEPARATE, get=on(2), percent=Decimal(10), repeat=repeat)
    assert discounts(priced(sold, rule)) == [0, got * 200]


@pytest.mark.parametrize(("quantity", "got"), [(1, 0), (2, 1), (3, 1), (5, 2)])
def test_one_unit_is_never_both_bought_and_got(quantity: int, got: int) -> None:
    """# T16"""
    rule = bogo(buy=on(1), buy_units=1, pool=Pool.SEPARATE, get=on(1), repeat=True)
    assert priced(basket(line(1, 700, quantity)), rule).discount_minor == got * 700


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ((700, 700, 700), [34, 33, 33]),  # 21.00 for 20.00
        ((600, 600, 600), [0, 0, 0]),  # cheaper than the bundle: no effect
        ((900, 800, 700, 100), [150, 133, 117, 0]),  # dearest three 24.00: 4.00 as 1.50 1.333 1.167
    ],
)
def test_bundle_price(prices: tuple[int, ...], expected: list[int]) -> None:
    sold = basket(*(line(number, value) for number, value in enumerate(prices, start=1)))
    assert discounts(priced(sold, promotion(Kind.FIXED_PRICE, bundle_units=3, bundle_price_minor=2000))) == expected


@pytest.mark.parametrize(("repeat", "most", "expected"), [(False, None, 100), (True, None, 200), (True, 1, 100)])
def test_bundles_repeat_when_told(repeat: bool, most: int | None, expected: int) -> None:
    # Seven at 7.00, three for 20.00.
    rule = promotion(Kind.FIXED_PRICE, bundle_units=3, bundle_price_minor=2000, bundle_repeat=repeat, bundle_max=most)
    assert priced(basket(line(1, 700, 7)), rule).discount_minor == expected


def test_repeated_bundles_stop_where_they_stop_saving() -> None:
    # Dearest first: 8+8+8 for 20 saves 4; 8+5+5 = 18 costs less than 20.
    rule = promotion(Kind.FIXED_PRICE, bundle_units=3, bundle_price_minor=2000, bundle_repeat=True)
    assert priced(basket(line(1, 800, 4), line(2, 500, 5)), rule).discount_minor == 400


def test_units_of_one_line_in_two_bundles_keep_their_own_price() -> None:
    # Two for 10.00 of 3 x 9.00 and 3.00: 9 + 9 leaves each 5.00, 9 + 3 leaves 7.50 and 2.50.
    # The dearest unit, half off: 7.50, so 3.75. Were the three units of 9.00 averaged, it would be 2.92.
    bundle = promotion(Kind.FIXED_PRICE, bundle_units=2, bundle_price_minor=1000, bundle_repeat=True)
    dearest = bogo(buy_units=1, which=Which.DEAREST, percent=Decimal(50))
    result = priced(basket(line(1, 900, 3), line(2, 300)), bundle, dearest)
    assert [found.amount_minor for found in result.applied] == [1000, 375]


@pytest.mark.parametrize(("quantity", "expected"), [(1, 0), (2, 200), (3, 450), (10, 1500)])
def test_tiers_by_value(quantity: int, expected: int) -> None:
    tiers = (Tier(2000, Decimal(10)), Tier(3000, Decimal(15)))
    assert (
        priced(basket(line(1, 1000, quantity)), promotion(Kind.TIERED_PERCENT, tiers=tiers)).discount_minor == expected
    )


@pytest.mark.parametrize(("quantity", "expected"), [(1, 0), (2, 100), (4, 300), (9, 300)])
def test_tiers_by_quantity_of_the_targets(quantity: int, expected: int) -> None:
    tiers = (Tier(4000, amount_minor=300), Tier(2000, amount_minor=100))
    rule = promotion(Kind.TIERED_FIXED, tiers=tiers, tier_basis=TierBasis.QUANTITY, targets=on(1))
    assert discounts(priced(basket(line(1, 1000, quantity), line(2, 1000, 9)), rule)) == [expected, 0]


@pytest.mark.parametrize(("basis", "expected"), [(Basis.AS_PRICED, 5000), (Basis.GROSS, 4167), (Basis.NET, 5000)])
def test_a_cap_in_either_terms(basis: Basis, expected: int) -> None:
    # Half of 200.00 is 100.00, capped at 50.00: with 20 % tax in the cap, 41.67 before tax.
    rule = percent("50", max_discount_minor=5000, max_discount_basis=basis)
    assert priced(basket(line(1, 20000, tax_class=VAT20)), rule).discount_minor == expected


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        # 25 % of 4 × 1.65 and 2 × 2.50: exact 1.65 + 1.25 = 2.90; per unit .4125 is .41 and .625 is .63.
        (DiscountRounding.RECEIPT, 290),
        (DiscountRounding.LINE, 290),
        (DiscountRounding.UNIT, 4 * 41 + 2 * 63),
        (DiscountRounding.FINAL, 290),
    ],
)
def test_where_discounts_are_rounded(level: DiscountRounding, expected: int) -> None:
    sold = basket(line(1, 165, 4), line(2, 250, 2))
    assert (
        priced(sold, percent("25"), settings=PricingSettings("EUR", discount_rounding=level)).discount_minor == expected
    )


@pytest.mark.parametrize("level", list(DiscountRounding))
@pytest.mark.parametrize("inclusive", [False, True])
def test_everything_off_leaves_nothing_due(level: DiscountRounding, inclusive: bool) -> None:
    """A third off and then all of the rest: no stray cent stays. # T8"""
    settings = PricingSettings("EUR", prices_include_tax=inclusive, discount_rounding=level)
    sold = basket(line(1, 333, 3, tax_class=VAT20), line(2, 101, 7, tax_class=VAT5), line(3, 1))
    result = priced(sold, bogo(buy_units=2), fixed(100), percent("33.333"), percent("100"), settings=settings)
    assert (result.total_minor, result.tax_minor) == (0, 0)
    assert all(each.net_minor == 0 for each in result.lines)
