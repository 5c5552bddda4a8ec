"""Taxes, price groups, overrides, value sold, returns and cash: the figures of the receipt. # V1 V3"""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.errors import InvalidInput
from app.pricing.cash import cash_adjustment
from app.pricing.model import (
    BasketLine,
    CashRounding,
    CustomerFacts,
    LineKind,
    ManualDiscount,
    PriceGroup,
    PricingSettings,
    ReturnedAmounts,
    TaxClass,
    TaxComponent,
    TaxRounding,
)
from app.pricing.promotion import Conditions, Deal, Kind
from app.pricing.returns import RefundPart, ReturnTooLarge, SoldLine, refund_part
from tests.app.pricing.build import (
    INCLUSIVE,
    PLAIN,
    VAT5,
    VAT20,
    basket,
    discounts,
    fixed,
    line,
    percent,
    priced,
    product,
    promotion,
)

STATE_AND_CITY = TaxClass(
    3, "sales tax", (TaxComponent("CITY", Decimal("2.5")), TaxComponent("STATE", Decimal("6.25")))
)
STATE_ONLY = TaxClass(4, "state only", (TaxComponent("STATE", Decimal("6.25")),))


@pytest.mark.parametrize(
    ("rounding", "tax"),
    [
        # 1.03 × 2 and 1.03 × 1 at 20 %: 3.09 × .2 = .618; per line .412 and .206; per unit .206.
        (TaxRounding.RECEIPT, 62),
        (TaxRounding.LINE, 41 + 21),
        (TaxRounding.UNIT, 2 * 21 + 21),
    ],
)
def test_tax_per_receipt_line_or_unit(rounding: TaxRounding, tax: int) -> None:
    sold = basket(line(1, 103, 2, tax_class=VAT20), line(2, 103, tax_class=VAT20))
    result = priced(sold, settings=PricingSettings("EUR", tax_rounding=rounding))
    assert (result.tax_minor, result.total_minor) == (tax, 309 + tax)
    assert sum(each.tax_minor for each in result.lines) == tax


def test_tax_inside_the_price_is_on_what_is_left_after_discounts() -> None:
    # 12.00 less 10 % is 10.80, of which 1.80 is tax at 20 %.
    result = priced(basket(line(1, 1200, tax_class=VAT20)), percent("10"), settings=INCLUSIVE)
    assert (result.total_minor, result.tax_minor, result.taxes[0].base_minor) == (1080, 180, 900)


def test_components_stand_side_by_side() -> None:
    # 100.00: 2.50 and 6.25, not one on the other; the state's rate is one row for both classes.
    sold = basket(line(1, 10000, tax_class=STATE_AND_CITY), line(2, 2000, tax_class=STATE_ONLY))
    result = priced(sold)
    assert [(row.component.code, row.base_minor, row.tax_minor) for row in result.taxes] == [
        ("CITY", 10000, 250),
        ("STATE", 12000, 750),
    ]


def test_components_inside_the_price() -> None:
    # 108.75 holds 100.00, 2.50 and 6.25.
    result = priced(basket(line(1, 10875, tax_class=STATE_AND_CITY)), settings=INCLUSIVE)
    assert [row.tax_minor for row in result.taxes] == [250, 625]
    assert result.total_minor == 10875


def test_weighed_goods_round_half_up_once() -> None:
    # 1.086 kg at 12.90 is 14.0094; 0.335 kg at 9.99 is 3.34665.
    result = priced(
        basket(line(1, 1290, quantity_milli=1086, weighed=True), line(2, 999, quantity_milli=335, weighed=True))
    )
    assert [each.gross_minor for each in result.lines] == [1401, 335]


def test_price_groups() -> None:
    gold = CustomerFacts(1, price_group=PriceGroup(5, "Gold", Decimal("7.5")))
    sold = basket(line(1, 999), line(2, 999, group_prices=((5, 800),)), line(3, 999, discountable=False))
    result = priced(sold, customer=gold)
    # 7.5 % of 9.99 is .749, so .75 off; its own group price; never on what may not be discounted.
    assert [each.unit_price_minor for each in result.lines] == [924, 800, 999]
    assert [each.list_price_minor for each in result.lines] == [999, 999, 999]
    assert result.discount_minor == 0


