"""What holds for any basket and any promotions."""

import random
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.pricing.model import (
    Basket,
    BasketLine,
    CashRounding,
    DiscountRounding,
    EnteredCode,
    ManualDiscount,
    PricedBasket,
    PricingSettings,
    RoundingMode,
    TaxClass,
    TaxComponent,
    TaxRounding,
)
from app.pricing.numbers import split_capped
from app.pricing.promotion import (
    AmountOn,
    Basis,
    Conditions,
    Deal,
    Kind,
    Pool,
    Promotion,
    Selection,
    Target,
    Tier,
    TierBasis,
    Which,
)
from app.pricing.returns import SoldLine, refund_part
from app.pricing.serialize import promotion_from_dict, promotion_to_dict
from tests.app.pricing.build import VAT5, VAT20, line, percent, priced, product

TWO = TaxClass(3, "two", (TaxComponent("A", Decimal("2.5")), TaxComponent("VAT5", Decimal(5))))
CLASSES = (VAT20, VAT5, TWO, TaxClass(0, "none"))
PRODUCTS = tuple(
    product(
        number,
        price,
        tax_class=CLASSES[number % 4],
        category_path=(1, 10 + number % 2),
        brand_id=number % 3,
        tags=frozenset({"bio"} if number % 2 else set()),
        discountable=number != 7,
        weighed=number == 6,
    )
    for number, price in enumerate((0, 1, 99, 333, 1000, 12345, 250, 777), start=1)
)
targets = st.sampled_from(
    (
        Target(),
        Target(),
        Target(Selection(products=frozenset({2, 3}))),
        Target(Selection(categories=frozenset({10})), Selection(products=frozenset({4}))),
        Target(Selection(brands=frozenset({1}))),
        Target(Selection(tags=frozenset({"bio"}))),
    )
)
bases = st.sampled_from(list(Basis))
percents = st.sampled_from([Decimal(text) for text in ("0.5", "10", "33.333", "50", "99.99", "100")])
amounts = st.sampled_from([1, 7, 100, 333, 5000, 10**6])


@st.composite
def promotions(draw: st.DrawFn, number: int) -> Promotion:
    kind = draw(st.sampled_from(list(Kind)))
    by_amount = kind in (Kind.FIXED, Kind.FIXED_PER_UNIT) or (kind is Kind.CHEAPEST_ITEM and draw(st.booleans()))
    conditions = Conditions(
        min_quantity_milli=draw(st.sampled_from([0, 0, 1000, 3000])),
        min_amount_minor=draw(st.sampled_from([0, 0, 500, 2000])),
        amount_basis=draw(bases),
        amount_on=draw(st.sampled_from(list(AmountOn))),
        after_discounts=draw(st.booleans()),
    )
    deal = Deal(
        buy=draw(targets),
        buy_units=draw(st.integers(1, 3)),
        pool=draw(st.sampled_from(list(Pool))),
        get=draw(targets),
        get_units=draw(st.integers(1, 2)),
        percent=draw(percents),
        amount_off_minor=draw(st.none() | amounts),
        which=draw(st.sampled_from(list(Which))),
        repeat=draw(st.booleans()),
    )
    return Promotion(
        id=number,
        name=f"Promotion {number}",
        kind=kind,
        targets=draw(targets),
        percent=draw(percents),
        amount_minor=draw(amounts) if by_amount else 0,
        value_basis=draw(bases),
        per_line=draw(st.booleans()),
        max_units_per_line=draw(st.none() | st.integers(1, 2)),
        max_discount_minor=draw(st.none() | amounts),
        max_discount_basis=draw(bases),
        deal=deal if kind is Kind.BOGO else None,
        bundle_units=draw(st.integers(1, 3)),
        bundle_price_minor=draw(amounts),
        bundle_repeat=draw(st.booleans()),
        tiers=(Tier(0, draw(percents), draw(amounts)), Tier(3000, draw(percents), draw(amounts))),
        tier_basis=draw(st.sampled_from(list(TierBasis))),
        conditions=conditions,
        priority=draw(st.integers(0, 1)),
        exclusive_group=draw(st.sampled_from(["", "", "g"])),
        best_of_group=draw(st.booleans()),
        codes=draw(st.sampled_from([(), (), ("X",)])),
    )


