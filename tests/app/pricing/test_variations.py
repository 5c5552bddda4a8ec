"""What records cannot say: clocks, people, prices of their own, what is weighed. Worked out by hand beside each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from app.pricing.model import (
    BasketLine,
    CashRounding,
    CustomerFacts,
    PriceGroup,
    PricingSettings,
    ReturnedAmounts,
)
from app.pricing.promotion import (
    Audience,
    Conditions,
    Deal,
    HappyHour,
    Kind,
    Promotion,
    Schedule,
    Tier,
    TierBasis,
)
from tests.app.pricing.build import (
    PLAIN,
    VAT20,
    basket,
    discounts,
    entry,
    fixed,
    line,
    on,
    percent,
    priced,
    product,
    promotion,
)

PRAGUE, NEW_YORK, AUCKLAND = "Europe/Prague", "America/New_York", "Pacific/Auckland"


def counts(rule: Promotion, moment: datetime, zone: str, customer: CustomerFacts | None = None) -> bool:
    settings = replace(PLAIN, time_zone=zone)
    return bool(priced(basket(line(1, 1000)), rule, settings=settings, now=moment, customer=customer).applied)


def on_day(day: date, **more: frozenset[int]) -> Promotion:
    return percent("10", schedule=Schedule(valid_from=day, valid_to=day, **more))


@pytest.mark.parametrize(
    ("zone", "utc", "day"),
    [
        (PRAGUE, datetime(2026, 5, 4, 21, 59, tzinfo=UTC), date(2026, 5, 4)),
        (PRAGUE, datetime(2026, 5, 4, 22, 0, tzinfo=UTC), date(2026, 5, 5)),  # midnight there
        (NEW_YORK, datetime(2026, 5, 5, 3, 59, tzinfo=UTC), date(2026, 5, 4)),
        (NEW_YORK, datetime(2026, 5, 5, 4, 0, tzinfo=UTC), date(2026, 5, 5)),
        (AUCKLAND, datetime(2026, 12, 31, 10, 59, tzinfo=UTC), date(2026, 12, 31)),
        (AUCKLAND, datetime(2026, 12, 31, 11, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_day_is_the_shops_day(zone: str, utc: datetime, day: date) -> None:  # F21
    assert counts(on_day(day), utc, zone)
    assert counts(percent("10", schedule=Schedule(weekdays=frozenset({day.weekday()}))), utc, zone)
    assert not counts(on_day(date.fromordinal(day.toordinal() - 1)), utc, zone)


@pytest.mark.parametrize(
    ("utc", "inside"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), False),  # 01:59, an hour that comes once
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), True),  # 03:00: the clocks went forward
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), False),  # 02:30 the first time
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), False),  # 02:30 again
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), True),
    ],
)
def test_hours_follow_the_clock_on_the_wall_when_it_changes(utc: datetime, inside: bool) -> None:  # F21
    rule = percent("10", schedule=Schedule(hours=(HappyHour(time(3), time(4)),)))
    assert counts(rule, utc, PRAGUE) is inside


@pytest.mark.parametrize(("month", "day", "counted"), [(2, 1, True), (2, 28, True), (3, 1, False), (1, 31, False)])
def test_born_on_29_february_february_is_the_month_in_every_year(month: int, day: int, counted: bool) -> None:
    anna = CustomerFacts(7, birth_month=date(1996, 2, 29).month)
    rule = percent("10", audience=Audience(birthday_month=True))
    assert counts(rule, datetime(2027, month, day, 12, tzinfo=UTC), "UTC", anna) is counted


def test_a_promotion_takes_from_the_groups_price() -> None:
    # 10 % of 9.99 is .999, so 8.99; a tenth of that is .899.
    gold = CustomerFacts(1, price_group=PriceGroup(5, "Gold", Decimal(10)))
    result = priced(basket(line(1, 999)), percent("10"), customer=gold)
    assert (result.subtotal_minor, result.discount_minor, result.total_minor) == (899, 90, 809)


def test_a_minimum_counts_what_the_customer_pays_not_the_list() -> None:
    gold = CustomerFacts(1, price_group=PriceGroup(5, "Gold", Decimal(10)))
    rule = fixed(100, conditions=Conditions(min_amount_minor=1000))
    result = priced(basket(line(1, 1000)), rule, customer=gold)
    assert entry(result, rule).sentence == "Needs 1.00 more."


def test_an_override_of_nothing_is_given_away_and_takes_no_share() -> None:
    result = priced(basket(line(1, 500, price_override_minor=0), line(2, 300)), fixed(100))
    assert (discounts(result), result.total_minor) == ([0, 100], 200)


CHEESE = (line(1, 2000, quantity_milli=400, weighed=True), line(2, 2000, quantity_milli=300, weighed=True))  # 8.00 6.00


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (promotion(Kind.BOGO, deal=Deal()), [0, 600]),  # buy one piece, the cheaper one free
        # Two pieces for 12.00 save 2.00 of 14.00: 1.143 and .857.
        (promotion(Kind.FIXED_PRICE, bundle_units=2, bundle_price_minor=1200), [114, 86]),
        (promotion(Kind.CHEAPEST_ITEM, percent=Decimal(50)), [0, 300]),
        (percent("50", conditions=Conditions(min_quantity_milli=2000)), [400, 300]),  # two pieces
        (percent("50", conditions=Conditions(min_quantity_milli=3000)), [0, 0]),
        # 5 % from two pieces: of 14.00.
        (
            promotion(Kind.TIERED_PERCENT, tiers=(Tier(2000, Decimal(5)),), tier_basis=TierBasis.QUANTITY),
            [40, 30],
        ),
        (promotion(Kind.FIXED_PER_UNIT, amount_minor=300), [120, 90]),  # 3.00 off a kilogram
    ],
)
def test_a_piece_that_is_weighed_is_one_piece(rule: Promotion, expected: list[int]) -> None:
    assert discounts(priced(basket(*CHEESE), rule)) == expected


def test_loose_pieces_below_one_are_no_unit_of_a_deal() -> None:
    # 1.5 and 1.5 of what is sold in pieces: two whole ones, and only two for a pool of 1 + 1.
    halves = (line(1, 1000, quantity_milli=1500), line(2, 1000, quantity_milli=1500))
    assert priced(basket(*halves), promotion(Kind.BOGO, deal=Deal(repeat=True))).discount_minor == 1000


@pytest.mark.parametrize(
    ("total", "cash"), [(812, 810), (813, 815), (817, 815), (818, 820), (2, 0), (3, 5), (-812, -810), (-813, -815)]
)
def test_cash_goes_to_the_nearest_five_cents_both_ways(total: int, cash: int) -> None:
    settings = PricingSettings("EUR", cash_step_minor=5, cash_rounding=CashRounding.CASH)
    sold = basket(line(1, total)) if total > 0 else basket(came_back(-total))
    result = priced(sold, settings=settings)
    assert (result.total_minor, result.cash_total_minor, result.rounding_minor) == (total, cash, 0)


def came_back(minor: int) -> BasketLine:
    return BasketLine(1, product(1, minor), -1000, returned=ReturnedAmounts(minor, 0))


def test_coins_of_ten_in_a_currency_without_decimals() -> None:
    settings = PricingSettings("KRW", cash_step_minor=10, cash_rounding=CashRounding.ALWAYS)
    result = priced(basket(line(1, 1015)), settings=settings)
    assert (result.rounding_minor, result.total_minor) == (5, 1020)


def test_equal_priorities_of_one_group_are_settled_by_the_catalogue() -> None:
    first = percent("10", exclusive_group="g", priority=3)
    code = percent("30", exclusive_group="g", priority=3, codes=("X",))
    sooner = percent("20", exclusive_group="g", priority=2)
    sold = basket(line(1, 1000), codes=("X",))
    assert [found.promotion_id for found in priced(sold, first, code).applied] == [first.id]
    assert [found.promotion_id for found in priced(sold, code, first).applied] == [code.id]
    assert [found.promotion_id for found in priced(sold, code, first, sooner).applied] == [sooner.id]


def test_the_best_of_a_group_beside_those_without_a_choice() -> None:
    """One of the group takes what comes first, two look for the larger: still one of the group in all."""
    plain = percent("5", exclusive_group="g")
    small = percent("10", exclusive_group="g", best_of_group=True)
    large = percent("20", exclusive_group="g", best_of_group=True)
    result = priced(basket(line(1, 1000)), small, large, plain)
    assert [found.promotion_id for found in result.applied] == [large.id]
    assert (entry(result, small).reason, entry(result, plain).reason) == ("best_of", "not_stackable")


def test_a_return_and_a_sale_in_one_ticket_keep_their_taxes_apart() -> None:
    vat = VAT20.components[0]
    back = BasketLine(1, product(1, 1000, tax_class=VAT20), -2000, returned=ReturnedAmounts(2000, 200, ((vat, 360),)))
    result = priced(basket(back, line(2, 500, tax_class=VAT20)), percent("10", targets=on(2)))
    # 5.00 less .50 with .90 tax is 5.40; 20.00 less 2.00 with 3.60 tax is 21.60.
    assert (result.total_minor, result.tax_minor, result.discount_minor) == (540 - 2160, 90 - 360, 50 - 200)