def test_an_override_beats_every_other_price() -> None:
    gold = CustomerFacts(1, price_group=PriceGroup(5, "Gold", Decimal(50)))
    sold = basket(line(1, 999, 2, price_override_minor=700, override_reason="damaged box"))
    found = priced(sold, customer=gold).lines[0]
    assert (found.unit_price_minor, found.gross_minor, found.override_reason) == (700, 1400, "damaged box")


@pytest.mark.parametrize("kind", [LineKind.GIFT_CARD, LineKind.RELOAD])
def test_value_sold_takes_no_discount_no_tax_and_counts_for_nothing(kind: LineKind) -> None:
    """# T6"""
    card = BasketLine(
        2, product(2, 5000, tax_class=VAT20), kind=kind, discount=ManualDiscount("no", percent=Decimal(50))
    )
    staff = CustomerFacts(1, price_group=PriceGroup(5, "Staff", Decimal(50)))
    rules = (
        percent("100"),
        fixed(100000),
        promotion(Kind.BOGO, deal=Deal(repeat=True)),
        fixed(1, conditions=Conditions(min_amount_minor=1001)),
    )
    sold = basket(line(1, 1000), card, discounts=(ManualDiscount("staff", percent=Decimal(10)),))
    result = priced(sold, *rules, customer=staff)
    assert result.total_minor == 5000
    assert discounts(result) == [500, 0]  # the group price is 5.00, all of it discounted
    assert result.tax_minor == 0
    assert result.trail[-1].reason == "min_amount_not_met"


def test_what_may_not_be_discounted_is_left_alone_but_counts() -> None:
    sold = basket(line(1, 1000, discountable=False), line(2, 1000))
    rule = percent("10", conditions=Conditions(min_amount_minor=2000))
    assert discounts(priced(sold, rule)) == [0, 100]


def test_a_returned_line_triggers_and_receives_nothing() -> None:
    """# T5"""
    back = BasketLine(2, product(2, 5000), -2000, returned=ReturnedAmounts(10000, 1500))
    rule = percent("10", conditions=Conditions(min_amount_minor=1500))
    result = priced(basket(line(1, 1000), back), rule)
    assert result.trail[0].reason == "min_amount_not_met"
    assert (result.lines[1].net_minor, result.lines[1].discount_minor) == (-8500, -1500)
    assert (result.subtotal_minor, result.discount_minor, result.total_minor) == (-9000, -1500, -7500)


def test_a_return_gives_back_the_tax_it_carried() -> None:
    vat = VAT20.components[0]
    back = BasketLine(1, product(1, 1000, tax_class=VAT20), -1000, returned=ReturnedAmounts(1000, 100, ((vat, 180),)))
    result = priced(basket(back, line(2, 1000, tax_class=VAT20)))
    assert [(row.base_minor, row.tax_minor) for row in result.taxes] == [(100, 20)]
    assert result.total_minor == 1200 - 1080


@pytest.mark.parametrize(
    ("total", "step", "adjustment"),
    [
        (1002, 5, -2),
        (1003, 5, 2),
        (1000, 5, 0),
        (1005, 10, 5),
        (-1003, 5, -2),
        (-1002, 5, 2),
        (1003, 1, 0),
        (49, 100, -49),
    ],
)
def test_cash_rounding(total: int, step: int, adjustment: int) -> None:
    assert cash_adjustment(total, step) == adjustment


@pytest.mark.parametrize(
    ("when", "total", "in_cash"),
    [(CashRounding.NEVER, 1003, 1003), (CashRounding.CASH, 1003, 1005), (CashRounding.ALWAYS, 1005, 1005)],
)
def test_when_cash_rounding_counts(when: CashRounding, total: int, in_cash: int) -> None:
    settings = PricingSettings("EUR", cash_step_minor=5, cash_rounding=when)
    result = priced(basket(line(1, 1003)), settings=settings)
    assert (result.total_minor, result.cash_total_minor) == (total, in_cash)
    assert result.subtotal_minor - result.discount_minor + result.tax_minor + result.rounding_minor == total


# ---- returns ----------------------------------------------------------------------------------------------

VAT = VAT20.components[0]