by_hand = st.one_of(
    st.builds(ManualDiscount, st.just("x"), amount_minor=amounts),
    st.builds(ManualDiscount, st.just("x"), percent=percents),
)


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    lines = tuple(
        BasketLine(
            line_id=number,
            product=draw(st.sampled_from(PRODUCTS)),
            quantity_milli=draw(st.sampled_from([1000, 1000, 2000, 3000, 7000, 500, 1086])),
            discount=draw(st.none() | st.none() | by_hand),
            price_override_minor=draw(st.sampled_from([None, None, None, 5, 200])),
        )
        for number in range(1, draw(st.integers(1, 6)) + 1)
    )
    return Basket(lines, (EnteredCode("X"),), draw(st.just(()) | st.tuples(by_hand)))


settings_of_a_shop = st.builds(
    PricingSettings,
    st.just("EUR"),
    prices_include_tax=st.booleans(),
    tax_rounding=st.sampled_from(list(TaxRounding)),
    discount_rounding=st.sampled_from(list(DiscountRounding)),
    rounding_mode=st.sampled_from(list(RoundingMode)),
    cash_step_minor=st.sampled_from([1, 5]),
    cash_rounding=st.sampled_from(list(CashRounding)),
)
chances = st.integers(0, 10**6).map(random.Random)
rules = st.lists(promotions(1), max_size=4).map(
    lambda drawn: [replace(rule, id=number) for number, rule in enumerate(drawn, start=1)]
)


@given(baskets(), rules, settings_of_a_shop)
def test_figures_hold_together(sold: Basket, offered: list[Promotion], settings: PricingSettings) -> None:
    """V1 V3 V4: totals from lines, lines from shares, nothing negative, nothing past its price."""
    result = priced(sold, *offered, settings=settings)
    check_figures(result)


def check_figures(result: PricedBasket) -> None:
    tax_on_top = 0 if result.prices_include_tax else result.tax_minor
    assert result.total_minor == (result.subtotal_minor - result.discount_minor + tax_on_top + result.rounding_minor)
    assert result.total_minor >= 0
    assert result.subtotal_minor == sum(line.gross_minor for line in result.lines)
    assert result.discount_minor == sum(line.discount_minor for line in result.lines)
    assert result.tax_minor == sum(row.tax_minor for row in result.taxes)
    for each in result.lines:
        assert 0 <= each.net_minor <= each.gross_minor
        assert each.net_minor == each.gross_minor - each.manual_minor - sum(s.amount_minor for s in each.shares)
        assert all(share.amount_minor > 0 for share in each.shares)
        assert each.tax_minor == sum(amount for _, amount in each.taxes) >= 0
    for found in result.applied:
        assert found.amount_minor == sum(amount for _, amount in found.shares)
        of_lines = {
            each.line_id: share.amount_minor
            for each in result.lines
            for share in each.shares
            if share.promotion_id == found.promotion_id
        }
        assert of_lines == dict(found.shares)


@given(baskets(), rules, settings_of_a_shop)
def test_a_promotion_never_passes_its_own_cap(
    sold: Basket, offered: list[Promotion], settings: PricingSettings
) -> None:
    result = priced(sold, *offered, settings=settings)
    caps = {rule.id: rule.max_discount_minor for rule in offered if rule.max_discount_basis is Basis.AS_PRICED}
    for found in result.applied:
        cap = caps.get(found.promotion_id or 0)
        # Rounded at the end, all promotions together, one may be a minor unit off its own exact figure.
        slack = 1 if settings.discount_rounding is DiscountRounding.FINAL else 0
        assert cap is None or found.amount_minor <= cap + slack


@given(baskets(), rules, settings_of_a_shop)
def test_the_same_question_has_the_same_answer(
    sold: Basket, offered: list[Promotion], settings: PricingSettings
) -> None:
    assert priced(sold, *offered, settings=settings) == priced(sold, *offered, settings=settings)