def test_a_partial_return_refunds_its_share_of_the_basket_discount() -> None:
    """Three at 10.00 and one at 20.00, 10.00 off the order: 6.00 on the three; one of them back refunds 8.00. # T3"""
    sale = priced(basket(line(1, 1000, 3), line(2, 2000)), fixed(1000))
    stored = SoldLine.of(sale.lines[0])
    assert refund_part(stored, 0, 1000).payable_minor(prices_include_tax=False) == 800


def test_cents_come_back_once_whatever_the_steps() -> None:
    # 10.00 over three units: 3.33, 3.34, 3.33; the shares 1.00 likewise.
    stored = SoldLine(3000, 1000, 0, ((7, 100),), ((VAT, 180),))
    steps = [refund_part(stored, done, 1000) for done in (0, 1000, 2000)]
    assert [step.gross_minor for step in steps] == [333, 334, 333]
    assert sum(step.payable_minor(prices_include_tax=False) for step in steps) == 1000 - 100 + 180
    assert refund_part(stored, 0, 3000) == RefundPart(3000, 1000, 0, ((7, 100),), ((VAT, 180),))


def test_no_more_comes_back_than_was_sold() -> None:
    stored = SoldLine(2000, 1000, 0, (), ())
    with pytest.raises(ReturnTooLarge) as refused:
        refund_part(stored, 1000, 1500)
    assert "Only 1 of this line" in str(refused.value)
    with pytest.raises(InvalidInput):
        refund_part(stored, 0, 0)
    with pytest.raises(ReturnTooLarge, match=r"Only 1234567\.5 of this line"):
        refund_part(SoldLine(1_234_567_500, 1, 0, (), ()), 0, 1_234_567_501)


def test_the_odd_cent_of_a_tax_lies_on_the_same_line_whatever_was_scanned_first() -> None:
    # .20 and .20 at 5 % are .01 each exactly; .30 and .30 are .015: .03 in all, the odd cent to the lower SKU.
    one, other = line(1, 30, tax_class=VAT5), line(2, 30, tax_class=VAT5)
    for order in ((one, other), (other, one)):
        result = priced(basket(*order))
        assert {each.line_id: each.tax_minor for each in result.lines} == {1: 2, 2: 1}


# ---- bad input --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("milli", [0, 1_000_000_001])
def test_quantities_that_cannot_be_sold(milli: int) -> None:
    with pytest.raises(InvalidInput):
        BasketLine(1, product(1, 100), milli)


def test_a_negative_line_needs_what_was_sold() -> None:
    with pytest.raises(InvalidInput):
        BasketLine(1, product(1, 100), -1000)


@pytest.mark.parametrize(
    "make",
    [
        lambda: product(1, -1),
        lambda: ManualDiscount("x", amount_minor=-1),
        lambda: ManualDiscount("x", percent=Decimal("100.01")),
        lambda: ManualDiscount("x", percent=Decimal("NaN")),
        lambda: ManualDiscount("x"),
        lambda: ManualDiscount("x", amount_minor=1, percent=Decimal(1)),
        lambda: line(1, 100, price_override_minor=-1),
        lambda: TaxComponent("X", Decimal(-1)),
        lambda: TaxComponent("X", Decimal("Infinity")),
        lambda: PriceGroup(1, "X", Decimal(101)),
        lambda: replace(PLAIN, cash_step_minor=0),
    ],
)
def test_what_makes_no_sense_is_refused(make: object) -> None:
    with pytest.raises(InvalidInput):
        make()  # type: ignore[operator]


def test_an_empty_basket_comes_to_nothing() -> None:
    result = priced(basket(codes=("X",)), percent("10"))
    assert (result.total_minor, result.lines, result.taxes) == (0, (), ())


def test_a_hundred_thousand_units_and_two_thousand_lines() -> None:
    sold = basket(*(line(number, 199, 1 + number % 3, tax_class=VAT5) for number in range(1, 2001)))
    result = priced(sold, percent("10"))
    assert sum(discounts(result)) == result.discount_minor
    many = priced(basket(line(1, 199, 100_000)), promotion(Kind.BOGO, deal=Deal(buy_units=2, repeat=True)))
    assert many.discount_minor == 33_333 * 199