@given(baskets(), rules, settings_of_a_shop, chances)
def test_refunding_everything_in_any_steps_refunds_exactly_the_sale(
    sold: Basket, offered: list[Promotion], settings: PricingSettings, chance: random.Random
) -> None:
    """V19, T3: cumulative rounding, in pieces of whatever size and order."""
    settings = replace(settings, cash_rounding=CashRounding.NEVER)
    sale = priced(sold, *offered, settings=settings)
    steps = [(each, piece) for each in sale.lines for piece in _pieces(each.quantity_milli, chance)]
    chance.shuffle(steps)
    back = {each.line_id: 0 for each in sale.lines}
    refunded = 0
    for each, piece in steps:
        part = refund_part(SoldLine.of(each), back[each.line_id], piece)
        back[each.line_id] += piece
        refunded += part.payable_minor(prices_include_tax=settings.prices_include_tax)
    assert refunded == sale.total_minor


def _pieces(milli: int, chance: random.Random) -> list[int]:
    pieces = []
    while milli:
        pieces.append(chance.randint(1, milli))
        milli -= pieces[-1]
    return pieces


item_rules = st.lists(
    st.builds(
        lambda number, kind, value: Promotion(
            number, "x", kind, percent=value, targets=Target(Selection(products=frozenset({2, 3, 4})))
        ),
        st.integers(1, 10**6),
        st.sampled_from([Kind.PERCENT, Kind.CHEAPEST_ITEM]),
        percents,
    ),
    unique_by=lambda rule: rule.id,
    max_size=3,
)


@given(baskets(), item_rules, st.sampled_from([product(50, 4321, tax_class=VAT20), product(51, 0)]))
def test_an_unrelated_line_changes_no_other_lines_price(sold: Basket, offered: list[Promotion], other: object) -> None:
    sold = replace(sold, discounts=())
    before = priced(sold, *offered)
    more = replace(sold, lines=(*sold.lines, BasketLine(99, other)))  # type: ignore[arg-type]
    after = priced(more, *offered)
    assert [each.net_minor for each in after.lines[:-1]] == [each.net_minor for each in before.lines]
    assert after.lines[-1].discount_minor == 0


@given(baskets(), rules, settings_of_a_shop, chances)
def test_the_order_of_scanning_does_not_matter(
    sold: Basket, offered: list[Promotion], settings: PricingSettings, chance: random.Random
) -> None:
    """# T16"""
    shuffled = list(sold.lines)
    chance.shuffle(shuffled)
    one = priced(sold, *offered, settings=settings)
    other = priced(replace(sold, lines=tuple(shuffled)), *offered, settings=settings)
    assert (other.total_minor, other.tax_minor, other.discount_minor) == (
        one.total_minor,
        one.tax_minor,
        one.discount_minor,
    )
    assert [replace(found, shares=()) for found in other.trail] == [replace(found, shares=()) for found in one.trail]
    if len({each.product.id for each in sold.lines}) == len(sold.lines):
        assert {each.line_id: (each.net_minor, each.taxes) for each in other.lines} == {
            each.line_id: (each.net_minor, each.taxes) for each in one.lines
        }


@given(
    st.integers(0, 10**6),
    st.lists(st.tuples(st.integers(0, 10**4), st.integers(0, 10**6)), min_size=1, max_size=20),
)
def test_a_capped_split_loses_nothing_and_keeps_its_caps(whole: int, parts: list[tuple[int, int]]) -> None:
    weights, caps = [weight for weight, _ in parts], [cap for _, cap in parts]
    whole = min(whole, sum(caps))
    shares = split_capped(whole, weights, caps)
    assert sum(shares) == whole
    assert all(0 <= share <= cap for share, cap in zip(shares, caps, strict=True))


@given(promotions(1))
def test_any_promotion_survives_storage(rule: Promotion) -> None:
    kept = replace(rule, tiers=(Tier(0, Decimal(1), 1), Tier(3000, Decimal(2), 2)))
    assert promotion_from_dict(promotion_to_dict(kept)) == kept


def test_the_figures_check_can_fail() -> None:
    """The control: a share too many is seen."""
    result = priced(Basket((line(1, 1000),)), percent("10"))
    broken = replace(result, discount_minor=result.discount_minor + 1)
    try:
        check_figures(broken)
    except AssertionError:
        return
    raise AssertionError("a broken basket passed")
